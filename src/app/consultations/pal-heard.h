// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier-model.h"
#include "pal-point-places.h"
#include "pal-record.h"

G_BEGIN_DECLS

/* What was heard in consultations, for all pages of a dossier that is open: read in the background
 * when somebody first asks, and followed from then on. Main thread. */

#define PAL_TYPE_HEARD (pal_heard_get_type ())
G_DECLARE_FINAL_TYPE (PalHeard, pal_heard, PAL, HEARD, PalDossierModel)

/* (transfer none): one for each dossier; lives as long. */
PalHeard *pal_heard_of_dossier (PalDossier *dossier);

/* (nullable): NULL as long as it is being read. All that is borrowed from it is gone at "changed".
 */
PalConsultations *pal_heard_get_consultations (PalHeard *self);
/* (element-type PalPointPlace) (transfer full) (nullable): what was said about a page of a record;
 * what it borrows is gone at "changed". */
GPtrArray *
pal_heard_find (PalHeard *self, const char *record, PalOutlinePage *page) G_GNUC_WARN_UNUSED_RESULT;

/* Once a point was quoted in an answer: saves the answer, and ties the point to the change. node:
 * path with row ids. */
void
pal_heard_tie_async (PalHeard *self, PalRecord *record, const char *node, const char *point_record,
                     const char *point, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_heard_tie_finish (PalHeard *self, GAsyncResult *result, GError **error);

/* Signals:
 *  "changed": something else was said, or considered
 */

G_END_DECLS
