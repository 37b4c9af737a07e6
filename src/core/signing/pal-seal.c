// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-seal"
#include "config.h"

#include "pal-seal.h"

#include "pal-cms-seal.h"
#include "pal-digest.h"
#include "pal-publish.h"
#include "pal-regular-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES (256 * 1024)

typedef struct
{
  PalSealProgress report; /* (nullable) */
  gpointer user_data;
} Progress;

static void
report (const Progress *progress, goffset done, goffset size)
{
  if (progress->report != NULL)
    progress->report (size > 0 ? (double) done / size : 1, progress->user_data);
}

static gboolean
fail_errno (GError **error, const char *what)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));

  return FALSE;
}

/* --- sealing */

/* A folder without a list is not complete, so the list goes first and comes last. Volumes of a
 * former time may have been for other people. */
static gboolean
empty_folder (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = NULL;
  g_autofree char *list = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);
  const char *name;

  if (g_mkdir (folder, 0777) != 0 && errno != EEXIST)
    return fail_errno (error, "cannot make the folder");
  if (g_unlink (list) != 0 && errno != ENOENT)
    return fail_errno (error, "cannot remove the former list of volumes");
  if (!pal_publish_sync_folder (list, error))
    return FALSE;
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (strspn (name, "0123456789") == 4 && strcmp (name + 4, PAL_CMS_SEAL_SUFFIX) == 0)
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        if (g_unlink (path) != 0)
          return fail_errno (error, "cannot remove a former volume");
      }

  return TRUE;
}

/* How much was read; -1 on an error */
static gssize
fill (int fd, guint8 *buffer, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = read (fd, buffer + done, MIN (length - done, READ_BYTES));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail_errno (error, "cannot read the archive");
          return -1;
        }
      if (n == 0)
        break;
      done += n;
    }

  return done;
}

static gboolean
seal_volume (PalSealed *sealed, const char *folder, const guint8 *plain, gsize length,
             GPtrArray *recipients, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = pal_sealed_dup_volume_path (folder, sealed->volumes->len + 1);
  g_autoptr (GBytes) content = g_bytes_new_static (plain, length);
  g_autofree char *sha256 = NULL;
  goffset size = 0;

  if (!pal_cms_seal_bytes (content, path, recipients, cancellable, error))
    return FALSE;
  sha256 = pal_digest_file_hex (path, &size, cancellable, error);
  if (sha256 == NULL)
    return FALSE;
  pal_sealed_add_volume (sealed, sha256, size);

  return TRUE;
}

static gboolean
seal_volumes (int fd, PalSealed *sealed, const char *folder, GPtrArray *recipients,
              const Progress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *plain = g_malloc (PAL_SEALED_VOLUME_BYTES);
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree char *sha256 = NULL;
  guint8 octets[PAL_DIGEST_BYTES];
  goffset done = 0;
  gssize n;

  while ((n = fill (fd, plain, PAL_SEALED_VOLUME_BYTES, error)) > 0)
    {
      pal_digest_update (digest, plain, n);
      done += n;
      if (done > sealed->size
          || !seal_volume (sealed, folder, plain, n, recipients, cancellable, error))
        break;
      report (progress, done, sealed->size);
    }
  if (n < 0 || (error != NULL && *error != NULL))
    return FALSE;
  pal_digest_finish (digest, octets);
  sha256 = pal_digest_to_hex (octets);
  if (n > 0 || strcmp (sha256, sealed->sha256) != 0)
    {
      g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_CHANGED,
                   "the archive changed while it was sealed");
      return FALSE;
    }

  return TRUE;
}

/* The list, if there is one, goes first: without it nobody takes the folder for a sealed archive.
 */
static void
remove_volumes (const PalSealed *sealed, const char *folder)
{
  g_autofree char *list = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);

  g_unlink (list);
  for (guint i = 1; i <= sealed->volumes->len; i++)
    {
      g_autofree char *path = pal_sealed_dup_volume_path (folder, i);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Everything that is encrypted goes to these people: better to know before the first volume that
 * one of them cannot be. */
static gboolean
check_recipients (GPtrArray *recipients, GError **error)
{
  for (guint i = 0; i < recipients->len; i++)
    if (!pal_cms_read_certificate (g_ptr_array_index (recipients, i), NULL, NULL, error))
      return FALSE;

  return TRUE;
}

/**
 * pal_seal:
 * @archive: the archive, signed already: sign inside, encrypt outside
 * @parent: a folder
 * @recipients: (element-type utf8): who may open it: PEM, or paths of PEM files
 * @progress: (nullable) (scope call): called in this thread
 * @user_data: data for @progress
 * @cancellable: (nullable): stops it, leaving no volume behind
 * @error: return location
 *
 * Seals an archive in volumes of 16 MiB, in a folder below @parent that is named after its SHA-256;
 * what was sealed there before is made anew. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the folder, when all is on the disk; %NULL with
 * %PAL_SEAL_ERROR_LIMIT, _CHANGED, #PalSigningError or a #GIOErrorEnum error
 */
char *
pal_seal (const char *archive, const char *parent, GPtrArray *recipients, PalSealProgress progress,
          gpointer user_data, GCancellable *cancellable, GError **error)
{
  const Progress told = { progress, user_data };
  g_autoptr (PalSealed) sealed = pal_sealed_new ();
  g_autofree char *folder = NULL;
  gboolean ok;
  gsize size;
  int fd;

  g_return_val_if_fail (archive != NULL && parent != NULL, NULL);
  g_return_val_if_fail (recipients != NULL && recipients->len > 0, NULL);
  g_return_val_if_fail (recipients->len <= PAL_CMS_MAX_RECIPIENTS, NULL);

  if (!check_recipients (recipients, error))
    return NULL;
  sealed->sha256 = pal_digest_file_hex (archive, &sealed->size, cancellable, error);
  if (sealed->sha256 == NULL)
    return NULL;
  if (sealed->size > (goffset) PAL_SEALED_MAX_VOLUMES * PAL_SEALED_VOLUME_BYTES)
    {
      g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_LIMIT,
                   "the archive is larger than one may be");
      return NULL;
    }
  fd = pal_regular_file_open (archive, 0, &size, error);
  if (fd < 0)
    return NULL;
  folder = g_build_filename (parent, sealed->sha256, NULL);
  ok = empty_folder (folder, error);
  if (ok)
    {
      g_autoptr (GError) local = NULL;

      ok = seal_volumes (fd, sealed, folder, recipients, &told, cancellable, &local)
           && pal_sealed_save (sealed, folder, &local) && pal_publish_sync_folder (folder, &local);
      if (!ok)
        {
          remove_volumes (sealed, folder);
          g_propagate_error (error, g_steal_pointer (&local));
        }
    }
  close (fd);

  return ok ? g_steal_pointer (&folder) : NULL;
}

