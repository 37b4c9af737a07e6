// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What came from outside: the list, and one of them. */

#define PAL_TYPE_INBOX_PAGE (pal_inbox_page_get_type ())
G_DECLARE_FINAL_TYPE (PalInboxPage, pal_inbox_page, PAL, INBOX_PAGE, AdwBin)

GtkWidget *pal_inbox_page_new (PalSession *session);

G_END_DECLS
