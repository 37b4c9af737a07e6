// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-expr.h"
#include "pal-form.h"

#include <string.h>

/* What is said of expressions without running them. */

typedef struct
{
  const char *source;
  guint column;     /* of the first warning, 0 if there must be none */
  const char *word; /* (nullable): that must stand in its message */
} Row;

static const Row rows[] = {
  /* true for true() */
  { ". = true", 5, "true()" },
  { "false", 1, "false()" },
  { "if(../a = NULL, 1, 2)", 11, "''" },
  { ". <= today", 6, "today()" },
  { ". = true()", 0, NULL },
  { "../true = 1", 0, NULL },
  { "instance('x')/root/item[true = 1]", 0, NULL },
  /* places */
  { "../row[0]/x", 8, "counted from 1" },
  { "../row[-1]/x", 8, "counted from 1" },
  { "../row[0.5]/x", 8, "counted from 1" },
  { "../row[1]/x", 0, NULL },
  { "../row[position() - 1]/x", 0, NULL },
  { "../row/@id[2]", 12, "attribute" },
  { "../row/@*[2]", 0, NULL },
  { "..[2]/x", 4, "more than one" },
  { "(../row)[2]", 0, NULL },
  { "indexed-repeat(../row/x, ../row, 0)", 34, "counted from 1" },
  { "indexed-repeat(../row/x, ../row, 1)", 0, NULL },
  { "substring(., 0, 2)", 14, "substr()" },
  { "substr(., 0, 2)", 0, NULL },
  /* conditions */
  { ". = 'a' or 'b'", 12, "always true" },
  { ". = 1 or 2", 10, "always true" },
  { "../a and ''", 10, "always false" },
  { "not('x')", 5, "always true" },
  { "if('x', 1, 2)", 4, "always true" },
  { "../row['x']", 8, "always true" },
  { "1 or ../a", 0, NULL },
  { "if(1, 2, 3)", 0, NULL },
  { ". != 'a' or . != 'b'", 15, "and" },
  { "../x != 'a' or ../x != 'b' or ../y", 21, "and" },
  { "../x != 1 or ../x != 2", 19, "and" },
  { "../x != 'a' or ../y != 'b'", 0, NULL },
  { "../x != 'a' and ../x != 'b'", 0, NULL },
  { "../x != '1' or ../x != '1.0'", 0, NULL },
  { ". = 'a' and . = 'b'", 15, "or" },
  { "../row/x = 'a' and ../row/x = 'b'", 0, NULL },
  /* comparisons */
  { "18 < . < 60", 8, "first comparison" },
  { "18 <= . and . <= 60", 0, NULL },
  { ". > 'abc'", 5, "neither a number nor a date" },
  { ". > ''", 5, "neither" },
  { "'31/12/2024' > .", 1, "2024-12-31" },
  { ". > '12'", 0, NULL },
  { ". >= '2024-02-29'", 0, NULL },
  { ". = '2024-02-30'", 5, "calendar" },
  { ". = '2024-13-01T00:00'", 5, "calendar" },
  { ". = '2024-1-1-2'", 0, NULL },
  { "count(../row) = 'two'", 17, "none" },
  { "string-length(.) != ''", 21, "none" },
  { "count(../row) = '2'", 0, NULL },
  { "selected(., 'a') = 'no'", 20, "any text counts as true" },
  { "not(.) = 'a'", 10, "any text counts as true" },
  { "selected(., 'a') = 'true'", 0, NULL },
  { ". = \"'yes'\"", 5, "quotation marks" },
  { ". = \"it's\"", 0, NULL },
  /* arithmetic */
  { "'a' + 1", 1, "concat()" },
  { ". * ''", 5, "concat()" },
  { "-'x'", 2, "concat()" },
  { "'1' + '2024-01-01'", 0, NULL },
  { ". > 2020-01-31", 5, "quotation marks" },
  { "2020 - ../x - 1", 0, NULL },
  { "2020 - 100 - 50", 0, NULL },
  /* functions */
  { "selected(., 'a b')", 13, "white space" },
  { "selected(., ' a ')", 0, NULL },
  { "selected('/data/x', 'a')", 10, "path" },
  { "selected('a b', .)", 0, NULL },
  { "selected(., \"'a'\")", 13, "quotation marks" },
  { "date('31.12.2024')", 6, "no date" },
  { "date('')", 0, NULL },
  { "date('2024-12-31') < .", 0, NULL },
  { "date(20000)", 0, NULL },
  { "format-date('x', '%Y')", 13, "no date" },
  { "jr:choice-name(., ../list)", 19, "quotation marks" },
  { "jr:choice-name(., '../list')", 0, NULL },
  { "regex(., '[0-9]{3}')", 10, "^ and $" },
  { "regex(., '^[0-9]{3}$')", 0, NULL },
  { "regex(., concat('^', ../x))", 0, NULL },
  /* columns are characters */
  { "'été' = . or 'b'", 14, "always true" },
  /* as forms have them */
  { "if(../a = '', 0, ../a) + coalesce(../b, 0)", 0, NULL },
  { "string-length(.) > 0 and . != 'x' and not(selected(../l, 'a'))", 0, NULL },
  { "instance('c')/root/item[name = current()/../x and land != ''][1]/label", 0, NULL },
  { "1 = 1", 0, NULL },
  { "true()", 0, NULL },
  { "'text'", 0, NULL },
};

