// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-sign"
#include "config.h"

#include "pal-package-private.h"

#include "pal-zip-format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES (256 * 1024)

gboolean
pal_package_append_signature (PalZipWriter *zip, guint number, GPtrArray *references,
                              PalIdentity *identity, GError **error)
{
  g_autofree char *manifest_name = g_strdup_printf ("META-INF/ASiCManifest%03u.xml", number);
  g_autofree char *signature_name = g_strdup_printf ("META-INF/signature%03u.p7s", number);
  g_autoptr (GBytes) manifest = pal_manifest_format (signature_name, references);
  g_autoptr (GBytes) signature = NULL;

  if (g_bytes_get_size (manifest) > PAL_PACKAGE_MAX_MANIFEST)
    {
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT, "a manifest above 4 MiB");
      return FALSE;
    }
  signature = pal_cms_sign (identity, manifest, error);

  return signature != NULL
         && pal_zip_writer_add (zip, manifest_name, g_bytes_get_data (manifest, NULL),
                                g_bytes_get_size (manifest), FALSE, error)
                != NULL
         && pal_zip_writer_add (zip, signature_name, g_bytes_get_data (signature, NULL),
                                g_bytes_get_size (signature), FALSE, error)
                != NULL;
}

/* --- Signing what is there already --- */

static gboolean
copy_entries (PalZip *zip, PalZipWriter *out, const char *sha256, GCancellable *cancellable,
              GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree char *hex = NULL;
  guint8 bytes[PAL_DIGEST_BYTES];
  guint64 offset = 0;

  while (offset < zip->size)
    {
      gsize length = MIN (CHUNK_BYTES, zip->size - offset);
      gssize n = pread (zip->fd, buffer, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_IO, "cannot read: %s",
                       n < 0 ? g_strerror (errno) : "the file became shorter");
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      pal_digest_update (digest, buffer, n);
      if (offset < zip->directory
          && !pal_zip_writer_raw (out, buffer, MIN ((guint64) n, zip->directory - offset), error))
        return FALSE;
      offset += n;
    }

  /* What is signed must be what was looked at. */
  pal_digest_finish (digest, bytes);
  hex = pal_digest_to_hex (bytes);
  if (strcmp (hex, sha256) != 0)
    {
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID,
                   "the package changed while it was being signed");
      return FALSE;
    }
  for (guint i = 0; i < zip->entries->len; i++)
    pal_zip_writer_copy_entry (out, g_ptr_array_index (zip->entries, i));

  return TRUE;
}

/* All entries but mimetype: what stands in META-INF already is seen and covered as well. */
static GPtrArray *
collect_references (const PalVerification *verification)
{
  GPtrArray *references = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_reference_free);
  gboolean has_root = FALSE;

  for (guint i = 0; i < verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);
      gboolean is_root = !has_root && g_str_has_prefix (entry->name, "data/");

      has_root = has_root || is_root;
      if (strcmp (entry->name, "mimetype") != 0)
        g_ptr_array_add (references,
                         pal_reference_new (entry->name, pal_package_guess_media_type (entry->name),
                                            is_root, entry->sha256));
    }

  return references;
}

static gboolean
sign_zip (PalZip *zip, const PalVerification *verification, const char *out_path,
          PalIdentity *identity, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) references = collect_references (verification);
  g_autoptr (PalZipWriter) out = NULL;
  guint number = 1;

  /* Others may leave numbers out: go behind the highest. */
  for (guint i = 0; i < zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (zip->entries, i);
      int taken = pal_package_get_number (entry->name, "signature", ".p7s");

      if (taken >= (int) number)
        number = taken + 1;
    }
  if (number > PAL_PACKAGE_MAX_SIGNATURES || zip->entries->len + 2 > PAL_PACKAGE_MAX_ENTRIES)
    {
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT,
                   "no room for a further signature");
      return FALSE;
    }

  out = pal_zip_writer_new (out_path, error);

  return out != NULL && copy_entries (zip, out, verification->sha256, cancellable, error)
         && pal_package_append_signature (out, number, references, identity, error)
         && pal_zip_writer_finish (out, PAL_PACKAGE_COMMENT, error);
}

/**
 * pal_package_sign:
 * @in_path: a package that is in order, signed or not yet
 * @out_path: where the signed one shall be; may be @in_path
 * @identity: who signs
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Adds a signature: the first, or a further one that also covers what was signed before. Nobody's
 * signature is put under a package that does not hold. Blocking; any thread.
 *
 * Returns: whether the signed package is on the disk; %PAL_PACKAGE_ERROR_MALFORMED,
 * %PAL_PACKAGE_ERROR_LIMIT or %PAL_PACKAGE_ERROR_INVALID for what is wrong with @in_path; errors of
 * pal_cms_sign(); #GIOErrorEnum errors
 */
gboolean
pal_package_sign (const char *in_path, const char *out_path, PalIdentity *identity,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (PalVerification) verification = NULL;

  g_return_val_if_fail (in_path != NULL && out_path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  verification = pal_package_verify (in_path, NULL, 0, 0, cancellable);

  return pal_package_sign_verified (in_path, verification, out_path, identity, cancellable, error);
}

/**
 * pal_package_sign_verified:
 * @in_path: a package that is in order, signed or not yet
 * @verification: what pal_package_verify() said of it just now
 * @out_path: where the signed one shall be; may be @in_path
 * @identity: who signs
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * pal_package_sign() for whoever has looked at the package already. Blocking; any thread.
 *
 * Returns: as pal_package_sign()
 */
gboolean
pal_package_sign_verified (const char *in_path, const PalVerification *verification,
                           const char *out_path, PalIdentity *identity, GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (PalZip) zip = NULL;
  gboolean ok;
  int number;
  int fd;

  g_return_val_if_fail (in_path != NULL && out_path != NULL, FALSE);
  g_return_val_if_fail (verification != NULL && PAL_IS_IDENTITY (identity), FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (verification->code > 1 && !verification->unsigned_only)
    return pal_verification_set_error (verification, error);

  fd = open (in_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    {
      number = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot open the package: %s",
                   g_strerror (number));
      return FALSE;
    }
  zip = pal_zip_open (fd, PAL_PACKAGE_MAX_BYTES, error);
  ok = zip != NULL && sign_zip (zip, verification, out_path, identity, cancellable, error);
  close (fd);

  return ok;
}
