// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* A text of any length, in an editor that grows. */

#define PAL_TYPE_TEXT_QUESTION_ROW (pal_text_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalTextQuestionRow, pal_text_question_row, PAL, TEXT_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
