// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <string.h>

#define XML_URI "http://www.w3.org/XML/1998/namespace"
#define MATHML_URI "http://www.w3.org/1998/Math/MathML"

typedef struct
{
  PalExpr *expr;
  PalExprLexer lexer;
  PalExprResolvePrefix resolve; /* (nullable) */
  gpointer user_data;
  guint depth;
  /* Terms, arguments and steps of what is being read, those of the innermost last. */
  GPtrArray *terms;
  GByteArray *operators;
  GArray *steps;
  gsize known_offset; /* of which known_column is the column */
  guint known_column;
  GError **error;
} Parser;

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

static PalExprAst *parse_level (Parser *parser, Level level);

static gpointer
fail_at (Parser *parser, gsize offset, int code, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Returns NULL, so that "return fail_at (...)" says it all. */
static gpointer
fail_at (Parser *parser, gsize offset, int code, const char *format, ...)
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

static gpointer
fail_here (Parser *parser, const char *expected)
{
  const PalExprToken *token = &parser->lexer.token;
  g_autofree char *found = NULL;

  if (token->kind == PAL_EXPR_TOKEN_END)
    return fail_at (parser, token->start, PAL_EXPR_ERROR_SYNTAX, "it ends where %s is expected",
                    expected);
  found = g_strndup (parser->lexer.source + token->start, MIN (token->end - token->start, 40));
  if (!g_utf8_validate (found, -1, NULL))
    g_clear_pointer (&found, g_free);
  return fail_at (parser, token->start, PAL_EXPR_ERROR_SYNTAX, "%s is expected, not \"%s\"",
                  expected, found != NULL ? found : "...");
}

static gboolean
advance (Parser *parser)
{
  return pal_expr_lexer_advance (&parser->lexer, parser->error);
}

static gboolean
is_symbol (const PalExprToken *token, int symbol)
{
  return token->kind == PAL_EXPR_TOKEN_SYMBOL && token->symbol == symbol;
}

static gboolean
expect_symbol (Parser *parser, int symbol)
{
  char expected[] = { '"', (char) symbol, '"', '\0' };

  if (!is_symbol (&parser->lexer.token, symbol))
    {
      fail_here (parser, expected);
      return FALSE;
    }
  return advance (parser);
}

/* Tokens are asked for nearly in order: counting on from the last one keeps long expressions from
 * being counted through again and again. */
static guint
column_at (Parser *parser, gsize offset)
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

static PalExprAst *
new_ast (Parser *parser, PalExprOp op, guint8 type, gsize offset)
{
  PalExprAst *ast = pal_expr_alloc (parser->expr, sizeof *ast);

  ast->op = op;
  ast->type = type;
  ast->column = column_at (parser, offset);
  return ast;
}

static gpointer
copy_to_expr (Parser *parser, gconstpointer data, gsize size)
{
  gpointer copy = pal_expr_alloc (parser->expr, MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  return copy;
}

/* Takes from the list of terms all behind the first n_before. */
static PalExprAst **
take_terms (Parser *parser, guint n_before, guint *n_terms)
{
  *n_terms = parser->terms->len - n_before;
  if (*n_terms == 0)
    return NULL;

  {
    gpointer copy
        = copy_to_expr (parser, parser->terms->pdata + n_before, *n_terms * sizeof (gpointer));

    g_ptr_array_set_size (parser->terms, (int) n_before);
    return copy;
  }
}

static void
take_args (Parser *parser, PalExprAst *ast, guint n_before)
{
  ast->args = take_terms (parser, n_before, &ast->n_args);
  for (guint i = 0; i < ast->n_args; i++)
    ast->uses_position |= ast->args[i]->uses_position;
}

/* Names */

static const char *
resolve_prefix (Parser *parser, const char *prefix)
{
  static const struct
  {
    const char *prefix;
    const char *uri;
  } known[] = {
    { "jr", PAL_NS_JR }, { "xhtml", PAL_NS_XHTML }, { "mathml", MATHML_URI }, { "xml", XML_URI }
  };
  const char *uri = NULL;

  if (parser->resolve != NULL)
    uri = parser->resolve (prefix, parser->user_data);
  for (gsize i = 0; uri == NULL && i < G_N_ELEMENTS (known); i++)
    {
      if (strcmp (known[i].prefix, prefix) == 0)
        uri = known[i].uri;
    }
  return uri;
}

/* FALSE with an error when there is a prefix that nobody declares; *uri is NULL without prefix. */
static gboolean
resolve_token (Parser *parser, const PalExprToken *token, const char **uri)
{
  g_autofree char *prefix = NULL;

  *uri = NULL;
  if (token->n_prefix == 0)
    return TRUE;
  prefix = g_strndup (token->text, token->n_prefix);
  *uri = g_intern_string (resolve_prefix (parser, prefix));
  if (*uri == NULL)
    {
      fail_at (parser, token->start, PAL_EXPR_ERROR_PREFIX, "the prefix \"%s\" is not declared",
               prefix);
      return FALSE;
    }
  return TRUE;
}

static const char *
intern_length (const char *text, gsize length)
{
  char few[64];
  g_autofree char *many = NULL;

  if (length >= sizeof few)
    {
      many = g_strndup (text, length);
      return g_intern_string (many);
    }
  memcpy (few, text, length);
  few[length] = '\0';
  return g_intern_string (few);
}

/* Predicates */

static gboolean
is_positional (const PalExprAst *predicate)
{
  return predicate->type == PAL_VALUE_NUMBER || predicate->type == PAL_EXPR_TYPE_ANY
         || predicate->uses_position;
}

static gboolean
parse_predicates (Parser *parser, PalExprAst ***predicates, guint *n_predicates)
{
  guint n_before = parser->terms->len;

  while (is_symbol (&parser->lexer.token, '['))
    {
      PalExprAst *predicate;

      if (!advance (parser))
        return FALSE;
      predicate = parse_level (parser, LEVEL_OR);
      if (predicate == NULL || !expect_symbol (parser, ']'))
        return FALSE;
      g_ptr_array_add (parser->terms, predicate);
    }
  *predicates = take_terms (parser, n_before, n_predicates);
  return TRUE;
}

/* Paths */

static gboolean
parse_axis (Parser *parser, PalExprPathStep *step)
{
  static const char *const names[] = {
    [PAL_EXPR_AXIS_CHILD] = "child",
    [PAL_EXPR_AXIS_DESCENDANT] = "descendant",
    [PAL_EXPR_AXIS_DESCENDANT_OR_SELF] = "descendant-or-self",
    [PAL_EXPR_AXIS_PARENT] = "parent",
    [PAL_EXPR_AXIS_ANCESTOR] = "ancestor",
    [PAL_EXPR_AXIS_ANCESTOR_OR_SELF] = "ancestor-or-self",
    [PAL_EXPR_AXIS_SELF] = "self",
    [PAL_EXPR_AXIS_FOLLOWING_SIBLING] = "following-sibling",
    [PAL_EXPR_AXIS_PRECEDING_SIBLING] = "preceding-sibling",
    [PAL_EXPR_AXIS_FOLLOWING] = "following",
    [PAL_EXPR_AXIS_PRECEDING] = "preceding",
    [PAL_EXPR_AXIS_ATTRIBUTE] = "attribute",
    [PAL_EXPR_AXIS_NAMESPACE] = "namespace",
  };
  const PalExprToken *token = &parser->lexer.token;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (strlen (names[i]) == token->length && strncmp (names[i], token->text, token->length) == 0)
        {
          step->axis = i;
          return advance (parser);
        }
    }
  fail_at (parser, token->start, PAL_EXPR_ERROR_SYNTAX, "there is no axis \"%.*s\"",
           (int) MIN (token->length, 40), token->text);
  return FALSE;
}

static int
find_node_type (const PalExprToken *token)
{
  static const struct
  {
    const char *name;
    PalExprTest test;
  } types[] = {
    { "node", PAL_EXPR_TEST_NODE },
    { "text", PAL_EXPR_TEST_TEXT },
    { "comment", PAL_EXPR_TEST_COMMENT },
    { "processing-instruction", PAL_EXPR_TEST_PI },
  };

  if (token->kind != PAL_EXPR_TOKEN_NAME)
    return -1;
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strlen (types[i].name) == token->length
          && strncmp (types[i].name, token->text, token->length) == 0)
        return types[i].test;
    }
  return -1;
}

