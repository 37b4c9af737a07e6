// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A label for running text, and its text. GTK 4.8 measures labels that may break inside words four
 * times slower than others, and a page has a hundred of them: only a text with a word that is
 * longer than a narrow window gets that. */
GtkWidget *pal_wrap_label_new (const char *css_class); /* css_class: (nullable) */
void pal_wrap_set_text (GtkLabel *label, const char *text);
/* For the label that a button or a tick made of its text: it takes several lines where one is too
 * long. After each new text. */
void pal_wrap_label (GtkLabel *label);

G_END_DECLS
