// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier"
#include "config.h"

#include "pal-dossier-private.h"

#define STINT_US (60 * G_TIME_SPAN_SECOND)

G_DEFINE_QUARK (pal_dossier_error, pal_dossier_error)

G_DEFINE_FINAL_TYPE (PalDossier, pal_dossier, G_TYPE_OBJECT)

/* Runs in the worker. */
gboolean
pal_dossier_close_connection (PalDossier *self, GError **error)
{
  gboolean ok = TRUE;

  pal_dossier_copy_abandon (self);
  g_hash_table_remove_all (self->statements);
  if (self->db != NULL)
    {
      /* What does not fit into the file now stays in the log beside it: nothing is lost. */
      if (!self->read_only
          && sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)
                 != SQLITE_OK)
        g_info ("closing leaves the log beside the file: %s", sqlite3_errmsg (self->db));
      if (sqlite3_close (self->db) != SQLITE_OK)
        {
          pal_sql_set_error (error, self->db, "cannot close the database");
          ok = FALSE;
        }
      else
        self->db = NULL;
    }
  if (ok)
    {
      if (self->private_copy != NULL)
        pal_dossier_file_remove_private (self->private_copy);
      g_clear_pointer (&self->private_copy, g_free);
      pal_dossier_file_clear (&self->file);
    }

  return ok;
}

static void
abandon_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_close_connection (task_data, &error))
    g_warning ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
pal_dossier_finalize (GObject *object)
{
  PalDossier *self = PAL_DOSSIER (object);

  if (self->db != NULL && self->worker != NULL)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      g_autoptr (GTask) task = NULL;

      g_main_context_push_thread_default (context);
      task = g_task_new (NULL, NULL, NULL, NULL);
      g_main_context_pop_thread_default (context);
      g_task_set_task_data (task, self, NULL);
      if (pal_worker_is_current (self->worker))
        abandon_in_worker (task, NULL, self, NULL);
      else
        pal_worker_run (self->worker, task, abandon_in_worker);
    }
  g_clear_object (&self->worker);
  pal_undo_free (self->undo);
  g_free (self->path);
  g_free (self->id);
  g_free (self->device);
  g_free (self->author);
  g_hash_table_unref (self->statements);
  g_hash_table_unref (self->meta);
  g_mutex_clear (&self->mutex);
  g_array_unref (self->brought);

  G_OBJECT_CLASS (pal_dossier_parent_class)->finalize (object);
}

static void
pal_dossier_class_init (PalDossierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_dossier_finalize;

  /**
   * PalDossier::undo-changed:
   *
   * What can be undone or done again is another now: see pal_dossier_dup_undo_step(). Emitted in
   * the default main context.
   */
  g_signal_new ("undo-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
pal_dossier_init (PalDossier *self)
{
  g_mutex_init (&self->mutex);
  self->meta = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) sqlite3_finalize);
  self->author = g_strdup ("");
  self->file.lock_fd = -1;
  self->stint_us = STINT_US;
  self->n_conflicts = -1;
  self->brought = g_array_new (FALSE, FALSE, sizeof (PalLogSpan));
  self->undo = pal_undo_new (PAL_UNDO_STEPS);
  self->undo_is_told = TRUE;
  self->worker = pal_worker_new ("pal-dossier");
}

/* --- jobs */

static GTask *
task_new (PalDossier *self, GCancellable *cancellable, gpointer tag, gpointer data,
          GDestroyNotify free_data, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, data, free_data);
  /* A change that is on the disk is on the disk, also if somebody lost interest meanwhile. */
  g_task_set_check_cancellable (task, FALSE);

  return task;
}

/**
 * pal_dossier_push:
 * @self: a dossier
 * @cancellable: (nullable): passed on to @func
 * @tag: the function that is called
 * @data: (transfer full): for @func
 * @free_data: frees @data
 * @func: the job
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * Queues a job. Jobs run in the order of the calls. Any thread.
 */
void
pal_dossier_push (PalDossier *self, GCancellable *cancellable, gpointer tag, gpointer data,
                  GDestroyNotify free_data, GTaskThreadFunc func, GAsyncReadyCallback callback,
                  gpointer user_data)
{
  pal_worker_push (self->worker,
                   task_new (self, cancellable, tag, data, free_data, callback, user_data), func);
}

/**
 * pal_dossier_run:
 * @self: a dossier
 * @cancellable: (nullable): passed on to @func
 * @tag: the function that is called
 * @data: (transfer full): for @func
 * @free_data: frees @data
 * @func: the job
 *
 * Blocking: queues a job and waits for it. The task gets a main context of its own for the moment:
 * in the caller's it would wait, and keep the dossier alive, until somebody runs a loop there.
 *
 * Returns: (transfer full): the task with its result
 */
GTask *
pal_dossier_run (PalDossier *self, GCancellable *cancellable, gpointer tag, gpointer data,
                 GDestroyNotify free_data, GTaskThreadFunc func)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GTask *task;

  g_main_context_push_thread_default (context);
  task = task_new (self, cancellable, tag, data, free_data, NULL, NULL);
  g_main_context_pop_thread_default (context);
  pal_worker_run (self->worker, task, func);
  while (g_main_context_iteration (context, FALSE))
    ;

  return task;
}

/**
 * pal_dossier_begin_job:
 * @self: a dossier
 * @writes: whether the job will write
 * @error: return location
 *
 * Returns: whether the job can be done: %G_IO_ERROR_CLOSED, %PAL_DOSSIER_ERROR_READ_ONLY. In the
 * worker.
 */
