// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-heads"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* What a record is now. A node's heads are the changes that no other change follows: one as a rule,
 * several where people changed it apart from each other (pal-dossier-settle.c). */

/* Every row that was ever added, in order; each once, although adding it again (undo) is a second
 * change on it. Whatever was ever said of a row, it has a head; so the log is not gone through. */
static GPtrArray *
read_rows (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (pal_row_added_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      self->db,
      "SELECT c.node, v.text, c.id, c.clock FROM (SELECT DISTINCT node FROM head "
      "WHERE record = ?1 AND substr(node, -1) = ']') h "
      "CROSS JOIN change c ON c.record = ?1 AND c.node = h.node "
      "LEFT JOIN value v ON v.change = c.seq "
      "WHERE c.kind = 'row-added' ORDER BY c.clock, c.id",
      error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalRowAdded *row;

      if (g_hash_table_contains (known, pal_sql_get_text (stmt, 0)))
        continue;
      row = g_new0 (PalRowAdded, 1);
      row->path = pal_sql_dup_text (stmt, 0);
      row->before = pal_sql_dup_text (stmt, 1);
      row->id = pal_sql_dup_text (stmt, 2);
      row->clock_us = sqlite3_column_int64 (stmt, 3);
      g_ptr_array_add (rows, row);
      g_hash_table_add (known, row->path);
    }
  if (step == PAL_SQL_FAILED)
    return NULL;
  pal_dossier_rows_sort (rows);

  return g_steal_pointer (&rows);
}

/* --- reading */

/* All heads of a record but its own, by node and age. */
static GPtrArray *
select_heads (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_changes_new ();
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      self->db,
      "SELECT " PAL_CHANGE_COLUMNS "FROM head h JOIN change c ON c.id = h.change "
      "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
      "WHERE h.record = ?1 AND h.node <> '' ORDER BY c.clock, c.id",
      error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "s", record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change != NULL && change->node != NULL)
        g_ptr_array_add (heads, change);
      else if (change != NULL)
        pal_change_free (change);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&heads) : NULL;
}

/* --- what several people set apart from each other */

static void
settle_node (GPtrArray *history, GPtrArray *apart)
{
  PalChange *newest;
  g_autofree char *text = pal_dossier_settle (history, apart, NULL);

  newest = g_ptr_array_index (apart, apart->len - 1);
  if (text == NULL)
    {
      for (guint i = 0; i < apart->len; i++)
        ((PalChange *) g_ptr_array_index (apart, i))->is_conflict = TRUE;
      return;
    }
  newest->is_joined = g_strcmp0 (newest->value, text) != 0;
  g_free (newest->value);
  newest->value = *text != '\0' ? g_steal_pointer (&text) : NULL;
  for (guint i = 0; i + 1 < apart->len; i++)
    ((PalChange *) g_ptr_array_index (apart, i))->is_settled = TRUE;
}

/* Nodes with several heads: (element-type utf8 GPtrArray). Keys and changes are borrowed. */
static GHashTable *
find_apart (GPtrArray *heads)
{
  g_autoptr (GHashTable) first = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTable *apart
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);
      PalChange *other = g_hash_table_lookup (first, change->node);
      GPtrArray *list;

      if (change->kind != PAL_CHANGE_VALUE)
        continue;
      if (other == NULL)
        {
          g_hash_table_insert (first, change->node, change);
          continue;
        }
      list = g_hash_table_lookup (apart, change->node);
      if (list == NULL)
        {
          list = g_ptr_array_new ();
          g_ptr_array_add (list, other);
          g_hash_table_insert (apart, other->node, list);
        }
      g_ptr_array_add (list, change);
    }

  return apart;
}

