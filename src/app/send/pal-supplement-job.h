// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearing.h"

#include "pal-identity.h"

G_BEGIN_DECLS

/* Packs what changed since the edition that was packed last. PAL_EDITION_ERROR_NONE, _NOTHING. */
void pal_supplement_pack_async (PalClearing *clearing, const char *path, PalIdentity *identity,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean pal_supplement_pack_finish (PalClearing *clearing, GAsyncResult *result, GError **error);

G_END_DECLS
