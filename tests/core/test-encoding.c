// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-encoding.h"

#include <string.h>

static const char *const said[] = {
  "Les foyers sont complets : où aller cet été, après l’arrêté ?",
  "Los refugios están llenos, ¿adónde irán mañana?",
  "Приюты переполнены, и зимой людям больше некуда идти",
  "الملاجئ ممتلئة، وليس لدى أحد مكان آخر يذهب إليه",
  "收容所已经满员，今年冬天没有其他地方可以去",
};

/* Each text in the encodings of its language: found, and read back. */
static void
test_round_trip (void)
{
  static const char *const encodings[G_N_ELEMENTS (said)] = {
    "WINDOWS-1252", "WINDOWS-1252", "WINDOWS-1251", "WINDOWS-1256", "GB18030",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (said); i++)
    {
      const char *const of_this[] = { "UTF-8", "UTF-16LE", "UTF-16BE", encodings[i] };

      for (gsize j = 0; j < G_N_ELEMENTS (of_this); j++)
        {
          gsize size = 0;
          gsize length = 0;
          g_autofree char *octets = g_convert (said[i], -1, of_this[j], "UTF-8", NULL, &size, NULL);
          g_autofree char *back = NULL;
          const char *guess;

          g_test_message ("%s in %s", said[i], of_this[j]);
          g_assert_nonnull (octets);
          guess = pal_encoding_guess ((const guchar *) octets, size);
          if (j == 0 || j == 3)
            g_assert_cmpstr (guess, ==, of_this[j]);
          back = pal_encoding_convert ((const guchar *) octets, size, of_this[j], &length);
          g_assert_cmpstr (back, ==, said[i]);
          g_assert_cmpuint (length, ==, strlen (said[i]));
        }
    }
}

/* A text ends wherever the line broke: UTF-8 stays UTF-8, and what was there is there. */
static void
test_cut (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (said); i++)
    for (gsize size = 12; size < strlen (said[i]); size++)
      {
        gsize length = 0;
        g_autofree char *exact = g_memdup2 (said[i], size);
        g_autofree char *text
            = pal_encoding_convert ((const guchar *) exact, size, "UTF-8", &length);

        g_assert_cmpstr (pal_encoding_guess ((const guchar *) exact, size), ==, "UTF-8");
        g_assert_true (g_utf8_validate (text, (gssize) length, NULL));
        g_assert_true (g_str_has_prefix (said[i], text));
        g_assert_cmpuint (length + 3, >, size - 1);
      }
}

static void
test_damaged (void)
{
  static const struct
  {
    const char *octets;
    gsize size;
    const char *encoding;
    const char *text;
  } cases[] = {
    { "", 0, "UTF-8", "" },
    { "a\xff"
      "b",
      3, "UTF-8",
      "a\xef\xbf\xbd"
      "b" },
    { "\xed\xa0\x80", 3, "UTF-8", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "a\0b\0c", 5, "UTF-16LE", "ab" },
    { "\x00\xd8"
      "a\0",
      4, "UTF-16LE",
      "\xef\xbf\xbd"
      "a" },
    { "\xca\xd5\xc8", 3, "GB18030", "\xe6\x94\xb6" },
    { "a\x81"
      "b",
      3, "WINDOWS-1252",
      "a\xef\xbf\xbd"
      "b" },
  };
  gsize length = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree guchar *exact = g_memdup2 (cases[i].octets, cases[i].size);
      g_autofree char *text
          = pal_encoding_convert (exact, cases[i].size, cases[i].encoding, &length);

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_assert_null (pal_encoding_convert ((const guchar *) "a", 1, "NO-SUCH-TABLE", &length));
}

/* Larger than what is converted at a time, with a character of several octets at each border. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autofree char *back = NULL;
  gsize length = 0;

  while (text->len < 100000)
    g_string_append (text, said[4]);
  back = pal_encoding_convert ((const guchar *) text->str, text->len, "UTF-8", &length);
  g_assert_cmpuint (length, ==, text->len);
  g_assert_cmpstr (back, ==, text->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/encoding/round-trip", test_round_trip);
  g_test_add_func ("/encoding/cut", test_cut);
  g_test_add_func ("/encoding/damaged", test_damaged);
  g_test_add_func ("/encoding/long", test_long);

  return g_test_run ();
}
