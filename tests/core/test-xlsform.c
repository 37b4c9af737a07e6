// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-xlsform.h"
#include "pal-xml.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder;

static char *
save (const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);

  return path;
}

static char *
compile (const char *csv, const char *catalogues, GPtrArray **warnings, GError **error)
{
  g_autofree char *path = save ("form.csv", csv);
  g_autoptr (GBytes) form = pal_xlsform_compile (path, catalogues, warnings, error);
  g_autoptr (PalDocument) document = NULL;
  g_autoptr (GError) malformed = NULL;
  gsize size;
  const char *data;

  if (form == NULL)
    return NULL;
  document = pal_xml_parse (form, "form.xml", PAL_XML_READ_DEFAULT, NULL, &malformed);
  g_assert_no_error (malformed);
  data = g_bytes_get_data (form, &size);

  return g_strndup (data, size);
}

typedef struct
{
  const char *csv;
  const char *has[6];
  const char *lacks;
} Conversion;

/* A survey of three columns; most rows below need no more. */
#define SURVEY "survey\n,type,name,label\n"
#define CHOICES "choices\n,list_name,name,label\n,l,a,A\n,l,b,B\n"

static const Conversion conversions[] = {
  /* types */
  { SURVEY ",text,q,Q\n",
    { "<h:title>form</h:title>", "<data id=\"form\">",
      "<bind nodeset=\"/data/q\" type=\"string\"/>",
      "<input ref=\"/data/q\"><label>Q</label></input>",
      "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" readonly=\"true()\" "
      "jr:preload=\"uid\"/>" } },
  { SURVEY ",select_one l,q,Q\n" CHOICES,
    { "<itemset nodeset=\"instance('l')/root/item\"><value ref=\"name\"/><label ref=\"label\"/>",
      "<item><name>a</name><label>A</label></item>" } },
  { SURVEY ",rank l,q,Q\n" CHOICES,
    { "<odk:rank ref=\"/data/q\">", "<bind nodeset=\"/data/q\" type=\"odk:rank\"/>" } },
  { SURVEY ",file,q,Q\n",
    { "<upload ref=\"/data/q\" mediatype=\"application/*\">",
      "<bind nodeset=\"/data/q\" type=\"binary\"/>" } },
  { "survey\n,type,name,label,parameters\n,range,q,Q,start=0 end=1 step=0.5\n",
    { "<range ref=\"/data/q\" start=\"0\" end=\"1\" step=\"0.5\">",
      "<bind nodeset=\"/data/q\" type=\"decimal\"/>" } },
  { SURVEY ",add text prompt,q,Q\n,q image,i,I\n,get start time,s,\n,imei,d,\n,dateTime,t,T\n",
    { "<bind nodeset=\"/data/q\" type=\"string\"/>",
      "<upload ref=\"/data/i\" mediatype=\"image/*\">",
      "<bind nodeset=\"/data/s\" type=\"dateTime\" jr:preload=\"timestamp\" "
      "jr:preloadParams=\"start\"/>",
      "jr:preloadParams=\"deviceid\"", "<bind nodeset=\"/data/t\" type=\"dateTime\"/>" } },
  { "survey\n,type,name,label,constraint\n,percentage,q,Q,\n,percentage,w,W,. < 9\n"
    ",phone number,p,P,\n",
    { "<bind nodeset=\"/data/q\" type=\"int\" constraint=\"0 &lt;= . and . &lt;= 100\"/>",
      "<bind nodeset=\"/data/w\" type=\"int\" constraint=\". &lt; 9\"/>",
      "<hint>Enter numbers only.</hint>" } },
  { SURVEY ",select all that apply from l,q,Q\n,add select one prompt using l,w,W\n"
           ",SELECT_ONE l or specify other,x,X\n,select1 l or other,y,Y\n" CHOICES,
    { "<select ref=\"/data/q\">", "<select1 ref=\"/data/w\">", "<select1 ref=\"/data/x\">",
      "<bind nodeset=\"/data/x_other\" type=\"string\" relevant=\"selected(../x, 'other')\"/>",
      "<input ref=\"/data/y_other\"><label>Specify other.</label>",
      "<item><name>other</name><label>Other</label></item>" } },
  { SURVEY ",begin lgroup,r,R\n,text,q,Q\n,end looped group,,\n",
    { "<repeat nodeset=\"/data/r\">" } },
  /* a note needs no name; its place counts from the headers, wherever the sheet begins */
  { "choices\n,list_name,name,label\n,l,a,A\n" SURVEY ",text,q,Q\n,note,,Hello\n",
    { "<generated_note_name_3/>",
      "<input ref=\"/data/generated_note_name_3\"><label>Hello</label>" } },
  { "survey\n,type,name,label,parameters\n,range,q,Q,start=1.0 end=5.0\n,text,t,T,Rows = 4\n"
    ",select_one l,s,S,randomize=false seed=3\n" CHOICES,
    { "<bind nodeset=\"/data/q\" type=\"int\"/>", "<input ref=\"/data/t\" rows=\"4\">",
      "<itemset nodeset=\"instance('l')/root/item\">" } },
  /* a table: the head before its first question, what the group says in a note */
  { "survey\n,type,name,label,hint,appearance\n,begin group,g,G,H,table-list x\n,text,t,T,,\n"
    ",select_one l,q,Q,,minimal\n,select_one l,w,W,,\n,end group,,,,\n,select_one "
    "l,z,Z,,\n" CHOICES,
    { "<group ref=\"/data/g\" appearance=\"field-list x\">\n"
      "<input ref=\"/data/g/generated_table_list_label_2\"><label>G</label><hint>H</hint></input>\n"
      "<input ref=\"/data/g/t\"><label>T</label></input>\n"
      "<select1 ref=\"/data/g/reserved_name_for_field_list_labels_4\" appearance=\"label\">"
      "<label> </label><itemset",
      "<select1 ref=\"/data/g/q\" appearance=\"list-nolabel\"><label>Q</label>",
      "<select1 ref=\"/data/g/w\" appearance=\"list-nolabel\"><label>W</label>",
      "<select1 ref=\"/data/z\"><label>Z</label>" } },
  { "survey\n,type,name,label::Français (fr),appearance\n,begin group,g,Groupe,table-list\n"
    ",select_one l,q,Q,\n,end group,,,\n" CHOICES,
    { "<label ref=\"jr:itext('/data/g/generated_table_list_label_2:label')\"/>",
      "<value>Groupe</value>" },
    "'/data/g:label'" },
  /* settings: in rows of old surveys, another source of the record's id, spaces kept or not */
  { SURVEY ",set form title,A title,\n,set form id,an_id,\n,text,q,Q\n",
    { "<h:title>A title</h:title>", "<data id=\"an_id\">" } },
  { "settings\n,instance_id,clean_text_values\n,source,no\n" SURVEY ",text,q,Q  Q\n",
    { "jr:preload=\"source\"", "<label>Q  Q</label>" } },
  { "settings\n,clean_text_values\n,maybe\n" SURVEY ",text,q,Q  Q\n", { "<label>Q Q</label>" } },
  /* conditions and references */
  { "survey\n,type,name,label,relevant,required\n,text,a,A,,yes\n,text,b,B,${a} != '',\n",
    { "<bind nodeset=\"/data/a\" type=\"string\" required=\"true()\"/>",
      "relevant=\" /data/a  != ''\"" } },
  { "survey\n,type,name,label,calculation\n,begin repeat,r,R,\n,text,a,A,\n,begin group,g,G,\n"
    ",text,b,B,${a}\n,text,c,C,\"count(/x[y = ${a}])\"\n,end group,,,\n,end repeat,,,\n"
    ",calculate,s,,count(${a})\n",
    { "calculate=\" ../../a \"", "calculate=\"count(/x[y =  current()/../../a ])\"",
      "calculate=\"count( /data/r/a )\"", "<r jr:template=\"\">",
      "<group ref=\"/data/r\"><label>R</label>\n<repeat nodeset=\"/data/r\">" } },
  { SURVEY ",text,a,A\n,note,n,Hello ${a} & <you>\n",
    { "<label> Hello <output value=\" /data/a \"/> &amp; &lt;you&gt; </label>" } },
  { "survey\n,type,name,label,choice_filter\n,text,a,A,\n,select_one l,q,Q,name != ${a}\n" CHOICES,
    { "nodeset=\"instance('l')/root/item[name !=  /data/a ]\"" } },
  { "survey\n,type,name,label,calculation,trigger\n,text,a,A,,\n,text,b,B,now(),${a}\n",
    { "<setvalue ref=\"/data/b\" event=\"xforms-value-changed\" value=\"now()\"/>" },
    "calculate=" },
  { "survey\n,type,name,label,default\n,text,a,A,a-b\n,date,b,B,2024-02-29\n,text,c,C,1 + 1\n",
    { "<a>a-b</a>", "<b>2024-02-29</b>", "<c/>",
      "<setvalue ref=\"/data/c\" event=\"odk-instance-first-load\" value=\"1 + 1\"/>" } },
  { "survey\n,type,name,label,repeat_count\n,begin repeat,r,R,2 + 1\n,text,a,A,\n,end repeat,,,\n",
    { "<bind nodeset=\"/data/r_count\" type=\"string\" calculate=\"2 + 1\" readonly=\"true()\"/>",
      "jr:count=\" /data/r_count \"" } },
  /* row ids: a leaf in each row, and no row that nobody asked for */
  { "settings\n,row_ids\n,yes\n" SURVEY ",begin repeat,r,R\n,text,a,A\n,end repeat,,\n",
    { "<r jr:template=\"\">\n<_id/>\n<a/>\n</r>\n<meta>",
      "<setvalue ref=\"/data/r/_id\" event=\"odk-new-repeat\" value=\"uuid()\"/>" },
    "odk-instance-first-load" },
  /* our own attributes, on groups too */
  { "settings\n,namespaces\n,\"p=\"\"urn:x\"\"\"\n"
    "survey\n,type,name,label,bind::p:ref\n,begin group,g,G,untoc:5.1\n,text,a,A,\n"
    ",end group,,,\n",
    { "xmlns:p=\"urn:x\"", "<bind nodeset=\"/data/g\" p:ref=\"untoc:5.1\"/>" } },
  /* languages in columns */
  { "survey\n,type,name,label::English (en),label::Français (fr)\n,text,q,Yes,Oui\n"
    ",text,p,Only,\n",
    { "<translation lang=\"Français (fr)\">\n<text id=\"/data/q:label\"><value>Oui</value></text>",
      "<label ref=\"jr:itext('/data/q:label')\"/>",
      "<text id=\"/data/p:label\"><value>-</value></text>" } },
  { "survey\n,type,name,label,image\n,text,q,Q,a.png\n",
    { "<value form=\"image\">jr://images/a.png</value>",
      "<translation lang=\"default\" default=\"true()\">" } },
  /* quotes, line ends and sheet names of CSV; unknown sheets and columns are passed over */
  { "\xef\xbb\xbf"
    "about\r\n,\"a, \"\"b\"\"\"\r\nSurvey\r\n,Type , name,label,note to self\r\n"
    ",text,q,\"one\r\ntwo\",x\r\n",
    { "<label>one\ntwo</label>" } },
  /* blocks: nearest name first, within each other, behind a question, before the end of a group */
  { "survey\n,type,name,label,template,relevant\n"
    ",begin group,g1,G,law,\n,text,status,S,,\n,end group,,,,\n"
    ",begin group,g2,G,law,\n,text,status,S,,\n,end group,,,,\n,text,status,S,more,\n"
    "templates\n,template,type,name,label,relevant\n"
    ",law more,begin group,l,L,${status} = 'yes'\n,law,text,title,T,\n,law,end group,,,\n"
    ",more,text,extra,E,${status} = 'no'\n",
    { "<bind nodeset=\"/data/g1/l\" relevant=\" /data/g1/status  = 'yes'\"/>",
      "<bind nodeset=\"/data/g2/l\" relevant=\" /data/g2/status  = 'yes'\"/>",
      "<bind nodeset=\"/data/g2/l/extra\" type=\"string\" relevant=\" /data/g2/status  = 'no'\"/>",
      "<bind nodeset=\"/data/extra\" type=\"string\" relevant=\" /data/status  = 'no'\"/>" } },
};

