// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearing.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What is open on a page, or on several, each with the way to its question; and the steps that can
 * be taken from there, also with what is open. */

#define PAL_TYPE_CHECK_WINDOW (pal_check_window_get_type ())
G_DECLARE_FINAL_TYPE (PalCheckWindow, pal_check_window, PAL, CHECK_WINDOW, AdwWindow)

/* pages: (nullable): all that are not cleared. next: the step that was wanted. */
PalCheckWindow *pal_check_window_new (GtkWidget *parent, PalClearing *clearing,
                                      const char *const *pages, PalPageState next);

G_END_DECLS
