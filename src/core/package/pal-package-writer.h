// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-identity.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PAL_PACKAGE_ERROR (pal_package_error_quark ())
typedef enum
{
  PAL_PACKAGE_ERROR_NAME, /* a name outside the profile */
  PAL_PACKAGE_ERROR_LIMIT,
  PAL_PACKAGE_ERROR_MALFORMED, /* outside the container profile */
  PAL_PACKAGE_ERROR_INVALID,   /* digests or signature do not hold */
  PAL_PACKAGE_ERROR_IO
} PalPackageError;
GQuark pal_package_error_quark (void);

/* Writes an ASiC-E container that is a BagIt bag (package-format 2.2), in one pass, atomically.
 * One thread, blocking: use it from a worker. */
typedef struct _PalPackageWriter PalPackageWriter;

PalPackageWriter *pal_package_writer_new (const char *path, GError **error);
void pal_package_writer_free (PalPackageWriter *self);
/* name starts with "data/"; media_type e.g. "application/xml". The first one added is the root
 * file. */
gboolean
pal_package_writer_add_bytes (PalPackageWriter *self, const char *name, const char *media_type,
                              const void *data, gsize length, GError **error);
gboolean pal_package_writer_begin (PalPackageWriter *self, const char *name, const char *media_type,
                                   GError **error); /* stored */
/* For files that may reach 4 GiB: size in bytes, which must then come true. */
gboolean pal_package_writer_begin_sized (PalPackageWriter *self, const char *name,
                                         const char *media_type, guint64 size, GError **error);
gboolean
pal_package_writer_write (PalPackageWriter *self, const void *data, gsize length, GError **error);
gboolean pal_package_writer_end (PalPackageWriter *self, GError **error);
/* SHA-256 of the file ended or added last, in hexadecimal digits. */
char *pal_package_writer_dup_last_sha256 (PalPackageWriter *self) G_GNUC_WARN_UNUSED_RESULT;
/* identity: (nullable): NULL leaves it unsigned (ASiCManifest001 without signature is not written).
 */
gboolean
pal_package_writer_finish (PalPackageWriter *self, const char *external_identifier,
                           const char *source_organization, PalIdentity *identity, GError **error);
/* Lower limit on all bytes together than the profile's 16 GiB. */
void pal_package_writer_set_max_bytes (PalPackageWriter *self, guint64 max_bytes);
/* Adds a signature (the first, or a further one that also covers what was signed before). */
gboolean pal_package_sign (const char *in_path, const char *out_path, PalIdentity *identity,
                           GCancellable *cancellable, GError **error);

/* A name in the profile's set for a foreign file name: NFC, no forbidden characters, short. */
char *pal_package_map_name (const char *foreign) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_package_is_name (const char *name);
/* By the ending of name; a hint to readers. (transfer none) */
const char *pal_package_guess_media_type (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPackageWriter, pal_package_writer_free)

G_END_DECLS
