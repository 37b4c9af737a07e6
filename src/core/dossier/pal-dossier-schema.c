// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-schema"
#include "config.h"

#include "pal-dossier-private.h"

/* The tables, and how an older file comes to them. The text of the schema is compared letter by
 * letter when a file is opened: a trigger, a view or a column more is not a dossier. So a statement
 * that stands here never changes; a later version adds a migration.
 *
 * The log is change, act and value; attachment and its chunks; form; delivery; meta. head and
 * record derive from the log and can be made again from it. */

static const char *schema_1[] = {
  "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",

  "CREATE TABLE form (id TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL, "
  "added INTEGER NOT NULL, source BLOB NOT NULL, PRIMARY KEY (id, version))",

  /* seq: local to this file; id: SHA-256 of the rest */
  "CREATE TABLE act (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, nonce TEXT NOT NULL, "
  "title TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL, clock INTEGER NOT NULL)",

  /* seq: the order of arrival here, local to this file; id: SHA-256 of what follows, with the act's
   * id; node: '' for the record itself; row: id of the innermost row that holds the node; value:
   * SHA-256 of salt and text; parents: ids of the heads that the author saw on that node, sorted,
   * separated by spaces */
  "CREATE TABLE change (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, act INTEGER NOT NULL, "
  "kind TEXT NOT NULL, record TEXT NOT NULL, node TEXT NOT NULL, row TEXT, value TEXT, "
  "parents TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL, clock INTEGER NOT NULL)",
  "CREATE INDEX change_node ON change (record, node)",
  "CREATE INDEX change_act ON change (act)",

  /* change: its seq; salt and text are NULL once the text was purged */
  "CREATE TABLE value (change INTEGER PRIMARY KEY, salt BLOB, text TEXT)",

  "CREATE TABLE head (record TEXT NOT NULL, node TEXT NOT NULL, change TEXT NOT NULL, "
  "PRIMARY KEY (record, node, change)) WITHOUT ROWID",
  "CREATE TABLE record (id TEXT NOT NULL PRIMARY KEY, form TEXT NOT NULL, version TEXT NOT NULL, "
  "created INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL) WITHOUT ROWID",

  /* sha256: NULL while the chunks are being written */
  "CREATE TABLE attachment (id INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, size INTEGER NOT NULL, "
  "added INTEGER NOT NULL)",
  "CREATE TABLE attachment_chunk (attachment INTEGER NOT NULL REFERENCES attachment (id) "
  "ON DELETE CASCADE, number INTEGER NOT NULL, data BLOB NOT NULL, "
  "PRIMARY KEY (attachment, number))",
  "CREATE TABLE attachment_name (name TEXT NOT NULL PRIMARY KEY, original TEXT NOT NULL, "
  "attachment INTEGER NOT NULL REFERENCES attachment (id)) WITHOUT ROWID",
  "CREATE INDEX attachment_name_attachment ON attachment_name (attachment)",

  "CREATE TABLE delivery (id TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL, "
  "size INTEGER NOT NULL, edition TEXT, endpoint TEXT NOT NULL, state TEXT NOT NULL, detail TEXT, "
  "changed INTEGER NOT NULL, receipt BLOB)",
};

static gboolean
migrate_1 (sqlite3 *db, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schema_1); i++)
    if (!pal_sql_exec (db, schema_1[i], error))
      return FALSE;

  return TRUE;
}

/* Row n leads from version n to n + 1, in one transaction. */
static gboolean (*const migrations[]) (sqlite3 *db, GError **error) = {
  migrate_1,
};

/**
 * pal_dossier_schema_version:
 *
 * Returns: the newest version that this program knows
 */
guint
pal_dossier_schema_version (void)
{
  return G_N_ELEMENTS (migrations);
}

