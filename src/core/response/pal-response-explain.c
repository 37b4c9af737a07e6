// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-explain.h"

#include "pal-response-private.h"

#include <string.h>

/* Why a node is as it is. The expression is taken apart along its ors, ands and nots, each piece is
 * evaluated by itself, and each is asked which nodes it reads. */

#define MAX_FACTS 12 /* of one term: of a sum over a thousand rows a few are enough */
#define MAX_DEPTH 32 /* of terms within terms */

typedef struct
{
  PalResponse *response;
  PalNode *node;    /* the context node of the expression */
  PalTerm *term;    /* at work */
  GPtrArray *found; /* (element-type PalFormNode): what the term's paths gave */
} Explain;

static void
fact_free (gpointer data)
{
  PalFact *fact = data;

  g_free (fact->path);
  g_free (fact->label);
  g_free (fact->value);
  g_free (fact->value_label);
  g_free (fact);
}

static void
term_free (gpointer data)
{
  PalTerm *term = data;

  g_free (term->source);
  g_ptr_array_unref (term->terms);
  g_ptr_array_unref (term->facts);
  g_free (term->literal);
  g_free (term->literal_label);
  g_free (term);
}

static void
rule_free (gpointer data)
{
  PalRule *rule = data;

  g_free (rule->path);
  g_free (rule->label);
  g_free (rule->source);
  g_clear_pointer (&rule->term, term_free);
  g_free (rule->error);
  g_free (rule);
}

/**
 * pal_explanation_free:
 * @self: (transfer full): an explanation
 *
 * Frees it with all that is in it.
 */
void
pal_explanation_free (PalExplanation *self)
{
  g_return_if_fail (self != NULL);

  fact_free (self->subject);
  g_ptr_array_unref (self->rules);
  g_free (self);
}

/* Facts */

/* A row that stands for one that is not there: its parent does not know it. */
static gboolean
is_lent (PalNode *node)
{
  return node->kind == PAL_NODE_ELEMENT && node->parent != NULL && node->previous == NULL
         && node->parent->first_child != node;
}

/* The words of a repeat stand on the group that XForms puts around it. */
static char *
dup_label (PalResponse *self, PalFormNode *definition, PalNode *node)
{
  PalFormControl *control = definition->control;
  char *label;

  if (control == NULL)
    return NULL;
  label = pal_response_dup_text (self, control, node, PAL_TEXT_LABEL);
  if (label == NULL && control->kind == PAL_CONTROL_REPEAT && control->parent != NULL
      && control->parent->children->len == 1)
    label = pal_response_dup_text (self, control->parent, node, PAL_TEXT_LABEL);
  return label;
}

static gboolean
has_choices (PalFormControl *control)
{
  return control != NULL
         && (control->kind == PAL_CONTROL_SELECT_ONE || control->kind == PAL_CONTROL_SELECT_MANY
             || control->kind == PAL_CONTROL_RANK);
}

/* What was chosen in the form's words; several are joined. NULL for what is no choice. */
static char *
dup_choice_words (PalResponse *self, PalFormNode *definition, PalNode *node, const char *value)
{
  PalFormControl *control = definition->control;
  g_auto (GStrv) words = NULL;
  GString *out;

  if (!has_choices (control) || *value == '\0')
    return NULL;
  if (control->kind == PAL_CONTROL_SELECT_ONE)
    return pal_response_dup_choice_label (self, control, node, value);

  words = g_strsplit_set (value, " \t\r\n", -1);
  out = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *label = NULL;

      if (*words[i] == '\0')
        continue;
      label = pal_response_dup_choice_label (self, control, node, words[i]);
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "",
                              label != NULL ? label : words[i]);
    }
  return g_string_free (out, FALSE);
}

/* node: (nullable): NULL when there is no such row; context says which rows are meant. */
static PalFact *
fact_new (PalResponse *self, PalFormNode *definition, PalNode *node, PalNode *context)
{
  PalFact *fact = g_new0 (PalFact, 1);

  fact->node = node;
  fact->definition = definition;
  fact->label = dup_label (self, definition, node != NULL ? node : context);
  fact->path = node != NULL ? pal_response_dup_path (self, node) : g_strdup (definition->path);
  fact->value = g_strdup (node != NULL && pal_definition (definition)->is_leaf
                              ? pal_response_get_value (self, node)
                              : "");
  if (node != NULL)
    {
      fact->is_relevant = pal_node_info (node)->public.relevant;
      fact->value_label = dup_choice_words (self, definition, node, fact->value);
    }
  return fact;
}

