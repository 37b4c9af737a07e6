// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <math.h>
#include <string.h>

/* Values, sets of nodes, and how two of them compare. */

void
pal_expr_nodes_grow (PalExprNodes *nodes)
{
  guint n_allocated = nodes->n_allocated * 4;

  if (nodes->nodes == nodes->few)
    {
      nodes->nodes = g_new (PalNode *, n_allocated);
      memcpy (nodes->nodes, nodes->few, sizeof nodes->few);
    }
  else
    nodes->nodes = g_renew (PalNode *, nodes->nodes, n_allocated);
  nodes->n_allocated = n_allocated;
}

/* to is overwritten, from is empty afterwards. */
void
pal_expr_nodes_move (PalExprNodes *to, PalExprNodes *from)
{
  *to = *from;
  if (from->nodes == from->few)
    to->nodes = to->few;
  pal_expr_nodes_init (from);
}

static int
compare_nodes_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return pal_node_compare (*(PalNode *const *) a, *(PalNode *const *) b);
}

/* Document order, each node once. */
void
pal_expr_nodes_sort (PalExprNodes *nodes)
{
  guint n_kept = 1;
  gboolean is_sorted = TRUE;

  if (nodes->n_nodes < 2)
    return;
  for (guint i = 1; i < nodes->n_nodes && is_sorted; i++)
    is_sorted = pal_node_compare (nodes->nodes[i - 1], nodes->nodes[i]) < 0;
  if (is_sorted)
    return;

  g_qsort_with_data (nodes->nodes, (int) nodes->n_nodes, sizeof (PalNode *), compare_nodes_cb,
                     NULL);
  for (guint i = 1; i < nodes->n_nodes; i++)
    {
      if (nodes->nodes[i] != nodes->nodes[n_kept - 1])
        nodes->nodes[n_kept++] = nodes->nodes[i];
    }
  nodes->n_nodes = n_kept;
}

/* The text of an element with several texts below it, without what is hidden; a recursion as deep
 * as trees may be. */
static void
join_texts (PalExprEval *eval, PalNode *parent, GString *text)
{
  for (PalNode *node = parent->first_child; node != NULL; node = node->next)
    {
      gsize n_before = text->len;

      if (node->kind == PAL_NODE_TEXT && text->len <= PAL_EXPR_MAX_TEXT_BYTES)
        g_string_append (text, node->value);
      if (!pal_expr_eval_spend (eval, 1 + (text->len - n_before) / PAL_EXPR_BYTES_PER_VISIT))
        return;
      if (node->kind == PAL_NODE_ELEMENT && pal_expr_is_visible (node))
        join_texts (eval, node, text);
    }
}

void
pal_expr_node_text (PalExprEval *eval, PalNode *node, PalExprText *text)
{
  GString *joined;

  text->owned = NULL;
  text->text = pal_node_peek_text (node);
  if (text->text != NULL)
    return;
  joined = g_string_new (NULL);
  join_texts (eval, node, joined);
  if (joined->len > PAL_EXPR_MAX_TEXT_BYTES)
    pal_expr_eval_fail (eval, NULL, PAL_EXPR_ERROR_LIMIT, "a text becomes too long");
  text->text = text->owned = g_string_free (joined, FALSE);
}

static double
node_to_number (PalExprEval *eval, PalNode *node)
{
  g_auto (PalExprText) text = { 0 };

  pal_expr_node_text (eval, node, &text);
  return pal_expr_text_to_number (text.text);
}

void
pal_expr_value_init (PalExprValue *value)
{
  value->kind = PAL_VALUE_STRING;
  value->text.text = "";
  value->text.owned = NULL;
  pal_expr_nodes_init (&value->nodes);
}

void
pal_expr_value_clear (PalExprValue *value)
{
  pal_expr_text_clear (&value->text);
  pal_expr_nodes_clear (&value->nodes);
}

void
pal_expr_value_set_boolean (PalExprValue *value, gboolean boolean)
{
  value->kind = PAL_VALUE_BOOLEAN;
  value->boolean = boolean;
}

