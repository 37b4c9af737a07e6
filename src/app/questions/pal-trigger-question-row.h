// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Something to be confirmed. */

#define PAL_TYPE_TRIGGER_QUESTION_ROW (pal_trigger_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalTriggerQuestionRow, pal_trigger_question_row, PAL, TRIGGER_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
