// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

/* To which definitions the paths of an expression lead, and through which rows. */

typedef struct
{
  PalFormNode *node; /* (nullable): NULL is the document itself */
  guint n_shared;
} Place;

typedef struct
{
  PalForm *form;
  PalFormNode *context;
  GPtrArray *unshared; /* (nullable): repeats that some predicate picks rows of */
  gboolean no_rows;    /* indexed-repeat(): its paths name other rows than our own */
} Walk;

static gboolean
is_ancestor_or_self (PalFormNode *ancestor, PalFormNode *node)
{
  return node->index >= ancestor->index && node->index < pal_definition (ancestor)->end;
}

/* An absolute path means our own row of a repeat around us (T6), as long as it passes through and
 * no predicate says which row. */
static guint
shared_after (Walk *walk, PalExprReference *ref, guint i, Place from, PalFormNode *to)
{
  PalExprStep *step = &g_array_index (ref->steps, PalExprStep, i);

  if (!to->is_repeat)
    return from.n_shared;
  if (ref->base != PAL_EXPR_BASE_ROOT || i + 1 == ref->steps->len || step->has_predicate
      || walk->no_rows)
    return from.n_shared;
  /* Nothing is around the count of a repeat that is the root. */
  if (walk->context == NULL || !is_ancestor_or_self (to, walk->context)
      || from.n_shared != pal_definition (to)->n_repeats - 1)
    return from.n_shared;
  if (walk->unshared != NULL && g_ptr_array_find (walk->unshared, to, NULL))
    return from.n_shared;
  return pal_definition (to)->n_repeats;
}

static void
add_place (GArray *places, PalFormNode *node, guint n_shared)
{
  Place place = { node, n_shared };

  g_array_append_val (places, place);
}

static void
step_to_children (Walk *walk, PalExprReference *ref, guint i, Place from, GArray *to)
{
  PalExprStep *step = &g_array_index (ref->steps, PalExprStep, i);
  gboolean is_attribute = step->kind == PAL_EXPR_STEP_ATTRIBUTE;

  if (from.node == NULL)
    {
      PalFormNode *root = walk->form->root;

      if (!is_attribute
          && (step->local == NULL
              || (step->local == root->local && step->uri == pal_definition (root)->uri)))
        add_place (to, root, 0);
      return;
    }
  if (step->local != NULL)
    {
      PalFormNode *child = pal_form_find_child (from.node, step->local, step->uri, is_attribute);

      if (child != NULL)
        add_place (to, child, shared_after (walk, ref, i, from, child));
      return;
    }
  for (guint j = 0; j < from.node->children->len; j++)
    {
      PalFormNode *child = g_ptr_array_index (from.node->children, j);

      if (child->is_attribute == is_attribute)
        add_place (to, child, shared_after (walk, ref, i, from, child));
    }
}

static void
step_to_descendants (Walk *walk, PalExprStep *step, Place from, GArray *to)
{
  guint start = from.node != NULL ? from.node->index : 0;
  guint end = from.node != NULL ? pal_definition (from.node)->end : walk->form->nodes->len;

  if (from.node == NULL && step->local == NULL)
    add_place (to, NULL, 0);
  for (guint i = start; i < end; i++)
    {
      PalFormNode *node = g_ptr_array_index (walk->form->nodes, i);

      if (step->local == NULL || step->local == node->local)
        add_place (to, node, from.n_shared);
    }
}

/* Another axis may lead anywhere near: everything below the parent is meant. */
static void
step_nearby (Walk *walk, Place from, GArray *to)
{
  PalFormNode *near
      = from.node != NULL && from.node->parent != NULL ? from.node->parent : walk->form->root;

  for (guint i = near->index; i < pal_definition (near)->end; i++)
    add_place (to, g_ptr_array_index (walk->form->nodes, i), 0);
}

static void
take_step (Walk *walk, PalExprReference *ref, guint i, Place from, GArray *to, gboolean *is_weak)
{
  PalExprStep *step = &g_array_index (ref->steps, PalExprStep, i);

  switch (step->kind)
    {
    case PAL_EXPR_STEP_CHILD:
    case PAL_EXPR_STEP_ATTRIBUTE:
      step_to_children (walk, ref, i, from, to);
      break;
    case PAL_EXPR_STEP_PARENT:
      if (from.node != NULL)
        add_place (to, from.node->parent,
                   MIN (from.n_shared, pal_form_count_repeats (from.node->parent)));
      break;
    case PAL_EXPR_STEP_DESCENDANT:
      step_to_descendants (walk, step, from, to);
      break;
    case PAL_EXPR_STEP_OTHER:
      *is_weak = TRUE;
      step_nearby (walk, from, to);
      break;
    }
}

