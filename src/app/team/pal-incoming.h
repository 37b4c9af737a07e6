// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A package that somebody opens, from wherever: it is verified, and then shown where it belongs. A
 * section becomes a working dossier; a return goes to the dossier from which it was handed out;
 * translations go to those who translate. */

/* Whether a file is one, by its name. */
gboolean pal_incoming_is_package (const char *path);
void pal_incoming_open (GtkWindow *window, const char *path);
/* Lets the person pick one. */
void pal_incoming_pick (GtkWindow *window);

G_END_DECLS
