// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The whole review in one picture: how far it is, when it is due, and every article by instrument.
 */

#define PAL_TYPE_OVERVIEW_PAGE (pal_overview_page_get_type ())
G_DECLARE_FINAL_TYPE (PalOverviewPage, pal_overview_page, PAL, OVERVIEW_PAGE, AdwBin)

GtkWidget *pal_overview_page_new (PalSession *session);

G_END_DECLS
