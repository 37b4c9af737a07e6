// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-paths.h"
#include "pal-publish.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A look at all pages when a dossier is opened may take this long; a larger dossier is looked at as
 * far as it goes, and whole by pal_dossier_check(). */
#define OPEN_CHECK_US (150 * G_TIME_SPAN_MILLISECOND)

#define STINT_US (60 * G_TIME_SPAN_SECOND)

G_DEFINE_QUARK (pal_dossier_error, pal_dossier_error)

G_DEFINE_FINAL_TYPE (PalDossier, pal_dossier, G_TYPE_OBJECT)

typedef struct
{
  char *path;
  gboolean create;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->path);
  g_free (opening);
}

/* Runs in the worker. */
static gboolean
close_connection (PalDossier *self, GError **error)
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

  if (!close_connection (task_data, &error))
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

/* --- create and open; what follows runs in the worker */

static gboolean
fail_errno (GError **error, const char *what, int number)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL, "%s: %s", what,
                 g_strerror (number));
  else if (number == EEXIST)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS,
                 "there is such a file already");
  else if (number == EROFS || number == EACCES || number == EPERM)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY, "%s: %s", what,
                 g_strerror (number));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
                 g_strerror (number));

  return FALSE;
}

static gboolean
fill_new_file (const char *temporary, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  sqlite3 *db = pal_dossier_schema_connect (temporary, TRUE, FALSE, error);
  gboolean ok;

  if (db == NULL)
    return FALSE;

  ok = pal_dossier_schema_migrate (db, 0, pal_dossier_schema_version (), error)
       && pal_sql_run (db, error, "INSERT INTO meta VALUES ('id', ?1)", "s", id)
       && pal_sql_exec (db, "PRAGMA journal_mode=WAL", error);
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  sqlite3_close (db);

  return ok;
}

/* A name that nobody took meanwhile; on file systems without links (FAT) a rename that refuses to
 * replace, or at last a plain one. */
gboolean
pal_dossier_publish_new_file (const char *temporary, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (link (temporary, path) != 0)
    {
      if (errno == EEXIST)
        return fail_errno (error, "cannot create the file", EEXIST);
      if (renameat2 (AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) != 0)
        {
          if (errno != EINVAL && errno != ENOSYS)
            return fail_errno (error, "cannot create the file", errno);
          if (g_file_test (path, G_FILE_TEST_EXISTS))
            return fail_errno (error, "cannot create the file", EEXIST);
          if (g_rename (temporary, path) != 0)
            return fail_errno (error, "cannot create the file", errno);
        }
    }

  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      /* Folders of some network file systems cannot be synced; the file itself was. */
      if (fsync (fd) != 0)
        g_info ("the folder could not be synced");
      close (fd);
    }

  return TRUE;
}

static gboolean
has_old_log (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  struct stat info;

  return lstat (wal, &info) == 0 || lstat (journal, &info) == 0;
}

/* The file comes to be whole under a temporary name, so that a kill leaves no half dossier. */
static gboolean
create_file (const char *path, GError **error)
{
  const char *suffixes[] = { "", "-wal", "-shm", "-journal" };
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *absolute = realpath (folder, NULL);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *temporary = NULL;
  struct stat info;
  gboolean ok;
  int fd;

  if (absolute == NULL)
    return fail_errno (error, "cannot find the folder", errno);
  if (lstat (path, &info) == 0)
    return fail_errno (error, "cannot create the file", EEXIST);
  /* SQLite would take the log of a dossier that was here before for the new one's own. */
  if (has_old_log (path))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS,
                   "a log of that name is there, left by a dossier that was here before");
      return FALSE;
    }

  temporary = g_strdup_printf ("%s/.%s.part-XXXXXX", absolute, name);
  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno (error, "cannot create the file", errno);
  close (fd);

  ok = fill_new_file (temporary, error) && pal_dossier_publish_new_file (temporary, path, error);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *leftover = g_strconcat (temporary, suffixes[i], NULL);

      g_unlink (leftover);
    }

  return ok;
}

