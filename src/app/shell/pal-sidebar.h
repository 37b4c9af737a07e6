// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The way through a dossier: the pages of its questionnaire with how far they are, and below them
 * the rows of pal_page_types[]. */

#define PAL_TYPE_SIDEBAR (pal_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (PalSidebar, pal_sidebar, PAL, SIDEBAR, GtkWidget)

void pal_sidebar_set_session (PalSidebar *self, PalSession *session);
/* id: of a page type, or the path of a page's group. */
void pal_sidebar_select (PalSidebar *self, const char *id);
gboolean pal_sidebar_grab_focus (PalSidebar *self);
/* The outline page before or after one that is shown now; skips those that are not relevant. */
const char *pal_sidebar_get_neighbour (PalSidebar *self, const char *id, int step);

const char *pal_sidebar_get_page_id (PalOutlinePage *page);

/* Signals:
 *  "page-selected" (const char *id)
 *  "page-activated" (const char *id): chosen for good, by a click or Return
 */

G_END_DECLS
