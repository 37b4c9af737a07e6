// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-outline.h"

#include "form-fixture.h"

/* A question as a tester writes it: path from the root. */
#define INPUT(path) "<input ref='" path "'><label>?</label></input>"

static void
test_definition (void)
{
  g_autoptr (PalForm) form = make_form (
      "<instance><data id='f' version='7'><a/><g><b/></g>"
      "<law jr:template=''><title/><date/></law></data></instance>"
      "<bind nodeset='/data/a' type='int' required='true()' p:ref='untoc:5.1' p:needs='smuggling'"
      " p:obligation='shall' p:link='uncac:8' p:cluster='I' jr:constraintMsg='No.'/>"
      "<bind nodeset='/data/law/date' type='xsd:date'/>",
      INPUT ("/data/a") "<group ref='/data/g'>" INPUT (
          "b") "</group>"
               "<repeat nodeset='/data/law' jr:noAddRemove='true()'>" INPUT (
                   "/data/law/title") "</repeat>");
  PalFormNode *a = pal_form_find_node (form, "/data/a");
  PalFormNode *law = pal_form_find_node (form, "/data/law");
  GPtrArray *nodes = pal_form_get_nodes (form);
  static const char *const paths[] = { "/data",     "/data/a",         "/data/g",       "/data/g/b",
                                       "/data/law", "/data/law/title", "/data/law/date" };

  g_assert_cmpstr (pal_form_get_id (form), ==, "f");
  g_assert_cmpstr (pal_form_get_version (form), ==, "7");
  g_assert_cmpstr (pal_form_get_title (form), ==, "A form");
  g_assert_cmpuint (pal_form_get_n_questions (form), ==, 3);
  g_assert_cmpuint (pal_form_get_controls (form)->len, ==, 3);

  g_assert_cmpuint (nodes->len, ==, G_N_ELEMENTS (paths));
  for (guint i = 0; i < nodes->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (nodes, i);

      g_assert_cmpstr (node->path, ==, paths[i]);
      g_assert_cmpuint (node->index, ==, i);
      g_assert_true (pal_form_find_node (form, paths[i]) == node);
    }

  g_assert_cmpint (a->type, ==, PAL_TYPE_INTEGER);
  g_assert_nonnull (a->required);
  g_assert_null (a->relevant);
  g_assert_cmpstr (a->ref, ==, "untoc:5.1");
  g_assert_cmpstr (a->needs, ==, "smuggling");
  g_assert_cmpstr (a->obligation, ==, "shall");
  g_assert_cmpstr (a->link, ==, "uncac:8");
  g_assert_cmpstr (a->cluster, ==, "I");
  g_assert_true (law->is_repeat);
  g_assert_true (law->no_add_remove);
  g_assert_cmpint (law->control->kind, ==, PAL_CONTROL_REPEAT);
  g_assert_cmpint (pal_form_find_node (form, "/data/law/date")->type, ==, PAL_TYPE_DATE);
  g_assert_null (pal_form_find_node (form, "/data/nothing"));
  g_assert_cmpuint (pal_form_get_notes (form)->len, ==, 0);
}

