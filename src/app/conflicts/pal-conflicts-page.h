// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What several people answered differently: the list of it, one after the other with what each
 * wrote, and in the end that nothing is left. */

#define PAL_TYPE_CONFLICTS_PAGE (pal_conflicts_page_get_type ())
G_DECLARE_FINAL_TYPE (PalConflictsPage, pal_conflicts_page, PAL, CONFLICTS_PAGE, AdwBin)

GtkWidget *pal_conflicts_page_new (PalSession *session);

G_END_DECLS
