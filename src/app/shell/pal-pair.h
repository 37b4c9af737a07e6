// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Children side by side in equal parts when there is room, and one below the other when there is
 * not. Property "part-width": pixels that each needs to stand beside another. */

#define PAL_TYPE_PAIR (pal_pair_get_type ())
G_DECLARE_FINAL_TYPE (PalPair, pal_pair, PAL, PAIR, GtkWidget)

gboolean pal_pair_is_wide (PalPair *self); /* side by side, as laid out last */

G_END_DECLS
