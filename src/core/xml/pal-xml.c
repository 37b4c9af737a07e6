// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xml"

#include "config.h"

#include "pal-xml.h"

#include "pal-node-private.h"
#include "pal-text.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>
#include <string.h>

G_DEFINE_QUARK (pal - xml - error - quark, pal_xml_error)

const PalXmlLimits PAL_XML_LIMITS_FORM = {
  .max_bytes = 64 * 1024 * 1024,
  .max_nodes = 4000000,
  .max_depth = 256,
  .max_attributes = 128,
  .max_tag_bytes = 64 * 1024,
};

/* libxml2 looks through all namespaces in scope for each name, and we keep each declaration. */
#define MAX_NAMESPACES_IN_SCOPE 256
#define MAX_DECLARATIONS 100000

typedef struct
{
  const char *name;
  PalXmlReadFlags flags;
  const PalXmlLimits *limits;
  xmlParserCtxt *parser; /* (unowned) */
  PalDocument *document; /* (owned) */
  PalNode *current;
  guint depth;
  GArray *n_in_scope; /* (element-type guint): namespaces in scope, one number a level */
  guint n_declarations;
  GString *text;        /* characters that have come since the last tag */
  GHashTable *interned; /* names of libxml2's dictionary -> ours */
  GError *error;        /* (nullable): the first one */
} Reader;

/* Looks at the octets before libxml2 does: it is slow on huge start tags, reads encodings that
 * nobody needs, and calls us only after the damage. */

static guint
line_at (const char *start, const char *position)
{
  guint line = 1;

  for (const char *c = start; (c = memchr (c, '\n', (gsize) (position - c))) != NULL; c++)
    line++;
  return line;
}

static gboolean
refuse_at (const char *name, const char *start, const char *position, PalXmlError code,
           const char *reason, GError **error)
{
  g_set_error (error, PAL_XML_ERROR, code, "%s:%u: %s", name, line_at (start, position), reason);
  return FALSE;
}

/* The encoding that the XML declaration names, if it is not one that UTF-8 covers. */
static gboolean
check_encoding (const char *name, const char *data, gsize length, GError **error)
{
  const char *end;
  const char *found;
  char quote;

  if (length < 6 || memcmp (data, "<?xml", 5) != 0 || !g_ascii_isspace (data[5]))
    return TRUE;
  end = g_strstr_len (data, (gssize) MIN (length, 1024), "?>");
  if (end == NULL)
    return refuse_at (name, data, data, PAL_XML_ERROR_MALFORMED, "the XML declaration does not end",
                      error);
  found = g_strstr_len (data, end - data, "encoding");
  if (found == NULL)
    return TRUE;
  for (found += strlen ("encoding"); found < end && (g_ascii_isspace (*found) || *found == '=');)
    found++;
  quote = *found;
  found = MIN (found + 1, end);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const names[] = { "UTF-8", "UTF8", "US-ASCII" };
      gsize n = strlen (names[i]);

      if ((gsize) (end - found) > n && g_ascii_strncasecmp (found, names[i], n) == 0
          && found[n] == quote)
        return TRUE;
    }
  return refuse_at (name, data, data, PAL_XML_ERROR_REFUSED, "the encoding is not UTF-8", error);
}

static gboolean
check_tag (const char *name, const char *data, const char *tag, const char *end,
           const PalXmlLimits *limits, const char **tag_end, GError **error)
{
  guint n_attributes = 0;
  const char *c;

  for (c = tag + 1; c < end && *c != '>'; c++)
    {
      if (*c != '"' && *c != '\'')
        continue;
      n_attributes++;
      c = memchr (c + 1, *c, (gsize) (end - c - 1));
      if (c == NULL)
        return refuse_at (name, data, tag, PAL_XML_ERROR_MALFORMED,
                          "a quotation mark does not close", error);
    }
  if (c >= end)
    return refuse_at (name, data, tag, PAL_XML_ERROR_MALFORMED, "a tag does not end", error);
  if ((gsize) (c - tag) > limits->max_tag_bytes)
    return refuse_at (name, data, tag, PAL_XML_ERROR_LIMIT, "a tag is too long", error);
  if (n_attributes > limits->max_attributes)
    return refuse_at (name, data, tag, PAL_XML_ERROR_LIMIT, "too many attributes", error);
  *tag_end = c;
  return TRUE;
}

