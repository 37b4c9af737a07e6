// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <string.h>

/* Selecting nodes. What is hidden or a template is not there for any step down or aside (T7). On
 * the way up it is: an expression that stands in something hidden still knows where it stands. */

static gboolean
visit (PalExprEval *eval)
{
  return pal_expr_eval_spend (eval, 1);
}

static gboolean
fits (PalExprEval *eval, const PalExprPathStep *step, const PalNode *node)
{
  guint8 principal = step->axis == PAL_EXPR_AXIS_ATTRIBUTE ? PAL_NODE_ATTRIBUTE : PAL_NODE_ELEMENT;

  switch ((PalExprTest) step->test)
    {
    case PAL_EXPR_TEST_NAME:
      return node->local == step->local && node->kind == principal
             && (node->uri == step->uri
                 || (step->uri == NULL && node->uri == eval->also_uri
                     && principal == PAL_NODE_ELEMENT));
    case PAL_EXPR_TEST_ANY_NAME:
      return node->kind == principal;
    case PAL_EXPR_TEST_ANY_LOCAL:
      return node->kind == principal && node->uri == step->uri;
    case PAL_EXPR_TEST_NODE:
      return TRUE;
    case PAL_EXPR_TEST_TEXT:
      return node->kind == PAL_NODE_TEXT;
    case PAL_EXPR_TEST_COMMENT:
      return node->kind == PAL_NODE_COMMENT;
    case PAL_EXPR_TEST_PI:
      return node->kind == PAL_NODE_PI && (step->local == NULL || node->local == step->local);
    }
  g_return_val_if_reached (FALSE);
}

static void
add_if_fitting (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  if (visit (eval) && fits (eval, step, node))
    pal_expr_nodes_add (nodes, node);
}

static void
add_if_matching (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  if (pal_expr_is_visible (node))
    add_if_fitting (eval, step, node, nodes);
  else
    visit (eval);
}

static PalNode *
parent_of (PalExprEval *eval, PalNode *node)
{
  /* Paths do not lead out of what stands for the document. */
  return node == eval->scope->root ? NULL : node->parent;
}

/* Children */

static void
add_named (PalExprEval *eval, PalNode *parent, const char *local, const char *uri,
           PalExprNodes *nodes)
{
  for (PalNode *node = pal_node_find_nth_child (parent, local, uri, 1); node != NULL;
       node = pal_node_next_named (node))
    {
      if (!visit (eval))
        return;
      if (pal_expr_is_visible (node))
        pal_expr_nodes_add (nodes, node);
    }
}

static void
add_children (PalExprEval *eval, const PalExprPathStep *step, PalNode *parent, PalExprNodes *nodes)
{
  if (step->test == PAL_EXPR_TEST_NAME)
    {
      guint n_before = nodes->n_nodes;
      guint n_first;

      add_named (eval, parent, step->local, step->uri, nodes);
      if (step->uri != NULL || eval->also_uri == NULL)
        return;
      n_first = nodes->n_nodes - n_before;
      add_named (eval, parent, step->local, eval->also_uri, nodes);
      if (n_first > 0 && nodes->n_nodes > n_before + n_first)
        pal_expr_nodes_sort (nodes);
      return;
    }
  for (PalNode *node = parent->first_child; node != NULL && eval->error == NULL; node = node->next)
    add_if_matching (eval, step, node, nodes);
}

/* Descendants, without recursion: trees made by programs may be deep. */

static PalNode *
next_below (PalNode *top, PalNode *node)
{
  if (node->first_child != NULL && (node == top || pal_expr_is_visible (node)))
    return node->first_child;
  while (node != top && node->next == NULL)
    node = node->parent;
  return node == top ? NULL : node->next;
}

static void
add_descendants (PalExprEval *eval, const PalExprPathStep *step, PalNode *top, PalExprNodes *nodes)
{
  for (PalNode *node = next_below (top, top); node != NULL && eval->error == NULL;
       node = next_below (top, node))
    add_if_matching (eval, step, node, nodes);
}

