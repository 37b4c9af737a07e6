// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-bundle.h"
#include "pal-traces.h"

#include <string.h>

/* Files that tell more than people see, made octet by octet. */

#define SECRET "Amal of Lantern House"

/* --- making */

static void
put (GByteArray *out, const void *data, gsize length)
{
  g_byte_array_append (out, data, length);
}

static void
put_number (GByteArray *out, guint32 number, guint size)
{
  for (guint i = size; i > 0; i--)
    {
      guint8 octet = number >> (8 * (i - 1));

      put (out, &octet, 1);
    }
}

static void
put_part (GByteArray *out, guint8 marker, const void *data, gsize length)
{
  guint8 head[] = { 0xff, marker };

  put (out, head, sizeof head);
  put_number (out, length + 2, 2);
  put (out, data, length);
}

static void
put_field (GByteArray *out, guint16 tag, guint32 value)
{
  put_number (out, tag, 2);
  put_number (out, 3, 2);
  put_number (out, 1, 4);
  put_number (out, value, 4);
}

/* TIFF with orientation 6, an author and a place. */
static GByteArray *
make_exif (gboolean with_head)
{
  GByteArray *out = g_byte_array_new ();

  if (with_head)
    put (out, "Exif\0\0", 6);
  put (out, "MM\0*\0\0\0\010", 8);
  put_number (out, 3, 2);
  put_field (out, 0x0112, 6u << 16);
  put_field (out, 0x013b, 100);
  put_field (out, 0x8825, 50);
  put_number (out, 0, 4);
  /* The directory of the place, at 50. */
  put_number (out, 2, 2);
  put_field (out, 0, 0x02030000);
  put_field (out, 2, 0);
  put_number (out, 0, 4);
  while (out->len < (with_head ? 106 : 100))
    put_number (out, 0, 1);
  put (out, SECRET, strlen (SECRET));

  return out;
}

#define CODED "\x11\xff\x00\x22\xff\xd0\x33"

static GBytes *
make_jpeg (const char *behind)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) exif = make_exif (TRUE);

  put (out, "\xff\xd8", 2);
  put_part (out, 0xe0, "JFIF\0\1\1", 7);
  put_part (out, 0xe1, exif->data, exif->len);
  put_part (out, 0xe1, "http://ns.adobe.com/xap/1.0/\0<x dc:creator='" SECRET "' CreatorTool=''/>",
            29 + strlen ("<x dc:creator='" SECRET "' CreatorTool=''/>"));
  put_part (out, 0xe2, "ICC_PROFILE\0\1\1colours", 21);
  put_part (out, 0xed, "Photoshop 3.0\0" SECRET, 14 + strlen (SECRET));
  put_part (out, 0xfe, SECRET, strlen (SECRET));
  put_part (out, 0xdb, "tables", 6);
  put_part (out, 0xda, "scan", 4);
  put (out, CODED, sizeof CODED - 1);
  put_part (out, 0xda, "more", 4);
  put (out, CODED, sizeof CODED - 1);
  put (out, "\xff\xd9", 2);
  put (out, behind, strlen (behind));

  return g_byte_array_free_to_bytes (out);
}

static void
put_chunk (GByteArray *out, const char *type, const void *data, gsize length)
{
  put_number (out, length, 4);
  put (out, type, 4);
  put (out, data, length);
  put_number (out, 0x12345678, 4);
}

static GBytes *
make_png (void)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) exif = make_exif (FALSE);

  put (out, "\x89PNG\r\n\x1a\n", 8);
  put_chunk (out, "IHDR", "0123456789012", 13);
  put_chunk (out, "gAMA", "gama", 4);
  put_chunk (out, "tEXt", "Author\0" SECRET, 7 + strlen (SECRET));
  put_chunk (out, "tEXt", "Software\0x", 10);
  put_chunk (out, "tIME", "1234567", 7);
  put_chunk (out, "eXIf", exif->data, exif->len);
  put_chunk (out, "IDAT", "pixels", 6);
  put_chunk (out, "IEND", "", 0);

  return g_byte_array_free_to_bytes (out);
}

