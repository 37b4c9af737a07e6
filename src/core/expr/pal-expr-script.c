// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-script.h"

#include "pal-expr-private.h"

#include <math.h>
#include <string.h>

/* Each piece of the tree is asked for as what its surroundings need: a boolean, a number or a text.
 * A path gives a text or null, which is what an answer that is not relevant is. */

typedef struct
{
  PalExprScriptPath path;
  gpointer user_data;
  gboolean in_item; /* in the condition of a list: names are columns of the item */
  GError *error;    /* (nullable): the first one */
} Writer;

static char *write_boolean (Writer *writer, const PalExprAst *ast);
static char *write_number (Writer *writer, const PalExprAst *ast);
static char *write_text (Writer *writer, const PalExprAst *ast);

/* b: boolean, n: number, t: text; a star repeats what stands before it. */
static const struct
{
  const char *name;
  const char *script;
  const char *args;
  char result;
} functions[] = {
  { "true", "yes", "", 'b' },
  { "false", "no", "", 'b' },
  { "not", "not", "b", 'b' },
  { "boolean", "Boolean", "b", 'b' },
  { "selected", "selected", "tt", 'b' },
  { "is-selected", "selected", "tt", 'b' },
  { "count-selected", "countSelected", "t", 'n' },
  { "contains", "contains", "tt", 'b' },
  { "starts-with", "startsWith", "tt", 'b' },
  { "ends-with", "endsWith", "tt", 'b' },
  { "string-length", "lengthOf", "t", 'n' },
  { "normalize-space", "normalize", "t", 't' },
  { "concat", "concat", "t*", 't' },
  { "coalesce", "coalesce", "t*", 't' },
  { "if", "choose", "btt", 't' },
  { "string", "text", "t", 't' },
  { "number", "Number", "n", 'n' },
  { "today", "today", "", 't' },
  { "uuid", "uuid", "", 't' },
  { "regex", "matches", "tt", 'b' },
};

static char *
refuse (Writer *writer, const PalExprAst *ast, const char *what)
{
  if (writer->error == NULL)
    g_set_error (&writer->error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                 "column %u: a page cannot work out %s", ast->column, what);
  return g_strdup ("null");
}

/**
 * pal_expr_quote_script:
 * @text: valid UTF-8
 *
 * Returns: (transfer full): a JavaScript string in quotation marks, which ends neither a line nor
 *   a script element
 */
char *
pal_expr_quote_script (const char *text)
{
  GString *out = g_string_new ("\"");

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (letter == '"' || letter == '\\')
        g_string_append_printf (out, "\\%c", (char) letter);
      else if (letter < 0x20 || letter == '<' || letter == '>' || letter == '&' || letter == 0x2028
               || letter == 0x2029)
        g_string_append_printf (out, "\\u%04x", letter);
      else
        g_string_append_unichar (out, letter);
    }
  g_string_append_c (out, '"');

  return g_string_free (out, FALSE);
}

/* What PCRE and JavaScript read alike. */
static gboolean
is_common_pattern (const char *pattern)
{
  gboolean in_class = FALSE;

  for (const char *c = pattern; *c != '\0'; c++)
    {
      if (*c == '\\')
        {
          c++;
          if (*c == '\0' || strchr ("dDsSwWbBnrt.[](){}*+?^$|/\\-", *c) == NULL)
            return FALSE;
        }
      else if (*c == '[')
        {
          if (in_class)
            return FALSE; /* also [:alpha:] */
          in_class = TRUE;
        }
      else if (*c == ']')
        in_class = FALSE;
      else if (!in_class && *c == '(' && c[1] == '?'
               && (c[2] == '\0' || strchr (":=!", c[2]) == NULL))
        return FALSE;
      else if (!in_class && strchr ("*+?}", *c) != NULL && c[1] == '+')
        return FALSE;
    }

  return !in_class;
}

static const char *
step_name (const PalExprPathStep *step)
{
  if (step->n_predicates > 0)
    return NULL;
  if (step->axis == PAL_EXPR_AXIS_PARENT && step->test == PAL_EXPR_TEST_NODE)
    return "..";
  if (step->axis == PAL_EXPR_AXIS_SELF && step->test == PAL_EXPR_TEST_NODE)
    return ".";
  if (step->axis == PAL_EXPR_AXIS_CHILD && step->test == PAL_EXPR_TEST_NAME)
    return step->local;
  return NULL;
}

