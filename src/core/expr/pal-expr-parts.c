// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <string.h>

/* An expression taken apart. A part shares the tree of the whole and can be evaluated like any
 * other expression; its source is cut out of the source around it, token by token, as the tree does
 * not remember where its pieces end. */

static gboolean
is_call_of (const PalExprAst *ast, const char *name)
{
  return ast->op == PAL_EXPR_OP_CALL && strcmp (ast->call.function->name, name) == 0;
}

/* boolean(x) as a condition is x. */
static const PalExprAst *
skip_boolean (const PalExprAst *ast)
{
  while (is_call_of (ast, "boolean"))
    ast = ast->args[0];
  return ast;
}

/**
 * pal_expr_get_kind:
 * @self: an expression
 *
 * Returns: what it is made of, as far as explaining it goes
 */
PalExprPartKind
pal_expr_get_kind (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, PAL_EXPR_PART_VALUE);

  switch ((PalExprOp) self->ast->op)
    {
    case PAL_EXPR_OP_NUMBER:
    case PAL_EXPR_OP_STRING:
      return PAL_EXPR_PART_LITERAL;
    case PAL_EXPR_OP_OR:
      return PAL_EXPR_PART_OR;
    case PAL_EXPR_OP_AND:
      return PAL_EXPR_PART_AND;
    case PAL_EXPR_OP_COMPARE:
      return PAL_EXPR_PART_COMPARE;
    case PAL_EXPR_OP_PATH:
    case PAL_EXPR_OP_UNION:
      return PAL_EXPR_PART_NODES;
    case PAL_EXPR_OP_ADD:
    case PAL_EXPR_OP_MULTIPLY:
    case PAL_EXPR_OP_NEGATE:
      return PAL_EXPR_PART_VALUE;
    case PAL_EXPR_OP_CALL:
      break;
    }
  if (self->ast->type == PAL_VALUE_NODES)
    return PAL_EXPR_PART_NODES;
  if (is_call_of (self->ast, "not"))
    return PAL_EXPR_PART_NOT;
  if (is_call_of (self->ast, "selected"))
    return PAL_EXPR_PART_SELECTED;
  if (is_call_of (self->ast, "if"))
    return PAL_EXPR_PART_IF;
  return PAL_EXPR_PART_VALUE;
}

/**
 * pal_expr_get_comparison:
 * @self: an expression of the kind %PAL_EXPR_PART_COMPARE
 *
 * Returns: how its sides are compared
 */
PalExprComparison
pal_expr_get_comparison (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL && self->ast->op == PAL_EXPR_OP_COMPARE, PAL_EXPR_EQUAL);

  switch ((PalExprOperator) self->ast->operation)
    {
    case PAL_EXPR_OPERATOR_NOT_EQUAL:
      return PAL_EXPR_NOT_EQUAL;
    case PAL_EXPR_OPERATOR_LESS:
      return PAL_EXPR_LESS;
    case PAL_EXPR_OPERATOR_LESS_EQUAL:
      return PAL_EXPR_LESS_EQUAL;
    case PAL_EXPR_OPERATOR_GREATER:
      return PAL_EXPR_GREATER;
    case PAL_EXPR_OPERATOR_GREATER_EQUAL:
      return PAL_EXPR_GREATER_EQUAL;
    default:
      return PAL_EXPR_EQUAL;
    }
}

/**
 * pal_expr_dup_literal:
 * @self: an expression
 *
 * Returns: (transfer full) (nullable): the text or number that a literal is, %NULL for anything
 * else
 */
char *
pal_expr_dup_literal (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->ast->op == PAL_EXPR_OP_STRING)
    return g_strdup (self->ast->string);
  if (self->ast->op == PAL_EXPR_OP_NUMBER)
    return pal_expr_number_to_string (self->ast->number);
  return NULL;
}

/**
 * pal_expr_get_n_parts:
 * @self: an expression
 *
 * Returns: of how many expressions it is made; 0 for literals and for what gives nodes
 */
guint
pal_expr_get_n_parts (const PalExpr *self)
{
  PalExprPartKind kind;

  g_return_val_if_fail (self != NULL, 0);

  kind = pal_expr_get_kind (self);
  return kind == PAL_EXPR_PART_LITERAL || kind == PAL_EXPR_PART_NODES ? 0 : self->ast->n_args;
}

/* Cutting the source */

typedef struct
{
  GArray *tokens; /* (owned) (element-type PalExprToken) */
  guint start;    /* without brackets around all */
  guint end;      /* behind the last */
} Tokens;

static const PalExprToken *
token_at (Tokens *tokens, guint index)
{
  return &g_array_index (tokens->tokens, PalExprToken, index);
}

static gboolean
is_symbol (const PalExprToken *token, int symbol)
{
  return token->kind == PAL_EXPR_TOKEN_SYMBOL && token->symbol == symbol;
}

