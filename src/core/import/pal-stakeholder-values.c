// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stakeholder-list"
#include "config.h"

#include "pal-stakeholder-list-private.h"

#include "pal-folded.h"
#include "pal-written-date.h"

#include <string.h>

/* What a cell says, as the question takes it. All of it is text, whatever it looks like: markup and
 * formulas are kept as they stand. */

#define MAX_TEXT_BYTES 2000
#define MAX_LONG_TEXT_BYTES 20000
#define MAX_PROBLEMS 5000

/* --- choices -----------------------------------------------------------------------------------
 */

/* What lists say besides the labels, as "word=id". */
static const struct
{
  const char *key;
  const char *words;
} customary[] = {
  { "type",
    "ong|osc|cso|civil society organization|civil society|société civile|sociedad civil|нпо|нко|"
    "非政府组织|منظمة غير حكومية=ngo|network|réseau|red|сеть=coalition|university|université|"
    "universidad|университет|大学|جامعة|think tank=academia|company|business|entreprise|empresa|"
    "компания|企业|公司|شركة=private|press|presse|prensa|сми|媒体|إعلام=media|trade union|syndicat|"
    "sindicato|профсоюз|工会|نقابة=union|ministry|public body|ministère|ministerio|министерство|"
    "政府|حكومة=government|un|igo|onu|оон|联合国=international|church|église|iglesia=faith" },
  { "languages",
    "eng|en|english|anglais|inglés=en|fr|fra|french|français|francés=fr|es|spa|spanish|espagnol|"
    "español|castellano=es|ru|rus|russian|russe|ruso=ru|ar|ara|arabic|arabe|árabe=ar|zh|chi|zho|"
    "chinese|chinois|chino|mandarin=zh" },
  { "person_consent",
    "yes|y|oui|sí|si|да|是|نعم|true|1|x|✓=internal|no|n|non|нет|否|لا|false|0=none" },
  { "ecosoc", "y|oui|sí|si|да|是|نعم|true|1|x=yes|n|non|нет|否|لا|false|0=no" },
  { "instruments", "palermo convention=untoc|palermo protocol=tip" },
};

static void
add_choice (GHashTable *table, const char *text, const char *id)
{
  g_autofree char *folded = pal_folded_dup (text);

  if (*folded == '\0')
    return;
  /* What means two choices means none. */
  if (g_hash_table_contains (table, folded)
      && g_strcmp0 (g_hash_table_lookup (table, folded), id) != 0)
    id = "";
  g_hash_table_replace (table, g_steal_pointer (&folded), g_strdup (id));
}

static void
add_customary (GHashTable *table, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, "|", -1);
  guint first = 0;

  for (guint i = 0; list[i] != NULL; i++)
    {
      char *equals = strchr (list[i], '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      for (; first <= i; first++)
        {
          g_autofree char *folded = pal_folded_dup (list[first]);

          if (*folded != '\0' && !g_hash_table_contains (table, folded))
            g_hash_table_insert (table, g_steal_pointer (&folded), g_strdup (equals + 1));
        }
    }
}

/* "Cluster I: criminalization" goes by "Cluster I", too. */
static void
add_beginning (GHashTable *table, const char *label, const char *id)
{
  static const char *const marks[] = { ":", "：" };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      const char *mark = strstr (label, marks[i]);
      g_autofree char *beginning = mark != NULL ? g_strndup (label, mark - label) : NULL;

      if (beginning != NULL)
        add_choice (table, beginning, id);
    }
}

static void
add_labels (GHashTable *table, PalResponse *response, const PalListQuestion *question)
{
  g_autofree char *path = pal_list_question_dup_path (question);
  PalFormNode *definition = pal_form_find_node (pal_response_get_form (response), path);
  PalNode *node = definition != NULL ? pal_response_find (response, path) : NULL;
  g_autoptr (GPtrArray) choices = NULL;

  if (node == NULL || definition->control == NULL)
    return;
  choices = pal_response_dup_choices (response, definition->control, node);
  for (guint i = 0; choices != NULL && i < choices->len; i++)
    {
      const PalChoice *choice = g_ptr_array_index (choices, i);

      add_choice (table, choice->value, choice->value);
      if (choice->label != NULL)
        {
          add_choice (table, choice->label, choice->value);
          add_beginning (table, choice->label, choice->value);
        }
    }
}