static void
test_conversions (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (conversions); i++)
    {
      const Conversion *row = &conversions[i];
      g_autoptr (GError) error = NULL;
      g_autofree char *form = compile (row->csv, NULL, NULL, &error);

      g_assert_no_error (error);
      for (gsize k = 0; k < G_N_ELEMENTS (row->has) && row->has[k] != NULL; k++)
        if (strstr (form, row->has[k]) == NULL)
          g_error ("row %" G_GSIZE_FORMAT " lacks %s in:\n%s", i, row->has[k], form);
      if (row->lacks != NULL)
        g_assert_null (strstr (form, row->lacks));
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *csv;
    int code;
    const char *words;
  } rows[] = {
    { "", PAL_XLSFORM_ERROR_SHEET, "no sheet 'survey'" },
    { ",type,name\n", PAL_XLSFORM_ERROR_WORKBOOK, "row 1: column A names no sheet yet" },
    { "survey\n,\"type\n", PAL_XLSFORM_ERROR_WORKBOOK, "row 2: a quoted field has no end" },
    { "survey\n,\"type\"x\n", PAL_XLSFORM_ERROR_WORKBOOK, "behind the closing quote" },
    { "survey\n,type\xff\n", PAL_XLSFORM_ERROR_WORKBOOK, "not UTF-8" },
    { "survey\n,type\x01\n", PAL_XLSFORM_ERROR_WORKBOOK, "control character" },
    { "survey\n,name,label\n,q,Q\n", PAL_XLSFORM_ERROR_SHEET, "there is no column type" },
    { "survey\n,type,type\n,text,text\n", PAL_XLSFORM_ERROR_SHEET, "are the same" },
    { SURVEY, PAL_XLSFORM_ERROR_SHEET, "no questions" },
    { SURVEY ",text,,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "survey, row 3, column name: a name is needed" },
    { SURVEY ",text,1a,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "survey, row 3, column name: \"1a\" is no name" },
    { SURVEY ",text,q,\n", PAL_XLSFORM_ERROR_SHEET, "no label and no hint" },
    { SURVEY ",dance,q,Q\n", PAL_XLSFORM_ERROR_SHEET, "column type: \"dance\" is no type" },
    { SURVEY ",text,q,Q\n,text,q,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "row 4, column name: \"q\" stands twice" },
    { SURVEY ",text,q,${w}\n", PAL_XLSFORM_ERROR_SHEET, "row 3, column label: ${w}: no question" },
    { SURVEY ",begin group,g,G\n,text,q,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "row 3, column type: \"g\" has no end" },
    { SURVEY ",text,q,Q\n,end group,,\n", PAL_XLSFORM_ERROR_SHEET,
      "row 4, column type: nothing is open" },
    { SURVEY ",select_one l,q,Q\n", PAL_XLSFORM_ERROR_SHEET, "no sheet 'choices'" },
    { SURVEY ",select_one m,q,Q\n" CHOICES, PAL_XLSFORM_ERROR_SHEET, "no list \"m\"" },
    { SURVEY ",select_one l,q,Q\n" CHOICES ",l,a,A\n", PAL_XLSFORM_ERROR_SHEET, "twice" },
    { SURVEY ",select_one_from_file a.exe,q,Q\n", PAL_XLSFORM_ERROR_SHEET, ".csv or .xml" },
    { SURVEY ",audit,q,\n", PAL_XLSFORM_ERROR_SHEET, "audit log" },
    { "survey\n,type,name,label,bind::x:y\n,text,q,Q,1\n", PAL_XLSFORM_ERROR_SHEET,
      "column bind::x:y: the prefix \"x\" is not declared" },
    { "survey\n,type,name,label,bind::a b\n,text,q,Q,1\n", PAL_XLSFORM_ERROR_SHEET,
      "cannot be the name of an attribute" },
    { "survey\n,type,name,label,parameters\n,range,q,Q,step=0\n", PAL_XLSFORM_ERROR_SHEET,
      "column parameters: step must not be zero" },
    { SURVEY ",text,q,${q }\n", PAL_XLSFORM_ERROR_SHEET,
      "row 3, column label: \"${q }\": between" },
    { SURVEY ",text,q,Cost ${\n", PAL_XLSFORM_ERROR_SHEET, "row 3, column label: \"${\": between" },
    { SURVEY ",text,q,${q${q}}\n", PAL_XLSFORM_ERROR_SHEET, "nothing else" },
    { "settings\n,instance_name\n,${q\n" SURVEY ",text,q,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "settings, row 3, column instance_name: \"${q\"" },
    { SURVEY ",text,q,Q\nchoices\n,list_name,name,label\n,l,a,${\n", PAL_XLSFORM_ERROR_SHEET,
      "choices, row 6, column label: \"${\"" },
    { "survey\n,type,name,label,required\n,begin repeat,r,R,yes\n,text,q,Q,\n,end repeat,,,\n",
      PAL_XLSFORM_ERROR_SHEET, "row 3, column required: a group or repeat cannot be required" },
    { SURVEY ",begin repeat,r,R\n,csv-external,x,\n,text,q,Q\n,end repeat,,\n",
      PAL_XLSFORM_ERROR_SHEET, "row 4, column type: a file cannot be named within a repeat" },
    { SURVEY ",select_multiple l,q,Q\nchoices\n,list_name,name,label\n,l,a b,A\n",
      PAL_XLSFORM_ERROR_SHEET, "choices, row 6, column name: \"a b\" has a space" },
    { SURVEY ",select_one l m,q,Q\nchoices\n,list_name,name,label\n,l m,a,A\n",
      PAL_XLSFORM_ERROR_SHEET, "cannot have spaces" },
    { SURVEY ",select_one l,q,Q\nchoices\n,list,label\n,l,A\n", PAL_XLSFORM_ERROR_SHEET,
      "choices, row 1: there is no column name" },
    { SURVEY ",select_one l,q,Q\nchoices\n,which,name,label\n,l,a,A\n", PAL_XLSFORM_ERROR_SHEET,
      "in the column list_name" },
    { SURVEY ",select one from map l,q,Q\n" CHOICES, PAL_XLSFORM_ERROR_SHEET, "on a map" },
    { SURVEY ",select_one_external l,q,Q\n" CHOICES, PAL_XLSFORM_ERROR_SHEET, "external_choices" },
    { SURVEY ",end loop,,\n", PAL_XLSFORM_ERROR_SHEET, "no loop is open" },
    { SURVEY ",begin loop,l,L\n,text,q,Q\n,end loop,,\n" CHOICES, PAL_XLSFORM_ERROR_SHEET,
      "row 3, column type: choices has no list" },
    { "survey\n,type,name,label,parameters\n,text,q,Q,lines=3\n", PAL_XLSFORM_ERROR_SHEET,
      "\"lines\" means nothing here; known are: rows" },
    { "survey\n,type,name,label,parameters,appearance\n,range,q,Q,tick_labelset=n,no-ticks\n"
      "choices\n,list_name,name,label\n,n,1,A\n",
      PAL_XLSFORM_ERROR_SHEET, "a choice for each of the two ends" },
    { "survey\n,type,name,label,media::big-image\n,text,q,Q,b.png\n", PAL_XLSFORM_ERROR_SHEET,
      "column media::big-image: a big-image needs an image" },
    { "survey\n,type,name,label,appearance\n,begin group,g,G,table-list\n,select_one l,q,Q,\n"
      ",select_one m,w,W,\n,end group,,,\n" CHOICES ",m,a,A\n",
      PAL_XLSFORM_ERROR_SHEET, "row 5, column type: a table has one list of choices" },
    { "survey\n,type,name,label,appearance,choice_filter\n,begin group,g,G,table-list,\n"
      ",select_one l,q,Q,,name != 'a'\n,end group,,,,\n" CHOICES,
      PAL_XLSFORM_ERROR_SHEET, "row 4, column choice_filter: the first question of a table-list" },
    { "settings\n,prefix\n,x\n" SURVEY ",text,q,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "settings, row 3, column prefix: records that travel by SMS" },
    { "settings\n,public_key\n,MIIB\n" SURVEY ",text,q,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "settings, row 3, column public_key" },
    { "entities\n,list_name,label\n,e,E\n" SURVEY ",text,q,Q\n", PAL_XLSFORM_ERROR_SHEET,
      "entities" },
    { "survey\n,type,name,label,template\n,text,q,Q,b\n", PAL_XLSFORM_ERROR_SHEET,
      "no block \"b\"" },
    { "survey\n,type,name,label,template\n,text,q,Q,b\ntemplates\n,template,type,name,label\n"
      ",b c,text,w,W\n,c b,text,v,V\n",
      PAL_XLSFORM_ERROR_SHEET, "contains itself" },
    { "survey\n,type,name,label,relevant\n,begin group,g1,G,\n,text,a,A,\n,end group,,,\n"
      ",begin group,g2,G,\n,text,a,A,\n,end group,,,\n,text,b,B,${a} = 1\n",
      PAL_XLSFORM_ERROR_SHEET, "row 9, column relevant: ${a}: the name stands 2 times" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *form = compile (rows[i].csv, NULL, NULL, &error);

      if (form != NULL)
        g_error ("row %" G_GSIZE_FORMAT " was converted", i);
      g_assert_error (error, PAL_XLSFORM_ERROR, rows[i].code);
      if (strstr (error->message, rows[i].words) == NULL)
        g_error ("row %" G_GSIZE_FORMAT " says: %s", i, error->message);
    }
}

static void
test_warnings (void)
{
  static const struct
  {
    const char *csv;
    const char *words; /* NULL: none at all */
  } rows[] = {
    { SURVEY ",text,q,Q\n", NULL },
    { SURVEY ",text,q,Q\n,text,Q,Q\n", "survey, row 4, column name: \"Q\" differs" },
    { SURVEY ",select_one l,q,Q\n" CHOICES ",l,c,\n", "has no label" },
    { "survey\n,type,name,label,hint\n,begin group,g,G,H\n,text,q,Q,\n,end group,,,\n", "no hint" },
    { SURVEY ",text,q,Q\nchoices\n,which,name,label\n,l,a,A\n", "no column list_name" },
    { "survey\n,type,name,label,parameters\n,geopoint,q,Q,capture-accuracy=5\n",
      "row 3, column parameters: places are kept as text" },
    { "survey\n,type,name,label::Klingon\n,text,q,Q\n", "Klingon" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) warnings = NULL;
      g_autofree char *form = compile (rows[i].csv, NULL, &warnings, &error);

      g_assert_no_error (error);
      g_assert_nonnull (form);
      g_assert_cmpuint (warnings->len, ==, rows[i].words != NULL ? 1 : 0);
      if (rows[i].words != NULL && strstr (warnings->pdata[0], rows[i].words) == NULL)
        g_error ("row %" G_GSIZE_FORMAT " says: %s", i, (char *) warnings->pdata[0]);
    }
}

#define TRANSLATED                                                                                 \
  "settings\n,default_language\n,English (en)\n"                                                   \
  "survey\n,type,name,label,hint,template\n,text,who,Who?,A name,\n"                               \
  ",select_one l,q,\"Thank you, ${who}\",,more\n"                                                  \
  "templates\n,template,type,name,label\n,more,text,why,Why?\n" CHOICES

static void
test_catalogues (void)
{
  static const struct
  {
    const char *po;
    const char *value; /* what the form has for it */
  } rows[] = {
    { "msgctxt \"who:label\"\nmsgid \"Who?\"\nmsgstr \"من؟\"\n",
      "<text id=\"/data/who:label\"><value>من؟</value>" },
    { "msgid \"Who?\"\nmsgstr \"من؟\"\n", "<text id=\"/data/who:label\"><value>من؟</value>" },
    { "msgctxt \"other:label\"\nmsgid \"Who?\"\nmsgstr \"x\"\n",
      "<translation lang=\"العربية (ar)\">\n<text id=\"/data/who:label\"><value>Who?</value>" },
    { "#, fuzzy\nmsgid \"Who?\"\nmsgstr \"x\"\n",
      "<translation lang=\"العربية (ar)\">\n<text id=\"/data/who:label\"><value>Who?</value>" },
    { "#, fuzzy\nmsgid \"A name\"\nmsgstr \"x\"\n\nmsgid \"Who?\"\nmsgstr \"y\"\n",
      "<text id=\"/data/who:label\"><value>y</value>" },
    { "msgctxt \"templates/more/why:label\"\nmsgid \"Why?\"\nmsgstr \"\"\n\"a\\n\"\n\"b\\\"\"\n",
      "<text id=\"/data/why:label\"><value>a\nb\"</value>" },
    { "msgctxt \"choices/l/a:label\"\nmsgid \"A\"\nmsgstr \"ألف\"\n",
      "<text id=\"l-0\"><value>ألف</value>" },
    { "msgctxt \"q:label\"\nmsgid \"Thank you, ${who}\"\nmsgstr \"${who}، شكرا\"\n",
      "<value> <output value=\" /data/who \"/>، شكرا </value>" },
    { "msgctxt \"who:hint\"\nmsgid \"A name\"\nmsgstr \"اسم\"\n",
      "<text id=\"/data/who:hint\"><value>اسم</value>" },
  };
  g_autofree char *catalogues = g_build_filename (folder, "po", NULL);

  g_mkdir (catalogues, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = save ("po/ar.po", rows[i].po);
      g_autofree char *form = compile (TRANSLATED, catalogues, NULL, &error);
      g_autofree char *plain = NULL;
      g_autofree char *plain_path = NULL;
      g_autofree char *localized = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) merged = NULL;

      g_assert_no_error (error);
      if (strstr (form, rows[i].value) == NULL)
        g_error ("row %" G_GSIZE_FORMAT " lacks %s in:\n%s", i, rows[i].value, form);
      g_assert_nonnull (strstr (form, "<translation lang=\"English (en)\" default=\"true()\">"));

      /* A form that was made without the catalogue takes it in later, into the same places. */
      plain = compile (TRANSLATED, NULL, NULL, &error);
      g_assert_no_error (error);
      bytes = g_bytes_new (plain, strlen (plain));
      merged = pal_xlsform_localize (bytes, "form.xml", catalogues, &error);
      g_assert_no_error (error);
      localized = g_strndup (g_bytes_get_data (merged, NULL), g_bytes_get_size (merged));
      g_assert_nonnull (strstr (localized, "<translation lang=\"العربية (ar)\">"));
      g_assert_nonnull (strstr (localized, "jr:itext('/data/who:label')"));
      g_assert_nonnull (strstr (localized, "<label ref=\"jr:itext(itextId)\"/>"));
      if (i != 2 && i != 3)
        {
          const char *value = strstr (rows[i].value, "<value>");
          g_autofree char *wanted = g_strstrip (g_strdelimit (g_strdup (value), "\n", ' '));
          g_autofree char *have = g_strdelimit (g_strdup (localized), "\n", ' ');

          if (i != 7 && strstr (have, wanted) == NULL)
            g_error ("row %" G_GSIZE_FORMAT " lacks %s in:\n%s", i, wanted, localized);
        }
    }
}

static void
test_broken_catalogues (void)
{
  static const char *const rows[] = {
    "msgid \"a\nmsgstr \"b\"\n",
    "msgstr \"b\"\n",
    "\"b\"\n",
    "msgid \"\\q\"\n",
    "msgid \"a\" x\n",
    "msgid \"a\"\nmsgid \"b\"\n",
    "hello\n",
    "msgid \"\xff\"\n",
  };
  g_autofree char *catalogues = g_build_filename (folder, "broken", NULL);

  g_mkdir (catalogues, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = save ("broken/fr.po", rows[i]);
      g_autofree char *form = compile (SURVEY ",text,q,Q\n", catalogues, NULL, &error);

      if (form != NULL)
        g_error ("row %" G_GSIZE_FORMAT " was taken", i);
      g_assert_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_CATALOGUE);
      g_assert_nonnull (strstr (error->message, "fr.po"));
    }
}

static void
test_extract (void)
{
  static const char *const parts[] = {
    "#: survey:6\nmsgctxt \"who:label\"\nmsgid \"Who?\"\nmsgstr \"\"\n",
    "msgctxt \"who:hint\"\nmsgid \"A name\"\n",
    "#. Keep what stands in ${...} as it is.\n#: survey:7\nmsgctxt \"q:label\"\n",
    "msgctxt \"templates/more/why:label\"\nmsgid \"Why?\"\n",
    "msgctxt \"choices/l/b:label\"\nmsgid \"B\"\n",
  };
  g_autofree char *path = save ("form.csv", TRANSLATED);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pal_xlsform_extract (path, NULL, &error);
  g_autofree char *pot = NULL;

  g_assert_no_error (error);
  pot = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (pot, parts[i]) == NULL)
      g_error ("%s is missing in:\n%s", parts[i], pot);
}