static gboolean
parse_node_test (Parser *parser, PalExprPathStep *step)
{
  const PalExprToken token = parser->lexer.token;
  int type = find_node_type (&token);

  if (token.kind != PAL_EXPR_TOKEN_NAME)
    {
      fail_here (parser, "a name");
      return FALSE;
    }
  if (!is_symbol (&parser->lexer.next, '('))
    {
      gsize n_prefix = token.n_prefix > 0 ? token.n_prefix + 1 : 0;
      const char *local = token.text + n_prefix;
      gboolean is_star = token.length == n_prefix + 1 && *local == '*';

      if (!resolve_token (parser, &token, &step->uri))
        return FALSE;
      step->test = !is_star             ? PAL_EXPR_TEST_NAME
                   : token.n_prefix > 0 ? PAL_EXPR_TEST_ANY_LOCAL
                                        : PAL_EXPR_TEST_ANY_NAME;
      step->local = is_star ? NULL : intern_length (local, token.length - n_prefix);
      return advance (parser);
    }

  if (type < 0)
    {
      fail_here (parser, "a name or node()");
      return FALSE;
    }
  step->test = type;
  if (!advance (parser) || !advance (parser))
    return FALSE;
  if (type == PAL_EXPR_TEST_PI && parser->lexer.token.kind == PAL_EXPR_TOKEN_STRING)
    {
      step->local = intern_length (parser->lexer.token.text, parser->lexer.token.length);
      if (!advance (parser))
        return FALSE;
    }
  return expect_symbol (parser, ')');
}

