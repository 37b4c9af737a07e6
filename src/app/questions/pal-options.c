// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-options"
#include "config.h"

#include "pal-options.h"
#include "pal-wrap-layout.h"

/* What still reads well as a row of toggles. Characters. */
#define TOGGLE_LENGTH 30
#define TOGGLE_TOTAL 90
#define TOGGLE_COUNT 6

/* Pixels; a list that is longer gets columns of this width where there is room. */
#define COLUMN_WIDTH 280
#define COLUMN_COUNT 6

struct _PalOptions
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (PalOptions, pal_options, GTK_TYPE_WIDGET)

/* Of options that exclude each other Tab stops at one, the chosen or the first; arrows go on. */
static gboolean
pal_options_focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (tab
      && gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget))
             == GTK_ACCESSIBLE_ROLE_RADIO_GROUP)
    {
      GtkWidget *first = gtk_widget_get_first_child (widget);

      if (gtk_widget_get_focus_child (widget) != NULL)
        return FALSE;
      for (GtkWidget *child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
        if (GTK_IS_CHECK_BUTTON (child) && gtk_check_button_get_active (GTK_CHECK_BUTTON (child)))
          return gtk_widget_grab_focus (child);
      if (first != NULL)
        return gtk_widget_child_focus (first, direction);
    }

  return GTK_WIDGET_CLASS (pal_options_parent_class)->focus (widget, direction);
}

static void
pal_options_dispose (GObject *object)
{
  pal_options_empty (GTK_WIDGET (object));

  G_OBJECT_CLASS (pal_options_parent_class)->dispose (object);
}

static void
pal_options_class_init (PalOptionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_options_dispose;
  GTK_WIDGET_CLASS (klass)->focus = pal_options_focus;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "options");
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), PAL_TYPE_WRAP_LAYOUT);
}

static void
pal_options_init (PalOptions *self)
{
}

GtkWidget *
pal_options_new (GtkAccessibleRole role)
{
  return g_object_new (PAL_TYPE_OPTIONS, "accessible-role", role, NULL);
}

void
pal_options_style (GtkWidget *box, GPtrArray *choices)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (box);
  glong longest = 0;
  glong total = 0;
  gboolean toggles;

  for (guint i = 0; i < choices->len; i++)
    {
      PalChoice *choice = g_ptr_array_index (choices, i);
      glong length = g_utf8_strlen (choice->label, -1);

      longest = MAX (longest, length);
      total += length;
    }
  toggles = choices->len <= TOGGLE_COUNT && longest <= TOGGLE_LENGTH && total <= TOGGLE_TOTAL;

  gtk_widget_remove_css_class (box, "toggles");
  gtk_widget_remove_css_class (box, "list");
  gtk_widget_add_css_class (box, toggles ? "toggles" : "list");
  if (toggles)
    g_object_set (layout, "spacing", 8, "column-width", 0, NULL);
  else
    g_object_set (layout, "spacing", 2, "column-width",
                  choices->len > COLUMN_COUNT && longest <= 45 ? COLUMN_WIDTH : G_MAXINT, NULL);
}

void
pal_options_empty (GtkWidget *box)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_widget_unparent (child);
}

gboolean
pal_options_are_same (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    {
      PalChoice *one = g_ptr_array_index (a, i);
      PalChoice *two = g_ptr_array_index (b, i);

      if (g_strcmp0 (one->value, two->value) != 0 || g_strcmp0 (one->label, two->label) != 0)
        return FALSE;
    }

  return TRUE;
}
