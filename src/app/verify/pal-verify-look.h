// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-known-signers.h"
#include "pal-package-reader.h"

G_BEGIN_DECLS

/* What a package is, who signed it, and whether they are known here: looked at in the background.
 */

/* One signature, and what this computer knows of the signer. */
typedef struct
{
  const PalCmsSigner *signer; /* (unowned) */
  PalKnownSigner *known;      /* (owned) (nullable) */
  PalKnownSigner *namesake;   /* (owned) (nullable): known by that name with another key */
} PalVerifySigner;

typedef struct
{
  char *path;
  PalVerification *verification;
  GPtrArray *signers; /* (element-type PalVerifySigner): in the order of the signatures */
  char *state;        /* (nullable): as data/package.json says, and likewise below */
  char *cluster;
  char *edition;
} PalVerifyLook;

void pal_verify_look_free (PalVerifyLook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalVerifyLook, pal_verify_look_free)

/* Whether nothing in it was changed, whoever signed it. */
gboolean pal_verify_look_is_sound (const PalVerifyLook *self);

void pal_verify_look_async (const char *path, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
PalVerifyLook *pal_verify_look_finish (GAsyncResult *result, GError **error);

/* From now on the signer is known, and this package is the first of the story. */
void pal_verify_know_async (const PalVerifyLook *look, guint nth, PalSignerCheck check,
                            GAsyncReadyCallback callback, gpointer user_data);
/* All that is in it, into a new folder. */
void
pal_verify_extract_async (const PalVerifyLook *look, const char *folder, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* A copy with one signature more. */
void
pal_verify_sign_async (const PalVerifyLook *look, const char *to, PalIdentity *identity,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* For these three. */
gboolean pal_verify_act_finish (GAsyncResult *result, GError **error);

G_END_DECLS