/* "<!DOCTYPE html>" declares nothing. Everything longer does. */
static gboolean
is_bare_doctype (const char *tag, const char *end)
{
  static const char start[] = "<!DOCTYPE";
  const char *c = tag + strlen (start);

  if (end - tag <= (gssize) strlen (start) || memcmp (tag, start, strlen (start)) != 0)
    return FALSE;
  while (c < end && g_ascii_isspace (*c))
    c++;
  while (c < end && g_ascii_isalnum (*c))
    c++;
  return c < end && *c == '>';
}

static gboolean
scan (const char *name, const char *data, gsize length, PalXmlReadFlags flags,
      const PalXmlLimits *limits, GError **error)
{
  const char *end = data + length;
  const char *c = data;

  if (length >= 2
      && (memcmp (data, "\xFE\xFF", 2) == 0 || memcmp (data, "\xFF\xFE", 2) == 0
          || memcmp (data, "<\0", 2) == 0 || memcmp (data, "\0<", 2) == 0))
    return refuse_at (name, data, data, PAL_XML_ERROR_REFUSED, "the encoding is not UTF-8", error);
  if (!g_utf8_validate (data, (gssize) length, &c))
    return refuse_at (name, data, c, PAL_XML_ERROR_MALFORMED,
                      *c == '\0' ? "a NUL character" : "not UTF-8", error);
  if (!check_encoding (name, data, length, error))
    return FALSE;

  for (c = data; (c = memchr (c, '<', (gsize) (end - c))) != NULL;)
    {
      gsize left = (gsize) (end - c);
      const char *closing = NULL;
      const char *stop;

      if (left >= 4 && memcmp (c, "<!--", 4) == 0)
        closing = "-->";
      else if (left >= 9 && memcmp (c, "<![CDATA[", 9) == 0)
        closing = "]]>";
      else if (left >= 2 && c[1] == '?')
        closing = "?>";
      else if ((flags & PAL_XML_READ_BARE_DOCTYPE) != 0 && is_bare_doctype (c, end))
        closing = ">";
      else if (left >= 2 && c[1] == '!')
        return refuse_at (name, data, c, PAL_XML_ERROR_REFUSED,
                          "a document type declaration, which is not taken", error);

      if (closing == NULL)
        {
          if (!check_tag (name, data, c, end, limits, &stop, error))
            return FALSE;
          c = stop;
          continue;
        }
      stop = memmem (c + 2, left - 2, closing, strlen (closing));
      if (stop == NULL)
        return refuse_at (name, data, c, PAL_XML_ERROR_MALFORMED,
                          "a comment, CDATA section or instruction does not end", error);
      c = stop;
    }
  return TRUE;
}

/* Called back by libxml2 */

static void
fail (Reader *reader, PalXmlError code, int line, const char *reason)
{
  if (reader->error == NULL)
    reader->error = g_error_new (PAL_XML_ERROR, code, "%s:%d: %s", reader->name, line, reason);
  xmlStopParser (reader->parser);
}

/* Without XML_PARSE_NOENT, which we never set, an ampersand in an attribute comes as "&#38;"; that
 * of a namespace is one. */
static const char *
intern_plain (const char *name)
{
  g_autoptr (GString) plain = NULL;

  if (strchr (name, '&') == NULL)
    return g_intern_string (name);

  plain = g_string_new (name);
  g_string_replace (plain, "&#38;", "&", 0);

  return g_intern_string (plain->str);
}

static const char *
intern (Reader *reader, const xmlChar *name)
{
  const char *interned;

  if (name == NULL)
    return NULL;
  /* The parser's dictionary gives one address to one name, which spares the global lock. */
  interned = g_hash_table_lookup (reader->interned, name);
  if (interned == NULL)
    {
      interned = intern_plain ((const char *) name);
      g_hash_table_insert (reader->interned, (gpointer) name, (gpointer) interned);
    }
  return interned;
}

static gboolean
add_node (Reader *reader, PalNode *node)
{
  node->line = (guint32) MAX (0, xmlSAX2GetLineNumber (reader->parser));
  pal_node_append (reader->current, node);
  if (reader->document->n_nodes > reader->limits->max_nodes)
    {
      fail (reader, PAL_XML_ERROR_LIMIT, (int) node->line, "too many nodes");
      return FALSE;
    }
  return TRUE;
}

