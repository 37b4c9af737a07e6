// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-packed"
#include "config.h"

#include "pal-package-private.h"

#include <string.h>

/* Deflate can say the same in several ways: a bit may be changed in a packed entry, and what comes
 * out is what was signed. Nobody is harmed by it, but a file that was damaged should be noticed. So
 * a line of bag-info.txt, which is signed as well, says how many entries were packed, in how many
 * octets, and the SHA-256 over these octets in the order of the file. Who packs the same content
 * anew has other numbers, and the line then says nothing. RFC 8493, 2.2.2, lets labels be added. */

#define LABEL "Packed-Sha256: "
#define INFO_MAX_BYTES (64 * 1024)
#define CHUNK_BYTES (64 * 1024)

char *
pal_package_packed_format (guint n_entries, guint64 bytes, PalDigest *digest)
{
  guint8 sha256[PAL_DIGEST_BYTES];
  g_autofree char *hex = NULL;

  pal_digest_finish (digest, sha256);
  hex = pal_digest_to_hex (sha256);

  return g_strdup_printf (LABEL "%u.%" G_GUINT64_FORMAT " %s\n", n_entries, bytes, hex);
}

/* The same line for what is in the file. */
static char *
dup_present (PalZip *zip, GError **error)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  guint n_entries = 0;
  guint64 bytes = 0;

  for (guint i = 0; i < zip->entries->len; i++)
    {
      const PalZipEntry *entry = g_ptr_array_index (zip->entries, i);

      if (entry->method == 0)
        continue;
      n_entries++;
      bytes += entry->packed;
      for (guint64 done = 0; done < entry->packed;)
        {
          gsize length = MIN (CHUNK_BYTES, entry->packed - done);

          if (!pal_zip_read_raw (zip, entry->data + done, buffer, length, error))
            return NULL;
          pal_digest_update (digest, buffer, length);
          done += length;
        }
    }

  return pal_package_packed_format (n_entries, bytes, digest);
}

/* (nullable): the line of bag-info.txt with its newline. */
static char *
dup_told (PalZip *zip, GError **error)
{
  const PalZipEntry *entry = g_hash_table_lookup (zip->by_name, "bag-info.txt");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  const char *at;

  if (entry == NULL || entry->size == 0 || entry->size > INFO_MAX_BYTES)
    return NULL;
  bytes = pal_zip_read_bytes (zip, entry, INFO_MAX_BYTES, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  at = strstr (text, "\n" LABEL);

  return at != NULL ? g_strndup (at + 1, strcspn (at + 1, "\n") + 1) : NULL;
}

gboolean
pal_package_packed_check (PalZip *zip, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *told = dup_told (zip, &local_error);
  g_autofree char *present = NULL;
  gsize length;

  if (told != NULL)
    present = dup_present (zip, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (told == NULL || strcmp (told, present) == 0)
    return TRUE;

  length = strlen (LABEL) + strcspn (present + strlen (LABEL), " ") + 1;
  if (strncmp (told, present, length) != 0)
    return TRUE;
  g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID,
               "a packed file is not as it was when it was signed");

  return FALSE;
}
