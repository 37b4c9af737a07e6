// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Attached files, as a person sees them. */

/* The name without the digest that the dossier puts before it. */
char *pal_attachment_dup_display_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Opens a private copy with the program that the person has for it. */
void pal_attachment_open_async (GtkWidget *parent, PalDossier *dossier, const char *name,
                                GAsyncReadyCallback callback, gpointer user_data);
/* The same with a file that is not in the dossier. name: of the file, maybe a stranger's. */
void pal_attachment_open_bytes_async (GtkWidget *parent, const char *name, GBytes *bytes,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_attachment_open_finish (GAsyncResult *result, GError **error);

/* Takes away all copies that were opened: when the program ends. */
void pal_attachment_remove_copies (void);

G_END_DECLS
