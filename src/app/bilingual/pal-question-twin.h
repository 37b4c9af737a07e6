// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* The place beside an answer where it stands in the second language. */

typedef struct
{
  GtkWidget *pair;    /* (unowned) (nullable): around the answer, if it takes words */
  GtkWidget *caption; /* (unowned): the language of the answer */
  GtkWidget *box;     /* (unowned) (nullable): made when there is a second language */
} PalQuestionTwin;

/* What the row shows instead of child; child itself if it has no twin. */
GtkWidget *pal_question_twin_wrap (PalQuestionTwin *self, PalQuestionRow *row, GtkWidget *child);
void pal_question_twin_refresh (PalQuestionTwin *self, PalQuestionRow *row);

G_END_DECLS
