// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* Recalculation. The form has put its slots in an order in which whatever a slot reads comes before
 * it (pal-form-graph.c). A change marks the slots that read it, on the nodes that are meant; then
 * the marked ones are evaluated once each, in that order. Only jr:count stands outside the order,
 * because rows that it makes bring new nodes for slots that are done: it is looked at when all else
 * is quiet, and if rows came or went, the round begins anew. */

#define MAX_BACKWARD 20000 /* evaluations out of order in one go, before we give up */
#define MAX_COUNT_ROUNDS                                                                           \
  64                      /* times that a jr:count may change in one go, by what it made itself    \
                           */
#define FED_ROUNDS 2      /* more changes than these are of its own making, */
#define FED_ROWS 1000     /* and end here */
#define MAX_NODES 2000000 /* of a record, before jr:count makes no more rows */

/* What waits */

static gboolean
pending_contains (GPtrArray *nodes, PalNode *node)
{
  return nodes != NULL && g_ptr_array_find (nodes, node, NULL);
}

void
pal_response_push (PalResponse *self, guint slot_index, PalNode *node)
{
  PalSlot *slot = pal_form_get_slot (self->form, slot_index);
  PalNodeInfo *info = pal_node_info (node);

  if (slot->kind >= PAL_SLOT_LABEL)
    {
      pal_response_mark (self, node);
      info->is_reworded = TRUE;
      if (slot->kind == PAL_SLOT_CHOICES)
        pal_response_review (self, node);
      return;
    }
  /* Several counted repeats may wait on one parent. */
  if (slot->kind == PAL_SLOT_COUNT)
    {
      if (pending_contains (self->pending[slot_index], node))
        return;
    }
  else
    {
      if ((info->dirty & (1u << slot->kind)) != 0
          || (slot_index == self->running_slot && node == self->running_node))
        return;
      if (self->running_slot != G_MAXUINT && slot_index <= self->running_slot
          && ++self->n_backward > MAX_BACKWARD)
        return;
      info->dirty |= (guint16) (1u << slot->kind);
    }

  if (self->pending[slot_index] == NULL)
    self->pending[slot_index] = g_ptr_array_new ();
  g_ptr_array_add (self->pending[slot_index], node);
  self->waiting[slot_index / 64] |= G_GUINT64_CONSTANT (1) << (slot_index % 64);
  self->first_waiting = MIN (self->first_waiting, slot_index / 64);
}

/* The node on which a slot waits: of jr:count it is the parent, for there may be no row. */
static PalDefinition *
slot_definition (PalSlot *slot)
{
  return pal_definition (slot->kind == PAL_SLOT_COUNT ? slot->node->parent : slot->node);
}

static void
push_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  pal_response_push (self, GPOINTER_TO_UINT (user_data), node);
}

static void
push_dependent (PalResponse *self, PalDependent *dependent, PalNode *node)
{
  PalDefinition *target = slot_definition (pal_form_get_slot (self->form, dependent->slot));
  PalNode *single = self->singles[target->public.index];
  PalNode *anchor;

  if (single != NULL)
    {
      pal_response_push (self, dependent->slot, single);
      return;
    }
  anchor = pal_response_enclosing_row (node, dependent->n_shared);
  if (anchor != NULL)
    pal_response_foreach (self, target, anchor, push_cb, GUINT_TO_POINTER (dependent->slot));
}

/* Everything that reads node waits from now on. */
void
pal_response_push_dependents (PalResponse *self, PalNode *node)
{
  GArray *dependents = pal_node_info (node)->definition->dependents;

  for (guint i = 0; dependents != NULL && i < dependents->len; i++)
    push_dependent (self, &g_array_index (dependents, PalDependent, i), node);
}

static void
push_own_slots_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  PalDefinition *definition = pal_node_info (node)->definition;

  for (guint i = 0; i < PAL_SLOT_COUNT; i++)
    {
      if (definition->slots[i] >= 0)
        pal_response_push (self, (guint) definition->slots[i], node);
    }
  for (guint i = 0; i < definition->public.children->len; i++)
    {
      PalDefinition *child = g_ptr_array_index (definition->public.children, i);

      if (child->slots[PAL_SLOT_COUNT] >= 0)
        pal_response_push (self, (guint) child->slots[PAL_SLOT_COUNT], node);
    }
  pal_response_refresh (self, pal_node_info (node));
}

