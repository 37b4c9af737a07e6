// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-file"
#include "config.h"

#include "pal-dossier-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What can be said about a file before SQLite touches it ("SQLite from a stranger" in
 * package-format.md, section 7): SQLite would take an empty file for an empty database, roll a
 * forged journal back into it, and follow links.
 *
 * SQLite guards files with POSIX locks, which vanish when ANY descriptor of that file is closed in
 * the process. Hence the table of claims: nothing here opens a file that this process has open for
 * writing. */

#define HEADER_BYTES 100

/* The bytes that SQLite locks for reading (os.h of SQLite; part of its file format). */
#define SHARED_FIRST (0x40000000 + 2)
#define SHARED_SIZE 510

static GMutex claims_mutex;
static GHashTable *claims; /* (owned): "device:inode" -> readers, or -1 for a writer */

static void
set_errno (GError **error, const char *what, int number)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL, "%s: %s", what,
                 g_strerror (number));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
                 g_strerror (number));
}

static char *
claim_key (PalDossierFile *self)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, self->device, self->inode);
}

static gboolean
claim (PalDossierFile *self, gboolean as_writer)
{
  g_autofree char *key = claim_key (self);
  int holders;

  g_mutex_lock (&claims_mutex);
  if (claims == NULL)
    claims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  holders = GPOINTER_TO_INT (g_hash_table_lookup (claims, key));
  self->is_claimed = as_writer ? holders == 0 : holders >= 0;
  self->is_writer = as_writer;
  if (self->is_claimed)
    g_hash_table_insert (claims, g_steal_pointer (&key),
                         GINT_TO_POINTER (as_writer ? -1 : holders + 1));
  g_mutex_unlock (&claims_mutex);

  return self->is_claimed;
}

static void
release (PalDossierFile *self)
{
  g_autofree char *key = NULL;
  int holders;

  if (!self->is_claimed)
    return;

  key = claim_key (self);
  g_mutex_lock (&claims_mutex);
  holders = GPOINTER_TO_INT (g_hash_table_lookup (claims, key));
  if (self->is_writer || holders == 1)
    g_hash_table_remove (claims, key);
  else
    g_hash_table_insert (claims, g_steal_pointer (&key), GINT_TO_POINTER (holders - 1));
  self->is_claimed = FALSE;
  g_mutex_unlock (&claims_mutex);
}

/**
 * pal_dossier_file_clear:
 * @self: a file
 *
 * Gives up the claim and the reader's lock. Call it after the connection is closed.
 */
void
pal_dossier_file_clear (PalDossierFile *self)
{
  if (self->lock_fd > 0)
    close (self->lock_fd);
  self->lock_fd = -1;
  release (self);
  g_clear_pointer (&self->path, g_free);
}

static guint32
get_32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static gboolean
is_power_of_two (guint32 number)
{
  return number != 0 && (number & (number - 1)) == 0;
}

/* SQLite's file format, section 1.3. */
static gboolean
check_header (PalDossierFile *self, const guint8 *header, gsize length, GError **error)
{
  const char magic[16] = "SQLite format 3";
  guint32 page_bytes;

  if (length < sizeof magic || memcmp (header, magic, sizeof magic) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN, "not a dossier");
      return FALSE;
    }
  if (length < HEADER_BYTES)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED, "the file is cut short");
      return FALSE;
    }
  if (get_32 (header + 68) != PAL_DOSSIER_APPLICATION_ID)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN,
                   "a database of another program");
      return FALSE;
    }

  self->user_version = get_32 (header + 60);
  if (self->user_version > pal_dossier_schema_version ())
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NEWER,
                   "the file has version %u, this program knows %u", self->user_version,
                   pal_dossier_schema_version ());
      return FALSE;
    }

  page_bytes = header[16] << 8 | header[17];
  if (page_bytes == 1)
    page_bytes = 65536;
  if (page_bytes < 512 || !is_power_of_two (page_bytes) || header[18] < 1 || header[18] > 2
      || header[19] < 1 || header[19] > 2 || header[20] != 0 || header[21] != 64 || header[22] != 32
      || header[23] != 32 || get_32 (header + 44) != 4 || get_32 (header + 56) != 1
      || self->user_version == 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "the file's header makes no sense");
      return FALSE;
    }
  /* With a write-ahead log the file may lag behind; SQLite checks the pair. */
  if (!self->has_wal && (gint64) get_32 (header + 28) * page_bytes != self->size_bytes)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "the file should have %" G_GINT64_FORMAT " bytes and has %" G_GINT64_FORMAT,
                   (gint64) get_32 (header + 28) * page_bytes, self->size_bytes);
      return FALSE;
    }

  return TRUE;
}

