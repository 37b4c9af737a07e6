// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-sql"
#include "config.h"

#include "pal-sql.h"

#include "pal-dossier.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static gboolean
is_no_space (int number)
{
  return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* What the system said when a write failed. sqlite3_system_errno() reads errno late, after the
 * rollback; the file that was written still knows. */
static gboolean
failed_for_no_space (sqlite3 *db)
{
  const int pointers[] = { SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER };

  if (is_no_space (sqlite3_system_errno (db)))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (pointers); i++)
    {
      sqlite3_file *file = NULL;
      int number = 0;

      if (sqlite3_file_control (db, "main", pointers[i], &file) == SQLITE_OK && file != NULL
          && file->pMethods != NULL
          && file->pMethods->xFileControl (file, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK
          && is_no_space (number))
        return TRUE;
    }

  return FALSE;
}

/**
 * pal_sql_set_error:
 * @error: return location
 * @db: (nullable): the connection on which the last call failed
 * @what: what was being done; never a value
 *
 * Translates SQLite's last error. Messages of SQLite name tables and columns, not values. A quota,
 * a limit on the file size and a full disk are one thing to a person.
 */
void
pal_sql_set_error (GError **error, sqlite3 *db, const char *what)
{
  int extended = db != NULL ? sqlite3_extended_errcode (db) : SQLITE_NOMEM;
  const char *message = db != NULL ? sqlite3_errmsg (db) : "out of memory";
  PalDossierError code = PAL_DOSSIER_ERROR_IO;

  switch (extended & 0xff)
    {
    case SQLITE_FULL:
      code = PAL_DOSSIER_ERROR_FULL;
      break;
    case SQLITE_IOERR:
      if (failed_for_no_space (db))
        code = PAL_DOSSIER_ERROR_FULL;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = PAL_DOSSIER_ERROR_BUSY;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
      code = PAL_DOSSIER_ERROR_DAMAGED;
      break;
    case SQLITE_NOTADB:
      code = PAL_DOSSIER_ERROR_FOREIGN;
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      code = PAL_DOSSIER_ERROR_READ_ONLY;
      break;
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      code = PAL_DOSSIER_ERROR_LIMIT;
      break;
    default:
      break;
    }

  g_set_error (error, PAL_DOSSIER_ERROR, code, "%s: %s (%d)", what, message, extended);
}

/**
 * pal_sql_exec:
 * @db: a connection
 * @sql: one or more statements of our own, without arguments
 * @error: return location
 *
 * Returns: whether all ran
 */
gboolean
pal_sql_exec (sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  pal_sql_set_error (error, db, "a statement failed");

  return FALSE;
}

/**
 * pal_sql_prepare:
 * @db: a connection
 * @sql: one statement of our own
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the statement
 */
sqlite3_stmt *
pal_sql_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK)
    pal_sql_set_error (error, db, "a statement could not be prepared");

  return stmt;
}

/**
 * pal_sql_bind_valist:
 * @stmt: a statement, fresh or reset
 * @types: one letter an argument, see the header
 * @args: the arguments
 *
 * See pal_sql_bind().
 */
void
pal_sql_bind_valist (sqlite3_stmt *stmt, const char *types, va_list args)
{
  for (int i = 0; types[i] != '\0'; i++)
    switch (types[i])
      {
      case 's':
        /* A NULL pointer binds NULL. */
        sqlite3_bind_text (stmt, i + 1, va_arg (args, const char *), -1, SQLITE_STATIC);
        break;
      case 'i':
        sqlite3_bind_int64 (stmt, i + 1, va_arg (args, gint64));
        break;
      case 'b':
        {
          GBytes *bytes = va_arg (args, GBytes *);

          if (bytes == NULL)
            sqlite3_bind_null (stmt, i + 1);
          else if (g_bytes_get_size (bytes) == 0)
            sqlite3_bind_zeroblob (stmt, i + 1, 0);
          else
            sqlite3_bind_blob64 (stmt, i + 1, g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes), SQLITE_STATIC);
          break;
        }
      default:
        g_assert_not_reached ();
      }
}

/**
 * pal_sql_bind:
 * @stmt: a statement, fresh or reset
 * @types: one letter an argument, see the header
 * @...: the arguments
 *
 * A value over SQLite's limit shows as an error of the next step, because its place stays NULL in a
 * column that is NOT NULL; callers limit sizes before.
 */
