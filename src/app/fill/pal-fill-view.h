// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The questionnaire of a session, a page at a time: pages are built when first shown, and the six
 * that were shown last are kept. */

#define PAL_TYPE_FILL_VIEW (pal_fill_view_get_type ())
G_DECLARE_FINAL_TYPE (PalFillView, pal_fill_view, PAL, FILL_VIEW, GtkWidget)

GtkWidget *pal_fill_view_new (PalSession *session);

PalOutlinePage *pal_fill_view_get_page (PalFillView *self); /* (nullable); notify::page */
void pal_fill_view_show_page (PalFillView *self, PalOutlinePage *page);
/* path: of a node, with row ids; shows its page and gives it the focus. */
gboolean pal_fill_view_show_question (PalFillView *self, const char *path);
/* From the focus onwards, then from the first page; FALSE when all is answered. */
gboolean pal_fill_view_next_unanswered (PalFillView *self);
/* The next of these questions behind the one with the focus, or else the first. paths:
 * (element-type utf8) */
gboolean pal_fill_view_next_of (PalFillView *self, GPtrArray *paths);

G_END_DECLS