static GBytes *
make_bundle (gboolean is_office)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);
  g_autoptr (GBytes) picture = make_jpeg ("");
  g_autoptr (GError) error = NULL;
  GBytes *bytes;
  const struct
  {
    const char *name;
    const char *text;
  } parts[] = {
    { is_office ? "[Content_Types].xml" : "mimetype", "<Types/>" },
    { "docProps/core.xml",
      "<p><dc:creator>" SECRET "</dc:creator><dcterms:created a='b'>2026</p>" },
    { "docProps/app.xml", "<p><Application>Writer</Application><Company/></p>" },
    { "word/comments.xml",
      "<w:comment w:id=\"1\" w:author=\"" SECRET "\" w:initials=\"A\">Said</w:comment>" },
    { "xl/comments1.xml", "<authors><author>" SECRET "</author></authors>" },
    { "word/people.xml", "<w15:person w15:author=\"" SECRET "\"><w15:presenceInfo "
                         "w15:providerId=\"AD\" w15:userId=\"" SECRET "\"/></w15:person>" },
    { "word/footnotes.xml", "<w:ins w:id='2' w:author='" SECRET "'/>" },
    { "ppt/commentAuthors.xml", "<p:cmAuthor id=\"0\" name=\"" SECRET "\" initials=\"A\"/>" },
    { "ppt/authors.xml", "<p188:author id=\"{1}\" name=\"" SECRET "\" userId=\"" SECRET "\"/>" },
    { "xl/persons/person.xml", "<person displayName=\"" SECRET "\" id=\"{1}\" userId=\"u\"/>" },
    { "xl/comments2.xml", "<x:authors><x:author>" SECRET "</x:author></x:authors>" },
    { "xl/workbook.xml", "<fileSharing userName=\"" SECRET "\"/>" },
    { "xl/tables/table1.xml", "<table displayName=\"Figures\" name=\"Figures\"/>" },
    { "word/document.xml", "<w:t>What people read</w:t>" },
    { "meta.xml", "<meta:initial-creator>" SECRET "</meta:initial-creator>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (parts[i].name, "meta.xml") != 0 || !is_office)
      {
        g_autoptr (GBytes) part = g_bytes_new (parts[i].text, strlen (parts[i].text));

        g_ptr_array_add (entries, pal_bundle_entry_new (parts[i].name, part));
      }
  g_ptr_array_add (entries, pal_bundle_entry_new ("word/media/image1.jpeg", picture));
  bytes = pal_bundle_write (entries, &error);
  g_assert_no_error (error);

  return bytes;
}

static gboolean
holds (GBytes *bytes, const char *text)
{
  return memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text))
         != NULL;
}

static void
assert_found (const PalTraces *traces, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < PAL_N_TRACES; i++)
    if (traces->found[i])
      g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "",
                              pal_trace_kind_to_string (i));
  g_assert_cmpstr (found->str, ==, expected);
}

/* --- looking */

