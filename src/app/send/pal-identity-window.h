// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for what concerns the key with which a person signs: its name, its passphrase, a new one. */

typedef enum
{
  PAL_IDENTITY_SIGN,   /* makes a key on first use, unlocks it later */
  PAL_IDENTITY_CREATE, /* makes a key, also beside the one in use */
  PAL_IDENTITY_IMPORT, /* takes one from a file */
  PAL_IDENTITY_RENEW,  /* a new one of the same name */
  PAL_IDENTITY_RELOCK, /* another passphrase */
  PAL_IDENTITY_CARD    /* unlocks one on a smart card */
} PalIdentityPurpose;

#define PAL_TYPE_IDENTITY_WINDOW (pal_identity_window_get_type ())
G_DECLARE_FINAL_TYPE (PalIdentityWindow, pal_identity_window, PAL, IDENTITY_WINDOW, AdwWindow)

/* text: (nullable): what to suggest as the name of a new key; the path of the file to import;
 * the URI of the key on a card. */
void pal_identity_window_run_async (GtkWindow *parent, PalIdentityPurpose purpose, const char *text,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* NULL with G_IO_ERROR_CANCELLED when the person thought better of it. */
PalIdentity *pal_identity_window_run_finish (GAsyncResult *result, GError **error);

/* Whether there is a key already. */
gboolean pal_identity_window_has_key (void);

G_END_DECLS
