// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)

typedef STACK_OF (X509) PalCertificates;
void pal_certificates_free (PalCertificates *certificates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCertificates, pal_certificates_free)

/* Sets error with what OpenSSL last said on this thread, and forgets all that it said. */
void pal_signing_set_library_error (GError **error, PalSigningError code, const char *what);

/* Checks algorithm and size of key against the profile. name: (out) (optional): "ECDSA P-256". */
gboolean pal_signing_check_key (EVP_PKEY *key, char **name, GError **error);

char *pal_certificate_dup_subject (X509 *certificate);
char *pal_certificate_dup_issuer (X509 *certificate);
char *pal_certificate_dup_common_name (X509 *certificate);
char *pal_certificate_dup_serial (X509 *certificate);
char *pal_certificate_dup_fingerprint (X509 *certificate);
char *pal_certificate_dup_pem (X509 *certificate);

#define PAL_PEM_BEGIN "-----BEGIN "

/* All are (transfer full); chain: (nullable): further certificates, without the signer's own. */
PalIdentity *pal_identity_new_take (EVP_PKEY *key, X509 *certificate, PalCertificates *chain);
EVP_PKEY *pal_identity_get_key (PalIdentity *self);
X509 *pal_identity_get_certificate (PalIdentity *self);
PalCertificates *pal_identity_get_chain (PalIdentity *self);
/* encryption: (nullable), static */
void pal_identity_set_old_encryption (PalIdentity *self, const char *encryption);

/* PKCS#12 (RFC 7292): pal-identity-pkcs12.c. */
PalIdentity *
pal_identity_parse_pkcs12 (const char *bytes, gsize length, const char *passphrase, GError **error);
/* Whether its passphrase can be tried within some seconds: the file alone says how many rounds that
 * takes. */
gboolean pal_identity_check_sealed_key (const X509_SIG *sealed, GError **error);
/* Of the key in it, as far as it can be seen without the passphrase; (nullable). */
X509 *pal_identity_peek_pkcs12 (const char *bytes, gsize length);
/* One at a time, of all threads and programs, replaces the key in use: who comes second sees what
 * the first one made. Waits; -1 where nothing can be locked. */
typedef int PalIdentityLock;
PalIdentityLock pal_identity_lock_take (void) G_GNUC_WARN_UNUSED_RESULT;
void pal_identity_lock_give (PalIdentityLock lock);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (PalIdentityLock, pal_identity_lock_give, -1)
/* A file that only its owner reads, atomically. */
gboolean pal_identity_publish (const char *path, gconstpointer bytes, gsize length, GError **error);
/* Takes both, also when it fails. */
PalIdentity *pal_identity_new_from_parts (EVP_PKEY *key, PalCertificates *all, GError **error);
/* In seconds since 1970. */
gint64 pal_certificate_get_begin (X509 *certificate);
gint64 pal_certificate_get_end (X509 *certificate);
/* Whether one may sign with it at that time. */
gboolean pal_certificate_check_time (X509 *certificate, gint64 now, GError **error);

/* At most max bytes of a regular file; the buffer ends with a NUL that length does not count. Free
 * with pal_secret_free_sized(). */
char *pal_signing_read_file (const char *path, gsize max, gsize *length, GError **error);
void pal_secret_free_sized (char *secret, gsize length);

G_END_DECLS
