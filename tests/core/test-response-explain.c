// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-response-explain.h"
#include "response-fixture.h"

/* Explanations told in one line, so that a table can hold them. A rule: the node of its bind, "yes"
 * or "no", "!" when it is beside the point; its condition. A condition: "*" when it decides, "+" or
 * "-" for what it gives, and what it reads; "or(...)", "and(...)", "not(...)" around others. */

static void
append_fact (GString *out, PalFact *fact)
{
  g_string_append (out, fact->is_self ? "." : fact->path);
  if (fact->definition->is_repeat)
    g_string_append_printf (out, ":%u rows", fact->n_rows);
  else if (fact->node == NULL)
    g_string_append (out, ":absent");
  else if (!fact->is_relevant)
    g_string_append (out, ":hidden");
  else if (fact->definition->children->len == 0)
    g_string_append_printf (out, "'%s'",
                            fact->value_label != NULL ? fact->value_label : fact->value);
}

static void
append_term (GString *out, PalTerm *term)
{
  static const char *const names[] = {
    [PAL_EXPR_PART_OR] = "or(",   [PAL_EXPR_PART_AND] = "and(",  [PAL_EXPR_PART_NOT] = "not(",
    [PAL_EXPR_PART_COMPARE] = "", [PAL_EXPR_PART_SELECTED] = "", [PAL_EXPR_PART_IF] = "if(",
    [PAL_EXPR_PART_LITERAL] = "", [PAL_EXPR_PART_NODES] = "",    [PAL_EXPR_PART_VALUE] = "",
  };
  static const char *const comparisons[] = {
    [PAL_EXPR_EQUAL] = "=",       [PAL_EXPR_NOT_EQUAL] = "!=", [PAL_EXPR_LESS] = "<",
    [PAL_EXPR_LESS_EQUAL] = "<=", [PAL_EXPR_GREATER] = ">",    [PAL_EXPR_GREATER_EQUAL] = ">=",
  };

  g_string_append_printf (out, "%s%s%s", term->decides ? "*" : "", term->holds ? "+" : "-",
                          names[term->kind]);
  for (guint i = 0; i < term->terms->len; i++)
    {
      g_string_append (out, i > 0 ? " " : "");
      append_term (out, g_ptr_array_index (term->terms, i));
    }
  if (*names[term->kind] != '\0')
    g_string_append_c (out, ')');
  for (guint i = 0; i < term->facts->len; i++)
    {
      g_string_append (out, i > 0 ? "," : "");
      append_fact (out, g_ptr_array_index (term->facts, i));
    }
  if (term->is_plain)
    g_string_append_printf (
        out, "%s%s", term->kind == PAL_EXPR_PART_SELECTED ? "~" : comparisons[term->comparison],
        term->literal_label != NULL ? term->literal_label : term->literal);
  if (term->n_more > 0)
    g_string_append_printf (out, " and %u more", term->n_more);
}

static char *
tell (PalExplanation *explanation, PalRuleKind kind)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < explanation->rules->len; i++)
    {
      PalRule *rule = g_ptr_array_index (explanation->rules, i);

      if (rule->kind != kind)
        continue;
      g_string_append_printf (out, "%s%s %s%s: ", out->len > 0 ? "; " : "", rule->path,
                              rule->holds ? "yes" : "no", rule->decides ? "" : "!");
      append_term (out, rule->term);
    }
  return g_string_free (out, FALSE);
}

#define YES_NO                                                                                     \
  "<item><label>Yes</label><value>yes</value></item>"                                              \
  "<item><label>No</label><value>no</value></item>"
#define SELECT(path) "<select1 ref='" path "'><label>?</label>" YES_NO "</select1>"

#define AB(rule)                                                                                   \
  "<instance><data id='f'><a/><b/><n/><c/></data></instance>"                                      \
  "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/c' " rule "/>"
#define AB_BODY                                                                                    \
  SELECT ("/data/a")                                                                               \
  "<select ref='/data/b'><label>?</label>" YES_NO "</select>" INPUT ("/data/n") INPUT ("/data/c")

