// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* A change from its beginning to its end, and what is told of it to others. */

#define MAX_CASCADE 32 /* lists that depend on a choice from another list */

enum
{
  EDIT,
  UPDATED,
  ROWS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
pal_response_install_signals (PalResponseClass *klass)
{
  /**
   * PalResponse::edit:
   * @self: a response
   * @edit: (type gpointer): a `const PalEdit *`, good during the emission
   *
   * Something to be kept in the log, in order, as it happens.
   */
  signals[EDIT] = g_signal_new ("edit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  /**
   * PalResponse::updated:
   * @self: a response
   * @nodes: (element-type PalNode): each of them once
   *
   * After a change and all that follows from it, once: the nodes whose value or state is another
   * now, and those that are shown with other texts or choices than when somebody asked for them.
   * Nodes that came or went are not among them: #PalResponse::rows-changed told of these, and when
   * nothing else has changed, there is no node.
   */
  signals[UPDATED] = g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  /**
   * PalResponse::rows-changed:
   * @self: a response
   * @repeat: (type gpointer): the PalFormNode of a repeat
   * @parent: (type gpointer): the PalNode in which its rows stand
   *
   * Rows were added or removed. Emitted before #PalResponse::updated; handles of removed rows are
   * not good any more.
   */
  signals[ROWS_CHANGED]
      = g_signal_new ("rows-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
}

static void
mark_clear (gpointer data)
{
  PalMark *mark = data;

  g_free (mark->value);
}

GArray *
pal_response_new_marks (void)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (PalMark));

  g_array_set_clear_func (marks, mark_clear);
  return marks;
}

static void
held_edit_free (gpointer data)
{
  PalHeldEdit *edit = data;

  g_free (edit->path);
  g_free (edit->old_value);
  g_free (edit->new_value);
  g_free (edit);
}

static gboolean
somebody_listens (PalResponse *self, guint signal)
{
  return !self->is_loading && g_signal_has_handler_pending (self, signals[signal], 0, TRUE);
}

static void
emit_edit (PalResponse *self, PalHeldEdit *held)
{
  g_autofree char *path = NULL;
  PalEdit edit = { held->kind, held->path, held->old_value, held->new_value, held->by_user };

  if (edit.path == NULL)
    edit.path = path = pal_response_dup_path (self, held->node);
  g_signal_emit (self, signals[EDIT], 0, &edit);
}

static void
take_edit (PalResponse *self, PalHeldEdit *edit)
{
  if (self->held != NULL)
    {
      g_ptr_array_add (self->held, edit);
      return;
    }
  emit_edit (self, edit);
  held_edit_free (edit);
}

void
pal_response_emit_value (PalResponse *self, PalNode *node, const char *old_value,
                         const char *new_value, gboolean by_user)
{
  PalHeldEdit *edit;

  if (!somebody_listens (self, EDIT))
    return;
  edit = g_new0 (PalHeldEdit, 1);
  edit->kind = PAL_EDIT_VALUE;
  edit->node = node;
  edit->old_value = g_strdup (old_value);
  edit->new_value = g_strdup (new_value);
  edit->by_user = by_user;
  take_edit (self, edit);
}

static PalNode *
previous_row (PalNode *row)
{
  for (PalNode *node = row->previous; node != NULL; node = node->previous)
    {
      if (node->kind == PAL_NODE_ELEMENT && node->local == row->local && node->uri == row->uri)
        return node;
      if (node->kind == PAL_NODE_ELEMENT)
        break;
    }
  return NULL;
}

void
pal_response_emit_row (PalResponse *self, PalEditKind kind, PalNode *row, gboolean by_user)
{
  PalHeldEdit *edit;

  if (!somebody_listens (self, EDIT))
    return;
  edit = g_new0 (PalHeldEdit, 1);
  edit->kind = kind;
  edit->node = row;
  edit->by_user = by_user;
  if (kind == PAL_EDIT_ROW_REMOVED)
    edit->path = pal_response_dup_path (self, row);
  else
    {
      PalNode *previous = previous_row (row);

      if (previous != NULL)
        edit->new_value = g_strdup (pal_response_get_row_id (self, previous));
    }
  take_edit (self, edit);
}

/* A new row is told of before its first values, but its name is one of them. */
void
pal_response_hold_edits (PalResponse *self)
{
  if (self->held == NULL)
    self->held = g_ptr_array_new_with_free_func (held_edit_free);
}

void
pal_response_release_edits (PalResponse *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  for (guint i = 0; held != NULL && i < held->len; i++)
    emit_edit (self, g_ptr_array_index (held, i));
}

void
pal_response_begin (PalResponse *self)
{
  self->depth++;
}

static gboolean
has_changed (PalResponse *self, PalMark *mark)
{
  PalNodeInfo *info = pal_node_info (mark->node);

  return memcmp (&info->public, &mark->state, sizeof mark->state) != 0
         || (mark->value != NULL
             && strcmp (mark->value, pal_response_get_value (self, mark->node)) != 0);
}

/* The marked nodes that are really others now. What they are shown with is looked at when all is
 * calculated. */
static GPtrArray *
dup_updated (PalResponse *self)
{
  g_autoptr (GArray) marks = g_steal_pointer (&self->marks);
  GPtrArray *updated = g_ptr_array_new ();

  self->marks = pal_response_new_marks ();
  for (guint i = 0; i < marks->len; i++)
    {
      PalMark *mark = &g_array_index (marks, PalMark, i);
      PalNodeInfo *info = pal_node_info (mark->node);
      gboolean is_reworded = info->is_reworded;

      info->is_updated = info->is_reworded = FALSE;
      if (info->is_gone)
        continue;
      /* Asked in any case: what was compared once is not told again. */
      is_reworded = is_reworded && pal_response_is_shown_otherwise (self, mark->node);
      if (is_reworded || has_changed (self, mark))
        g_ptr_array_add (updated, mark->node);
    }
  return updated;
}

/* Ends a change: calculates what follows from it, and tells once. */
void
pal_response_end (PalResponse *self)
{
  g_autoptr (GPtrArray) updated = NULL;
  g_autoptr (GArray) rows_changed = NULL;
  g_autoptr (GPtrArray) gone = NULL;

  g_return_if_fail (self->depth > 0);

  if (self->depth == 1)
    {
      pal_response_settle (self);
      /* A choice that goes may take others with it, one level further down each time. */
      for (guint i = 0; i < MAX_CASCADE && pal_response_drop_choices (self); i++)
        pal_response_settle (self);
    }
  if (--self->depth > 0)
    return;

  updated = dup_updated (self);
  self->change++;
  rows_changed = g_steal_pointer (&self->rows_changed);
  self->rows_changed = g_array_new (FALSE, FALSE, sizeof (PalRowsChanged));
  for (guint i = rows_changed->len; i > 0; i--)
    {
      if (pal_node_info (g_array_index (rows_changed, PalRowsChanged, i - 1).parent)->is_gone)
        g_array_remove_index (rows_changed, i - 1);
    }
  /* Whoever shows a row that went still has its nodes in hand while letting go of it. */
  gone = g_steal_pointer (&self->gone);
  self->gone = g_ptr_array_new ();
  if (self->is_loading)
    {
      pal_response_bury (gone);
      return;
    }

  g_object_ref (self);
  for (guint i = 0; i < rows_changed->len; i++)
    {
      PalRowsChanged *changed = &g_array_index (rows_changed, PalRowsChanged, i);

      g_signal_emit (self, signals[ROWS_CHANGED], 0, changed->repeat, changed->parent);
    }
  if (updated->len > 0 || rows_changed->len > 0)
    g_signal_emit (self, signals[UPDATED], 0, updated);
  pal_response_bury (gone);
  g_object_unref (self);
}
