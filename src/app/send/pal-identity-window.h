// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for the key with which a person signs: makes one on first use, unlocks it later. */

#define PAL_TYPE_IDENTITY_WINDOW (pal_identity_window_get_type ())
G_DECLARE_FINAL_TYPE (PalIdentityWindow, pal_identity_window, PAL, IDENTITY_WINDOW, AdwWindow)

/* name: (nullable): what to suggest for a new key. */
void pal_identity_window_run_async (GtkWindow *parent, const char *name,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* NULL with G_IO_ERROR_CANCELLED when the person thought better of it. */
PalIdentity *pal_identity_window_run_finish (GAsyncResult *result, GError **error);

/* Whether there is a key already. */
gboolean pal_identity_window_has_key (void);

G_END_DECLS
