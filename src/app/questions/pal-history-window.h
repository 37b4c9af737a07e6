// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* How one answer came to what it is: who wrote what and when, each version beside the one before
 * it, with the way back to any of them. */

#define PAL_TYPE_HISTORY_WINDOW (pal_history_window_get_type ())
G_DECLARE_FINAL_TYPE (PalHistoryWindow, pal_history_window, PAL, HISTORY_WINDOW, AdwWindow)

/* row: a question with a node. */
PalHistoryWindow *pal_history_window_new (PalQuestionRow *row);

G_END_DECLS