static gboolean
is_below (PalFormNode *definition, PalFormNode *around)
{
  return definition->index > around->index && definition->index < pal_definition (around)->end;
}

static PalFact *
find_fact (GPtrArray *facts, PalFormNode *definition, PalNode *node)
{
  for (guint i = 0; i < facts->len; i++)
    {
      PalFact *fact = g_ptr_array_index (facts, i);

      if (fact->definition == definition && (fact->node == node || definition->is_repeat))
        return fact;
    }
  return NULL;
}

static void
add_fact (Explain *explain, PalFormNode *definition, PalNode *node)
{
  PalTerm *term = explain->term;
  PalFact *fact;

  if (node != NULL && is_lent (node))
    node = NULL;
  fact = find_fact (term->facts, definition, node);
  if (fact == NULL && term->facts->len >= MAX_FACTS)
    {
      term->n_more++;
      return;
    }
  if (fact == NULL)
    {
      fact = fact_new (explain->response, definition, node, explain->node);
      fact->is_self = node != NULL && node == explain->node;
      /* Of rows it is how many there are that is read. */
      if (definition->is_repeat)
        {
          g_free (fact->path);
          fact->path = g_strdup (definition->path);
        }
      g_ptr_array_add (term->facts, fact);
    }
  if (definition->is_repeat && node != NULL)
    fact->n_rows++;
}

/* What the paths of a piece give as they stand. */
static void
collect_nodes (Explain *explain, PalExpr *expr)
{
  g_auto (PalValue) value = { 0 };

  if (!pal_expr_evaluate (expr, &explain->response->scope, explain->node, &value, NULL)
      || value.kind != PAL_VALUE_NODES)
    return;
  for (guint i = 0; i < value.nodes->len; i++)
    {
      PalNode *node = g_ptr_array_index (value.nodes, i);
      PalFormNode *definition;

      /* Texts of secondary instances are the form's, nobody's answers. */
      if (node->data == NULL)
        continue;
      definition = &pal_node_info (node)->definition->public;
      if (!g_ptr_array_find (explain->found, definition, NULL))
        g_ptr_array_add (explain->found, definition);
      add_fact (explain, definition, node);
    }
}

static void
collect_parts (Explain *explain, PalExpr *expr, guint depth)
{
  guint n_parts = pal_expr_get_n_parts (expr);

  if (pal_expr_get_kind (expr) == PAL_EXPR_PART_NODES)
    collect_nodes (explain, expr);
  for (guint i = 0; i < n_parts && depth < MAX_DEPTH; i++)
    {
      g_autoptr (PalExpr) part = pal_expr_dup_part (expr, i);

      collect_parts (explain, part, depth + 1);
    }
}

/* What no path gave is not shown, not there, or only looked at on the way. */
static void
collect_reference_cb (PalFormNode *target, guint n_shared, gboolean is_weak, gpointer user_data)
{
  Explain *explain = user_data;
  PalResponse *self = explain->response;
  PalNode *node;

  if (g_ptr_array_find (explain->found, target, NULL))
    return;
  node = pal_response_find_definition (self, target, explain->node);
  /* Some other row was meant, which is not there. */
  if (node != NULL && pal_node_info (node)->public.relevant
      && pal_definition (target)->n_repeats > n_shared)
    node = NULL;
  if (target->is_repeat && node != NULL)
    node = NULL;
  add_fact (explain, target, node);
}

/* indexed-repeat() names the rows as well, on the way to what it gives. */
static void
drop_ways (Explain *explain)
{
  GPtrArray *facts = explain->term->facts;

  for (guint i = facts->len; i > 0; i--)
    {
      PalFormNode *definition = ((PalFact *) g_ptr_array_index (facts, i - 1))->definition;
      gboolean is_way = FALSE;

      if (g_ptr_array_find (explain->found, definition, NULL))
        continue;
      for (guint j = 0; j < facts->len && !is_way; j++)
        is_way = is_below (((PalFact *) g_ptr_array_index (facts, j))->definition, definition);
      if (is_way)
        g_ptr_array_remove_index (facts, i - 1);
    }
}

/* Terms */

static gboolean
holds (PalResponse *self, PalExpr *expr, PalNode *node)
{
  return pal_response_condition (self, expr, node, FALSE);
}

