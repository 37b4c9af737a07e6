// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A bin with a natural width of its own choice: AdwLeaflet folds by natural widths, and those of
 * wrapped text say nothing. The minimum stays that of the child. */

#define PAL_TYPE_PANE (pal_pane_get_type ())
G_DECLARE_FINAL_TYPE (PalPane, pal_pane, PAL, PANE, GtkWidget)

void pal_pane_set_child (PalPane *self, GtkWidget *child);
GtkWidget *pal_pane_get_child (PalPane *self);

G_END_DECLS
