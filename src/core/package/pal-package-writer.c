// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-writer"
#include "config.h"

#include "pal-package-private.h"

#include "pal-cms.h"

#include <string.h>

/* What finish() adds: bagit.txt, bag-info.txt, manifest-sha256.txt, ASiCManifest and signature. */
#define RESERVED_ENTRIES 5
/* bag-info.txt and the bag's manifest count too, but are not known yet: room for them. */
#define RESERVED_BYTES (2 * PAL_PACKAGE_MAX_MANIFEST)
#define COMPACT_MAX_BYTES (64 * 1024 * 1024)

struct _PalPackageWriter
{
  PalZipWriter *zip;     /* (owned) */
  PalNameSet *names;     /* (owned) */
  GPtrArray *references; /* (owned) (element-type PalReference): all but mimetype and META-INF */
  GString *bag;          /* (owned): manifest-sha256.txt so far */
  guint64 bytes;         /* of data/ so far */
  guint64 max_bytes;
  guint n_files; /* in data/ */

  char *open_name;       /* (owned) (nullable): of the entry being written */
  char *open_media_type; /* (owned) (nullable) */
  guint64 open_expected; /* 0: any */
  guint64 open_bytes;
};

static gboolean
fail (GError **error, PalPackageError code, const char *message)
{
  g_set_error_literal (error, PAL_PACKAGE_ERROR, code, message);

  return FALSE;
}

/**
 * pal_package_writer_new:
 * @path: where the package shall be; a regular file there is replaced when all is well
 * @error: return location
 *
 * Begins a package (package-format 2.2). Blocking; one thread.
 *
 * Returns: (transfer full) (nullable): free with pal_package_writer_free(), which leaves nothing
 * behind unless pal_package_writer_finish() succeeded; %NULL with a #GIOErrorEnum error
 */