/* One row, one thing that is wrong: with its code, its line, and words that name it. */
static void
test_refused (void)
{
#define ONE "<instance><data id='f'><a/><b/><c/><g><x/></g></data></instance>\n"
  static const struct
  {
    const char *model;
    const char *body;
    int code;
    const char *says;
  } rows[] = {
    { ONE "<bind nodeset='/data/z'/>", "", PAL_FORM_ERROR_REFERENCE,
      "f.xml:3: a bind for /data/z" },
    { ONE "<bind type='int'/>", "", PAL_FORM_ERROR_MALFORMED, "f.xml:3: a bind says not" },
    { ONE "\n<bind nodeset='/data/a' calculate='1 +'/>", "", PAL_FORM_ERROR_EXPRESSION,
      "f.xml:4: calculate of /data/a: " },
    { ONE "<bind nodeset='/data/a' relevant='nope(1)'/>", "", PAL_FORM_ERROR_EXPRESSION, "nope" },
    { ONE "<bind nodeset='/data/a' constraint='concat('/>", "", PAL_FORM_ERROR_EXPRESSION,
      "constraint of /data/a" },
    { ONE, INPUT ("/data/z"), PAL_FORM_ERROR_REFERENCE, "<input> for /data/z" },
    { "<instance><data id='f'><p:a xmlns:p='http://example.org/1'/>"
      "<p:a xmlns:p='http://example.org/2'/></data></instance>",
      "", PAL_FORM_ERROR_REFERENCE, "/data/p:a names two nodes" },
    { ONE, "<input><label>?</label></input>", PAL_FORM_ERROR_REFERENCE, "says not for which node" },
    { ONE, INPUT ("/data/a") INPUT ("/data/a"), PAL_FORM_ERROR_REFERENCE, "a second control" },
    { ONE, "<repeat nodeset='/data/z'/>", PAL_FORM_ERROR_REFERENCE, "<repeat> for /data/z" },
    { ONE, "<repeat/>", PAL_FORM_ERROR_REFERENCE, "says not for which node" },
    { ONE, "<input ref='/data/a'><label><output value='1 +'/></label></input>",
      PAL_FORM_ERROR_EXPRESSION, "output" },
    { ONE,
      "<select1 ref='/data/a'><itemset nodeset='/data/zs'><value ref='v'/></itemset></select1>",
      PAL_FORM_ERROR_REFERENCE, "/data/zs" },
    { ONE,
      "<select1 ref='/data/a'><itemset nodeset=\"instance('no')/root/item\"><value ref='v'/>"
      "</itemset></select1>",
      PAL_FORM_ERROR_REFERENCE, "no instance no" },
    { ONE, "<select1 ref='/data/a'><item><label>A</label></item></select1>",
      PAL_FORM_ERROR_MALFORMED, "a choice without a value" },
    { ONE, "<range ref='/data/a' start='1' end='x' step='1'/>", PAL_FORM_ERROR_MALFORMED,
      "a range needs" },
    { ONE, "<label>?</label>", PAL_FORM_ERROR_MALFORMED, "a label stands in the body" },
    /* Events and actions */
    { ONE "<setvalue ref='/data/a' event='odk-inftance-first-load' value='1'/>", "",
      PAL_FORM_ERROR_OUTSIDE, "odk-inftance-first-load" },
    { ONE "<setvalue ref='/data/a' event='odk-new-repeat' value='1'/>", "",
      PAL_FORM_ERROR_MALFORMED, "must stand in its repeat" },
    { ONE "<setvalue ref='/data/z' event='odk-instance-first-load' value='1'/>", "",
      PAL_FORM_ERROR_REFERENCE, "setvalue of /data/z" },
    { ONE "<setvalue ref='/data/a' value='1'/>", "", PAL_FORM_ERROR_MALFORMED, "on which event" },
    /* Cycles: of values, of relevance, through a group, across a repeat */
    { ONE "<bind nodeset='/data/a' calculate='. + 1'/>", "", PAL_FORM_ERROR_CYCLE,
      "f.xml:3: a cycle: /data/a" },
    { ONE "<bind nodeset='/data/a' calculate='/data/b'/><bind nodeset='/data/b' "
          "calculate='../c'/><bind nodeset='/data/c' calculate='/data/a'/>",
      "", PAL_FORM_ERROR_CYCLE, "a cycle: " },
    { ONE "<bind nodeset='/data/a' relevant='. > 1'/>", "", PAL_FORM_ERROR_CYCLE, "a cycle" },
    { ONE "<bind nodeset='/data/a' required=\". = ''\"/>", "", PAL_FORM_ERROR_CYCLE, "itself" },
    { ONE "<bind nodeset='/data/a' readonly=\". = ''\"/>", "", PAL_FORM_ERROR_CYCLE, "itself" },
    { ONE "<bind nodeset='/data/g' relevant='x = 1'/>", "", PAL_FORM_ERROR_CYCLE, "a cycle" },
    { ONE "<bind nodeset='/data/a' relevant='/data/b = 1'/>"
          "<bind nodeset='/data/b' relevant='/data/a = 1'/>",
      "", PAL_FORM_ERROR_CYCLE, "a cycle" },
    { ONE "<bind nodeset='/data/a' calculate='/data/g/x'/>"
          "<bind nodeset='/data/g' relevant='/data/a = 1'/>",
      "", PAL_FORM_ERROR_CYCLE, "a cycle" },
    { ONE "<bind nodeset='/data/g/x' calculate='sum(/data/g/x)'/>",
      "<repeat nodeset='/data/g'>" INPUT ("/data/g/x") "</repeat>", PAL_FORM_ERROR_CYCLE,
      "a cycle" },
    /* Outside the profile */
    { ONE "<submission base64RsaPublicKey='MII' action='x'/>", "", PAL_FORM_ERROR_OUTSIDE,
      "an encryption key" },
    { ONE "<instance id='l' src='jr://instance/last-saved'/>", "", PAL_FORM_ERROR_OUTSIDE,
      "the record saved last" },
    { ONE, "<input ref='/data/a' appearance='w1 ex:org.app(x=1)'/>", PAL_FORM_ERROR_OUTSIDE,
      "an external app" },
    { ONE, "<group intent='org.app' ref='/data/g'/>", PAL_FORM_ERROR_OUTSIDE, "an external app" },
    { ONE, "<input query='x' ref='/data/a'/>", PAL_FORM_ERROR_OUTSIDE, "a query" },
    { "<instance><data id='f'><meta><audit/></meta></data></instance>", "", PAL_FORM_ERROR_OUTSIDE,
      "an audit log" },
    { "<instance><data id='f' odk:prefix='x'><a/></data></instance>", "", PAL_FORM_ERROR_OUTSIDE,
      "SMS" },
    /* Not a form */
    { "", "", PAL_FORM_ERROR_MALFORMED, "no primary instance" },
    { "<instance/>", "", PAL_FORM_ERROR_MALFORMED, "the primary instance is empty" },
    { "<instance>", "", PAL_FORM_ERROR_MALFORMED, "f.xml:" },
    { ONE "<itext><translation><text id='a'/></translation></itext>", "", PAL_FORM_ERROR_MALFORMED,
      "a translation says not" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) problems = NULL;
      g_autoptr (PalForm) form = try_form (rows[i].model, rows[i].body, &problems, &error);

      if (form != NULL || error == NULL || strstr (error->message, rows[i].says) == NULL)
        g_error ("row %zu: wanted \"%s\", got \"%s\"", i, rows[i].says,
                 error != NULL ? error->message : "a form");
      g_assert_error (error, PAL_FORM_ERROR, rows[i].code);
      g_assert_true (g_str_has_prefix (error->message, "f.xml:"));
      g_assert_cmpuint (problems->len, >=, 1);
    }
}

