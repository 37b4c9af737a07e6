// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Says in plain words who signed a package, whether they are known, and what is in it. */

#define PAL_TYPE_VERIFY_WINDOW (pal_verify_window_get_type ())
G_DECLARE_FINAL_TYPE (PalVerifyWindow, pal_verify_window, PAL, VERIFY_WINDOW, AdwWindow)

/* (transfer none): a window that looks by itself. parent: (nullable) */
GtkWidget *pal_verify_window_new (GtkWindow *parent, const char *path);
/* Asks which file, and shows it. */
void pal_verify_window_pick (GtkWindow *parent);

G_END_DECLS
