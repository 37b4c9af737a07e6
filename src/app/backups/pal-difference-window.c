// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-difference-window"
#include "config.h"

#include "pal-difference-window.h"

#include "pal-comparison.h"
#include "pal-wrap.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Each row costs a layout. */
#define MAX_ROWS 300

static GtkWidget *
line_new (const char *text, const char *style)
{
  GtkWidget *label = pal_wrap_label_new (style);

  pal_wrap_set_text (GTK_LABEL (label), text);

  return label;
}

static char *
dup_label (const PalDifference *difference)
{
  switch (difference->kind)
    {
    case PAL_DIFFERENCE_ANSWER:
    case PAL_DIFFERENCE_ROW:
      break;
    case PAL_DIFFERENCE_RECORD:
      /* TRANSLATORS: the title of a form of which there is, or was, a filled copy */
      return difference->label != NULL ? g_strdup_printf (_ ("“%s” as a whole"), difference->label)
                                       : g_strdup (_ ("A record as a whole"));
    }

  return g_strdup (difference->label != NULL ? difference->label : difference->node);
}

/* (transfer full): what one state says, in words */
static char *
dup_words (const PalDifference *difference, const char *text)
{
  switch (difference->kind)
    {
    case PAL_DIFFERENCE_ANSWER:
      return g_strdup (text != NULL ? text : _ ("no answer"));
    case PAL_DIFFERENCE_ROW:
      /* TRANSLATORS: of a row in a list */
      return g_strdup (text != NULL ? _ ("the row is there") : _ ("the row is not there"));
    case PAL_DIFFERENCE_RECORD:
      /* TRANSLATORS: of a filled form, such as a consultation */
      return g_strdup (text != NULL ? _ ("it is there") : _ ("it is not there"));
    }

  return g_strdup ("");
}

static GtkWidget *
row_new (const PalDifference *difference, const PalDifferenceWords *words)
{
  g_autofree char *label = dup_label (difference);
  g_autofree char *before = dup_words (difference, difference->before);
  g_autofree char *after = dup_words (difference, difference->after);
  g_autofree char *said
      = g_strdup_printf ("%s: %s. %s: %s.", words->before, before, words->after, after);
  gboolean are_texts = difference->kind == PAL_DIFFERENCE_ANSWER && difference->before != NULL
                       && difference->after != NULL;
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_add_css_class (lines, "difference");
  if (difference->place != NULL)
    gtk_box_append (GTK_BOX (lines), line_new (difference->place, "caption"));
  gtk_box_append (GTK_BOX (lines), line_new (label, "heading"));
  gtk_box_append (GTK_BOX (lines), line_new (words->before, "difference-state"));
  gtk_box_append (GTK_BOX (lines),
                  line_new (before, difference->before != NULL ? "body" : "dim-label"));
  gtk_box_append (GTK_BOX (lines), line_new (words->after, "difference-state"));
  gtk_box_append (GTK_BOX (lines),
                  are_texts ? pal_comparison_new (before, after, PAL_COMPARISON_DEFAULT)
                            : line_new (after, difference->after != NULL ? "body" : "dim-label"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), lines);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, said, -1);

  return row;
}

static GtkWidget *
list_new (GPtrArray *differences, const PalDifferenceWords *words)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  if (words->intro != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), words->intro);
  for (guint i = 0; i < MIN (differences->len, MAX_ROWS); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               row_new (g_ptr_array_index (differences, i), words));
  if (differences->len > MAX_ROWS)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more answer is different.",
                                                         "%u more answers are different.",
                                                         differences->len - MAX_ROWS),
                                               differences->len - MAX_ROWS);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), line_new (more, "dim-label"));
    }
  if (differences->len == 0)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               line_new (_ ("No answer is different."), "body"));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  gtk_widget_set_vexpand (page, TRUE);

  return page;
}

/**
 * pal_difference_window_new:
 * @parent: a widget in the window
 * @differences: (element-type PalDifference): what is different
 * @words: what the two states are called
 *
 * Returns: (transfer none): the window, to be presented
 */
GtkWidget *
pal_difference_window_new (GtkWidget *parent, GPtrArray *differences,
                           const PalDifferenceWords *words)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), list_new (differences, words));
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), words->title);
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 560);
  gtk_widget_set_size_request (window, 360, 294);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (root));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                        gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);

  return window;
}
