// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-backup"
#include "config.h"

#include "pal-backup-private.h"
#include "pal-paths.h"

#include <stdio.h>
#include <string.h>

/* Which backups there are, and which of them stay. A name says when it was made, so that a folder
 * that a person copied about is still in order; only files with such a name are ever removed. */

#define SUFFIX ".palermo"
#define TIME_PATTERN "%Y-%m-%d %H.%M.%S UTC"
#define TIME_LENGTH (strlen ("2026-11-22 10.05.33 UTC"))
#define MAX_LISTED 500

/**
 * pal_backup_free:
 * @backup: (transfer full): a backup
 */
void
pal_backup_free (PalBackup *backup)
{
  g_free (backup->path);
  g_free (backup->dossier);
  g_free (backup->state);
  g_free (backup);
}

static char *
dup_stem (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, SUFFIX) && strlen (name) > strlen (SUFFIX))
    name[strlen (name) - strlen (SUFFIX)] = '\0';

  return g_steal_pointer (&name);
}

/**
 * pal_backup_dup_folder:
 * @path: a dossier
 *
 * Returns: (transfer full): where its backups are kept if that can be written: beside it
 */
char *
pal_backup_dup_folder (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *stem = dup_stem (path);
  g_autofree char *name = g_strconcat (stem, " backups", NULL);

  return g_build_filename (parent, name, NULL);
}

/**
 * pal_backup_dup_private_folder:
 * @id: of a dossier
 *
 * Returns: (transfer full): where its backups are kept else; made if need be
 */
char *
pal_backup_dup_private_folder (const char *id)
{
  /* It comes out of a file, perhaps a stranger's. */
  g_autofree char *word = g_str_to_ascii (id, "C");
  g_autofree char *relative = NULL;

  g_strcanon (word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-", '_');
  if (strlen (word) > 64)
    word[64] = '\0';
  relative = g_build_filename ("backups", word, NULL);

  return pal_paths_dup_state_dir (relative);
}

/**
 * pal_backup_dup_name:
 * @path: a dossier
 * @made_us: when the backup was made
 *
 * Returns: (transfer full): what the backup is called
 */
char *
pal_backup_dup_name (const char *path, gint64 made_us)
{
  g_autofree char *stem = dup_stem (path);
  g_autoptr (GDateTime) made = g_date_time_new_from_unix_utc (made_us / G_USEC_PER_SEC);
  g_autofree char *time = g_date_time_format (made, TIME_PATTERN);

  return g_strconcat (stem, " ", time, SUFFIX, NULL);
}

static gboolean
parse_name (const char *name, const char *stem, gint64 *made_us)
{
  g_autoptr (GDateTime) made = NULL;
  g_autofree char *again = NULL;
  int year, month, day, hour, minute, second;

  if (!g_str_has_prefix (name, stem) || name[strlen (stem)] != ' '
      || strlen (name) != strlen (stem) + 1 + TIME_LENGTH + strlen (SUFFIX)
      || sscanf (name + strlen (stem) + 1, "%4d-%2d-%2d %2d.%2d.%2d UTC.palermo", &year, &month,
                 &day, &hour, &minute, &second)
             != 6)
    return FALSE;
  made = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (made == NULL)
    return FALSE;

  *made_us = g_date_time_to_unix (made) * G_USEC_PER_SEC;
  again = pal_backup_dup_name (stem, *made_us);

  return strcmp (again, name) == 0;
}

/**
 * pal_backup_look:
 * @backup: what is found goes in here
 * @db: a dossier
 * @error: return location
 *
 * Counts what is in a dossier. Equal figures mean an equal log: what is typed again within a stint
 * has another id, although the count stays.
 *
 * Returns: whether all of it could be read
 */
gboolean
pal_backup_look (PalBackup *backup, sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      db,
      "SELECT (SELECT count(*) FROM change), (SELECT count(*) FROM record), "
      "(SELECT value FROM meta WHERE key = 'id'), "
      "(SELECT id FROM change ORDER BY seq DESC LIMIT 1), "
      "(SELECT count(*) FROM value WHERE text IS NULL), (SELECT count(*) FROM form), "
      "(SELECT count(*) FROM attachment_name), (SELECT count(*) FROM delivery), "
      "(SELECT max(changed) FROM delivery)",
      error);
  g_autoptr (GString) state = NULL;

  if (stmt == NULL || pal_sql_step (stmt, error) != PAL_SQL_ROW)
    return FALSE;

  state = g_string_new (NULL);
  for (int column = 0; column < 9; column++)
    {
      const char *cell = pal_sql_get_text (stmt, column);

      g_string_append_printf (state, "%s%s", column > 0 ? " " : "", cell != NULL ? cell : "-");
    }
  backup->n_changes = sqlite3_column_int64 (stmt, 0);
  backup->n_records = sqlite3_column_int64 (stmt, 1);
  g_free (backup->dossier);
  backup->dossier = pal_sql_dup_text (stmt, 2);
  g_free (backup->state);
  backup->state = g_string_free (g_steal_pointer (&state), FALSE);

  return TRUE;
}

/**
 * pal_backup_read:
 * @path: a file
 * @made_us: when it was made, as its name says
 *
 * Looks into a backup without changing it.
 *
 * Returns: (transfer full): what is known of it; is_sound says whether it can be opened
 */
