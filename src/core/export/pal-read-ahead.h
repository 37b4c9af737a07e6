// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

gboolean pal_read_ahead (PalDossier *dossier, const char *name, PalDossierChunk chunk,
                         gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
