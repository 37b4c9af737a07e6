// SPDX-License-Identifier: GPL-3.0-or-later
#include "pal-kit.h"

#include "pal-expr-script.h"
#include "pal-written-date.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char head[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>T</h:title><model>";

static const char model[]
    = "<itext><translation lang='English (en)' default='true()'><text id='y'><value>Yes</value>"
      "</text><text id='p'><value>In part</value></text><text id='q'><value>&lt;/script&gt;&amp;"
      "</value></text></translation><translation lang='Français (fr)'><text id='y'><value>Oui"
      "</value></text><text id='p'><value>En partie</value></text></translation></itext>"
      "<instance><data id='f' version='2'><note/><t>first</t><d/><n/><one/><many/><file/>"
      "<g><deep/></g><row jr:template=''><_id/><x/><inner jr:template=''><_id/><y/></inner></row>"
      "<meta><instanceID/></meta></data></instance><instance id='list'><root><item>"
      "<itextId>y</itextId><name>yes</name><of>1</of></item><item><itextId>p</itextId>"
      "<name>part</name><of>2</of></item></root></instance>"
      "<bind nodeset='/data/note' readonly='true()'/>"
      "<bind nodeset='/data/d' type='date' constraint='. &lt;= today()'/>"
      "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/file' type='binary'/>"
      "<bind nodeset='/data/t' required='true()'/>"
      "<bind nodeset='/data/g' relevant=\"/data/one = 'yes'\"/>";

static const char body[]
    = "<input ref='/data/note'><label>N</label></input>"
      "<input ref='/data/t'><label ref=\"jr:itext('q')\"/></input>"
      "<input ref='/data/d'><label>D</label></input><input ref='/data/n'><label>N</label></input>"
      "<select1 ref='/data/one'><label>O</label><itemset nodeset=\"instance('list')/root/item"
      "[of = '1' or /data/n = 2]\"><value ref='name'/><label ref='jr:itext(itextId)'/></itemset>"
      "</select1><select ref='/data/many'><label>M</label><itemset "
      "nodeset=\"instance('list')/root/item\"><value ref='name'/><label ref='jr:itext(itextId)'/>"
      "</itemset></select><upload ref='/data/file' mediatype='*/*'><label>F</label></upload>"
      "<group ref='/data/g'><input ref='/data/g/deep'><label>G</label></input></group>"
      "<repeat nodeset='/data/row'><input ref='/data/row/x'><label>X</label></input>"
      "<repeat nodeset='/data/row/inner'><input ref='/data/row/inner/y'><label>Y</label></input>"
      "</repeat></repeat>";

