// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-difference"
#include "config.h"

#include "pal-difference.h"

#include "pal-form-changes.h"
#include "pal-orphans.h"

#include <string.h>

typedef struct
{
  PalDossier *dossier;
  const char *language;
  GHashTable *forms;    /* record -> id of its form */
  GHashTable *versions; /* form id -> PalVersions */
  GHashTable *rows;     /* record -> numbers of its rows, see pal_orphans_number_rows() */
} Describing;

/**
 * pal_difference_free:
 * @difference: (transfer full): a difference
 */
void
pal_difference_free (PalDifference *difference)
{
  g_free (difference->record);
  g_free (difference->node);
  g_free (difference->place);
  g_free (difference->label);
  g_free (difference->before);
  g_free (difference->after);
  g_free (difference);
}

static void
note_forms (Describing *self, GPtrArray *infos)
{
  for (guint i = 0; infos != NULL && i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);

      g_hash_table_insert (self->forms, g_strdup (info->id), g_strdup (info->form_id));
    }
}

/* "cluster-1\t3" */
static void
note_form_of_node (Describing *self, const PalMergedNode *node)
{
  const char *form = node->after != NULL ? node->after : node->before;
  const char *tab = form != NULL ? strchr (form, '\t') : NULL;

  if (tab != NULL && !g_hash_table_contains (self->forms, node->record))
    g_hash_table_insert (self->forms, g_strdup (node->record),
                         g_strndup (form, (gsize) (tab - form)));
}

/* (nullable): a form that the dossier does not have cannot say anything. */
static PalVersions *
get_versions (Describing *self, const char *record)
{
  const char *form_id = g_hash_table_lookup (self->forms, record);
  PalVersions *versions = form_id != NULL ? g_hash_table_lookup (self->versions, form_id) : NULL;

  if (form_id == NULL || versions != NULL)
    return versions;
  versions = pal_versions_new (self->dossier, form_id, NULL);
  if (versions != NULL)
    g_hash_table_insert (self->versions, g_strdup (form_id), versions);

  return versions;
}

static GHashTable *
get_rows (Describing *self, const char *record)
{
  GHashTable *rows = g_hash_table_lookup (self->rows, record);
  g_autoptr (GPtrArray) heads = NULL;

  if (rows != NULL)
    return rows;
  heads = pal_dossier_read_heads (self->dossier, record, NULL);
  if (heads == NULL)
    heads = pal_changes_new ();
  rows = pal_orphans_number_rows (heads);
  g_hash_table_insert (self->rows, g_strdup (record), rows);

  return rows;
}

/* --- one of them */

static PalAnswer *
describe_value (Describing *self, PalVersions *versions, const PalMergedNode *node,
                const char *value)
{
  g_autoptr (PalChange) head
      = pal_change_new (PAL_CHANGE_VALUE, node->record, node->node, value != NULL ? value : "");

  return pal_versions_describe (versions, head, get_rows (self, node->record), self->language);
}

static gboolean
has_text (const char *text)
{
  return text != NULL && *text != '\0';
}

static PalDifference *
describe_answer (Describing *self, PalVersions *versions, const PalMergedNode *node)
{
  g_autoptr (PalAnswer) before = describe_value (self, versions, node, node->before);
  g_autoptr (PalAnswer) after = describe_value (self, versions, node, node->after);
  PalDifference *difference;

  if (!before->is_question && !after->is_question)
    return NULL;
  difference = g_new0 (PalDifference, 1);
  difference->kind = PAL_DIFFERENCE_ANSWER;
  difference->place = g_strdup (after->place != NULL ? after->place : before->place);
  difference->label = g_strdup (after->label != NULL ? after->label : before->label);
  difference->before = has_text (node->before) ? g_strdup (before->text) : NULL;
  difference->after = has_text (node->after) ? g_strdup (after->text) : NULL;

  return difference;
}

/* The path as the form has it, without rows. */
static char *
dup_plain_path (const char *node)
{
  GString *path = g_string_new (NULL);
  gboolean inside = FALSE;

  for (const char *c = node; *c != '\0'; c++)
    {
      inside = inside || *c == '[';
      if (!inside)
        g_string_append_c (path, *c);
      inside = inside && *c != ']';
    }

  return g_string_free (path, FALSE);
}

