// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* What stands on a question beside its own words: how much is said about it, and that several
 * people answered it apart from each other. */

typedef struct
{
  GtkWidget *comments;       /* (unowned) (nullable): button */
  GtkWidget *comments_label; /* (unowned) */
  GtkWidget *conflict;       /* (unowned) (nullable): strip */
} PalQuestionMarks;

/* Refreshes row when marks may be others; once. */
void pal_question_marks_watch (PalQuestionRow *row);
/* header: (nullable): where the button goes; above: (nullable): what the strip stands below. */
void pal_question_marks_refresh (PalQuestionMarks *marks, PalQuestionRow *row, GtkWidget *header,
                                 GtkWidget *above);
/* Asks for the comments on the question. */
void pal_question_marks_ask_comments (PalQuestionRow *row);

G_END_DECLS
