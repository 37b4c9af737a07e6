// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"
#include "pal-endpoint-package.h"

G_BEGIN_DECLS

/* Where archives go, and how, by the person's settings: the endpoint of a file that they said yes
 * to, or an address by hand. Settings are read at once, everything else in a thread. */

/* Whether we have what gets us in there. */
typedef enum
{
  PAL_ENDPOINT_ACCESS_READY,
  PAL_ENDPOINT_ACCESS_MISSING, /* the token, or our certificate */
  PAL_ENDPOINT_ACCESS_LOCKED   /* our certificate needs its passphrase */
} PalEndpointAccess;

void pal_endpoint_choice_load_async (GSettings *settings, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
/* NULL without an error: nothing is chosen, or something is missing. card: (out) (optional)
 * (nullable) (transfer full): the file that was chosen, also when it is of no use now. access:
 * (out) (optional). */
PalEndpoint *pal_endpoint_choice_load_finish (GAsyncResult *result, PalEndpointCard **card,
                                              PalEndpointAccess *access, GError **error);

/* How and when to send. */
void pal_endpoint_choice_read_manners (GSettings *settings, PalSendManners *manners);

G_END_DECLS
