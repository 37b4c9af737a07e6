// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-glossary"
#include "config.h"

#include "pal-glossary-private.h"

#include "pal-paths.h"

#include <string.h>

#define MAX_BYTES (1024 * 1024)
#define MAX_TERMS 5000
#define N_COLUMNS 4

struct _PalGlossary
{
  gatomicrefcount ref_count;
  char *language;
  GPtrArray *terms;     /* (element-type PalGlossaryTerm) */
  GPtrArray *words;     /* (element-type GPtrArray): of each term */
  GHashTable *by_first; /* first word -> GArray of guint, longest term first */
};

G_DEFINE_QUARK (pal_glossary_error, pal_glossary_error)

static void
term_free (gpointer data)
{
  PalGlossaryTerm *term = data;

  g_free (term->term);
  g_free (term->translation);
  g_free (term->source);
  g_free (term->note);
  g_free (term);
}

/* --- reading a table */

/* One row of a CSV file (RFC 4180); NULL when it is none. at: moves behind it. line: counts. */
static GPtrArray *
read_row (const char **at, guint *line)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  const char *c = *at;

  for (;;)
    {
      g_autoptr (GString) cell = g_string_new (NULL);
      gboolean is_quoted = *c == '"';

      if (is_quoted)
        c++;
      for (; *c != '\0'; c++)
        {
          if (is_quoted && *c == '"' && c[1] != '"')
            break;
          if (is_quoted && *c == '"')
            c++;
          if (!is_quoted && (*c == ',' || *c == '\n' || (*c == '\r' && c[1] == '\n')))
            break;
          *line += *c == '\n';
          g_string_append_c (cell, *c);
        }
      if (is_quoted && *c++ != '"')
        return NULL;
      g_ptr_array_add (cells, g_strstrip (g_strdup (cell->str)));
      if (*c != ',')
        break;
      c++;
    }
  if (*c == '\r')
    c++;
  if (*c == '\n')
    {
      c++;
      (*line)++;
    }
  else if (*c != '\0')
    return NULL;
  *at = c;

  return g_steal_pointer (&cells);
}

static gboolean
refuse (GError **error, const char *name, guint line)
{
  g_set_error (error, PAL_GLOSSARY_ERROR, PAL_GLOSSARY_ERROR_TABLE,
               "%s:%u: not a row of term, translation, source, note", name, line);

  return FALSE;
}

static gboolean
read_terms (PalGlossary *self, const char *text, const char *name, GError **error)
{
  static const char *const columns[] = { "term", "translation", "source", "note" };
  guint line = 1;

  for (guint row = 0; *text != '\0'; row++)
    {
      guint first_line = line;
      g_autoptr (GPtrArray) cells = read_row (&text, &line);
      PalGlossaryTerm *term;

      if (cells != NULL && cells->len == 1 && *(const char *) cells->pdata[0] == '\0')
        continue;
      if (cells == NULL || cells->len != N_COLUMNS || self->terms->len >= MAX_TERMS)
        return refuse (error, name, first_line);
      if (row == 0)
        {
          for (guint i = 0; i < N_COLUMNS; i++)
            if (strcmp (cells->pdata[i], columns[i]) != 0)
              return refuse (error, name, first_line);
          continue;
        }
      if (*(const char *) cells->pdata[0] == '\0' || *(const char *) cells->pdata[1] == '\0')
        return refuse (error, name, first_line);
      term = g_new0 (PalGlossaryTerm, 1);
      term->term = g_strdup (cells->pdata[0]);
      term->translation = g_strdup (cells->pdata[1]);
      term->source = g_strdup (cells->pdata[2]);
      term->note = g_strdup (cells->pdata[3]);
      g_ptr_array_add (self->terms, term);
    }

  return TRUE;
}

static int
compare_lengths (gconstpointer a, gconstpointer b, gpointer user_data)
{
  PalGlossary *self = user_data;
  const GPtrArray *one = g_ptr_array_index (self->words, *(const guint *) a);
  const GPtrArray *two = g_ptr_array_index (self->words, *(const guint *) b);

  return (int) two->len - (int) one->len;
}

static void
index_terms (PalGlossary *self)
{
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < self->terms->len; i++)
    {
      const PalGlossaryTerm *term = g_ptr_array_index (self->terms, i);
      GPtrArray *words = pal_glossary_words_list (term->term);
      GArray *places;

      g_ptr_array_add (self->words, words);
      if (words->len == 0)
        continue;
      places = g_hash_table_lookup (self->by_first, ((PalGlossaryWord *) words->pdata[0])->text);
      if (places == NULL)
        {
          places = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (self->by_first, ((PalGlossaryWord *) words->pdata[0])->text, places);
        }
      g_array_append_val (places, i);
    }
  g_hash_table_iter_init (&iter, self->by_first);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_array_sort_with_data (value, compare_lengths, self);
}

/**
 * pal_glossary_load:
 * @path: a CSV file
 * @language: code of the language it is for
 * @error: return location
 *
 * Blocking. Any thread.
 *
 * Returns: (transfer full) (nullable): a glossary; %PAL_GLOSSARY_ERROR, %G_FILE_ERROR
 */
PalGlossary *
pal_glossary_load (const char *path, const char *language, GError **error)
{
  g_autoptr (PalGlossary) self = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL && language != NULL, NULL);

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  name = g_path_get_basename (path);
  if (length > MAX_BYTES || !g_utf8_validate (text, length, NULL))
    {
      refuse (error, name, 1);
      return NULL;
    }
  self = g_new0 (PalGlossary, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->language = g_strdup (language);
  self->terms = g_ptr_array_new_with_free_func (term_free);
  self->words = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->by_first
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_array_unref);
  if (!read_terms (self, text, name, error))
    return NULL;
  index_terms (self);

  return g_steal_pointer (&self);
}

