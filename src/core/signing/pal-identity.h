// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PAL_SIGNING_ERROR (pal_signing_error_quark ())
typedef enum
{
  PAL_SIGNING_ERROR_PASSPHRASE, /* wrong passphrase, or one is needed */
  PAL_SIGNING_ERROR_KEY,        /* no usable key or certificate in the file */
  PAL_SIGNING_ERROR_INVALID,    /* a signature that does not hold */
  PAL_SIGNING_ERROR_MALFORMED,  /* no CMS, or one outside the profile */
  PAL_SIGNING_ERROR_RECIPIENT,  /* encrypted for somebody else */
  PAL_SIGNING_ERROR_EXPIRED,    /* the certificate has ended */
  PAL_SIGNING_ERROR_CLOCK,      /* it has not begun, or the clock of this computer is wrong */
  PAL_SIGNING_ERROR_ISSUED,     /* an authority issued it, and no other can renew it */
  PAL_SIGNING_ERROR_FAILED      /* the library refused */
} PalSigningError;
GQuark pal_signing_error_quark (void);

/* A private key with its certificate. Immutable, thread-safe. */
#define PAL_TYPE_IDENTITY (pal_identity_get_type ())
G_DECLARE_FINAL_TYPE (PalIdentity, pal_identity, PAL, IDENTITY, GObject)

/* P-256, self-signed, two years (package-format 4). common_name: shown to the receiver. Blocking.
 */
PalIdentity *pal_identity_create (const char *common_name, GError **error);
/* A server certificate for TLS on loopback, issued by itself: host "localhost" and 127.0.0.1. */
PalIdentity *pal_identity_create_server (const char *common_name, GError **error);

/* PKCS#12 (600,000 rounds) or PEM with key and certificate. passphrase: (nullable). Blocking. */
PalIdentity *pal_identity_load (const char *path, const char *passphrase, GError **error);
PalIdentity *pal_identity_load_pem (const char *key_path, const char *certificate_path,
                                    const char *passphrase, GError **error);
gboolean
pal_identity_save (PalIdentity *self, const char *path, const char *passphrase, GError **error);
/* PEM texts; the key is unencrypted (module and tests only). */
char *pal_identity_dup_certificate_pem (PalIdentity *self);
char *pal_identity_dup_key_pem (PalIdentity *self);

const char *pal_identity_get_subject (PalIdentity *self); /* "CN=..." */
const char *pal_identity_get_common_name (PalIdentity *self);
const char *pal_identity_get_fingerprint (PalIdentity *self);  /* SHA-256 hex of the certificate */
char *pal_identity_dup_spoken_fingerprint (PalIdentity *self); /* 8 groups for a phone call */
gint64 pal_identity_get_begins (PalIdentity *self);            /* seconds since 1970 */
gint64 pal_identity_get_expires (PalIdentity *self);           /* seconds since 1970 */
/* Whether one may sign with it at that time, in seconds since 1970. */
gboolean pal_identity_check_time (PalIdentity *self, gint64 now, GError **error);
/* (nullable): how the file was encrypted, if as in former years ("RC2 (40 bits)"): save it anew. */
const char *pal_identity_get_old_encryption (PalIdentity *self);

/* Where the first-use identity lies. */
char *pal_identity_dup_default_path (void) G_GNUC_WARN_UNUSED_RESULT;
/* Loads it, or makes and keeps it; created: (out) (optional). Blocking. */
PalIdentity *pal_identity_load_default (const char *common_name, const char *passphrase,
                                        gboolean *created, GError **error);

/* For passphrases and keys in memory: overwrites, then frees. */
void pal_secret_free (char *secret);

G_END_DECLS
