// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* A line of text, a number, a time. */

#define PAL_TYPE_ENTRY_QUESTION_ROW (pal_entry_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalEntryQuestionRow, pal_entry_question_row, PAL, ENTRY_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