static PalDifference *
describe_row (Describing *self, PalVersions *versions, const PalMergedNode *node)
{
  g_autofree char *path = dup_plain_path (node->node);
  PalForm *form = pal_versions_get_newest (versions);
  PalFormNode *definition = form != NULL ? pal_form_find_node (form, path) : NULL;
  const char *fitting = form != NULL && self->language != NULL
                            ? pal_form_match_language (form, self->language)
                            : NULL;
  PalDifference *difference = g_new0 (PalDifference, 1);

  difference->kind = PAL_DIFFERENCE_ROW;
  difference->label
      = definition != NULL ? pal_form_dup_node_label (form, definition, fitting) : NULL;
  difference->before = g_strdup (node->before);
  difference->after = g_strdup (node->after);

  return difference;
}

static PalDifference *
describe_record (Describing *self, PalVersions *versions, const PalMergedNode *node)
{
  PalForm *form = versions != NULL ? pal_versions_get_newest (versions) : NULL;
  const char *fitting = form != NULL && self->language != NULL
                            ? pal_form_match_language (form, self->language)
                            : NULL;
  PalDifference *difference = g_new0 (PalDifference, 1);

  difference->kind = PAL_DIFFERENCE_RECORD;
  difference->label = form != NULL ? pal_form_dup_title (form, fitting) : NULL;
  difference->before = g_strdup (node->before);
  difference->after = g_strdup (node->after);

  return difference;
}

static PalDifference *
describe (Describing *self, const PalMergedNode *node)
{
  PalVersions *versions = get_versions (self, node->record);

  if (*node->node == '\0')
    return describe_record (self, versions, node);
  if (versions == NULL)
    return NULL;
  if (g_str_has_suffix (node->node, "]"))
    return describe_row (self, versions, node);

  return describe_answer (self, versions, node);
}

/**
 * pal_dossier_describe_nodes:
 * @self: a dossier
 * @nodes: (element-type PalMergedNode): what a merge, a restore or a span touches
 * @language: (nullable): a language code
 * @error: return location
 *
 * Blocking, any thread but the worker.
 *
 * Returns: (transfer full) (nullable) (element-type PalDifference): the same for a person, in the
 *   same order
 */
GPtrArray *
pal_dossier_describe_nodes (PalDossier *self, GPtrArray *nodes, const char *language,
                            GError **error)
{
  g_autoptr (GPtrArray) differences
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_difference_free);
  g_autoptr (GHashTable) forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) versions
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_versions_free);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                       (GDestroyNotify) g_hash_table_unref);
  g_autoptr (GPtrArray) present = NULL;
  g_autoptr (GPtrArray) removed = NULL;
  Describing describing = { self, language, forms, versions, rows };

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  present = pal_dossier_list_records (self, NULL, error);
  removed = present != NULL ? pal_dossier_list_removed_records (self, NULL, error) : NULL;
  if (removed == NULL)
    return NULL;
  note_forms (&describing, removed);
  note_forms (&describing, present);
  for (guint i = 0; i < nodes->len; i++)
    note_form_of_node (&describing, g_ptr_array_index (nodes, i));

  for (guint i = 0; i < nodes->len; i++)
    {
      const PalMergedNode *node = g_ptr_array_index (nodes, i);
      PalDifference *difference = describe (&describing, node);

      if (difference == NULL)
        continue;
      difference->record = g_strdup (node->record);
      difference->node = g_strdup (node->node);
      g_ptr_array_add (differences, difference);
    }

  return g_steal_pointer (&differences);
}

typedef struct
{
  GPtrArray *nodes;
  char *language;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_ptr_array_unref (job->nodes);
  g_free (job->language);
  g_free (job);
}

static void
describe_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  GPtrArray *differences = pal_dossier_describe_nodes (source, job->nodes, job->language, &error);

  if (differences != NULL)
    g_task_return_pointer (task, differences, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_describe_nodes_async:
 * @self: a dossier
 * @nodes: (element-type PalMergedNode): not changed any more
 * @language: (nullable): a language code
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_describe_nodes().
 */
void
pal_dossier_describe_nodes_async (PalDossier *self, GPtrArray *nodes, const char *language,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (PAL_IS_DOSSIER (self));

  job = g_new0 (Job, 1);
  job->nodes = g_ptr_array_ref (nodes);
  job->language = g_strdup (language);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_describe_nodes_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, describe_in_thread);
}

/**
 * pal_dossier_describe_nodes_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): see pal_dossier_describe_nodes()
 */
GPtrArray *
pal_dossier_describe_nodes_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
