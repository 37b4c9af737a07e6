// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-conflicts"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* What only a person can settle. Looked for in the table of heads alone, so that it takes as long
 * as there are answers, however long their history; the changes themselves are read only where a
 * node has several heads, or a row was removed. */

static PalConflict *
conflict_new (PalDossier *self, PalConflictKind kind, const char *record, const char *node)
{
  PalConflict *conflict = g_new0 (PalConflict, 1);

  conflict->saw = pal_dossier_get_sight (self);
  conflict->kind = kind;
  conflict->record = g_strdup (record);
  conflict->node = g_strdup (node);
  conflict->heads = pal_changes_new ();

  return conflict;
}

/**
 * pal_conflict_free:
 * @conflict: (transfer full): a conflict
 */
void
pal_conflict_free (PalConflict *conflict)
{
  g_free (conflict->record);
  g_free (conflict->node);
  g_free (conflict->original);
  g_ptr_array_unref (conflict->heads);
  g_free (conflict);
}

static const PalChange *
find_by_id (GPtrArray *history, const char *id)
{
  for (guint i = 0; i < history->len; i++)
    {
      const PalChange *change = g_ptr_array_index (history, i);

      if (g_strcmp0 (change->id, id) == 0)
        return change;
    }

  return NULL;
}

/* A settlement that was taken back says once more what each had said: it was they who said it.
 * Returns: (nullable): the change that is repeated */
static const PalChange *
find_repeated (GPtrArray *history, const PalChange *head)
{
  const PalChange *first = head;
  const PalChange *parent;

  while ((parent = find_by_id (history, first->parents)) != NULL
         && g_strcmp0 (parent->value, head->value) == 0)
    first = parent;

  return first != head ? first : NULL;
}

static void
take_origin (PalChange *change, const PalChange *from)
{
  g_free (change->author);
  change->author = g_strdup (from->author);
  g_free (change->device);
  change->device = g_strdup (from->device);
  change->clock_us = from->clock_us;
}

/* What was settled on, and taken back, is left out where it was somebody's own words. */
static void
add_sides (PalConflict *conflict, GPtrArray *history, GPtrArray *heads)
{
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      const PalChange *repeated = find_repeated (history, head);
      gboolean is_said = FALSE;
      PalChange *side;

      for (guint j = 0; repeated == NULL && j < heads->len; j++)
        {
          const PalChange *other = g_ptr_array_index (heads, j);

          is_said = is_said
                    || (other != head && g_strcmp0 (other->value, head->value) == 0
                        && find_repeated (history, other) != NULL);
        }
      if (is_said)
        continue;
      side = pal_change_copy (head);
      if (repeated != NULL)
        take_origin (side, repeated);
      g_ptr_array_add (conflict->heads, side);
    }
}

/* --- looking for them */

/* SELECT ... of heads into a list. */
static gboolean
read_heads (sqlite3_stmt *stmt, GHashTable *known, GPtrArray *heads, GError **error)
{
  PalSqlStep step;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change == NULL)
        continue;
      if (change->node != NULL && (known == NULL || !g_hash_table_contains (known, change->id)))
        {
          g_ptr_array_add (heads, change);
          if (known != NULL)
            g_hash_table_add (known, change->id);
        }
      else
        pal_change_free (change);
    }

  return step == PAL_SQL_DONE;
}

static int
compare_ages (gconstpointer a, gconstpointer b)
{
  const PalChange *first = *(const PalChange *const *) a;
  const PalChange *second = *(const PalChange *const *) b;

  if (first->clock_us != second->clock_us)
    return first->clock_us < second->clock_us ? -1 : 1;

  return strcmp (first->id, second->id);
}

static GPtrArray *
list_texts (sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  PalSqlStep step;

  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (texts, pal_sql_dup_text (stmt, 0));

  return step == PAL_SQL_DONE ? g_steal_pointer (&texts) : NULL;
}

/* One look along the heads: rows that somebody removed, and nodes with several heads. */
static gboolean
read_doubtful (PalDossier *self, const char *record, GPtrArray *removed, GPtrArray *apart,
               GError **error)
{
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT node, count(*) > 1, substr(node, -1) = ']' AND EXISTS (SELECT 1 FROM head r "
      "JOIN change c ON c.id = r.change WHERE r.record = ?1 AND r.node = h.node "
      "AND c.kind = 'row-removed') FROM head h WHERE record = ?1 AND node > '' "
      "GROUP BY node HAVING count(*) > 1 OR substr(node, -1) = ']'",
      error);
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "s", record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      if (sqlite3_column_int (stmt, 1))
        g_ptr_array_add (apart, pal_sql_dup_text (stmt, 0));
      if (sqlite3_column_int (stmt, 2))
        g_ptr_array_add (removed, pal_sql_dup_text (stmt, 0));
    }

  return step == PAL_SQL_DONE;
}

/* The heads of rows that somebody removed, and of what is in them. */
static GPtrArray *
read_removed (PalDossier *self, const char *record, GPtrArray *rows, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_changes_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rows->len; i++)
    {
      const char *row = g_ptr_array_index (rows, i);
      sqlite3_stmt *stmt;
      g_autofree char *from = g_strconcat (row, "/", NULL);
      g_autofree char *to = g_strconcat (row, "0", NULL); /* '0' follows '/' */

      stmt = pal_dossier_get_statement (
          self,
          "SELECT " PAL_CHANGE_COLUMNS "FROM head h JOIN change c ON c.id = h.change "
          "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
          "WHERE h.record = ?1 AND (h.node = ?2 OR (h.node > ?3 AND h.node < ?4))",
          error);
      if (stmt == NULL)
        return NULL;
      pal_sql_bind (stmt, "ssss", record, row, from, to);
      if (!read_heads (stmt, known, heads, error))
        return NULL;
    }
  g_ptr_array_sort (heads, compare_ages);

  return g_steal_pointer (&heads);
}

