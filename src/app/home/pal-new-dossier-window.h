// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The assistant for a new dossier: a few short steps, then the file. */

#define PAL_TYPE_NEW_DOSSIER_WINDOW (pal_new_dossier_window_get_type ())
G_DECLARE_FINAL_TYPE (PalNewDossierWindow, pal_new_dossier_window, PAL, NEW_DOSSIER_WINDOW,
                      AdwWindow)

void pal_new_dossier_window_run_async (GtkWindow *parent, GAsyncReadyCallback callback,
                                       gpointer user_data);
/* Returns: (transfer full) (nullable): the new dossier, open; NULL when it was given up. */
PalDossier *pal_new_dossier_window_finish (GAsyncResult *result);

G_END_DECLS
