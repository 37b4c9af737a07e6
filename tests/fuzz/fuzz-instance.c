// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-response.h"

#include <string.h>

/* Input: one character that chooses a form, then an instance of it from an unknown source. */

#define FORM(model, body)                                                                          \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "          \
  "xmlns:jr='http://openrosa.org/javarosa' xmlns:orx='http://openrosa.org/xforms' "                \
  "xmlns:odk='http://www.opendatakit.org/xforms'><h:head><h:title>T</h:title><model>" model        \
  "</model></h:head><h:body>" body "</h:body></h:html>"
#define INPUT(path) "<input ref='" path "'><label>?</label></input>"

/* Nothing in these forms depends on chance or the clock, so that reading what was written must
 * write the same. */
static const char *const sources[] = {
  FORM ("<instance><data id='a' version='1'><a>1</a><b/><c/><d/><end/><meta><instanceID/></meta>"
        "</data></instance>"
        "<bind nodeset='/data/a' type='int' required='true()' constraint='. &lt; 10'/>"
        "<bind nodeset='/data/b' relevant='../a &gt; 2'/>"
        "<bind nodeset='/data/c' calculate='concat(/data/a, /data/b)'/>"
        "<bind nodeset='/data/d' type='date' readonly='/data/a = 5'/>",
        INPUT ("/data/a") INPUT ("/data/b") INPUT ("/data/d")),
  FORM ("<instance><data id='rows'><law jr:template=''><_id/><n/><cost/><share/>"
        "<part jr:template=''><page/><sum/></part></law><end/><total/></data></instance>"
        "<bind nodeset='/data/total' calculate='sum(/data/law/cost)'/>"
        "<bind nodeset='/data/law/n' calculate='position(..)'/>"
        "<bind nodeset='/data/law/share' calculate='../cost div /data/total'/>"
        "<bind nodeset='/data/law/part' relevant='../cost &gt; 1'/>"
        "<bind nodeset='/data/law/part/sum' calculate='count(../../part) + ../../cost'/>",
        "<repeat nodeset='/data/law'><setvalue ref='/data/law/_id' "
        "event='odk-instance-first-load odk-new-repeat' "
        "value=\"'r'\"/>" INPUT ("/data/law/cost") "<repeat nodeset='/data/law/part'>" INPUT (
            "/data/law/part/page") "</repeat></repeat>" INPUT ("/data/end")),
  FORM ("<instance><data id='counted'><n>2</n><row><a/><b/></row><last/></data></instance>"
        "<bind nodeset='/data/n' type='int'/>"
        "<bind nodeset='/data/row/b' calculate='../a * 2' relevant='../a != &quot;x&quot;'/>"
        "<bind nodeset='/data/last' calculate='/data/row[position() = last()]/a'/>",
        INPUT ("/data/n") "<repeat nodeset='/data/row' jr:count='/data/n'>" INPUT (
            "/data/row/a") "</repeat>"),
  FORM ("<itext><translation lang='English (en)' default='true()'><text id='x'><value>X</value>"
        "</text></translation><translation lang='x (ar)'><text id='x'><value>Y <output "
        "value='/data/one'/></value></text></translation></itext>"
        "<instance><data id='choices' version='2'><one/><many/><rank/><g><deep><er q='1'/></deep>"
        "</g><file/><ok/></data></instance>"
        "<instance id='list'><root xmlns=''><item><name>a</name><of>1</of></item><item><name>b"
        "</name><of>2</of></item></root></instance>"
        "<bind nodeset='/data/one' type='string'/><bind nodeset='/data/file' type='binary'/>"
        "<bind nodeset='/data/g' relevant='selected(/data/many, &quot;1&quot;)'/>"
        "<bind nodeset='/data/g/deep/er/@q' calculate='string-length(/data/one)'/>",
        "<select1 ref='/data/one'><label ref=\"jr:itext('x')\"/><itemset "
        "nodeset=\"instance('list')/root/item[of = /data/many]\"><value ref='name'/><label "
        "ref='name'/></itemset></select1><select ref='/data/many'><item><label>1</label><value>1"
        "</value></item><item><label>2</label><value>2</value></item></select><odk:rank "
        "ref='/data/rank'><item><label>1</label><value>1</value></item></odk:rank><group "
        "ref='/data/g'>" INPUT (
            "/data/g/deep/er") "</group><upload ref='/data/file' mediatype='image/*'>"
                               "<label>F</label></upload><trigger ref='/data/ok'>"
                               "<label>T</label></trigger>"),
};

