// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-expr.h"
#include "pal-xml.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <math.h>
#include <string.h>

/* The instance on which the tables below are evaluated; the context node is /data/b. */
static const char instance_text[]
    = "<data version='2'><a>1</a><b>two words</b><empty/><money>123456789012</money>"
      "<day>2024-02-01</day><langs>en fr es</langs>"
      "<row><n>1</n><x>one</x></row><row><n>2</n><x>two</x></row><row><n>3</n><x>three</x></row>"
      "<deep><m><k>k1</k></m><m><k>k2</k><k>k3</k></m></deep><mixed>t<i>u</i>v<!--c--></mixed>"
      "</data>";

static const char secondary_text[]
    = "<instance id='towns'><root><item><name>w</name><land>at</land><label>Wien</label></item>"
      "<item><name>p</name><land>fr</land><label>Paris</label></item>"
      "<item><name>g</name><land>at</land><label>Graz</label></item></root></instance>";

typedef struct
{
  PalDocument *document;
  PalDocument *secondary;
  PalExprScope scope;
  PalNode *context;
} Fixture;

static PalDocument *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  PalDocument *document = pal_xml_parse (bytes, "x", PAL_XML_READ_KEEP_COMMENTS, NULL, &error);

  g_assert_no_error (error);
  return document;
}

static PalNode *
instance_cb (PalExprScope *scope, const char *id)
{
  Fixture *fixture = scope->user_data;

  return strcmp (id, "towns") == 0 ? pal_document_get_element (fixture->secondary) : NULL;
}

static char *
itext_cb (PalExprScope *scope, const char *id)
{
  return g_strdup_printf ("%s in %s", id, scope->language);
}

static char *
choice_label_cb (PalExprScope *scope, PalNode *context, const char *value, const char *path)
{
  return g_strdup_printf ("label of %s at %s", value, path);
}

static char *
pulldata_cb (PalExprScope *scope, const char *instance, const char *column, const char *key_column,
             const char *key)
{
  return g_strdup_printf ("%s.%s where %s is %s", instance, column, key_column, key);
}

static gboolean
is_repeat_cb (PalExprScope *scope, PalNode *node)
{
  return g_strcmp0 (node->local, "row") == 0 || g_strcmp0 (node->local, "m") == 0;
}

static void
fixture_set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->document = parse (instance_text);
  fixture->secondary = parse (secondary_text);
  fixture->scope = (PalExprScope){
    .root = pal_document_get_root (fixture->document),
    .is_repeat = is_repeat_cb,
    .instance = instance_cb,
    .itext = itext_cb,
    .choice_label = choice_label_cb,
    .pulldata = pulldata_cb,
    .language = "Français (fr)",
    .user_data = fixture,
  };
  fixture->context = pal_node_find_child (pal_document_get_element (fixture->document), "b", NULL);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer user_data)
{
  pal_document_unref (fixture->document);
  pal_document_unref (fixture->secondary);
}

static char *
evaluate (Fixture *fixture, const char *source, PalNode *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalExpr) expr = pal_expr_compile (source, NULL, NULL, &error);
  char *text;

  if (expr == NULL)
    return g_strdup_printf ("! %s", error->message);
  text = pal_expr_evaluate_string (expr, &fixture->scope, context, &error);
  return text != NULL ? text : g_strdup_printf ("! %s", error->message);
}

static PalNode *
find (Fixture *fixture, const char *path)
{
  g_autoptr (PalExpr) expr = pal_expr_compile (path, NULL, NULL, NULL);
  g_auto (PalValue) value = { 0 };

  g_assert_true (pal_expr_evaluate (expr, &fixture->scope, fixture->scope.root, &value, NULL));
  g_assert_cmpuint (value.nodes->len, ==, 1);
  return g_ptr_array_index (value.nodes, 0);
}

static void
assert_evaluates (Fixture *fixture, const char *source, PalNode *context, const char *expected)
{
  g_autofree char *text = evaluate (fixture, source, context);

  if (strcmp (text, expected) != 0)
    g_error ("%s gives \"%s\", not \"%s\"", source, text, expected);
}

typedef struct
{
  const char *source;
  const char *expected;
} Row;

