// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One step of the process strip: what, when, and how far away that is. */

#define PAL_TYPE_MILESTONE (pal_milestone_get_type ())
G_DECLARE_FINAL_TYPE (PalMilestone, pal_milestone, PAL, MILESTONE, GtkWidget)

GtkWidget *pal_milestone_new (const char *title);
/* date: (nullable): NULL is not known. today: for the distance. */
void pal_milestone_set_date (PalMilestone *self, GDateTime *date, GDateTime *today);

G_END_DECLS