static gboolean
has_choices (const PalListQuestion *question)
{
  return question->kind == PAL_LIST_ONE || question->kind == PAL_LIST_MANY;
}

static void
take_defaults (PalStakeholderList *self, PalResponse *response)
{
  GPtrArray *nodes = pal_form_get_nodes (self->form);

  for (guint i = 0; i < nodes->len; i++)
    {
      PalFormNode *definition = g_ptr_array_index (nodes, i);
      PalNode *node;
      const char *value;

      if (definition->children->len > 0 || definition->is_repeat || definition->is_attribute
          || definition->calculate != NULL)
        continue;
      node = pal_response_find (response, definition->path);
      value = node != NULL ? pal_response_get_value (response, node) : "";
      if (*value != '\0')
        g_hash_table_insert (self->defaults, g_strdup (definition->path), g_strdup (value));
    }
}

/* What the form's choices are called in all its languages, and what it fills in by itself. */
gboolean
pal_list_load_choices (PalStakeholderList *self, GError **error)
{
  g_autoptr (PalResponse) response = pal_response_new (self->form, error);
  GPtrArray *languages = pal_form_get_languages (self->form);
  PalNode *clusters;

  if (response == NULL)
    return FALSE;
  take_defaults (self, response);
  /* Articles are offered by cluster: all of them. */
  clusters = pal_response_find (response, "/stakeholder/card/focus/clusters");
  if (clusters != NULL && !pal_response_set_value (response, clusters, "I II III IV", error))
    return FALSE;

  for (guint i = 0; i < pal_list_questions_count (); i++)
    if (has_choices (pal_list_question_at (i)))
      g_hash_table_insert (self->choices, (gpointer) pal_list_question_at (i)->key,
                           g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free));
  for (guint l = 0; l < languages->len; l++)
    {
      pal_response_set_language (response, g_ptr_array_index (languages, l));
      for (guint i = 0; i < pal_list_questions_count (); i++)
        if (has_choices (pal_list_question_at (i)))
          add_labels (g_hash_table_lookup (self->choices, pal_list_question_at (i)->key), response,
                      pal_list_question_at (i));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (customary); i++)
    add_customary (g_hash_table_lookup (self->choices, customary[i].key), customary[i].words);

  return TRUE;
}

/* --- cells -------------------------------------------------------------------------------------
 */

typedef struct
{
  PalStakeholderList *list;
  PalListRow *row;
  const PalListColumn *column;
  const PalListQuestion *question;
} Cell;

static void
add_problem (const Cell *cell, const char *text, PalListTrouble why)
{
  PalListProblem *problem;

  if (cell->list->problems->len >= MAX_PROBLEMS)
    return;
  problem = g_new0 (PalListProblem, 1);
  problem->row = cell->row->number;
  problem->column = cell->column;
  problem->text = g_strdup (text);
  problem->why = why;
  g_ptr_array_add (cell->list->problems, problem);
}

static const char *
find_choice (const Cell *cell, const char *text)
{
  g_autofree char *folded = pal_folded_dup (text);
  const char *id = g_hash_table_lookup (
      g_hash_table_lookup (cell->list->choices, cell->question->key), folded);

  return id != NULL && *id != '\0' ? id : NULL;
}

static void
add_id (GString *ids, const char *id)
{
  g_auto (GStrv) known = g_strsplit (ids->str, " ", -1);

  if (g_strv_contains ((const char *const *) known, id))
    return;
  if (ids->len > 0)
    g_string_append_c (ids, ' ');
  g_string_append (ids, id);
}

/* "Convention, article 5, article 6": labels have commas of their own, so that the longest run of
 * pieces that is a choice counts. */
