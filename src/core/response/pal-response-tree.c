// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* Nodes and rows. The record is built from the form's primary instance, node by node, because its
 * names lose the default namespace on the way (T13). */

static void
info_free (PalNodeInfo *info)
{
  g_free (info->row_id);
  g_free (info->whole_choice);
  g_free (info);
}

static void
attach_info (PalResponse *self, PalNode *node, PalDefinition *definition)
{
  PalNodeInfo *info = g_new0 (PalNodeInfo, 1);

  info->node = node;
  info->definition = definition;
  info->born = self->change;
  info->own_relevant = TRUE;
  info->constraint_holds = TRUE;
  info->type_fits = TRUE;
  info->is_empty = TRUE;
  info->public.relevant = TRUE;
  info->public.readonly = definition->public.calculate != NULL;
  node->data = info;
}

/* What surrounds a row decides on it, and its state must be right before anything is evaluated. */
static void
inherit (PalNode *node)
{
  PalNodeInfo *info = pal_node_info (node);
  PalNodeInfo *parent = node->parent != NULL ? pal_node_info (node->parent) : NULL;

  if (parent == NULL)
    return;
  info->public.relevant = parent->public.relevant;
  node->hidden = !info->public.relevant;
  info->public.locked = parent->public.locked;
  info->public.readonly = info->public.readonly || info->public.locked;
}

static void
set_leaf (PalNode *node, PalNode *prototype)
{
  g_autofree char *text = NULL;

  if (prototype->first_child == NULL)
    return;
  text = g_strstrip (pal_node_dup_text (prototype));
  if (*text == '\0')
    return;
  pal_node_set_text (node, text);
  pal_node_info (node)->is_empty = FALSE;
  pal_node_info (node)->type_fits = pal_response_fits_type (pal_node_info (node)->definition, text);
}

static void
copy_attributes (PalResponse *self, PalNode *node, PalNode *prototype)
{
  for (PalNode *attribute = prototype->first_attribute; attribute != NULL;
       attribute = attribute->next)
    {
      PalNode *copy;

      if (attribute->uri == g_intern_static_string (PAL_NS_JR)
          && strcmp (attribute->local, "template") == 0)
        continue;
      copy = pal_node_set_attribute (node, attribute->local, attribute->prefix, attribute->uri,
                                     attribute->value);
      if (attribute->data != NULL)
        {
          attach_info (self, copy, attribute->data);
          pal_node_info (copy)->is_empty = *attribute->value == '\0';
        }
    }
}

/* with_rows: the rows that stand in the definition come along. */
static PalNode *
build (PalResponse *self, PalNode *prototype, PalNode *parent, gboolean with_rows)
{
  PalDefinition *definition = prototype->data;
  PalNode *node = pal_node_new_interned (self->document, PAL_NODE_ELEMENT, definition->public.local,
                                         definition->prefix, definition->uri);

  attach_info (self, node, definition);
  if (parent != NULL)
    pal_node_append (parent, node);
  copy_attributes (self, node, prototype);
  if (definition->is_leaf)
    set_leaf (node, prototype);
  for (PalNode *child = prototype->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT || child->is_template)
        continue;
      if (!with_rows && ((PalDefinition *) child->data)->public.is_repeat)
        continue;
      build (self, child, node, with_rows);
    }
  return node;
}

static void
register_single_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  PalDefinition *definition = pal_node_info (node)->definition;

  if (!definition->is_multiple)
    self->singles[definition->public.index] = node;
}

/* Rows by id: one id names one row of a repeat in one parent. */
static guint
row_hash (gconstpointer key)
{
  const PalNodeInfo *info = key;

  return g_str_hash (info->row_id) ^ g_direct_hash (info->node->parent)
         ^ g_direct_hash (info->definition);
}

static gboolean
row_equal (gconstpointer a, gconstpointer b)
{
  const PalNodeInfo *first = a;
  const PalNodeInfo *second = b;

  return first->definition == second->definition && first->node->parent == second->node->parent
         && strcmp (first->row_id, second->row_id) == 0;
}

/* Only a row of which somebody has asked the id is found. */
PalNode *
pal_response_find_row_by_id (PalResponse *self, PalDefinition *repeat, PalNode *parent,
                             const char *id)
{
  PalNode place = { .parent = parent };
  PalNodeInfo wanted = { .node = &place, .definition = repeat, .row_id = (char *) id };
  PalNodeInfo *found = g_hash_table_lookup (self->row_ids, &wanted);

  return found != NULL ? found->node : NULL;
}

void
pal_response_build (PalResponse *self, gboolean with_rows)
{
  self->document = pal_document_new ();
  self->root = build (self, self->form->primary, NULL, with_rows);
  pal_node_append (pal_document_get_root (self->document), self->root);
  self->singles = g_new0 (PalNode *, self->form->nodes->len);
  self->row_ids = g_hash_table_new (row_hash, row_equal);
  pal_response_foreach_below (self, self->root, register_single_cb, NULL);
}

