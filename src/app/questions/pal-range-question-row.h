// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* A value on a scale. */

#define PAL_TYPE_RANGE_QUESTION_ROW (pal_range_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalRangeQuestionRow, pal_range_question_row, PAL, RANGE_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