static void
harden (sqlite3 *db)
{
  const struct
  {
    int option;
    int value;
  } switches[] = {
    { SQLITE_DBCONFIG_DEFENSIVE, 1 },
    { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
    { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
    { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
    { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
    { SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
    { SQLITE_DBCONFIG_DQS_DML, 0 },
    { SQLITE_DBCONFIG_DQS_DDL, 0 },
    /* Until the file has passed its checks, closing it must not change it. */
    { SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
  };
  const struct
  {
    int limit;
    int value;
  } limits[] = {
    { SQLITE_LIMIT_LENGTH, PAL_DOSSIER_MAX_FORM_BYTES + (1 << 20) },
    { SQLITE_LIMIT_SQL_LENGTH, 100000 },
    { SQLITE_LIMIT_COLUMN, 64 },
    { SQLITE_LIMIT_EXPR_DEPTH, 50 },
    { SQLITE_LIMIT_COMPOUND_SELECT, 10 },
    { SQLITE_LIMIT_ATTACHED, 1 }, /* VACUUM INTO needs one */
    { SQLITE_LIMIT_VARIABLE_NUMBER, 32 },
    { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
    { SQLITE_LIMIT_FUNCTION_ARG, 8 },
    { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    sqlite3_db_config (db, switches[i].option, switches[i].value, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    sqlite3_limit (db, limits[i].limit, limits[i].value);
  sqlite3_hard_heap_limit64 (G_GINT64_CONSTANT (256) << 20);
}

/**
 * pal_dossier_schema_connect:
 * @path: (nullable): a file that is there, or %NULL for a database in memory
 * @writable: whether to write; then the lock is taken with the first look
 * @immutable: the file will not change while it is open: no locks, no log beside it
 * @error: return location
 *
 * Opens a connection that trusts nothing in the file. Closing it leaves the file as it is until
 * SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE is switched off.
 *
 * Returns: (transfer full) (nullable): the connection
 */
sqlite3 *
pal_dossier_schema_connect (const char *path, gboolean writable, gboolean immutable, GError **error)
{
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  g_autofree char *uri = NULL;
  sqlite3 *db = NULL;

  if (path == NULL)
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
  else if (immutable)
    {
      g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);

      uri = g_strconcat ("file:", escaped, "?mode=ro&immutable=1", NULL);
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW;
    }
  else
    flags |= (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOFOLLOW;

  if (sqlite3_open_v2 (uri != NULL    ? uri
                       : path != NULL ? path
                                      : ":memory:",
                       &db, flags, NULL)
      != SQLITE_OK)
    {
      pal_sql_set_error (error, db, "cannot open the database");
      sqlite3_close (db);
      return NULL;
    }
  harden (db);

  /* A program that was just killed gives its lock back in a moment. */
  sqlite3_busy_timeout (db, 300);
  /* EXCLUSIVE before the first look: one writer a file, no shared memory beside it, and the lock
   * goes with the process however it ends. 4,000 pages hold several merges: their pages go into
   * the file once. */
  if (!pal_sql_exec (db,
                     "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cell_size_check=ON; "
                     "PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
                     "PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL; "
                     "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-8000",
                     error))
    {
      sqlite3_close (db);
      return NULL;
    }

  return db;
}

/**
 * pal_dossier_schema_migrate:
 * @db: a writable connection
 * @from: its version; 0 for an empty database
 * @to: the version wanted
 * @error: return location
 *
 * Takes the tables from one version to another, a transaction for each step: a step that fails
 * leaves the file at the version before it.
 *
 * Returns: whether all steps were made
 */
gboolean
pal_dossier_schema_migrate (sqlite3 *db, guint from, guint to, GError **error)
{
  for (guint version = from; version < to; version++)
    {
      g_autofree char *mark = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%u",
                                               PAL_DOSSIER_APPLICATION_ID, version + 1);
      gboolean ok;

      if (!pal_sql_begin (db, error))
        return FALSE;
      ok = migrations[version](db, error) && pal_sql_exec (db, mark, error);
      if (!pal_sql_end (db, ok, error))
        return FALSE;
    }

  return TRUE;
}

static char *
dup_schema_text (sqlite3 *db, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", error);
  g_autoptr (GString) text = g_string_new (NULL);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      for (int column = 0; column < 4; column++)
        {
          const char *cell = pal_sql_get_text (stmt, column);

          g_string_append (text, cell != NULL ? cell : "");
          g_string_append_c (text, '\x1f');
        }
      /* The schema of a stranger may be long; ours is not. */
      if (text->len > 100000)
        break;
    }
  if (step == PAL_SQL_FAILED)
    return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * pal_dossier_schema_check:
 * @db: a connection
 * @version: (out): its version, as the database with its log has it
 * @error: return location
 *
 * Compares the schema with ours of the same version, letter by letter.
 *
 * Returns: whether they are equal; else %PAL_DOSSIER_ERROR_NEWER, _FOREIGN or _DAMAGED
 */
gboolean
pal_dossier_schema_check (sqlite3 *db, guint *version, GError **error)
{
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;
  sqlite3 *reference;
  gint64 application_id;
  gint64 number;

  *version = 0;
  if (!pal_sql_get_int (db, &number, 0, error, "PRAGMA user_version", "")
      || !pal_sql_get_int (db, &application_id, 0, error, "PRAGMA application_id", ""))
    return FALSE;
  if (application_id != PAL_DOSSIER_APPLICATION_ID)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN,
                   "a database of another program");
      return FALSE;
    }
  if (number < 1 || number > pal_dossier_schema_version ())
    {
      g_set_error (error, PAL_DOSSIER_ERROR,
                   number < 1 ? PAL_DOSSIER_ERROR_DAMAGED : PAL_DOSSIER_ERROR_NEWER,
                   "the file has version %" G_GINT64_FORMAT ", this program knows %u", number,
                   pal_dossier_schema_version ());
      return FALSE;
    }
  *version = number;

  theirs = dup_schema_text (db, error);
  if (theirs == NULL)
    return FALSE;
  reference = pal_dossier_schema_connect (NULL, TRUE, FALSE, error);
  if (reference == NULL)
    return FALSE;
  if (pal_dossier_schema_migrate (reference, 0, *version, error))
    ours = dup_schema_text (reference, error);
  sqlite3_close (reference);
  if (ours == NULL)
    return FALSE;

  if (!g_str_equal (ours, theirs))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "its tables are not those of a dossier");
      return FALSE;
    }

  return TRUE;
}

static int
is_late_cb (gpointer deadline)
{
  return g_get_monotonic_time () > *(gint64 *) deadline;
}

/**
 * pal_dossier_schema_check_pages:
 * @db: a connection
 * @pragma: "quick_check(1)" or "integrity_check(1)"
 * @budget_us: give up after this time, in microseconds
 * @complete: (out): whether it came to the end in time
 * @error: return location
 *
 * Returns: %FALSE when the pages are found damaged
 */
gboolean
pal_dossier_schema_check_pages (sqlite3 *db, const char *pragma, gint64 budget_us,
                                gboolean *complete, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA %s", pragma);
  gint64 deadline = g_get_monotonic_time () + budget_us;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  gboolean ok = TRUE;

  *complete = TRUE;
  stmt = pal_sql_prepare (db, sql, error);
  if (stmt == NULL)
    return FALSE;

  sqlite3_progress_handler (db, 10000, is_late_cb, &deadline);
  switch (pal_sql_step (stmt, &local))
    {
    case PAL_SQL_ROW:
      ok = g_strcmp0 (pal_sql_get_text (stmt, 0), "ok") == 0;
      if (!ok)
        g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                     "its pages do not fit together");
      break;
    case PAL_SQL_DONE:
      break;
    case PAL_SQL_FAILED:
      if (g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT))
        *complete = FALSE;
      else
        {
          g_propagate_error (error, g_steal_pointer (&local));
          ok = FALSE;
        }
      break;
    }
  sqlite3_progress_handler (db, 0, NULL, NULL);

  return ok;
}
