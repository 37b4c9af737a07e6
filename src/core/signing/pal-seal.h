// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"
#include "pal-sealed.h"

G_BEGIN_DECLS

/* An archive for the eyes of a module (or some people) only, in volumes that fit any stick: a
 * folder named after the SHA-256 of the archive, with 0001.p7m to NNNN.p7m and, last of all,
 * volumes.json. "openssl cms -decrypt -inform DER" opens each volume; one after the other they are
 * the archive. */

/* Called in the thread that works. */
typedef void (*PalSealProgress) (double fraction, gpointer user_data);

/* The folder is made below parent. recipients: (element-type utf8): PEM or its paths. Blocking,
 * about 40 MB of memory. Returns the folder. */
char *
pal_seal (const char *archive, const char *parent, GPtrArray *recipients, PalSealProgress progress,
          gpointer user_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Blocking, about 40 MB of memory. */
gboolean pal_seal_open (const char *folder, const char *out_path, PalIdentity *identity,
                        PalSealProgress progress, gpointer user_data, GCancellable *cancellable,
                        GError **error);

G_END_DECLS
