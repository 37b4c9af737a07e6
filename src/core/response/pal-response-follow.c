// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* What the log says already, shown in a record that is open: after an undo, or when something was
 * brought in. Nothing of it is an edit. */

/**
 * pal_response_follow_begin:
 * @self: a response
 *
 * Begins to show changes that are in the log already. They are calculated and told of together, at
 * pal_response_follow_end(); no event runs for them, and "edit" is emitted only for what the form
 * itself makes of them then.
 */
void
pal_response_follow_begin (PalResponse *self)
{
  g_return_if_fail (PAL_IS_RESPONSE (self) && !self->is_following);

  self->is_following = TRUE;
  pal_response_begin (self);
}

/**
 * pal_response_follow_end:
 * @self: a response after follow_begin
 *
 * Calculates what follows, and tells.
 */
void
pal_response_follow_end (PalResponse *self)
{
  g_return_if_fail (PAL_IS_RESPONSE (self) && self->is_following);

  pal_response_settle (self);
  self->is_following = FALSE;
  pal_response_end (self);
}

/* before_id: (nullable): of the row behind which it goes; NULL: it is the first. */
static PalNode *
find_place (PalResponse *self, PalDefinition *repeat, PalNode *parent, const char *before_id)
{
  PalNode *first = pal_node_find_nth_child (parent, repeat->public.local, repeat->uri, 1);

  if (before_id == NULL)
    return first != NULL ? first : pal_response_find_place (repeat, parent);
  for (PalNode *row = first; row != NULL; row = pal_node_next_named (row))
    if (strcmp (pal_response_get_row_id (self, row), before_id) == 0)
      return row->next;

  return pal_response_find_place (repeat, parent);
}

/**
 * pal_response_follow_row_added:
 * @self: a response between follow_begin and follow_end
 * @path: "/data/law[ROW]", ROW an id
 * @before_id: (nullable): id of the row behind which it stands; %NULL when it is the first
 *
 * A row came. One that is there already stays where it is.
 *
 * Returns: %FALSE when the form has no such repeat, or the row around it is not there
 */
gboolean
pal_response_follow_row_added (PalResponse *self, const char *path, const char *before_id)
{
  g_autofree char *parent_path = NULL;
  g_autofree char *row_id = NULL;
  PalFormNode *repeat;
  PalNode *parent;
  PalNode *row;

  g_return_val_if_fail (PAL_IS_RESPONSE (self) && self->is_following, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  repeat = pal_response_parse_row (self, path, &parent_path, &row_id);
  parent = repeat != NULL ? pal_response_find (self, parent_path) : NULL;
  if (parent == NULL)
    return FALSE;
  if (pal_response_find (self, path) != NULL)
    return TRUE;

  row = pal_response_insert_row (self, pal_definition (repeat), parent,
                                 find_place (self, pal_definition (repeat), parent, before_id),
                                 row_id);
  pal_response_push_row (self, row);
  pal_response_push_rows (self, pal_definition (repeat), parent, pal_node_next_named (row));
  pal_response_note_rows (self, repeat, parent);

  return TRUE;
}

/**
 * pal_response_follow_row_removed:
 * @self: a response between follow_begin and follow_end
 * @path: "/data/law[ROW]", ROW an id
 *
 * A row went, with all that was in it.
 *
 * Returns: whether it was there
 */
gboolean
pal_response_follow_row_removed (PalResponse *self, const char *path)
{
  PalNode *row;
  PalNode *parent;
  PalNode *next;
  PalDefinition *definition;

  g_return_val_if_fail (PAL_IS_RESPONSE (self) && self->is_following, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  row = pal_response_find (self, path);
  if (row == NULL || !pal_node_info (row)->definition->public.is_repeat)
    return FALSE;

  definition = pal_node_info (row)->definition;
  parent = row->parent;
  next = pal_node_next_named (row);
  pal_response_take_row (self, row);
  pal_response_push_rows (self, definition, parent, next);
  pal_response_note_rows (self, &definition->public, parent);

  return TRUE;
}

/**
 * pal_response_follow_value:
 * @self: a response between follow_begin and follow_end
 * @path: a leaf, with row ids
 * @value: (nullable): what it holds now
 *
 * A value changed.
 *
 * Returns: %FALSE when there is no such leaf
 */
gboolean
pal_response_follow_value (PalResponse *self, const char *path, const char *value)
{
  PalNode *node;

  g_return_val_if_fail (PAL_IS_RESPONSE (self) && self->is_following, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  node = pal_response_find (self, path);
  if (node == NULL || !pal_node_info (node)->definition->is_leaf)
    return FALSE;
  if (value == NULL)
    value = "";
  if (strcmp (value, pal_response_get_value (self, node)) != 0)
    pal_response_store (self, node, value);

  return TRUE;
}
