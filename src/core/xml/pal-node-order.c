// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-node"

#include "config.h"

#include "pal-node-private.h"

#include <string.h>

/* A namespace declared on an element: forms name prefixes in attribute values, too. */
typedef struct
{
  const char *prefix; /* (interned) (nullable): NULL is the default namespace */
  const char *uri;    /* (interned) (nullable) */
} Declaration;

/* Namespaces */

/**
 * pal_node_declare_namespace:
 * @self: an element
 * @prefix: (nullable): a prefix, %NULL for the default namespace
 * @uri: (nullable): its namespace
 *
 * Notes that @self declares @prefix. pal_xml_write() writes the declaration, whether a name needs
 * it or not: attribute values (paths, types) may use prefixes.
 */
void
pal_node_declare_namespace (PalNode *self, const char *prefix, const char *uri)
{
  PalDocument *document;
  GArray *list;
  Declaration declaration = { g_intern_string (prefix), g_intern_string (uri) };

  g_return_if_fail (self != NULL && self->kind == PAL_NODE_ELEMENT);

  document = self->document;
  if (document->declarations == NULL)
    document->declarations
        = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  list = g_hash_table_lookup (document->declarations, self);
  if (list == NULL)
    {
      list = g_array_new (FALSE, FALSE, sizeof (Declaration));
      g_hash_table_insert (document->declarations, self, list);
    }
  g_array_append_val (list, declaration);
}

/**
 * pal_node_get_declaration:
 * @self: a node
 * @n: 0-based
 * @prefix: (out) (nullable): the prefix, %NULL for the default namespace
 * @uri: (out) (nullable): its namespace
 *
 * Returns: whether @self declares more than @n namespaces; @prefix and @uri are set if so
 */
gboolean
pal_node_get_declaration (PalNode *self, guint n, const char **prefix, const char **uri)
{
  GArray *list;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->document->declarations == NULL)
    return FALSE;
  list = g_hash_table_lookup (self->document->declarations, self);
  if (list == NULL || n >= list->len)
    return FALSE;
  *prefix = g_array_index (list, Declaration, n).prefix;
  *uri = g_array_index (list, Declaration, n).uri;
  return TRUE;
}

/**
 * pal_node_resolve_prefix:
 * @self: a node
 * @prefix: (nullable): a prefix, %NULL for the default namespace
 *
 * What a prefix means at @self, by the declarations on it and above it.
 *
 * Returns: (nullable) (transfer none): an interned namespace URI
 */
const char *
pal_node_resolve_prefix (PalNode *self, const char *prefix)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (PalNode *node = self; node != NULL; node = node->parent)
    {
      const char *declared;
      const char *uri;

      for (guint i = 0; pal_node_get_declaration (node, i, &declared, &uri); i++)
        {
          if (g_strcmp0 (declared, prefix) == 0)
            return uri;
        }
    }
  return NULL;
}

/* Order */

static guint32
number_tree (PalNode *self, guint32 order)
{
  self->order = ++order;
  for (PalNode *node = self->first_attribute; node != NULL; node = node->next)
    node->order = ++order;
  if (self->kind != PAL_NODE_ELEMENT && self->kind != PAL_NODE_ROOT)
    return order;

  if (self->first_child == NULL || self->first_child->kind != PAL_NODE_TEXT)
    order++; /* kept free for a text */
  for (PalNode *node = self->first_child; node != NULL; node = node->next)
    order = number_tree (node, order);
  return order;
}

static guint
get_depth (PalNode *node)
{
  guint depth = 0;

  for (; node->parent != NULL; node = node->parent)
    depth++;
  return depth;
}

/* For detached trees, which have no numbers. */
static int
compare_by_walking (PalNode *a, PalNode *b)
{
  guint depth_a = get_depth (a);
  guint depth_b = get_depth (b);
  PalNode *top_a = a;
  PalNode *top_b = b;

  for (guint i = depth_b; i < depth_a; i++)
    top_a = top_a->parent;
  for (guint i = depth_a; i < depth_b; i++)
    top_b = top_b->parent;
  if (top_a == top_b)
    return depth_a < depth_b ? -1 : 1;
  while (top_a->parent != top_b->parent)
    {
      top_a = top_a->parent;
      top_b = top_b->parent;
    }
  if (top_a->parent == NULL)
    return top_a < top_b ? -1 : 1;
  if ((top_a->kind == PAL_NODE_ATTRIBUTE) != (top_b->kind == PAL_NODE_ATTRIBUTE))
    return top_a->kind == PAL_NODE_ATTRIBUTE ? -1 : 1;
  for (PalNode *node = top_a; node != NULL; node = node->next)
    {
      if (node == top_b)
        return -1;
    }
  return 1;
}

/**
 * pal_node_compare:
 * @a: a node
 * @b: a node
 *
 * Document order: an element, its attributes, what is below it, what follows. Numbers are given
 * anew after a change of the tree, at the first comparison that needs them.
 *
 * Returns: below 0, 0 or above 0, as @a stands before, is, or stands behind @b
 */
int
pal_node_compare (PalNode *a, PalNode *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, 0);

  if (a == b)
    return 0;
  if (a->document != b->document)
    return a->document < b->document ? -1 : 1;
  if (!a->in_document || !b->in_document)
    return compare_by_walking (a, b);

  if (!a->document->order_valid)
    {
      number_tree (a->document->root, 0);
      a->document->order_valid = TRUE;
    }
  return a->order < b->order ? -1 : 1;
}

/**
 * pal_node_contains:
 * @ancestor: a node
 * @self: (nullable): a node
 *
 * Returns: whether @self is @ancestor or stands below it
 */
gboolean
pal_node_contains (PalNode *ancestor, PalNode *self)
{
  for (PalNode *node = self; node != NULL; node = node->parent)
    {
      if (node == ancestor)
        return TRUE;
    }
  return FALSE;
}

static guint
count_same_kind (PalNode *self)
{
  guint position = 1;

  for (PalNode *node = self->previous; node != NULL; node = node->previous)
    {
      if (node->kind == self->kind)
        position++;
    }
  return position;
}

/**
 * pal_node_dup_canonical_path:
 * @self: a node
 *
 * A path that needs no names, steps counted among nodes of a kind, for
 * messages and tests.
 *
 * Returns: (transfer full): the path; "/" for the root
 */
char *
pal_node_dup_canonical_path (PalNode *self)
{
  GString *path = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, g_string_free (path, FALSE));

  for (PalNode *node = self; node->parent != NULL; node = node->parent)
    {
      g_autofree char *step = NULL;

      switch ((PalNodeKind) node->kind)
        {
        case PAL_NODE_ATTRIBUTE:
          step = g_strdup_printf ("/@*[name()='%s%s%s']", node->prefix != NULL ? node->prefix : "",
                                  node->prefix != NULL ? ":" : "", node->local);
          break;
        case PAL_NODE_TEXT:
          step = g_strdup_printf ("/text()[%u]", count_same_kind (node));
          break;
        case PAL_NODE_COMMENT:
          step = g_strdup_printf ("/comment()[%u]", count_same_kind (node));
          break;
        case PAL_NODE_PI:
          step = g_strdup_printf ("/processing-instruction()[%u]", count_same_kind (node));
          break;
        case PAL_NODE_ELEMENT:
        case PAL_NODE_ROOT:
          step = g_strdup_printf ("/*[%u]", count_same_kind (node));
          break;
        }
      g_string_prepend (path, step);
    }
  if (path->len == 0)
    g_string_append_c (path, '/');
  return g_string_free (path, FALSE);
}