#define ROWS                                                                                       \
  "<instance><data id='f'><which/><r jr:template=''><x/><y/><z/></r><out/></data></instance>"      \
  "<bind nodeset='/data/r/y' relevant=\"../x = 'yes'\"/>"                                          \
  "<bind nodeset='/data/r/z' relevant=\"/data/r/x = 'yes'\"/>"                                     \
  "<bind nodeset='/data/out' relevant=\"indexed-repeat(/data/r/x, /data/r, /data/which) = "        \
  "'yes'\" required='count(/data/r) &gt; 1'/>"
#define ROWS_BODY                                                                                  \
  INPUT ("/data/which")                                                                            \
  "<repeat nodeset='/data/r'>" SELECT ("/data/r/x") INPUT ("/data/r/y")                            \
      INPUT ("/data/r/z") "</repeat>" INPUT ("/data/out")

#define AROUND                                                                                     \
  "<instance><data id='f'><a>no</a><b/><g><h><q/></h></g><late/></data></instance>"                \
  "<bind nodeset='/data/g' relevant=\"/data/a = 'yes'\" readonly=\"/data/b = 'shut'\"/>"           \
  "<bind nodeset='/data/g/h' relevant=\"/data/b != 'x'\"/>"                                        \
  "<bind nodeset='/data/late' relevant=\"/data/g/h/q != ''\"/>"
#define AROUND_BODY                                                                                \
  SELECT ("/data/a")                                                                               \
  INPUT ("/data/b")                                                                                \
  "<group ref='/data/g'><label>Group</label>" INPUT ("/data/g/h/q") "</group>" INPUT ("/data/"     \
                                                                                      "late")

#define TOWNS                                                                                      \
  "<instance><data id='f'><land/><town/></data></instance>"                                        \
  "<instance id='t'><root><item><name>p</name><of>it</of></item>"                                  \
  "<item><name>q</name><of>fr</of></item></root></instance>"
#define TOWNS_BODY                                                                                 \
  INPUT ("/data/land")                                                                             \
  "<select1 ref='/data/town'><label>?</label>"                                                     \
  "<itemset nodeset=\"instance('t')/root/item[of = /data/land]\">"                                 \
  "<value ref='name'/><label ref='name'/></itemset></select1>"

typedef struct
{
  const char *name;
  const char *model;
  const char *body;
  const char *answers[8]; /* path, value by turns; value "+": a row is added */
  const char *node;
  PalRuleKind kind;
  const char *told;
} Row;

