// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The backups of a dossier: which there are and why, what going back to one would change, and the
 * way back, which is one act and can be undone. */

#define PAL_TYPE_BACKUPS_PAGE (pal_backups_page_get_type ())
G_DECLARE_FINAL_TYPE (PalBackupsPage, pal_backups_page, PAL, BACKUPS_PAGE, AdwBin)

GtkWidget *pal_backups_page_new (PalSession *session);

G_END_DECLS
