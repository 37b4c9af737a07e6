// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-import"
#include "config.h"

#include "pal-book.h"
#include "pal-written-date.h"

#include <glib/gstdio.h>
#include <string.h>

/* Tables as others write them: encodings, delimiters, dates. */

/* --- encodings */

static const struct
{
  const char *name;
  const char *encoding; /* in which it is written */
  const char *said;
  const char *text;
  char delimiter;
} writings[] = {
  { "utf-8", "UTF-8", "UTF-8", "Organización,País\nMañana,Perú\n", ',' },
  { "utf-16le", "UTF-16LE", "UTF-16LE", "Organization;Country\nDawn;Peru\n", ';' },
  { "utf-16be", "UTF-16BE", "UTF-16BE", "Organization\tCountry\nDawn\tPeru\n", '\t' },
  { "windows-1252", "WINDOWS-1252", "WINDOWS-1252", "Société;Pays\nÉté à la forêt;Sénégal\n", ';' },
  { "windows-1251", "WINDOWS-1251", "WINDOWS-1251", "Название;Страна\nДом у гавани;Практиция\n",
    ';' },
  { "windows-1251 in capitals", "WINDOWS-1251", "WINDOWS-1251", "НАЗВАНИЕ,СТРАНА\nДОМ,ПЕРУ\n",
    ',' },
  { "windows-1256", "WINDOWS-1256", "WINDOWS-1256", "المنظمة;البلد\nبيت الميناء;المغرب\n", ';' },
  { "gb18030", "GB18030", "GB18030", "组织名称;国家\n港口之家互助协会;实践国\n", ';' },
  { "quotes hide delimiters", "UTF-8", "UTF-8", "a,b\n\"x;y;z\",\"p;q;r\"\n\"1;2;3\",4\n", ',' },
};

static char *
write_file (const void *data, gsize size)
{
  char *path = NULL;
  int file = g_file_open_tmp ("palermo-table-XXXXXX", &path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents (path, data, size, NULL));

  return path;
}

static void
test_writing (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  gsize size = 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes
      = g_convert (writings[row].text, -1, writings[row].encoding, "UTF-8", NULL, &size, &error);
  g_autofree char *path = NULL;
  g_autoptr (PalBook) book = NULL;
  g_autofree char *first = NULL;
  PalBookWriting writing;
  const PalBookSheet *sheet;

  g_assert_no_error (error);
  path = write_file (bytes, size);
  book = pal_book_read_table (path, &writing, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_assert_cmpstr (writing.encoding, ==, writings[row].said);
  g_assert_cmpint (writing.delimiter, ==, writings[row].delimiter);

  sheet = g_ptr_array_index (book->sheets, 0);
  first = g_strndup (writings[row].text, strcspn (writings[row].text, ",;\t"));
  g_assert_cmpuint (((PalBookRow *) g_ptr_array_index (sheet->rows, 0))->n_cells, ==, 2);
  g_assert_cmpstr (((PalBookRow *) g_ptr_array_index (sheet->rows, 0))->cells[0], ==, first);
}

/* No octets make it stumble; what cannot be read is said. */
static void
test_noise (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261122);

  for (guint round = 0; round < 400; round++)
    {
      guchar noise[300];
      gsize size = (gsize) g_rand_int_range (random, 0, sizeof noise);
      g_autofree char *path = NULL;
      g_autoptr (PalBook) book = NULL;
      g_autoptr (GError) error = NULL;
      PalBookWriting writing;

      for (gsize i = 0; i < size; i++)
        noise[i] = (guchar) g_rand_int_range (random, round % 2 == 0 ? 0 : 0x60, 256);
      path = write_file (noise, size);
      book = pal_book_read_table (path, &writing, &error);
      g_unlink (path);
      g_assert_true ((book != NULL) == (error == NULL));
    }
}

/* --- dates */

static const struct
{
  const char *text;
  const char *date; /* (nullable) */
  gboolean unsure;
} dates[] = {
  { "2026-03-15", "2026-03-15", FALSE },
  { "2026-03-15T10:20:30Z", "2026-03-15", FALSE },
  { "15.3.2026", "2026-03-15", FALSE },
  { "3/15/2026", "2026-03-15", FALSE },
  { "15/3/2026", "2026-03-15", FALSE },
  { "3/4/2026", NULL, TRUE },
  { "4/4/2026", "2026-04-04", FALSE },
  { "20260315", "2026-03-15", FALSE },
  { "15 March 2026", "2026-03-15", FALSE },
  { "15 août 2026", "2026-08-15", FALSE },
  { "2026年3月15日", "2026-03-15", FALSE },
  { "١٥ مارس ٢٠٢٦", "2026-03-15", FALSE },
  { "29.2.2025", NULL, FALSE },
  { "15.3.26", NULL, FALSE },
  { "", NULL, FALSE },
  { "soon", NULL, FALSE },
};

static void
test_dates (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      gboolean unsure = FALSE;
      g_autofree char *date = pal_written_date_dup (dates[i].text, &unsure);

      g_test_message ("%s", dates[i].text);
      g_assert_cmpstr (date, ==, dates[i].date);
      g_assert_cmpint (unsure, ==, dates[i].unsure);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (writings); i++)
    {
      g_autofree char *name = g_strconcat ("/import/writing/", writings[i].name, NULL);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_writing);
    }
  g_test_add_func ("/import/noise", test_noise);
  g_test_add_func ("/import/dates", test_dates);

  return g_test_run ();
}
