// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-zip"
#include "config.h"

#include "pal-package-private.h"

#include "pal-zip-format.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Reads zip as a verifier must: every byte of the file belongs to exactly one thing, and what is
 * said twice is said alike. Where two programs could see two different archives, there is none. */

#define CHUNK_BYTES (64 * 1024)
#define MAX_DIRECTORY (8 * 1024 * 1024)
#define MAX_EXTRA 1024
#define DOS_FOLDER_OR_LABEL 0x18
#define IS_BLOCK_END 128 /* in the data type of a z_stream */
#define SPECIAL_MODE (S_ISUID | S_ISGID | S_ISVTX)

static gboolean
fail (GError **error, PalPackageError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, PalPackageError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list list;

  va_start (list, format);
  message = g_strdup_vprintf (format, list);
  va_end (list);
  g_set_error_literal (error, PAL_PACKAGE_ERROR, code, message);

  return FALSE;
}

gboolean
pal_zip_read_raw (PalZip *self, guint64 offset, void *out, gsize length, GError **error)
{
  guint8 *to = out;

  if (offset > self->size || length > self->size - offset)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the file ends too early");
  while (length > 0)
    {
      gssize n = pread (self->fd, to, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (error, PAL_PACKAGE_ERROR_IO, "cannot read: %s", g_strerror (errno));
      if (n == 0)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the file became shorter");
      to += n;
      offset += n;
      length -= n;
    }

  return TRUE;
}

/* --- Rule 1: one end, at the end --- */

typedef struct
{
  guint64 n_entries;
  guint64 directory;
  guint64 directory_length;
  guint64 position; /* where the directory must end */
} End;

static gboolean
is_end_at (PalZip *self, const guint8 *tail, gsize tail_length, const char *comment, gsize *at)
{
  gsize length = strlen (comment);

  if (tail_length < PAL_ZIP_END_BYTES + length)
    return FALSE;
  *at = tail_length - PAL_ZIP_END_BYTES - length;

  return pal_zip_get32 (tail + *at) == PAL_ZIP_END && pal_zip_get16 (tail + *at + 20) == length
         && memcmp (tail + *at + PAL_ZIP_END_BYTES, comment, length) == 0;
}

/* The 64-bit end record and its locator, directly before the end record. */
static gboolean
read_large_end (PalZip *self, const guint8 *end_record, guint64 end_position, End *end,
                GError **error)
{
  guint8 record[PAL_ZIP_LARGE_END_BYTES + PAL_ZIP_LOCATOR_BYTES];
  const guint8 *locator = record + PAL_ZIP_LARGE_END_BYTES;
  guint16 n_entries = pal_zip_get16 (end_record + 10);
  guint32 length = pal_zip_get32 (end_record + 12);
  guint32 offset = pal_zip_get32 (end_record + 16);

  if (end_position < sizeof record)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the 64-bit end record is missing");
  end->position = end_position - sizeof record;
  if (!pal_zip_read_raw (self, end->position, record, sizeof record, error))
    return FALSE;
  if (pal_zip_get32 (record) != PAL_ZIP_LARGE_END
      || pal_zip_get64 (record + 4) != PAL_ZIP_LARGE_END_BYTES - 12
      || pal_zip_get32 (record + 16) != 0 || pal_zip_get32 (record + 20) != 0
      || pal_zip_get64 (record + 24) != pal_zip_get64 (record + 32)
      || pal_zip_get32 (locator) != PAL_ZIP_LOCATOR || pal_zip_get32 (locator + 4) != 0
      || pal_zip_get64 (locator + 8) != end->position || pal_zip_get32 (locator + 16) != 1)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a 64-bit end record that is not in order");

  end->n_entries = pal_zip_get64 (record + 32);
  end->directory_length = pal_zip_get64 (record + 40);
  end->directory = pal_zip_get64 (record + 48);
  /* What the short record does say must be the same. */
  if ((n_entries != G_MAXUINT16 && n_entries != end->n_entries)
      || (length != G_MAXUINT32 && length != end->directory_length)
      || (offset != G_MAXUINT32 && offset != end->directory))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "two end records that differ");

  return TRUE;
}

