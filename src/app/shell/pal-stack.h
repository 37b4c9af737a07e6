// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows one child of a stack and hides the others for good: GtkStack 4.8 leaves pages that are not
 * shown in the accessible tree, where a screen reader would still find their questions. */
void pal_stack_show (GtkStack *stack, GtkWidget *child);
void pal_stack_show_named (GtkStack *stack, const char *name);

G_END_DECLS
