// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* When a dossier cannot be opened: says why, and if there are backups of it, offers to make a new
 * file of the newest one and of what can still be read. Nothing is overwritten. */

void pal_rescue_offer_async (GtkWidget *parent, const char *path, const GError *error,
                             GAsyncReadyCallback callback, gpointer user_data);
/* (nullable) (transfer full): the new file, if there is one. */
char *pal_rescue_offer_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