static gboolean
read_end (PalZip *self, End *end, GError **error)
{
  guint8 tail[PAL_ZIP_END_BYTES + 64];
  gsize tail_length = MIN (sizeof tail, self->size);
  const guint8 *record;
  guint8 before[PAL_ZIP_LOCATOR_BYTES];
  guint64 end_position;
  gsize at = 0;

  if (self->size < PAL_ZIP_END_BYTES)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "not a zip container");
  if (!pal_zip_read_raw (self, self->size - tail_length, tail, tail_length, error))
    return FALSE;
  /* No other comment is possible, so no reader can find a later end record inside it. */
  if (!is_end_at (self, tail, tail_length, "", &at)
      && !is_end_at (self, tail, tail_length, PAL_PACKAGE_COMMENT, &at))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                 "no zip container, or not one that ends where it should");
  record = tail + at;
  end_position = self->size - tail_length + at;

  if (pal_zip_get16 (record + 4) != 0 || pal_zip_get16 (record + 6) != 0
      || pal_zip_get16 (record + 8) != pal_zip_get16 (record + 10))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a container in several parts");
  if (pal_zip_get16 (record + 10) == G_MAXUINT16 || pal_zip_get32 (record + 12) == G_MAXUINT32
      || pal_zip_get32 (record + 16) == G_MAXUINT32)
    {
      if (!read_large_end (self, record, end_position, end, error))
        return FALSE;
    }
  else
    {
      end->n_entries = pal_zip_get16 (record + 10);
      end->directory_length = pal_zip_get32 (record + 12);
      end->directory = pal_zip_get32 (record + 16);
      end->position = end_position;
      /* Some readers go by a locator even when nothing asks for it. */
      if (end_position >= sizeof before
          && (!pal_zip_read_raw (self, end_position - sizeof before, before, sizeof before, error)
              || pal_zip_get32 (before) == PAL_ZIP_LOCATOR))
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a 64-bit end record for nothing");
    }

  if (end->n_entries > PAL_PACKAGE_MAX_ENTRIES)
    return fail (error, PAL_PACKAGE_ERROR_LIMIT, "more than %d entries", PAL_PACKAGE_MAX_ENTRIES);
  if (end->directory_length > MAX_DIRECTORY)
    return fail (error, PAL_PACKAGE_ERROR_LIMIT, "too large a directory");
  if (end->directory > end->position || end->position - end->directory != end->directory_length)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                 "the directory does not end where the end record begins");

  return TRUE;
}

/* --- The central directory --- */

/* Fields that would give an entry a second name or content. */
static gboolean
is_refused_extra (guint16 id)
{
  return id == 0x7075 || id == 0x6375 || id == 0x9901 || id == 0x0017 || id == 0x0014
         || id == 0x0015 || id == 0x0016;
}

/* values: pointers to the 32-bit fields' 64-bit places in the order of the format; each that is
 * saturated is taken from the extra field, which must hold exactly these. */
static gboolean
read_extra (const guint8 *extra, gsize length, guint64 **values, guint n_values, GError **error)
{
  const guint8 *large = NULL;
  gsize large_length = 0;
  guint n_wanted = 0;

  while (length > 0)
    {
      guint16 id;
      guint16 size;

      if (length < 4 || pal_zip_get16 (extra + 2) > length - 4)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an extra field that is not in order");
      id = pal_zip_get16 (extra);
      size = pal_zip_get16 (extra + 2);
      if (is_refused_extra (id) || (id == PAL_ZIP_EXTRA_LARGE && large != NULL))
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an extra field outside the profile");
      if (id == PAL_ZIP_EXTRA_LARGE)
        {
          large = extra + 4;
          large_length = size;
        }
      extra += 4 + size;
      length -= 4 + size;
    }

  for (guint i = 0; i < n_values; i++)
    if (*values[i] == G_MAXUINT32)
      n_wanted++;
  if (large_length != n_wanted * 8 || (large != NULL && n_wanted == 0))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "64-bit sizes that are not in order");
  for (guint i = 0; i < n_values; i++)
    if (*values[i] == G_MAXUINT32)
      {
        *values[i] = pal_zip_get64 (large);
        large += 8;
      }

  return TRUE;
}

