// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-node.h"

G_BEGIN_DECLS

struct _PalDocument
{
  gatomicrefcount ref_count;
  PalNode *root;
  GPtrArray *chunks;   /* (owned): arrays of nodes */
  guint n_in_chunk;    /* nodes given out of the last one */
  PalNode *free_nodes; /* (nullable): linked by next */
  gsize n_nodes;
  GHashTable *declarations; /* (owned) (nullable): PalNode -> GArray of namespaces */
  GStringChunk *texts;      /* (owned) (nullable): values that were read */
  gboolean order_valid;
  guint64 n_changes;   /* of the tree or its texts */
  GHashTable *lookups; /* (owned) (nullable): pal-node-lookup.c, good at lookups_changes only */
  guint64 lookups_changes;
};

void pal_node_take_chunk_text (PalNode *self, const char *text, gsize length);
void pal_node_index_free (struct _PalNodeIndex *index);
/* After an element came, or before it goes: FALSE when the index is wrong then. */
gboolean pal_node_index_insert (struct _PalNodeIndex *index, PalNode *node);
gboolean pal_node_index_remove (struct _PalNodeIndex *index, PalNode *node);
void pal_node_link_attribute (PalNode *element, PalNode *attribute);

G_END_DECLS