static const Row rows[] = {
  { "nothing", AB (""), AB_BODY, { NULL }, "/data/c", PAL_RULE_RELEVANT, "" },
  { "no-answer",
    AB ("relevant=\"/data/a = 'yes'\""),
    AB_BODY,
    { NULL },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-/data/a''=Yes" },
  { "other-answer",
    AB ("relevant=\"/data/a = 'yes'\""),
    AB_BODY,
    { "/data/a", "no" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-/data/a'No'=Yes" },
  { "right-answer",
    AB ("relevant=\"'yes' = /data/a\""),
    AB_BODY,
    { "/data/a", "yes" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c yes: *+/data/a'Yes'=Yes" },
  { "mirrored",
    AB ("relevant=\"3 &lt; /data/n\""),
    AB_BODY,
    { "/data/n", "2" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-/data/n'2'>3" },
  { "or-none",
    AB ("relevant=\"/data/a = 'yes' or /data/n = 1\""),
    AB_BODY,
    { "/data/a", "no" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-or(*-/data/a'No'=Yes *-/data/n''=1)" },
  { "or-one",
    AB ("relevant=\"/data/a = 'yes' or /data/n = 1\""),
    AB_BODY,
    { "/data/n", "1" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c yes: *+or(-/data/a''=Yes *+/data/n'1'=1)" },
  { "and-one",
    AB ("relevant=\"(/data/a = 'yes') and (/data/n = 1)\""),
    AB_BODY,
    { "/data/n", "1" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-and(*-/data/a''=Yes +/data/n'1'=1)" },
  { "and-all",
    AB ("relevant=\"/data/a = 'yes' and /data/n = 1\""),
    AB_BODY,
    { "/data/n", "1", "/data/a", "yes" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c yes: *+and(*+/data/a'Yes'=Yes *+/data/n'1'=1)" },
  { "not",
    AB ("relevant=\"not(selected(/data/b, 'yes'))\""),
    AB_BODY,
    { "/data/b", "no yes" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-not(*+/data/b'No, Yes'~Yes)" },
  { "nested",
    AB ("relevant=\"/data/a = 'no' and (/data/n = 1 or not(/data/b = ''))\""),
    AB_BODY,
    { "/data/a", "no", "/data/n", "2" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-and(+/data/a'No'=No *-or(*-/data/n'2'=1 *-not(*+/data/b''=)))" },
  { "function",
    AB ("relevant=\"count-selected(/data/b) = 2\""),
    AB_BODY,
    { "/data/b", "no" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-/data/b'No'" },
  { "two-answers",
    AB ("relevant=\"/data/a = /data/b\""),
    AB_BODY,
    { "/data/b", "no" },
    "/data/c",
    PAL_RULE_RELEVANT,
    "/data/c no: *-/data/a'',/data/b'No'" },
  { "required",
    AB ("required=\"boolean(/data/a = 'yes')\""),
    AB_BODY,
    { "/data/a", "yes" },
    "/data/c",
    PAL_RULE_REQUIRED,
    "/data/c yes: *+/data/a'Yes'" },
  { "required-always",
    AB ("required='true()'"),
    AB_BODY,
    { NULL },
    "/data/c",
    PAL_RULE_REQUIRED,
    "/data/c yes: *+" },
  { "constraint",
    AB ("constraint=\". &lt; /data/n\""),
    AB_BODY,
    { "/data/c", "9", "/data/n", "5" },
    "/data/c",
    PAL_RULE_CONSTRAINT,
    "/data/c no: *-.'9',/data/n'5'" },
  { "calculate-if",
    AB ("calculate=\"if(/data/a = 'yes', /data/n + 1, 0)\""),
    AB_BODY,
    { "/data/a", "yes", "/data/n", "4" },
    "/data/c",
    PAL_RULE_CALCULATE,
    "/data/c yes: *+if(*+/data/a'Yes'=Yes *+/data/n'4')" },
  { "inherited",
    AROUND,
    AROUND_BODY,
    { NULL },
    "/data/g/h/q",
    PAL_RULE_RELEVANT,
    "/data/g/h yes!: *+/data/b''!=x; /data/g no: *-/data/a'No'=Yes" },
  { "inherited-shown",
    AROUND,
    AROUND_BODY,
    { "/data/a", "yes" },
    "/data/g/h/q",
    PAL_RULE_RELEVANT,
    "/data/g/h yes: *+/data/b''!=x; /data/g yes: *+/data/a'Yes'=Yes" },
  { "inherited-locked",
    AROUND,
    AROUND_BODY,
    { "/data/b", "shut" },
    "/data/g/h/q",
    PAL_RULE_READONLY,
    "/data/g yes: *+/data/b'shut'=shut" },
  { "hidden-answer",
    AROUND,
    AROUND_BODY,
    { "/data/a", "yes", "/data/g/h/q", "1", "/data/a", "no" },
    "/data/late",
    PAL_RULE_RELEVANT,
    "/data/late no: *-/data/g/h/q:hidden!=" },
  { "own-row",
    ROWS,
    ROWS_BODY,
    { "/data/r", "+", "/data/r", "+", "/data/r[2]/x", "yes" },
    "/data/r[1]/y",
    PAL_RULE_RELEVANT,
    "/data/r[1]/y no: *-/data/r[1]/x''=Yes" },
  { "own-row-absolute",
    ROWS,
    ROWS_BODY,
    { "/data/r", "+", "/data/r", "+", "/data/r[2]/x", "yes" },
    "/data/r[2]/z",
    PAL_RULE_RELEVANT,
    "/data/r[2]/z yes: *+/data/r[2]/x'Yes'=Yes" },
  { "indexed",
    ROWS,
    ROWS_BODY,
    { "/data/r", "+", "/data/r", "+", "/data/r[2]/x", "no", "/data/which", "2" },
    "/data/out",
    PAL_RULE_RELEVANT,
    "/data/out no: *-/data/r[2]/x'No',/data/which'2'" },
  { "indexed-absent",
    ROWS,
    ROWS_BODY,
    { "/data/which", "1" },
    "/data/out",
    PAL_RULE_RELEVANT,
    "/data/out no: *-/data/which'1',/data/r/x:absent" },
  { "rows-counted",
    ROWS,
    ROWS_BODY,
    { "/data/r", "+", "/data/r", "+" },
    "/data/out",
    PAL_RULE_REQUIRED,
    "/data/out yes: *+/data/r:2 rows" },
  { "rows-none",
    ROWS,
    ROWS_BODY,
    { NULL },
    "/data/out",
    PAL_RULE_REQUIRED,
    "/data/out no: *-/data/r:0 rows" },
  { "choices",
    TOWNS,
    TOWNS_BODY,
    { "/data/land", "it" },
    "/data/town",
    PAL_RULE_CHOICES,
    "/data/town yes: *+/data/land'it'" },
  { "choices-none",
    TOWNS,
    TOWNS_BODY,
    { NULL },
    "/data/town",
    PAL_RULE_CHOICES,
    "/data/town no: *-/data/land''" },
};

/* Row ids are positions here. */
static char *
dup_plain (PalResponse *response, const char *told)
{
  g_autoptr (GString) out = g_string_new (told);
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), "/data/r");
  g_autoptr (GPtrArray) all
      = repeat != NULL ? pal_response_dup_rows (response, repeat, NULL) : g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *id = g_strdup_printf (
          "[%s]", pal_response_get_row_id (response, g_ptr_array_index (all, i)));
      g_autofree char *place = g_strdup_printf ("[%u]", i + 1);

      g_string_replace (out, id, place, 0);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (PalResponse) response = start (row->model, row->body);
  g_autoptr (PalExplanation) explanation = NULL;
  g_autofree char *told = NULL;
  g_autofree char *plain = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (row->answers) && row->answers[i] != NULL; i += 2)
    {
      if (g_str_equal (row->answers[i + 1], "+"))
        add_row (response, row->answers[i], NULL);
      else
        answer (response, row->answers[i], row->answers[i + 1]);
    }
  explanation = pal_response_explain (response, at (response, row->node));
  told = tell (explanation, row->kind);
  plain = dup_plain (response, told);
  g_assert_cmpstr (plain, ==, row->told);
}

/* What a person is told first: which answers decide, the node itself left out. */
static void
test_deciding (void)
{
  g_autoptr (PalResponse) response
      = start (AB ("relevant=\"/data/a = 'yes' or /data/a = 'no' and /data/n = 1\" "
                   "constraint=\". &gt; /data/n\""),
               AB_BODY);
  g_autoptr (PalExplanation) hidden = pal_response_explain (response, at (response, "/data/c"));
  g_autoptr (PalExplanation) broken = NULL;
  g_autoptr (GPtrArray) facts = pal_explanation_dup_deciding (hidden, PAL_RULE_RELEVANT);
  g_autoptr (GPtrArray) others = NULL;

  g_assert_false (hidden->state.relevant);
  g_assert_cmpuint (facts->len, ==, 2);
  g_assert_cmpstr (((PalFact *) g_ptr_array_index (facts, 0))->path, ==, "/data/a");
  g_assert_cmpstr (((PalFact *) g_ptr_array_index (facts, 1))->path, ==, "/data/n");

  answer (response, "/data/a", "yes");
  answer (response, "/data/n", "5");
  answer (response, "/data/c", "4");
  broken = pal_response_explain (response, at (response, "/data/c"));
  g_assert_cmpint (broken->state.violation, ==, PAL_VIOLATION_CONSTRAINT);
  others = pal_explanation_dup_deciding (broken, PAL_RULE_CONSTRAINT);
  g_assert_cmpuint (others->len, ==, 1);
  g_assert_cmpstr (((PalFact *) g_ptr_array_index (others, 0))->path, ==, "/data/n");
}

/* A repeat without rows: what would hold of one, and the record is as before. */
static void
test_no_rows (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><a/><r jr:template=''><x/></r></data></instance>"
               "<bind nodeset='/data/r' relevant=\"../a = 'yes' or ../a = 'part'\"/>",
               SELECT ("/data/a") "<repeat nodeset='/data/r'>" INPUT ("/data/r/x") "</repeat>");
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), "/data/r");
  g_autoptr (PalExplanation) hidden = pal_response_explain_repeat (response, repeat, NULL);
  g_autoptr (PalExplanation) shown = NULL;
  g_autofree char *told = tell (hidden, PAL_RULE_RELEVANT);
  g_autofree char *told_then = NULL;

  g_assert_false (hidden->state.relevant);
  g_assert_cmpstr (told, ==, "/data/r no: *-or(*-/data/a''=Yes *-/data/a''=part)");
  answer (response, "/data/a", "yes");
  shown = pal_response_explain_repeat (response, repeat, NULL);
  told_then = tell (shown, PAL_RULE_RELEVANT);
  g_assert_true (shown->state.relevant);
  g_assert_cmpstr (told_then, ==, "/data/r yes: *+or(*+/data/a'Yes'=Yes -/data/a'Yes'=part)");
  assert_xml (response, "<data id=\"f\"><a>yes</a></data>");
}

/* Of many answers a few are told. */
static void
test_many (void)
{
  g_autoptr (PalResponse) response
      = start ("<instance><data id='f'><r jr:template=''><x/></r><sum/></data></instance>"
               "<bind nodeset='/data/sum' calculate='sum(/data/r/x)'/>",
               "<repeat nodeset='/data/r'>" INPUT ("/data/r/x") "</repeat>");
  g_autoptr (PalExplanation) explanation = NULL;
  PalRule *rule;

  for (guint i = 0; i < 40; i++)
    add_row (response, "/data/r", NULL);
  explanation = pal_response_explain (response, at (response, "/data/sum"));
  rule = g_ptr_array_index (explanation->rules, 0);
  g_assert_true (explanation->is_calculated);
  g_assert_cmpuint (rule->term->facts->len, ==, 12);
  g_assert_cmpuint (rule->term->n_more, ==, 28);
}

/* The source of a piece is cut where it ends, whatever stands in it. */
static void
test_sources (void)
{
  static const struct
  {
    const char *source;
    const char *parts[4];
  } sources[] = {
    { "a or b", { "a", "b" } },
    { " ( a  and ( b or 'x) or y' ) )", { "a", "( b or 'x) or y' )" } },
    { "(a) = (b)", { "(a)", "(b)" } },
    { "(a or b) and (c or d)", { "(a or b)", "(c or d)" } },
    { "a[x or y] = 1 or not(b) or c", { "a[x or y] = 1", "not(b)", "c" } },
    { "not(a or b)", { "a or b" } },
    { "if(a, 'b,c', concat(d, e))", { "a", "'b,c'", "concat(d, e)" } },
    { "selected(a, 'or')", { "a", "'or'" } },
    { "a = b = c", { "a = b", "c" } },
    { "or or or", { "or", "or" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalExpr) expr = pal_expr_compile (sources[i].source, NULL, NULL, &error);
      guint n = 0;

      g_assert_no_error (error);
      g_test_message ("%s", sources[i].source);
      while (sources[i].parts[n] != NULL)
        n++;
      g_assert_cmpuint (pal_expr_get_n_parts (expr), ==, n);
      for (guint j = 0; j < n; j++)
        {
          g_autoptr (PalExpr) part = pal_expr_dup_part (expr, j);

          g_assert_cmpstr (pal_expr_get_source (part), ==, sources[i].parts[j]);
        }
    }
}

/* A part lives on without its whole. */
static void
test_part_alone (void)
{
  g_autoptr (PalExpr) part = NULL;
  g_autoptr (PalResponse) response = start (AB (""), AB_BODY);
  PalExprScope scope = { 0 };
  gboolean result = FALSE;

  {
    g_autoptr (PalExpr) expr = pal_expr_compile ("false() or ../a = ''", NULL, NULL, NULL);

    part = pal_expr_dup_part (expr, 1);
  }
  scope.root = at (response, "/data")->parent;
  g_assert_true (pal_expr_evaluate_boolean (part, &scope, at (response, "/data/c"), &result, NULL));
  g_assert_true (result);
  g_assert_cmpuint (pal_expr_get_references (part)->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/explain/row/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/explain/deciding", test_deciding);
  g_test_add_func ("/explain/no-rows", test_no_rows);
  g_test_add_func ("/explain/many", test_many);
  g_test_add_func ("/explain/sources", test_sources);
  g_test_add_func ("/explain/part-alone", test_part_alone);
  return g_test_run ();
}
