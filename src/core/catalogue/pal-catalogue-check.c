// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

/* What can be said about a translation without understanding it. */

#define SHORT_LABEL 30 /* characters: what may not fit where it stands */
#define SMALL_WORD 8   /* characters: so few that a proportion says nothing */

/**
 * pal_remark_free:
 * @self: (transfer full): a remark
 */
void
pal_remark_free (PalRemark *self)
{
  g_free (self->found);
  g_free (self->expected);
  g_free (self);
}

static void
add (GPtrArray *remarks, PalRemarkKind kind, const char *found, const char *expected)
{
  PalRemark *remark = g_new0 (PalRemark, 1);

  remark->kind = kind;
  remark->found = g_strdup (found);
  remark->expected = g_strdup (expected);
  g_ptr_array_add (remarks, remark);
}

static void
add_compared (GPtrArray *remarks, PalRemark *remark)
{
  if (remark != NULL)
    g_ptr_array_add (remarks, remark);
}

static gsize
count_blanks_before (const char *text)
{
  return strspn (text, " \t\n");
}

static gsize
count_blanks_behind (const char *text)
{
  gsize length = strlen (text);
  gsize n = 0;

  while (n < length && strchr (" \t\n", text[length - n - 1]) != NULL)
    n++;

  return n;
}

static void
check_blanks (GPtrArray *remarks, const char *source, const char *text)
{
  gsize before = count_blanks_before (source), behind = count_blanks_behind (source);

  if (count_blanks_before (text) != before || count_blanks_behind (text) != behind
      || strncmp (text, source, before) != 0
      || strcmp (text + strlen (text) - behind, source + strlen (source) - behind) != 0)
    add (remarks, PAL_REMARK_BLANKS, NULL, NULL);
}

static guint
count_mnemonics (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    if (*text == '_' && text[1] != '_' && text[1] != '\0'
        && g_unichar_isalnum (g_utf8_get_char (text + 1)))
      n++;
    else if (*text == '_' && text[1] == '_')
      text++;

  return n;
}

