// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-merge.h"

G_BEGIN_DECLS

/* Undo over the acts of a session, whatever they were about: answers, rows, records, what was
 * brought in. Undoing reverts the span of an act in the log, as one more act; redoing reverts that.
 * Nothing ever goes from the log. */

#define PAL_UNDO_STEPS 200 /* acts that are remembered */

#define PAL_UNDO_ACT "Undo" /* title of acts that take one back */

typedef enum
{
  PAL_UNDO_BACK, /* undo */
  PAL_UNDO_FORTH /* redo */
} PalUndoWay;

/* One act that can be taken back, and what it was about. */
typedef struct
{
  PalLogSpan span;
  char *title;        /* of the act */
  PalChangeKind kind; /* of its first change */
  char *record;       /* (nullable): NULL when it was about several: a merge */
  char *node;         /* (nullable) */
  guint64 number;     /* how often something had been written when this was: one more than the last
                       * one that somebody saw means that nothing else was written between them */
} PalUndoStep;

PalUndoStep *pal_undo_step_new (const PalLogSpan *span, const char *title,
                                const PalChange *first) G_GNUC_WARN_UNUSED_RESULT;
PalUndoStep *pal_undo_step_copy (const PalUndoStep *step) G_GNUC_WARN_UNUSED_RESULT;
void pal_undo_step_free (PalUndoStep *step);

/* --- the two stacks, nothing else; one thread at a time */

typedef struct _PalUndo PalUndo;

PalUndo *pal_undo_new (guint max_steps) G_GNUC_WARN_UNUSED_RESULT;
void pal_undo_free (PalUndo *self);
void pal_undo_clear (PalUndo *self);
void pal_undo_note (PalUndo *self, PalUndoStep *step);
gboolean pal_undo_extend (PalUndo *self, const PalLogSpan *span);
const PalUndoStep *pal_undo_peek (PalUndo *self, PalUndoWay way);
PalUndoStep *pal_undo_take (PalUndo *self, PalUndoWay way) G_GNUC_WARN_UNUSED_RESULT;
void pal_undo_turn (PalUndo *self, PalUndoWay way, PalUndoStep *step);

/* --- those of a dossier: every act written through it is noted, in order, on its worker */

typedef struct
{
  PalUndoStep *step;  /* what was taken back, or done again */
  GPtrArray *changes; /* (element-type PalChange): what to show, see pal_dossier_read_span() */
} PalUndone;
void pal_undone_free (PalUndone *undone);

/* Any thread. (nullable): NULL when there is nothing. */
PalUndoStep *pal_dossier_dup_undo_step (PalDossier *self, PalUndoWay way) G_GNUC_WARN_UNUSED_RESULT;
/* From here on nothing of what was done so far is undone. Any thread. */
void pal_dossier_forget_undo (PalDossier *self);

/* NULL without an error when there is nothing to undo. */
PalUndone *pal_dossier_undo (PalDossier *self, PalUndoWay way, GError **error);
void pal_dossier_undo_async (PalDossier *self, PalUndoWay way, GAsyncReadyCallback callback,
                             gpointer user_data);
PalUndone *pal_dossier_undo_finish (PalDossier *self, GAsyncResult *result, GError **error);

/* The last act in the log, also of an earlier session: FALSE without an error when there is none.
 * Blocking. */
gboolean
pal_dossier_find_last_act (PalDossier *self, PalLogSpan *span, char **title, GError **error);

/* What stands in a span of the log, as it is now: what an open record has to show. */
GPtrArray *pal_dossier_read_span (PalDossier *self, const PalLogSpan *span, GError **error);
void pal_dossier_read_span_async (PalDossier *self, const PalLogSpan *span,
                                  GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_read_span_finish (PalDossier *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalUndo, pal_undo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalUndoStep, pal_undo_step_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalUndone, pal_undone_free)

/* Signal of PalDossier, in the main context: "undo-changed": what can be undone or done again is
 * another now. */

G_END_DECLS
