// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-history"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Reading the log: how a record came to what it is. */

/**
 * pal_change_new:
 * @kind: what happened
 * @record: id of the record
 * @node: (nullable): path with row ids; the row's own path for rows; %NULL for the record itself
 * @value: (nullable): see #PalChange
 *
 * Returns: (transfer full): a change to append
 */
PalChange *
pal_change_new (PalChangeKind kind, const char *record, const char *node, const char *value)
{
  PalChange *change = g_new0 (PalChange, 1);

  change->kind = kind;
  change->record = g_strdup (record);
  change->node = g_strdup (node);
  change->value = g_strdup (value);

  return change;
}

/**
 * pal_change_copy:
 * @change: a change
 *
 * Returns: (transfer full): the same once more
 */
PalChange *
pal_change_copy (const PalChange *change)
{
  PalChange *copy = g_memdup2 (change, sizeof *change);

  copy->record = g_strdup (change->record);
  copy->node = g_strdup (change->node);
  copy->value = g_strdup (change->value);
  copy->id = g_strdup (change->id);
  copy->act = g_strdup (change->act);
  copy->author = g_strdup (change->author);
  copy->device = g_strdup (change->device);
  copy->title = g_strdup (change->title);
  copy->parents = g_strdup (change->parents);

  return copy;
}

/**
 * pal_change_free:
 * @change: (transfer full): a change
 */
void
pal_change_free (PalChange *change)
{
  g_free (change->record);
  g_free (change->node);
  g_free (change->value);
  g_free (change->id);
  g_free (change->act);
  g_free (change->author);
  g_free (change->device);
  g_free (change->title);
  g_free (change->parents);
  g_free (change);
}

/**
 * pal_changes_new:
 *
 * Returns: (transfer full) (element-type PalChange): an empty list that owns what it gets
 */
GPtrArray *
pal_changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
}

/**
 * pal_record_info_free:
 * @info: (transfer full): what stands in the list
 */
void
pal_record_info_free (PalRecordInfo *info)
{
  g_free (info->id);
  g_free (info->form_id);
  g_free (info->form_version);
  g_free (info);
}

/**
 * pal_dossier_history_load_clock:
 * @self: a dossier that is being opened
 * @error: return location
 *
 * Sets the clock past everything in the log, whatever the clock of this computer says.
 *
 * Returns: whether the log could be read
 */
gboolean
pal_dossier_history_load_clock (PalDossier *self, GError **error)
{
  if (!pal_sql_get_int (self->db, &self->newest_us, 0, error, "SELECT max(changed) FROM record",
                        ""))
    return FALSE;
  pal_clock_observe (&self->clock, self->newest_us);

  return TRUE;
}

/**
 * pal_dossier_history_read_change:
 * @stmt: stands on a row of PAL_CHANGE_COLUMNS
 *
 * Returns: (transfer full) (nullable): the change; %NULL if its kind is unknown
 */
PalChange *
pal_dossier_history_read_change (sqlite3_stmt *stmt)
{
  PalChangeKind kind;
  PalChange *change;
  const char *node = pal_sql_get_text (stmt, 4);

  if (!pal_dossier_log_parse_kind (pal_sql_get_text (stmt, 2), &kind))
    return NULL;

  change = pal_change_new (kind, pal_sql_get_text (stmt, 3),
                           node != NULL && *node != '\0' ? node : NULL, pal_sql_get_text (stmt, 5));
  change->id = pal_sql_dup_text (stmt, 0);
  change->act = pal_sql_dup_text (stmt, 1);
  change->purged = sqlite3_column_int (stmt, 6) != 0;
  change->author = pal_sql_dup_text (stmt, 7);
  change->device = pal_sql_dup_text (stmt, 8);
  change->clock_us = sqlite3_column_int64 (stmt, 9);
  change->title = pal_sql_dup_text (stmt, 10);
  change->parents = pal_sql_dup_text (stmt, 11);

  return change;
}

