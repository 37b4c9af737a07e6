// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-node"

#include "config.h"

#include "pal-node-private.h"

#include <string.h>

/* Children by what a child of theirs says: forms pick items out of lists of many thousands, again
 * and again. A table is made at the second question that finds the document unchanged, so a record
 * that changes all the time pays nothing, and dropped as soon as anything has changed. */

/* Children that are looked at one by one before a table is worth its making. */
#define LOOKUP_THRESHOLD 32

typedef struct
{
  PalNode *parent;
  const char *local; /* (interned), likewise below */
  const char *uri;
  const char *child_local;
  const char *child_uri;
  GHashTable *by_text; /* (owned) (nullable): text -> index + 1 of the first entry */
  GArray *entries;     /* (owned) (nullable) (element-type Entry) */
  gboolean is_useless; /* some text does not lie in one piece */
} Lookup;

typedef struct
{
  PalNode *node;
  PalNode *child;
  guint next; /* index + 1, 0 is the end */
  guint last; /* of the first entry only: index of the last one */
} Entry;

static guint
lookup_hash (gconstpointer data)
{
  const Lookup *self = data;

  return g_direct_hash (self->parent) ^ (g_direct_hash (self->local) * 31)
         ^ (g_direct_hash (self->child_local) * 131);
}

static gboolean
lookup_equal (gconstpointer a_data, gconstpointer b_data)
{
  const Lookup *a = a_data;
  const Lookup *b = b_data;

  return a->parent == b->parent && a->local == b->local && a->uri == b->uri
         && a->child_local == b->child_local && a->child_uri == b->child_uri;
}

static void
lookup_free (gpointer data)
{
  Lookup *self = data;

  g_clear_pointer (&self->by_text, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  g_free (self);
}

static void
add_entry (Lookup *self, PalNode *node, PalNode *child, const char *text)
{
  guint index = self->entries->len;
  guint first = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_text, text));
  Entry entry = { node, child, 0, index };

  g_array_append_val (self->entries, entry);
  if (first == 0)
    {
      g_hash_table_insert (self->by_text, (gpointer) text, GUINT_TO_POINTER (index + 1));
      return;
    }
  g_array_index (self->entries, Entry, g_array_index (self->entries, Entry, first - 1).last).next
      = index + 1;
  g_array_index (self->entries, Entry, first - 1).last = index;
}

/* The keys lie in the tree: the table goes when the tree changes, and does not look at them then.
 */
static void
build (Lookup *self)
{
  self->by_text = g_hash_table_new (g_str_hash, g_str_equal);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  for (PalNode *node = pal_node_find_nth_child (self->parent, self->local, self->uri, 1);
       node != NULL; node = pal_node_next_named (node))
    {
      for (PalNode *child = pal_node_find_nth_child (node, self->child_local, self->child_uri, 1);
           child != NULL; child = pal_node_next_named (child))
        {
          const char *text = pal_node_peek_text (child);

          if (text == NULL)
            {
              self->is_useless = TRUE;
              return;
            }
          add_entry (self, node, child, text);
        }
    }
}

/**
 * pal_node_lookup:
 * @self: a node
 * @local: (interned): local name of the children that are meant
 * @uri: (interned) (nullable): their namespace
 * @child_local: (interned): local name of a child of theirs
 * @child_uri: (interned) (nullable): its namespace
 * @text: UTF-8
 * @func: called with each child of @self that has such a child with that text, and with the latter,
 *   in document order
 * @user_data: for @func
 *
 * Finds children by what they hold, at a cost that does not grow with the number of children when
 * it is done often. Hidden nodes and templates are found too.
 *
 * Returns: %FALSE, without having called @func, when looking one by one is the better way
 */
gboolean
pal_node_lookup (PalNode *self, const char *local, const char *uri, const char *child_local,
                 const char *child_uri, const char *text, PalNodeLookupFunc func,
                 gpointer user_data)
{
  PalDocument *document = self->document;
  Lookup key = { self, local, uri, child_local, child_uri, NULL, NULL, FALSE };
  Lookup *lookup;
  PalNode *first;
  guint at;

  if (pal_node_count_named (self, local, uri, &first) < LOOKUP_THRESHOLD)
    return FALSE;
  if (document->lookups == NULL)
    document->lookups = g_hash_table_new_full (lookup_hash, lookup_equal, NULL, lookup_free);
  if (document->lookups_changes != document->n_changes)
    {
      g_hash_table_remove_all (document->lookups);
      document->lookups_changes = document->n_changes;
    }

  lookup = g_hash_table_lookup (document->lookups, &key);
  if (lookup == NULL)
    {
      lookup = g_new (Lookup, 1);
      *lookup = key;
      g_hash_table_add (document->lookups, lookup);
      return FALSE;
    }
  if (lookup->by_text == NULL)
    build (lookup);
  if (lookup->is_useless)
    return FALSE;

  at = GPOINTER_TO_UINT (g_hash_table_lookup (lookup->by_text, text));
  while (at != 0)
    {
      Entry *entry = &g_array_index (lookup->entries, Entry, at - 1);

      func (entry->node, entry->child, user_data);
      at = entry->next;
    }
  return TRUE;
}