gboolean
pal_dossier_begin_job (PalDossier *self, gboolean writes, GError **error)
{
  g_assert (pal_worker_is_current (self->worker));

  if (self->db == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the dossier is closed");
      return FALSE;
    }
  if (writes && self->read_only)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY,
                   "the dossier is open for reading only");
      return FALSE;
    }
  if (writes)
    self->n_conflicts = -1;

  return TRUE;
}

/**
 * pal_dossier_get_statement:
 * @self: a dossier
 * @sql: a literal: it is known by where it lies
 * @error: return location
 *
 * In the worker.
 *
 * Returns: (transfer none) (nullable): the statement, reset and without values
 */
sqlite3_stmt *
pal_dossier_get_statement (PalDossier *self, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = g_hash_table_lookup (self->statements, sql);

  if (stmt == NULL)
    {
      stmt = pal_sql_prepare (self->db, sql, error);
      if (stmt != NULL)
        g_hash_table_insert (self->statements, (char *) sql, stmt);
      return stmt;
    }
  sqlite3_reset (stmt);
  sqlite3_clear_bindings (stmt);

  return stmt;
}

/**
 * pal_dossier_reset_statements:
 * @self: a dossier
 *
 * Ends whatever query was left in the middle. In the worker.
 */
void
pal_dossier_reset_statements (PalDossier *self)
{
  GHashTableIter iter;
  gpointer stmt;

  g_hash_table_iter_init (&iter, self->statements);
  while (g_hash_table_iter_next (&iter, NULL, &stmt))
    sqlite3_reset (stmt);
}

/**
 * pal_dossier_execute:
 * @self: a dossier
 * @error: return location
 * @sql: a literal, without results
 * @types: one letter an argument, see pal_sql_bind()
 * @...: the arguments
 *
 * In the worker.
 *
 * Returns: whether it ran
 */
gboolean
pal_dossier_execute (PalDossier *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *stmt = pal_dossier_get_statement (self, sql, error);
  PalSqlStep step;
  va_list args;

  if (stmt == NULL)
    return FALSE;

  va_start (args, types);
  pal_sql_bind_valist (stmt, types, args);
  va_end (args);
  step = pal_sql_step (stmt, error);
  sqlite3_reset (stmt);
  sqlite3_clear_bindings (stmt);

  return step != PAL_SQL_FAILED;
}

/* --- close */

static void
close_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_dossier_close_connection (source, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_close:
 * @self: a dossier
 * @error: return location
 *
 * Blocking: waits for everything that was asked before, brings log and file together, and gives
 * up the lock. What is asked afterwards fails with %G_IO_ERROR_CLOSED. Closing twice does no harm.
 *
 * Returns: whether it is closed
 */
gboolean
pal_dossier_close (PalDossier *self, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_close, NULL, NULL, close_in_worker);

  return g_task_propagate_boolean (task, error);
}

/**
 * pal_dossier_close_async:
 * @self: a dossier
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_close().
 */
void
pal_dossier_close_async (PalDossier *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));

  pal_dossier_push (self, NULL, pal_dossier_close_async, NULL, NULL, close_in_worker, callback,
                    user_data);
}

/**
 * pal_dossier_close_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is closed
 */
gboolean
pal_dossier_close_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- small facts */

/**
 * pal_dossier_get_path:
 * @self: a dossier
 *
 * Returns: where it was opened
 */
const char *
pal_dossier_get_path (PalDossier *self)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  return self->path;
}

/**
 * pal_dossier_get_id:
 * @self: a dossier
 *
 * Returns: its uuid, made with the file
 */
const char *
pal_dossier_get_id (PalDossier *self)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  return self->id;
}

/**
 * pal_dossier_get_device:
 * @self: a dossier
 *
 * Returns: the id of this computer and person's profile, as it stands in what is written here
 */
const char *
pal_dossier_get_device (PalDossier *self)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  return self->device;
}

/**
 * pal_dossier_get_newest_us:
 * @self: a dossier
 *
 * For pal_clock_is_behind(): before something is dated and signed. Any thread.
 *
 * Returns: when the newest change was made that it held when it was opened, as the clock of whoever
 *   made it said; microseconds since 1970, 0 for none
 */
gint64
pal_dossier_get_newest_us (PalDossier *self)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), 0);

  return self->newest_us;
}

/**
 * pal_dossier_is_read_only:
 * @self: a dossier
 *
 * Returns: whether it was opened for reading only
 */
gboolean
pal_dossier_is_read_only (PalDossier *self)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), TRUE);

  return self->read_only;
}

/**
 * pal_dossier_set_author:
 * @self: a dossier
 * @name: who writes from now on, as shown in the history
 *
 * Any thread; what was appended before keeps its author.
 */
void
pal_dossier_set_author (PalDossier *self, const char *name)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (name != NULL);

  g_mutex_lock (&self->mutex);
  g_free (self->author);
  self->author = g_utf8_make_valid (name, -1);
  g_mutex_unlock (&self->mutex);
}

/**
 * pal_dossier_dup_author:
 * @self: a dossier
 *
 * Returns: (transfer full): who writes; any thread
 */
char *
pal_dossier_dup_author (PalDossier *self)
{
  char *author;

  g_mutex_lock (&self->mutex);
  author = g_strdup (self->author);
  g_mutex_unlock (&self->mutex);

  return author;
}
