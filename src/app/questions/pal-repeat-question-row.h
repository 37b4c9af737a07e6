// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Rows of the same questions: laws, experts, providers. */

#define PAL_TYPE_REPEAT_QUESTION_ROW (pal_repeat_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalRepeatQuestionRow, pal_repeat_question_row, PAL, REPEAT_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
