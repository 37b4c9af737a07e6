// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-xlsform.h"

#include "pal-bundle.h"

#include <string.h>

/* Input: a spreadsheet as XLSX. Its parts are changed and packed again, as bytes that are changed
 * in a packed part say nothing but "damaged". */

#define MAIN " xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"

static const char *const attributes[]
    = { "r",          "t",      "s",          "name",        "sheetId", "Id",
        "Type",       "Target", "TargetMode", "count",       "state",   "numFmtId",
        "formatCode", "ref",    "date1904",   "uniqueCount", "spans",   NULL };
static const char *const snippets[] = {
  "<c" MAIN " r='A1' t='s'><v>0</v></c>",
  "<c" MAIN " r='C2' t='inlineStr'><is><t>text</t></is></c>",
  "<c" MAIN " t='b'><v>1</v></c>",
  "<c" MAIN " s='1'><v>45000.5</v></c>",
  "<c" MAIN " t='str'><f>A1</f><v>_x000D_x</v></c>",
  "<c" MAIN " t='e'><v>#REF!</v></c>",
  "<c" MAIN " t='d'><v>2024-01-01</v></c>",
  "<row" MAIN " r='9'><c r='A9' t='inlineStr'><is><t>end_group</t></is></c></row>",
  "<si" MAIN "><t>integer</t></si>",
  "<si" MAIN "><r><t>be</t></r><r><t>gin_group</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>",
  "<xf" MAIN " numFmtId='14'/>",
  "<numFmt" MAIN " numFmtId='170' formatCode='yyyy&quot;x&quot;[Red]'/>",
  "<sheet" MAIN
  " xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' name='settings' "
  "sheetId='9' r:id='rId1'/>",
  "<Relationship xmlns='http://schemas.openxmlformats.org/package/2006/relationships' Id='rId1' "
  "Type='x/worksheet' Target='worksheets/sheet1.xml'/>",
  "<t" MAIN ">text</t>",
  NULL
};
static const FuzzXmlWords words = { attributes, fuzz_xlsform_words, snippets, TRUE };

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();

  fuzz_file_write (data, size);
  fuzz_xlsform_convert ();
  return 0;
}

static const PalBundleLimits limits = {
  .max_archive_bytes = 1024 * 1024,
  .max_entries = 100,
  .max_entry_bytes = 256 * 1024,
  .max_total_bytes = 1024 * 1024,
  .max_ratio = 100,
};

static GBytes *
change_part (GBytes *part, FuzzRandom *random)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (part, &size);
  g_autofree guint8 *buffer = NULL;
  gsize room = size + 64;

  if (fuzz_random_below (random, 8) > 0)
    {
      GBytes *changed = fuzz_mutate_xml (data, size, random, &words);

      if (changed != NULL)
        return changed;
    }
  buffer = g_malloc (room);
  memcpy (buffer, data, size);
  size = LLVMFuzzerMutate (buffer, size, room);
  return g_bytes_new_take (g_steal_pointer (&buffer), size);
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
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
                            change_part (g_hash_table_lookup (entries, name), &random));
    }
  packed = fuzz_zip (entries);
  made = fuzz_put (packed, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate (data, size, max_size);
}
