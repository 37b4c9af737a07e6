// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <math.h>
#include <string.h>

#define BLOCK_BYTES 1024

G_DEFINE_QUARK (pal - expr - error - quark, pal_expr_error)

/* Zeroed memory that lives as long as the expression. */
gpointer
pal_expr_alloc (PalExpr *self, gsize size)
{
  guint8 *block;

  size = (size + 7) & ~(gsize) 7;
  if (size > self->block_left)
    {
      /* What is large gets a block of its own and leaves the last one in use. */
      if (size > BLOCK_BYTES / 4)
        {
          block = g_malloc0 (size);
          g_ptr_array_insert (self->blocks, 0, block);
          return block;
        }
      g_ptr_array_add (self->blocks, g_malloc0 (BLOCK_BYTES));
      self->block_left = BLOCK_BYTES;
    }
  block = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  block += BLOCK_BYTES - self->block_left;
  self->block_left -= size;
  return block;
}

/**
 * pal_expr_compile:
 * @source: an expression, XPath 1.0 with the functions of the form profile
 * @resolve: (nullable) (scope call): says which namespace a prefix means, %NULL if none; jr, xhtml
 *   and mathml are known without it
 * @user_data: data for @resolve
 * @error: return location
 *
 * Compiles an expression. Messages begin with the place, as in "column 5: ...".
 *
 * Returns: (transfer full) (nullable): an immutable expression, or %NULL with a #PalExprError
 */
PalExpr *
pal_expr_compile (const char *source, PalExprResolvePrefix resolve, gpointer user_data,
                  GError **error)
{
  g_autoptr (PalExpr) self = NULL;

  g_return_val_if_fail (source != NULL, NULL);

  if (strlen (source) > PAL_EXPR_MAX_BYTES)
    {
      g_set_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_LIMIT, "column 1: longer than %d bytes",
                   PAL_EXPR_MAX_BYTES);
      return NULL;
    }
  if (!g_utf8_validate (source, -1, NULL))
    {
      g_set_error (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_SYNTAX, "column 1: not UTF-8");
      return NULL;
    }

  self = g_new0 (PalExpr, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->source = g_strdup (source);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->references = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_expr_reference_free);
  if (!pal_expr_parse (self, resolve, user_data, error))
    return NULL;
  pal_expr_collect_references (self);
  return g_steal_pointer (&self);
}

/**
 * pal_expr_ref:
 * @self: an expression
 *
 * Returns: (transfer full): @self; any thread
 */
PalExpr *
pal_expr_ref (PalExpr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * pal_expr_unref:
 * @self: (transfer full): an expression
 *
 * Drops a reference; any thread.
 */
void
pal_expr_unref (PalExpr *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->references);
  g_clear_pointer (&self->regexes, g_ptr_array_unref);
  g_ptr_array_unref (self->blocks);
  g_clear_pointer (&self->whole, pal_expr_unref);
  g_free (self->source);
  g_free (self);
}

/**
 * pal_expr_get_source:
 * @self: an expression
 *
 * Returns: the text from which it was compiled
 */
const char *
pal_expr_get_source (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->source;
}

/**
 * pal_expr_is_impure:
 * @self: an expression
 *
 * Returns: whether it may give something else next time although nothing has changed: it calls
 * now(), today(), random(), uuid() or once(), in whatever branch
 */
gboolean
pal_expr_is_impure (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->is_impure;
}

/**
 * pal_expr_is_constant:
 * @self: an expression
 *
 * Returns: whether it gives the same wherever and whenever it is evaluated
 */
gboolean
pal_expr_is_constant (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_constant;
}

/**
 * pal_expr_get_references:
 * @self: an expression
 *
 * What the expression refers to, all branches included. A path may come more than once.
 *
 * Returns: (transfer none) (element-type PalExprReference): valid as long as @self
 */
GPtrArray *
pal_expr_get_references (const PalExpr *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->references;
}

/* Values */

/**
 * pal_value_clear:
 * @value: a value
 *
 * Frees what a value holds.
 */
void
pal_value_clear (PalValue *value)
{
  g_return_if_fail (value != NULL);

  g_clear_pointer (&value->string, g_free);
  g_clear_pointer (&value->nodes, g_ptr_array_unref);
}

/**
 * pal_value_to_boolean:
 * @value: a value
 *
 * Returns: what boolean() gives for it
 */
gboolean
pal_value_to_boolean (const PalValue *value)
{
  g_return_val_if_fail (value != NULL, FALSE);

  switch (value->kind)
    {
    case PAL_VALUE_BOOLEAN:
      return value->boolean;
    case PAL_VALUE_NUMBER:
      return value->number != 0 && !isnan (value->number);
    case PAL_VALUE_STRING:
      return value->string != NULL && *value->string != '\0';
    case PAL_VALUE_NODES:
      return value->nodes != NULL && value->nodes->len > 0;
    }
  g_return_val_if_reached (FALSE);
}

/**
 * pal_value_to_number:
 * @value: a value
 *
 * Returns: what number() gives for it, dates as days since 1970 (T2), NaN for what is no number
 */