static void
test_looked (void)
{
  static const char pdf[] = "%PDF-1.4\n1 0 obj<</Author(x)/Producer(y)/CreationDate(z)>>endobj";
  const struct
  {
    GBytes *bytes;
    PalTracesFormat format;
    const char *found;
    gboolean is_removable;
  } rows[] = {
    { make_jpeg (""), PAL_TRACES_JPEG, "place person device text", TRUE },
    { make_jpeg ("a second picture"), PAL_TRACES_JPEG, "place person device text", TRUE },
    { make_png (), PAL_TRACES_PNG, "place person device time", TRUE },
    { make_bundle (TRUE), PAL_TRACES_OFFICE, "place person device time text", TRUE },
    { make_bundle (FALSE), PAL_TRACES_OPEN_DOCUMENT, "place person device time text", FALSE },
    { g_bytes_new_static (pdf, sizeof pdf), PAL_TRACES_PDF, "person device time", FALSE },
    { g_bytes_new_static ("PK\003\004 nothing", 12), PAL_TRACES_OTHER, "", FALSE },
    { g_bytes_new_static ("plain words", 11), PAL_TRACES_OTHER, "", FALSE },
    { g_bytes_new_static ("", 0), PAL_TRACES_OTHER, "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalTraces traces;

      pal_traces_look (rows[i].bytes, &traces);
      g_assert_cmpint (traces.format, ==, rows[i].format);
      assert_found (&traces, rows[i].found);
      g_assert_cmpint (traces.is_removable, ==, rows[i].is_removable);
      g_assert_cmpint (pal_traces_is_any (&traces), ==, *rows[i].found != '\0');
      g_bytes_unref (rows[i].bytes);
    }
}

/* --- removing */

static void
test_jpeg_removed (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg ("behind the end: " SECRET);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) clean = pal_traces_remove (jpeg, &error);
  g_autoptr (GBytes) again = NULL;
  PalTraces traces;

  g_assert_no_error (error);
  g_assert_false (holds (clean, SECRET));
  g_assert_true (holds (clean, "JFIF"));
  g_assert_true (holds (clean, "colours"));
  g_assert_true (holds (clean, "tables"));
  /* Both scans as they were, and the way in which the picture is turned. */
  g_assert_true (holds (clean, "scan\x11\xff"));
  g_assert_true (holds (clean, "more\x11\xff"));
  g_assert_true (holds (clean, "Exif"));
  g_assert_cmpint (((const guint8 *) g_bytes_get_data (clean, NULL))[2 + 11 + 29], ==, 6);
  pal_traces_look (clean, &traces);
  assert_found (&traces, "");
  again = pal_traces_remove (clean, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (again, clean));
}

static void
test_png_removed (void)
{
  g_autoptr (GBytes) png = make_png ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) clean = pal_traces_remove (png, &error);
  PalTraces traces;

  g_assert_no_error (error);
  g_assert_false (holds (clean, SECRET));
  g_assert_true (holds (clean, "gAMA"));
  g_assert_true (holds (clean, "pixels"));
  g_assert_true (holds (clean, "IEND"));
  pal_traces_look (clean, &traces);
  assert_found (&traces, "");
}

static void
test_office_removed (void)
{
  g_autoptr (GBytes) office = make_bundle (TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) clean = pal_traces_remove (office, &error);
  g_autoptr (GHashTable) parts = NULL;
  GHashTableIter iter;
  gpointer part;
  PalTraces traces;

  g_assert_no_error (error);
  parts = pal_bundle_read (clean, NULL, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, &error);
  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, parts);
  while (g_hash_table_iter_next (&iter, NULL, &part))
    g_assert_false (holds (part, SECRET));
  g_assert_true (holds (g_hash_table_lookup (parts, "word/document.xml"), "What people read"));
  g_assert_true (holds (g_hash_table_lookup (parts, "word/comments.xml"), "Said"));
  g_assert_true (holds (g_hash_table_lookup (parts, "xl/tables/table1.xml"),
                        "displayName=\"Figures\" name=\"Figures\""));
  pal_traces_look (clean, &traces);
  assert_found (&traces, "");
}

static void
test_refused (void)
{
  const struct
  {
    GBytes *bytes;
    PalTracesError code;
  } rows[] = {
    { g_bytes_new_static ("plain words", 11), PAL_TRACES_ERROR_FORMAT },
    { g_bytes_new_static ("%PDF-1.4 /Author", 16), PAL_TRACES_ERROR_FORMAT },
    { make_bundle (FALSE), PAL_TRACES_ERROR_FORMAT },
    { g_bytes_new_static ("\xff\xd8\xff\xe1\xff\xff short", 12), PAL_TRACES_ERROR_BROKEN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pal_traces_remove (rows[i].bytes, &error));
      g_assert_error (error, PAL_TRACES_ERROR, (int) rows[i].code);
      g_bytes_unref (rows[i].bytes);
    }
}

