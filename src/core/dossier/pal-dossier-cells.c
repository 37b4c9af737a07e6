// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-cells"
#include "config.h"

#include "pal-cells.h"
#include "pal-dossier-private.h"

#include <string.h>

/* One pass over the heads of a form's records. As long as every node of a record has one head and
 * no row was taken out, its heads are what it says; the few others are read as the window reads
 * them. */

typedef struct
{
  const char *form_id;
  const char *record; /* (nullable) */
  PalCellFunc func;
  gpointer user_data;
} Walk;

/* A record in the making: texts live in the chunk until it was shown. */
typedef struct
{
  GArray *cells; /* (element-type PalCell) */
  GStringChunk *texts;
  char *record; /* (owned) (nullable) */
  gboolean is_plain;
} Gathered;

static void
gathered_clear (Gathered *self)
{
  g_clear_pointer (&self->cells, g_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_clear_pointer (&self->record, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gathered, gathered_clear)

static void
show_change (const PalChange *change, const Walk *walk)
{
  PalCell cell = {
    .record = change->record,
    .node = change->node != NULL ? change->node : "",
    .value = change->kind == PAL_CHANGE_VALUE && change->value != NULL ? change->value : "",
    .change = change->id,
    .author = change->author,
    .clock_us = change->clock_us,
    .is_row = change->kind == PAL_CHANGE_ROW_ADDED,
  };

  walk->func (&cell, walk->user_data);
}

/* As pal_dossier_read_heads(): of several people's answers the newest is shown last, so it counts.
 */
static gboolean
show_tangled (PalDossier *self, const Walk *walk, Gathered *gathered, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_heads_read (self, gathered->record, error);

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < gathered->cells->len; i++)
    {
      const PalCell *cell = &g_array_index (gathered->cells, PalCell, i);

      if (*cell->node == '\0')
        walk->func (cell, walk->user_data);
    }
  for (guint i = 0; i < heads->len; i++)
    show_change (g_ptr_array_index (heads, i), walk);

  return TRUE;
}

/* Rows in the order in which they stand for people; then what is in them, and the rest. */
static void
show_plain (const Walk *walk, Gathered *gathered)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (pal_row_added_free);
  g_autoptr (GHashTable) cells = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < gathered->cells->len; i++)
    {
      PalCell *cell = &g_array_index (gathered->cells, PalCell, i);
      PalRowAdded *row;

      if (*cell->node == '\0')
        walk->func (cell, walk->user_data);
      if (!cell->is_row)
        continue;
      row = g_new0 (PalRowAdded, 1);
      row->path = g_strdup (cell->node);
      row->before = g_strdup (cell->value);
      row->id = g_strdup (cell->change);
      row->clock_us = cell->clock_us;
      g_ptr_array_add (rows, row);
      g_hash_table_insert (cells, (gpointer) cell->node, cell);
      cell->value = "";
    }
  pal_dossier_rows_sort (rows);
  for (guint i = 0; i < rows->len; i++)
    walk->func (g_hash_table_lookup (cells, ((PalRowAdded *) g_ptr_array_index (rows, i))->path),
                walk->user_data);
  for (guint i = 0; i < gathered->cells->len; i++)
    {
      const PalCell *cell = &g_array_index (gathered->cells, PalCell, i);

      if (!cell->is_row && *cell->node != '\0')
        walk->func (cell, walk->user_data);
    }
}

static gboolean
show (PalDossier *self, const Walk *walk, Gathered *gathered, GError **error)
{
  gboolean ok = TRUE;

  if (gathered->record == NULL)
    return TRUE;
  if (gathered->is_plain)
    show_plain (walk, gathered);
  else
    ok = show_tangled (self, walk, gathered, error);

  g_array_set_size (gathered->cells, 0);
  g_string_chunk_clear (gathered->texts);
  g_clear_pointer (&gathered->record, g_free);

  return ok;
}