static void
add_tree (PalExprEval *eval, const PalExprPathStep *step, PalNode *top, PalExprNodes *nodes)
{
  if (!pal_expr_is_visible (top))
    return;
  add_if_matching (eval, step, top, nodes);
  add_descendants (eval, step, top, nodes);
}

static void
reverse (PalExprNodes *nodes, guint from)
{
  for (guint i = from, j = nodes->n_nodes; i + 1 < j; i++)
    {
      PalNode *node = nodes->nodes[--j];

      nodes->nodes[j] = nodes->nodes[i];
      nodes->nodes[i] = node;
    }
}

static void
add_following (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  if (node->kind == PAL_NODE_ATTRIBUTE)
    {
      node = node->parent;
      add_descendants (eval, step, node, nodes);
    }
  for (; node != NULL && node != eval->scope->root && eval->error == NULL; node = node->parent)
    {
      for (PalNode *sibling = node->next; sibling != NULL; sibling = sibling->next)
        add_tree (eval, step, sibling, nodes);
    }
}

static void
add_preceding (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  if (node->kind == PAL_NODE_ATTRIBUTE)
    node = node->parent;
  for (; node != NULL && node != eval->scope->root && eval->error == NULL; node = node->parent)
    {
      for (PalNode *sibling = node->previous; sibling != NULL; sibling = sibling->previous)
        {
          guint n_before = nodes->n_nodes;

          add_tree (eval, step, sibling, nodes);
          reverse (nodes, n_before);
        }
    }
}

static gboolean
is_reverse (const PalExprPathStep *step)
{
  return step->axis == PAL_EXPR_AXIS_ANCESTOR || step->axis == PAL_EXPR_AXIS_ANCESTOR_OR_SELF
         || step->axis == PAL_EXPR_AXIS_PRECEDING || step->axis == PAL_EXPR_AXIS_PRECEDING_SIBLING;
}

