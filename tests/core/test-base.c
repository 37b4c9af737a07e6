// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-clock.h"
#include "pal-paths.h"
#include "pal-place.h"
#include "pal-publish.h"
#include "pal-text.h"
#include "pal-worker.h"

#include <glib/gstdio.h>

static void
test_clock (void)
{
  PalClock clock = { 0 };
  gint64 first = pal_clock_tick (&clock);
  gint64 future = first + G_TIME_SPAN_HOUR;
  gint64 parsed = 0;
  g_autofree char *text = NULL;

  g_assert_cmpint (pal_clock_tick (&clock), >, first);
  pal_clock_observe (&clock, future);
  g_assert_cmpint (pal_clock_tick (&clock), ==, future + 1);
  g_assert_cmpint (pal_clock_tick (&clock), ==, future + 2);

  text = pal_clock_format_rfc3339 (1700000000123000);
  g_assert_cmpstr (text, ==, "2023-11-14T22:13:20.123Z");
  g_assert_true (pal_clock_parse_rfc3339 (text, &parsed));
  g_assert_cmpint (parsed, ==, 1700000000123000);
  g_assert_false (pal_clock_parse_rfc3339 ("yesterday", &parsed));
}

static void
test_text (void)
{
  static const struct
  {
    const char *text;
    guint words;
  } counts[] = {
    { "", 0 },
    { NULL, 0 },
    { "one", 1 },
    { "  two words ", 2 },
    { "State-owned, and the State's", 4 },
    { "\xe6\xb3\x95\xe5\xbe\x8b", 2 },
    { "12 of 2020", 3 },
  };
  g_autofree char *printable = pal_text_dup_printable ("a\x1b[31m\xe2\x80\xae\xff", 100);
  g_autofree char *cut = pal_text_dup_printable ("\xc3\xa9\xc3\xa9", 3);

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpuint (pal_text_count_words (counts[i].text), ==, counts[i].words);
  g_assert_cmpstr (printable, ==, "a\xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd");
  g_assert_cmpstr (cut, ==, "\xc3\xa9");
  g_assert_true (pal_text_is_blank (" \n\t"));
  g_assert_false (pal_text_is_blank (" x"));
}

static void
test_publish (void)
{
  g_autofree char *dir = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "file", NULL);
  g_autofree char *lost = g_build_filename (dir, "absent", "file", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  g_autoptr (GError) error = NULL;
  PalPublish *publish;
  const char *left = NULL;
  GDir *listing;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));

  publish = pal_publish_begin (path, &error);
  g_assert_no_error (error);
  g_assert_true (pal_publish_write (publish, "half", 4, &error));
  pal_publish_free (publish);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_clear_pointer (&content, g_free);

  g_assert_true (pal_publish_bytes (path, bytes, &error));
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "new");

  g_assert_false (pal_publish_bytes (lost, bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pal_publish_bytes ("/dev/full", bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);

  listing = g_dir_open (dir, 0, NULL);
  left = g_dir_read_name (listing);
  g_assert_cmpstr (left, ==, "file");
  g_assert_null (g_dir_read_name (listing));
  g_dir_close (listing);
  g_unlink (path);
  g_rmdir (dir);
}

static void
append_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalWorker *worker = g_object_get_data (source, "worker");
  GString *out = g_object_get_data (source, "out");

  g_assert_true (pal_worker_is_current (worker));
  g_string_append (out, task_data);
  g_task_return_int (task, out->len);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_cmpint (g_task_propagate_int (G_TASK (result), NULL), ==, 1);
  g_main_loop_quit (user_data);
}

