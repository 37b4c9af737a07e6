// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-node"

#include "config.h"

#include "pal-node-private.h"

#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(node) __asan_poison_memory_region ((node), sizeof (PalNode))
#define UNPOISON(address, size) __asan_unpoison_memory_region ((address), (size))
#else
#define POISON(node) ((void) 0)
#define UNPOISON(address, size) ((void) 0)
#endif

#define NODES_PER_CHUNK 512
#define FREED 0xFF /* kind of a node in the free list */

/* Nodes come from chunks, so that a form of a hundred thousand nodes loads and goes quickly, and so
 * that the document can free detached nodes that nobody freed. */
static PalNode *
node_new (PalDocument *document, PalNodeKind kind)
{
  PalNode *node;

  if (document->free_nodes != NULL)
    {
      node = document->free_nodes;
      UNPOISON (node, sizeof (PalNode));
      document->free_nodes = node->next;
    }
  else
    {
      if (document->n_in_chunk == NODES_PER_CHUNK || document->chunks->len == 0)
        {
          g_ptr_array_add (document->chunks, g_malloc (NODES_PER_CHUNK * sizeof (PalNode)));
          document->n_in_chunk = 0;
        }
      node = (PalNode *) g_ptr_array_index (document->chunks, document->chunks->len - 1)
             + document->n_in_chunk++;
    }

  memset (node, 0, sizeof *node);
  node->document = document;
  node->kind = kind;
  document->n_nodes++;
  return node;
}

static void
node_release_content (PalNode *self)
{
  if (!self->is_borrowed)
    g_free (self->value);
  self->value = NULL;
  self->is_borrowed = FALSE;
  g_clear_pointer (&self->index, pal_node_index_free);
}

/**
 * pal_document_new:
 *
 * Makes an empty document. A document and its nodes belong to one thread at a time.
 *
 * Returns: (transfer full): a document; free with pal_document_unref()
 */
