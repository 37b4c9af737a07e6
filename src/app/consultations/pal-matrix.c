// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-matrix"
#include "config.h"

#include "pal-matrix.h"

#include "pal-matrix-cell.h"

#include <adwaita.h>
#include <string.h>

/* How many lines what columns stand under together may take. */
#define MAX_GROUP_LINES 3

struct _PalMatrix
{
  GtkWidget parent_instance;

  GtkBox *names;           /* the column of the rows' names */
  GtkBox *table;           /* rows of cells, which scroll together */
  GtkScrolledWindow *pane; /* around the table */

  char *axes;       /* (owned) (nullable): what the rows and columns are, in one text */
  GPtrArray *cells; /* (owned) (element-type PalMatrixCell): row by row */
  guint n_columns;
  double stretch;         /* width of a column, in cells */
  PalMatrixCell *current; /* (unowned) (nullable): the one that takes the focus */
};

enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalMatrix, pal_matrix, GTK_TYPE_WIDGET)

/* --- the cell that is looked at ----------------------------------------------------------------
 */

static void
set_current (PalMatrix *self, PalMatrixCell *cell)
{
  if (self->current == cell)
    return;

  if (self->current != NULL)
    gtk_widget_set_focusable (GTK_WIDGET (self->current), FALSE);
  self->current = cell;
  if (cell != NULL)
    gtk_widget_set_focusable (GTK_WIDGET (cell), TRUE);
}

static void
move_to (PalMatrix *self, PalMatrixCell *cell)
{
  PalMatrixCell *before = self->current;

  if (cell == before)
    {
      gtk_widget_grab_focus (GTK_WIDGET (cell));
      return;
    }
  /* The focus goes on before the old cell lets go of it, else it would leave the table. */
  gtk_widget_set_focusable (GTK_WIDGET (cell), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (cell));
  self->current = cell;
  if (before != NULL)
    gtk_widget_set_focusable (GTK_WIDGET (before), FALSE);
}

static void
activate (PalMatrix *self, PalMatrixCell *cell)
{
  guint row, column;

  pal_matrix_cell_get_place (cell, &row, &column);
  g_signal_emit (self, signals[ACTIVATED], 0, row, column);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                PalMatrix *self)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  guint n_rows = self->n_columns > 0 ? self->cells->len / self->n_columns : 0;
  guint row, column;

  if (self->current == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  pal_matrix_cell_get_place (self->current, &row, &column);
  if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    key = mirrored ? GDK_KEY_Right : GDK_KEY_Left;
  else if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    key = mirrored ? GDK_KEY_Left : GDK_KEY_Right;
  switch (key)
    {
    case GDK_KEY_Left:
      column -= column > 0;
      break;
    case GDK_KEY_Right:
      column += column + 1 < self->n_columns;
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      row -= row > 0;
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      row += row + 1 < n_rows;
      break;
    case GDK_KEY_Home:
      column = 0;
      break;
    case GDK_KEY_End:
      column = self->n_columns - 1;
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      activate (self, self->current);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  move_to (self, g_ptr_array_index (self->cells, row * self->n_columns + column));

  return GDK_EVENT_STOP;
}

static void
released_cb (GtkGestureClick *gesture, int n_press, double x, double y, PalMatrix *self)
{
  GtkWidget *table = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *picked = gtk_widget_pick (table, x, y, GTK_PICK_DEFAULT);

  if (picked == NULL || !PAL_IS_MATRIX_CELL (picked))
    return;
  move_to (self, PAL_MATRIX_CELL (picked));
  activate (self, PAL_MATRIX_CELL (picked));
}

/* --- building ----------------------------------------------------------------------------------
 */

static int
get_column_width (PalMatrix *self)
{
  int side = pal_matrix_cell_get_side (GTK_WIDGET (self));

  return side * self->stretch;
}

static void
empty_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static GtkWidget *
make_row (GtkAccessibleRole role)
{
  return g_object_new (GTK_TYPE_BOX, "accessible-role", role, NULL);
}

static GtkWidget *
make_label (const char *text, const char *tooltip, const char *css_class, GtkAccessibleRole role)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", role, "label", text, NULL);

  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_tooltip_text (label, tooltip);

  return label;
}

/* Two widgets side by side are of one height. */
static void
tie_heights (GtkWidget *one, GtkWidget *other)
{
  g_autoptr (GtkSizeGroup) group = gtk_size_group_new (GTK_SIZE_GROUP_VERTICAL);

  gtk_size_group_add_widget (group, one);
  gtk_size_group_add_widget (group, other);
}

