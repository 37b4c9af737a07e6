// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-purge-copies"
#include "config.h"

#include "pal-backup-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What was purged from a dossier goes from its backups, too. What that is stands in the dossier
 * itself (a change whose text is gone), not in a list of its own: so a program that was killed
 * between the two does the rest with the next backup, and doing it twice does nothing.
 *
 * A backup is never written in place: a copy of it is, which is looked at and then takes its name.
 */

#define PART ".part-"
#define BEFORE "-before-"
#define CHECK_US (10 * G_TIME_SPAN_MINUTE)

/* --- what was purged */

typedef struct
{
  GPtrArray *ids; /* (element-type utf8) */
} Purged;

static void
list_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  Purged *purged = task_data;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step = PAL_SQL_FAILED;
  GError *error = NULL;

  if (pal_dossier_begin_job (self, FALSE, &error))
    stmt = pal_sql_prepare (self->db,
                            "SELECT c.id FROM value v JOIN change c ON c.seq = v.change "
                            "WHERE v.text IS NULL AND c.value IS NOT NULL",
                            &error);
  while (stmt != NULL && (step = pal_sql_step (stmt, &error)) == PAL_SQL_ROW)
    g_ptr_array_add (purged->ids, pal_sql_dup_text (stmt, 0));
  if (step == PAL_SQL_DONE)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* --- one copy */

/* How many of the texts a copy still holds; -1: it cannot be told. */
static gint64
count_held (sqlite3 *db, GPtrArray *ids, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (db,
                         "SELECT count(*) FROM change c JOIN value v ON v.change = c.seq "
                         "WHERE c.id = ?1 AND v.text IS NOT NULL",
                         error);
  gint64 n_held = 0;

  if (stmt == NULL)
    return -1;
  for (guint i = 0; i < ids->len; i++)
    {
      pal_sql_bind (stmt, "s", g_ptr_array_index (ids, i));
      if (pal_sql_step (stmt, error) != PAL_SQL_ROW)
        return -1;
      n_held += sqlite3_column_int64 (stmt, 0);
      sqlite3_reset (stmt);
    }

  return n_held;
}

static gboolean
list_files (sqlite3 *db, GPtrArray *ids, GPtrArray *files, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (db,
                         "SELECT v.text FROM change c JOIN value v ON v.change = c.seq "
                         "WHERE c.id = ?1 AND v.text IN (SELECT name FROM attachment_name)",
                         error);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      PalSqlStep step;

      pal_sql_bind (stmt, "s", g_ptr_array_index (ids, i));
      step = pal_sql_step (stmt, error);
      if (step == PAL_SQL_FAILED)
        return FALSE;
      if (step == PAL_SQL_ROW)
        g_ptr_array_add (files, pal_sql_dup_text (stmt, 0));
      sqlite3_reset (stmt);
    }

  return TRUE;
}

static gboolean
remove_texts (const char *path, GPtrArray *ids, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *db = pal_dossier_schema_connect (path, TRUE, FALSE, error);
  gboolean ok;

  if (db == NULL)
    return FALSE;
  /* Nobody knows its name yet; it is brought to the disk as a whole in the end. secure_delete
   * overwrites what is removed. */
  ok = pal_sql_exec (db, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF", error)
       && pal_sql_begin (db, error);
  if (ok)
    {
      gboolean done = list_files (db, ids, files, error);

      for (guint i = 0; done && i < ids->len; i++)
        done = pal_sql_run (db, error,
                            "UPDATE value SET salt = NULL, text = NULL WHERE text IS NOT NULL "
                            "AND change = (SELECT seq FROM change WHERE id = ?1)",
                            "s", g_ptr_array_index (ids, i));
      done = done && pal_dossier_purge_files (db, files, error);
      ok = pal_sql_end (db, done, error);
    }
  ok = ok && count_held (db, ids, error) == 0;
  sqlite3_close (db);

  return ok;
}

static gboolean
is_good (const char *path, const PalBackup *wanted, GError **error)
{
  g_autoptr (PalBackup) found = pal_backup_read (path, wanted->made_us);
  gboolean complete;
  gboolean ok;
  sqlite3 *db;

  if (!found->is_sound || found->n_changes != wanted->n_changes
      || found->n_records != wanted->n_records)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "the copy does not hold what it should");
      return FALSE;
    }
  db = pal_dossier_schema_connect (path, FALSE, TRUE, error);
  ok = db != NULL
       && pal_dossier_schema_check_pages (db, "quick_check(1)", CHECK_US, &complete, error);
  sqlite3_close (db);

  return ok;
}

static gboolean
bring_to_disk (const char *path, int flags)
{
  int fd = open (path, flags | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);

  return ok;
}

/* A whole copy, built anew: no free pages, no gaps, in which something could stand that was
 * removed.
 */
