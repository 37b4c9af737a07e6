// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What an input shall be about, and where it is kept: the beginning of its dossier. */

#define PAL_TYPE_NEW_INPUT_WINDOW (pal_new_input_window_get_type ())
G_DECLARE_FINAL_TYPE (PalNewInputWindow, pal_new_input_window, PAL, NEW_INPUT_WINDOW, AdwWindow)

void pal_new_input_window_run_async (GtkWindow *parent, GAsyncReadyCallback callback,
                                     gpointer user_data);
/* Returns: (transfer full) (nullable): the new dossier, open; NULL when it was given up. */
PalDossier *pal_new_input_window_finish (GAsyncResult *result);

G_END_DECLS
