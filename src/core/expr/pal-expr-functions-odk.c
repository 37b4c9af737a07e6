// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-functions.h"

#include <math.h>
#include <string.h>

/* ODK's functions on forms: other instances, texts, rows of repeats, lists of conditions. */

static void
take_or_empty (PalExprValue *result, char *text)
{
  if (text != NULL)
    pal_expr_value_take_text (result, text);
}

static void
run_instance (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) id = { 0 };
  PalNode *node = NULL;

  pal_expr_eval_text (eval, call->args[0], &id);
  result->kind = PAL_VALUE_NODES;
  if (eval->scope->instance != NULL)
    node = eval->scope->instance (eval->scope, id.text);
  if (node != NULL)
    pal_expr_nodes_add (&result->nodes, node);
  else
    pal_expr_eval_fail (eval, call, PAL_EXPR_ERROR_EVALUATE, "there is no such instance");
}

static void
run_itext (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) id = { 0 };

  pal_expr_eval_text (eval, call->args[0], &id);
  if (eval->scope->itext != NULL)
    take_or_empty (result, eval->scope->itext (eval->scope, id.text));
}

static void
run_choice_name (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) value = { 0 };
  g_auto (PalExprText) path = { 0 };

  pal_expr_eval_text (eval, call->args[0], &value);
  pal_expr_eval_text (eval, call->args[1], &path);
  if (eval->scope->choice_label != NULL)
    take_or_empty (result,
                   eval->scope->choice_label (eval->scope, eval->current, value.text, path.text));
}

static void
run_pulldata (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) instance = { 0 };
  g_auto (PalExprText) column = { 0 };
  g_auto (PalExprText) key_column = { 0 };
  g_auto (PalExprText) key = { 0 };

  pal_expr_eval_text (eval, call->args[0], &instance);
  pal_expr_eval_text (eval, call->args[1], &column);
  pal_expr_eval_text (eval, call->args[2], &key_column);
  pal_expr_eval_text (eval, call->args[3], &key);
  if (eval->scope->pulldata != NULL)
    take_or_empty (result, eval->scope->pulldata (eval->scope, instance.text, column.text,
                                                  key_column.text, key.text));
}

/* randomize: the peers' sequence, number for number, so that choices stand in the same order
 * everywhere. */

#define PARK_MILLER_MODULUS 2147483647
#define PARK_MILLER_MULTIPLIER 16807

static gint64
seed_from_text (const char *text)
{
  double number = pal_expr_text_to_number (text);
  g_autoptr (GChecksum) checksum = NULL;
  guint8 digest[32];
  gsize n_bytes = sizeof digest;
  guint64 bits = 0;

  if (*text == '\0')
    return 0;
  if (!isnan (number))
    return (gint64) fmod (trunc (number), PARK_MILLER_MODULUS);

  /* Other engines keep the first eight bytes of the hash in a floating-point number: so do we, for
   * the digits that this drops matter. */
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &n_bytes);
  for (guint i = 0; i < 8; i++)
    bits = bits << 8 | digest[i];
  return (gint64) fmod ((double) (gint64) bits, PARK_MILLER_MODULUS);
}

static gint64
eval_seed (PalExprEval *eval, const PalExprAst *arg)
{
  g_auto (PalExprValue) value;
  g_auto (PalExprText) text = { 0 };

  pal_expr_value_init (&value);
  pal_expr_eval_value (eval, arg, &value);
  if (value.kind == PAL_VALUE_NUMBER)
    return isfinite (value.number) ? (gint64) fmod (trunc (value.number), PARK_MILLER_MODULUS) : 0;
  pal_expr_value_as_text (eval, &value, &text);
  return seed_from_text (text.text);
}

static void
run_randomize (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprNodes) nodes;
  gint64 state;

  pal_expr_nodes_init (&nodes);
  pal_expr_eval_nodes (eval, call->args[0], &nodes);
  state = call->n_args > 1 ? eval_seed (eval, call->args[1])
                           : g_random_int_range (1, PARK_MILLER_MODULUS);
  if (state <= 0)
    state += PARK_MILLER_MODULUS - 1;

  /* Fisher and Yates, inside out. */
  result->kind = PAL_VALUE_NODES;
  for (guint i = 0; i < nodes.n_nodes; i++)
    {
      guint place;

      state = state * PARK_MILLER_MULTIPLIER % PARK_MILLER_MODULUS;
      place = (guint) ((double) (state - 1) / (PARK_MILLER_MODULUS - 1) * (i + 1));
      pal_expr_nodes_add (&result->nodes, nodes.nodes[i]);
      result->nodes.nodes[i] = result->nodes.nodes[place];
      result->nodes.nodes[place] = nodes.nodes[i];
    }
}

/* Lists of conditions */

static gboolean
node_is_true (PalExprEval *eval, PalNode *node)
{
  g_auto (PalExprText) text = { 0 };

  pal_expr_node_text (eval, node, &text);
  return *text.text != '\0';
}