static void
test_worker (void)
{
  PalWorker *worker = pal_worker_new ("test");
  g_autoptr (GObject) source = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GTask) second = NULL;
  GTask *first;

  g_object_set_data (source, "worker", worker);
  g_object_set_data (source, "out", out);
  g_assert_false (pal_worker_is_current (worker));

  first = g_task_new (source, NULL, done_cb, loop);
  g_task_set_task_data (first, (gpointer) "a", NULL);
  pal_worker_push (worker, first, append_in_worker);

  second = g_task_new (source, NULL, NULL, NULL);
  g_task_set_task_data (second, (gpointer) "b", NULL);
  pal_worker_run (worker, second, append_in_worker);
  g_assert_cmpint (g_task_propagate_int (second, NULL), ==, 2);
  g_assert_cmpstr (out->str, ==, "ab");

  g_main_loop_run (loop);
  g_object_unref (worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_paths (void)
{
  g_autofree char *from_environment = NULL;
  g_autofree char *from_build = NULL;
  g_autofree char *elsewhere = NULL;

  g_setenv ("PALERMO_DATA_DIR", "/somewhere", TRUE);
  from_environment = pal_paths_dup_data_file ("forms/a.xml");
  g_assert_cmpstr (from_environment, ==, "/somewhere/forms/a.xml");
  g_unsetenv ("PALERMO_DATA_DIR");
  from_build = pal_paths_dup_data_file ("forms/a.xml");
  g_assert_true (g_str_has_suffix (from_build, "/data/forms/a.xml"));
  /* What was never in the prefix does not move with it. */
  elsewhere = pal_paths_dup_installed ("/var/lib/elsewhere");
  g_assert_cmpstr (elsewhere, ==, "/var/lib/elsewhere");
}

/* What a killed program left goes at the next start; what another one is writing stays. */
static void
test_publish_left_behind (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("pal-base-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "a.txt", NULL);
  g_autofree char *left = g_strconcat (path, ".part-abcdef", NULL);
  g_autofree char *other = g_strconcat (path, ".part-abcdefg", NULL);
  PalPublish *first;
  PalPublish *second;

  g_assert_true (g_file_set_contents (left, "x", 1, &error));
  g_assert_true (g_file_set_contents (other, "x", 1, &error));
  first = pal_publish_begin (path, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));

  second = pal_publish_begin (path, &error);
  g_assert_no_error (error);
  g_assert_true (pal_publish_commit (first, &error));
  g_assert_no_error (error);
  g_assert_true (pal_publish_commit (second, &error));
  g_assert_no_error (error);
  pal_publish_free (first);
  pal_publish_free (second);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_unlink (other), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_place (void)
{
  const char *mountinfo
      = "22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
        "23 22 259:1 / /boot/efi rw - vfat /dev/efi rw\n"
        "30 22 0:40 / /home/noor/Shared\\040Files rw,relatime - cifs //server/files rw\n"
        "31 22 8:17 / /media/noor/STICK rw shared:9 master:2 - vfat /dev/sdb1 rw\n"
        "32 22 8:18 / /run/media/noor/disk rw - ext4 /dev/sdb2 rw\n"
        "33 22 0:41 / /mnt/remote rw - fuse.sshfs noor@server: rw\n"
        "34 33 8:33 / /mnt/remote/local rw - xfs /dev/sdc1 rw\n"
        "35 22 8:49 / /mnt/card rw - exfat /dev/sdd1 rw\n"
        "broken line\n"
        "36 22 8:50 / /mnt/short rw\n";
  const struct
  {
    const char *path;
    PalPlace place;
  } cases[] = {
    { "/home/noor/a.palermo", PAL_PLACE_DISK },
    { "/boot/efi/a.palermo", PAL_PLACE_DISK },
    { "/home/noor/Shared Files/a.palermo", PAL_PLACE_NETWORK },
    { "/home/noor/Shared Files", PAL_PLACE_NETWORK },
    { "/home/noor/Shared Files too/a.palermo", PAL_PLACE_DISK },
    { "/media/noor/STICK/a.palermo", PAL_PLACE_REMOVABLE },
    { "/media/noor/STICKY/a.palermo", PAL_PLACE_DISK },
    { "/run/media/noor/disk/folder/a.palermo", PAL_PLACE_REMOVABLE },
    { "/mnt/remote/a.palermo", PAL_PLACE_NETWORK },
    { "/mnt/remote/local/a.palermo", PAL_PLACE_DISK },
    { "/mnt/card/a.palermo", PAL_PLACE_REMOVABLE },
    { "/mnt/short/a.palermo", PAL_PLACE_DISK },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].path);
      g_assert_cmpint (pal_place_find (mountinfo, cases[i].path), ==, cases[i].place);
    }
  g_assert_cmpint (pal_place_find ("", "/a"), ==, PAL_PLACE_DISK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock", test_clock);
  g_test_add_func ("/base/text", test_text);
  g_test_add_func ("/base/publish", test_publish);
  g_test_add_func ("/base/publish/left-behind", test_publish_left_behind);
  g_test_add_func ("/base/worker", test_worker);
  g_test_add_func ("/base/paths", test_paths);
  g_test_add_func ("/base/place", test_place);

  return g_test_run ();
}
