// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* Names of nodes: "/data/law[ROW]/title". */

static void
append_step (PalResponse *self, PalNode *node, GString *path)
{
  PalNode *parent = pal_response_get_parent (node);

  if (parent != NULL)
    append_step (self, parent, path);
  g_string_append (path, node->kind == PAL_NODE_ATTRIBUTE ? "/@" : "/");
  if (node->prefix != NULL)
    g_string_append_printf (path, "%s:", node->prefix);
  g_string_append (path, node->local);
  if (node->data == NULL || node->kind != PAL_NODE_ELEMENT)
    return;
  if (pal_node_info (node)->definition->public.is_repeat)
    g_string_append_printf (path, "[%s]", pal_response_get_row_id (self, node));
  else if (pal_node_info (node)->definition->is_multiple && parent != NULL)
    {
      /* Some forms have several nodes of one name without a repeat; the first has no number. */
      guint position = pal_node_get_position (node);

      if (position > 1)
        g_string_append_printf (path, "[%u]", position);
    }
}

/**
 * pal_response_dup_path:
 * @self: a response
 * @node: one of its nodes
 *
 * Returns: (transfer full): its path, with row ids
 */
char *
pal_response_dup_path (PalResponse *self, PalNode *node)
{
  GString *path;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (node != NULL, NULL);

  path = g_string_new (NULL);
  append_step (self, node, path);
  return g_string_free (path, FALSE);
}

static gboolean
is_position (const char *row, gsize length, guint *position)
{
  guint64 number = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (row[i]) || number > G_MAXUINT32)
        return FALSE;
      number = number * 10 + (guint64) (row[i] - '0');
    }
  *position = (guint) MIN (number, G_MAXUINT32);
  return length > 0;
}

static PalNode *
find_row (PalResponse *self, PalNode *parent, PalDefinition *definition, const char *row,
          gsize length)
{
  g_autofree char *wanted = NULL;
  PalNode *known;
  guint position;

  /* Some count from 0, and mean the first. */
  if (is_position (row, length, &position))
    return pal_node_find_nth_child (parent, definition->public.local, definition->uri,
                                    MAX (1, position));
  wanted = g_strndup (row, length);
  known = pal_response_find_row_by_id (self, definition, parent, wanted);
  /* While a log is read, every row has an id. */
  if (known != NULL || self->is_restoring)
    return known;
  for (PalNode *node
       = pal_node_find_nth_child (parent, definition->public.local, definition->uri, 1);
       node != NULL; node = pal_node_next_named (node))
    {
      if (strcmp (pal_response_get_row_id (self, node), wanted) == 0)
        return node;
    }
  return NULL;
}

/**
 * pal_response_find:
 * @self: a response
 * @path: "/data/law[ROW]/title", ROW a row id or a position of digits only, 1-based; without it
 *   the first row is meant
 *
 * Returns: (transfer none) (nullable): the node
 */
PalNode *
pal_response_find (PalResponse *self, const char *path)
{
  PalNode *node = NULL;
  PalFormNode *definition = NULL;
  const char *c = path;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (*c != '/')
    return NULL;
  while (*c == '/')
    {
      gsize length = strcspn (++c, "/[");
      g_autofree char *name = NULL;
      const char *close = NULL;

      if (length == 0)
        return NULL;
      if (definition == NULL)
        {
          name = g_strdup_printf ("/%.*s", (int) length, c);
          definition = pal_form_resolve_path (self->form, name, NULL, self->form->primary);
        }
      else
        {
          g_autofree char *written = g_strdup_printf ("%s/%.*s", definition->path, (int) length, c);
          PalFormNode *child = pal_form_find_node (self->form, written);

          name = g_strndup (c, length);
          definition = child != NULL ? child
                                     : pal_form_resolve_path (self->form, name, definition,
                                                              self->form->primary);
        }
      if (definition == NULL)
        return NULL;
      c += length;
      if (*c == '[')
        {
          close = strchr (c, ']');
          if (close == NULL)
            return NULL;
        }

      if (node == NULL)
        node = self->root;
      else if (definition->is_attribute)
        {
          node = pal_node_get_attribute_node (node, definition->local,
                                              pal_definition (definition)->uri);
          if (node != NULL && node->data == NULL)
            node = NULL;
        }
      else if (close != NULL)
        node = find_row (self, node, pal_definition (definition), c + 1, (gsize) (close - c - 1));
      else
        node = pal_node_find_nth_child (node, definition->local, pal_definition (definition)->uri,
                                        1);
      if (node == NULL)
        return NULL;
      if (close != NULL)
        c = close + 1;
    }
  return *c == '\0' ? node : NULL;
}