static gboolean
check_writable (PalDossier *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->file.path);

  /* The log lies beside the file, so the folder counts too. */
  if (faccessat (AT_FDCWD, self->file.path, W_OK, AT_EACCESS) == 0
      && faccessat (AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
    return TRUE;

  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY,
               "the file, or the folder that it is in, cannot be written");

  return FALSE;
}

static gboolean
connect_file (PalDossier *self, GCancellable *cancellable, GError **error)
{
  if (!self->read_only)
    {
      if (!check_writable (self, error))
        return FALSE;
      self->db = pal_dossier_schema_connect (self->file.path, TRUE, FALSE, error);
    }
  else if (self->file.has_wal || self->file.user_version < pal_dossier_schema_version ())
    {
      /* Bringing log and file together, or an old file up to date, needs to write: in a copy. */
      self->private_copy = pal_dossier_file_copy_private (&self->file, cancellable, error);
      if (self->private_copy == NULL)
        return FALSE;
      self->db = pal_dossier_schema_connect (self->private_copy, TRUE, FALSE, error);
    }
  else
    self->db = pal_dossier_schema_connect (self->file.path, FALSE, TRUE, error);

  return self->db != NULL;
}

static gboolean
load_meta (PalDossier *self, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (self->db, "SELECT key, value FROM meta", error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;

  g_mutex_lock (&self->mutex);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_hash_table_insert (self->meta, pal_sql_dup_text (stmt, 0), pal_sql_dup_text (stmt, 1));
  self->id = g_strdup (g_hash_table_lookup (self->meta, "id"));
  g_mutex_unlock (&self->mutex);
  if (step == PAL_SQL_FAILED)
    return FALSE;
  if (self->id == NULL || *self->id == '\0')
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED, "the dossier has no id");
      return FALSE;
    }

  return TRUE;
}

/* One id for each person's profile on each computer; it outlives dossiers. */
static char *
dup_device (void)
{
  g_autofree char *folder = pal_paths_dup_state_dir ("device");
  g_autofree char *path = g_build_filename (folder, "id", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  char *id;

  if (g_file_get_contents (path, &text, NULL, NULL) && g_uuid_string_is_valid (g_strstrip (text)))
    return g_steal_pointer (&text);

  id = g_uuid_string_random ();
  bytes = g_bytes_new (id, strlen (id));
  if (!pal_publish_bytes (path, bytes, NULL))
    g_info ("no place for an id of this device; a passing one is used");

  return id;
}

static gboolean
open_connection (PalDossier *self, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) end = NULL;
  guint version;
  gboolean complete;

  if (!pal_dossier_file_look (&self->file, path, !self->read_only, error))
    return FALSE;
  /* Before there is a lock, which closing another connection would give up. */
  if (!self->read_only && self->file.has_wal)
    end = pal_dossier_recovered_read_end (&self->file);
  if (!connect_file (self, cancellable, error)
      || !pal_dossier_schema_check (self->db, &version, error)
      || !pal_dossier_schema_check_pages (self->db, "quick_check(1)", OPEN_CHECK_US, &complete,
                                          error))
    return FALSE;
  if (!complete)
    g_info ("a large dossier: its pages were looked at in part");

  if (!self->read_only || self->private_copy != NULL)
    {
      if (!pal_dossier_schema_migrate (self->db, version, pal_dossier_schema_version (), error)
          || !pal_sql_exec (self->db, "PRAGMA journal_mode=WAL", error))
        return FALSE;
      /* From here on the file is known to be ours. */
      sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
      if (!pal_dossier_attachments_sweep (self->db, error))
        return FALSE;
    }
  if (self->read_only && !pal_sql_exec (self->db, "PRAGMA query_only=ON", error))
    return FALSE;

  return load_meta (self, error) && pal_dossier_history_load_clock (self, error)
         && pal_dossier_recovered_note (self, end, error);
}

/* Leaves the file as it was found. SQLite makes an empty log when it looks at a file; a file that
 * is refused shall have nothing new beside it. If another program has it, the log is that
 * program's. */
