// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In a working dossier: pages that were not handed out are for reading, and say so. */

/* path: of a page or a question of the questionnaire. */
gboolean pal_reading_is_only (PalSession *session, const char *path);
/* Stands above the questions of such a page. */
GtkWidget *pal_reading_note_new (void);
/* Somebody tried to write all the same. */
void pal_reading_tell (GtkWidget *widget);

G_END_DECLS
