// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-about"
#include "config.h"

#include "pal-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* The words that libadwaita itself puts into the window. It does not speak every language that we
 * do: what it left in English is said by us. */
static const char *const words[] = {
  N_ ("_Details"), N_ ("_Credits"), N_ ("_Legal"),        N_ ("Details"),
  N_ ("Credits"),  N_ ("Legal"),    N_ ("Translated by"),
};

/* Returns: (nullable): NULL when it is none of these words, or not in English any more */
static const char *
find_translation (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (text, words[i]))
      return _ (words[i]);

  return NULL;
}

static void
translate (GtkWidget *widget)
{
  const char *translation = NULL;

  if (ADW_IS_PREFERENCES_ROW (widget))
    {
      translation = find_translation (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)));
      if (translation != NULL)
        adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), translation);
    }
  else if (GTK_IS_LABEL (widget))
    {
      translation = find_translation (gtk_label_get_label (GTK_LABEL (widget)));
      if (translation != NULL)
        gtk_label_set_label (GTK_LABEL (widget), translation);
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    translate (child);
}

/**
 * pal_about_window_new:
 * @parent: (nullable): the window over which it stands
 *
 * Returns: (transfer floating): the window that says what the program is, in its language
 */
GtkWidget *
pal_about_window_new (GtkWindow *parent)
{
  GtkWidget *window = g_object_new (
      ADW_TYPE_ABOUT_WINDOW, "transient-for", parent, "modal", TRUE, "application-name",
      _ ("Palermo"), "application-icon", PALERMO_APP_ID, "version", PALERMO_VERSION, "comments",
      _ ("Palermo helps governments and civil society to take part in the review of the United "
         "Nations Convention against Transnational Organized Crime and its Protocols.\n\n"
         "Palermo is not a product of the United Nations, and is neither endorsed by nor connected "
         "with them. The wording of its questionnaires is its own; the official texts are those of "
         "the Conference of the Parties."),
      "developer-name", _ ("The Palermo contributors"), "license-type", GTK_LICENSE_CUSTOM,
      "license",
      _ ("This program comes with absolutely no warranty. See the <a "
         "href=\"https://www.gnu.org/licenses/gpl-3.0.html\">GNU General Public License, version 3 "
         "or later</a> for details."),
      /* TRANSLATORS: your names, one a line */
      "translator-credits", _ ("translator-credits"), NULL);

  translate (window);

  return window;
}