static gboolean
read_central (PalZip *self, const guint8 *directory, gsize length, guint64 n_entries,
              GError **error)
{
  const guint8 *at = directory;
  const guint8 *end = directory + length;

  for (guint64 i = 0; i < n_entries; i++)
    {
      PalZipEntry *entry;
      guint64 *values[3];
      gsize name_length;
      gsize extra_length;

      if (end - at < PAL_ZIP_CENTRAL_BYTES || pal_zip_get32 (at) != PAL_ZIP_CENTRAL)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the directory is not in order");
      name_length = pal_zip_get16 (at + 28);
      extra_length = pal_zip_get16 (at + 30);
      if ((gsize) (end - at) < PAL_ZIP_CENTRAL_BYTES + name_length + extra_length)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "the directory is not in order");
      if (pal_zip_get16 (at + 32) != 0 || pal_zip_get16 (at + 34) != 0)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry with a comment or elsewhere");
      if (name_length > PAL_PACKAGE_MAX_NAME || name_length == 0
          || memchr (at + PAL_ZIP_CENTRAL_BYTES, '\0', name_length) != NULL)
        return fail (error, PAL_PACKAGE_ERROR_NAME, "an entry without a proper name");
      if (extra_length > MAX_EXTRA)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an extra field outside the profile");

      entry = g_new0 (PalZipEntry, 1);
      g_ptr_array_add (self->entries, entry);
      entry->name = g_strndup ((const char *) at + PAL_ZIP_CENTRAL_BYTES, name_length);
      entry->made_by = pal_zip_get16 (at + 4);
      entry->version = pal_zip_get16 (at + 6);
      entry->kind = pal_zip_get16 (at + 36);
      entry->flags = pal_zip_get16 (at + 8);
      entry->method = pal_zip_get16 (at + 10);
      entry->time = pal_zip_get16 (at + 12);
      entry->date = pal_zip_get16 (at + 14);
      entry->crc = pal_zip_get32 (at + 16);
      entry->packed = pal_zip_get32 (at + 20);
      entry->size = pal_zip_get32 (at + 24);
      entry->attributes = pal_zip_get32 (at + 38);
      entry->offset = pal_zip_get32 (at + 42);
      entry->has_extra = extra_length > 0;
      values[0] = &entry->size;
      values[1] = &entry->packed;
      values[2] = &entry->offset;
      if (entry->version > PAL_ZIP_VERSION_LARGE)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a kind of zip outside the profile");
      if (!read_extra (at + PAL_ZIP_CENTRAL_BYTES + name_length, extra_length, values, 3, error))
        return FALSE;

      at += PAL_ZIP_CENTRAL_BYTES + name_length + extra_length;
    }
  if (at != end)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "bytes in the directory beside its entries");

  return TRUE;
}

/* --- Rule 2: local entries back to back, and alike --- */

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const PalZipEntry *first = *(PalZipEntry *const *) a;
  const PalZipEntry *second = *(PalZipEntry *const *) b;

  return first->offset < second->offset ? -1 : first->offset > second->offset;
}

/* With or without its own signature, with sizes of 32 or 64 bits: what lies between the data and
 * the next entry says which. */
static gboolean
check_descriptor (PalZip *self, const PalZipEntry *entry, guint64 offset, guint64 length,
                  GError **error)
{
  guint8 descriptor[24];
  const guint8 *at = descriptor;
  gboolean alike;

  if (length != 12 && length != 16 && length != 20 && length != 24)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a gap between two entries");
  if (!pal_zip_read_raw (self, offset, descriptor, length, error))
    return FALSE;
  if (length == 16 || length == 24)
    {
      if (pal_zip_get32 (at) != PAL_ZIP_DESCRIPTOR)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a descriptor that is not in order");
      at += 4;
    }
  if (length <= 16)
    alike = pal_zip_get32 (at) == entry->crc && pal_zip_get32 (at + 4) == entry->packed
            && pal_zip_get32 (at + 8) == entry->size;
  else
    alike = pal_zip_get32 (at) == entry->crc && pal_zip_get64 (at + 4) == entry->packed
            && pal_zip_get64 (at + 12) == entry->size;

  return alike ? TRUE
               : fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                       "a descriptor that differs from the directory");
}

static gboolean
check_local_sizes (const PalZipEntry *entry, const guint8 *header, const guint8 *extra,
                   gsize extra_length, GError **error)
{
  guint32 crc = pal_zip_get32 (header + 14);
  guint64 packed = pal_zip_get32 (header + 18);
  guint64 size = pal_zip_get32 (header + 22);
  guint64 *values[2] = { &size, &packed };

  if (!read_extra (extra, extra_length, values, 2, error))
    return FALSE;
  if (crc == entry->crc && packed == entry->packed && size == entry->size)
    return TRUE;
  /* Those who write in one pass say it behind the data. */
  if ((entry->flags & PAL_ZIP_FLAG_DESCRIPTOR) != 0 && crc == 0 && packed == 0 && size == 0)
    return TRUE;

  return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
               "an entry whose header differs from the directory");
}

