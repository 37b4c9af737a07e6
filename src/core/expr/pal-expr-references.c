// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

/* Where paths lead, as far as it can be told without running them. One expression can give nodes
 * from several places: "(a | b)/c", "if (x, a, b)/c". */

static PalExprReference *
reference_new (PalExprBase base, guint column)
{
  PalExprReference *self = g_new0 (PalExprReference, 1);

  self->base = base;
  self->column = column;
  self->steps = g_array_new (FALSE, TRUE, sizeof (PalExprStep));
  return self;
}

static PalExprReference *
reference_copy (const PalExprReference *other, guint column)
{
  PalExprReference *self = reference_new (other->base, column);

  self->instance_id = g_strdup (other->instance_id);
  g_array_append_vals (self->steps, other->steps->data, other->steps->len);
  return self;
}

void
pal_expr_reference_free (PalExprReference *reference)
{
  g_array_unref (reference->steps);
  g_free (reference->instance_id);
  g_free (reference);
}

static void
reference_finish (PalExprReference *self)
{
  self->is_plain = TRUE;
  for (guint i = 0; i < self->steps->len && self->is_plain; i++)
    {
      const PalExprStep *step = &g_array_index (self->steps, PalExprStep, i);

      self->is_plain = !step->has_predicate
                       && (step->kind == PAL_EXPR_STEP_PARENT
                           || (step->kind == PAL_EXPR_STEP_CHILD && step->local != NULL));
    }
}

static void collect (PalExpr *self, const PalExprAst *ast, const PalExprReference *base);

/* The places from which ast gives nodes, new references owned by the list; what is referred to on
 * the way (predicates, other arguments) goes to self right away. */
static void collect_places (PalExpr *self, const PalExprAst *ast, const PalExprReference *base,
                            GPtrArray *places);

static void
append_step (PalExprReference *place, const PalExprPathStep *step)
{
  PalExprStep added = { .kind = PAL_EXPR_STEP_OTHER,
                        .local = step->test == PAL_EXPR_TEST_NAME ? step->local : NULL,
                        .uri = step->uri };

  switch ((PalExprAxis) step->axis)
    {
    case PAL_EXPR_AXIS_CHILD:
      /* The text of an element is what the element itself says. */
      if (step->test == PAL_EXPR_TEST_TEXT)
        return;
      added.kind = PAL_EXPR_STEP_CHILD;
      break;
    case PAL_EXPR_AXIS_SELF:
      return;
    case PAL_EXPR_AXIS_PARENT:
      added.kind = PAL_EXPR_STEP_PARENT;
      break;
    case PAL_EXPR_AXIS_ATTRIBUTE:
      added.kind = PAL_EXPR_STEP_ATTRIBUTE;
      break;
    case PAL_EXPR_AXIS_DESCENDANT:
    case PAL_EXPR_AXIS_DESCENDANT_OR_SELF:
      added.kind = PAL_EXPR_STEP_DESCENDANT;
      break;
    default:
      break;
    }
  g_array_append_val (place->steps, added);
}

/* What a predicate refers to is meant of all nodes that it looks at; only behind it the path is
 * narrowed. */
static void
collect_predicates (PalExpr *self, PalExprAst **predicates, guint n_predicates, GPtrArray *places)
{
  for (guint i = 0; i < n_predicates; i++)
    {
      for (guint j = 0; j < places->len; j++)
        collect (self, predicates[i], g_ptr_array_index (places, j));
    }
  for (guint i = 0; n_predicates > 0 && i < places->len; i++)
    {
      PalExprReference *place = g_ptr_array_index (places, i);

      if (place->steps->len > 0)
        g_array_index (place->steps, PalExprStep, place->steps->len - 1).has_predicate = TRUE;
    }
}