static void
test_loads (void)
{
  /* Things that look like the refused ones and are right. */
  static const struct
  {
    const char *model;
    const char *body;
    guint n_notes;
  } rows[] = {
    { ONE, "", 0 },
    { ONE "<bind nodeset='/data/a' constraint='. > 1 and . != /data/b'/>", INPUT ("/data/a"), 0 },
    { ONE "<bind nodeset='/data/a' required='/data/b > 1'/>"
          "<bind nodeset='/data/b' required='/data/a > 1'/>",
      "", 0 },
    { ONE "<bind nodeset='/data/g/x' calculate='position(..)'/>",
      "<repeat nodeset='/data/g'>" INPUT ("/data/g/x") "</repeat>", 0 },
    { ONE "<bind nodeset='/data/g' relevant='position(.) > 1'/>",
      "<repeat nodeset='/data/g'>" INPUT ("/data/g/x") "</repeat>", 0 },
    /* Notes, not refusals */
    { ONE "<bind nodeset='/data/a' calculate='/data/not-there'/>", "", 1 },
    { ONE "<bind nodeset='/data/a' type='colour'/>", "", 1 },
    { ONE "<submission action='https://example.org'/>", "", 1 },
    { ONE, "<input ref='/data/a'><label ref=\"jr:itext('x')\"/></input>", 1 },
    { ONE, "<select1 ref='/data/a'><label>?</label></select1>", 1 },
    { ONE "<odk:setgeopoint ref='/data/a' event='odk-instance-first-load'/>", "", 1 },
    /* What is attached may be absent. */
    { ONE "<instance id='l' src='jr://file-csv/l.csv'/>",
      "<select1 ref='/data/a'><itemset nodeset=\"instance('l')/root/item\"><value ref='v'/>"
      "</itemset></select1>",
      0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalForm) form = try_form (rows[i].model, rows[i].body, NULL, &error);

      g_assert_no_error (error);
      if (pal_form_get_notes (form)->len != rows[i].n_notes)
        g_error ("row %zu: %u notes", i, pal_form_get_notes (form)->len);
    }
}

