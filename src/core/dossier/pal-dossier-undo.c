// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-undo"
#include "config.h"

#include "pal-dossier-private.h"
#include "pal-undo.h"

#include <string.h>

/* Undo and redo of what was written through a dossier. The stacks are changed on the worker only,
 * so that they are never behind the log; they can be looked at from anywhere. */

/* --- telling */

typedef struct
{
  GWeakRef dossier;
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  g_weak_ref_clear (&telling->dossier);
  g_free (telling);
}

static gboolean
tell_cb (gpointer data)
{
  Telling *telling = data;
  g_autoptr (PalDossier) self = g_weak_ref_get (&telling->dossier);

  if (self == NULL)
    return G_SOURCE_REMOVE;

  g_mutex_lock (&self->mutex);
  self->undo_is_told = TRUE;
  g_mutex_unlock (&self->mutex);
  g_signal_emit_by_name (self, "undo-changed");

  return G_SOURCE_REMOVE;
}

/* With the mutex held. However much was written, it is told once. */
static void
tell (PalDossier *self)
{
  Telling *telling;

  if (!self->undo_is_told)
    return;

  self->undo_is_told = FALSE;
  telling = g_new0 (Telling, 1);
  g_weak_ref_init (&telling->dossier, self);
  g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, telling, telling_free);
}

/**
 * pal_dossier_undo_note:
 * @self: a dossier
 * @span: where an act stands that is in the file for good now
 * @title: its title
 * @first: (nullable): its first change; %NULL when it is about many things
 * @follows: whether nobody did it: it follows from the act before
 *
 * In the worker, after the transaction.
 */
void
pal_dossier_undo_note (PalDossier *self, const PalLogSpan *span, const char *title,
                       const PalChange *first, gboolean follows)
{
  if (span->until <= span->after)
    return;

  g_mutex_lock (&self->mutex);
  if (follows)
    pal_undo_extend (self->undo, span);
  else
    pal_undo_note (self->undo, pal_undo_step_new (span, title, first));
  tell (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * pal_dossier_dup_undo_step:
 * @self: a dossier
 * @way: undo or redo
 *
 * Any thread. What is being written at the moment is not in it yet.
 *
 * Returns: (transfer full) (nullable): what pal_dossier_undo() would take back, or do again
 */
PalUndoStep *
pal_dossier_dup_undo_step (PalDossier *self, PalUndoWay way)
{
  const PalUndoStep *step;
  PalUndoStep *copy;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  g_mutex_lock (&self->mutex);
  step = pal_undo_peek (self->undo, way);
  copy = step != NULL ? pal_undo_step_copy (step) : NULL;
  g_mutex_unlock (&self->mutex);

  return copy;
}

/**
 * pal_dossier_forget_undo:
 * @self: a dossier
 *
 * A session begins: what was done before, such as making the dossier, is not undone in it. Any
 * thread.
 */
void
pal_dossier_forget_undo (PalDossier *self)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));

  g_mutex_lock (&self->mutex);
  pal_undo_clear (self->undo);
  tell (self);
  g_mutex_unlock (&self->mutex);
}

/* --- what a span is about, as it is now */

/* The nodes of one record in a span. */
typedef struct
{
  GHashTable *nodes; /* (element-type utf8): values and rows */
  gboolean itself;   /* made or removed */
} Touched;

static void
touched_free (gpointer data)
{
  Touched *touched = data;

  g_hash_table_unref (touched->nodes);
  g_free (touched);
}

/* (element-type utf8 Touched): by record */
static GHashTable *
find_touched (PalDossier *self, const PalLogSpan *span, GError **error)
{
  g_autoptr (GHashTable) records
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, touched_free);
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      self->db, "SELECT DISTINCT record, node FROM change WHERE seq > ?1 AND seq <= ?2", error);
  PalSqlStep step;

  if (stmt == NULL)
    return NULL;
  pal_sql_bind (stmt, "ii", span->after, span->until);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      const char *node = pal_sql_get_text (stmt, 1);
      Touched *touched = g_hash_table_lookup (records, pal_sql_get_text (stmt, 0));

      if (touched == NULL)
        {
          touched = g_new0 (Touched, 1);
          touched->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
          g_hash_table_insert (records, pal_sql_dup_text (stmt, 0), touched);
        }
      if (*node == '\0')
        touched->itself = TRUE;
      else
        g_hash_table_add (touched->nodes, g_strdup (node));
    }

  return step == PAL_SQL_DONE ? g_steal_pointer (&records) : NULL;
}

static gboolean
is_row (const char *node)
{
  return g_str_has_suffix (node, "]");
}

/* Whether a row around the node is among the paths. */
static gboolean
is_in_one_of (GHashTable *rows, const char *node)
{
  if (g_hash_table_size (rows) == 0)
    return FALSE;
  for (const char *p = strchr (node, ']'); p != NULL; p = strchr (p + 1, ']'))
    {
      g_autofree char *row = g_strndup (node, p + 1 - node);

      if (g_hash_table_contains (rows, row))
        return TRUE;
    }

  return FALSE;
}

