// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* Choices: static items, or nodes of a list that an expression selects. */

/**
 * pal_choice_free:
 * @choice: (nullable): a choice
 */
void
pal_choice_free (PalChoice *choice)
{
  if (choice == NULL)
    return;
  g_free (choice->value);
  g_free (choice->label);
  g_free (choice);
}

static char *
dup_item_label (PalResponse *self, PalItem *item, PalNode *node)
{
  g_autofree char *marked = pal_text_is_there (&item->label)
                                ? pal_response_resolve_text (self, &item->label, node)
                                : NULL;

  return pal_form_strip_markup (marked != NULL ? marked : item->value);
}

/* The label of a node of an itemset; its value stands in for one that is missing. */
static char *
dup_node_label (PalResponse *self, PalControl *control, PalNode *item, const char *value)
{
  g_autofree char *text = NULL;

  if (control->item_label != NULL)
    text = pal_expr_evaluate_string (control->item_label, &self->scope, item, NULL);
  if (text != NULL && control->label_is_itext)
    {
      char *translated = pal_response_itext (self, text, NULL, self->root);

      if (translated != NULL)
        {
          g_free (text);
          text = translated;
        }
    }
  return pal_form_strip_markup (text != NULL && *text != '\0' ? text : value);
}

static GPtrArray *
select_items (PalResponse *self, PalControl *control, PalNode *node)
{
  g_auto (PalValue) value = { 0 };
  g_autoptr (GError) error = NULL;

  if (!pal_expr_evaluate (control->itemset, &self->scope, node, &value, &error))
    {
      g_debug ("choices of %s: %s", control->context->path, error->message);
      return NULL;
    }
  return value.kind == PAL_VALUE_NODES ? g_steal_pointer (&value.nodes) : NULL;
}

static PalNode *
context_of (PalResponse *self, PalControl *control, PalNode *node)
{
  PalNode *context = pal_response_find_definition (self, control->context, node);

  return context != NULL ? context : self->root;
}

static GPtrArray *
gather_choices (PalResponse *self, PalControl *control, PalNode *context)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_choice_free);
  g_autoptr (GPtrArray) nodes = NULL;

  for (guint i = 0; control->items != NULL && i < control->items->len; i++)
    {
      PalItem *item = g_ptr_array_index (control->items, i);
      PalChoice *choice = g_new0 (PalChoice, 1);

      choice->value = g_strdup (item->value);
      choice->label = dup_item_label (self, item, context);
      g_ptr_array_add (choices, choice);
    }
  if (control->itemset == NULL || control->item_value == NULL)
    return choices;
  nodes = select_items (self, control, context);
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      PalNode *item = g_ptr_array_index (nodes, i);
      g_autofree char *value
          = pal_expr_evaluate_string (control->item_value, &self->scope, item, NULL);
      PalChoice *choice;

      /* Without a value it cannot be chosen. */
      if (value == NULL || *value == '\0')
        continue;
      choice = g_new0 (PalChoice, 1);
      choice->label = dup_node_label (self, control, item, value);
      choice->value = g_steal_pointer (&value);
      g_ptr_array_add (choices, choice);
    }
  return choices;
}

guint
pal_response_hash_choices (GPtrArray *choices)
{
  guint hash = choices->len;

  for (guint i = 0; i < choices->len; i++)
    {
      PalChoice *choice = g_ptr_array_index (choices, i);

      hash = (hash * 31 + g_str_hash (choice->value)) * 31;
      hash += choice->label != NULL ? g_str_hash (choice->label) : 0;
    }
  return hash;
}

/**
 * pal_response_dup_choices:
 * @self: a response
 * @control: a select or a rank
 * @node: (nullable): its node, or any node in the same rows
 *
 * Returns: (transfer full) (element-type PalChoice): what is on offer, in order
 */
GPtrArray *
pal_response_dup_choices (PalResponse *self, PalFormControl *control, PalNode *node)
{
  PalControl *own = pal_control (control);
  GPtrArray *choices;
  PalNode *context;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (control != NULL, NULL);

  context = context_of (self, own, node);
  choices = gather_choices (self, own, context);
  if (own->context->index == pal_node_info (context)->definition->public.index
      && pal_node_info (context)->definition->slots[PAL_SLOT_CHOICES] >= 0)
    pal_response_note_shown (self, context, control, PAL_SHOWN_CHOICES,
                             pal_response_hash_choices (choices));
  return choices;
}

/**
 * pal_response_dup_choice_label:
 * @self: a response
 * @control: a select or a rank
 * @node: (nullable): its node, or any node in the same rows
 * @value: one of its values
 *
 * Returns: (transfer full) (nullable): the label in the active language; %NULL when the value is
 *   not on offer
 */
char *
pal_response_dup_choice_label (PalResponse *self, PalFormControl *control, PalNode *node,
                               const char *value)
{
  PalControl *own = pal_control (control);
  PalNode *context;
  g_autoptr (GPtrArray) nodes = NULL;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (control != NULL, NULL);
  g_return_val_if_fail (value != NULL, NULL);

  context = context_of (self, own, node);
  for (guint i = 0; own->items != NULL && i < own->items->len; i++)
    {
      PalItem *item = g_ptr_array_index (own->items, i);

      if (strcmp (item->value, value) == 0)
        return dup_item_label (self, item, context);
    }
  if (own->itemset == NULL || own->item_value == NULL)
    return NULL;
  nodes = select_items (self, own, context);
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      PalNode *item = g_ptr_array_index (nodes, i);
      g_autofree char *own_value
          = pal_expr_evaluate_string (own->item_value, &self->scope, item, NULL);

      if (g_strcmp0 (own_value, value) == 0)
        return dup_node_label (self, own, item, value);
    }
  return NULL;
}

