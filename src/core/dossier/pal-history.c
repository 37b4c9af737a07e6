// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-history"
#include "config.h"

#include "pal-history.h"

#include <string.h>

/* --- versions */

/**
 * pal_history_compare:
 * @history: (element-type PalChange): of one node, newest first, see pal_dossier_read_history()
 *
 * Says of each version of an answer which one its author had in view, and which ones stand now.
 *
 * Returns: (transfer full) (element-type PalVersion): the versions, newest first; they borrow from
 *   @history
 */
GArray *
pal_history_compare (GPtrArray *history)
{
  GArray *versions = g_array_new (FALSE, TRUE, sizeof (PalVersion));
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) followed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_return_val_if_fail (history != NULL, versions);

  for (guint i = 0; i < history->len; i++)
    {
      PalChange *change = g_ptr_array_index (history, i);

      if (change->kind == PAL_CHANGE_VALUE && change->id != NULL)
        g_hash_table_insert (by_id, change->id, change);
    }
  for (guint i = 0; i < history->len; i++)
    {
      PalVersion version = { g_ptr_array_index (history, i), NULL, FALSE };
      g_auto (GStrv) parents = NULL;

      if (version.change->kind != PAL_CHANGE_VALUE)
        continue;
      parents
          = g_strsplit (version.change->parents != NULL ? version.change->parents : "", " ", -1);
      for (guint j = 0; parents[j] != NULL; j++)
        {
          PalChange *parent = g_hash_table_lookup (by_id, parents[j]);

          g_hash_table_add (followed, g_strdup (parents[j]));
          if (parent != NULL
              && (version.before == NULL || parent->clock_us > version.before->clock_us))
            version.before = parent;
        }
      g_array_append_val (versions, version);
    }
  for (guint i = 0; i < versions->len; i++)
    {
      PalVersion *version = &g_array_index (versions, PalVersion, i);

      version->is_head
          = version->change->id != NULL && !g_hash_table_contains (followed, version->change->id);
    }

  return versions;
}

/* --- back to one of them */

static GPtrArray *
changes_new (PalRecord *record, const char *node, const char *value)
{
  GPtrArray *changes = pal_changes_new ();

  g_ptr_array_add (changes,
                   pal_change_new (PAL_CHANGE_VALUE, pal_record_get_id (record), node, value));

  return changes;
}

/**
 * pal_record_restore:
 * @record: a record
 * @node: path of a leaf, with row ids
 * @value: (nullable): what it said once
 * @error: return location
 *
 * Blocking: gives an answer a value that it had before, as one act that can be undone. Where people
 * disagreed on it, that settles it. Nothing else changes but what the form makes of it.
 *
 * Returns: whether it is on the disk, and in the record
 */
gboolean
pal_record_restore (PalRecord *record, const char *node, const char *value, GError **error)
{
  g_autoptr (GPtrArray) changes = NULL;

  g_return_val_if_fail (PAL_IS_RECORD (record), FALSE);
  g_return_val_if_fail (node != NULL, FALSE);

  changes = changes_new (record, node, value);
  if (!pal_record_flush (record, error)
      || !pal_dossier_append_full (pal_record_get_dossier (record), "Restored",
                                   g_ptr_array_ref (changes), PAL_APPEND_APART, NULL, error))
    return FALSE;
  pal_record_follow (record, changes);

  return pal_record_flush (record, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!pal_dossier_append_finish (PAL_DOSSIER (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  pal_record_follow (g_task_get_source_object (task), g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalRecord *record = PAL_RECORD (source);
  GError *error = NULL;

  if (!pal_record_flush_finish (record, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  pal_dossier_append_full_async (pal_record_get_dossier (record), "Restored",
                                 g_ptr_array_ref (g_task_get_task_data (task)), PAL_APPEND_APART,
                                 written_cb, g_object_ref (task));
}

/**
 * pal_record_restore_async:
 * @record: a record
 * @node: path of a leaf, with row ids
 * @value: (nullable): what it said once
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_record_restore().
 */
void
pal_record_restore_async (PalRecord *record, const char *node, const char *value,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (PAL_IS_RECORD (record));
  g_return_if_fail (node != NULL);

  task = g_task_new (record, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_record_restore_async);
  g_task_set_task_data (task, changes_new (record, node, value),
                        (GDestroyNotify) g_ptr_array_unref);
  pal_record_flush_async (record, flushed_cb, task);
}

/**
 * pal_record_restore_finish:
 * @record: a record
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is on the disk, and in the record
 */
gboolean
pal_record_restore_finish (PalRecord *record, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, record), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
