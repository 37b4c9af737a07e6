// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-expr.h"

#include <math.h>
#include <string.h>

/* Input: two characters that choose tree, context node and scope, then an expression. */

#define N_TREES 8
#define BUDGET (1000 * 1000) /* what an evaluation may cost: it stays quick */

typedef struct
{
  PalDocument *document;
  PalNode *list;    /* (nullable): what instance('list') gives */
  GPtrArray *nodes; /* (element-type PalNode): from which an expression may start */
} Tree;

static Tree trees[N_TREES];

static const char *const texts[] = {
  "",     "1",          "2",  "-3.5", "a",   "a b", "2024-02-29",   "2024-01-01T10:00:00.000+02:00",
  "true", "10:30:00.0", " x", "0",    "1e3", "NaN", "\xe4\xb8\xad", "99999999999",
  NULL
};
static const char *const names[] = { "a", "b", "c", "row", "name", "item", "d-e", NULL };

/* A tree such as answers have: few names, rows of one name, attributes, texts of all kinds. nodes:
 * (nullable): takes them, but for templates, in which no expression starts. */
static void
grow (PalNode *parent, PalDocument *document, FuzzRandom *random, guint depth, GPtrArray *nodes)
{
  guint n_children = 1 + fuzz_random_below (random, depth == 3 ? 6 : 4);

  for (guint i = 0; i < n_children; i++)
    {
      const char *name = fuzz_random_word (random, names);
      PalNode *child = pal_node_new_element (document, name, NULL, NULL);
      GPtrArray *below;

      pal_node_append (parent, child);
      child->is_template = fuzz_random_below (random, 20) == 0;
      below = child->is_template ? NULL : nodes;
      if (below != NULL)
        g_ptr_array_add (below, child);
      if (fuzz_random_below (random, 4) == 0)
        pal_node_set_attribute (child, "id", NULL, NULL, fuzz_random_word (random, texts));
      child->hidden = fuzz_random_below (random, 10) == 0;
      if (depth > 0 && fuzz_random_below (random, 3) > 0)
        grow (child, document, random, depth - 1, below);
      else
        pal_node_append (child, pal_node_new_text (document, fuzz_random_word (random, texts)));
      if (fuzz_random_below (random, 12) == 0)
        pal_node_append (child, pal_node_new_text (document, " more"));
    }
}

static void
plant (Tree *tree, guint n)
{
  FuzzRandom random;
  PalDocument *document = pal_document_new ();
  PalNode *data = pal_node_new_element (document, "data", NULL, NULL);
  PalNode *list = pal_node_new_element (document, "root", NULL, NULL);

  fuzz_random_init (&random, n);
  tree->document = document;
  tree->nodes = g_ptr_array_new ();
  tree->list = list;
  g_ptr_array_add (tree->nodes, pal_document_get_root (document));
  pal_node_append (pal_document_get_root (document), data);
  g_ptr_array_add (tree->nodes, data);
  grow (data, document, &random, n % 2 == 0 ? 3 : 2, tree->nodes);
  /* Many of one name, so that the index of a node's children is used. */
  for (guint i = 0; n % 4 == 1 && i < 80; i++)
    {
      PalNode *row = pal_node_new_element (document, "row", NULL, NULL);

      pal_node_append (data, row);
      grow (row, document, &random, 0, tree->nodes);
    }
  pal_node_append (pal_document_get_root (document), list);
  for (guint i = 0; i < 5; i++)
    {
      PalNode *item = pal_node_new_element (document, "item", NULL, NULL);

      pal_node_append (list, item);
      for (guint k = 0; k < 3; k++)
        {
          PalNode *cell = pal_node_new_element (document,
                                                k == 0   ? "name"
                                                : k == 1 ? "label"
                                                         : "a",
                                                NULL, NULL);

          pal_node_append (cell, pal_node_new_text (document, fuzz_random_word (&random, texts)));
          pal_node_append (item, cell);
        }
    }
}

static gboolean
is_repeat_cb (PalExprScope *scope, PalNode *node)
{
  return g_strcmp0 (node->local, "row") == 0;
}

static PalNode *
instance_cb (PalExprScope *scope, const char *id)
{
  return strcmp (id, "list") == 0 ? ((Tree *) scope->user_data)->list->parent : NULL;
}

static char *
itext_cb (PalExprScope *scope, const char *id)
{
  return strcmp (id, "nothing") == 0 ? NULL : g_strconcat ("text of ", id, NULL);
}

static char *
choice_label_cb (PalExprScope *scope, PalNode *context, const char *value, const char *path)
{
  return *value == '\0' ? NULL : g_strconcat (value, " at ", path, NULL);
}

static char *
pulldata_cb (PalExprScope *scope, const char *instance, const char *column, const char *key_column,
             const char *key)
{
  return strcmp (instance, "list") == 0 ? g_strconcat (column, key_column, key, NULL) : NULL;
}

static const char *
resolve_cb (const char *prefix, gpointer user_data)
{
  return strcmp (prefix, "p") == 0 ? PAL_NS_PALERMO : NULL;
}

static void
check_references (const PalExpr *expr)
{
  GPtrArray *references = pal_expr_get_references (expr);
  gsize length = strlen (pal_expr_get_source (expr));

  for (guint i = 0; i < references->len; i++)
    {
      const PalExprReference *reference = references->pdata[i];
      gboolean is_plain = TRUE;

      fuzz_check (reference->column >= 1 && reference->column <= length + 1);
      fuzz_check_text (reference->instance_id);
      for (guint k = 0; k < reference->steps->len; k++)
        {
          const PalExprStep *step = &g_array_index (reference->steps, PalExprStep, k);

          fuzz_check_text (step->local);
          is_plain &= (step->kind == PAL_EXPR_STEP_CHILD || step->kind == PAL_EXPR_STEP_PARENT)
                      && !step->has_predicate;
        }
      fuzz_check (is_plain || !reference->is_plain);
    }
}

