// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-history"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Reading the log: what a record is now, and how it came to that. */

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
  gint64 newest_us;

  if (!pal_sql_get_int (self->db, &newest_us, 0, error, "SELECT max(changed) FROM record", ""))
    return FALSE;
  pal_clock_observe (&self->clock, newest_us);

  return TRUE;
}

#define CHANGE_COLUMNS                                                                             \
  "c.id, a.id, c.kind, c.record, c.node, v.text, c.value IS NOT NULL AND v.text IS NULL, "         \
  "c.author, c.device, c.clock, a.title, c.parents "

/* A statement that stands on CHANGE_COLUMNS; NULL if the kind is unknown. */
static PalChange *
read_change (sqlite3_stmt *stmt)
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

static gboolean
check_record (PalDossier *self, const char *record, GError **error)
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

/* --- heads */

/* Whether all rows around a node are there; rows that the log does not know do not count. */
static gboolean
is_in_live_rows (const char *node, GHashTable *removed)
{
  g_autofree char *path = NULL;

  if (g_hash_table_size (removed) == 0)
    return TRUE;

  path = g_strdup (node);
  for (char *p = strchr (path, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      char next = p[1];
      gboolean is_removed;

      p[1] = '\0';
      is_removed = g_hash_table_contains (removed, path);
      p[1] = next;
      if (is_removed)
        return FALSE;
    }

  return TRUE;
}

/* Every row that was ever added, in order; each once, although adding it again (undo) is a second
 * change on it. */
static GPtrArray *
read_rows (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (pal_row_added_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db,
                         "SELECT c.node, v.text, c.id, c.clock FROM change c "
                         "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
                         "WHERE c.record = ?1 AND c.kind = 'row-added' ORDER BY c.clock, c.id",
                         error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalRowAdded *row;

      if (g_hash_table_contains (known, pal_sql_get_text (stmt, 0)))
        continue;
      row = g_new0 (PalRowAdded, 1);
      row->path = pal_sql_dup_text (stmt, 0);
      row->before = pal_sql_dup_text (stmt, 1);
      row->id = pal_sql_dup_text (stmt, 2);
      row->clock_us = sqlite3_column_int64 (stmt, 3);
      g_ptr_array_add (rows, row);
      g_hash_table_add (known, row->path);
    }
  if (step == PAL_SQL_FAILED)
    return NULL;
  pal_dossier_rows_sort (rows);

  return g_steal_pointer (&rows);
}

static gboolean
sort_heads (PalDossier *self, const char *record, GPtrArray *heads, GPtrArray *sorted,
            GError **error)
{
  g_autoptr (GHashTable) removed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) added = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) rows = read_rows (self, record, error);

  if (rows == NULL)
    return FALSE;

  /* A row that one person removed while another added it again is there: nothing is lost. */
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_ROW_ADDED)
        g_hash_table_replace (added, change->node, change);
    }
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_ROW_REMOVED && !g_hash_table_contains (added, change->node))
        g_hash_table_add (removed, change->node);
    }

  for (guint i = 0; i < rows->len; i++)
    {
      PalRowAdded *row = g_ptr_array_index (rows, i);
      PalChange *change = g_hash_table_lookup (added, row->path);

      if (change != NULL && is_in_live_rows (row->path, removed))
        g_ptr_array_add (sorted, change);
    }
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_VALUE && is_in_live_rows (change->node, removed))
        g_ptr_array_add (sorted, change);
    }

  return TRUE;
}

static GPtrArray *
read_heads (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) heads = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  GPtrArray *result;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error) || !check_record (self, record, error))
    return NULL;

  stmt = pal_sql_prepare (self->db,
                          "SELECT " CHANGE_COLUMNS "FROM head h JOIN change c ON c.id = h.change "
                          "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
                          "WHERE h.record = ?1 AND h.node <> '' ORDER BY c.clock, c.id",
                          error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = read_change (stmt);

      if (change != NULL && change->node != NULL)
        g_ptr_array_add (heads, change);
      else if (change != NULL)
        pal_change_free (change);
    }
  if (step == PAL_SQL_FAILED || !sort_heads (self, record, heads, sorted, error))
    return NULL;

  /* Hand over what is wanted; the rest goes with the list of heads. */
  wanted = g_hash_table_new (NULL, NULL);
  result = g_ptr_array_new_full (sorted->len, (GDestroyNotify) pal_change_free);
  for (guint i = 0; i < sorted->len; i++)
    {
      g_hash_table_add (wanted, g_ptr_array_index (sorted, i));
      g_ptr_array_add (result, g_ptr_array_index (sorted, i));
    }
  for (guint i = 0; i < heads->len; i++)
    if (g_hash_table_contains (wanted, g_ptr_array_index (heads, i)))
      heads->pdata[i] = NULL;
  for (guint i = heads->len; i > 0; i--)
    if (heads->pdata[i - 1] == NULL)
      g_ptr_array_steal_index_fast (heads, i - 1);

  return result;
}

static void
read_heads_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Where *where = task_data;
  GError *error = NULL;
  GPtrArray *heads = read_heads (source, where->record, &error);

  if (heads != NULL)
    g_task_return_pointer (task, heads, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_read_heads:
 * @self: a dossier
 * @record: id of a record
 * @error: return location
 *
 * Blocking: what restores a record: %PAL_CHANGE_ROW_ADDED for each row that is there, outer rows
 * before inner ones and in the order in which they stand, then %PAL_CHANGE_VALUE for each node that
 * was ever set, also to nothing. Where two people set the same node apart from each other there are
 * two, the newer last. Removed rows and what is in them are left out. Any thread but the worker.
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): the heads;
 *   %PAL_DOSSIER_ERROR_NOT_FOUND
 */
GPtrArray *
pal_dossier_read_heads (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (record != NULL, NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_read_heads, where_new (record, NULL), where_free,
                          read_heads_in_worker);

  return g_task_propagate_pointer (task, error);
}

/* --- history */

static GPtrArray *
read_history (PalDossier *self, const Where *where, GError **error)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error)
      || (where->record != NULL && !check_record (self, where->record, error)))
    return NULL;

  stmt = pal_sql_prepare (
      self->db,
      where->node != NULL
          ? "SELECT " CHANGE_COLUMNS "FROM change c "
            "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
            "WHERE c.record = ?1 AND c.node = ?2 "
            "ORDER BY c.clock DESC, c.seq DESC"
          : "SELECT " CHANGE_COLUMNS "FROM change c "
            "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
            "WHERE ?1 IS NULL OR c.record = ?1 "
            "ORDER BY c.clock DESC, c.seq DESC",
      error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, where->node != NULL ? "ss" : "s", where->record, where->node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = read_change (stmt);

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
list_records (PalDossier *self, const char *form_id, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_record_info_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_sql_prepare (self->db,
                          "SELECT id, form, version, created, changed FROM record "
                          "WHERE removed = 0 AND (?1 IS NULL OR form = ?1) ORDER BY created, id",
                          error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", form_id);
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
  GPtrArray *list = list_records (source, task_data, &error);

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
  return pal_dossier_begin_job (self, FALSE, error)
         && pal_sql_get_int (self->db, &figures->n_acts, 0, error, "SELECT count(*) FROM act", "")
         && pal_sql_get_int (self->db, &figures->n_changes, 0, error, "SELECT count(*) FROM change",
                             "")
         && pal_sql_get_int (self->db, &figures->n_conflicts, 0, error,
                             "SELECT count(*) FROM (SELECT 1 FROM head GROUP BY record, node "
                             "HAVING count(*) > 1)",
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