/* What the axis gives from node, nearest first. */
static void
add_axis (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  switch ((PalExprAxis) step->axis)
    {
    case PAL_EXPR_AXIS_CHILD:
      add_children (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_DESCENDANT_OR_SELF:
      add_if_fitting (eval, step, node, nodes);
      add_descendants (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_DESCENDANT:
      add_descendants (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_PARENT:
      node = parent_of (eval, node);
      if (node != NULL)
        add_if_fitting (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_ANCESTOR_OR_SELF:
      add_if_fitting (eval, step, node, nodes);
      G_GNUC_FALLTHROUGH;
    case PAL_EXPR_AXIS_ANCESTOR:
      while ((node = parent_of (eval, node)) != NULL)
        add_if_fitting (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_SELF:
      add_if_fitting (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_FOLLOWING_SIBLING:
      if (node->kind == PAL_NODE_ATTRIBUTE)
        return;
      for (node = node->next; node != NULL && eval->error == NULL; node = node->next)
        add_if_matching (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_PRECEDING_SIBLING:
      if (node->kind == PAL_NODE_ATTRIBUTE)
        return;
      for (node = node->previous; node != NULL && eval->error == NULL; node = node->previous)
        add_if_matching (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_FOLLOWING:
      add_following (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_PRECEDING:
      add_preceding (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_ATTRIBUTE:
      for (node = node->first_attribute; node != NULL; node = node->next)
        add_if_matching (eval, step, node, nodes);
      return;
    case PAL_EXPR_AXIS_NAMESPACE:
      return;
    }
}

/* Predicates */

static gboolean
holds (PalExprEval *eval, const PalExprAst *predicate)
{
  g_auto (PalExprValue) value;

  pal_expr_value_init (&value);
  if (predicate->type == PAL_VALUE_NUMBER)
    return pal_expr_eval_number (eval, predicate) == eval->position;
  if (predicate->type != PAL_EXPR_TYPE_ANY)
    return pal_expr_eval_boolean (eval, predicate);

  pal_expr_eval_value (eval, predicate, &value);
  return value.kind == PAL_VALUE_NUMBER ? value.number == eval->position
                                        : pal_expr_value_as_boolean (&value);
}

/* Keeps of the nodes behind the first n_before those for which the predicate holds. */
static void
filter (PalExprEval *eval, const PalExprAst *predicate, PalExprNodes *nodes, guint n_before)
{
  PalNode *outer_node = eval->node;
  guint outer_position = eval->position;
  guint outer_size = eval->size;
  guint n_kept = n_before;
  guint n_nodes = nodes->n_nodes;

  if (predicate->op == PAL_EXPR_OP_NUMBER)
    {
      double place = predicate->number;

      nodes->n_nodes = n_before;
      if (place >= 1 && place <= n_nodes - n_before && place == (guint) place)
        pal_expr_nodes_add (nodes, nodes->nodes[n_before + (guint) place - 1]);
      return;
    }

  eval->size = n_nodes - n_before;
  for (guint i = n_before; i < n_nodes && eval->error == NULL; i++)
    {
      eval->node = nodes->nodes[i];
      eval->position = i - n_before + 1;
      if (visit (eval) && holds (eval, predicate))
        nodes->nodes[n_kept++] = nodes->nodes[i];
    }
  nodes->n_nodes = n_kept;
  eval->node = outer_node;
  eval->position = outer_position;
  eval->size = outer_size;
}

/* "item[name = ../answer]": the name of the child, and what it must be equal to. */
static const PalExprPathStep *
find_child_side (const PalExprAst *side)
{
  const PalExprPath *path = side->path;

  if (side->op != PAL_EXPR_OP_PATH || path->start != PAL_EXPR_START_NODE || path->n_steps != 1
      || path->steps[0].axis != PAL_EXPR_AXIS_CHILD || path->steps[0].test != PAL_EXPR_TEST_NAME
      || path->steps[0].n_predicates > 0)
    return NULL;
  return &path->steps[0];
}

/* The text of the side that is the same for all items. FALSE: it may not be, or there may be more
 * than the text to it, as with numbers and dates. */
static gboolean
read_fixed_side (PalExprEval *eval, const PalExprAst *side, PalExprText *text)
{
  PalNode *node = NULL;

  if (side->op == PAL_EXPR_OP_STRING)
    text->text = side->string;
  else if (side->op == PAL_EXPR_OP_PATH && side->path->is_plain
           && (side->path->start == PAL_EXPR_START_CURRENT
               || (side->path->start == PAL_EXPR_START_ROOT && eval->scope->root != NULL))
           && pal_expr_path_find (eval, side->path, &node) && node != NULL)
    pal_expr_node_text (eval, node, text);
  else
    return FALSE;
  return !g_ascii_isdigit (*text->text) || strpbrk (text->text, "-:") == NULL;
}

/* A comparison that must hold, if the predicate does, and that a table of the children answers. */
static const PalExprPathStep *
find_equality (PalExprEval *eval, const PalExprAst *predicate, PalExprText *text)
{
  while (predicate->op == PAL_EXPR_OP_AND)
    predicate = predicate->args[0];
  if (predicate->op != PAL_EXPR_OP_COMPARE || predicate->operation != PAL_EXPR_OPERATOR_EQUAL)
    return NULL;
  for (guint i = 0; i < 2; i++)
    {
      const PalExprPathStep *child = find_child_side (predicate->args[i]);

      if (child != NULL && read_fixed_side (eval, predicate->args[1 - i], text))
        return child;
      pal_expr_text_clear (text);
    }
  return NULL;
}

static void
add_found_cb (PalNode *node, PalNode *child, gpointer user_data)
{
  PalExprNodes *nodes = user_data;

  if (!pal_expr_is_visible (node) || !pal_expr_is_visible (child))
    return;
  if (nodes->n_nodes == 0 || nodes->nodes[nodes->n_nodes - 1] != node)
    pal_expr_nodes_add (nodes, node);
}

/* Of the children that the step means, those that the first predicate can let through: it is
 * evaluated on them all the same, but not on ten thousand others. FALSE: all of them may be. */
static gboolean
add_by_equality (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  g_auto (PalExprText) text = { 0 };
  const PalExprPathStep *child;

  if (step->n_predicates == 0 || step->axis != PAL_EXPR_AXIS_CHILD
      || step->test != PAL_EXPR_TEST_NAME || eval->also_uri != NULL
      || step->predicates[0]->uses_position)
    return FALSE;
  child = find_equality (eval, step->predicates[0], &text);
  return child != NULL
         && pal_node_lookup (node, step->local, step->uri, child->local, child->uri, text.text,
                             add_found_cb, nodes);
}

static void
add_step (PalExprEval *eval, const PalExprPathStep *step, PalNode *node, PalExprNodes *nodes)
{
  guint n_before = nodes->n_nodes;

  if (!add_by_equality (eval, step, node, nodes))
    add_axis (eval, step, node, nodes);
  for (guint i = 0; i < step->n_predicates && nodes->n_nodes > n_before; i++)
    filter (eval, step->predicates[i], nodes, n_before);
  if (is_reverse (step))
    reverse (nodes, n_before);
}

/* T6 */

static PalNode *
start_node (PalExprEval *eval, const PalExprPath *path)
{
  PalNode *node;

  switch ((PalExprStart) path->start)
    {
    case PAL_EXPR_START_NODE:
      return eval->node;
    case PAL_EXPR_START_CURRENT:
      return eval->current;
    case PAL_EXPR_START_ROOT:
      if (eval->scope->root != NULL)
        return eval->scope->root;
      for (node = eval->node; node->parent != NULL; node = node->parent)
        ;
      return node;
    case PAL_EXPR_START_FILTER:
      break;
    }
  return NULL;
}

/* The node on the way from node down to the context node, if the step means it and it is a row of a
 * repeat: then it is meant alone. Only of a name on the way, never of the last: "/data/row" is all
 * rows. */
static PalNode *
find_own_row (PalExprEval *eval, const PalExprPath *path, guint n_step, PalNode *node)
{
  const PalExprPathStep *step = &path->steps[n_step];
  PalNode *below = eval->current;

  if (path->start != PAL_EXPR_START_ROOT || !eval->scope->contextualise
      || eval->scope->is_repeat == NULL || n_step + 1 == path->n_steps
      || step->axis != PAL_EXPR_AXIS_CHILD || step->test != PAL_EXPR_TEST_NAME
      || step->n_predicates > 0)
    return NULL;
  while (below != NULL && below->parent != node)
    below = below->parent;
  if (below == NULL || !fits (eval, step, below) || !eval->scope->is_repeat (eval->scope, below))
    return NULL;
  return below;
}

/* Selecting */

/* FALSE: there are several. */
static gboolean
find_only_child (PalExprEval *eval, const PalExprPathStep *step, PalNode **node)
{
  PalNode *parent = *node;
  PalNode *other = NULL;
  guint n_found = pal_node_count_named (parent, step->local, step->uri, node);

  if (step->uri == NULL && eval->also_uri != NULL)
    {
      n_found += pal_node_count_named (parent, step->local, eval->also_uri, &other);
      if (*node == NULL)
        *node = other;
    }
  if (n_found > 1)
    return FALSE;
  if (*node != NULL && !pal_expr_is_visible (*node))
    *node = NULL;
  return TRUE;
}

gboolean
pal_expr_path_find (PalExprEval *eval, const PalExprPath *path, PalNode **found)
{
  PalNode *node = start_node (eval, path);

  pal_expr_eval_spend (eval, path->n_steps);
  for (guint i = 0; i < path->n_steps && node != NULL; i++)
    {
      const PalExprPathStep *step = &path->steps[i];
      PalNode *own;

      switch ((PalExprAxis) step->axis)
        {
        case PAL_EXPR_AXIS_CHILD:
          own = find_own_row (eval, path, i, node);
          if (own != NULL)
            node = own;
          else if (!find_only_child (eval, step, &node))
            return FALSE;
          break;
        case PAL_EXPR_AXIS_PARENT:
          node = parent_of (eval, node);
          break;
        case PAL_EXPR_AXIS_ATTRIBUTE:
          for (node = node->first_attribute;
               node != NULL && !(pal_expr_is_visible (node) && fits (eval, step, node));)
            node = node->next;
          break;
        case PAL_EXPR_AXIS_SELF:
          break;
        default:
          g_return_val_if_reached (FALSE);
        }
    }
  *found = node;
  return TRUE;
}

/* Whether the result of a step is in document order already: from nodes of which none stands within
 * another, children come in order. */
static gboolean
keeps_order (const PalExprPathStep *step, gboolean is_flat)
{
  switch ((PalExprAxis) step->axis)
    {
    case PAL_EXPR_AXIS_SELF:
    case PAL_EXPR_AXIS_ATTRIBUTE:
      return TRUE;
    case PAL_EXPR_AXIS_CHILD:
    case PAL_EXPR_AXIS_DESCENDANT:
    case PAL_EXPR_AXIS_DESCENDANT_OR_SELF:
      return is_flat;
    default:
      return FALSE;
    }
}

static gboolean
stays_flat (const PalExprPathStep *step, gboolean is_flat, guint n_from)
{
  switch ((PalExprAxis) step->axis)
    {
    case PAL_EXPR_AXIS_SELF:
    case PAL_EXPR_AXIS_CHILD:
      return is_flat;
    case PAL_EXPR_AXIS_ATTRIBUTE:
      return TRUE;
    case PAL_EXPR_AXIS_FOLLOWING_SIBLING:
    case PAL_EXPR_AXIS_PRECEDING_SIBLING:
    case PAL_EXPR_AXIS_PARENT:
      return n_from == 1;
    default:
      return FALSE;
    }
}

static void
select_steps (PalExprEval *eval, const PalExprPath *path, PalExprNodes *nodes)
{
  gboolean is_flat = nodes->n_nodes == 1;

  for (guint i = 0; i < path->n_steps && nodes->n_nodes > 0 && eval->error == NULL; i++)
    {
      const PalExprPathStep *step = &path->steps[i];
      PalNode *own = nodes->n_nodes == 1 ? find_own_row (eval, path, i, nodes->nodes[0]) : NULL;
      PalExprNodes next;

      if (own != NULL)
        {
          nodes->nodes[0] = own;
          continue;
        }
      pal_expr_nodes_init (&next);
      for (guint j = 0; j < nodes->n_nodes && eval->error == NULL; j++)
        {
          add_step (eval, step, nodes->nodes[j], &next);
          if (next.n_nodes > PAL_EXPR_MAX_NODES)
            pal_expr_eval_fail (eval, NULL, PAL_EXPR_ERROR_LIMIT, "too many nodes at once");
        }
      if (nodes->n_nodes > 1 && !keeps_order (step, is_flat))
        pal_expr_nodes_sort (&next);
      is_flat = next.n_nodes <= 1 || stays_flat (step, is_flat, nodes->n_nodes);
      pal_expr_nodes_clear (nodes);
      pal_expr_nodes_move (nodes, &next);
    }
}

/* Adds to nodes, which must be empty, what the path selects, in document order. */
void
pal_expr_path_select (PalExprEval *eval, const PalExprAst *ast, PalExprNodes *nodes)
{
  const PalExprPath *path = ast->path;
  PalNode *node = NULL;

  if (!visit (eval))
    return;
  if (path->start == PAL_EXPR_START_FILTER)
    {
      pal_expr_eval_nodes (eval, path->filter, nodes);
      for (guint i = 0; i < path->n_predicates && nodes->n_nodes > 0; i++)
        filter (eval, path->predicates[i], nodes, 0);
    }
  else if (path->is_plain && pal_expr_path_find (eval, path, &node))
    {
      if (node != NULL)
        pal_expr_nodes_add (nodes, node);
      return;
    }
  else
    {
      node = start_node (eval, path);
      if (node != NULL)
        pal_expr_nodes_add (nodes, node);
    }
  select_steps (eval, path, nodes);
}
