// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the program is, and whose. */

GtkWidget *pal_about_window_new (GtkWindow *parent);

G_END_DECLS