static PalForm *
load (const char *form_model, const char *form_body)
{
  g_autoptr (GError) error = NULL;
  char *text = g_strconcat (head, form_model, "</model></h:head><h:body>", form_body,
                            "</h:body></h:html>", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  PalForm *form = pal_form_load (bytes, "form", &error);

  g_assert_no_error (error);

  return form;
}

static int
make_pipe (const char *path)
{
  return mkfifo (path, 0600);
}

static int
make_link (const char *path)
{
  return symlink ("/etc/hostname", path);
}

static int
make_folder (const char *path)
{
  return g_mkdir (path, 0700);
}

/* --- dates */

static void
test_dates (void)
{
  static const struct
  {
    const char *text;
    const char *date; /* NULL: not understood; "?": could be two */
  } rows[] = {
    { "2026-11-22", "2026-11-22" },
    { "2026-11-22T10:00:00.000+02:00", "2026-11-22" },
    { "2026/11/22", "2026-11-22" },
    { "2026.11.22", "2026-11-22" },
    { "20261122", "2026-11-22" },
    { "2026年11月22日", "2026-11-22" },
    { "22.11.2026", "2026-11-22" },
    { "3.4.2026", "2026-04-03" },
    { "22/11/2026", "2026-11-22" },
    { "11/22/2026", "2026-11-22" },
    { "22-11-2026 14:30", "2026-11-22" },
    { "4/4/2026", "2026-04-04" },
    { "3/4/2026", "?" },
    { "03-04-2026", "?" },
    { "22 November 2026", "2026-11-22" },
    { "November 22, 2026", "2026-11-22" },
    { "Sun, 22 Nov 2026", "2026-11-22" },
    { "22 novembre 2026", "2026-11-22" },
    { "1er février 2026", "2026-02-01" },
    { "22 de noviembre de 2026", "2026-11-22" },
    { "22 ноября 2026 г.", "2026-11-22" },
    { "٢٢ نوفمبر ٢٠٢٦", "2026-11-22" },
    { "22 تشرين الثاني 2026", "2026-11-22" },
    { "٢٠٢٦-١١-٢٢", "2026-11-22" },
    { "2026-02-30", NULL },
    { "31.4.2026", NULL },
    { "22.11.26", NULL },
    { "November 2026", NULL },
    { "2026", NULL },
    { "46348", NULL },
    { "soon", NULL },
    { "", NULL },
    { "1.2.3.2026", NULL },
    { "99999999999999999999", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean unsure;
      g_autofree char *date = pal_written_date_dup (rows[i].text, &unsure);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (unsure ? "?" : date, ==, rows[i].date);
    }
}

/* --- rules */

static char *
path_cb (gboolean is_absolute, const char *const *steps, gpointer user_data)
{
  g_autofree char *joined = g_strjoinv ("/", (char **) steps);

  return strstr (joined, "refused") != NULL
             ? NULL
             : g_strdup_printf ("at(%s%s)", is_absolute ? "/" : "", joined);
}

static void
test_rules (void)
{
  static const struct
  {
    const char *expression;
    const char *script; /* NULL: refused */
  } rows[] = {
    { "true()", "yes()" },
    { "/a/b = 'x'", "same(at(/a/b), \"x\")" },
    { "/a/b != 1", "differ(at(/a/b), 1)" },
    { ". <= today()", "(number(at()) <= number(today()))" },
    { "../a/b > 3.5", "(number(at(../a/b)) > number(3.5))" },
    { "not(selected(/a, 'x')) and (. = '' or true())",
      "(not(selected(text(at(/a)), \"x\")) && (same(at(), \"\") || yes()))" },
    { "string-length(.) < 3", "(number(lengthOf(text(at()))) < number(3))" },
    { "regex(., '^[0-9]+$')", "matches(text(at()), \"^[0-9]+$\")" },
    { "concat('a', \"'\", .) = 'b'", "same(concat(\"a\", \"'\", text(at())), \"b\")" },
    { "if(. = 1, 'a', .) = 'a'", "same(choose(same(at(), 1), \"a\", text(at())), \"a\")" },
    { "contains(., '</script>')", "contains(text(at()), \"\\u003c/script\\u003e\")" },
    { "number(.) = -(2)", "same(Number(number(at())), -2)" },
    { "-(.) = -2", "same(-(number(at())), -2)" },
    { "count(/a) > 1", NULL },
    { "/a + 1 = 2", NULL },
    { "/a", NULL },
    { "/a[1] = 1", NULL },
    { "//a = 1", NULL },
    { "/refused = 1", NULL },
    { "regex(., '(?<=a)b')", NULL },
    { "regex(., 'a++')", NULL },
    { "regex(., '[[:alpha:]]')", NULL },
    { "regex(., '\\Aa')", NULL },
    { "regex(., /a)", NULL },
    { "true() = (1 = 1)", NULL },
    { "position(..) = 1", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalExpr) expr = pal_expr_compile (rows[i].expression, NULL, NULL, &error);
      g_autofree char *script = NULL;

      g_test_message ("%s", rows[i].expression);
      g_assert_no_error (error);
      script = pal_expr_dup_script (expr, path_cb, NULL, &error);
      g_assert_cmpstr (script, ==, rows[i].script);
      g_assert_true ((script == NULL) == (error != NULL));
    }
}

/* --- making */

static void
set_up_parts (void)
{
  g_autofree char *folder = g_dir_make_tmp ("palermo-kit-XXXXXX", NULL);
  g_autofree char *kit = g_build_filename (folder, "kit", NULL);
  g_autofree char *style = g_build_filename (kit, "kit.css", NULL);
  g_autofree char *script = g_build_filename (kit, "kit.js", NULL);

  g_assert_no_errno (g_mkdir (kit, 0700));
  g_assert_true (g_file_set_contents (style, "p { margin: 0 }\n", -1, NULL));
  g_assert_true (g_file_set_contents (script, "start ();\n", -1, NULL));
  g_setenv ("PALERMO_DATA_DIR", folder, TRUE);
}

static void
tear_down_parts (void)
{
  const char *folder = g_getenv ("PALERMO_DATA_DIR");
  static const char *const names[] = { "kit/kit.css", "kit/kit.js", "kit", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_remove (path);
    }
  g_unsetenv ("PALERMO_DATA_DIR");
}

/* The policy names the digest of every script and style, as they stand between their tags. */
static guint
count_sources (const char *page, const char *open, const char *close)
{
  const char *c = page;
  guint n = 0;

  while ((c = strstr (c, open)) != NULL)
    {
      const char *start = c + strlen (open);
      const char *end = strstr (start, close);
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      g_autofree char *base64 = NULL;
      guint8 digest[32];
      gsize length = sizeof digest;

      g_assert_nonnull (end);
      g_checksum_update (checksum, (const guchar *) start, end - start);
      g_checksum_get_digest (checksum, digest, &length);
      base64 = g_base64_encode (digest, length);
      g_assert_nonnull (strstr (page, base64));
      c = end;
      n++;
    }

  return n;
}

static void
test_make (void)
{
  g_autoptr (PalForm) form = load (model, body);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) page = NULL;
  const PalKitOrder order = { .form = form,
                              .language = "en",
                              .state = "</script><b>&",
                              .dossier_id = "secret-dossier-id",
                              .cluster = "I" };
  const PalKitOrder other = { .form = form, .language = "ru" };
  g_autofree char *text = NULL;

  set_up_parts ();
  page = pal_kit_make (&order, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
  g_assert_cmpuint (count_sources (text, "<script>", "</script>"), ==, 2);
  g_assert_cmpuint (count_sources (text, "<style>", "</style>"), ==, 1);
  g_assert_nonnull (strstr (text, "default-src 'none'"));
  g_assert_nonnull (strstr (text, "\\u003c/script\\u003e\\u003cb\\u003e\\u0026"));
  g_assert_null (strstr (text, "<b>"));
  g_assert_null (strstr (text, "secret-dossier-id"));
  g_assert_null (strstr (text, "src="));
  g_assert_nonnull (strstr (text, "relevant: n => same(at(n, \"/data/one\"), \"yes\")"));
  g_assert_nonnull (
      strstr (text, "(n, i) => (same(i[\"of\"], \"1\") || same(at(n, \"/data/n\"), 2))"));

  g_clear_pointer (&page, g_bytes_unref);
  page = pal_kit_make (&other, &error);
  g_assert_null (page);
  g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LANGUAGE);
  tear_down_parts ();
}

static void
test_refused (void)
{
#define A "<input ref='/data/a'><label>A</label></input>"
#define ROWS(attributes)                                                                           \
  "<repeat nodeset='/data/r' " attributes "><input ref='/data/r/b'><label>B</label></input>"       \
  "</repeat>"
  static const struct
  {
    const char *model;
    const char *body;
  } forms[] = {
    { "<instance><data id='f'><a/><b/></data></instance><bind nodeset='/data/b' "
      "calculate='/data/a'/>",
      A },
    { "<instance><data id='f'><a/><r><b/></r></data></instance>", ROWS ("jr:count='/data/a'") },
    { "<instance><data id='f'><a/></data></instance><bind nodeset='/data/a' type='time'/>", A },
    { "<instance><data id='f'><a/><r jr:template=''><b/></r></data></instance><bind "
      "nodeset='/data/a' relevant=\"/data/r/b = '1'\"/>",
      A ROWS ("") },
    { "<instance><data id='f'><a/></data></instance><bind nodeset='/data/a' "
      "constraint='pow(., 2) &gt; 1'/>",
      A },
    { "<instance><data id='f'><a/></data></instance>",
      "<trigger ref='/data/a'><label>A</label></trigger>" },
  };

  set_up_parts ();
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (PalForm) form = load (forms[i].model, forms[i].body);
      g_autoptr (GError) error = NULL;
      const PalKitOrder order = { .form = form, .language = "en" };
      g_autoptr (GBytes) page = NULL;

      g_test_message ("%s", forms[i].model);
      page = pal_kit_make (&order, &error);
      g_assert_null (page);
      g_assert_true (g_error_matches (error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM));
    }
  tear_down_parts ();
}

