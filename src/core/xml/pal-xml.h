// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-node.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PAL_XML_ERROR (pal_xml_error_quark ())
typedef enum
{
  PAL_XML_ERROR_MALFORMED, /* not well-formed; the message has line and reason */
  PAL_XML_ERROR_REFUSED,   /* a document type, an entity, an encoding that we do not take */
  PAL_XML_ERROR_LIMIT      /* too large, too deep, too many attributes */
} PalXmlError;
GQuark pal_xml_error_quark (void);

typedef struct
{
  gsize max_bytes;
  gsize max_nodes;
  guint max_depth;
  guint max_attributes;
  gsize max_tag_bytes;
} PalXmlLimits;

extern const PalXmlLimits PAL_XML_LIMITS_FORM; /* 64 MiB, 4,000,000 nodes, depth 256, 128, 64 KiB */

typedef enum
{
  PAL_XML_READ_DEFAULT = 0,
  PAL_XML_READ_KEEP_COMMENTS = 1 << 0, /* comments and PIs become nodes, CDATA sections texts of
                                        * their own (xpath cases need them) */
  PAL_XML_READ_BARE_DOCTYPE = 1 << 1,  /* pass over "<!DOCTYPE html>": a name and nothing else */
  PAL_XML_READ_NO_LAYOUT = 1 << 2,     /* without white space between the parts of a form */
} PalXmlReadFlags;

/* Every text node is kept, white space too (T14), unless flags say otherwise. name stands in
 * messages: "name:line: reason". */
PalDocument *pal_xml_parse (GBytes *bytes, const char *name, PalXmlReadFlags flags,
                            const PalXmlLimits *limits, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalDocument *
pal_xml_parse_file (const char *path, PalXmlReadFlags flags, const PalXmlLimits *limits,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* skip: (nullable): nodes for which it returns TRUE are left out with all below them. Namespace
 * declarations are written where they are first needed. No pretty printing. */
typedef gboolean (*PalXmlSkip) (PalNode *node, gpointer user_data);
GBytes *pal_xml_write (PalNode *node, PalXmlSkip skip, gpointer user_data);
/* The namespace in which an element without a prefix is written; NULL for none. */
typedef const char *(*PalXmlNamespace) (PalNode *node, gpointer user_data);
GBytes *pal_xml_write_full (PalNode *node, PalXmlSkip skip, PalXmlNamespace namespace_of,
                            gpointer user_data);

char *pal_xml_escape (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
