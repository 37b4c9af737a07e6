// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include "pal-hand-over.h"
#include "pal-trail.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is long about a hand-over, on threads of its own. What was typed is written first. Errors of
 * the dossier, of files, and PAL_TRAIL_ERROR. */

/* What the page shows: the object of PAL_HAND_OVER_JSON. */
void pal_hand_over_read_async (PalSession *session, const PalHandOverPeriod *period,
                               GAsyncReadyCallback callback, gpointer user_data);
JsonNode *pal_hand_over_read_finish (PalSession *session, GAsyncResult *result, GError **error);

/* Text for people, or JSON when the name ends in .json. */
void pal_hand_over_save_async (PalSession *session, const PalHandOverPeriod *period,
                               const char *path, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_hand_over_save_finish (PalSession *session, GAsyncResult *result, GError **error);

/* The trail is read again after it is written: what comes back is what was checked. */
void pal_hand_over_save_trail_async (PalSession *session, const char *path,
                                     GAsyncReadyCallback callback, gpointer user_data);
void pal_hand_over_check_trail_async (PalSession *session, const char *path,
                                      GAsyncReadyCallback callback, gpointer user_data);
PalTrailReport *pal_hand_over_trail_finish (PalSession *session, GAsyncResult *result,
                                            GError **error); /* of both */

G_END_DECLS
