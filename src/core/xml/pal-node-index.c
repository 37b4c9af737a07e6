// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-node"

#include "config.h"

#include "pal-node-private.h"

/* Children by name. An index is made when somebody looks for a name among many children, grows and
 * shrinks with the last of a name, as rows do, and is dropped when another goes or comes. */

/* Children that are looked at one by one before an index is worth its making. */
#define INDEX_THRESHOLD 8

typedef struct
{
  const char *local; /* (interned) (nullable): NULL marks a free place */
  const char *uri;   /* (interned) (nullable) */
  PalNode *first;
  GPtrArray *nodes; /* (owned) (nullable): all of that name when there are several */
} IndexEntry;

struct _PalNodeIndex
{
  guint n_places; /* a power of two */
  guint n_used;
  IndexEntry *places;
};

void
pal_node_index_free (struct _PalNodeIndex *index)
{
  for (guint i = 0; i < index->n_places; i++)
    g_clear_pointer (&index->places[i].nodes, g_ptr_array_unref);
  g_free (index->places);
  g_free (index);
}

static IndexEntry *
index_find (struct _PalNodeIndex *index, const char *local, const char *uri)
{
  /* Interned strings lie at least eight octets apart more often than not: mix the address. */
  guint64 hash = (GPOINTER_TO_SIZE (local) >> 3) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  guint mask = index->n_places - 1;
  guint place = (guint) (hash >> 32) & mask;

  while (index->places[place].local != NULL
         && (index->places[place].local != local || index->places[place].uri != uri))
    place = (place + 1) & mask;
  return &index->places[place];
}

static void
index_grow (struct _PalNodeIndex *index)
{
  g_autofree IndexEntry *old = index->places;
  guint n_old = index->n_places;

  index->n_places = MAX (32, n_old * 2);
  index->places = g_new0 (IndexEntry, index->n_places);
  for (guint i = 0; i < n_old; i++)
    {
      if (old[i].local != NULL)
        *index_find (index, old[i].local, old[i].uri) = old[i];
    }
}

static void
index_add (struct _PalNodeIndex *index, PalNode *node)
{
  IndexEntry *entry;

  if ((index->n_used + 1) * 3 > index->n_places * 2)
    index_grow (index);

  entry = index_find (index, node->local, node->uri);
  if (entry->local == NULL)
    {
      entry->local = node->local;
      entry->uri = node->uri;
      entry->first = node;
      node->place = 1;
      index->n_used++;
      return;
    }
  if (entry->nodes == NULL)
    {
      entry->nodes = g_ptr_array_new ();
      g_ptr_array_add (entry->nodes, entry->first);
    }
  g_ptr_array_add (entry->nodes, node);
  node->place = entry->nodes->len;
}

gboolean
pal_node_index_insert (struct _PalNodeIndex *index, PalNode *node)
{
  IndexEntry *entry = index_find (index, node->local, node->uri);

  if (node->next != NULL && entry->local != NULL
      && node->previous
             != (entry->nodes != NULL ? g_ptr_array_index (entry->nodes, entry->nodes->len - 1)
                                      : entry->first))
    return FALSE;
  index_add (index, node);
  return TRUE;
}

gboolean
pal_node_index_remove (struct _PalNodeIndex *index, PalNode *node)
{
  IndexEntry *entry = index_find (index, node->local, node->uri);

  if (entry->nodes == NULL || entry->nodes->len < 2
      || g_ptr_array_index (entry->nodes, entry->nodes->len - 1) != node)
    return FALSE;
  g_ptr_array_set_size (entry->nodes, (int) entry->nodes->len - 1);
  return TRUE;
}

static struct _PalNodeIndex *
ensure_index (PalNode *parent)
{
  if (parent->index != NULL)
    return parent->index;

  parent->index = g_new0 (struct _PalNodeIndex, 1);
  index_grow (parent->index);
  for (PalNode *child = parent->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT)
        index_add (parent->index, child);
    }
  return parent->index;
}

/* Names and places */

/**
 * pal_node_find_nth_child:
 * @self: a node
 * @local: (interned): local name
 * @uri: (interned) (nullable): namespace, %NULL for none
 * @n: 1-based
 *
 * The @n-th child element of that name, at a cost that does not grow with the number of children.
 * Names must come from g_intern_string(). Hidden nodes and templates count.
 *
 * Returns: (transfer none) (nullable): an element
 */
