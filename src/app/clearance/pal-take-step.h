// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearing.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A step from a button: what is open is shown first, and one may go on all the same; opening a page
 * again asks for a reason. parent: a widget of the window. pages: (nullable): all, to clear. */

void pal_take_step (GtkWidget *parent, PalClearing *clearing, PalPageState next,
                    const char *const *pages);
/* The same with what is open. */
void pal_take_step_anyway (GtkWidget *parent, PalClearing *clearing, PalPageState next,
                           const char *const *pages);
/* Why not, and the way to change it: for who tried to change an answer that is cleared. */
void pal_tell_locked (GtkWidget *parent, PalClearing *clearing, const char *page);

G_END_DECLS
