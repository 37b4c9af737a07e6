// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <math.h>
#include <string.h>

/* What can be said of an expression without running it. A warning is worth its line only if it is
 * right: everything here gives the same result for every answer, or can be read in one way only
 * that nobody means. */

typedef struct
{
  GPtrArray *warnings; /* (element-type PalExprWarning) */
  guint predicates;    /* how deep in predicates */
} Check;

static void warn (Check *check, guint column, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
warn (Check *check, guint column, const char *format, ...)
{
  PalExprWarning *warning = g_new0 (PalExprWarning, 1);
  va_list args;

  va_start (args, format);
  warning->column = column;
  warning->message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (check->warnings, warning);
}

static void
warning_free (gpointer data)
{
  PalExprWarning *warning = data;

  g_free (warning->message);
  g_free (warning);
}

/* Looking at terms */

static gboolean
is_relation (const PalExprAst *ast)
{
  return ast->op == PAL_EXPR_OP_COMPARE && ast->operation != PAL_EXPR_OPERATOR_EQUAL
         && ast->operation != PAL_EXPR_OPERATOR_NOT_EQUAL;
}

static gboolean
is_comparison (const PalExprAst *ast, PalExprOperator operation)
{
  return ast->op == PAL_EXPR_OP_COMPARE && ast->operation == operation;
}

static gboolean
is_not_a_number (const PalExprAst *ast)
{
  return ast->op == PAL_EXPR_OP_STRING && isnan (pal_expr_text_to_number (ast->string));
}

/* "2024-02-30": of the shape of a date, and none. */
static gboolean
is_wrong_date (const char *text)
{
  PalExprDate date;
  const char *c = text;
  guint n = 0;

  for (; g_ascii_isdigit (*c); c++)
    n++;
  if (n != 4 || *c != '-')
    return FALSE;
  for (n = 0, c++; g_ascii_isdigit (*c); c++)
    n++;
  if (n < 1 || n > 2 || *c != '-')
    return FALSE;
  for (n = 0, c++; g_ascii_isdigit (*c); c++)
    n++;
  return n >= 1 && n <= 2 && (*c == '\0' || *c == 'T') && !pal_expr_parse_date (text, &date);
}

/* The same place in the tree, as far as it is written alike: names without predicates. */
static gboolean
is_same_path (const PalExprAst *a, const PalExprAst *b)
{
  if (a->op != PAL_EXPR_OP_PATH || b->op != PAL_EXPR_OP_PATH || !a->path->is_plain
      || !b->path->is_plain || a->path->start != b->path->start
      || a->path->n_steps != b->path->n_steps)
    return FALSE;
  for (guint i = 0; i < a->path->n_steps; i++)
    {
      const PalExprPathStep *x = &a->path->steps[i];
      const PalExprPathStep *y = &b->path->steps[i];

      if (x->axis != y->axis || x->test != y->test || x->local != y->local || x->uri != y->uri)
        return FALSE;
    }
  return TRUE;
}

/* ".": there is only one. */
static gboolean
is_self (const PalExprAst *ast)
{
  return ast->op == PAL_EXPR_OP_PATH && ast->path->start == PAL_EXPR_START_NODE
         && ast->path->n_steps == 1 && ast->path->steps[0].axis == PAL_EXPR_AXIS_SELF
         && ast->path->steps[0].n_predicates == 0;
}

static gboolean
is_same_literal (const PalExprAst *a, const PalExprAst *b)
{
  if (a->op == PAL_EXPR_OP_NUMBER && b->op == PAL_EXPR_OP_NUMBER)
    return a->number == b->number;
  return a->op == PAL_EXPR_OP_STRING && b->op == PAL_EXPR_OP_STRING
         && strcmp (a->string, b->string) == 0;
}

/* Both sides of one kind, so that two unlike literals cannot mean the same value. */
static gboolean
are_unlike_literals (const PalExprAst *a, const PalExprAst *b)
{
  if (a->op != b->op || (a->op != PAL_EXPR_OP_NUMBER && a->op != PAL_EXPR_OP_STRING))
    return FALSE;
  if (a->op == PAL_EXPR_OP_STRING && (!is_not_a_number (a) || !is_not_a_number (b)))
    return FALSE;
  return !is_same_literal (a, b);
}

/* The rules */

/* In a form no question is called so, but many people write true for true(). */
static void
check_bare_name (Check *check, const PalExprAst *ast)
{
  static const struct
  {
    const char *name;
    const char *meant;
  } names[] = { { "true", "true()" },   { "false", "false()" }, { "True", "true()" },
                { "False", "false()" }, { "TRUE", "true()" },   { "FALSE", "false()" },
                { "null", "''" },       { "NULL", "''" },       { "today", "today()" },
                { "now", "now()" } };
  const PalExprPath *path = ast->path;

  if (check->predicates > 0 || path->start != PAL_EXPR_START_NODE || path->n_steps != 1
      || path->steps[0].axis != PAL_EXPR_AXIS_CHILD || path->steps[0].uri != NULL
      || path->steps[0].test != PAL_EXPR_TEST_NAME)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (strcmp (path->steps[0].local, names[i].name) == 0)
        warn (check, ast->column, "%s is the name of an element here; did you mean %s?",
              names[i].name, names[i].meant);
    }
}

