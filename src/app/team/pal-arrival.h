// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-handout.h"
#include "pal-session.h"

G_BEGIN_DECLS

/* A package that came from a colleague, verified and unpacked, and what can be done with it. Each
 * act runs on a thread of its own; until it ends, nobody looks at the package. */

#define PAL_TYPE_ARRIVAL (pal_arrival_get_type ())
G_DECLARE_FINAL_TYPE (PalArrival, pal_arrival, PAL, ARRIVAL, GObject)

/* identity: (nullable): whose key opens it. Errors of pal_handout_look(). */
void pal_arrival_look_async (const char *path, PalIdentity *identity, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
PalArrival *pal_arrival_look_finish (GAsyncResult *result, GError **error);

const PalHandout *pal_arrival_get_handout (PalArrival *self);
gboolean pal_arrival_is_section (PalArrival *self);
/* The fingerprint in groups, to be read out over the telephone. */
char *pal_arrival_dup_spoken_fingerprint (PalArrival *self) G_GNUC_WARN_UNUSED_RESULT;

/* A section becomes a working dossier. */
void pal_arrival_open_async (PalArrival *self, const char *path, PalHandoutFlags flags,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
/* What a return would bring into the dossier of a session. */
void pal_arrival_preview_async (PalArrival *self, PalSession *session, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* Merges it as one act; records that are open show it. */
void pal_arrival_merge_async (PalArrival *self, PalSession *session, PalHandoutFlags flags,
                              GAsyncReadyCallback callback, gpointer user_data);
/* Keeps a copy apart until somebody decides. */
void pal_arrival_keep_apart_async (PalArrival *self, PalSession *session,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_arrival_finish (PalArrival *self, GAsyncResult *result, GError **error); /* of these */

G_END_DECLS
