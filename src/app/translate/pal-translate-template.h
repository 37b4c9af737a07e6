// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A piece of one of the program's own templates, to look at: nothing in it can be operated. */

typedef const char *(*PalTranslateFunc) (const char *context, const char *english,
                                         gpointer user_data);

/* resource: path of a template; context: (nullable); english: a text in it. All texts in the piece
 * go through translate. (transfer floating) (nullable): NULL when the text is not there, or not in
 * something that can be seen. */
GtkWidget *
pal_translate_template_build (const char *resource, const char *context, const char *english,
                              PalTranslateFunc translate, gpointer user_data);

G_END_DECLS