PalNode *
pal_node_find_nth_child (PalNode *self, const char *local, const char *uri, guint n)
{
  IndexEntry *entry;

  if (self->index == NULL)
    {
      guint n_seen = 0;
      guint n_found = 0;

      for (PalNode *node = self->first_child; node != NULL; node = node->next)
        {
          if (node->local == local && node->uri == uri && node->kind == PAL_NODE_ELEMENT
              && ++n_found == n)
            return node;
          if (++n_seen > INDEX_THRESHOLD)
            break;
        }
      if (n_seen <= INDEX_THRESHOLD)
        return NULL;
    }

  entry = index_find (ensure_index (self), local, uri);
  if (entry->local == NULL)
    return NULL;
  if (n == 1)
    return entry->first;
  return entry->nodes != NULL && n >= 1 && n <= entry->nodes->len
             ? g_ptr_array_index (entry->nodes, n - 1)
             : NULL;
}

/**
 * pal_node_find_child:
 * @self: a node
 * @local: local name
 * @uri: (nullable): namespace, %NULL for none
 *
 * The first child element of that name; pal_node_next_named() gives the others. The cost does not
 * grow with the number of children. Hidden nodes and templates are found too.
 *
 * Returns: (transfer none) (nullable): an element
 */
PalNode *
pal_node_find_child (PalNode *self, const char *local, const char *uri)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (local != NULL, NULL);

  return pal_node_find_nth_child (self, g_intern_string (local), g_intern_string (uri), 1);
}

/**
 * pal_node_next_named:
 * @self: an element
 *
 * Returns: (transfer none) (nullable): the next sibling of the same name
 */
PalNode *
pal_node_next_named (PalNode *self)
{
  PalNode *node;
  guint n_seen = 0;

  g_return_val_if_fail (self != NULL, NULL);

  for (node = self->next; node != NULL; node = node->next)
    {
      if (node->local == self->local && node->uri == self->uri && node->kind == PAL_NODE_ELEMENT)
        return node;
      if (++n_seen > INDEX_THRESHOLD)
        break;
    }
  if (node == NULL || self->parent == NULL)
    return NULL;

  ensure_index (self->parent);
  return pal_node_find_nth_child (self->parent, self->local, self->uri, self->place + 1);
}

/**
 * pal_node_get_position:
 * @self: an element
 *
 * Returns: its place among siblings of the same name, 1-based
 */
guint
pal_node_get_position (PalNode *self)
{
  guint position = 1;
  guint n_seen = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (self->parent == NULL || self->kind != PAL_NODE_ELEMENT)
    return 1;
  if (self->parent->index == NULL)
    {
      PalNode *node;

      for (node = self->previous; node != NULL; node = node->previous)
        {
          if (node->local == self->local && node->uri == self->uri
              && node->kind == PAL_NODE_ELEMENT)
            position++;
          if (++n_seen > INDEX_THRESHOLD)
            break;
        }
      if (node == NULL)
        return position;
      ensure_index (self->parent);
    }
  return self->place;
}

/**
 * pal_node_count_named:
 * @self: a node
 * @local: (interned): local name
 * @uri: (interned) (nullable): namespace, %NULL for none
 * @first: (out) (nullable) (transfer none): the first of them
 *
 * Counts the child elements of that name, at a cost that does not grow with the number of children.
 * Hidden nodes and templates count.
 *
 * Returns: how many there are
 */
guint
pal_node_count_named (PalNode *self, const char *local, const char *uri, PalNode **first)
{
  IndexEntry *entry;

  *first = NULL;
  if (self->index == NULL)
    {
      PalNode *node;
      guint n_seen = 0;
      guint n_found = 0;

      for (node = self->first_child; node != NULL && n_seen <= INDEX_THRESHOLD; node = node->next)
        {
          n_seen++;
          if (node->local != local || node->uri != uri || node->kind != PAL_NODE_ELEMENT)
            continue;
          if (n_found++ == 0)
            *first = node;
        }
      if (node == NULL)
        return n_found;
    }

  entry = index_find (ensure_index (self), local, uri);
  *first = entry->first;
  if (entry->local == NULL)
    return 0;
  return entry->nodes != NULL ? entry->nodes->len : 1;
}
