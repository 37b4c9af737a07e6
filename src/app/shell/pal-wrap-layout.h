// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lays children out in lines, as words in a paragraph: chips, and the toggles of a choice. */

#define PAL_TYPE_WRAP_LAYOUT (pal_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (PalWrapLayout, pal_wrap_layout, PAL, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *pal_wrap_layout_new (int spacing_px);

G_END_DECLS
