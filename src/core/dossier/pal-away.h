// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Work on a dossier that lies on a stick or in a network folder: in a copy of one's own in the data
 * folder, which is merged back. If the stick is pulled, the copy stays, and is found the next time.
 * All of it is blocking. */

/* The copy for a file; made, or brought up to date with what others wrote. was_left: (out)
 * (nullable): it was there from before and holds what was never brought back. */
char *pal_away_begin (const char *origin, gboolean *was_left, GCancellable *cancellable,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* dossier: the copy, open. Takes in what others wrote there, then puts a whole new file there. */
gboolean pal_away_bring_back (PalDossier *dossier, const char *origin, GCancellable *cancellable,
                              GError **error);
/* After the copy was brought back and closed. */
void pal_away_end (const char *origin);

G_END_DECLS
