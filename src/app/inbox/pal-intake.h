// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Files from outside on their way into the inbox of the dossier that a window shows. */

/* Whether a file goes to the inbox by its name; packages are asked what they are first. */
gboolean pal_intake_is_input (const char *path);
void pal_intake_open (GtkWindow *window, const char *path);
/* Asks for a file, and gives it to whatever it is for. widget: in the window of a dossier */
void pal_intake_pick (GtkWidget *widget);
/* Files that are dropped onto a window are opened. */
void pal_intake_accept_drops (GtkWidget *window);

G_END_DECLS
