// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* What can be asked about a question, with a key or from its menu: why it is so, its history, the
 * comments on it, and to take words out. */

/* Once for the class of all rows, and once for each row. */
void pal_question_menu_install (GtkWidgetClass *klass);
void pal_question_menu_attach (PalQuestionRow *row);

/* Only what takes an answer has a history. */
gboolean pal_question_menu_has_history (PalQuestionRow *row);
/* (transfer none): "Why is this shown?", or what else may be asked now. */
const char *pal_question_menu_get_why (PalQuestionRow *row);

G_END_DECLS
