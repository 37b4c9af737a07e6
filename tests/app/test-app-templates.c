// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-home.h"

#include <adwaita.h>
#include <dlfcn.h>
#include <string.h>

#define PREFIX "/app/palermo/Palermo/"

/* "PalHomeRow" -> "pal_home_row_get_type", as GtkBuilder does it. */
static GType
find_type (const char *name)
{
  g_autoptr (GString) symbol = g_string_new (NULL);
  GType (*get_type) (void) = NULL;

  for (const char *p = name; *p != '\0'; p++)
    {
      if (g_ascii_isupper (*p) && p != name)
        g_string_append_c (symbol, '_');
      g_string_append_c (symbol, g_ascii_tolower (*p));
    }
  g_string_append (symbol, "_get_type");
  *(void **) &get_type = dlsym (RTLD_DEFAULT, symbol->str);
  if (get_type == NULL)
    {
      g_test_fail_printf ("%s: no such symbol", symbol->str);
      return G_TYPE_INVALID;
    }

  return get_type ();
}

/* Built, and gone again with all that it holds: GTK warns of what stays, and a warning fails. */
static void
build_template (gconstpointer data)
{
  const char *path = data;
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GRegex) regex = g_regex_new ("<template class=\"(\\w+)\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *name = NULL;
  gpointer widget = NULL;
  GType type;

  g_assert_true (g_regex_match (regex, text, 0, &match));
  name = g_match_info_fetch (match, 1);
  type = find_type (name);
  g_assert_cmpuint (type, !=, G_TYPE_INVALID);

  widget = g_object_new (type, NULL);
  g_assert_nonnull (widget);
  g_object_ref_sink (widget);
  g_object_add_weak_pointer (widget, &widget);
  if (GTK_IS_WINDOW (widget))
    gtk_window_destroy (widget);
  g_object_unref (widget);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (widget);
}

static guint
add_templates (const char *dir)
{
  g_auto (GStrv) names = g_resources_enumerate_children (dir, 0, NULL);
  guint n_added = 0;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (dir, names[i], NULL);

      if (g_str_has_suffix (names[i], "/"))
        n_added += add_templates (path);
      else if (g_str_has_suffix (names[i], ".ui"))
        {
          g_autofree char *test = g_strconcat ("/template/", path + strlen (PREFIX), NULL);

          g_test_add_data_func_full (test, g_strdup (path), build_template, g_free);
          n_added++;
        }
    }

  return n_added;
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_assert_cmpuint (add_templates (PREFIX), >, 10);

  return g_test_run ();
}
