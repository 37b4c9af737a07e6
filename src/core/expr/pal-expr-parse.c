// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-parser.h"

#include <string.h>

typedef enum
{
  LEVEL_OR,
  LEVEL_AND,
  LEVEL_EQUALITY,
  LEVEL_RELATION,
  LEVEL_ADD,
  LEVEL_MULTIPLY,
  LEVEL_UNARY
} Level;

static PalExprAst *parse_level (PalExprParser *parser, Level level);

gpointer pal_expr_parser_fail_at (PalExprParser *parser, gsize offset, int code, const char *format,
                                  ...) G_GNUC_PRINTF (4, 5);

/* Returns NULL, so that "return pal_expr_parser_fail_at (...)" says it all. */
gpointer
pal_expr_parser_fail_at (PalExprParser *parser, gsize offset, int code, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  if (parser->error != NULL && *parser->error == NULL)
    g_set_error (parser->error, PAL_EXPR_ERROR, code, "column %u: %s",
                 pal_expr_column (parser->lexer.source, offset), reason);
  return NULL;
}

gpointer
pal_expr_parser_fail_here (PalExprParser *parser, const char *expected)
{
  const PalExprToken *token = &parser->lexer.token;
  g_autofree char *found = NULL;

  if (token->kind == PAL_EXPR_TOKEN_END)
    return pal_expr_parser_fail_at (parser, token->start, PAL_EXPR_ERROR_SYNTAX,
                                    "it ends where %s is expected", expected);
  found = g_strndup (parser->lexer.source + token->start, MIN (token->end - token->start, 40));
  if (!g_utf8_validate (found, -1, NULL))
    g_clear_pointer (&found, g_free);
  return pal_expr_parser_fail_at (parser, token->start, PAL_EXPR_ERROR_SYNTAX,
                                  "%s is expected, not \"%s\"", expected,
                                  found != NULL ? found : "...");
}

gboolean
pal_expr_parser_advance (PalExprParser *parser)
{
  return pal_expr_lexer_advance (&parser->lexer, parser->error);
}

gboolean
pal_expr_token_is_symbol (const PalExprToken *token, int symbol)
{
  return token->kind == PAL_EXPR_TOKEN_SYMBOL && token->symbol == symbol;
}

gboolean
pal_expr_parser_expect_symbol (PalExprParser *parser, int symbol)
{
  char expected[] = { '"', (char) symbol, '"', '\0' };

  if (!pal_expr_token_is_symbol (&parser->lexer.token, symbol))
    {
      pal_expr_parser_fail_here (parser, expected);
      return FALSE;
    }
  return pal_expr_parser_advance (parser);
}

/* Tokens are asked for nearly in order: counting on from the last one keeps long expressions from
 * being counted through again and again. */
static guint
column_at (PalExprParser *parser, gsize offset)
{
  const char *source = parser->lexer.source;

  if (offset >= parser->known_offset)
    parser->known_column += (guint) g_utf8_strlen (source + parser->known_offset,
                                                   (gssize) (offset - parser->known_offset));
  else
    parser->known_column
        -= (guint) g_utf8_strlen (source + offset, (gssize) (parser->known_offset - offset));
  parser->known_offset = offset;
  return parser->known_column;
}

PalExprAst *
pal_expr_parser_new_ast (PalExprParser *parser, PalExprOp op, guint8 type, gsize offset)
{
  PalExprAst *ast = pal_expr_alloc (parser->expr, sizeof *ast);

  ast->op = op;
  ast->type = type;
  ast->column = column_at (parser, offset);
  return ast;
}

