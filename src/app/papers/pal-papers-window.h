// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Letters and reports from the records: which, in which language and format; what stands on it and
 * what is to be looked at are shown before it is saved. */

#define PAL_TYPE_PAPERS_WINDOW (pal_papers_window_get_type ())
G_DECLARE_FINAL_TYPE (PalPapersWindow, pal_papers_window, PAL, PAPERS_WINDOW, AdwWindow)

/* parent: (nullable); kind: (nullable): the one to begin with */
GtkWidget *pal_papers_window_new (GtkWindow *parent, PalSession *session, const char *kind);
/* About a record: a consultation, or the card of somebody who raised points; point: (nullable): row
 * of one of its points. */
GtkWidget *pal_papers_window_new_about (GtkWidget *parent, PalSession *session, const char *kind,
                                        const char *record, const char *point);
/* What follows once it is known where. */
void pal_papers_window_save (PalPapersWindow *self, const char *path);

G_END_DECLS
