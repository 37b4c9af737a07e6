// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The node tree on which everything works: read by xml, addressed by expr, kept by form and
 * response. Fields are for reading; change a tree through the functions below only, which keep
 * document order and the child index right. A document and its nodes belong to one thread at a
 * time. Names and URIs are interned with g_intern_string(), so compare pointers. */

#define PAL_NS_XFORMS "http://www.w3.org/2002/xforms"
#define PAL_NS_XHTML "http://www.w3.org/1999/xhtml"
#define PAL_NS_JR "http://openrosa.org/javarosa"
#define PAL_NS_ORX "http://openrosa.org/xforms"
#define PAL_NS_ODK "http://www.opendatakit.org/xforms"
#define PAL_NS_EV "http://www.w3.org/2001/xml-events"
#define PAL_NS_XSD "http://www.w3.org/2001/XMLSchema"
#define PAL_NS_PALERMO "https://palermo.app/ns/form"

typedef enum
{
  PAL_NODE_ROOT, /* the document itself; one per document */
  PAL_NODE_ELEMENT,
  PAL_NODE_ATTRIBUTE,
  PAL_NODE_TEXT,
  PAL_NODE_COMMENT,
  PAL_NODE_PI
} PalNodeKind;

typedef struct _PalDocument PalDocument;
typedef struct _PalNode PalNode;

struct _PalNode
{
  PalDocument *document; /* (unowned) */
  PalNode *parent;       /* (nullable): NULL for the root and for detached nodes */
  PalNode *first_child;
  PalNode *last_child;
  PalNode *previous;
  PalNode *next;
  PalNode *first_attribute;    /* attributes are linked by next */
  const char *local;           /* (interned) (nullable): local name */
  const char *prefix;          /* (interned) (nullable): as written */
  const char *uri;             /* (interned) (nullable): NULL is no namespace */
  char *value;                 /* (owned) (nullable): of attributes, texts, comments, PIs */
  gpointer data;               /* (unowned): for the layer that owns the tree (response) */
  struct _PalNodeIndex *index; /* (owned) (nullable): children by name, made when they are many */
  guint32 order;               /* document order, valid while document->order_valid */
  guint32 line;                /* where it was read, 0 if made */
  guint32 place;          /* 1-based among same-named siblings, valid with the parent's index */
  guint8 kind;            /* PalNodeKind */
  guint8 hidden;          /* not relevant: absent for every expression (T7) */
  guint8 is_template;     /* jr:template: absent for every expression, not part of the record */
  guint8 in_document : 1; /* below the root, not detached */
  guint8 is_borrowed : 1; /* value lies in the document's store */
};

PalDocument *pal_document_new (void);
PalDocument *pal_document_ref (PalDocument *self);
void pal_document_unref (PalDocument *self);
PalNode *pal_document_get_root (PalDocument *self);
PalNode *pal_document_get_element (PalDocument *self);
gsize pal_document_get_n_nodes (PalDocument *self);

/* New nodes are detached; a detached node is freed by pal_node_free() or by its document. */
PalNode *pal_node_new_element (PalDocument *document, const char *local, const char *prefix,
                               const char *uri);
/* Names must be interned already: for who makes many. */
PalNode *pal_node_new_interned (PalDocument *document, PalNodeKind kind, const char *local,
                                const char *prefix, const char *uri);
PalNode *pal_node_new_text (PalDocument *document, const char *text);
PalNode *pal_node_clone (PalNode *self, PalDocument *document);
void pal_node_free (PalNode *self);

void pal_node_append (PalNode *parent, PalNode *child);
void pal_node_insert_before (PalNode *parent, PalNode *child, PalNode *before);
void pal_node_detach (PalNode *self);

const char *pal_node_get_attribute (PalNode *self, const char *local, const char *uri);
PalNode *pal_node_get_attribute_node (PalNode *self, const char *local, const char *uri);
PalNode *pal_node_set_attribute (PalNode *self, const char *local, const char *prefix,
                                 const char *uri, const char *value);

/* The XPath string-value. peek borrows it when no joining is needed and returns NULL otherwise. */
char *pal_node_dup_text (PalNode *self) G_GNUC_WARN_UNUSED_RESULT;
const char *pal_node_peek_text (PalNode *self);
void pal_node_set_text (PalNode *self, const char *text);

/* Cost independent of the number of siblings. */
PalNode *pal_node_find_child (PalNode *self, const char *local, const char *uri);
PalNode *pal_node_next_named (PalNode *self);
PalNode *pal_node_find_nth_child (PalNode *self, const char *local, const char *uri, guint n);
guint pal_node_count_named (PalNode *self, const char *local, const char *uri, PalNode **first);
typedef void (*PalNodeLookupFunc) (PalNode *node, PalNode *child, gpointer user_data);
gboolean pal_node_lookup (PalNode *self, const char *local, const char *uri,
                          const char *child_local, const char *child_uri, const char *text,
                          PalNodeLookupFunc func, gpointer user_data);
guint pal_node_get_position (PalNode *self); /* 1-based among same-named element siblings */

/* Prefixes as declared, for paths in attribute values. A prefix of NULL is the default one. */
const char *pal_node_resolve_prefix (PalNode *self, const char *prefix);
void pal_node_declare_namespace (PalNode *self, const char *prefix, const char *uri);
gboolean pal_node_get_declaration (PalNode *self, guint n, const char **prefix, const char **uri);

gboolean pal_node_is (PalNode *self, const char *local, const char *uri);
int pal_node_compare (PalNode *a, PalNode *b); /* document order */
gboolean pal_node_contains (PalNode *ancestor, PalNode *self);
char *pal_node_dup_canonical_path (PalNode *self) G_GNUC_WARN_UNUSED_RESULT; /* conformance kit */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalDocument, pal_document_unref)

G_END_DECLS
