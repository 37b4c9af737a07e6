// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-salvage"
#include "config.h"

#include "pal-backup-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

/* For a damaged dossier: the newest sound backup under a new name, and act by act what the damaged
 * file has more, as far as it can be read and its digests are right. The damaged file itself is
 * looked at in a private copy and stays as it is. */

typedef struct
{
  sqlite3 *db;        /* of the private copy */
  PalDossier *target; /* (owned) */
  PalSalvage *salvage;
} Salvaging;

/**
 * pal_salvage_free:
 * @salvage: (transfer full): what was saved
 */
void
pal_salvage_free (PalSalvage *salvage)
{
  g_free (salvage->backup);
  g_free (salvage);
}

static void
add_text (GString *log, PalLogMember member, sqlite3_stmt *stmt, int column)
{
  const char *text = pal_sql_get_text (stmt, column);

  if (text != NULL && g_utf8_validate (text, -1, NULL))
    pal_log_members_add_text (log, member, text);
}

/* The lines of pal_dossier_write_log() for one act. FALSE when it cannot be read. */
static gboolean
read_act (Salvaging *self, gint64 seq, GString *log)
{
  g_autoptr (sqlite3_stmt) act = pal_sql_prepare (
      self->db, "SELECT id, nonce, title, author, device, clock FROM act WHERE seq = ?1", NULL);
  g_autoptr (sqlite3_stmt) changes = pal_sql_prepare (
      self->db,
      "SELECT c.id, c.kind, c.record, c.node, c.value, c.parents, v.text, v.salt, c.clock "
      "FROM change c LEFT JOIN value v ON v.change = c.seq WHERE c.act = ?1 ORDER BY c.seq",
      NULL);
  PalSqlStep step;

  if (act == NULL || changes == NULL)
    return FALSE;
  pal_sql_bind (act, "i", seq);
  pal_sql_bind (changes, "i", seq);

  pal_log_members_add_text (log, PAL_LOG_MEMBER_FORMAT, PAL_DOSSIER_LOG_FORMAT);
  pal_log_members_add_text (log, PAL_LOG_MEMBER_DOSSIER, pal_dossier_get_id (self->target));
  pal_log_members_end (log);

  if (pal_sql_step (act, NULL) != PAL_SQL_ROW)
    return FALSE;
  add_text (log, PAL_LOG_MEMBER_ACT, act, 0);
  add_text (log, PAL_LOG_MEMBER_NONCE, act, 1);
  add_text (log, PAL_LOG_MEMBER_TITLE, act, 2);
  add_text (log, PAL_LOG_MEMBER_AUTHOR, act, 3);
  add_text (log, PAL_LOG_MEMBER_DEVICE, act, 4);
  pal_log_members_add_clock (log, sqlite3_column_int64 (act, 5));
  pal_log_members_end (log);

  while ((step = pal_sql_step (changes, NULL)) == PAL_SQL_ROW)
    {
      add_text (log, PAL_LOG_MEMBER_CHANGE, changes, 0);
      add_text (log, PAL_LOG_MEMBER_KIND, changes, 1);
      add_text (log, PAL_LOG_MEMBER_RECORD, changes, 2);
      add_text (log, PAL_LOG_MEMBER_NODE, changes, 3);
      add_text (log, PAL_LOG_MEMBER_VALUE, changes, 4);
      add_text (log, PAL_LOG_MEMBER_PARENTS, changes, 5);
      add_text (log, PAL_LOG_MEMBER_TEXT, changes, 6);
      if (sqlite3_column_type (changes, 7) == SQLITE_BLOB)
        {
          g_autofree char *salt = g_base64_encode (sqlite3_column_blob (changes, 7),
                                                   sqlite3_column_bytes (changes, 7));

          pal_log_members_add_text (log, PAL_LOG_MEMBER_SALT, salt);
        }
      pal_log_members_add_clock (log, sqlite3_column_int64 (changes, 8));
      pal_log_members_end (log);
    }

  return step == PAL_SQL_DONE;
}

/* FALSE on an error of the target only. */
static gboolean
take_act (Salvaging *self, gint64 seq, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (GError) local = NULL;

  if (!read_act (self, seq, log))
    {
      self->salvage->n_unreadable++;
      return TRUE;
    }
  stream = g_memory_input_stream_new_from_data (log->str, log->len, NULL);
  report = pal_dossier_merge_log (self->target, stream, PAL_MERGE_DEFAULT, cancellable, &local);
  if (report != NULL)
    self->salvage->n_recovered += report->n_changes;
  else if (g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED)
           || g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT))
    self->salvage->n_unreadable++;
  else
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return TRUE;
}

/* (element-type utf8): ids of the acts that the target has */
static GHashTable *
list_known (PalDossier *target, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_dossier_read_history (target, NULL, NULL, error);
  GHashTable *known;

  if (changes == NULL)
    return NULL;
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < changes->len; i++)
    g_hash_table_add (known, g_strdup (((PalChange *) g_ptr_array_index (changes, i))->id));

  return known;
}

/* From the newest backwards too: a page that is torn in the middle hides only what is on it. */
static gboolean
list_acts (Salvaging *self, GHashTable *known, gboolean backwards, GHashTable *acts)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db,
                         backwards ? "SELECT act, id FROM change ORDER BY seq DESC"
                                   : "SELECT act, id FROM change ORDER BY seq",
                         NULL);
  PalSqlStep step = PAL_SQL_FAILED;

  while (stmt != NULL && (step = pal_sql_step (stmt, NULL)) == PAL_SQL_ROW)
    {
      const char *id = pal_sql_get_text (stmt, 1);
      gint64 act = sqlite3_column_int64 (stmt, 0);

      if (id != NULL && !g_hash_table_contains (known, id))
        g_hash_table_add (acts, g_memdup2 (&act, sizeof act));
    }

  return step == PAL_SQL_DONE;
}

