// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-orphans"
#include "config.h"

#include "pal-migration.h"
#include "pal-orphans.h"
#include "pal-record.h"

#include "pal-clock.h"

#include <string.h>

/* Answers whose question is gone, read with the words of the form that asked it last: it is still
 * in the file. */

/**
 * pal_answer_free:
 * @answer: (transfer full): an answer
 */
void
pal_answer_free (PalAnswer *answer)
{
  g_free (answer->record);
  g_free (answer->form_id);
  g_free (answer->form_version);
  g_free (answer->path);
  g_free (answer->new_path);
  g_free (answer->place);
  g_free (answer->label);
  g_free (answer->value);
  g_free (answer->text);
  g_free (answer->author);
  g_free (answer);
}

/* --- versions of a form */

struct _PalVersions
{
  PalDossier *dossier; /* (owned) */
  char *form_id;       /* (owned) */
  GPtrArray *names;    /* (owned) (element-type utf8): newest first */
  GHashTable *forms;   /* (owned): version -> PalForm */
};

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  return pal_form_compare_versions (*(const char *const *) b, *(const char *const *) a);
}

/**
 * pal_versions_new:
 * @dossier: a dossier
 * @form_id: which form
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its versions, none of them loaded
 */
PalVersions *
pal_versions_new (PalDossier *dossier, const char *form_id, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_forms (dossier, error);
  PalVersions *self;

  if (infos == NULL)
    return NULL;

  self = g_new0 (PalVersions, 1);
  self->dossier = g_object_ref (dossier);
  self->form_id = g_strdup (form_id);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->forms
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_form_unref);
  for (guint i = 0; i < infos->len; i++)
    {
      const PalFormInfo *info = g_ptr_array_index (infos, i);

      if (strcmp (info->id, form_id) == 0)
        g_ptr_array_add (self->names, g_strdup (info->version));
    }
  g_ptr_array_sort (self->names, compare_newest_first);

  return self;
}

/**
 * pal_versions_free:
 * @self: (transfer full): versions
 */
void
pal_versions_free (PalVersions *self)
{
  g_object_unref (self->dossier);
  g_free (self->form_id);
  g_ptr_array_unref (self->names);
  g_hash_table_unref (self->forms);
  g_free (self);
}

/**
 * pal_versions_get:
 * @self: versions
 * @version: which
 * @error: return location
 *
 * Returns: (transfer none) (nullable): the form
 */
PalForm *
pal_versions_get (PalVersions *self, const char *version, GError **error)
{
  PalForm *form = g_hash_table_lookup (self->forms, version);

  if (form != NULL)
    return form;
  form = pal_dossier_load_form (self->dossier, self->form_id, version, error);
  if (form != NULL)
    g_hash_table_insert (self->forms, g_strdup (version), form);

  return form;
}

/**
 * pal_versions_get_newest:
 * @self: versions
 *
 * Returns: (transfer none) (nullable): the newest form that can be read
 */
PalForm *
pal_versions_get_newest (PalVersions *self)
{
  PalForm *form = NULL;

  for (guint i = 0; form == NULL && i < self->names->len; i++)
    form = pal_versions_get (self, g_ptr_array_index (self->names, i), NULL);

  return form;
}

/**
 * pal_versions_count:
 * @self: versions
 *
 * Returns: how many the dossier has
 */
guint
pal_versions_count (PalVersions *self)
{
  return self->names->len;
}

/**
 * pal_versions_list:
 * @self: versions
 *
 * Returns: (transfer container) (element-type PalForm): the forms, newest first; a single one is
 *   left out, as there is nothing to compare it with
 */
GPtrArray *
pal_versions_list (PalVersions *self)
{
  GPtrArray *forms = g_ptr_array_new ();

  for (guint i = 0; self->names->len > 1 && i < self->names->len; i++)
    {
      PalForm *form = pal_versions_get (self, g_ptr_array_index (self->names, i), NULL);

      if (form != NULL)
        g_ptr_array_add (forms, form);
    }

  return forms;
}

/* --- words for an answer */

/**
 * pal_orphans_number_rows:
 * @heads: (element-type PalChange): of a record, as pal_dossier_read_heads() gives them
 *
 * Returns: (transfer full): path of a row -> its number among its like, from 1
 */
GHashTable *
pal_orphans_number_rows (GPtrArray *heads)
{
  GHashTable *numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      const char *open = head->node != NULL ? strrchr (head->node, '[') : NULL;
      char *repeat;
      guint number;

      if (head->kind != PAL_CHANGE_ROW_ADDED || open == NULL)
        continue;
      repeat = g_strndup (head->node, (gsize) (open - head->node));
      number = GPOINTER_TO_UINT (g_hash_table_lookup (counts, repeat)) + 1;
      g_hash_table_insert (counts, repeat, GUINT_TO_POINTER (number));
      g_hash_table_insert (numbers, g_strdup (head->node), GUINT_TO_POINTER (number));
    }

  return numbers;
}