double
pal_value_to_number (const PalValue *value)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (value != NULL, NAN);

  if (value->kind == PAL_VALUE_BOOLEAN)
    return value->boolean ? 1 : 0;
  if (value->kind == PAL_VALUE_NUMBER)
    return value->number;
  text = pal_value_to_string (value);
  return pal_expr_text_to_number (text);
}

/**
 * pal_value_to_string:
 * @value: a value
 *
 * Returns: (transfer full): what string() gives for it; of nodes the first
 */
char *
pal_value_to_string (const PalValue *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  switch (value->kind)
    {
    case PAL_VALUE_BOOLEAN:
      return g_strdup (value->boolean ? "true" : "false");
    case PAL_VALUE_NUMBER:
      return pal_expr_number_to_string (value->number);
    case PAL_VALUE_STRING:
      return g_strdup (value->string != NULL ? value->string : "");
    case PAL_VALUE_NODES:
      return value->nodes != NULL && value->nodes->len > 0
                 ? pal_node_dup_text (g_ptr_array_index (value->nodes, 0))
                 : g_strdup ("");
    }
  g_return_val_if_reached (NULL);
}

/* Evaluation */

static void
eval_init (PalExprEval *eval, const PalExpr *self, PalExprScope *scope, PalNode *context)
{
  memset (eval, 0, sizeof *eval);
  eval->expr = self;
  eval->scope = scope;
  eval->current = context;
  eval->node = context;
  eval->budget = scope->budget != 0 ? scope->budget : PAL_EXPR_MAX_VISITS;
  eval->position = MAX (1, scope->position);
  eval->size = MAX (eval->position, scope->size);
  if (scope->xforms_names)
    eval->also_uri = g_intern_static_string (PAL_NS_XFORMS);
}

static gboolean
eval_finish (PalExprEval *eval, GError **error)
{
  if (eval->error == NULL)
    return TRUE;
  g_propagate_error (error, eval->error);
  return FALSE;
}

/**
 * pal_expr_evaluate:
 * @self: an expression
 * @scope: the world around it
 * @context: the context node
 * @value: (out caller-allocates): the result, to be freed with pal_value_clear(); its nodes are
 *   borrowed from their tree
 * @error: return location
 *
 * Evaluates an expression, in the thread to which the tree belongs.
 *
 * Returns: %FALSE with a #PalExprError if it fails; @value is empty then
 */
gboolean
pal_expr_evaluate (const PalExpr *self, PalExprScope *scope, PalNode *context, PalValue *value,
                   GError **error)
{
  PalExprEval eval;
  g_auto (PalExprValue) result;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (scope != NULL, FALSE);
  g_return_val_if_fail (context != NULL, FALSE);

  memset (value, 0, sizeof *value);
  pal_expr_value_init (&result);
  eval_init (&eval, self, scope, context);
  pal_expr_eval_value (&eval, self->ast, &result);
  if (!eval_finish (&eval, error))
    return FALSE;

  value->kind = result.kind;
  switch (value->kind)
    {
    case PAL_VALUE_BOOLEAN:
      value->boolean = result.boolean;
      break;
    case PAL_VALUE_NUMBER:
      value->number = result.number;
      break;
    case PAL_VALUE_STRING:
      value->string = result.text.owned != NULL ? g_steal_pointer (&result.text.owned)
                                                : g_strdup (result.text.text);
      break;
    case PAL_VALUE_NODES:
      value->nodes = g_ptr_array_sized_new (result.nodes.n_nodes);
      for (guint i = 0; i < result.nodes.n_nodes; i++)
        g_ptr_array_add (value->nodes, result.nodes.nodes[i]);
      break;
    }
  return TRUE;
}

/**
 * pal_expr_evaluate_boolean:
 * @self: an expression
 * @scope: the world around it
 * @context: the context node
 * @result: (out): the result as boolean() has it
 * @error: return location
 *
 * Evaluates an expression for its truth, without making a #PalValue.
 *
 * Returns: %FALSE with a #PalExprError if it fails; @result is %FALSE then
 */
gboolean
pal_expr_evaluate_boolean (const PalExpr *self, PalExprScope *scope, PalNode *context,
                           gboolean *result, GError **error)
{
  PalExprEval eval;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (scope != NULL, FALSE);
  g_return_val_if_fail (context != NULL, FALSE);

  eval_init (&eval, self, scope, context);
  *result = pal_expr_eval_boolean (&eval, self->ast);
  if (eval_finish (&eval, error))
    return TRUE;
  *result = FALSE;
  return FALSE;
}

/**
 * pal_expr_evaluate_string:
 * @self: an expression
 * @scope: the world around it
 * @context: the context node
 * @error: return location
 *
 * Evaluates an expression for its text, as string() has it.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL with a #PalExprError
 */
char *
pal_expr_evaluate_string (const PalExpr *self, PalExprScope *scope, PalNode *context,
                          GError **error)
{
  PalExprEval eval;
  PalExprText text = { 0 };

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (scope != NULL, NULL);
  g_return_val_if_fail (context != NULL, NULL);

  eval_init (&eval, self, scope, context);
  pal_expr_eval_text (&eval, self->ast, &text);
  if (!eval_finish (&eval, error))
    {
      pal_expr_text_clear (&text);
      return NULL;
    }
  return text.owned != NULL ? text.owned : g_strdup (text.text);
}