/* --- reading */

static char *
describe (PalKitInput *input)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < input->values->len; i++)
    {
      PalKitValue *value = input->values->pdata[i];

      g_string_append_printf (out, "%s%s=%s", out->len > 0 ? "; " : "", value->path, value->value);
    }
  for (guint i = 0; i < input->files->len; i++)
    {
      PalKitFile *file = input->files->pdata[i];

      g_string_append_printf (out, " +%s(%" G_GSIZE_FORMAT "%s)", file->name,
                              g_bytes_get_size (file->bytes), file->is_intact ? "" : " damaged");
    }
  for (guint i = 0; i < input->remarks->len; i++)
    {
      PalKitRemark *remark = input->remarks->pdata[i];

      if (remark->kind != PAL_KIT_REMARK_UNSEALED)
        g_string_append_printf (out, " | %s %s %s", pal_kit_remark_kind_to_string (remark->kind),
                                remark->path != NULL ? remark->path : "-",
                                remark->text != NULL ? remark->text : "-");
    }

  return g_string_free (out, FALSE);
}

#define DATA(content) "<data id='f' version='2'>" content "</data>"
#define KIT(content) "<kit xmlns='https://palermo.app/ns/kit'>" content "</kit>"
/* base64 and SHA-256 of "abc" */
#define ABC                                                                                        \
  "<file name='a.txt' "                                                                            \
  "sha256='ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'>YWJj</file>"