gpointer
pal_expr_parser_copy (PalExprParser *parser, gconstpointer data, gsize size)
{
  gpointer copy = pal_expr_alloc (parser->expr, MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  return copy;
}

/* Takes from the list of terms all behind the first n_before. */
PalExprAst **
pal_expr_parser_take_terms (PalExprParser *parser, guint n_before, guint *n_terms)
{
  *n_terms = parser->terms->len - n_before;
  if (*n_terms == 0)
    return NULL;

  {
    gpointer copy = pal_expr_parser_copy (parser, parser->terms->pdata + n_before,
                                          *n_terms * sizeof (gpointer));

    g_ptr_array_set_size (parser->terms, (int) n_before);
    return copy;
  }
}

static void
take_args (PalExprParser *parser, PalExprAst *ast, guint n_before)
{
  ast->args = pal_expr_parser_take_terms (parser, n_before, &ast->n_args);
  for (guint i = 0; i < ast->n_args; i++)
    ast->uses_position |= ast->args[i]->uses_position;
}

/* Functions */

static PalExprAst *
check_call (PalExprParser *parser, PalExprAst *ast, const PalExprToken *name)
{
  const PalExprFunction *function = ast->call.function;
  int length = (int) name->length;

  if (ast->n_args < function->min_args
      || (function->max_args != 255 && ast->n_args > function->max_args))
    {
      g_autofree char *expected
          = function->max_args == 255 ? g_strdup_printf ("at least %u", function->min_args)
            : function->min_args == function->max_args
                ? g_strdup_printf ("%u", function->min_args)
                : g_strdup_printf ("%u to %u", function->min_args, function->max_args);

      return pal_expr_parser_fail_at (parser, name->start, PAL_EXPR_ERROR_ARGUMENTS,
                                      "%.*s() takes %s arguments, not %u", length, name->text,
                                      expected, ast->n_args);
    }
  for (guint i = 0; i < ast->n_args; i++)
    {
      gboolean wants_nodes
          = (i == 0 && (function->flags & PAL_EXPR_FUNCTION_NODES_FIRST) != 0)
            || ((i == 0 || i % 2 == 1) && (function->flags & PAL_EXPR_FUNCTION_NODES_ALL) != 0);

      if (wants_nodes && ast->args[i]->type != PAL_VALUE_NODES
          && ast->args[i]->type != PAL_EXPR_TYPE_ANY)
        return pal_expr_parser_fail_at (parser, name->start, PAL_EXPR_ERROR_ARGUMENTS,
                                        "argument %u of %.*s() must be a path", i + 1, length,
                                        name->text);
    }

  /* Without a seed randomize() gives another order each time. */
  if ((function->flags & PAL_EXPR_FUNCTION_IMPURE) != 0
      || (ast->n_args == 1 && g_str_equal (function->name, "randomize")))
    parser->expr->is_impure = TRUE;
  if ((function->flags
       & (PAL_EXPR_FUNCTION_IMPURE | PAL_EXPR_FUNCTION_CONTEXT | PAL_EXPR_FUNCTION_POSITION))
          != 0
      || (ast->n_args == 0 && (function->flags & PAL_EXPR_FUNCTION_DEFAULTS) != 0))
    parser->expr->is_constant = FALSE;
  if (ast->n_args == 0 && (function->flags & PAL_EXPR_FUNCTION_POSITION) != 0)
    ast->uses_position = TRUE;
  return ast;
}

/* if, coalesce and the like have the type of their arguments when these agree. once may give the
 * text that is there already. */
static void
narrow_type (PalExprAst *ast)
{
  guint first = g_str_equal (ast->call.function->name, "if") ? 1 : 0;

  if (ast->type != PAL_EXPR_TYPE_ANY || ast->n_args <= first
      || (g_str_equal (ast->call.function->name, "once") && ast->args[0]->type != PAL_VALUE_STRING))
    return;
  for (guint i = first + 1; i < ast->n_args; i++)
    {
      if (ast->args[i]->type != ast->args[first]->type)
        return;
    }
  ast->type = ast->args[first]->type;
}

static gboolean
compile_regex (PalExprParser *parser, PalExprAst *ast)
{
  g_autoptr (GError) problem = NULL;

  if (!g_str_equal (ast->call.function->name, "regex") || ast->args[1]->op != PAL_EXPR_OP_STRING)
    return TRUE;
  ast->call.regex = pal_expr_regex_new (ast->args[1]->string, &problem);
  if (ast->call.regex == NULL)
    {
      g_set_error (parser->error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_SYNTAX,
                   "column %u: the pattern of regex() is wrong: %s", ast->args[1]->column,
                   problem->message);
      return FALSE;
    }
  if (parser->expr->regexes == NULL)
    parser->expr->regexes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_regex_unref);
  g_ptr_array_add (parser->expr->regexes, ast->call.regex);
  return TRUE;
}

