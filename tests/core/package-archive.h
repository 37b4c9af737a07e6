// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "package-fixture.h"

#include <zlib.h>

/* Archives made anew from the entries of a good one, each field at will. */

typedef struct
{
  char *name;
  char *local_name; /* (nullable): differs from name */
  GBytes *content;  /* raw, as in the file */
  guint64 size;
  guint32 crc;
  guint32 local_crc;
  guint16 method;
  guint16 local_method;
  guint16 flags;
  guint16 local_flags;
  guint32 local_size;
  guint16 made_by;
  guint32 attributes;
  guint descriptor; /* bytes of it: 0, 12, 16, 20, 24 */
  guint32 descriptor_crc;
  guint gap_before;      /* bytes */
  gboolean hidden;       /* not in the directory */
  int shares;            /* offset of the entry of this number, or -1 */
  GBytes *local_extra;   /* (nullable) */
  GBytes *central_extra; /* (nullable) */
  const char *comment;   /* (nullable) */
  guint64 offset;        /* set by build() */
} Item;

typedef struct
{
  GPtrArray *items; /* (element-type Item) */
  GByteArray *prefix;
  gboolean count_prefix; /* in the offsets */
  GByteArray *before_directory;
  GByteArray *after_directory;
  GByteArray *suffix;
  const char *comment;
  int count_off;
  int directory_off;
  guint16 disk;
  gboolean reversed_directory;
} Archive;

static inline void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->name);
  g_free (item->local_name);
  g_bytes_unref (item->content);
  g_clear_pointer (&item->local_extra, g_bytes_unref);
  g_clear_pointer (&item->central_extra, g_bytes_unref);
  g_free (item);
}

static inline void
archive_free (Archive *archive)
{
  g_ptr_array_unref (archive->items);
  g_byte_array_unref (archive->prefix);
  g_byte_array_unref (archive->before_directory);
  g_byte_array_unref (archive->after_directory);
  g_byte_array_unref (archive->suffix);
  g_free (archive);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_free)

static inline Item *
add_item (Archive *archive, const char *name, GBytes *content)
{
  Item *item = g_new0 (Item, 1);

  item->name = g_strdup (name);
  item->content = g_bytes_ref (content);
  item->size = g_bytes_get_size (content);
  item->crc = crc32_z (0, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  item->local_crc = item->crc;
  item->descriptor_crc = item->crc;
  item->local_size = item->size;
  item->made_by = PAL_ZIP_MADE_BY;
  item->attributes = PAL_ZIP_ATTRIBUTES;
  for (const char *at = name; *at != '\0'; at++)
    if ((guchar) *at >= 0x80)
      item->flags = item->local_flags = PAL_ZIP_FLAG_UTF8;
  item->shares = -1;
  g_ptr_array_add (archive->items, item);

  return item;
}

static inline Item *
add_text (Archive *archive, const char *name, const char *text)
{
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  return add_item (archive, name, content);
}

static inline Archive *
archive_new (void)
{
  Archive *archive = g_new0 (Archive, 1);

  archive->items = g_ptr_array_new_with_free_func (item_free);
  archive->prefix = g_byte_array_new ();
  archive->before_directory = g_byte_array_new ();
  archive->after_directory = g_byte_array_new ();
  archive->suffix = g_byte_array_new ();
  archive->comment = PAL_PACKAGE_COMMENT;

  return archive;
}

/* All entries of a good package, stored. */
static inline Archive *
archive_from (const char *path)
{
  Archive *archive = archive_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PalZip) zip = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  zip = pal_zip_open (fd, PAL_PACKAGE_MAX_BYTES, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < zip->entries->len; i++)
    {
      PalZipEntry *entry = g_ptr_array_index (zip->entries, i);
      g_autoptr (GBytes) content = pal_zip_read_bytes (zip, entry, 1024 * 1024, &error);

      g_assert_no_error (error);
      add_item (archive, entry->name, content);
    }
  close (fd);

  return archive;
}

static inline Item *
find_item (Archive *archive, const char *name)
{
  for (guint i = 0; i < archive->items->len; i++)
    if (strcmp (((Item *) g_ptr_array_index (archive->items, i))->name, name) == 0)
      return g_ptr_array_index (archive->items, i);
  g_error ("no %s", name);
}

static inline void
remove_item (Archive *archive, const char *name)
{
  g_ptr_array_remove (archive->items, find_item (archive, name));
}

static inline void
set_content (Item *item, const char *text)
{
  g_bytes_unref (item->content);
  item->content = g_bytes_new (text, strlen (text));
  item->size = item->local_size = strlen (text);
  item->crc = item->local_crc = item->descriptor_crc
      = crc32_z (0, (const guint8 *) text, strlen (text));
}