static PalNode *
step_down (PalNode *node, PalFormNode *definition)
{
  if (definition->is_attribute)
    {
      PalNode *attribute
          = pal_node_get_attribute_node (node, definition->local, pal_definition (definition)->uri);

      return attribute != NULL && attribute->data != NULL ? attribute : NULL;
    }
  return pal_node_find_nth_child (node, definition->local, pal_definition (definition)->uri, 1);
}

/**
 * pal_response_find_definition:
 * @self: a response
 * @def: a definition of its form
 * @context: (nullable): a node in the rows that are meant; %NULL for the first rows
 *
 * Returns: (transfer none) (nullable): the node of @def in the same rows as @context; %NULL when
 *   there is no row
 */
PalNode *
pal_response_find_definition (PalResponse *self, PalFormNode *def, PalNode *context)
{
  PalNode *node = context;
  PalNode *parent;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (def != NULL, NULL);

  if (self->singles[def->index] != NULL)
    return self->singles[def->index];
  for (; node != NULL; node = pal_response_get_parent (node))
    {
      PalDefinition *definition = node->data != NULL ? pal_node_info (node)->definition : NULL;

      if (definition == NULL)
        continue;
      if (&definition->public == def)
        return node;
      /* The nearest around both. */
      if (def->index > definition->public.index && def->index < definition->end)
        break;
    }
  if (node == NULL)
    node = self->root;
  if (&pal_node_info (node)->definition->public == def)
    return node;
  parent = &pal_node_info (node)->definition->public == def->parent
               ? node
               : pal_response_find_definition (self, def->parent, node);
  return parent != NULL ? step_down (parent, def) : NULL;
}

static gboolean
is_answerable (PalFormControl *control)
{
  return control->kind != PAL_CONTROL_GROUP && control->kind != PAL_CONTROL_REPEAT
         && control->node != NULL && control->node->calculate == NULL
         && pal_definition (control->node)->is_leaf;
}

static void
count_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  PalProgress *progress = user_data;
  PalNodeInfo *info = pal_node_info (node);

  if (!info->public.relevant || info->public.readonly)
    return;
  progress->questions++;
  if (!info->is_empty)
    progress->answered++;
  if (info->public.violation == PAL_VIOLATION_REQUIRED)
    progress->required_open++;
  else if (info->public.violation == PAL_VIOLATION_CONSTRAINT)
    progress->violated++;
}

static void
count_control (PalResponse *self, PalFormControl *control, PalProgress *progress)
{
  if (is_answerable (control))
    pal_response_foreach (self, pal_definition (control->node), self->root, count_cb, progress);
  for (guint i = 0; i < control->children->len; i++)
    count_control (self, g_ptr_array_index (control->children, i), progress);
}

/**
 * pal_response_count:
 * @self: a response
 * @below: (nullable): a control; %NULL for the whole form
 * @progress: (out caller-allocates): how far it is filled
 *
 * Counts the relevant questions that take an answer, in all rows, in and below a control.
 */
void
pal_response_count (PalResponse *self, PalFormControl *below, PalProgress *progress)
{
  g_return_if_fail (PAL_IS_RESPONSE (self));
  g_return_if_fail (progress != NULL);

  memset (progress, 0, sizeof *progress);
  if (below != NULL)
    {
      count_control (self, below, progress);
      return;
    }
  for (guint i = 0; i < self->form->controls->len; i++)
    count_control (self, g_ptr_array_index (self->form->controls, i), progress);
}

/**
 * pal_response_is_control_relevant:
 * @self: a response
 * @control: a control
 * @context: (nullable): a node in the rows that are meant
 *
 * Returns: whether the control is to be shown: its node is relevant or, when it has none, the node
 *   of the nearest control around it
 */
gboolean
pal_response_is_control_relevant (PalResponse *self, PalFormControl *control, PalNode *context)
{
  PalFormNode *definition;
  PalNode *node;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), FALSE);
  g_return_val_if_fail (control != NULL, FALSE);

  definition = pal_control (control)->context;
  node = pal_response_find_definition (self, definition, context);
  if (node != NULL)
    return pal_node_info (node)->public.relevant;
  if (!definition->is_repeat)
    return FALSE;
  /* It may have no row yet: then it is to be shown when a row would be. */
  node = pal_response_find_definition (self, definition->parent, context);
  return node != NULL && pal_response_is_repeat_relevant (self, pal_definition (definition), node);
}