static const char *
keep (Gathered *gathered, sqlite3_stmt *stmt, int column)
{
  const char *text = pal_sql_get_text (stmt, column);

  return text != NULL ? g_string_chunk_insert (gathered->texts, text) : "";
}

static void
gather (Gathered *gathered, sqlite3_stmt *stmt)
{
  PalCell cell = { NULL };
  PalChangeKind kind;

  if (gathered->record == NULL)
    {
      gathered->record = pal_sql_dup_text (stmt, 0);
      gathered->is_plain = TRUE;
    }
  if (!pal_dossier_log_parse_kind (pal_sql_get_text (stmt, 2), &kind)
      || kind == PAL_CHANGE_RECORD_REMOVED)
    return;

  cell.record = gathered->record;
  cell.node = keep (gathered, stmt, 1);
  cell.value
      = kind == PAL_CHANGE_VALUE || kind == PAL_CHANGE_ROW_ADDED ? keep (gathered, stmt, 3) : "";
  cell.change = keep (gathered, stmt, 4);
  cell.author = keep (gathered, stmt, 5);
  cell.clock_us = sqlite3_column_int64 (stmt, 6);
  cell.is_row = kind == PAL_CHANGE_ROW_ADDED;
  if (kind == PAL_CHANGE_ROW_REMOVED
      || (gathered->cells->len > 0 && *cell.node != '\0'
          && g_str_equal (g_array_index (gathered->cells, PalCell, gathered->cells->len - 1).node,
                          cell.node)))
    gathered->is_plain = FALSE;
  g_array_append_val (gathered->cells, cell);
}

static gboolean
walk_cells (PalDossier *self, const Walk *walk, GCancellable *cancellable, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_auto (Gathered) gathered = { NULL };
  PalSqlStep step;

  if (!pal_dossier_begin_job (self, FALSE, error))
    return FALSE;

  gathered.cells = g_array_new (FALSE, FALSE, sizeof (PalCell));
  gathered.texts = g_string_chunk_new (4096);
  /* By record and node: the order of the table of heads, so nothing is sorted. A change is found by
   * its node, beside which the others of its record lie; by its id it could be anywhere. */
  stmt = pal_sql_prepare (
      self->db,
      "SELECT r.id, h.node, c.kind, v.text, c.id, c.author, c.clock "
      "FROM record r CROSS JOIN head h ON h.record = r.id "
      "CROSS JOIN change c ON c.record = h.record AND c.node = h.node AND +c.id = h.change "
      "LEFT JOIN value v ON v.change = c.seq "
      "WHERE r.form = ?1 AND r.removed = 0 AND (?2 IS NULL OR r.id = ?2) "
      "ORDER BY r.id, h.node",
      error);
  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "ss", walk->form_id, walk->record);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      if (gathered.record != NULL && !g_str_equal (gathered.record, pal_sql_get_text (stmt, 0)))
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error)
              || !show (self, walk, &gathered, error))
            return FALSE;
        }
      gather (&gathered, stmt);
    }

  return step == PAL_SQL_DONE && show (self, walk, &gathered, error);
}

static void
walk_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (walk_cells (source, task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_walk_cells:
 * @self: a dossier
 * @form_id: the form of the records
 * @record: (nullable): id of the only record to look at
 * @func: called for everything that these records say now
 * @user_data: data for @func
 * @cancellable: (nullable): stops it between two records
 * @error: return location
 *
 * Blocking: shows each record that is there as a whole: first the record itself (its node is "";
 * its time is that of the record's making), then rows in their order, then values.
 * What several people set apart from each other comes once for each of them, the newest last. A
 * record of which there is none is shown as nothing.
 *
 * Returns: whether all was shown; errors of the dossier
 */
gboolean
pal_dossier_walk_cells (PalDossier *self, const char *form_id, const char *record, PalCellFunc func,
                        gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GTask) task = NULL;
  Walk walk = { form_id, record, func, user_data };

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (form_id != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  task = pal_dossier_run (self, cancellable, pal_dossier_walk_cells, &walk, NULL, walk_in_worker);

  return g_task_propagate_boolean (task, error);
}
