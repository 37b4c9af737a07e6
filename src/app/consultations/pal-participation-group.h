// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Where a stakeholder took part, and what came of what they said: each leads to its record. */

#define PAL_STAKEHOLDER_FORM "stakeholder"

#define PAL_TYPE_PARTICIPATION_GROUP (pal_participation_group_get_type ())
G_DECLARE_FINAL_TYPE (PalParticipationGroup, pal_participation_group, PAL, PARTICIPATION_GROUP,
                      AdwPreferencesGroup)

GtkWidget *pal_participation_group_new (PalSession *session, const char *card);

G_END_DECLS
