// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* Signed statements of a module about an archive (package-format 6). */
typedef enum
{
  PAL_RECEIPT_RECEIVED,
  PAL_RECEIPT_ACCEPTED,
  PAL_RECEIPT_REFUSED
} PalReceiptStatus;

typedef struct
{
  PalReceiptStatus status;
  char *id;
  char *archive_sha256;
  goffset archive_size;
  char *archive_name;
  int code; /* verification code, 0 to 4 (a foreign module: to 255); -1: received, none yet */
  char *indication;
  char *message;
  char *received; /* RFC 3339 */
  char *receiver; /* subject of the module */
  char *sender;   /* (nullable): fingerprint of the client certificate */
  /* Of one that was verified: */
  char *signer;        /* fingerprint of the certificate that signed */
  char *signer_name;   /* as that certificate says */
  gint64 signer_until; /* seconds since 1970 until it was in force, 0: it is */
} PalReceipt;

PalReceipt *pal_receipt_new (void);
void pal_receipt_free (PalReceipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalReceipt, pal_receipt_free)

const char *pal_receipt_status_to_string (PalReceiptStatus status);

GBytes *pal_receipt_sign (const PalReceipt *receipt, PalIdentity *module, GError **error);
/* module_certificate: PEM path of the pinned module certificate: no other signer counts but what
 * took its place with a person's yes, or what it took the place of (pal-module-trust.h). sha256 and
 * size: (nullable, -1): the archive it must speak of. Blocking. */
PalReceipt *pal_receipt_verify (GBytes *p7m, const char *module_certificate, const char *sha256,
                                goffset size, GError **error);

G_END_DECLS
