// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"
#include "pal-endpoint-package.h"

G_BEGIN_DECLS

/* The endpoints that a person on this computer said yes to, each with what it needs, in a folder of
 * the person's data. What lies there is the signed package as it came, and it is verified again
 * each time. Which of them is used is a setting. Secrets are not here: tokens and passphrases are
 * in the keyring (pal-endpoint-secrets.h), or in a file of the person's own. All of it blocks,
 * shortly but for pal_endpoint_store_forget(). */

typedef enum
{
  PAL_ENDPOINT_STANDING_NEW,
  PAL_ENDPOINT_STANDING_SAME,     /* it is here, octet by octet */
  PAL_ENDPOINT_STANDING_NEWER,    /* would replace an older one, signed by the same key */
  PAL_ENDPOINT_STANDING_OLDER,    /* a newer one is here, signed by the same key */
  PAL_ENDPOINT_STANDING_OTHER_KEY /* the one that is here was signed by another key */
} PalEndpointStanding;

GPtrArray *pal_endpoint_store_list (void) G_GNUC_WARN_UNUSED_RESULT;
/* By id, by how an id begins (eight digits or more), or by one of its names. */
PalEndpointCard *
pal_endpoint_store_find (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* here: (out) (optional) (nullable) (transfer full): the one of that id */
PalEndpointStanding
pal_endpoint_store_compare (const PalEndpointCard *card, PalEndpointCard **here);
/* Whether an endpoint that is here was signed by the same key. */
gboolean pal_endpoint_store_knows_signer (const char *fingerprint);
gboolean pal_endpoint_store_keep (PalEndpointCard *card, gboolean accept_other_key, GError **error);
gboolean pal_endpoint_store_forget (const char *id, GError **error);

/* Our certificate for it, sealed with the passphrase in a file of its own; (nullable) takes it
 * away. */
gboolean pal_endpoint_store_set_client (const char *id, PalIdentity *client, const char *passphrase,
                                        GError **error);
char *
pal_endpoint_store_dup_client_path (const char *id) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) */
/* A file of the person's own that holds the token; (nullable) takes the note away. */
gboolean pal_endpoint_store_set_token_file (const char *id, const char *path, GError **error);
char *pal_endpoint_store_dup_token_file (const char *id) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) */

/* Ready for a delivery, but for token and passphrase. PAL_ENDPOINT_ERROR_TIME. */
PalEndpoint *
pal_endpoint_store_make_endpoint (PalEndpointCard *card, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