static void
test_read (void)
{
  static const struct
  {
    const char *name;
    const char *file;
    const char *expected; /* NULL: refused */
    int code;
  } rows[] = {
    { "a plain instance", DATA ("<t>x</t><n>3</n><one>yes</one><many>part yes</many>"),
      "/data/t=x; /data/n=3; /data/one=yes; /data/many=part yes" },
    { "in another order, with attributes, layout, comments and prefixes",
      "<?xml version='1.0' encoding='utf-8'?>\n<!-- x -->\n"
      "<p:data xmlns:p='u' x='y' id='f' version='2'>\r\n <p:n a='b'> 3 </p:n>\n"
      " <!-- y --><t>x</t>\n</p:data>\n",
      "/data/t=x; /data/n=3" },
    { "rows keep their identity and order",
      DATA ("<row><x>1</x><_id>r1</_id><inner><_id>i1</_id><y>2</y></inner></row><t>z</t>"
            "<row><_id>r2</_id><x>3</x></row>"),
      "/data/t=z; /data/row[r1]/x=1; /data/row[r1]/inner[i1]/y=2; /data/row[r2]/x=3" },
    { "templates are no rows",
      DATA ("<row xmlns:jr='http://openrosa.org/javarosa' "
            "jr:template=''><x>1</x></row>"),
      "" },
    { "labels in any language", DATA ("<one> oui </one><many>En partie, YES</many>"),
      "/data/one=yes; /data/many=part yes" },
    { "no such choice", DATA ("<one>maybe</one><many>yes perhaps</many>"),
      "/data/many=yes | choice /data/one maybe | choice /data/many perhaps" },
    { "dates", DATA ("<d>22.11.2026</d>"), "/data/d=2026-11-22" },
    { "a date that could be two", DATA ("<d>3/4/2026</d>"), " | date-unsure /data/d 3/4/2026" },
    { "no date", DATA ("<d>spring</d>"), " | date /data/d spring" },
    { "no number", DATA ("<n>0x10</n>"), " | number /data/n 0x10" },
    { "what the form does not know", DATA ("<new><a>1</a><b>2</b></new><t>x</t>loose"),
      "/data/t=x | unknown /data/new/a 1 | unknown /data/new/b 2 | unknown /data loose" },
    { "twice", DATA ("<t>x</t><t>y</t>"), "/data/t=x | twice /data/t y" },
    { "markup, formulas and scripts are text",
      DATA ("<t>=cmd|'/C calc'!A0 &lt;script&gt;1&lt;/script&gt;<b>bold</b></t>"),
      "/data/t==cmd|'/C calc'!A0 <script>1</script>bold" },
    { "white space alone is no answer", DATA ("<t> \n </t>"), "" },
    { "a note takes no answer", DATA ("<note>x</note>"), " | unknown /data/note x" },
    { "another version", "<data id='f' version='1'><t>x</t></data>", "/data/t=x | version - 1" },
    { "attachments", DATA ("<file>a.txt</file>" KIT (ABC)), "/data/file=a.txt +a.txt(3)" },
    { "a damaged attachment",
      DATA ("<file>a</file>" KIT ("<file name='a' sha256='00'>YWJj</file>")),
      "/data/file=a +a(3 damaged) | file /data/file a" },
    { "a missing one, and one that nobody names", DATA ("<file>b.txt</file>" KIT (ABC)),
      " +a.txt(3) | file /data/file b.txt | spare-file - a.txt" },
    { "names lead nowhere",
      DATA (KIT ("<file name='../../etc/passwd'>YWJj</file><file name='..\\x'>YWJj</file>"
                 "<file name='..'>YWJj</file>")),
      " +passwd(3 damaged) +x(3 damaged) +file(3 damaged) | spare-file - passwd | spare-file - x"
      " | spare-file - file" },
    { "cut in a text", "<data id='f' version='2'><t>x</t><g><deep>half a sent",
      "/data/t=x; /data/g/deep=half a sent | cut - -" },
    { "cut in a reference", "<data id='f' version='2'><t>a &amp; b &am",
      "/data/t=a & b  | cut - -" },
    { "cut in a tag", "<data id='f' version='2'><t>x</t><d", "/data/t=x | cut - -" },
    { "control characters cost nothing else", "<data id='f' version='2'><t>a\001b</t></data>",
      "/data/t=a\357\277\275b" },
    { "with a byte order mark", "\357\273\277" DATA ("<t>x</t>"), "/data/t=x" },
    { "in an old encoding",
      "<?xml version='1.0' encoding='windows-1251'?>" DATA ("<t>\344\340</t>"),
      "/data/t=да | encoding - WINDOWS-1251" },
    { "an old encoding that is not named", DATA ("<t>caf\351</t>"),
      "/data/t=café | encoding - WINDOWS-1252" },
    { "what programs say of themselves", DATA ("<t>x</t><meta><deviceID>1</deviceID></meta>"),
      "/data/t=x" },
    { "the page itself", "<!DOCTYPE html>\n<html lang='en'>", NULL, PAL_KIT_ERROR_PAGE },
    { "the page itself, with a mark", "\357\273\277 <HTML>", NULL, PAL_KIT_ERROR_PAGE },
    { "another form", "<data id='g'/>", NULL, PAL_KIT_ERROR_OTHER },
    { "another root", "<other id='f'/>", NULL, PAL_KIT_ERROR_OTHER },
    { "nothing", "", NULL, PAL_KIT_ERROR_BROKEN },
    { "no XML", "hello", NULL, PAL_KIT_ERROR_BROKEN },
    { "a document type", "<!DOCTYPE data [<!ENTITY a 'b'>]>" DATA ("<t>&a;</t>"), NULL,
      PAL_KIT_ERROR_BROKEN },
    { "a comment without an end", "<data id='f'><!--> secret", NULL, PAL_KIT_ERROR_BROKEN },
    { "tags that cross", "<data id='f'><t><n></t></n></data>", NULL, PAL_KIT_ERROR_BROKEN },
  };
  g_autoptr (PalForm) form = load (model, body);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].file, strlen (rows[i].file));
      g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, &error);
      g_autofree char *said = NULL;

      g_test_message ("%s", rows[i].name);
      if (rows[i].expected == NULL)
        {
          g_assert_null (input);
          g_assert_error (error, PAL_KIT_ERROR, rows[i].code);
          /* A message names what is wrong, and quotes nothing. */
          g_assert_null (strchr (error->message, '\n'));
          g_assert_null (strstr (error->message, "secret"));
          continue;
        }
      g_assert_no_error (error);
      said = describe (input);
      g_assert_cmpstr (said, ==, rows[i].expected);
    }
}

