// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* before: (nullable): what its author saw there. FALSE stops, with an error. Both are borrowed. */
typedef gboolean (*PalDossierWalk) (const PalChange *change, const char *before, gpointer user_data,
                                    GError **error);
gboolean pal_dossier_walk_log (PalDossier *self, PalDossierWalk func, gpointer user_data,
                               GCancellable *cancellable, GError **error);

G_END_DECLS
