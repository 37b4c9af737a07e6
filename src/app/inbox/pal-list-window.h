// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A list of stakeholders that others wrote: what was understood of it, what a person says to that,
 * and only then cards. */

#define PAL_TYPE_LIST_WINDOW (pal_list_window_get_type ())
G_DECLARE_FINAL_TYPE (PalListWindow, pal_list_window, PAL, LIST_WINDOW, AdwWindow)

/* Asks for the file first. */
void pal_list_window_pick (GtkWidget *parent, PalSession *session);
/* parent: (nullable) */
GtkWidget *pal_list_window_new (GtkWindow *parent, PalSession *session, const char *path);

G_END_DECLS
