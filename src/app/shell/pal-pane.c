// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-pane"
#include "config.h"

#include "pal-pane.h"

struct _PalPane
{
  GtkWidget parent_instance;

  GtkWidget *child;  /* (owned by the tree) (nullable) */
  int natural_width; /* pixels */
};

enum
{
  PROP_0,
  PROP_CHILD,
  PROP_NATURAL_WIDTH,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PalPane, pal_pane, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (GTK_IS_WIDGET (child))
    pal_pane_set_child (PAL_PANE (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = add_child;
}

static void
pal_pane_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  PalPane *self = PAL_PANE (widget);

  if (self->child == NULL)
    return;

  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, self->natural_width);
}

static void
pal_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PalPane *self = PAL_PANE (widget);

  if (self->child != NULL)
    gtk_widget_allocate (self->child, width, height, baseline, NULL);
}

static GtkSizeRequestMode
pal_pane_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
pal_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PalPane *self = PAL_PANE (object);

  if (id == PROP_CHILD)
    g_value_set_object (value, self->child);
  else if (id == PROP_NATURAL_WIDTH)
    g_value_set_int (value, self->natural_width);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PalPane *self = PAL_PANE (object);

  if (id == PROP_CHILD)
    {
      pal_pane_set_child (self, g_value_get_object (value));
      return;
    }
  if (id == PROP_NATURAL_WIDTH)
    {
      self->natural_width = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      return;
    }
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_pane_dispose (GObject *object)
{
  PalPane *self = PAL_PANE (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (pal_pane_parent_class)->dispose (object);
}

static void
pal_pane_class_init (PalPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pal_pane_get_property;
  object_class->set_property = pal_pane_set_property;
  object_class->dispose = pal_pane_dispose;
  widget_class->measure = pal_pane_measure;
  widget_class->size_allocate = pal_pane_size_allocate;
  widget_class->get_request_mode = pal_pane_get_request_mode;

  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NATURAL_WIDTH] = g_param_spec_int ("natural-width", NULL, NULL, 0, G_MAXINT, 0,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "pane");
}

static void
pal_pane_init (PalPane *self)
{
}

void
pal_pane_set_child (PalPane *self, GtkWidget *child)
{
  g_return_if_fail (PAL_IS_PANE (self));

  if (self->child == child)
    return;

  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

GtkWidget *
pal_pane_get_child (PalPane *self)
{
  return self->child;
}
