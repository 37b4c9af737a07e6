// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xml"

#include "config.h"

#include "pal-xml.h"

#include <string.h>

#define XML_URI "http://www.w3.org/XML/1998/namespace"

typedef struct
{
  const char *prefix; /* (nullable) */
  const char *uri;    /* (nullable) */
} Binding;

typedef struct
{
  GString *out;
  GArray *bindings; /* (element-type Binding): in scope, the innermost last */
  GPtrArray *made;  /* (owned): prefixes that we made up */
  PalXmlSkip skip;
  PalXmlNamespace namespace_of; /* (nullable) */
  gpointer user_data;
} Writer;

/* What XML 1.0 has no way to say becomes U+FFFD: a stray control character must not make a whole
 * record unreadable. */
static void
append_escaped (GString *out, const char *text, gboolean in_attribute)
{
  g_autofree char *valid = NULL;
  const char *start;

  if (text == NULL)
    return;
  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);

  for (start = text; *text != '\0'; text++)
    {
      const char *replacement = NULL;
      gsize length = 1;

      switch ((guchar) *text)
        {
        case '&':
          replacement = "&amp;";
          break;
        case '<':
          replacement = "&lt;";
          break;
        case '>':
          replacement = "&gt;";
          break;
        case '"':
          replacement = in_attribute ? "&quot;" : NULL;
          break;
        case '\t':
          replacement = in_attribute ? "&#9;" : NULL;
          break;
        case '\n':
          replacement = in_attribute ? "&#10;" : NULL;
          break;
        case '\r':
          replacement = "&#13;";
          break;
        case 0xEF: /* U+FFFE and U+FFFF */
          if ((guchar) text[1] == 0xBF && (guchar) text[2] >= 0xBE)
            {
              replacement = "\xEF\xBF\xBD";
              length = 3;
            }
          break;
        default:
          if ((guchar) *text < 0x20)
            replacement = "\xEF\xBF\xBD";
          break;
        }
      if (replacement == NULL)
        continue;
      g_string_append_len (out, start, text - start);
      g_string_append (out, replacement);
      text += length - 1;
      start = text + 1;
    }
  g_string_append_len (out, start, text - start);
}

static gboolean
is_bound (Writer *writer, const char *prefix, const char *uri)
{
  for (guint i = writer->bindings->len; i > 0; i--)
    {
      Binding *binding = &g_array_index (writer->bindings, Binding, i - 1);

      if (g_strcmp0 (binding->prefix, prefix) == 0)
        return g_strcmp0 (binding->uri, uri) == 0;
    }
  return prefix == NULL && uri == NULL;
}

static void
bind (Writer *writer, const char *prefix, const char *uri)
{
  Binding binding = { prefix, uri };

  g_array_append_val (writer->bindings, binding);
  g_string_append (writer->out, " xmlns");
  if (prefix != NULL)
    {
      g_string_append_c (writer->out, ':');
      g_string_append (writer->out, prefix);
    }
  g_string_append (writer->out, "=\"");
  append_escaped (writer->out, uri, TRUE);
  g_string_append_c (writer->out, '"');
}

