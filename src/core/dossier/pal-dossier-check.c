// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-check"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Whether a dossier is what it says it is. SQLite has no checksums of content, so what people wrote
 * is checked against the digests in the log, and what derives from the log is derived again. */

#define CHECK_US (120 * G_TIME_SPAN_SECOND)

static gboolean fail_damaged (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail_damaged (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED, text);

  return FALSE;
}

/* A text of a stranger: really text, UTF-8, without NUL inside; or NULL where that may be. */
static gboolean
is_clean_text (sqlite3_stmt *stmt, int column, gboolean is_nullable)
{
  const char *text;
  int length;

  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return is_nullable;
  if (sqlite3_column_type (stmt, column) != SQLITE_TEXT)
    return FALSE;

  text = pal_sql_get_text (stmt, column);
  length = sqlite3_column_bytes (stmt, column);

  return length <= PAL_DOSSIER_MAX_VALUE_BYTES && g_utf8_validate_len (text, length, NULL);
}

/* --- digests */

static gboolean
check_acts (sqlite3 *db, GCancellable *cancellable, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (db, "SELECT id, nonce, title, author, device, clock FROM act", error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      g_autofree char *id = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (int column = 0; column < 5; column++)
        if (!is_clean_text (stmt, column, FALSE))
          return fail_damaged (error, "an act is not text");
      id = pal_dossier_log_digest_act (pal_sql_get_text (stmt, 1), pal_sql_get_text (stmt, 2),
                                       pal_sql_get_text (stmt, 3), pal_sql_get_text (stmt, 4),
                                       sqlite3_column_int64 (stmt, 5));
      if (g_strcmp0 (id, pal_sql_get_text (stmt, 0)) != 0)
        return fail_damaged (error, "an act in the log was altered");
    }

  return step == PAL_SQL_DONE;
}

/* stmt stands on: id, act, kind, record, node, row, value, parents, author, device, clock, salt,
 * text, whether the value is there, whether the act is there, act's author, act's device. */
static gboolean
check_change (sqlite3_stmt *stmt, GError **error)
{
  g_autofree char *id = NULL;
  g_autofree char *row = NULL;
  PalChangeKind kind;
  PalLogChange change;

  for (int column = 0; column < 10; column++)
    if (!is_clean_text (stmt, column, column == 5 || column == 6))
      return fail_damaged (error, "a change in the log is not text");

  change = (PalLogChange){ .act = pal_sql_get_text (stmt, 1),
                           .kind = pal_sql_get_text (stmt, 2),
                           .record = pal_sql_get_text (stmt, 3),
                           .node = pal_sql_get_text (stmt, 4),
                           .row = pal_sql_get_text (stmt, 5),
                           .value = pal_sql_get_text (stmt, 6),
                           .parents = pal_sql_get_text (stmt, 7),
                           .author = pal_sql_get_text (stmt, 8),
                           .device = pal_sql_get_text (stmt, 9),
                           .clock_us = sqlite3_column_int64 (stmt, 10) };
  id = pal_dossier_log_digest_change (&change);
  if (g_strcmp0 (id, pal_sql_get_text (stmt, 0)) != 0)
    return fail_damaged (error, "a change in the log was altered");

  row = pal_dossier_log_dup_row (change.node);
  if (!pal_dossier_log_parse_kind (change.kind, &kind) || g_strcmp0 (row, change.row) != 0)
    return fail_damaged (error, "a change in the log makes no sense");
  if (sqlite3_column_int (stmt, 14) == 0 || g_strcmp0 (pal_sql_get_text (stmt, 15), change.author)
      || g_strcmp0 (pal_sql_get_text (stmt, 16), change.device))
    return fail_damaged (error, "a change in the log belongs to no act");

  if (change.value == NULL)
    return TRUE;
  if (sqlite3_column_int (stmt, 13) == 0)
    return fail_damaged (error, "the value of a change is missing");
  if (!is_clean_text (stmt, 12, TRUE))
    return fail_damaged (error, "the value of a change is not text");
  /* Purged: neither salt nor text. */
  if (sqlite3_column_type (stmt, 12) == SQLITE_NULL)
    return sqlite3_column_type (stmt, 11) == SQLITE_NULL
           || fail_damaged (error, "the value of a change is torn");
  if (sqlite3_column_type (stmt, 11) != SQLITE_BLOB)
    return fail_damaged (error, "the value of a change is torn");
  else
    {
      g_autoptr (GBytes) salt = pal_sql_dup_bytes (stmt, 11);
      g_autofree char *digest = pal_dossier_log_digest_value (salt, pal_sql_get_text (stmt, 12));

      if (g_strcmp0 (digest, change.value) != 0)
        return fail_damaged (error, "an answer is not what its change says");
    }

  return TRUE;
}

