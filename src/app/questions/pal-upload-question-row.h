// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

G_BEGIN_DECLS

/* A file that is attached to the answer. */

#define PAL_TYPE_UPLOAD_QUESTION_ROW (pal_upload_question_row_get_type ())
G_DECLARE_FINAL_TYPE (PalUploadQuestionRow, pal_upload_question_row, PAL, UPLOAD_QUESTION_ROW,
                      PalQuestionRow)

G_END_DECLS