static gboolean
parse_step (Parser *parser, PalExprPathStep *step)
{
  const PalExprToken *token = &parser->lexer.token;

  memset (step, 0, sizeof *step);
  step->axis = PAL_EXPR_AXIS_CHILD;
  if (is_symbol (token, '.') || is_symbol (token, 'd'))
    {
      step->axis = token->symbol == '.' ? PAL_EXPR_AXIS_SELF : PAL_EXPR_AXIS_PARENT;
      step->test = PAL_EXPR_TEST_NODE;
      /* The grammar has no predicate behind ".", but all engines read one. */
      return advance (parser) && parse_predicates (parser, &step->predicates, &step->n_predicates);
    }
  if (is_symbol (token, '@'))
    {
      step->axis = PAL_EXPR_AXIS_ATTRIBUTE;
      if (!advance (parser))
        return FALSE;
    }
  else if (token->kind == PAL_EXPR_TOKEN_AXIS && !parse_axis (parser, step))
    return FALSE;
  return parse_node_test (parser, step)
         && parse_predicates (parser, &step->predicates, &step->n_predicates);
}

/* "//x" is "/descendant-or-self::node()/child::x", which is "/descendant::x" as long as nobody
 * counts places. */
static gboolean
can_fuse (const PalExprPathStep *step)
{
  if (step->axis != PAL_EXPR_AXIS_CHILD)
    return FALSE;
  for (guint i = 0; i < step->n_predicates; i++)
    {
      if (is_positional (step->predicates[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
starts_step (const PalExprToken *token)
{
  return token->kind == PAL_EXPR_TOKEN_NAME || token->kind == PAL_EXPR_TOKEN_AXIS
         || is_symbol (token, '@') || is_symbol (token, '.') || is_symbol (token, 'd');
}

static gboolean
parse_steps (Parser *parser, gboolean is_deep)
{
  for (;;)
    {
      PalExprPathStep step;
      PalExprPathStep deep
          = { .axis = PAL_EXPR_AXIS_DESCENDANT_OR_SELF, .test = PAL_EXPR_TEST_NODE };

      if (!parse_step (parser, &step))
        return FALSE;
      if (is_deep && can_fuse (&step))
        step.axis = PAL_EXPR_AXIS_DESCENDANT;
      else if (is_deep)
        g_array_append_val (parser->steps, deep);
      g_array_append_val (parser->steps, step);

      if (!is_symbol (&parser->lexer.token, '/') && !is_symbol (&parser->lexer.token, 'D'))
        return TRUE;
      is_deep = parser->lexer.token.symbol == 'D';
      if (!advance (parser))
        return FALSE;
    }
}

static gboolean
is_plain_step (const PalExprPathStep *step)
{
  if (step->n_predicates > 0)
    return FALSE;
  switch ((PalExprAxis) step->axis)
    {
    case PAL_EXPR_AXIS_CHILD:
    case PAL_EXPR_AXIS_ATTRIBUTE:
      return step->test == PAL_EXPR_TEST_NAME;
    case PAL_EXPR_AXIS_PARENT:
    case PAL_EXPR_AXIS_SELF:
      return step->test == PAL_EXPR_TEST_NODE;
    default:
      return FALSE;
    }
}

static PalExprAst *
new_path (Parser *parser, PalExprStart start, guint n_before, gsize offset)
{
  PalExprAst *ast = new_ast (parser, PAL_EXPR_OP_PATH, PAL_VALUE_NODES, offset);
  PalExprPath *path = pal_expr_alloc (parser->expr, sizeof *path);

  ast->path = path;
  path->start = start;
  path->n_steps = parser->steps->len - n_before;
  if (path->n_steps > 0)
    path->steps = copy_to_expr (parser, &g_array_index (parser->steps, PalExprPathStep, n_before),
                                path->n_steps * sizeof (PalExprPathStep));
  g_array_set_size (parser->steps, n_before);
  path->is_plain = start != PAL_EXPR_START_FILTER;
  for (guint i = 0; i < path->n_steps && path->is_plain; i++)
    path->is_plain = is_plain_step (&path->steps[i]);
  parser->expr->is_constant = FALSE;
  return ast;
}

/* Functions */

static PalExprAst *
check_call (Parser *parser, PalExprAst *ast, const PalExprToken *name)
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

      return fail_at (parser, name->start, PAL_EXPR_ERROR_ARGUMENTS,
                      "%.*s() takes %s arguments, not %u", length, name->text, expected,
                      ast->n_args);
    }
  for (guint i = 0; i < ast->n_args; i++)
    {
      gboolean wants_nodes
          = (i == 0 && (function->flags & PAL_EXPR_FUNCTION_NODES_FIRST) != 0)
            || ((i == 0 || i % 2 == 1) && (function->flags & PAL_EXPR_FUNCTION_NODES_ALL) != 0);

      if (wants_nodes && ast->args[i]->type != PAL_VALUE_NODES
          && ast->args[i]->type != PAL_EXPR_TYPE_ANY)
        return fail_at (parser, name->start, PAL_EXPR_ERROR_ARGUMENTS,
                        "argument %u of %.*s() must be a path", i + 1, length, name->text);
    }

  if ((function->flags & PAL_EXPR_FUNCTION_IMPURE) != 0)
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

/* if, coalesce and the like have the type of their arguments when these agree. */
static void
narrow_type (PalExprAst *ast)
{
  guint first = g_str_equal (ast->call.function->name, "if") ? 1 : 0;

  if (ast->type != PAL_EXPR_TYPE_ANY || ast->n_args <= first)
    return;
  for (guint i = first + 1; i < ast->n_args; i++)
    {
      if (ast->args[i]->type != ast->args[first]->type)
        return;
    }
  ast->type = ast->args[first]->type;
}

static gboolean
compile_regex (Parser *parser, PalExprAst *ast)
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
fail_unknown (Parser *parser, const PalExprToken *name)
{
  g_autofree char *text = g_strndup (name->text, MIN (name->length, 80));
  g_autofree char *nearest = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION, "an unknown function");
  if (pal_expr_function_is_outside (text))
    return fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                    "%s() is outside the form profile", text);
  nearest = pal_expr_function_dup_nearest (text);
  if (nearest == NULL)
    return fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                    "there is no function %s()", text);
  return fail_at (parser, name->start, PAL_EXPR_ERROR_UNKNOWN_FUNCTION,
                  "there is no function %s(); did you mean %s()?", text, nearest);
}

static PalExprAst *
parse_call (Parser *parser)
{
  const PalExprToken name = parser->lexer.token;
  guint n_before = parser->terms->len;
  gsize n_prefix = name.n_prefix > 0 ? name.n_prefix + 1 : 0;
  const PalExprFunction *function;
  const char *uri;
  PalExprAst *ast;

  if (!resolve_token (parser, &name, &uri))
    return NULL;
  function = pal_expr_function_find (name.text + n_prefix, name.length - n_prefix, uri);
  if (function == NULL)
    return fail_unknown (parser, &name);
  if (!advance (parser) || !advance (parser))
    return NULL;
  while (!is_symbol (&parser->lexer.token, ')'))
    {
      PalExprAst *arg;

      if (parser->terms->len > n_before && !expect_symbol (parser, ','))
        return NULL;
      arg = parse_level (parser, LEVEL_OR);
      if (arg == NULL)
        return NULL;
      g_ptr_array_add (parser->terms, arg);
    }
  if (!advance (parser))
    return NULL;

  ast = new_ast (parser, PAL_EXPR_OP_CALL, function->type, name.start);
  ast->call.function = function;
  take_args (parser, ast, n_before);
  if (check_call (parser, ast, &name) == NULL || !compile_regex (parser, ast))
    return NULL;
  narrow_type (ast);
  if (g_str_equal (function->name, "current"))
    return new_path (parser, PAL_EXPR_START_CURRENT, parser->steps->len, name.start);
  return ast;
}

static PalExprAst *
parse_primary (Parser *parser)
{
  const PalExprToken token = parser->lexer.token;
  PalExprAst *ast;
  char *text;

  switch (token.kind)
    {
    case PAL_EXPR_TOKEN_NUMBER:
      ast = new_ast (parser, PAL_EXPR_OP_NUMBER, PAL_VALUE_NUMBER, token.start);
      ast->number = token.number;
      return advance (parser) ? ast : NULL;
    case PAL_EXPR_TOKEN_STRING:
      ast = new_ast (parser, PAL_EXPR_OP_STRING, PAL_VALUE_STRING, token.start);
      text = pal_expr_alloc (parser->expr, token.length + 1);
      memcpy (text, token.text, token.length);
      text[token.length] = '\0';
      ast->string = text;
      return advance (parser) ? ast : NULL;
    case PAL_EXPR_TOKEN_NAME:
      return parse_call (parser);
    default:
      break;
    }
  if (!advance (parser)) /* ( */
    return NULL;
  ast = parse_level (parser, LEVEL_OR);
  if (ast == NULL || !expect_symbol (parser, ')'))
    return NULL;
  return ast;
}

static gboolean
starts_primary (Parser *parser)
{
  const PalExprToken *token = &parser->lexer.token;

  return token->kind == PAL_EXPR_TOKEN_NUMBER || token->kind == PAL_EXPR_TOKEN_STRING
         || is_symbol (token, '(')
         || (token->kind == PAL_EXPR_TOKEN_NAME && is_symbol (&parser->lexer.next, '(')
             && find_node_type (token) < 0);
}

static PalExprAst *
parse_filtered (Parser *parser)
{
  gsize offset = parser->lexer.token.start;
  guint n_before = parser->steps->len;
  PalExprAst *primary = parse_primary (parser);
  PalExprAst **predicates = NULL;
  guint n_predicates = 0;
  PalExprAst *ast;
  gboolean is_current;

  if (primary == NULL || !parse_predicates (parser, &predicates, &n_predicates))
    return NULL;
  if (is_symbol (&parser->lexer.token, '/') || is_symbol (&parser->lexer.token, 'D'))
    {
      gboolean is_deep = parser->lexer.token.symbol == 'D';

      if (!advance (parser) || !parse_steps (parser, is_deep))
        return NULL;
    }
  if (parser->steps->len == n_before && n_predicates == 0)
    return primary;
  if (primary->type != PAL_VALUE_NODES && primary->type != PAL_EXPR_TYPE_ANY)
    return fail_at (parser, offset, PAL_EXPR_ERROR_SYNTAX,
                    "only nodes can be filtered and followed");

  is_current = primary->op == PAL_EXPR_OP_PATH && primary->path->start == PAL_EXPR_START_CURRENT
               && primary->path->n_steps == 0 && n_predicates == 0;
  ast = new_path (parser, is_current ? PAL_EXPR_START_CURRENT : PAL_EXPR_START_FILTER, n_before,
                  offset);
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
parse_path (Parser *parser)
{
  const PalExprToken token = parser->lexer.token;
  guint n_before = parser->steps->len;
  gboolean is_deep = FALSE;
  gboolean is_absolute = is_symbol (&token, '/') || is_symbol (&token, 'D');

  if (starts_primary (parser))
    return parse_filtered (parser);

  if (is_absolute)
    {
      is_deep = token.symbol == 'D';
      if (!advance (parser))
        return NULL;
      if (!is_deep && !starts_step (&parser->lexer.token))
        return new_path (parser, PAL_EXPR_START_ROOT, n_before, token.start);
    }
  else if (!starts_step (&token))
    return fail_here (parser, "a value");
  if (!parse_steps (parser, is_deep))
    return NULL;
  return new_path (parser, is_absolute ? PAL_EXPR_START_ROOT : PAL_EXPR_START_NODE, n_before,
                   token.start);
}

/* Operators */

static gboolean
is_operator (Parser *parser, PalExprOperator from, PalExprOperator to)
{
  const PalExprToken *token = &parser->lexer.token;

  return token->kind == PAL_EXPR_TOKEN_OPERATOR && token->operation >= from
         && token->operation <= to;
}

static PalExprAst *
parse_union (Parser *parser)
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

      if (!advance (parser))
        return NULL;
      term = parse_path (parser);
      if (term == NULL)
        return NULL;
      g_ptr_array_add (parser->terms, term);
    }
  ast = new_ast (parser, PAL_EXPR_OP_UNION, PAL_VALUE_NODES, offset);
  take_args (parser, ast, n_before);
  for (guint i = 0; i < ast->n_args; i++)
    {
      if (ast->args[i]->type != PAL_VALUE_NODES && ast->args[i]->type != PAL_EXPR_TYPE_ANY)
        return fail_at (parser, offset, PAL_EXPR_ERROR_SYNTAX, "only nodes can be joined by \"|\"");
    }
  return ast;
}

