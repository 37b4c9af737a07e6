// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-xlsform.h"

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

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  return fuzz_mutate_zip (data, size, max_size, seed, &words);
}
