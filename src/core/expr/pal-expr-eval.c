// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <math.h>
#include <string.h>

/* The first failure counts; after it everything returns quickly with some value. */
void
pal_expr_eval_fail (PalExprEval *eval, const PalExprAst *ast, int code, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  if (eval->error != NULL)
    return;
  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  eval->error
      = g_error_new (PAL_EXPR_ERROR, code, "column %u: %s", ast != NULL ? ast->column : 1, reason);
}

/* Returns FALSE, for pal_expr_eval_spend(). */
gboolean
pal_expr_eval_is_spent (PalExprEval *eval)
{
  pal_expr_eval_fail (eval, NULL, PAL_EXPR_ERROR_LIMIT, "too much to look through");
  return FALSE;
}

/* Microseconds since 1970, UTC: the same during one evaluation. */
gint64
pal_expr_eval_now (PalExprEval *eval)
{
  if (eval->now_us == 0)
    eval->now_us = eval->scope->now_us != 0 ? eval->scope->now_us : g_get_real_time ();
  return eval->now_us;
}

static double
eval_row_of_terms (PalExprEval *eval, const PalExprAst *ast)
{
  double result = pal_expr_eval_number (eval, ast->args[0]);

  pal_expr_eval_spend (eval, ast->n_args);
  for (guint i = 1; i < ast->n_args && eval->error == NULL; i++)
    {
      double term = pal_expr_eval_number (eval, ast->args[i]);

      switch ((PalExprOperator) ast->operators[i])
        {
        case PAL_EXPR_OPERATOR_PLUS:
          result += term;
          break;
        case PAL_EXPR_OPERATOR_MINUS:
          result -= term;
          break;
        case PAL_EXPR_OPERATOR_MULTIPLY:
          result *= term;
          break;
        case PAL_EXPR_OPERATOR_DIVIDE:
          result /= term;
          break;
        case PAL_EXPR_OPERATOR_MODULO:
          result = fmod (result, term);
          break;
        default:
          g_return_val_if_reached (NAN);
        }
    }
  return result;
}

/* One side of a comparison that needs no value: a literal, or a path to one node. */
typedef struct
{
  gboolean is_there; /* FALSE: the path leads nowhere */
  gboolean is_number;
  double number;
  PalExprText text;
} Side;

static void
side_clear (Side *side)
{
  pal_expr_text_clear (&side->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static gboolean
read_side (PalExprEval *eval, const PalExprAst *ast, Side *side)
{
  PalNode *node;

  side->is_there = TRUE;
  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_NUMBER:
      side->is_number = TRUE;
      side->number = ast->number;
      return TRUE;
    case PAL_EXPR_OP_STRING:
      side->text.text = ast->string;
      return TRUE;
    case PAL_EXPR_OP_PATH:
      if (!ast->path->is_plain || !pal_expr_path_find (eval, ast->path, &node))
        return FALSE;
      side->is_there = node != NULL;
      if (node != NULL)
        pal_expr_node_text (eval, node, &side->text);
      return TRUE;
    default:
      return FALSE;
    }
}

/* Nearly all comparisons of forms are like "../answer = 'yes'", and long lists are filtered by
 * them. */
static gboolean
compare_plainly (PalExprEval *eval, const PalExprAst *ast, gboolean *result)
{
  g_auto (Side) left = { 0 };
  g_auto (Side) right = { 0 };

  if (!read_side (eval, ast->args[0], &left) || !read_side (eval, ast->args[1], &right))
    return FALSE;
  if (!left.is_there || !right.is_there)
    *result = FALSE;
  else if (!left.is_number && !right.is_number)
    {
      *result = pal_expr_compare_texts (ast->operation, left.text.text, right.text.text);
      if (*result)
        pal_expr_eval_spend (eval, strlen (left.text.text) / PAL_EXPR_BYTES_PER_VISIT);
    }
  else
    *result = pal_expr_compare_numbers (
        ast->operation, left.is_number ? left.number : pal_expr_text_to_number (left.text.text),
        right.is_number ? right.number : pal_expr_text_to_number (right.text.text));
  return TRUE;
}

static gboolean
eval_comparison (PalExprEval *eval, const PalExprAst *ast)
{
  gboolean result;
  g_auto (PalExprValue) left;
  g_auto (PalExprValue) right;

  pal_expr_value_init (&left);
  pal_expr_value_init (&right);
  if (compare_plainly (eval, ast, &result))
    return result;
  pal_expr_eval_value (eval, ast->args[0], &left);
  pal_expr_eval_value (eval, ast->args[1], &right);
  return pal_expr_compare (eval, ast->operation, &left, &right);
}

static void
eval_union (PalExprEval *eval, const PalExprAst *ast, PalExprNodes *nodes)
{
  for (guint i = 0; i < ast->n_args && eval->error == NULL; i++)
    {
      g_auto (PalExprNodes) term;

      pal_expr_nodes_init (&term);
      pal_expr_eval_nodes (eval, ast->args[i], &term);
      for (guint j = 0; j < term.n_nodes; j++)
        pal_expr_nodes_add (nodes, term.nodes[j]);
    }
  pal_expr_nodes_sort (nodes);
}

static void
call (PalExprEval *eval, const PalExprAst *ast, PalExprValue *value)
{
  if (pal_expr_eval_spend (eval, ast->n_args + 1))
    ast->call.function->run (eval, ast, value);
}

/* value must be initialised. */
void
pal_expr_eval_value (PalExprEval *eval, const PalExprAst *ast, PalExprValue *value)
{
  if (eval->error != NULL)
    return;

  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_NUMBER:
      pal_expr_value_set_number (value, ast->number);
      return;
    case PAL_EXPR_OP_STRING:
      pal_expr_value_set_text (value, ast->string);
      return;
    case PAL_EXPR_OP_PATH:
      value->kind = PAL_VALUE_NODES;
      pal_expr_path_select (eval, ast, &value->nodes);
      return;
    case PAL_EXPR_OP_UNION:
      value->kind = PAL_VALUE_NODES;
      eval_union (eval, ast, &value->nodes);
      return;
    case PAL_EXPR_OP_CALL:
      call (eval, ast, value);
      return;
    case PAL_EXPR_OP_OR:
    case PAL_EXPR_OP_AND:
    case PAL_EXPR_OP_COMPARE:
      pal_expr_value_set_boolean (value, pal_expr_eval_boolean (eval, ast));
      return;
    case PAL_EXPR_OP_ADD:
    case PAL_EXPR_OP_MULTIPLY:
    case PAL_EXPR_OP_NEGATE:
      pal_expr_value_set_number (value, pal_expr_eval_number (eval, ast));
      return;
    }
}

