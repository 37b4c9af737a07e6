// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record"
#include "config.h"

#include "pal-record-private.h"

#include <string.h>

/* uuid(), random(), once(): what they gave is part of the record. Other calculates, today() among
 * them, are calculated again whenever it is opened. */
gboolean
pal_record_draws (const PalExpr *calculate)
{
  const char *source = pal_expr_get_source (calculate);

  return pal_expr_is_impure (calculate)
         && (strstr (source, "uuid") != NULL || strstr (source, "random") != NULL
             || strstr (source, "once") != NULL);
}

static gboolean
is_kept (const PalFormNode *definition)
{
  return !definition->is_repeat && definition->children->len == 0
         && (definition->calculate == NULL || pal_record_draws (definition->calculate));
}

static void
gather_leaf (PalResponse *response, PalNode *node, const char *record, GPtrArray *values)
{
  const PalFormNode *definition = pal_response_get_definition (response, node);
  const char *value;
  g_autofree char *path = NULL;

  if (definition == NULL || !is_kept (definition))
    return;
  value = pal_response_get_value (response, node);
  if (*value == '\0')
    return;

  path = pal_response_dup_path (response, node);
  g_ptr_array_add (values, pal_change_new (PAL_CHANGE_VALUE, record, path, value));
}

static PalNode *
find_row_before (PalNode *row)
{
  for (PalNode *node = row->previous; node != NULL; node = node->previous)
    if (node->kind == PAL_NODE_ELEMENT)
      return node->local == row->local && node->uri == row->uri ? node : NULL;

  return NULL;
}

static void
gather (PalResponse *response, PalNode *node, const char *record, GPtrArray *changes)
{
  const PalFormNode *definition = pal_response_get_definition (response, node);

  if (definition == NULL)
    return;
  if (definition->is_repeat)
    {
      PalNode *before = find_row_before (node);
      g_autofree char *path = pal_response_dup_path (response, node);

      g_ptr_array_add (
          changes,
          pal_change_new (PAL_CHANGE_ROW_ADDED, record, path,
                          before != NULL ? pal_response_get_row_id (response, before) : NULL));
    }
  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    if (attribute->data != NULL)
      gather_leaf (response, attribute, record, changes);
  gather_leaf (response, node, record, changes);
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && !child->is_template && child->data != NULL)
      gather (response, child, record, changes);
}

/**
 * pal_record_gather_row:
 * @response: a response
 * @row: a new row
 * @record: the record's id
 * @values: (element-type PalChange): gets the values in it, without those in rows of its own
 */
void
pal_record_gather_row (PalResponse *response, PalNode *row, const char *record, GPtrArray *values)
{
  for (PalNode *child = row->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT || child->is_template || child->data == NULL
          || pal_response_get_definition (response, child)->is_repeat)
        continue;
      gather_leaf (response, child, record, values);
      pal_record_gather_row (response, child, record, values);
    }
}

/**
 * pal_record_gather:
 * @response: a response that is not in the log yet
 * @record: the id it gets there
 * @changes: (element-type PalChange): gets its rows and values, rows before what is in them
 *
 * Nobody could listen while the response was being made: so what is in it is written down.
 */
void
pal_record_gather (PalResponse *response, const char *record, GPtrArray *changes)
{
  gather (response, pal_response_get_root (response), record, changes);
}