void
pal_response_push_all (PalResponse *self)
{
  pal_response_foreach_below (self, self->root, push_own_slots_cb, NULL);
}

void
pal_response_push_row (PalResponse *self, PalNode *row)
{
  pal_response_foreach_below (self, row, push_own_slots_cb, NULL);
}

static void
push_slots_of_kind_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  const PalDependent *dependent = user_data;

  pal_response_push (self, dependent->slot, node);
}

static void
push_later_rows (PalResponse *self, PalDefinition *repeat, PalDependent *dependent, PalNode *from)
{
  PalDefinition *target = slot_definition (pal_form_get_slot (self->form, dependent->slot));

  if (target->public.index < repeat->public.index || target->public.index >= repeat->end)
    return;
  for (PalNode *row = from; row != NULL; row = pal_node_next_named (row))
    pal_response_foreach (self, target, row, push_slots_of_kind_cb, dependent);
}

/* "position() > 2" names no node, and yet it is about the rows. */
static void
push_places (PalResponse *self, PalDefinition *repeat, PalNode *parent)
{
  for (guint i = 0; i < PAL_SLOT_COUNT; i++)
    {
      int slot = repeat->slots[i];

      if (slot < 0 || !pal_form_get_slot (self->form, (guint) slot)->has_position)
        continue;
      for (PalNode *row = pal_node_find_nth_child (parent, repeat->public.local, repeat->uri, 1);
           row != NULL; row = pal_node_next_named (row))
        pal_response_push (self, (guint) slot, row);
    }
}

void
pal_response_push_rows (PalResponse *self, PalDefinition *repeat, PalNode *parent, PalNode *from)
{
  push_places (self, repeat, parent);
  for (guint i = repeat->public.index; i < repeat->end; i++)
    {
      GArray *dependents = pal_form_get_definition (self->form, i)->dependents;

      for (guint j = 0; dependents != NULL && j < dependents->len; j++)
        {
          PalDependent *dependent = &g_array_index (dependents, PalDependent, j);

          if (dependent->n_shared < repeat->n_repeats)
            push_dependent (self, dependent, parent);
          else if (i == repeat->public.index)
            push_later_rows (self, repeat, dependent, from);
        }
    }
}

/* All that speaks the form's language. */
void
pal_response_push_spoken (PalResponse *self)
{
  for (guint i = 0; i < self->form->slots->len; i++)
    {
      PalSlot *slot = pal_form_get_slot (self->form, i);

      if (slot->is_spoken)
        pal_response_foreach (self, slot_definition (slot), self->root, push_cb,
                              GUINT_TO_POINTER (i));
    }
}

/* State */

void
pal_response_mark (PalResponse *self, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  PalMark mark = { node, info->public, NULL };

  if (info->is_updated || self->is_loading || info->born == self->change)
    return;
  info->is_updated = TRUE;
  if (info->definition->is_leaf)
    mark.value = g_strdup (pal_response_get_value (self, node));
  g_array_append_val (self->marks, mark);
}

/* Works the violation out of what is known; marks nothing. */
void
pal_response_refresh (PalResponse *self, PalNodeInfo *info)
{
  PalViolation violation = PAL_VIOLATION_NONE;

  if (!info->public.relevant)
    ;
  else if (info->is_empty)
    {
      if (info->public.required && info->definition->is_leaf)
        violation = PAL_VIOLATION_REQUIRED;
    }
  else if (!info->constraint_holds || !info->type_fits)
    violation = PAL_VIOLATION_CONSTRAINT;

  if (violation == info->public.violation)
    return;
  if (info->public.violation == PAL_VIOLATION_NONE)
    self->n_violated++;
  else if (violation == PAL_VIOLATION_NONE)
    self->n_violated--;
  info->public.violation = violation;
}

/* A condition on a node means the node's value, read as its type has it, not that the node is
 * there: "relevant='/data/consent'" is false for a boolean of "0" (T10 is about functions). */
