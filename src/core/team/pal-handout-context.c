// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-context"
#include "config.h"

#include "pal-handout-private.h"

#include <string.h>

/* A page may ask for answers of other pages: whether it applies, what it calculates. They go along,
 * for reading only, or else the page would look different at the colleague's. */

typedef struct
{
  PalForm *form;
  const char *const *prefixes;
  GPtrArray *context;  /* (element-type utf8) */
  GHashTable *visited; /* (element-type PalFormNode) */
  GQueue waiting;      /* of PalFormNode */
} Search;

/* What a reference leads to, as far as plain steps can tell; what they cannot is no reason to give
 * away more than that. */
static PalFormNode *
resolve (Search *search, PalFormNode *context, const PalExprReference *reference)
{
  g_autoptr (GString) path = g_string_new (NULL);

  if (reference->base == PAL_EXPR_BASE_INSTANCE)
    return NULL;
  if (reference->base == PAL_EXPR_BASE_CONTEXT)
    g_string_assign (path, context->path);
  for (guint i = 0; i < reference->steps->len; i++)
    {
      const PalExprStep *step = &g_array_index (reference->steps, PalExprStep, i);

      if (step->kind == PAL_EXPR_STEP_PARENT)
        {
          const char *slash = strrchr (path->str, '/');

          if (slash == NULL)
            return NULL;
          g_string_truncate (path, slash - path->str);
        }
      else if (step->kind == PAL_EXPR_STEP_CHILD && step->local != NULL)
        g_string_append_printf (path, "/%s", step->local);
      else
        break;
    }

  return pal_form_find_node (search->form, path->str);
}

static void
visit (Search *search, PalFormNode *node)
{
  if (node == NULL || !g_hash_table_add (search->visited, node))
    return;
  g_queue_push_tail (&search->waiting, node);
  if (node->parent != NULL && !pal_handout_is_in (node->path, search->prefixes)
      && !pal_handout_is_in (node->path, (const char *const *) search->context->pdata))
    {
      /* The array is read with an end mark. */
      g_ptr_array_insert (search->context, search->context->len - 1, g_strdup (node->path));
    }
}

static void
visit_references (Search *search, PalFormNode *node, PalExpr *expr)
{
  GPtrArray *references = expr != NULL ? pal_expr_get_references (expr) : NULL;

  for (guint i = 0; references != NULL && i < references->len; i++)
    {
      PalFormNode *target = resolve (search, node, g_ptr_array_index (references, i));

      /* A whole group, or one around this very node, is never what decides. */
      if (target != NULL
          && (target->children == NULL || target->children->len == 0 || target->is_repeat))
        visit (search, target);
    }
}

static void
search_from (Search *search, PalFormNode *node)
{
  /* What decides on a group around it decides on it. */
  for (PalFormNode *around = node; around != NULL; around = around->parent)
    {
      visit_references (search, around, around->relevant);
      visit_references (search, around, around->readonly);
    }
  visit_references (search, node, node->required);
  visit_references (search, node, node->constraint);
  visit_references (search, node, node->calculate);
  visit_references (search, node, node->count);
}

/**
 * pal_handout_list_context:
 * @form: a questionnaire
 * @prefixes: (array zero-terminated=1): paths of what is handed out
 *
 * Returns: (transfer full) (element-type utf8): paths of what has to go along for reading
 */
GPtrArray *
pal_handout_list_context (PalForm *form, const char *const *prefixes)
{
  GPtrArray *nodes = pal_form_get_nodes (form);
  g_autofree char *general = g_strconcat (pal_form_get_root (form)->path, "/general", NULL);
  g_autoptr (GHashTable) visited = g_hash_table_new (NULL, NULL);
  Search search = { .form = form, .prefixes = prefixes, .visited = visited };
  PalFormNode *node;

  search.context = g_ptr_array_new_with_free_func (g_free);
  if (pal_form_find_node (form, general) != NULL)
    g_ptr_array_add (search.context, g_steal_pointer (&general));
  g_ptr_array_add (search.context, NULL);

  for (guint i = 0; i < nodes->len; i++)
    {
      node = g_ptr_array_index (nodes, i);
      if (pal_handout_is_in (node->path, prefixes))
        visit (&search, node);
    }
  while ((node = g_queue_pop_head (&search.waiting)) != NULL)
    search_from (&search, node);
  g_ptr_array_set_size (search.context, search.context->len - 1);

  return search.context;
}
