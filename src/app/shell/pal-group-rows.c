// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-group-rows"
#include "config.h"

#include "pal-group-rows.h"

/**
 * pal_group_rows_clear:
 * @rows: (element-type GtkWidget): rows, not owned, each in some preferences group
 *
 * Takes each out of its group, and forgets it: libadwaita 1.2 can neither list the rows of a group
 * nor empty one.
 */
void
pal_group_rows_clear (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (rows, i);
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (rows, 0);
}
