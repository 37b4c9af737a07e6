// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-removed-row"
#include "config.h"

#include "pal-removed-row.h"

/* One node and what was below it. */
typedef struct
{
  PalFormNode *def;    /* (unowned): of the form */
  char *value;         /* (owned) (nullable): of a leaf */
  GPtrArray *children; /* (owned) (nullable) (element-type Kept) */
} Kept;

struct _PalRemovedRow
{
  PalResponse *response; /* (owned) */
  Kept *kept;            /* (owned) */
  char *parent;          /* (owned): path of the node that held the row */
  char *next;            /* (owned) (nullable): id of the row behind it */
};

static void
kept_free (Kept *kept)
{
  g_free (kept->value);
  g_clear_pointer (&kept->children, g_ptr_array_unref);
  g_free (kept);
}

static Kept *
keep (PalResponse *response, PalNode *node)
{
  PalFormNode *def = pal_response_get_definition (response, node);
  Kept *kept = NULL;

  if (def == NULL)
    return NULL;

  kept = g_new0 (Kept, 1);
  kept->def = def;
  if (def->children->len == 0)
    {
      /* Only what a person wrote: ids and calculations make themselves. */
      if (def->control != NULL && def->calculate == NULL)
        kept->value = g_strdup (pal_response_get_value (response, node));
      return kept;
    }

  kept->children = g_ptr_array_new_with_free_func ((GDestroyNotify) kept_free);
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      Kept *below
          = child->kind == PAL_NODE_ELEMENT && !child->is_template ? keep (response, child) : NULL;

      if (below != NULL)
        g_ptr_array_add (kept->children, below);
    }

  return kept;
}

static void
restore (PalResponse *response, const Kept *kept, PalNode *node)
{
  g_autoptr (GError) error = NULL;

  if (kept->value != NULL && *kept->value != '\0'
      && !pal_response_set_value (response, node, kept->value, &error))
    g_info ("an answer of a removed row did not come back: %s", error->message);

  for (guint i = 0; kept->children != NULL && i < kept->children->len; i++)
    {
      const Kept *below = g_ptr_array_index (kept->children, i);
      PalNode *child = below->def->is_repeat
                           ? pal_response_add_row (response, below->def, node, NULL, NULL)
                           : pal_response_find_definition (response, below->def, node);

      if (child != NULL)
        restore (response, below, child);
    }
}

PalRemovedRow *
pal_removed_row_new (PalResponse *response, PalNode *row, PalNode *next)
{
  PalRemovedRow *self = g_new0 (PalRemovedRow, 1);

  self->response = g_object_ref (response);
  self->kept = keep (response, row);
  self->parent = pal_response_dup_path (response, row->parent);
  if (next != NULL)
    self->next = g_strdup (pal_response_get_row_id (response, next));

  return self;
}

void
pal_removed_row_free (PalRemovedRow *self)
{
  g_clear_pointer (&self->kept, kept_free);
  g_object_unref (self->response);
  g_free (self->parent);
  g_free (self->next);
  g_free (self);
}

/**
 * pal_removed_row_restore:
 *
 * Returns: %FALSE when the place of the row is gone as well
 */
gboolean
pal_removed_row_restore (PalRemovedRow *self)
{
  PalNode *parent = pal_response_find (self->response, self->parent);
  g_autoptr (GPtrArray) rows = NULL;
  PalNode *before = NULL;
  PalNode *row = NULL;

  if (parent == NULL || self->kept == NULL)
    return FALSE;

  rows = pal_response_dup_rows (self->response, self->kept->def, parent);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (pal_response_get_row_id (self->response, g_ptr_array_index (rows, i)),
                   self->next)
        == 0)
      before = g_ptr_array_index (rows, i);

  row = pal_response_add_row (self->response, self->kept->def, parent, before, NULL);
  if (row == NULL)
    return FALSE;
  restore (self->response, self->kept, row);

  return TRUE;
}
