// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-ring"
#include "config.h"

#include "pal-ring.h"

#include <glib/gi18n.h>

struct _PalRing
{
  GtkWidget parent_instance;

  int size; /* pixels */
  PalRingState state;
  double fraction; /* 0 to 1 */
};

enum
{
  PROP_0,
  PROP_SIZE,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (PalRing, pal_ring, GTK_TYPE_WIDGET)

static void
pal_ring_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = PAL_RING (widget)->size;
}

static void
lookup_color (GtkWidget *widget, const char *name, GdkRGBA *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (!gtk_style_context_lookup_color (context, name, color))
    gtk_style_context_get_color (context, color);
}

static void
draw_tick (cairo_t *cr, double center, double radius)
{
  cairo_move_to (cr, center - radius * 0.42, center + radius * 0.02);
  cairo_line_to (cr, center - radius * 0.1, center + radius * 0.34);
  cairo_line_to (cr, center + radius * 0.46, center - radius * 0.32);
  cairo_stroke (cr);
}

static void
draw_mark (cairo_t *cr, double center, double radius)
{
  cairo_move_to (cr, center, center - radius * 0.46);
  cairo_line_to (cr, center, center + radius * 0.12);
  cairo_stroke (cr);
  cairo_arc (cr, center, center + radius * 0.46, radius * 0.09, 0, 2 * G_PI);
  cairo_stroke (cr);
}

static void
pal_ring_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PalRing *self = PAL_RING (widget);
  double side = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  double line = MAX (2, side / 9);
  double radius = (side - line) / 2;
  double center = side / 2;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GdkRGBA accent, text, ink;
  cairo_t *cr = NULL;

  lookup_color (widget, "accent_bg_color", &accent);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, side, side));
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, line);

  if (self->state == PAL_RING_DONE || self->state == PAL_RING_PROBLEM)
    {
      gboolean done = self->state == PAL_RING_DONE;

      lookup_color (widget, done ? "success_bg_color" : "warning_bg_color", &accent);
      lookup_color (widget, done ? "success_fg_color" : "warning_fg_color", &ink);
      gdk_cairo_set_source_rgba (cr, &accent);
      cairo_arc (cr, center, center, side / 2, 0, 2 * G_PI);
      cairo_fill (cr);
      gdk_cairo_set_source_rgba (cr, &ink);
      if (done)
        draw_tick (cr, center, side / 2);
      else
        draw_mark (cr, center, side / 2);
    }
  else
    {
      double from = -G_PI / 2;
      double span = 2 * G_PI * self->fraction;

      text.alpha *= 0.2;
      gdk_cairo_set_source_rgba (cr, &text);
      cairo_arc (cr, center, center, radius, 0, 2 * G_PI);
      cairo_stroke (cr);
      if (self->fraction > 0)
        {
          gdk_cairo_set_source_rgba (cr, &accent);
          if (mirrored)
            cairo_arc_negative (cr, center, center, radius, from, from - span);
          else
            cairo_arc (cr, center, center, radius, from, from + span);
          cairo_stroke (cr);
        }
    }

  cairo_destroy (cr);
}

static void
pal_ring_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    g_value_set_int (value, PAL_RING (object)->size);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_ring_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    pal_ring_set_size (PAL_RING (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_ring_class_init (PalRingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pal_ring_get_property;
  object_class->set_property = pal_ring_set_property;
  widget_class->measure = pal_ring_measure;
  widget_class->snapshot = pal_ring_snapshot;

  properties[PROP_SIZE]
      = g_param_spec_int ("size", NULL, NULL, 8, 512, 18,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_set_css_name (widget_class, "ring");
  /* What it shows is said by the row around it, in words. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
pal_ring_init (PalRing *self)
{
  self->size = 18;
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
pal_ring_new (int size_px)
{
  return g_object_new (PAL_TYPE_RING, "size", size_px, NULL);
}

void
pal_ring_set_size (PalRing *self, int size_px)
{
  g_return_if_fail (PAL_IS_RING (self));

  if (self->size == size_px)
    return;

  self->size = size_px;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
}

void
pal_ring_set (PalRing *self, PalRingState state, double fraction)
{
  g_return_if_fail (PAL_IS_RING (self));

  if (self->state == state && self->fraction == fraction)
    return;

  self->state = state;
  self->fraction = CLAMP (fraction, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pal_ring_set_counts (PalRing *self, guint answered, guint questions, guint problems)
{
  if (problems > 0)
    pal_ring_set (self, PAL_RING_PROBLEM, 0);
  else if (questions > 0 && answered >= questions)
    pal_ring_set (self, PAL_RING_DONE, 1);
  else if (answered > 0)
    pal_ring_set (self, PAL_RING_STARTED, (double) answered / questions);
  else
    pal_ring_set (self, PAL_RING_EMPTY, 0);
}

PalRingState
pal_ring_get_state (PalRing *self)
{
  return self->state;
}

char *
pal_ring_dup_words (guint answered, guint questions, guint problems)
{
  if (problems > 0)
    return g_strdup_printf (
        ngettext ("%u answer needs another look", "%u answers need another look", problems),
        problems);
  /* A page of a note alone: an instrument without articles in this cluster. */
  if (questions == 0)
    return g_strdup (_ ("Nothing to answer"));
  if (answered >= questions)
    return g_strdup (_ ("All answered"));

  /* TRANSLATORS: how many questions have an answer, and how many there are */
  return g_strdup_printf (_ ("Questions answered: %1$u of %2$u"), answered, questions);
}