/* The node of the record around a node: never the document. */
PalNode *
pal_response_get_parent (PalNode *node)
{
  return node->parent != NULL && node->parent->data != NULL ? node->parent : NULL;
}

/* The row around node of the level-th repeat from outside; the root for level 0. */
PalNode *
pal_response_enclosing_row (PalNode *node, guint level)
{
  for (PalNode *ancestor = node; ancestor != NULL; ancestor = pal_response_get_parent (ancestor))
    {
      PalDefinition *definition = pal_node_info (ancestor)->definition;

      if (level == 0)
        {
          if (definition->public.parent == NULL)
            return ancestor;
        }
      else if (definition->public.is_repeat && definition->n_repeats == level)
        return ancestor;
    }
  return NULL;
}

void
pal_response_foreach_below (PalResponse *self, PalNode *node, PalNodeFunc func, gpointer user_data)
{
  if (node->data == NULL)
    return;
  func (self, node, user_data);
  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    {
      if (attribute->data != NULL)
        func (self, attribute, user_data);
    }
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    pal_response_foreach_below (self, child, func, user_data);
}

static void
foreach_down (PalResponse *self, PalDefinition **way, guint n_way, PalNode *node, PalNodeFunc func,
              gpointer user_data)
{
  PalNode *next;

  if (n_way == 0)
    {
      func (self, node, user_data);
      return;
    }
  if (way[0]->public.is_attribute)
    {
      next = pal_node_get_attribute_node (node, way[0]->public.local, way[0]->uri);
      if (next != NULL && next->data != NULL)
        func (self, next, user_data);
      return;
    }
  for (PalNode *child = pal_node_find_nth_child (node, way[0]->public.local, way[0]->uri, 1);
       child != NULL; child = next)
    {
      next = way[0]->is_multiple ? pal_node_next_named (child) : NULL;
      foreach_down (self, way + 1, n_way - 1, child, func, user_data);
    }
}

/* All nodes of a definition below (or at) anchor, a node of a definition around it. */
void
pal_response_foreach (PalResponse *self, PalDefinition *definition, PalNode *anchor,
                      PalNodeFunc func, gpointer user_data)
{
  PalDefinition *top = pal_node_info (anchor)->definition;
  PalDefinition *way[PAL_FORM_MAX_INSTANCE_DEPTH];
  guint n_way = 0;

  if (self->singles[definition->public.index] != NULL)
    {
      func (self, self->singles[definition->public.index], user_data);
      return;
    }
  for (PalFormNode *node = &definition->public; node != NULL && node != &top->public;
       node = node->parent)
    {
      if (n_way == G_N_ELEMENTS (way))
        return;
      way[G_N_ELEMENTS (way) - ++n_way] = pal_definition (node);
    }
  foreach_down (self, way + G_N_ELEMENTS (way) - n_way, n_way, anchor, func, user_data);
}

/* Where the rows of a repeat end, or would stand, among the children of parent: the node before
 * which a new last row goes. */
PalNode *
pal_response_find_place (PalDefinition *repeat, PalNode *parent)
{
  PalNode *first;
  guint n_rows = pal_node_count_named (parent, repeat->public.local, repeat->uri, &first);
  GPtrArray *siblings = repeat->public.parent->children;
  gboolean is_behind = FALSE;

  if (n_rows > 0)
    return pal_node_find_nth_child (parent, repeat->public.local, repeat->uri, n_rows)->next;
  for (guint i = 0; i < siblings->len; i++)
    {
      PalDefinition *sibling = g_ptr_array_index (siblings, i);

      if (sibling == repeat)
        is_behind = TRUE;
      else if (is_behind && !sibling->public.is_attribute)
        {
          PalNode *node = pal_node_find_nth_child (parent, sibling->public.local, sibling->uri, 1);

          if (node != NULL)
            return node;
        }
    }
  return NULL;
}

static void
inherit_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  inherit (node);
}

static PalNode *
find_id_leaf (PalNode *row)
{
  PalNode *leaf = pal_node_find_child (row, "_id", NULL);

  return leaf != NULL && leaf->data != NULL && pal_node_info (leaf)->definition->is_leaf ? leaf
                                                                                         : NULL;
}

/* before: (nullable): a row, or what follows the last one. row_id: (nullable): when it is known. */
PalNode *
pal_response_insert_row (PalResponse *self, PalDefinition *repeat, PalNode *parent, PalNode *before,
                         const char *row_id)
{
  PalNode *row = build (self, repeat->prototype, NULL, FALSE);

  pal_node_insert_before (parent, row, before);
  pal_response_foreach_below (self, row, inherit_cb, NULL);
  if (row_id != NULL)
    {
      PalNode *leaf = find_id_leaf (row);

      pal_node_info (row)->row_id = g_strdup (row_id);
      g_hash_table_add (self->row_ids, pal_node_info (row));
      if (leaf != NULL)
        {
          pal_node_set_text (leaf, row_id);
          pal_node_info (leaf)->is_empty = FALSE;
        }
    }
  return row;
}

