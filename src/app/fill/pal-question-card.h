// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"
#include "pal-question-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One numbered card of a page: which duty, how strong it is, the question, and what follows from
 * the answer. */

#define PAL_TYPE_QUESTION_CARD (pal_question_card_get_type ())
G_DECLARE_FINAL_TYPE (PalQuestionCard, pal_question_card, PAL, QUESTION_CARD, GtkWidget)

GtkWidget *pal_question_card_new (PalQuestionContext *context, PalOutlineCard *card);
PalOutlineCard *pal_question_card_get_card (PalQuestionCard *self);
/* places: (element-type PalPointPlace): what was said about the page. */
void pal_question_card_show_heard (PalQuestionCard *self, GPtrArray *places);

G_END_DECLS
