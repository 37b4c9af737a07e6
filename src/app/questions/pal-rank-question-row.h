// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Putting things in order. */

#define PAL_TYPE_RANK_QUESTION_ROW (pal_rank_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalRankQuestionRow, pal_rank_question_row, PAL, RANK_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