/* Rows stand behind the one before them; what is in a row that came along comes with it. */
static void
show_heads (GPtrArray *heads, GHashTable *nodes, GPtrArray *changes)
{
  g_autoptr (GHashTable) last
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);     /* row id by repeat */
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal); /* rows */

  for (guint i = 0; i < heads->len; i++)
    {
      PalChange *head = g_ptr_array_index (heads, i);
      gboolean is_shown = g_hash_table_contains (nodes, head->node);
      PalChange *change;
      g_autofree char *repeat = NULL;

      if (head->kind != PAL_CHANGE_ROW_ADDED)
        {
          if (is_shown || is_in_one_of (shown, head->node))
            g_ptr_array_add (changes, pal_change_copy (head));
          continue;
        }
      repeat = g_strndup (head->node, strrchr (head->node, '[') - head->node);
      if (is_shown || is_in_one_of (shown, head->node))
        {
          change = pal_change_copy (head);
          g_free (change->value);
          change->value = g_strdup (g_hash_table_lookup (last, repeat));
          g_ptr_array_add (changes, change);
          g_hash_table_add (shown, head->node);
        }
      g_hash_table_insert (last, g_steal_pointer (&repeat), pal_dossier_log_dup_row (head->node));
    }
}

static void
show_gone_rows (const char *record, GPtrArray *heads, GHashTable *nodes, GPtrArray *changes)
{
  g_autoptr (GHashTable) live = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer node;

  for (guint i = 0; i < heads->len; i++)
    g_hash_table_add (live, ((PalChange *) g_ptr_array_index (heads, i))->node);
  g_hash_table_iter_init (&iter, nodes);
  while (g_hash_table_iter_next (&iter, &node, NULL))
    if (is_row (node) && !g_hash_table_contains (live, node))
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_ROW_REMOVED, record, node, NULL));
}

static gboolean
show_record (PalDossier *self, const char *record, GPtrArray *changes, GError **error)
{
  g_autofree char *form = NULL;
  gboolean is_there;

  if (!pal_dossier_look_then (self, record, "", G_MAXINT64, &form, &is_there, error))
    return FALSE;
  g_ptr_array_add (changes,
                   pal_change_new (is_there ? PAL_CHANGE_RECORD_MADE : PAL_CHANGE_RECORD_REMOVED,
                                   record, NULL, is_there ? form : NULL));

  return TRUE;
}

static GPtrArray *
read_span (PalDossier *self, const PalLogSpan *span, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autoptr (GHashTable) records = find_touched (self, span, error);
  GHashTableIter iter;
  gpointer record, value;

  if (records == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &record, &value))
    {
      Touched *touched = value;
      g_autoptr (GPtrArray) heads = NULL;

      if (touched->itself && !show_record (self, record, changes, error))
        return NULL;
      if (g_hash_table_size (touched->nodes) == 0)
        continue;
      heads = pal_dossier_heads_read (self, record, error);
      if (heads == NULL)
        return NULL;
      show_heads (heads, touched->nodes, changes);
      show_gone_rows (record, heads, touched->nodes, changes);
    }
  pal_dossier_reset_statements (self);

  return g_steal_pointer (&changes);
}

static void
read_span_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *changes = NULL;

  if (pal_dossier_begin_job (source, FALSE, &error))
    changes = read_span (source, task_data, &error);
  if (changes != NULL)
    g_task_return_pointer (task, changes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_read_span:
 * @self: a dossier
 * @span: a span of the log, as a merge reports it
 * @error: return location
 *
 * Blocking: what stands in a span of the log, as it is now, for records that are open. Of each
 * record: itself, if it was made or removed; the rows that are there, each with the id of the row
 * that really stands before it, and with all that is in it; values; the rows that are gone.
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): what to show, in that order
 */