/* --- opening */

/* Returns: (transfer full) (nullable): what is in it */
static GBytes *
open_volume (const PalSealed *sealed, const char *folder, guint number, PalIdentity *identity,
             GCancellable *cancellable, GError **error)
{
  g_autofree char *path = pal_sealed_dup_volume_path (folder, number);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) content = NULL;

  if (pal_sealed_read_volume (sealed, folder, number, NULL) != PAL_VOLUME_SOUND)
    {
      /* The others are looked at as well: one sentence, one way to whoever has the rest. */
      if (pal_sealed_check_volumes (sealed, folder, number, cancellable, error))
        g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_VOLUME,
                     "volume %u cannot be read reliably", number);
      return NULL;
    }
  content = pal_cms_open_bytes (path, PAL_SEALED_VOLUME_BYTES, identity, cancellable, &local);
  if (content == NULL)
    {
      if (local->domain == PAL_SIGNING_ERROR)
        g_prefix_error (&local, "volume %u: ", number);
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if ((goffset) g_bytes_get_size (content) != pal_sealed_get_plain_size (sealed, number))
    {
      g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_ARCHIVE,
                   "volume %u does not hold as much of the archive as it should", number);
      return NULL;
    }

  return g_steal_pointer (&content);
}

/* Decrypts all, one after the other; sha256: (out): of what they are together */
static gboolean
join_volumes (const PalSealed *sealed, const char *folder, PalPublish *publish, char **sha256,
              PalIdentity *identity, const Progress *progress, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  guint8 octets[PAL_DIGEST_BYTES];
  goffset done = 0;

  for (guint i = 1; i <= sealed->volumes->len; i++)
    {
      g_autoptr (GBytes) content = NULL;
      const void *data;
      gsize length;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      content = open_volume (sealed, folder, i, identity, cancellable, error);
      if (content == NULL)
        return FALSE;
      data = g_bytes_get_data (content, &length);
      pal_digest_update (digest, data, length);
      if (!pal_publish_write (publish, data, length, error))
        return FALSE;
      done += length;
      report (progress, done, sealed->size);
    }
  pal_digest_finish (digest, octets);
  *sha256 = pal_digest_to_hex (octets);

  return TRUE;
}

/**
 * pal_seal_open:
 * @folder: a sealed archive, perhaps a stranger's
 * @out_path: where the archive shall be
 * @identity: for whom it was sealed
 * @progress: (nullable) (scope call): called in this thread
 * @user_data: data for @progress
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Checks, decrypts and joins the volumes. Nothing stands under @out_path before the digest of the
 * whole is right; who signed the archive is another question, see pal-package-verify.h. Blocking;
 * any thread.
 *
 * Returns: whether the archive is on the disk; otherwise %FALSE with a #PalSealError,
 * #PalSigningError or #GIOErrorEnum error
 */
gboolean
pal_seal_open (const char *folder, const char *out_path, PalIdentity *identity,
               PalSealProgress progress, gpointer user_data, GCancellable *cancellable,
               GError **error)
{
  const Progress told = { progress, user_data };
  g_autoptr (PalSealed) sealed = NULL;
  g_autoptr (PalPublish) publish = NULL;
  g_autofree char *sha256 = NULL;

  g_return_val_if_fail (folder != NULL && out_path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  sealed = pal_sealed_load (folder, error);
  publish = sealed != NULL ? pal_publish_begin (out_path, error) : NULL;
  if (publish == NULL
      || !join_volumes (sealed, folder, publish, &sha256, identity, &told, cancellable, error))
    return FALSE;
  if (strcmp (sha256, sealed->sha256) != 0)
    {
      g_set_error (error, PAL_SEAL_ERROR, PAL_SEAL_ERROR_ARCHIVE,
                   "the volumes do not make the archive that they should");
      return FALSE;
    }

  return pal_publish_commit (publish, error);
}
