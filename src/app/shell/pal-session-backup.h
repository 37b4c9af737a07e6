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

/* What going back to a backup would change; nothing is changed. finish: (element-type
 * PalDifference) (transfer full) */
void pal_session_compare_backup_async (PalSession *self, const char *backup,
                                       GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *
pal_session_compare_backup_finish (PalSession *self, GAsyncResult *result, GError **error);
/* Back to what a backup says, as one act that can be undone; what is open shows it. n_changed:
 * (out): how many nodes say something else now. */
void pal_session_restore_backup_async (PalSession *self, const char *backup,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_session_restore_backup_finish (PalSession *self, GAsyncResult *result,
                                            guint *n_changed, GError **error);

/* What was recovered after a crash, question by question. */
void pal_session_compare_recovered_async (PalSession *self, GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *
pal_session_compare_recovered_finish (PalSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
