// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-return-summary.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One article of a return, to be unfolded: each answer, as it is and as it would be. */

#define PAL_TYPE_RETURN_PAGE_ROW (pal_return_page_row_get_type ())
G_DECLARE_FINAL_TYPE (PalReturnPageRow, pal_return_page_row, PAL, RETURN_PAGE_ROW, AdwExpanderRow)

/* page: is copied as far as it is needed. */
GtkWidget *pal_return_page_row_new (PalSession *session, const PalReturnPage *page);

G_END_DECLS
