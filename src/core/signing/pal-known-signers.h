// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cms.h"

G_BEGIN_DECLS

/* Whose signatures a person on this computer knows: one small file for each certificate in the data
 * folder, called as its fingerprint. A file that cannot be read is nobody known. All functions are
 * blocking, short, and for any thread. */

#define PAL_KNOWN_SIGNERS_MAX 10000
#define PAL_KNOWN_SIGNER_STORY_MAX 50

/* How it was made sure that the certificate is theirs. */
typedef enum
{
  PAL_SIGNER_CHECK_PHONE,
  PAL_SIGNER_CHECK_IN_PERSON,
  PAL_SIGNER_CHECK_NOTICE /* a signed notice of somebody known */
} PalSignerCheck;

/* A package that was seen from them. */
typedef struct
{
  char *kind; /* (nullable): of data/package.json */
  char *sha256;
  gint64 seen; /* seconds since 1970, UTC */
} PalSignerSeen;

typedef struct
{
  char *fingerprint; /* SHA-256, 64 small hexadecimal digits */
  char *name;        /* as the certificate says it */
  char *given_name;  /* (nullable): what the person calls them */
  char *certificate; /* PEM */
  PalSignerCheck check;
  gint64 since;     /* seconds since 1970, UTC */
  GPtrArray *story; /* (element-type PalSignerSeen): oldest first */
} PalKnownSigner;

void pal_known_signer_free (PalKnownSigner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalKnownSigner, pal_known_signer_free)

const char *pal_signer_check_to_string (PalSignerCheck check);
gboolean pal_signer_check_from_string (const char *word, PalSignerCheck *check);

GPtrArray *pal_known_signers_list (void) G_GNUC_WARN_UNUSED_RESULT;
PalKnownSigner *pal_known_signers_find (const char *fingerprint) G_GNUC_WARN_UNUSED_RESULT;
PalKnownSigner *pal_known_signers_find_namesake (const char *name,
                                                 const char *fingerprint) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *pal_known_signers_dup_trust (void) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_known_signers_remember (const char *certificate, const char *given_name,
                                     PalSignerCheck check, GError **error);
/* Returns the fingerprint of the new certificate. */
char *pal_known_signers_follow (GBytes *notice,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) */
gboolean pal_known_signers_note (const char *fingerprint, const char *kind, const char *sha256,
                                 GError **error);
/* given_name: blank: none any more. */
gboolean pal_known_signers_rename (const char *fingerprint, const char *given_name, GError **error);
gboolean pal_known_signers_forget (const char *fingerprint, GError **error);
/* Undoes that: all that was noted is there again. */
gboolean pal_known_signers_restore (const PalKnownSigner *signer, GError **error);

G_END_DECLS
