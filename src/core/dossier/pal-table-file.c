// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-table-file"
#include "config.h"

#include "pal-table-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

struct _PalTableFile
{
  char *path;
  char *part;         /* where it is made; NULL when it got its name */
  sqlite3 *db;        /* (owned) (nullable) */
  GHashTable *tables; /* (owned) (element-type utf8 sqlite3_stmt): how a row goes in */
};

static gboolean
set_errno (GError **error, const char *what)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));

  return FALSE;
}

static gboolean
set_database_error (PalTableFile *self, GError **error)
{
  int code = sqlite3_errcode (self->db);

  g_set_error (error, G_IO_ERROR, code == SQLITE_FULL ? G_IO_ERROR_NO_SPACE : G_IO_ERROR_FAILED,
               "cannot write: %s", sqlite3_errmsg (self->db));

  return FALSE;
}

static gboolean
execute (PalTableFile *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK
             ? TRUE
             : set_database_error (self, error);
}

static void
close_database (PalTableFile *self)
{
  g_hash_table_remove_all (self->tables);
  if (self->db != NULL)
    sqlite3_close (self->db);
  self->db = NULL;
}

/**
 * pal_table_file_free:
 * @self: (nullable): a file
 *
 * Frees it; what was not committed is gone.
 */
void
pal_table_file_free (PalTableFile *self)
{
  if (self == NULL)
    return;

  close_database (self);
  g_hash_table_unref (self->tables);
  if (self->part != NULL)
    (void) g_unlink (self->part);
  g_free (self->part);
  g_free (self->path);
  g_free (self);
}

/**
 * pal_table_file_new:
 * @path: where it will be; what is there now stays until it is whole
 * @error: return location
 *
 * Begins a file. Blocking.
 *
 * Returns: (transfer full) (nullable): an empty file, or %NULL with a #GIOErrorEnum error
 */
PalTableFile *
pal_table_file_new (const char *path, GError **error)
{
  g_autoptr (PalTableFile) self = g_new0 (PalTableFile, 1);
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  self->path = g_strdup (path);
  self->tables
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) sqlite3_finalize);
  self->part = g_strdup_printf ("%s.part-XXXXXX", path);
  /* The name is ours alone: SQLite opens what was made here. */
  fd = g_mkstemp_full (self->part, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      set_errno (error, "cannot create the file");
      g_clear_pointer (&self->part, g_free);
      return NULL;
    }
  close (fd);
  if (sqlite3_open_v2 (self->part, &self->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
    {
      set_database_error (self, error);
      return NULL;
    }
  /* Nobody sees the file before it is whole, so there is nothing to go back to. */
  if (!execute (self, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN", error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * pal_table_file_add_table:
 * @self: a file
 * @name: of the table; static
 * @columns: (array zero-terminated=1): their names
 * @error: return location
 *
 * Adds a table of texts. Blocking.
 *
 * Returns: whether it is there; a #GIOErrorEnum error
 */
gboolean
pal_table_file_add_table (PalTableFile *self, const char *name, const char *const *columns,
                          GError **error)
{
  g_autoptr (GString) create = g_string_new (NULL);
  g_autoptr (GString) insert = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;

  g_return_val_if_fail (self != NULL && self->db != NULL && columns != NULL, FALSE);

  g_string_append_printf (create, "CREATE TABLE %s (", name);
  g_string_append_printf (insert, "INSERT INTO %s VALUES (", name);
  for (guint i = 0; columns[i] != NULL; i++)
    {
      g_string_append_printf (create, "%s%s TEXT", i > 0 ? ", " : "", columns[i]);
      g_string_append (insert, i > 0 ? ", ?" : "?");
    }
  g_string_append_c (create, ')');
  g_string_append_c (insert, ')');
  if (!execute (self, create->str, error))
    return FALSE;
  if (sqlite3_prepare_v2 (self->db, insert->str, -1, &statement, NULL) != SQLITE_OK)
    return set_database_error (self, error);
  g_hash_table_insert (self->tables, (gpointer) name, statement);

  return TRUE;
}

/**
 * pal_table_file_add_row:
 * @self: a file
 * @table: one that was added
 * @values: as many as it has columns; %NULL is no value
 * @error: return location
 *
 * Adds a row. Blocking.
 *
 * Returns: whether it is there; a #GIOErrorEnum error
 */
gboolean
pal_table_file_add_row (PalTableFile *self, const char *table, const char *const *values,
                        GError **error)
{
  sqlite3_stmt *statement;
  gboolean ok = TRUE;

  g_return_val_if_fail (self != NULL && self->db != NULL && values != NULL, FALSE);

  statement = g_hash_table_lookup (self->tables, table);
  g_return_val_if_fail (statement != NULL, FALSE);
  for (int i = 0; i < sqlite3_bind_parameter_count (statement) && ok; i++)
    ok = sqlite3_bind_text (statement, i + 1, values[i], -1, SQLITE_STATIC) == SQLITE_OK;
  ok = ok && sqlite3_step (statement) == SQLITE_DONE;
  if (!ok)
    set_database_error (self, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return ok;
}

/**
 * pal_table_file_commit:
 * @self: a file
 * @error: return location
 *
 * Gives it its name, once it is on the disk. Blocking; afterwards it can only be freed.
 *
 * Returns: whether it is there; a #GIOErrorEnum error
 */
gboolean
pal_table_file_commit (PalTableFile *self, GError **error)
{
  gboolean ok;
  int fd;

  g_return_val_if_fail (self != NULL && self->db != NULL, FALSE);

  if (!execute (self, "COMMIT", error))
    return FALSE;
  close_database (self);
  fd = open (self->part, O_RDONLY | O_CLOEXEC);
  ok = fd >= 0 && fsync (fd) == 0;
  if (!ok)
    set_errno (error, "cannot write");
  if (fd >= 0)
    close (fd);
  if (!ok)
    return FALSE;
  if (g_rename (self->part, self->path) != 0)
    return set_errno (error, "cannot create the file");
  g_clear_pointer (&self->part, g_free);

  return TRUE;
}
