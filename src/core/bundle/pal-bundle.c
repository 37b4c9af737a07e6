// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-bundle"

#include "config.h"

#include "pal-bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define MIN_RATIO_BYTES (1024 * 1024)
#define MAX_NAME_BYTES 512

G_DEFINE_QUARK (pal - bundle - error - quark, pal_bundle_error)

/* A large questionnaire in six languages is below 1 MiB as a file and below 20 MiB unpacked. */
const PalBundleLimits PAL_BUNDLE_LIMITS_WORKBOOK = {
  .max_archive_bytes = 64 * 1024 * 1024,
  .max_entries = 2048,
  .max_entry_bytes = 64 * 1024 * 1024,
  .max_total_bytes = 128 * 1024 * 1024,
  .max_ratio = 400,
};

typedef struct archive Archive;

static void
reader_free (Archive *archive)
{
  archive_read_free (archive);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, reader_free)

typedef struct
{
  Archive *archive; /* (unowned) */
  const PalBundleLimits *limits;
  gsize archive_bytes;
  gsize unpacked_bytes; /* of all entries read so far */
} Reading;

static gboolean
fail (GError **error, PalBundleError code, const char *what)
{
  g_set_error_literal (error, PAL_BUNDLE_ERROR, code, what);

  return FALSE;
}

/* A relative path with forward slashes, without "." and "..". */
static gboolean
is_safe_name (const char *name)
{
  g_auto (GStrv) parts = NULL;

  if (name == NULL || name[0] == '\0' || strlen (name) > MAX_NAME_BYTES
      || !g_utf8_validate (name, -1, NULL) || strpbrk (name, "\\:") != NULL)
    return FALSE;
  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (strcmp (parts[i], "..") == 0 || strcmp (parts[i], ".") == 0
        || (parts[i][0] == '\0' && parts[i + 1] != NULL))
      return FALSE;

  return TRUE;
}

static gboolean
check_sizes (const Reading *self, gsize entry_bytes, GError **error)
{
  if (entry_bytes > self->limits->max_entry_bytes
      || self->unpacked_bytes > self->limits->max_total_bytes)
    return fail (error, PAL_BUNDLE_ERROR_LIMIT, "the archive unpacks to too much");
  if (self->unpacked_bytes > MIN_RATIO_BYTES
      && self->unpacked_bytes / self->limits->max_ratio > self->archive_bytes)
    return fail (error, PAL_BUNDLE_ERROR_LIMIT,
                 "the archive unpacks to far more than an honest one");

  return TRUE;
}

static GBytes *
read_entry (Reading *self, GError **error)
{
  g_autoptr (GByteArray) contents = g_byte_array_new ();
  guint8 buffer[64 * 1024];

  for (;;)
    {
      la_ssize_t n = archive_read_data (self->archive, buffer, sizeof buffer);

      if (n == 0)
        break;
      if (n < 0)
        {
          fail (error, PAL_BUNDLE_ERROR_MALFORMED, "the archive is damaged");
          return NULL;
        }
      /* The size in the directory may lie, so what comes out is counted. */
      self->unpacked_bytes += n;
      if (!check_sizes (self, contents->len + n, error))
        return NULL;
      g_byte_array_append (contents, buffer, n);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&contents));
}

static gboolean
read_entries (Reading *self, GHashTable *entries, PalBundleWanted wanted, gpointer user_data,
              GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint n = 0;; n++)
    {
      struct archive_entry *entry = NULL;
      int result = archive_read_next_header (self->archive, &entry);
      const char *name;
      GBytes *contents;

      if (result == ARCHIVE_EOF)
        return TRUE;
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        return fail (error, PAL_BUNDLE_ERROR_MALFORMED, "not a ZIP archive, or a damaged one");
      if (n >= self->limits->max_entries)
        return fail (error, PAL_BUNDLE_ERROR_LIMIT, "the archive has too many entries");
      name = archive_entry_pathname_utf8 (entry);
      if (archive_entry_is_encrypted (entry) > 0)
        return fail (error, PAL_BUNDLE_ERROR_REFUSED, "the archive is protected by a password");
      if (!is_safe_name (name))
        return fail (error, PAL_BUNDLE_ERROR_REFUSED, "an entry of the archive has a bad name");
      if (!g_hash_table_add (seen, g_strdup (name)))
        return fail (error, PAL_BUNDLE_ERROR_REFUSED, "two entries of the archive share a name");
      if (archive_entry_filetype (entry) != AE_IFREG
          || (wanted != NULL && !wanted (name, user_data)))
        continue;
      contents = read_entry (self, error);
      if (contents == NULL)
        return FALSE;
      g_hash_table_insert (entries, g_strdup (name), contents);
    }
}

/**
 * pal_bundle_read:
 * @archive: a ZIP archive
 * @wanted: (nullable) (scope call): says which entries are kept; %NULL keeps all files
 * @user_data: data for @wanted
 * @limits: how much is taken
 * @error: set to %PAL_BUNDLE_ERROR
 *
 * Reads entries of an archive from outside into memory. An archive with an encrypted entry, two
 * entries of one name, or a name that leads out of it is refused as a whole. Blocking. Any thread.
 *
 * Returns: (transfer full) (element-type utf8 GBytes): name -> contents, or %NULL
 */
GHashTable *
pal_bundle_read (GBytes *archive, PalBundleWanted wanted, gpointer user_data,
                 const PalBundleLimits *limits, GError **error)
{
  g_autoptr (Archive) reader = NULL;
  g_autoptr (GHashTable) entries = NULL;
  gsize size = 0;
  const void *data = g_bytes_get_data (archive, &size);
  Reading self = { 0 };

  if (size > limits->max_archive_bytes)
    {
      fail (error, PAL_BUNDLE_ERROR_LIMIT, "the archive is too large");
      return NULL;
    }
  reader = archive_read_new ();
  if (reader == NULL || archive_read_support_format_zip_seekable (reader) != ARCHIVE_OK
      || archive_read_open_memory (reader, data, size) != ARCHIVE_OK)
    {
      fail (error, PAL_BUNDLE_ERROR_MALFORMED, "not a ZIP archive, or a damaged one");
      return NULL;
    }

  entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self.archive = reader;
  self.limits = limits;
  self.archive_bytes = size;
  if (!read_entries (&self, entries, wanted, user_data, error))
    return NULL;

  return g_steal_pointer (&entries);
}
