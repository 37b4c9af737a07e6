// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Atomic publishing: a file appears under its final name whole and on the disk, or not at all. */
typedef struct _PalPublish PalPublish;

PalPublish *pal_publish_begin (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_publish_write (PalPublish *self, const void *data, gsize length, GError **error);
int pal_publish_get_fd (PalPublish *self);
gboolean pal_publish_commit (PalPublish *self, GError **error);
void pal_publish_free (PalPublish *self);

gboolean pal_publish_bytes (const char *path, GBytes *bytes, GError **error);
gboolean pal_publish_sync_folder (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPublish, pal_publish_free)

G_END_DECLS
