// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What became of a point: the questions of its record that say how it was considered, beside the
 * answer on which somebody works. */

#define PAL_TYPE_CONSIDER_WINDOW (pal_consider_window_get_type ())
G_DECLARE_FINAL_TYPE (PalConsiderWindow, pal_consider_window, PAL, CONSIDER_WINDOW, AdwWindow)

/* Opens the record in the background and presents the window over @parent. record_id: of a
 * consultation; row: path of a point with its row id. */
void pal_consider_window_present (GtkWidget *parent, PalSession *session, const char *record_id,
                                  const char *row);

G_END_DECLS