static gboolean
check_changes (sqlite3 *db, GCancellable *cancellable, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (db,
                         "SELECT c.id, a.id, c.kind, c.record, c.node, c.row, c.value, c.parents, "
                         "c.author, c.device, c.clock, v.salt, v.text, v.change IS NOT NULL, "
                         "a.seq IS NOT NULL, a.author, a.device FROM change c "
                         "LEFT JOIN value v ON v.change = c.seq "
                         "LEFT JOIN act a ON a.seq = c.act ORDER BY c.seq",
                         error);
  gint64 n_values = 0;
  gint64 n_stored;
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!check_change (stmt, error))
        return FALSE;
      n_values += sqlite3_column_type (stmt, 6) != SQLITE_NULL;
    }
  if (step == PAL_SQL_FAILED
      || !pal_sql_get_int (db, &n_stored, 0, error, "SELECT count(*) FROM value", ""))
    return FALSE;
  if (n_values != n_stored)
    return fail_damaged (error, "there are values that belong to no change");

  return TRUE;
}

static gboolean
check_forms (sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (db, "SELECT id, version, sha256, source FROM form", error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      g_autofree char *digest = NULL;

      if (!is_clean_text (stmt, 0, FALSE) || !is_clean_text (stmt, 1, FALSE)
          || !is_clean_text (stmt, 2, FALSE) || sqlite3_column_type (stmt, 3) != SQLITE_BLOB)
        return fail_damaged (error, "a form is not what it should be");
      digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, sqlite3_column_blob (stmt, 3),
                                            sqlite3_column_bytes (stmt, 3));
      if (g_strcmp0 (digest, pal_sql_get_text (stmt, 2)) != 0)
        return fail_damaged (error, "a form was altered");
    }

  return step == PAL_SQL_DONE;
}

/**
 * pal_dossier_check_log:
 * @db: a connection
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Computes every digest again: acts, changes, values, forms.
 *
 * Returns: whether all are right; else %PAL_DOSSIER_ERROR_DAMAGED
 */
gboolean
pal_dossier_check_log (sqlite3 *db, GCancellable *cancellable, GError **error)
{
  return check_acts (db, cancellable, error) && check_changes (db, cancellable, error)
         && check_forms (db, error);
}

/* --- what derives from the log */

/* All changes of one node. */
typedef struct
{
  char *record;
  char *node;
  GPtrArray *ids;      /* (element-type utf8) */
  GHashTable *parents; /* (element-type utf8) */
} Group;

static void
group_reset (Group *group, const char *record, const char *node)
{
  g_free (group->record);
  g_free (group->node);
  group->record = g_strdup (record);
  group->node = g_strdup (node);
  g_ptr_array_set_size (group->ids, 0);
  g_hash_table_remove_all (group->parents);
}

