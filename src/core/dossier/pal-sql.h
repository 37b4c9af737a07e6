// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* SQLite in GLib clothes; this folder only. All functions run where the connection lives. */

typedef enum
{
  PAL_SQL_ROW,
  PAL_SQL_DONE,
  PAL_SQL_FAILED
} PalSqlStep;

void pal_sql_set_error (GError **error, sqlite3 *db, const char *what);

gboolean pal_sql_exec (sqlite3 *db, const char *sql, GError **error);
sqlite3_stmt *
pal_sql_prepare (sqlite3 *db, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* types, one letter an argument: "s" const char * (nullable), "i" gint64, "b" GBytes * (nullable).
 * The values must live until the statement is done. */
void pal_sql_bind (sqlite3_stmt *stmt, const char *types, ...);
void pal_sql_bind_valist (sqlite3_stmt *stmt, const char *types, va_list args);
PalSqlStep pal_sql_step (sqlite3_stmt *stmt, GError **error);
/* Prepares, binds, runs to the end; for statements without results. */
gboolean pal_sql_run (sqlite3 *db, GError **error, const char *sql, const char *types, ...);
/* The first column of the first row; fallback when there is no row. */
gboolean pal_sql_get_int (sqlite3 *db, gint64 *value, gint64 fallback, GError **error,
                          const char *sql, const char *types, ...);

char *pal_sql_dup_text (sqlite3_stmt *stmt, int column) G_GNUC_WARN_UNUSED_RESULT;
const char *pal_sql_get_text (sqlite3_stmt *stmt, int column); /* (nullable), until the next step */
GBytes *pal_sql_dup_bytes (sqlite3_stmt *stmt, int column) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_sql_begin (sqlite3 *db, GError **error);
/* Commits when ok, else rolls back; what is returned is whether the transaction took place. */
gboolean pal_sql_end (sqlite3 *db, gboolean ok, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

G_END_DECLS
