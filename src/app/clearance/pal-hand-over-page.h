// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* For a new focal point: who did what, what is open, why it was decided so; saved as a file, with
 * the trail of all changes and whether it is whole. */

#define PAL_TYPE_HAND_OVER_PAGE (pal_hand_over_page_get_type ())
G_DECLARE_FINAL_TYPE (PalHandOverPage, pal_hand_over_page, PAL, HAND_OVER_PAGE, AdwBin)

GtkWidget *pal_hand_over_page_new (PalSession *session);

G_END_DECLS
