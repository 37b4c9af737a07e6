// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-extract"
#include "config.h"

#include "pal-package-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Takes verified content out. The file may have changed since it was verified: each entry must have
 * the digest that it had then. */

static gboolean
set_errno (GError **error, const char *what, int number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));

  return FALSE;
}

static gboolean
set_changed (GError **error)
{
  g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID,
               "the package changed since it was verified");

  return FALSE;
}

static gboolean
check_verified (const PalVerification *verification, GError **error)
{
  if (verification->code == 0 || verification->code == 1)
    return TRUE;
  g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID,
               "nothing is taken out of a package that does not hold");

  return FALSE;
}

static int
open_package (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    set_errno (error, "cannot open the package", errno);

  return fd;
}

/* --- Into a folder --- */

typedef struct
{
  int fd;
  PalDigest *digest; /* (owned) */
} Output;

static gboolean
write_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  Output *output = user_data;
  const char *bytes = data;

  pal_digest_update (output->digest, data, length);
  while (length > 0)
    {
      gssize n = write (output->fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return set_errno (error, "cannot write", n < 0 ? errno : ENOSPC);
      bytes += n;
      length -= n;
    }

  return TRUE;
}

/* Descriptor of the folder of name below root, made where missing; *leaf: the last segment. */
static int
open_folder (int root, const char *name, const char **leaf, GError **error)
{
  int folder = fcntl (root, F_DUPFD_CLOEXEC, 0);
  const char *start = name;
  const char *slash;

  while (folder >= 0 && (slash = strchr (start, '/')) != NULL)
    {
      g_autofree char *segment = g_strndup (start, slash - start);
      int below = -1;

      if (mkdirat (folder, segment, 0700) == 0 || errno == EEXIST)
        below = openat (folder, segment, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (below < 0)
        set_errno (error, "cannot make a folder", errno);
      close (folder);
      folder = below;
      start = slash + 1;
      if (below < 0)
        return -1;
    }
  if (folder < 0)
    set_errno (error, "cannot open the folder", errno);
  *leaf = start;

  return folder;
}

static gboolean
extract_entry (PalZip *zip, const PalPackageEntry *verified, int root, GCancellable *cancellable,
               GError **error)
{
  const PalZipEntry *entry = g_hash_table_lookup (zip->by_name, verified->name);
  const char *leaf = NULL;
  Output output = { 0 };
  guint8 sha256[PAL_DIGEST_BYTES];
  guint32 crc = 0;
  gboolean ok;
  int folder;

  if (entry == NULL || entry->offset != verified->offset)
    return set_changed (error);
  folder = open_folder (root, verified->name, &leaf, error);
  if (folder < 0)
    return FALSE;
  output.fd = openat (folder, leaf, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  ok = output.fd >= 0;
  if (!ok)
    set_errno (error, "cannot create a file", errno);
  close (folder);
  if (!ok)
    return FALSE;

  output.digest = pal_digest_new ();
  ok = pal_zip_read (zip, entry, write_cb, &output, &crc, cancellable, error);
  pal_digest_finish (output.digest, sha256);
  pal_digest_free (output.digest);
  /* Some file systems tell of a full disk only now. */
  if (close (output.fd) != 0 && ok)
    ok = set_errno (error, "cannot write", errno);
  if (ok && memcmp (sha256, verified->sha256, sizeof sha256) != 0)
    ok = set_changed (error);

  return ok;
}

/* Empties a folder that was made here, whatever is in it by now. */
static void
remove_below (int folder_fd)
{
  DIR *folder = fdopendir (folder_fd);
  struct dirent *item;

  if (folder == NULL)
    {
      close (folder_fd);
      return;
    }
  while ((item = readdir (folder)) != NULL)
    {
      int below;

      if (strcmp (item->d_name, ".") == 0 || strcmp (item->d_name, "..") == 0)
        continue;
      if (unlinkat (dirfd (folder), item->d_name, 0) == 0)
        continue;
      below
          = openat (dirfd (folder), item->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (below >= 0)
        remove_below (below);
      (void) unlinkat (dirfd (folder), item->d_name, AT_REMOVEDIR);
    }
  closedir (folder);
}

static gboolean
extract_all (PalZip *zip, const PalVerification *verification, const char *directory,
             GCancellable *cancellable, GError **error)
{
  gboolean ok = TRUE;
  int root;

  if (zip->entries->len != verification->entries->len)
    return set_changed (error);
  if (mkdir (directory, 0700) != 0)
    return set_errno (error, "cannot make the folder", errno);
  root = open (directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (root < 0)
    return set_errno (error, "cannot open the folder", errno);

  for (guint i = 0; i < verification->entries->len && ok; i++)
    ok = extract_entry (zip, g_ptr_array_index (verification->entries, i), root, cancellable,
                        error);
  if (ok)
    close (root);
  else
    {
      remove_below (root);
      (void) rmdir (directory);
    }

  return ok;
}

/**
 * pal_package_extract:
 * @path: the package that was verified
 * @verification: its verification, with code 0 or 1
 * @directory: a folder that is not there yet; made with mode 0700
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Takes all entries out; on any failure nothing is left behind. Blocking; any thread.
 *
 * Returns: whether all is there; %PAL_PACKAGE_ERROR_INVALID when the package changed or does not
 * hold, #GIOErrorEnum errors (%G_IO_ERROR_EXISTS for @directory, %G_IO_ERROR_NO_SPACE)
 */
gboolean
pal_package_extract (const char *path, const PalVerification *verification, const char *directory,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (PalZip) zip = NULL;
  gboolean ok;
  int fd;

  g_return_val_if_fail (path != NULL && verification != NULL && directory != NULL, FALSE);

  if (!check_verified (verification, error))
    return FALSE;
  fd = open_package (path, error);
  if (fd < 0)
    return FALSE;
  zip = pal_zip_open (fd, PAL_PACKAGE_MAX_BYTES, error);
  ok = zip != NULL && extract_all (zip, verification, directory, cancellable, error);
  close (fd);

  return ok;
}

/* --- One entry into memory --- */

static const PalPackageEntry *
find_verified (const PalVerification *verification, const char *name)
{
  for (guint i = 0; i < verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);

      if (strcmp (entry->name, name) == 0)
        return entry;
    }

  return NULL;
}

static GBytes *
read_verified (PalZip *zip, const PalPackageEntry *verified, gsize max_bytes, GError **error)
{
  const PalZipEntry *entry = g_hash_table_lookup (zip->by_name, verified->name);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *wanted = pal_digest_to_hex (verified->sha256);

  if (entry == NULL)
    {
      set_changed (error);
      return NULL;
    }
  bytes = pal_zip_read_bytes (zip, entry, max_bytes, error);
  if (bytes == NULL)
    return NULL;
  hex = pal_digest_bytes_hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (strcmp (hex, wanted) != 0)
    {
      set_changed (error);
      return NULL;
    }

  return g_steal_pointer (&bytes);
}

/**
 * pal_package_read_entry:
 * @path: the package that was verified
 * @verification: its verification, with code 0 or 1, or of one that is whole and that nobody signed
 * @name: of the entry
 * @max_bytes: the most that will be read
 * @error: return location
 *
 * Reads one entry into memory. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): its content, or %NULL with %G_IO_ERROR_NOT_FOUND when there
 * is no such entry, %PAL_PACKAGE_ERROR_LIMIT when it is larger, else as pal_package_extract()
 */
GBytes *
pal_package_read_entry (const char *path, const PalVerification *verification, const char *name,
                        gsize max_bytes, GError **error)
{
  const PalPackageEntry *verified;
  g_autoptr (PalZip) zip = NULL;
  g_autoptr (GBytes) bytes = NULL;
  int fd;

  g_return_val_if_fail (path != NULL && verification != NULL && name != NULL, NULL);

  if (!verification->unsigned_only && !check_verified (verification, error))
    return NULL;
  verified = find_verified (verification, name);
  if (verified == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such entry");
      return NULL;
    }
  fd = open_package (path, error);
  if (fd < 0)
    return NULL;
  zip = pal_zip_open (fd, PAL_PACKAGE_MAX_BYTES, error);
  if (zip != NULL)
    bytes = read_verified (zip, verified, max_bytes, error);
  close (fd);

  return g_steal_pointer (&bytes);
}