/* The heads of a node that set it, oldest first. */
static GPtrArray *
read_values (PalDossier *self, const char *record, const char *node, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_changes_new ();
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT " PAL_CHANGE_COLUMNS "FROM head h JOIN change c ON c.id = h.change "
      "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
      "WHERE h.record = ?1 AND h.node = ?2 AND c.kind = 'value' ORDER BY c.clock, c.id",
      error);

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", record, node);

  return read_heads (stmt, NULL, heads, error) ? g_steal_pointer (&heads) : NULL;
}

static gboolean
find_conflict (PalDossier *self, const char *record, const char *node, GPtrArray *conflicts,
               GError **error)
{
  g_autoptr (GPtrArray) heads = read_values (self, record, node, error);
  g_autoptr (GPtrArray) history = NULL;
  g_autofree char *original = NULL;
  g_autofree char *text = NULL;
  PalConflict *conflict;

  if (heads == NULL)
    return FALSE;
  if (heads->len < 2)
    return TRUE;
  history = pal_dossier_look_back (self, record, node, G_MAXINT64, heads->len, error);
  if (history == NULL)
    return FALSE;
  text = pal_dossier_settle (history, heads, &original);
  if (text != NULL)
    return TRUE;
  conflict = conflict_new (self, PAL_CONFLICT_VALUE, record, node);
  conflict->original = g_steal_pointer (&original);
  add_sides (conflict, history, heads);
  g_ptr_array_add (conflicts, conflict);

  return TRUE;
}

/**
 * pal_dossier_conflicts_find:
 * @self: a dossier
 * @record: id of a record
 * @conflicts: (element-type PalConflict): what is found is added to it
 * @error: return location
 *
 * In the worker.
 *
 * Returns: whether there is no error
 */
gboolean
pal_dossier_conflicts_find (PalDossier *self, const char *record, GPtrArray *conflicts,
                            GError **error)
{
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) apart = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) heads = NULL;
  g_auto (PalRemovedRows) rows = { NULL };

  if (!read_doubtful (self, record, removed, apart, error))
    return FALSE;
  heads = read_removed (self, record, removed, error);
  if (heads == NULL)
    return FALSE;

  pal_removed_rows_look (&rows, heads);
  for (guint i = 0; i < rows.revived->len; i++)
    {
      PalChange *removal = g_ptr_array_index (rows.revived, i);
      PalConflict *conflict = conflict_new (self, PAL_CONFLICT_ROW, record, removal->node);

      g_ptr_array_add (conflict->heads, pal_change_copy (removal));
      g_ptr_array_add (conflict->heads,
                       pal_change_copy (pal_removed_rows_find_unseen (&rows, removal->node)));
      g_ptr_array_add (conflicts, conflict);
    }

  for (guint i = 0; i < apart->len; i++)
    if (pal_removed_rows_is_live (&rows, g_ptr_array_index (apart, i))
        && !find_conflict (self, record, g_ptr_array_index (apart, i), conflicts, error))
      return FALSE;

  return TRUE;
}

static int
compare_conflicts (gconstpointer a, gconstpointer b)
{
  const PalConflict *first = *(const PalConflict *const *) a;
  const PalConflict *second = *(const PalConflict *const *) b;
  int order = strcmp (first->record, second->record);

  return order != 0 ? order : strcmp (first->node, second->node);
}

/**
 * pal_dossier_conflicts_list:
 * @self: a dossier
 * @error: return location
 *
 * In the worker. See pal_dossier_list_conflicts().
 *
 * Returns: (transfer full) (element-type PalConflict) (nullable): the conflicts
 */
GPtrArray *
pal_dossier_conflicts_list (PalDossier *self, GError **error)
{
  g_autoptr (GPtrArray) conflicts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_conflict_free);
  g_autoptr (GPtrArray) records = NULL;
  sqlite3_stmt *stmt;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  stmt = pal_dossier_get_statement (self, "SELECT id FROM record WHERE removed = 0", error);
  records = stmt != NULL ? list_texts (stmt, error) : NULL;
  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    if (!pal_dossier_conflicts_find (self, g_ptr_array_index (records, i), conflicts, error))
      return NULL;
  g_ptr_array_sort (conflicts, compare_conflicts);

  return g_steal_pointer (&conflicts);
}

static void
list_conflicts_in_worker (GTask *task, gpointer source, gpointer task_data,
                          GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *conflicts = pal_dossier_conflicts_list (source, &error);

  if (conflicts != NULL)
    g_task_return_pointer (task, conflicts, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_list_conflicts:
 * @self: a dossier
 * @error: return location
 *
 * Blocking: where a person must decide, by record and node. A node is settled by setting it once
 * more, also to the same value; a row by removing it again, or by adding it again.
 *
 * Returns: (transfer container) (element-type PalConflict) (nullable): the conflicts
 */
GPtrArray *
pal_dossier_list_conflicts (PalDossier *self, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_list_conflicts, NULL, NULL,
                          list_conflicts_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_list_conflicts_async:
 * @self: a dossier
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_list_conflicts().
 */
void
pal_dossier_list_conflicts_async (PalDossier *self, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));

  pal_dossier_push (self, NULL, pal_dossier_list_conflicts_async, NULL, NULL,
                    list_conflicts_in_worker, callback, user_data);
}

/**
 * pal_dossier_list_conflicts_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalConflict) (nullable): the conflicts
 */
GPtrArray *
pal_dossier_list_conflicts_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
