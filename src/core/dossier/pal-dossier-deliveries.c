// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-deliveries"
#include "config.h"

#include "pal-dossier-private.h"

/* What was sent and what came back. */

/**
 * pal_delivery_record_new:
 *
 * Returns: (transfer full): an empty record with a fresh id
 */
PalDeliveryRecord *
pal_delivery_record_new (void)
{
  PalDeliveryRecord *record = g_new0 (PalDeliveryRecord, 1);

  record->id = g_uuid_string_random ();

  return record;
}

/**
 * pal_delivery_record_free:
 * @record: (transfer full): a record
 */
void
pal_delivery_record_free (PalDeliveryRecord *record)
{
  g_free (record->id);
  g_free (record->archive_sha256);
  g_free (record->edition);
  g_free (record->endpoint);
  g_free (record->state);
  g_free (record->detail);
  g_clear_pointer (&record->receipt, g_bytes_unref);
  g_free (record);
}

static PalDeliveryRecord *
delivery_record_copy (const PalDeliveryRecord *record)
{
  PalDeliveryRecord *copy = g_new0 (PalDeliveryRecord, 1);

  copy->id = g_strdup (record->id);
  copy->archive_sha256 = g_strdup (record->archive_sha256);
  copy->archive_size = record->archive_size;
  copy->edition = g_strdup (record->edition);
  copy->endpoint = g_strdup (record->endpoint);
  copy->state = g_strdup (record->state);
  copy->detail = g_strdup (record->detail);
  copy->changed_us = record->changed_us;
  copy->receipt = record->receipt != NULL ? g_bytes_ref (record->receipt) : NULL;

  return copy;
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
put_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  PalDeliveryRecord *record = task_data;
  gint64 changed_us = record->changed_us != 0 ? record->changed_us : g_get_real_time ();
  GError *error = NULL;

  if (pal_dossier_begin_job (self, TRUE, &error)
      && pal_sql_run (self->db, &error,
                      "INSERT OR REPLACE INTO delivery VALUES "
                      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                      "ssissssib", record->id, or_empty (record->archive_sha256),
                      record->archive_size, record->edition, or_empty (record->endpoint),
                      or_empty (record->state), record->detail, changed_us, record->receipt))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_put_delivery:
 * @self: a dossier
 * @record: what is known of a delivery; one of the same id is replaced. With changed_us 0 it is now
 * @error: return location
 *
 * Blocking: keeps a delivery; durable when it returns.
 *
 * Returns: whether it is kept
 */
gboolean
pal_dossier_put_delivery (PalDossier *self, const PalDeliveryRecord *record, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (record != NULL && record->id != NULL, FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_put_delivery, delivery_record_copy (record),
                          (GDestroyNotify) pal_delivery_record_free, put_in_worker);

  return g_task_propagate_boolean (task, error);
}

/**
 * pal_dossier_put_delivery_async:
 * @self: a dossier
 * @record: what is known of a delivery; copied
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_put_delivery().
 */
void
pal_dossier_put_delivery_async (PalDossier *self, const PalDeliveryRecord *record,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (record != NULL && record->id != NULL);

  pal_dossier_push (self, NULL, pal_dossier_put_delivery_async, delivery_record_copy (record),
                    (GDestroyNotify) pal_delivery_record_free, put_in_worker, callback, user_data);
}

/**
 * pal_dossier_put_delivery_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
pal_dossier_put_delivery_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static GPtrArray *
list (PalDossier *self, GError **error)
{
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_delivery_record_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_sql_prepare (self->db,
                          "SELECT id, sha256, size, edition, endpoint, state, detail, changed, "
                          "receipt FROM delivery ORDER BY changed DESC, rowid DESC",
                          error);
  if (stmt == NULL)
    return NULL;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalDeliveryRecord *record = g_new0 (PalDeliveryRecord, 1);

      record->id = pal_sql_dup_text (stmt, 0);
      record->archive_sha256 = pal_sql_dup_text (stmt, 1);
      record->archive_size = sqlite3_column_int64 (stmt, 2);
      record->edition = pal_sql_dup_text (stmt, 3);
      record->endpoint = pal_sql_dup_text (stmt, 4);
      record->state = pal_sql_dup_text (stmt, 5);
      record->detail = pal_sql_dup_text (stmt, 6);
      record->changed_us = sqlite3_column_int64 (stmt, 7);
      record->receipt = pal_sql_dup_bytes (stmt, 8);
      g_ptr_array_add (records, record);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&records) : NULL;
}

static void
list_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *records = list (source, &error);

  if (records != NULL)
    g_task_return_pointer (task, records, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_list_deliveries:
 * @self: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer container) (element-type PalDeliveryRecord) (nullable): the deliveries, newest
 *   first
 */
GPtrArray *
pal_dossier_list_deliveries (PalDossier *self, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_list_deliveries, NULL, NULL, list_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_list_deliveries_async:
 * @self: a dossier
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_list_deliveries().
 */
void
pal_dossier_list_deliveries_async (PalDossier *self, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));

  pal_dossier_push (self, NULL, pal_dossier_list_deliveries_async, NULL, NULL, list_in_worker,
                    callback, user_data);
}

/**
 * pal_dossier_list_deliveries_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalDeliveryRecord) (nullable): the deliveries
 */
GPtrArray *
pal_dossier_list_deliveries_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
