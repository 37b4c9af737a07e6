// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-response.h"

#include <string.h>

/* Input: a form. What stands in its last comment, if there is one, says which answers are given. */

static const char *const attributes[] = { "nodeset",
                                          "ref",
                                          "bind",
                                          "id",
                                          "type",
                                          "relevant",
                                          "required",
                                          "readonly",
                                          "constraint",
                                          "calculate",
                                          "value",
                                          "event",
                                          "src",
                                          "lang",
                                          "default",
                                          "form",
                                          "appearance",
                                          "start",
                                          "end",
                                          "step",
                                          "mediatype",
                                          "version",
                                          "method",
                                          "action",
                                          "rows",
                                          "class",
                                          "jr:count",
                                          "jr:noAddRemove",
                                          "jr:template",
                                          "jr:preload",
                                          "jr:preloadParams",
                                          "jr:requiredMsg",
                                          "jr:constraintMsg",
                                          "orx:version",
                                          "odk:xforms-version",
                                          "p:ref",
                                          "p:obligation",
                                          "p:needs",
                                          "p:link",
                                          "p:cluster",
                                          NULL };
static const char *const values[] = { "",
                                      "string",
                                      "int",
                                      "decimal",
                                      "boolean",
                                      "date",
                                      "time",
                                      "dateTime",
                                      "binary",
                                      "barcode",
                                      "geopoint",
                                      "xsd:int",
                                      "select",
                                      "odk-instance-first-load",
                                      "odk-new-repeat",
                                      "xforms-value-changed",
                                      "odk-instance-first-load odk-new-repeat",
                                      "true()",
                                      "false()",
                                      "1",
                                      "3",
                                      "-1",
                                      "0.5",
                                      "jr:itext('a')",
                                      "jr:itext(concat('a', .))",
                                      "jr://file/list.xml",
                                      "jr://file-csv/list.csv",
                                      "jr://instance/last-saved",
                                      "instance('list')/root/item[name = current()/../a]",
                                      "randomize(instance('list')/root/item, 7)",
                                      "uid",
                                      "timestamp",
                                      "start",
                                      "end",
                                      "property",
                                      "uuid()",
                                      "once(random())",
                                      "position(..)",
                                      "..",
                                      ".",
                                      "../a",
                                      "guidance",
                                      "short",
                                      "image",
                                      "minimal autocomplete",
                                      "part",
                                      "page",
                                      "English (en)",
                                      "Fran\xc3\xa7"
                                      "ais (fr)",
                                      "name",
                                      "label",
                                      NULL };

#define NS                                                                                         \
  " xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "                 \
  "xmlns:jr='http://openrosa.org/javarosa' xmlns:odk='http://www.opendatakit.org/xforms' "

static const char *const snippets[]
    = { "<bind" NS "nodeset='/data/a' type='int' relevant='/data/b = 1'/>",
        "<bind" NS "nodeset='/data/b' calculate='../a + 1' required='true()'/>",
        "<bind" NS "nodeset='/data/row' relevant='count(../row) &lt; 3'/>",
        "<input" NS
        "ref='/data/a'><label>A <output value='/data/b'/></label><hint>H</hint></input>",
        "<select1" NS "ref='/data/a'><label ref=\"jr:itext('a')\"/><item><label>1</label>"
        "<value>1</value></item></select1>",
        "<select" NS "ref='/data/b'><itemset nodeset=\"instance('list')/root/item[a = /data/a]\">"
        "<value ref='name'/><label ref='label'/></itemset></select>",
        "<odk:rank" NS "ref='/data/a'><item><label>1</label><value>1</value></item></odk:rank>",
        "<range" NS "ref='/data/a' start='1' end='5' step='1'><label>R</label></range>",
        "<upload" NS "ref='/data/a' mediatype='image/*'><label>U</label></upload>",
        "<trigger" NS "ref='/data/a'><label>T</label></trigger>",
        "<group" NS "ref='/data'><label>G</label><repeat nodeset='/data/row'/></group>",
        "<repeat" NS "nodeset='/data/row' jr:count='/data/a'><input ref='/data/row/a'/></repeat>",
        "<setvalue" NS "ref='/data/b' event='xforms-value-changed' value='/data/a'/>",
        "<setvalue" NS "ref='/data/b' event='odk-instance-first-load'>text</setvalue>",
        "<instance" NS "id='list'><root xmlns=''><item><name>a</name><label>A</label></item></root>"
        "</instance>",
        "<itext" NS "><translation lang='en' default='true()'><text id='a'><value>A <output "
        "value='/data/b'/></value><value form='guidance'>g</value></text></translation></itext>",
        "<row" NS "><a/><b/></row>",
        "<row" NS "jr:template=''><a/><row jr:template=''><b/></row></row>",
        "<a" NS ">1</a>",
        "<meta" NS "><instanceID/><instanceName/><timeEnd/></meta>",
        NULL };

