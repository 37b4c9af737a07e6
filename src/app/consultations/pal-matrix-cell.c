// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-matrix-cell"
#include "config.h"

#include "pal-matrix-cell.h"

#include "pal-locale.h"

struct _PalMatrixCell
{
  GtkWidget parent_instance;

  guint row;
  guint column;
  PalShape shape;
  guint number;
};

G_DEFINE_FINAL_TYPE (PalMatrixCell, pal_matrix_cell, GTK_TYPE_WIDGET)

#define SIDE 36 /* pixels, at the usual size of text */

/**
 * pal_matrix_cell_get_side:
 * @widget: a widget on the screen that is meant
 *
 * Returns: how wide and high a cell is, as large as people want their text
 */
int
pal_matrix_cell_get_side (GtkWidget *widget)
{
  int dpi = 0;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);

  return dpi > 0 ? MAX (SIDE, SIDE * dpi / 1024 / 96) : SIDE;
}

static void
pal_matrix_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = pal_matrix_cell_get_side (widget);
}

static void
look_up (GtkWidget *widget, const char *name, GdkRGBA *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (!gtk_style_context_lookup_color (context, name, color))
    gtk_style_context_get_color (context, color);
}

static void
draw_number (PalMatrixCell *self, GtkSnapshot *snapshot, float side, const GdkRGBA *ink)
{
  g_autofree char *text
      = self->number < 1000 ? pal_locale_dup_number (self->number) : g_strdup ("\u2026");
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((int) ((side - width) / 2), (int) ((side - height) / 2)));
  gtk_snapshot_append_layout (snapshot, layout, ink);
  gtk_snapshot_restore (snapshot);
}

static void
draw_disc (GtkSnapshot *snapshot, float side, const GdkRGBA *color)
{
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (
      &round, &GRAPHENE_RECT_INIT (side * 0.06, side * 0.06, side * 0.88, side * 0.88),
      side * 0.44);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, color, &round.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
draw_ring (GtkSnapshot *snapshot, float side, const GdkRGBA *color)
{
  const float width[4] = { 2, 2, 2, 2 };
  const GdkRGBA colors[4] = { *color, *color, *color, *color };
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (
      &round, &GRAPHENE_RECT_INIT (side * 0.06, side * 0.06, side * 0.88, side * 0.88),
      side * 0.44);
  gtk_snapshot_append_border (snapshot, &round, width, colors);
}

static void
draw_diamond (GtkSnapshot *snapshot, float side, const GdkRGBA *color)
{
  float half = side * 0.34;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (side / 2, side / 2));
  gtk_snapshot_rotate (snapshot, 45);
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (-half, -half, half * 2, half * 2));
  gtk_snapshot_restore (snapshot);
}

static void
pal_matrix_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PalMatrixCell *self = PAL_MATRIX_CELL (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  float side = MIN (width, height);
  GdkRGBA fill, on_fill, text;

  look_up (widget, "accent_bg_color", &fill);
  look_up (widget, "accent_fg_color", &on_fill);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((width - side) / 2, (height - side) / 2));
  switch (self->shape)
    {
    case PAL_SHAPE_BLANK:
      break;
    case PAL_SHAPE_PLAIN:
      draw_number (self, snapshot, side, &text);
      break;
    case PAL_SHAPE_NONE:
      text.alpha *= 0.45;
      gtk_snapshot_append_color (snapshot, &text,
                                 &GRAPHENE_RECT_INIT (side * 0.38, side * 0.48, side * 0.24, 2));
      break;
    case PAL_SHAPE_RING:
      draw_ring (snapshot, side, &fill);
      draw_number (self, snapshot, side, &text);
      break;
    case PAL_SHAPE_DISC:
      draw_disc (snapshot, side, &fill);
      draw_number (self, snapshot, side, &on_fill);
      break;
    case PAL_SHAPE_DIAMOND:
      draw_diamond (snapshot, side, &fill);
      draw_number (self, snapshot, side, &on_fill);
      break;
    }
  gtk_snapshot_restore (snapshot);
}

static gboolean
pal_matrix_cell_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_get_focusable (widget) && !gtk_widget_is_focus (widget)
         && gtk_widget_grab_focus (widget);
}

static void
pal_matrix_cell_class_init (PalMatrixCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = pal_matrix_cell_measure;
  widget_class->snapshot = pal_matrix_cell_snapshot;
  widget_class->focus = pal_matrix_cell_focus;
  gtk_widget_class_set_css_name (widget_class, "matrixcell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
pal_matrix_cell_init (PalMatrixCell *self)
{
}

/**
 * pal_matrix_cell_new:
 * @row: its place
 * @column: its place
 *
 * Returns: (transfer floating): a cell with nothing in it, which takes no focus
 */
GtkWidget *
pal_matrix_cell_new (guint row, guint column)
{
  PalMatrixCell *self = g_object_new (PAL_TYPE_MATRIX_CELL, NULL);

  self->row = row;
  self->column = column;

  return GTK_WIDGET (self);
}

/**
 * pal_matrix_cell_set:
 * @self: a cell
 * @shape: what it shows
 * @number: and how many
 * @name: what it says
 */
void
pal_matrix_cell_set (PalMatrixCell *self, PalShape shape, guint number, const char *name)
{
  self->shape = shape;
  self->number = number;
  gtk_widget_set_opacity (GTK_WIDGET (self), shape != PAL_SHAPE_BLANK ? 1 : 0);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pal_matrix_cell_get_place (PalMatrixCell *self, guint *row, guint *column)
{
  *row = self->row;
  *column = self->column;
}

/**
 * pal_shape_new:
 * @shape: a shape
 * @number: what stands in it
 *
 * Returns: (transfer floating): the shape alone; the words beside it say what it means
 */
GtkWidget *
pal_shape_new (PalShape shape, guint number)
{
  PalMatrixCell *self
      = g_object_new (PAL_TYPE_MATRIX_CELL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                      "can-target", FALSE, "valign", GTK_ALIGN_CENTER, NULL);

  self->shape = shape;
  self->number = number;

  return GTK_WIDGET (self);
}
