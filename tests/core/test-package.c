// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-package"
#include "config.h"

#include "package-fixture.h"

/* The container: what is written is read back, names and limits hold, manifests and bags are
 * judged. */

/* --- Names --- */

static void
test_names (void)
{
  g_autofree char *segment = g_strnfill (200, 's');
  g_autofree char *long_segment = g_strnfill (201, 's');
  g_autofree char *half = g_strnfill (171, 'h');
  g_autofree char *whole = g_strconcat (half, "/", half, "/", half + 3, NULL);
  g_autofree char *too_long = g_strconcat (whole, "x", NULL);
  const struct
  {
    const char *name;
    gboolean ok;
  } rows[] = {
    { "a", TRUE },
    { "data/réponse.json", TRUE },
    { "data/الجواب.xml", TRUE },
    { "data/a#b+c&d;e=f@g!$'(),~ [x]{y}^`", TRUE },
    { "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", TRUE },
    { "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", FALSE },
    { segment, TRUE },
    { long_segment, FALSE },
    { whole, TRUE },
    { too_long, FALSE },
    { "console", TRUE },
    { "com", TRUE },
    { "COM10", TRUE },
    { "", FALSE },
    { "/etc/passwd", FALSE },
    { "a/", FALSE },
    { "a//b", FALSE },
    { ".", FALSE },
    { "..", FALSE },
    { "../a", FALSE },
    { "a/../b", FALSE },
    { "a/./b", FALSE },
    { "a.", FALSE },
    { "a ", FALSE },
    { "a./b", FALSE },
    { "C:/a", FALSE },
    { "a\\b", FALSE },
    { "a*b", FALSE },
    { "a?b", FALSE },
    { "a\"b", FALSE },
    { "a<b", FALSE },
    { "a>b", FALSE },
    { "a|b", FALSE },
    { "a%b", FALSE },
    { "a\nb", FALSE },
    { "a\tb", FALSE },
    { "a\x7f", FALSE },
    { "a\xc2\x85", FALSE },
    { "a\u202egnp.exe", FALSE }, /* right-to-left override */
    { "a\u200b", FALSE },        /* zero width */
    { "a\u2066b", FALSE },       /* isolate */
    { "a\ufeff", FALSE },
    { "a\u2028", FALSE },
    { "a\ue000", FALSE }, /* private use */
    { "a\U0001fffe", FALSE },
    { "e\u0301", FALSE }, /* NFD */
    { "\u212b", FALSE },  /* Angstrom sign: not NFC */
    { "a\xff", FALSE },
    { "a\xc0\xaf", FALSE },     /* overlong slash */
    { "a\xed\xa0\x80", FALSE }, /* surrogate */
    { "con", FALSE },
    { "a/NUL", FALSE },
    { "nul.txt", FALSE },
    { "Com1.tar.gz", FALSE },
    { "lpt9", FALSE },
    { "com\u00b9", FALSE },
    { "aux .txt", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *title = g_strescape (rows[i].name, NULL);

      g_test_message ("%s", title);
      g_assert_cmpint (pal_package_is_name (rows[i].name), ==, rows[i].ok);
    }
}

static void
test_map_name (void)
{
  g_autofree char *long_name = g_strnfill (300, 'n');
  g_autofree char *long_file = g_strconcat (long_name, ".pdf", NULL);
  g_autofree char *expected = g_strnfill (196, 'n');
  g_autofree char *expected_file = g_strconcat (expected, ".pdf", NULL);
  const struct
  {
    const char *foreign;
    const char *name;
  } rows[] = {
    { "law.pdf", "law.pdf" },
    { "Loi n° 12.pdf", "Loi n° 12.pdf" },
    { "e\u0301te\u0301.txt", "été.txt" },
    { "../../etc/passwd", ".._.._etc_passwd" },
    { "C:\\Users\\x.doc", "C__Users_x.doc" },
    { "100%.txt", "100_.txt" },
    { "evil\u202egnp.exe", "evil_gnp.exe" },
    { "nul.txt", "_nul.txt" },
    { "name. . ", "name" },
    { "...", "file" },
    { "", "file" },
    { "bad\xff.txt", "bad_.txt" },
    { long_file, expected_file },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = pal_package_map_name (rows[i].foreign);

      g_assert_cmpstr (name, ==, rows[i].name);
      g_assert_true (pal_package_is_name (name));
    }

  /* Whatever comes in, a name comes out. */
  for (guint round = 0; round < 3000; round++)
    {
      char noise[24];
      g_autofree char *name = NULL;
      guint length = g_test_rand_int_range (0, sizeof noise);

      for (guint i = 0; i < length; i++)
        noise[i] = g_test_rand_int_range (1, 256);
      noise[length] = '\0';
      name = pal_package_map_name (noise);
      g_assert_true (pal_package_is_name (name));
      g_assert_null (strchr (name, '/'));
    }
}

static void
test_writer_names (void)
{
  static const struct
  {
    const char *first;
    const char *second;
    int code; /* of the second */
  } rows[] = {
    { "data/a", "data/b", -1 },
    { "data/a", "data/a", PAL_PACKAGE_ERROR_NAME },
    { "data/a", "data/A", PAL_PACKAGE_ERROR_NAME },
    { "data/ß", "data/SS", PAL_PACKAGE_ERROR_NAME },
    { "data/É", "data/é", PAL_PACKAGE_ERROR_NAME },
    { "data/a", "data/a/b", PAL_PACKAGE_ERROR_NAME },
    { "data/a/b", "data/a", PAL_PACKAGE_ERROR_NAME },
    { "data/a/b", "data/A/c", -1 },
    { "data/a", "other/b", PAL_PACKAGE_ERROR_NAME },
    { "data/a", "bagit.txt", PAL_PACKAGE_ERROR_NAME },
    { "data/a", "data/../b", PAL_PACKAGE_ERROR_NAME },
    { "data/a", "data/", PAL_PACKAGE_ERROR_NAME },
    { "data/a", "data/b\n", PAL_PACKAGE_ERROR_NAME },
  };
  g_autofree char *path = in_folder ("names.asice");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);

      g_test_message ("%s %s", rows[i].first, rows[i].second);
      g_assert_true (
          pal_package_writer_add_bytes (writer, rows[i].first, "text/plain", "x", 1, &error));
      g_assert_cmpint (
          pal_package_writer_add_bytes (writer, rows[i].second, "text/plain", "x", 1, &error), ==,
          rows[i].code < 0);
      if (rows[i].code >= 0)
        g_assert_error (error, PAL_PACKAGE_ERROR, rows[i].code);
    }
  /* Nothing was finished, so nothing is there, not even a temporary file. */
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  {
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL)
      g_assert_null (strstr (name, ".part"));
  }
}