void
pal_expr_value_set_number (PalExprValue *value, double number)
{
  value->kind = PAL_VALUE_NUMBER;
  value->number = number;
}

/* text is borrowed. */
void
pal_expr_value_set_text (PalExprValue *value, const char *text)
{
  pal_expr_text_clear (&value->text);
  value->kind = PAL_VALUE_STRING;
  value->text.text = text;
}

void
pal_expr_value_take_text (PalExprValue *value, char *text)
{
  pal_expr_text_clear (&value->text);
  value->kind = PAL_VALUE_STRING;
  value->text.text = value->text.owned = text;
}

gboolean
pal_expr_value_as_boolean (const PalExprValue *value)
{
  switch ((PalValueKind) value->kind)
    {
    case PAL_VALUE_BOOLEAN:
      return value->boolean;
    case PAL_VALUE_NUMBER:
      return value->number != 0 && !isnan (value->number);
    case PAL_VALUE_STRING:
      return *value->text.text != '\0';
    case PAL_VALUE_NODES:
      return value->nodes.n_nodes > 0;
    }
  g_return_val_if_reached (FALSE);
}

double
pal_expr_value_as_number (PalExprEval *eval, const PalExprValue *value)
{
  switch ((PalValueKind) value->kind)
    {
    case PAL_VALUE_BOOLEAN:
      return value->boolean ? 1 : 0;
    case PAL_VALUE_NUMBER:
      return value->number;
    case PAL_VALUE_STRING:
      return pal_expr_text_to_number (value->text.text);
    case PAL_VALUE_NODES:
      return value->nodes.n_nodes > 0 ? node_to_number (eval, value->nodes.nodes[0]) : NAN;
    }
  g_return_val_if_reached (NAN);
}

void
pal_expr_value_as_text (PalExprEval *eval, const PalExprValue *value, PalExprText *text)
{
  text->owned = NULL;
  text->text = "";
  switch ((PalValueKind) value->kind)
    {
    case PAL_VALUE_BOOLEAN:
      text->text = value->boolean ? "true" : "false";
      return;
    case PAL_VALUE_NUMBER:
      text->text = text->owned = pal_expr_number_to_string (value->number);
      return;
    case PAL_VALUE_STRING:
      text->text = value->text.text;
      return;
    case PAL_VALUE_NODES:
      if (value->nodes.n_nodes > 0)
        pal_expr_node_text (eval, value->nodes.nodes[0], text);
      return;
    }
}

/* Comparisons */

gboolean
pal_expr_compare_numbers (PalExprOperator operation, double a, double b)
{
  switch (operation)
    {
    case PAL_EXPR_OPERATOR_EQUAL:
      return a == b;
    case PAL_EXPR_OPERATOR_NOT_EQUAL:
      return a != b;
    case PAL_EXPR_OPERATOR_LESS:
      return a < b;
    case PAL_EXPR_OPERATOR_LESS_EQUAL:
      return a <= b;
    case PAL_EXPR_OPERATOR_GREATER:
      return a > b;
    case PAL_EXPR_OPERATOR_GREATER_EQUAL:
      return a >= b;
    default:
      g_return_val_if_reached (FALSE);
    }
}

static double
date_to_local_number (const PalExprDate *date)
{
  gint64 instant_us;

  if (!date->has_time)
    return (double) date->days;
  instant_us = pal_expr_date_to_instant (date);
  return (double) (instant_us + pal_expr_local_offset_us (instant_us)) / (double) G_TIME_SPAN_DAY;
}

/* Two dates as numbers. A whole day has no zone: beside it a date-time counts by the clock on the
 * wall, so that today() is never later than now(), east of Greenwich too. */
