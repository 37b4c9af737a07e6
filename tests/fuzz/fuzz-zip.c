// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include <string.h>
#include <zlib.h>

static void
put_number (GByteArray *out, guint32 number, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      guint8 byte = (number >> (8 * i)) & 0xff;

      g_byte_array_append (out, &byte, 1);
    }
}

/* What the local header and the directory have in common: from the version on. */
static void
put_header (GByteArray *out, const char *name, GBytes *contents)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (contents, &size);

  put_number (out, 20, 2);         /* version */
  put_number (out, 0, 2);          /* flags */
  put_number (out, 0, 2);          /* stored */
  put_number (out, 0x5a210000, 4); /* time and date */
  put_number (out, size > 0 ? crc32 (0, data, size) : 0, 4);
  put_number (out, size, 4);
  put_number (out, size, 4);
  put_number (out, strlen (name), 2);
  put_number (out, 0, 2); /* extra field */
}

GBytes *
fuzz_zip (GHashTable *entries)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (entries), (GCompareFunc) strcmp);
  guint n_entries = g_hash_table_size (entries);
  guint directory_start;

  for (GList *item = names; item != NULL; item = item->next)
    {
      const char *name = item->data;
      GBytes *contents = g_hash_table_lookup (entries, name);
      guint start = out->len;
      gsize size = 0;
      const void *data = g_bytes_get_data (contents, &size);

      g_byte_array_append (out, (const guint8 *) "PK\003\004", 4);
      put_header (out, name, contents);
      g_byte_array_append (out, (const guint8 *) name, strlen (name));
      g_byte_array_append (out, data, size);

      g_byte_array_append (directory, (const guint8 *) "PK\001\002", 4);
      put_number (directory, 20, 2);
      put_header (directory, name, contents);
      put_number (directory, 0, 2); /* comment */
      put_number (directory, 0, 2); /* disk */
      put_number (directory, 0, 2); /* internal attributes */
      put_number (directory, 0, 4); /* external attributes */
      put_number (directory, start, 4);
      g_byte_array_append (directory, (const guint8 *) name, strlen (name));
    }
  directory_start = out->len;
  g_byte_array_append (out, directory->data, directory->len);
  g_byte_array_append (out, (const guint8 *) "PK\005\006", 4);
  put_number (out, 0, 4); /* disks */
  put_number (out, n_entries, 2);
  put_number (out, n_entries, 2);
  put_number (out, directory->len, 4);
  put_number (out, directory_start, 4);
  put_number (out, 0, 2); /* comment */
  return g_byte_array_free_to_bytes (out);
}
