// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Makes pages that people without Palermo fill in: which articles, in which languages, where to. */

#define PAL_TYPE_KIT_WINDOW (pal_kit_window_get_type ())
G_DECLARE_FINAL_TYPE (PalKitWindow, pal_kit_window, PAL, KIT_WINDOW, AdwWindow)

/* parent: (nullable) */
GtkWidget *pal_kit_window_new (GtkWindow *parent, PalSession *session);
/* What follows once it is known where. path: the file, for one language; else the folder. */
void pal_kit_window_make (PalKitWindow *self, const char *path);

G_END_DECLS
