// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets a drop-down of strings become narrow: long words are shortened in the button and broken into
 * lines in the list. GtkDropDown by itself is as wide as its widest item. menu's model has
 * GtkStringObjects. */
void pal_drop_down_let_shrink (GtkDropDown *menu);

G_END_DECLS
