// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Questions one below the other: those of a card, a group or a repeat row. A question gets its
 * widgets when it is first relevant, and keeps them, hidden, when it is not any more. */

#define PAL_TYPE_QUESTION_LIST (pal_question_list_get_type ())
G_DECLARE_FINAL_TYPE (PalQuestionList, pal_question_list, PAL, QUESTION_LIST, GtkWidget)

/* controls: (element-type PalFormControl). around: (nullable): the repeat row. lead: (nullable):
 * the control among them that the card is about; number: shown beside it, 0 for none; title:
 * (nullable): the card's, for a lead without words. */
GtkWidget *pal_question_list_new (PalQuestionContext *context, GPtrArray *controls, PalNode *around,
                                  PalFormControl *lead, guint number, const char *title);

/* title: (nullable): the card's, for a lead without words. */
void pal_question_list_set_title (PalQuestionList *self, const char *title);
PalQuestionRow *pal_question_list_get_lead (PalQuestionList *self); /* (nullable) */

/* Before a widget with lists in it is taken away because its row of the record is gone. */
void pal_question_list_let_go (GtkWidget *widget);

G_END_DECLS