static gboolean
is_between (double number, double least, double most)
{
  return (least < 0 || number >= least) && (most < 0 || number <= most);
}

static void
run_checklist (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  double least = pal_expr_eval_number (eval, call->args[0]);
  double most = pal_expr_eval_number (eval, call->args[1]);
  guint n_true = 0;

  for (guint i = 2; i < call->n_args; i++)
    {
      g_auto (PalExprValue) value;

      pal_expr_value_init (&value);
      pal_expr_eval_value (eval, call->args[i], &value);
      if (value.kind != PAL_VALUE_NODES)
        n_true += pal_expr_value_as_boolean (&value);
      for (guint j = 0; value.kind == PAL_VALUE_NODES && j < value.nodes.n_nodes; j++)
        n_true += node_is_true (eval, value.nodes.nodes[j]);
    }
  pal_expr_value_set_boolean (result, is_between (n_true, least, most));
}

static double
node_weight (PalExprEval *eval, PalNode *node)
{
  g_auto (PalExprText) text = { 0 };

  pal_expr_node_text (eval, node, &text);
  return pal_expr_text_to_number (text.text);
}

/* Conditions and weights by turns; sets of nodes stand for as many pairs. */
static void
run_weighted_checklist (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  double least = pal_expr_eval_number (eval, call->args[0]);
  double most = pal_expr_eval_number (eval, call->args[1]);
  double sum = 0;

  for (guint i = 2; i + 1 < call->n_args; i += 2)
    {
      g_auto (PalExprValue) condition;
      g_auto (PalExprValue) weight;

      pal_expr_value_init (&condition);
      pal_expr_value_init (&weight);
      pal_expr_eval_value (eval, call->args[i], &condition);
      pal_expr_eval_value (eval, call->args[i + 1], &weight);
      if (condition.kind != PAL_VALUE_NODES)
        {
          if (pal_expr_value_as_boolean (&condition))
            sum += pal_expr_value_as_number (eval, &weight);
          continue;
        }
      for (guint j = 0; j < condition.nodes.n_nodes; j++)
        {
          if (!node_is_true (eval, condition.nodes.nodes[j]))
            continue;
          if (weight.kind != PAL_VALUE_NODES)
            sum += pal_expr_value_as_number (eval, &weight);
          else if (j < weight.nodes.n_nodes)
            sum += node_weight (eval, weight.nodes.nodes[j]);
        }
    }
  pal_expr_value_set_boolean (result, is_between (sum, least, most));
}

/* indexed-repeat (value, row, index, inner row, index, ...): paths here say which question is
 * meant, not which nodes, so they are taken apart into names from the root. */

typedef struct
{
  const char *local; /* (interned) */
  const char *uri;   /* (interned) (nullable) */
  gboolean is_attribute;
} Name;

static gboolean
append_context_names (PalExprEval *eval, PalNode *node, GArray *names)
{
  guint from = names->len;

  for (; node != NULL && node != eval->scope->root && node->kind != PAL_NODE_ROOT;
       node = node->parent)
    {
      Name name = { node->local, node->uri, node->kind == PAL_NODE_ATTRIBUTE };

      g_array_insert_val (names, from, name);
    }
  return TRUE;
}