GPtrArray *
pal_dossier_read_span (PalDossier *self, const PalLogSpan *span, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (span != NULL, NULL);

  task = pal_dossier_run (self, NULL, pal_dossier_read_span, g_memdup2 (span, sizeof *span), g_free,
                          read_span_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_read_span_async:
 * @self: a dossier
 * @span: a span of the log
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_read_span().
 */
void
pal_dossier_read_span_async (PalDossier *self, const PalLogSpan *span, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (span != NULL);

  pal_dossier_push (self, NULL, pal_dossier_read_span_async, g_memdup2 (span, sizeof *span), g_free,
                    read_span_in_worker, callback, user_data);
}

/**
 * pal_dossier_read_span_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer container) (element-type PalChange) (nullable): what to show
 */
GPtrArray *
pal_dossier_read_span_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- undo and redo */

/**
 * pal_undone_free:
 * @undone: (transfer full): what was taken back
 */
void
pal_undone_free (PalUndone *undone)
{
  g_clear_pointer (&undone->step, pal_undo_step_free);
  g_clear_pointer (&undone->changes, g_ptr_array_unref);
  g_free (undone);
}

static PalUndoStep *
take_step (PalDossier *self, PalUndoWay way)
{
  PalUndoStep *step;

  g_mutex_lock (&self->mutex);
  step = pal_undo_take (self->undo, way);
  g_mutex_unlock (&self->mutex);

  return step;
}

/* step: (transfer full). After an error it goes back where it was. */
static void
give_step (PalDossier *self, PalUndoWay way, PalUndoStep *step)
{
  g_mutex_lock (&self->mutex);
  pal_undo_turn (self->undo, way, step);
  tell (self);
  g_mutex_unlock (&self->mutex);
}

/* NULL without an error when there is nothing. */
static PalUndone *
undo (PalDossier *self, PalUndoWay way, GError **error)
{
  PalUndoStep *step;

  if (!pal_dossier_begin_job (self, TRUE, error))
    return NULL;
  while ((step = take_step (self, way)) != NULL)
    {
      g_autoptr (PalUndone) undone = g_new0 (PalUndone, 1);
      PalLogSpan written;
      PalUndoStep *turned;

      if (!pal_dossier_revert_in_worker (
              self, &step->span, way == PAL_UNDO_BACK ? PAL_UNDO_ACT : "Redo", &written, error))
        {
          give_step (self, way == PAL_UNDO_BACK ? PAL_UNDO_FORTH : PAL_UNDO_BACK, step);
          return NULL;
        }
      undone->step = step;
      /* All of it says that already: on with the one before. */
      if (written.until <= written.after)
        continue;

      turned = pal_undo_step_copy (step);
      turned->span = written;
      give_step (self, way, turned);
      undone->changes = read_span (self, &written, error);

      return undone->changes != NULL ? g_steal_pointer (&undone) : NULL;
    }
  g_mutex_lock (&self->mutex);
  tell (self);
  g_mutex_unlock (&self->mutex);

  return NULL;
}

static void
undo_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalUndone *undone = undo (source, GPOINTER_TO_INT (task_data), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, undone, (GDestroyNotify) pal_undone_free);
}

/**
 * pal_dossier_undo:
 * @self: a dossier
 * @way: undo or redo
 * @error: return location
 *
 * Blocking: takes back the last act that was written through @self since pal_dossier_forget_undo(),
 * or does again what was undone last, as one more act in the log. What is typed and not written yet
 * must be written before (pal_record_flush()). Records that are open show it with
 * pal_record_follow().
 *
 * Returns: (transfer full) (nullable): what it was, and what to show; %NULL without an error when
 *   there is nothing to undo
 */
PalUndone *
pal_dossier_undo (PalDossier *self, PalUndoWay way, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);

  task
      = pal_dossier_run (self, NULL, pal_dossier_undo, GINT_TO_POINTER (way), NULL, undo_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_undo_async:
 * @self: a dossier
 * @way: undo or redo
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_undo(). What was pushed before it is written before it.
 */
void
pal_dossier_undo_async (PalDossier *self, PalUndoWay way, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));

  pal_dossier_push (self, NULL, pal_dossier_undo_async, GINT_TO_POINTER (way), NULL, undo_in_worker,
                    callback, user_data);
}

/**
 * pal_dossier_undo_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): see pal_dossier_undo()
 */
PalUndone *
pal_dossier_undo_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the last act, whoever did it */

typedef struct
{
  PalLogSpan span;
  char *title; /* (nullable): none */
} LastAct;

static void
find_last_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  LastAct *last = task_data;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  PalSqlStep step = PAL_SQL_FAILED;
  GError *error = NULL;

  if (pal_dossier_begin_job (self, FALSE, &error))
    stmt = pal_sql_prepare (self->db,
                            "SELECT min(c.seq), max(c.seq), a.title FROM change c "
                            "JOIN act a ON a.seq = c.act "
                            "WHERE c.act = (SELECT act FROM change ORDER BY seq DESC LIMIT 1) "
                            "GROUP BY a.seq",
                            &error);
  if (stmt != NULL)
    step = pal_sql_step (stmt, &error);
  if (step == PAL_SQL_FAILED)
    {
      g_task_return_error (task, error);
      return;
    }
  if (step == PAL_SQL_ROW)
    {
      last->span.after = sqlite3_column_int64 (stmt, 0) - 1;
      last->span.until = sqlite3_column_int64 (stmt, 1);
      last->title = pal_sql_dup_text (stmt, 2);
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * pal_dossier_find_last_act:
 * @self: a dossier
 * @span: (out): where it stands
 * @title: (out) (transfer full): its title
 * @error: return location
 *
 * Blocking: finds the act that was written last, also in an earlier session.
 *
 * Returns: whether there is one; %FALSE without an error for a dossier in which nothing happened
 */
gboolean
pal_dossier_find_last_act (PalDossier *self, PalLogSpan *span, char **title, GError **error)
{
  g_autoptr (GTask) task = NULL;
  LastAct last = { { 0 }, NULL };

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (span != NULL, FALSE);
  g_return_val_if_fail (title != NULL, FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_find_last_act, &last, NULL, find_last_in_worker);
  if (!g_task_propagate_boolean (task, error) || last.title == NULL)
    return FALSE;
  *span = last.span;
  *title = last.title;

  return TRUE;
}
