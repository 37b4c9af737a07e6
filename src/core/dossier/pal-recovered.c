// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-recovered"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

#define MAX_COMPARED 5000

/* Typing that goes on within a stint replaces the newest act, at the same place: so the place alone
 * does not tell old from new. This many changes are looked at; an act of typing has few. */
#define MAX_ENDS 200

/**
 * pal_dossier_recovered_read_end:
 * @self: a file that was looked at, before it is connected
 *
 * Reads how the log ends in the file alone, without what lies beside it. A program that was killed
 * while it brought the two together leaves a file that says nothing of use without the log.
 *
 * Returns: (transfer full) (nullable) (element-type utf8 gpointer): ids of the newest changes;
 * %NULL when it cannot be told
 */
GHashTable *
pal_dossier_recovered_read_end (PalDossierFile *self)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sqlite3 *db = pal_dossier_schema_connect (self->path, FALSE, TRUE, NULL);
  PalSqlStep step = PAL_SQL_FAILED;

  if (db != NULL)
    {
      g_autoptr (sqlite3_stmt) stmt
          = pal_sql_prepare (db, "SELECT id FROM change ORDER BY seq DESC LIMIT ?1", NULL);

      if (stmt != NULL)
        {
          pal_sql_bind (stmt, "i", (gint64) MAX_ENDS);
          while ((step = pal_sql_step (stmt, NULL)) == PAL_SQL_ROW)
            g_hash_table_add (ids, pal_sql_dup_text (stmt, 0));
        }
    }
  sqlite3_close (db);

  return step == PAL_SQL_DONE ? g_steal_pointer (&ids) : NULL;
}

/* The newest change that the file alone had, too; 0 when it had none. -1: not found. */
static gint64
find_base (PalDossier *self, GHashTable *end, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db, "SELECT seq, id FROM change ORDER BY seq DESC", error);
  PalSqlStep step;

  if (stmt == NULL)
    return -1;
  if (g_hash_table_size (end) == 0)
    return 0;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    if (g_hash_table_contains (end, pal_sql_get_text (stmt, 1)))
      return sqlite3_column_int64 (stmt, 0);

  return -1;
}

/**
 * pal_dossier_recovered_note:
 * @self: a dossier that is being opened
 * @end: (nullable): how the log ended in the file alone
 * @error: return location
 *
 * In the worker.
 *
 * Returns: whether there is no error
 */
gboolean
pal_dossier_recovered_note (PalDossier *self, GHashTable *end, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  PalSqlStep step;
  gint64 base;

  if (end == NULL)
    return TRUE;
  base = find_base (self, end, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (base < 0)
    return TRUE;

  stmt = pal_sql_prepare (
      self->db, "SELECT count(*), max(clock), max(seq) FROM change WHERE seq > ?1", error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "i", base);
  step = pal_sql_step (stmt, error);
  if (step == PAL_SQL_ROW && sqlite3_column_int64 (stmt, 0) > 0)
    {
      self->recovered.n_changes = sqlite3_column_int64 (stmt, 0);
      self->recovered.newest_us = sqlite3_column_int64 (stmt, 1);
      self->recovered.span.after = base;
      self->recovered.span.until = sqlite3_column_int64 (stmt, 2);
    }

  return step != PAL_SQL_FAILED;
}

/**
 * pal_dossier_get_recovered:
 * @self: a dossier
 * @recovered: (out): what was found
 *
 * Any thread.
 *
 * Returns: whether something was recovered when the dossier was opened
 */
gboolean
pal_dossier_get_recovered (PalDossier *self, PalRecovered *recovered)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);

  /* Set while opening, then constant. */
  *recovered = self->recovered;

  return recovered->n_changes > 0;
}

/* --- what a span changed */

