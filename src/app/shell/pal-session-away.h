// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

G_BEGIN_DECLS

/* A session on a dossier that lies on a stick or in a network folder: what is open is a copy on
 * this computer, which is brought back while people work and when they close it. Others' changes
 * come in the same way. Main thread. */

#define PAL_TYPE_SESSION_AWAY (pal_session_away_get_type ())
G_DECLARE_FINAL_TYPE (PalSessionAway, pal_session_away, PAL, SESSION_AWAY, GObject)

#define PAL_AWAY_ERROR (pal_away_error_quark ())
typedef enum
{
  PAL_AWAY_ERROR_NOT_BACK /* the answers are safe in the copy, and not yet where they belong */
} PalAwayError;
GQuark pal_away_error_quark (void);

void pal_session_begin_away (PalSession *session, const char *origin);
PalSessionAway *pal_session_get_away (PalSession *session); /* (nullable) (transfer none) */

const char *pal_session_away_get_origin (PalSessionAway *self);
/* (nullable): what keeps the answers from where they belong, and that they are safe. */
char *pal_session_away_dup_trouble (PalSessionAway *self) G_GNUC_WARN_UNUSED_RESULT;

/* At the end of a session, when all is flushed. */
void pal_session_away_bring_back_async (PalSessionAway *self, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean
pal_session_away_bring_back_finish (PalSessionAway *self, GAsyncResult *result, GError **error);
/* The answers stay in the copy, and go back when the dossier is opened the next time. */
void pal_session_away_leave (PalSessionAway *self);
gboolean pal_session_away_is_left (PalSessionAway *self);
/* When the dossier is closed. */
void pal_session_away_end (PalSessionAway *self);

/* Signal "changed": there is trouble now, or none any more. */

G_END_DECLS