static GBytes *
make_office_with (const char *name, GBytes *part)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);
  g_autoptr (GBytes) types = g_bytes_new_static ("<Types/>", 8);
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  g_ptr_array_add (entries, pal_bundle_entry_new ("[Content_Types].xml", types));
  g_ptr_array_add (entries, pal_bundle_entry_new (name, part));
  bytes = pal_bundle_write (entries, &error);
  g_assert_no_error (error);

  return bytes;
}

/* Each of these is small, and would take a reader that follows it for ever. */

/* A directory all of whose fields point back at it. */
static void
test_turned_back (void)
{
  g_autoptr (GByteArray) exif = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GBytes) jpeg = NULL;
  PalTraces traces;

  put (exif, "Exif\0\0MM\0*\0\0\0\010", 14);
  put_number (exif, 500, 2);
  for (guint i = 0; i < 500; i++)
    put_field (exif, 0x8769, 8);
  put (out, "\xff\xd8", 2);
  put_part (out, 0xe1, exif->data, exif->len);
  put (out, "\xff\xd9", 2);
  jpeg = g_byte_array_free_to_bytes (out);
  pal_traces_look (jpeg, &traces);
  assert_found (&traces, "");
  g_assert_true (traces.is_removable);
}

/* Beginnings of an element that never end. */
static void
test_never_ended (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GRand) chance = g_rand_new_with_seed (7);
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GBytes) office = NULL;
  PalTraces traces;

  while (text->len < 2000000)
    g_string_append_printf (text, "<dc:creator %08x ", g_rand_int (chance));
  g_string_append (text, "/>");
  part = g_bytes_new (text->str, text->len);
  office = make_office_with ("docProps/core.xml", part);
  pal_traces_look (office, &traces);
  assert_found (&traces, "");
}

/* A document that calls itself a picture, within another one: it is no picture, and stays. */
static void
test_nested (void)
{
  g_autoptr (GBytes) inner = make_bundle (TRUE);
  g_autoptr (GBytes) office = make_office_with ("word/media/image1.png", inner);
  g_autoptr (GBytes) clean = NULL;
  g_autoptr (GHashTable) parts = NULL;
  g_autoptr (GError) error = NULL;
  PalTraces traces;

  pal_traces_look (office, &traces);
  assert_found (&traces, "");
  clean = pal_traces_remove (office, &error);
  g_assert_no_error (error);
  parts = pal_bundle_read (clean, NULL, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (g_hash_table_lookup (parts, "word/media/image1.png"), inner));
}

/* Cut anywhere, and with any octet another: nothing is read past the end, nothing hangs. */
static void
test_hostile (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg ("");
  g_autoptr (GBytes) png = make_png ();
  GBytes *const files[] = { jpeg, png };
  g_autoptr (GRand) chance = g_rand_new_with_seed (7);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize length = 0;
      const guint8 *data = g_bytes_get_data (files[i], &length);

      for (gsize cut = 0; cut < length; cut++)
        {
          /* A copy of its own, so that a sanitizer sees its end. */
          g_autoptr (GBytes) part = g_bytes_new (data, cut);
          g_autoptr (GBytes) clean = pal_traces_remove (part, NULL);
        }
      for (guint n = 0; n < 3000; n++)
        {
          g_autofree guint8 *copy = g_memdup2 (data, length);
          g_autoptr (GBytes) part = NULL;
          g_autoptr (GBytes) clean = NULL;

          for (guint j = 0; j < 3; j++)
            copy[g_rand_int_range (chance, 2, length)] = g_rand_int (chance);
          part = g_bytes_new (copy, length);
          clean = pal_traces_remove (part, NULL);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/traces/looked", test_looked);
  g_test_add_func ("/traces/jpeg-removed", test_jpeg_removed);
  g_test_add_func ("/traces/png-removed", test_png_removed);
  g_test_add_func ("/traces/office-removed", test_office_removed);
  g_test_add_func ("/traces/refused", test_refused);
  g_test_add_func ("/traces/turned-back", test_turned_back);
  g_test_add_func ("/traces/never-ended", test_never_ended);
  g_test_add_func ("/traces/nested", test_nested);
  g_test_add_func ("/traces/hostile", test_hostile);

  return g_test_run ();
}
