// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Seals an archive, if it shall be, and copies it to a stick. progress: called in the main context,
 * with FALSE while it seals and TRUE while it copies. */
typedef void (*PalStickJobProgress) (gboolean copies, double fraction, gpointer user_data);

/* folder: private, where sealed volumes stay for another try. module_certificate: (nullable): PEM
 * path; NULL: not sealed. target: a folder on the stick. */
void
pal_stick_job_async (const char *archive, const char *folder, const char *module_certificate,
                     const char *target, PalStickJobProgress progress, gpointer progress_data,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Whether all is on the stick. */
gboolean pal_stick_job_finish (GAsyncResult *result, GError **error);

G_END_DECLS
