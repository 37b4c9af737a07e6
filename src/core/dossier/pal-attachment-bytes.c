// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-attachments"
#include "config.h"

#include "pal-dossier-private.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Attachments that were never a file of their own: what stood within another file goes into the
 * dossier, and comes out of it, without a trace on the disk. */

static gboolean
write_all (int fd, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int number = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "no memory: %s",
                       g_strerror (number));
          return FALSE;
        }
      data += n;
      length -= n;
    }

  return lseek (fd, 0, SEEK_SET) == 0;
}

/**
 * pal_dossier_attach_bytes:
 * @self: a dossier
 * @name: what the file is called
 * @bytes: its content
 * @cancellable: (nullable): checked between chunks
 * @error: return location
 *
 * Blocking: as pal_dossier_attach_file(), for what is in memory. Any thread but the worker.
 *
 * Returns: (transfer full) (nullable): its name in the dossier
 */
char *
pal_dossier_attach_bytes (PalDossier *self, const char *name, GBytes *bytes,
                          GCancellable *cancellable, GError **error)
{
  char *attachment = NULL;
  int fd;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (name != NULL && bytes != NULL, NULL);

  fd = memfd_create ("palermo-attachment", MFD_CLOEXEC);
  if (fd < 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "no memory: %s",
                   g_strerror (number));
      return NULL;
    }
  if (write_all (fd, bytes, error))
    attachment = pal_dossier_attachments_attach (self, fd, name, cancellable, error);
  close (fd);

  return attachment;
}

static gboolean
append_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, length);

  return TRUE;
}

/**
 * pal_dossier_read_attachment_bytes:
 * @self: a dossier
 * @name: name of an attachment
 * @max_bytes: the most that will be read
 * @cancellable: (nullable): checked between chunks
 * @error: return location
 *
 * Blocking: all of an attachment, compared with its digest. Any thread but the worker.
 *
 * Returns: (transfer full) (nullable): its content; %PAL_DOSSIER_ERROR_LIMIT when it is larger
 */
GBytes *
pal_dossier_read_attachment_bytes (PalDossier *self, const char *name, gsize max_bytes,
                                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 size_bytes = pal_dossier_get_attachment_size (self, name, &local);
  GByteArray *array;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (size_bytes < 0 || (guint64) size_bytes > max_bytes)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "a large attachment");
      return NULL;
    }
  array = g_byte_array_sized_new (size_bytes);
  if (!pal_dossier_read_attachment (self, name, append_cb, array, cancellable, error))
    {
      g_byte_array_unref (array);
      return NULL;
    }

  return g_byte_array_free_to_bytes (array);
}
