// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-whereabouts"
#include "config.h"

#include "pal-whereabouts.h"

#include <string.h>

/* How many pictures a page may take until it is as tall as it will be. */
#define MAX_TICKS 10

/* Widgets are known by their way from the top: type and place among the siblings of that type.
 * Labels come and go with the language, fields do not. */

typedef struct
{
  char *way;
  char *text; /* (nullable): unless it is a scrolled window */
  int cursor, bound;
  double scroll;
} Spot;

struct _PalWhereabouts
{
  GPtrArray *fields;  /* (element-type Spot) */
  GPtrArray *scrolls; /* (element-type Spot) */
  char *focus;        /* (nullable): a way */
};

static void
spot_free (gpointer data)
{
  Spot *spot = data;

  g_free (spot->way);
  g_free (spot->text);
  g_free (spot);
}

static guint
count_before (GtkWidget *widget)
{
  GType type = G_OBJECT_TYPE (widget);
  guint n = 0;

  for (GtkWidget *w = gtk_widget_get_prev_sibling (widget); w != NULL;
       w = gtk_widget_get_prev_sibling (w))
    if (G_OBJECT_TYPE (w) == type)
      n++;

  return n;
}

static char *
dup_way (GtkWidget *widget, GtkWidget *top)
{
  GString *way = g_string_new (NULL);

  for (; widget != NULL && widget != top; widget = gtk_widget_get_parent (widget))
    {
      g_autofree char *step
          = g_strdup_printf ("/%s:%u", G_OBJECT_TYPE_NAME (widget), count_before (widget));

      g_string_prepend (way, step);
    }

  return g_string_free (way, FALSE);
}

static GtkWidget *
find_child (GtkWidget *parent, const char *name, guint place)
{
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_str_equal (G_OBJECT_TYPE_NAME (child), name) && place-- == 0)
      return child;

  return NULL;
}

static GtkWidget *
find (GtkWidget *top, const char *way)
{
  g_auto (GStrv) steps = g_strsplit (way, "/", -1);
  GtkWidget *widget = top;

  for (guint i = 1; widget != NULL && steps[i] != NULL; i++)
    {
      char *colon = strrchr (steps[i], ':');

      *colon = '\0';
      widget = find_child (widget, steps[i], (guint) g_ascii_strtoull (colon + 1, NULL, 10));
    }

  return widget;
}

/* --- taking -------------------------------------------------------------------------------- */

static void
take_text (Spot *spot, GtkText *text)
{
  GtkEditable *editable = GTK_EDITABLE (text);
  int start, end;

  spot->text = g_strdup (gtk_editable_get_text (editable));
  spot->cursor = gtk_editable_get_position (editable);
  spot->bound = spot->cursor;
  if (gtk_editable_get_selection_bounds (editable, &start, &end))
    spot->bound = spot->cursor == start ? end : start;
}

static int
get_offset (GtkTextBuffer *buffer, GtkTextMark *mark)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, mark);

  return gtk_text_iter_get_offset (&iter);
}

static void
take_buffer (Spot *spot, GtkTextBuffer *buffer)
{
  g_object_get (buffer, "text", &spot->text, NULL);
  spot->cursor = get_offset (buffer, gtk_text_buffer_get_insert (buffer));
  spot->bound = get_offset (buffer, gtk_text_buffer_get_selection_bound (buffer));
}

static void
take (PalWhereabouts *self, GtkWidget *widget, GtkWidget *top)
{
  g_autofree Spot *spot = g_new0 (Spot, 1);

  /* What is behind another page is not taken along: it is built anew when it is asked for. */
  if (!gtk_widget_get_visible (widget))
    return;
  if (GTK_IS_TEXT (widget) && gtk_editable_get_editable (GTK_EDITABLE (widget)))
    take_text (spot, GTK_TEXT (widget));
  else if (GTK_IS_TEXT_VIEW (widget) && gtk_text_view_get_editable (GTK_TEXT_VIEW (widget)))
    take_buffer (spot, gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)));
  else if (GTK_IS_SCROLLED_WINDOW (widget))
    spot->scroll = gtk_adjustment_get_value (
        gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget)));
  if (spot->text != NULL || spot->scroll > 0)
    {
      GPtrArray *spots = spot->text != NULL ? self->fields : self->scrolls;

      spot->way = dup_way (widget, top);
      g_ptr_array_add (spots, g_steal_pointer (&spot));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    take (self, child, top);
}

