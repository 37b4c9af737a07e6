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

/* Making a file, and opening one. What is refused is left as it was found. */

/* A look at all pages when a dossier is opened may take this long; a larger dossier is looked at as
 * far as it goes, and whole by pal_dossier_check(). */
#define OPEN_CHECK_US (150 * G_TIME_SPAN_MILLISECOND)

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

/* --- in the worker */

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

/**
 * pal_dossier_discard_new:
 * @path: a dossier that was made a moment ago, closed, and that nobody has seen
 *
 * Takes away what was not finished: the file, and the log that stays beside it when a disk was full
 * as it was closed; a log that is left makes the name unusable. Any thread.
 */
void
pal_dossier_discard_new (const char *path)
{
  const char *suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

      g_unlink (name);
    }
}

gboolean
pal_dossier_check_new_name (const char *path, GError **error)
{
  struct stat info;

  if (lstat (path, &info) == 0)
    return fail_errno (error, "cannot create the file", EEXIST);
  /* SQLite would take the log of a dossier that was here before for the new one's own. */
  if (has_old_log (path))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS,
                   "a log of that name is there, left by a dossier that was here before");
      return FALSE;
    }

  return TRUE;
}

/* The file comes to be whole under a temporary name, so that a kill leaves no half dossier. */
static gboolean
create_file (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *absolute = realpath (folder, NULL);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *temporary = NULL;
  gboolean ok;
  int fd;

  if (absolute == NULL)
    return fail_errno (error, "cannot find the folder", errno);
  if (!pal_dossier_check_new_name (path, error))
    return FALSE;

  temporary = g_strdup_printf ("%s/.%s.part-XXXXXX", absolute, name);
  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno (error, "cannot create the file", errno);
  close (fd);

  ok = fill_new_file (temporary, error) && pal_dossier_publish_new_file (temporary, path, error);
  pal_dossier_discard_new (temporary);

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

/* Leaves the file as it was found. SQLite makes an empty log when it looks at a file; a file that
 * is refused shall have nothing new beside it. If another program has it, the log is that
 * program's. */
static void
remove_empty_log (PalDossier *self, const GError *error)
{
  g_autofree char *wal = g_strconcat (self->file.path, "-wal", NULL);
  struct stat info;

  if (self->read_only || self->file.wal_exists
      || g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY))
    return;
  if (lstat (wal, &info) == 0 && S_ISREG (info.st_mode) && info.st_size == 0)
    g_unlink (wal);
}

static gboolean
connect_file (PalDossier *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!self->read_only)
    {
      if (!check_writable (self, error))
        return FALSE;
      self->db = pal_dossier_schema_connect (self->file.path, TRUE, FALSE, &local);
      if (self->db == NULL)
        {
          remove_empty_log (self, local);
          g_propagate_error (error, g_steal_pointer (&local));
        }
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

static void
give_up_connection (PalDossier *self, const GError *error)
{
  gboolean looked = self->db != NULL;

  g_hash_table_remove_all (self->statements);
  sqlite3_close (g_steal_pointer (&self->db));
  if (looked)
    remove_empty_log (self, error);
  pal_dossier_close_connection (self, NULL);
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

/* --- for callers */

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
