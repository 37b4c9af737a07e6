// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A strip below the header bar that says what is wrong and what can be done. */

#define PAL_TYPE_BANNER (pal_banner_get_type ())
G_DECLARE_FINAL_TYPE (PalBanner, pal_banner, PAL, BANNER, GtkWidget)

/* text: (nullable): NULL folds it away. button, action: (nullable). */
void pal_banner_set (PalBanner *self, const char *text, const char *button, const char *action);
gboolean pal_banner_is_shown (PalBanner *self);

G_END_DECLS