PalWhereabouts *
pal_whereabouts_take (GtkWidget *top, GtkWidget *focus)
{
  PalWhereabouts *self = g_new0 (PalWhereabouts, 1);

  self->fields = g_ptr_array_new_with_free_func (spot_free);
  self->scrolls = g_ptr_array_new_with_free_func (spot_free);
  if (focus != NULL && gtk_widget_is_ancestor (focus, top))
    self->focus = dup_way (focus, top);
  take (self, top, top);

  return self;
}

/* --- giving -------------------------------------------------------------------------------- */

/* Text that the new page has of itself keeps its steps of undo. */
static void
give_text (Spot *spot, GtkWidget *widget)
{
  if (GTK_IS_TEXT (widget))
    {
      GtkEditable *editable = GTK_EDITABLE (widget);

      if (g_strcmp0 (gtk_editable_get_text (editable), spot->text) != 0)
        gtk_editable_set_text (editable, spot->text);
      gtk_editable_select_region (editable, spot->bound, spot->cursor);
    }
  else if (GTK_IS_TEXT_VIEW (widget))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget));
      GtkTextIter cursor, bound;
      g_autofree char *text = NULL;

      g_object_get (buffer, "text", &text, NULL);
      if (g_strcmp0 (text, spot->text) != 0)
        gtk_text_buffer_set_text (buffer, spot->text, -1);
      gtk_text_buffer_get_iter_at_offset (buffer, &cursor, spot->cursor);
      gtk_text_buffer_get_iter_at_offset (buffer, &bound, spot->bound);
      gtk_text_buffer_select_range (buffer, &cursor, &bound);
    }
}

typedef struct
{
  GtkAdjustment *adjustment; /* (owned) */
  double value;
  guint n_ticks;
} Scroll;

static void
scroll_free (gpointer data)
{
  Scroll *scroll = data;

  g_object_unref (scroll->adjustment);
  g_free (scroll);
}

static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Scroll *scroll = user_data;
  double most = gtk_adjustment_get_upper (scroll->adjustment)
                - gtk_adjustment_get_page_size (scroll->adjustment);

  gtk_adjustment_set_value (scroll->adjustment, MIN (scroll->value, most));

  return most < scroll->value && ++scroll->n_ticks < MAX_TICKS ? G_SOURCE_CONTINUE
                                                               : G_SOURCE_REMOVE;
}

static void
give_scroll (Spot *spot, GtkWidget *widget)
{
  Scroll *scroll = NULL;

  if (!GTK_IS_SCROLLED_WINDOW (widget))
    return;

  scroll = g_new0 (Scroll, 1);
  scroll->adjustment
      = g_object_ref (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget)));
  scroll->value = spot->scroll;
  gtk_widget_add_tick_callback (widget, scroll_cb, scroll, scroll_free);
}

/* An entry selects everything when it gets the focus: the cursor comes after it. */
void
pal_whereabouts_give (PalWhereabouts *self, GtkWidget *top)
{
  GtkWidget *focus = self->focus != NULL ? find (top, self->focus) : NULL;

  g_debug ("the focus was at %s, %s", self->focus != NULL ? self->focus : "no place here",
           focus != NULL ? "found again" : "not found");
  if (focus != NULL && !gtk_widget_grab_focus (focus))
    gtk_widget_child_focus (focus, GTK_DIR_TAB_FORWARD);
  for (guint i = 0; i < self->fields->len; i++)
    {
      Spot *spot = g_ptr_array_index (self->fields, i);
      GtkWidget *widget = find (top, spot->way);

      if (widget != NULL)
        give_text (spot, widget);
    }
  for (guint i = 0; i < self->scrolls->len; i++)
    {
      Spot *spot = g_ptr_array_index (self->scrolls, i);
      GtkWidget *widget = find (top, spot->way);

      if (widget != NULL)
        give_scroll (spot, widget);
    }
}

void
pal_whereabouts_free (PalWhereabouts *self)
{
  g_ptr_array_unref (self->fields);
  g_ptr_array_unref (self->scrolls);
  g_free (self->focus);
  g_free (self);
}