static gboolean
read_names (PalExprEval *eval, const PalExprAst *arg, GArray *names)
{
  const PalExprPath *path = arg->path;

  if (arg->op != PAL_EXPR_OP_PATH || path->start == PAL_EXPR_START_FILTER)
    return FALSE;
  if (path->start != PAL_EXPR_START_ROOT)
    append_context_names (eval, path->start == PAL_EXPR_START_NODE ? eval->node : eval->current,
                          names);

  for (guint i = 0; i < path->n_steps; i++)
    {
      const PalExprPathStep *step = &path->steps[i];
      Name name = { step->local, step->uri, step->axis == PAL_EXPR_AXIS_ATTRIBUTE };

      switch ((PalExprAxis) step->axis)
        {
        case PAL_EXPR_AXIS_PARENT:
          if (names->len == 0)
            return FALSE;
          g_array_set_size (names, names->len - 1);
          break;
        case PAL_EXPR_AXIS_SELF:
          break;
        case PAL_EXPR_AXIS_CHILD:
        case PAL_EXPR_AXIS_ATTRIBUTE:
          if (step->test != PAL_EXPR_TEST_NAME)
            return FALSE;
          g_array_append_val (names, name);
          break;
        default:
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
same_name (PalExprEval *eval, const Name *a, const Name *b)
{
  const char *a_uri = a->uri == eval->also_uri ? NULL : a->uri;
  const char *b_uri = b->uri == eval->also_uri ? NULL : b->uri;

  return a->local == b->local && a_uri == b_uri && a->is_attribute == b->is_attribute;
}

/* The 1-based place of the row wanted at the first n names, 0 if none is told. */
static double
wanted_row (PalExprEval *eval, GArray *target, guint n, GPtrArray *rows, const double *places)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GArray *row = g_ptr_array_index (rows, i);
      gboolean is_same = row->len == n;

      for (guint j = 0; j < n && is_same; j++)
        is_same = same_name (eval, &g_array_index (target, Name, j), &g_array_index (row, Name, j));
      if (is_same)
        return places[i];
    }
  return 0;
}

static PalNode *
first_child_named (PalExprEval *eval, PalNode *parent, const Name *name)
{
  PalNode *child = pal_node_find_nth_child (parent, name->local, name->uri, 1);

  if (child == NULL && eval->also_uri != NULL && name->uri == NULL)
    child = pal_node_find_nth_child (parent, name->local, eval->also_uri, 1);
  return child;
}

/* place: 0 where nobody chose a row: then the one around the context node, or all. */
static void
add_rows (PalExprEval *eval, PalNode *parent, const Name *name, double place, PalExprNodes *nodes)
{
  double n_rows = 0;

  if (name->is_attribute)
    {
      for (PalNode *node = parent->first_attribute; node != NULL; node = node->next)
        {
          if (node->local == name->local && node->uri == name->uri)
            pal_expr_nodes_add (nodes, node);
        }
      return;
    }
  for (PalNode *node = first_child_named (eval, parent, name); node != NULL;
       node = pal_node_next_named (node))
    {
      if (node->is_template)
        continue;
      n_rows++;
      if (place != 0 ? n_rows == place && !node->hidden
                     : !node->hidden && pal_node_contains (node, eval->current))
        {
          nodes->n_nodes = 0;
          pal_expr_nodes_add (nodes, node);
          return;
        }
      if (place == 0 && !node->hidden)
        pal_expr_nodes_add (nodes, node);
    }
}

static void
select_indexed (PalExprEval *eval, GArray *target, GPtrArray *rows, const double *places,
                PalExprNodes *nodes)
{
  PalNode *root = eval->scope->root;

  if (root == NULL)
    root = pal_document_get_root (eval->node->document);
  pal_expr_nodes_add (nodes, root);
  for (guint i = 0; i < target->len && nodes->n_nodes > 0; i++)
    {
      double place = wanted_row (eval, target, i + 1, rows, places);
      PalExprNodes next;

      pal_expr_nodes_init (&next);
      for (guint j = 0; j < nodes->n_nodes; j++)
        {
          g_auto (PalExprNodes) found;

          pal_expr_nodes_init (&found);
          add_rows (eval, nodes->nodes[j], &g_array_index (target, Name, i), place, &found);
          for (guint k = 0; k < found.n_nodes; k++)
            pal_expr_nodes_add (&next, found.nodes[k]);
        }
      pal_expr_nodes_clear (nodes);
      pal_expr_nodes_move (nodes, &next);
    }
}

static void
run_indexed_repeat (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_autoptr (GArray) target = g_array_new (FALSE, TRUE, sizeof (Name));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  double places[8] = { 0 };
  gboolean is_fine = read_names (eval, call->args[0], target);

  result->kind = PAL_VALUE_NODES;
  for (guint i = 1; i + 1 < call->n_args && rows->len < G_N_ELEMENTS (places); i += 2)
    {
      GArray *row = g_array_new (FALSE, TRUE, sizeof (Name));

      g_ptr_array_add (rows, row);
      is_fine = is_fine && read_names (eval, call->args[i], row);
      /* 0 would mean that nobody chose. */
      places[rows->len - 1] = trunc (pal_expr_eval_number (eval, call->args[i + 1]));
      if (!(places[rows->len - 1] >= 1))
        places[rows->len - 1] = -1;
    }
  if (!is_fine)
    pal_expr_eval_fail (eval, call, PAL_EXPR_ERROR_EVALUATE,
                        "indexed-repeat() takes paths of names only");
  else
    select_indexed (eval, target, rows, places, &result->nodes);
}

const PalExprFunction pal_expr_functions_odk[] = {
  { "instance", 1, 1, PAL_VALUE_NODES, PAL_EXPR_FUNCTION_CONTEXT, run_instance },
  { "jr:itext", 1, 1, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_CONTEXT, run_itext },
  { "jr:choice-name", 2, 2, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_CONTEXT, run_choice_name },
  { "pulldata", 4, 4, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_CONTEXT, run_pulldata },
  { "randomize", 1, 2, PAL_VALUE_NODES, PAL_EXPR_FUNCTION_NODES_FIRST, run_randomize },
  { "checklist", 2, 255, PAL_VALUE_BOOLEAN, 0, run_checklist },
  { "weighted-checklist", 4, 255, PAL_VALUE_BOOLEAN, 0, run_weighted_checklist },
  { "indexed-repeat", 3, 11, PAL_VALUE_NODES,
    PAL_EXPR_FUNCTION_CONTEXT | PAL_EXPR_FUNCTION_NODES_ALL, run_indexed_repeat },
  { NULL },
};
