// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearing.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How one page stands, and the steps that can be taken from there: stands above its questions. */

#define PAL_TYPE_STATE_BAR (pal_state_bar_get_type ())
G_DECLARE_FINAL_TYPE (PalStateBar, pal_state_bar, PAL, STATE_BAR, GtkWidget)

GtkWidget *pal_state_bar_new (PalClearing *clearing, const char *page);

G_END_DECLS
