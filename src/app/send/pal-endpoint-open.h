// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-endpoint-package.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows what an endpoint file says and who signed it, and asks whether archives shall go there. A
 * yes keeps it and chooses it; whoever shows the choice hears of it from the settings. Nothing is
 * sent by that. */
void pal_endpoint_open_card (GtkWindow *window, PalEndpointCard *card);

/* Lets somebody pick such a file. */
void pal_endpoint_open_pick (GtkWidget *widget);

G_END_DECLS
