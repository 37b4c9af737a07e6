// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-purge"
#include "config.h"

#include "pal-dossier-private.h"

/* Texts that leave the file for good, while the log stays whole and checkable. */

typedef struct
{
  char *author;
  GPtrArray *changes; /* (element-type PalChange): what clears the nodes */
  char *record;
  char *node; /* (nullable) */
} Purge;

static void
purge_free (gpointer data)
{
  Purge *purge = data;

  g_free (purge->author);
  g_ptr_array_unref (purge->changes);
  g_free (purge->record);
  g_free (purge->node);
  g_free (purge);
}

static gboolean
purge_values (PalDossier *self, Purge *purge, gint64 *n_purged, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db,
                         "SELECT DISTINCT h.node FROM head h JOIN change c ON c.id = h.change "
                         "WHERE h.record = ?1 AND (?2 IS NULL OR h.node = ?2) AND c.kind = 'value' "
                         "AND c.value IS NOT NULL",
                         error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "ss", purge->record, purge->node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (purge->changes, pal_change_new (PAL_CHANGE_VALUE, purge->record,
                                                     pal_sql_get_text (stmt, 0), NULL));
  if (step == PAL_SQL_FAILED)
    return FALSE;
  sqlite3_reset (stmt);

  if ((purge->changes->len > 0
       && !pal_dossier_log_write (self, "Purge", purge->author, purge->changes, error))
      || !pal_sql_run (self->db, error,
                       "UPDATE value SET salt = NULL, text = NULL WHERE text IS NOT NULL "
                       "AND change IN (SELECT seq FROM change WHERE record = ?1 "
                       "AND (?2 IS NULL OR node = ?2) AND kind = 'value')",
                       "ss", purge->record, purge->node))
    return FALSE;
  *n_purged = sqlite3_changes (self->db);

  return TRUE;
}

static void
purge_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  GError *error = NULL;
  gint64 n_purged = 0;

  if (!pal_dossier_begin_job (self, TRUE, &error) || !pal_sql_begin (self->db, &error)
      || !pal_sql_end (self->db, purge_values (self, task_data, &n_purged, &error), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* The old pages stand in the log beside the file until it is emptied; secure_delete has
   * overwritten them in the file. */
  sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  g_task_return_int (task, n_purged);
}

/**
 * pal_dossier_purge:
 * @self: a dossier
 * @record: id of a record
 * @node: (nullable): path of one node; %NULL: all nodes of the record
 * @n_purged: (out) (nullable): how many texts went
 * @error: return location
 *
 * Blocking: takes texts out of the file for good. The log keeps who changed what and when; the
 * digests stay, without the salt that would let a short text be guessed.
 *
 * Returns: whether they are gone
 */
gboolean
pal_dossier_purge (PalDossier *self, const char *record, const char *node, guint *n_purged,
                   GError **error)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) local = NULL;
  Purge *purge;
  gssize n;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  purge = g_new0 (Purge, 1);
  purge->author = pal_dossier_dup_author (self);
  purge->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  purge->record = g_strdup (record);
  purge->node = g_strdup (node);
  task = pal_dossier_run (self, NULL, pal_dossier_purge, purge, purge_free, purge_in_worker);
  n = g_task_propagate_int (task, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (n_purged != NULL)
    *n_purged = n;

  return TRUE;
}
