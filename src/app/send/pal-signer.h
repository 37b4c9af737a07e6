// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"
#include "pal-session.h"

#include <adwaita.h>

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
/* For what is encrypted to the person: the key of this computer, whatever signs. */
void pal_signer_ask_own_async (GtkWidget *parent, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): NULL when the person thought better of it. */
PalIdentity *pal_signer_ask_finish (GAsyncResult *result);
/* (transfer none) (nullable): if it is unlocked already. */
PalIdentity *pal_signer_get (void);
/* The same of the key of this computer, whatever signs. */
PalIdentity *pal_signer_get_own (void);
/* Says in a row who signs: identity: (nullable): while it is locked. button: (nullable): unlocks or
 * makes a key; a card is unlocked only when it signs. */
void pal_signer_show (AdwActionRow *row, GtkButton *button, PalIdentity *identity);
/* From now on it is this one. */
void pal_signer_set (PalIdentity *identity);

/* From now on it is a key on a smart card; its PIN is asked for each time, as a card stays unlocked
 * for as long as anybody holds its key. uri: (nullable): the key of this computer again. name: what
 * a person calls it. */
void pal_signer_set_card (const char *uri, const char *name);
const char *pal_signer_get_card (void);      /* (nullable) (transfer none) */
const char *pal_signer_get_card_name (void); /* (nullable) (transfer none) */

/* For a page that keeps a key of its own: lets go of one that is no longer meant, and takes the one
 * that is unlocked. identity: (inout) (nullable). */
void pal_signer_follow (PalIdentity **identity);
/* For a page that is being mapped: changed (page) is called when its window is in front again, as
 * somebody may have been in Your Keys meanwhile. */
void pal_signer_watch (GtkWidget *page, GCallback changed);
/* Lets go of one on a card when it has done its work. identity: (inout) (nullable). */
void pal_signer_drop_card (PalIdentity **identity);

G_END_DECLS