/* Words such as "file_name" are none. */
static void
check_mnemonic (GPtrArray *remarks, const char *source, const char *text)
{
  gboolean is_wanted = count_mnemonics (source) == 1 && strlen (source) < 80
                       && (source[0] == '_' || strstr (source, " _") != NULL);
  guint n = count_mnemonics (text);

  if (is_wanted && n != 1)
    add (remarks, PAL_REMARK_MNEMONIC, NULL, NULL);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "<b>", "</b>", "<a href=...>" as "<b", "</b", "<a": sorted, as the order is the translator's. */
static GPtrArray *
list_tags (const char *text)
{
  GPtrArray *tags = g_ptr_array_new_with_free_func (g_free);

  for (; (text = strchr (text, '<')) != NULL; text++)
    {
      const char *start = text + (text[1] == '/' ? 2 : 1);
      const char *end = start;

      while (g_ascii_isalnum (*end))
        end++;
      if (g_ascii_isalpha (*start) && strchr ("> /", *end) != NULL && *end != '\0'
          && strchr (end, '>') != NULL)
        g_ptr_array_add (tags, g_strndup (text, end - text));
    }
  g_ptr_array_sort (tags, compare_texts);

  return tags;
}

static void
check_markup (GPtrArray *remarks, const char *source, const char *text)
{
  g_autoptr (GPtrArray) theirs = list_tags (source);
  g_autoptr (GPtrArray) ours = list_tags (text);
  guint n = MAX (theirs->len, ours->len);

  for (guint i = 0; i < n; i++)
    {
      const char *wanted = i < theirs->len ? g_ptr_array_index (theirs, i) : NULL;
      const char *found = i < ours->len ? g_ptr_array_index (ours, i) : NULL;

      if (g_strcmp0 (wanted, found) != 0)
        {
          add (remarks, PAL_REMARK_MARKUP, found, wanted);
          return;
        }
    }
}

static void
check_length (GPtrArray *remarks, const char *source, const char *text)
{
  glong length = g_utf8_strlen (source, -1);

  if (length <= SHORT_LABEL && strchr (source, '\n') == NULL
      && g_utf8_strlen (text, -1) * 2 > MAX (length, SMALL_WORD) * 5)
    add (remarks, PAL_REMARK_LENGTH, NULL, NULL);
}

/* A line of the comment: "glossary: TERM - why", "length: why". term: (nullable) */
static gboolean
is_silenced (PalCatalogueEntry *entry, const char *what, const char *term)
{
  g_auto (GStrv) lines = NULL;

  if (entry->comment == NULL)
    return FALSE;
  lines = g_strsplit (entry->comment, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);

      if (!g_str_has_prefix (line, what) || line[strlen (what)] != ':')
        continue;
      line = g_strchug (line + strlen (what) + 1);
      if (term == NULL || g_ascii_strncasecmp (line, term, strlen (term)) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
check_glossary (GPtrArray *remarks, PalCatalogueEntry *entry, PalGlossary *glossary,
                const char *source, const char *text)
{
  g_autoptr (GPtrArray) hits = pal_glossary_find (glossary, source);

  for (guint i = 0; i < hits->len; i++)
    {
      const PalGlossaryHit *hit = g_ptr_array_index (hits, i);

      if (!pal_glossary_is_followed (glossary, hit->term, text)
          && !is_silenced (entry, "glossary", hit->term->term))
        add (remarks, PAL_REMARK_GLOSSARY, hit->term->term, hit->term->translation);
    }
}

static void
check_one (PalCatalogue *self, PalCatalogueEntry *entry, guint index, PalGlossary *glossary,
           GPtrArray *remarks)
{
  const char *text = g_ptr_array_index (entry->strings, index);
  gboolean is_many = entry->id_plural != NULL;
  const char *source = is_many && index > 0 ? entry->id_plural : entry->id;

  check_blanks (remarks, source, text);
  check_markup (remarks, source, text);
  if (entry->is_format)
    add_compared (remarks,
                  pal_format_compare (is_many ? entry->id_plural : entry->id, text, is_many));
  if (self->is_interface)
    check_mnemonic (remarks, source, text);
  else
    add_compared (remarks, pal_reference_compare (source, text));
  if (!is_silenced (entry, "length", NULL))
    check_length (remarks, source, text);
  if (glossary != NULL && index == 0)
    check_glossary (remarks, entry, glossary, source, text);
}

/**
 * pal_catalogue_check_entry:
 * @self: the catalogue
 * @entry: one of its entries, as it is now
 * @glossary: (nullable): of its language
 *
 * Looks an entry over. Nothing is said about one that is missing altogether; errors are what makes
 * pal_catalogue_load() refuse a file, unless it is fuzzy.
 *
 * Returns: (transfer full) (element-type PalRemark): what is to be said, by translation
 */
GPtrArray *
pal_catalogue_check_entry (PalCatalogue *self, PalCatalogueEntry *entry, PalGlossary *glossary)
{
  GPtrArray *remarks = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_remark_free);
  guint first = 0;

  g_return_val_if_fail (PAL_IS_CATALOGUE (self) && PAL_IS_CATALOGUE_ENTRY (entry), remarks);

  if (entry->state == PAL_ENTRY_MISSING)
    return remarks;
  for (guint i = 0; i < entry->strings->len; i++)
    {
      first = remarks->len;
      if (*(const char *) g_ptr_array_index (entry->strings, i) != '\0')
        check_one (self, entry, i, glossary, remarks);
      else
        {
          add (remarks, PAL_REMARK_PLURAL_MISSING, NULL, NULL);
          ((PalRemark *) g_ptr_array_index (remarks, first))->is_error = TRUE;
        }
      for (; first < remarks->len; first++)
        ((PalRemark *) g_ptr_array_index (remarks, first))->index = i;
    }

  return remarks;
}
