// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-seal"
#include "config.h"

#include "pal-cms-seal.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files for the eyes of some people only. */

static char *folder;
static PalIdentity *ana, *ben, *eve;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static PalIdentity *
make_person (const char *name)
{
  g_autoptr (GError) error = NULL;
  PalIdentity *person = pal_identity_create (name, &error);
  g_autofree char *certificate = NULL;
  g_autofree char *certificate_path = NULL;
  g_autofree char *key = NULL;
  g_autofree char *key_path = NULL;
  g_autofree char *file = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_file = g_strconcat (name, "-key.pem", NULL);

  g_assert_no_error (error);
  certificate = pal_identity_dup_certificate_pem (person);
  certificate_path = in_folder (file);
  g_assert_true (g_file_set_contents (certificate_path, certificate, -1, NULL));
  key = pal_identity_dup_key_pem (person);
  key_path = in_folder (key_file);
  g_assert_true (g_file_set_contents (key_path, key, -1, NULL));

  return person;
}

static char *
make_plain (gsize size)
{
  char *path = in_folder ("plain");
  g_autofree guint8 *octets = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    octets[i] = (i * 2654435761u) >> 13;
  g_assert_true (g_file_set_contents (path, (char *) octets, size, NULL));

  return path;
}

/* to: names of people, separated by spaces */
static char *
seal (const char *plain, const char *to)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) names = g_strsplit (to, " ", -1);
  g_autoptr (GError) error = NULL;
  char *path = in_folder ("sealed.p7m");

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".pem", NULL);

      g_ptr_array_add (recipients, in_folder (file));
    }
  pal_cms_seal_file (plain, path, recipients, NULL, &error);
  g_assert_no_error (error);

  return path;
}

static void
assert_opens (const char *sealed, PalIdentity *identity, const char *plain)
{
  g_autofree char *out = in_folder ("opened");
  g_autofree char *expected = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length, n;

  pal_cms_open_file (sealed, out, identity, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (plain, &expected, &n, NULL));
  g_assert_true (g_file_get_contents (out, &content, &length, NULL));
  g_assert_cmpmem (content, length, expected, n);
  g_unlink (out);
}

static int
open_code (const char *sealed, PalIdentity *identity)
{
  g_autofree char *out = in_folder ("opened");
  g_autoptr (GError) error = NULL;

  if (pal_cms_open_file (sealed, out, identity, NULL, &error))
    {
      g_unlink (out);
      return -1;
    }
  /* Never a part of it, and never an unknown kind of trouble. */
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  g_assert_true (error->domain == PAL_SIGNING_ERROR);

  return error->code;
}

static void
test_sizes (void)
{
  const gsize sizes[] = { 1, 15, 16, 4095, 4096, 4097, 70000, 3000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *plain = make_plain (sizes[i]);
      g_autofree char *sealed = seal (plain, "ana ben");

      g_assert_true (pal_cms_is_sealed (sealed));
      g_assert_false (pal_cms_is_sealed (plain));
      assert_opens (sealed, ana, plain);
      assert_opens (sealed, ben, plain);
      g_assert_cmpint (open_code (sealed, eve), ==, PAL_SIGNING_ERROR_RECIPIENT);
    }
}

static gboolean
run_openssl (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *word;
  va_list args;
  int status;

  g_ptr_array_add (words, "openssl");
  va_start (args, first);
  for (word = first; word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (args);
  g_ptr_array_add (words, NULL);

  return g_spawn_sync (NULL, (char **) words->pdata, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL
                           | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL)
         && g_spawn_check_wait_status (status, NULL);
}

/* Both ways, with lengths and without. */
static void
test_openssl (void)
{
  g_autofree char *plain = make_plain (100000);
  g_autofree char *sealed = seal (plain, "ana");
  g_autofree char *opened = in_folder ("theirs");
  g_autofree char *certificate = in_folder ("ana.pem");
  g_autofree char *key = in_folder ("ana-key.pem");
  g_autofree char *expected = NULL;
  g_autofree char *content = NULL;
  gsize length, n;

  g_assert_true (run_openssl ("cms", "-decrypt", "-binary", "-inform", "DER", "-in", sealed,
                              "-recip", certificate, "-inkey", key, "-out", opened, NULL));
  g_assert_true (g_file_get_contents (plain, &expected, &n, NULL));
  g_assert_true (g_file_get_contents (opened, &content, &length, NULL));
  g_assert_cmpmem (content, length, expected, n);

  g_assert_true (run_openssl ("cms", "-encrypt", "-binary", "-aes-256-gcm", "-outform", "DER",
                              "-in", plain, "-out", opened, "-recip", certificate, "-keyopt",
                              "ecdh_kdf_md:sha256", "-aes256-wrap", NULL));
  assert_opens (opened, ana, plain);
  g_assert_true (run_openssl ("cms", "-encrypt", "-stream", "-binary", "-aes-256-gcm", "-outform",
                              "DER", "-in", plain, "-out", opened, "-recip", certificate, NULL));
  assert_opens (opened, ana, plain);
}

static void
test_rsa (void)
{
  g_autofree char *plain = make_plain (5000);
  g_autofree char *certificate = in_folder ("rsa.pem");
  g_autofree char *key = in_folder ("rsa-key.pem");
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sealed = NULL;

  g_assert_true (run_openssl ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                              "-subj", "/CN=Rsa", "-keyout", key, "-out", certificate, NULL));
  identity = pal_identity_load_pem (key, certificate, NULL, &error);
  g_assert_no_error (error);
  sealed = seal (plain, "rsa ana");
  assert_opens (sealed, identity, plain);
  assert_opens (sealed, ana, plain);
}

