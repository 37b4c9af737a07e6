// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-recovered.h"
#include "pal-session.h"

G_BEGIN_DECLS

/* Backups while a session lasts: one when the last is older than an hour and something was written,
 * and one at its end. Nobody waits for them, and no error of theirs stands in anybody's way. */

void pal_session_begin_backups (PalSession *self);
/* Before the dossier is closed. */
void pal_session_back_up_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data);
void pal_session_back_up_finish (PalSession *self, GAsyncResult *result);

/* Takes back what was recovered after a crash, as one act that can be undone; what is open shows
 * it. */
void pal_session_discard_recovered_async (PalSession *self, GAsyncReadyCallback callback,
                                          gpointer user_data);
gboolean
pal_session_discard_recovered_finish (PalSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
