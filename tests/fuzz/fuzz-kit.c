// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-kit.h"
#include "pal-response.h"

#include <string.h>

/* Input: a file that came back from somebody, in whatever encoding. */

static const char source[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>T</h:title><model><itext>"
      "<translation lang='English (en)' default='true()'><text id='y'><value>Yes</value></text>"
      "</translation><translation lang='x (fr)'><text id='y'><value>Oui</value></text>"
      "</translation></itext><instance><data id='f' version='2'><t/><d/><n/><one/><many/><file/>"
      "<row jr:template=''><_id/><x/><inner jr:template=''><_id/><y/></inner></row><meta>"
      "<instanceID/></meta></data></instance><instance id='list'><root><item><itextId>y</itextId>"
      "<name>yes</name></item></root></instance><bind nodeset='/data/d' type='date'/><bind "
      "nodeset='/data/n' type='int'/><bind nodeset='/data/file' type='binary'/></model></h:head>"
      "<h:body><input ref='/data/t'><label>T</label></input><input ref='/data/d'><label>D</label>"
      "</input><input ref='/data/n'><label>N</label></input><select1 ref='/data/one'><label>O"
      "</label><itemset nodeset=\"instance('list')/root/item\"><value ref='name'/><label "
      "ref='jr:itext(itextId)'/></itemset></select1><select ref='/data/many'><label>M</label>"
      "<item><label>A b</label><value>a</value></item><item><label>C</label><value>c</value></item>"
      "</select><upload ref='/data/file' mediatype='*/*'><label>F</label></upload><repeat "
      "nodeset='/data/row'><input ref='/data/row/x'><label>X</label></input><repeat "
      "nodeset='/data/row/inner'><input ref='/data/row/inner/y'><label>Y</label></input></repeat>"
      "</repeat></h:body></h:html>";

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

static PalForm *
get_form (void)
{
  static PalForm *form;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (source, strlen (source));

  if (form == NULL)
    form = pal_form_load (bytes, "form", &error);
  if (form == NULL)
    fuzz_fail (G_STRLOC, error->message);
  return form;
}

static void
check_input (PalKitInput *input)
{
  for (guint i = 0; i < input->values->len; i++)
    {
      PalKitValue *value = input->values->pdata[i];

      fuzz_check (value->node != NULL && *value->value != '\0');
      fuzz_check_text (value->path);
      fuzz_check_text (value->value);
      fuzz_check_text (value->written);
    }
  for (guint i = 0; i < input->files->len; i++)
    {
      const char *name = ((PalKitFile *) input->files->pdata[i])->name;

      fuzz_check_text (name);
      fuzz_check (*name != '\0' && *name != '.' && strpbrk (name, "/\\") == NULL);
    }
  for (guint i = 0; i < input->remarks->len; i++)
    {
      fuzz_check_text (((PalKitRemark *) input->remarks->pdata[i])->path);
      fuzz_check_text (((PalKitRemark *) input->remarks->pdata[i])->text);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalKitInput) input = pal_kit_read (bytes, get_form (), &error);
  g_autoptr (PalKitInput) again = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GPtrArray) orphans = NULL;

  if (input == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  check_input (input);
  fuzz_check_xml (input->instance);
  /* What was understood is a record of the form, and is understood in the same way again. */
  response = pal_response_new_from_instance (get_form (), input->instance, &orphans, &error);
  fuzz_check (response != NULL && orphans->len == 0);
  again = pal_kit_read (input->instance, get_form (), &error);
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