static int
compare_acts (gconstpointer a, gconstpointer b)
{
  gint64 first = **(const gint64 *const *) a;
  gint64 second = **(const gint64 *const *) b;

  return first < second ? -1 : first > second;
}

static gboolean
take_acts (Salvaging *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) known = list_known (self->target, error);
  g_autoptr (GHashTable) acts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer act;

  if (known == NULL)
    return FALSE;
  self->salvage->is_cut = !list_acts (self, known, FALSE, acts);
  if (self->salvage->is_cut)
    list_acts (self, known, TRUE, acts);
  g_hash_table_iter_init (&iter, acts);
  while (g_hash_table_iter_next (&iter, &act, NULL))
    g_ptr_array_add (sorted, act);
  g_ptr_array_sort (sorted, compare_acts);
  for (guint i = 0; i < sorted->len; i++)
    if (!take_act (self, *(gint64 *) g_ptr_array_index (sorted, i), cancellable, error))
      return FALSE;

  return TRUE;
}

/* --- the damaged file, privately */

static gboolean
copy_plainly (const char *from, const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  return g_file_copy (source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, NULL);
}

/* Only what a header says is wrong is no reason not to look; SQLite decides what can be read. */
static sqlite3 *
open_damaged (const char *path, char **copy)
{
  g_autofree char *folder = NULL;
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *wal_copy = NULL;
  struct stat info;

  if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode)
      || info.st_size > PAL_DOSSIER_MAX_FILE_BYTES)
    return NULL;
  folder = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  if (folder == NULL)
    return NULL;
  *copy = g_build_filename (folder, "dossier", NULL);
  wal_copy = g_strconcat (*copy, "-wal", NULL);
  if (!copy_plainly (path, *copy))
    return NULL;
  if (lstat (wal, &info) == 0 && S_ISREG (info.st_mode))
    copy_plainly (wal, wal_copy);

  return pal_dossier_schema_connect (*copy, TRUE, FALSE, NULL);
}

static PalBackup *
find_newest_sound (GPtrArray *backups, GCancellable *cancellable)
{
  for (guint i = 0; i < backups->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (backups, i);

      if (backup->is_sound && pal_dossier_check (backup->path, cancellable, NULL))
        return backup;
    }

  return NULL;
}

static gboolean
begin_with_backup (const char *backup, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);
  g_autofree char *temporary = g_strdup_printf ("%s/.palermo.part-XXXXXX", folder);
  g_autoptr (GFile) source = g_file_new_for_path (backup);
  g_autoptr (GFile) target = NULL;
  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot create the file: %s",
                   g_strerror (errno));
      return FALSE;
    }
  target = g_file_new_for_path (temporary);
  ok = g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL,
                    NULL, NULL, error);
  if (ok && fsync (fd) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot write the file: %s",
                   g_strerror (errno));
      ok = FALSE;
    }
  close (fd);
  ok = ok && pal_dossier_publish_new_file (temporary, to, error);
  g_unlink (temporary);

  return ok;
}

/* (nullable): what the damaged file says of itself */
static char *
dup_id (sqlite3 *db)
{
  g_autoptr (sqlite3_stmt) stmt
      = db != NULL ? pal_sql_prepare (db, "SELECT value FROM meta WHERE key = 'id'", NULL) : NULL;

  return stmt != NULL && pal_sql_step (stmt, NULL) == PAL_SQL_ROW ? pal_sql_dup_text (stmt, 0)
                                                                  : NULL;
}

/**
 * pal_backup_salvage:
 * @damaged: a dossier that cannot be opened any more; not changed
 * @to: a name that is free
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking: makes a new dossier out of the newest sound backup and what can be read of the damaged
 * file.
 *
 * Returns: (transfer full) (nullable): what was saved; %PAL_DOSSIER_ERROR_NOT_FOUND without a sound
 *   backup, %PAL_DOSSIER_ERROR_EXISTS when @to is taken
 */
PalSalvage *
pal_backup_salvage (const char *damaged, const char *to, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalSalvage) salvage = g_new0 (PalSalvage, 1);
  g_autoptr (GPtrArray) backups = NULL;
  g_autoptr (PalDossier) target = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *id = NULL;
  Salvaging salvaging = { .salvage = salvage };
  PalBackup *backup;
  gboolean ok;

  g_return_val_if_fail (damaged != NULL, NULL);
  g_return_val_if_fail (to != NULL, NULL);

  salvaging.db = open_damaged (damaged, &copy);
  id = dup_id (salvaging.db);
  backups = pal_backup_list (damaged, id);
  backup = find_newest_sound (backups, cancellable);
  if (backup == NULL)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND, "there is no sound backup");
  ok = backup != NULL && begin_with_backup (backup->path, to, error);
  if (ok)
    {
      salvage->backup = g_strdup (backup->path);
      target = pal_dossier_open (to, PAL_DOSSIER_OPEN_DEFAULT, cancellable, error);
      ok = target != NULL;
    }
  if (ok && salvaging.db != NULL)
    {
      salvaging.target = target;
      ok = take_acts (&salvaging, cancellable, error);
    }
  else
    salvage->is_cut = TRUE;
  if (target != NULL)
    pal_dossier_close (target, NULL);
  sqlite3_close (salvaging.db);
  if (copy != NULL)
    pal_dossier_file_remove_private (copy);

  return ok ? g_steal_pointer (&salvage) : NULL;
}
