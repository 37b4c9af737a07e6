// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a certificate says of itself, for people and for rules; whether anybody vouches for it is
 * another question. Immutable, any thread. */
typedef struct
{
  char *common_name;
  char *subject;     /* RFC 4514 */
  char *fingerprint; /* SHA-256, 64 small hexadecimal digits */
  char *algorithm;   /* "ECDSA P-256" */
  gint64 not_before; /* seconds since 1970, UTC */
  gint64 not_after;  /* the same */
} PalCertificateInfo;

/* One certificate in PEM, and nothing else that PEM could hold. PAL_SIGNING_ERROR_KEY otherwise,
 * and for a key outside the profile. */
PalCertificateInfo *
pal_certificate_info_new (const char *pem, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_certificate_info_free (PalCertificateInfo *self);

/* Eight groups of eight digits, for the telephone. */
char *pal_certificate_dup_spoken_fingerprint (const char *fingerprint) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCertificateInfo, pal_certificate_info_free)

G_END_DECLS