static gssize
read_fully (int fd, void *buffer, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = read (fd, (char *) buffer + done, length - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += n;
    }

  return done;
}

/* The folder with links resolved, the name as given: a link at the end is then seen as such. */
static char *
resolve (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *real = realpath (folder, NULL);
  char *resolved;

  if (real == NULL)
    {
      set_errno (error, "cannot find the folder", errno);
      return NULL;
    }
  resolved = g_build_filename (real, name, NULL);
  free (real);

  return resolved;
}

/* Beside the file: "-wal" belongs to a dossier that is open or was killed; "-journal" is never made
 * by us, and SQLite would play it back into the file unasked. */
static gboolean
check_siblings (PalDossierFile *self, GError **error)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *journal = g_strconcat (self->path, "-journal", NULL);
  struct stat info;

  self->has_wal = FALSE;
  self->wal_exists = lstat (wal, &info) == 0;
  if (self->wal_exists)
    {
      if (!S_ISREG (info.st_mode))
        {
          g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                       "what lies beside it as its log is not a regular file");
          return FALSE;
        }
      self->has_wal = info.st_size > 0;
    }
  if (lstat (journal, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > 0)
      && self->is_writer)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "a rollback journal that is not ours lies beside it");
      return FALSE;
    }

  return TRUE;
}

/* A reader keeps writers of other programs away while it looks. */
static gboolean
lock_for_reading (int fd, GError **error)
{
  struct flock lock
      = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE };

  if (fcntl (fd, F_OFD_SETLK, &lock) == 0)
    return TRUE;
  /* Some network folders know no locks; then there is none to respect either. */
  if (errno != EAGAIN && errno != EACCES)
    return TRUE;

  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY, "open in another program");

  return FALSE;
}

/**
 * pal_dossier_file_look:
 * @self: zero-initialised; pal_dossier_file_clear() it also after a failure
 * @path: a file
 * @as_writer: whether it will be written; else it is locked for reading until cleared
 * @error: return location
 *
 * Looks at a file without changing it: a regular file, a header that is ours, no newer version, the
 * right length. Claims it within this process. Blocking, any thread.
 *
 * Returns: whether SQLite may see it; else a #PalDossierError that says what it is, or a
 * #GIOErrorEnum
 */
gboolean
pal_dossier_file_look (PalDossierFile *self, const char *path, gboolean as_writer, GError **error)
{
  guint8 header[HEADER_BYTES];
  struct stat info;
  gssize length;
  int fd;

  self->lock_fd = -1;
  self->path = resolve (path, error);
  if (self->path == NULL)
    return FALSE;

  if (lstat (self->path, &info) != 0)
    {
      set_errno (error, "cannot look at the file", errno);
      return FALSE;
    }
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN,
                   S_ISLNK (info.st_mode) ? "a symbolic link, not a file" : "not a regular file");
      return FALSE;
    }
  self->device = info.st_dev;
  self->inode = info.st_ino;
  if (!claim (self, as_writer))
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY, "open in this program");
      return FALSE;
    }

  fd = open (self->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    {
      set_errno (error, "cannot open the file", errno);
      return FALSE;
    }
  if (as_writer)
    length = fstat (fd, &info) == 0 ? read_fully (fd, header, sizeof header) : -1;
  else
    {
      self->lock_fd = fd;
      if (!lock_for_reading (fd, error))
        return FALSE;
      length = fstat (fd, &info) == 0 ? read_fully (fd, header, sizeof header) : -1;
    }
  if (length < 0)
    set_errno (error, "cannot read the file", errno);
  if (as_writer)
    close (fd);
  if (length < 0)
    return FALSE;

  /* The name may have been given to another file since lstat(). */
  if (!S_ISREG (info.st_mode) || info.st_dev != self->device || info.st_ino != self->inode)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_BUSY,
                   "the file was replaced while it was looked at");
      return FALSE;
    }
  self->size_bytes = info.st_size;
  if (self->size_bytes == 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EMPTY, "the file is empty");
      return FALSE;
    }
  if (self->size_bytes > PAL_DOSSIER_MAX_FILE_BYTES)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "the file is too large");
      return FALSE;
    }
  if (!check_siblings (self, error) || !check_header (self, header, length, error))
    return FALSE;

  return TRUE;
}

