// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-bundle.h"

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

/* --- changing one */

static const PalBundleLimits limits = {
  .max_archive_bytes = 1024 * 1024,
  .max_entries = 100,
  .max_entry_bytes = 256 * 1024,
  .max_total_bytes = 1024 * 1024,
  .max_ratio = 100,
};

static GBytes *
change_part (GBytes *part, FuzzRandom *random, const FuzzXmlWords *words)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (part, &size);
  g_autofree guint8 *buffer = NULL;
  gsize room = size + 64;

  if (fuzz_random_below (random, 8) > 0)
    {
      GBytes *changed = fuzz_mutate_xml (data, size, random, words);

      if (changed != NULL)
        return changed;
    }
  buffer = g_malloc (room);
  memcpy (buffer, data, size);
  size = LLVMFuzzerMutate (buffer, size, room);
  return g_bytes_new_take (g_steal_pointer (&buffer), size);
}

/* One of its parts is changed, and all are packed again: bytes that are changed in a packed part
 * say nothing but "damaged". */
gsize
fuzz_mutate_zip (guint8 *data, gsize size, gsize max_size, guint seed, const FuzzXmlWords *words)
{
  FuzzRandom random;
  g_autoptr (GBytes) archive = g_bytes_new (data, size);
  g_autoptr (GHashTable) entries = NULL;
  g_autoptr (GList) names = NULL;
  g_autoptr (GBytes) packed = NULL;
  const char *name;
  gsize made;

  fuzz_random_init (&random, seed);
  if (fuzz_random_below (&random, 12) > 0)
    entries = pal_bundle_read (archive, NULL, NULL, &limits, NULL);
  if (entries == NULL || g_hash_table_size (entries) == 0)
    return LLVMFuzzerMutate (data, size, max_size);

  names = g_list_sort (g_hash_table_get_keys (entries), (GCompareFunc) strcmp);
  name = g_list_nth_data (names, fuzz_random_below (&random, g_list_length (names)));
  switch (fuzz_random_below (&random, 30))
    {
    case 0:
      g_hash_table_remove (entries, name);
      break;
    case 1:
      {
        const char *other
            = g_list_nth_data (names, fuzz_random_below (&random, g_list_length (names)));

        g_hash_table_replace (entries, g_strdup (name),
                              g_bytes_ref (g_hash_table_lookup (entries, other)));
        break;
      }
    default:
      g_hash_table_replace (entries, g_strdup (name),
                            change_part (g_hash_table_lookup (entries, name), &random, words));
    }
  packed = fuzz_zip (entries);
  made = fuzz_put (packed, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate (data, size, max_size);
}