void
pal_sql_bind (sqlite3_stmt *stmt, const char *types, ...)
{
  va_list args;

  va_start (args, types);
  pal_sql_bind_valist (stmt, types, args);
  va_end (args);
}

/**
 * pal_sql_step:
 * @stmt: a bound statement
 * @error: return location
 *
 * Returns: whether there is a row, the end, or an error
 */
PalSqlStep
pal_sql_step (sqlite3_stmt *stmt, GError **error)
{
  switch (sqlite3_step (stmt))
    {
    case SQLITE_ROW:
      return PAL_SQL_ROW;
    case SQLITE_DONE:
      return PAL_SQL_DONE;
    default:
      pal_sql_set_error (error, sqlite3_db_handle (stmt), "a statement failed");
      return PAL_SQL_FAILED;
    }
}

/**
 * pal_sql_run:
 * @db: a connection
 * @error: return location
 * @sql: one statement of our own
 * @types: one letter an argument, see pal_sql_bind()
 * @...: the arguments
 *
 * Returns: whether it ran
 */
gboolean
pal_sql_run (sqlite3 *db, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (db, sql, error);
  va_list args;

  if (stmt == NULL)
    return FALSE;

  va_start (args, types);
  pal_sql_bind_valist (stmt, types, args);
  va_end (args);

  return pal_sql_step (stmt, error) != PAL_SQL_FAILED;
}

/**
 * pal_sql_get_int:
 * @db: a connection
 * @value: (out): the first column of the first row
 * @fallback: what @value is when there is no row, or NULL stands there
 * @error: return location
 * @sql: one statement of our own
 * @types: one letter an argument, see pal_sql_bind()
 * @...: the arguments
 *
 * Returns: whether it ran
 */
gboolean
pal_sql_get_int (sqlite3 *db, gint64 *value, gint64 fallback, GError **error, const char *sql,
                 const char *types, ...)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (db, sql, error);
  va_list args;
  PalSqlStep step;

  *value = fallback;
  if (stmt == NULL)
    return FALSE;

  va_start (args, types);
  pal_sql_bind_valist (stmt, types, args);
  va_end (args);

  step = pal_sql_step (stmt, error);
  if (step == PAL_SQL_ROW && sqlite3_column_type (stmt, 0) != SQLITE_NULL)
    *value = sqlite3_column_int64 (stmt, 0);

  return step != PAL_SQL_FAILED;
}

/**
 * pal_sql_get_text:
 * @stmt: a statement that stands on a row
 * @column: 0-based
 *
 * Returns: (nullable): the text, good until the next step; %NULL for NULL
 */
const char *
pal_sql_get_text (sqlite3_stmt *stmt, int column)
{
  return (const char *) sqlite3_column_text (stmt, column);
}

/**
 * pal_sql_dup_text:
 * @stmt: a statement that stands on a row
 * @column: 0-based
 *
 * Returns: (transfer full) (nullable): the text; %NULL for NULL
 */
char *
pal_sql_dup_text (sqlite3_stmt *stmt, int column)
{
  return g_strdup (pal_sql_get_text (stmt, column));
}

/**
 * pal_sql_dup_bytes:
 * @stmt: a statement that stands on a row
 * @column: 0-based
 *
 * Returns: (transfer full) (nullable): the blob; %NULL for NULL
 */
GBytes *
pal_sql_dup_bytes (sqlite3_stmt *stmt, int column)
{
  const void *data;

  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return NULL;

  data = sqlite3_column_blob (stmt, column);

  return g_bytes_new (data, sqlite3_column_bytes (stmt, column));
}

/**
 * pal_sql_begin:
 * @db: a connection
 * @error: return location
 *
 * Begins a transaction that will write.
 *
 * Returns: whether it began
 */
gboolean
pal_sql_begin (sqlite3 *db, GError **error)
{
  return pal_sql_exec (db, "BEGIN IMMEDIATE", error);
}

/**
 * pal_sql_end:
 * @db: a connection in a transaction
 * @ok: whether all went well so far; if not, @error is set already
 * @error: return location
 *
 * Commits, or rolls back. A commit that fails (a full disk) is rolled back too, so that the next
 * try starts clean.
 *
 * Returns: whether the transaction is durable
 */
gboolean
pal_sql_end (sqlite3 *db, gboolean ok, GError **error)
{
  if (ok)
    ok = pal_sql_exec (db, "COMMIT", error);
  /* SQLite rolls back by itself on some errors: then there is nothing left to do. */
  if (!ok && !sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);

  return ok;
}
