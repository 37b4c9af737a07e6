// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-volumes"
#include "config.h"

#include "pal-seal.h"

#include "pal-digest.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* An archive sealed in volumes: what goes in comes out, and whatever is wrong is told by name. */

#define SMALL 5000

typedef struct
{
  char *folder; /* temporary, of this test */
  char *archive;
  char *sealed; /* (nullable) */
  PalIdentity *ana;
  PalIdentity *eve;
} Fixture;

static char *
in_folder (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static PalIdentity *
make_person (Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  PalIdentity *person = pal_identity_create (name, &error);
  g_autofree char *certificate = NULL;
  g_autofree char *path = in_folder (fixture, name);

  g_assert_no_error (error);
  certificate = pal_identity_dup_certificate_pem (person);
  g_assert_true (g_file_set_contents (path, certificate, -1, NULL));

  return person;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("palermo-volumes-XXXXXX", NULL);
  fixture->archive = in_folder (fixture, "archive.asice");
  fixture->ana = make_person (fixture, "ana");
  fixture->eve = make_person (fixture, "eve");
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        remove_tree (inner);
      else
        g_unlink (inner);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_clear_object (&fixture->ana);
  g_clear_object (&fixture->eve);
  g_free (fixture->sealed);
  g_free (fixture->archive);
  g_free (fixture->folder);
}

static void
make_archive (Fixture *fixture, gsize size, guint32 seed)
{
  g_autofree guint8 *octets = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    octets[i] = ((i + seed) * 2654435761u) >> 13;
  g_assert_true (g_file_set_contents (fixture->archive, (char *) octets, size, NULL));
}

static void
seal_for (Fixture *fixture, const char *first, const char *second)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (recipients, in_folder (fixture, first));
  if (second != NULL)
    g_ptr_array_add (recipients, in_folder (fixture, second));
  g_free (fixture->sealed);
  fixture->sealed
      = pal_seal (fixture->archive, fixture->folder, recipients, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* NULL, or the words of the error; nothing may be left behind then. */
static char *
open_words (Fixture *fixture, PalIdentity *identity, GQuark domain, int code)
{
  g_autofree char *out = in_folder (fixture, "opened");
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (pal_seal_open (fixture->sealed, out, identity, NULL, NULL, NULL, &error))
    {
      g_autofree char *before = pal_digest_file_hex (fixture->archive, NULL, NULL, NULL);
      g_autofree char *after = pal_digest_file_hex (out, NULL, NULL, NULL);

      g_assert_cmpstr (after, ==, before);
      g_unlink (out);
      return NULL;
    }
  g_assert_error (error, domain, code);
  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "opened"));

  return g_strdup (error->message);
}

static void
assert_fails (Fixture *fixture, int code, const char *words)
{
  g_autofree char *said = open_words (fixture, fixture->ana, PAL_SEAL_ERROR, code);

  g_assert_nonnull (said);
  if (strstr (said, words) == NULL)
    g_error ("\"%s\" is not in \"%s\"", words, said);
}

static void
test_lengths (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0,
                          1,
                          SMALL,
                          PAL_SEALED_VOLUME_BYTES - 1,
                          PAL_SEALED_VOLUME_BYTES,
                          PAL_SEALED_VOLUME_BYTES + 1,
                          g_test_rand_int_range (2, 1000000),
                          2 * PAL_SEALED_VOLUME_BYTES + g_test_rand_int_range (1, 1000000) };
  const guint counts[] = { 0, 1, 1, 1, 1, 2, 1, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PalSealed) sealed = NULL;
      g_autofree char *said = NULL;

      make_archive (fixture, sizes[i], i);
      seal_for (fixture, "ana", NULL);
      sealed = pal_sealed_load (fixture->sealed, NULL);
      g_assert_nonnull (sealed);
      g_assert_cmpuint (sealed->volumes->len, ==, counts[i]);
      g_assert_cmpint (sealed->size, ==, sizes[i]);
      said = open_words (fixture, fixture->ana, PAL_SEAL_ERROR, 0);
      g_assert_null (said);
      remove_tree (fixture->sealed);
    }
}

static void
test_recipients (Fixture *fixture, gconstpointer data)
{
  g_autofree char *said = NULL;

  make_archive (fixture, SMALL, 1);
  seal_for (fixture, "ana", NULL);
  said = open_words (fixture, fixture->eve, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_RECIPIENT);
  g_assert_nonnull (said);
  g_assert_nonnull (strstr (said, "volume 1"));

  /* Sealed again for both, in the same folder. */
  seal_for (fixture, "ana", "eve");
  g_assert_null (open_words (fixture, fixture->ana, PAL_SEAL_ERROR, 0));
  g_assert_null (open_words (fixture, fixture->eve, PAL_SEAL_ERROR, 0));
}