/* Over one column there is room for a few letters, over more for lines of words; a row asks each
 * of its labels how high it would be in one line. */
static void
wrap_group (GtkLabel *label, guint n_columns, int side)
{
  int height;

  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (label, 0);
  gtk_label_set_yalign (label, 1);
  gtk_label_set_width_chars (label, 1);
  gtk_label_set_max_width_chars (label, 1);
  if (n_columns > 1)
    {
      gtk_label_set_wrap (label, TRUE);
      gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
      gtk_label_set_lines (label, MAX_GROUP_LINES);
    }
  gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_VERTICAL, side * n_columns, NULL, &height,
                      NULL, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (label), side * n_columns, height);
}

/* What columns stand under together. */
static void
add_groups (PalMatrix *self, GPtrArray *columns, int side)
{
  GtkWidget *row = make_row (GTK_ACCESSIBLE_ROLE_PRESENTATION);
  GtkWidget *corner = gtk_label_new (NULL);

  for (guint i = 0, n; i < columns->len; i += n)
    {
      const PalMatrixColumn *column = g_ptr_array_index (columns, i);
      GtkWidget *label = make_label (column->group != NULL ? column->group : "", column->group,
                                     "matrix-group", GTK_ACCESSIBLE_ROLE_PRESENTATION);

      for (n = 1; i + n < columns->len; n++)
        if (g_strcmp0 (((PalMatrixColumn *) g_ptr_array_index (columns, i + n))->group,
                       column->group)
            != 0)
          break;
      wrap_group (GTK_LABEL (label), n, side);
      gtk_box_append (GTK_BOX (row), label);
    }
  gtk_box_append (self->table, row);
  gtk_box_append (self->names, corner);
  tie_heights (row, corner);
}

static void
add_header (PalMatrix *self, GPtrArray *columns, int side)
{
  GtkWidget *row = make_row (GTK_ACCESSIBLE_ROLE_ROW);
  GtkWidget *corner = gtk_label_new (NULL);

  for (guint i = 0; i < columns->len; i++)
    {
      const PalMatrixColumn *column = g_ptr_array_index (columns, i);
      GtkWidget *label = make_label (column->title, column->label, "matrix-column",
                                     GTK_ACCESSIBLE_ROLE_COLUMN_HEADER);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), 1);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
      gtk_widget_set_size_request (label, side, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      column->label, -1);
      gtk_box_append (GTK_BOX (row), label);
    }
  gtk_box_append (self->table, row);
  gtk_box_append (self->names, corner);
  tie_heights (row, corner);
}

static void
add_row (PalMatrix *self, const char *name, guint index)
{
  GtkWidget *row = make_row (GTK_ACCESSIBLE_ROLE_ROW);
  GtkWidget *label = make_label (name, NULL, "matrix-row", GTK_ACCESSIBLE_ROLE_ROW_HEADER);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 26);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  for (guint i = 0; i < self->n_columns; i++)
    {
      GtkWidget *cell = pal_matrix_cell_new (index, i);

      gtk_widget_set_size_request (cell, get_column_width (self), -1);
      gtk_box_append (GTK_BOX (row), cell);
      g_ptr_array_add (self->cells, cell);
    }
  gtk_box_append (self->table, row);
  gtk_box_append (self->names, label);
  tie_heights (row, label);
}

static char *
describe_axes (GPtrArray *rows, GPtrArray *columns)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (text, "%s\n", (char *) g_ptr_array_index (rows, i));
  for (guint i = 0; i < columns->len; i++)
    {
      const PalMatrixColumn *column = g_ptr_array_index (columns, i);

      g_string_append_printf (text, "%s\t%s\n", column->group != NULL ? column->group : "",
                              column->label);
    }

  return g_string_free (text, FALSE);
}

/**
 * pal_matrix_set_axes:
 * @self: a table
 * @rows: (element-type utf8): what the rows are called
 * @columns: (element-type PalMatrixColumn): the columns
 *
 * Makes the cells, unless they are there.
 */
