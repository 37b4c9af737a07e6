// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearing.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What is other than in the edition that was packed last: question, before, after, why. Not visible
 * before something was packed. */

#define PAL_TYPE_SUPPLEMENT_GROUP (pal_supplement_group_get_type ())
G_DECLARE_FINAL_TYPE (PalSupplementGroup, pal_supplement_group, PAL, SUPPLEMENT_GROUP,
                      AdwPreferencesGroup)

void pal_supplement_group_show (PalSupplementGroup *self, PalClearing *clearing);
/* Whether there is anything to send. */
gboolean pal_supplement_group_has_changes (PalSupplementGroup *self);

G_END_DECLS
