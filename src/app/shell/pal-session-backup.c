// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session-backup"
#include "config.h"

#include "pal-session-backup.h"

#include "pal-backup.h"
#include "pal-difference.h"
#include "pal-session-undo.h"

/* How often to look whether the newest backup is older than an hour. */
#define LOOK_SECONDS (10 * 60)
/* Copying more than this would keep people waiting when they leave: then the last hour's will do.
 */
#define QUICK_BYTES (G_GINT64_CONSTANT (256) << 20)

/* --- while it lasts */

static void
backed_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalBackup) made = NULL;
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_back_up_finish (PAL_DOSSIER (source), result, &made, &error))
    g_info ("no backup: %s", error->message);
  else if (made != NULL)
    g_info ("a backup was made: %" G_GINT64_FORMAT " changes", made->n_changes);
}

static gboolean
look_cb (gpointer user_data)
{
  PalSession *self = user_data;

  pal_dossier_back_up_async (pal_session_get_dossier (self), PAL_BACK_UP_IF_OLD, NULL, backed_up_cb,
                             NULL);

  return G_SOURCE_CONTINUE;
}

static void
stop_looking (gpointer source)
{
  g_source_remove (GPOINTER_TO_UINT (source));
}

/**
 * pal_session_begin_backups:
 * @self: a session
 *
 * Looks from time to time whether a backup is due, for as long as the session is there.
 */
void
pal_session_begin_backups (PalSession *self)
{
  guint source;

  g_return_if_fail (PAL_IS_SESSION (self));

  if (pal_dossier_is_read_only (pal_session_get_dossier (self)))
    return;

  source = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);
  g_object_set_data_full (G_OBJECT (self), "pal-backups", GUINT_TO_POINTER (source), stop_looking);
}

/* --- at its end */

static void
last_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  backed_up_cb (source, result, NULL);
  g_task_return_boolean (task, TRUE);
}

static gboolean
is_large (PalDossier *dossier)
{
  g_autoptr (GFile) file = g_file_new_for_path (pal_dossier_get_path (dossier));
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL && g_file_info_get_size (info) > QUICK_BYTES;
}

/**
 * pal_session_back_up_async:
 * @self: a session of which all is flushed
 * @callback: called when there is a backup, or none can be made
 * @user_data: data for @callback
 *
 * The last backup, before the dossier is closed.
 */
void
pal_session_back_up_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  PalDossier *dossier = pal_session_get_dossier (self);

  g_object_set_data (G_OBJECT (self), "pal-backups", NULL);
  pal_dossier_back_up_async (dossier, is_large (dossier) ? PAL_BACK_UP_IF_OLD : PAL_BACK_UP_DEFAULT,
                             NULL, last_cb, task);
}

void
pal_session_back_up_finish (PalSession *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- what was recovered */

static void
reverted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) changes = pal_dossier_revert_finish (PAL_DOSSIER (source), result, &error);

  if (changes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pal_session_show_changes (self, changes);
  g_task_return_boolean (task, TRUE);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = PAL_SESSION (source);
  PalDossier *dossier = pal_session_get_dossier (self);
  PalRecovered recovered;
  GError *error = NULL;

  if (!pal_session_flush_finish (self, result, &error))
    g_task_return_error (task, error);
  else if (!pal_dossier_get_recovered (dossier, &recovered))
    g_task_return_boolean (task, TRUE);
  else
    pal_dossier_revert_async (dossier, &recovered.span, "Recovered changes discarded", reverted_cb,
                              g_steal_pointer (&task));
}

/**
 * pal_session_discard_recovered_async:
 * @self: a session
 * @callback: called when it is taken back and shown
 * @user_data: data for @callback
 */
void
pal_session_discard_recovered_async (PalSession *self, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (PAL_IS_SESSION (self));

  pal_session_flush_async (self, flushed_cb, g_task_new (self, NULL, callback, user_data));
}

gboolean
pal_session_discard_recovered_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- comparing, and going back: what is typed is written first */