static PalExprComparison
mirror (PalExprComparison comparison)
{
  switch (comparison)
    {
    case PAL_EXPR_LESS:
      return PAL_EXPR_GREATER;
    case PAL_EXPR_LESS_EQUAL:
      return PAL_EXPR_GREATER_EQUAL;
    case PAL_EXPR_GREATER:
      return PAL_EXPR_LESS;
    case PAL_EXPR_GREATER_EQUAL:
      return PAL_EXPR_LESS_EQUAL;
    case PAL_EXPR_EQUAL:
    case PAL_EXPR_NOT_EQUAL:
      break;
    }
  return comparison;
}

static void
read_comparison (Explain *explain, PalExpr *expr)
{
  PalTerm *term = explain->term;
  g_autoptr (PalExpr) left = pal_expr_dup_part (expr, 0);
  g_autoptr (PalExpr) right = pal_expr_dup_part (expr, 1);
  PalExpr *other = left;
  PalFact *fact;

  if (term->kind == PAL_EXPR_PART_COMPARE)
    term->comparison = pal_expr_get_comparison (expr);
  term->literal = pal_expr_dup_literal (right);
  if (term->literal == NULL && term->kind == PAL_EXPR_PART_COMPARE)
    {
      term->literal = pal_expr_dup_literal (left);
      term->comparison = mirror (term->comparison);
      other = right;
    }
  if (term->literal == NULL || term->facts->len != 1)
    return;

  fact = g_ptr_array_index (term->facts, 0);
  term->is_plain = pal_expr_get_kind (other) == PAL_EXPR_PART_NODES;
  if (term->is_plain && has_choices (fact->definition->control) && *term->literal != '\0')
    term->literal_label = pal_response_dup_choice_label (
        explain->response, fact->definition->control,
        fact->node != NULL ? fact->node : explain->node, term->literal);
}

static PalTerm *term_new (PalResponse *self, PalExpr *expr, PalNode *node, guint depth);

static void
add_term (PalTerm *term, PalResponse *self, PalExpr *expr, guint index, PalNode *node, guint depth)
{
  g_autoptr (PalExpr) part = pal_expr_dup_part (expr, index);

  g_ptr_array_add (term->terms, term_new (self, part, node, depth + 1));
}

static PalTerm *
term_new (PalResponse *self, PalExpr *expr, PalNode *node, guint depth)
{
  PalTerm *term = g_new0 (PalTerm, 1);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  Explain explain = { self, node, term, found };
  guint n_parts = pal_expr_get_n_parts (expr);

  term->kind = depth < MAX_DEPTH ? pal_expr_get_kind (expr) : PAL_EXPR_PART_VALUE;
  term->source = g_strstrip (g_strdup (pal_expr_get_source (expr)));
  term->holds = holds (self, expr, node);
  term->terms = g_ptr_array_new_with_free_func (term_free);
  term->facts = g_ptr_array_new_with_free_func (fact_free);
  switch (term->kind)
    {
    case PAL_EXPR_PART_OR:
    case PAL_EXPR_PART_AND:
    case PAL_EXPR_PART_NOT:
      for (guint i = 0; i < n_parts; i++)
        add_term (term, self, expr, i, node, depth);
      return term;
    case PAL_EXPR_PART_IF:
      add_term (term, self, expr, 0, node, depth);
      add_term (term, self, expr, ((PalTerm *) g_ptr_array_index (term->terms, 0))->holds ? 1 : 2,
                node, depth);
      return term;
    case PAL_EXPR_PART_COMPARE:
    case PAL_EXPR_PART_SELECTED:
    case PAL_EXPR_PART_LITERAL:
    case PAL_EXPR_PART_NODES:
    case PAL_EXPR_PART_VALUE:
      break;
    }
  collect_parts (&explain, expr, depth);
  pal_form_visit_references (self->form, expr, &pal_node_info (node)->definition->public,
                             collect_reference_cb, &explain, NULL);
  drop_ways (&explain);
  if (term->kind == PAL_EXPR_PART_COMPARE || term->kind == PAL_EXPR_PART_SELECTED)
    read_comparison (&explain, expr);
  return term;
}