static void
test_profile (Fixture *fixture, gconstpointer user_data)
{
  static const Row rows[] = {
    /* T1: digits, never an exponent */
    { "1000000000000", "1000000000000" },
    { "/data/money * 1", "123456789012" },
    { "/data/money * 1000000000", "123456789012000000000" },
    { "0.000001", "0.000001" },
    { "0.1 + 0.2", "0.30000000000000004" },
    { "1 div 3", "0.3333333333333333" },
    { "-0", "0" },
    { "-1.50", "-1.5" },
    { "number('1e3')", "NaN" },
    { "number('+1')", "NaN" },
    { "number(' -.5 ')", "-0.5" },
    { "number('-')", "NaN" },
    { "number('.')", "NaN" },
    { "number('12345678901234567890')", "12345678901234567000" },
    { "1 div 0", "Infinity" },
    { "-1 div 0", "-Infinity" },
    { "5 mod -2", "1" },
    { "-5 mod 2", "-1" },
    /* T2: dates */
    { "'2024-02-01' > '2024-01-01'", "true" },
    { "/data/day + 1", "19755" },
    { "date(/data/day + 29)", "2024-03-01" },
    { "'2024-2-1' = /data/day", "true" },
    { "'2024-02-30' > '2024-01-01'", "false" },
    { "number('1970-01-01')", "0" },
    { "number('1969-12-31')", "-1" },
    { "number('1900-02-29')", "NaN" },
    { "number('2000-02-29')", "11016" },
    { "date('2024-02-30')", "" },
    { "date('nonsense')", "" },
    { "date-time('1970-01-02T01:00:00Z')", "1970-01-02T03:00:00.000+02:00" },
    { "decimal-date-time('1970-01-02T12:00:00Z')", "1.5" },
    { "decimal-time('12:00:00.000')", "0.5" },
    { "decimal-time('12:00:00.000+02:00')", "0.5" },
    { "decimal-time('25:00')", "NaN" },
    { "today()", "2024-03-01" },
    { "now()", "2024-03-01T00:30:00.000+02:00" },
    { "now() >= today()", "true" },
    { "today() = '2024-03-01'", "true" },
    { "format-date('2024-03-05', '%Y %y %m %n %d %e %A %a %B %b %%')",
      "2024 24 03 3 05 5 mardi mar. mars mars %" },
    { "format-date-time('2024-03-05T14:03:09.070+02:00', '%H:%M:%S.%3 %h')", "14:03:09.070 14" },
    { "format-date('2024-12-30', '%W')", "1" },
    { "format-date('2021-01-03', '%W %w %u')", "53 0 7" },
    { "format-date('', '%Y')", "" },
    /* T3: only one branch runs */
    { "if(true(), 'yes', instance('absent'))", "yes" },
    { "if(false(), instance('absent'), 2) + 1", "3" },
    { "true() or instance('absent')", "true" },
    { "false() and instance('absent')", "false" },
    { "count(if(true(), /data/row, /data/a))", "3" },
    { "coalesce(/data/absent, /data/empty, /data/a)", "1" },
    { "coalesce(number('x'), 'text')", "text" },
    { "once('new')", "two words" },
    /* T4 */
    { "position(/data/row[2])", "2" },
    { "/data/row[position() = 2]/x", "two" },
    { "/data/row[last()]/x", "three" },
    /* T9 */
    { "'' = 0", "false" },
    { "'' < 1", "false" },
    { "number('')", "NaN" },
    { "sum(/data/absent)", "0" },
    { "/data/absent != 'a'", "false" },
    { "/data/absent = ''", "false" },
    { "/data/empty = ''", "true" },
    /* T10 */
    { "boolean('false')", "true" },
    { "boolean-from-string('false')", "false" },
    { "boolean-from-string(1)", "true" },
    { "true() = 'x'", "true" },
    /* texts */
    { "concat(/data/row/x, '!')", "onetwothree!" },
    { "concat('a')", "a" },
    { "join('-', /data/row/n, 'z')", "1-2-3-z" },
    { "substr('hello', 1, -1)", "ell" },
    { "substr('hello', -3)", "llo" },
    { "substr('été', 1, 2)", "t" },
    { "substring('12345', 1.5, 2.6)", "234" },
    { "string-length('été')", "3" },
    { "translate('Äpfel', 'Äl', 'A')", "Apfe" },
    { "normalize-space('  a \n b ')", "a b" },
    { "ends-with('abc', 'bc')", "true" },
    { "regex('abc123', '[0-9]{3}')", "true" },
    { "regex('abc', '^[0-9]+$')", "false" },
    { "regex('abc', concat('(', ''))", "false" },
    { "regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a+)+$')", "false" },
    { "digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { "digest('abc', 'SHA-256')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=" },
    { "base64-decode('w6k=')", "é" },
    { "base64-decode('/w==')", "" },
    { "string-length(uuid())", "36" },
    { "string-length(uuid(7))", "7" },
    { "selected(/data/langs, 'fr')", "true" },
    { "selected(/data/langs, 'f')", "false" },
    { "selected('', '')", "true" },
    { "selected('', 'a')", "false" },
    { "selected-at(/data/langs, 2)", "es" },
    { "selected-at(/data/langs, 3)", "" },
    { "count-selected(/data/langs)", "3" },
    /* numbers */
    { "round(-1.5)", "-1" },
    { "round(2.5)", "3" },
    { "round(2.15, 1)", "2.2" },
    { "round(1234, -2)", "1200" },
    { "round(9007199254740991)", "9007199254740991" },
    { "int(-2.7)", "-2" },
    { "max(/data/row/n, 7)", "7" },
    { "min(/data/row/n)", "1" },
    { "max(/data/row/x)", "NaN" },
    { "max(/data/absent)", "NaN" },
    { "pow(2, 10)", "1024" },
    { "exp10(-1)", "0.1" },
    { "random() < 1 and random() >= 0", "true" },
    { "count-non-empty(/data/*[self::a or self::empty])", "1" },
    { "checklist(2, 2, true(), 'x', '')", "true" },
    { "checklist(-1, 1, true(), 'x')", "false" },
    { "weighted-checklist(5, -1, true(), 2, true(), 3)", "true" },
    /* forms */
    { "instance('towns')/root/item[name = 'p']/label", "Paris" },
    { "join(' ', instance('towns')/root/item[land = 'at']/label)", "Wien Graz" },
    { "instance('towns')/root/item[2]/name", "p" },
    { "instance('towns')/root/item[name = current()/../absent]/label", "" },
    { "count(instance('towns')/root/item[land = /data/absent or /data/a = 1])", "3" },
    { "jr:itext('t')", "t in Français (fr)" },
    { "jr:choice-name('fr', '/data/langs')", "label of fr at /data/langs" },
    { "pulldata('towns', 'label', 'name', 'w')", "towns.label where name is w" },
    { "indexed-repeat(/data/row/x, /data/row, 2)", "two" },
    { "indexed-repeat(../row/x, ../row, /data/a + 2)", "three" },
    { "indexed-repeat(/data/row/x, /data/row, 4)", "" },
    { "indexed-repeat(/data/row/x, /data/row, 0)", "" },
    { "indexed-repeat(/data/deep/m/k, /data/deep/m, 2, /data/deep/m/k, 2)", "k3" },
    { "depend(/data/a, /data/b)", "1" },
    /* the peers' sequence */
    { "join('', randomize(instance('towns')/root/item/name, 1))", "pwg" },
    { "join('', randomize(instance('towns')/root/item/name, '1'))", "pwg" },
    { "count(once(/data/row))", "! column 7: a value stands where nodes are needed" },
    { "round(0.49999999999999994)", "0" },
    { "1 div round(-0.2)", "-Infinity" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_evaluates (fixture, rows[i].source, fixture->context, rows[i].expected);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *source;
    int code;
    const char *message;
  } rows[] = {
    { "", PAL_EXPR_ERROR_SYNTAX, "column 1: it ends where a value is expected" },
    { "1 +", PAL_EXPR_ERROR_SYNTAX, "column 4: it ends where a value is expected" },
    { "é = 'x", PAL_EXPR_ERROR_SYNTAX, "column 5: the text in quotation marks does not end" },
    { "/data/a b", PAL_EXPR_ERROR_SYNTAX,
      "column 9: an operator or the end is expected, not \"b\"" },
    { "(1", PAL_EXPR_ERROR_SYNTAX, "column 3: it ends where \")\" is expected" },
    { "a[1", PAL_EXPR_ERROR_SYNTAX, "column 4: it ends where \"]\" is expected" },
    { "a == b", PAL_EXPR_ERROR_SYNTAX, "column 4: a value is expected, not \"=\"" },
    { "$x", PAL_EXPR_ERROR_SYNTAX, "column 1: there are no variables here ($...)" },
    { "a # b", PAL_EXPR_ERROR_SYNTAX, "column 3: \"#\" cannot stand here" },
    { "sideways::a", PAL_EXPR_ERROR_SYNTAX, "column 1: there is no axis \"sideways\"" },
    { "1/a", PAL_EXPR_ERROR_SYNTAX, "column 1: only nodes can be filtered and followed" },
    { "a | 1", PAL_EXPR_ERROR_SYNTAX, "column 1: only nodes can be joined by \"|\"" },
    { "regex(., '(')", PAL_EXPR_ERROR_SYNTAX, NULL },
    { "1 + slected(a, 'b')", PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
      "column 5: there is no function slected(); did you mean selected()?" },
    { "choice-name(a, 'b')", PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
      "column 1: there is no function choice-name(); did you mean jr:choice-name()?" },
    { "zzzzzz()", PAL_EXPR_ERROR_UNKNOWN_FUNCTION, "column 1: there is no function zzzzzz()" },
    { "area(a)", PAL_EXPR_ERROR_UNKNOWN_FUNCTION, "column 1: area() is outside the form profile" },
    { "if(a, b)", PAL_EXPR_ERROR_ARGUMENTS, "column 1: if() takes 3 arguments, not 2" },
    { "round(1, 2, 3)", PAL_EXPR_ERROR_ARGUMENTS,
      "column 1: round() takes 1 to 2 arguments, not 3" },
    { "count('a')", PAL_EXPR_ERROR_ARGUMENTS, "column 1: argument 1 of count() must be a path" },
    { "p:a", PAL_EXPR_ERROR_PREFIX, "column 1: the prefix \"p\" is not declared" },
    { "a + p:f()", PAL_EXPR_ERROR_PREFIX, "column 5: the prefix \"p\" is not declared" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalExpr) expr = pal_expr_compile (rows[i].source, NULL, NULL, &error);

      g_assert_null (expr);
      g_assert_error (error, PAL_EXPR_ERROR, rows[i].code);
      if (rows[i].message != NULL)
        g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

static void
append_times (GString *text, const char *what, guint times)
{
  for (guint i = 0; i < times; i++)
    g_string_append (text, what);
}

static void
test_limits (Fixture *fixture, gconstpointer user_data)
{
  for (guint over = 0; over <= 1; over++)
    {
      g_autoptr (GString) nested = g_string_new (NULL);
      g_autoptr (GString) ifs = g_string_new (NULL);
      g_autoptr (GString) predicates = g_string_new ("1");
      g_autofree char *result = NULL;
      g_autofree char *if_result = NULL;

      append_times (nested, "(", 999 + over);
      g_string_append (nested, "7");
      append_times (nested, ")", 999 + over);
      result = evaluate (fixture, nested->str, fixture->context);

      append_times (ifs, "if(false(), 1, ", 999 + over);
      g_string_append (ifs, "8");
      append_times (ifs, ")", 999 + over);
      if_result = evaluate (fixture, ifs->str, fixture->context);

      g_assert_cmpstr (result, ==, over ? "! column 1001: nested too deeply" : "7");
      if (over)
        g_assert_true (g_str_has_suffix (if_result, "nested too deeply"));
      else
        g_assert_cmpstr (if_result, ==, "8");
    }

  {
    g_autoptr (GString) sum = g_string_new ("0");
    g_autoptr (GString) signs = g_string_new (NULL);
    g_autoptr (GString) equals = g_string_new ("1");
    g_autoptr (GString) steps = g_string_new (".");
    g_autoptr (GString) long_text = g_string_new ("'");

    append_times (sum, " + /data/a", 20000);
    assert_evaluates (fixture, sum->str, fixture->context, "20000");
    append_times (signs, "-", 100000);
    g_string_append (signs, "3");
    assert_evaluates (fixture, signs->str, fixture->context, "3");
    append_times (equals, "=1", 101);
    assert_evaluates (fixture, equals->str, fixture->context,
                      "! column 202: too many comparisons in a row");
    append_times (steps, "/.", 10000);
    assert_evaluates (fixture, steps->str, fixture->context, "two words");
    append_times (long_text, "x", 1024 * 1024);
    assert_evaluates (fixture, long_text->str, fixture->context,
                      "! column 1: longer than 1048576 bytes");
  }
  assert_evaluates (fixture, "uuid(1000000)", fixture->context,
                    "! column 1: uuid() takes a length from 0 to 4096");
  assert_evaluates (fixture, "instance('absent')/x", fixture->context,
                    "! column 1: there is no such instance");
}

/* A path that looks from each of many nodes at all the others is stopped in time. */
static void
test_too_much (void)
{
  g_autoptr (GString) text = g_string_new ("<a>");
  g_autoptr (PalDocument) document = NULL;
  Fixture fixture = { 0 };
  g_autofree char *result = NULL;

  append_times (text, "<b/>", 20000);
  g_string_append (text, "</a>");
  document = parse (text->str);
  fixture.document = document;
  fixture.scope.root = pal_document_get_root (document);
  result = evaluate (&fixture, "count(//b/following::b/preceding::b)", fixture.scope.root);
  g_assert_cmpstr (result, ==, "! column 1: too many nodes at once");
}

/* T7: what is not relevant and what is a template are not there. */
static void
test_hidden (Fixture *fixture, gconstpointer user_data)
{
  static const Row rows[] = {
    { "count(/data/row)", "2" },
    { "/data/row[1]/n", "2" },
    { "sum(/data/row/n)", "5" },
    { "count(/data/row/x)", "1" },
    { "count(//x)", "1" },
    { "count(//k)", "0" },
    { "/data/deep/m/k", "" },
    { "/data/a", "" },
    { "/data/a = ''", "false" },
    { "count(../*)", "9" },
    { "position(/data/row[1])", "1" },
    { "indexed-repeat(/data/row/n, /data/row, 2)", "3" },
    { "count(preceding::a)", "0" },
    { "string-length(/data/deep)", "0" },
  };

  find (fixture, "/data/a")->hidden = TRUE;
  find (fixture, "/data/row[2]/x")->hidden = TRUE;
  find (fixture, "/data/deep")->first_child->hidden = TRUE;
  find (fixture, "/data/deep")->last_child->hidden = TRUE;
  find (fixture, "/data/row[1]")->is_template = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_evaluates (fixture, rows[i].source, fixture->context, rows[i].expected);
}

/* T6: inside a repeat an absolute path means the row around. */
static void
test_contextualise (Fixture *fixture, gconstpointer user_data)
{
  static const Row rows[] = {
    { "/data/row/x", "two" },
    { "count(/data/row)", "3" },
    { "sum(/data/row/n)", "2" },
    { "/data/row[1]/x", "one" },
    { "sum(/data/row[true()]/n)", "6" },
    { "/data/a", "1" },
    { "/data/deep/m[2]/k", "k2" },
    { "indexed-repeat(/data/row/x, /data/row, 3)", "three" },
    { "instance('towns')/root/item[name = 'p' and /data/row/n = 2]/label", "Paris" },
  };
  PalNode *context = find (fixture, "/data/row[2]/n");

  fixture->scope.contextualise = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_evaluates (fixture, rows[i].source, context, rows[i].expected);
  assert_evaluates (fixture, "sum(/data/row/n)", fixture->context, "6");
  fixture->scope.contextualise = FALSE;
  assert_evaluates (fixture, "/data/row/x", context, "one");
}

static void
test_xforms_names (void)
{
  g_autoptr (PalDocument) document
      = parse ("<instance xmlns='http://www.w3.org/2002/xforms'><data><a>1</a><b xmlns=''>2</b>"
               "<row/><row/></data></instance>");
  Fixture fixture
      = { .document = document, .scope = { .root = pal_document_get_element (document) } };

  assert_evaluates (&fixture, "/data/a", fixture.scope.root, "");
  fixture.scope.xforms_names = TRUE;
  assert_evaluates (&fixture, "/data/a", fixture.scope.root, "1");
  assert_evaluates (&fixture, "/data/b", fixture.scope.root, "2");
  assert_evaluates (&fixture, "count(/data/row)", fixture.scope.root, "2");
  assert_evaluates (&fixture, "count(/..)", fixture.scope.root, "0");
}

static char *
describe_references (const PalExpr *expr)
{
  static const char kinds[] = { '/', '^', '@', '~', '?' };
  GPtrArray *references = pal_expr_get_references (expr);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < references->len; i++)
    {
      const PalExprReference *reference = g_ptr_array_index (references, i);

      if (i > 0)
        g_string_append_c (text, ' ');
      if (reference->base == PAL_EXPR_BASE_INSTANCE)
        g_string_append_printf (text, "{%s}", reference->instance_id);
      else if (reference->base == PAL_EXPR_BASE_CONTEXT)
        g_string_append_c (text, '.');
      for (guint j = 0; j < reference->steps->len; j++)
        {
          const PalExprStep *step = &g_array_index (reference->steps, PalExprStep, j);

          g_string_append_printf (text, "%c%s%s", kinds[step->kind],
                                  step->kind == PAL_EXPR_STEP_PARENT ? ""
                                  : step->local != NULL              ? step->local
                                                                     : "*",
                                  step->has_predicate ? "[]" : "");
        }
      if (!reference->is_plain)
        g_string_append_c (text, '!');
    }
  return g_string_free (text, FALSE);
}

static void
test_references (void)
{
  static const Row rows[] = {
    { "1 + 2", "" },
    { "/data/a + ../b", "/data/a .^/b" },
    { ".", "." },
    { "current()/../c", ".^/c" },
    { "/data/a[b = current()/../c]/d", "/data/a/b .^/c /data/a[]/d!" },
    { "/data/a[b[c = 1]]", "/data/a/b/c /data/a/b[]! /data/a[]!" },
    { "if(/data/a, /data/b, ../c)", "/data/a /data/b .^/c" },
    { "if(/data/a, /data/b, ../c)/d", "/data/a /data/b/d .^/c/d" },
    { "(a | b)/c", "./a/c ./b/c" },
    { "instance('x')/root/item[n = /data/a]/label",
      "{x}/root/item/n /data/a {x}/root/item[]/label!" },
    { "//a", "~a!" },
    { "/data/*", "/data/*!" },
    { "/data/@version", "/data@version!" },
    { "/data/a/text()", "/data/a" },
    { "following-sibling::a", ".?a!" },
    { "count(/data/row)", "/data/row" },
    { "position(..)", ".^" },
    { "string()", "." },
    { "now()", "" },
    { "selected(/data/a, 'x') and not(/data/b)", "/data/a /data/b" },
    { "sum(/data/row/n) div count(/data/row)", "/data/row/n /data/row" },
    { "randomize(/data/row, /data/seed)/n", "/data/seed /data/row/n" },
    { "indexed-repeat(/data/row/x, /data/row, /data/i)", "/data/row /data/i /data/row/x" },
    { "coalesce(/data/a, /data/b)", "/data/a /data/b" },
    { "jr:choice-name(/data/a, '/data/a')", "/data/a" },
    { ".[. > 1]", ". ." },
    { "/data/row[position() < 3]/n", "/data/row[]/n!" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalExpr) expr = pal_expr_compile (rows[i].source, NULL, NULL, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = describe_references (expr);
      if (strcmp (text, rows[i].expected) != 0)
        g_error ("%s refers to \"%s\", not \"%s\"", rows[i].source, text, rows[i].expected);
      g_assert_cmpstr (pal_expr_get_source (expr), ==, rows[i].source);
    }
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *source;
    gboolean is_impure;
    gboolean is_constant;
  } rows[] = {
    { "1 + 1", FALSE, TRUE },
    { "concat('a', string(2))", FALSE, TRUE },
    { "/data/a", FALSE, FALSE },
    { "position()", FALSE, FALSE },
    { "string()", FALSE, FALSE },
    { "today()", TRUE, FALSE },
    { "if(/data/a, now(), 1)", TRUE, FALSE },
    { "uuid()", TRUE, FALSE },
    { "once('x')", TRUE, FALSE },
    { "randomize(/data/row)", TRUE, FALSE },
    { "randomize(/data/row, 7)", FALSE, FALSE },
    { "jr:itext('x')", FALSE, FALSE },
    { "format-date('2024-01-01', '%b')", FALSE, FALSE },
    { "date('2024-01-01')", FALSE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalExpr) expr = pal_expr_compile (rows[i].source, NULL, NULL, NULL);

      g_assert_cmpint (pal_expr_is_impure (expr), ==, rows[i].is_impure);
      g_assert_cmpint (pal_expr_is_constant (expr), ==, rows[i].is_constant);
    }
}

/* Plain XPath 1.0, where libxml2 and we must agree. */
static void
test_oracle (Fixture *fixture, gconstpointer user_data)
{
  static const char *const sources[] = {
    "//k[1]",
    "(//k)[2]",
    "//m[k = 'k3']/k[last()]",
    "count(//*)",
    "count(//node())",
    "count(//text())",
    "count(//@*)",
    "name(/data/*[4])",
    "name(/data/*[last() - 1])",
    "/data/row[2]/following-sibling::*[1]/m/k",
    "count(/data/row[2]/preceding-sibling::*)",
    "name(/data/row[2]/preceding-sibling::*[1])",
    "name(/data/row[2]/preceding-sibling::*[3])",
    "count(//k/ancestor::*)",
    "name(//k[. = 'k3']/ancestor::*[1])",
    "name(//k[. = 'k3']/ancestor::*[3])",
    "count(//k/ancestor-or-self::node())",
    "count(/data/empty/following::*)",
    "count(/data/deep/preceding::*)",
    "name(/data/deep/preceding::*[1])",
    "count(//k/following::* | //k/preceding::*)",
    "count(//m/.. | //m | //m/k/../..)",
    "string(/data/mixed)",
    "string(/data/mixed/text()[2])",
    "string(//comment())",
    "count(/data/row/n/..)",
    "sum(/data/row/n) * 2 - 1",
    "/data/row/n = 2",
    "/data/row/n != 2",
    "/data/row/n > 2",
    "/data/row/n < /data/row/n",
    "/data/row/n = /data/a",
    "not(/data/row/n = /data/absent)",
    "/data/row[n = 2 or x = 'three'][2]/x",
    "/data/row[n > 1][position() = 1]/x",
    "/data/row[number(n)]/x",
    "//row[position() mod 2 = 1][2]/x",
    "/data/*[self::row][3]/x",
    "string(/data/row[3]/@none)",
    "/data/@version + 1",
    "substring('12345', 0, 3)",
    "substring('12345', -42, 1 div 0)",
    "translate('bar', 'abc', 'AB')",
    "concat(substring-before('a=b', '='), substring-after('a=b', '='))",
    "1 < 2 < 3",
    "3 > 2 > 1",
    "1 = 1 = 1",
    "- - 3",
    "2 * 3 + 4 div 2 - 5 mod 3",
    "'a' = 'a' and 'a' != 'b' or false()",
    "boolean(//none) = false()",
    "floor(-1.5) + ceiling(1.2) + round(2.5)",
    "string-length(normalize-space('  a  b '))",
    "local-name(//*[@version])",
    "count(/data/descendant-or-self::node()/child::k[1])",
    "/descendant::k[3]",
    "//deep//k[. != 'k1']",
    "../row[last()]/x",
    "./../a",
    "self::b",
    "self::a",
    "count(ancestor::node())",
    "*",
    "..//k[2]",
    "/",
  };
  xmlDoc *doc = xmlReadMemory (instance_text, (int) strlen (instance_text), NULL, NULL, 0);
  xmlXPathContext *context = xmlXPathNewContext (doc);

  context->contextSize = 1;
  context->proximityPosition = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      xmlXPathObject *object;
      xmlChar *expected;

      context->node = xmlDocGetRootElement (doc)->children->next;
      object = xmlXPathEvalExpression ((const xmlChar *) sources[i], context);
      g_assert_nonnull (object);
      expected = xmlXPathCastToString (object);
      assert_evaluates (fixture, sources[i], fixture->context, (const char *) expected);
      xmlFree (expected);
      xmlXPathFreeObject (object);
    }
  xmlXPathFreeContext (context);
  xmlFreeDoc (doc);
}

/* What is cut off or garbled is refused or evaluates; it never crashes. */
static void
test_mangled (Fixture *fixture, gconstpointer user_data)
{
  static const char source[]
      = "if(/data/row[n > 1 and x != 'o\"ne']/x = //k[2], concat(jr:itext('a'), -1.5 div .25), "
        "indexed-repeat(../row/x, ../row, 2)) | instance('towns')/root/item[last()]/@* + today()";
  static const char alphabet[] = "/[]()@.,*'\"|=!<>-+ 1a:$";
  guint32 state = 1;

  for (gsize length = 0; length < sizeof source; length++)
    {
      g_autofree char *cut = g_strndup (source, length);
      g_autofree char *result = evaluate (fixture, cut, fixture->context);

      g_assert_nonnull (result);
    }
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *garbled = g_strdup (source);
      g_autofree char *result = NULL;

      for (guint j = 0; j < 1 + i % 5; j++)
        {
          state = state * 1664525 + 1013904223;
          garbled[(state >> 8) % (sizeof source - 1)]
              = alphabet[(state >> 20) % (sizeof alphabet - 1)];
        }
      result = evaluate (fixture, garbled, fixture->context);
      g_assert_nonnull (result);
    }
}

/* Shared between threads: compiled once, evaluated on a tree of each one's own. */
static gpointer
evaluate_in_thread (gpointer user_data)
{
  PalExpr *expr = user_data;
  g_autoptr (PalDocument) document = parse (instance_text);
  PalExprScope scope = { .root = pal_document_get_root (document) };

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *text = pal_expr_evaluate_string (expr, &scope, scope.root, NULL);

      g_assert_cmpstr (text, ==, "two");
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (PalExpr) expr = pal_expr_compile ("/data/row[regex(n, '^[2]$')]/x", NULL, NULL, NULL);
  GThread *threads[2];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, evaluate_in_thread, expr);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
add (const char *name, void (*run) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, fixture_set_up, run, fixture_tear_down);
}

