// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include "pal-clearance.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One page in the list of all: a tick to pick it, its state, what is open. */

#define PAL_TYPE_PAGE_ROW (pal_page_row_get_type ())
G_DECLARE_FINAL_TYPE (PalPageRow, pal_page_row, PAL, PAGE_ROW, AdwActionRow)

GtkWidget *pal_page_row_new (const char *path);
const char *pal_page_row_get_path (PalPageRow *self);
void pal_page_row_show (PalPageRow *self, PalSession *session, const PalPageClearance *page);
gboolean pal_page_row_is_picked (PalPageRow *self); /* notify::picked */

G_END_DECLS