static gpointer
fail_unknown (PalExprParser *parser, const PalExprToken *name)
{
  g_autofree char *text = g_strndup (name->text, MIN (name->length, 80));
  g_autofree char *nearest = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return pal_expr_parser_fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                                    "an unknown function");
  if (pal_expr_function_is_outside (text))
    return pal_expr_parser_fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                                    "%s() is outside the form profile", text);
  nearest = pal_expr_function_dup_nearest (text);
  if (nearest == NULL)
    return pal_expr_parser_fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                                    "there is no function %s()", text);
  return pal_expr_parser_fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                                  "there is no function %s(); did you mean %s()?", text, nearest);
}

static PalExprAst *
parse_call (PalExprParser *parser)
{
  const PalExprToken name = parser->lexer.token;
  guint n_before = parser->terms->len;
  gsize n_prefix = name.n_prefix > 0 ? name.n_prefix + 1 : 0;
  const PalExprFunction *function;
  const char *uri;
  PalExprAst *ast;

  if (!pal_expr_parser_resolve (parser, &name, &uri))
    return NULL;
  function = pal_expr_function_find (name.text + n_prefix, name.length - n_prefix, uri);
  if (function == NULL)
    return fail_unknown (parser, &name);
  if (!pal_expr_parser_advance (parser) || !pal_expr_parser_advance (parser))
    return NULL;
  while (!pal_expr_token_is_symbol (&parser->lexer.token, ')'))
    {
      PalExprAst *arg;

      if (parser->terms->len > n_before && !pal_expr_parser_expect_symbol (parser, ','))
        return NULL;
      arg = parse_level (parser, LEVEL_OR);
      if (arg == NULL)
        return NULL;
      g_ptr_array_add (parser->terms, arg);
    }
  if (!pal_expr_parser_advance (parser))
    return NULL;

  ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_CALL, function->type, name.start);
  ast->call.function = function;
  take_args (parser, ast, n_before);
  if (check_call (parser, ast, &name) == NULL || !compile_regex (parser, ast))
    return NULL;
  narrow_type (ast);
  if (g_str_equal (function->name, "current"))
    return pal_expr_parser_new_path (parser, PAL_EXPR_START_CURRENT, parser->steps->len,
                                     name.start);
  return ast;
}

static PalExprAst *
parse_primary (PalExprParser *parser)
{
  const PalExprToken token = parser->lexer.token;
  PalExprAst *ast;
  char *text;

  switch (token.kind)
    {
    case PAL_EXPR_TOKEN_NUMBER:
      ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_NUMBER, PAL_VALUE_NUMBER, token.start);
      ast->number = token.number;
      return pal_expr_parser_advance (parser) ? ast : NULL;
    case PAL_EXPR_TOKEN_STRING:
      ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_STRING, PAL_VALUE_STRING, token.start);
      text = pal_expr_alloc (parser->expr, token.length + 1);
      memcpy (text, token.text, token.length);
      text[token.length] = '\0';
      ast->string = text;
      return pal_expr_parser_advance (parser) ? ast : NULL;
    case PAL_EXPR_TOKEN_NAME:
      return parse_call (parser);
    default:
      break;
    }
  if (!pal_expr_parser_advance (parser)) /* ( */
    return NULL;
  ast = parse_level (parser, LEVEL_OR);
  if (ast == NULL || !pal_expr_parser_expect_symbol (parser, ')'))
    return NULL;
  return ast;
}

