// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* CAdES-B-B detached signature, DER, SHA-256. Blocking. */
GBytes *pal_cms_sign (PalIdentity *identity, GBytes *content, GError **error);
/* The same with the content inside (receipts). */
GBytes *pal_cms_sign_attached (PalIdentity *identity, GBytes *content, GError **error);

typedef struct
{
  gboolean trusted; /* chain to trust at the time asked */
  char *reason;     /* (nullable): why not trusted */
  char *subject;
  char *common_name;
  char *issuer;
  char *serial;
  char *fingerprint;
  char *certificate;   /* PEM */
  char *algorithm;     /* "ECDSA P-256 with SHA-256" */
  gint64 claimed_time; /* seconds since 1970, 0 unknown */
} PalCmsSigner;

void pal_cms_signer_free (PalCmsSigner *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCmsSigner, pal_cms_signer_free)

#define PAL_CMS_AT_CLAIMED_TIME (-1)

/* trust: (nullable) (element-type utf8): paths of PEM files, or PEM itself. at: seconds since 1970,
 * 0 = now. NULL when the signature does not hold (PAL_SIGNING_ERROR_INVALID) or is outside the
 * profile (_MALFORMED); an untrusted signer is no error: see trusted. Blocking. */
PalCmsSigner *
pal_cms_verify (GBytes *signature, GBytes *content, GPtrArray *trust, gint64 at, GError **error);
/* content: (out): what was signed. */
PalCmsSigner *pal_cms_verify_attached (GBytes *signature, GPtrArray *trust, gint64 at,
                                       GBytes **content, GError **error);

/* Whether path is a PEM file with a certificate. Blocking. */
gboolean pal_cms_check_trust_file (const char *path, GError **error);

G_END_DECLS