static gboolean
nodes_hold (GPtrArray *nodes)
{
  PalNode *node = nodes->len > 0 ? g_ptr_array_index (nodes, 0) : NULL;
  PalType type = PAL_TYPE_STRING;
  g_autofree char *text = NULL;
  char *end;
  double number;

  if (node == NULL)
    return FALSE;
  if (node->data != NULL)
    type = pal_node_info (node)->definition->public.type;
  text = g_strstrip (pal_node_dup_text (node));
  if (*text == '\0')
    return FALSE;
  if (type == PAL_TYPE_BOOLEAN)
    return strcmp (text, "true") == 0 || strcmp (text, "1") == 0;
  number = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0')
    return number != 0;
  return strcmp (text, "false") != 0;
}

gboolean
pal_response_condition (PalResponse *self, PalExpr *expr, PalNode *node, gboolean if_failed)
{
  g_auto (PalValue) value = { 0 };
  g_autoptr (GError) error = NULL;

  if (!pal_expr_evaluate (expr, &self->scope, node, &value, &error))
    {
      g_debug ("%s: %s", pal_node_info (node)->definition->public.path, error->message);
      return if_failed;
    }
  return value.kind == PAL_VALUE_NODES ? nodes_hold (value.nodes) : pal_value_to_boolean (&value);
}

static void
check_node (PalResponse *self, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  int slot = info->definition->slots[PAL_SLOT_CONSTRAINT];

  if (slot >= 0)
    pal_response_push (self, (guint) slot, node);
}

/* Stores a value and lets all that reads it wait. Tells nobody else. */
void
pal_response_store (PalResponse *self, PalNode *node, const char *value)
{
  PalNodeInfo *info = pal_node_info (node);

  pal_response_mark (self, node);
  pal_node_set_text (node, value);
  g_clear_pointer (&info->whole_choice, g_free);
  info->is_empty = *value == '\0';
  info->type_fits = info->is_empty || pal_response_fits_type (info->definition, value);
  pal_response_refresh (self, info);
  check_node (self, node);
  pal_response_push_dependents (self, node);
}

static void
apply_relevance (PalResponse *self, PalNode *node, gboolean around)
{
  PalNodeInfo *info = pal_node_info (node);
  gboolean relevant = around && info->own_relevant;

  if (info->public.relevant == relevant)
    return;
  pal_response_mark (self, node);
  info->public.relevant = relevant;
  node->hidden = !relevant;
  pal_response_refresh (self, info);
  pal_response_push_dependents (self, node);

  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    {
      if (attribute->data != NULL)
        apply_relevance (self, attribute, relevant);
    }
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->data != NULL)
        apply_relevance (self, child, relevant);
    }
}

static void
apply_readonly (PalResponse *self, PalNode *node, gboolean around)
{
  PalNodeInfo *info = pal_node_info (node);
  gboolean locked = around || info->own_readonly;

  if (info->public.locked == locked)
    return;
  pal_response_mark (self, node);
  info->public.locked = locked;
  info->public.readonly = locked || info->definition->public.calculate != NULL;
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->data != NULL)
        apply_readonly (self, child, locked);
    }
}

static gboolean
parent_is_relevant (PalNode *node)
{
  PalNode *parent = pal_response_get_parent (node);

  return parent == NULL || pal_node_info (parent)->public.relevant;
}

static gboolean
parent_is_locked (PalNode *node)
{
  PalNode *parent = pal_response_get_parent (node);

  return parent != NULL && pal_node_info (parent)->public.locked;
}

/* Evaluation */

static void
calculate (PalResponse *self, PalSlot *slot, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  g_auto (PalValue) value = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *old = pal_response_get_value (self, node);

  /* What was drawn once belongs to the record: opening it again must not draw anew. */
  if ((self->is_restoring || self->is_following) && slot->is_generator && !info->is_empty)
    return;
  if (!pal_expr_evaluate (slot->expr, &self->scope, node, &value, &error))
    {
      g_debug ("%s: %s", info->definition->public.path, error->message);
      text = g_strdup ("");
    }
  else
    text = pal_response_value_to_text (info->definition, &value);

  if (strcmp (old, text) == 0)
    return;
  if (slot->is_generator && !self->is_loading)
    {
      g_autofree char *kept = g_strdup (old);

      pal_response_store (self, node, text);
      pal_response_emit_value (self, node, kept, text, FALSE);
      return;
    }
  pal_response_store (self, node, text);
}

