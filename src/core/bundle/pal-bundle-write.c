// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-bundle"
#include "config.h"

#include "pal-bundle.h"

#include <archive.h>
#include <archive_entry.h>

/* Archives of our own: office documents. */

/**
 * pal_bundle_entry_new:
 * @name: name in the archive, with "/" between folders
 * @bytes: contents
 *
 * Returns: (transfer full): an entry to be written
 */
PalBundleEntry *
pal_bundle_entry_new (const char *name, GBytes *bytes)
{
  PalBundleEntry *self = g_new0 (PalBundleEntry, 1);

  self->name = g_strdup (name);
  self->bytes = g_bytes_ref (bytes);

  return self;
}

/**
 * pal_bundle_entry_free:
 * @self: (transfer full): an entry
 */
void
pal_bundle_entry_free (PalBundleEntry *self)
{
  g_free (self->name);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static la_ssize_t
write_cb (struct archive *archive, void *user_data, const void *data, size_t length)
{
  g_byte_array_append (user_data, data, (guint) length);

  return (la_ssize_t) length;
}

/* Without a time: ZIP then has its earliest one, in every time zone. */
static gboolean
write_entry (struct archive *archive, const PalBundleEntry *entry)
{
  struct archive_entry *header = archive_entry_new ();
  gsize length = 0;
  const void *data = g_bytes_get_data (entry->bytes, &length);
  gboolean is_written;

  archive_entry_set_pathname (header, entry->name);
  archive_entry_set_filetype (header, AE_IFREG);
  archive_entry_set_perm (header, 0644);
  archive_entry_set_size (header, (la_int64_t) length);
  is_written
      = archive_write_header (archive, header) == ARCHIVE_OK
        && (length == 0 || archive_write_data (archive, data, length) == (la_ssize_t) length);
  archive_entry_free (header);

  return is_written;
}

/**
 * pal_bundle_write:
 * @entries: (element-type PalBundleEntry): what goes in, in this order
 * @error: return location
 *
 * Makes a ZIP archive in memory. The same entries make the same octets: it has no times and no
 * names of users. Blocking, any thread.
 *
 * Returns: (transfer full) (nullable): the archive
 */
GBytes *
pal_bundle_write (GPtrArray *entries, GError **error)
{
  g_autoptr (GByteArray) octets = g_byte_array_new ();
  struct archive *archive = archive_write_new ();
  gboolean is_written = archive_write_set_format_zip (archive) == ARCHIVE_OK
                        && archive_write_set_bytes_per_block (archive, 0) == ARCHIVE_OK
                        && archive_write_open (archive, octets, NULL, write_cb, NULL) == ARCHIVE_OK;

  for (guint i = 0; is_written && i < entries->len; i++)
    is_written = write_entry (archive, g_ptr_array_index (entries, i));
  is_written = is_written && archive_write_close (archive) == ARCHIVE_OK;
  if (!is_written)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "ZIP: %s", archive_error_string (archive));
  archive_write_free (archive);

  return is_written ? g_byte_array_free_to_bytes (g_steal_pointer (&octets)) : NULL;
}
