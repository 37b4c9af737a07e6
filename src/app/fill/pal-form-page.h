// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outline.h"
#include "pal-record.h"

#include "pal-question-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One page of a form: its title and its cards, filled in through a record. Any record will do: an
 * article of the questionnaire, a consultation, a stakeholder. Scrolls by itself. */

#define PAL_TYPE_FORM_PAGE (pal_form_page_get_type ())
G_DECLARE_FINAL_TYPE (PalFormPage, pal_form_page, PAL, FORM_PAGE, GtkWidget)

/* page: of outline, which is of the record's form. */
GtkWidget *pal_form_page_new (PalRecord *record, PalOutline *outline, PalOutlinePage *page);

PalOutlinePage *pal_form_page_get_page (PalFormPage *self);
PalQuestionContext *pal_form_page_get_context (PalFormPage *self); /* of its questions */
/* A widget between the title and the cards: how the page stands. (nullable) */
void pal_form_page_set_header (PalFormPage *self, GtkWidget *header);
GtkWidget *pal_form_page_get_header (PalFormPage *self); /* (nullable) */
/* A widget below the cards, such as the way to the next page. (nullable) */
void pal_form_page_set_footer (PalFormPage *self, GtkWidget *footer);
GtkWidget *pal_form_page_get_footer (PalFormPage *self); /* (nullable) */

/* Shows a question, with what is wrong with it, and gives it the focus, now or as soon as the page
 * is on screen. FALSE when it is not here or not relevant. */
gboolean pal_form_page_show_question (PalFormPage *self, PalNode *node);
/* (nullable): the question that has the focus. */
PalNode *pal_form_page_get_focus_question (PalFormPage *self);
/* Gives the focus to the first question. */
void pal_form_page_focus_first (PalFormPage *self);

double pal_form_page_get_scroll (PalFormPage *self); /* pixels */
void pal_form_page_set_scroll (PalFormPage *self, double scroll);

G_END_DECLS
