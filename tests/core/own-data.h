// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>

/* A person's data folder for this test program alone, empty before each test.
 * G_TEST_OPTION_ISOLATE_DIRS would do this too, but leaks in GLib 2.74. */

static inline void
own_data_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
        own_data_empty (path);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

/* Before anything asks for the folder. */
static inline void
own_data_begin (void)
{
  g_autofree char *folder = g_dir_make_tmp ("palermo-data-XXXXXX", NULL);

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
}

static inline int
own_data_run (void)
{
  int status = g_test_run ();

  own_data_empty (g_get_user_data_dir ());
  g_rmdir (g_get_user_data_dir ());

  return status;
}

static inline void
own_data_test (gconstpointer function)
{
  own_data_empty (g_get_user_data_dir ());
  ((GTestFunc) function) ();
}