static void
read_pieces (const Cell *cell, const char *text, GString *ids)
{
  g_auto (GStrv) pieces = g_strsplit_set (text, ",/", MAX_TEXT_BYTES);
  guint n_pieces = g_strv_length (pieces);

  for (guint i = 0; i < n_pieces;)
    {
      guint end = MIN (n_pieces, i + 4);
      const char *id = NULL;

      for (; end > i; end--)
        {
          g_autoptr (GString) run = g_string_new (pieces[i]);

          for (guint j = i + 1; j < end; j++)
            g_string_append_printf (run, ", %s", pieces[j]);
          id = find_choice (cell, run->str);
          if (id != NULL)
            break;
        }
      if (id != NULL)
        add_id (ids, id);
      else if (g_strstrip (pieces[i])[0] != '\0')
        add_problem (cell, pieces[i], PAL_LIST_TROUBLE_CHOICE);
      i = MAX (end, i + 1);
    }
}

static char *
read_many (const Cell *cell, const char *text)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  const char *whole = find_choice (cell, text);
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) even = g_string_new (text);

  if (whole != NULL)
    return g_strdup (whole);
  g_string_replace (even, "؛", ";", 0);
  g_string_replace (even, "；", ";", 0);
  g_string_replace (even, "、", ";", 0);
  g_string_replace (even, "،", ",", 0);
  g_string_replace (even, "，", ",", 0);
  parts = g_strsplit_set (even->str, ";\n|", MAX_TEXT_BYTES);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *id = find_choice (cell, parts[i]);

      if (id != NULL)
        add_id (ids, id);
      else
        read_pieces (cell, parts[i], ids);
    }

  return ids->len > 0 ? g_strdup (ids->str) : NULL;
}

static char *
read_one (const Cell *cell, const char *text)
{
  const char *id = find_choice (cell, text);

  if (id == NULL)
    add_problem (cell, text, PAL_LIST_TROUBLE_CHOICE);

  return g_strdup (id);
}

static char *
read_date (const Cell *cell, const char *text)
{
  gboolean unsure = FALSE;
  char *date = pal_written_date_dup (text, &unsure);

  if (date == NULL)
    add_problem (cell, text, unsure ? PAL_LIST_TROUBLE_UNSURE : PAL_LIST_TROUBLE_DATE);

  return date;
}

static char *
read_link (const Cell *cell, const char *text)
{
  g_autofree char *link = NULL;

  if (g_regex_match_simple ("^https?://[^ \\n]+$", text, G_REGEX_CASELESS, 0))
    return g_strdup (text);
  /* As people write it down. */
  if (g_regex_match_simple ("^[^ @:/\\n]+[.][^ @:\\n]{2,}$", text, 0, 0))
    return g_strconcat ("https://", text, NULL);
  add_problem (cell, text, PAL_LIST_TROUBLE_LINK);

  return NULL;
}

/* The first one; the card has place for one. */
static char *
read_address (const Cell *cell, const char *text)
{
  g_auto (GStrv) pieces = g_strsplit_set (text, " ;,\n<>/", MAX_TEXT_BYTES);
  char *address = NULL;

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      if (*pieces[i] == '\0')
        continue;
      if (address == NULL && g_regex_match_simple ("^[^ @]+@[^ @]+[.][^ @]+$", pieces[i], 0, 0))
        address = g_strdup (pieces[i]);
      else
        add_problem (cell, pieces[i], PAL_LIST_TROUBLE_ADDRESS);
    }

  return address;
}

static char *
read_phone (const Cell *cell, const char *text)
{
  if (g_regex_match_simple ("^[+]?[0-9 ()./-]+$", text, 0, 0))
    return g_strdup (text);
  add_problem (cell, text, PAL_LIST_TROUBLE_PHONE);

  return NULL;
}