/**
 * pal_orphans_is_misfit:
 * @form: a form
 * @node: a node of it
 * @value: a value, not empty
 *
 * Returns: whether the value is not of the question's type, or holds a choice that it does not
 * offer
 */
gboolean
pal_orphans_is_misfit (PalForm *form, PalFormNode *node, const char *value)
{
  return !pal_response_takes_value (node, value) || !pal_form_offers_value (form, node, value);
}

static void
append_place (PalForm *form, PalFormNode *node, GPtrArray *row_numbers, const char *language,
              GString *place)
{
  g_autofree char *label = NULL;

  if (node->parent == NULL)
    return;
  append_place (form, node->parent, row_numbers, language, place);
  label = pal_form_dup_node_label (form, node, language);
  if (label == NULL && !node->is_repeat)
    return;
  if (place->len > 0)
    g_string_append (place, " › ");
  g_string_append (place, label != NULL ? label : "");
  if (node->is_repeat && row_numbers->len > 0)
    g_string_append_printf (place, "%s%u", label != NULL ? " " : "",
                            GPOINTER_TO_UINT (g_ptr_array_steal_index (row_numbers, 0)));
}

/* The numbers of the rows in a path, the outermost first. */
static GPtrArray *
list_row_numbers (const char *path, GHashTable *rows)
{
  GPtrArray *numbers = g_ptr_array_new ();

  for (const char *close = strchr (path, ']'); close != NULL; close = strchr (close + 1, ']'))
    {
      g_autofree char *row = g_strndup (path, (gsize) (close + 1 - path));

      g_ptr_array_add (numbers, g_hash_table_lookup (rows, row));
    }

  return numbers;
}

static void
describe_with (PalAnswer *answer, PalForm *form, PalFormNode *node, GHashTable *rows,
               const char *language)
{
  const char *fitting = language != NULL ? pal_form_match_language (form, language) : NULL;
  g_autoptr (GPtrArray) numbers = list_row_numbers (answer->path, rows);
  g_autoptr (GString) place = g_string_new (NULL);

  answer->is_question = node->control != NULL;
  answer->form_version = g_strdup (pal_form_get_version (form));
  if (node->parent != NULL)
    append_place (form, node->parent, numbers, fitting, place);
  if (place->len > 0)
    answer->place = g_strdup (place->str);
  answer->label = pal_form_dup_node_label (form, node, fitting);
  answer->text = pal_form_dup_value_text (form, node, answer->value, fitting);
}

/**
 * pal_versions_describe:
 * @self: the versions of its form
 * @head: an answer
 * @rows: see pal_orphans_number_rows()
 * @language: (nullable): a code
 *
 * Returns: (transfer full): the answer with the words of the newest version that asked for it and
 *   knows what was chosen
 */
PalAnswer *
pal_versions_describe (PalVersions *self, const PalChange *head, GHashTable *rows,
                       const char *language)
{
  PalAnswer *answer = g_new0 (PalAnswer, 1);
  PalForm *best = NULL;
  PalFormNode *best_node = NULL;

  answer->record = g_strdup (head->record);
  answer->form_id = g_strdup (self->form_id);
  answer->path = g_strdup (head->node);
  answer->value = g_strdup (head->value);
  answer->author = g_strdup (head->author);
  answer->clock_us = head->clock_us;
  for (guint i = 0; i < self->names->len; i++)
    {
      PalForm *form = pal_versions_get (self, g_ptr_array_index (self->names, i), NULL);
      PalFormNode *node = form != NULL ? pal_migration_find_home (form, head->node) : NULL;

      if (node == NULL || !pal_migration_keeps_values (node))
        continue;
      if (best == NULL)
        {
          best = form;
          best_node = node;
        }
      if (pal_form_offers_value (form, node, head->value))
        {
          best = form;
          best_node = node;
          break;
        }
    }
  if (best != NULL)
    describe_with (answer, best, best_node, rows, language);
  else
    {
      answer->form_version = g_strdup ("");
      answer->text = g_strdup (head->value);
    }

  return answer;
}

/* --- all of a dossier */

static void
add_orphans (PalVersions *versions, PalRecord *record, GHashTable *rows, const char *language,
             GPtrArray *answers)
{
  GPtrArray *orphans = pal_record_get_orphans (record);

  for (guint i = 0; i < orphans->len; i++)
    {
      const PalChange *orphan = g_ptr_array_index (orphans, i);
      PalAnswer *answer;

      if (orphan->kind != PAL_CHANGE_VALUE || orphan->value == NULL || *orphan->value == '\0')
        continue;
      answer = pal_versions_describe (versions, orphan, rows, language);
      answer->fate = PAL_ANSWER_ORPHANED;
      g_ptr_array_add (answers, answer);
    }
}

static void
add_misfits (PalVersions *versions, PalForm *form, GPtrArray *heads, GHashTable *rows,
             const char *language, GPtrArray *answers)
{
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      PalFormNode *node;
      PalAnswer *answer;

      if (head->kind != PAL_CHANGE_VALUE || head->value == NULL || *head->value == '\0')
        continue;
      node = pal_migration_find_home (form, head->node);
      if (node == NULL || node->calculate != NULL
          || !pal_orphans_is_misfit (form, node, head->value))
        continue;
      answer = pal_versions_describe (versions, head, rows, language);
      answer->fate = PAL_ANSWER_STAYS;
      answer->is_misfit = TRUE;
      g_ptr_array_add (answers, answer);
    }
}

