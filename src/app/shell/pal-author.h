// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for the name that stands beside one's answers, and keeps it in the settings. */
void pal_author_edit (GtkWidget *parent, GSettings *settings);

G_END_DECLS