static void
test_limits (void)
{
  g_autoptr (GString) csv = g_string_new (SURVEY);
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  g_autofree char *cell = g_strnfill (256 * 1024, 'x');

  /* A cell of 256 KiB is read, one byte more is not. */
  g_string_append_printf (csv, ",text,q,%s\n", cell);
  form = compile (csv->str, NULL, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&form, g_free);
  g_string_append_printf (csv, ",text,r,%sy\n", cell);
  form = compile (csv->str, NULL, NULL, &error);
  g_assert_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK);
  g_clear_error (&error);

  /* 64 groups within each other are read, 65 are not. */
  for (guint depth = 64; depth <= 65; depth++)
    {
      g_string_assign (csv, SURVEY);
      for (guint i = 0; i < depth; i++)
        g_string_append_printf (csv, ",begin group,g%u,G\n", i);
      g_string_append (csv, ",text,q,Q\n");
      for (guint i = 0; i < depth; i++)
        g_string_append (csv, ",end group,,\n");
      form = compile (csv->str, NULL, NULL, &error);
      if (depth == 64)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET);
      g_clear_pointer (&form, g_free);
    }
}

/* Every beginning of a form, and every form with one byte changed, is read or refused in words. */
static void
test_damaged (void)
{
  const char *whole = TRANSLATED;
  gsize length = strlen (whole);

  for (gsize i = 0; i < length; i += 3)
    {
      g_autofree char *cut = g_strndup (whole, i);
      g_autofree char *changed = g_strdup (whole);
      g_autoptr (GError) first = NULL;
      g_autoptr (GError) second = NULL;
      g_autofree char *form = compile (cut, NULL, NULL, &first);
      g_autofree char *other = NULL;

      changed[i] = "\",${}\n:x("[i % 9];
      other = compile (changed, NULL, NULL, &second);
      g_assert_true ((form == NULL) == (first != NULL));
      g_assert_true ((other == NULL) == (second != NULL));
    }
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_folder (child);
    }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("test-xlsform-XXXXXX", NULL);
  g_test_add_func ("/xlsform/conversions", test_conversions);
  g_test_add_func ("/xlsform/refused", test_refused);
  g_test_add_func ("/xlsform/warnings", test_warnings);
  g_test_add_func ("/xlsform/catalogues", test_catalogues);
  g_test_add_func ("/xlsform/broken-catalogues", test_broken_catalogues);
  g_test_add_func ("/xlsform/extract", test_extract);
  g_test_add_func ("/xlsform/limits", test_limits);
  g_test_add_func ("/xlsform/damaged", test_damaged);
  result = g_test_run ();
  remove_folder (folder);
  g_free (folder);

  return result;
}
