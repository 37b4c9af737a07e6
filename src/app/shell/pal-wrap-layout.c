// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-wrap-layout"
#include "config.h"

#include "pal-wrap-layout.h"

struct _PalWrapLayout
{
  GtkLayoutManager parent_instance;

  int spacing;      /* pixels, between children and between lines */
  int column_width; /* pixels; 0: each child has the width it wants, else columns of equal width */
};

enum
{
  PROP_0,
  PROP_SPACING,
  PROP_COLUMN_WIDTH,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (PalWrapLayout, pal_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static int
child_width (PalWrapLayout *self, GtkWidget *child, int available)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  if (self->column_width > 0)
    {
      gint64 wanted = (gint64) self->column_width + self->spacing;
      int columns = MAX (1, (int) ((available + self->spacing) / wanted));

      return MAX (minimum, (available - (columns - 1) * self->spacing) / columns);
    }

  return MAX (minimum, MIN (natural, available));
}

static int
child_height (GtkWidget *child, int width)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);

  return natural;
}

/* The first child after one line of at most width pixels that begins with first. */
static GtkWidget *
take_line (PalWrapLayout *self, GtkWidget *first, int width, int *height)
{
  int used = 0;

  *height = 0;
  for (GtkWidget *child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int wide;

      if (!gtk_widget_should_layout (child))
        continue;
      wide = child_width (self, child, width);
      if (used > 0 && used + self->spacing + wide > width)
        return child;
      used += (used > 0 ? self->spacing : 0) + wide;
      *height = MAX (*height, child_height (child, wide));
    }

  return NULL;
}

static int
height_for_width (PalWrapLayout *self, GtkWidget *widget, int width)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int total = 0;

  while (child != NULL)
    {
      int height;

      child = take_line (self, child, width, &height);
      total += height + (total > 0 && height > 0 ? self->spacing : 0);
    }

  return total;
}

static void
pal_wrap_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation,
                         int for_size, int *minimum, int *natural, int *minimum_baseline,
                         int *natural_baseline)
{
  PalWrapLayout *self = PAL_WRAP_LAYOUT (manager);
  int widest = 0;
  int all = 0;

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    {
      *minimum = *natural = height_for_width (self, widget, for_size);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                          NULL, NULL);
      widest = MAX (widest, child_minimum);
      all += (all > 0 ? self->spacing : 0) + child_natural;
    }
  all = MAX (all, widest);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = widest;
      *natural = all;
    }
  else
    {
      *minimum = height_for_width (self, widget, all);
      *natural = *minimum;
    }
}

static void
pal_wrap_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height,
                          int baseline)
{
  PalWrapLayout *self = PAL_WRAP_LAYOUT (manager);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *first = gtk_widget_get_first_child (widget);
  int y = 0;

  while (first != NULL)
    {
      int line_height;
      int x = 0;
      GtkWidget *next = take_line (self, first, width, &line_height);

      for (GtkWidget *child = first; child != next; child = gtk_widget_get_next_sibling (child))
        {
          int wide;

          if (!gtk_widget_should_layout (child))
            continue;
          wide = child_width (self, child, width);
          gtk_widget_size_allocate (
              child, &(GtkAllocation){ mirrored ? width - x - wide : x, y, wide, line_height }, -1);
          x += wide + self->spacing;
        }
      y += line_height + (line_height > 0 ? self->spacing : 0);
      first = next;
    }
}

static GtkSizeRequestMode
pal_wrap_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
pal_wrap_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SPACING)
    g_value_set_int (value, PAL_WRAP_LAYOUT (object)->spacing);
  else if (id == PROP_COLUMN_WIDTH)
    g_value_set_int (value, PAL_WRAP_LAYOUT (object)->column_width);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_wrap_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SPACING)
    PAL_WRAP_LAYOUT (object)->spacing = g_value_get_int (value);
  else if (id == PROP_COLUMN_WIDTH)
    PAL_WRAP_LAYOUT (object)->column_width = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (object));
}

static void
pal_wrap_layout_class_init (PalWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = pal_wrap_layout_get_property;
  object_class->set_property = pal_wrap_layout_set_property;
  layout_class->measure = pal_wrap_layout_measure;
  layout_class->allocate = pal_wrap_layout_allocate;
  layout_class->get_request_mode = pal_wrap_layout_get_request_mode;

  properties[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, 100, 6,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COLUMN_WIDTH] = g_param_spec_int ("column-width", NULL, NULL, 0, G_MAXINT, 0,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
pal_wrap_layout_init (PalWrapLayout *self)
{
  self->spacing = 6;
}

GtkLayoutManager *
pal_wrap_layout_new (int spacing_px)
{
  return g_object_new (PAL_TYPE_WRAP_LAYOUT, "spacing", spacing_px, NULL);
}