static gboolean
read_record (PalDossier *self, const PalRecordInfo *info, PalVersions *versions,
             const char *language, GPtrArray *answers, GError **error)
{
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (GHashTable) rows = NULL;
  g_autoptr (PalRecord) record = NULL;

  /* Answers come to be without a question when a form changes. */
  if (pal_versions_count (versions) < 2)
    return TRUE;
  record = pal_record_open (self, info->id, error);
  if (record == NULL)
    return FALSE;
  heads = pal_dossier_read_heads (self, info->id, error);
  if (heads == NULL)
    return FALSE;
  rows = pal_orphans_number_rows (heads);
  add_orphans (versions, record, rows, language, answers);
  add_misfits (versions, pal_response_get_form (pal_record_get_response (record)), heads, rows,
               language, answers);

  return TRUE;
}

/**
 * pal_dossier_read_orphans:
 * @self: a dossier
 * @record: (nullable): id of a record; %NULL: all
 * @language: (nullable): a code, for questions and choices
 * @error: return location
 *
 * Blocking: the answers for which the form of their record has no question, and those that do not
 * fit their question any more (is_misfit). Any thread but the worker.
 *
 * Returns: (transfer container) (element-type PalAnswer) (nullable): the answers;
 *   %PAL_DOSSIER_ERROR_NOT_FOUND when there is no such record
 */
GPtrArray *
pal_dossier_read_orphans (PalDossier *self, const char *record, const char *language,
                          GError **error)
{
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_answer_free);
  g_autoptr (GHashTable) forms
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_versions_free);
  gboolean found = record == NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  infos = pal_dossier_list_records (self, NULL, error);
  if (infos == NULL)
    return NULL;
  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);
      PalVersions *versions = g_hash_table_lookup (forms, info->form_id);

      if (record != NULL && strcmp (record, info->id) != 0)
        continue;
      found = TRUE;
      if (versions == NULL)
        {
          versions = pal_versions_new (self, info->form_id, error);
          if (versions == NULL)
            return NULL;
          g_hash_table_insert (forms, g_strdup (info->form_id), versions);
        }
      if (!read_record (self, info, versions, language, answers, error))
        return NULL;
    }
  if (!found)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record %s", record);
      return NULL;
    }

  return g_steal_pointer (&answers);
}

typedef struct
{
  char *record;
  char *language;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->record);
  g_free (reading->language);
  g_free (reading);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  GPtrArray *answers
      = pal_dossier_read_orphans (source, reading->record, reading->language, &error);

  if (answers != NULL)
    g_task_return_pointer (task, answers, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_read_orphans_async:
 * @self: a dossier
 * @record: (nullable): id of a record; %NULL: all
 * @language: (nullable): a code
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_read_orphans().
 */
void
pal_dossier_read_orphans_async (PalDossier *self, const char *record, const char *language,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  g_return_if_fail (PAL_IS_DOSSIER (self));

  reading = g_new0 (Reading, 1);
  reading->record = g_strdup (record);
  reading->language = g_strdup (language);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_read_orphans_async);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * pal_dossier_read_orphans_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalAnswer) (nullable): the answers
 */
GPtrArray *
pal_dossier_read_orphans_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- a table */

static void
append_cell (GString *csv, const char *text, gboolean is_last)
{
  g_string_append_c (csv, '"');
  for (const char *p = text != NULL ? text : ""; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *p);
    }
  g_string_append (csv, is_last ? "\"\r\n" : "\",");
}

/**
 * pal_answers_to_csv:
 * @answers: (element-type PalAnswer): answers
 *
 * Returns: (transfer full): a table for a spreadsheet (RFC 4180, UTF-8), a line of headings first
 */
char *
pal_answers_to_csv (GPtrArray *answers)
{
  GString *csv = g_string_new (NULL);
  const char *const headings[] = { "record", "form",   "version", "path", "place", "question",
                                   "value",  "answer", "author",  "time", "why" };

  for (gsize i = 0; i < G_N_ELEMENTS (headings); i++)
    append_cell (csv, headings[i], i + 1 == G_N_ELEMENTS (headings));
  for (guint i = 0; i < answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (answers, i);
      g_autofree char *time = pal_clock_format_rfc3339 (answer->clock_us);
      const char *const cells[] = { answer->record,
                                    answer->form_id,
                                    answer->form_version,
                                    answer->path,
                                    answer->place,
                                    answer->label,
                                    answer->value,
                                    answer->text,
                                    answer->author,
                                    time,
                                    answer->is_misfit ? "misfit" : "no-question" };

      for (gsize j = 0; j < G_N_ELEMENTS (cells); j++)
        append_cell (csv, cells[j], j + 1 == G_N_ELEMENTS (cells));
    }

  return g_string_free (csv, FALSE);
}
