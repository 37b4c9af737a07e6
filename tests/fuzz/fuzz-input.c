// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-input.h"

#include "pal-response.h"

#include <string.h>

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

PalForm *
fuzz_input_get_form (void)
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

void
fuzz_input_check (PalKitInput *input)
{
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GError) error = NULL;

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
  fuzz_check_xml (input->instance);
  /* What was understood is a record of the form. */
  response
      = pal_response_new_from_instance (fuzz_input_get_form (), input->instance, &orphans, &error);
  fuzz_check (response != NULL && orphans->len == 0);
}
