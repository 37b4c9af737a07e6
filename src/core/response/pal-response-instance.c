// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include "pal-xml.h"

#include <string.h>

/* A record out of a submission: what it says is put into a record of the form, row by row. */

typedef struct
{
  PalResponse *response;
  GPtrArray *orphans; /* (element-type utf8) */
} Reader;

/* The instance may stand in any default namespace, or in none; prefixed names must mean the same.
 */
static PalFormNode *
find_definition (PalFormNode *parent, PalNode *node)
{
  gboolean is_attribute = node->kind == PAL_NODE_ATTRIBUTE;
  PalFormNode *definition = pal_form_find_child (
      parent, node->local, node->prefix != NULL ? node->uri : NULL, is_attribute);

  /* Other programs write <meta> where the form says <orx:meta>, and the other way round. */
  for (guint i = 0; definition == NULL && i < parent->children->len; i++)
    {
      PalFormNode *child = g_ptr_array_index (parent->children, i);

      if (child->local == node->local && child->is_attribute == is_attribute)
        definition = child;
    }
  return definition;
}

static void
note_orphan (Reader *reader, PalNode *around, PalNode *orphan)
{
  g_autofree char *path = pal_response_dup_path (reader->response, around);

  g_ptr_array_add (
      reader->orphans,
      g_strconcat (path, orphan->kind == PAL_NODE_ATTRIBUTE ? "/@" : "/", orphan->local, NULL));
}

static gboolean
has_elements (PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT)
        return TRUE;
    }
  return FALSE;
}

static void read_node (Reader *reader, PalNode *from, PalNode *to);

static PalNode *
add_row (Reader *reader, PalFormNode *repeat, PalNode *parent)
{
  PalDefinition *definition = pal_definition (repeat);

  return pal_response_insert_row (reader->response, definition, parent,
                                  pal_response_find_place (definition, parent), NULL);
}

static void
read_child (Reader *reader, PalNode *from, PalNode *parent, GHashTable *seen)
{
  PalFormNode *definition = find_definition (&pal_node_info (parent)->definition->public, from);
  PalNode *to;
  guint n;

  if (definition == NULL)
    {
      note_orphan (reader, parent, from);
      return;
    }
  if (definition->is_repeat)
    to = add_row (reader, definition, parent);
  else
    {
      /* Nodes that are several without being a repeat keep their order. */
      n = GPOINTER_TO_UINT (g_hash_table_lookup (seen, definition)) + 1;
      g_hash_table_insert (seen, definition, GUINT_TO_POINTER (n));
      to = pal_node_find_nth_child (parent, definition->local, pal_definition (definition)->uri, n);
    }
  if (to == NULL)
    note_orphan (reader, parent, from);
  else
    read_node (reader, from, to);
}

static void
read_attributes (Reader *reader, PalNode *from, PalNode *to)
{
  for (PalNode *attribute = from->first_attribute; attribute != NULL; attribute = attribute->next)
    {
      PalFormNode *definition
          = find_definition (&pal_node_info (to)->definition->public, attribute);
      PalNode *own = definition != NULL ? pal_node_get_attribute_node (
                         to, definition->local, pal_definition (definition)->uri)
                                        : NULL;

      if (own != NULL && own->data != NULL)
        pal_response_store (reader->response, own, attribute->value);
      else if (pal_node_get_attribute_node (to, attribute->local, attribute->uri) == NULL)
        note_orphan (reader, to, attribute);
    }
}

static void
read_node (Reader *reader, PalNode *from, PalNode *to)
{
  g_autoptr (GHashTable) seen = NULL;

  read_attributes (reader, from, to);
  if (pal_node_info (to)->definition->is_leaf)
    {
      g_autofree char *text = pal_node_dup_text (from);

      if (has_elements (from))
        note_orphan (reader, to, from);
      else
        pal_response_store (reader->response, to, text);
      return;
    }
  seen = g_hash_table_new (NULL, NULL);
  for (PalNode *child = from->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT
          && pal_node_get_attribute_node (child, "template", PAL_NS_JR) == NULL)
        read_child (reader, child, to, seen);
    }
}

static gboolean
check_root (PalForm *form, PalNode *root, GError **error)
{
  const char *id = pal_node_get_attribute (root, "id", NULL);

  if (root->local == pal_form_get_root (form)->local
      && (id == NULL || *pal_form_get_id (form) == '\0'
          || strcmp (id, pal_form_get_id (form)) == 0))
    return TRUE;
  g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_MALFORMED,
               "the instance is of another form");
  return FALSE;
}

/**
 * pal_response_new_from_instance:
 * @form: a form
 * @instance: XML as pal_response_serialise() writes it, from a source that is not trusted
 * @orphans: (out) (optional) (transfer full) (element-type utf8): paths of what @form does not know
 * @error: return location
 *
 * Opens a record that came as XML. No first-load event runs; what calculates give is calculated
 * anew. What the instance leaves out is as the form has it.
 *
 * Returns: (transfer full) (nullable): a response, or %NULL with a #PalXmlError or
 *   %PAL_RESPONSE_ERROR_MALFORMED
 */
PalResponse *
pal_response_new_from_instance (PalForm *form, GBytes *instance, GPtrArray **orphans,
                                GError **error)
{
  g_autoptr (PalDocument) document = NULL;
  g_autoptr (PalResponse) response = NULL;
  g_autoptr (GPtrArray) unknown = g_ptr_array_new_with_free_func (g_free);
  Reader reader = { NULL, unknown };
  PalNode *root;

  g_return_val_if_fail (form != NULL, NULL);
  g_return_val_if_fail (instance != NULL, NULL);

  document
      = pal_xml_parse (instance, "instance", PAL_XML_READ_DEFAULT, &PAL_XML_LIMITS_FORM, error);
  if (document == NULL)
    return NULL;
  root = pal_document_get_element (document);
  if (!check_root (form, root, error))
    return NULL;

  response = pal_response_restore_begin (form);
  reader.response = response;
  read_node (&reader, root, pal_response_get_root (response));
  if (!pal_response_restore_end (response, error))
    return NULL;
  if (orphans != NULL)
    *orphans = g_ptr_array_ref (unknown);
  return g_steal_pointer (&response);
}
