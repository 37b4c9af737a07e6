// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-publish"
#include "config.h"

#include "pal-publish.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_MARK ".part-"
#define TEMPORARY_RANDOM "XXXXXX"

/* package-format.md, section 8: unique temporary name beside the target, write, check the length
 * written, fsync, close, rename, fsync the folder; the temporary file goes away on any error. */
struct _PalPublish
{
  char *path;
  char *temporary;
  int fd;
  goffset written;
};

static void
set_errno (GError **error, const char *what, int number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));
}

/* Whoever writes a temporary file holds a lock on it; one that nobody holds was left by a program
 * that was killed. Where the file system knows no locks, nothing is removed. */
static void
remove_if_left (const char *path)
{
  struct stat info;
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (fd < 0)
    return;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && flock (fd, LOCK_EX | LOCK_NB) == 0
      && g_unlink (path) == 0)
    g_debug ("removed what a killed program left behind");
  close (fd);
}

static void
remove_left_behind (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, TEMPORARY_MARK, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix)
        && strlen (name) == strlen (prefix) + strlen (TEMPORARY_RANDOM))
      {
        g_autofree char *left = g_build_filename (folder, name, NULL);

        remove_if_left (left);
      }
}

/**
 * pal_publish_begin:
 * @path: the final name; an existing regular file of that name is replaced at commit
 * @error: return location
 *
 * Opens a temporary file in the folder of @path, and removes those that were left there for @path
 * by a program that was killed. Blocking; one thread.
 *
 * Returns: (transfer full) (nullable): free with pal_publish_free(), which removes the temporary
 * file unless it was committed; %NULL with a #GIOErrorEnum error
 */
PalPublish *
pal_publish_begin (const char *path, GError **error)
{
  g_autoptr (PalPublish) self = g_new0 (PalPublish, 1);
  struct stat info;

  self->path = g_strdup (path);
  self->fd = -1;

  /* A rename onto a device or a folder would not publish anything: say so before the work. */
  if (lstat (path, &info) == 0 && !S_ISREG (info.st_mode) && !S_ISLNK (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "not a regular file");
      return NULL;
    }

  remove_left_behind (path);
  self->temporary = g_strconcat (path, TEMPORARY_MARK TEMPORARY_RANDOM, NULL);
  self->fd = g_mkstemp_full (self->temporary, O_RDWR | O_CLOEXEC, 0666);
  if (self->fd < 0)
    {
      int number = errno;

      g_clear_pointer (&self->temporary, g_free);
      set_errno (error, "cannot create the file", number);
      return NULL;
    }
  (void) flock (self->fd, LOCK_EX | LOCK_NB);

  return g_steal_pointer (&self);
}

/**
 * pal_publish_write:
 * @self: a file being written
 * @data: (array length=length): bytes
 * @length: how many
 * @error: return location
 *
 * Appends bytes. Blocking.
 *
 * Returns: whether all were written; %G_IO_ERROR_NO_SPACE when the disk is full
 */
gboolean
pal_publish_write (PalPublish *self, const void *data, gsize length, GError **error)
{
  const char *bytes = data;

  while (length > 0)
    {
      gssize n = write (self->fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          set_errno (error, "cannot write", n < 0 ? errno : ENOSPC);
          return FALSE;
        }
      bytes += n;
      length -= n;
      self->written += n;
    }

  return TRUE;
}

/**
 * pal_publish_get_fd:
 * @self: a file being written
 *
 * Returns: its descriptor, still owned by @self; what is written there directly is not checked
 */
int
pal_publish_get_fd (PalPublish *self)
{
  return self->fd;
}

/**
 * pal_publish_sync_folder:
 * @path: a file that was renamed, made or removed
 * @error: return location
 *
 * Makes durable that it has its name, or has it no more, in the folder where it stands. Blocking;
 * any thread.
 *
 * Returns: whether it is; a file system that knows no such thing is no failure
 */
gboolean
pal_publish_sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int number = 0;

  if (fd < 0)
    number = errno;
  else if (fsync (fd) != 0 && errno != EINVAL && errno != ENOTSUP)
    number = errno;
  if (fd >= 0)
    close (fd);
  if (number != 0)
    set_errno (error, "cannot flush the folder", number);

  return number == 0;
}

/**
 * pal_publish_commit:
 * @self: a file being written
 * @error: return location
 *
 * Makes the file durable and gives it its final name. Blocking.
 *
 * Returns: whether it is there; on %FALSE what stood under the final name is untouched
 */
gboolean
pal_publish_commit (PalPublish *self, GError **error)
{
  struct stat info;
  int fd = self->fd;
  int guard;

  g_return_val_if_fail (fd >= 0, FALSE);

  if (fstat (fd, &info) != 0 || info.st_size < self->written)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the file came out short");
      return FALSE;
    }
  if (fsync (fd) != 0 && errno != ENOTSUP && errno != EINVAL)
    {
      set_errno (error, "cannot flush", errno);
      return FALSE;
    }
  /* Keeps the lock until the file has its name. pal_publish_free() lets go of it. */
  guard = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  self->fd = guard;
  if (close (fd) != 0)
    {
      set_errno (error, "cannot close", errno);
      return FALSE;
    }
  if (g_rename (self->temporary, self->path) != 0)
    {
      set_errno (error, "cannot rename", errno);
      return FALSE;
    }
  g_clear_pointer (&self->temporary, g_free);

  return pal_publish_sync_folder (self->path, error);
}

/**
 * pal_publish_free:
 * @self: (transfer full): a file being written
 *
 * Lets go; removes the temporary file unless it was committed.
 */
void
pal_publish_free (PalPublish *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

/**
 * pal_publish_bytes:
 * @path: the final name
 * @bytes: the content
 * @error: return location
 *
 * Publishes a small file in one call. Blocking.
 *
 * Returns: whether it is there
 */
gboolean
pal_publish_bytes (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (PalPublish) self = pal_publish_begin (path, error);
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  return self != NULL && pal_publish_write (self, data, length, error)
         && pal_publish_commit (self, error);
}
