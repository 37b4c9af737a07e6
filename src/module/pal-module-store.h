// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Uploads on the disk. What is acknowledged is flushed first: after a power loss an upload stands
 * where the sender was told that it stands. Main thread, unless said otherwise. */
typedef struct _PalStore PalStore;

typedef struct
{
  char *id;
  char *dir;
  char *sha256; /* as declared */
  char *name;   /* as declared; only ever shown */
  char *owner;  /* fingerprint of the certificate, or digest of the token */
  char *sender; /* (nullable): fingerprint of the client certificate */
  goffset length;
  goffset written; /* in the file */
  goffset offset;  /* flushed and noted: what may be acknowledged */
  int fd;
  gboolean is_gone; /* thrown away */
} PalUpload;

PalStore *pal_store_new (const char *dir, GError **error);
void pal_store_free (PalStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalStore, pal_store_free)

const char *pal_store_get_dir (PalStore *self);

PalUpload *pal_upload_ref (PalUpload *upload);
void pal_upload_unref (PalUpload *upload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalUpload, pal_upload_unref)

PalUpload *pal_store_create (PalStore *self, goffset length, const char *sha256, const char *name,
                             const char *owner, const char *sender, GError **error);
PalUpload *pal_store_find (PalStore *self, const char *id);
GPtrArray *pal_store_list_finished (PalStore *self);
gboolean pal_store_has_finished (PalStore *self, const char *sha256);
gboolean pal_upload_write (PalUpload *upload, const void *data, gsize length, GError **error);
gboolean pal_upload_truncate (PalUpload *upload, goffset length, GError **error);
void pal_store_commit_async (PalStore *self, PalUpload *upload, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean pal_store_commit_finish (PalStore *self, GAsyncResult *result, GError **error);
void pal_store_forget (PalStore *self, PalUpload *upload);

GBytes *pal_store_load_receipt (PalStore *self, const char *sha256);
gboolean pal_store_has_room (PalStore *self, goffset bytes);

G_END_DECLS