static void
collect_path (PalExpr *self, const PalExprAst *ast, const PalExprReference *base, GPtrArray *places)
{
  const PalExprPath *path = ast->path;
  /* The other terms of a row have put theirs into places already. */
  g_autoptr (GPtrArray) own = g_ptr_array_new ();

  switch ((PalExprStart) path->start)
    {
    case PAL_EXPR_START_ROOT:
      g_ptr_array_add (own, reference_new (PAL_EXPR_BASE_ROOT, ast->column));
      break;
    case PAL_EXPR_START_NODE:
      g_ptr_array_add (own, reference_copy (base, ast->column));
      break;
    case PAL_EXPR_START_CURRENT:
      g_ptr_array_add (own, reference_new (PAL_EXPR_BASE_CONTEXT, ast->column));
      break;
    case PAL_EXPR_START_FILTER:
      collect_places (self, path->filter, base, own);
      collect_predicates (self, path->predicates, path->n_predicates, own);
      break;
    }
  for (guint i = 0; i < path->n_steps; i++)
    {
      const PalExprPathStep *step = &path->steps[i];

      for (guint j = 0; j < own->len; j++)
        append_step (g_ptr_array_index (own, j), step);
      collect_predicates (self, step->predicates, step->n_predicates, own);
    }
  g_ptr_array_extend_and_steal (places, g_steal_pointer (&own));
}

static void
collect_call (PalExpr *self, const PalExprAst *ast, const PalExprReference *base, GPtrArray *places)
{
  const char *name = ast->call.function->name;

  if (g_str_equal (name, "instance"))
    {
      PalExprReference *place = reference_new (PAL_EXPR_BASE_INSTANCE, ast->column);

      if (ast->args[0]->op == PAL_EXPR_OP_STRING)
        place->instance_id = g_strdup (ast->args[0]->string);
      else
        collect (self, ast->args[0], base);
      g_ptr_array_add (places, place);
      return;
    }
  if (g_str_equal (name, "if"))
    {
      collect (self, ast->args[0], base);
      collect_places (self, ast->args[1], base, places);
      collect_places (self, ast->args[2], base, places);
      return;
    }
  if (g_str_equal (name, "coalesce"))
    {
      for (guint i = 0; i < ast->n_args; i++)
        collect_places (self, ast->args[i], base, places);
      return;
    }
  /* The first argument is what comes out: randomize, indexed-repeat, depend, once. */
  if (ast->n_args > 0
      && (ast->call.function->type == PAL_VALUE_NODES || ast->type == PAL_EXPR_TYPE_ANY))
    {
      collect_places (self, ast->args[0], base, places);
      for (guint i = 1; i < ast->n_args; i++)
        collect (self, ast->args[i], base);
      return;
    }
  for (guint i = 0; i < ast->n_args; i++)
    collect (self, ast->args[i], base);
  if (ast->n_args == 0 && (ast->call.function->flags & PAL_EXPR_FUNCTION_DEFAULTS) != 0)
    g_ptr_array_add (places, reference_copy (base, ast->column));
}

static void
collect_places (PalExpr *self, const PalExprAst *ast, const PalExprReference *base,
                GPtrArray *places)
{
  switch ((PalExprOp) ast->op)
    {
    case PAL_EXPR_OP_PATH:
      collect_path (self, ast, base, places);
      return;
    case PAL_EXPR_OP_CALL:
      collect_call (self, ast, base, places);
      return;
    case PAL_EXPR_OP_NUMBER:
    case PAL_EXPR_OP_STRING:
      return;
    case PAL_EXPR_OP_UNION:
    case PAL_EXPR_OP_OR:
    case PAL_EXPR_OP_AND:
    case PAL_EXPR_OP_ADD:
    case PAL_EXPR_OP_MULTIPLY:
    case PAL_EXPR_OP_COMPARE:
    case PAL_EXPR_OP_NEGATE:
      for (guint i = 0; i < ast->n_args; i++)
        collect_places (self, ast->args[i], base, places);
      return;
    }
}

static void
collect (PalExpr *self, const PalExprAst *ast, const PalExprReference *base)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new ();

  collect_places (self, ast, base, places);
  for (guint i = 0; i < places->len; i++)
    {
      PalExprReference *place = g_ptr_array_index (places, i);

      reference_finish (place);
      g_ptr_array_add (self->references, place);
    }
}

/* Fills self->references, in the order in which they stand in the source as far as possible. */
void
pal_expr_collect_references (PalExpr *self)
{
  PalExprReference *context = reference_new (PAL_EXPR_BASE_CONTEXT, 1);

  collect (self, self->ast, context);
  pal_expr_reference_free (context);
}
