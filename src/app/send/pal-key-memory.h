// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

G_BEGIN_DECLS

/* The passphrase of the key in use, as far as the person wanted it remembered in the keyring of the
 * desktop. Without a keyring nothing is remembered, and everybody is asked as before. */

/* Blocking, for a thread. Keeps it under the fingerprint of the key. PalKeyringError. */
gboolean pal_key_memory_keep (PalIdentity *identity, const char *passphrase, GError **error);
/* Blocking, for a thread. Of a key of that fingerprint; TRUE as well when nothing was kept. */
gboolean pal_key_memory_forget (const char *fingerprint, GError **error);

/* Whether the passphrase of the key in use is kept; nobody is asked to unlock the keyring. */
void pal_key_memory_find_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
/* fingerprint: (out) (nullable) (transfer full): of the key whose passphrase is kept.
 * FALSE: the desktop has no keyring, or it cannot be asked. */
gboolean pal_key_memory_find_finish (GAsyncResult *result, char **fingerprint, GError **error);

/* The key in use, with what is remembered; the keyring may ask the person to unlock it. */
void pal_key_memory_unlock_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full) (nullable): NULL: ask the person for the passphrase. */
PalIdentity *
pal_key_memory_unlock_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
