// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-locale.h"

#include <locale.h>

/* The system knows none of these languages here: the tests run with C.UTF-8. */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return pal_locale_compare (*(const char *const *) a, *(const char *const *) b);
}

static char *
dup_sorted (const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);

  qsort (list, g_strv_length (list), sizeof (char *), compare_names);

  return g_strjoinv (" ", list);
}

static void
test_order (void)
{
  static const struct
  {
    const char *language;
    const char *names;
    const char *sorted;
  } rows[] = {
    { "en", "zinc Österreich Albania algeria Zaire", "Albania algeria Österreich Zaire zinc" },
    /* é after e, but before f; in bytes it comes after z. */
    { "fr", "Zambie Égypte Estonie Fidji Émirats", "Égypte Émirats Estonie Fidji Zambie" },
    { "fr", "cote côté coté côte", "cote coté côte côté" },
    /* ñ is a letter of its own. */
    { "es", "Nepal Níger Ñandú Oman nube", "Nepal Níger nube Ñandú Oman" },
    /* ё stands with е; in bytes it comes after я. */
    { "ru", "Япония Ёлкино Египет Жуков", "Египет Ёлкино Жуков Япония" },
    /* Alif with hamza is an alif. */
    { "ar", "ليبيا أوروبا البحرين إيطاليا اليمن", "البحرين اليمن أوروبا إيطاليا ليبيا" },
    /* By their sound: bā, fǎ, yīng, zhōng. */
    { "zh_CN", "中国 英国 法国 巴西", "巴西 法国 英国 中国" },
    { "en", "Article-10 Article-9 Article-100", "Article-9 Article-10 Article-100" },
    /* Translators work on languages that the interface does not have. */
    { "sv", "ödla zebra åka", "zebra åka ödla" },
    { "xx", "b a", "a b" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *sorted = NULL;

      pal_locale_set (rows[i].language);
      sorted = dup_sorted (rows[i].names);
      g_assert_cmpstr (sorted, ==, rows[i].sorted);
    }
}

static void
test_order_is_total (void)
{
  pal_locale_set ("fr");
  g_assert_cmpint (pal_locale_compare ("Amal", "Amal"), ==, 0);
  /* One as a letter with its accent, one as two signs: they look the same, and are not. */
  g_assert_cmpint (pal_locale_compare ("\u00e9", "e\u0301"), !=, 0);
  g_assert_cmpint (pal_locale_compare ("\u00e9", "e\u0301"), ==,
                   -pal_locale_compare ("e\u0301", "\u00e9"));
  g_assert_cmpint (pal_locale_compare ("", "a"), <, 0);
}

/* made: (transfer full). The marks around names, and what keeps a line together, are not seen. */
static void
expect (char *made, const char *wanted)
{
  g_autofree char *text = made;
  g_autoptr (GString) seen = g_string_new (text);

  g_string_replace (seen, "\u2068", "", 0);
  g_string_replace (seen, "\u2069", "", 0);
  g_string_replace (seen, "\u00a0", " ", 0);
  g_assert_cmpstr (seen->str, ==, wanted);
}

static char *
dup_list (const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  for (guint i = 0; list[i] != NULL; i++)
    g_ptr_array_add (items, list[i]);

  return pal_locale_dup_list (items);
}

static void
test_words (void)
{
  static const struct
  {
    const char *language;
    const char *number; /* 1234567.25 */
    const char *bytes;  /* 12 */
    const char *size;   /* 1536000 */
    const char *round;  /* 999960 */
    const char *two;
    const char *three;
  } rows[] = {
    { "en", "1,234,567.25", "12 bytes", "1.5 MB", "1.0 MB", "Ana and Igor", "Ana, Ben and Igor" },
    { "fr", "1 234 567,25", "12 octets", "1,5 Mo", "1,0 Mo", "Ana et Igor", "Ana, Ben et Igor" },
    /* "y" becomes "e" before an i. */
    { "es", "1.234.567,25", "12 bytes", "1,5 MB", "1,0 MB", "Ana e Igor", "Ana, Ben e Igor" },
    { "ru", "1 234 567,25", "12 байт", "1,5 МБ", "1,0 МБ", "Ana и Igor", "Ana, Ben и Igor" },
    /* Digits as in the citations of treaties. */
    { "ar", "1,234,567.25", "12 بايت", "1.5 ميغابايت", "1.0 ميغابايت", "Ana وIgor",
      "Ana وBen وIgor" },
    { "zh_CN", "1,234,567.25", "12字节", "1.5 MB", "1.0 MB", "Ana和Igor", "Ana、Ben和Igor" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      pal_locale_set (rows[i].language);
      expect (pal_locale_dup_number (1234567.25), rows[i].number);
      expect (pal_locale_dup_size (12), rows[i].bytes);
      expect (pal_locale_dup_size (1536000), rows[i].size);
      expect (pal_locale_dup_size (999960), rows[i].round);
      expect (dup_list ("Ana Igor"), rows[i].two);
      expect (dup_list ("Ana Ben Igor"), rows[i].three);
    }
}

static void
test_lists (void)
{
  g_autofree char *one = NULL;
  g_autofree char *isolated = NULL;
  g_autofree char *two = NULL;

  pal_locale_set ("en");
  expect (dup_list (""), "");
  one = dup_list ("أمل");
  g_assert_cmpstr (one, ==, "\u2068أمل\u2069");
  /* Twice would do no harm, but is not needed. */
  isolated = dup_list (one);
  g_assert_cmpstr (isolated, ==, one);
  two = dup_list ("أمل Boris");
  g_assert_cmpstr (two, ==, "\u2068أمل\u2069 and \u2068Boris\u2069");
}

static void
test_typed (void)
{
  static const struct
  {
    const char *language;
    const char *typed;
    const char *plain; /* (nullable) */
  } rows[] = {
    { "en", " 12 ", "12" },
    { "en", "12.5", "12.5" },
    { "en", "12,5", NULL },
    { "en", "1,500", NULL }, /* one and a half, or fifteen hundred */
    { "fr", "12,5", "12.5" },
    { "fr", "1 234,5", "1234.5" },
    { "fr", "1\u202f234,5", "1234.5" },
    { "fr", "12.5", "12.5" },
    { "ru", "-3,25", "-3.25" },
    { "es", "\u221212", "-12" },
    { "ar", "٢٠٢٦", "2026" },
    { "ar", "١٢٫٥", "12.5" },
    { "ar", "١٬٢٣٤", "1234" },
    { "ar", "12.5", "12.5" },
    { "zh_CN", "１２", "12" },
    { "fr", "1,2,3", NULL },
    { "fr", "1 2,3 4", NULL },
    { "en", "", NULL },
    { "en", NULL, NULL },
    { "en", "-", NULL },
    { "en", "5-", NULL },
    { "en", "five", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *plain = NULL;

      pal_locale_set (rows[i].language);
      plain = pal_locale_dup_plain_number (rows[i].typed);
      g_assert_cmpstr (plain, ==, rows[i].plain);
    }
}

/* Languages by their own names, and their direction, by script. */
static void
test_names (void)
{
  static const struct
  {
    const char *code;
    const char *name;
    gboolean is_right_to_left;
  } rows[] = {
    { "ar", "العربية", TRUE },
    { "fa", "فارسی", TRUE },
    { "he", "עברית", TRUE },
    { "ur", "اردو", TRUE },
    { "pt", "Português", FALSE },
    { "pt_BR", "Português (Brasil)", FALSE },
    { "pt-BR", "Português (Brasil)", FALSE },
    { "tr", "Türkçe", FALSE },
    { "sw", "Kiswahili", FALSE },
    { "az_Arab", NULL, TRUE },
    { "sr@latin", NULL, FALSE },
    { "pa_PK", NULL, TRUE },
    { "xx", "xx", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = pal_locale_dup_language_name (rows[i].code);

      if (rows[i].name != NULL)
        g_assert_cmpstr (name, ==, rows[i].name);
      g_assert_cmpint (pal_locale_is_right_to_left (rows[i].code), ==, rows[i].is_right_to_left);
    }
  g_assert_false (pal_locale_is_right_to_left (NULL));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/locale/order", test_order);
  g_test_add_func ("/locale/order-is-total", test_order_is_total);
  g_test_add_func ("/locale/words", test_words);
  g_test_add_func ("/locale/lists", test_lists);
  g_test_add_func ("/locale/typed", test_typed);
  g_test_add_func ("/locale/names", test_names);

  return g_test_run ();
}
