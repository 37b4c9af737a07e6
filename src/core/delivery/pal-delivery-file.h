// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"

G_BEGIN_DECLS

/* What survives a restart: one small key file in the state folder. It holds no secret: neither
 * token nor key; the address of the upload is only good together with them. */
typedef struct
{
  char *archive; /* absolute path */
  goffset size;  /* bytes; with mtime_us, what the digest was taken of */
  gint64 mtime_us;
  char *sha256;   /* (nullable) until hashed */
  char *endpoint; /* URL */
  char *upload;   /* (nullable): path of the upload on the endpoint's origin */
  PalDeliveryState state;
  PalDeliveryReason reason;
  char *message; /* (nullable) */
  goffset sent;  /* bytes acknowledged when last written */
  gint64 next_try_us;
  gint64 queued_us;  /* when a person sent it: its place among the others; 0 never */
  gint64 changed_us; /* when it was last written, microseconds since 1970, UTC */
} PalDeliveryFile;

PalDeliveryFile *pal_delivery_file_new (void);
PalDeliveryFile *pal_delivery_file_copy (const PalDeliveryFile *self);
void pal_delivery_file_free (PalDeliveryFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalDeliveryFile, pal_delivery_file_free)

PalDeliveryFile *pal_delivery_file_load (const char *state_dir, GError **error);
gboolean
pal_delivery_file_save (const PalDeliveryFile *self, const char *state_dir, GError **error);
char *pal_delivery_file_dup_receipt_path (const char *state_dir,
                                          const char *sha256) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *pal_delivery_file_load_log (const char *state_dir);
gboolean pal_delivery_file_append_log (const char *state_dir, const char *line, GError **error);

const char *pal_delivery_reason_to_string (PalDeliveryReason reason);

G_END_DECLS