static void
described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *differences = pal_dossier_describe_nodes_finish (PAL_DOSSIER (source), result, &error);

  if (differences != NULL)
    g_task_return_pointer (task, differences, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
describe (GTask *task, GPtrArray *nodes)
{
  PalSession *self = g_task_get_source_object (task);

  pal_dossier_describe_nodes_async (pal_session_get_dossier (self), nodes,
                                    pal_session_get_form_language (self), described_cb,
                                    g_object_ref (task));
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (PalRestoreReport) report
      = pal_dossier_restore_finish (PAL_DOSSIER (source), result, &error);

  if (report == NULL)
    g_task_return_error (task, error);
  else
    describe (task, report->nodes);
}

static void
compare_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PalSession *self = PAL_SESSION (source);
  GError *error = NULL;

  if (!pal_session_flush_finish (self, result, &error))
    g_task_return_error (task, error);
  else
    pal_dossier_restore_async (pal_session_get_dossier (self), g_task_get_task_data (task),
                               PAL_MERGE_PREVIEW, compared_cb, g_object_ref (task));
}

/**
 * pal_session_compare_backup_async:
 * @self: a session
 * @backup: path of a backup
 * @callback: called with what is different
 * @user_data: data for @callback
 */
void
pal_session_compare_backup_async (PalSession *self, const char *backup,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (PAL_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, g_strdup (backup), g_free);
  pal_session_flush_async (self, compare_flushed_cb, task);
}

GPtrArray *
pal_session_compare_backup_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  char *backup;
  guint n_changed;
} Restoring;

static void
restoring_free (gpointer data)
{
  Restoring *restoring = data;

  g_free (restoring->backup);
  g_free (restoring);
}

static void
span_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) changes
      = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, &error);

  if (changes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pal_session_show_changes (g_task_get_source_object (task), changes);
  g_task_return_boolean (task, TRUE);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Restoring *restoring = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (PalRestoreReport) report
      = pal_dossier_restore_finish (PAL_DOSSIER (source), result, &error);

  if (report == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  restoring->n_changed = report->nodes->len;
  if (report->span.until <= report->span.after)
    g_task_return_boolean (task, TRUE);
  else
    pal_dossier_read_span_async (PAL_DOSSIER (source), &report->span, span_read_cb,
                                 g_object_ref (task));
}

static void
restore_flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Restoring *restoring = g_task_get_task_data (task);
  PalSession *self = PAL_SESSION (source);
  GError *error = NULL;

  if (!pal_session_flush_finish (self, result, &error))
    g_task_return_error (task, error);
  else
    pal_dossier_restore_async (pal_session_get_dossier (self), restoring->backup, PAL_MERGE_DEFAULT,
                               restored_cb, g_object_ref (task));
}

/**
 * pal_session_restore_backup_async:
 * @self: a session
 * @backup: path of a backup
 * @callback: called when it is written and shown
 * @user_data: data for @callback
 */
void
pal_session_restore_backup_async (PalSession *self, const char *backup,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  Restoring *restoring;
  GTask *task;

  g_return_if_fail (PAL_IS_SESSION (self));

  restoring = g_new0 (Restoring, 1);
  restoring->backup = g_strdup (backup);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, restoring, restoring_free);
  pal_session_flush_async (self, restore_flushed_cb, task);
}

gboolean
pal_session_restore_backup_finish (PalSession *self, GAsyncResult *result, guint *n_changed,
                                   GError **error)
{
  Restoring *restoring = g_task_get_task_data (G_TASK (result));

  *n_changed = restoring->n_changed;

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what was recovered, in words */

static void
span_compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) nodes
      = pal_dossier_compare_span_finish (PAL_DOSSIER (source), result, &error);

  if (nodes == NULL)
    g_task_return_error (task, error);
  else
    describe (task, nodes);
}

/**
 * pal_session_compare_recovered_async:
 * @self: a session after a crash
 * @callback: called with what is different
 * @user_data: data for @callback
 */
void
pal_session_compare_recovered_async (PalSession *self, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  PalDossier *dossier = pal_session_get_dossier (self);
  PalRecovered recovered;

  if (pal_dossier_get_recovered (dossier, &recovered))
    pal_dossier_compare_span_async (dossier, &recovered.span, span_compared_cb,
                                    g_object_ref (task));
  else
    g_task_return_pointer (task,
                           g_ptr_array_new_with_free_func ((GDestroyNotify) pal_difference_free),
                           (GDestroyNotify) g_ptr_array_unref);
}

GPtrArray *
pal_session_compare_recovered_finish (PalSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
