// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What went out of a dossier, to whom as far as it is known, and which consents were taken back. */

#define PAL_TYPE_SENT_WINDOW (pal_sent_window_get_type ())
G_DECLARE_FINAL_TYPE (PalSentWindow, pal_sent_window, PAL, SENT_WINDOW, AdwWindow)

/* parent: a widget of the window before which it stands. record: (nullable): id of a consultation
 * or a stakeholder's card; NULL: all. */
GtkWidget *pal_sent_window_new (GtkWidget *parent, PalSession *session, const char *record);

G_END_DECLS