static gboolean
read_dates (const char *a, const char *b, double *a_days, double *b_days)
{
  PalExprDate a_date;
  PalExprDate b_date;

  if (!pal_expr_parse_date (a, &a_date) || !pal_expr_parse_date (b, &b_date))
    return FALSE;
  if (a_date.has_time == b_date.has_time)
    {
      *a_days = pal_expr_date_to_number (&a_date);
      *b_days = pal_expr_date_to_number (&b_date);
    }
  else
    {
      *a_days = date_to_local_number (&a_date);
      *b_days = date_to_local_number (&b_date);
    }
  return TRUE;
}

gboolean
pal_expr_compare_texts (PalExprOperator operation, const char *a, const char *b)
{
  double a_days;
  double b_days;

  if (operation == PAL_EXPR_OPERATOR_EQUAL || operation == PAL_EXPR_OPERATOR_NOT_EQUAL)
    {
      gboolean is_same
          = strcmp (a, b) == 0
            || (g_ascii_isdigit (*a) && read_dates (a, b, &a_days, &b_days) && a_days == b_days);

      return is_same == (operation == PAL_EXPR_OPERATOR_EQUAL);
    }
  if (read_dates (a, b, &a_days, &b_days))
    return pal_expr_compare_numbers (operation, a_days, b_days);
  return pal_expr_compare_numbers (operation, pal_expr_text_to_number (a),
                                   pal_expr_text_to_number (b));
}

/* What is the same for equal texts, and only for them: of dates their place in time (T2). */
static char *
dup_key (PalExprEval *eval, PalNode *node)
{
  g_auto (PalExprText) text = { 0 };
  PalExprDate date;

  pal_expr_node_text (eval, node, &text);
  if (g_ascii_isdigit (*text.text) && pal_expr_parse_date (text.text, &date))
    return g_strdup_printf ("\001%.17g", date_to_local_number (&date));
  return text.owned != NULL ? g_steal_pointer (&text.owned) : g_strdup (text.text);
}

/* Whether some node of the one and some of the other have the same text. Two long sets are not
 * compared each with each. */
static gboolean
have_common_text (PalExprEval *eval, const PalExprNodes *a, const PalExprNodes *b)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < a->n_nodes && eval->error == NULL; i++)
    g_hash_table_add (texts, dup_key (eval, a->nodes[i]));
  for (guint i = 0; i < b->n_nodes && eval->error == NULL; i++)
    {
      g_autofree char *key = dup_key (eval, b->nodes[i]);

      if (g_hash_table_contains (texts, key))
        return TRUE;
    }
  return FALSE;
}

/* The least and the greatest number in a set; FALSE when there is none. */
static gboolean
find_extremes (PalExprEval *eval, const PalExprNodes *nodes, double *least, double *greatest)
{
  gboolean is_found = FALSE;

  for (guint i = 0; i < nodes->n_nodes; i++)
    {
      double number = node_to_number (eval, nodes->nodes[i]);

      if (isnan (number))
        continue;
      *least = is_found ? fmin (*least, number) : number;
      *greatest = is_found ? fmax (*greatest, number) : number;
      is_found = TRUE;
    }
  return is_found;
}

static gboolean
compare_long_sets (PalExprEval *eval, PalExprOperator operation, const PalExprNodes *a,
                   const PalExprNodes *b)
{
  double a_least;
  double a_greatest;
  double b_least;
  double b_greatest;

  if (operation == PAL_EXPR_OPERATOR_EQUAL)
    return have_common_text (eval, a, b);
  if (operation == PAL_EXPR_OPERATOR_NOT_EQUAL)
    {
      /* Only when all on both sides say the same is there no unequal pair. */
      g_auto (PalExprText) first = { 0 };

      pal_expr_node_text (eval, a->nodes[0], &first);
      for (guint i = 1; i < a->n_nodes + b->n_nodes; i++)
        {
          g_auto (PalExprText) text = { 0 };

          pal_expr_node_text (eval, i < a->n_nodes ? a->nodes[i] : b->nodes[i - a->n_nodes], &text);
          if (pal_expr_compare_texts (PAL_EXPR_OPERATOR_NOT_EQUAL, first.text, text.text))
            return TRUE;
        }
      return FALSE;
    }
  if (!find_extremes (eval, a, &a_least, &a_greatest)
      || !find_extremes (eval, b, &b_least, &b_greatest))
    return FALSE;
  if (operation == PAL_EXPR_OPERATOR_LESS || operation == PAL_EXPR_OPERATOR_LESS_EQUAL)
    return pal_expr_compare_numbers (operation, a_least, b_greatest);
  return pal_expr_compare_numbers (operation, a_greatest, b_least);
}

