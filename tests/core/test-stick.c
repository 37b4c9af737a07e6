// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-stick"
#include "config.h"

#include "pal-stick.h"

#include "pal-digest.h"
#include "pal-sealed.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What can happen between a computer and a stick, at a moment that the test chooses. */

#define VOLUME_BYTES 600000

typedef struct
{
  char *folder; /* temporary, of this test */
  char *sealed;
  char *stick;
  char *copy; /* on the stick */
  guint n_calls;
  guint when; /* which call of the progress does something; 0: none */
  void (*what) (gpointer fixture);
  double last;
  GCancellable *cancellable;
} Fixture;

static void
make_volume (Fixture *fixture, PalSealed *sealed, guint number)
{
  g_autofree char *path = pal_sealed_dup_volume_path (fixture->sealed, number);
  g_autofree char *octets = g_malloc (VOLUME_BYTES);
  g_autofree char *sha256 = NULL;

  memset (octets, 'a' + number, VOLUME_BYTES);
  g_assert_true (g_file_set_contents (path, octets, VOLUME_BYTES, NULL));
  sha256 = pal_digest_bytes_hex (octets, VOLUME_BYTES);
  pal_sealed_add_volume (sealed, sha256, VOLUME_BYTES);
}

/* Copying looks at the list and at octets, never into them. */
static void
make_sealed (Fixture *fixture)
{
  g_autoptr (PalSealed) sealed = pal_sealed_new ();

  sealed->sha256 = g_strnfill (64, 'a');
  sealed->size = VOLUME_BYTES - 500;
  make_volume (fixture, sealed, 1);
  g_assert_true (pal_sealed_save (sealed, fixture->sealed, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("palermo-stick-XXXXXX", NULL);
  fixture->sealed = g_build_filename (fixture->folder, "sealed", NULL);
  fixture->stick = g_build_filename (fixture->folder, "stick", NULL);
  fixture->copy = g_build_filename (fixture->stick, "sealed", NULL);
  fixture->cancellable = g_cancellable_new ();
  g_assert_cmpint (g_mkdir (fixture->sealed, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->stick, 0700), ==, 0);
  make_sealed (fixture);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
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
  g_object_unref (fixture->cancellable);
  g_free (fixture->copy);
  g_free (fixture->stick);
  g_free (fixture->sealed);
  g_free (fixture->folder);
}

static void
progress_cb (double fraction, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  fixture->last = fraction;
  if (++fixture->n_calls == fixture->when)
    fixture->what (fixture);
}

static gboolean
exists (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
assert_copied (Fixture *fixture, guint n_copied, guint n_kept)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSealed) sealed = NULL;
  g_autoptr (PalStickCopy) copy = NULL;

  fixture->when = 0;
  fixture->last = 0;
  copy = pal_stick_copy (fixture->sealed, fixture->stick, NULL, progress_cb, fixture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (copy->path, ==, fixture->copy);
  g_assert_cmpuint (copy->n_copied, ==, n_copied);
  g_assert_cmpuint (copy->n_kept, ==, n_kept);
  if (n_copied > 0)
    g_assert_cmpfloat (fixture->last, ==, 1);
  sealed = pal_sealed_load (fixture->copy, &error);
  g_assert_no_error (error);
  g_assert_true (pal_sealed_check_volumes (sealed, fixture->copy, 1, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (exists (fixture->copy, "0001.p7m.part"));
}

/* Nothing there may pass for complete. */
static void
assert_stopped (Fixture *fixture, guint when, void (*what) (gpointer fixture), GQuark domain,
                int code)
{
  g_autoptr (GError) error = NULL;

  fixture->n_calls = 0;
  fixture->when = when;
  fixture->what = what;
  g_assert_null (pal_stick_copy (fixture->sealed, fixture->stick, NULL, progress_cb, fixture,
                                 fixture->cancellable, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpuint (fixture->n_calls, >=, when);
  g_assert_false (exists (fixture->copy, PAL_SEALED_LIST_NAME));
  g_assert_false (exists (fixture->copy, "0001.p7m.part"));
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *volume = g_build_filename (fixture->copy, "0001.p7m", NULL);
  g_autofree char *list = g_build_filename (fixture->copy, PAL_SEALED_LIST_NAME, NULL);
  g_autofree char *part = g_build_filename (fixture->copy, "0001.p7m.part", NULL);

  assert_copied (fixture, 2, 0);
  assert_copied (fixture, 0, 2);
  g_assert_cmpint (g_unlink (list), ==, 0);
  assert_copied (fixture, 1, 1);
  /* The list is written again as well: it comes last. */
  g_assert_true (g_file_set_contents (volume, "short", -1, NULL));
  assert_copied (fixture, 2, 0);
  g_assert_cmpint (g_unlink (volume), ==, 0);
  g_assert_true (g_file_set_contents (part, "left by a former try", -1, NULL));
  assert_copied (fixture, 2, 0);
  /* A name on the stick leads nowhere else. */
  g_assert_cmpint (g_unlink (volume), ==, 0);
  g_assert_cmpint (symlink ("../../elsewhere", volume), ==, 0);
  assert_copied (fixture, 2, 0);
  g_assert_false (exists (fixture->folder, "elsewhere"));
}

static void
take_away (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *away = g_build_filename (fixture->folder, "away", NULL);

  /* What a stick leaves: an empty folder where it was. */
  g_assert_cmpint (g_rename (fixture->stick, away), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->stick, 0700), ==, 0);
}

static void
remove_copy (gpointer data)
{
  Fixture *fixture = data;

  remove_tree (fixture->copy);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  assert_stopped (fixture, 2, take_away, PAL_STICK_ERROR, PAL_STICK_ERROR_GONE);
  /* Nothing landed in the folder of this computer. */
  g_assert_cmpint (g_rmdir (fixture->stick), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->stick, 0700), ==, 0);
  assert_stopped (fixture, 1, remove_copy, PAL_STICK_ERROR, PAL_STICK_ERROR_GONE);
  g_rmdir (fixture->stick);
  assert_stopped (fixture, 0, NULL, PAL_STICK_ERROR, PAL_STICK_ERROR_GONE);
}

static void
damage (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *volume = g_build_filename (fixture->copy, "0001.p7m", NULL);
  FILE *file = g_fopen (volume, "r+");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, VOLUME_BYTES - 1, SEEK_SET), ==, 0);
  fputc ('!', file);
  fclose (file);
}

/* Three calls write the volume; the fourth reads its first quarter back. */
static void
test_different (Fixture *fixture, gconstpointer data)
{
  assert_stopped (fixture, 4, damage, PAL_STICK_ERROR, PAL_STICK_ERROR_DIFFERENT);
  g_assert_false (exists (fixture->copy, "0001.p7m"));
  assert_copied (fixture, 2, 0);
}

static void
alter_source (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *volume = g_build_filename (fixture->sealed, "0001.p7m", NULL);
  FILE *file = g_fopen (volume, "a");

  g_assert_nonnull (file);
  fputs ("more", file);
  fclose (file);
}

static void
cancel (gpointer data)
{
  g_cancellable_cancel (((Fixture *) data)->cancellable);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  for (guint when = 1; when <= 4; when++)
    {
      assert_stopped (fixture, when, cancel, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_cancellable_reset (fixture->cancellable);
    }
  /* All of the volume is there; only the list was not. */
  assert_copied (fixture, 1, 1);
  remove_tree (fixture->copy);
  assert_stopped (fixture, 1, alter_source, PAL_STICK_ERROR, PAL_STICK_ERROR_SOURCE);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->sealed, "0001.p7m", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalStickCopy) first = NULL;
  g_autoptr (PalStickCopy) second = NULL;
  g_autofree char *expected = pal_digest_file_hex (file, NULL, NULL, NULL);
  g_autofree char *sha256 = NULL;

  first = pal_stick_copy (file, fixture->stick, "Practicia.asice", NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (first->path, "/stick/Practicia.asice"));
  g_assert_cmpuint (first->n_copied, ==, 1);
  sha256 = pal_digest_file_hex (first->path, NULL, NULL, NULL);
  g_assert_cmpstr (sha256, ==, expected);
  second = pal_stick_copy (file, fixture->stick, "Practicia.asice", NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second->n_kept, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/stick/again", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/stick/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/stick/different", Fixture, NULL, set_up, test_different, tear_down);
  g_test_add ("/stick/stopped", Fixture, NULL, set_up, test_stopped, tear_down);
  g_test_add ("/stick/file", Fixture, NULL, set_up, test_file, tear_down);

  return g_test_run ();
}
