// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A bin around a list box, or around the scrolled window of a list view, so that Tab enters the
 * list once, on the selected row, and leaves it at the next press; arrows move inside. GTK 4.8
 * makes every row a stop. */

#define PAL_TYPE_ROVING (pal_roving_get_type ())
G_DECLARE_FINAL_TYPE (PalRoving, pal_roving, PAL, ROVING, GtkWidget)

GtkWidget *pal_roving_new (GtkListBox *list);

G_END_DECLS
