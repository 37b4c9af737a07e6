// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-input.h"

#include <string.h>

/* Input: a file that came back from somebody, in whatever encoding. */

static const char *const attributes[]
    = { "id", "version", "sha256", "name", "draft", "kit", "xmlns", "xml:lang", NULL };
static const char *const values[]
    = { "f",    "2",  "1",  "yes", "oui", "a c", "3/4/2026", "22.11.2026", "٢٢ نوفمبر ٢٠٢٦",
        "YWJj", "..", "r1", " ",   NULL };
static const char *const snippets[] = {
  "<row><_id>r1</_id><x>1</x><inner><_id>i1</_id><y>7</y></inner></row>",
  "<kit xmlns='https://palermo.app/ns/kit' kit='k' sha256='0'><file name='a'>YWJj</file></kit>",
  "<d>2026-11-22</d>",
  "<one>Yes</one>",
  "<unknown><deep>x</deep></unknown>",
  "<meta><instanceID>uuid:1</instanceID></meta>",
  NULL
};
static const FuzzXmlWords words = { attributes, values, snippets, FALSE };

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalKitInput) input = pal_kit_read (bytes, fuzz_input_get_form (), &error);
  g_autoptr (PalKitInput) again = NULL;

  if (input == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_input_check (input);
  /* It is understood in the same way again. */
  again = pal_kit_read (input->instance, fuzz_input_get_form (), &error);
  fuzz_check (again != NULL);
  for (guint i = 0; i < MIN (again->values->len, input->values->len); i++)
    {
      PalKitValue *one = input->values->pdata[i];
      PalKitValue *other = again->values->pdata[i];

      /* An instance by itself has no attachments. */
      if (input->files->len > 0)
        break;
      fuzz_check (strcmp (one->path, other->path) == 0 && strcmp (one->value, other->value) == 0);
    }
  fuzz_check (again->values->len <= input->values->len);
  return 0;
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  g_autoptr (GBytes) changed = NULL;
  gsize made = 0;

  fuzz_random_init (&random, seed);
  if (size > 0 && fuzz_random_below (&random, 3) > 0)
    changed = fuzz_mutate_xml (data, size, &random, &words);
  if (changed != NULL)
    made = fuzz_put (changed, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate (data, size, max_size);
}