static gboolean
compare_sets (PalExprEval *eval, PalExprOperator operation, const PalExprNodes *a,
              const PalExprNodes *b)
{
  if ((guint64) a->n_nodes * b->n_nodes > 64)
    return compare_long_sets (eval, operation, a, b);

  for (guint i = 0; i < a->n_nodes; i++)
    {
      g_auto (PalExprText) a_text = { 0 };

      pal_expr_node_text (eval, a->nodes[i], &a_text);
      for (guint j = 0; j < b->n_nodes; j++)
        {
          g_auto (PalExprText) b_text = { 0 };

          pal_expr_node_text (eval, b->nodes[j], &b_text);
          if (pal_expr_compare_texts (operation, a_text.text, b_text.text))
            return TRUE;
        }
    }
  return FALSE;
}

/* other is no node-set and no boolean; swapped says that it stands on the left. */
static gboolean
compare_set (PalExprEval *eval, PalExprOperator operation, const PalExprNodes *nodes,
             const PalExprValue *other, gboolean swapped)
{
  for (guint i = 0; i < nodes->n_nodes; i++)
    {
      g_auto (PalExprText) text = { 0 };
      gboolean holds;

      pal_expr_node_text (eval, nodes->nodes[i], &text);
      if (other->kind == PAL_VALUE_STRING)
        holds = swapped ? pal_expr_compare_texts (operation, other->text.text, text.text)
                        : pal_expr_compare_texts (operation, text.text, other->text.text);
      else
        {
          double number = pal_expr_text_to_number (text.text);

          holds = swapped ? pal_expr_compare_numbers (operation, other->number, number)
                          : pal_expr_compare_numbers (operation, number, other->number);
        }
      if (holds)
        return TRUE;
    }
  return FALSE;
}

/* XPath 1.0, section 3.4, with dates as T2 has it. */
gboolean
pal_expr_compare (PalExprEval *eval, PalExprOperator operation, PalExprValue *a, PalExprValue *b)
{
  gboolean is_equality
      = operation == PAL_EXPR_OPERATOR_EQUAL || operation == PAL_EXPR_OPERATOR_NOT_EQUAL;

  if (a->kind == PAL_VALUE_NODES && b->kind == PAL_VALUE_NODES)
    return compare_sets (eval, operation, &a->nodes, &b->nodes);
  if (a->kind == PAL_VALUE_BOOLEAN || b->kind == PAL_VALUE_BOOLEAN)
    {
      if (is_equality || (a->kind == PAL_VALUE_BOOLEAN && b->kind == PAL_VALUE_NODES)
          || (a->kind == PAL_VALUE_NODES && b->kind == PAL_VALUE_BOOLEAN))
        return pal_expr_compare_numbers (operation, pal_expr_value_as_boolean (a),
                                         pal_expr_value_as_boolean (b));
      return pal_expr_compare_numbers (operation, pal_expr_value_as_number (eval, a),
                                       pal_expr_value_as_number (eval, b));
    }
  if (a->kind == PAL_VALUE_NODES)
    return compare_set (eval, operation, &a->nodes, b, FALSE);
  if (b->kind == PAL_VALUE_NODES)
    return compare_set (eval, operation, &b->nodes, a, TRUE);
  if (a->kind == PAL_VALUE_STRING && b->kind == PAL_VALUE_STRING)
    return pal_expr_compare_texts (operation, a->text.text, b->text.text);
  return pal_expr_compare_numbers (operation, pal_expr_value_as_number (eval, a),
                                   pal_expr_value_as_number (eval, b));
}
