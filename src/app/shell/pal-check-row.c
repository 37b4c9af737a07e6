// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-check-row"
#include "config.h"

#include "pal-check-row.h"

#include <adwaita.h>

#define VALUE_KEY "pal-value"

/**
 * pal_check_row_new:
 * @title: what is ticked, in words
 * @value: what it stands for
 * @group: (nullable): another one, of which only one can be chosen
 * @check: (out) (transfer none): its check button
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
pal_check_row_new (const char *title, const char *value, GtkCheckButton *group,
                   GtkCheckButton **check)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_check_button_new ();

  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), group);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  /* One stop of Tab for each, not two. */
  gtk_widget_set_focusable (row, FALSE);
  g_object_set_data_full (G_OBJECT (button), VALUE_KEY, g_strdup (value), g_free);
  *check = GTK_CHECK_BUTTON (button);

  return row;
}

const char *
pal_check_row_get_value (GtkCheckButton *check)
{
  return g_object_get_data (G_OBJECT (check), VALUE_KEY);
}