static gboolean
starts_primary (PalExprParser *parser)
{
  const PalExprToken *token = &parser->lexer.token;

  return token->kind == PAL_EXPR_TOKEN_NUMBER || token->kind == PAL_EXPR_TOKEN_STRING
         || pal_expr_token_is_symbol (token, '(')
         || (token->kind == PAL_EXPR_TOKEN_NAME
             && pal_expr_token_is_symbol (&parser->lexer.next, '(')
             && pal_expr_token_find_node_type (token) < 0);
}

static PalExprAst *
parse_filtered (PalExprParser *parser)
{
  gsize offset = parser->lexer.token.start;
  guint n_before = parser->steps->len;
  PalExprAst *primary = parse_primary (parser);
  PalExprAst **predicates = NULL;
  guint n_predicates = 0;
  PalExprAst *ast;
  gboolean is_current;

  if (primary == NULL || !pal_expr_parser_predicates (parser, &predicates, &n_predicates))
    return NULL;
  if (pal_expr_token_is_symbol (&parser->lexer.token, '/')
      || pal_expr_token_is_symbol (&parser->lexer.token, 'D'))
    {
      gboolean is_deep = parser->lexer.token.symbol == 'D';

      if (!pal_expr_parser_advance (parser) || !pal_expr_parser_steps (parser, is_deep))
        return NULL;
    }
  if (parser->steps->len == n_before && n_predicates == 0)
    return primary;
  if (primary->type != PAL_VALUE_NODES && primary->type != PAL_EXPR_TYPE_ANY)
    return pal_expr_parser_fail_at (parser, offset, PAL_EXPR_ERROR_SYNTAX,
                                    "only nodes can be filtered and followed");

  is_current = primary->op == PAL_EXPR_OP_PATH && primary->path->start == PAL_EXPR_START_CURRENT
               && primary->path->n_steps == 0 && n_predicates == 0;
  ast = pal_expr_parser_new_path (
      parser, is_current ? PAL_EXPR_START_CURRENT : PAL_EXPR_START_FILTER, n_before, offset);
  if (!is_current)
    {
      ast->path->filter = primary;
      ast->path->predicates = predicates;
      ast->path->n_predicates = n_predicates;
      ast->uses_position = primary->uses_position;
    }
  return ast;
}

static PalExprAst *
parse_path (PalExprParser *parser)
{
  const PalExprToken token = parser->lexer.token;
  guint n_before = parser->steps->len;
  gboolean is_deep = FALSE;
  gboolean is_absolute
      = pal_expr_token_is_symbol (&token, '/') || pal_expr_token_is_symbol (&token, 'D');

  if (starts_primary (parser))
    return parse_filtered (parser);

  if (is_absolute)
    {
      is_deep = token.symbol == 'D';
      if (!pal_expr_parser_advance (parser))
        return NULL;
      if (!is_deep && !pal_expr_token_starts_step (&parser->lexer.token))
        return pal_expr_parser_new_path (parser, PAL_EXPR_START_ROOT, n_before, token.start);
    }
  else if (!pal_expr_token_starts_step (&token))
    return pal_expr_parser_fail_here (parser, "a value");
  if (!pal_expr_parser_steps (parser, is_deep))
    return NULL;
  return pal_expr_parser_new_path (parser, is_absolute ? PAL_EXPR_START_ROOT : PAL_EXPR_START_NODE,
                                   n_before, token.start);
}

/* Operators */

static gboolean
is_operator (PalExprParser *parser, PalExprOperator from, PalExprOperator to)
{
  const PalExprToken *token = &parser->lexer.token;

  return token->kind == PAL_EXPR_TOKEN_OPERATOR && token->operation >= from
         && token->operation <= to;
}