static void
rename_in (Fixture *fixture, const char *from, const char *to)
{
  g_autofree char *old = g_build_filename (fixture->sealed, from, NULL);
  g_autofree char *new = g_build_filename (fixture->sealed, to, NULL);

  g_assert_cmpint (g_rename (old, new), ==, 0);
}

static void
alter (Fixture *fixture, const char *name, int at, gboolean cut)
{
  g_autofree char *path = g_build_filename (fixture->sealed, name, NULL);
  g_autofree char *octets = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &octets, &length, NULL));
  octets[at] ^= 1;
  g_assert_true (g_file_set_contents (path, octets, cut ? at : (gssize) length, NULL));
}

static void
test_volumes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  make_archive (fixture, 3 * PAL_SEALED_VOLUME_BYTES + 17, 2);
  seal_for (fixture, "ana", NULL);
  path = g_build_filename (fixture->sealed, "0002.p7m", NULL);

  rename_in (fixture, "0002.p7m", "kept");
  assert_fails (fixture, PAL_SEAL_ERROR_VOLUME, "of 4 volumes, volume 2 is missing");
  /* What would never end, or lead elsewhere, is no volume. */
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_fails (fixture, PAL_SEAL_ERROR_VOLUME, "volume 2 is missing");
  g_unlink (path);
  g_assert_cmpint (symlink ("kept", path), ==, 0);
  assert_fails (fixture, PAL_SEAL_ERROR_VOLUME, "volume 2 is missing");
  g_unlink (path);
  rename_in (fixture, "kept", "0002.p7m");

  rename_in (fixture, "0001.p7m", "kept");
  rename_in (fixture, "0003.p7m", "0001.p7m");
  rename_in (fixture, "kept", "0003.p7m");
  assert_fails (fixture, PAL_SEAL_ERROR_VOLUME,
                "volume 1 is volume 3 under another name, volume 3 is volume 1 under another name");
  rename_in (fixture, "0001.p7m", "kept");
  rename_in (fixture, "0003.p7m", "0001.p7m");
  rename_in (fixture, "kept", "0003.p7m");
  g_assert_null (open_words (fixture, fixture->ana, PAL_SEAL_ERROR, 0));

  alter (fixture, "0004.p7m", 300, TRUE);
  alter (fixture, "0003.p7m", 9000, FALSE);
  assert_fails (fixture, PAL_SEAL_ERROR_VOLUME, "volume 3 is damaged, volume 4 is damaged");
}

/* The list can be made to fit whatever lies there; then the encryption or the whole says it. */
static void
test_rewritten (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *path = NULL;
  g_autoptr (PalSealed) one = NULL;
  g_autoptr (PalSealed) two = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  PalSealedVolume *volume;

  make_archive (fixture, PAL_SEALED_VOLUME_BYTES + SMALL, 3);
  seal_for (fixture, "ana", NULL);
  first = g_strdup (fixture->sealed);
  one = pal_sealed_load (first, NULL);
  make_archive (fixture, PAL_SEALED_VOLUME_BYTES + SMALL, 4);
  seal_for (fixture, "ana", NULL);
  two = pal_sealed_load (fixture->sealed, NULL);

  /* A foreign volume, sound in itself and in the list. */
  volume = g_ptr_array_index (two->volumes, 1);
  g_free (volume->sha256);
  volume->sha256 = g_strdup (((PalSealedVolume *) g_ptr_array_index (one->volumes, 1))->sha256);
  path = g_build_filename (first, "0002.p7m", NULL);
  {
    g_autofree char *to = g_build_filename (fixture->sealed, "0002.p7m", NULL);

    g_assert_cmpint (g_rename (path, to), ==, 0);
  }
  g_assert_true (pal_sealed_save (two, fixture->sealed, &error));
  assert_fails (fixture, PAL_SEAL_ERROR_ARCHIVE, "do not make the archive");

  /* A list that knows the damage. */
  alter (fixture, "0002.p7m", 2000, FALSE);
  {
    g_autofree char *altered = g_build_filename (fixture->sealed, "0002.p7m", NULL);

    g_free (volume->sha256);
    volume->sha256 = pal_digest_file_hex (altered, NULL, NULL, NULL);
  }
  g_assert_true (pal_sealed_save (two, fixture->sealed, &error));
  said = open_words (fixture, fixture->ana, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID);
  g_assert_nonnull (said);
  g_assert_nonnull (strstr (said, "volume 2"));
}

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ROW "{\"sha256\":\"" A64 "\",\"size\":1300}"
#define HEAD "{\"type\":\"urn:example:sealed-volumes:1\",\"sha256\":\"" A64 "\","

