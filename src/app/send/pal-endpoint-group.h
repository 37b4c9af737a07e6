// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Where archives go: the endpoint of a file that the person said yes to, or an address and the
 * papers to trust it by hand; what gets one in there; how and when to send; or the practice module,
 * started from here. */

#define PAL_TYPE_ENDPOINT_GROUP (pal_endpoint_group_get_type ())
G_DECLARE_FINAL_TYPE (PalEndpointGroup, pal_endpoint_group, PAL, ENDPOINT_GROUP,
                      AdwPreferencesGroup)

/* (nullable): NULL while something is missing. */
PalEndpoint *pal_endpoint_group_dup_endpoint (PalEndpointGroup *self);

/* Whether the module would not let us in: the action "endpoint.access" of this widget asks. */
gboolean pal_endpoint_group_wants_access (PalEndpointGroup *self);

/* Signal: "endpoint-changed" */

G_END_DECLS