void
pal_matrix_set_axes (PalMatrix *self, GPtrArray *rows, GPtrArray *columns)
{
  g_autofree char *axes = describe_axes (rows, columns);
  int side = get_column_width (self);

  if (g_strcmp0 (axes, self->axes) == 0)
    return;

  g_free (self->axes);
  self->axes = g_steal_pointer (&axes);
  self->current = NULL;
  g_ptr_array_set_size (self->cells, 0);
  empty_box (self->names);
  empty_box (self->table);
  self->n_columns = columns->len;
  add_groups (self, columns, side);
  add_header (self, columns, side);
  for (guint i = 0; i < rows->len; i++)
    add_row (self, g_ptr_array_index (rows, i), i);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->names)),
                          rows->len > 0 && *(char *) g_ptr_array_index (rows, 0) != '\0');
  if (self->cells->len > 0)
    set_current (self, g_ptr_array_index (self->cells, 0));
}

/**
 * pal_matrix_set_cell:
 * @self: a table
 * @row: a row
 * @column: a column
 * @shape: what the cell shows
 * @number: how many
 * @name: row, column and counts in words
 */
void
pal_matrix_set_cell (PalMatrix *self, guint row, guint column, PalShape shape, guint number,
                     const char *name)
{
  g_return_if_fail (column < self->n_columns);
  g_return_if_fail (row * self->n_columns + column < self->cells->len);

  pal_matrix_cell_set (g_ptr_array_index (self->cells, row * self->n_columns + column), shape,
                       number, name);
}

/**
 * pal_matrix_set_stretch:
 * @self: a table without axes
 * @stretch: how many times as wide as a cell a column is
 */
void
pal_matrix_set_stretch (PalMatrix *self, double stretch)
{
  self->stretch = stretch;
}

void
pal_matrix_focus (PalMatrix *self)
{
  if (self->current != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->current));
}

/* --- the table ---------------------------------------------------------------------------------
 */

static void
pal_matrix_dispose (GObject *object)
{
  PalMatrix *self = PAL_MATRIX (object);
  GtkWidget *child;

  self->current = NULL;
  g_ptr_array_set_size (self->cells, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (pal_matrix_parent_class)->dispose (object);
}

static void
pal_matrix_finalize (GObject *object)
{
  PalMatrix *self = PAL_MATRIX (object);

  g_free (self->axes);
  g_ptr_array_unref (self->cells);

  G_OBJECT_CLASS (pal_matrix_parent_class)->finalize (object);
}

static void
pal_matrix_class_init (PalMatrixClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pal_matrix_dispose;
  object_class->finalize = pal_matrix_finalize;

  signals[ACTIVATED] = g_signal_new ("activated", PAL_TYPE_MATRIX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "matrix");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
}

/* A box asks its children how wide they are at its height, and names that wrap would answer: wide
 * enough for one line. This one is as wide as they like to be, whatever the height. */
static void
measure_names (GtkWidget *frame, GtkOrientation orientation, int for_size, int *minimum,
               int *natural, int *minimum_baseline, int *natural_baseline)
{
  GtkWidget *names = gtk_widget_get_first_child (frame);
  int width = -1;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    gtk_widget_measure (names, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (names, orientation, width, minimum, natural, NULL, NULL);
}

static void
allocate_names (GtkWidget *frame, int width, int height, int baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (frame), width, height, baseline, NULL);
}

static GtkWidget *
frame_names (GtkWidget *names)
{
  GtkWidget *frame = adw_bin_new ();

  gtk_widget_set_layout_manager (frame,
                                 gtk_custom_layout_new (NULL, measure_names, allocate_names));
  adw_bin_set_child (ADW_BIN (frame), names);

  return frame;
}

static void
pal_matrix_init (PalMatrix *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->stretch = 1;
  self->cells = g_ptr_array_new ();
  self->names = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  self->table = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  self->pane = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->pane, GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width (self->pane, TRUE);
  gtk_scrolled_window_set_child (self->pane, GTK_WIDGET (self->table));
  gtk_widget_set_hexpand (GTK_WIDGET (self->pane), TRUE);
  gtk_widget_set_parent (frame_names (GTK_WIDGET (self->names)), GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->pane), GTK_WIDGET (self));

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->table), keys);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->table), GTK_EVENT_CONTROLLER (click));
}

/**
 * pal_matrix_new:
 * @name: what the table shows, for screen readers
 *
 * Returns: (transfer floating): a table without rows
 */
GtkWidget *
pal_matrix_new (const char *name)
{
  PalMatrix *self = g_object_new (PAL_TYPE_MATRIX, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return GTK_WIDGET (self);
}