/* What lies beside a file is named by a stranger: what is large is not read, a pipe is not waited
 * for, a link leads nowhere, and a folder is none. */
static void
test_beside (void)
{
  static const struct
  {
    const char *name;
    gint64 size;
    int (*make) (const char *path);
    const char *expected; /* NULL: refused */
  } rows[] = {
    { "small", 3, NULL, "/data/file=beside +beside(3)" },
    { "huge", G_GINT64_CONSTANT (1) << 40, NULL, NULL },
    { "pipe", 0, make_pipe, " | file /data/file beside" },
    { "link", 0, make_link, " | file /data/file beside" },
    { "folder", 0, make_folder, " | file /data/file beside" },
    { "missing", -1, NULL, " | file /data/file beside" },
  };
  g_autoptr (PalForm) form = load (model, body);
  g_autofree char *folder = g_dir_make_tmp ("palermo-kit-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "instance.xml", NULL);
  g_autofree char *beside = g_build_filename (folder, "beside", NULL);

  g_assert_true (g_file_set_contents (path, DATA ("<file>beside</file>"), -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalKitInput) input = NULL;
      g_autofree char *described = NULL;

      g_test_message ("%s", rows[i].name);
      if (rows[i].make != NULL)
        g_assert_no_errno (rows[i].make (beside));
      else if (rows[i].size >= 0)
        {
          g_assert_true (g_file_set_contents (beside, "", 0, NULL));
          g_assert_no_errno (truncate (beside, rows[i].size));
        }
      input = pal_kit_read_file (path, form, &error);
      described = input != NULL ? describe (input) : NULL;
      g_assert_cmpstr (described, ==, rows[i].expected);
      if (input == NULL)
        g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT);
      g_remove (beside);
    }
  g_remove (path);
  g_assert_no_errno (make_pipe (path));
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (pal_kit_read_file (path, form, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  }
  g_remove (path);
  g_rmdir (folder);
}

static void
test_utf16 (void)
{
  static const char *const encodings[] = { "UTF-16", "UTF-16LE", "UTF-16BE" };
  const char file[] = "<?xml version='1.0' encoding='UTF-16'?>" DATA ("<t>Практиция 条约</t>");
  g_autoptr (PalForm) form = load (model, body);

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      gsize length = 0;
      char *text = g_convert (file, -1, encodings[i], "UTF-8", NULL, &length, NULL);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (input->values->len, ==, 1);
      g_assert_cmpstr (((PalKitValue *) input->values->pdata[0])->value, ==, "Практиция 条约");
      g_assert_true (pal_kit_input_has_remark (input, PAL_KIT_REMARK_ENCODING));
    }
}