static PalExprAst *
parse_unary (Parser *parser)
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
      if (!advance (parser))
        return NULL;
    }
  operand = parse_union (parser);
  if (operand == NULL || !is_signed)
    return operand;
  if (operand->op == PAL_EXPR_OP_NUMBER)
    {
      operand->number = is_negative ? -operand->number : operand->number;
      return operand;
    }
  ast = new_ast (parser, PAL_EXPR_OP_NEGATE, PAL_VALUE_NUMBER, offset);
  ast->operation = is_negative ? PAL_EXPR_OPERATOR_MINUS : PAL_EXPR_OPERATOR_PLUS;
  ast->n_args = 1;
  ast->args = copy_to_expr (parser, &operand, sizeof operand);
  ast->uses_position = operand->uses_position;
  return ast;
}

/* A comparison has two sides; several in a row group to the left. */
static PalExprAst *
parse_comparison (Parser *parser, Level level)
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
        return fail_at (parser, token.start, PAL_EXPR_ERROR_LIMIT, "too many comparisons in a row");
      if (!advance (parser))
        return NULL;
      sides[1] = parse_level (parser, level + 1);
      if (sides[1] == NULL)
        return NULL;
      ast = new_ast (parser, PAL_EXPR_OP_COMPARE, PAL_VALUE_BOOLEAN, token.start);
      ast->operation = token.operation;
      ast->n_args = 2;
      ast->args = copy_to_expr (parser, sides, sizeof sides);
      ast->uses_position = sides[0]->uses_position || sides[1]->uses_position;
      left = ast;
    }
  return left;
}

