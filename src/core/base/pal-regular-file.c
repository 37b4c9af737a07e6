// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-regular-file"
#include "config.h"

#include "pal-regular-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * pal_regular_file_open:
 * @path: a file from anywhere
 * @flags: more flags of open(2); 0: none
 * @size_bytes: (out): how much is in it now
 * @error: return location: a #GIOErrorEnum; %G_IO_ERROR_NOT_REGULAR_FILE for folders, pipes and
 *   devices
 *
 * Blocking; any thread.
 *
 * Returns: a descriptor for reading, to be closed by the caller; -1 on an error
 */
int
pal_regular_file_open (const char *path, int flags, gsize *size_bytes, GError **error)
{
  struct stat info;
  int fd;

  g_return_val_if_fail (path != NULL && size_bytes != NULL, -1);

  /* Without O_NONBLOCK a pipe under this name would hang the caller. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
  if (fd < 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot open the file: %s",
                   g_strerror (number));
      return -1;
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "not a regular file");
      close (fd);
      return -1;
    }
  *size_bytes = info.st_size;

  return fd;
}

/**
 * pal_regular_file_read_some:
 * @fd: see pal_regular_file_open()
 * @buffer: (out): where it goes
 * @length: how much there is room for
 *
 * Reads the beginning of a file. Blocking; any thread.
 *
 * Returns: how much was read; less than @length where the file ends, or cannot be read
 */
gsize
pal_regular_file_read_some (int fd, void *buffer, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = pread (fd, (char *) buffer + done, length - done, (off_t) done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += n;
    }

  return done;
}

/**
 * pal_regular_file_read:
 * @fd: see pal_regular_file_open()
 * @size_bytes: as it said there, and not more than the caller wants
 * @error: return location: a #GIOErrorEnum
 *
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): all of it; %G_IO_ERROR_FAILED without memory for it,
 *   or when it became shorter meanwhile
 */
GBytes *
pal_regular_file_read (int fd, gsize size_bytes, GError **error)
{
  g_autofree char *buffer = g_try_malloc (size_bytes > 0 ? size_bytes : 1);

  if (buffer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no memory for the file");
      return NULL;
    }
  if (pal_regular_file_read_some (fd, buffer, size_bytes) != size_bytes)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the file changed while it was read");
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&buffer), size_bytes);
}