static void
test_warnings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalExpr) expr = pal_expr_compile (rows[i].source, NULL, NULL, &error);
      g_autoptr (GPtrArray) warnings = NULL;
      const PalExprWarning *first;

      g_assert_no_error (error);
      warnings = pal_expr_check (expr);
      first = warnings->len > 0 ? g_ptr_array_index (warnings, 0) : NULL;
      if (first == NULL && rows[i].column != 0)
        g_error ("%s: no warning", rows[i].source);
      if (first != NULL && rows[i].column == 0)
        g_error ("%s: column %u: %s", rows[i].source, first->column, first->message);
      if (first == NULL)
        continue;
      g_assert_cmpuint (warnings->len, ==, 1);
      if (first->column != rows[i].column || strstr (first->message, rows[i].word) == NULL)
        g_error ("%s: column %u: %s", rows[i].source, first->column, first->message);
    }
}

static void
test_several (void)
{
  g_autoptr (PalExpr) expr
      = pal_expr_compile ("true or selected(., 'a b') or 'x'", NULL, NULL, NULL);
  g_autoptr (GPtrArray) warnings = pal_expr_check (expr);
  static const guint columns[] = { 1, 21, 31 };

  g_assert_cmpuint (warnings->len, ==, G_N_ELEMENTS (columns));
  for (guint i = 0; i < warnings->len; i++)
    g_assert_cmpuint (((PalExprWarning *) g_ptr_array_index (warnings, i))->column, ==, columns[i]);
}

static void
test_results (void)
{
  static const struct
  {
    const char *source;
    PalExprResult result;
  } results[] = {
    { "1 + '2'", PAL_EXPR_RESULT_NUMBER },        { "'a'", PAL_EXPR_RESULT_STRING },
    { "a = b", PAL_EXPR_RESULT_BOOLEAN },         { "a or b", PAL_EXPR_RESULT_BOOLEAN },
    { "a | b", PAL_EXPR_RESULT_NODES },           { "/data/a[1]", PAL_EXPR_RESULT_NODES },
    { "current()", PAL_EXPR_RESULT_NODES },       { "today()", PAL_EXPR_RESULT_STRING },
    { "count(a)", PAL_EXPR_RESULT_NUMBER },       { "if(a, 1, 2)", PAL_EXPR_RESULT_NUMBER },
    { "if(a, 1, 'x')", PAL_EXPR_RESULT_UNKNOWN }, { "coalesce(a, b)", PAL_EXPR_RESULT_NODES },
    { "once('x')", PAL_EXPR_RESULT_STRING },      { "once(1)", PAL_EXPR_RESULT_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (PalExpr) expr = pal_expr_compile (results[i].source, NULL, NULL, NULL);

      if (pal_expr_get_result (expr) != results[i].result)
        g_error ("%s: %d", results[i].source, pal_expr_get_result (expr));
    }
}

/* The form layer adds where the expression stands. */
static void
test_form (void)
{
  static const char text[]
      = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'>\n"
        "<h:head><h:title>t</h:title><model><instance><data id='f'><a/><b/></data></instance>\n"
        "<bind nodeset='/data/a' type='int' constraint='18 &lt; . &lt; 60'/>\n"
        "<bind nodeset='/data/b' relevant=\"/data/a = 1 or 'x'\" calculate='/data/a + 1'/>\n"
        "</model></h:head><h:body><input ref='/data/a'/></h:body></h:html>";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = pal_form_load (bytes, "form.xml", &error);
  GPtrArray *notes;

  g_assert_no_error (error);
  notes = pal_form_get_notes (form);
  g_assert_cmpuint (notes->len, ==, 2);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (notes, 0),
                                   "form.xml:3: constraint of /data/a, column 8: the result"));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (notes, 1),
                                   "form.xml:4: relevant of /data/b, column 16: a text by itself"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr-check/warnings", test_warnings);
  g_test_add_func ("/expr-check/several", test_several);
  g_test_add_func ("/expr-check/results", test_results);
  g_test_add_func ("/expr-check/form", test_form);
  return g_test_run ();
}