static PalExprAst *
parse_union (PalExprParser *parser)
{
  gsize offset = parser->lexer.token.start;
  guint n_before = parser->terms->len;
  PalExprAst *first = parse_path (parser);
  PalExprAst *ast;

  if (first == NULL || !is_operator (parser, PAL_EXPR_OPERATOR_UNION, PAL_EXPR_OPERATOR_UNION))
    return first;

  g_ptr_array_add (parser->terms, first);
  while (is_operator (parser, PAL_EXPR_OPERATOR_UNION, PAL_EXPR_OPERATOR_UNION))
    {
      PalExprAst *term;

      if (!pal_expr_parser_advance (parser))
        return NULL;
      term = parse_path (parser);
      if (term == NULL)
        return NULL;
      g_ptr_array_add (parser->terms, term);
    }
  ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_UNION, PAL_VALUE_NODES, offset);
  take_args (parser, ast, n_before);
  for (guint i = 0; i < ast->n_args; i++)
    {
      if (ast->args[i]->type != PAL_VALUE_NODES && ast->args[i]->type != PAL_EXPR_TYPE_ANY)
        return pal_expr_parser_fail_at (parser, offset, PAL_EXPR_ERROR_SYNTAX,
                                        "only nodes can be joined by \"|\"");
    }
  return ast;
}

static PalExprAst *
parse_unary (PalExprParser *parser)
{
  gsize offset = parser->lexer.token.start;
  gboolean is_signed = FALSE;
  gboolean is_negative = FALSE;
  PalExprAst *operand;
  PalExprAst *ast;

  while (is_operator (parser, PAL_EXPR_OPERATOR_MINUS, PAL_EXPR_OPERATOR_MINUS))
    {
      is_signed = TRUE;
      is_negative = !is_negative;
      if (!pal_expr_parser_advance (parser))
        return NULL;
    }
  operand = parse_union (parser);
  if (operand == NULL || !is_signed)
    return operand;
  if (operand->op == PAL_EXPR_OP_NUMBER)
    {
      operand->number = is_negative ? -operand->number : operand->number;
      operand->column = column_at (parser, offset);
      return operand;
    }
  ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_NEGATE, PAL_VALUE_NUMBER, offset);
  ast->operation = is_negative ? PAL_EXPR_OPERATOR_MINUS : PAL_EXPR_OPERATOR_PLUS;
  ast->n_args = 1;
  ast->args = pal_expr_parser_copy (parser, &operand, sizeof operand);
  ast->uses_position = operand->uses_position;
  return ast;
}

/* A comparison has two sides; several in a row group to the left. */
static PalExprAst *
parse_comparison (PalExprParser *parser, Level level)
{
  PalExprOperator from = level == LEVEL_EQUALITY ? PAL_EXPR_OPERATOR_EQUAL : PAL_EXPR_OPERATOR_LESS;
  PalExprOperator to
      = level == LEVEL_EQUALITY ? PAL_EXPR_OPERATOR_NOT_EQUAL : PAL_EXPR_OPERATOR_GREATER_EQUAL;
  PalExprAst *left = parse_level (parser, level + 1);
  guint n_before = 0;

  while (left != NULL && is_operator (parser, from, to))
    {
      const PalExprToken token = parser->lexer.token;
      PalExprAst *sides[2] = { left, NULL };
      PalExprAst *ast;

      if (++n_before > 100)
        return pal_expr_parser_fail_at (parser, token.start, PAL_EXPR_ERROR_LIMIT,
                                        "too many comparisons in a row");
      if (!pal_expr_parser_advance (parser))
        return NULL;
      sides[1] = parse_level (parser, level + 1);
      if (sides[1] == NULL)
        return NULL;
      ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_COMPARE, PAL_VALUE_BOOLEAN, token.start);
      ast->operation = token.operation;
      ast->n_args = 2;
      ast->args = pal_expr_parser_copy (parser, sides, sizeof sides);
      ast->uses_position = sides[0]->uses_position || sides[1]->uses_position;
      left = ast;
    }
  return left;
}

