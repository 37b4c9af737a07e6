// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"
#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The key with which a person signs sections and returns, and opens what is encrypted to them:
 * asked for once, unlocked until the program ends. */

/* What is remembered in the keyring unlocks it without a question. While one asks already, a second
 * gets nothing. */
/* name: (nullable): what is suggested for a new key. */
void pal_signer_ask_named_async (GtkWidget *parent, const char *name, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* session: (nullable): whose names are suggested for a new key. */
void pal_signer_ask_async (GtkWidget *parent, PalSession *session, GAsyncReadyCallback callback,
                           gpointer user_data);
/* (transfer full) (nullable): NULL when the person thought better of it. */
PalIdentity *pal_signer_ask_finish (GAsyncResult *result);
/* (transfer none) (nullable): if it is unlocked already. */
PalIdentity *pal_signer_get (void);
/* From now on it is this one. */
void pal_signer_set (PalIdentity *identity);

G_END_DECLS