/* position() of a bind is the place among the nodes that it binds. */
static void
set_position (PalResponse *self, PalNode *node)
{
  PalDefinition *definition = pal_node_info (node)->definition;

  self->scope.position = pal_node_get_position (node);
  self->scope.size = pal_response_count_rows (self, definition, node->parent);
}

static void
evaluate (PalResponse *self, PalSlot *slot, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  gboolean result;

  if (slot->has_position && info->definition->is_multiple && node->kind == PAL_NODE_ELEMENT)
    set_position (self, node);
  switch (slot->kind)
    {
    case PAL_SLOT_CALCULATE:
      calculate (self, slot, node);
      break;
    case PAL_SLOT_RELEVANT:
      result = pal_response_condition (self, slot->expr, node, TRUE);
      if (info->own_relevant != result)
        {
          info->own_relevant = result;
          apply_relevance (self, node, parent_is_relevant (node));
        }
      break;
    case PAL_SLOT_READONLY:
      result = pal_response_condition (self, slot->expr, node, FALSE);
      if (info->own_readonly != result)
        {
          info->own_readonly = result;
          apply_readonly (self, node, parent_is_locked (node));
        }
      break;
    case PAL_SLOT_REQUIRED:
      result = pal_response_condition (self, slot->expr, node, FALSE);
      if (info->public.required != result)
        {
          pal_response_mark (self, node);
          info->public.required = result;
          pal_response_refresh (self, info);
        }
      break;
    case PAL_SLOT_CONSTRAINT:
      /* Never on an empty value (T9). */
      result = info->is_empty || pal_response_condition (self, slot->expr, node, FALSE);
      if (info->constraint_holds != result)
        {
          pal_response_mark (self, node);
          info->constraint_holds = result;
          pal_response_refresh (self, info);
        }
      break;
    case PAL_SLOT_COUNT:
    case PAL_SLOT_LABEL:
    case PAL_SLOT_CHOICES:
    case PAL_N_SLOT_KINDS:
      break;
    }
  self->scope.position = 0;
  self->scope.size = 0;
}

/* A repeat without rows has no node on which something could be evaluated: one is lent to it, which
 * knows its parent and is not among the parent's children. */
PalNode *
pal_response_lend_row (PalResponse *self, PalDefinition *repeat, PalNode *parent, PalNodeInfo *info)
{
  PalNode *lent
      = pal_node_new_element (self->document, repeat->public.local, repeat->prefix, repeat->uri);

  memset (info, 0, sizeof *info);
  info->node = lent;
  info->definition = repeat;
  lent->parent = parent;
  lent->data = info;
  return lent;
}

void
pal_response_take_back_row (PalNode *lent)
{
  lent->parent = NULL;
  lent->data = NULL;
  pal_node_free (lent);
}

/* Whether rows of a repeat would be relevant, when there is none yet. */
gboolean
pal_response_is_repeat_relevant (PalResponse *self, PalDefinition *repeat, PalNode *parent)
{
  PalNodeInfo info;
  PalNode *lent;
  gboolean result;

  if (!pal_node_info (parent)->public.relevant)
    return FALSE;
  if (repeat->public.relevant == NULL)
    return TRUE;
  lent = pal_response_lend_row (self, repeat, parent, &info);
  result = pal_response_condition (self, repeat->public.relevant, lent, TRUE);
  pal_response_take_back_row (lent);
  return result;
}

static guint
evaluate_count (PalResponse *self, PalSlot *slot, PalNode *parent)
{
  PalDefinition *repeat = pal_definition (slot->node);
  PalNodeInfo info;
  PalNode *lent = pal_response_lend_row (self, repeat, parent, &info);
  g_auto (PalValue) value = { 0 };
  g_autoptr (GError) error = NULL;
  double number = 0;

  if (!pal_expr_evaluate (slot->expr, &self->scope, slot->is_on_parent ? parent : lent, &value,
                          &error))
    g_debug ("%s: %s", repeat->public.path, error->message);
  else
    number = pal_value_to_number (&value);
  pal_response_take_back_row (lent);

  if (!(number > 0))
    return 0;
  return number > PAL_FORM_MAX_ROWS ? PAL_FORM_MAX_ROWS : (guint) number;
}

