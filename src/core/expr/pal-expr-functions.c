// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-functions.h"

#include <math.h>
#include <string.h>

/* The functions of XPath 1.0 on nodes and truth values, the choosing ones of ODK, and the table of
 * all. Nothing here fails on an answer: what is no number is NaN, what is not there is empty (T3).
 */

/* The text of the first argument, or of the context node without one. */
void
pal_expr_own_text (PalExprEval *eval, const PalExprAst *call, PalExprText *text)
{
  if (call->n_args == 0)
    pal_expr_node_text (eval, eval->node, text);
  else
    pal_expr_eval_text (eval, call->args[0], text);
}

static void
run_true (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_boolean (result, TRUE);
}

static void
run_false (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_boolean (result, FALSE);
}

static void
run_not (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_boolean (result, !pal_expr_eval_boolean (eval, call->args[0]));
}

static void
run_boolean (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_boolean (result, pal_expr_eval_boolean (eval, call->args[0]));
}

static void
run_boolean_from_string (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };

  pal_expr_eval_text (eval, call->args[0], &text);
  pal_expr_value_set_boolean (result,
                              strcmp (text.text, "1") == 0 || strcmp (text.text, "true") == 0);
}

static void
run_string (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalExprText text = { 0 };

  pal_expr_own_text (eval, call, &text);
  if (text.owned != NULL)
    pal_expr_value_take_text (result, text.owned);
  else
    pal_expr_value_set_text (result, text.text);
}

static void
run_number (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };

  if (call->n_args > 0)
    {
      pal_expr_value_set_number (result, pal_expr_eval_number (eval, call->args[0]));
      return;
    }
  pal_expr_node_text (eval, eval->node, &text);
  pal_expr_value_set_number (result, pal_expr_text_to_number (text.text));
}

/* Only the branch that is taken is evaluated (T3), and its type is the result's. */
static void
run_if (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  gboolean condition = pal_expr_eval_boolean (eval, call->args[0]);

  pal_expr_eval_value (eval, call->args[condition ? 1 : 2], result);
}

static gboolean
is_blank (PalExprEval *eval, PalExprValue *value)
{
  g_auto (PalExprText) text = { 0 };

  if (value->kind == PAL_VALUE_NUMBER)
    return isnan (value->number);
  pal_expr_value_as_text (eval, value, &text);
  return *text.text == '\0';
}

static void
run_coalesce (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  for (guint i = 0; i < call->n_args && eval->error == NULL; i++)
    {
      pal_expr_value_clear (result);
      pal_expr_value_init (result);
      pal_expr_eval_value (eval, call->args[i], result);
      if (!is_blank (eval, result))
        return;
    }
}

/* The node being calculated keeps what it has; only an empty one gets a value. */
static void
run_once (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalExprText text = { 0 };

  pal_expr_node_text (eval, eval->current, &text);
  if (*text.text == '\0')
    {
      pal_expr_text_clear (&text);
      pal_expr_eval_value (eval, call->args[0], result);
      if (is_blank (eval, result))
        {
          pal_expr_nodes_clear (&result->nodes);
          pal_expr_value_set_text (result, "");
        }
      return;
    }
  if (text.owned != NULL)
    pal_expr_value_take_text (result, text.owned);
  else
    pal_expr_value_set_text (result, text.text);
}

/* JavaRosa's way to name what a calculation depends on: the first argument, as it is. */
static void
run_depend (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_eval_value (eval, call->args[0], result);
}

/* Nodes */

static void
run_current (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  result->kind = PAL_VALUE_NODES;
  pal_expr_nodes_add (&result->nodes, eval->current);
}

static void
run_last (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  pal_expr_value_set_number (result, eval->size);
}

static guint
place_among_rows (const PalNode *node)
{
  guint place = pal_node_get_position ((PalNode *) node);

  /* The template of a repeat is no row. */
  if (place > 1 && node->parent != NULL)
    {
      for (PalNode *first = pal_node_find_nth_child (node->parent, node->local, node->uri, 1);
           first != NULL && first != node && first->is_template;
           first = pal_node_next_named (first))
        place--;
    }
  return place;
}

/* Without an argument the place in the predicate, with a node its place among its namesakes (T4).
 */
static void
run_position (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprNodes) nodes;

  pal_expr_nodes_init (&nodes);
  if (call->n_args == 0)
    {
      pal_expr_value_set_number (result, eval->position);
      return;
    }
  pal_expr_eval_nodes (eval, call->args[0], &nodes);
  pal_expr_value_set_number (result, nodes.n_nodes > 0 ? place_among_rows (nodes.nodes[0]) : NAN);
}