/* Of an "or" that holds those that hold decide, of one that fails all; an "and" the other way. */
static void
mark_deciding (PalTerm *term)
{
  term->decides = TRUE;
  for (guint i = 0; i < term->terms->len; i++)
    {
      PalTerm *below = g_ptr_array_index (term->terms, i);

      if ((term->kind != PAL_EXPR_PART_OR && term->kind != PAL_EXPR_PART_AND)
          || below->holds == term->holds)
        mark_deciding (below);
    }
}

/* Rules */

static PalRule *
rule_new (PalResponse *self, PalRuleKind kind, PalNode *node, PalNode *owner, PalExpr *expr)
{
  PalRule *rule = g_new0 (PalRule, 1);
  PalDefinition *definition = pal_node_info (owner)->definition;
  g_auto (PalValue) value = { 0 };
  g_autoptr (GError) error = NULL;

  rule->kind = kind;
  rule->definition = &definition->public;
  rule->path
      = is_lent (owner) ? g_strdup (definition->public.path) : pal_response_dup_path (self, owner);
  rule->label = dup_label (self, &definition->public, owner);
  rule->is_inherited = owner != node;
  rule->line = definition->bind_line;
  rule->source = g_strstrip (g_strdup (pal_expr_get_source (expr)));
  rule->applies = TRUE;
  rule->decides = TRUE;
  if (definition->is_multiple && owner->kind == PAL_NODE_ELEMENT && !is_lent (owner))
    {
      self->scope.position = pal_node_get_position (owner);
      self->scope.size = pal_response_count_rows (self, definition, owner->parent);
    }
  if (!pal_expr_evaluate (expr, &self->scope, owner, &value, &error))
    rule->error = g_strdup (error->message);
  rule->term = term_new (self, expr, owner, 0);
  self->scope.position = self->scope.size = 0;
  mark_deciding (rule->term);
  return rule;
}

static void
add_inherited (PalResponse *self, PalExplanation *out, PalRuleKind kind, PalNode *node)
{
  gboolean verdict = kind == PAL_RULE_RELEVANT ? out->state.relevant : out->state.locked;
  gboolean strong = kind != PAL_RULE_RELEVANT; /* what one of them is enough for */

  for (PalNode *owner = node; owner != NULL; owner = pal_response_get_parent (owner))
    {
      PalNodeInfo *info = pal_node_info (owner);
      PalFormNode *definition = &info->definition->public;
      PalExpr *expr = kind == PAL_RULE_RELEVANT ? definition->relevant : definition->readonly;
      PalRule *rule;

      if (expr == NULL)
        continue;
      rule = rule_new (self, kind, node, owner, expr);
      rule->holds = kind == PAL_RULE_RELEVANT ? info->own_relevant : info->own_readonly;
      /* All must say "relevant", one is enough to say "not"; read-only the other way. */
      rule->decides = verdict != strong || rule->holds == strong;
      g_ptr_array_add (out->rules, rule);
    }
}

static void
add_own (PalResponse *self, PalExplanation *out, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  PalFormNode *definition = &info->definition->public;
  PalFormControl *control = definition->control;
  PalExpr *itemset = control != NULL ? pal_control (control)->itemset : NULL;
  PalRule *rule;

  if (definition->required != NULL)
    {
      rule = rule_new (self, PAL_RULE_REQUIRED, node, node, definition->required);
      rule->holds = info->public.required;
      g_ptr_array_add (out->rules, rule);
    }
  add_inherited (self, out, PAL_RULE_READONLY, node);
  if (definition->constraint != NULL)
    {
      rule = rule_new (self, PAL_RULE_CONSTRAINT, node, node, definition->constraint);
      rule->applies = !info->is_empty;
      rule->holds = info->is_empty || info->constraint_holds;
      g_ptr_array_add (out->rules, rule);
    }
  if (definition->calculate != NULL)
    {
      rule = rule_new (self, PAL_RULE_CALCULATE, node, node, definition->calculate);
      rule->holds = !info->is_empty;
      g_ptr_array_add (out->rules, rule);
    }
  if (itemset != NULL)
    {
      g_autoptr (GPtrArray) choices = pal_response_dup_choices (self, control, node);

      rule = rule_new (self, PAL_RULE_CHOICES, node, node, itemset);
      rule->line = control->line;
      rule->holds = choices->len > 0;
      /* A list without a filter needs no word. */
      if (rule->term->facts->len > 0)
        g_ptr_array_add (out->rules, rule);
      else
        rule_free (rule);
    }
}

