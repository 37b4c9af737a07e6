// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* Text to be read, and results that nobody types. */

#define PAL_TYPE_NOTE_QUESTION_ROW (pal_note_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalNoteQuestionRow, pal_note_question_row, PAL, NOTE_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
