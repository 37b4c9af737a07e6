// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What an organization hands over to a focal point: all that is in the file before it is saved, and
 * what to do with it afterwards. */

#define PAL_TYPE_HAND_IN_PAGE (pal_hand_in_page_get_type ())
G_DECLARE_FINAL_TYPE (PalHandInPage, pal_hand_in_page, PAL, HAND_IN_PAGE, AdwBin)

GtkWidget *pal_hand_in_page_new (PalSession *session);
/* As if the person had chosen that file; package and key as they stand. */
void pal_hand_in_page_save (PalHandInPage *self, const char *path);

G_END_DECLS