static gboolean
check_local (PalZip *self, PalZipEntry *entry, guint64 next, GError **error)
{
  guint8 header[PAL_ZIP_LOCAL_BYTES + PAL_PACKAGE_MAX_NAME + MAX_EXTRA];
  gsize name_length = strlen (entry->name);
  gsize extra_length;
  guint64 end;

  if (!pal_zip_read_raw (self, entry->offset, header, PAL_ZIP_LOCAL_BYTES, error))
    return FALSE;
  if (pal_zip_get32 (header) != PAL_ZIP_LOCAL)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry that is not where it should be");
  extra_length = pal_zip_get16 (header + 28);
  if (pal_zip_get16 (header + 26) != name_length || extra_length > MAX_EXTRA
      || pal_zip_get16 (header + 4) > PAL_ZIP_VERSION_LARGE)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                 "an entry whose header differs from the directory");
  if (!pal_zip_read_raw (self, entry->offset + PAL_ZIP_LOCAL_BYTES, header + PAL_ZIP_LOCAL_BYTES,
                         name_length + extra_length, error))
    return FALSE;
  if (memcmp (header + PAL_ZIP_LOCAL_BYTES, entry->name, name_length) != 0
      || pal_zip_get16 (header + 6) != entry->flags || pal_zip_get16 (header + 8) != entry->method
      || pal_zip_get16 (header + 10) != entry->time
      || pal_zip_get16 (header + 12) != entry->date
      /* The one with 64-bit sizes may name the higher version. */
      || (pal_zip_get16 (header + 4) != entry->version && extra_length == 0 && !entry->has_extra))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                 "an entry whose header differs from the directory");
  if (!check_local_sizes (entry, header, header + PAL_ZIP_LOCAL_BYTES + name_length, extra_length,
                          error))
    return FALSE;
  entry->has_extra = entry->has_extra || extra_length > 0;

  entry->data = entry->offset + PAL_ZIP_LOCAL_BYTES + name_length + extra_length;
  if (entry->data > next || entry->packed > next - entry->data)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "two entries that overlap");
  end = entry->data + entry->packed;
  if ((entry->flags & PAL_ZIP_FLAG_DESCRIPTOR) == 0)
    return end == next ? TRUE
                       : fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a gap between two entries");
  if (entry->method == PAL_ZIP_STORED)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a descriptor behind a stored entry");

  return check_descriptor (self, entry, end, next - end, error);
}

static gboolean
check_layout (PalZip *self, GError **error)
{
  guint64 expected = 0;

  g_ptr_array_sort (self->entries, compare_offsets);
  for (guint i = 0; i < self->entries->len; i++)
    {
      PalZipEntry *entry = g_ptr_array_index (self->entries, i);
      guint64 next = self->directory;

      if (i + 1 < self->entries->len)
        next = ((PalZipEntry *) g_ptr_array_index (self->entries, i + 1))->offset;
      if (entry->offset != expected || next <= entry->offset || next > self->directory)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                     i == 0 ? "bytes before the first entry" : "two entries that overlap");
      if (!check_local (self, entry, next, error))
        return FALSE;
      expected = next;
    }
  if (expected != self->directory)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "bytes that belong to no entry");

  return TRUE;
}

/* --- Rule 3: methods, flags, kinds, names, limits --- */

static gboolean
check_entry (const PalZipEntry *entry, GError **error)
{
  guint32 mode = entry->attributes >> 16;

  if (entry->method != PAL_ZIP_STORED && entry->method != PAL_ZIP_DEFLATED)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a compression outside the profile");
  if ((entry->flags & ~(PAL_ZIP_FLAG_LEVEL | PAL_ZIP_FLAG_DESCRIPTOR | PAL_ZIP_FLAG_UTF8)) != 0)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an encrypted or otherwise special entry");
  if (entry->method == PAL_ZIP_STORED && entry->packed != entry->size)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a stored entry with two sizes");
  /* Zip made elsewhere may leave the kind of file out; it may not be another kind. */
  if (((mode & S_IFMT) != 0 && (mode & S_IFMT) != S_IFREG) || (mode & SPECIAL_MODE) != 0
      || (entry->attributes & DOS_FOLDER_OR_LABEL) != 0)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry that is no ordinary file");
  if (!pal_package_is_name (entry->name))
    return fail (error, PAL_PACKAGE_ERROR_NAME, "a name outside the profile");
  if ((entry->flags & PAL_ZIP_FLAG_UTF8) == 0)
    for (const char *at = entry->name; *at != '\0'; at++)
      if ((guchar) *at >= 0x80)
        return fail (error, PAL_PACKAGE_ERROR_NAME, "a name in an unknown encoding");

  return TRUE;
}

