// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-backup-make"
#include "config.h"

#include "pal-backup-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A backup is copied in many small jobs between which typing gets its turn: SQLite takes what is
 * written meanwhile into the copy, because it is written through the same connection. Bringing it
 * to the disk, looking at it and sorting out old ones is done beside the worker. */

#define STEP_PAGES 256
#define HOUR_US G_TIME_SPAN_HOUR
#define CHECK_US (10 * G_TIME_SPAN_MINUTE)
#define SPARE_BYTES (G_GINT64_CONSTANT (32) << 20)
#define MAX_NAMES 120

/* A copy in the making; on the worker. */
struct _PalDossierCopy
{
  sqlite3 *db;            /* (owned) */
  sqlite3_backup *backup; /* (owned) */
};

typedef struct
{
  PalDossier *dossier;
  const char *temporary; /* (nullable): NULL to count only */
  PalBackup counts;
  gint64 bytes;
  gboolean is_done;
} Copying;

/**
 * pal_dossier_copy_abandon:
 * @self: a dossier
 *
 * Ends a copy that is in the making, because the dossier is closed. In the worker.
 */
void
pal_dossier_copy_abandon (PalDossier *self)
{
  PalDossierCopy *copy = g_steal_pointer (&self->copy);

  if (copy == NULL)
    return;

  sqlite3_backup_finish (copy->backup);
  sqlite3_close (copy->db);
  g_free (copy);
}

static gboolean
begin_copy (PalDossier *self, const char *temporary, GError **error)
{
  g_autofree PalDossierCopy *copy = g_new0 (PalDossierCopy, 1);

  copy->db = pal_dossier_schema_connect (temporary, TRUE, FALSE, error);
  if (copy->db == NULL)
    return FALSE;
  /* It is brought to the disk as a whole in the end; till then nobody knows its name. */
  if (!pal_sql_exec (copy->db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY", error))
    {
      sqlite3_close (copy->db);
      return FALSE;
    }
  copy->backup = sqlite3_backup_init (copy->db, "main", self->db, "main");
  if (copy->backup == NULL)
    {
      pal_sql_set_error (error, copy->db, "cannot begin a copy");
      sqlite3_close (copy->db);
      return FALSE;
    }
  self->copy = g_steal_pointer (&copy);

  return TRUE;
}

/* What is in the copy is known elsewhere from now on: typing goes on behind it. */
static gboolean
end_copy (PalDossier *self, Copying *copying, GError **error)
{
  PalDossierCopy *copy = g_steal_pointer (&self->copy);
  gboolean ok = pal_backup_look (&copying->counts, self->db, error);

  if (sqlite3_backup_finish (copy->backup) != SQLITE_OK && ok)
    {
      pal_sql_set_error (error, copy->db, "cannot write the copy");
      ok = FALSE;
    }
  sqlite3_close (copy->db);
  g_free (copy);
  copying->is_done = TRUE;

  return ok && pal_dossier_log_mark_exported (self, error);
}

static gboolean
copy_some (PalDossier *self, Copying *copying, GError **error)
{
  int code;

  if (!pal_dossier_begin_job (self, TRUE, error))
    return FALSE;
  if (copying->temporary == NULL)
    {
      gint64 n_pages, page_bytes;

      copying->is_done = TRUE;
      if (!pal_sql_get_int (self->db, &n_pages, 0, error, "PRAGMA page_count", "")
          || !pal_sql_get_int (self->db, &page_bytes, 0, error, "PRAGMA page_size", ""))
        return FALSE;
      copying->bytes = n_pages * page_bytes;
      return pal_backup_look (&copying->counts, self->db, error);
    }
  if (self->copy == NULL)
    {
      /* Nobody else begins one: PalDossier.is_copying. */
      pal_dossier_reset_statements (self);
      /* Also in the copy itself, for the day on which it takes the file's place. */
      if (!pal_dossier_log_mark_exported (self, error)
          || !begin_copy (self, copying->temporary, error))
        return FALSE;
    }

  code = sqlite3_backup_step (self->copy->backup, STEP_PAGES);
  switch (code & 0xff)
    {
    case SQLITE_OK:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return TRUE;
    case SQLITE_DONE:
      return end_copy (self, copying, error);
    default:
      {
        /* SQLite says on the copy what went wrong once the backup is finished. */
        PalDossierCopy *copy = g_steal_pointer (&self->copy);

        sqlite3_backup_finish (copy->backup);
        pal_sql_set_error (error, copy->db, "cannot write the copy");
        sqlite3_close (copy->db);
        g_free (copy);
      }
      return FALSE;
    }
}

static void
copy_some_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (copy_some (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
abandon_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  pal_dossier_copy_abandon (source);
  g_task_return_boolean (task, TRUE);
}

/* Any thread but the worker. */
static gboolean
run_copying (Copying *copying, GCancellable *cancellable, GError **error)
{
  while (!copying->is_done)
    {
      g_autoptr (GTask) task = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          task = pal_dossier_run (copying->dossier, NULL, run_copying, NULL, NULL,
                                  abandon_in_worker);
          return FALSE;
        }
      task = pal_dossier_run (copying->dossier, NULL, run_copying, copying, NULL,
                              copy_some_in_worker);
      if (!g_task_propagate_boolean (task, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * pal_dossier_dup_state:
 * @self: a dossier
 * @error: return location
 *
 * Blocking, any thread but the worker.
 *
 * Returns: (transfer full) (nullable): equal for equal content
 */
char *
pal_dossier_dup_state (PalDossier *self, GError **error)
{
  Copying counting = { .dossier = self };
  gboolean ok = run_copying (&counting, NULL, error);

  g_free (counting.counts.dossier);
  if (!ok)
    g_clear_pointer (&counting.counts.state, g_free);

  return counting.counts.state;
}

/* --- the folder */

static gboolean
fail_errno (GError **error, const char *what, int number)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL, "%s: %s", what,
                 g_strerror (number));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
                 g_strerror (number));

  return FALSE;
}

/**
 * pal_backup_sweep:
 * @folder: a folder
 * @prefix: how copies that are being made are called
 *
 * Removes what a kill left of earlier ones. Only one program has the dossier open, and it makes one
 * backup at a time.
 */
void
pal_backup_sweep (const char *folder, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_unlink (path);
      }
}

/* Opens a file for the copy in the folder; FALSE without an error when nothing can be put there. */
static gboolean
try_folder (const char *folder, const char *prefix, char **temporary)
{
  struct stat info;
  int fd;

  if (g_mkdir (folder, 0700) != 0 && errno != EEXIST)
    return FALSE;
  /* A link could lead anywhere, and old backups are removed here. */
  if (lstat (folder, &info) != 0 || !S_ISDIR (info.st_mode))
    return FALSE;
  pal_backup_sweep (folder, prefix);
  *temporary = g_strdup_printf ("%s/%sXXXXXX", folder, prefix);
  fd = g_mkstemp_full (*temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_clear_pointer (temporary, g_free);
      return FALSE;
    }
  close (fd);

  return TRUE;
}

static gboolean
has_room (const char *folder, gint64 bytes, GError **error)
{
  struct statvfs info;

  /* A full disk would keep answers from being saved: backups leave some of it free. */
  if (statvfs (folder, &info) == 0
      && (guint64) info.f_bavail * info.f_frsize < (guint64) bytes + SPARE_BYTES)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL,
                   "too little space is left for a backup");
      return FALSE;
    }

  return TRUE;
}

