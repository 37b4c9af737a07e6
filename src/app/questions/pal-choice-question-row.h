// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* One answer of several: toggles when they are few and short, a list, or a menu when they are many.
 */

#define PAL_TYPE_CHOICE_QUESTION_ROW (pal_choice_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalChoiceQuestionRow, pal_choice_question_row, PAL, CHOICE_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