static gboolean
settle_heads (PalDossier *self, const char *record, GPtrArray *heads, GError **error)
{
  g_autoptr (GHashTable) apart = find_apart (heads);
  GHashTableIter iter;
  gpointer node, list;

  g_hash_table_iter_init (&iter, apart);
  while (g_hash_table_iter_next (&iter, &node, &list))
    {
      g_autoptr (GPtrArray) history = pal_dossier_look_back (self, record, node, G_MAXINT64,
                                                             ((GPtrArray *) list)->len, error);

      if (history == NULL)
        return FALSE;
      settle_node (history, list);
    }

  return TRUE;
}

/* --- heads */

static gboolean
sort_heads (PalDossier *self, const char *record, GPtrArray *heads, GPtrArray *sorted,
            GError **error)
{
  g_auto (PalRemovedRows) now = { NULL };
  g_autoptr (GPtrArray) rows = read_rows (self, record, error);

  if (rows == NULL)
    return FALSE;

  pal_removed_rows_look (&now, heads);
  for (guint i = 0; i < rows->len; i++)
    {
      PalRowAdded *row = g_ptr_array_index (rows, i);
      PalChange *change = g_hash_table_lookup (now.added, row->path);

      if (change == NULL || !pal_removed_rows_is_live (&now, row->path))
        continue;
      /* A removal that does not hold is a row that is there. */
      if (change->kind == PAL_CHANGE_ROW_REMOVED)
        {
          change->kind = PAL_CHANGE_ROW_ADDED;
          change->is_conflict = TRUE;
          g_free (change->value);
          change->value = g_strdup (row->before);
        }
      g_ptr_array_add (sorted, change);
    }
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_VALUE && !change->is_settled
          && pal_removed_rows_is_live (&now, change->node))
        g_ptr_array_add (sorted, change);
    }

  return TRUE;
}

/**
 * pal_dossier_heads_read:
 * @self: a dossier
 * @record: id of a record
 * @error: return location
 *
 * In the worker. See pal_dossier_read_heads().
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): the heads
 */
GPtrArray *
pal_dossier_heads_read (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GHashTable) wanted = NULL;
  GPtrArray *result;

  if (!pal_dossier_begin_job (self, FALSE, error)
      || !pal_dossier_history_check_record (self, record, error))
    return NULL;
  heads = select_heads (self, record, error);
  if (heads == NULL || !settle_heads (self, record, heads, error)
      || !sort_heads (self, record, heads, sorted, error))
    return NULL;

  /* Hand over what is wanted; the rest goes with the list of heads. */
  wanted = g_hash_table_new (NULL, NULL);
  result = g_ptr_array_new_full (sorted->len, (GDestroyNotify) pal_change_free);
  for (guint i = 0; i < sorted->len; i++)
    {
      g_hash_table_add (wanted, g_ptr_array_index (sorted, i));
      g_ptr_array_add (result, g_ptr_array_index (sorted, i));
    }
  for (guint i = heads->len; i > 0; i--)
    if (g_hash_table_contains (wanted, g_ptr_array_index (heads, i - 1)))
      g_ptr_array_steal_index_fast (heads, i - 1);

  return result;
}

static void
read_heads_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *heads = pal_dossier_heads_read (source, task_data, &error);

  if (heads != NULL)
    g_task_return_pointer (task, heads, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_read_heads:
 * @self: a dossier
 * @record: id of a record
 * @error: return location
 *
 * Blocking: what restores a record: %PAL_CHANGE_ROW_ADDED for each row that is there, outer rows
 * before inner ones and in the order in which they stand, then %PAL_CHANGE_VALUE for each node that
 * was ever set, also to nothing. Texts that several people edited in different places are joined
 * (is_joined). Where a person must decide, the node stands there once for each of them, the newest
 * last, and is_conflict is set. Removed rows and what is in them are left out; a row that one
 * person removed and another wrote in is there, with is_conflict. Any thread but the worker.
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): the heads;
 *   %PAL_DOSSIER_ERROR_NOT_FOUND
 */
GPtrArray *
pal_dossier_read_heads (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (record != NULL, NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_read_heads, g_strdup (record), g_free,
                          read_heads_in_worker);

  return g_task_propagate_pointer (task, error);
}
