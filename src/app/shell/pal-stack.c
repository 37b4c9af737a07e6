// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stack"
#include "config.h"

#include "pal-stack.h"

void
pal_stack_show (GtkStack *stack, GtkWidget *child)
{
  g_return_if_fail (gtk_widget_get_parent (child) == GTK_WIDGET (stack));

  /* In this order: a stack whose visible child is hidden picks another one by itself. */
  gtk_widget_set_visible (child, TRUE);
  gtk_stack_set_visible_child (stack, child);
  for (GtkWidget *other = gtk_widget_get_first_child (GTK_WIDGET (stack)); other != NULL;
       other = gtk_widget_get_next_sibling (other))
    if (other != child)
      gtk_widget_set_visible (other, FALSE);
}

void
pal_stack_show_named (GtkStack *stack, const char *name)
{
  GtkWidget *child = gtk_stack_get_child_by_name (stack, name);

  g_return_if_fail (child != NULL);

  pal_stack_show (stack, child);
}