/* --- Round trip --- */

typedef struct
{
  char *name;
  GBytes *content;
} Sample;

static void
sample_free (gpointer data)
{
  Sample *sample = data;

  g_free (sample->name);
  g_bytes_unref (sample->content);
  g_free (sample);
}

static Sample *
make_sample (guint number)
{
  static const char *const pieces[]
      = { "a", "Z", "é", "ß", "ж", "ش", "漢", "-", "_", " x", "#1", "&", "'", "+" };
  Sample *sample = g_new0 (Sample, 1);
  GString *name = g_string_new ("data");
  gsize length = 0;
  guint8 *data;

  for (int level = g_test_rand_int_range (1, 4); level > 0; level--)
    {
      g_string_append_printf (name, "/%u", number);
      for (int i = g_test_rand_int_range (0, 12); i > 0; i--)
        g_string_append (name, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    }
  sample->name = g_string_free (name, FALSE);

  switch (g_test_rand_int_range (0, 4))
    {
    case 0:
      length = g_test_rand_int_range (0, 3);
      break;
    case 1:
      length = g_test_rand_int_range (0, 5000);
      break;
    case 2: /* around the buffers' edges */
      length = 256 * 1024 + g_test_rand_int_range (-2, 3);
      break;
    default:
      length = 512 * 1024 + g_test_rand_int_range (-400, 400);
      break;
    }
  data = g_malloc (length + 1);
  for (gsize i = 0; i < length; i++)
    data[i] = number % 2 == 0 ? 'a' + (guint8) (i % 7) : (guint8) g_test_rand_int ();
  sample->content = g_bytes_new_take (data, length);

  return sample;
}

static void
write_sample (PalPackageWriter *writer, const Sample *sample)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  const char *data = g_bytes_get_data (sample->content, &length);

  if (g_test_rand_bit ())
    {
      pal_package_writer_add_bytes (writer, sample->name, "application/octet-stream", data, length,
                                    &error);
      g_assert_no_error (error);
      return;
    }
  pal_package_writer_begin (writer, sample->name, "application/octet-stream", &error);
  g_assert_no_error (error);
  for (gsize done = 0; done < length;)
    {
      gsize some = g_test_rand_int_range (1, 300000);
      gsize piece = MIN (length - done, some);

      pal_package_writer_write (writer, data + done, piece, &error);
      g_assert_no_error (error);
      done += piece;
    }
  pal_package_writer_end (writer, &error);
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  g_autofree char *path = in_folder ("round.asice");
  g_autofree char *out = in_folder ("round.out");

  for (guint round = 0; round < 25; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (sample_free);
      g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);
      g_autoptr (PalVerification) verification = NULL;
      g_autofree char *sha256 = NULL;
      g_autofree char *remove = g_strdup_printf ("rm -rf -- '%s'", out);
      goffset size = 0;

      for (int n = g_test_rand_int_range (1, 12); n > 0; n--)
        {
          g_ptr_array_add (samples, make_sample (samples->len));
          write_sample (writer, g_ptr_array_index (samples, samples->len - 1));
        }
      g_assert_true (
          pal_package_writer_finish (writer, "id", "org\nX: y", round % 2 ? expert : NULL, &error));
      g_assert_no_error (error);

      verification = pal_package_verify (path, trust, 0, 0, NULL);
      sha256 = pal_digest_file_hex (path, &size, NULL, &error);
      g_assert_cmpstr (verification->sha256, ==, sha256);
      g_assert_cmpint (verification->size, ==, size);
      g_test_message ("%s", verification->message);
      if (round % 2 == 0)
        {
          g_assert_cmpint (verification->code, ==, 2);
          g_assert_true (verification->unsigned_only);
          g_assert_false (pal_package_extract (path, verification, out, NULL, &error));
          g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID);
          continue;
        }
      g_assert_cmpint (verification->code, ==, 0);
      g_assert_cmpuint (verification->signatures->len, ==, 1);
      g_assert_cmpuint (verification->entries->len, ==, samples->len + 6);

      g_assert_true (pal_package_extract (path, verification, out, NULL, &error));
      g_assert_no_error (error);
      for (guint i = 0; i < samples->len; i++)
        {
          Sample *sample = g_ptr_array_index (samples, i);
          g_autofree char *file = g_build_filename (out, sample->name, NULL);
          g_autoptr (GBytes) content = read_file (file);
          g_autoptr (GBytes) direct
              = pal_package_read_entry (path, verification, sample->name, 1024 * 1024, &error);

          g_assert_no_error (error);
          g_assert_true (g_bytes_equal (content, sample->content));
          g_assert_true (g_bytes_equal (direct, sample->content));
        }
      g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
    }
}

