// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cms.h"
#include "pal-digest.h"
#include "pal-package-writer.h"

G_BEGIN_DECLS

typedef struct
{
  PalCmsSigner *signer; /* (nullable): NULL when it does not hold */
  char *file;           /* META-INF/signature001.p7s */
  char *manifest;
  guint covers;
} PalPackageSignature;

typedef struct
{
  char *name;
  goffset size;
  guint64 offset; /* of the local header */
  guint8 sha256[PAL_DIGEST_BYTES];
} PalPackageEntry;

typedef struct
{
  int code; /* 0 TOTAL-PASSED, 1 INDETERMINATE, 2 TOTAL-FAILED, 3 malformed, 4 limits, 66, 74 */
  char *message;
  char *sha256;
  goffset size;
  char *kind;             /* (nullable): of data/package.json */
  GPtrArray *signatures;  /* (element-type PalPackageSignature) */
  GPtrArray *entries;     /* (element-type PalPackageEntry) */
  goffset bytes;          /* uncompressed */
  gboolean unsigned_only; /* code 2, but only because nobody has signed yet */
} PalVerification;

void pal_verification_free (PalVerification *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalVerification, pal_verification_free)

const char *pal_verification_get_indication (const PalVerification *self);

/* (nullable): who counts, when several have signed */
const PalCmsSigner *pal_verification_find_signer (const PalVerification *self);

/* Sets the error that fits the code; returns FALSE. */
/* pal_package_sign() for whoever has looked at the package already. */
gboolean pal_package_sign_verified (const char *in_path, const PalVerification *verification,
                                    const char *out_path, PalIdentity *identity,
                                    GCancellable *cancellable, GError **error);
gboolean pal_verification_set_error (const PalVerification *self, GError **error);

/* Never fails as a function: what is wrong is in code and message. trust: (nullable) (element-type
 * utf8): PEM paths. at: seconds since 1970, 0 = now. max_bytes: 0 = 16 GiB. Blocking, under 64 MB.
 */
PalVerification *pal_package_verify (const char *path, GPtrArray *trust, gint64 at,
                                     goffset max_bytes, GCancellable *cancellable);
/* Only after a verification with code 0 or 1. directory must not exist. Blocking. */
gboolean pal_package_extract (const char *path, const PalVerification *verification,
                              const char *directory, GCancellable *cancellable, GError **error);
/* The same; and from one that nobody has signed, for what needs no signature. */
GBytes *pal_package_read_entry (const char *path, const PalVerification *verification,
                                const char *name, gsize max_bytes, GError **error);

G_END_DECLS
