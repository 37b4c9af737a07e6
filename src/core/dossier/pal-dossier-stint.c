// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-log"
#include "config.h"

#include "pal-dossier-private.h"

/* One stint of typing is one act, however often it is saved meanwhile. */

typedef struct
{
  gint64 seq;
  char *id;
  char *record;
  char *node;
  char *parents;
} Replaced;

static void
replaced_free (gpointer data)
{
  Replaced *replaced = data;

  g_free (replaced->id);
  g_free (replaced->record);
  g_free (replaced->node);
  g_free (replaced->parents);
  g_free (replaced);
}

static gboolean
has_value_for (GPtrArray *changes, const char *record, const char *node)
{
  for (guint i = 0; i < changes->len; i++)
    {
      PalChange *change = g_ptr_array_index (changes, i);

      if (g_str_equal (change->record, record) && g_strcmp0 (change->node, node) == 0)
        return TRUE;
    }

  return FALSE;
}

/* The newest act in the log, if what is to be appended goes on with it: only values, all of them
 * set again now, the same person, device and title, a short while ago, and not known elsewhere. */
static gboolean
find_stint (PalDossier *self, const char *title, const char *author, GPtrArray *changes,
            gint64 *act, GPtrArray *replaced, GError **error)
{
  sqlite3_stmt *last;
  sqlite3_stmt *stmt;
  g_autofree char *exported = pal_dossier_get_meta (self, "exported-seq");
  gint64 exported_seq = exported != NULL ? g_ascii_strtoll (exported, NULL, 10) : 0;
  PalSqlStep step;

  *act = 0;
  for (guint i = 0; i < changes->len; i++)
    if (((PalChange *) g_ptr_array_index (changes, i))->kind != PAL_CHANGE_VALUE)
      return TRUE;

  last = pal_dossier_get_statement (
      self,
      "SELECT c.act, c.seq, c.clock, a.title, a.author, a.device "
      "FROM change c JOIN act a ON a.seq = c.act ORDER BY c.seq DESC LIMIT 1",
      error);
  if (last == NULL)
    return FALSE;
  step = pal_sql_step (last, error);
  if (step != PAL_SQL_ROW)
    return step == PAL_SQL_DONE;
  if (sqlite3_column_int64 (last, 1) <= exported_seq
      || ABS (g_get_real_time () - sqlite3_column_int64 (last, 2)) >= self->stint_us
      || g_strcmp0 (pal_sql_get_text (last, 3), title) != 0
      || g_strcmp0 (pal_sql_get_text (last, 4), author) != 0
      || g_strcmp0 (pal_sql_get_text (last, 5), self->device) != 0)
    return TRUE;

  stmt = pal_dossier_get_statement (self,
                                    "SELECT id, kind, record, node, parents, seq FROM change "
                                    "WHERE act = ?1 ORDER BY seq DESC",
                                    error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "i", (gint64) sqlite3_column_int64 (last, 0));
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      Replaced *old;

      if (g_strcmp0 (pal_sql_get_text (stmt, 1), pal_dossier_log_kind_name (PAL_CHANGE_VALUE)) != 0
          || sqlite3_column_int64 (stmt, 5) <= exported_seq
          || !has_value_for (changes, pal_sql_get_text (stmt, 2), pal_sql_get_text (stmt, 3)))
        return TRUE;

      old = g_new0 (Replaced, 1);
      old->id = pal_sql_dup_text (stmt, 0);
      old->record = pal_sql_dup_text (stmt, 2);
      old->node = pal_sql_dup_text (stmt, 3);
      old->parents = pal_sql_dup_text (stmt, 4);
      old->seq = sqlite3_column_int64 (stmt, 5);
      g_ptr_array_add (replaced, old);
    }
  if (step == PAL_SQL_FAILED)
    return FALSE;
  *act = sqlite3_column_int64 (last, 0);

  return TRUE;
}

/**
 * pal_dossier_stint_replace:
 * @self: a dossier
 * @title: what is to be appended
 * @author: by whom
 * @changes: (element-type PalChange): likewise
 * @error: return location
 *
 * If it goes on with the newest act, takes that one out, newest change first: the heads are then
 * what they were before it. In the worker, in a transaction of the caller's.
 *
 * Returns: %FALSE on an error only
 */
gboolean
pal_dossier_stint_replace (PalDossier *self, const char *title, const char *author,
                           GPtrArray *changes, GError **error)
{
  g_autoptr (GPtrArray) replaced = g_ptr_array_new_with_free_func (replaced_free);
  gint64 act;

  if (!find_stint (self, title, author, changes, &act, replaced, error))
    return FALSE;
  if (act == 0)
    return TRUE;

  for (guint i = 0; i < replaced->len; i++)
    {
      Replaced *old = g_ptr_array_index (replaced, i);
      g_auto (GStrv) parents = g_strsplit (old->parents, " ", -1);

      if (!pal_dossier_execute (self, error,
                                "DELETE FROM head WHERE record = ?1 AND node = ?2 AND change = ?3",
                                "sss", old->record, old->node, old->id)
          || !pal_dossier_execute (self, error, "DELETE FROM change WHERE seq = ?1", "i", old->seq)
          || !pal_dossier_execute (self, error, "DELETE FROM value WHERE change = ?1", "i",
                                   old->seq))
        return FALSE;
      for (guint j = 0; parents[j] != NULL; j++)
        if (*parents[j] != '\0'
            && !pal_dossier_execute (self, error, "INSERT INTO head VALUES (?1, ?2, ?3)", "sss",
                                     old->record, old->node, parents[j]))
          return FALSE;
    }

  return pal_dossier_execute (self, error, "DELETE FROM act WHERE seq = ?1", "i", act);
}

/**
 * pal_dossier_set_stint_ms:
 * @self: a dossier, before anything is appended
 * @stint_ms: how long one stint of typing may pause, in milliseconds; 0: each act stays
 *
 * For tests.
 */
void
pal_dossier_set_stint_ms (PalDossier *self, gint64 stint_ms)
{
  self->stint_us = stint_ms * 1000;
}
