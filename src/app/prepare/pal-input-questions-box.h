// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What the questionnaire asks about the articles of an input, above its points: to be read, and to
 * link a point to a question. Shown on the page of this path alone. */

#define PAL_INPUT_QUESTIONS_PAGE "/input/card/points"

#define PAL_TYPE_INPUT_QUESTIONS_BOX (pal_input_questions_box_get_type ())
G_DECLARE_FINAL_TYPE (PalInputQuestionsBox, pal_input_questions_box, PAL, INPUT_QUESTIONS_BOX,
                      AdwBin)

GtkWidget *pal_input_questions_box_new (PalSession *session);

G_END_DECLS
