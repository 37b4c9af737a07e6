// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text view that is as high as its text: outside a scrolled window of its own, GtkTextView keeps
 * the height that it had at another width. */

#define PAL_TYPE_TEXT_VIEW (pal_text_view_get_type ())
G_DECLARE_FINAL_TYPE (PalTextView, pal_text_view, PAL, TEXT_VIEW, GtkTextView)

GtkWidget *pal_text_view_new (GtkTextBuffer *buffer);

G_END_DECLS