static void
group_clear (Group *group)
{
  g_free (group->record);
  g_free (group->node);
  g_clear_pointer (&group->ids, g_ptr_array_unref);
  g_clear_pointer (&group->parents, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Group, group_clear)

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
read_stored_heads (sqlite3 *db, Group *group, GError **error)
{
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      db, "SELECT change FROM head WHERE record = ?1 AND node = ?2 ORDER BY change", error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", group->record, group->node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (stored, pal_sql_dup_text (stmt, 0));

  return step == PAL_SQL_DONE ? g_steal_pointer (&stored) : NULL;
}

static gboolean
check_group (sqlite3 *db, Group *group, gboolean repair, gint64 *n_heads, gboolean *differs,
             GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) heads = g_ptr_array_new ();
  g_autoptr (GPtrArray) stored = NULL;
  gboolean equal;
  GHashTableIter iter;
  gpointer parent;

  if (group->ids->len == 0)
    return TRUE;

  for (guint i = 0; i < group->ids->len; i++)
    g_hash_table_add (known, g_ptr_array_index (group->ids, i));
  g_hash_table_iter_init (&iter, group->parents);
  while (g_hash_table_iter_next (&iter, &parent, NULL))
    if (!g_hash_table_contains (known, parent))
      return fail_damaged (error, "a change in the log follows one that is missing");

  for (guint i = 0; i < group->ids->len; i++)
    if (!g_hash_table_contains (group->parents, g_ptr_array_index (group->ids, i)))
      g_ptr_array_add (heads, g_ptr_array_index (group->ids, i));
  g_ptr_array_sort (heads, compare_texts);
  *n_heads += heads->len;

  stored = read_stored_heads (db, group, error);
  if (stored == NULL)
    return FALSE;
  equal = stored->len == heads->len;
  for (guint i = 0; equal && i < heads->len; i++)
    equal = g_str_equal (g_ptr_array_index (stored, i), g_ptr_array_index (heads, i));
  if (equal)
    return TRUE;

  *differs = TRUE;
  if (!repair)
    return TRUE;
  if (!pal_sql_run (db, error, "DELETE FROM head WHERE record = ?1 AND node = ?2", "ss",
                    group->record, group->node))
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    if (!pal_sql_run (db, error, "INSERT INTO head VALUES (?1, ?2, ?3)", "sss", group->record,
                      group->node, g_ptr_array_index (heads, i)))
      return FALSE;

  return TRUE;
}

/* Node by node, so that memory depends on the longest history of one node only. */
static gboolean
check_heads (sqlite3 *db, gboolean repair, gboolean *differs, GError **error)
{
  g_auto (Group) group
      = { .ids = g_ptr_array_new_with_free_func (g_free),
          .parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  g_autoptr (sqlite3_stmt) stmt = NULL;
  gint64 n_heads = 0;
  gint64 n_stored;
  PalSqlStep step;

  stmt = pal_sql_prepare (
      db, "SELECT record, node, id, parents FROM change ORDER BY record, node, seq", error);
  if (stmt == NULL)
    return FALSE;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      g_auto (GStrv) parents = NULL;

      if (g_strcmp0 (group.record, pal_sql_get_text (stmt, 0)) != 0
          || g_strcmp0 (group.node, pal_sql_get_text (stmt, 1)) != 0)
        {
          if (!check_group (db, &group, repair, &n_heads, differs, error))
            return FALSE;
          group_reset (&group, pal_sql_get_text (stmt, 0), pal_sql_get_text (stmt, 1));
        }
      g_ptr_array_add (group.ids, pal_sql_dup_text (stmt, 2));
      parents = g_strsplit (pal_sql_get_text (stmt, 3), " ", -1);
      for (guint i = 0; parents[i] != NULL; i++)
        if (*parents[i] != '\0')
          g_hash_table_add (group.parents, g_strdup (parents[i]));
    }
  if (step == PAL_SQL_FAILED || !check_group (db, &group, repair, &n_heads, differs, error)
      || !pal_sql_get_int (db, &n_stored, 0, error, "SELECT count(*) FROM head", ""))
    return FALSE;
  if (n_stored == n_heads)
    return TRUE;

  /* Heads of nodes that the log does not know. */
  *differs = TRUE;

  return !repair
         || pal_sql_run (db, error, "DELETE FROM head WHERE change NOT IN (SELECT id FROM change)",
                         "");
}