static gboolean
is_written_here (const PalZipEntry *entry)
{
  return entry->made_by == PAL_ZIP_MADE_BY && entry->attributes == PAL_ZIP_ATTRIBUTES
         && entry->kind == 0;
}

/* What the directory says only once, about who made an entry and its mode, no digest protects. In a
 * container that we wrote it is alike everywhere, so that a changed byte shows there too. */
static gboolean
check_alike (PalZip *self, GError **error)
{
  guint n_here = 0;

  for (guint i = 0; i < self->entries->len; i++)
    n_here += is_written_here (g_ptr_array_index (self->entries, i));

  return n_here * 2 <= self->entries->len || n_here == self->entries->len
             ? TRUE
             : fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry that is not like the others");
}

static gboolean
check_entries (PalZip *self, guint64 max_bytes, GError **error)
{
  g_autoptr (PalNameSet) names = pal_name_set_new ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      PalZipEntry *entry = g_ptr_array_index (self->entries, i);

      if (!check_entry (entry, error))
        return FALSE;
      if (!pal_name_set_add (names, entry->name))
        return fail (error, PAL_PACKAGE_ERROR_NAME, "two entries of one name");
      if (entry->size > max_bytes || self->bytes > max_bytes - entry->size)
        return fail (error, PAL_PACKAGE_ERROR_LIMIT, "more bytes than allowed");
      if (entry->size > PAL_PACKAGE_RATIO_FROM_BYTES
          && (entry->size - 1) / PAL_PACKAGE_MAX_RATIO >= entry->packed)
        return fail (error, PAL_PACKAGE_ERROR_LIMIT, "an entry packed too densely");
      self->bytes += entry->size;
      g_hash_table_insert (self->by_name, entry->name, entry);
    }

  return check_alike (self, error);
}

void
pal_zip_free (PalZip *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

PalZip *
pal_zip_open (int fd, guint64 max_bytes, GError **error)
{
  g_autoptr (PalZip) self = g_new0 (PalZip, 1);
  g_autofree guint8 *directory = NULL;
  const char *first = NULL;
  struct stat info;
  End end = { 0 };

  self->fd = fd;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_zip_entry_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      fail (error, PAL_PACKAGE_ERROR_MALFORMED, "not a regular file");
      return NULL;
    }
  self->size = info.st_size;
  if (!read_end (self, &end, error))
    return NULL;

  self->directory = end.directory;
  directory = g_malloc (end.directory_length + 1);
  if (!pal_zip_read_raw (self, end.directory, directory, end.directory_length, error)
      || !read_central (self, directory, end.directory_length, end.n_entries, error))
    return NULL;
  if (self->entries->len > 0)
    first = ((PalZipEntry *) g_ptr_array_index (self->entries, 0))->name;
  if (!check_layout (self, error) || !check_entries (self, max_bytes, error))
    return NULL;
  /* A reader that goes by the directory and one that goes by the file must begin alike. */
  if (first != NULL
      && strcmp (first, ((PalZipEntry *) g_ptr_array_index (self->entries, 0))->name) != 0)
    {
      fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a directory in another order than the file");
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* --- Content --- */

static gboolean
take (const guint8 *data, gsize length, PalZipChunk chunk, gpointer user_data, guint32 *crc,
      GError **error)
{
  if (length == 0)
    return TRUE;
  *crc = crc32_z (*crc, data, length);

  return chunk (data, length, user_data, error);
}

static gboolean
read_stored (PalZip *self, const PalZipEntry *entry, PalZipChunk chunk, gpointer user_data,
             guint32 *crc, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);

  for (guint64 done = 0; done < entry->packed;)
    {
      gsize length = MIN (CHUNK_BYTES, entry->packed - done);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !pal_zip_read_raw (self, entry->data + done, buffer, length, error)
          || !take (buffer, length, chunk, user_data, crc, error))
        return FALSE;
      done += length;
    }

  return TRUE;
}

