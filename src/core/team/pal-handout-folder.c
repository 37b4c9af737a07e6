// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-folder"
#include "config.h"

#include "pal-handout-private.h"

#include "pal-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A private folder for what stands in clear while it is looked at. Whoever uses one holds a lock on
 * it, so that the next one can remove what a program left behind that was killed. */

#define PREFIX "look-"

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir
      = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_tree (below);
    }
  g_remove (path);
}

static int
open_locked (const char *path, int how)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd >= 0 && flock (fd, how) != 0)
    {
      close (fd);
      return -1;
    }

  return fd;
}

static void
remove_left_behind (const char *state)
{
  g_autoptr (GDir) dir = g_dir_open (state, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (state, name, NULL);
      int fd;

      if (!g_str_has_prefix (name, PREFIX))
        continue;
      fd = open_locked (path, LOCK_EX | LOCK_NB);
      if (fd < 0)
        continue;
      remove_tree (path);
      close (fd);
    }
}

/**
 * pal_handout_make_folder:
 * @lock_fd: (out): for pal_handout_remove_folder()
 * @error: return location
 *
 * Makes an empty folder that only this person can read, and removes those that were left behind.
 * Blocking.
 *
 * Returns: (transfer full) (nullable): its path
 */
char *
pal_handout_make_folder (int *lock_fd, GError **error)
{
  g_autofree char *state = pal_paths_dup_state_dir ("team");
  g_autofree char *path = g_build_filename (state, PREFIX "XXXXXX", NULL);
  /* Nobody may take a new folder for one that was left. */
  int guard = open_locked (state, LOCK_EX);

  remove_left_behind (state);
  *lock_fd = g_mkdtemp_full (path, 0700) != NULL ? open_locked (path, LOCK_EX) : -1;
  if (guard >= 0)
    close (guard);
  if (*lock_fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "no private folder to look at it: %s", g_strerror (errno));
      return NULL;
    }

  return g_steal_pointer (&path);
}

/**
 * pal_handout_remove_folder:
 * @folder: what pal_handout_make_folder() made
 * @lock_fd: likewise
 *
 * Removes it with all that is in it. Blocking.
 */
void
pal_handout_remove_folder (const char *folder, int lock_fd)
{
  remove_tree (folder);
  close (lock_fd);
}
