// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery-file.h"

G_BEGIN_DECLS

/* The archive of one run, open and hashed, and the lock on its state folder. Private to this
 * folder. */
typedef struct
{
  int fd;
  int lock_fd;
  goffset size;    /* bytes */
  gint64 mtime_us; /* microseconds since 1970, UTC */
  char *sha256;
  PalDeliveryReason reason; /* NONE: all is well */
  char *message;            /* (nullable): what is not */
} PalDeliveryArchive;

PalDeliveryArchive *pal_delivery_archive_open (const PalDeliveryFile *file, const char *state_dir,
                                               GCancellable *cancellable);
PalDeliveryArchive *pal_delivery_archive_lock (const char *state_dir);
void pal_delivery_archive_free (PalDeliveryArchive *self);
gboolean pal_delivery_archive_is_unchanged (const PalDeliveryArchive *self);
gboolean pal_delivery_archive_is_file_unchanged (const PalDeliveryFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalDeliveryArchive, pal_delivery_archive_free)

G_END_DECLS