static void
test_all_problems (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form
      = try_form (ONE "<bind nodeset='/data/z'/>\n<bind nodeset='/data/a' calculate='('/>",
                  INPUT ("/data/y"), &problems, &error);

  g_assert_null (form);
  g_assert_cmpuint (problems->len, ==, 3);
  g_assert_nonnull (strstr (error->message, "(and 2 more)"));
}

static void
test_languages (void)
{
  g_autoptr (PalForm) form = make_form (
      ONE "<itext><translation lang='English (en)'><text id='q'><value>Why?</value>"
          "<value form='guidance'>Say <h:b>why</h:b>.</value></text></translation>"
          "<translation lang='العربية (ar)' default='true()'><text id='q'><value>لماذا؟</value>"
          "</text></translation><translation lang='pt-BR'/></itext>",
      "<input ref='/data/a'><label ref=\"jr:itext('q')\"/><hint ref=\"jr:itext('q')\"/></input>"
      "<input ref='/data/b'><label>Is **it** <output value='/data/a'/>?</label></input>");
  PalFormControl *first = g_ptr_array_index (pal_form_get_controls (form), 0);
  PalFormControl *second = g_ptr_array_index (pal_form_get_controls (form), 1);
  static const struct
  {
    const char *code;
    const char *language;
  } rows[] = {
    { "en", "English (en)" },
    { "en_GB.UTF-8", "English (en)" },
    { "ar", "العربية (ar)" },
    { "AR-eg", "العربية (ar)" },
    { "pt", "pt-BR" },
    { "pt-BR", "pt-BR" },
    { "English (en)", "English (en)" },
    { "fr", NULL },
    { "", NULL },
    { NULL, NULL },
  };
  static const struct
  {
    guint control;
    PalTextKind kind;
    const char *language;
    const char *text;
  } texts[] = {
    { 0, PAL_TEXT_LABEL, NULL, "لماذا؟" },
    { 0, PAL_TEXT_LABEL, "English (en)", "Why?" },
    { 0, PAL_TEXT_LABEL, "pt-BR", "لماذا؟" }, /* not translated: the default stands in */
    { 0, PAL_TEXT_GUIDANCE, "English (en)", "Say why." },
    { 0, PAL_TEXT_REQUIRED_MESSAGE, NULL, NULL },
    { 1, PAL_TEXT_LABEL, NULL, "Is it …?" },
    { 1, PAL_TEXT_HINT, NULL, NULL },
  };

  g_assert_cmpstr (pal_form_get_default_language (form), ==, "العربية (ar)");
  g_assert_cmpuint (pal_form_get_languages (form)->len, ==, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (pal_form_match_language (form, rows[i].code), ==, rows[i].language);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = pal_form_dup_text (form, texts[i].control == 0 ? first : second,
                                                 texts[i].kind, texts[i].language);

      g_assert_cmpstr (text, ==, texts[i].text);
    }
}

