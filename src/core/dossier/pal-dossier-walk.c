// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-walk"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-walk.h"

/* The whole log, one change at a time: a million of them take no more memory than one. */

typedef struct
{
  PalDossierWalk func;
  gpointer user_data;
} Walk;

static gboolean
walk (PalDossier *self, Walk *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return FALSE;

  stmt = pal_sql_prepare (
      self->db,
      "SELECT " PAL_CHANGE_COLUMNS
      ", (SELECT w.text FROM change p JOIN value w ON w.change = p.seq "
      "WHERE p.id = substr(c.parents, 1, instr(c.parents || ' ', ' ') - 1)) FROM change c "
      "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act ORDER BY c.seq",
      error);
  if (stmt == NULL)
    return FALSE;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      g_autoptr (PalChange) change = pal_dossier_history_read_change (stmt);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (change != NULL && !job->func (change, pal_sql_get_text (stmt, 12), job->user_data, error))
        return FALSE;
    }

  return step == PAL_SQL_DONE;
}

static void
walk_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (walk (source, task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_walk_log:
 * @self: a dossier
 * @func: called on the dossier's worker for each change; it must not use the dossier
 * @user_data: data for @func
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking: shows every change in the order in which they came to this file, causes before effects.
 *
 * Returns: whether all were shown; what @func says otherwise, errors of the dossier
 */
gboolean
pal_dossier_walk_log (PalDossier *self, PalDossierWalk func, gpointer user_data,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (GTask) task = NULL;
  Walk job = { func, user_data };

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  task = pal_dossier_run (self, cancellable, pal_dossier_walk_log, &job, NULL, walk_in_worker);

  return g_task_propagate_boolean (task, error);
}
