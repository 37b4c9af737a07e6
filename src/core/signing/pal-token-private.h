// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-signing-private.h"
#include "pal-token.h"

G_BEGIN_DECLS

/* Only pal-token-slot.c and pal-token-session.c know PKCS#11, and only pal-token-key.c how OpenSSL
 * is told of such a key. All of it blocks. */

/* --- Slots: pal-token-slot.c --- */

typedef struct _PalTokenAddress PalTokenAddress; /* a URI that was read */
PalTokenAddress *pal_token_address_new (const char *uri, GError **error);
void pal_token_address_free (PalTokenAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTokenAddress, pal_token_address_free)

/* Whether it means this key, which may go by another label than its certificate. */
gboolean pal_token_address_matches (const PalTokenAddress *address, GBytes *id,
                                    const char *key_label, const char *certificate_label);

/* A token that is plugged in. */
typedef struct _PalTokenSlot PalTokenSlot;
/* address and module: (nullable). Returns (element-type PalTokenSlot). */
GPtrArray *
pal_token_slots_list (const PalTokenAddress *address, const char *module, GError **error);
/* Without keys. */
PalToken *pal_token_slot_dup_token (PalTokenSlot *slot);
/* uri: of an object on it; id and label: as PalTokenObject has them. */
char *pal_token_slot_dup_object_uri (PalTokenSlot *slot, GBytes *id, const char *label);

/* --- Sessions: pal-token-session.c --- */

typedef enum
{
  PAL_TOKEN_OBJECT_CERTIFICATE, /* X.509 */
  PAL_TOKEN_OBJECT_PUBLIC_KEY,
  PAL_TOKEN_OBJECT_KEY /* private */
} PalTokenObjectKind;

typedef struct
{
  gulong handle;
  GBytes *id;    /* what key and certificate have in common; perhaps of no length */
  char *label;   /* UTF-8, perhaps "" */
  GBytes *value; /* (nullable): DER of a certificate */
  gboolean always_asks;
} PalTokenObject;

/* Shared by whoever signs with one of its keys; thread-safe. */
typedef struct _PalTokenSession PalTokenSession;
PalTokenSession *pal_token_session_open (PalTokenSlot *slot, GError **error);
PalTokenSession *pal_token_session_ref (PalTokenSession *session);
void pal_token_session_unref (PalTokenSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTokenSession, pal_token_session_unref)

gboolean pal_token_session_log_in (PalTokenSession *session, const char *pin, GError **error);
/* Returns (element-type PalTokenObject); what cannot be read is left out. */
GPtrArray *
pal_token_session_list (PalTokenSession *session, PalTokenObjectKind kind, GError **error);
/* From now on the session is for this key. pin: (nullable): kept only if the key wants it each
 * time, and wiped with the session. */
void
pal_token_session_take_key (PalTokenSession *session, const PalTokenObject *key, const char *pin);

typedef enum
{
  PAL_TOKEN_SIGN_ECDSA,   /* of a digest; gives r and s, one behind the other */
  PAL_TOKEN_SIGN_RSA,     /* with padding of PKCS#1 1.5 */
  PAL_TOKEN_SIGN_RSA_RAW, /* of what was padded already */
  PAL_TOKEN_DECRYPT_RSA,  /* takes away padding of PKCS#1 1.5 */
  PAL_TOKEN_DECRYPT_RSA_RAW,
  PAL_TOKEN_DERIVE_ECDH /* of the other one's point, uncompressed */
} PalTokenOperation;

/* length: (inout): room in out, what was written. */
gboolean
pal_token_session_run (PalTokenSession *session, PalTokenOperation operation, const guint8 *in,
                       gsize in_length, guint8 *out, gsize *length, GError **error);

/* --- Keys for OpenSSL: pal-token-key.c --- */

/* certificate tells what kind of key it is. */
EVP_PKEY *pal_token_key_new (PalTokenSession *session, X509 *certificate, GError **error);
gboolean pal_token_key_check (EVP_PKEY *key);
/* OpenSSL lets through that a method failed, and not why: this does, on the same thread. Returns
 * whether a token said something since the last pal_token_forget_trouble(). */
gboolean pal_token_take_trouble (GError **error);
void pal_token_forget_trouble (void);

G_END_DECLS