static gboolean
compare_node (PalDossier *self, const PalLogSpan *span, const char *record, const char *node,
              GPtrArray *nodes, GError **error)
{
  PalMergedNode *merged = g_new0 (PalMergedNode, 1);
  gboolean was_there, is_there;

  merged->record = g_strdup (record);
  merged->node = g_strdup (node);
  if (!pal_dossier_look_then (self, record, node, span->after, &merged->before, &was_there, error)
      || !pal_dossier_look_then (self, record, node, span->until, &merged->after, &is_there, error))
    {
      pal_merged_node_free (merged);
      return FALSE;
    }
  /* A row that came and went in between is nothing. */
  if (g_strcmp0 (merged->before, merged->after) != 0 || was_there != is_there)
    g_ptr_array_add (nodes, merged);
  else
    pal_merged_node_free (merged);

  return TRUE;
}

static GPtrArray *
compare_span (PalDossier *self, const PalLogSpan *span, GError **error)
{
  g_autoptr (GPtrArray) nodes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_merged_node_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;
  stmt = pal_sql_prepare (self->db,
                          "SELECT DISTINCT record, node FROM change WHERE seq > ?1 AND seq <= ?2 "
                          "ORDER BY record, node",
                          error);
  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ii", span->after, span->until);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW && nodes->len < MAX_COMPARED)
    if (!compare_node (self, span, pal_sql_get_text (stmt, 0), pal_sql_get_text (stmt, 1), nodes,
                       error))
      return NULL;
  pal_dossier_reset_statements (self);

  return step != PAL_SQL_FAILED ? g_steal_pointer (&nodes) : NULL;
}

static void
compare_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *nodes = compare_span (source, task_data, &error);

  if (nodes != NULL)
    g_task_return_pointer (task, nodes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_compare_span:
 * @self: a dossier
 * @span: places in the log
 * @error: return location
 *
 * Blocking: what everything that a span touched said before it and says after it; rows and records
 * as in #PalMergeReport.
 *
 * Returns: (transfer container) (element-type PalMergedNode) (nullable): the first thousands of
 * them
 */
GPtrArray *
pal_dossier_compare_span (PalDossier *self, const PalLogSpan *span, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (span != NULL, NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_compare_span, g_memdup2 (span, sizeof *span),
                          g_free, compare_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_compare_span_async:
 * @self: a dossier
 * @span: places in the log
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_compare_span().
 */
void
pal_dossier_compare_span_async (PalDossier *self, const PalLogSpan *span,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (span != NULL);

  pal_dossier_push (self, NULL, pal_dossier_compare_span_async, g_memdup2 (span, sizeof *span),
                    g_free, compare_in_worker, callback, user_data);
}

/**
 * pal_dossier_compare_span_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalMergedNode) (nullable): see
 *   pal_dossier_compare_span()
 */
GPtrArray *
pal_dossier_compare_span_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- taking it back */

typedef struct
{
  PalLogSpan span;
  char *title;
} Reverting;

static void
reverting_free (gpointer data)
{
  Reverting *reverting = data;

  g_free (reverting->title);
  g_free (reverting);
}

static void
revert_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reverting *reverting = task_data;
  GError *error = NULL;
  GPtrArray *changes
      = pal_dossier_revert (source, &reverting->span, reverting->title, NULL, &error);

  if (changes != NULL)
    g_task_return_pointer (task, changes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_revert_async:
 * @self: a dossier
 * @span: what to take back
 * @title: for the history
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_revert().
 */
void
pal_dossier_revert_async (PalDossier *self, const PalLogSpan *span, const char *title,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Reverting *reverting;

  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (span != NULL);

  reverting = g_new0 (Reverting, 1);
  reverting->span = *span;
  reverting->title = g_strdup (title);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_revert_async);
  g_task_set_task_data (task, reverting, reverting_free);
  g_task_run_in_thread (task, revert_in_thread);
}

/**
 * pal_dossier_revert_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): see pal_dossier_revert()
 */
GPtrArray *
pal_dossier_revert_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