static void
check_place (Check *check, const PalExprPathStep *step, const PalExprAst *predicate)
{
  if (predicate->op != PAL_EXPR_OP_NUMBER)
    return;
  if (predicate->number < 1)
    warn (check, predicate->column, "places are counted from 1: this is never there");
  else if (predicate->number > 1 && step != NULL
           && (step->axis == PAL_EXPR_AXIS_SELF || step->axis == PAL_EXPR_AXIS_PARENT
               || (step->axis == PAL_EXPR_AXIS_ATTRIBUTE && step->test == PAL_EXPR_TEST_NAME)))
    warn (check, predicate->column, "there is never more than one %s here",
          step->axis == PAL_EXPR_AXIS_ATTRIBUTE ? "attribute of that name" : "node");
}

/* "x = 'a' or 'b'" */
static void
check_condition (Check *check, const PalExprAst *ast)
{
  if (ast->op == PAL_EXPR_OP_STRING)
    warn (check, ast->column,
          *ast->string != '\0' ? "a text by itself is always true here; compare it with something"
                               : "an empty text by itself is always false here");
  else if (ast->op == PAL_EXPR_OP_NUMBER && ast->number != 0 && ast->number != 1)
    warn (check, ast->column, "a number by itself is always true here; compare it with something");
}

/* "x != 'a' or x != 'b'" holds for everything, ". = 'a' and . = 'b'" for nothing. */
static void
check_alternatives (Check *check, const PalExprAst *ast)
{
  gboolean is_or = ast->op == PAL_EXPR_OP_OR;
  PalExprOperator operation = is_or ? PAL_EXPR_OPERATOR_NOT_EQUAL : PAL_EXPR_OPERATOR_EQUAL;

  for (guint i = 1; i < ast->n_args; i++)
    {
      const PalExprAst *a = ast->args[i - 1];
      const PalExprAst *b = ast->args[i];

      if (!is_comparison (a, operation) || !is_comparison (b, operation)
          || !is_same_path (a->args[0], b->args[0]) || (!is_or && !is_self (a->args[0]))
          || !are_unlike_literals (a->args[1], b->args[1]))
        continue;
      warn (check, b->column,
            is_or ? "one of the two is always true; did you mean \"and\"?"
                  : "both are never true at once; did you mean \"or\"?");
    }
}

static void
check_text_side (Check *check, const PalExprAst *ast, const PalExprAst *text,
                 const PalExprAst *other)
{
  static const char *const yes[] = { "true", "True", "TRUE", "1", "yes", NULL };
  gsize length;

  if (text->op != PAL_EXPR_OP_STRING)
    return;
  length = strlen (text->string);
  if (is_wrong_date (text->string))
    warn (check, text->column, "\"%s\" is no day of the calendar", text->string);
  else if (is_relation (ast) && is_not_a_number (text))
    warn (check, text->column,
          "a text that is neither a number nor a date is never less or greater%s",
          strchr (text->string, '/') != NULL ? "; dates are written as 2024-12-31" : "");
  else if (!is_relation (ast) && other->type == PAL_VALUE_NUMBER && is_not_a_number (text))
    warn (check, text->column, "a number is compared with a text that is none");
  else if (!is_relation (ast) && other->type == PAL_VALUE_BOOLEAN
           && !g_strv_contains (yes, text->string))
    warn (check, text->column, "true or false is compared with a text: any text counts as true");
  else if (length > 2 && strchr ("'\"", text->string[0]) != NULL
           && text->string[length - 1] == text->string[0])
    warn (check, text->column, "the quotation marks inside belong to the text");
}

