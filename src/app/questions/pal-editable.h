// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Entries in which Ctrl+Z takes back what was typed there, and then what the session can undo. */

void pal_editable_share_undo (GtkEditable *editable);
/* Shows a text that nobody typed there. */
void pal_editable_show_text (GtkEditable *editable, const char *text);

G_END_DECLS
