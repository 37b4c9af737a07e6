// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-undo"
#include "config.h"

#include "pal-undo.h"

/* The two stacks. */

struct _PalUndo
{
  guint max_steps;
  GQueue steps[2];   /* by PalUndoWay (element-type PalUndoStep): the newest at the head */
  int newest;        /* PalUndoWay of what was put last; -1: nothing */
  guint64 n_written; /* acts, and what followed from them */
};

/**
 * pal_undo_step_new:
 * @span: where the act stands
 * @title: its title
 * @first: (nullable): its first change, which says what it is about; %NULL for one about many
 * things
 *
 * Returns: (transfer full): a step
 */
PalUndoStep *
pal_undo_step_new (const PalLogSpan *span, const char *title, const PalChange *first)
{
  PalUndoStep *step = g_new0 (PalUndoStep, 1);

  step->span = *span;
  step->title = g_strdup (title);
  if (first != NULL)
    {
      step->kind = first->kind;
      step->record = g_strdup (first->record);
      step->node = g_strdup (first->node);
    }

  return step;
}

/**
 * pal_undo_step_copy:
 * @step: a step
 *
 * Returns: (transfer full): the same once more
 */
PalUndoStep *
pal_undo_step_copy (const PalUndoStep *step)
{
  PalUndoStep *copy = g_memdup2 (step, sizeof *step);

  copy->title = g_strdup (step->title);
  copy->record = g_strdup (step->record);
  copy->node = g_strdup (step->node);

  return copy;
}

/**
 * pal_undo_step_free:
 * @step: (transfer full): a step
 */
void
pal_undo_step_free (PalUndoStep *step)
{
  g_free (step->title);
  g_free (step->record);
  g_free (step->node);
  g_free (step);
}

/**
 * pal_undo_new:
 * @max_steps: how many acts are remembered
 *
 * Returns: (transfer full): empty stacks
 */
PalUndo *
pal_undo_new (guint max_steps)
{
  PalUndo *self = g_new0 (PalUndo, 1);

  g_return_val_if_fail (max_steps > 0, self);

  self->max_steps = max_steps;
  self->newest = -1;

  return self;
}

/**
 * pal_undo_clear:
 * @self: stacks
 *
 * Forgets everything.
 */
void
pal_undo_clear (PalUndo *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->steps); i++)
    g_queue_clear_full (&self->steps[i], (GDestroyNotify) pal_undo_step_free);
  self->newest = -1;
}

/**
 * pal_undo_free:
 * @self: (transfer full): stacks
 */
void
pal_undo_free (PalUndo *self)
{
  pal_undo_clear (self);
  g_free (self);
}

static void
put (PalUndo *self, PalUndoWay way, PalUndoStep *step)
{
  g_queue_push_head (&self->steps[way], step);
  if (g_queue_get_length (&self->steps[way]) > self->max_steps)
    pal_undo_step_free (g_queue_pop_tail (&self->steps[way]));
  self->newest = way;
}

/**
 * pal_undo_note:
 * @self: stacks
 * @step: (transfer full): a new act
 *
 * Somebody did something new: it can be undone next, and nothing can be done again any more. An act
 * that it replaced, because a stint of typing went on, gives it its place.
 */
void
pal_undo_note (PalUndo *self, PalUndoStep *step)
{
  GQueue *back = &self->steps[PAL_UNDO_BACK];
  PalUndoStep *top;

  step->number = ++self->n_written;
  g_queue_clear_full (&self->steps[PAL_UNDO_FORTH], (GDestroyNotify) pal_undo_step_free);
  while ((top = g_queue_peek_head (back)) != NULL && top->span.after >= step->span.after)
    pal_undo_step_free (g_queue_pop_head (back));
  put (self, PAL_UNDO_BACK, step);
}

/**
 * pal_undo_extend:
 * @self: stacks
 * @span: where something stands that followed from the act before it, without anybody's doing
 *
 * What follows from an act is undone with it. If the act is not remembered, neither is this.
 *
 * Returns: whether it belongs to an act that is remembered
 */
gboolean
pal_undo_extend (PalUndo *self, const PalLogSpan *span)
{
  PalUndoStep *top = self->newest >= 0 ? g_queue_peek_head (&self->steps[self->newest]) : NULL;

  self->n_written++;
  if (top == NULL || span->after > top->span.until || span->until < top->span.until)
    return FALSE;
  top->span.until = span->until;

  return TRUE;
}

/**
 * pal_undo_peek:
 * @self: stacks
 * @way: which one
 *
 * Returns: (transfer none) (nullable): what would be undone, or done again, next
 */
const PalUndoStep *
pal_undo_peek (PalUndo *self, PalUndoWay way)
{
  return g_queue_peek_head (&self->steps[way]);
}

/**
 * pal_undo_take:
 * @self: stacks
 * @way: which one
 *
 * Returns: (transfer full) (nullable): what is undone, or done again, now; to be followed by
 *   pal_undo_turn()
 */
PalUndoStep *
pal_undo_take (PalUndo *self, PalUndoWay way)
{
  return g_queue_pop_head (&self->steps[way]);
}

/**
 * pal_undo_turn:
 * @self: stacks
 * @way: from which one @step was taken
 * @step: (transfer full): with the span in which it was reverted
 *
 * Puts a step that was undone where it can be done again, and the other way round.
 */
void
pal_undo_turn (PalUndo *self, PalUndoWay way, PalUndoStep *step)
{
  put (self, way == PAL_UNDO_BACK ? PAL_UNDO_FORTH : PAL_UNDO_BACK, step);
}
