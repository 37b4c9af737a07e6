// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-archive"
#include "config.h"

#include "pal-delivery-archive.h"

#include "pal-digest.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER (1 << 20)
#define LOCK_TRIES 25
#define LOCK_WAIT_US 20000

static gint64
get_mtime_us (const struct stat *info)
{
  return (gint64) info->st_mtim.tv_sec * G_USEC_PER_SEC + info->st_mtim.tv_nsec / 1000;
}

static gboolean
is_same (const struct stat *info, goffset size, gint64 mtime_us)
{
  return S_ISREG (info->st_mode) && info->st_size == size && get_mtime_us (info) == mtime_us;
}

/* Whether the open archive still is what was hashed, as far as size and time tell. */
gboolean
pal_delivery_archive_is_unchanged (const PalDeliveryArchive *self)
{
  struct stat info;

  return fstat (self->fd, &info) == 0 && is_same (&info, self->size, self->mtime_us);
}

/* The same of the file by its name, against what was saved. A file that is gone has not changed:
 * after its delivery, nobody needs it here. */
gboolean
pal_delivery_archive_is_file_unchanged (const PalDeliveryFile *file)
{
  struct stat info;

  return stat (file->archive, &info) != 0 || is_same (&info, file->size, file->mtime_us);
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

void
pal_delivery_archive_free (PalDeliveryArchive *self)
{
  if (self == NULL)
    return;
  close_fd (&self->fd);
  close_fd (&self->lock_fd);
  g_free (self->sha256);
  g_free (self->message);
  g_free (self);
}

static gboolean
fail (PalDeliveryArchive *self, PalDeliveryReason reason, const char *what, const char *why)
{
  self->reason = reason;
  self->message = g_strdup_printf ("%s: %s", what, why);

  return FALSE;
}

/* Two programs that send the same archive would take each other's offsets for their own. */
static gboolean
lock_state_dir (PalDeliveryArchive *self, const char *state_dir)
{
  g_autofree char *path = g_build_filename (state_dir, "lock", NULL);
  guint tries = 0;

  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    return fail (self, PAL_DELIVERY_REASON_LOCAL_IO, "the state folder cannot be made",
                 g_strerror (errno));
  self->lock_fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    return fail (self, PAL_DELIVERY_REASON_LOCAL_IO, "the state folder cannot be used",
                 g_strerror (errno));
  /* A run of ours that was stopped a moment ago lets go of it in a moment. */
  while (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (tries++ < LOCK_TRIES)
        {
          g_usleep (LOCK_WAIT_US);
          continue;
        }
      close_fd (&self->lock_fd);
      return fail (self, PAL_DELIVERY_REASON_LOCAL_IO, "the delivery is taken",
                   "another program is sending it");
    }

  return TRUE;
}

/* The digest of what the descriptor shows, wherever its name may point meanwhile. */
static gboolean
hash (PalDeliveryArchive *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree guint8 *buffer = g_malloc (BUFFER);
  guint8 out[PAL_DIGEST_BYTES];
  gssize n;

  self->size = 0;
  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      n = pread (self->fd, buffer, BUFFER, self->size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int number = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s",
                       g_strerror (number));
          return FALSE;
        }
      if (n == 0)
        break;
      pal_digest_update (digest, buffer, n);
      self->size += n;
    }
  pal_digest_finish (digest, out);
  self->sha256 = pal_digest_to_hex (out);

  return TRUE;
}

/* What a program left that was killed while it wrote; under the lock, nobody writes now. */
static void
remove_litter (const char *state_dir)
{
  g_autoptr (GDir) dir = g_dir_open (state_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "delivery.state.part-")
        || strstr (name, ".receipt.p7m.part-") != NULL)
      {
        g_autofree char *path = g_build_filename (state_dir, name, NULL);

        g_unlink (path);
      }
}

static gboolean
open_and_hash (PalDeliveryArchive *self, const PalDeliveryFile *file, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  struct stat info;

  self->fd = open (file->archive, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (self->fd < 0 || fstat (self->fd, &info) != 0)
    return fail (self, PAL_DELIVERY_REASON_LOCAL_IO, "the archive cannot be read",
                 g_strerror (errno));
  if (!S_ISREG (info.st_mode))
    return fail (self, PAL_DELIVERY_REASON_LOCAL_IO, "the archive cannot be read",
                 "it is not a regular file");

  self->mtime_us = get_mtime_us (&info);
  if (file->sha256 != NULL && is_same (&info, file->size, file->mtime_us))
    {
      self->size = file->size;
      self->sha256 = g_strdup (file->sha256);
      return TRUE;
    }

  if (!hash (self, cancellable, &error))
    return fail (self, PAL_DELIVERY_REASON_LOCAL_IO, "the archive cannot be read", error->message);
  if (self->size != info.st_size || !pal_delivery_archive_is_unchanged (self))
    return fail (self, PAL_DELIVERY_REASON_ARCHIVE_CHANGED, "the archive",
                 "it was changed while it was read");

  return TRUE;
}

/* Locks the state folder and nothing else: for what is to be written there without the archive,
 * which may be gone. Blocking; any thread. Never NULL: see reason. */
PalDeliveryArchive *
pal_delivery_archive_lock (const char *state_dir)
{
  PalDeliveryArchive *self = g_new0 (PalDeliveryArchive, 1);

  self->fd = -1;
  self->lock_fd = -1;
  lock_state_dir (self, state_dir);

  return self;
}

/* Locks the state folder, opens the archive that @file names and hashes it, unless its size and
 * time are those of the digest that @file has. Blocking; any thread. Never NULL: see reason. */
PalDeliveryArchive *
pal_delivery_archive_open (const PalDeliveryFile *file, const char *state_dir,
                           GCancellable *cancellable)
{
  PalDeliveryArchive *self = g_new0 (PalDeliveryArchive, 1);

  self->fd = -1;
  self->lock_fd = -1;
  if (lock_state_dir (self, state_dir))
    {
      remove_litter (state_dir);
      open_and_hash (self, file, cancellable);
    }

  return self;
}
