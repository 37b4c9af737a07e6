// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* A day: typed, or picked from a calendar. */

#define PAL_TYPE_DATE_QUESTION_ROW (pal_date_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalDateQuestionRow, pal_date_question_row, PAL, DATE_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