static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

/* What an expression gives does not depend on how it is asked. */
static void
check_ways (const PalExpr *expr, PalExprScope *scope, PalNode *node, const PalValue *value)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pal_value_to_string (value);
  g_autofree char *asked = pal_expr_evaluate_string (expr, scope, node, &error);
  g_auto (PalValue) again = { 0 };
  gboolean truth = FALSE;

  /* Another way may cost a little more, or chance take another branch. */
  if (asked == NULL || !pal_expr_evaluate_boolean (expr, scope, node, &truth, &error)
      || !pal_expr_evaluate (expr, scope, node, &again, &error))
    {
      fuzz_check (pal_expr_is_impure (expr)
                  || g_error_matches (error, PAL_EXPR_ERROR, PAL_EXPR_ERROR_LIMIT));
      return;
    }
  if (pal_expr_is_impure (expr))
    return;
  fuzz_check (strcmp (text, asked) == 0);
  fuzz_check (!truth == !pal_value_to_boolean (value));
  fuzz_check (again.kind == value->kind);
  fuzz_check (same_number (pal_value_to_number (&again), pal_value_to_number (value)));
  if (value->kind == PAL_VALUE_NODES)
    {
      fuzz_check (again.nodes->len == value->nodes->len);
      for (guint i = 0; i < value->nodes->len; i++)
        fuzz_check (again.nodes->pdata[i] == value->nodes->pdata[i]);
    }
}

static void
check_value (const PalExpr *expr, const PalValue *value)
{
  g_autofree char *text = pal_value_to_string (value);
  gboolean is_shuffled = strstr (pal_expr_get_source (expr), "randomize") != NULL;

  fuzz_check_text (text);
  if (value->kind == PAL_VALUE_NUMBER && isfinite (value->number))
    fuzz_check (same_number (g_ascii_strtod (text, NULL), value->number)
                && strpbrk (text, "eE") == NULL);
  for (guint i = 1; !is_shuffled && value->kind == PAL_VALUE_NODES && i < value->nodes->len; i++)
    fuzz_check (pal_node_compare (value->nodes->pdata[i - 1], value->nodes->pdata[i]) < 0);
  for (guint i = 0; value->kind == PAL_VALUE_NODES && i < MIN (8, value->nodes->len); i++)
    {
      PalNode *node = value->nodes->pdata[i];
      g_autofree char *path = pal_node_dup_canonical_path (node);

      fuzz_check (path != NULL && *path == '/');
      fuzz_check (!node->is_template);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalExpr) expr = NULL;
  g_auto (PalValue) value = { 0 };
  PalExprScope scope = { 0 };
  PalNode *node;
  Tree *tree;

  if (size < 2 || memchr (data, '\0', size) != NULL || !g_utf8_validate ((char *) data, size, NULL))
    return 0;
  tree = &trees[data[0] % N_TREES];
  if (tree->document == NULL)
    plant (tree, data[0] % N_TREES);
  node = tree->nodes->pdata[data[1] * 7 % tree->nodes->len];
  scope.root = pal_document_get_root (tree->document);
  scope.contextualise = data[0] & 0x8;
  scope.xforms_names = data[0] & 0x10;
  scope.is_repeat = is_repeat_cb;
  scope.instance = instance_cb;
  scope.itext = itext_cb;
  scope.choice_label = choice_label_cb;
  scope.pulldata = pulldata_cb;
  scope.language = data[1] & 1 ? "fr" : NULL;
  scope.now_us = data[1] & 2 ? G_GINT64_CONSTANT (1700000000000000) : 0;
  scope.budget = BUDGET;
  scope.user_data = tree;

  source = g_strndup ((const char *) data + 2, size - 2);
  expr = pal_expr_compile (source, resolve_cb, NULL, &error);
  if (expr == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  check_references (expr);
  if (!pal_expr_evaluate (expr, &scope, node, &value, &error))
    {
      fuzz_check_error (error);
      return 0;
    }
  check_value (expr, &value);
  check_ways (expr, &scope, node, &value);
  return 0;
}

/* Half of the time the bytes are changed, else a part of the expression becomes another one. */
size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  g_autoptr (GString) made = NULL;
  gsize start;
  gsize end;

  fuzz_random_init (&random, seed);
  if (size < 3 || fuzz_random_below (&random, 2) == 0)
    return LLVMFuzzerMutate (data, size, max_size);

  start = 2 + fuzz_random_below (&random, size - 2);
  end = start;
  /* From here to the end of a word, or of what a bracket holds. */
  while (end < size && g_ascii_isalnum (data[end]))
    end++;
  if (end == start)
    for (int depth = 0; end < size;)
      {
        depth += strchr ("([", data[end]) != NULL ? 1 : strchr (")]", data[end]) != NULL ? -1 : 0;
        end++;
        if (depth <= 0)
          break;
      }
  if (fuzz_random_below (&random, 4) == 0)
    end = start;
  made = g_string_new_len ((const char *) data, start);
  fuzz_append_expression (made, &random, NULL, fuzz_random_below (&random, 4));
  g_string_append_len (made, (const char *) data + end, size - end);
  if (made->len > max_size)
    return LLVMFuzzerMutate (data, size, max_size);
  memcpy (data, made->str, made->len);
  return made->len;
}