/* max: what it may grow to; a count that feeds itself must not reach the limit of an honest one. */
static void
settle_count (PalResponse *self, PalSlot *slot, PalNode *parent, guint max)
{
  PalDefinition *repeat = pal_definition (slot->node);
  guint wanted = evaluate_count (self, slot, parent);
  PalNode *row = pal_node_find_nth_child (parent, repeat->public.local, repeat->uri, 1);
  PalNode *before;
  guint n_rows = 0;
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();

  for (; row != NULL && n_rows < wanted; row = pal_node_next_named (row))
    n_rows++;
  if (row == NULL && (n_rows == wanted || n_rows >= max))
    return;
  if (row == NULL)
    wanted = MIN (wanted, max);

  if (row != NULL)
    {
      for (; row != NULL; row = pal_node_next_named (row))
        g_ptr_array_add (changed, row);
      for (guint i = changed->len; i > 0; i--)
        {
          row = g_ptr_array_index (changed, i - 1);
          pal_response_emit_row (self, PAL_EDIT_ROW_REMOVED, row, FALSE);
          pal_response_take_row (self, row);
        }
    }
  else
    {
      before = pal_response_find_place (repeat, parent);
      pal_response_hold_edits (self);
      for (; n_rows < wanted && pal_document_get_n_nodes (self->document) < MAX_NODES; n_rows++)
        {
          row = pal_response_insert_row (self, repeat, parent, before, NULL);
          pal_response_emit_row (self, PAL_EDIT_ROW_ADDED, row, FALSE);
          pal_response_run_row_event (self, row);
          pal_response_push_row (self, row);
        }
      pal_response_release_edits (self);
    }
  pal_response_push_rows (self, repeat, parent, NULL);
  pal_response_note_rows (self, &repeat->public, parent);
}

static gboolean
find_waiting (PalResponse *self, guint *slot)
{
  guint n_words = (self->form->slots->len + 63) / 64;

  for (guint i = self->first_waiting; i < n_words; i++)
    {
      if (self->waiting[i] != 0)
        {
          *slot = i * 64 + (guint) __builtin_ctzll (self->waiting[i]);
          self->first_waiting = i;
          return TRUE;
        }
    }
  self->first_waiting = n_words;
  return FALSE;
}

static void
clear_waiting (PalResponse *self, guint slot)
{
  self->waiting[slot / 64] &= ~(G_GUINT64_CONSTANT (1) << (slot % 64));
}

/* Slots in their order; jr:count stands behind them all, so it comes when the others are done. */
void
pal_response_settle (PalResponse *self)
{
  g_autofree guint8 *n_rounds = NULL; /* by slot */
  guint index;

  self->n_backward = 0;
  while (find_waiting (self, &index))
    {
      PalSlot *slot = pal_form_get_slot (self->form, index);
      GPtrArray *nodes = self->pending[index];

      clear_waiting (self, index);
      for (guint i = 0; i < nodes->len; i++)
        {
          PalNode *node = g_ptr_array_index (nodes, i);
          PalNodeInfo *info = pal_node_info (node);

          if (slot->kind == PAL_SLOT_COUNT)
            continue;
          info->dirty &= (guint16) ~(1u << slot->kind);
          if (info->is_gone)
            continue;
          self->running_slot = index;
          self->running_node = node;
          evaluate (self, slot, node);
        }
      self->running_slot = G_MAXUINT;
      self->running_node = NULL;

      if (slot->kind != PAL_SLOT_COUNT)
        {
          /* It may have been marked again meanwhile: those stand in the same list, done too. */
          clear_waiting (self, index);
          g_ptr_array_set_size (nodes, 0);
          continue;
        }
      {
        g_autoptr (GPtrArray) parents = g_steal_pointer (&self->pending[index]);

        if (n_rounds == NULL)
          n_rounds = g_new0 (guint8, self->form->slots->len);
        if (n_rounds[index] == MAX_COUNT_ROUNDS)
          continue;
        n_rounds[index]++;
        for (guint i = 0; i < parents->len; i++)
          {
            PalNode *parent = g_ptr_array_index (parents, i);

            if (!pal_node_info (parent)->is_gone)
              settle_count (self, slot, parent,
                            n_rounds[index] > FED_ROUNDS ? FED_ROWS : PAL_FORM_MAX_ROWS);
          }
      }
    }
  if (self->n_backward > MAX_BACKWARD)
    g_info ("%s: an expression with an unusual axis does not come to rest",
            pal_form_get_id (self->form));
}
