// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Writes a package: a section for a colleague, or what goes back to who handed it out. */

#define PAL_TYPE_HAND_OUT_WINDOW (pal_hand_out_window_get_type ())
G_DECLARE_FINAL_TYPE (PalHandOutWindow, pal_hand_out_window, PAL, HAND_OUT_WINDOW, AdwWindow)

/* person: (nullable): to whom a section goes; NULL: this is a working dossier, and it goes back.
 * pages: (element-type utf8): paths of what it is about. */
GtkWidget *pal_hand_out_window_new (GtkWidget *parent, PalSession *session, const char *person,
                                    GPtrArray *pages);

G_END_DECLS
