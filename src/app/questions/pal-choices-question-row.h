// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Any number of answers of several. */

#define PAL_TYPE_CHOICES_QUESTION_ROW (pal_choices_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalChoicesQuestionRow, pal_choices_question_row, PAL, CHOICES_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
