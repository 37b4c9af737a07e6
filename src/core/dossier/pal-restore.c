// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-restore"
#include "config.h"

#include "pal-backup-private.h"

#include <string.h>

/* Back to what a backup says. The file is never replaced: what only the backup has is merged in,
 * and then, in the same transaction, everything that says something else is set to what it said
 * there. So a restore is an act like any other, and can be taken back like any other. */

/**
 * pal_restore_report_free:
 * @report: (transfer full): a report
 */
void
pal_restore_report_free (PalRestoreReport *report)
{
  g_ptr_array_unref (report->nodes);
  g_free (report);
}

typedef struct
{
  PalDossier *here;
  PalDossier *there;
  PalRestoreReport *report; /* (unowned) */
  GPtrArray *changes;       /* (element-type PalChange) */
} Compare;

static void
add_change (Compare *compare, PalChangeKind kind, const char *record, const char *node,
            const char *before, const char *after, const char *value)
{
  PalMergedNode *merged = g_new0 (PalMergedNode, 1);

  merged->record = g_strdup (record);
  merged->node = g_strdup (node != NULL ? node : "");
  merged->before = g_strdup (before);
  merged->after = g_strdup (after);
  g_ptr_array_add (compare->report->nodes, merged);
  g_ptr_array_add (compare->changes, pal_change_new (kind, record, node, value));
}

/* What a record says by node: the newest where people disagree. (element-type utf8 PalChange) */
static GHashTable *
index_heads (GPtrArray *heads)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; heads != NULL && i < heads->len; i++)
    {
      PalChange *head = g_ptr_array_index (heads, i);

      g_hash_table_insert (index, head->node, head);
    }

  return index;
}

static const char *
get_value (GHashTable *index, const char *node)
{
  const PalChange *head = g_hash_table_lookup (index, node);

  return head != NULL && head->value != NULL && *head->value != '\0' ? head->value : NULL;
}

static void
compare_rows (Compare *compare, const char *record, GPtrArray *heads, GHashTable *other,
              PalChangeKind kind)
{
  /* Inner rows go before outer ones, and come after them. */
  for (guint i = 0; heads != NULL && i < heads->len; i++)
    {
      guint place = kind == PAL_CHANGE_ROW_REMOVED ? heads->len - 1 - i : i;
      const PalChange *head = g_ptr_array_index (heads, place);

      if (head->kind != PAL_CHANGE_ROW_ADDED || g_hash_table_contains (other, head->node))
        continue;
      if (kind == PAL_CHANGE_ROW_REMOVED)
        add_change (compare, kind, record, head->node, "", NULL, NULL);
      else
        add_change (compare, kind, record, head->node, NULL, "", head->value);
    }
}

/* Values in a row that goes are gone with it. */
static gboolean
is_in_row_that_goes (const char *node, GHashTable *here, GHashTable *there)
{
  for (const char *p = strchr (node, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      g_autofree char *row = g_strndup (node, p + 1 - node);

      if (g_hash_table_contains (here, row) && !g_hash_table_contains (there, row))
        return TRUE;
    }

  return FALSE;
}

static void
compare_values (Compare *compare, const char *record, GPtrArray *heads, GHashTable *here,
                GHashTable *there, GHashTable *seen)
{
  for (guint i = 0; heads != NULL && i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      const PalChange *present = g_hash_table_lookup (here, head->node);
      const char *now = get_value (here, head->node);
      const char *then = get_value (there, head->node);

      if (head->kind != PAL_CHANGE_VALUE || g_hash_table_contains (seen, head->node)
          || is_in_row_that_goes (head->node, here, there))
        continue;
      g_hash_table_add (seen, head->node);
      if (g_strcmp0 (now, then) != 0 || (present != NULL && present->is_conflict))
        add_change (compare, PAL_CHANGE_VALUE, record, head->node, now, then, then);
    }
}

static const PalRecordInfo *
find_record (GPtrArray *records, const char *id)
{
  for (guint i = 0; i < records->len; i++)
    if (strcmp (((PalRecordInfo *) g_ptr_array_index (records, i))->id, id) == 0)
      return g_ptr_array_index (records, i);

  return NULL;
}

/* (nullable): NULL, without an error, when the dossier never had such a record. */
static GPtrArray *
read_heads (PalDossier *dossier, const char *record, GError **error)
{
  g_autoptr (GError) local = NULL;
  GPtrArray *heads = pal_dossier_read_heads (dossier, record, &local);

  if (heads == NULL && !g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local));

  return heads;
}

static char *
dup_form (const PalRecordInfo *info)
{
  return info != NULL ? g_strconcat (info->form_id, "\t", info->form_version, NULL) : NULL;
}

static gboolean
compare_record (Compare *compare, const char *record, const PalRecordInfo *now,
                const PalRecordInfo *then, GError **error)
{
  g_autofree char *form_now = dup_form (now);
  g_autofree char *form_then = dup_form (then);
  g_autoptr (GPtrArray) heads_here = NULL;
  g_autoptr (GPtrArray) heads_there = NULL;
  g_autoptr (GHashTable) here = NULL;
  g_autoptr (GHashTable) there = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GError *local = NULL;

  if (then == NULL)
    {
      add_change (compare, PAL_CHANGE_RECORD_REMOVED, record, NULL, form_now, NULL, NULL);
      return TRUE;
    }
  heads_here = read_heads (compare->here, record, &local);
  if (local == NULL)
    heads_there = read_heads (compare->there, record, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }

  here = index_heads (heads_here);
  there = index_heads (heads_there);
  if (g_strcmp0 (form_now, form_then) != 0)
    add_change (compare, PAL_CHANGE_RECORD_MADE, record, NULL, form_now, form_then, form_then);
  compare_rows (compare, record, heads_there, here, PAL_CHANGE_ROW_ADDED);
  compare_values (compare, record, heads_there, here, there, seen);
  compare_values (compare, record, heads_here, here, there, seen);
  compare_rows (compare, record, heads_here, there, PAL_CHANGE_ROW_REMOVED);

  return TRUE;
}