static gboolean
is_bound_since (Writer *writer, guint since, const char *prefix)
{
  for (guint i = since; i < writer->bindings->len; i++)
    {
      if (g_strcmp0 (g_array_index (writer->bindings, Binding, i).prefix, prefix) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A prefix with which an attribute of that namespace can be written; declares it if need be. */
static const char *
prefix_for_attribute (Writer *writer, PalNode *attribute, guint since)
{
  const char *prefix = attribute->prefix;

  if (attribute->uri == NULL)
    return NULL;
  if (strcmp (attribute->uri, XML_URI) == 0)
    return "xml";
  if (prefix != NULL && is_bound (writer, prefix, attribute->uri))
    return prefix;
  if (prefix != NULL && !is_bound_since (writer, since, prefix))
    {
      bind (writer, prefix, attribute->uri);
      return prefix;
    }
  for (guint i = writer->bindings->len; i > 0; i--)
    {
      Binding *binding = &g_array_index (writer->bindings, Binding, i - 1);

      if (binding->prefix != NULL && is_bound (writer, binding->prefix, attribute->uri))
        return binding->prefix;
    }
  prefix = g_strdup_printf ("ns%u", writer->made->len + 1);
  g_ptr_array_add (writer->made, (gpointer) prefix);
  bind (writer, prefix, attribute->uri);
  return prefix;
}

static void
append_name (GString *out, const char *prefix, const char *local)
{
  if (prefix != NULL)
    {
      g_string_append (out, prefix);
      g_string_append_c (out, ':');
    }
  g_string_append (out, local);
}

static void write_node (Writer *writer, PalNode *node);

static void
write_element (Writer *writer, PalNode *node)
{
  GString *out = writer->out;
  guint since = writer->bindings->len;
  const char *prefix = node->uri != NULL ? node->prefix : NULL;
  const char *own_uri = prefix == NULL && writer->namespace_of != NULL
                            ? writer->namespace_of (node, writer->user_data)
                            : node->uri;
  const char *declared;
  const char *uri;
  gboolean is_empty = TRUE;

  g_string_append_c (out, '<');
  append_name (out, prefix, node->local);
  if (!is_bound (writer, prefix, own_uri))
    bind (writer, prefix, own_uri);
  for (guint i = 0; pal_node_get_declaration (node, i, &declared, &uri); i++)
    {
      if (!is_bound_since (writer, since, declared) && !is_bound (writer, declared, uri)
          && g_strcmp0 (declared, prefix) != 0)
        bind (writer, declared, uri);
    }

  for (PalNode *attribute = node->first_attribute; attribute != NULL; attribute = attribute->next)
    {
      const char *attribute_prefix;

      if (writer->skip != NULL && writer->skip (attribute, writer->user_data))
        continue;
      attribute_prefix = prefix_for_attribute (writer, attribute, since);
      g_string_append_c (out, ' ');
      append_name (out, attribute_prefix, attribute->local);
      g_string_append (out, "=\"");
      append_escaped (out, attribute->value, TRUE);
      g_string_append_c (out, '"');
    }

  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (writer->skip != NULL && writer->skip (child, writer->user_data))
        continue;
      if (is_empty)
        g_string_append_c (out, '>');
      is_empty = FALSE;
      write_node (writer, child);
    }
  if (is_empty)
    g_string_append (out, "/>");
  else
    {
      g_string_append (out, "</");
      append_name (out, prefix, node->local);
      g_string_append_c (out, '>');
    }
  g_array_set_size (writer->bindings, since);
}

static void
write_node (Writer *writer, PalNode *node)
{
  GString *out = writer->out;

  switch ((PalNodeKind) node->kind)
    {
    case PAL_NODE_ROOT:
      g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
      for (PalNode *child = node->first_child; child != NULL; child = child->next)
        {
          if (writer->skip == NULL || !writer->skip (child, writer->user_data))
            write_node (writer, child);
        }
      g_string_append_c (out, '\n');
      return;
    case PAL_NODE_ELEMENT:
      write_element (writer, node);
      return;
    case PAL_NODE_ATTRIBUTE:
    case PAL_NODE_TEXT:
      append_escaped (out, node->value, FALSE);
      return;
    case PAL_NODE_COMMENT:
      g_string_append_printf (out, "<!--%s-->", node->value);
      return;
    case PAL_NODE_PI:
      g_string_append_printf (out, "<?%s %s?>", node->local, node->value);
      return;
    }
}

/**
 * pal_xml_write:
 * @node: what to write; the root of a document is written with an XML declaration
 * @skip: (nullable): says of an element, text or attribute that it is to be left out
 * @user_data: data for @skip
 *
 * Writes XML 1.0 in UTF-8, without any white space of its own. Characters that XML cannot hold
 * become U+FFFD.
 *
 * Returns: (transfer full): the document
 */
GBytes *
pal_xml_write (PalNode *node, PalXmlSkip skip, gpointer user_data)
{
  return pal_xml_write_full (node, skip, NULL, user_data);
}

/**
 * pal_xml_write_full:
 * @node: what to write
 * @skip: (nullable): as in pal_xml_write()
 * @namespace_of: (nullable): gives the namespace of an element without a prefix, or %NULL for none;
 *   without it, nodes are written in the namespaces that they are in
 * @user_data: data for @skip and @namespace_of
 *
 * pal_xml_write() for trees whose default namespaces were taken off.
 *
 * Returns: (transfer full): the document
 */
GBytes *
pal_xml_write_full (PalNode *node, PalXmlSkip skip, PalXmlNamespace namespace_of,
                    gpointer user_data)
{
  Writer writer = { .skip = skip, .namespace_of = namespace_of, .user_data = user_data };

  g_return_val_if_fail (node != NULL, NULL);

  writer.out = g_string_sized_new (4096);
  writer.bindings = g_array_new (FALSE, FALSE, sizeof (Binding));
  writer.made = g_ptr_array_new_with_free_func (g_free);
  write_node (&writer, node);
  g_array_unref (writer.bindings);
  g_ptr_array_unref (writer.made);
  return g_string_free_to_bytes (writer.out);
}

/**
 * pal_xml_escape:
 * @text: (nullable): UTF-8
 *
 * Escapes text for use between tags and in attribute values with double quotes.
 *
 * Returns: (transfer full): escaped text
 */
char *
pal_xml_escape (const char *text)
{
  GString *out = g_string_new (NULL);

  append_escaped (out, text, TRUE);
  return g_string_free (out, FALSE);
}
