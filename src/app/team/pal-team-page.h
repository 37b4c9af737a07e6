// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Who works on which article until when, what is out and what came back; in a working dossier, what
 * was handed out and how it goes back. */

#define PAL_TYPE_TEAM_PAGE (pal_team_page_get_type ())
G_DECLARE_FINAL_TYPE (PalTeamPage, pal_team_page, PAL, TEAM_PAGE, AdwBin)

GtkWidget *pal_team_page_new (PalSession *session);

G_END_DECLS
