// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The keys of the program: one table for what they do and for the window that lists them. */

void pal_shortcuts_install (GtkApplication *application);
GtkWidget *pal_shortcuts_window_new (GtkWindow *parent);

G_END_DECLS
