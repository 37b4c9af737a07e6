// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Words are taken out of a text that somebody outside government said; where else they stand is
 * shown beside it. */

#define PAL_TYPE_REDACTION_WINDOW (pal_redaction_window_get_type ())
G_DECLARE_FINAL_TYPE (PalRedactionWindow, pal_redaction_window, PAL, REDACTION_WINDOW, AdwWindow)

/* row: a question for which pal_redaction_may(). */
GtkWidget *pal_redaction_window_new (PalQuestionRow *row);

/* Whether a question ever takes such a text, and whether there is one now that may be changed. */
gboolean pal_redaction_is_offered (PalQuestionRow *row);
gboolean pal_redaction_may (PalQuestionRow *row);

G_END_DECLS
