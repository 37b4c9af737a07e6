// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-context.h"
#include "pal-reason.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Why something is as it is, with the way to the answers that decide: plain words first, the form's
 * own expressions behind "Details". */

#define PAL_TYPE_REASON_WINDOW (pal_reason_window_get_type ())
G_DECLARE_FINAL_TYPE (PalReasonWindow, pal_reason_window, PAL, REASON_WINDOW, AdwWindow)

/* subject: (nullable): what it is about. Going to an answer closes the window and asks context. */
PalReasonWindow *
pal_reason_window_new (GtkWidget *parent, PalQuestionContext *context, const char *subject);
void pal_reason_window_add (PalReasonWindow *self, PalReason *reason);
/* titles: (element-type utf8): questions for which reason holds; it is told without its question.
 */
void pal_reason_window_add_for (PalReasonWindow *self, PalReason *reason, GPtrArray *titles);

G_END_DECLS