static void
test_profile_at_half_past_midnight (Fixture *fixture, gconstpointer user_data)
{
  /* Half past midnight east of Greenwich: in UTC it is still the day before. */
  fixture->scope.now_us = G_GINT64_CONSTANT (1709245800) * G_USEC_PER_SEC;
  test_profile (fixture, user_data);
}

/* Long lists are filtered through a table: it must give what looking at every item gives, also
 * when the list changes under it. */
static void
check_same_nodes (PalExprScope *scope, PalNode *context, const char *quick, const char *slow)
{
  g_autoptr (PalExpr) first = pal_expr_compile (quick, NULL, NULL, NULL);
  g_autoptr (PalExpr) second = pal_expr_compile (slow, NULL, NULL, NULL);

  /* Twice: a table is made at the second time. */
  for (guint round = 0; round < 3; round++)
    {
      g_auto (PalValue) a = { 0 };
      g_auto (PalValue) b = { 0 };

      g_assert_true (pal_expr_evaluate (first, scope, context, &a, NULL));
      g_assert_true (pal_expr_evaluate (second, scope, context, &b, NULL));
      g_assert_cmpuint (a.nodes->len, ==, b.nodes->len);
      for (guint i = 0; i < a.nodes->len; i++)
        g_assert_true (a.nodes->pdata[i] == b.nodes->pdata[i]);
    }
}

