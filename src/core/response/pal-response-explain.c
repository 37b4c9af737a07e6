// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* Why a node is as it is: for the author of a form and for "Why is this (not) shown?". Plain
 * English for now: the sentences are for people who read expressions. */

#define MAX_VALUES 12
#define MAX_VALUE_LENGTH 60

typedef struct
{
  PalResponse *response;
  PalNode *node;
  GString *out;
  GPtrArray *seen;
} Explain;

static void
append_value (GString *out, PalResponse *self, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  const char *value = pal_response_get_value (self, node);

  if (!info->public.relevant)
    g_string_append (out, "not relevant");
  else if (!info->definition->is_leaf)
    g_string_append (out, "there");
  else if (*value == '\0')
    g_string_append (out, "empty");
  else
    {
      g_autofree char *cut = g_utf8_strlen (value, -1) > MAX_VALUE_LENGTH
                                 ? g_utf8_substring (value, 0, MAX_VALUE_LENGTH)
                                 : NULL;

      g_string_append_printf (out, "\"%s%s\"", cut != NULL ? cut : value, cut != NULL ? "…" : "");
    }
}

static void
explain_reference_cb (PalFormNode *target, guint n_shared, gboolean is_weak, gpointer user_data)
{
  Explain *explain = user_data;
  PalResponse *self = explain->response;
  PalNode *node;
  g_autofree char *path = NULL;

  if (g_ptr_array_find (explain->seen, target, NULL) || explain->seen->len > MAX_VALUES)
    return;
  g_ptr_array_add (explain->seen, target);
  if (explain->seen->len > MAX_VALUES)
    {
      g_string_append (explain->out, "    …\n");
      return;
    }
  node = pal_response_find_definition (self, target, explain->node);
  if (node == NULL)
    {
      g_string_append_printf (explain->out, "    %s: no row\n", target->path);
      return;
    }
  path = pal_response_dup_path (self, node);
  g_string_append_printf (explain->out, "    %s: ", path);
  append_value (explain->out, self, node);
  g_string_append_c (explain->out, '\n');
}

static void
explain_expression (Explain *explain, const char *what, PalNode *node, PalExpr *expr,
                    const char *result)
{
  PalResponse *self = explain->response;
  PalDefinition *definition = pal_node_info (node)->definition;
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  g_autofree char *path = pal_response_dup_path (self, node);

  g_string_append_printf (explain->out, "  %s of %s, line %u: %s\n", what, path,
                          definition->bind_line, pal_expr_get_source (expr));
  g_string_append_printf (explain->out, "    gives %s\n", result);
  explain->node = node;
  explain->seen = seen;
  pal_form_visit_references (self->form, expr, &definition->public, explain_reference_cb, explain,
                             NULL);
}

static const char *
true_or_false (gboolean value)
{
  return value ? "true" : "false";
}

static void
explain_relevance (Explain *explain, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  gboolean any = FALSE;

  g_string_append_printf (explain->out, "relevant: %s\n", info->public.relevant ? "yes" : "no");
  for (PalNode *around = node; around != NULL; around = pal_response_get_parent (around))
    {
      PalNodeInfo *own = pal_node_info (around);

      if (own->definition->public.relevant == NULL)
        continue;
      /* What decides: all of them when it is shown, those that fail when it is not. */
      if (info->public.relevant || !own->own_relevant)
        explain_expression (explain, "relevant", around, own->definition->public.relevant,
                            true_or_false (own->own_relevant));
      any = TRUE;
    }
  if (!any)
    g_string_append (explain->out, "  nothing says otherwise\n");
}

static void
explain_readonly (Explain *explain, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);

  g_string_append_printf (explain->out, "read-only: %s\n", info->public.readonly ? "yes" : "no");
  if (info->definition->public.calculate != NULL)
    g_string_append (explain->out, "  it is calculated\n");
  for (PalNode *around = node; around != NULL; around = pal_response_get_parent (around))
    {
      PalNodeInfo *own = pal_node_info (around);

      if (own->definition->public.readonly != NULL && (own->own_readonly || !info->public.readonly))
        explain_expression (explain, "readonly", around, own->definition->public.readonly,
                            true_or_false (own->own_readonly));
    }
}

static void
explain_validity (Explain *explain, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  PalFormNode *definition = &info->definition->public;

  switch (info->public.violation)
    {
    case PAL_VIOLATION_NONE:
      g_string_append (explain->out, "valid: yes\n");
      break;
    case PAL_VIOLATION_REQUIRED:
      g_string_append (explain->out, "valid: no, it is required and empty\n");
      break;
    case PAL_VIOLATION_CONSTRAINT:
      g_string_append (explain->out, info->type_fits ? "valid: no, it breaks its constraint\n"
                                                     : "valid: no, it is no value of its type\n");
      break;
    }
  if (!info->type_fits)
    g_string_append_printf (explain->out, "  type: %s\n", definition->type_name);
  if (definition->constraint != NULL)
    {
      if (info->is_empty)
        g_string_append_printf (explain->out, "  constraint: %s\n    not asked: it is empty\n",
                                pal_expr_get_source (definition->constraint));
      else
        explain_expression (explain, "constraint", node, definition->constraint,
                            true_or_false (info->constraint_holds));
    }
}

/**
 * pal_response_explain:
 * @self: a response
 * @node: one of its nodes, of which the form speaks
 *
 * Says why the node is (not) relevant, required, read-only, valid, and where its value comes from:
 * expressions with their line in the form, and the values that they read.
 *
 * Returns: (transfer full): some lines of English
 */
char *
pal_response_explain (PalResponse *self, PalNode *node)
{
  Explain explain = { self, node, NULL, NULL };
  PalNodeInfo *info;
  PalFormNode *definition;
  g_autofree char *path = NULL;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (node != NULL && node->data != NULL, NULL);

  info = pal_node_info (node);
  definition = &info->definition->public;
  explain.out = g_string_new (NULL);
  path = pal_response_dup_path (self, node);
  g_string_append_printf (explain.out, "%s: ", path);
  append_value (explain.out, self, node);
  g_string_append_c (explain.out, '\n');

  explain_relevance (&explain, node);
  g_string_append_printf (explain.out, "required: %s\n", info->public.required ? "yes" : "no");
  if (definition->required != NULL)
    explain_expression (&explain, "required", node, definition->required,
                        true_or_false (info->public.required));
  explain_readonly (&explain, node);
  explain_validity (&explain, node);
  if (definition->calculate != NULL)
    {
      g_string_append (explain.out, "calculated\n");
      explain_expression (&explain, "calculate", node, definition->calculate,
                          *pal_response_get_value (self, node) != '\0'
                              ? pal_response_get_value (self, node)
                              : "nothing");
    }
  return g_string_free (explain.out, FALSE);
}