static gboolean
copy_bytes (int from, int to, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = NULL;
  gsize buffer_bytes = 1 << 20;
  gint64 total = 0;

  /* On file systems that share blocks the copy costs nothing. */
  if (ioctl (to, FICLONE, from) == 0)
    return TRUE;

  buffer = g_malloc (buffer_bytes);
  for (;;)
    {
      gssize n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      n = read_fully (from, buffer, buffer_bytes);
      if (n < 0)
        {
          set_errno (error, "cannot read the file", errno);
          return FALSE;
        }
      if (n == 0)
        return TRUE;
      total += n;
      if (total > PAL_DOSSIER_MAX_FILE_BYTES)
        {
          g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "the file is too large");
          return FALSE;
        }
      for (gssize done = 0; done < n;)
        {
          gssize written = write (to, buffer + done, n - done);

          if (written < 0 && errno == EINTR)
            continue;
          if (written <= 0)
            {
              set_errno (error, "cannot write a private copy", written < 0 ? errno : ENOSPC);
              return FALSE;
            }
          done += written;
        }
    }
}

static gboolean
copy_file (int from, const char *to, GCancellable *cancellable, GError **error)
{
  int fd = open (to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    {
      set_errno (error, "cannot make a private copy", errno);
      return FALSE;
    }
  ok = copy_bytes (from, fd, cancellable, error);
  if (close (fd) != 0 && ok)
    {
      set_errno (error, "cannot write a private copy", errno);
      ok = FALSE;
    }

  return ok;
}

/**
 * pal_dossier_file_copy_private:
 * @self: a file that was looked at by a reader
 * @cancellable: (nullable): checked between megabytes
 * @error: return location
 *
 * Copies the file, with its write-ahead log if there is one, into a fresh private folder; a journal
 * beside it is left behind. Replaying the log into a copy harms nobody, and without it the last
 * answers of a killed program would be missing. Blocking.
 *
 * Returns: (transfer full) (nullable): the copy; pal_dossier_file_remove_private() it
 */
char *
pal_dossier_file_copy_private (PalDossierFile *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *copy = NULL;
  gboolean ok;

  folder = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  if (folder == NULL)
    {
      set_errno (error, "cannot make a private folder", errno);
      return NULL;
    }
  copy = g_build_filename (folder, "dossier", NULL);

  ok = lseek (self->lock_fd, 0, SEEK_SET) == 0;
  if (!ok)
    set_errno (error, "cannot read the file", errno);
  ok = ok && copy_file (self->lock_fd, copy, cancellable, error);
  if (ok && self->has_wal)
    {
      g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
      g_autofree char *wal_copy = g_strconcat (copy, "-wal", NULL);
      int fd = open (wal, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

      if (fd < 0)
        set_errno (error, "cannot open the log beside the file", errno);
      ok = fd >= 0 && copy_file (fd, wal_copy, cancellable, error);
      if (fd >= 0)
        close (fd);
    }
  if (!ok)
    {
      pal_dossier_file_remove_private (copy);
      return NULL;
    }

  return g_steal_pointer (&copy);
}

/**
 * pal_dossier_file_remove_private:
 * @copy: a private copy, whose connection is closed
 *
 * Removes the copy and its folder.
 */
void
pal_dossier_file_remove_private (const char *copy)
{
  const char *suffixes[] = { "", "-wal", "-shm", "-journal" };
  g_autofree char *folder = g_path_get_dirname (copy);

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (copy, suffixes[i], NULL);

      g_unlink (name);
    }
  g_rmdir (folder);
}
