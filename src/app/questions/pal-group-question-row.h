// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Questions under a heading of their own. */

#define PAL_TYPE_GROUP_QUESTION_ROW (pal_group_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalGroupQuestionRow, pal_group_question_row, PAL, GROUP_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
