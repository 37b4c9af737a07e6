// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where archives go, as a signed package of the kind "endpoint" that the people who run a module
 * give out: data/endpoint.json, the module's certificate, and who vouches for its server. What it
 * says is used only after a person has seen it (pal-endpoint-store.h). */

#define PAL_ENDPOINT_ERROR (pal_endpoint_error_quark ())
typedef enum
{
  PAL_ENDPOINT_ERROR_KIND,        /* a sound package of another kind */
  PAL_ENDPOINT_ERROR_CONTENT,     /* endpoint.json is not what it should be */
  PAL_ENDPOINT_ERROR_ADDRESS,     /* an address that no endpoint may have */
  PAL_ENDPOINT_ERROR_CERTIFICATE, /* a certificate that cannot be used */
  PAL_ENDPOINT_ERROR_TIME,        /* not valid yet, or not any more */
  PAL_ENDPOINT_ERROR_SIGNER,      /* the endpoint of that id was signed by another key */
  PAL_ENDPOINT_ERROR_OLDER,       /* a newer one of that id is here */
  PAL_ENDPOINT_ERROR_NOT_FOUND    /* no endpoint of that name, or more than one */
} PalEndpointError;
GQuark pal_endpoint_error_quark (void);

typedef enum
{
  PAL_ENDPOINT_AUTHENTICATION_NONE,
  PAL_ENDPOINT_AUTHENTICATION_CERTIFICATE,
  PAL_ENDPOINT_AUTHENTICATION_TOKEN,
  PAL_ENDPOINT_AUTHENTICATION_BOTH
} PalEndpointAuthentication;

/* What such a package says. */
typedef struct
{
  char *id; /* UUID; stays when the operator gives out a newer one */
  char *url;
  gboolean is_practice;
  GHashTable *names; /* (element-type utf8 utf8): language to name; at least one */
  PalEndpointAuthentication authentication;
  goffset max_archive_bytes; /* 0: not said */
  goffset max_part_bytes;    /* 0: not said */
  gint64 issued_us;          /* microseconds since 1970, UTC */
  gint64 valid_from_us;      /* 0: not said */
  gint64 valid_until_us;     /* 0: not said */
  GBytes *module_pem;        /* who signs receipts */
  GBytes *ca_pem;            /* (nullable): who vouches for the server; NULL: the system's */
  char *module_fingerprint;
  char *ca_fingerprint; /* (nullable) */

  /* Of a package that was read: */
  char *signer;             /* what the certificate of its signer calls its owner */
  char *signer_fingerprint; /* SHA-256, hexadecimal */
  GBytes *package;          /* as it came */
} PalEndpointCard;

PalEndpointCard *pal_endpoint_card_new (void);
PalEndpointCard *pal_endpoint_card_ref (PalEndpointCard *self);
void pal_endpoint_card_unref (PalEndpointCard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalEndpointCard, pal_endpoint_card_unref)

/* In that language, else in English, else in any. (transfer none) */
const char *pal_endpoint_card_get_name (const PalEndpointCard *self, const char *language);
const char *pal_endpoint_authentication_to_string (PalEndpointAuthentication authentication);
gboolean pal_endpoint_authentication_from_string (const char *text,
                                                  PalEndpointAuthentication *authentication);
gboolean pal_endpoint_card_wants_token (const PalEndpointCard *self);
gboolean pal_endpoint_card_wants_certificate (const PalEndpointCard *self);
/* now_us: microseconds since 1970, UTC. PAL_ENDPOINT_ERROR_TIME. */
gboolean pal_endpoint_card_check_time (const PalEndpointCard *self, gint64 now_us, GError **error);

/* The rules for data/endpoint.json, without the package around it; ca and module are names of
 * entries: (out) (nullable). */
gboolean pal_endpoint_card_parse (PalEndpointCard *self, const char *json, gsize length,
                                  char **module, char **ca, GError **error);

/* Blocking. */
gboolean pal_endpoint_package_write (PalEndpointCard *card, const char *path, PalIdentity *identity,
                                     GError **error);
PalEndpointCard *
pal_endpoint_package_read (const char *path, GCancellable *cancellable, GError **error);
void pal_endpoint_package_read_async (const char *path, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
PalEndpointCard *pal_endpoint_package_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
