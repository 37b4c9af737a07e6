// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-drop-down"
#include "config.h"

#include "pal-drop-down.h"

#define LINE_CHARS 44 /* of an item in the list */

static const char *
get_text (GtkListItem *item)
{
  return gtk_string_object_get_string (GTK_STRING_OBJECT (gtk_list_item_get_item (item)));
}

/* --- the button ---------------------------------------------------------------------------- */

static void
setup_button_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_button_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), get_text (item));
}

/* --- the list ------------------------------------------------------------------------------ */

static void
setup_list_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LINE_CHARS);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), check);
  gtk_list_item_set_child (item, box);
}

static void
show_check (GtkDropDown *menu, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *check = gtk_widget_get_last_child (gtk_list_item_get_child (item));

  /* Not hidden: the lines shall not move when another one is chosen. */
  gtk_widget_set_opacity (
      check, gtk_drop_down_get_selected_item (menu) == gtk_list_item_get_item (item) ? 1 : 0);
}

static void
bind_list_cb (GtkSignalListItemFactory *factory, GtkListItem *item, GtkDropDown *menu)
{
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  gtk_label_set_text (GTK_LABEL (label), get_text (item));
  g_signal_connect (menu, "notify::selected-item", G_CALLBACK (show_check), item);
  show_check (menu, NULL, item);
}

static void
unbind_list_cb (GtkSignalListItemFactory *factory, GtkListItem *item, GtkDropDown *menu)
{
  g_signal_handlers_disconnect_by_func (menu, show_check, item);
}

void
pal_drop_down_let_shrink (GtkDropDown *menu)
{
  g_autoptr (GtkListItemFactory) button = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) list = gtk_signal_list_item_factory_new ();

  g_return_if_fail (GTK_IS_DROP_DOWN (menu));

  g_signal_connect (button, "setup", G_CALLBACK (setup_button_cb), NULL);
  g_signal_connect (button, "bind", G_CALLBACK (bind_button_cb), NULL);
  g_signal_connect (list, "setup", G_CALLBACK (setup_list_cb), NULL);
  g_signal_connect (list, "bind", G_CALLBACK (bind_list_cb), menu);
  g_signal_connect (list, "unbind", G_CALLBACK (unbind_list_cb), menu);
  gtk_drop_down_set_factory (menu, button);
  gtk_drop_down_set_list_factory (menu, list);
}