PalPackageWriter *
pal_package_writer_new (const char *path, GError **error)
{
  g_autoptr (PalPackageWriter) self = NULL;
  PalZipWriter *zip;

  g_return_val_if_fail (path != NULL, NULL);

  zip = pal_zip_writer_new (path, error);
  if (zip == NULL)
    return NULL;
  self = g_new0 (PalPackageWriter, 1);
  self->zip = zip;
  self->names = pal_name_set_new ();
  self->references = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_reference_free);
  self->bag = g_string_new (NULL);
  self->max_bytes = PAL_PACKAGE_MAX_BYTES;
  if (pal_zip_writer_add (zip, "mimetype", PAL_PACKAGE_MIMETYPE, strlen (PAL_PACKAGE_MIMETYPE),
                          FALSE, error)
      == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * pal_package_writer_free:
 * @self: (nullable): a package being written
 *
 * Frees it, and removes what was not finished.
 */
void
pal_package_writer_free (PalPackageWriter *self)
{
  if (self == NULL)
    return;

  pal_zip_writer_free (self->zip);
  pal_name_set_free (self->names);
  g_ptr_array_unref (self->references);
  g_string_free (self->bag, TRUE);
  g_free (self->open_name);
  g_free (self->open_media_type);
  g_free (self);
}

/**
 * pal_package_writer_set_max_bytes:
 * @self: a package being written
 * @max_bytes: how many bytes its files may hold together
 *
 * Lowers the limit, which is 16 GiB.
 */
void
pal_package_writer_set_max_bytes (PalPackageWriter *self, guint64 max_bytes)
{
  g_return_if_fail (self != NULL);

  self->max_bytes = MIN (max_bytes, PAL_PACKAGE_MAX_BYTES);
}

static gboolean
check_next (PalPackageWriter *self, const char *name, GError **error)
{
  if (!g_str_has_prefix (name, "data/") || !pal_package_is_name (name))
    return fail (error, PAL_PACKAGE_ERROR_NAME, "a name that no package may hold");
  if (pal_zip_writer_get_n_entries (self->zip) + RESERVED_ENTRIES >= PAL_PACKAGE_MAX_ENTRIES)
    return fail (error, PAL_PACKAGE_ERROR_LIMIT, "more files than a package may hold");
  if (!pal_name_set_add (self->names, name))
    return fail (error, PAL_PACKAGE_ERROR_NAME, "two files of one name");

  return TRUE;
}

static gboolean
count_bytes (PalPackageWriter *self, guint64 length, GError **error)
{
  guint64 max_bytes = self->max_bytes == PAL_PACKAGE_MAX_BYTES
                          ? PAL_PACKAGE_MAX_BYTES - RESERVED_BYTES
                          : self->max_bytes;

  if (length > max_bytes || self->bytes > max_bytes - length)
    return fail (error, PAL_PACKAGE_ERROR_LIMIT, "more bytes than a package may hold");
  self->bytes += length;

  return TRUE;
}

static void
list_file (PalPackageWriter *self, const PalZipEntry *entry, const char *media_type)
{
  g_autofree char *hex = pal_digest_to_hex (entry->sha256);

  g_string_append_printf (self->bag, "%s  %s\n", hex, entry->name);
  g_ptr_array_add (self->references,
                   pal_reference_new (entry->name, media_type, self->n_files == 0, entry->sha256));
  self->n_files++;
}

/**
 * pal_package_writer_add_bytes:
 * @self: a package being written
 * @name: "data/..." in the profile's set of names; the first one added is the root file
 * @media_type: such as "application/xml"
 * @data: (array length=length): content
 * @length: how many bytes
 * @error: return location
 *
 * Adds a file that is in memory; packed when that saves something. Blocking.
 *
 * Returns: whether it was written; %PAL_PACKAGE_ERROR_NAME, %PAL_PACKAGE_ERROR_LIMIT or a
 * #GIOErrorEnum error (%G_IO_ERROR_NO_SPACE when the disk is full)
 */
gboolean
pal_package_writer_add_bytes (PalPackageWriter *self, const char *name, const char *media_type,
                              const void *data, gsize length, GError **error)
{
  const PalZipEntry *entry;

  g_return_val_if_fail (self != NULL && name != NULL && media_type != NULL, FALSE);
  g_return_val_if_fail (self->open_name == NULL, FALSE);

  if (length > COMPACT_MAX_BYTES)
    return pal_package_writer_begin_sized (self, name, media_type, length, error)
           && pal_package_writer_write (self, data, length, error)
           && pal_package_writer_end (self, error);
  if (!check_next (self, name, error) || !count_bytes (self, length, error))
    return FALSE;
  entry = pal_zip_writer_add (self->zip, name, data, length, TRUE, error);
  if (entry == NULL)
    return FALSE;
  list_file (self, entry, media_type);

  return TRUE;
}

/**
 * pal_package_writer_begin_sized:
 * @self: a package being written
 * @name: as in pal_package_writer_add_bytes()
 * @media_type: its kind
 * @size: how many bytes will come; they must then come
 * @error: return location
 *
 * Begins a file whose bytes come piece by piece and are stored as they are. Blocking.
 *
 * Returns: whether it was begun; errors as pal_package_writer_add_bytes()
 */
gboolean
pal_package_writer_begin_sized (PalPackageWriter *self, const char *name, const char *media_type,
                                guint64 size, GError **error)
{
  g_return_val_if_fail (self != NULL && name != NULL && media_type != NULL, FALSE);
  g_return_val_if_fail (self->open_name == NULL, FALSE);

  if (!check_next (self, name, error))
    return FALSE;
  self->open_name = g_strdup (name);
  self->open_media_type = g_strdup (media_type);
  self->open_expected = size;
  self->open_bytes = 0;

  return pal_zip_writer_begin (self->zip, name, size, error);
}

/**
 * pal_package_writer_begin:
 * @self: a package being written
 * @name: as in pal_package_writer_add_bytes()
 * @media_type: its kind
 * @error: return location
 *
 * The same for a file below 4 GiB of unknown size. Blocking.
 *
 * Returns: whether it was begun; errors as pal_package_writer_add_bytes()
 */
gboolean
pal_package_writer_begin (PalPackageWriter *self, const char *name, const char *media_type,
                          GError **error)
{
  return pal_package_writer_begin_sized (self, name, media_type, 0, error);
}

/**
 * pal_package_writer_write:
 * @self: a package with a file begun
 * @data: (array length=length): more of the file
 * @length: how many bytes
 * @error: return location
 *
 * Each byte is digested and written once. Blocking.
 *
 * Returns: whether it was written; errors as pal_package_writer_add_bytes()
 */
gboolean
pal_package_writer_write (PalPackageWriter *self, const void *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL && self->open_name != NULL, FALSE);

  self->open_bytes += length;

  return count_bytes (self, length, error) && pal_zip_writer_write (self->zip, data, length, error);
}

/**
 * pal_package_writer_end:
 * @self: a package with a file begun
 * @error: return location
 *
 * Ends the file. Blocking.
 *
 * Returns: whether all is well so far; %PAL_PACKAGE_ERROR_IO when another number of bytes came than
 * was promised, else errors as pal_package_writer_add_bytes()
 */
