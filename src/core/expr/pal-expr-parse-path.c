// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-parser.h"

#include <string.h>

#define XML_URI "http://www.w3.org/XML/1998/namespace"
#define MATHML_URI "http://www.w3.org/1998/Math/MathML"

/* Names */

static const char *
resolve_prefix (PalExprParser *parser, const char *prefix)
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
gboolean
pal_expr_parser_resolve (PalExprParser *parser, const PalExprToken *token, const char **uri)
{
  g_autofree char *prefix = NULL;

  *uri = NULL;
  if (token->n_prefix == 0)
    return TRUE;
  prefix = g_strndup (token->text, token->n_prefix);
  *uri = g_intern_string (resolve_prefix (parser, prefix));
  if (*uri == NULL)
    {
      pal_expr_parser_fail_at (parser, token->start, PAL_EXPR_ERROR_PREFIX,
                               "the prefix \"%s\" is not declared", prefix);
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

gboolean
pal_expr_parser_predicates (PalExprParser *parser, PalExprAst ***predicates, guint *n_predicates)
{
  guint n_before = parser->terms->len;

  while (pal_expr_token_is_symbol (&parser->lexer.token, '['))
    {
      PalExprAst *predicate;

      if (!pal_expr_parser_advance (parser))
        return FALSE;
      predicate = pal_expr_parser_expression (parser);
      if (predicate == NULL || !pal_expr_parser_expect_symbol (parser, ']'))
        return FALSE;
      g_ptr_array_add (parser->terms, predicate);
    }
  *predicates = pal_expr_parser_take_terms (parser, n_before, n_predicates);
  return TRUE;
}

/* Paths */

static gboolean
parse_axis (PalExprParser *parser, PalExprPathStep *step)
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
          return pal_expr_parser_advance (parser);
        }
    }
  pal_expr_parser_fail_at (parser, token->start, PAL_EXPR_ERROR_SYNTAX, "there is no axis \"%.*s\"",
                           (int) MIN (token->length, 40), token->text);
  return FALSE;
}

int
pal_expr_token_find_node_type (const PalExprToken *token)
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
parse_node_test (PalExprParser *parser, PalExprPathStep *step)
{
  const PalExprToken token = parser->lexer.token;
  int type = pal_expr_token_find_node_type (&token);

  if (token.kind != PAL_EXPR_TOKEN_NAME)
    {
      pal_expr_parser_fail_here (parser, "a name");
      return FALSE;
    }
  if (!pal_expr_token_is_symbol (&parser->lexer.next, '('))
    {
      gsize n_prefix = token.n_prefix > 0 ? token.n_prefix + 1 : 0;
      const char *local = token.text + n_prefix;
      gboolean is_star = token.length == n_prefix + 1 && *local == '*';

      if (!pal_expr_parser_resolve (parser, &token, &step->uri))
        return FALSE;
      step->test = !is_star             ? PAL_EXPR_TEST_NAME
                   : token.n_prefix > 0 ? PAL_EXPR_TEST_ANY_LOCAL
                                        : PAL_EXPR_TEST_ANY_NAME;
      step->local = is_star ? NULL : intern_length (local, token.length - n_prefix);
      return pal_expr_parser_advance (parser);
    }

  if (type < 0)
    {
      pal_expr_parser_fail_here (parser, "a name or node()");
      return FALSE;
    }
  step->test = type;
  if (!pal_expr_parser_advance (parser) || !pal_expr_parser_advance (parser))
    return FALSE;
  if (type == PAL_EXPR_TEST_PI && parser->lexer.token.kind == PAL_EXPR_TOKEN_STRING)
    {
      step->local = intern_length (parser->lexer.token.text, parser->lexer.token.length);
      if (!pal_expr_parser_advance (parser))
        return FALSE;
    }
  return pal_expr_parser_expect_symbol (parser, ')');
}

static gboolean
parse_step (PalExprParser *parser, PalExprPathStep *step)
{
  const PalExprToken *token = &parser->lexer.token;

  memset (step, 0, sizeof *step);
  step->axis = PAL_EXPR_AXIS_CHILD;
  if (pal_expr_token_is_symbol (token, '.') || pal_expr_token_is_symbol (token, 'd'))
    {
      step->axis = token->symbol == '.' ? PAL_EXPR_AXIS_SELF : PAL_EXPR_AXIS_PARENT;
      step->test = PAL_EXPR_TEST_NODE;
      /* The grammar has no predicate behind ".", but all engines read one. */
      return pal_expr_parser_advance (parser)
             && pal_expr_parser_predicates (parser, &step->predicates, &step->n_predicates);
    }
  if (pal_expr_token_is_symbol (token, '@'))
    {
      step->axis = PAL_EXPR_AXIS_ATTRIBUTE;
      if (!pal_expr_parser_advance (parser))
        return FALSE;
    }
  else if (token->kind == PAL_EXPR_TOKEN_AXIS && !parse_axis (parser, step))
    return FALSE;
  return parse_node_test (parser, step)
         && pal_expr_parser_predicates (parser, &step->predicates, &step->n_predicates);
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

gboolean
pal_expr_token_starts_step (const PalExprToken *token)
{
  return token->kind == PAL_EXPR_TOKEN_NAME || token->kind == PAL_EXPR_TOKEN_AXIS
         || pal_expr_token_is_symbol (token, '@') || pal_expr_token_is_symbol (token, '.')
         || pal_expr_token_is_symbol (token, 'd');
}

gboolean
pal_expr_parser_steps (PalExprParser *parser, gboolean is_deep)
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

      if (!pal_expr_token_is_symbol (&parser->lexer.token, '/')
          && !pal_expr_token_is_symbol (&parser->lexer.token, 'D'))
        return TRUE;
      is_deep = parser->lexer.token.symbol == 'D';
      if (!pal_expr_parser_advance (parser))
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

PalExprAst *
pal_expr_parser_new_path (PalExprParser *parser, PalExprStart start, guint n_before, gsize offset)
{
  PalExprAst *ast = pal_expr_parser_new_ast (parser, PAL_EXPR_OP_PATH, PAL_VALUE_NODES, offset);
  PalExprPath *path = pal_expr_alloc (parser->expr, sizeof *path);

  ast->path = path;
  path->start = start;
  path->n_steps = parser->steps->len - n_before;
  if (path->n_steps > 0)
    path->steps
        = pal_expr_parser_copy (parser, &g_array_index (parser->steps, PalExprPathStep, n_before),
                                path->n_steps * sizeof (PalExprPathStep));
  g_array_set_size (parser->steps, n_before);
  path->is_plain = start != PAL_EXPR_START_FILTER;
  for (guint i = 0; i < path->n_steps && path->is_plain; i++)
    path->is_plain = is_plain_step (&path->steps[i]);
  parser->expr->is_constant = FALSE;
  return ast;
}
