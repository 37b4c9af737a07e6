// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-pair"
#include "config.h"

#include "pal-pair.h"

#define GAP 12 /* pixels */

struct _PalPair
{
  GtkWidget parent_instance;

  int part_width; /* pixels */
  gboolean is_wide;
};

enum
{
  PROP_PART_WIDTH = 1,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PalPair, pal_pair, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (GTK_IS_WIDGET (child))
    gtk_widget_set_parent (GTK_WIDGET (child), GTK_WIDGET (buildable));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = add_child;
}

static guint
count_shown (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_should_layout (child) ? 1 : 0;

  return n;
}

static gboolean
fits (PalPair *self, guint n, int width)
{
  return n < 2 || width >= (int) n * self->part_width + (int) (n - 1) * GAP;
}

static int
get_part (guint n, int width)
{
  return MAX (0, (width - (int) (n - 1) * GAP) / (int) n);
}

static void
pal_pair_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  PalPair *self = PAL_PAIR (widget);
  guint n = count_shown (widget);
  gboolean is_wide
      = orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0 && fits (self, n, for_size);
  int part = is_wide && n > 0 ? get_part (n, for_size) : for_size;
  guint i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum = 0, child_natural = 0;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, part, &child_minimum, &child_natural, NULL, NULL);
      if (orientation == GTK_ORIENTATION_HORIZONTAL)
        {
          *minimum = MAX (*minimum, child_minimum);
          *natural = *natural + MAX (child_natural, self->part_width) + (i > 0 ? GAP : 0);
        }
      else if (is_wide)
        {
          *minimum = MAX (*minimum, child_minimum);
          *natural = MAX (*natural, child_natural);
        }
      else
        {
          *minimum += child_minimum + (i > 0 ? GAP : 0);
          *natural += child_natural + (i > 0 ? GAP : 0);
        }
      i++;
    }
}

static void
pal_pair_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PalPair *self = PAL_PAIR (widget);
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint n = count_shown (widget);
  int part = n > 0 ? get_part (n, width) : 0;
  guint i = 0;
  int y = 0;

  self->is_wide = n > 1 && fits (self, n, width);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation place = { 0, 0, width, height };

      if (!gtk_widget_should_layout (child))
        continue;
      if (self->is_wide)
        {
          place.x = (int) i * (part + GAP);
          place.width = part;
          if (is_mirrored)
            place.x = width - place.x - part;
        }
      else
        {
          gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &place.height, NULL,
                              NULL);
          place.y = y;
          y += place.height + GAP;
        }
      gtk_widget_size_allocate (child, &place, -1);
      i++;
    }
}

static GtkSizeRequestMode
pal_pair_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
pal_pair_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PART_WIDTH)
    g_value_set_int (value, PAL_PAIR (object)->part_width);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_pair_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id != PROP_PART_WIDTH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  PAL_PAIR (object)->part_width = g_value_get_int (value);
  gtk_widget_queue_resize (GTK_WIDGET (object));
}

static void
pal_pair_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (pal_pair_parent_class)->dispose (object);
}

static void
pal_pair_class_init (PalPairClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pal_pair_get_property;
  object_class->set_property = pal_pair_set_property;
  object_class->dispose = pal_pair_dispose;
  widget_class->measure = pal_pair_measure;
  widget_class->size_allocate = pal_pair_size_allocate;
  widget_class->get_request_mode = pal_pair_get_request_mode;

  properties[PROP_PART_WIDTH] = g_param_spec_int ("part-width", NULL, NULL, 0, G_MAXINT, 280,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "pair");
}

static void
pal_pair_init (PalPair *self)
{
  self->part_width = 280;
}

gboolean
pal_pair_is_wide (PalPair *self)
{
  g_return_val_if_fail (PAL_IS_PAIR (self), FALSE);

  return self->is_wide;
}
