// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-input.h"

#include "pal-office.h"

/* Input: a twin of a kit that came back, as a text document or a workbook. */

#define W " xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
#define S " xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"

static const char *const attributes[]
    = { "w:val", "w:id", "w:name", "w:displayText", "w:value", "r", "t", "s", "ref", "name", NULL };
static const char *const values[] = { "t",
                                      "row.x#1",
                                      "row.x#2",
                                      "one=yes",
                                      "pal_e3b98a4da31a127d",
                                      "pal_x",
                                      "many=a",
                                      "0",
                                      "1",
                                      "\342\230\222",
                                      "palermo-kit form=f version=2 kit=k dossier= language=en",
                                      NULL };
static const char *const snippets[] = {
  "<w:p" W "><w:r><w:t>row.x#1</w:t></w:r></w:p>",
  "<w:tr" W "><w:tc><w:p><w:r><w:t>row.x#3</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p>"
  "<w:r><w:t>answer</w:t></w:r></w:p></w:tc></w:tr>",
  "<w:sdt" W "><w:sdtPr><w:alias w:val='t'/><w:tag w:val='t'/></w:sdtPr><w:sdtContent><w:p><w:r>"
  "<w:t>x</w:t></w:r></w:p></w:sdtContent></w:sdt>",
  "<w:sdt" W "><w:sdtPr><w:tag w:val='one'/><w:dropDownList><w:listItem w:displayText='Yes' "
  "w:value='one=yes'/></w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>Yes</w:t></w:r>"
  "</w:sdtContent></w:sdt>",
  "<w:ins" W "><w:r><w:t>new</w:t></w:r></w:ins>",
  "<w:del" W "><w:r><w:delText>old</w:delText></w:r></w:del>",
  "<w:commentReference" W " w:id='1'/>",
  "<w:sym" W " w:font='Wingdings' w:char='F0FE'/>",
  "<c" S " r='A2' t='inlineStr'><is><t>row.x#1</t></is></c>",
  "<c" S " r='C2' t='str'><f>1+1</f><v>2</v></c>",
  "<row" S " r='7'><c r='A7' t='inlineStr'><is><t>d</t></is></c><c r='D7'><v>45000</v></c></row>",
  NULL
};
static const FuzzXmlWords words = { attributes, values, snippets, FALSE };

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalKitInput) input = pal_office_read (bytes, fuzz_input_get_form (), &error);
  g_autoptr (PalKitInput) again = NULL;

  if (input == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_input_check (input);
  /* The same file says the same whenever it is read. */
  again = pal_office_read (bytes, fuzz_input_get_form (), NULL);
  fuzz_check (again != NULL && g_bytes_equal (again->instance, input->instance)
              && again->remarks->len == input->remarks->len);
  return 0;
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  return fuzz_mutate_zip (data, size, max_size, seed, &words);
}