static gboolean
copy_compact (sqlite3 *db, const char *to, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (db, "VACUUM INTO ?1", error);

  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "s", to);

  return pal_sql_step (stmt, error) == PAL_SQL_DONE;
}

static gboolean
copy_again (const char *path, const char *to, GError **error)
{
  sqlite3 *db = pal_dossier_schema_connect (path, FALSE, TRUE, error);
  gboolean ok = db != NULL && copy_compact (db, to, error);

  sqlite3_close (db);

  return ok;
}

static gboolean
replace (const PalBackup *backup, sqlite3 *db, const char *prefix, GPtrArray *ids, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (backup->path);
  g_autofree char *temporary = g_strdup_printf ("%s/%sXXXXXX", folder, prefix);
  g_autofree char *raw = NULL;
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot write there: %s",
                   g_strerror (errno));
      return FALSE;
    }
  close (fd);
  raw = g_strconcat (temporary, "-raw", NULL);

  ok = copy_compact (db, raw, error) && remove_texts (raw, ids, error)
       && copy_again (raw, temporary, error) && is_good (temporary, backup, error);
  g_unlink (raw);
  if (ok && !bring_to_disk (temporary, O_RDWR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the copy cannot be brought to the disk");
      ok = FALSE;
    }
  if (ok && g_rename (temporary, backup->path) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot take its place: %s",
                   g_strerror (errno));
      ok = FALSE;
    }
  if (!ok)
    g_unlink (temporary);
  else if (!bring_to_disk (folder, O_RDONLY | O_DIRECTORY))
    g_info ("the folder could not be synced");

  return ok;
}

static void
purge_copy (const PalBackup *backup, const char *prefix, GPtrArray *ids, PalPurged *purged)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db = pal_dossier_schema_connect (backup->path, FALSE, TRUE, &error);
  gint64 n_held = db != NULL ? count_held (db, ids, &error) : -1;

  if (n_held > 0 && replace (backup, db, prefix, ids, &error))
    purged->n_copies++;
  else if (n_held != 0)
    g_ptr_array_add (purged->unreached, g_strdup (backup->path));
  if (error != NULL)
    g_info ("a copy still holds what was purged: %s", error->message);
  sqlite3_close (db);
}

/* --- all of them */

/* The copies that are made before a newer form is taken lie beside the file, and stay. */
static void
add_copies_before (PalDossier *self, GPtrArray *copies)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *prefix = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  if (g_str_has_suffix (name, ".palermo"))
    name[strlen (name) - strlen (".palermo")] = '\0';
  prefix = g_strconcat (name, BEFORE, NULL);
  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;
      PalBackup *copy;

      if (!g_str_has_prefix (entry, prefix) || !g_str_has_suffix (entry, ".palermo"))
        continue;
      path = g_build_filename (folder, entry, NULL);
      copy = pal_backup_read (path, 0);
      if (copy->is_sound && strcmp (copy->dossier, self->id) == 0)
        g_ptr_array_add (copies, copy);
      else
        pal_backup_free (copy); /* somebody's other file */
    }
}

/* What a kill left of a copy that was being made may hold anything. */
static void
sweep_halves (PalDossier *self, const char *prefix)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *beside = pal_backup_dup_folder (self->path);
  g_autofree char *private_folder = pal_backup_dup_private_folder (self->id);

  pal_backup_sweep (folder, prefix);
  pal_backup_sweep (beside, prefix);
  pal_backup_sweep (private_folder, prefix);
}

/**
 * pal_dossier_purge_copies:
 * @self: a dossier; the caller holds is_copying
 * @removes: whether backups that cannot be read go
 * @purged: what was done is added here
 * @error: return location
 *
 * Blocking, any thread but the worker: takes what was purged from the dossier out of its backups
 * and copies.
 *
 * Returns: whether the dossier could be asked what was purged; what could not be done with a copy
 *   stands in @purged
 */
gboolean
pal_dossier_purge_copies (PalDossier *self, gboolean removes, PalPurged *purged, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) copies = NULL;
  g_autoptr (GTask) task = NULL;
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *prefix = g_strdup_printf (".%s" PART, name);
  Purged list = { ids };

  task = pal_dossier_run (self, NULL, pal_dossier_purge_copies, &list, NULL, list_in_worker);
  if (!g_task_propagate_boolean (task, error))
    return FALSE;
  if (ids->len == 0)
    return TRUE;

  if (removes)
    sweep_halves (self, prefix);
  copies = pal_backup_list (self->path, self->id);
  add_copies_before (self, copies);
  for (guint i = 0; i < copies->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (copies, i);

      if (backup->is_sound)
        purge_copy (backup, prefix, ids, purged);
      else if (removes && g_unlink (backup->path) == 0)
        purged->n_removed++;
      else
        g_ptr_array_add (purged->unreached, g_strdup (backup->path));
    }

  return TRUE;
}