static void
check_long_list (PalExprScope *scope, PalNode *data)
{
  static const char *const rows[][2] = {
    { "item[k = current()/x]", "item[count(k[. = current()/x]) > 0]" },
    { "item[/data/x = k]", "item[count(k[. = current()/x]) > 0]" },
    { "item[k = current()/x and n > 20]", "item[count(k[. = current()/x]) > 0][n > 20]" },
    { "item[k = current()/x or n > 90]", "item[count(k[. = current()/x]) > 0 or n > 90]" },
    { "item[k = current()/x][2]", "item[count(k[. = current()/x]) > 0][2]" },
    { "item[k = current()/x and position() > 50]",
      "item[count(k[. = current()/x]) > 0 and position() > 50]" },
    { "item[k = 'red']/n", "item[count(k[. = 'red']) > 0]/n" },
    { "item[k = 1]", "item[count(k[. = 1]) > 0]" },
    { "item[k != current()/x]", "item[count(k[. != current()/x]) > 0]" },
    { "item[none = current()/x]", "item[count(none[. = current()/x]) > 0]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_same_nodes (scope, data, rows[i][0], rows[i][1]);
}

static void
test_long_lists (void)
{
  static const char *const values[]
      = { "red", "", "1", "1.0", "01", "2020-01-02", "2020-01-02T00:00:00.000Z", "a b", "Red" };
  g_autoptr (PalDocument) document = pal_document_new ();
  PalNode *data = pal_node_new_element (document, "data", NULL, NULL);
  PalNode *x = pal_node_new_element (document, "x", NULL, NULL);
  PalNode *some = NULL;
  PalExprScope scope = { 0 };

  scope.root = pal_document_get_root (document);
  pal_node_append (scope.root, data);
  pal_node_append (data, x);
  for (guint i = 0; i < 100; i++)
    {
      PalNode *item = pal_node_new_element (document, "item", NULL, NULL);
      PalNode *n = pal_node_new_element (document, "n", NULL, NULL);
      g_autofree char *number = g_strdup_printf ("%u", i);

      for (guint j = 0; j < i % 4; j++)
        {
          PalNode *k = pal_node_new_element (document, "k", NULL, NULL);

          pal_node_set_text (k, values[(i + j * (i % 3)) % G_N_ELEMENTS (values)]);
          k->hidden = i % 11 == 5 && j == 0;
          pal_node_append (item, k);
        }
      pal_node_set_text (n, number);
      pal_node_append (item, n);
      item->hidden = i % 13 == 3;
      pal_node_append (data, item);
      if (i == 50)
        some = item;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      pal_node_set_text (x, values[i]);
      check_long_list (&scope, data);
      pal_node_set_text (some->first_child, values[i]);
      check_long_list (&scope, data);
      some->hidden = !some->hidden;
      check_long_list (&scope, data);
      pal_node_free (data->last_child);
      check_long_list (&scope, data);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "EET-2", TRUE);
  g_test_init (&argc, &argv, NULL);

  add ("/expr/profile", test_profile_at_half_past_midnight);
  add ("/expr/limits", test_limits);
  add ("/expr/hidden", test_hidden);
  add ("/expr/contextualise", test_contextualise);
  add ("/expr/oracle", test_oracle);
  add ("/expr/mangled", test_mangled);
  g_test_add_func ("/expr/too-much", test_too_much);
  g_test_add_func ("/expr/errors", test_errors);
  g_test_add_func ("/expr/long-lists", test_long_lists);
  g_test_add_func ("/expr/xforms-names", test_xforms_names);
  g_test_add_func ("/expr/references", test_references);
  g_test_add_func ("/expr/kinds", test_kinds);
  g_test_add_func ("/expr/threads", test_threads);

  return g_test_run ();
}
