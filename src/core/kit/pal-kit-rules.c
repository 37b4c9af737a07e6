// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-expr-script.h"
#include "pal-form-private.h"

#include <string.h>

typedef struct
{
  PalForm *form;
  PalFormNode *context;
} Place;

static PalFormNode *
find_child (PalFormNode *parent, const char *local)
{
  for (guint i = 0; i < parent->children->len; i++)
    {
      PalFormNode *child = g_ptr_array_index (parent->children, i);

      if (strcmp (child->local, local) == 0 && !child->is_attribute)
        return child;
    }
  return NULL;
}

/* A node that stands once for the context: no repeat but those around the context is in the way. */
static char *
dup_place (gboolean is_absolute, const char *const *steps, gpointer user_data)
{
  Place *place = user_data;
  PalFormNode *node = is_absolute ? NULL : place->context;
  g_autofree char *path = NULL;

  if (is_absolute)
    {
      node = pal_form_get_root (place->form);
      if (steps[0] == NULL || strcmp (steps[0], node->local) != 0)
        return NULL;
      steps++;
    }
  for (; *steps != NULL && node != NULL; steps++)
    node = strcmp (*steps, "..") == 0 ? node->parent : find_child (node, *steps);
  if (node == NULL || node->children->len > 0)
    return NULL;
  for (PalFormNode *repeat = pal_definition (node)->repeat; repeat != NULL;
       repeat = repeat->parent != NULL ? pal_definition (repeat->parent)->repeat : NULL)
    {
      PalFormNode *around = place->context;

      while (around != NULL && around != repeat)
        around = around->parent;
      if (around == NULL)
        return NULL;
    }
  path = pal_expr_quote_script (node->path);

  return g_strdup_printf ("at(n, %s)", path);
}

static gboolean
fail_at (const char *path, GError *cause, GError **error)
{
  g_set_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM, "%s: %s", path, cause->message);
  g_error_free (cause);

  return FALSE;
}

static gboolean
add_rule (GString *rules, PalForm *form, PalFormNode *node, const char *name, PalExpr *expr,
          GError **error)
{
  Place place = { form, node };
  GError *cause = NULL;
  g_autofree char *script = NULL;

  if (expr == NULL)
    return TRUE;
  script = pal_expr_dup_script (expr, dup_place, &place, &cause);
  if (script == NULL)
    return fail_at (node->path, cause, error);
  g_string_append_printf (rules, "    %s: n => %s,\n", name, script);

  return TRUE;
}

/* Comes about by itself in every record: the page does it, too. */
static gboolean
is_instance_id (PalFormNode *node)
{
  return strcmp (node->local, "instanceID") == 0;
}

static gboolean
add_rules_of (GString *out, PalForm *form, PalFormNode *node, GError **error)
{
  g_autoptr (GString) rules = g_string_new (NULL);
  g_autofree char *path = pal_expr_quote_script (node->path);

  if ((node->calculate != NULL && !is_instance_id (node)) || node->count != NULL
      || node->is_attribute)
    {
      g_set_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM,
                   "%s: a page has no calculations, counted rows and attributes", node->path);
      return FALSE;
    }
  if (!add_rule (rules, form, node, "relevant", node->relevant, error)
      || !add_rule (rules, form, node, "required", node->required, error)
      || !add_rule (rules, form, node, "constraint", node->constraint, error))
    return FALSE;
  if (!is_instance_id (node) && !add_rule (rules, form, node, "readonly", node->readonly, error))
    return FALSE;
  if (rules->len > 0)
    g_string_append_printf (out, "  %s: {\n%s  },\n", path, rules->str);

  return TRUE;
}

static gboolean
add_list (GString *out, PalForm *form, PalControl *control, GError **error)
{
  Place place = { form, control->public.node };
  GError *cause = NULL;
  g_autofree char *id = NULL;
  g_autofree char *condition = NULL;
  g_autofree char *path = NULL;

  if (control->itemset == NULL || control->public.node == NULL)
    return TRUE;
  if (!pal_expr_dup_script_list (control->itemset, dup_place, &place, &id, &condition, &cause))
    return fail_at (control->public.node->path, cause, error);
  if (condition == NULL)
    return TRUE;
  path = pal_expr_quote_script (control->public.node->path);
  g_string_append_printf (out, "  %s: (n, i) => %s,\n", path, condition);

  return TRUE;
}

static gboolean
add_first (GString *out, PalForm *form, PalAction *action, GError **error)
{
  Place place = { form, action->target };
  GError *cause = NULL;
  g_autofree char *path = pal_expr_quote_script (action->target->path);
  g_autofree char *script = NULL;

  if ((action->events & PAL_EVENT_VALUE_CHANGED) != 0)
    {
      g_set_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM,
                   "%s: a page does not set one answer after another", action->target->path);
      return FALSE;
    }
  script = action->value != NULL
               ? pal_expr_dup_script_text (action->value, dup_place, &place, &cause)
               : pal_expr_quote_script (action->text);
  if (script == NULL)
    return fail_at (action->target->path, cause, error);
  g_string_append_printf (out, "  %s: n => %s,\n", path, script);

  return TRUE;
}

/* The form's rules as the script of a page; NULL when it has some that cannot be told there. */
char *
pal_kit_dup_rules (PalForm *form, GError **error)
{
  g_autoptr (GString) out = g_string_new ("\"use strict\";\nconst rules = {\n");
  GPtrArray *nodes = pal_form_get_nodes (form);

  for (guint i = 0; i < nodes->len; i++)
    if (!add_rules_of (out, form, g_ptr_array_index (nodes, i), error))
      return NULL;
  g_string_append (out, "};\nconst offers = {\n");
  for (guint i = 0; i < form->all_controls->len; i++)
    if (!add_list (out, form, g_ptr_array_index (form->all_controls, i), error))
      return NULL;
  g_string_append (out, "};\nconst firsts = {\n");
  for (guint i = 0; i < form->actions->len; i++)
    if (!add_first (out, form, g_ptr_array_index (form->actions, i), error))
      return NULL;
  g_string_append (out, "};\n");

  return g_string_free (g_steal_pointer (&out), FALSE);
}
