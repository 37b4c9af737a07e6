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

static void
style (GtkWidget *box, GPtrArray *choices)
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

static PalOption *
find_option (GtkWidget *box, const char *value, GHashTable *taken)
{
  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (PAL_IS_OPTION (child) && !g_hash_table_contains (taken, child)
        && g_strcmp0 (pal_option_get_value (PAL_OPTION (child)), value) == 0)
      return PAL_OPTION (child);

  return NULL;
}

static void
remove_others (GtkWidget *box, GHashTable *kept)
{
  GtkWidget *child = gtk_widget_get_first_child (box);
  gboolean had_focus = FALSE;

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (!g_hash_table_contains (kept, child))
        {
          had_focus = had_focus || gtk_widget_has_focus (child);
          gtk_widget_unparent (child);
        }
      child = next;
    }
  /* The one that had the focus is gone: the question still has it. */
  if (had_focus)
    gtk_widget_child_focus (box, GTK_DIR_TAB_FORWARD);
}

void
pal_options_show (GtkWidget *box, GPtrArray *choices, GCallback toggled, gpointer user_data)
{
  gboolean is_radio = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (box))
                      == GTK_ACCESSIBLE_ROLE_RADIO_GROUP;
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) options = g_ptr_array_new ();
  GtkWidget *before = NULL;

  style (box, choices);
  for (guint i = 0; i < choices->len; i++)
    {
      PalChoice *choice = g_ptr_array_index (choices, i);
      PalOption *option = find_option (box, choice->value, kept);

      if (option != NULL)
        pal_option_set_label (option, choice->label);
      g_ptr_array_add (options, option);
      if (option != NULL)
        g_hash_table_add (kept, option);
    }
  for (guint i = 0; i < choices->len; i++)
    {
      PalChoice *choice = g_ptr_array_index (choices, i);
      GtkWidget *option = g_ptr_array_index (options, i);
      GtkWidget *there = before != NULL ? gtk_widget_get_next_sibling (before)
                                        : gtk_widget_get_first_child (box);

      if (option == NULL)
        {
          option = GTK_WIDGET (pal_option_new (choice->value, choice->label, is_radio));
          g_signal_connect (option, "toggled", toggled, user_data);
          g_hash_table_add (kept, option);
        }
      if (option != there)
        gtk_widget_insert_after (option, box, before);
      before = option;
    }
  remove_others (box, kept);
  if (!is_radio)
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (child != gtk_widget_get_first_child (box))
      gtk_check_button_set_group (GTK_CHECK_BUTTON (child),
                                  GTK_CHECK_BUTTON (gtk_widget_get_first_child (box)));
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
