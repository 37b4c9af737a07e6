// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-conflict-place.h"
#include "pal-dossier-model.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What several people wrote apart from each other in a dossier, as the window shows it: on the
 * question, in the list of pages, and on the page where it is settled. Follows merges, undo and
 * whatever settles one. Main thread. */

#define PAL_TYPE_CONFLICTS (pal_conflicts_get_type ())
G_DECLARE_FINAL_TYPE (PalConflicts, pal_conflicts, PAL, CONFLICTS, PalDossierModel)

/* (transfer none): one for each dossier; lives as long. */
PalConflicts *pal_conflicts_of_dossier (PalDossier *dossier);

GPtrArray *pal_conflicts_get_list (PalConflicts *self); /* (element-type PalConflict) */
guint pal_conflicts_get_count (PalConflicts *self);     /* notify::count */
/* Those about a question, or about rows of a repeat. (nullable): NULL when there are none */
const PalConflict *pal_conflicts_find (PalConflicts *self, const char *record, const char *node);
const PalConflict *pal_conflicts_find_row (PalConflicts *self, const char *record,
                                           const char *repeat, const char *around);

/* Asks whoever shows conflicts to show this one; node: (nullable): any. */
void pal_conflicts_ask (PalConflicts *self, const char *record, const char *node);
/* What was asked for, once: a page that is made for it was not there to hear it. Returns: whether
 * there is such. record, node: (out) (transfer full) */
gboolean pal_conflicts_take_asked (PalConflicts *self, char **record, char **node);

/* Writes what settles a conflict, as one act. changes: (transfer full) (element-type PalChange) */
void pal_conflicts_settle_async (PalConflicts *self, GPtrArray *changes,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type PalChange): what records that are open have to show */
GPtrArray *pal_conflicts_settle_finish (PalConflicts *self, GAsyncResult *result, GError **error);

/* Signals:
 *  "changed": the list is another one
 *  "show" (const char *record, const char *node)
 */

G_END_DECLS