static char *
read_cell (const Cell *cell, const char *text)
{
  gsize longest = cell->question->kind == PAL_LIST_LONG_TEXT ? MAX_LONG_TEXT_BYTES : MAX_TEXT_BYTES;
  char *line;

  if (text[0] == PAL_BOOK_BROKEN)
    {
      add_problem (cell, text + 1, PAL_LIST_TROUBLE_BROKEN);
      return NULL;
    }
  if (strlen (text) > longest)
    {
      g_autofree char *start = g_utf8_substring (text, 0, 80);

      add_problem (cell, start, PAL_LIST_TROUBLE_LONG);
      return NULL;
    }
  switch (cell->question->kind)
    {
    case PAL_LIST_TEXT:
      line = g_strdup (text);
      return g_strdelimit (line, "\n\t", ' ');
    case PAL_LIST_LONG_TEXT:
      return g_strdup (text);
    case PAL_LIST_ONE:
      return read_one (cell, text);
    case PAL_LIST_MANY:
      return read_many (cell, text);
    case PAL_LIST_DATE:
      return read_date (cell, text);
    case PAL_LIST_LINK:
      return read_link (cell, text);
    case PAL_LIST_ADDRESS:
      return read_address (cell, text);
    case PAL_LIST_PHONE:
      return read_phone (cell, text);
    }

  return NULL;
}

/* --- rows --------------------------------------------------------------------------------------
 */

static void
take_cell (Cell *cell, const char *text)
{
  g_autofree char *value = NULL;
  const char *before = g_hash_table_lookup (cell->row->values, cell->question->key);

  if (before != NULL && cell->question->kind == PAL_LIST_MANY)
    {
      g_autofree char *both = read_many (cell, text);
      g_autoptr (GString) ids = g_string_new (before);
      g_auto (GStrv) more = g_strsplit (both != NULL ? both : "", " ", -1);

      for (guint i = 0; more[i] != NULL; i++)
        if (*more[i] != '\0')
          add_id (ids, more[i]);
      value = g_strdup (ids->str);
    }
  else
    {
      g_autofree char *read = read_cell (cell, text);

      if (read == NULL || *read == '\0')
        return;
      value
          = before == NULL
                ? g_steal_pointer (&read)
                : g_strconcat (before, cell->question->joint != NULL ? cell->question->joint : " ",
                               read, NULL);
    }
  g_hash_table_insert (cell->row->values, (gpointer) cell->question->key, g_steal_pointer (&value));
}

gboolean
pal_list_is_person_question (const char *key)
{
  const PalListQuestion *question = pal_list_question_find (key);

  return question != NULL && question->is_person;
}

/* A person is written down who agreed, or on the word of whoever takes the list. */
static void
protect_person (PalStakeholderList *self, PalListRow *row)
{
  const char *consent = g_hash_table_lookup (row->values, "person_consent");
  gboolean agreed
      = consent != NULL && strcmp (consent, "none") != 0 && strcmp (consent, "withdrawn") != 0;
  gboolean named = g_hash_table_contains (row->values, "person")
                   || g_hash_table_contains (row->values, "person_function")
                   || g_hash_table_contains (row->values, "person_contact");
  GHashTableIter iter;
  gpointer key;

  row->has_person = named && !agreed;
  if (named && (agreed || (self->with_persons && g_strcmp0 (consent, "withdrawn") != 0)))
    return;
  g_hash_table_iter_init (&iter, row->values);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (pal_list_is_person_question (key))
      g_hash_table_iter_remove (&iter);
}

static void
read_row (PalStakeholderList *self, const PalBookRow *from, PalListRow *row)
{
  Cell cell = { self, row, NULL, NULL };

  for (guint i = 0; i < MIN (self->columns->len, from->n_cells); i++)
    {
      cell.column = g_ptr_array_index (self->columns, i);
      cell.question = pal_list_question_find (cell.column->question);
      if (cell.question != NULL && from->cells[i] != NULL)
        take_cell (&cell, from->cells[i]);
    }
  protect_person (self, row);
  row->n_answers = g_hash_table_size (row->values);
  g_free (row->name);
  row->name = g_strdup (g_hash_table_lookup (row->values, "name"));
}

/* Reads all rows as the columns are now; what people decided on them stays. */
void
pal_list_read_rows (PalStakeholderList *self)
{
  g_ptr_array_set_size (self->problems, 0);
  for (guint i = 0; i < self->rows->len; i++)
    {
      PalListRow *row = g_ptr_array_index (self->rows, i);

      g_hash_table_remove_all (row->values);
      read_row (self, g_ptr_array_index (self->sheet->rows, self->header + 1 + i), row);
    }
}
