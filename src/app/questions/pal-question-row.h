// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One question on a page, whatever its type: its words, its guidance, what is wrong with it, and
 * below them the widget of a subclass that takes the answer. Rows are dumb: they show the response
 * and tell it what the person does. */

#define PAL_TYPE_QUESTION_ROW (pal_question_row_get_type ())
G_DECLARE_DERIVABLE_TYPE (PalQuestionRow, pal_question_row, PAL, QUESTION_ROW, GtkWidget)

struct _PalQuestionRowClass
{
  GtkWidgetClass parent_class;

  /* Makes the widgets, once. */
  void (*build) (PalQuestionRow *self);
  /* (nullable): value, choices or state may differ: shows them, emits nothing. */
  void (*refresh) (PalQuestionRow *self);
  /* (nullable): gives the focus to the answer; by default to the field. */
  gboolean (*focus_answer) (PalQuestionRow *self);
};

/* Sets the row up; called once by pal_row_types. */
void pal_question_row_construct (PalQuestionRow *self, PalQuestionContext *context,
                                 PalFormControl *control, PalNode *node, PalNode *around);
/* The question that a card is about: large type, and the number when the card has no other title.
 */
void pal_question_row_set_lead (PalQuestionRow *self, guint number, const char *fallback_title);

/* The nodes may go now; whoever has the focus hears of it only later. */
void pal_question_row_let_go (PalQuestionRow *self);

/* Shows everything anew. Refreshing is FALSE again when a person does something. */
void pal_question_row_refresh (PalQuestionRow *self);
gboolean pal_question_row_is_refreshing (PalQuestionRow *self);

/* What is wrong is shown from now on, also that an answer is missing. */
void pal_question_row_reveal_problem (PalQuestionRow *self);
gboolean pal_question_row_is_revealed (PalQuestionRow *self);
gboolean pal_question_row_focus_answer (PalQuestionRow *self);
gboolean pal_question_row_toggle_guidance (PalQuestionRow *self);
/* Shows a button for it beside the words of the question; Shift+F1 and the menu are always there.
 */
void pal_question_row_offer_why (PalQuestionRow *self);
/* Says why the question is as it is, in a window. */
void pal_question_row_explain (PalQuestionRow *self);

PalQuestionContext *pal_question_row_get_context (PalQuestionRow *self);
PalResponse *pal_question_row_get_response (PalQuestionRow *self);
PalFormControl *pal_question_row_get_control (PalQuestionRow *self);
PalNode *pal_question_row_get_node (PalQuestionRow *self);   /* (nullable) */
PalNode *pal_question_row_get_around (PalQuestionRow *self); /* (nullable) */
const char *pal_question_row_get_title (PalQuestionRow *self);

/* For subclasses. */
const char *pal_question_row_get_value (PalQuestionRow *self);
gboolean pal_question_row_is_readonly (PalQuestionRow *self);
void pal_question_row_answer (PalQuestionRow *self, const char *value);
void pal_question_row_add (PalQuestionRow *self, GtkWidget *child);
GtkWidget *pal_question_row_get_field (PalQuestionRow *self); /* (nullable) */
/* The widget that has the name, the state and the focus of the answer. */
void pal_question_row_set_field (PalQuestionRow *self, GtkWidget *field);
/* A question whose words stand elsewhere: on its button, or as its own text. */
void pal_question_row_hide_title (PalQuestionRow *self);

G_END_DECLS
