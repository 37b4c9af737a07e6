// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-new-dossier.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The focal point and the experts of a new dossier. */

#define PAL_TYPE_PEOPLE_PAGE (pal_people_page_get_type ())
G_DECLARE_FINAL_TYPE (PalPeoplePage, pal_people_page, PAL, PEOPLE_PAGE, AdwPreferencesPage)

/* Puts what was typed into answers. */
void pal_people_page_collect (PalPeoplePage *self, PalNewDossier *answers);

G_END_DECLS