/**
 * pal_glossary_load_installed:
 * @language: code, such as "ar"
 * @error: return location
 *
 * The glossary that comes with the program. Blocking. Any thread.
 *
 * Returns: (transfer full) (nullable): a glossary
 */
PalGlossary *
pal_glossary_load_installed (const char *language, GError **error)
{
  g_autofree char *relative = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (language != NULL, NULL);

  relative = g_strdup_printf ("glossary/%s.csv", language);
  path = pal_paths_dup_data_file (relative);

  return pal_glossary_load (path, language, error);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalGlossary *self = pal_glossary_load_installed (task_data, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify) pal_glossary_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_glossary_load_installed_async:
 * @language: code
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_glossary_load_installed() in a thread.
 */
void
pal_glossary_load_installed_async (const char *language, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (language != NULL);

  g_task_set_source_tag (task, pal_glossary_load_installed_async);
  g_task_set_task_data (task, g_strdup (language), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_glossary_load_installed_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a glossary
 */
PalGlossary *
pal_glossary_load_installed_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pal_glossary_ref:
 * @self: a glossary
 *
 * Returns: (transfer full): @self
 */
PalGlossary *
pal_glossary_ref (PalGlossary *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * pal_glossary_unref:
 * @self: (transfer full): a glossary
 */
void
pal_glossary_unref (PalGlossary *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->by_first);
  g_ptr_array_unref (self->words);
  g_ptr_array_unref (self->terms);
  g_free (self->language);
  g_free (self);
}

/**
 * pal_glossary_get_terms:
 * @self: a glossary
 *
 * Returns: (transfer none) (element-type PalGlossaryTerm): its rows
 */
GPtrArray *
pal_glossary_get_terms (PalGlossary *self)
{
  return self->terms;
}

/* --- terms in a text */

/* The word as it is, or in the singular: a term that is given in the plural stays so. */
static gboolean
is_word (const PalGlossaryWord *term, const PalGlossaryWord *word, const PalGlossaryWord *stem)
{
  return strcmp (term->text, word->text) == 0 || strcmp (term->text, stem->text) == 0;
}

static gboolean
is_at (PalGlossary *self, guint term, GPtrArray *words, GPtrArray *stems, guint at)
{
  GPtrArray *own = g_ptr_array_index (self->words, term);

  if (at + own->len > words->len)
    return FALSE;
  for (guint i = 0; i < own->len; i++)
    if (!is_word (own->pdata[i], words->pdata[at + i], stems->pdata[at + i]))
      return FALSE;

  return TRUE;
}

/* The longest term that begins at a word; FALSE when there is none. */
static gboolean
find_at (PalGlossary *self, GPtrArray *words, GPtrArray *stems, guint at, guint *place)
{
  const PalGlossaryWord *first[] = { words->pdata[at], stems->pdata[at] };
  guint length = 0;

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    {
      GArray *places = g_hash_table_lookup (self->by_first, first[i]->text);

      for (guint k = 0; places != NULL && k < places->len; k++)
        {
          guint candidate = g_array_index (places, guint, k);
          guint n = ((GPtrArray *) g_ptr_array_index (self->words, candidate))->len;

          if (n > length && is_at (self, candidate, words, stems, at))
            {
              *place = candidate;
              length = n;
            }
        }
    }

  return length > 0;
}

/**
 * pal_glossary_find:
 * @self: a glossary
 * @text: English
 *
 * Finds terms, in singular or plural, and of two that begin at the same word the longer one. What
 * lies within a longer one is not a term of its own.
 *
 * Returns: (transfer full) (element-type PalGlossaryHit): each term once, in the order of the text
 */
GPtrArray *
pal_glossary_find (PalGlossary *self, const char *text)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) words = pal_glossary_words_list (text);
  g_autoptr (GPtrArray) stems = pal_glossary_words_list (text);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < stems->len; i++)
    pal_glossary_words_stem_english (g_ptr_array_index (stems, i));
  for (guint i = 0; i < words->len; i++)
    {
      const PalGlossaryWord *first = g_ptr_array_index (words, i);
      const PalGlossaryWord *last;
      PalGlossaryHit *hit;
      guint place = 0;

      if (!find_at (self, words, stems, i, &place))
        continue;
      i += ((GPtrArray *) g_ptr_array_index (self->words, place))->len - 1;
      if (!g_hash_table_add (seen, GUINT_TO_POINTER (place)))
        continue;
      last = g_ptr_array_index (words, i);
      hit = g_new0 (PalGlossaryHit, 1);
      hit->term = g_ptr_array_index (self->terms, place);
      hit->start = first->start;
      hit->length = last->start + last->length - first->start;
      g_ptr_array_add (hits, hit);
    }

  return hits;
}

/**
 * pal_glossary_is_followed:
 * @self: a glossary
 * @term: one of its terms
 * @translation: the translation of a text in which the term stands
 *
 * A look, not grammar: each word of the term, or of another form in guillemets or quotation marks
 * in its note, must be there with the same beginning, in any order. Chinese: the same characters.
 *
 * Returns: whether the translation seems to use the term
 */
gboolean
pal_glossary_is_followed (PalGlossary *self, const PalGlossaryTerm *term, const char *translation)
{
  return pal_glossary_words_is_used (term->translation, term->note, translation, self->language);
}
