// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-dossier-parts"
#include "config.h"

#include "test-dossier-common.h"

/* --- attachments */

typedef struct
{
  GChecksum *sum;
  gint64 length;
  int n_chunks;
} Received;

static gboolean
receive_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  Received *received = user_data;

  g_checksum_update (received->sum, data, length);
  received->length += length;
  received->n_chunks++;

  return TRUE;
}

static gboolean
refuse_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "no");

  return FALSE;
}

static void
assert_attachment (PalDossier *dossier, const char *name, const char *content, gsize length)
{
  g_autofree char *expected
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, length);
  g_autoptr (GError) error = NULL;
  Received received = { .sum = g_checksum_new (G_CHECKSUM_SHA256) };

  g_assert_cmpint (pal_dossier_get_attachment_size (dossier, name, &error), ==, length);
  g_assert_no_error (error);
  g_assert_true (pal_dossier_read_attachment (dossier, name, receive_cb, &received, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (received.length, ==, length);
  g_assert_cmpstr (g_checksum_get_string (received.sum), ==, expected);
  g_assert_true (g_str_has_prefix (name, "") && strncmp (name, expected, 12) == 0);
  g_checksum_free (received.sum);
}

static void
test_attachments (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *place = g_strdup_printf ("%s/evidence", folder);
  g_autofree char *large = g_malloc (5000000);
  char *names[6] = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  struct stat info;
  const struct
  {
    const char *file;
    gsize length;
    const char *suffix;
  } cases[] = {
    { "law.pdf", 5000000, "-law.pdf" },
    { "same law, other name.pdf", 5000000, "-same law, other name.pdf" },
    { "nothing", 0, "-nothing" },
    { "one chunk", 256 << 10, "-one chunk" },
    { "a:b*c?<d>|%.t\x01t", 3, "-a_b_c__d___.t_t" },
    { "\xd9\x82\xd8\xa7\xd9\x86\xd9\x88\xd9\x86. ", 7,
      "-\xd9\x82\xd8\xa7\xd9\x86\xd9\x88\xd9\x86" },
  };
  PalDossier *dossier = create (path);

  for (gsize i = 0; i < 5000000; i++)
    large[i] = (char) (i * 2654435761u >> 13);
  g_assert_cmpint (g_mkdir (place, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *file = g_build_filename (place, cases[i].file, NULL);
      g_autofree char *again = NULL;

      g_assert_true (g_file_set_contents (file, large, cases[i].length, NULL));
      names[i] = pal_dossier_attach_file (dossier, file, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_has_suffix (names[i], cases[i].suffix));
      again = pal_dossier_attach_file (dossier, file, NULL, &error);
      g_assert_cmpstr (again, ==, names[i]);
    }

  /* Refused: a folder, a pipe, nothing there, cancelled. */
  {
    g_autofree char *pipe = g_build_filename (place, "pipe", NULL);
    g_autofree char *file = g_build_filename (place, "law.pdf", NULL);
    g_autofree char *none = g_build_filename (place, "none", NULL);

    g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
    g_assert_null (pal_dossier_attach_file (dossier, pipe, NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
    g_clear_error (&error);
    g_assert_null (pal_dossier_attach_file (dossier, place, NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
    g_clear_error (&error);
    g_assert_null (pal_dossier_attach_file (dossier, none, NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_clear_error (&error);
    g_cancellable_cancel (cancelled);
    g_assert_null (pal_dossier_attach_file (dossier, file, cancelled, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  close_dossier (dossier);
  assert_sound (path);

  /* The same five megabytes twice, stored once. */
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 6000000);

  /* Begun by a program that was killed: gone when it is opened again. */
  tamper (path, "INSERT INTO attachment VALUES (77, NULL, 0, 1);"
                "INSERT INTO attachment_chunk VALUES (77, 0, x'00')");
  assert_sound (path);
  dossier = reopen (path);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_attachment (dossier, names[i], large, cases[i].length);
  g_assert_cmpint (pal_dossier_get_attachment_size (dossier, "no-such", &error), ==, -1);
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pal_dossier_read_attachment (dossier, names[0], refuse_cb, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);
  close_dossier (dossier);

  tamper (path, "UPDATE attachment_chunk SET data = zeroblob (length (data)) WHERE number = 3");
  dossier = reopen (path);
  {
    Received received = { .sum = g_checksum_new (G_CHECKSUM_SHA256) };

    g_assert_false (
        pal_dossier_read_attachment (dossier, names[0], receive_cb, &received, NULL, &error));
    g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED);
    g_checksum_free (received.sum);
  }
  close_dossier (dossier);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (names[i]);
}

static void
test_long_names (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *base = g_strnfill (240, 'n');
  g_autofree char *file = g_strdup_printf ("%s/%s.docx", folder, base);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = create (path);

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  name = pal_dossier_attach_file (dossier, file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (name), <=, 200);
  g_assert_true (g_str_has_suffix (name, "n.docx"));
  close_dossier (dossier);
}

/* --- forms, deliveries */

static const char tiny_form[]
    = "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\">"
      "<h:head><h:title>Tiny</h:title><model><instance><t id=\"tiny\" version=\"%s\"><a/><b/>"
      "<meta><instanceID/></meta></t></instance><bind nodeset=\"/t/a\" type=\"string\"/></model>"
      "</h:head><h:body><input ref=\"/t/a\"><label>%s</label></input></h:body></h:html>";

static PalForm *
load_tiny (const char *version, const char *label)
{
  g_autofree char *text = g_strdup_printf (tiny_form, version, label);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_form_load (bytes, "tiny", &error);

  g_assert_no_error (error);

  return form;
}

static void
test_forms (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (PalForm) one = load_tiny ("1", "A");
  g_autoptr (PalForm) two = load_tiny ("2", "A");
  g_autoptr (PalForm) other = load_tiny ("1", "B");
  g_autoptr (PalForm) newest = NULL;
  g_autoptr (PalForm) oldest = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = create (path);

  g_assert_true (pal_dossier_add_form (dossier, one, &error));
  g_assert_true (pal_dossier_add_form (dossier, one, &error));
  g_assert_true (pal_dossier_add_form (dossier, two, &error));
  g_assert_false (pal_dossier_add_form (dossier, other, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS);
  g_clear_error (&error);

  newest = pal_dossier_load_form (dossier, "tiny", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_form_get_version (newest), ==, "2");
  oldest = pal_dossier_load_form (dossier, "tiny", "1", &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (pal_form_get_source (oldest), pal_form_get_source (one)));
  g_assert_null (pal_dossier_load_form (dossier, "tiny", "3", &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND);
  list = pal_dossier_list_forms (dossier, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((PalFormInfo *) g_ptr_array_index (list, 1))->version, ==, "2");
  close_dossier (dossier);
  assert_sound (path);
}

static void
test_deliveries (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (PalDeliveryRecord) first = pal_delivery_record_new ();
  g_autoptr (PalDeliveryRecord) second = pal_delivery_record_new ();
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  PalDeliveryRecord *read;
  PalDossier *dossier = create (path);

  first->archive_sha256 = g_strdup ("ab");
  first->archive_size = G_GINT64_CONSTANT (5000000000);
  first->endpoint = g_strdup ("https://module.example/files/");
  first->state = g_strdup ("queued");
  first->changed_us = 1;
  second->endpoint = g_strdup ("copy");
  g_assert_true (pal_dossier_put_delivery (dossier, first, &error));
  g_assert_true (pal_dossier_put_delivery (dossier, second, &error));
  g_free (first->state);
  first->state = g_strdup ("accepted");
  first->receipt = g_bytes_new_static ("\x30\x00", 2);
  g_assert_true (pal_dossier_put_delivery (dossier, first, &error));
  close_dossier (dossier);

  dossier = reopen (path);
  list = pal_dossier_list_deliveries (dossier, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  read = g_ptr_array_index (list, 0);
  g_assert_cmpstr (read->endpoint, ==, "copy");
  g_assert_cmpstr (read->state, ==, "");
  g_assert_null (read->receipt);
  g_assert_cmpint (read->changed_us, >, 1);
  read = g_ptr_array_index (list, 1);
  g_assert_cmpstr (read->id, ==, first->id);
  g_assert_cmpstr (read->state, ==, "accepted");
  g_assert_cmpint (read->archive_size, ==, first->archive_size);
  g_assert_true (g_bytes_equal (read->receipt, first->receipt));
  close_dossier (dossier);
}

static void
add_tests (void)
{
  g_test_add_func ("/dossier-parts/attachments", test_attachments);
  g_test_add_func ("/dossier-parts/long-names", test_long_names);
  g_test_add_func ("/dossier-parts/forms", test_forms);
  g_test_add_func ("/dossier-parts/deliveries", test_deliveries);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