static PalExplanation *
explanation_new (PalResponse *self, PalFact *subject, const PalNodeState *state)
{
  PalExplanation *out = g_new0 (PalExplanation, 1);

  out->subject = subject;
  out->state = *state;
  out->type_fits = TRUE;
  out->is_calculated = subject->definition->calculate != NULL;
  out->rules = g_ptr_array_new_with_free_func (rule_free);
  return out;
}

/**
 * pal_response_explain:
 * @self: a response
 * @node: one of its nodes, of which the form speaks
 *
 * Says why @node is (not) relevant, required, read-only, valid, which choices it offers, and where
 * its value comes from: with every node that the expressions read, and which of them decide. For
 * more, explain those nodes.
 *
 * Returns: (transfer full): an explanation, good until the next change
 */
PalExplanation *
pal_response_explain (PalResponse *self, PalNode *node)
{
  PalNodeInfo *info;
  PalExplanation *out;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (node != NULL && node->data != NULL, NULL);

  info = pal_node_info (node);
  out = explanation_new (self, fact_new (self, &info->definition->public, node, node),
                         &info->public);
  out->subject->is_self = TRUE;
  out->type_fits = info->type_fits;
  add_inherited (self, out, PAL_RULE_RELEVANT, node);
  add_own (self, out, node);
  return out;
}

/**
 * pal_response_explain_repeat:
 * @self: a response
 * @repeat: a repeat of its form
 * @context: (nullable): a node in the rows around it that are meant
 *
 * Says why rows of a repeat are (not) relevant. When there is a row, it speaks of the first.
 *
 * Returns: (transfer full) (nullable): an explanation, good until the next change; %NULL when the
 *   rows around it are not there
 */
PalExplanation *
pal_response_explain_repeat (PalResponse *self, PalFormNode *repeat, PalNode *context)
{
  PalNode *node, *parent;
  PalNodeState state = { 0 };
  PalExplanation *out;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (repeat != NULL && repeat->is_repeat, NULL);

  node = pal_response_find_definition (self, repeat, context);
  if (node != NULL)
    return pal_response_explain (self, node);
  parent = pal_response_find_definition (self, repeat->parent, context);
  if (parent == NULL)
    return NULL;

  state.relevant = pal_response_is_repeat_relevant (self, pal_definition (repeat), parent);
  out = explanation_new (self, fact_new (self, repeat, NULL, parent), &state);
  if (repeat->relevant != NULL)
    {
      PalNodeInfo info;
      PalNode *lent = pal_response_lend_row (self, pal_definition (repeat), parent, &info);
      PalRule *rule = rule_new (self, PAL_RULE_RELEVANT, lent, lent, repeat->relevant);

      rule->holds = holds (self, repeat->relevant, lent);
      rule->decides = state.relevant || !rule->holds;
      g_ptr_array_add (out->rules, rule);
      pal_response_take_back_row (lent);
    }
  add_inherited (self, out, PAL_RULE_RELEVANT, parent);
  for (guint i = 0; i < out->rules->len; i++)
    {
      PalRule *rule = g_ptr_array_index (out->rules, i);

      rule->is_inherited = rule->definition != repeat;
    }
  return out;
}

static void
collect_deciding (PalTerm *term, GPtrArray *facts)
{
  if (!term->decides)
    return;
  for (guint i = 0; i < term->facts->len; i++)
    {
      PalFact *fact = g_ptr_array_index (term->facts, i);

      if (!fact->is_self && find_fact (facts, fact->definition, fact->node) == NULL)
        g_ptr_array_add (facts, fact);
    }
  for (guint i = 0; i < term->terms->len; i++)
    collect_deciding (g_ptr_array_index (term->terms, i), facts);
}

/**
 * pal_explanation_dup_deciding:
 * @self: an explanation
 * @kind: of which verdict
 *
 * Returns: (transfer container) (element-type PalFact): the facts because of which the verdict is
 *   as it is, the node itself left out; they are @self's
 */
GPtrArray *
pal_explanation_dup_deciding (PalExplanation *self, PalRuleKind kind)
{
  GPtrArray *facts = g_ptr_array_new ();

  g_return_val_if_fail (self != NULL, facts);

  for (guint i = 0; i < self->rules->len; i++)
    {
      PalRule *rule = g_ptr_array_index (self->rules, i);

      if (rule->kind == kind && rule->decides && rule->applies)
        collect_deciding (rule->term, facts);
    }
  return facts;
}