static char *
write_path (Writer *writer, const PalExprAst *ast)
{
  const PalExprPath *path = ast->path;
  g_autoptr (GPtrArray) steps = g_ptr_array_new ();
  gboolean is_item = writer->in_item && path->start == PAL_EXPR_START_NODE;
  char *script;

  if (path->start == PAL_EXPR_START_FILTER || path->n_predicates > 0)
    return refuse (writer, ast, "a path with conditions");
  for (guint i = 0; i < path->n_steps; i++)
    {
      const char *name = step_name (&path->steps[i]);

      if (name == NULL)
        return refuse (writer, ast, "such a path");
      if (strcmp (name, ".") != 0)
        g_ptr_array_add (steps, (gpointer) name);
    }
  if (is_item)
    {
      g_autofree char *name = NULL;

      if (steps->len != 1 || strcmp (steps->pdata[0], "..") == 0)
        return refuse (writer, ast, "what is not a column of the list");
      name = pal_expr_quote_script (steps->pdata[0]);
      return g_strdup_printf ("i[%s]", name);
    }
  g_ptr_array_add (steps, NULL);
  script = writer->path (path->start == PAL_EXPR_START_ROOT, (const char *const *) steps->pdata,
                         writer->user_data);

  return script != NULL ? script : refuse (writer, ast, "what another row says");
}

static char *
write_call (Writer *writer, const PalExprAst *ast, char *result)
{
  const char *name = ast->call.function->name;
  g_autoptr (GString) out = NULL;
  guint which = 0;
  guint n_args;

  while (which < G_N_ELEMENTS (functions) && strcmp (functions[which].name, name) != 0)
    which++;
  if (which == G_N_ELEMENTS (functions))
    return refuse (writer, ast, name);
  *result = functions[which].result;
  n_args = strlen (functions[which].args);
  if (n_args == 0 || functions[which].args[n_args - 1] != '*' ? ast->n_args != n_args
                                                              : ast->n_args == 0)
    return refuse (writer, ast, name);
  if (strcmp (name, "regex") == 0
      && (ast->args[1]->op != PAL_EXPR_OP_STRING || !is_common_pattern (ast->args[1]->string)))
    return refuse (writer, ast, "this pattern");

  out = g_string_new (functions[which].script);
  g_string_append_c (out, '(');
  for (guint i = 0; i < ast->n_args; i++)
    {
      const char kind = functions[which].args[MIN (i, n_args - 1)];
      const char wanted = kind == '*' ? functions[which].args[0] : kind;
      g_autofree char *script = wanted == 'b'   ? write_boolean (writer, ast->args[i])
                                : wanted == 'n' ? write_number (writer, ast->args[i])
                                                : write_text (writer, ast->args[i]);

      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", script);
    }
  g_string_append_c (out, ')');

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* As what it is: b, n, t, or p, a path. */
static char *
write_any (Writer *writer, const PalExprAst *ast, char *result)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_NUMBER:
      *result = 'n';
      if (isnan (ast->number) || isinf (ast->number))
        return g_strdup (isnan (ast->number) ? "NaN" : ast->number > 0 ? "Infinity" : "-Infinity");
      return g_strdup (g_ascii_dtostr (number, sizeof number, ast->number));
    case PAL_EXPR_OP_STRING:
      *result = 't';
      return pal_expr_quote_script (ast->string);
    case PAL_EXPR_OP_PATH:
      *result = 'p';
      return write_path (writer, ast);
    case PAL_EXPR_OP_CALL:
      *result = 't';
      return write_call (writer, ast, result);
    case PAL_EXPR_OP_OR:
    case PAL_EXPR_OP_AND:
    case PAL_EXPR_OP_COMPARE:
      *result = 'b';
      return write_boolean (writer, ast);
    case PAL_EXPR_OP_NEGATE:
      {
        g_autofree char *script = write_number (writer, ast->args[0]);

        *result = 'n';
        return g_strdup_printf ("-(%s)", script);
      }
    case PAL_EXPR_OP_ADD:
    case PAL_EXPR_OP_MULTIPLY:
    case PAL_EXPR_OP_UNION:
      break;
    }
  *result = 't';
  return refuse (writer, ast, "a sum, a product or a union");
}

static char *
write_number (Writer *writer, const PalExprAst *ast)
{
  char kind;
  g_autofree char *script = write_any (writer, ast, &kind);

  return kind == 'n' ? g_steal_pointer (&script) : g_strdup_printf ("number(%s)", script);
}

static char *
write_text (Writer *writer, const PalExprAst *ast)
{
  char kind;
  g_autofree char *script = write_any (writer, ast, &kind);

  return kind == 't' ? g_steal_pointer (&script) : g_strdup_printf ("text(%s)", script);
}

static char *
write_comparison (Writer *writer, const PalExprAst *ast)
{
  static const char *const names[] = {
    [PAL_EXPR_OPERATOR_LESS] = "<",
    [PAL_EXPR_OPERATOR_LESS_EQUAL] = "<=",
    [PAL_EXPR_OPERATOR_GREATER] = ">",
    [PAL_EXPR_OPERATOR_GREATER_EQUAL] = ">=",
  };
  gboolean is_equal = ast->operation == PAL_EXPR_OPERATOR_EQUAL;
  char kinds[2];
  g_autofree char *left = write_any (writer, ast->args[0], &kinds[0]);
  g_autofree char *right = write_any (writer, ast->args[1], &kinds[1]);

  if (!is_equal && ast->operation != PAL_EXPR_OPERATOR_NOT_EQUAL)
    return g_strdup_printf ("(number(%s) %s number(%s))", left, names[ast->operation], right);
  if (kinds[0] == 'b' || kinds[1] == 'b')
    return refuse (writer, ast, "whether two conditions are alike");

  return g_strdup_printf ("%s(%s, %s)", is_equal ? "same" : "differ", left, right);
}

