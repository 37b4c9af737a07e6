// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* All that is said and not settled yet, with the way to each question. */

#define PAL_TYPE_COMMENTS_PAGE (pal_comments_page_get_type ())
G_DECLARE_FINAL_TYPE (PalCommentsPage, pal_comments_page, PAL, COMMENTS_PAGE, AdwBin)

GtkWidget *pal_comments_page_new (PalSession *session);

G_END_DECLS