static void
test_result (void)
{
  g_autofree char *path = in_folder ("good.asice");
  g_autoptr (PalVerification) known = NULL;
  g_autoptr (PalVerification) unknown = NULL;
  g_autoptr (PalVerification) later = NULL;
  PalPackageSignature *signature;

  write_good (path, expert);
  known = pal_package_verify (path, trust, 0, 0, NULL);
  g_assert_cmpint (known->code, ==, 0);
  g_assert_cmpstr (pal_verification_get_indication (known), ==, "TOTAL-PASSED");
  g_assert_cmpstr (known->kind, ==, "submission");
  signature = g_ptr_array_index (known->signatures, 0);
  g_assert_cmpstr (signature->file, ==, "META-INF/signature001.p7s");
  g_assert_cmpstr (signature->manifest, ==, "META-INF/ASiCManifest001.xml");
  g_assert_cmpuint (signature->covers, ==, 7);
  g_assert_cmpstr (signature->signer->common_name, ==, "Expert");

  unknown = pal_package_verify (path, NULL, 0, 0, NULL);
  g_assert_cmpint (unknown->code, ==, 1);
  g_assert_cmpstr (pal_verification_get_indication (unknown), ==, "INDETERMINATE");

  later = pal_package_verify (path, trust, g_get_real_time () / G_USEC_PER_SEC + 3 * 365 * 86400, 0,
                              NULL);
  g_assert_cmpint (later->code, ==, 1);
}

