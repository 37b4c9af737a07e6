// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"
#include "pal-endpoint-package.h"
#include "pal-keyring.h"

G_BEGIN_DECLS

/* What gets us into an endpoint and through a proxy: what was said while this program runs, and
 * what a person wanted remembered (pal-keyring.h). Nothing of it lies in a file. All of it blocks,
 * and may wait for the person who unlocks the keyring; for the command line, and for threads. */

/* Held until the program ends, and preferred to what is remembered. secret: (nullable): lets go.
 * Any thread; blocks for nobody. */
void pal_endpoint_secrets_hold (PalKeyringPurpose purpose, const char *id, const char *secret);

/* The keyring is asked for what is wanted and missing only. A session without a keyring remembers
 * nothing, which is no error; PAL_KEYRING_ERROR_LOCKED, PAL_KEYRING_ERROR_FAILED. */
gboolean pal_endpoint_secrets_fill (const PalEndpointCard *card, PalEndpoint *endpoint,
                                    GCancellable *cancellable, GError **error);
/* The same for a proxy that was set by hand. */
gboolean pal_endpoint_secrets_fill_proxy (PalSendManners *manners, GCancellable *cancellable,
                                          GError **error);

/* Forgets what is remembered for an endpoint of that id; TRUE as well without a keyring. */
gboolean pal_endpoint_secrets_forget (const char *id, GCancellable *cancellable, GError **error);

/* Whether it can be sent: one word of printable ASCII, as it goes into a header. */
gboolean pal_endpoint_secrets_is_token (const char *token);

G_END_DECLS