/* A record is as old as the first change that made it, and of the form that the last one names:
 * whatever the clocks say, that is one which no other follows. */
#define RECORDS_FROM_LOG                                                                           \
  "SELECT r.record, substr(v.text, 1, instr(v.text, char(9)) - 1), "                               \
  "substr(v.text, instr(v.text, char(9)) + 1), "                                                   \
  "(SELECT min(clock) FROM change WHERE record = r.record AND node = '' "                          \
  "AND kind = 'record-made'), r.changed, "                                                         \
  "NOT EXISTS (SELECT 1 FROM head h JOIN change hc ON hc.id = h.change "                           \
  "WHERE h.record = r.record AND h.node = '' AND hc.kind = 'record-made') "                        \
  "FROM (SELECT record, max(clock) AS changed FROM change GROUP BY record) r "                     \
  "JOIN change m ON m.seq = (SELECT seq FROM change WHERE record = r.record AND node = '' "        \
  "AND kind = 'record-made' ORDER BY EXISTS (SELECT 1 FROM head n WHERE n.record = change.record " \
  "AND n.node = '' AND n.change = change.id) DESC, clock DESC, id DESC LIMIT 1) "                  \
  "JOIN value v ON v.change = m.seq"

/**
 * pal_dossier_check_derive_record:
 * @db: a connection, in a transaction
 * @record: id of a record
 * @error: return location
 *
 * Makes a record's own line again from the log; sqlite3_changes() is then 1, or 0 when the log
 * never made it.
 *
 * Returns: whether it ran
 */
gboolean
pal_dossier_check_derive_record (sqlite3 *db, const char *record, GError **error)
{
  return pal_sql_run (db, error, "DELETE FROM record WHERE id = ?1", "s", record)
         && pal_sql_run (db, error, "INSERT INTO record " RECORDS_FROM_LOG " WHERE r.record = ?1",
                         "s", record);
}

static gboolean
check_records (sqlite3 *db, gboolean repair, gboolean *differs, GError **error)
{
  gint64 n_missing;
  gint64 n_surplus;
  gint64 n_orphans;

  if (!pal_sql_get_int (db, &n_orphans, 0, error,
                        "SELECT count(*) FROM (SELECT DISTINCT record FROM change "
                        "EXCEPT SELECT record FROM change WHERE kind = 'record-made')",
                        "")
      || !pal_sql_get_int (
          db, &n_missing, 0, error,
          "SELECT count(*) FROM (" RECORDS_FROM_LOG " EXCEPT SELECT * FROM record)", "")
      || !pal_sql_get_int (
          db, &n_surplus, 0, error,
          "SELECT count(*) FROM (SELECT * FROM record EXCEPT " RECORDS_FROM_LOG ")", ""))
    return FALSE;
  if (n_orphans > 0)
    return fail_damaged (error, "the log has changes of a record that was never made");
  if (n_missing == 0 && n_surplus == 0)
    return TRUE;

  *differs = TRUE;

  return !repair
         || (pal_sql_exec (db, "DELETE FROM record", error)
             && pal_sql_exec (db, "INSERT INTO record " RECORDS_FROM_LOG, error));
}

/**
 * pal_dossier_check_derived:
 * @db: a connection
 * @repair: whether to make them equal
 * @differs: (out): whether heads or records were not what follows from the log
 * @error: return location
 *
 * Derives heads and records from the log again.
 *
 * Returns: %FALSE on an error, and when the log itself has gaps (%PAL_DOSSIER_ERROR_DAMAGED)
 */
gboolean
pal_dossier_check_derived (sqlite3 *db, gboolean repair, gboolean *differs, GError **error)
{
  *differs = FALSE;

  /* Records look at heads, so heads come first. */
  return check_heads (db, repair, differs, error) && check_records (db, repair, differs, error);
}

/* --- rebuild */