/* A list has changed under an answer: what is no longer on offer is dropped, as other engines do
 * it, and comes back when it is on offer again before somebody answered anew: a slip further up
 * must not cost anything. Not while a record is opened, not from a list that is not there, and not
 * while the question is not asked: an answer must come back with its question. */

void
pal_response_review (PalResponse *self, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  PalFormControl *control = info->definition->public.control;

  if (self->is_loading || info->is_reviewed || (info->is_empty && info->whole_choice == NULL)
      || control == NULL || pal_control (control)->itemset == NULL)
    return;
  info->is_reviewed = TRUE;
  g_ptr_array_add (self->reviewed, node);
}

static gboolean
uses_absent_list (PalResponse *self, PalExpr *itemset)
{
  GPtrArray *references = pal_expr_get_references (itemset);

  for (guint i = 0; references != NULL && i < references->len; i++)
    {
      PalExprReference *ref = g_ptr_array_index (references, i);
      PalInstance *instance = ref->instance_id != NULL
                                  ? g_hash_table_lookup (self->form->instances, ref->instance_id)
                                  : NULL;

      if (instance != NULL && instance->is_absent)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_on_offer (GPtrArray *choices, const char *value)
{
  for (guint i = 0; i < choices->len; i++)
    {
      if (strcmp (((PalChoice *) g_ptr_array_index (choices, i))->value, value) == 0)
        return TRUE;
    }
  return FALSE;
}

static char *
dup_kept (PalFormControl *control, GPtrArray *choices, const char *value)
{
  g_auto (GStrv) words = NULL;
  GString *kept;

  if (control->kind == PAL_CONTROL_SELECT_ONE)
    return g_strdup (is_on_offer (choices, value) ? value : "");
  words = g_strsplit_set (value, " \t\r\n", -1);
  kept = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0' || !is_on_offer (choices, words[i]))
        continue;
      if (kept->len > 0)
        g_string_append_c (kept, ' ');
      g_string_append (kept, words[i]);
    }
  return g_string_free (kept, FALSE);
}

static gboolean
drop_choices_of (PalResponse *self, PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  PalFormControl *control = info->definition->public.control;
  g_autoptr (GPtrArray) choices = NULL;
  g_autofree char *old = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *kept = NULL;

  if (!info->public.relevant || uses_absent_list (self, pal_control (control)->itemset))
    return FALSE;
  choices = gather_choices (self, pal_control (control), node);
  old = g_strdup (pal_response_get_value (self, node));
  whole = g_strdup (info->whole_choice != NULL ? info->whole_choice : old);
  kept = dup_kept (control, choices, whole);
  if (strcmp (old, kept) == 0)
    return FALSE;
  pal_response_store (self, node, kept);
  info->whole_choice = g_steal_pointer (&whole);
  pal_response_emit_value (self, node, old, kept, FALSE);
  return TRUE;
}

/* TRUE when something was dropped. */
gboolean
pal_response_drop_choices (PalResponse *self)
{
  g_autoptr (GPtrArray) reviewed = g_steal_pointer (&self->reviewed);
  gboolean any = FALSE;

  self->reviewed = g_ptr_array_new ();
  for (guint i = 0; i < reviewed->len; i++)
    {
      PalNode *node = g_ptr_array_index (reviewed, i);
      PalNodeInfo *info = pal_node_info (node);

      info->is_reviewed = FALSE;
      if (!info->is_gone && drop_choices_of (self, node))
        any = TRUE;
    }
  return any;
}

/* jr:choice-name (value, '/data/question') */
char *
pal_response_choice_label_cb (PalExprScope *scope, PalNode *context, const char *value,
                              const char *path)
{
  PalResponse *self = scope->user_data;
  PalFormNode *from = context->data != NULL ? &pal_node_info (context)->definition->public : NULL;
  PalFormNode *definition = pal_form_resolve_path (self->form, path, from, self->form->primary);
  char *label;

  if (definition == NULL || definition->control == NULL || !pal_response_look_begin (self))
    return NULL;
  label = pal_response_dup_choice_label (self, definition->control,
                                         context->data != NULL ? context : NULL, value);
  pal_response_look_end (self);
  return label;
}

/* pulldata () asks for one row of a long list, often: the list is indexed by the column that is
 * asked for, once. */

static PalNode *
find_cell (PalNode *item, const char *column)
{
  return pal_node_find_child (item, column, NULL);
}

static GHashTable *
index_instance (PalInstance *instance, const char *column)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (PalNode *item = instance->root->first_child; item != NULL; item = item->next)
    {
      PalNode *cell = item->kind == PAL_NODE_ELEMENT ? find_cell (item, column) : NULL;
      char *key;

      if (cell == NULL)
        continue;
      key = pal_node_dup_text (cell);
      if (g_hash_table_contains (table, key))
        g_free (key);
      else
        g_hash_table_insert (table, key, item);
    }
  return table;
}

char *
pal_response_pulldata_cb (PalExprScope *scope, const char *instance, const char *column,
                          const char *key_column, const char *key)
{
  PalResponse *self = scope->user_data;
  PalInstance *found = g_hash_table_lookup (self->form->instances, instance);
  g_autofree char *name = NULL;
  GHashTable *table;
  PalNode *item;
  PalNode *cell;

  if (found == NULL)
    return NULL;
  name = g_strconcat (instance, "\001", key_column, NULL);
  table = g_hash_table_lookup (self->tables, name);
  if (table == NULL)
    {
      table = index_instance (found, key_column);
      g_hash_table_insert (self->tables, g_steal_pointer (&name), table);
    }
  item = g_hash_table_lookup (table, key);
  cell = item != NULL ? find_cell (item, column) : NULL;
  return cell != NULL ? pal_node_dup_text (cell) : NULL;
}