static void
test_markup (void)
{
  /* as written in a label, as shown */
  static const struct
  {
    const char *marked;
    const char *plain;
  } rows[] = {
    { "plain", "plain" },
    { "**bold** and *slanted*", "bold and slanted" },
    { "__bold__ and _slanted_", "bold and slanted" },
    { "***both***", "both" },
    { "snake_case_name stays", "snake_case_name stays" },
    { "2 * 3 * 4", "2 * 3 * 4" },
    { "# Heading\nand # no heading", "Heading\nand # no heading" },
    { "####### seven", "####### seven" },
    { "[UNODC](https://unodc.org)", "UNODC (https://unodc.org)" },
    { "[1] and [2]", "[1] and [2]" },
    { "&lt;span style=\"color:red\"&gt;red&lt;/span&gt;", "red" },
    { "a &lt; b and b &gt; c", "a < b and b > c" },
    { "one&lt;br/&gt;two", "one\ntwo" },
    { "\\*kept\\*", "*kept*" },
    { "&lt;script&gt;", "<script>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *body
          = g_strdup_printf ("<input ref='/data/a'><label>%s</label></input>", rows[i].marked);
      g_autoptr (PalForm) form = make_form (ONE, body);
      g_autofree char *text = pal_form_dup_text (
          form, g_ptr_array_index (pal_form_get_controls (form), 0), PAL_TEXT_LABEL, NULL);

      g_assert_cmpstr (text, ==, rows[i].plain);
    }
}

static void
test_appearance (void)
{
  g_autoptr (PalForm) form = make_form (ONE, "<input ref='/data/a' appearance='multiline w1'/>");
  PalFormControl *control = g_ptr_array_index (pal_form_get_controls (form), 0);

  g_assert_true (pal_form_control_has_appearance (control, "multiline"));
  g_assert_true (pal_form_control_has_appearance (control, "w1"));
  g_assert_false (pal_form_control_has_appearance (control, "multi"));
  g_assert_false (pal_form_control_has_appearance (control, "line"));
}

/* Two instruments, three pages, cards numbered through; a note has no number. */
static const char outline_model[]
    = "<instance><data id='f'><gen><st><name/></st></gen>"
      "<untoc><art5><n/><q1><status/><how/></q1><q2/></art5><art6><q3><status/></q3></art6>"
      "</untoc></data></instance>"
      "<bind nodeset='/data/untoc' p:needs='convention'/>"
      "<bind nodeset='/data/untoc/art5' p:ref='untoc:5'/>"
      "<bind nodeset='/data/untoc/art5/n' readonly='true()' type='string'/>"
      "<bind nodeset='/data/untoc/art5/q1/status' p:ref='untoc:5.1.a' p:obligation='shall'/>";
static const char outline_body[]
    = "<group ref='/data/gen' appearance='part'><label>General</label>"
      "<group ref='/data/gen/st' appearance='page field-list'>"
      "<input ref='/data/gen/st/name'><label>Name</label></input></group></group>"
      "<group ref='/data/untoc' appearance='part'><label>Convention</label>"
      "<group ref='/data/untoc/art5' appearance='page'><label>Article 5</label>"
      "<input ref='/data/untoc/art5/n'><label>Note</label></input>"
      "<group ref='/data/untoc/art5/q1'><label>Have you?</label>"
      "<select1 ref='/data/untoc/art5/q1/status'><label>?</label>"
      "<item><label>Y</label><value>y</value></item></select1>"
      "<input ref='/data/untoc/art5/q1/how'><label>How?</label></input></group>"
      "<input ref='/data/untoc/art5/q2'><label>And?</label></input></group>"
      "<group ref='/data/untoc/art6' appearance='page'><group ref='/data/untoc/art6/q3'>"
      "<input ref='/data/untoc/art6/q3/status'><label>?</label></input></group></group></group>";

static void
test_outline (void)
{
  g_autoptr (PalForm) form = make_form (outline_model, outline_body);
  g_autoptr (PalOutline) outline = pal_outline_new (form);
  GPtrArray *parts = pal_outline_get_parts (outline);
  GPtrArray *pages = pal_outline_get_pages (outline);
  GPtrArray *cards = pal_outline_get_cards (outline);
  static const guint numbers[] = { 1, 0, 2, 3, 4 };
  static const guint page_of[] = { 0, 1, 1, 1, 2 };
  PalOutlineCard *card;
  PalFormControl *how;

  g_assert_cmpuint (parts->len, ==, 2);
  g_assert_cmpuint (pages->len, ==, 3);
  g_assert_cmpuint (cards->len, ==, G_N_ELEMENTS (numbers));
  for (guint i = 0; i < cards->len; i++)
    {
      card = g_ptr_array_index (cards, i);
      g_assert_cmpuint (card->index, ==, i);
      g_assert_cmpuint (card->number, ==, numbers[i]);
      g_assert_cmpuint (card->page->index, ==, page_of[i]);
    }
  card = g_ptr_array_index (cards, 2);
  g_assert_cmpstr (card->ref, ==, "untoc:5.1.a");
  g_assert_cmpstr (card->obligation, ==, "shall");
  g_assert_cmpstr (card->needs, ==, "convention");
  g_assert_true (card->title == card->control);
  g_assert_cmpstr (card->status->node->local, ==, "status");
  g_assert_cmpstr (card->page->ref, ==, "untoc:5");
  g_assert_cmpstr (card->page->part->needs, ==, "convention");
  g_assert_cmpuint (pal_outline_find_ref (outline, "untoc:5.1.a")->len, ==, 1);
  g_assert_true (g_ptr_array_index (pal_outline_find_ref (outline, "untoc:5.1.a"), 0) == card);
  g_assert_cmpuint (pal_outline_find_ref (outline, "untoc:5")->len, ==, 2); /* without the note */
  g_assert_null (pal_outline_find_ref (outline, "uncac:5"));
  /* A group without a label is called by its first question. */
  card = g_ptr_array_index (cards, 4);
  g_assert_true (card->title == card->status);

  how = pal_form_find_node (form, "/data/untoc/art5/q1/how")->control;
  g_assert_true (pal_outline_find_card (outline, how) == g_ptr_array_index (cards, 2));
  g_assert_true (pal_outline_find_page (outline, how) == g_ptr_array_index (pages, 1));
  g_assert_true (pal_outline_is_note (pal_form_find_node (form, "/data/untoc/art5/n")->control));
}

static void
test_outline_without_pages (void)
{
  g_autoptr (PalForm) form = make_form (ONE, INPUT ("/data/a") INPUT ("/data/b"));
  g_autoptr (PalOutline) outline = pal_outline_new (form);
  PalOutlinePage *page = g_ptr_array_index (pal_outline_get_pages (outline), 0);

  g_assert_cmpuint (pal_outline_get_parts (outline)->len, ==, 1);
  g_assert_cmpuint (pal_outline_get_pages (outline)->len, ==, 1);
  g_assert_null (page->control);
  g_assert_cmpuint (page->cards->len, ==, 2);
}

static void
test_depth_limit (void)
{
  /* Groups nested 60 deep load, 70 deep do not; both end without a crash. */
  static const guint depths[] = { 60, 70 };

  for (gsize i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      g_autoptr (GString) body = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalForm) form = NULL;

      for (guint j = 0; j < depths[i]; j++)
        g_string_append (body, "<group>");
      for (guint j = 0; j < depths[i]; j++)
        g_string_append (body, "</group>");
      form = try_form (ONE, body->str, NULL, &error);
      if (i == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_FORM_ERROR, PAL_FORM_ERROR_LIMIT);
    }
}

