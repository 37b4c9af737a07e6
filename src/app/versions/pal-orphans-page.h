// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Answers for which the questionnaire has no question, and those that do not fit theirs. */

#define PAL_TYPE_ORPHANS_PAGE (pal_orphans_page_get_type ())
G_DECLARE_FINAL_TYPE (PalOrphansPage, pal_orphans_page, PAL, ORPHANS_PAGE, AdwBin)

GtkWidget *pal_orphans_page_new (PalSession *session);

G_END_DECLS