static void
run_count (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprNodes) nodes;

  pal_expr_nodes_init (&nodes);
  pal_expr_eval_nodes (eval, call->args[0], &nodes);
  pal_expr_value_set_number (result, nodes.n_nodes);
}

static void
run_count_non_empty (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprNodes) nodes;
  guint n_filled = 0;

  pal_expr_nodes_init (&nodes);
  pal_expr_eval_nodes (eval, call->args[0], &nodes);
  for (guint i = 0; i < nodes.n_nodes; i++)
    {
      g_auto (PalExprText) text = { 0 };

      pal_expr_node_text (eval, nodes.nodes[i], &text);
      if (*text.text != '\0')
        n_filled++;
    }
  pal_expr_value_set_number (result, n_filled);
}

/* The context node, or the first of the argument; NULL when that is empty. */
static PalNode *
own_node (PalExprEval *eval, const PalExprAst *call)
{
  g_auto (PalExprNodes) nodes;

  pal_expr_nodes_init (&nodes);
  if (call->n_args == 0)
    return eval->node;
  pal_expr_eval_nodes (eval, call->args[0], &nodes);
  return nodes.n_nodes > 0 ? nodes.nodes[0] : NULL;
}

static void
run_local_name (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalNode *node = own_node (eval, call);

  if (node != NULL && node->local != NULL)
    pal_expr_value_set_text (result, node->local);
}

static void
run_name (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalNode *node = own_node (eval, call);

  if (node == NULL || node->local == NULL)
    return;
  if (node->prefix == NULL)
    pal_expr_value_set_text (result, node->local);
  else
    pal_expr_value_take_text (result, g_strconcat (node->prefix, ":", node->local, NULL));
}

static void
run_namespace_uri (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalNode *node = own_node (eval, call);

  if (node != NULL && node->uri != NULL)
    pal_expr_value_set_text (result, node->uri);
}

#define XML_URI "http://www.w3.org/XML/1998/namespace"

static gboolean
is_language (const char *language, const char *wanted)
{
  gsize length = strlen (wanted);

  return g_ascii_strncasecmp (language, wanted, length) == 0
         && (language[length] == '\0' || language[length] == '-');
}

static void
run_lang (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) wanted = { 0 };

  pal_expr_eval_text (eval, call->args[0], &wanted);
  pal_expr_value_set_boolean (result, FALSE);
  for (PalNode *node = eval->node; node != NULL; node = node->parent)
    {
      const char *language = pal_node_get_attribute (node, "lang", XML_URI);

      if (language == NULL)
        continue;
      pal_expr_value_set_boolean (result, is_language (language, wanted.text));
      return;
    }
}

/* There are no document types here to say which attribute is an id: those called so are, with the
 * prefix xml or without. */
static const char *
id_of (PalNode *node)
{
  const char *id = pal_node_get_attribute (node, "id", XML_URI);

  return id != NULL ? id : pal_node_get_attribute (node, "id", NULL);
}

static void
run_id (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprValue) value;
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PalNode *top = pal_document_get_root (eval->node->document);

  pal_expr_value_init (&value);
  pal_expr_eval_value (eval, call->args[0], &value);
  for (guint i = 0; i == 0 || (value.kind == PAL_VALUE_NODES && i < value.nodes.n_nodes); i++)
    {
      g_auto (PalExprText) text = { 0 };
      g_auto (GStrv) words = NULL;

      if (value.kind == PAL_VALUE_NODES && i < value.nodes.n_nodes)
        pal_expr_node_text (eval, value.nodes.nodes[i], &text);
      else
        pal_expr_value_as_text (eval, &value, &text);
      words = g_strsplit_set (text.text, " \t\r\n", -1);
      for (char **word = words; *word != NULL; word++)
        {
          if (**word != '\0')
            g_hash_table_add (wanted, g_strdup (*word));
        }
    }

  result->kind = PAL_VALUE_NODES;
  for (PalNode *node = top; node != NULL && pal_expr_eval_spend (eval, 1);)
    {
      const char *id = id_of (node);

      if (id != NULL && g_hash_table_remove (wanted, id))
        pal_expr_nodes_add (&result->nodes, node);
      if (node->first_child != NULL)
        {
          node = node->first_child;
          continue;
        }
      while (node != top && node->next == NULL)
        node = node->parent;
      node = node == top ? NULL : node->next;
    }
}