gboolean
pal_expr_eval_boolean (PalExprEval *eval, const PalExprAst *ast)
{
  g_auto (PalExprValue) value;

  pal_expr_value_init (&value);
  if (eval->error != NULL)
    return FALSE;

  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_OR:
      pal_expr_eval_spend (eval, ast->n_args);
      for (guint i = 0; i < ast->n_args && eval->error == NULL; i++)
        {
          if (pal_expr_eval_boolean (eval, ast->args[i]))
            return TRUE;
        }
      return FALSE;
    case PAL_EXPR_OP_AND:
      pal_expr_eval_spend (eval, ast->n_args);
      for (guint i = 0; i < ast->n_args && eval->error == NULL; i++)
        {
          if (!pal_expr_eval_boolean (eval, ast->args[i]))
            return FALSE;
        }
      return TRUE;
    case PAL_EXPR_OP_COMPARE:
      return eval_comparison (eval, ast);
    default:
      break;
    }
  pal_expr_eval_value (eval, ast, &value);
  return pal_expr_value_as_boolean (&value);
}

double
pal_expr_eval_number (PalExprEval *eval, const PalExprAst *ast)
{
  g_auto (PalExprValue) value;

  pal_expr_value_init (&value);
  if (eval->error != NULL)
    return NAN;

  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_NUMBER:
      return ast->number;
    case PAL_EXPR_OP_ADD:
    case PAL_EXPR_OP_MULTIPLY:
      return eval_row_of_terms (eval, ast);
    case PAL_EXPR_OP_NEGATE:
      return ast->operation == PAL_EXPR_OPERATOR_MINUS ? -pal_expr_eval_number (eval, ast->args[0])
                                                       : pal_expr_eval_number (eval, ast->args[0]);
    default:
      break;
    }
  pal_expr_eval_value (eval, ast, &value);
  return pal_expr_value_as_number (eval, &value);
}

/* text is overwritten. */
void
pal_expr_eval_text (PalExprEval *eval, const PalExprAst *ast, PalExprText *text)
{
  g_auto (PalExprValue) value;

  pal_expr_value_init (&value);
  pal_expr_eval_value (eval, ast, &value);
  if (value.kind != PAL_VALUE_STRING)
    pal_expr_value_as_text (eval, &value, text);
  else
    {
      text->text = value.text.text;
      text->owned = g_steal_pointer (&value.text.owned);
    }
  /* Whoever asks for it will read it. */
  pal_expr_eval_spend (eval, strlen (text->text) / PAL_EXPR_BYTES_PER_VISIT);
}

/* nodes must be initialised and empty. */
void
pal_expr_eval_nodes (PalExprEval *eval, const PalExprAst *ast, PalExprNodes *nodes)
{
  g_auto (PalExprValue) value;

  pal_expr_value_init (&value);
  if (ast->op == PAL_EXPR_OP_PATH)
    {
      if (eval->error == NULL)
        pal_expr_path_select (eval, ast, nodes);
      return;
    }
  pal_expr_eval_value (eval, ast, &value);
  if (eval->error != NULL)
    return;
  if (value.kind != PAL_VALUE_NODES)
    pal_expr_eval_fail (eval, ast, PAL_EXPR_ERROR_EVALUATE,
                        "a value stands where nodes are needed");
  else
    pal_expr_nodes_move (nodes, &value.nodes);
}
