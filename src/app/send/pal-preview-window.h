// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-submission-preview.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What exactly would go of one record, what stays here and why; and whether it may go. */

typedef enum
{
  PAL_PREVIEW_CLOSED, /* nothing was decided */
  PAL_PREVIEW_GOES,
  PAL_PREVIEW_STAYS
} PalPreviewAnswer;

#define PAL_TYPE_PREVIEW_WINDOW (pal_preview_window_get_type ())
G_DECLARE_FINAL_TYPE (PalPreviewWindow, pal_preview_window, PAL, PREVIEW_WINDOW, AdwWindow)

/* parent: a widget of the window before which it stands. file: one of the submission's, for which
 * pal_submission_has_preview(). */
void pal_preview_window_ask_async (GtkWidget *parent, PalSubmission *submission,
                                   const PalSubmissionFile *file, GAsyncReadyCallback callback,
                                   gpointer user_data);
PalPreviewAnswer pal_preview_window_ask_finish (GAsyncResult *result);

G_END_DECLS