static gboolean
compare_all (Compare *compare, GError **error)
{
  g_autoptr (GPtrArray) here = pal_dossier_list_records (compare->here, NULL, error);
  g_autoptr (GPtrArray) there = NULL;

  if (here == NULL)
    return FALSE;
  there = pal_dossier_list_records (compare->there, NULL, error);
  if (there == NULL)
    return FALSE;

  for (guint i = 0; i < there->len; i++)
    {
      const PalRecordInfo *then = g_ptr_array_index (there, i);

      if (!compare_record (compare, then->id, find_record (here, then->id), then, error))
        return FALSE;
    }
  for (guint i = 0; i < here->len; i++)
    {
      const PalRecordInfo *now = g_ptr_array_index (here, i);

      if (find_record (there, now->id) == NULL
          && !compare_record (compare, now->id, now, NULL, error))
        return FALSE;
    }

  return TRUE;
}

static PalRestoreReport *
restore (PalDossier *self, PalDossier *backup, PalMergeFlags flags, GCancellable *cancellable,
         GError **error)
{
  g_autoptr (PalRestoreReport) report = g_new0 (PalRestoreReport, 1);
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autoptr (PalMergeReport) preview = NULL;
  g_autoptr (PalMergeReport) merged = NULL;
  Compare compare = { self, backup, report, changes };
  PalMergeRules rules = { .changes = changes, .title = "Restored from a backup" };
  PalDossierFigures figures;

  report->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_merged_node_free);
  if (strcmp (pal_dossier_get_id (self), pal_dossier_get_id (backup)) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN,
                   "that is a backup of another dossier");
      return NULL;
    }

  preview = pal_dossier_merge_opened (self, backup, PAL_MERGE_PREVIEW, NULL, cancellable, error);
  if (preview == NULL || !pal_dossier_get_figures (self, &figures, error)
      || !compare_all (&compare, error))
    return NULL;
  report->n_only_there = preview->n_changes;
  report->n_only_here = figures.n_changes - (gint64) preview->n_known;
  report->span = preview->span;
  if ((flags & PAL_MERGE_PREVIEW) != 0 || (preview->n_changes == 0 && changes->len == 0))
    return g_steal_pointer (&report);

  if (preview->n_changes == 0)
    {
      /* Nothing to bring in: an act of its own, that replaces no earlier restore. */
      if (!pal_dossier_mark_exported (self, error)
          || !pal_dossier_append_full (self, rules.title, g_ptr_array_ref (changes),
                                       PAL_APPEND_DEFAULT, &report->span, error))
        return NULL;
      return g_steal_pointer (&report);
    }

  merged = pal_dossier_merge_opened (self, backup, PAL_MERGE_DEFAULT, &rules, cancellable, error);
  if (merged == NULL)
    return NULL;
  report->span = merged->span;

  return g_steal_pointer (&report);
}

/**
 * pal_dossier_restore:
 * @self: a dossier
 * @backup: path of a backup, or of any other copy of this dossier; not changed
 * @flags: %PAL_MERGE_PREVIEW to compare only
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: makes the dossier say again what the backup says, as one act; reverting its span takes
 * it back. Nothing goes from the log. With a preview the file stays as it is.
 *
 * Returns: (transfer full) (nullable): what says something else; %PAL_DOSSIER_ERROR_FOREIGN for a
 *   backup of another dossier, _DAMAGED for one that does not pass its checks
 */
PalRestoreReport *
pal_dossier_restore (PalDossier *self, const char *backup, PalMergeFlags flags,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) other = NULL;
  PalRestoreReport *report;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (backup != NULL, NULL);

  if (!pal_dossier_check (backup, cancellable, error))
    return NULL;
  other = pal_dossier_open (backup, PAL_DOSSIER_OPEN_READ_ONLY, cancellable, error);
  if (other == NULL)
    return NULL;
  report = restore (self, other, flags, cancellable, error);
  pal_dossier_close (other, NULL);

  return report;
}

typedef struct
{
  char *backup;
  PalMergeFlags flags;
} Restoring;

static void
restoring_free (gpointer data)
{
  Restoring *restoring = data;

  g_free (restoring->backup);
  g_free (restoring);
}

static void
restore_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Restoring *restoring = task_data;
  GError *error = NULL;
  PalRestoreReport *report
      = pal_dossier_restore (source, restoring->backup, restoring->flags, cancellable, &error);

  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify) pal_restore_report_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_restore_async:
 * @self: a dossier
 * @backup: path of a backup
 * @flags: %PAL_MERGE_PREVIEW to compare only
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_restore().
 */
void
pal_dossier_restore_async (PalDossier *self, const char *backup, PalMergeFlags flags,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Restoring *restoring;

  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (backup != NULL);

  restoring = g_new0 (Restoring, 1);
  restoring->backup = g_strdup (backup);
  restoring->flags = flags;
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_restore_async);
  g_task_set_task_data (task, restoring, restoring_free);
  g_task_run_in_thread (task, restore_in_thread);
}

/**
 * pal_dossier_restore_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): see pal_dossier_restore()
 */
PalRestoreReport *
pal_dossier_restore_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