static void
test_no_input (void)
{
  g_autofree char *missing = in_folder ("not-there.asice");
  g_autofree char *fifo = in_folder ("fifo");
  g_autofree char *good = in_folder ("good.asice");
  g_autoptr (GPtrArray) bad_trust = g_ptr_array_new ();
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (PalVerification) stopped = NULL;

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_code (missing, 66, "missing");
  assert_code (folder, 66, "folder");
  assert_code (fifo, 66, "pipe");
  assert_code ("/dev/zero", 66, "device");

  write_good (good, expert);
  g_ptr_array_add (bad_trust, missing);
  verification = pal_package_verify (good, bad_trust, 0, 0, NULL);
  g_assert_cmpint (verification->code, ==, 66);

  g_cancellable_cancel (cancelled);
  stopped = pal_package_verify (good, trust, 0, 0, cancelled);
  g_assert_cmpint (stopped->code, ==, 74);
  g_assert_null (stopped->sha256);
}

/* --- Signing again --- */

static void
test_two_signers (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("first.asice");
  g_autofree char *second = in_folder ("second.asice");
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (GPtrArray) only_expert = g_ptr_array_new ();
  g_autoptr (PalVerification) half = NULL;
  PalPackageSignature *signature;

  write_good (path, NULL);
  assert_code (path, 2, "unsigned");
  g_assert_true (pal_package_sign (path, path, expert, NULL, &error));
  g_assert_no_error (error);
  assert_code (path, 0, "signed in place");
  g_assert_true (pal_package_sign (path, second, focal_point, NULL, &error));
  g_assert_no_error (error);
  verification = pal_package_verify (second, trust, 0, 0, NULL);
  g_assert_cmpint (verification->code, ==, 0);
  g_assert_cmpuint (verification->signatures->len, ==, 2);
  signature = g_ptr_array_index (verification->signatures, 1);
  g_assert_cmpuint (signature->covers, ==, 9); /* the first manifest and signature too */
  g_assert_cmpstr (signature->signer->common_name, ==, "Focal Point");

  /* One signer whom nobody knows makes the whole indeterminate. */
  g_ptr_array_add (only_expert, trust->pdata[0]);
  half = pal_package_verify (second, only_expert, 0, 0, NULL);
  g_assert_cmpint (half->code, ==, 1);

  /* In one step or two, the first signature is over the same files. */
  {
    g_autofree char *direct = in_folder ("direct.asice");

    write_good (direct, expert);
    g_assert_true (pal_package_sign (direct, direct, focal_point, NULL, &error));
    g_assert_no_error (error);
    assert_code (direct, 0, "both");
  }
}