static void
give_up_connection (PalDossier *self, const GError *error)
{
  gboolean looked = self->db != NULL && !self->read_only && !self->file.wal_exists
                    && !g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY);

  g_hash_table_remove_all (self->statements);
  sqlite3_close (g_steal_pointer (&self->db));
  if (looked)
    {
      g_autofree char *wal = g_strconcat (self->file.path, "-wal", NULL);
      struct stat info;

      if (lstat (wal, &info) == 0 && S_ISREG (info.st_mode) && info.st_size == 0)
        g_unlink (wal);
    }
  close_connection (self, NULL);
}

static void
open_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  Opening *opening = task_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_return_error_if_cancelled (task))
    {
      if ((!opening->create || create_file (opening->path, &error))
          && open_connection (self, opening->path, cancellable, &error))
        {
          self->device = dup_device ();
          g_task_return_pointer (task, g_object_ref (self), g_object_unref);
          return;
        }

      give_up_connection (self, error);
      /* In SQLite's words a lock is not worth showing. */
      if (g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY))
        {
          g_clear_error (&error);
          g_set_error (&error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY,
                       "the dossier is open in another program");
        }
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

static PalDossier *
dossier_new (const char *path, PalDossierOpenFlags flags)
{
  PalDossier *self = g_object_new (PAL_TYPE_DOSSIER, NULL);

  self->path = g_strdup (path);
  self->read_only = (flags & PAL_DOSSIER_OPEN_READ_ONLY) != 0;

  return self;
}

static Opening *
opening_new (const char *path, gboolean create)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->path = g_strdup (path);
  opening->create = create;

  return opening;
}

/**
 * pal_dossier_create:
 * @path: a name that is free
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: makes a new dossier and opens it. A kill leaves the whole file or none.
 *
 * Returns: (transfer full) (nullable): the dossier; %PAL_DOSSIER_ERROR_EXISTS, _FULL, _READ_ONLY
 */
PalDossier *
pal_dossier_create (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDossier) self = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = dossier_new (path, PAL_DOSSIER_OPEN_DEFAULT);
  task = pal_dossier_run (self, cancellable, pal_dossier_create, opening_new (path, TRUE),
                          opening_free, open_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_open:
 * @path: a file
 * @flags: how
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: opens a dossier. It is locked against other programs until it is closed; the lock goes
 * with the process. For reading only, the file is never changed: a log that a killed program left
 * beside it is read in a private copy. What is refused stays byte for byte as it was.
 *
 * Returns: (transfer full) (nullable): the dossier; a #PalDossierError says what the file is, a
 * #GIOErrorEnum why it cannot be looked at
 */
PalDossier *
pal_dossier_open (const char *path, PalDossierOpenFlags flags, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (PalDossier) self = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = dossier_new (path, flags);
  task = pal_dossier_run (self, cancellable, pal_dossier_open, opening_new (path, FALSE),
                          opening_free, open_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_create_async:
 * @path: a name that is free
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_create(); ends with pal_dossier_open_finish().
 */
void
pal_dossier_create_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (PalDossier) self = NULL;

  g_return_if_fail (path != NULL);

  self = dossier_new (path, PAL_DOSSIER_OPEN_DEFAULT);
  pal_dossier_push (self, cancellable, pal_dossier_open_async, opening_new (path, TRUE),
                    opening_free, open_in_worker, callback, user_data);
}

/**
 * pal_dossier_open_async:
 * @path: a file
 * @flags: how
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_open().
 */
void
pal_dossier_open_async (const char *path, PalDossierOpenFlags flags, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (PalDossier) self = NULL;

  g_return_if_fail (path != NULL);

  self = dossier_new (path, flags);
  pal_dossier_push (self, cancellable, pal_dossier_open_async, opening_new (path, FALSE),
                    opening_free, open_in_worker, callback, user_data);
}

/**
 * pal_dossier_open_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the dossier, see pal_dossier_open()
 */
PalDossier *
pal_dossier_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pal_dossier_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- close */

static void
close_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (close_connection (source, &error))
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
