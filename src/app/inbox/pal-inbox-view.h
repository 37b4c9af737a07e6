// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-inbox.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One input that came: who signed it, all that it says, and what is decided on it. Emits "closed"
 * when the person goes back. */

#define PAL_TYPE_INBOX_VIEW (pal_inbox_view_get_type ())
G_DECLARE_FINAL_TYPE (PalInboxView, pal_inbox_view, PAL, INBOX_VIEW, AdwBin)

GtkWidget *pal_inbox_view_new (PalSession *session, const char *id);
const char *pal_inbox_view_get_id (PalInboxView *self);
/* Something was decided on it, or taken back. */
void pal_inbox_view_reload (PalInboxView *self);
void pal_inbox_view_focus (PalInboxView *self);

G_END_DECLS
