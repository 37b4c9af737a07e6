// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-fonts.h"
#include "pal-language.h"

#include <adwaita.h>
#include <glib/gstdio.h>

/* A computer that has one family of fonts: Latin, Cyrillic and Arabic letters, no Chinese ones. */
#define FONTS "/usr/share/fonts/truetype/dejavu"

static void
test_letters (void)
{
  static const struct
  {
    const char *language;
    gboolean drawn;
  } rows[] = {
    { "en", TRUE },     { "fr", TRUE },     { "ru", TRUE }, { "ar", TRUE },  { "zh", FALSE },
    { "zh_CN", FALSE }, { "zh-CN", FALSE }, { "xx", TRUE }, { "arn", TRUE }, /* Mapudungun, not
                                                                                Arabic */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_true (pal_fonts_can_draw (rows[i].language) == rows[i].drawn);
}

static void
test_words (void)
{
  g_autofree char *chinese = pal_fonts_dup_words ("zh_CN");
  g_autofree char *unreadable = NULL;

  g_assert_nonnull (strstr (chinese, "fonts-noto-cjk"));
  g_assert_null (pal_fonts_dup_words ("en"));
  /* In Chinese it could not be read. */
  pal_language_set ("zh_CN");
  unreadable = pal_fonts_dup_words ("zh_CN");
  pal_language_set ("en");
  g_assert_cmpstr (unreadable, ==, chinese);
}

static PalBanner *
show_banner (GtkWidget **window)
{
  GtkWidget *banner = g_object_new (PAL_TYPE_BANNER, NULL);

  *window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (*window), banner);
  gtk_window_present (GTK_WINDOW (*window));

  return PAL_BANNER (banner);
}

static void
wait_until_shown (PalBanner *banner)
{
  while (!pal_banner_is_shown (banner))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_banner (void)
{
  GtkWidget *window = NULL;
  PalBanner *banner = show_banner (&window);

  g_assert_false (pal_banner_is_shown (banner));
  /* The questions are Chinese, the program is not. */
  pal_fonts_watch (banner, "en", "zh_CN");
  wait_until_shown (banner);
  /* What is known is said at once. */
  pal_fonts_watch (banner, "en", "fr");
  g_assert_false (pal_banner_is_shown (banner));
  pal_fonts_watch (banner, "zh_CN", NULL);
  g_assert_true (pal_banner_is_shown (banner));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The window is closed while the fonts are read. */
static void
test_gone (void)
{
  GtkWidget *window = NULL;
  PalBanner *banner = show_banner (&window);
  PalBanner *other = NULL;

  pal_fonts_watch (banner, "ru", "zh_CN");
  g_object_add_weak_pointer (G_OBJECT (banner), (gpointer *) &banner);
  gtk_window_destroy (GTK_WINDOW (window));
  while (banner != NULL)
    g_main_context_iteration (NULL, TRUE);

  other = show_banner (&window);
  pal_fonts_watch (other, "ru", NULL);
  g_assert_false (pal_banner_is_shown (other));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("palermo-fonts-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "fonts.conf", NULL);
  g_autofree char *text
      = g_strdup_printf ("<?xml version=\"1.0\"?><fontconfig><dir>%s</dir><cachedir>%s</cachedir>"
                         "</fontconfig>",
                         FONTS, folder);
  int status = 0;

  if (!g_file_test (FONTS, G_FILE_TEST_IS_DIR))
    return 77; /* skipped */
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv ("FONTCONFIG_FILE", path, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  pal_language_init ();

  g_test_add_func ("/fonts/gone", test_gone);
  g_test_add_func ("/fonts/letters", test_letters);
  g_test_add_func ("/fonts/words", test_words);
  g_test_add_func ("/fonts/banner", test_banner);
  status = g_test_run ();

  return status;
}