/* A row that has no identity, or that of another row, gets one that is its own. */
static void
test_row_ids (void)
{
  const char file[] = DATA ("<row><x>1</x></row><row><_id>a</_id><x>2</x></row>"
                            "<row><_id>a</_id><x>3</x></row><row><_id>7</_id><x>4</x></row>"
                            "<row><_id>a]/b</_id><x>5</x></row>");
  g_autoptr (PalForm) form = load (model, body);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (file, strlen (file));
  g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, &error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_no_error (error);
  g_assert_cmpuint (input->values->len, ==, 5);
  g_assert_cmpstr (((PalKitValue *) input->values->pdata[1])->path, ==, "/data/row[a]/x");
  for (guint i = 0; i < 5; i++)
    g_assert_true (g_hash_table_add (seen, ((PalKitValue *) input->values->pdata[i])->path));
  g_assert_cmpuint (input->remarks->len, ==, 5); /* four rows, and no check sum */
}

/* Limits, at N and N + 1. */
static void
test_limits (void)
{
  g_autoptr (PalForm) form = load (model, body);

  for (guint more = 0; more <= 1; more++)
    {
      g_autoptr (GString) file = g_string_new ("<data id='f'>");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PalKitInput) input = NULL;

      for (guint i = 0; i < PAL_KIT_MAX_ROWS + more; i++)
        g_string_append_printf (file, "<row><_id>r%u</_id><x>1</x></row>", i);
      g_string_append (file, "</data>");
      bytes = g_string_free_to_bytes (g_steal_pointer (&file));
      input = pal_kit_read (bytes, form, &error);
      if (more == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT);
    }
  for (guint more = 0; more <= 1; more++)
    {
      g_autofree char *text = g_strnfill (PAL_KIT_MAX_TEXT_BYTES + more, 'x');
      char *file = g_strconcat ("<data id='f'><t>", text, "</t></data>", NULL);
      g_autoptr (GBytes) bytes = g_bytes_new_take (file, strlen (file));
      g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, NULL);

      g_assert_nonnull (input);
      g_assert_cmpuint (strlen (((PalKitValue *) input->values->pdata[0])->value), ==,
                        PAL_KIT_MAX_TEXT_BYTES);
      g_assert_true (pal_kit_input_has_remark (input, PAL_KIT_REMARK_LENGTH) == (more == 1));
    }
  {
    /* Every comma may end a label; what is too long is not tried from each of them to the end. */
    g_autofree char *text = g_strnfill (8 * 1024 * 1024, ',');
    char *file = g_strconcat ("<data id='f'><many>", text, "</many></data>", NULL);
    g_autoptr (GBytes) bytes = g_bytes_new_take (file, strlen (file));
    g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, NULL);

    g_assert_nonnull (input);
    g_assert_true (pal_kit_input_has_remark (input, PAL_KIT_REMARK_LENGTH));
  }
  for (guint more = 0; more <= 1; more++)
    {
      g_autoptr (GString) file = g_string_new ("<data id='f'><kit xmlns='" PAL_KIT_NS "'>");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PalKitInput) input = NULL;

      for (guint i = 0; i < PAL_KIT_MAX_FILES + more; i++)
        g_string_append_printf (file, "<file name='same'/>");
      g_string_append (file, "</kit></data>");
      bytes = g_string_free_to_bytes (g_steal_pointer (&file));
      input = pal_kit_read (bytes, form, &error);
      g_assert_true ((input != NULL) == (more == 0));
    }
  {
    char *file = g_strnfill (PAL_KIT_MAX_BYTES + 1, ' ');
    g_autoptr (GBytes) bytes = g_bytes_new_take (file, PAL_KIT_MAX_BYTES + 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, &error);

    g_assert_null (input);
    g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT);
  }
  {
    g_autoptr (GString) file = g_string_new ("<data id='f'>");
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (PalKitInput) input = NULL;

    for (guint i = 0; i < 2 * PAL_KIT_MAX_REMARKS; i++)
      g_string_append (file, "<z>1</z>");
    g_string_append (file, "</data>");
    bytes = g_string_free_to_bytes (g_steal_pointer (&file));
    input = pal_kit_read (bytes, form, NULL);
    g_assert_cmpuint (input->remarks->len, ==, PAL_KIT_MAX_REMARKS);
    g_assert_cmpuint (input->n_more_remarks, ==, PAL_KIT_MAX_REMARKS + 1);
  }
}