static void
check_comparison (Check *check, const PalExprAst *ast)
{
  const PalExprAst *left = ast->args[0];
  const PalExprAst *right = ast->args[1];

  if (is_relation (ast) && is_relation (left))
    {
      warn (check, ast->column,
            "the result of the first comparison, true or false, is compared here; write \"a < x "
            "and x < b\"");
      return;
    }
  check_text_side (check, ast, left, right);
  check_text_side (check, ast, right, left);
}

/* Arithmetic on a text, and "2024-12-31" without quotation marks. */
static void
check_arithmetic (Check *check, const PalExprAst *ast)
{
  for (guint i = 0; i < ast->n_args; i++)
    {
      if (is_not_a_number (ast->args[i]))
        {
          warn (check, ast->args[i]->column,
                "a text that is no number cannot be counted with; concat() joins texts");
          return;
        }
    }
  if (ast->op != PAL_EXPR_OP_ADD || ast->n_args < 3)
    return;
  for (guint i = 0; i < 3; i++)
    {
      if (ast->args[i]->op != PAL_EXPR_OP_NUMBER
          || (i > 0 && ast->operators[i] != PAL_EXPR_OPERATOR_MINUS))
        return;
    }
  if (ast->args[0]->number >= 1800 && ast->args[0]->number <= 2200 && ast->args[1]->number <= 12
      && ast->args[2]->number <= 31)
    warn (check, ast->column, "this is a subtraction; a date stands in quotation marks");
}

/* Functions */

static void
check_selected (Check *check, const PalExprAst *ast)
{
  const PalExprAst *list = ast->args[0];
  const PalExprAst *choice = ast->args[1];

  if (list->op == PAL_EXPR_OP_STRING
      && (g_str_has_prefix (list->string, "/") || g_str_has_prefix (list->string, "../")
          || g_str_has_prefix (list->string, "${")))
    warn (check, list->column, "a path in quotation marks is a text like any other");
  if (choice->op != PAL_EXPR_OP_STRING)
    return;
  if (strpbrk (choice->string, "'\"") != NULL)
    warn (check, choice->column, "the quotation marks inside belong to the text");
  else
    {
      g_autofree char *word = g_strstrip (g_strdup (choice->string));

      if (strpbrk (word, " \t\r\n") != NULL)
        warn (check, choice->column,
              "a choice has no white space in it: this is never selected; ask for each by itself");
    }
}

static void
check_date (Check *check, const PalExprAst *ast)
{
  const PalExprAst *text = ast->args[0];

  if (text->op == PAL_EXPR_OP_STRING && *text->string != '\0' && is_not_a_number (text))
    warn (check, text->column, "this text is no date; dates are written as 2024-12-31");
}

static void
check_regex (Check *check, const PalExprAst *ast)
{
  const char *pattern = ast->args[1]->op == PAL_EXPR_OP_STRING ? ast->args[1]->string : NULL;

  if (pattern != NULL && strpbrk (pattern, "^$") == NULL && strstr (pattern, "\\b") == NULL
      && strstr (pattern, "\\A") == NULL)
    warn (check, ast->args[1]->column,
          "the pattern may match anywhere in the text; for all of it, put it between ^ and $");
}

static void
check_call (Check *check, const PalExprAst *ast)
{
  const char *name = ast->call.function->name;

  if (strcmp (name, "selected") == 0 || strcmp (name, "is-selected") == 0)
    check_selected (check, ast);
  else if (strcmp (name, "date") == 0 || strcmp (name, "date-time") == 0
           || strcmp (name, "decimal-date-time") == 0 || strcmp (name, "format-date") == 0
           || strcmp (name, "format-date-time") == 0)
    check_date (check, ast);
  else if (strcmp (name, "regex") == 0)
    check_regex (check, ast);
  else if (strcmp (name, "if") == 0 || strcmp (name, "not") == 0)
    check_condition (check, ast->args[0]);
  else if (strcmp (name, "jr:choice-name") == 0 && ast->args[1]->op == PAL_EXPR_OP_PATH)
    warn (check, ast->args[1]->column, "the question is named by its path in quotation marks");
  else if (strcmp (name, "substring") == 0 && ast->args[1]->op == PAL_EXPR_OP_NUMBER
           && ast->args[1]->number == 0)
    warn (check, ast->args[1]->column, "substring() counts from 1; substr() counts from 0");
  else if (strcmp (name, "indexed-repeat") == 0)
    {
      for (guint i = 2; i < ast->n_args; i += 2)
        {
          if (ast->args[i]->op == PAL_EXPR_OP_NUMBER && ast->args[i]->number < 1)
            warn (check, ast->args[i]->column, "rows are counted from 1: this is never there");
        }
    }
}