gboolean
pal_package_writer_end (PalPackageWriter *self, GError **error)
{
  const PalZipEntry *entry;

  g_return_val_if_fail (self != NULL && self->open_name != NULL, FALSE);

  if (self->open_expected != 0 && self->open_expected != self->open_bytes)
    return fail (error, PAL_PACKAGE_ERROR_IO, "a file that changed while it was read");
  entry = pal_zip_writer_end (self->zip, error);
  if (entry == NULL)
    return FALSE;
  list_file (self, entry, self->open_media_type);
  g_clear_pointer (&self->open_name, g_free);
  g_clear_pointer (&self->open_media_type, g_free);

  return TRUE;
}

/**
 * pal_package_writer_dup_last_sha256:
 * @self: a package to which a file was added
 *
 * For callers that know what it should be: the bytes were digested anyway.
 *
 * Returns: (transfer full): SHA-256 of the file added last, in hexadecimal digits
 */
char *
pal_package_writer_dup_last_sha256 (PalPackageWriter *self)
{
  const PalReference *last;

  g_return_val_if_fail (self != NULL && self->references->len > 0, NULL);

  last = g_ptr_array_index (self->references, self->references->len - 1);

  return pal_digest_to_hex (last->digest);
}

static gboolean
add_tag_file (PalPackageWriter *self, const char *name, const char *text, gsize length,
              GError **error)
{
  const PalZipEntry *entry = pal_zip_writer_add (self->zip, name, text, length, FALSE, error);

  if (entry == NULL)
    return FALSE;
  g_ptr_array_add (self->references, pal_reference_new (name, "text/plain", FALSE, entry->sha256));

  return TRUE;
}

/* One line of bag-info.txt: whatever the text holds, it stays one line (RFC 8493, 2.2.2). */
static void
append_info (GString *info, const char *label, const char *value)
{
  g_autofree char *line = NULL;

  if (value == NULL || *value == '\0')
    return;
  line = g_utf8_make_valid (value, -1);
  for (char *at = line; *at != '\0'; at++)
    if ((guchar) *at < 0x20)
      *at = ' ';
  g_string_append_printf (info, "%s: %s\n", label, g_strstrip (line));
}

static gboolean
add_bag (PalPackageWriter *self, const char *external_identifier, const char *source_organization,
         GError **error)
{
  g_autoptr (GString) info = g_string_new (NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *packed = pal_zip_writer_dup_packed (self->zip);

  g_string_append_printf (info, "Payload-Oxum: %" G_GUINT64_FORMAT ".%u\n", self->bytes,
                          self->n_files);
  append_info (info, "Bagging-Date", date);
  append_info (info, "External-Identifier", external_identifier);
  append_info (info, "Source-Organization", source_organization);
  if (packed != NULL)
    g_string_append (info, packed);

  return add_tag_file (self, "bagit.txt", PAL_PACKAGE_BAGIT, strlen (PAL_PACKAGE_BAGIT), error)
         && add_tag_file (self, "bag-info.txt", info->str, info->len, error)
         && add_tag_file (self, "manifest-sha256.txt", self->bag->str, self->bag->len, error);
}

/**
 * pal_package_writer_finish:
 * @self: a package with at least one file
 * @external_identifier: (nullable): of the content, for people; goes into bag-info.txt
 * @source_organization: (nullable): who sends it; goes into bag-info.txt
 * @identity: (nullable): who signs; %NULL leaves the package unsigned, for pal_package_sign()
 * @error: return location
 *
 * Ends, signs and publishes the package: it appears under its name whole and on the disk, or not at
 * all. Blocking; afterwards only pal_package_writer_free() may be called.
 *
 * Returns: whether it is there; errors as pal_package_writer_add_bytes() and pal_cms_sign()
 */
gboolean
pal_package_writer_finish (PalPackageWriter *self, const char *external_identifier,
                           const char *source_organization, PalIdentity *identity, GError **error)
{
  g_return_val_if_fail (self != NULL && self->open_name == NULL, FALSE);
  g_return_val_if_fail (identity == NULL || PAL_IS_IDENTITY (identity), FALSE);

  return add_bag (self, external_identifier, source_organization, error)
         && (identity == NULL
             || pal_package_append_signature (self->zip, 1, self->references, identity, error))
         && pal_zip_writer_finish (self->zip, PAL_PACKAGE_COMMENT, error);
}