/* What nobody reads is noted, each sort of it once; names of others' namespaces are not. */
static void
test_strange (void)
{
  static const struct
  {
    const char *model;
    const char *body;
    const char *notes; /* joined by "|" */
  } rows[] = {
    { "", "<input ref='/data/a'/><input ref='/data/b' autoplay='audio' rows='3'/>", "" },
    { "", "<input ref='/data/a' zap='1'/><group><input zap='2' ref='/data/b'/></group>",
      "f.xml:4: the attribute zap of <input> is not used (here and in 1 other places)" },
    { "", "<input ref='/data/a' jr:zap='1' x:zap='1' xmlns:x='urn:x'/>",
      "f.xml:4: the attribute jr:zap of <input> is not used" },
    { "<bind nodeset='/data/a' typ='int' p:zap='1' odk:zap='1'/>", "<input ref='/data/a'/>",
      "f.xml:3: the attribute typ of <bind> is not used|f.xml:3: the attribute p:zap of <bind> is "
      "not used|f.xml:3: the attribute odk:zap of <bind> is not used" },
    { "<schema/>", "", "f.xml:3: <schema> in the model is not used" },
    { "", "<select1 ref='/data/a'><item><label/><value>1</value><copy/></item></select1>",
      "f.xml:4: <copy> in <item> is not used" },
    { "<itext><translation lang='en'><text id='t'><valu/></text><txt/></translation></itext>", "",
      "f.xml:3: <valu> in <text> is not used|f.xml:3: <txt> in <translation> is not used" },
    { "<instance id='l'><root><item zap='1'><odd/></item></root></instance>", "", "" },
    { "<submission action='https://example.org' zap='1'/>", "",
      "f.xml:3: the address of the submission is not used: a person says where it goes|"
      "f.xml:3: the attribute zap of <submission> is not used" },
    { "<bind nodeset='/data/a' jr:preload='property' jr:preloadParams='deviceid'/>", "",
      "f.xml:3: /data/a stays empty: nothing is known of property deviceid" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *model = g_strconcat ("<instance><data id='f'><a/><b/></data></instance>\n",
                                            rows[i].model, NULL);
      g_autoptr (PalForm) form = make_form (model, rows[i].body);
      GPtrArray *notes = pal_form_get_notes (form);
      g_autoptr (GString) joined = g_string_new (NULL);

      for (guint j = 0; j < notes->len; j++)
        g_string_append_printf (joined, "%s%s", j > 0 ? "|" : "",
                                (char *) g_ptr_array_index (notes, j));
      g_assert_cmpstr (joined->str, ==, rows[i].notes);
    }
}

/* --- languages that are read when they are asked for ---------------------------------------- */

static void
append_translation (GString *model, const char *tag, const char *word, const char *more)
{
  g_string_append_printf (model, "<translation %s>\n", tag);
  for (guint i = 0; i < 800; i++)
    g_string_append_printf (model, "<text id=\"t%u\"><value>%s %u</value></text>\n", i, word, i);
  g_string_append_printf (model,
                          "<text id=\"out\"><value>%s <output value='/data/a'/>!</value></text>\n"
                          "%s</translation>\n",
                          word, more);
}

static char *
dup_large_model (const char *first_line, const char *broken)
{
  GString *model = g_string_new (first_line);

  g_string_append (model, "<instance><data id='f'><a/><b/></data></instance>\n<itext>\n");
  append_translation (model, "lang='English (en)'", "Why", "");
  append_translation (model, "lang='Français (fr)'", "Pourquoi",
                      "<text id='only'><value>seul</value></text>");
  append_translation (model, "lang='العربية (ar)'", "لماذا", broken);
  g_string_append (model, "</itext>\n<instance id='list'><root><item><itextId>t1</itextId></item>"
                          "</root></instance>\n<bind nodeset='/data/b' zap='1'/>");
  return g_string_free (model, FALSE);
}

static const char large_body[] = "<input ref='/data/a'><label ref=\"jr:itext('t799')\"/><hint "
                                 "ref=\"jr:itext('out')\"/></input>"
                                 "<input ref='/data/b'><label ref=\"jr:itext('only')\"/></input>";

static void
test_left_out (void)
{
  static const char *const languages[] = { "English (en)", "Français (fr)", "العربية (ar)", NULL };
  static const struct
  {
    const char *first_line; /* in which case is it cut, or read as a whole */
    const char *broken;
    const char *label; /* in Arabic */
  } rows[] = {
    { "", "", "لماذا 799" },
    { "<!-- < -->", "", "لماذا 799" },
    { "", "<text id='t799'><value>again</value></text>", "لماذا 799" },
    { "", "<text id='x'><value>&nothing;</value></text>", "Why 799" },
    { "", "<text id=\"x\"><value>&nothing;</value></text>", "Why 799" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *model = dup_large_model (rows[i].first_line, rows[i].broken);
      g_autoptr (PalForm) form = make_form (model, large_body);
      PalFormControl *first = g_ptr_array_index (pal_form_get_controls (form), 0);
      PalFormControl *second = g_ptr_array_index (pal_form_get_controls (form), 1);
      g_autofree char *arabic = NULL;
      g_autofree char *french = NULL;
      g_autofree char *english = NULL;
      g_autofree char *output = NULL;

      for (guint j = 0; languages[j] != NULL; j++)
        g_assert_cmpstr (g_ptr_array_index (pal_form_get_languages (form), j), ==, languages[j]);
      english = pal_form_dup_text (form, second, PAL_TEXT_LABEL, languages[0]);
      french = pal_form_dup_text (form, second, PAL_TEXT_LABEL, languages[1]);
      arabic = pal_form_dup_text (form, first, PAL_TEXT_LABEL, languages[2]);
      output = pal_form_dup_text (form, first, PAL_TEXT_HINT, languages[1]);
      g_assert_null (english);
      g_assert_cmpstr (french, ==, "seul");
      g_assert_cmpstr (arabic, ==, rows[i].label);
      g_assert_cmpstr (output, ==, "Pourquoi …!");
    }
}

/* What is told of a form has the same lines, whether all of it was read or not. */
static void
test_left_out_lines (void)
{
  g_autofree char *model = dup_large_model ("", "");
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) cut = make_form (model, large_body);
  g_autoptr (PalForm) whole = try_form (model, large_body, &problems, &error);
  GPtrArray *notes = pal_form_get_notes (cut);

  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (notes, 0), ==,
                   g_ptr_array_index (pal_form_get_notes (whole), 0));
  g_assert_true (pal_form_get_source (cut) != NULL);
  g_assert_cmpuint (g_bytes_get_size (pal_form_get_source (cut)), ==,
                    g_bytes_get_size (pal_form_get_source (whole)));
}