static void
test_sign_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("bent.asice");
  g_autofree char *out = in_folder ("bent-out.asice");
  g_autofree char *missing = in_folder ("not-there.asice");
  g_autofree char *nowhere = in_folder ("no/such/folder.asice");
  g_autoptr (GBytes) good = NULL;
  guint8 *bent;

  write_good (path, expert);
  g_assert_false (pal_package_sign (path, nowhere, expert, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pal_package_sign (missing, out, expert, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  good = read_file (path);
  bent = g_memdup2 (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  ((guint8 *) memmem (bent, g_bytes_get_size (good), "%PDF", 4))[0] = '$';
  write_file (path, bent, g_bytes_get_size (good));
  g_free (bent);
  g_assert_false (pal_package_sign (path, out, expert, NULL, &error));
  g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

static void
test_changed_after (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("changed.asice");
  g_autofree char *out = in_folder ("changed.out");
  g_autoptr (PalVerification) verification = NULL;
  g_autoptr (GBytes) good = NULL;
  guint8 *bent;

  write_good (path, expert);
  verification = pal_package_verify (path, trust, 0, 0, NULL);
  g_assert_cmpint (verification->code, ==, 0);
  good = read_file (path);
  bent = g_memdup2 (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  ((guint8 *) memmem (bent, g_bytes_get_size (good), "%PDF", 4))[0] = '$';
  write_file (path, bent, g_bytes_get_size (good));
  g_free (bent);

  g_assert_false (pal_package_extract (path, verification, out, NULL, &error));
  g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));

  /* Nor into a folder that is there, nor through a link. */
  write_good (path, expert);
  verification->code = 0;
  g_assert_cmpint (g_mkdir (out, 0700), ==, 0);
  g_assert_false (pal_package_extract (path, verification, out, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

/* --- Limits --- */

static void
test_limit_entries (void)
{
  /* mimetype, three files of the bag, manifest and signature beside the files. */
  static const struct
  {
    guint n_files;
    gboolean ok;
  } rows[] = { { PAL_PACKAGE_MAX_ENTRIES - 6, TRUE }, { PAL_PACKAGE_MAX_ENTRIES - 5, FALSE } };
  g_autofree char *path = in_folder ("many.asice");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);
      gboolean ok = TRUE;

      for (guint j = 0; j < rows[i].n_files && ok; j++)
        {
          g_autofree char *name = g_strdup_printf ("data/%u", j);

          ok = pal_package_writer_add_bytes (writer, name, "text/plain", "x", 1, &error);
        }
      g_assert_cmpint (ok, ==, rows[i].ok);
      if (!ok)
        {
          g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT);
          continue;
        }
      g_assert_true (pal_package_writer_finish (writer, NULL, NULL, expert, &error));
      g_assert_no_error (error);
      assert_code (path, 0, "as many as may be");
      /* No room for another. */
      g_assert_false (pal_package_sign (path, path, focal_point, NULL, &error));
      g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT);
    }
}

static void
test_limit_bytes (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("bytes.asice");
  g_autoptr (PalVerification) all = NULL;
  g_autoptr (PalVerification) enough = NULL;
  g_autoptr (PalVerification) less = NULL;

  for (guint extra = 0; extra < 2; extra++)
    {
      g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);
      gboolean ok;

      pal_package_writer_set_max_bytes (writer, 100);
      g_assert_true (
          pal_package_writer_add_bytes (writer, "data/a", "text/plain", path, 10, &error));
      g_assert_true (pal_package_writer_begin (writer, "data/b", "text/plain", &error));
      g_assert_true (pal_package_writer_write (writer, "0123456789", 10, &error));
      for (guint i = 0; i < 7; i++)
        g_assert_true (pal_package_writer_write (writer, "0123456789", 10, &error));
      ok = pal_package_writer_write (writer, "0123456789X", 10 + extra, &error);
      g_assert_cmpint (ok, ==, extra == 0);
      if (!ok)
        g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT);
    }

  write_good (path, expert);
  all = pal_package_verify (path, trust, 0, 0, NULL);
  enough = pal_package_verify (path, trust, 0, all->bytes, NULL);
  less = pal_package_verify (path, trust, 0, all->bytes - 1, NULL);
  g_assert_cmpint (enough->code, ==, 0);
  g_assert_cmpint (less->code, ==, 4);
}

static void
test_promised_size (void)
{
  static const struct
  {
    guint64 promised;
    gboolean ok;
  } rows[] = { { 0, TRUE }, { 5, TRUE }, { 4, FALSE }, { 6, FALSE }, { 5000000000, FALSE } };
  g_autofree char *path = in_folder ("promised.asice");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);

      g_assert_true (pal_package_writer_begin_sized (writer, "data/a", "text/plain",
                                                     rows[i].promised, &error));
      g_assert_true (pal_package_writer_write (writer, "12345", 5, &error));
      g_assert_cmpint (pal_package_writer_end (writer, &error), ==, rows[i].ok);
      if (!rows[i].ok)
        g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_IO);
    }
}

static void
test_dense (void)
{
  /* What deflates better than 100:1 is stored, so that our own reader takes it. */
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("dense.asice");
  g_autofree char *zeros = g_malloc0 (3 * 1024 * 1024);
  g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);

  g_assert_true (pal_package_writer_add_bytes (writer, "data/zeros", "text/plain", zeros,
                                               3 * 1024 * 1024, &error));
  g_assert_true (pal_package_writer_finish (writer, NULL, NULL, expert, &error));
  assert_code (path, 0, "dense");
}