PalDocument *
pal_document_new (void)
{
  PalDocument *self = g_new0 (PalDocument, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->chunks = g_ptr_array_new_with_free_func (g_free);
  self->root = node_new (self, PAL_NODE_ROOT);
  self->root->in_document = TRUE;
  return self;
}

/**
 * pal_document_ref:
 * @self: a document
 *
 * Returns: (transfer full): @self
 */
PalDocument *
pal_document_ref (PalDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * pal_document_unref:
 * @self: (transfer full): a document
 *
 * Drops a reference. With the last one all nodes go, the detached ones too.
 */
void
pal_document_unref (PalDocument *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->chunks->len; i++)
    {
      PalNode *nodes = g_ptr_array_index (self->chunks, i);
      guint n_nodes = i + 1 < self->chunks->len ? NODES_PER_CHUNK : self->n_in_chunk;

      UNPOISON (nodes, NODES_PER_CHUNK * sizeof (PalNode));
      for (guint j = 0; j < n_nodes; j++)
        {
          if (nodes[j].kind != FREED)
            node_release_content (&nodes[j]);
        }
    }
  g_ptr_array_unref (self->chunks);
  g_clear_pointer (&self->lookups, g_hash_table_unref);
  g_clear_pointer (&self->declarations, g_hash_table_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_free (self);
}

/**
 * pal_document_get_root:
 * @self: a document
 *
 * Returns: (transfer none): the node of kind %PAL_NODE_ROOT
 */
PalNode *
pal_document_get_root (PalDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->root;
}

/**
 * pal_document_get_element:
 * @self: a document
 *
 * Returns: (transfer none) (nullable): the document element
 */
PalNode *
pal_document_get_element (PalDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (PalNode *node = self->root->first_child; node != NULL; node = node->next)
    {
      if (node->kind == PAL_NODE_ELEMENT)
        return node;
    }
  return NULL;
}

/**
 * pal_document_get_n_nodes:
 * @self: a document
 *
 * Returns: the number of nodes of any kind, the root and detached ones included
 */
gsize
pal_document_get_n_nodes (PalDocument *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_nodes;
}

/**
 * pal_node_new_element:
 * @document: where the node shall live
 * @local: local name
 * @prefix: (nullable): prefix as it shall be written
 * @uri: (nullable): namespace, %NULL for none
 *
 * Returns: (transfer none): a detached element, freed with @document or by pal_node_free()
 */
PalNode *
pal_node_new_element (PalDocument *document, const char *local, const char *prefix, const char *uri)
{
  PalNode *node;

  g_return_val_if_fail (document != NULL, NULL);
  g_return_val_if_fail (local != NULL, NULL);

  node = node_new (document, PAL_NODE_ELEMENT);
  node->local = g_intern_string (local);
  node->prefix = g_intern_string (prefix);
  node->uri = g_intern_string (uri);
  return node;
}

/* Names must be interned already. */
PalNode *
pal_node_new_interned (PalDocument *document, PalNodeKind kind, const char *local,
                       const char *prefix, const char *uri)
{
  PalNode *node = node_new (document, kind);

  node->local = local;
  node->prefix = prefix;
  node->uri = uri;
  return node;
}

/* The text is copied into the document's store of texts, which goes with the document only: right
 * for what is read once, wrong for what changes often. */
void
pal_node_take_chunk_text (PalNode *self, const char *text, gsize length)
{
  PalDocument *document = self->document;

  if (document->texts == NULL)
    document->texts = g_string_chunk_new (64 * 1024);
  if (!self->is_borrowed)
    g_free (self->value);
  self->value = g_string_chunk_insert_len (document->texts, text, (gssize) length);
  document->n_changes++;
  self->is_borrowed = TRUE;
}

/**
 * pal_node_new_text:
 * @document: where the node shall live
 * @text: UTF-8
 *
 * Returns: (transfer none): a detached text node
 */
PalNode *
pal_node_new_text (PalDocument *document, const char *text)
{
  PalNode *node;

  g_return_val_if_fail (document != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  node = node_new (document, PAL_NODE_TEXT);
  node->value = g_strdup (text);
  return node;
}

static void
link_attribute (PalNode *element, PalNode *attribute)
{
  PalNode *last = element->first_attribute;

  attribute->parent = element;
  attribute->in_document = element->in_document;
  if (last == NULL)
    {
      element->first_attribute = attribute;
      return;
    }
  while (last->next != NULL)
    last = last->next;
  last->next = attribute;
  attribute->previous = last;
}

/* The reader's way: names are interned and known to be unlike those already there. */
void
pal_node_link_attribute (PalNode *element, PalNode *attribute)
{
  link_attribute (element, attribute);
  element->document->order_valid = FALSE;
}

/**
 * pal_node_clone:
 * @self: a node of any kind but the root
 * @document: where the copy shall live, may be another than that of @self
 *
 * Copies a node with its attributes and all below it. The flags hidden and is_template are copied,
 * data is not.
 *
 * Returns: (transfer none): a detached node
 */
PalNode *
pal_node_clone (PalNode *self, PalDocument *document)
{
  PalNode *copy;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (document != NULL, NULL);
  g_return_val_if_fail (self->kind != PAL_NODE_ROOT, NULL);

  copy = pal_node_new_interned (document, self->kind, self->local, self->prefix, self->uri);
  copy->value = g_strdup (self->value);
  copy->line = self->line;
  copy->hidden = self->hidden;
  copy->is_template = self->is_template;

  for (PalNode *attribute = self->first_attribute; attribute != NULL; attribute = attribute->next)
    link_attribute (copy, pal_node_clone (attribute, document));

  for (PalNode *child = self->first_child; child != NULL; child = child->next)
    pal_node_append (copy, pal_node_clone (child, document));

  return copy;
}

static void
free_tree (PalNode *self)
{
  PalDocument *document = self->document;

  for (PalNode *next, *node = self->first_attribute; node != NULL; node = next)
    {
      next = node->next;
      free_tree (node);
    }
  for (PalNode *next, *node = self->first_child; node != NULL; node = next)
    {
      next = node->next;
      free_tree (node);
    }
  node_release_content (self);
  if (document->declarations != NULL)
    g_hash_table_remove (document->declarations, self);

  self->kind = FREED;
  self->next = document->free_nodes;
  document->free_nodes = self;
  document->n_nodes--;
  POISON (self);
}

/**
 * pal_node_free:
 * @self: (nullable): a node, not the root of a document
 *
 * Detaches a node and frees it with all below it.
 */
void
pal_node_free (PalNode *self)
{
  if (self == NULL)
    return;
  g_return_if_fail (self->kind != PAL_NODE_ROOT);

  pal_node_detach (self);
  self->document->n_changes++;
  free_tree (self);
}

/* Changing the tree */

static void
set_in_document (PalNode *self, gboolean in_document)
{
  self->in_document = in_document;
  for (PalNode *node = self->first_attribute; node != NULL; node = node->next)
    node->in_document = in_document;
  for (PalNode *node = self->first_child; node != NULL; node = node->next)
    set_in_document (node, in_document);
}

/**
 * pal_node_append:
 * @parent: an element, or the root
 * @child: a detached node of the same document, no attribute
 *
 * Makes @child the last child of @parent.
 */
void
pal_node_append (PalNode *parent, PalNode *child)
{
  pal_node_insert_before (parent, child, NULL);
}

/**
 * pal_node_insert_before:
 * @parent: an element, or the root
 * @child: a detached node of the same document, no attribute
 * @before: (nullable): a child of @parent, or %NULL for the end
 *
 * Inserts @child into the children of @parent.
 */
void
pal_node_insert_before (PalNode *parent, PalNode *child, PalNode *before)
{
  PalDocument *document;

  g_return_if_fail (parent != NULL);
  g_return_if_fail (child != NULL && child->parent == NULL);
  g_return_if_fail (parent->document == child->document);
  g_return_if_fail (child->kind != PAL_NODE_ATTRIBUTE && child->kind != PAL_NODE_ROOT);
  g_return_if_fail (before == NULL || before->parent == parent);

  document = parent->document;
  document->n_changes++;
  child->parent = parent;
  child->next = before;
  child->previous = before != NULL ? before->previous : parent->last_child;
  if (child->previous != NULL)
    child->previous->next = child;
  else
    parent->first_child = child;
  if (before != NULL)
    before->previous = child;
  else
    parent->last_child = child;

  if (parent->in_document != child->in_document)
    set_in_document (child, parent->in_document);

  if (parent->index != NULL && child->kind == PAL_NODE_ELEMENT
      && !pal_node_index_insert (parent->index, child))
    g_clear_pointer (&parent->index, pal_node_index_free);

  /* Numbering keeps a number free for the lone text of a leaf, so an answer to an empty question
   * costs no new numbering. */
  if (child->kind == PAL_NODE_TEXT && parent->first_child == parent->last_child)
    {
      PalNode *last = parent;

      for (PalNode *node = parent->first_attribute; node != NULL; node = node->next)
        last = node;
      child->order = last->order + 1;
    }
  else if (parent->in_document)
    document->order_valid = FALSE;
}

/**
 * pal_node_detach:
 * @self: a node, not a root
 *
 * Takes a node, or an attribute, out of its parent. It stays alive until pal_node_free() or the
 * end of its document.
 */
void
pal_node_detach (PalNode *self)
{
  PalNode *parent;

  g_return_if_fail (self != NULL);

  parent = self->parent;
  if (parent == NULL)
    return;

  parent->document->n_changes++;
  if (self->kind == PAL_NODE_ELEMENT && parent->index != NULL
      && !pal_node_index_remove (parent->index, self))
    g_clear_pointer (&parent->index, pal_node_index_free);
  if (self->previous != NULL)
    self->previous->next = self->next;
  else if (self->kind == PAL_NODE_ATTRIBUTE)
    parent->first_attribute = self->next;
  else
    parent->first_child = self->next;
  if (self->next != NULL)
    self->next->previous = self->previous;
  else if (self->kind != PAL_NODE_ATTRIBUTE)
    parent->last_child = self->previous;

  /* Order numbers of what stays are still right. */
  self->parent = self->previous = self->next = NULL;
  if (self->in_document)
    set_in_document (self, FALSE);
}

/* Attributes */

static gboolean
same_name (const char *a, const char *b)
{
  return a == b || (a != NULL && b != NULL && strcmp (a, b) == 0);
}

/**
 * pal_node_get_attribute_node:
 * @self: a node
 * @local: local name
 * @uri: (nullable): namespace, %NULL for none
 *
 * Returns: (transfer none) (nullable): the attribute
 */
PalNode *
pal_node_get_attribute_node (PalNode *self, const char *local, const char *uri)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (PalNode *node = self->first_attribute; node != NULL; node = node->next)
    {
      if (same_name (node->local, local) && same_name (node->uri, uri))
        return node;
    }
  return NULL;
}

/**
 * pal_node_get_attribute:
 * @self: a node
 * @local: local name
 * @uri: (nullable): namespace, %NULL for none
 *
 * Returns: (transfer none) (nullable): the attribute's value, valid until it is changed
 */
const char *
pal_node_get_attribute (PalNode *self, const char *local, const char *uri)
{
  PalNode *attribute = pal_node_get_attribute_node (self, local, uri);

  if (attribute == NULL)
    return NULL;
  return attribute->value != NULL ? attribute->value : "";
}

/**
 * pal_node_set_attribute:
 * @self: an element
 * @local: local name
 * @prefix: (nullable): prefix as it shall be written
 * @uri: (nullable): namespace, %NULL for none
 * @value: (nullable): UTF-8; %NULL removes the attribute
 *
 * Returns: (transfer none) (nullable): the attribute
 */
PalNode *
pal_node_set_attribute (PalNode *self, const char *local, const char *prefix, const char *uri,
                        const char *value)
{
  PalNode *attribute;

  g_return_val_if_fail (self != NULL && self->kind == PAL_NODE_ELEMENT, NULL);
  g_return_val_if_fail (local != NULL, NULL);

  attribute = pal_node_get_attribute_node (self, local, uri);
  if (value == NULL)
    {
      pal_node_free (attribute);
      return NULL;
    }
  if (attribute == NULL)
    {
      attribute = node_new (self->document, PAL_NODE_ATTRIBUTE);
      attribute->local = g_intern_string (local);
      attribute->prefix = g_intern_string (prefix);
      attribute->uri = g_intern_string (uri);
      pal_node_link_attribute (self, attribute);
    }
  pal_node_set_text (attribute, value);
  return attribute;
}

/* Text */

static void
append_text (PalNode *self, GString *text)
{
  for (PalNode *node = self->first_child; node != NULL; node = node->next)
    {
      if (node->kind == PAL_NODE_TEXT)
        g_string_append (text, node->value);
      else if (node->kind == PAL_NODE_ELEMENT && !node->hidden && !node->is_template)
        append_text (node, text);
    }
}

/**
 * pal_node_peek_text:
 * @self: a node
 *
 * The XPath string-value when it lies somewhere in one piece.
 *
 * Returns: (transfer none) (nullable): UTF-8, valid until the tree changes; %NULL when the value
 *   must be joined with pal_node_dup_text()
 */
const char *
pal_node_peek_text (PalNode *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->kind != PAL_NODE_ELEMENT && self->kind != PAL_NODE_ROOT)
    return self->value != NULL ? self->value : "";
  if (self->first_child == NULL)
    return "";
  if (self->first_child == self->last_child && self->first_child->kind == PAL_NODE_TEXT)
    return self->first_child->value;
  return NULL;
}

/**
 * pal_node_dup_text:
 * @self: a node
 *
 * The XPath string-value: for an element all texts below it, without what is hidden or a template.
 *
 * Returns: (transfer full): UTF-8
 */
char *
pal_node_dup_text (PalNode *self)
{
  const char *whole = pal_node_peek_text (self);
  GString *text;

  if (whole != NULL)
    return g_strdup (whole);

  text = g_string_new (NULL);
  append_text (self, text);
  return g_string_free (text, FALSE);
}

static void
set_value (PalNode *self, const char *text)
{
  char *copy = g_strdup (text);

  if (!self->is_borrowed)
    g_free (self->value);
  self->value = copy;
  self->is_borrowed = FALSE;
  self->document->n_changes++;
}

/**
 * pal_node_set_text:
 * @self: a node, not the root
 * @text: (nullable): UTF-8; %NULL is the empty text
 *
 * Replaces the value of an attribute or text; in an element, everything below it.
 */
void
pal_node_set_text (PalNode *self, const char *text)
{
  g_return_if_fail (self != NULL && self->kind != PAL_NODE_ROOT);

  if (text == NULL)
    text = "";
  if (self->kind != PAL_NODE_ELEMENT)
    {
      set_value (self, text);
      return;
    }

  if (*text != '\0' && self->first_child != NULL && self->first_child == self->last_child
      && self->first_child->kind == PAL_NODE_TEXT)
    {
      set_value (self->first_child, text);
      return;
    }
  while (self->first_child != NULL)
    pal_node_free (self->first_child);
  if (*text != '\0')
    pal_node_append (self, pal_node_new_text (self->document, text));
}

/**
 * pal_node_is:
 * @self: (nullable): a node
 * @local: local name
 * @uri: (nullable): namespace, %NULL for none
 *
 * Returns: whether @self is an element of that name
 */
gboolean
pal_node_is (PalNode *self, const char *local, const char *uri)
{
  return self != NULL && self->kind == PAL_NODE_ELEMENT && same_name (self->local, local)
         && same_name (self->uri, uri);
}