static const char *const attributes[]
    = { "id", "version", "q", "_id", "xmlns", "jr:template", "xml:lang", "instanceID", NULL };
static const char *const values[]
    = { "",  "1",  "2",    "3",   "9",          "a",  "b",   "r", "rows", "counted", "choices",
        "x", "-1", "1000", "1 2", "2024-02-29", "OK", "NaN", " ", "a b",  NULL };
static const char *const snippets[]
    = { "<law><_id>r1</_id><n/><cost>2</cost><share/><part><page>7</page></part></law>",
        "<part><page>1</page><sum>3</sum></part>",
        "<row><a>5</a><b>10</b></row>",
        "<orx:meta xmlns:orx='http://openrosa.org/xforms'><orx:instanceID>uuid:1</orx:instanceID>"
        "</orx:meta>",
        "<meta><instanceID>uuid:2</instanceID></meta>",
        "<cost>3</cost>",
        "<n>4</n>",
        "<unknown><deep>x</deep></unknown>",
        "<law xmlns:jr='http://openrosa.org/javarosa' jr:template=''><cost/></law>",
        NULL };
static const FuzzXmlWords words = { attributes, values, snippets, FALSE };

static PalForm *
get_form (guint n)
{
  static PalForm *forms[G_N_ELEMENTS (sources)];
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (sources[n], strlen (sources[n]));

  if (forms[n] == NULL)
    forms[n] = pal_form_load (bytes, "form", &error);
  if (forms[n] == NULL)
    fuzz_fail (G_STRLOC, error->message);
  return forms[n];
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (PalResponse) again = NULL;
  g_autoptr (PalResponse) third = NULL;

  if (size < 2)
    return 0;
  bytes = g_bytes_new (data + 1, size - 1);
  response = pal_response_new_from_instance (get_form (data[0] % G_N_ELEMENTS (sources)), bytes,
                                             &orphans, &error);
  if (response == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  for (guint i = 0; i < orphans->len; i++)
    fuzz_check_text (orphans->pdata[i]);
  first = pal_response_serialise (response);
  fuzz_check_xml (first);
  again = fuzz_response_reopen (response);
  fuzz_check (again != NULL);
  second = pal_response_serialise (again);
  if (!g_bytes_equal (first, second))
    {
      g_printerr ("%.*s\n%.*s\n", (int) g_bytes_get_size (first),
                  (const char *) g_bytes_get_data (first, NULL), (int) g_bytes_get_size (second),
                  (const char *) g_bytes_get_data (second, NULL));
      fuzz_fail (G_STRLOC, "the same instance is written again");
    }
  fuzz_response_drive (again, data, size);
  fuzz_response_ask (again);
  third = fuzz_response_reopen (again);
  fuzz_check (third != NULL);
  return 0;
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  g_autoptr (GBytes) changed = NULL;
  gsize made = 0;

  fuzz_random_init (&random, seed);
  if (size > 1 && fuzz_random_below (&random, 4) > 0)
    changed = fuzz_mutate_xml (data + 1, size - 1, &random, &words);
  if (changed != NULL)
    made = fuzz_put (changed, data + 1, max_size - 1);
  return made > 0 ? made + 1 : LLVMFuzzerMutate (data, size, max_size);
}