PalBackup *
pal_backup_read (const char *path, gint64 made_us)
{
  PalBackup *backup = g_new0 (PalBackup, 1);
  g_auto (PalDossierFile) file = { .lock_fd = -1 };
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;
  guint version;

  backup->path = g_strdup (path);
  backup->made_us = made_us;
  if (pal_dossier_file_look (&file, path, FALSE, &error) && !file.has_wal)
    db = pal_dossier_schema_connect (file.path, FALSE, TRUE, &error);
  backup->size_bytes = file.size_bytes;
  backup->is_sound = db != NULL && pal_dossier_schema_check (db, &version, &error)
                     && pal_backup_look (backup, db, &error) && backup->dossier != NULL;
  if (error != NULL)
    g_info ("a backup cannot be used: %s", error->message);
  sqlite3_close (db);

  return backup;
}

/**
 * pal_backup_count_answers:
 * @backup: a backup
 *
 * Blocking, any thread.
 *
 * Returns: how many nodes hold a text; -1 when it cannot be told
 */
gint64
pal_backup_count_answers (const PalBackup *backup)
{
  sqlite3 *db
      = backup->is_sound ? pal_dossier_schema_connect (backup->path, FALSE, TRUE, NULL) : NULL;
  gint64 n_answers = -1;

  if (db == NULL
      || !pal_sql_get_int (db, &n_answers, 0, NULL,
                           "SELECT count(*) FROM (SELECT DISTINCT h.record, h.node FROM head h "
                           "JOIN change c ON c.id = h.change JOIN value v ON v.change = c.seq "
                           "JOIN record r ON r.id = h.record "
                           "WHERE c.kind = 'value' AND v.text <> '' AND NOT r.removed)",
                           ""))
    n_answers = -1;
  sqlite3_close (db);

  return n_answers;
}

static void
list_folder (const char *folder, const char *stem, const char *id, gboolean is_beside,
             GPtrArray *backups)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && backups->len < MAX_LISTED && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      gint64 made_us;
      PalBackup *backup;

      if (!parse_name (name, stem, &made_us))
        continue;
      backup = pal_backup_read (path, made_us);
      backup->is_beside = is_beside;
      if (id != NULL && backup->is_sound && strcmp (backup->dossier, id) != 0)
        pal_backup_free (backup); /* a dossier that had this name before */
      else
        g_ptr_array_add (backups, backup);
    }
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const PalBackup *first = *(const PalBackup *const *) a;
  const PalBackup *second = *(const PalBackup *const *) b;

  if (first->made_us != second->made_us)
    return first->made_us < second->made_us ? 1 : -1;

  return strcmp (first->path, second->path);
}

/**
 * pal_backup_list:
 * @path: a dossier, which need not be there any more
 * @id: (nullable): its id; %NULL for all that lies beside it
 *
 * Blocking, any thread: looks into each backup.
 *
 * Returns: (transfer full) (element-type PalBackup): the backups, newest first, with those that
 *   cannot be opened any more
 */
GPtrArray *
pal_backup_list (const char *path, const char *id)
{
  GPtrArray *backups = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_backup_free);
  g_autofree char *folder = pal_backup_dup_folder (path);
  g_autofree char *stem = dup_stem (path);

  list_folder (folder, stem, id, TRUE, backups);
  if (id != NULL)
    {
      g_autofree char *private_folder = pal_backup_dup_private_folder (id);

      list_folder (private_folder, stem, id, FALSE, backups);
    }
  g_ptr_array_sort (backups, compare_newest_first);
  pal_backup_sort_out (backups);

  return backups;
}

/* The week of ISO 8601, the day and the hour where the person lives. */
static char *
dup_period (gint64 made_us, PalKept kept)
{
  g_autoptr (GDateTime) made = g_date_time_new_from_unix_local (made_us / G_USEC_PER_SEC);

  return g_date_time_format (made, kept == PAL_KEPT_HOUR  ? "%F %H %z"
                                   : kept == PAL_KEPT_DAY ? "%F"
                                                          : "%G-%V");
}

static void
keep_newest_of_each (GPtrArray *backups, PalKept kept, guint n_wanted)
{
  g_autofree char *last = NULL;
  guint n_kept = 0;

  for (guint i = 0; i < backups->len && n_kept < n_wanted; i++)
    {
      PalBackup *backup = g_ptr_array_index (backups, i);
      g_autofree char *period = NULL;

      if (!backup->is_sound)
        continue;
      period = dup_period (backup->made_us, kept);
      if (g_strcmp0 (period, last) == 0)
        continue;
      backup->kept |= kept;
      n_kept++;
      g_free (last);
      last = g_steal_pointer (&period);
    }
}

/**
 * pal_backup_sort_out:
 * @backups: (element-type PalBackup): newest first
 *
 * Says why each stays: the newest sound one always; the newest of each of the last hours, days and
 * weeks in which one was made. What cannot be opened counts for nothing.
 */
void
pal_backup_sort_out (GPtrArray *backups)
{
  gboolean has_newest = FALSE;

  for (guint i = 0; i < backups->len; i++)
    {
      PalBackup *backup = g_ptr_array_index (backups, i);

      backup->kept = backup->is_sound && !has_newest ? PAL_KEPT_NEWEST : 0;
      has_newest = has_newest || backup->is_sound;
    }
  keep_newest_of_each (backups, PAL_KEPT_HOUR, PAL_BACKUP_HOURS);
  keep_newest_of_each (backups, PAL_KEPT_DAY, PAL_BACKUP_DAYS);
  keep_newest_of_each (backups, PAL_KEPT_WEEK, PAL_BACKUP_WEEKS);
}
