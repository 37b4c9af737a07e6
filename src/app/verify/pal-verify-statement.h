// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a module signs: a receipt is told in words, and closes the delivery of an open dossier that
 * waits for it; a notice of another key is shown with both fingerprints, and kept if a person says
 * yes. */

/* Neither a package nor something sealed. */
gboolean pal_verify_statement_is_one (const char *path);
void pal_verify_statement_open (GtkWindow *window, const char *path);

G_END_DECLS