static const FuzzXmlWords words = { attributes, values, snippets, TRUE };

static GHashTable *
attach (void)
{
  static const char csv[] = "name,label,a\na,A,1\nb,\"B, b\",2\n";
  static const char xml[] = "<root><item><name>a</name><label>A</label><a>1</a></item></root>";
  GHashTable *attachments
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_bytes_unref);

  g_hash_table_insert (attachments, (char *) "jr://file-csv/list.csv",
                       g_bytes_new_static (csv, strlen (csv)));
  g_hash_table_insert (attachments, (char *) "jr://file/list.xml",
                       g_bytes_new_static (xml, strlen (xml)));
  return attachments;
}

/* Digits and what follows them in ASCII, three a step: a form must stay XML. */
static GByteArray *
find_steps (const guint8 *data, gsize size)
{
  static const char usual[] = "01102203340041104605506607820611099506131200<<5610=10>4";
  GByteArray *steps = g_byte_array_new ();
  const char *last = g_strrstr_len ((const char *) data, (gssize) size, "<!--");
  const guint8 *at = last != NULL ? (const guint8 *) last + 4 : (const guint8 *) usual;
  const guint8 *end = last != NULL ? data + size : at + strlen (usual);

  for (; at < end && *at != '-'; at++)
    {
      guint8 byte = *at - '0';

      g_byte_array_append (steps, &byte, 1);
    }
  return steps;
}

static void
check_form (PalForm *form)
{
  GPtrArray *nodes = pal_form_get_nodes (form);
  GPtrArray *languages = pal_form_get_languages (form);
  GPtrArray *notes = pal_form_get_notes (form);

  fuzz_check (pal_form_get_id (form) != NULL && pal_form_get_version (form) != NULL);
  fuzz_check_text (pal_form_get_title (form));
  for (guint i = 0; i < notes->len; i++)
    fuzz_check_text (notes->pdata[i]);
  for (guint i = 0; i < languages->len; i++)
    {
      g_autofree char *title = pal_form_dup_title (form, languages->pdata[i]);

      fuzz_check_text (title);
    }
  fuzz_check (nodes->len > 0);
  for (guint i = 0; i < nodes->len; i++)
    {
      PalFormNode *node = nodes->pdata[i];

      fuzz_check (node->index == i);
      fuzz_check (pal_form_find_node (form, node->path) != NULL);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GHashTable) attachments = attach ();
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (PalResponse) again = NULL;
  g_autoptr (GByteArray) steps = NULL;

  form = pal_form_load_listing (bytes, "f.xml", attachments, &problems, &error);
  if (form == NULL)
    {
      fuzz_check_error (error);
      fuzz_check (problems != NULL && problems->len > 0);
      for (guint i = 0; i < problems->len; i++)
        fuzz_check_text (problems->pdata[i]);
      return 0;
    }
  check_form (form);
  response = pal_response_new (form, &error);
  if (response == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  steps = find_steps (data, size);
  fuzz_response_drive (response, steps->data, steps->len);
  fuzz_response_ask (response);
  again = fuzz_response_reopen (response);
  return 0;
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  g_autoptr (GBytes) changed = NULL;
  gsize n_steps = 0;
  const char *last = g_strrstr_len ((const char *) data, (gssize) size, "<!--");
  gsize made = 0;

  fuzz_random_init (&random, seed);
  if (last != NULL && fuzz_random_below (&random, 6) == 0)
    {
      /* Other answers. */
      n_steps = size - (gsize) (last - (const char *) data);
      if (n_steps > 4 + 3 + 3)
        {
          data[size - n_steps + 4 + fuzz_random_below (&random, n_steps - 4 - 3)]
              = '0' + fuzz_random_below (&random, 60);
          return size;
        }
    }
  if (fuzz_random_below (&random, 5) > 0)
    changed = fuzz_mutate_xml (data, size, &random, &words);
  if (changed != NULL && last != NULL)
    {
      /* The tree has no comments: the answers go along. */
      g_autoptr (GByteArray) out = g_byte_array_new ();
      gsize length = 0;
      const guint8 *from = g_bytes_get_data (changed, &length);

      g_byte_array_append (out, from, length);
      g_byte_array_append (out, (const guint8 *) last, size - (gsize) (last - (const char *) data));
      g_bytes_unref (changed);
      changed = g_byte_array_free_to_bytes (g_steal_pointer (&out));
    }
  if (changed != NULL)
    made = fuzz_put (changed, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate (data, size, max_size);
}