/* The walk */

static void check_ast (Check *check, const PalExprAst *ast);

static void
check_predicates (Check *check, const PalExprPathStep *step, PalExprAst **predicates, guint n)
{
  check->predicates++;
  for (guint i = 0; i < n; i++)
    {
      check_place (check, step, predicates[i]);
      if (predicates[i]->op == PAL_EXPR_OP_STRING)
        check_condition (check, predicates[i]);
      check_ast (check, predicates[i]);
    }
  check->predicates--;
}

static void
check_path (Check *check, const PalExprAst *ast)
{
  const PalExprPath *path = ast->path;

  check_bare_name (check, ast);
  if (path->filter != NULL)
    check_ast (check, path->filter);
  check_predicates (check, NULL, path->predicates, path->n_predicates);
  for (guint i = 0; i < path->n_steps; i++)
    check_predicates (check, &path->steps[i], path->steps[i].predicates,
                      path->steps[i].n_predicates);
}

static void
check_ast (Check *check, const PalExprAst *ast)
{
  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_NUMBER:
    case PAL_EXPR_OP_STRING:
      return;
    case PAL_EXPR_OP_PATH:
      check_path (check, ast);
      return;
    case PAL_EXPR_OP_OR:
    case PAL_EXPR_OP_AND:
      for (guint i = 0; i < ast->n_args; i++)
        check_condition (check, ast->args[i]);
      check_alternatives (check, ast);
      break;
    case PAL_EXPR_OP_COMPARE:
      check_comparison (check, ast);
      break;
    case PAL_EXPR_OP_ADD:
    case PAL_EXPR_OP_MULTIPLY:
    case PAL_EXPR_OP_NEGATE:
      check_arithmetic (check, ast);
      break;
    case PAL_EXPR_OP_CALL:
      check_call (check, ast);
      break;
    case PAL_EXPR_OP_UNION:
      break;
    }
  for (guint i = 0; i < ast->n_args; i++)
    check_ast (check, ast->args[i]);
}

static int
compare_columns_cb (gconstpointer a, gconstpointer b)
{
  const PalExprWarning *const *x = a;
  const PalExprWarning *const *y = b;

  return (*x)->column < (*y)->column ? -1 : (*x)->column > (*y)->column;
}

/**
 * pal_expr_check:
 * @self: an expression
 *
 * Looks for what the author can hardly have meant: comparisons that are never true, `x = 'a' or
 * 'b'`, `1 < x < 5`, `true` for `true()`, dates that are none. Each warning is one sentence with
 * the place in the source; a sound expression gets none. It takes time linear in the length of
 * the expression and keeps nothing.
 *
 * Returns: (transfer full) (element-type PalExprWarning): warnings by column, maybe none
 */
GPtrArray *
pal_expr_check (const PalExpr *self)
{
  Check check = { 0 };

  g_return_val_if_fail (self != NULL, NULL);

  check.warnings = g_ptr_array_new_with_free_func (warning_free);
  check_ast (&check, self->ast);
  g_ptr_array_sort (check.warnings, compare_columns_cb);
  return check.warnings;
}

/**
 * pal_expr_get_result:
 * @self: an expression
 *
 * Returns: what kind of value comes out, as far as it can be told without running it: of `if()`,
 * `coalesce()` and `once()` only when all branches agree
 */
PalExprResult
pal_expr_get_result (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, PAL_EXPR_RESULT_UNKNOWN);

  switch (self->ast->type)
    {
    case PAL_VALUE_BOOLEAN:
      return PAL_EXPR_RESULT_BOOLEAN;
    case PAL_VALUE_NUMBER:
      return PAL_EXPR_RESULT_NUMBER;
    case PAL_VALUE_STRING:
      return PAL_EXPR_RESULT_STRING;
    case PAL_VALUE_NODES:
      return PAL_EXPR_RESULT_NODES;
    default:
      return PAL_EXPR_RESULT_UNKNOWN;
    }
}
