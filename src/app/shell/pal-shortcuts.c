// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-shortcuts"
#include "config.h"

#include "pal-shortcuts.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *group;  /* N_() */
  const char *title;  /* N_() */
  const char *keys;   /* as gtk_accelerator_parse() reads them, separated by spaces */
  const char *action; /* (nullable): NULL when a widget handles the keys by itself */
} Shortcut;

static const Shortcut shortcuts[] = {
  { N_ ("Filling in"), N_ ("Next unanswered question"), "F6", "win.next-unanswered" },
  { N_ ("Filling in"), N_ ("Next answer to translate"), "F7", "win.next-translation" },
  { N_ ("Filling in"), N_ ("Show or hide the guidance of a question"), "F1", NULL },
  { N_ ("Filling in"), N_ ("Say why a question is asked"), "<Shift>F1", NULL },
  { N_ ("Filling in"), N_ ("Show the history of an answer"), "<Control>h", NULL },
  { N_ ("Filling in"), N_ ("Show the comments on a question"), "<Control>m", NULL },
  { N_ ("Filling in"), N_ ("Find a question"), "<Control>f", "win.search" },
  { N_ ("Filling in"), N_ ("Next page"), "<Control>Page_Down", "win.next-page" },
  { N_ ("Filling in"), N_ ("Previous page"), "<Control>Page_Up", "win.previous-page" },
  { N_ ("Filling in"), N_ ("Undo"), "<Control>z", NULL },
  { N_ ("Filling in"), N_ ("Redo"), "<Control><Shift>z", NULL },
  { N_ ("Translating"), N_ ("Next text without a translation"), "<Control><Alt>Down", NULL },
  { N_ ("Translating"), N_ ("Previous text without a translation"), "<Control><Alt>Up", NULL },
  { N_ ("Translating"), N_ ("Next text"), "<Control>Page_Down", NULL },
  { N_ ("Translating"), N_ ("Previous text"), "<Control>Page_Up", NULL },
  { N_ ("Translating"), N_ ("Find a text"), "<Control>f", NULL },
  { N_ ("Window"), N_ ("Go to the list of pages"), "F9", "win.focus-sidebar" },
  { N_ ("Window"), N_ ("Hide what the windows show"), "F8", "app.hide" },
  { N_ ("Window"), N_ ("Main menu"), "F10", "win.menu" },
  { N_ ("Window"), N_ ("Close the window"), "<Control>w", "window.close" },
  { N_ ("Program"), N_ ("New dossier"), "<Control>n", "app.new" },
  { N_ ("Program"), N_ ("Open a dossier"), "<Control>o", "app.open" },
  { N_ ("Program"), N_ ("Keyboard shortcuts"), "<Control>question", "app.shortcuts" },
  { N_ ("Program"), N_ ("Quit"), "<Control>q", "app.quit" },
};

void
pal_shortcuts_install (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (shortcuts[i].action != NULL)
      {
        g_auto (GStrv) keys = g_strsplit (shortcuts[i].keys, " ", -1);

        gtk_application_set_accels_for_action (application, shortcuts[i].action,
                                               (const char *const *) keys);
      }
}

/* GtkShortcutsWindow 4.8 takes its sections only from a builder, so the table is written as one. */
GtkWidget *
pal_shortcuts_window_new (GtkWindow *parent)
{
  g_autoptr (GString) xml = g_string_new (
      "<interface><object class='GtkShortcutsWindow' id='window'><property "
      "name='modal'>1</property>"
      "<child><object class='GtkShortcutsSection'><property name='section-name'>all</property>"
      /* One page: the buttons of several make GTK 4.8 complain. */
      "<property name='max-height'>20</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  const char *group = NULL;
  GtkWidget *window = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      g_autofree char *title = g_markup_escape_text (_ (shortcuts[i].title), -1);
      g_autofree char *keys = g_markup_escape_text (shortcuts[i].keys, -1);

      if (g_strcmp0 (group, shortcuts[i].group) != 0)
        {
          g_autofree char *name = g_markup_escape_text (_ (shortcuts[i].group), -1);

          g_string_append (xml, group != NULL ? "</object></child>" : "");
          g_string_append_printf (xml,
                                  "<child><object class='GtkShortcutsGroup'>"
                                  "<property name='title'>%s</property>",
                                  name);
          group = shortcuts[i].group;
        }
      g_string_append_printf (xml,
                              "<child><object class='GtkShortcutsShortcut'>"
                              "<property name='title'>%s</property>"
                              "<property name='accelerator'>%s</property></object></child>",
                              title, keys);
    }
  g_string_append (xml, "</object></child></object></child></object></interface>");

  builder = gtk_builder_new_from_string (xml->str, xml->len);
  window = GTK_WIDGET (gtk_builder_get_object (builder, "window"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);

  return window;
}