typedef struct
{
  z_stream stream;
  guint8 *in;
  guint8 *out;
} Inflater;

static gboolean
inflate_entry (PalZip *self, const PalZipEntry *entry, Inflater *inflater, PalZipChunk chunk,
               gpointer user_data, guint32 *crc, GCancellable *cancellable, GError **error)
{
  z_stream *stream = &inflater->stream;
  guint64 read = 0;
  guint64 made = 0;
  int status = Z_OK;
  int unused = 0;

  while (status != Z_STREAM_END)
    {
      gsize length;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (stream->avail_in == 0 && read < entry->packed)
        {
          length = MIN (CHUNK_BYTES, entry->packed - read);
          if (!pal_zip_read_raw (self, entry->data + read, inflater->in, length, error))
            return FALSE;
          read += length;
          stream->next_in = inflater->in;
          stream->avail_in = length;
        }
      stream->next_out = inflater->out;
      stream->avail_out = CHUNK_BYTES;
      /* It stops behind each block: only there zlib tells how many bits it did not use. */
      status = inflate (stream, Z_BLOCK);
      if (status != Z_STREAM_END && (stream->data_type & IS_BLOCK_END) != 0)
        unused = stream->data_type & 7;
      /* All input may be in while output is still to come; without either there is no progress, but
       * that a block may have ended. */
      if (status == Z_BUF_ERROR && (stream->data_type & IS_BLOCK_END) != 0)
        status = Z_OK;
      if (status == Z_BUF_ERROR)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry that ends too early");
      if (status != Z_OK && status != Z_STREAM_END)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry that cannot be unpacked");
      length = CHUNK_BYTES - stream->avail_out;
      made += length;
      if (made > entry->size)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry larger than it says");
      if (!take (inflater->out, length, chunk, user_data, crc, error))
        return FALSE;
    }
  if (made != entry->size || read != entry->packed || stream->avail_in > 0)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry of another size than it says");
  /* The last byte's unused bits, which zlib passes over. */
  if (unused > 0 && stream->next_in[-1] >> (8 - unused) != 0)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry with something behind its end");

  return TRUE;
}

static gboolean
read_deflated (PalZip *self, const PalZipEntry *entry, PalZipChunk chunk, gpointer user_data,
               guint32 *crc, GCancellable *cancellable, GError **error)
{
  Inflater inflater = { 0 };
  gboolean ok;

  if (inflateInit2 (&inflater.stream, -MAX_WBITS) != Z_OK)
    return fail (error, PAL_PACKAGE_ERROR_IO, "no memory to unpack");
  inflater.in = g_malloc (CHUNK_BYTES);
  inflater.out = g_malloc (CHUNK_BYTES);
  ok = inflate_entry (self, entry, &inflater, chunk, user_data, crc, cancellable, error);
  inflateEnd (&inflater.stream);
  g_free (inflater.in);
  g_free (inflater.out);

  return ok;
}

gboolean
pal_zip_read (PalZip *self, const PalZipEntry *entry, PalZipChunk chunk, gpointer user_data,
              guint32 *crc, GCancellable *cancellable, GError **error)
{
  guint32 running = 0;
  gboolean ok;

  if (entry->method == PAL_ZIP_STORED)
    ok = read_stored (self, entry, chunk, user_data, &running, cancellable, error);
  else
    ok = read_deflated (self, entry, chunk, user_data, &running, cancellable, error);
  *crc = running;

  return ok;
}

static gboolean
append_cb (const void *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, length);

  return TRUE;
}

GBytes *
pal_zip_read_bytes (PalZip *self, const PalZipEntry *entry, gsize max_bytes, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  guint32 crc = 0;

  if (entry->size > max_bytes)
    {
      fail (error, PAL_PACKAGE_ERROR_LIMIT, "%s is too large", entry->name);
      return NULL;
    }
  bytes = g_byte_array_sized_new (entry->size);
  if (!pal_zip_read (self, entry, append_cb, bytes, &crc, NULL, error))
    return NULL;
  if (crc != entry->crc)
    {
      fail (error, PAL_PACKAGE_ERROR_MALFORMED, "an entry whose checksum is wrong");
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