/* A changed octet anywhere, a cut anywhere: no content, no crash. */
static void
test_damage (void)
{
  g_autofree char *plain = make_plain (9000);
  g_autofree char *sealed = seal (plain, "ana");
  g_autofree char *damaged = in_folder ("damaged.p7m");
  g_autofree char *octets = NULL;
  gsize length;
  guint n_opened = 0;

  g_assert_true (g_file_get_contents (sealed, &octets, &length, NULL));
  for (gsize i = 0; i < length; i += i < 400 || i > length - 40 ? 1 : 97)
    {
      g_autofree char *altered = g_memdup2 (octets, length);

      altered[i] ^= 0x41;
      g_assert_true (g_file_set_contents (damaged, altered, length, NULL));
      if (open_code (damaged, ana) == -1)
        {
          /* Only numbers of versions, and what stands behind the code, may differ. */
          n_opened++;
          g_assert_true (i > length - 8 || i < 400);
          assert_opens (damaged, ana, plain);
        }
      g_assert_true (g_file_set_contents (damaged, octets, i, NULL));
      g_assert_true (i > length - 8 || open_code (damaged, ana) != -1);
    }
  g_test_message ("%u of the altered files say the same", n_opened);
  g_assert_cmpuint (n_opened, <, 40);
}

/* One algorithm for another, of the same length, where it is named. */
static int
open_code_with (const char *sealed, guint8 from, guint8 to)
{
  g_autofree char *altered = in_folder ("altered.p7m");
  g_autofree char *octets = NULL;
  const guint8 named[] = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, from };
  gsize length;
  char *place;

  g_assert_true (g_file_get_contents (sealed, &octets, &length, NULL));
  place = memmem (octets, length, named, sizeof named);
  g_assert_nonnull (place);
  place[sizeof named - 1] = to;
  g_assert_true (g_file_set_contents (altered, octets, length, NULL));

  return open_code (altered, ana);
}

/* With another cipher nothing would be authenticated; OpenSSL 3.0 opens that as empty, and writes
 * beyond its memory when a key is wrapped with padding. */
static void
test_algorithms (void)
{
  g_autofree char *plain = make_plain (100);
  g_autofree char *sealed = seal (plain, "ben ana");
  const guint8 gcm = 0x2e, wrap = 0x2d, wrap_pad = 0x30, cbc = 0x2a;

  g_assert_cmpint (open_code_with (sealed, gcm, wrap_pad), ==, PAL_SIGNING_ERROR_MALFORMED);
  g_assert_cmpint (open_code_with (sealed, gcm, cbc), ==, PAL_SIGNING_ERROR_MALFORMED);
  g_assert_cmpint (open_code_with (sealed, wrap, wrap_pad), ==, PAL_SIGNING_ERROR_MALFORMED);
}

static void
test_certificates (void)
{
  g_autofree char *path = in_folder ("ana.pem");
  g_autofree char *key = in_folder ("ana-key.pem");
  g_autofree char *fingerprint = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_cms_read_certificate (path, &fingerprint, &name, &error));
  g_assert_cmpstr (fingerprint, ==, pal_identity_get_fingerprint (ana));
  g_assert_cmpstr (name, ==, "ana");
  g_assert_false (pal_cms_read_certificate (key, NULL, NULL, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = in_folder (name);

      g_unlink (path);
    }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("palermo-seal-XXXXXX", NULL);
  ana = make_person ("ana");
  ben = make_person ("ben");
  eve = make_person ("eve");

  g_test_add_func ("/seal/sizes", test_sizes);
  g_test_add_func ("/seal/openssl", test_openssl);
  g_test_add_func ("/seal/rsa", test_rsa);
  g_test_add_func ("/seal/damage", test_damage);
  g_test_add_func ("/seal/algorithms", test_algorithms);
  g_test_add_func ("/seal/certificates", test_certificates);
  status = g_test_run ();

  g_object_unref (ana);
  g_object_unref (ben);
  g_object_unref (eve);
  remove_folder ();
  g_free (folder);

  return status;
}
