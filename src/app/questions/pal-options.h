// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-option.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* A box of options: toggles side by side when they are few and short, otherwise a list, in columns
 * where there is room. */

#define PAL_TYPE_OPTIONS (pal_options_get_type ())
G_DECLARE_FINAL_TYPE (PalOptions, pal_options, PAL, OPTIONS, GtkWidget)

GtkWidget *pal_options_new (GtkAccessibleRole role);
/* Shows choices, (element-type PalChoice). An option that stays keeps its widget, and with it the
 * focus; only its words may be others. toggled: of the new ones. */
void pal_options_show (GtkWidget *box, GPtrArray *choices, GCallback toggled, gpointer user_data);
void pal_options_empty (GtkWidget *box);
gboolean pal_options_are_same (GPtrArray *a, GPtrArray *b);

G_END_DECLS
