// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-arrival.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What came back: first what it would bring, article by article; then one merge, which is one undo.
 */

#define PAL_TYPE_RETURN_WINDOW (pal_return_window_get_type ())
G_DECLARE_FINAL_TYPE (PalReturnWindow, pal_return_window, PAL, RETURN_WINDOW, AdwWindow)

/* session: of the dossier from which it was handed out, open in parent. */
GtkWidget *pal_return_window_new (GtkWindow *parent, PalSession *session, PalArrival *arrival);

G_END_DECLS
