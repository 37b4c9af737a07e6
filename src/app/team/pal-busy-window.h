// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Says that something takes time, if it does, and lets the person stop it. */

/* (transfer none): shows itself after a moment. */
GtkWidget *pal_busy_window_begin (GtkWindow *parent, const char *words, GCancellable *cancellable);
void pal_busy_window_end (GtkWidget *window); /* window: (nullable) */

G_END_DECLS