/* --- is it good */

static gboolean
bring_to_disk (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    fail_errno (error, "cannot write the backup", errno);
  if (fd >= 0)
    close (fd);

  return ok;
}

static gboolean
check_copy (const char *path, const PalBackup *wanted, GError **error)
{
  g_autoptr (PalBackup) found = pal_backup_read (path, wanted->made_us);
  sqlite3 *db;
  gboolean complete;
  gboolean ok;

  if (!found->is_sound || g_strcmp0 (found->state, wanted->state) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "the backup does not hold what was copied");
      return FALSE;
    }
  db = pal_dossier_schema_connect (path, FALSE, TRUE, error);
  ok = db != NULL
       && pal_dossier_schema_check_pages (db, "quick_check(1)", CHECK_US, &complete, error);
  sqlite3_close (db);

  return ok;
}

/* --- making one */

static char *
dup_path_at (PalDossier *self, const char *folder, gint64 made_us)
{
  g_autofree char *name = pal_backup_dup_name (self->path, made_us);

  return g_build_filename (folder, name, NULL);
}

static gboolean
publish (PalDossier *self, const char *temporary, PalBackup *backup, gint64 now_us, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (temporary);
  gint64 made_us = now_us / G_USEC_PER_SEC * G_USEC_PER_SEC;
  g_autofree char *path = NULL;

  /* Names count seconds: behind the last that is taken, not in a gap before it, so that of two the
   * later stays the newer. */
  for (guint i = MAX_NAMES; i > 0; i--)
    {
      g_autofree char *taken = dup_path_at (self, folder, made_us + (i - 1) * G_USEC_PER_SEC);

      if (!g_file_test (taken, G_FILE_TEST_EXISTS))
        continue;
      made_us += i * G_USEC_PER_SEC;
      break;
    }
  path = dup_path_at (self, folder, made_us);
  if (!pal_dossier_publish_new_file (temporary, path, error))
    return FALSE;

  backup->path = g_steal_pointer (&path);
  backup->made_us = made_us;

  return TRUE;
}

