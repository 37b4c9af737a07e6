// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-language"
#include "config.h"

#include "pal-language.h"
#include "pal-locale.h"
#include "pal-paths.h"
#include "pal-translation.h"

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

/* Catalogue, and what it is called by those who read it. */
static const struct
{
  const char *code;
  const char *name;
} languages[] = {
  { "ar", "العربية" },  { "en", "English" }, { "es", "Español" },
  { "fr", "Français" }, { "ru", "Русский" }, { "zh_CN", "中文" },
};

static char *locale_dir;           /* what came with the program */
static const char *current = "en"; /* (interned) */
static const char *of_system = "en";

static gboolean
is_built_in (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].code, code))
      return TRUE;

  return FALSE;
}

/* (element-type utf8): what somebody has translated the program into on this computer, besides */
static GPtrArray *
list_others (void)
{
  GPtrArray *codes = pal_translation_list_languages (PAL_TRANSLATION_INTERFACE);

  for (guint i = 0; i < codes->len;)
    {
      const char *code = g_ptr_array_index (codes, i);
      g_autofree char *path = pal_translation_dup_path (PAL_TRANSLATION_INTERFACE, code);

      /* There may be a draft only. */
      if (!is_built_in (code) && path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
        i++;
      else
        g_ptr_array_remove_index (codes, i);
    }

  return codes;
}

/* "zh_TW" is read by who reads "zh_CN"; 0 if not at all. */
static gsize
match (const char *name, const char *code)
{
  gsize n = strcspn (code, "_");

  if (g_str_equal (name, code))
    return strlen (code) + 1;

  return strncmp (name, code, n) == 0 && !g_ascii_isalpha (name[n]) ? n : 0;
}

static void
match_better (const char *name, const char *code, const char **best, gsize *length)
{
  if (match (name, code) <= *length)
    return;
  *best = g_intern_string (code);
  *length = match (name, code);
}

static const char *
find_code (const char *name)
{
  g_autoptr (GPtrArray) others = list_others ();
  const char *best = NULL;
  gsize length = 0;

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    match_better (name, languages[i].code, &best, &length);
  for (guint i = 0; i < others->len; i++)
    match_better (name, g_ptr_array_index (others, i), &best, &length);

  return best;
}

static const char *
find_of_system (void)
{
  const char *const *names = g_get_language_names ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *code = find_code (names[i]);

      if (code != NULL)
        return code;
    }

  return "en";
}

/* gettext looks again after a call of textdomain() only. What a translator made on this computer
 * goes before what came with the program. */
static void
use (const char *code)
{
  g_autofree char *own = pal_translation_dup_locale_dir (code);

  bindtextdomain (GETTEXT_PACKAGE, own != NULL ? own : locale_dir);
  g_setenv ("LANGUAGE", code, TRUE);
  pal_locale_set (code);
  textdomain (GETTEXT_PACKAGE);
}

/* GLib decides once for templates whether there is a catalogue, and English has none: it shall look
 * when one is in use that is there. */
static void
prime (void)
{
  static const char header[] = ""; /* for it stands what a catalogue says of itself */

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      use (languages[i].code);
      if (*dgettext (GETTEXT_PACKAGE, header) != '\0')
        break;
    }
  g_dgettext (GETTEXT_PACKAGE, "Palermo");
}

/**
 * pal_language_init:
 *
 * Sets the locale and finds the catalogues. With the plain "C" locale gettext would ignore
 * LANGUAGE, so UTF-8 is asked for then. Before other threads are there: from now on LANGUAGE is in
 * the environment, and another one takes its place without moving the others.
 */
void
pal_language_init (void)
{
  const char *messages = NULL;

  g_free (locale_dir);
  locale_dir = dup_locale_dir ();
  if (setlocale (LC_ALL, "") == NULL)
    setlocale (LC_ALL, "C.UTF-8");
  messages = setlocale (LC_MESSAGES, NULL);
  if (messages == NULL || g_str_equal (messages, "C") || g_str_equal (messages, "POSIX"))
    {
      setlocale (LC_CTYPE, "C.UTF-8");
      setlocale (LC_MESSAGES, "C.UTF-8");
    }

  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  of_system = find_of_system ();
  prime ();
  current = of_system;
  use (current);
  /* Signs that several languages share are drawn as in Chinese, not in Japanese, save for those who
   * say otherwise. Pango reads it once. */
  g_setenv ("PANGO_LANGUAGE", "zh-cn:ar:ru", FALSE);
}

const char *
pal_language_get (void)
{
  return current;
}

/**
 * pal_language_set:
 * @code: a language of the interface, or "" for that of the system
 *
 * Chooses the language of what is shown from now on. Main thread.
 */
void
pal_language_set (const char *code)
{
  const char *known = *code != '\0' ? find_code (code) : NULL;

  current = known != NULL ? known : of_system;
  use (current);
}

static void
append_choice (GMenu *menu, const char *label, const char *code)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "app.interface-language", "s", code);
  g_menu_append_item (menu, item);
}

void
pal_language_append_menu (GMenu *section)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GPtrArray) others = list_others ();

  /* TRANSLATORS: a choice of languages: the one that the computer is set to */
  append_choice (menu, _ ("_As on This Computer"), "");
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    append_choice (menu, languages[i].name, languages[i].code);
  for (guint i = 0; i < others->len; i++)
    {
      const char *code = g_ptr_array_index (others, i);
      g_autofree char *name = pal_locale_dup_language_name (code);

      append_choice (menu, name, code);
    }
  g_menu_append_submenu (section, _ ("_Language of the Program"), G_MENU_MODEL (menu));
}

const char *
pal_language_get_own_name (const char *code)
{
  const char *known = find_code (code);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_strcmp0 (languages[i].code, known) == 0)
      return languages[i].name;

  return code;
}

gboolean
pal_language_is_right_to_left (const char *code)
{
  return pal_locale_is_right_to_left (code);
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