typedef struct
{
  char *record; /* (nullable) */
  char *node;   /* (nullable) */
} Where;

static void
where_free (gpointer data)
{
  Where *where = data;

  g_free (where->record);
  g_free (where->node);
  g_free (where);
}

static Where *
where_new (const char *record, const char *node)
{
  Where *where = g_new0 (Where, 1);

  where->record = g_strdup (record);
  where->node = g_strdup (node);

  return where;
}

/**
 * pal_dossier_history_check_record:
 * @self: a dossier
 * @record: id of a record
 * @error: return location
 *
 * In the worker.
 *
 * Returns: whether there is, or was, such a record; else %PAL_DOSSIER_ERROR_NOT_FOUND
 */
gboolean
pal_dossier_history_check_record (PalDossier *self, const char *record, GError **error)
{
  gint64 n_records;

  if (!pal_sql_get_int (self->db, &n_records, 0, error, "SELECT count(*) FROM record WHERE id = ?1",
                        "s", record))
    return FALSE;
  if (n_records == 1)
    return TRUE;

  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "no record %s", record);

  return FALSE;
}

/* --- history */

/**
 * pal_dossier_history_read_node:
 * @self: a dossier
 * @record: id of a record
 * @node: path of a node
 * @error: return location
 *
 * In the worker.
 *
 * Returns: (transfer full) (element-type PalChange) (nullable): all changes of it, oldest first
 */
GPtrArray *
pal_dossier_history_read_node (PalDossier *self, const char *record, const char *node,
                               GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT " PAL_CHANGE_COLUMNS "FROM change c LEFT JOIN value v ON v.change = c.seq "
      "LEFT JOIN act a ON a.seq = c.act WHERE c.record = ?1 AND c.node = ?2 ORDER BY c.clock, c.id",
      error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", record, node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change != NULL)
        g_ptr_array_add (changes, change);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&changes) : NULL;
}

static GPtrArray *
read_history (PalDossier *self, const Where *where, GError **error)
{
  g_autoptr (GPtrArray) history = pal_changes_new ();
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error)
      || (where->record != NULL && !pal_dossier_history_check_record (self, where->record, error)))
    return NULL;

  stmt = pal_sql_prepare (
      self->db,
      where->node != NULL
          ? "SELECT " PAL_CHANGE_COLUMNS "FROM change c "
            "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
            "WHERE c.record = ?1 AND c.node = ?2 "
            "ORDER BY c.clock DESC, c.seq DESC"
          : "SELECT " PAL_CHANGE_COLUMNS "FROM change c "
            "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
            "WHERE ?1 IS NULL OR c.record = ?1 "
            "ORDER BY c.clock DESC, c.seq DESC",
      error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, where->node != NULL ? "ss" : "s", where->record, where->node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change != NULL)
        g_ptr_array_add (history, change);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&history) : NULL;
}

static void
read_history_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *history = read_history (source, task_data, &error);

  if (history != NULL)
    g_task_return_pointer (task, history, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_read_history:
 * @self: a dossier
 * @record: (nullable): id of a record; %NULL: all of them
 * @node: (nullable): path of one node; %NULL: all of them
 * @error: return location
 *
 * Blocking: what happened, the newest first.
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): the changes;
 *   %PAL_DOSSIER_ERROR_NOT_FOUND when there is no such record
 */
