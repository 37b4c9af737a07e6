// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-heads"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* What a record is now. A node's heads are the changes that no other change follows: one as a rule,
 * several where people changed it apart from each other (pal-dossier-settle.c). */

/* Whether all rows around a node are there; rows that the log does not know do not count. */
static gboolean
is_in_live_rows (const char *node, GHashTable *removed)
{
  g_autofree char *path = NULL;

  if (g_hash_table_size (removed) == 0)
    return TRUE;

  path = g_strdup (node);
  for (char *p = strchr (path, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      char next = p[1];
      gboolean is_removed;

      p[1] = '\0';
      is_removed = g_hash_table_contains (removed, path);
      p[1] = next;
      if (is_removed)
        return FALSE;
    }

  return TRUE;
}

/* Every row that was ever added, in order; each once, although adding it again (undo) is a second
 * change on it. */
static GPtrArray *
read_rows (PalDossier *self, const char *record, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (pal_row_added_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (sqlite3_stmt) stmt
      = pal_sql_prepare (self->db,
                         "SELECT c.node, v.text, c.id, c.clock FROM change c "
                         "LEFT JOIN value v ON v.change = c.seq LEFT JOIN act a ON a.seq = c.act "
                         "WHERE c.record = ?1 AND c.kind = 'row-added' ORDER BY c.clock, c.id",
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
  g_autoptr (GPtrArray) heads = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
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

static GPtrArray *
select_node (PalDossier *self, const char *record, const char *node, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  sqlite3_stmt *stmt = pal_dossier_get_statement (
      self,
      "SELECT " PAL_CHANGE_COLUMNS "FROM change c LEFT JOIN value v ON v.change = c.seq "
      "LEFT JOIN act a ON a.seq = c.act WHERE c.record = ?1 AND c.node = ?2 ORDER BY c.clock, c.id",
      error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ss", record, node);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      PalChange *change = pal_dossier_history_read_change (stmt);

      if (change != NULL)
        g_ptr_array_add (changes, change);
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&changes) : NULL;
}

/* --- rows that one person removed */

/* A removal names the changes in the row that its author saw (pal-dossier-log.c). Anything else in
 * there was written apart from it: then the row stays until somebody who has seen it removes it.
 * Where several people removed it, each of them speaks for what they saw. */
static gboolean
is_below (const char *node, const char *row)
{
  gsize length = strlen (row);

  return strncmp (node, row, length) == 0 && node[length] == '/';
}

static PalChange *
find_unseen (const char *row, GPtrArray *heads)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *head = g_ptr_array_index (heads, i);
      g_auto (GStrv) ids = NULL;

      if (head->kind != PAL_CHANGE_ROW_REMOVED || !g_str_equal (head->node, row))
        continue;
      if (head->value == NULL)
        return NULL;
      ids = g_strsplit (head->value, " ", -1);
      for (guint j = 0; ids[j] != NULL; j++)
        g_hash_table_add (seen, g_strdup (ids[j]));
    }
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *head = g_ptr_array_index (heads, i);

      if (head->kind != PAL_CHANGE_ROW_REMOVED && is_below (head->node, row)
          && !g_hash_table_contains (seen, head->id))
        return head;
    }

  return NULL;
}

/* What the heads of a record say of its rows. */
typedef struct
{
  GHashTable *added;   /* path -> head that added it */
  GHashTable *removed; /* paths that are gone */
  GPtrArray *revived;  /* (element-type PalChange): removals that do not hold, see find_unseen() */
} Rows;

static void
rows_clear (Rows *rows)
{
  g_clear_pointer (&rows->added, g_hash_table_unref);
  g_clear_pointer (&rows->removed, g_hash_table_unref);
  g_clear_pointer (&rows->revived, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

static void
rows_look (Rows *rows, GPtrArray *heads)
{
  rows->added = g_hash_table_new (g_str_hash, g_str_equal);
  rows->removed = g_hash_table_new (g_str_hash, g_str_equal);
  rows->revived = g_ptr_array_new ();
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind == PAL_CHANGE_ROW_ADDED)
        g_hash_table_replace (rows->added, change->node, change);
    }
  /* A row that one person removed while another added it again is there: nothing is lost. */
  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *change = g_ptr_array_index (heads, i);

      if (change->kind != PAL_CHANGE_ROW_REMOVED
          || g_hash_table_contains (rows->added, change->node))
        continue;
      if (g_hash_table_contains (rows->removed, change->node))
        continue;
      if (find_unseen (change->node, heads) == NULL)
        g_hash_table_add (rows->removed, change->node);
      else
        {
          g_hash_table_replace (rows->added, change->node, change);
          g_ptr_array_add (rows->revived, change);
        }
    }
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
      g_autoptr (GPtrArray) history = select_node (self, record, node, error);

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
  g_auto (Rows) now = { NULL };
  g_autoptr (GPtrArray) rows = read_rows (self, record, error);

  if (rows == NULL)
    return FALSE;

  rows_look (&now, heads);
  for (guint i = 0; i < rows->len; i++)
    {
      PalRowAdded *row = g_ptr_array_index (rows, i);
      PalChange *change = g_hash_table_lookup (now.added, row->path);

      if (change == NULL || !is_in_live_rows (row->path, now.removed))
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
          && is_in_live_rows (change->node, now.removed))
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

/* --- conflicts */

static PalConflict *
conflict_new (PalConflictKind kind, const char *record, const char *node)
{
  PalConflict *conflict = g_new0 (PalConflict, 1);

  conflict->kind = kind;
  conflict->record = g_strdup (record);
  conflict->node = g_strdup (node);
  conflict->heads = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);

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

static gboolean
find_conflicts (PalDossier *self, const char *record, GPtrArray *conflicts, GError **error)
{
  g_autoptr (GPtrArray) heads = select_heads (self, record, error);
  g_auto (Rows) rows = { NULL };
  g_autoptr (GHashTable) apart = NULL;
  GHashTableIter iter;
  gpointer node, list;

  if (heads == NULL)
    return FALSE;

  rows_look (&rows, heads);
  for (guint i = 0; i < rows.revived->len; i++)
    {
      PalChange *removal = g_ptr_array_index (rows.revived, i);
      PalConflict *conflict = conflict_new (PAL_CONFLICT_ROW, record, removal->node);

      g_ptr_array_add (conflict->heads, pal_change_copy (removal));
      g_ptr_array_add (conflict->heads, pal_change_copy (find_unseen (removal->node, heads)));
      g_ptr_array_add (conflicts, conflict);
    }

  apart = find_apart (heads);
  g_hash_table_iter_init (&iter, apart);
  while (g_hash_table_iter_next (&iter, &node, &list))
    {
      g_autoptr (GPtrArray) history = NULL;
      g_autofree char *original = NULL;
      g_autofree char *text = NULL;
      PalConflict *conflict;

      if (!is_in_live_rows (node, rows.removed))
        continue;
      history = select_node (self, record, node, error);
      if (history == NULL)
        return FALSE;
      text = pal_dossier_settle (history, list, &original);
      if (text != NULL)
        continue;
      conflict = conflict_new (PAL_CONFLICT_VALUE, record, node);
      conflict->original = g_steal_pointer (&original);
      add_sides (conflict, history, list);
      g_ptr_array_add (conflicts, conflict);
    }

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
 * pal_dossier_heads_list_conflicts:
 * @self: a dossier
 * @error: return location
 *
 * In the worker. See pal_dossier_list_conflicts().
 *
 * Returns: (transfer full) (element-type PalConflict) (nullable): the conflicts
 */
GPtrArray *
pal_dossier_heads_list_conflicts (PalDossier *self, GError **error)
{
  g_autoptr (GPtrArray) conflicts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_conflict_free);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return NULL;

  /* Records without a node that has two heads, and without a removed row, have none. */
  stmt = pal_sql_prepare (
      self->db,
      "SELECT r.id FROM record r WHERE r.removed = 0 AND (EXISTS (SELECT 1 FROM head h "
      "WHERE h.record = r.id AND h.node <> '' GROUP BY h.node HAVING count(*) > 1) OR EXISTS "
      "(SELECT 1 FROM change c WHERE c.record = r.id AND c.kind = 'row-removed')) ORDER BY r.id",
      error);
  if (stmt == NULL)
    return NULL;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    g_ptr_array_add (records, pal_sql_dup_text (stmt, 0));
  if (step == PAL_SQL_FAILED)
    return NULL;

  for (guint i = 0; i < records->len; i++)
    if (!find_conflicts (self, g_ptr_array_index (records, i), conflicts, error))
      return NULL;
  g_ptr_array_sort (conflicts, compare_conflicts);

  return g_steal_pointer (&conflicts);
}

static void
list_conflicts_in_worker (GTask *task, gpointer source, gpointer task_data,
                          GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *conflicts = pal_dossier_heads_list_conflicts (source, &error);

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