/* The one that was just made was looked at, and stays also when the clock was set back; older ones
 * go only when it is there. */
static void
prune (PalDossier *self, const PalBackup *made)
{
  g_autoptr (GPtrArray) backups = pal_backup_list (self->path, self->id);

  for (guint i = 0; i < backups->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (backups, i);

      if (backup->is_sound && backup->kept == 0 && strcmp (backup->path, made->path) != 0
          && g_unlink (backup->path) != 0)
        g_info ("an old backup could not be removed: %s", g_strerror (errno));
    }
}

/* What a purge did not come to, because it was killed. */
static void
purge_older (PalDossier *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPurged) purged = g_new0 (PalPurged, 1);

  purged->unreached = g_ptr_array_new_with_free_func (g_free);
  if (!pal_dossier_purge_copies (self, FALSE, purged, &error))
    g_info ("older backups were not looked through: %s", error->message);
}

/**
 * pal_dossier_copy_into:
 * @self: a dossier
 * @folder: where to
 * @cancellable: (nullable): leaves nothing behind
 * @error: return location
 *
 * Blocking, any thread but the worker: makes a whole copy that is on the disk and was looked at.
 *
 * Returns: (transfer full) (nullable): its path, to be renamed or removed
 */
char *
pal_dossier_copy_into (PalDossier *self, const char *folder, GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *prefix = g_strdup_printf (".%s.part-", name);
  g_autofree char *temporary = NULL;
  Copying counting = { .dossier = self };
  Copying copying = { .dossier = self };
  gboolean ok;

  if (!g_atomic_int_compare_and_exchange (&self->is_copying, 0, 1))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY,
                   "a copy is being made already");
      return NULL;
    }
  ok = try_folder (folder, prefix, &temporary);
  if (!ok)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY,
                 "nothing can be written in that folder");
  copying.temporary = temporary;
  ok = ok && run_copying (&counting, cancellable, error) && has_room (folder, counting.bytes, error)
       && run_copying (&copying, cancellable, error) && bring_to_disk (temporary, error)
       && check_copy (temporary, &copying.counts, error);
  g_atomic_int_set (&self->is_copying, 0);
  g_free (counting.counts.dossier);
  g_free (counting.counts.state);
  g_free (copying.counts.dossier);
  g_free (copying.counts.state);
  if (!ok && temporary != NULL)
    g_unlink (temporary);

  return ok ? g_steal_pointer (&temporary) : NULL;
}

static PalBackup *
make_in (PalDossier *self, const char *temporary, gint64 bytes, gint64 now_us,
         GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (temporary);
  g_autoptr (PalBackup) backup = NULL;
  Copying copying = { .dossier = self, .temporary = temporary };
  struct stat info;
  gboolean ok = has_room (folder, bytes, error) && run_copying (&copying, cancellable, error)
                && bring_to_disk (temporary, error);

  backup = g_memdup2 (&copying.counts, sizeof copying.counts);
  if (!ok || !check_copy (temporary, backup, error)
      || !publish (self, temporary, backup, now_us, error))
    return NULL;

  backup->is_sound = TRUE;
  if (lstat (backup->path, &info) == 0)
    backup->size_bytes = info.st_size;

  return g_steal_pointer (&backup);
}

static gboolean
is_needed (PalDossier *self, PalBackUpFlags flags, gint64 now_us, gint64 *bytes, gboolean *needed,
           GError **error)
{
  g_autoptr (GPtrArray) backups = pal_backup_list (self->path, self->id);
  Copying counting = { .dossier = self };
  gboolean ok = run_copying (&counting, NULL, error);

  *bytes = counting.bytes;
  *needed = TRUE;
  for (guint i = 0; i < backups->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (backups, i);

      if ((backup->kept & PAL_KEPT_NEWEST) == 0)
        continue;
      if (g_strcmp0 (backup->state, counting.counts.state) == 0)
        *needed = FALSE;
      /* A clock that was set back must not put it off. */
      if ((flags & PAL_BACK_UP_IF_OLD) != 0 && backup->made_us <= now_us
          && now_us - backup->made_us < HOUR_US)
        *needed = FALSE;
    }
  g_free (counting.counts.dossier);
  g_free (counting.counts.state);

  return ok;
}