static void
test_full_disk (void)
{
  g_autofree char *data = g_strnfill (2 * 1024 * 1024, 'x');
  g_autofree char *nowhere = in_folder ("no/such/folder.asice");
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPackageWriter) small = NULL;
  g_autoptr (PalPackageWriter) large = NULL;

  g_assert_null (pal_package_writer_new (nowhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  small = pal_package_writer_new ("/dev/full", &error);
  g_assert_no_error (error);
  g_assert_true (pal_package_writer_add_bytes (small, "data/a", "text/plain", "x", 1, &error));
  g_assert_false (pal_package_writer_finish (small, NULL, NULL, expert, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);

  large = pal_package_writer_new ("/dev/full", &error);
  g_assert_true (pal_package_writer_begin (large, "data/a", "text/plain", &error));
  g_assert_false (pal_package_writer_write (large, data, 2 * 1024 * 1024, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* --- What is signed but wrong: manifests of our own making --- */

#define HEAD                                                                                       \
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                   \
  "<asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" "                           \
  "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
#define SIG "<asic:SigReference URI=\"META-INF/signature001.p7s\" MimeType=\"x\"/>"
#define METHOD "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>"
#define VALUE "<ds:DigestValue>QAyzuI9XzsLr9cUuIEBJjbRjkCd9YstBtiCvNUvrimw=</ds:DigestValue>"
#define REF(uri)                                                                                   \
  "<asic:DataObjectReference URI=\"" uri "\">" METHOD VALUE "</asic:DataObjectReference>"
#define INSIDE(text)                                                                               \
  HEAD SIG "<asic:DataObjectReference URI=\"data/a\">" text "</asic:DataObjectReference>" TAIL
#define TAIL "</asic:ASiCManifest>"

static void
test_manifest (void)
{
  static const struct
  {
    const char *xml;
    int code; /* -1: fine */
  } rows[] = {
    { HEAD SIG REF ("data/a") TAIL, -1 },
    { HEAD SIG TAIL, -1 },
    { HEAD SIG REF ("data/r%C3%A9ponse") REF ("data/b") TAIL, -1 },
    { HEAD SIG REF ("data/réponse") TAIL, -1 },
    { HEAD SIG REF ("data/%23") TAIL, -1 },
    { HEAD "<!-- who knows -->" SIG REF ("data/a") TAIL "\n<!-- end -->\n", -1 },
    { "<ASiCManifest xmlns=\"http://uri.etsi.org/02918/v1.2.1#\" "
      "xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\"><SigReference "
      "URI=\"META-INF/signature001.p7s\"/><DataObjectReference URI=\"data/a\"><d:DigestMethod "
      "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><d:DigestValue>\n "
      "QAyzuI9XzsLr9cUuIEBJ\n jbRjkCd9YstBtiCvNUvrimw=\n</d:DigestValue></DataObjectReference>"
      "</ASiCManifest>",
      -1 },
    { INSIDE ("<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"/>"
              "<ds:DigestValue>"
              "QAyzuI9XzsLr9cUuIEBJjbRjkCd9YstBtiCvNUvrimxADLO4j1fOwuv1xS4gQEmNtGOQJ31iy0G2IK81S+uK"
              "bA==</ds:DigestValue>"),
      -1 },
    { HEAD SIG REF ("data/a") "<asic:ASiCManifestExtensions><asic:Extension Critical=\"false\">"
                              "<asic:X/></asic:Extension></asic:ASiCManifestExtensions>" TAIL,
      -1 },
    { HEAD SIG REF ("data/a") "<asic:ASiCManifestExtensions><asic:Extension Critical=\"true\">"
                              "<asic:X/></asic:Extension></asic:ASiCManifestExtensions>" TAIL,
      PAL_PACKAGE_ERROR_MALFORMED },
    { "", PAL_PACKAGE_ERROR_MALFORMED },
    { "junk", PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a"), PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD REF ("data/a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD REF ("data/a") SIG TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG SIG REF ("data/a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD "<asic:SigReference URI=\"META-INF/signature002.p7s\"/>" TAIL,
      PAL_PACKAGE_ERROR_MALFORMED },
    { "\xef\xbb\xbf" HEAD SIG TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { "<!DOCTYPE x>" HEAD SIG TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
      PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "<?php x ?>" TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", PAL_PACKAGE_ERROR_MALFORMED },
    { "<?xml version=\"1.1\"?><a/>", PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a\xff") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "\x01" TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { "<ASiCManifest xmlns=\"urn:other\"/>", PAL_PACKAGE_ERROR_MALFORMED },
    { "<asic:ASiCManifest/>", PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "<asic:Other/>" TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "text" TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "<asic:DataObjectReference xmlns:ds=\"urn:x\" URI=\"data/a\">" METHOD VALUE
               "</asic:DataObjectReference>" TAIL,
      PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "<asic:DataObjectReference URI=\"data/a\" Other=\"x\">" METHOD VALUE
               "</asic:DataObjectReference>" TAIL,
      PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "<asic:DataObjectReference>" METHOD VALUE "</asic:DataObjectReference>" TAIL,
      PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a") REF ("data/a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a") REF ("data/%61") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/%2561") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/%zz") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a%") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/%00a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a#b") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/a?b") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data/../a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("./data/a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("/data/a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("data%2F..%2F..%2Fa") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("http://x/a") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("META-INF/ASiCManifest001.xml") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG REF ("META-INF/signature001.p7s") TAIL, PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (VALUE), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (VALUE METHOD), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD METHOD VALUE), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD VALUE VALUE), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD "<ds:DigestValue>QAyzuI9XzsLr9cUuIEBJjbRjkCd9Yst<!-- -->BtiCvNUvrimw="
                     "</ds:DigestValue>"),
      PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD "<ds:DigestValue><![CDATA[QAyzuI9XzsLr9cUuIEBJjbRjkCd9YstBtiCvNUvrimw=]]>"
                     "</ds:DigestValue>"),
      PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD "<ds:DigestValue>QAyzuA==</ds:DigestValue>"), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD
              "<ds:DigestValue>QAyzuI9XzsLr9cUuIEBJjbRjkCd9YstBtiCvNUvrimx=</ds:DigestValue>"),
      PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE (METHOD "<ds:DigestValue/>"), PAL_PACKAGE_ERROR_MALFORMED },
    { INSIDE ("<ds:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/>"
              "<ds:DigestValue>QAyzuI9XzsLr9cUuIEBJjbRjkCc=</ds:DigestValue>"),
      PAL_PACKAGE_ERROR_MALFORMED },
    { HEAD SIG "<asic:DataObjectReference URI=\"data/a\" Rootfile=\"true\">" METHOD VALUE
               "</asic:DataObjectReference><asic:DataObjectReference URI=\"data/b\" "
               "Rootfile=\"1\">" METHOD VALUE "</asic:DataObjectReference>" TAIL,
      PAL_PACKAGE_ERROR_MALFORMED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new (rows[i].xml, strlen (rows[i].xml));
      g_autoptr (GPtrArray) references = pal_manifest_parse (bytes, "META-INF/ASiCManifest001.xml",
                                                             "META-INF/signature001.p7s", &error);

      g_test_message ("row %u", i);
      if (rows[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_PACKAGE_ERROR, rows[i].code);
      g_assert_cmpint (references != NULL, ==, rows[i].code < 0);
    }
}

static void
test_manifest_limits (void)
{
  g_autofree char *tag = g_strnfill (16 * 1024 - 6, 'x');
  g_autofree char *attributes = NULL;
  g_autofree char *deep = NULL;
  GString *many = g_string_new ("<a");
  GString *levels = g_string_new (HEAD SIG "<asic:ASiCManifestExtensions>");
  const char *text[4];
  g_autofree char *huge_tag = g_strconcat (HEAD SIG "<a b=\"", tag, ">>\"/>" TAIL, NULL);
  g_autofree char *huge = g_strnfill (PAL_PACKAGE_MAX_MANIFEST + 1, ' ');

  for (guint i = 0; i <= 64; i++)
    g_string_append_printf (many, " a%u=''", i);
  g_string_append (many, "/>");
  attributes = g_string_free (many, FALSE);
  for (guint i = 0; i < 31; i++)
    g_string_append (levels, "<asic:x Critical='0'>");
  deep = g_string_free (levels, FALSE);
  text[0] = huge_tag;
  text[1] = attributes;
  text[2] = deep;
  text[3] = huge;

  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new (text[i], strlen (text[i]));

      g_test_message ("%u", i);
      g_assert_null (pal_manifest_parse (bytes, "META-INF/ASiCManifest001.xml",
                                         "META-INF/signature001.p7s", &error));
      g_assert_nonnull (error);
      if (i != 1) /* an unknown attribute is found before the 65th is */
        g_assert_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT);
    }
}

/* A signed package whose bag says what the rows say; its signature holds. */
static void
write_bag (const char *path, const char *bag, gboolean cover_all)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalZipWriter) zip = pal_zip_writer_new (path, &error);
  g_autoptr (GPtrArray) references
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_reference_free);
  const struct
  {
    const char *name;
    const char *text;
  } files[] = {
    { "data/a", "abc" },
    { "data/b", "" },
    { "bagit.txt", PAL_PACKAGE_BAGIT },
    { "manifest-sha256.txt", bag },
  };

  g_assert_nonnull (pal_zip_writer_add (zip, "mimetype", PAL_PACKAGE_MIMETYPE, 31, FALSE, &error));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const PalZipEntry *entry = pal_zip_writer_add (zip, files[i].name, files[i].text,
                                                     strlen (files[i].text), FALSE, &error);

      if (i > 0 || cover_all)
        g_ptr_array_add (references, pal_reference_new (files[i].name, NULL, FALSE, entry->sha256));
    }
  g_assert_true (pal_package_append_signature (zip, 1, references, expert, &error));
  g_assert_true (pal_zip_writer_finish (zip, "", &error));
}

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
test_bag (void)
{
  static const struct
  {
    const char *bag;
    int code;
  } rows[] = {
    { ABC "  data/a\n" NOTHING "  data/b\n", 0 },
    { NOTHING "  data/b\n" ABC "  data/a\n", 0 },
    { ABC "  data/a\n", 2 },
    { "", 2 },
    { ABC "  data/a\n" ABC "  data/b\n", 2 },
    { ABC "  data/a\n" NOTHING "  data/b\n" ABC "  data/c\n", 2 },
    { ABC "  data/a\n" ABC "  data/a\n", 3 },
    { ABC "  data/a\n" NOTHING "  data/b", 3 },
    { ABC "  data/a\r\n" NOTHING "  data/b\r\n", 2 },
    { ABC " data/a\n" NOTHING "  data/b\n", 3 },
    { ABC "  data/a\n\n" NOTHING "  data/b\n", 3 },
    { ABC "  data/a\n" NOTHING "  bagit.txt\n", 3 },
    { "x\n", 3 },
  };
  g_autofree char *path = in_folder ("bag.asice");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *title = g_strescape (rows[i].bag, NULL);

      write_bag (path, rows[i].bag, TRUE);
      assert_code (path, rows[i].code, title);
    }
  write_bag (path, rows[0].bag, FALSE);
  assert_code (path, 2, "a file that the signature does not cover");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_begin ();

  g_test_add_func ("/package/names", test_names);
  g_test_add_func ("/package/map-name", test_map_name);
  g_test_add_func ("/package/writer-names", test_writer_names);
  g_test_add_func ("/package/round-trip", test_round_trip);
  g_test_add_func ("/package/result", test_result);
  g_test_add_func ("/package/no-input", test_no_input);
  g_test_add_func ("/package/two-signers", test_two_signers);
  g_test_add_func ("/package/sign-errors", test_sign_errors);
  g_test_add_func ("/package/changed-after", test_changed_after);
  g_test_add_func ("/package/limit/entries", test_limit_entries);
  g_test_add_func ("/package/limit/bytes", test_limit_bytes);
  g_test_add_func ("/package/limit/promised-size", test_promised_size);
  g_test_add_func ("/package/limit/dense", test_dense);
  g_test_add_func ("/package/full-disk", test_full_disk);
  g_test_add_func ("/package/manifest", test_manifest);
  g_test_add_func ("/package/manifest/limits", test_manifest_limits);
  g_test_add_func ("/package/bag", test_bag);
  result = g_test_run ();

  fixture_end ();

  return result;
}