/* The check sum is of what is said, not of how it is written. */
static void
test_seal (void)
{
  static const char lines[] = "kit\tk\ndossier\t\nform\tf\nversion\t2\nlanguage\ten\ncluster\t"
                              "\narticles\t\nsaved\t\ndraft\tno\n/data/t\ta\\\\b\\nc\n/data/g/deep"
                              "\t\nfile\ta.txt\tba7816bf8f01cfea414140de5dae2223b00361a396177a9cb"
                              "410ff61f20015ad\n";
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, lines, -1);
  static const struct
  {
    const char *content;
    gboolean is_same;
  } rows[] = {
    { "<t>a\\b\nc</t><g><deep></deep></g>", TRUE },
    { "\r\n <t >a\\b\r\nc</t>\r\n <g> <deep/> </g>\r\n", TRUE },
    { "<t>a\\b c</t><g><deep></deep></g>", FALSE },
    { "<g><deep></deep></g><t>a\\b\nc</t>", FALSE },
    { "<t>a\\b\nc</t><g><deep></deep></g><n>1</n>", FALSE },
  };
  g_autoptr (PalForm) form = load (model, body);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      char *file = g_strdup_printf (
          "<data id='f' version='2'>%s<kit xmlns='" PAL_KIT_NS "' kit='k' dossier='' form='f' "
          "version='2' language='en' draft='no' sha256='%s'>" ABC "</kit></data>",
          rows[i].content, digest);
      g_autoptr (GBytes) bytes = g_bytes_new_take (file, strlen (file));
      g_autoptr (GError) error = NULL;
      g_autoptr (PalKitInput) input = pal_kit_read (bytes, form, &error);

      g_test_message ("%s", rows[i].content);
      g_assert_no_error (error);
      g_assert_true (pal_kit_input_has_remark (input, PAL_KIT_REMARK_CHANGED) == !rows[i].is_same);
      g_assert_cmpstr (input->kit_id, ==, "k");
      g_assert_null (input->dossier);
      g_assert_cmpstr (input->language, ==, "en");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kit/dates", test_dates);
  g_test_add_func ("/kit/rules", test_rules);
  g_test_add_func ("/kit/make", test_make);
  g_test_add_func ("/kit/refused", test_refused);
  g_test_add_func ("/kit/read", test_read);
  g_test_add_func ("/kit/beside", test_beside);
  g_test_add_func ("/kit/utf16", test_utf16);
  g_test_add_func ("/kit/row-ids", test_row_ids);
  g_test_add_func ("/kit/limits", test_limits);
  g_test_add_func ("/kit/seal", test_seal);

  return g_test_run ();
}
