// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-comment.h"
#include "pal-dossier-model.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The comments of a dossier, as the window shows them: beside the question, in a pane of their own,
 * and as a list of all that is open. Follows merges and undo. Main thread. */

#define PAL_TYPE_COMMENTS (pal_comments_get_type ())
G_DECLARE_FINAL_TYPE (PalComments, pal_comments, PAL, COMMENTS, PalDossierModel)

/* (transfer none): one for each dossier; lives as long. */
PalComments *pal_comments_of_dossier (PalDossier *dossier);

/* (element-type PalComment): by talk, the oldest first; each talk begins with the comment that has
 * no reply id of its own, or stands alone. */
GPtrArray *pal_comments_get_list (PalComments *self);
guint pal_comments_get_count (PalComments *self); /* open talks; notify::count */
guint pal_comments_count_open (PalComments *self, const char *record, const char *node);
/* Whether the comment at this place of the list begins a talk. */
gboolean pal_comments_is_first (PalComments *self, guint index);

/* Asks whoever shows comments to show those of a question. */
void pal_comments_ask (PalComments *self, const char *record, const char *node, const char *title);

/* reply: (nullable): id of the comment that is answered. */
void
pal_comments_add_async (PalComments *self, const char *record, const char *node, const char *text,
                        const char *reply, GAsyncReadyCallback callback, gpointer user_data);
void pal_comments_resolve_async (PalComments *self, const char *id, gboolean resolved,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean
pal_comments_write_finish (PalComments *self, GAsyncResult *result, GError **error); /* of both */

/* Signals:
 *  "changed": there are others now, or one says something else
 *  "show" (const char *record, const char *node, const char *title)
 */

G_END_DECLS