guint
pal_response_count_rows (PalResponse *self, PalDefinition *repeat, PalNode *parent)
{
  PalNode *first;

  return pal_node_count_named (parent, repeat->public.local, repeat->uri, &first);
}

/* The node in which the rows of a repeat stand that context is in, or is nearest to. */
PalNode *
pal_response_find_row_parent (PalResponse *self, PalFormNode *repeat, PalNode *context)
{
  return pal_response_find_definition (self, repeat->parent, context);
}

void
pal_response_note_rows (PalResponse *self, PalFormNode *repeat, PalNode *parent)
{
  PalRowsChanged changed = { repeat, parent };

  for (guint i = 0; i < self->rows_changed->len; i++)
    {
      PalRowsChanged *known = &g_array_index (self->rows_changed, PalRowsChanged, i);

      if (known->repeat == repeat && known->parent == parent)
        return;
    }
  g_array_append_val (self->rows_changed, changed);
}

static void
mark_gone_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  PalNodeInfo *info = pal_node_info (node);

  info->is_gone = TRUE;
  if (info->row_id != NULL)
    g_hash_table_remove (self->row_ids, info);
  pal_response_forget_shown (self, node);
  if (info->public.violation != PAL_VIOLATION_NONE)
    {
      info->public.violation = PAL_VIOLATION_NONE;
      self->n_violated--;
    }
}

/* Takes a row out of the record; it is freed later, for somebody may be at work on it. */
void
pal_response_take_row (PalResponse *self, PalNode *row)
{
  pal_response_foreach_below (self, row, mark_gone_cb, NULL);
  pal_node_detach (row);
  g_ptr_array_add (self->gone, row);
}

static void
free_infos (PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    free_infos (child);
  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    g_clear_pointer ((PalNodeInfo **) &attribute->data, info_free);
  g_clear_pointer ((PalNodeInfo **) &node->data, info_free);
}

/* Frees rows that were taken. */
void
pal_response_bury (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      PalNode *row = g_ptr_array_index (rows, i);

      free_infos (row);
      pal_node_free (row);
    }
  g_ptr_array_set_size (rows, 0);
}

void
pal_response_free_tree (PalResponse *self)
{
  if (self->root != NULL)
    free_infos (self->root);
  self->root = NULL;
  g_clear_pointer (&self->document, pal_document_unref);
  g_clear_pointer (&self->singles, g_free);
  g_clear_pointer (&self->row_ids, g_hash_table_unref);
}

/* Public */

/**
 * pal_response_dup_rows:
 * @self: a response
 * @repeat: the definition of a repeat
 * @context: (nullable): a node of, or inside, the row of the parent; %NULL for the first
 *
 * Returns: (transfer container) (element-type PalNode): the rows in their order
 */
GPtrArray *
pal_response_dup_rows (PalResponse *self, PalFormNode *repeat, PalNode *context)
{
  GPtrArray *rows = g_ptr_array_new ();
  PalNode *parent;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), rows);
  g_return_val_if_fail (repeat != NULL && repeat->parent != NULL, rows);

  parent = pal_response_find_row_parent (self, repeat, context);
  if (parent == NULL)
    return rows;
  for (PalNode *row
       = pal_node_find_nth_child (parent, repeat->local, pal_definition (repeat)->uri, 1);
       row != NULL; row = pal_node_next_named (row))
    g_ptr_array_add (rows, row);
  return rows;
}

static gboolean
is_usable_id (const char *id)
{
  gboolean has_other = FALSE;

  for (const char *c = id; *c != '\0'; c++)
    {
      if (strchr ("[]/", *c) != NULL || (guchar) *c < 0x20)
        return FALSE;
      if (!g_ascii_isdigit (*c))
        has_other = TRUE;
    }
  return has_other;
}

/**
 * pal_response_get_row_id:
 * @self: a response
 * @row: a row
 *
 * The row's identity for as long as it exists: what its _id leaf held when it was first asked for,
 * else, or when another row beside it has that already, an id that the response makes.
 *
 * Returns: (transfer none): the id
 */
const char *
pal_response_get_row_id (PalResponse *self, PalNode *row)
{
  PalNodeInfo *info;
  PalNode *leaf;
  const char *value;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (row != NULL && row->data != NULL, NULL);

  info = pal_node_info (row);
  if (info->row_id != NULL)
    return info->row_id;
  leaf = find_id_leaf (row);
  value = leaf != NULL ? pal_node_peek_text (leaf) : NULL;
  if (value != NULL && is_usable_id (value)
      && pal_response_find_row_by_id (self, info->definition, row->parent, value) == NULL)
    info->row_id = g_strdup (value);
  else
    info->row_id = g_uuid_string_random ();
  /* A row that is gone, or only lent, is nowhere to be found. */
  if (row->in_document)
    g_hash_table_add (self->row_ids, info);
  return info->row_id;
}
