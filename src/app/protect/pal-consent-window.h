// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Somebody takes back what they agreed to: what goes, which answers rest on it, what is out
 * already; then it goes, as one act. */

#define PAL_TYPE_CONSENT_WINDOW (pal_consent_window_get_type ())
G_DECLARE_FINAL_TYPE (PalConsentWindow, pal_consent_window, PAL, CONSENT_WINDOW, AdwWindow)

/* parent: a widget of the window before which it stands. record: id of a consultation or a
 * stakeholder's card. */
GtkWidget *pal_consent_window_new (GtkWidget *parent, PalSession *session, const char *record);

/* Asks, then takes a record and its texts out for good. */
void pal_delete_for_good (GtkWidget *parent, PalSession *session, const char *record);

G_END_DECLS
