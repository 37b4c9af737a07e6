// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* All pages of the questionnaire: draft, ready, cleared; what is open on each; and the edition that
 * is frozen when all are cleared. */

#define PAL_TYPE_CLEARANCE_PAGE (pal_clearance_page_get_type ())
G_DECLARE_FINAL_TYPE (PalClearancePage, pal_clearance_page, PAL, CLEARANCE_PAGE, AdwBin)

GtkWidget *pal_clearance_page_new (PalSession *session);

G_END_DECLS
