// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-roving"
#include "config.h"

#include "pal-roving.h"

struct _PalRoving
{
  GtkWidget parent_instance;

  GtkWidget *child; /* (owned by the tree) (nullable): a list box, or what a list view scrolls in */
};

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PalRoving, pal_roving, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

static void
set_child (PalRoving *self, GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (GTK_IS_LIST_BOX (child) || GTK_IS_SCROLLED_WINDOW (child))
    set_child (PAL_ROVING (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = add_child;
}

static GtkListBoxRow *
find_first_row (PalRoving *self)
{
  GtkWidget *child = gtk_widget_get_first_child (self->child);

  while (child != NULL && !(GTK_IS_LIST_BOX_ROW (child) && gtk_widget_get_child_visible (child)))
    child = gtk_widget_get_next_sibling (child);

  return child != NULL ? GTK_LIST_BOX_ROW (child) : NULL;
}

static gboolean
pal_roving_focus (GtkWidget *widget, GtkDirectionType direction)
{
  PalRoving *self = PAL_ROVING (widget);
  GtkListBoxRow *row = NULL;

  if (self->child == NULL)
    return FALSE;

  if (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
    {
      /* Inside already: go on to what comes next. */
      if (gtk_widget_get_focus_child (widget) != NULL)
        return FALSE;
      /* A list view begins where it was left. */
      if (!GTK_IS_LIST_BOX (self->child))
        return gtk_widget_child_focus (self->child, direction);
      row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->child));
      /* A list would select what it gives the focus to, and the page would change on the way past
       * it, or when GTK looks for a new place for the focus. */
      if (row == NULL)
        row = find_first_row (self);
      if (row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row)))
        return TRUE;
    }

  return gtk_widget_child_focus (self->child, direction);
}

static void
pal_roving_dispose (GObject *object)
{
  PalRoving *self = PAL_ROVING (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (pal_roving_parent_class)->dispose (object);
}

static void
pal_roving_class_init (PalRovingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_roving_dispose;
  widget_class->focus = pal_roving_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "roving");
}

static void
pal_roving_init (PalRoving *self)
{
}

GtkWidget *
pal_roving_new (GtkListBox *list)
{
  PalRoving *self = g_object_new (PAL_TYPE_ROVING, NULL);

  set_child (self, GTK_WIDGET (list));

  return GTK_WIDGET (self);
}