const PalExprFunction pal_expr_functions_core[] = {
  { "true", 0, 0, PAL_VALUE_BOOLEAN, 0, run_true },
  { "false", 0, 0, PAL_VALUE_BOOLEAN, 0, run_false },
  { "not", 1, 1, PAL_VALUE_BOOLEAN, 0, run_not },
  { "boolean", 1, 1, PAL_VALUE_BOOLEAN, 0, run_boolean },
  { "boolean-from-string", 1, 1, PAL_VALUE_BOOLEAN, 0, run_boolean_from_string },
  { "string", 0, 1, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_DEFAULTS, run_string },
  { "number", 0, 1, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_DEFAULTS, run_number },
  { "if", 3, 3, PAL_EXPR_TYPE_ANY, 0, run_if },
  { "coalesce", 1, 255, PAL_EXPR_TYPE_ANY, 0, run_coalesce },
  { "once", 1, 1, PAL_EXPR_TYPE_ANY, PAL_EXPR_FUNCTION_IMPURE | PAL_EXPR_FUNCTION_CONTEXT,
    run_once },
  { "depend", 1, 255, PAL_EXPR_TYPE_ANY, 0, run_depend },
  { "current", 0, 0, PAL_VALUE_NODES, PAL_EXPR_FUNCTION_CONTEXT, run_current },
  { "last", 0, 0, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_POSITION, run_last },
  { "position", 0, 1, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_POSITION | PAL_EXPR_FUNCTION_NODES_FIRST,
    run_position },
  { "count", 1, 1, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_NODES_FIRST, run_count },
  { "count-non-empty", 1, 1, PAL_VALUE_NUMBER, PAL_EXPR_FUNCTION_NODES_FIRST, run_count_non_empty },
  { "local-name", 0, 1, PAL_VALUE_STRING,
    PAL_EXPR_FUNCTION_NODES_FIRST | PAL_EXPR_FUNCTION_DEFAULTS, run_local_name },
  { "name", 0, 1, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_NODES_FIRST | PAL_EXPR_FUNCTION_DEFAULTS,
    run_name },
  { "namespace-uri", 0, 1, PAL_VALUE_STRING,
    PAL_EXPR_FUNCTION_NODES_FIRST | PAL_EXPR_FUNCTION_DEFAULTS, run_namespace_uri },
  { "lang", 1, 1, PAL_VALUE_BOOLEAN, PAL_EXPR_FUNCTION_CONTEXT, run_lang },
  { "id", 1, 1, PAL_VALUE_NODES, PAL_EXPR_FUNCTION_CONTEXT, run_id },
  { NULL },
};

/* The table */

static const PalExprFunction *const tables[]
    = { pal_expr_functions_core, pal_expr_functions_text, pal_expr_functions_math,
        pal_expr_functions_date, pal_expr_functions_odk };

static gpointer
make_table (gpointer data)
{
  GHashTable *by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      for (const PalExprFunction *function = tables[i]; function->name != NULL; function++)
        g_hash_table_insert (by_name, (gpointer) function->name, (gpointer) function);
    }
  return by_name;
}

static GHashTable *
get_table (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_table, NULL);
}

const PalExprFunction *
pal_expr_function_find (const char *name, gsize length, const char *uri)
{
  g_autofree char *key = NULL;

  if (uri != NULL && strcmp (uri, PAL_NS_JR) != 0)
    return NULL;
  key = g_strdup_printf ("%s%.*s", uri != NULL ? "jr:" : "", (int) MIN (length, 100), name);
  return g_hash_table_lookup (get_table (), key);
}

/* How many characters must be put in, taken out or exchanged to make one word of the other. */
static guint
edit_distance (const char *a, const char *b)
{
  guint n = (guint) strlen (b);
  g_autofree guint *row = g_new (guint, n + 1);

  for (guint j = 0; j <= n; j++)
    row[j] = j;
  for (guint i = 1; *a != '\0'; a++, i++)
    {
      guint diagonal = row[0];

      row[0] = i;
      for (guint j = 1; j <= n; j++)
        {
          guint above = row[j];

          row[j] = MIN (MIN (row[j] + 1, row[j - 1] + 1), diagonal + (*a != b[j - 1]));
          diagonal = above;
        }
    }
  return row[n];
}

/* (nullable): the known function that a misspelt name may mean. */
char *
pal_expr_function_dup_nearest (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  const char *nearest = NULL;
  guint least = MAX (1, (guint) strlen (name) / 3) + 1;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      for (const PalExprFunction *function = tables[i]; function->name != NULL; function++)
        {
          const char *known = function->name;
          guint distance = edit_distance (lower, known);

          /* "choice-name" for "jr:choice-name". */
          if (g_str_has_prefix (known, "jr:") && strcmp (known + 3, lower) == 0)
            distance = 0;
          if (distance < least)
            {
              least = distance;
              nearest = known;
            }
        }
    }
  return g_strdup (nearest);
}

/* Functions that other engines know and the form profile leaves out. */
gboolean
pal_expr_function_is_outside (const char *name)
{
  static const char *const names[]
      = { "area", "distance", "enclosed-area", "extract-signed", "geofence", "property", NULL };

  return g_strv_contains (names, name);
}