static void
test_lists (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *text;
    int code;
  } rows[] = {
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[" ROW "]}", -1 },
    { "", PAL_SEAL_ERROR_MALFORMED },
    { "[]", PAL_SEAL_ERROR_MALFORMED },
    { "{}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[" ROW "]", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[" ROW "]} /* */", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"size\":1000,\"count\":1,\"volumes\":[" ROW "]}",
      PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"more\":1,\"volumes\":[" ROW "]}",
      PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":2,\"volumes\":[" ROW "]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":2,\"volumes\":[" ROW "," ROW "]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":0,\"volumes\":[]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":-1,\"count\":0,\"volumes\":[]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1e3,\"count\":1,\"volumes\":[" ROW "]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":\"1000\",\"count\":1,\"volumes\":[" ROW "]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":" ROW "}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[1]}", PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[{\"sha256\":\"" A64
           "\",\"size\":1300,\"name\":\"../x\"}]}",
      PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[{\"sha256\":\"" A64 "\",\"size\":1000}]}",
      PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[{\"sha256\":\"" A64 "\",\"size\":1000000}]}",
      PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":1000,\"count\":1,\"volumes\":[{\"sha256\":\"AA\",\"size\":1300}]}",
      PAL_SEAL_ERROR_MALFORMED },
    { HEAD "\"size\":99999999999999,\"count\":1,\"volumes\":[" ROW "]}", PAL_SEAL_ERROR_LIMIT },
    { "{\"type\":\"urn:example:sealed-volumes:2\",\"sha256\":\"" A64
      "\",\"size\":1000,\"count\":1,\"volumes\":[" ROW "]}",
      PAL_SEAL_ERROR_MALFORMED },
  };
  g_autofree char *list = in_folder (fixture, PAL_SEALED_LIST_NAME);
  g_autofree char *large = g_strnfill (256 * 1024 + 1, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_null (pal_sealed_load (fixture->folder, &error));
  g_assert_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_INCOMPLETE);
  g_clear_error (&error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalSealed) sealed = NULL;

      g_assert_true (g_file_set_contents (list, rows[i].text, -1, NULL));
      sealed = pal_sealed_load (fixture->folder, &error);
      if (rows[i].code < 0)
        g_assert_no_error (error);
      else if (!g_error_matches (error, PAL_SEAL_ERROR, rows[i].code))
        g_error ("row %u: %s", i, error != NULL ? error->message : "taken");
      g_clear_error (&error);
    }
  g_assert_true (g_file_set_contents (list, large, -1, NULL));
  g_assert_null (pal_sealed_load (fixture->folder, &error));
  g_assert_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_LIMIT);
}

static void
cancel_cb (double fraction, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
append_cb (double fraction, gpointer user_data)
{
  FILE *file = g_fopen (user_data, "a");

  g_assert_nonnull (file);
  fputs ("more", file);
  fclose (file);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *folder = NULL;

  make_archive (fixture, PAL_SEALED_VOLUME_BYTES + SMALL, 5);
  sha256 = pal_digest_file_hex (fixture->archive, NULL, NULL, NULL);
  folder = in_folder (fixture, sha256);
  g_ptr_array_add (recipients, in_folder (fixture, "ana"));
  g_assert_null (pal_seal (fixture->archive, fixture->folder, recipients, cancel_cb, cancellable,
                           cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  g_assert_null (pal_seal (fixture->archive, fixture->folder, recipients, append_cb,
                           fixture->archive, NULL, &error));
  g_assert_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_CHANGED);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  /* Not for somebody who has no certificate: nothing begins. */
  g_ptr_array_add (recipients, g_strdup (fixture->archive));
  g_assert_null (
      pal_seal (fixture->archive, fixture->folder, recipients, NULL, NULL, NULL, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/volumes/lengths", Fixture, NULL, set_up, test_lengths, tear_down);
  g_test_add ("/volumes/recipients", Fixture, NULL, set_up, test_recipients, tear_down);
  g_test_add ("/volumes/volumes", Fixture, NULL, set_up, test_volumes, tear_down);
  g_test_add ("/volumes/rewritten", Fixture, NULL, set_up, test_rewritten, tear_down);
  g_test_add ("/volumes/lists", Fixture, NULL, set_up, test_lists, tear_down);
  g_test_add ("/volumes/stopped", Fixture, NULL, set_up, test_stopped, tear_down);

  return g_test_run ();
}
