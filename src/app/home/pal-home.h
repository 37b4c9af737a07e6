// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The start page: what was open lately, and how to begin. */

#define PAL_TYPE_HOME (pal_home_get_type ())
G_DECLARE_FINAL_TYPE (PalHome, pal_home, PAL, HOME, GtkWidget)

void pal_home_refresh (PalHome *self);
void pal_home_open_menu (PalHome *self);

G_END_DECLS
