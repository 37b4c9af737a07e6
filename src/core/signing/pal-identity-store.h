// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* The keys of the person at this computer, in a folder of the person's own: the one in use, and
 * those of former years, which still open what was sealed to them. Each is a PKCS#12 file; nothing
 * in it is ever lost, as a key that is replaced becomes one of the former. All of it blocks (a
 * third of a second for each passphrase); any thread. */

typedef struct
{
  char *path;
  char *fingerprint; /* SHA-256 of the certificate, 64 hexadecimal digits */
  char *common_name;
  gint64 begins, expires; /* seconds since 1970 */
  gboolean is_current;
} PalIdentityEntry;

void pal_identity_entry_free (PalIdentityEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalIdentityEntry, pal_identity_entry_free)

GPtrArray *pal_identity_store_list (void) G_GNUC_WARN_UNUSED_RESULT;
PalIdentityEntry *pal_identity_store_find_current (void) G_GNUC_WARN_UNUSED_RESULT;

PalIdentity *pal_identity_store_create (const char *common_name, const char *passphrase,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalIdentity *pal_identity_store_import (const char *path, const char *passphrase,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalIdentity *
pal_identity_store_renew (const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of the key in use, as PEM, without its passphrase. */
char *
pal_identity_store_dup_certificate (GError **error) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) */
/* What the former key said of the one in use; (nullable). */
GBytes *pal_identity_store_dup_notice (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_identity_store_change_passphrase (const char *old_passphrase,
                                               const char *new_passphrase, GError **error);

G_END_DECLS