/* A row of terms becomes one node of the tree, however long it is: forms add up thousands. */
static PalExprAst *
parse_row (PalExprParser *parser, Level level)
{
  static const struct
  {
    PalExprOperator from;
    PalExprOperator to;
    PalExprOp op;
    guint8 type;
  } rows[] = {
    [LEVEL_OR] = { PAL_EXPR_OPERATOR_OR, PAL_EXPR_OPERATOR_OR, PAL_EXPR_OP_OR, PAL_VALUE_BOOLEAN },
    [LEVEL_AND]
    = { PAL_EXPR_OPERATOR_AND, PAL_EXPR_OPERATOR_AND, PAL_EXPR_OP_AND, PAL_VALUE_BOOLEAN },
    [LEVEL_ADD]
    = { PAL_EXPR_OPERATOR_PLUS, PAL_EXPR_OPERATOR_MINUS, PAL_EXPR_OP_ADD, PAL_VALUE_NUMBER },
    [LEVEL_MULTIPLY] = { PAL_EXPR_OPERATOR_MULTIPLY, PAL_EXPR_OPERATOR_MODULO, PAL_EXPR_OP_MULTIPLY,
                         PAL_VALUE_NUMBER },
  };
  gsize offset = parser->lexer.token.start;
  guint n_before = parser->terms->len;
  guint n_operators_before = parser->operators->len;
  PalExprAst *first = parse_level (parser, level + 1);
  guint8 operation = rows[level].from;
  PalExprAst *ast;

  if (first == NULL || !is_operator (parser, rows[level].from, rows[level].to))
    return first;

  g_ptr_array_add (parser->terms, first);
  g_byte_array_append (parser->operators, &operation, 1);
  while (is_operator (parser, rows[level].from, rows[level].to))
    {
      PalExprAst *term;

      operation = parser->lexer.token.operation;
      if (!pal_expr_parser_advance (parser))
        return NULL;
      term = parse_level (parser, level + 1);
      if (term == NULL)
        return NULL;
      g_ptr_array_add (parser->terms, term);
      g_byte_array_append (parser->operators, &operation, 1);
    }
  ast = pal_expr_parser_new_ast (parser, rows[level].op, rows[level].type, offset);
  take_args (parser, ast, n_before);
  ast->operators
      = pal_expr_parser_copy (parser, parser->operators->data + n_operators_before, ast->n_args);
  g_byte_array_set_size (parser->operators, n_operators_before);
  return ast;
}

static PalExprAst *
parse_level (PalExprParser *parser, Level level)
{
  PalExprAst *ast;

  switch (level)
    {
    case LEVEL_OR:
      if (++parser->depth > PAL_EXPR_MAX_DEPTH)
        return pal_expr_parser_fail_at (parser, parser->lexer.token.start, PAL_EXPR_ERROR_LIMIT,
                                        "nested too deeply");
      ast = parse_row (parser, level);
      parser->depth--;
      return ast;
    case LEVEL_AND:
    case LEVEL_ADD:
    case LEVEL_MULTIPLY:
      return parse_row (parser, level);
    case LEVEL_EQUALITY:
    case LEVEL_RELATION:
      return parse_comparison (parser, level);
    case LEVEL_UNARY:
      break;
    }
  return parse_unary (parser);
}

PalExprAst *
pal_expr_parser_expression (PalExprParser *parser)
{
  return parse_level (parser, LEVEL_OR);
}

/* Fills self->ast and what the parser finds out on the way. */
gboolean
pal_expr_parse (PalExpr *self, PalExprResolvePrefix resolve, gpointer user_data, GError **error)
{
  GError *own_error = NULL;
  PalExprParser parser = { .expr = self,
                           .resolve = resolve,
                           .user_data = user_data,
                           .terms = g_ptr_array_new (),
                           .operators = g_byte_array_new (),
                           .steps = g_array_new (FALSE, TRUE, sizeof (PalExprPathStep)),
                           .known_column = 1,
                           .error = &own_error };

  self->is_constant = TRUE;
  if (pal_expr_lexer_start (&parser.lexer, self->source, &own_error))
    {
      self->ast = parse_level (&parser, LEVEL_OR);
      if (self->ast != NULL && parser.lexer.token.kind != PAL_EXPR_TOKEN_END)
        pal_expr_parser_fail_here (&parser, "an operator or the end");
    }
  g_ptr_array_unref (parser.terms);
  g_byte_array_unref (parser.operators);
  g_array_unref (parser.steps);
  if (own_error != NULL)
    {
      g_propagate_error (error, own_error);
      return FALSE;
    }
  return TRUE;
}
