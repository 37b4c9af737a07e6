// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* SHA-256, hardware speed. */
typedef struct _PalDigest PalDigest;

#define PAL_DIGEST_BYTES 32
#define PAL_DIGEST_MAX_BYTES 64

PalDigest *pal_digest_new (void);
void pal_digest_update (PalDigest *self, const void *data, gsize length);
void pal_digest_finish (PalDigest *self, guint8 out[PAL_DIGEST_BYTES]);
void pal_digest_free (PalDigest *self);

/* The larger sisters, for reading what others signed. bits: 256, 384 or 512. */
PalDigest *pal_digest_new_sized (guint bits);
gsize pal_digest_finish_sized (PalDigest *self, guint8 out[PAL_DIGEST_MAX_BYTES]);

char *pal_digest_to_hex (const guint8 digest[PAL_DIGEST_BYTES]) G_GNUC_WARN_UNUSED_RESULT;
char *pal_digest_bytes_hex (const void *data, gsize length) G_GNUC_WARN_UNUSED_RESULT;
/* Blocking. */
char *pal_digest_file_hex (const char *path, goffset *size, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalDigest, pal_digest_free)

G_END_DECLS
