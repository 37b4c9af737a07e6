// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-merge.h"

G_BEGIN_DECLS

/* Work on a dossier that lies on a stick or in a network folder: in a copy of one's own in the data
 * folder, which is merged back. If the stick is pulled, the copy stays, and is found the next time.
 * All of it is blocking. */

/* Opens a dossier wherever it lies: as it is, or the copy of it. When a copy was left, it is opened
 * even if the stick is not there, and takes in what others wrote there. */
PalDossier *pal_away_open (const char *origin, gboolean *is_away, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether there is a copy that was never brought back. */
gboolean pal_away_is_left (const char *origin);

/* The copy for a file; made, or brought up to date with what others wrote. was_left: (out)
 * (nullable): it was there from before and holds what was never brought back. */
char *pal_away_begin (const char *origin, gboolean *was_left, GCancellable *cancellable,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* dossier: the copy, open. Takes in what others wrote there, then puts a whole new file there. */
gboolean pal_away_bring_back (PalDossier *dossier, const char *origin, GCancellable *cancellable,
                              GError **error);
/* The same, when there is anything new on either side since the last time. mark: (inout)
 * (nullable): what was there then. merged: (out) (nullable) (optional): what came in from others.
 */
gboolean
pal_away_bring_back_new (PalDossier *dossier, const char *origin, char **mark,
                         PalMergeReport **merged, GCancellable *cancellable, GError **error);
/* After the copy was brought back and closed. */
void pal_away_end (const char *origin);

G_END_DECLS