gboolean
pal_form_is_primary (PalForm *form, PalExprReference *ref)
{
  return ref->base != PAL_EXPR_BASE_INSTANCE
         || (form->primary_id != NULL && g_strcmp0 (ref->instance_id, form->primary_id) == 0);
}

/* FALSE when it leads nowhere. */
static gboolean
visit_reference (Walk *walk, PalExprReference *ref, PalReferenceFunc func, gpointer user_data)
{
  g_autoptr (GArray) places = g_array_sized_new (FALSE, FALSE, sizeof (Place), 1);
  gboolean is_weak = FALSE;
  gboolean is_many = FALSE;

  if (ref->base == PAL_EXPR_BASE_CONTEXT)
    add_place (places, walk->context, walk->no_rows ? 0 : pal_form_count_repeats (walk->context));
  else
    add_place (places, NULL, 0);

  for (guint i = 0; i < ref->steps->len; i++)
    {
      PalExprStep *step = &g_array_index (ref->steps, PalExprStep, i);
      g_autoptr (GArray) next = g_array_sized_new (FALSE, FALSE, sizeof (Place), places->len);

      if (step->kind != PAL_EXPR_STEP_PARENT && step->local == NULL)
        is_many = TRUE;
      for (guint j = 0; j < places->len; j++)
        take_step (walk, ref, i, g_array_index (places, Place, j), next, &is_weak);
      g_array_unref (places);
      places = g_steal_pointer (&next);
    }

  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      /* Of many, oneself is not meant: count(../ *) counts, it does not read. */
      if (func != NULL && place->node != NULL && !(is_many && place->node == walk->context))
        func (place->node, place->n_shared, is_weak, user_data);
    }
  return places->len > 0;
}

/* Repeats whose rows are picked by a predicate somewhere in the expression: a path that only the
 * predicate holds looks like one that passes through plainly. */
static void
note_picked_repeat_cb (PalFormNode *target, guint n_shared, gboolean is_weak, gpointer user_data)
{
  GPtrArray *picked = user_data;

  if (target->is_repeat)
    g_ptr_array_add (picked, target);
}

static GPtrArray *
find_picked_repeats (Walk *walk, GPtrArray *references)
{
  g_autoptr (GPtrArray) picked = g_ptr_array_new ();

  for (guint i = 0; i < references->len; i++)
    {
      PalExprReference *ref = g_ptr_array_index (references, i);

      if (ref->is_plain || !pal_form_is_primary (walk->form, ref))
        continue;
      for (guint j = 0; j < ref->steps->len; j++)
        {
          PalExprReference head = *ref;

          if (!g_array_index (ref->steps, PalExprStep, j).has_predicate)
            continue;
          head.steps = g_array_new (FALSE, FALSE, sizeof (PalExprStep));
          g_array_append_vals (head.steps, ref->steps->data, j + 1);
          visit_reference (walk, &head, note_picked_repeat_cb, picked);
          g_array_unref (head.steps);
        }
    }
  return picked->len > 0 ? g_steal_pointer (&picked) : NULL;
}

gboolean
pal_form_visit_references (PalForm *self, PalExpr *expr, PalFormNode *context,
                           PalReferenceFunc func, gpointer user_data, PalExprReference **unresolved)
{
  GPtrArray *references = pal_expr_get_references (expr);
  Walk walk = { self, context, NULL, FALSE };
  g_autoptr (GPtrArray) picked = NULL;
  gboolean all = TRUE;

  if (references == NULL || references->len == 0)
    return TRUE;
  walk.no_rows = strstr (pal_expr_get_source (expr), "indexed-repeat") != NULL;
  if (context != NULL && pal_definition (context)->n_repeats > 0)
    walk.unshared = picked = find_picked_repeats (&walk, references);

  for (guint i = 0; i < references->len; i++)
    {
      PalExprReference *ref = g_ptr_array_index (references, i);

      if (!pal_form_is_primary (self, ref))
        continue;
      if (!visit_reference (&walk, ref, func, user_data) && all)
        {
          all = FALSE;
          if (unresolved != NULL)
            *unresolved = ref;
        }
    }
  return all;
}

/* The same of an expression on an item of a list: it may be in any row. */
void
pal_form_visit_item_references (PalForm *self, PalExpr *expr, PalFormNode *item,
                                PalReferenceFunc func, gpointer user_data)
{
  GPtrArray *references = pal_expr_get_references (expr);
  Walk walk = { self, item, NULL, TRUE };

  for (guint i = 0; references != NULL && i < references->len; i++)
    visit_reference (&walk, g_ptr_array_index (references, i), func, user_data);
}