static void
rebuild_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  GError *error = NULL;
  gboolean differs = FALSE;

  if (!pal_dossier_begin_job (self, TRUE, &error) || !pal_sql_begin (self->db, &error)
      || !pal_sql_end (self->db, pal_dossier_check_derived (self->db, TRUE, &differs, &error),
                       &error))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, differs);
}

/**
 * pal_dossier_rebuild:
 * @self: a dossier
 * @changed: (out) (nullable): whether anything differed
 * @error: return location
 *
 * Blocking: makes heads and records again from the log alone.
 *
 * Returns: whether they are right now; %PAL_DOSSIER_ERROR_DAMAGED when the log itself has gaps
 */
gboolean
pal_dossier_rebuild (PalDossier *self, gboolean *changed, GError **error)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) local = NULL;
  gssize differs;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_rebuild, NULL, NULL, rebuild_in_worker);
  differs = g_task_propagate_int (task, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (changed != NULL)
    *changed = differs != 0;

  return TRUE;
}

/* --- a stranger's file */

/* Pieces of no attachment would be content that nobody sees, and that no digest covers. */
static gboolean
check_pieces (sqlite3 *db, GError **error)
{
  gint64 n_pieces;

  if (!pal_sql_get_int (db, &n_pieces, 0, error,
                        "SELECT count(*) FROM attachment_chunk "
                        "WHERE attachment NOT IN (SELECT id FROM attachment)",
                        ""))
    return FALSE;

  return n_pieces == 0 || fail_damaged (error, "there are pieces that belong to no file");
}

static gboolean
check_database (sqlite3 *db, gboolean writable, GCancellable *cancellable, GError **error)
{
  gboolean complete;
  gboolean differs;
  guint version;

  if (!pal_dossier_schema_check (db, &version, error)
      || !pal_dossier_schema_check_pages (db, "integrity_check(1)", CHECK_US, &complete, error))
    return FALSE;
  if (!complete)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT,
                   "it takes too long to look through");
      return FALSE;
    }
  /* An older file is looked at as it would be once it is brought up to date. */
  if (writable && !pal_dossier_schema_migrate (db, version, pal_dossier_schema_version (), error))
    return FALSE;
  if (!pal_dossier_check_log (db, cancellable, error)
      || !pal_dossier_check_derived (db, FALSE, &differs, error))
    return FALSE;
  if (differs)
    return fail_damaged (error, "what is shown is not what the log says");

  return check_pieces (db, error) && pal_dossier_attachments_verify (db, cancellable, error);
}

/**
 * pal_dossier_check:
 * @path: a file, perhaps of a stranger
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking, any thread: looks through a file as "SQLite from a stranger" in package-format.md has
 * it: kind of file and header first, then a private copy, in which the schema is compared with ours
 * letter by letter, the pages are checked, and every digest of log, forms and attachments is
 * computed again. A log that a killed program left beside the file is looked at with it. The file
 * is not changed.
 *
 * Returns: whether it is a whole dossier; else a #PalDossierError (%PAL_DOSSIER_ERROR_LIMIT when it
 *   is larger than we look at), or a #GIOErrorEnum
 */
gboolean
pal_dossier_check (const char *path, GCancellable *cancellable, GError **error)
{
  g_auto (PalDossierFile) file = { .lock_fd = -1 };
  g_autofree char *copy = NULL;
  gboolean writable;
  sqlite3 *db;
  gboolean ok;

  g_return_val_if_fail (path != NULL, FALSE);

  if (!pal_dossier_file_look (&file, path, FALSE, error))
    return FALSE;
  copy = pal_dossier_file_copy_private (&file, cancellable, error);
  if (copy == NULL)
    return FALSE;

  writable = file.has_wal || file.user_version < pal_dossier_schema_version ();
  db = pal_dossier_schema_connect (copy, writable, !writable, error);
  ok = db != NULL && check_database (db, writable, cancellable, error);
  sqlite3_close (db);
  pal_dossier_file_remove_private (copy);

  return ok;
}