/* A row of terms becomes one node of the tree, however long it is: forms add up thousands. */
static PalExprAst *
parse_row (Parser *parser, Level level)
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
      if (!advance (parser))
        return NULL;
      term = parse_level (parser, level + 1);
      if (term == NULL)
        return NULL;
      g_ptr_array_add (parser->terms, term);
      g_byte_array_append (parser->operators, &operation, 1);
    }
  ast = new_ast (parser, rows[level].op, rows[level].type, offset);
  take_args (parser, ast, n_before);
  ast->operators = copy_to_expr (parser, parser->operators->data + n_operators_before, ast->n_args);
  g_byte_array_set_size (parser->operators, n_operators_before);
  return ast;
}

static PalExprAst *
parse_level (Parser *parser, Level level)
{
  PalExprAst *ast;

  switch (level)
    {
    case LEVEL_OR:
      if (++parser->depth > PAL_EXPR_MAX_DEPTH)
        return fail_at (parser, parser->lexer.token.start, PAL_EXPR_ERROR_LIMIT,
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

/* Fills self->ast and what the parser finds out on the way. */
gboolean
pal_expr_parse (PalExpr *self, PalExprResolvePrefix resolve, gpointer user_data, GError **error)
{
  GError *own_error = NULL;
  Parser parser = { .expr = self,
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
        fail_here (&parser, "an operator or the end");
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
