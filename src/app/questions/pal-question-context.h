// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-record.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the questions of one page share: their record, and who shows which node. It hears of each
 * change once and refreshes only what the response names. */

#define PAL_TYPE_QUESTION_CONTEXT (pal_question_context_get_type ())
G_DECLARE_FINAL_TYPE (PalQuestionContext, pal_question_context, PAL, QUESTION_CONTEXT, GObject)

/* A place on the page where a question stands, or would if it were relevant. */
typedef struct _PalQuestionSlot PalQuestionSlot;
struct _PalQuestionSlot
{
  PalFormControl *control;
  PalNode *node;   /* (nullable): repeats and presentation groups have none of their own */
  PalNode *around; /* (nullable): the row around it */
  GtkWidget *row;  /* (nullable): made when the question is first relevant */
  void (*update) (PalQuestionSlot *slot);
  gpointer owner; /* for update */
};

PalQuestionContext *pal_question_context_new (PalRecord *record);

PalRecord *pal_question_context_get_record (PalQuestionContext *self);
PalResponse *pal_question_context_get_response (PalQuestionContext *self);

void pal_question_context_watch (PalQuestionContext *self, PalQuestionSlot *slot);
void pal_question_context_unwatch (PalQuestionContext *self, PalQuestionSlot *slot);
PalQuestionSlot *pal_question_context_find (PalQuestionContext *self, PalNode *node);

/* Locked: answers cannot be changed by accident. Whoever tries is told why by who shows the page.
 */
void pal_question_context_set_locked (PalQuestionContext *self, gboolean locked);
gboolean pal_question_context_is_locked (PalQuestionContext *self);
void pal_question_context_refuse (PalQuestionContext *self);

/* Asks whoever shows the page to go to a question, here or elsewhere. */
void pal_question_context_go_to (PalQuestionContext *self, const char *path);

/* The text of an answer, with its undo: one per node and record, outliving the page. */
GtkTextBuffer *pal_question_context_get_buffer (PalQuestionContext *self, PalNode *node);

/* Signals:
 *  "update-begins", "update-ended": around the refreshing after one change
 *  "go-to" (const char *path): a person wants to see that question
 *  "refused": a person tried to change an answer while it is locked
 *  "language-changed": questions speak another language; what stands around them should, too
 */

G_END_DECLS