static inline void
deflate_item (Item *item)
{
  z_stream stream = { 0 };
  gsize length = g_bytes_get_size (item->content);
  gsize bound = length + 1024;
  guint8 *out = g_malloc (bound);

  g_assert_cmpint (deflateInit2 (&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  stream.next_in = (guint8 *) g_bytes_get_data (item->content, NULL);
  stream.avail_in = length;
  stream.next_out = out;
  stream.avail_out = bound;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  g_bytes_unref (item->content);
  item->content = g_bytes_new_take (out, stream.total_out);
  item->method = item->local_method = 8;
  deflateEnd (&stream);
}

static inline void
describe_item (Item *item, guint length)
{
  item->descriptor = length;
  item->flags |= PAL_ZIP_FLAG_DESCRIPTOR;
  item->local_flags |= PAL_ZIP_FLAG_DESCRIPTOR;
  item->local_crc = 0;
  item->local_size = 0;
}

static inline void
append (GByteArray *out, const void *data, gsize length)
{
  g_byte_array_append (out, data, length);
}

static inline void
append_bytes (GByteArray *out, GBytes *bytes)
{
  if (bytes != NULL)
    append (out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static inline gsize
length_of (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

static inline void
build_local (GByteArray *out, Item *item)
{
  guint8 header[PAL_ZIP_LOCAL_BYTES] = { 0 };
  guint8 descriptor[24];
  guint8 *at = descriptor;
  const char *name = item->local_name != NULL ? item->local_name : item->name;
  gsize packed = g_bytes_get_size (item->content);

  for (guint i = 0; i < item->gap_before; i++)
    append (out, "", 1);
  item->offset = out->len;
  pal_zip_put32 (header, PAL_ZIP_LOCAL);
  pal_zip_put16 (header + 4, 20);
  pal_zip_put16 (header + 6, item->local_flags);
  pal_zip_put16 (header + 8, item->local_method);
  pal_zip_put32 (header + 14, item->local_crc);
  pal_zip_put32 (header + 18, item->descriptor > 0 ? 0 : packed);
  pal_zip_put32 (header + 22, item->local_size);
  pal_zip_put16 (header + 26, strlen (name));
  pal_zip_put16 (header + 28, length_of (item->local_extra));
  append (out, header, sizeof header);
  append (out, name, strlen (name));
  append_bytes (out, item->local_extra);
  append_bytes (out, item->content);
  if (item->descriptor == 0)
    return;

  if (item->descriptor == 16 || item->descriptor == 24)
    {
      pal_zip_put32 (at, PAL_ZIP_DESCRIPTOR);
      at += 4;
    }
  pal_zip_put32 (at, item->descriptor_crc);
  if (item->descriptor <= 16)
    {
      pal_zip_put32 (at + 4, packed);
      pal_zip_put32 (at + 8, item->size);
    }
  else
    {
      pal_zip_put64 (at + 4, packed);
      pal_zip_put64 (at + 12, item->size);
    }
  append (out, descriptor, item->descriptor);
}

static inline void
build_central (GByteArray *out, const Archive *archive, const Item *item)
{
  guint8 header[PAL_ZIP_CENTRAL_BYTES] = { 0 };
  gsize packed = g_bytes_get_size (item->content);
  guint64 offset = item->offset;

  if (item->shares >= 0)
    offset = ((Item *) g_ptr_array_index (archive->items, item->shares))->offset;
  if (!archive->count_prefix)
    offset -= archive->prefix->len;
  pal_zip_put32 (header, PAL_ZIP_CENTRAL);
  pal_zip_put16 (header + 4, item->made_by);
  pal_zip_put16 (header + 6, 20);
  pal_zip_put16 (header + 8, item->flags);
  pal_zip_put16 (header + 10, item->method);
  pal_zip_put32 (header + 16, item->crc);
  pal_zip_put32 (header + 20, packed);
  pal_zip_put32 (header + 24, item->size);
  pal_zip_put16 (header + 28, strlen (item->name));
  pal_zip_put16 (header + 30, length_of (item->central_extra));
  pal_zip_put16 (header + 32, item->comment != NULL ? strlen (item->comment) : 0);
  pal_zip_put32 (header + 38, item->attributes);
  pal_zip_put32 (header + 42, offset);
  append (out, header, sizeof header);
  append (out, item->name, strlen (item->name));
  append_bytes (out, item->central_extra);
  if (item->comment != NULL)
    append (out, item->comment, strlen (item->comment));
}

static inline void
build (Archive *archive, const char *path)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 end[PAL_ZIP_END_BYTES] = { 0 };
  guint n_listed = 0;
  guint64 directory;
  guint64 length;

  append (out, archive->prefix->data, archive->prefix->len);
  for (guint i = 0; i < archive->items->len; i++)
    {
      Item *item = g_ptr_array_index (archive->items, i);

      if (item->shares < 0)
        build_local (out, item);
    }
  append (out, archive->before_directory->data, archive->before_directory->len);
  directory = out->len;
  for (guint i = 0; i < archive->items->len; i++)
    {
      guint n = archive->reversed_directory ? archive->items->len - 1 - i : i;
      Item *item = g_ptr_array_index (archive->items, n);

      if (item->hidden)
        continue;
      build_central (out, archive, item);
      n_listed++;
    }
  length = out->len - directory;
  append (out, archive->after_directory->data, archive->after_directory->len);
  if (!archive->count_prefix)
    directory -= archive->prefix->len;

  pal_zip_put32 (end, PAL_ZIP_END);
  pal_zip_put16 (end + 4, archive->disk);
  pal_zip_put16 (end + 8, n_listed + archive->count_off);
  pal_zip_put16 (end + 10, n_listed + archive->count_off);
  pal_zip_put32 (end + 12, length);
  pal_zip_put32 (end + 16, directory + archive->directory_off);
  pal_zip_put16 (end + 20, strlen (archive->comment));
  append (out, end, sizeof end);
  append (out, archive->comment, strlen (archive->comment));
  append (out, archive->suffix->data, archive->suffix->len);
  write_file (path, out->data, out->len);
}