static PalBackup *
make (PalDossier *self, gint64 bytes, gint64 now_us, GCancellable *cancellable, GError **error)
{
  g_autofree char *beside = pal_backup_dup_folder (self->path);
  g_autofree char *private_folder = pal_backup_dup_private_folder (self->id);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *prefix = g_strdup_printf (".%s.part-", name);
  g_autofree char *temporary = NULL;
  PalBackup *backup;
  gboolean is_beside = try_folder (beside, prefix, &temporary);

  if (!is_beside && !try_folder (private_folder, prefix, &temporary))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY,
                   "backups can be written neither beside the dossier nor in the data folder");
      return NULL;
    }

  backup = make_in (self, temporary, bytes, now_us, cancellable, error);
  g_unlink (temporary);
  if (backup != NULL)
    backup->is_beside = is_beside;
  /* An empty folder says nothing to anybody; one that holds something stays. */
  else if (is_beside)
    g_rmdir (beside);

  return backup;
}

/**
 * pal_dossier_back_up_at:
 * @self: a dossier
 * @flags: when to make one
 * @now_us: the time
 * @made: (out) (optional) (nullable) (transfer full): see pal_dossier_back_up()
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking; for tests: pal_dossier_back_up() at another time.
 *
 * Returns: see pal_dossier_back_up()
 */
gboolean
pal_dossier_back_up_at (PalDossier *self, PalBackUpFlags flags, gint64 now_us, PalBackup **made,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (PalBackup) backup = NULL;
  gboolean needed = FALSE;
  gboolean ok;
  gint64 bytes;

  if (made != NULL)
    *made = NULL;
  if (!g_atomic_int_compare_and_exchange (&self->is_copying, 0, 1))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY,
                   "a backup is being made already");
      return FALSE;
    }

  ok = is_needed (self, flags, now_us, &bytes, &needed, error);
  if (ok && needed)
    {
      backup = make (self, bytes, now_us, cancellable, error);
      ok = backup != NULL;
      if (ok)
        {
          backup->kept = PAL_KEPT_NEWEST | PAL_KEPT_HOUR | PAL_KEPT_DAY | PAL_KEPT_WEEK;
          prune (self, backup);
          purge_older (self);
        }
    }
  g_atomic_int_set (&self->is_copying, 0);
  if (made != NULL)
    *made = g_steal_pointer (&backup);

  return ok;
}

/**
 * pal_dossier_back_up:
 * @self: a dossier that is open for writing
 * @flags: when to make one
 * @made: (out) (optional) (nullable) (transfer full): the backup; %NULL when none was needed: the
 *   newest says the same
 * @cancellable: (nullable): leaves nothing behind
 * @error: return location
 *
 * Blocking, any thread but the worker: makes a backup, opens it, counts what is in it, and then
 * removes those that are not needed any more. Jobs of others come in between.
 *
 * Returns: whether a backup of all this is there; %PAL_DOSSIER_ERROR_FULL, _READ_ONLY, _BUSY
 */
gboolean
pal_dossier_back_up (PalDossier *self, PalBackUpFlags flags, PalBackup **made,
                     GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);

  return pal_dossier_back_up_at (self, flags, g_get_real_time (), made, cancellable, error);
}

static void
back_up_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalBackUpFlags flags = GPOINTER_TO_INT (task_data);
  PalBackup *backup = NULL;
  GError *error = NULL;

  if (pal_dossier_back_up (source, flags, &backup, cancellable, &error))
    g_task_return_pointer (task, backup, (GDestroyNotify) pal_backup_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_back_up_async:
 * @self: a dossier
 * @flags: when to make one
 * @cancellable: (nullable): a cancellable
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_back_up(). Typing does not wait for it.
 */
void
pal_dossier_back_up_async (PalDossier *self, PalBackUpFlags flags, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_DOSSIER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_back_up_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, GINT_TO_POINTER (flags), NULL);
  g_task_run_in_thread (task, back_up_in_thread);
}

/**
 * pal_dossier_back_up_finish:
 * @self: a dossier
 * @result: what the callback got
 * @made: (out) (optional) (nullable) (transfer full): the backup
 * @error: return location
 *
 * Returns: see pal_dossier_back_up()
 */
gboolean
pal_dossier_back_up_finish (PalDossier *self, GAsyncResult *result, PalBackup **made,
                            GError **error)
{
  g_autoptr (GError) local = NULL;
  PalBackup *backup;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  backup = g_task_propagate_pointer (G_TASK (result), &local);
  if (made != NULL)
    *made = backup;
  else if (backup != NULL)
    pal_backup_free (backup);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return backup != NULL || local == NULL;
}