GPtrArray *
pal_dossier_read_history (PalDossier *self, const char *record, const char *node, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (record != NULL || node == NULL, NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_read_history, where_new (record, node),
                          where_free, read_history_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_read_history_async:
 * @self: a dossier
 * @record: (nullable): id of a record; %NULL: all of them
 * @node: (nullable): path of one node; %NULL: all of them
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_read_history().
 */
void
pal_dossier_read_history_async (PalDossier *self, const char *record, const char *node,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (record != NULL || node == NULL);

  pal_dossier_push (self, NULL, pal_dossier_read_history_async, where_new (record, node),
                    where_free, read_history_in_worker, callback, user_data);
}

/**
 * pal_dossier_read_history_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): the changes
 */
GPtrArray *
pal_dossier_read_history_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- records */

static GPtrArray *
list_records (PalDossier *self, const char *form_id, gboolean removed, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_record_info_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_sql_prepare (self->db,
                          "SELECT id, form, version, created, changed FROM record "
                          "WHERE removed = ?2 AND (?1 IS NULL OR form = ?1) ORDER BY created, id",
                          error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "si", form_id, (gint64) removed);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalRecordInfo *info = g_new0 (PalRecordInfo, 1);

      info->id = pal_sql_dup_text (stmt, 0);
      info->form_id = pal_sql_dup_text (stmt, 1);
      info->form_version = pal_sql_dup_text (stmt, 2);
      info->created_us = sqlite3_column_int64 (stmt, 3);
      info->changed_us = sqlite3_column_int64 (stmt, 4);
      g_ptr_array_add (list, info);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&list) : NULL;
}

static void
list_records_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *list = list_records (source, task_data, FALSE, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
list_removed_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *list = list_records (source, task_data, TRUE, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_list_records:
 * @self: a dossier
 * @form_id: (nullable): only records of this form
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer container) (element-type PalRecordInfo) (nullable): the records that were not
 *   removed, oldest first
 */
GPtrArray *
pal_dossier_list_records (PalDossier *self, const char *form_id, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_list_records, g_strdup (form_id), g_free,
                          list_records_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_list_removed_records:
 * @self: a dossier
 * @form_id: (nullable): only records of this form
 * @error: return location
 *
 * Blocking. What is removed is still in the log: a change %PAL_CHANGE_RECORD_MADE brings it back.
 *
 * Returns: (transfer container) (element-type PalRecordInfo) (nullable): the records that were
 *   removed, oldest first
 */
GPtrArray *
pal_dossier_list_removed_records (PalDossier *self, const char *form_id, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_list_removed_records, g_strdup (form_id), g_free,
                          list_removed_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_list_records_async:
 * @self: a dossier
 * @form_id: (nullable): only records of this form
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_list_records().
 */
void
pal_dossier_list_records_async (PalDossier *self, const char *form_id, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));

  pal_dossier_push (self, NULL, pal_dossier_list_records_async, g_strdup (form_id), g_free,
                    list_records_in_worker, callback, user_data);
}

/**
 * pal_dossier_list_records_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalRecordInfo) (nullable): the records
 */
GPtrArray *
pal_dossier_list_records_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- figures */

static gboolean
count (PalDossier *self, PalDossierFigures *figures, GError **error)
{
  g_autoptr (GPtrArray) conflicts = pal_dossier_conflicts_list (self, error);

  if (conflicts == NULL)
    return FALSE;
  figures->n_conflicts = conflicts->len;

  return pal_dossier_begin_job (self, FALSE, error)
         && pal_sql_get_int (self->db, &figures->n_acts, 0, error, "SELECT count(*) FROM act", "")
         && pal_sql_get_int (self->db, &figures->n_changes, 0, error, "SELECT count(*) FROM change",
                             "")
         && pal_sql_get_int (self->db, &figures->n_attachments, 0, error,
                             "SELECT count(*) FROM attachment WHERE sha256 IS NOT NULL", "")
         && pal_sql_get_int (self->db, &figures->attachment_bytes, 0, error,
                             "SELECT sum(size) FROM attachment WHERE sha256 IS NOT NULL", "");
}

static void
count_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (count (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_get_figures:
 * @self: a dossier
 * @figures: (out caller-allocates): how much there is in it
 * @error: return location
 *
 * Blocking.
 *
 * Returns: whether it could be counted
 */
gboolean
pal_dossier_get_figures (PalDossier *self, PalDossierFigures *figures, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (figures != NULL, FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_get_figures, figures, NULL, count_in_worker);

  return g_task_propagate_boolean (task, error);
}
