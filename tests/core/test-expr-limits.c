// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-expr.h"
#include "pal-xml.h"

#include <string.h>

/* Forms come from strangers: what an expression may cost is limited, however it is put together. */

#define N_NODES 2000
#define BUDGET 1000000

static PalDocument *document;
static PalNode *first;

static void
append_times (GString *text, const char *what, guint times)
{
  for (guint i = 0; i < times; i++)
    g_string_append (text, what);
}

/* Returns the result, or "! " and the message. */
static char *
evaluate (const char *source, guint64 budget)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalExpr) expr = pal_expr_compile (source, NULL, NULL, &error);
  PalExprScope scope = { .root = pal_document_get_root (document), .budget = budget };
  char *text = NULL;

  if (expr != NULL)
    text = pal_expr_evaluate_string (expr, &scope, first, &error);
  if (text != NULL)
    return text;
  g_assert_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_LIMIT);
  return g_strdup_printf ("! %s", error->message);
}

static void
assert_stopped (const char *source)
{
  g_autofree char *result = evaluate (source, BUDGET);

  if (strstr (result, "too much to look through") == NULL)
    g_error ("%.200s gives %.200s", source, result);
}

/* Work that grows with the square of the form, one way after the other. */
static void
test_square (void)
{
  static const char *const sources[] = {
    "count(//*[count(//*) > 1])",
    "count(//*[//*[. = 'x']])",
    "count(//b/following::b/preceding::b)",
    "count(//*[string-length(/) > 1])",
    "count(//*[/ > 1])",
    "count(//*[/data = 'x'])",
    "count(//*[starts-with(/data/long, 'x')])",
    "count(//*[/data/long = /data/long])",
    "count(//*[sum(//*) = 1])",
    "count(//*[id('x')])",
    "count(//*[concat(//b, 'x') = 'y'])",
    "count(//*[. = //* or . != //*])",
    "count(//*[count(//* | //b) = 0])",
    "count(//*[digest(/data/long, 'SHA-256') = 'x'])",
    "count(//*[regex(/data/word, '^(a+)+$')])",
    "count(//*[regex(., concat('[a-z]+', 'x'))])",
    "count(//*[translate(/data/long, 'x', 'y') = 'z'])",
    "count(//*[selected(/data/long, 'y')])",
    "count(//*[count(randomize(//*)) = 0])",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    assert_stopped (sources[i]);
}

/* An expression that is itself long, for each of many nodes. */
static void
test_long (void)
{
  static const char *const terms[][2] = {
    { "1 + ", "1" }, { "1 or ", "1" }, { "0 * ", "1" }, { "true() and ", "1" }, { "./", "." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
    {
      g_autoptr (GString) source = g_string_new ("count(//*[");

      append_times (source, terms[i][0], 1000);
      g_string_append (source, terms[i][1]);
      g_string_append (source, "])");
      assert_stopped (source->str);
    }
}

static void
test_deep (void)
{
  g_autoptr (GString) predicates = g_string_new ("//b");
  g_autoptr (GString) concats = g_string_new (NULL);
  g_autofree char *result = NULL;
  g_autofree char *text = NULL;

  /* Sets that are held while the next is made. */
  append_times (predicates, "[//b", 900);
  append_times (predicates, "]", 900);
  assert_stopped (predicates->str);

  append_times (concats, "concat(/data/long, ", 900);
  g_string_append (concats, "''");
  append_times (concats, ")", 900);
  result = evaluate (concats->str, BUDGET);
  g_assert_true (g_str_has_prefix (result, "! column"));

  /* One text may be 16 MiB and no more. */
  g_string_assign (concats, "string-length(concat(/data/long");
  append_times (concats, ",/data/long", 15);
  g_string_append (concats, "))");
  text = evaluate (concats->str, 0);
  g_assert_cmpstr (text, ==, "16777216");
  g_string_truncate (concats, concats->len - 2);
  g_string_append (concats, ", 'x'))");
  g_clear_pointer (&text, g_free);
  text = evaluate (concats->str, 0);
  g_assert_cmpstr (text, ==, "! column 15: a text becomes too long");
  g_string_assign (concats, "string-length(join(/data/long");
  append_times (concats, ",/data/b", 20);
  g_string_append (concats, "))");
  g_clear_pointer (&text, g_free);
  text = evaluate (concats->str, 0);
  g_assert_cmpstr (text, ==, "! column 15: a text becomes too long");
}

/* Patterns that never end, and patterns that are large when they are ready. */
static void
test_patterns (void)
{
  static const char *const patterns[] = {
    "^(a+)+$",
    "^(a|aa)+$",
    "^(a|a?)+$",
    "(.*)*(.*)*(.*)*x",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?=(a+))a*b\\1",
    "((a*)*)*$b",
    "(a?){40}a{40}b",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autofree char *source = g_strdup_printf ("regex(/data/word, '%s')", patterns[i]);
      g_autofree char *result = evaluate (source, 0);

      g_assert_cmpstr (result, ==, "false");
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (PalExpr) expr = pal_expr_compile (
        "regex(., '((((a{1,999}){1,999}){1,999}){1,999}){1,999}')", NULL, NULL, &error);

    g_assert_null (expr);
    g_assert_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_SYNTAX);
  }
}

/* Ordinary work is far from the limits. */
static void
test_ordinary (void)
{
  g_autofree char *counted = evaluate ("count(//b[. = 'x'])", 0);
  g_autofree char *again = evaluate ("count(/data/b[position() > 1][last()]) + sum(//b)", 0);
  g_autofree char *square = evaluate ("count(//b[count(//b) = 2000])", 0);

  g_assert_cmpstr (counted, ==, "2000");
  g_assert_cmpstr (again, ==, "NaN");
  g_assert_cmpstr (square, ==, "2000");
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) text = g_string_new ("<data><word>");
  g_autoptr (GBytes) bytes = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  append_times (text, "a", 60);
  g_string_append (text, "!</word><long>");
  append_times (text, "xxxxxxxx", 131072);
  g_string_append (text, "</long>");
  append_times (text, "<b>x</b>", N_NODES);
  g_string_append (text, "</data>");
  bytes = g_bytes_new (text->str, text->len);
  document = pal_xml_parse (bytes, "x", PAL_XML_READ_DEFAULT, NULL, NULL);
  first = pal_node_find_child (pal_document_get_element (document), "b", NULL);

  g_test_add_func ("/expr-limits/square", test_square);
  g_test_add_func ("/expr-limits/long", test_long);
  g_test_add_func ("/expr-limits/deep", test_deep);
  g_test_add_func ("/expr-limits/patterns", test_patterns);
  g_test_add_func ("/expr-limits/ordinary", test_ordinary);
  result = g_test_run ();
  pal_document_unref (document);
  return result;
}
