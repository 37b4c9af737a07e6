// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"
#include "pal-receipt.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The job of whoever receives archives (package-format 6): judge an upload that is complete, sign a
 * receipt, file the archive away. It may be run again at any time, after any accident, and by
 * several processes at once: the outcome is the same. */

/* Below the store: archives/SHA256.asice what was accepted, refused/SHA256-ID.asice what was not,
 * receipts/SHA256.receipt.p7m. SHA256 is the digest that was declared. */
typedef struct
{
  const char *file;   /* the upload; it is copied, and stays whose it is */
  const char *sha256; /* declared: 64 lower-case hexadecimal digits */
  const char *id;     /* (nullable): of the upload; NULL: follows from what came */
  const char *name;   /* (nullable): declared; only ever shown */
  const char *sender; /* (nullable): fingerprint of the client certificate */
  const char *store;  /* folder, made if missing */
  PalIdentity *module;
  const char *module_certificate; /* PEM path */
  const char *const *verifier;    /* words to which the path is added; prints a verdict */
  gboolean accepts_unknown;       /* sound, but of an unknown signer */
} PalReceiving;

typedef struct
{
  PalReceipt *receipt;
  char *receipt_path;
  char *archive_path;
  gboolean is_new; /* FALSE: there was such a receipt before */
} PalReceived;

void pal_received_free (PalReceived *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalReceived, pal_received_free)

PalReceived *pal_receive (const PalReceiving *job, GError **error);

G_END_DECLS