/* White space that only makes a form pleasant to read is one node in six: between the parts of
 * elements that hold no text of their own. */
static gboolean
is_layout (Reader *reader, gboolean before_element)
{
  static const char *const local_names[]
      = { "html",   "head", "body",    "model", "itext",  "translation", "text", "bind", "group",
          "repeat", "item", "itemset", "input", "select", "select1",     "rank", "range" };
  PalNode *parent = reader->current;
  PalNode *last = parent->last_child;

  if ((reader->flags & PAL_XML_READ_NO_LAYOUT) == 0
      || (last != NULL ? parent->first_child->kind != PAL_NODE_ELEMENT : !before_element)
      || (last != NULL && last->kind != PAL_NODE_ELEMENT)
      || (g_strcmp0 (parent->uri, PAL_NS_XFORMS) != 0
          && g_strcmp0 (parent->uri, PAL_NS_XHTML) != 0))
    return FALSE;
  for (gsize i = 0; i < reader->text->len; i++)
    {
      if (!g_ascii_isspace (reader->text->str[i]))
        return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (local_names); i++)
    {
      if (strcmp (local_names[i], parent->local) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
flush_text (Reader *reader, gboolean before_element)
{
  PalNode *node;

  if (reader->text->len == 0)
    return;

  if (reader->current->kind == PAL_NODE_ELEMENT && !is_layout (reader, before_element))
    {
      node = pal_node_new_interned (reader->document, PAL_NODE_TEXT, NULL, NULL, NULL);
      pal_node_take_chunk_text (node, reader->text->str, reader->text->len);
      add_node (reader, node);
    }
  g_string_truncate (reader->text, 0);
}

/* The ampersands of an attribute, see intern_plain(). */
static void
take_attribute_value (PalNode *attribute, const char *start, const char *end)
{
  const char *found = NULL;
  g_autoptr (GString) plain = NULL;

  if (memchr (start, '&', (gsize) (end - start)) != NULL)
    found = memmem (start, (gsize) (end - start), "&#38;", 5);

  if (found == NULL)
    {
      pal_node_take_chunk_text (attribute, start, (gsize) (end - start));
      return;
    }
  plain = g_string_sized_new ((gsize) (end - start));
  for (; found != NULL; found = memmem (start, (gsize) (end - start), "&#38;", 5))
    {
      g_string_append_len (plain, start, found - start);
      g_string_append_c (plain, '&');
      start = found + 5;
    }
  g_string_append_len (plain, start, end - start);
  pal_node_take_chunk_text (attribute, plain->str, plain->len);
}

static void
start_element_cb (void *user_data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                  int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
                  const xmlChar **attributes)
{
  Reader *reader = user_data;
  PalNode *node;
  guint n_in_scope;

  if (reader->error != NULL)
    return;
  flush_text (reader, TRUE);

  if (++reader->depth > reader->limits->max_depth)
    {
      fail (reader, PAL_XML_ERROR_LIMIT, xmlSAX2GetLineNumber (reader->parser),
            "elements are nested too deeply");
      return;
    }
  node = pal_node_new_interned (reader->document, PAL_NODE_ELEMENT, intern (reader, local),
                                intern (reader, prefix), intern (reader, uri));
  if (!add_node (reader, node))
    return;

  n_in_scope = (guint) n_namespaces;
  if (reader->n_in_scope->len > 0)
    n_in_scope += g_array_index (reader->n_in_scope, guint, reader->n_in_scope->len - 1);
  g_array_append_val (reader->n_in_scope, n_in_scope);
  reader->n_declarations += (guint) n_namespaces;
  if (n_in_scope > MAX_NAMESPACES_IN_SCOPE || reader->n_declarations > MAX_DECLARATIONS)
    {
      fail (reader, PAL_XML_ERROR_LIMIT, (int) node->line, "too many namespaces");
      return;
    }
  for (int i = 0; i < n_namespaces; i++)
    pal_node_declare_namespace (node, (const char *) namespaces[2 * i],
                                intern (reader, namespaces[2 * i + 1]));
  for (int i = 0; i < n_attributes; i++)
    {
      const xmlChar **parts = attributes + 5 * i;
      PalNode *attribute
          = pal_node_new_interned (reader->document, PAL_NODE_ATTRIBUTE, intern (reader, parts[0]),
                                   intern (reader, parts[1]), intern (reader, parts[2]));

      attribute->line = node->line;
      take_attribute_value (attribute, (const char *) parts[3], (const char *) parts[4]);
      pal_node_link_attribute (node, attribute);
    }
  reader->current = node;
}

static void
end_element_cb (void *user_data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
  Reader *reader = user_data;

  if (reader->error != NULL)
    return;
  flush_text (reader, FALSE);
  reader->current = reader->current->parent;
  reader->depth--;
  g_array_set_size (reader->n_in_scope, reader->depth);
}

static void
characters_cb (void *user_data, const xmlChar *text, int length)
{
  Reader *reader = user_data;

  g_string_append_len (reader->text, (const char *) text, length);
}

static void
cdata_cb (void *user_data, const xmlChar *text, int length)
{
  Reader *reader = user_data;
  gboolean is_apart = (reader->flags & PAL_XML_READ_KEEP_COMMENTS) != 0;

  if (is_apart)
    flush_text (reader, FALSE);
  characters_cb (user_data, text, length);
  if (is_apart)
    flush_text (reader, FALSE);
}

static void
comment_cb (void *user_data, const xmlChar *text)
{
  Reader *reader = user_data;
  PalNode *node;

  if (reader->error != NULL || (reader->flags & PAL_XML_READ_KEEP_COMMENTS) == 0)
    return;
  flush_text (reader, FALSE);
  node = pal_node_new_interned (reader->document, PAL_NODE_COMMENT, NULL, NULL, NULL);
  pal_node_set_text (node, (const char *) text);
  add_node (reader, node);
}

static void
instruction_cb (void *user_data, const xmlChar *target, const xmlChar *text)
{
  Reader *reader = user_data;
  PalNode *node;

  if (reader->error != NULL || (reader->flags & PAL_XML_READ_KEEP_COMMENTS) == 0)
    return;
  flush_text (reader, FALSE);
  node = pal_node_new_interned (reader->document, PAL_NODE_PI,
                                g_intern_string ((const char *) target), NULL, NULL);
  pal_node_set_text (node, (const char *) text);
  add_node (reader, node);
}

/* The scan has refused document types already; this is the second lock on the same door. */
static void
internal_subset_cb (void *user_data, const xmlChar *name, const xmlChar *external_id,
                    const xmlChar *system_id)
{
  Reader *reader = user_data;

  if ((reader->flags & PAL_XML_READ_BARE_DOCTYPE) != 0 && external_id == NULL && system_id == NULL)
    return;
  fail (reader, PAL_XML_ERROR_REFUSED, xmlSAX2GetLineNumber (reader->parser),
        "a document type declaration, which is not taken");
}

static void
error_cb (void *user_data, xmlError *problem)
{
  Reader *reader = user_data;
  g_autofree char *reason = NULL;

  if (reader->error != NULL || problem == NULL || problem->level < XML_ERR_ERROR)
    return;
  reason = g_utf8_make_valid (problem->message != NULL ? problem->message : "not well-formed", -1);
  /* Behind a line's end libxml2 quotes the document, cut after so many octets. */
  reason[strcspn (reason, "\n")] = '\0';
  fail (reader, PAL_XML_ERROR_MALFORMED, problem->line, reason);
}

/* Handed over whole, the document would be copied, and copied again to convert UTF-8 into UTF-8. */
typedef struct
{
  const char *data;
  gsize left;
} Source;

static int
read_cb (void *user_data, char *buffer, int size)
{
  Source *source = user_data;
  gsize length = MIN (source->left, (gsize) MAX (0, size));

  memcpy (buffer, source->data, length);
  source->data += length;
  source->left -= length;
  return (int) length;
}

/**
 * pal_xml_parse:
 * @bytes: the document
 * @name: what stands for the document in messages: "name:line: reason"
 * @flags: what to keep
 * @limits: (nullable): limits, %NULL for %PAL_XML_LIMITS_FORM
 * @error: return location
 *
 * Reads XML 1.0 with namespaces (UTF-8) into a tree, from a source that is not trusted: no document
 * types, no entities beyond the five of XML, no files, no network. Adjacent texts and CDATA
 * sections become one text node; white space is kept.
 *
 * Blocking, short; any thread.
 *
 * Returns: (transfer full) (nullable): a document, or %NULL with a #PalXmlError
 */
PalDocument *
pal_xml_parse (GBytes *bytes, const char *name, PalXmlReadFlags flags, const PalXmlLimits *limits,
               GError **error)
{
  Reader reader = { 0 };
  Source source;
  g_autofree char *printable = NULL;
  xmlParserCtxt *parser;
  xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = internal_subset_cb,
    .startElementNs = start_element_cb,
    .endElementNs = end_element_cb,
    .characters = characters_cb,
    .ignorableWhitespace = characters_cb,
    .cdataBlock = cdata_cb,
    .comment = comment_cb,
    .processingInstruction = instruction_cb,
    .serror = error_cb,
  };
  gsize length;
  const char *data;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (limits == NULL)
    limits = &PAL_XML_LIMITS_FORM;
  printable = pal_text_dup_printable (name, 1024);
  data = g_bytes_get_data (bytes, &length);
  if (length > limits->max_bytes || length > G_MAXINT)
    {
      g_set_error (error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT,
                   "%s:1: larger than %" G_GSIZE_FORMAT " bytes", printable, limits->max_bytes);
      return NULL;
    }
  if (length >= 3 && memcmp (data, "\xEF\xBB\xBF", 3) == 0)
    {
      data += 3;
      length -= 3;
    }
  if (length == 0)
    {
      g_set_error (error, PAL_XML_ERROR, PAL_XML_ERROR_MALFORMED, "%s:1: empty", printable);
      return NULL;
    }
  if (!scan (printable, data, length, flags, limits, error))
    return NULL;

  parser = xmlNewParserCtxt ();
  *parser->sax = handler;
  parser->userData = &reader;
  reader.name = printable;
  reader.flags = flags;
  reader.limits = limits;
  reader.parser = parser;
  reader.document = pal_document_new ();
  reader.current = pal_document_get_root (reader.document);
  reader.text = g_string_sized_new (4096);
  reader.interned = g_hash_table_new (NULL, NULL);
  reader.n_in_scope = g_array_new (FALSE, FALSE, sizeof (guint));

  source.data = data;
  source.left = length;
  xmlCtxtReadIO (parser, read_cb, NULL, &source, NULL, NULL,
                 XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
  if (reader.error == NULL && !(parser->wellFormed && parser->nsWellFormed))
    fail (&reader, PAL_XML_ERROR_MALFORMED, 1, "not well-formed");

  g_hash_table_unref (reader.interned);
  g_array_unref (reader.n_in_scope);
  g_string_free (reader.text, TRUE);
  g_clear_pointer (&parser->myDoc, xmlFreeDoc);
  xmlFreeParserCtxt (parser);
  if (reader.error != NULL)
    {
      pal_document_unref (reader.document);
      g_propagate_error (error, reader.error);
      return NULL;
    }
  return reader.document;
}

/**
 * pal_xml_parse_file:
 * @path: a file
 * @flags: what to keep
 * @limits: (nullable): limits, %NULL for %PAL_XML_LIMITS_FORM
 * @error: return location
 *
 * Blocking: reads a file and parses it as pal_xml_parse() does. Messages name the file without its
 * folder.
 *
 * Returns: (transfer full) (nullable): a document, or %NULL with a #PalXmlError or #GIOErrorEnum
 */
PalDocument *
pal_xml_parse_file (const char *path, PalXmlReadFlags flags, const PalXmlLimits *limits,
                    GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (limits == NULL)
    limits = &PAL_XML_LIMITS_FORM;
  file = g_file_new_for_path (path);
  name = g_file_get_basename (file);
  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                            G_FILE_QUERY_INFO_NONE, NULL, error);
  if (info == NULL)
    return NULL;
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "%s: not a file", name);
      return NULL;
    }
  if ((guint64) g_file_info_get_size (info) > limits->max_bytes)
    {
      g_set_error (error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT,
                   "%s:1: larger than %" G_GSIZE_FORMAT " bytes", name, limits->max_bytes);
      return NULL;
    }
  bytes = g_file_load_bytes (file, NULL, NULL, error);
  if (bytes == NULL)
    return NULL;
  return pal_xml_parse (bytes, name, flags, limits, error);
}
