// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text beside another one, word by word: what was removed is struck through, what is new is
 * underlined; a screen reader hears both in words. */

typedef enum
{
  PAL_COMPARISON_DEFAULT = 0,
  PAL_COMPARISON_ONLY_AFTER = 1 << 0 /* what stands in the first one alone is not shown */
} PalComparisonFlags;

GtkWidget *pal_comparison_new (const char *before, const char *after, PalComparisonFlags flags);

G_END_DECLS
