// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

/* The binary form of a catalogue (.mo), which gettext reads: two tables of lengths and places, then
 * the texts, each with its NUL; keys sorted by octets, no table of hashes. */

#define MAGIC 0x950412de
#define HEADER_WORDS 7

typedef struct
{
  GString *key;
  GString *text;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_string_free (pair->key, TRUE);
  g_string_free (pair->text, TRUE);
  g_free (pair);
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const GString *one = (*(const Pair *const *) a)->key;
  const GString *two = (*(const Pair *const *) b)->key;
  int order = memcmp (one->str, two->str, MIN (one->len, two->len) + 1);

  return order != 0 ? order : (one->len > two->len) - (one->len < two->len);
}

static Pair *
pair_new (const char *key, const char *text)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->key = g_string_new (key);
  pair->text = g_string_new (text);

  return pair;
}

static Pair *
make_pair (PalCatalogueEntry *entry)
{
  Pair *pair = pair_new ("", "");

  if (entry->context != NULL)
    g_string_append_printf (pair->key, "%s\004", entry->context);
  g_string_append (pair->key, entry->id);
  if (entry->id_plural != NULL)
    {
      g_string_append_c (pair->key, '\0');
      g_string_append (pair->key, entry->id_plural);
    }
  for (guint i = 0; i < entry->strings->len; i++)
    {
      if (i > 0)
        g_string_append_c (pair->text, '\0');
      g_string_append (pair->text, g_ptr_array_index (entry->strings, i));
    }

  return pair;
}

static void
append_word (GByteArray *out, guint32 word)
{
  guint32 little = GUINT32_TO_LE (word);

  g_byte_array_append (out, (const guint8 *) &little, sizeof little);
}

/**
 * pal_catalogue_write_binary:
 * @self: a catalogue
 *
 * What gettext reads while the program runs; msgfmt is not there then. Fuzzy and missing entries
 * stay out.
 *
 * Returns: (transfer full): a .mo file
 */
GBytes *
pal_catalogue_write_binary (PalCatalogue *self)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  GByteArray *out = g_byte_array_new ();
  guint32 keys_at = HEADER_WORDS * 4;
  guint32 at = 0;

  g_ptr_array_add (pairs, pair_new ("", self->header));
  for (guint i = 0; i < self->entries->len; i++)
    {
      PalCatalogueEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->state == PAL_ENTRY_TRANSLATED)
        g_ptr_array_add (pairs, make_pair (entry));
    }
  g_ptr_array_sort (pairs, compare_pairs);

  append_word (out, MAGIC);
  append_word (out, 0); /* revision */
  append_word (out, pairs->len);
  append_word (out, keys_at);
  append_word (out, keys_at + pairs->len * 8);
  append_word (out, 0); /* no table of hashes, which would begin here: */
  append_word (out, keys_at + pairs->len * 16);
  at = keys_at + pairs->len * 16;
  for (guint table = 0; table < 2; table++)
    for (guint i = 0; i < pairs->len; i++)
      {
        const Pair *pair = g_ptr_array_index (pairs, i);
        gsize length = table == 0 ? pair->key->len : pair->text->len;

        append_word (out, length);
        append_word (out, at);
        at += length + 1;
      }
  for (guint table = 0; table < 2; table++)
    for (guint i = 0; i < pairs->len; i++)
      {
        const Pair *pair = g_ptr_array_index (pairs, i);
        const GString *text = table == 0 ? pair->key : pair->text;

        g_byte_array_append (out, (const guint8 *) text->str, text->len + 1);
      }

  return g_byte_array_free_to_bytes (out);
}