static gpointer
ask_in_thread (gpointer data)
{
  PalForm *form = data;

  return pal_form_dup_text (form, g_ptr_array_index (pal_form_get_controls (form), 0),
                            PAL_TEXT_LABEL, "Français (fr)");
}

static void
test_left_out_threads (void)
{
  g_autofree char *model = dup_large_model ("", "");
  g_autoptr (PalForm) form = make_form (model, large_body);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask_in_thread, form);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree char *text = g_thread_join (threads[i]);

      g_assert_cmpstr (text, ==, "Pourquoi 799");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/definition", test_definition);
  g_test_add_func ("/form/refused", test_refused);
  g_test_add_func ("/form/loads", test_loads);
  g_test_add_func ("/form/all-problems", test_all_problems);
  g_test_add_func ("/form/languages", test_languages);
  g_test_add_func ("/form/markup", test_markup);
  g_test_add_func ("/form/appearance", test_appearance);
  g_test_add_func ("/form/outline", test_outline);
  g_test_add_func ("/form/outline-without-pages", test_outline_without_pages);
  g_test_add_func ("/form/depth-limit", test_depth_limit);
  g_test_add_func ("/form/strange", test_strange);
  g_test_add_func ("/form/left-out", test_left_out);
  g_test_add_func ("/form/left-out/lines", test_left_out_lines);
  g_test_add_func ("/form/left-out/threads", test_left_out_threads);
  return g_test_run ();
}