static char *
write_boolean (Writer *writer, const PalExprAst *ast)
{
  g_autoptr (GString) out = NULL;
  g_autofree char *script = NULL;
  char kind;

  if (ast->op == PAL_EXPR_OP_COMPARE)
    return write_comparison (writer, ast);
  if (ast->op == PAL_EXPR_OP_OR || ast->op == PAL_EXPR_OP_AND)
    {
      out = g_string_new ("(");
      for (guint i = 0; i < ast->n_args; i++)
        {
          g_autofree char *term = write_boolean (writer, ast->args[i]);

          g_string_append_printf (out, "%s%s",
                                  i == 0                      ? ""
                                  : ast->op == PAL_EXPR_OP_OR ? " || "
                                                              : " && ",
                                  term);
        }
      g_string_append_c (out, ')');
      return g_string_free (g_steal_pointer (&out), FALSE);
    }
  script = write_any (writer, ast, &kind);
  if (kind == 'p')
    return refuse (writer, ast, "whether there is such a node");

  return kind == 'b' ? g_steal_pointer (&script) : g_strdup_printf ("Boolean(%s)", script);
}

static char *
finish (Writer *writer, char *script, GError **error)
{
  if (writer->error == NULL)
    return script;
  g_free (script);
  g_propagate_error (error, writer->error);

  return NULL;
}

/**
 * pal_expr_dup_script:
 * @self: an expression
 * @path: says where paths lead
 * @user_data: for @path
 * @error: return location: %PAL_EXPR_ERROR_UNKNOWN_FUNCTION, for all that cannot be written
 *
 * Returns: (transfer full) (nullable): JavaScript that gives a boolean
 */
char *
pal_expr_dup_script (const PalExpr *self, PalExprScriptPath path, gpointer user_data,
                     GError **error)
{
  Writer writer = { path, user_data };

  g_return_val_if_fail (self != NULL && path != NULL, NULL);

  return finish (&writer, write_boolean (&writer, self->ast), error);
}

/**
 * pal_expr_dup_script_text:
 * @self: an expression
 * @path: says where paths lead
 * @user_data: for @path
 * @error: return location, as for pal_expr_dup_script()
 *
 * Returns: (transfer full) (nullable): JavaScript that gives a text
 */
char *
pal_expr_dup_script_text (const PalExpr *self, PalExprScriptPath path, gpointer user_data,
                          GError **error)
{
  Writer writer = { path, user_data };

  g_return_val_if_fail (self != NULL && path != NULL, NULL);

  return finish (&writer, write_text (&writer, self->ast), error);
}

/**
 * pal_expr_dup_script_list:
 * @self: an expression that selects the items of a list, "instance('id')/root/item[condition]"
 * @path: says where paths of the condition lead that are not columns of the list
 * @user_data: for @path
 * @instance_id: (out) (transfer full): which list
 * @condition: (out) (transfer full) (nullable): JavaScript that gives a boolean; %NULL when the
 *   whole list is on offer
 * @error: return location, as for pal_expr_dup_script()
 *
 * Returns: %TRUE when it can be written
 */
gboolean
pal_expr_dup_script_list (const PalExpr *self, PalExprScriptPath path, gpointer user_data,
                          char **instance_id, char **condition, GError **error)
{
  Writer writer = { path, user_data, TRUE };
  const PalExprAst *ast;
  const PalExprAst *call;
  const PalExprPathStep *last;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  ast = self->ast;
  call = ast->op == PAL_EXPR_OP_PATH && ast->path->start == PAL_EXPR_START_FILTER
             ? ast->path->filter
             : NULL;
  *condition = NULL;
  if (call == NULL || call->op != PAL_EXPR_OP_CALL
      || strcmp (call->call.function->name, "instance") != 0
      || call->args[0]->op != PAL_EXPR_OP_STRING || ast->path->n_predicates > 0
      || ast->path->n_steps != 2 || step_name (&ast->path->steps[0]) == NULL)
    {
      g_free (refuse (&writer, ast, "such a list"));
      g_propagate_error (error, writer.error);
      return FALSE;
    }
  last = &ast->path->steps[1];
  if (last->n_predicates == 1)
    {
      *condition = finish (&writer, write_boolean (&writer, last->predicates[0]), error);
      if (*condition == NULL)
        return FALSE;
    }
  else if (last->n_predicates > 1)
    {
      g_free (refuse (&writer, ast, "a list with several conditions"));
      g_propagate_error (error, writer.error);
      return FALSE;
    }
  *instance_id = g_strdup (call->args[0]->string);

  return TRUE;
}
