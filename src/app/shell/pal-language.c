// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-language"
#include "config.h"

#include "pal-language.h"
#include "pal-paths.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

static char *
dup_locale_dir (void)
{
  const char *from_environment = g_getenv ("PALERMO_LOCALE_DIR");
  g_autofree char *data = NULL;
  g_autofree char *built = NULL;

  if (from_environment != NULL && *from_environment != '\0')
    return g_strdup (from_environment);

  /* A build folder has its catalogues beside its data. */
  data = pal_paths_dup_data_file ("");
  built = g_build_filename (data, "..", "po", NULL);
  if (g_file_test (built, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&built);

  return pal_paths_dup_installed (PALERMO_LOCALEDIR);
}

/**
 * pal_language_init:
 *
 * Sets the locale and finds the catalogues. With the plain "C" locale gettext would ignore
 * LANGUAGE, so UTF-8 is asked for then.
 */
void
pal_language_init (void)
{
  g_autofree char *dir = dup_locale_dir ();
  const char *messages = NULL;

  if (setlocale (LC_ALL, "") == NULL)
    setlocale (LC_ALL, "C.UTF-8");
  messages = setlocale (LC_MESSAGES, NULL);
  if (messages == NULL || g_str_equal (messages, "C") || g_str_equal (messages, "POSIX"))
    {
      setlocale (LC_CTYPE, "C.UTF-8");
      setlocale (LC_MESSAGES, "C.UTF-8");
    }

  bindtextdomain (GETTEXT_PACKAGE, dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

const char *
pal_language_get (void)
{
  const char *const *names = g_get_language_names ();

  if (names[0] == NULL || g_str_equal (names[0], "C") || g_str_has_prefix (names[0], "C."))
    return "en";

  return names[0];
}

gboolean
pal_language_is_right_to_left (const char *code)
{
  static const char *const codes[] = { "ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi" };

  if (code == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_str_has_prefix (code, codes[i]) && !g_ascii_isalpha (code[strlen (codes[i])]))
      return TRUE;

  return FALSE;
}

/* GTK mirrors by itself only where its own catalogue for that language is installed. */
void
pal_language_apply_direction (void)
{
  gtk_widget_set_default_direction (
      pal_language_is_right_to_left (pal_language_get ()) ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}

char *
pal_language_format_date (GDateTime *date)
{
  /* The months come from our catalogue, as the person's locale may speak another language. */
  static const char *const months[]
      = { N_ ("January"),   N_ ("February"), N_ ("March"),    N_ ("April"),
          N_ ("May"),       N_ ("June"),     N_ ("July"),     N_ ("August"),
          N_ ("September"), N_ ("October"),  N_ ("November"), N_ ("December") };
  const char *month = _ (months[g_date_time_get_month (date) - 1]);

  /* TRANSLATORS: a date: day, name of the month, year; change their order with %2$s and so on. */
  return g_strdup_printf (_ ("%1$d %2$s %3$d"), g_date_time_get_day_of_month (date), month,
                          g_date_time_get_year (date));
}

char *
pal_language_format_ago (gint64 time_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 minutes = (g_get_real_time () - time_us) / (60 * G_USEC_PER_SEC);
  GDate today, day;
  int days;

  if (then == NULL)
    return g_strdup ("");
  if (minutes < 1)
    return g_strdup (_ ("just now"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", (int) minutes),
                            (int) minutes);

  g_date_clear (&today, 1);
  g_date_clear (&day, 1);
  g_date_set_dmy (&today, g_date_time_get_day_of_month (now), g_date_time_get_month (now),
                  g_date_time_get_year (now));
  g_date_set_dmy (&day, g_date_time_get_day_of_month (then), g_date_time_get_month (then),
                  g_date_time_get_year (then));
  days = g_date_days_between (&day, &today);
  if (days <= 0)
    /* TRANSLATORS: a time of today in g_date_time_format() notation */
    return g_date_time_format (then, _ ("today at %H:%M"));
  if (days == 1)
    return g_strdup (_ ("yesterday"));
  if (days < 7)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", days), days);

  return pal_language_format_date (then);
}