static int
depth_step (const PalExprToken *token)
{
  if (is_symbol (token, '(') || is_symbol (token, '['))
    return 1;
  return is_symbol (token, ')') || is_symbol (token, ']') ? -1 : 0;
}

/* The place of the bracket that closes the one at open. */
static guint
find_close (Tokens *tokens, guint open)
{
  int depth = 0;

  for (guint i = open; i < tokens->end; i++)
    {
      depth += depth_step (token_at (tokens, i));
      if (depth == 0)
        return i;
    }
  return tokens->end;
}

static void
strip_brackets (Tokens *tokens)
{
  while (tokens->end - tokens->start > 2 && is_symbol (token_at (tokens, tokens->start), '(')
         && find_close (tokens, tokens->start) == tokens->end - 1)
    {
      tokens->start++;
      tokens->end--;
    }
}

static gboolean
read_tokens (const char *source, Tokens *tokens)
{
  PalExprLexer lexer;

  tokens->tokens = g_array_new (FALSE, FALSE, sizeof (PalExprToken));
  if (!pal_expr_lexer_start (&lexer, source, NULL))
    return FALSE;
  while (lexer.token.kind != PAL_EXPR_TOKEN_END)
    {
      g_array_append_val (tokens->tokens, lexer.token);
      if (!pal_expr_lexer_advance (&lexer, NULL))
        return FALSE;
    }
  tokens->start = 0;
  tokens->end = tokens->tokens->len;
  strip_brackets (tokens);
  return tokens->end > tokens->start;
}

static gboolean
separates (const PalExprAst *ast, const PalExprToken *token)
{
  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_OR:
      return token->kind == PAL_EXPR_TOKEN_OPERATOR && token->operation == PAL_EXPR_OPERATOR_OR;
    case PAL_EXPR_OP_AND:
      return token->kind == PAL_EXPR_TOKEN_OPERATOR && token->operation == PAL_EXPR_OPERATOR_AND;
    case PAL_EXPR_OP_COMPARE:
      return token->kind == PAL_EXPR_TOKEN_OPERATOR && token->operation == ast->operation;
    case PAL_EXPR_OP_CALL:
      return is_symbol (token, ',');
    default:
      return FALSE;
    }
}

static char *
dup_between (const char *source, Tokens *tokens, guint start, guint end)
{
  gsize from, to;

  if (start >= end)
    return NULL;
  from = token_at (tokens, start)->start;
  to = token_at (tokens, end - 1)->end;
  return g_strndup (source + from, to - from);
}

/* NULL where the pieces cannot be told apart by their tokens. */
static char *
dup_piece (const PalExpr *self, const PalExprAst *ast, guint index)
{
  Tokens tokens = { 0 };
  g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) owned = NULL;
  gboolean is_read = read_tokens (self->source, &tokens);
  guint from, to;
  int depth = 0;

  owned = tokens.tokens;
  if (!is_read)
    return NULL;
  if (ast->op == PAL_EXPR_OP_CALL)
    {
      if (tokens.end - tokens.start < 3 || !is_symbol (token_at (&tokens, tokens.start + 1), '(')
          || find_close (&tokens, tokens.start + 1) != tokens.end - 1)
        return NULL;
      tokens.start += 2;
      tokens.end--;
    }

  for (guint i = tokens.start; i < tokens.end; i++)
    {
      depth += depth_step (token_at (&tokens, i));
      if (depth == 0 && separates (ast, token_at (&tokens, i)))
        g_array_append_val (cuts, i);
    }
  /* Comparisons group to the left: the last one is the outermost. */
  if (ast->op == PAL_EXPR_OP_COMPARE && cuts->len > 1)
    g_array_remove_range (cuts, 0, cuts->len - 1);
  if (cuts->len + 1 != ast->n_args)
    return NULL;
  from = index == 0 ? tokens.start : g_array_index (cuts, guint, index - 1) + 1;
  to = index == cuts->len ? tokens.end : g_array_index (cuts, guint, index);
  return dup_between (self->source, &tokens, from, to);
}

/**
 * pal_expr_dup_part:
 * @self: an expression
 * @index: which part, below pal_expr_get_n_parts()
 *
 * A part as an expression of its own: for the same scope and context node. Its references are those
 * of the part; their columns are those in the whole.
 *
 * Returns: (transfer full): the part, good without @self
 */
PalExpr *
pal_expr_dup_part (PalExpr *self, guint index)
{
  PalExpr *part;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < pal_expr_get_n_parts (self), NULL);

  part = g_new0 (PalExpr, 1);
  g_atomic_ref_count_init (&part->ref_count);
  part->whole = pal_expr_ref (self);
  part->source = dup_piece (self, self->ast, index);
  if (part->source == NULL)
    part->source = g_strdup (self->source);
  part->ast = (PalExprAst *) skip_boolean (self->ast->args[index]);
  part->blocks = g_ptr_array_new ();
  part->references = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_expr_reference_free);
  part->is_impure = self->is_impure;
  part->is_constant = self->is_constant;
  pal_expr_collect_references (part);
  return part;
}
