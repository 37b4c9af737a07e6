// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Sending: review what goes, sign, send or keep a copy, and see where earlier archives are. */

#define PAL_TYPE_SEND_PAGE (pal_send_page_get_type ())
G_DECLARE_FINAL_TYPE (PalSendPage, pal_send_page, PAL, SEND_PAGE, AdwBin)

GtkWidget *pal_send_page_new (PalSession *session);

G_END_DECLS
