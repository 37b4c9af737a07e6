// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-arrival.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Who signed a package, and whether we know them; if not, a person decides. */

#define PAL_TYPE_SIGNATURE_GROUP (pal_signature_group_get_type ())
G_DECLARE_FINAL_TYPE (PalSignatureGroup, pal_signature_group, PAL, SIGNATURE_GROUP,
                      AdwPreferencesGroup)

void pal_signature_group_set_arrival (PalSignatureGroup *self, PalArrival *arrival);

/* Known, or the person said that it is theirs. */
gboolean pal_signature_group_is_settled (PalSignatureGroup *self);
PalHandoutFlags pal_signature_group_get_flags (PalSignatureGroup *self);

/* Signal: "decided" */

G_END_DECLS
