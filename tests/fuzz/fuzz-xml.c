// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include <string.h>

/* XML that is changed as a tree stays well-formed, and reaches what lies behind the reader. */

#define MAX_NODES 4000

static void
collect (PalNode *node, GPtrArray *elements)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT || elements->len >= MAX_NODES)
        continue;
      g_ptr_array_add (elements, child);
      collect (child, elements);
    }
}

/* "/data/a/b" of everything below the first child of the first instance; or of the document. */
static GPtrArray *
collect_paths (GPtrArray *elements)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  PalNode *instance = NULL;

  for (guint i = 0; i < elements->len && paths->len < 200; i++)
    {
      PalNode *element = elements->pdata[i];
      g_autoptr (GString) path = NULL;

      if (instance == NULL)
        {
          if (strcmp (element->local, "instance") == 0)
            instance = element;
          continue;
        }
      if (!pal_node_contains (instance, element) || element == instance)
        continue;
      path = g_string_new (NULL);
      for (PalNode *at = element; at != instance; at = at->parent)
        {
          g_string_prepend (path, at->local);
          g_string_prepend_c (path, '/');
        }
      g_ptr_array_add (paths, g_string_free (g_steal_pointer (&path), FALSE));
    }
  return paths;
}

static PalNode *
any (GPtrArray *elements, FuzzRandom *random)
{
  return elements->pdata[fuzz_random_below (random, elements->len)];
}

static char *
make_value (FuzzRandom *random, GPtrArray *paths, const FuzzXmlWords *words, const char *old)
{
  guint choice = fuzz_random_below (random, 4);

  if (choice == 0 && words->expressions)
    {
      GString *out = g_string_new (NULL);

      fuzz_append_expression (out, random, paths, fuzz_random_below (random, 4));
      return g_string_free (out, FALSE);
    }
  if (choice == 1 && paths->len > 0)
    return g_strdup (paths->pdata[fuzz_random_below (random, paths->len)]);
  if (choice == 2)
    return fuzz_mutate_text (old != NULL ? old : "", random);
  return g_strdup (fuzz_random_word (random, words->values));
}

static PalNode *
nth_attribute (PalNode *element, FuzzRandom *random)
{
  guint n = 0;
  PalNode *attribute = element->first_attribute;

  for (PalNode *at = attribute; at != NULL; at = at->next)
    n++;
  for (guint skip = fuzz_random_below (random, n); skip > 0; skip--)
    attribute = attribute->next;
  return attribute;
}

static void
change_attribute (PalNode *element, FuzzRandom *random, GPtrArray *paths, const FuzzXmlWords *words)
{
  PalNode *attribute = nth_attribute (element, random);
  g_autofree char *value = NULL;

  if (attribute != NULL && fuzz_random_below (random, 4) > 0)
    {
      value = make_value (random, paths, words, attribute->value);
      pal_node_set_attribute (element, attribute->local, attribute->prefix, attribute->uri,
                              fuzz_random_below (random, 8) == 0 ? NULL : value);
      return;
    }
  {
    const char *name = fuzz_random_word (random, words->attributes);
    const char *colon = strchr (name, ':');
    g_autofree char *prefix = colon != NULL ? g_strndup (name, (gsize) (colon - name)) : NULL;
    const char *uri = prefix != NULL ? pal_node_resolve_prefix (element, prefix) : NULL;

    if (prefix != NULL && uri == NULL)
      return;
    value = make_value (random, paths, words, NULL);
    pal_node_set_attribute (element, colon != NULL ? colon + 1 : name, prefix, uri, value);
  }
}

static void
put_in (PalNode *parent, PalNode *node, FuzzRandom *random)
{
  PalNode *before = parent->first_child;

  for (guint skip = fuzz_random_below (random, 6); skip > 0 && before != NULL; skip--)
    before = before->next;
  if (before != NULL)
    pal_node_insert_before (parent, node, before);
  else
    pal_node_append (parent, node);
}

static void
put_snippet (PalDocument *document, PalNode *parent, FuzzRandom *random, const FuzzXmlWords *words)
{
  const char *text = fuzz_random_word (random, words->snippets);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (PalDocument) snippet
      = pal_xml_parse (bytes, "snippet", PAL_XML_READ_DEFAULT, NULL, NULL);

  fuzz_check (snippet != NULL);
  put_in (parent, pal_node_clone (pal_document_get_element (snippet), document), random);
}

static void
change (PalDocument *document, GPtrArray *elements, FuzzRandom *random, GPtrArray *paths,
        const FuzzXmlWords *words)
{
  PalNode *element = any (elements, random);
  PalNode *other = any (elements, random);
  gboolean is_document_element = element == pal_document_get_element (document);

  switch (fuzz_random_below (random, 12))
    {
    case 0:
      if (is_document_element)
        break;
      pal_node_detach (element);
      pal_node_free (element);
      break;
    case 1:
      if (!is_document_element)
        pal_node_insert_before (element->parent, pal_node_clone (element, document), element);
      break;
    case 2:
      if (!is_document_element && !pal_node_contains (element, other) && other != element)
        {
          pal_node_detach (element);
          put_in (other, element, random);
        }
      break;
    case 3:
      put_in (element, pal_node_clone (other, document), random);
      break;
    case 4:
      put_snippet (document, element, random, words);
      break;
    case 5:
      {
        g_autofree char *old = pal_node_dup_text (element);
        g_autofree char *value = make_value (random, paths, words, old);

        if (element->first_child == NULL || element->first_child->kind != PAL_NODE_ELEMENT)
          pal_node_set_text (element, value);
        else
          put_in (element, pal_node_new_text (document, value), random);
        break;
      }
    case 6:
      /* The same under another's name. */
      if (!is_document_element)
        {
          PalNode *renamed
              = pal_node_new_element (document, other->local, other->prefix, other->uri);

          for (PalNode *at = element->first_attribute; at != NULL; at = at->next)
            pal_node_set_attribute (renamed, at->local, at->prefix, at->uri, at->value);
          for (PalNode *child = element->first_child; child != NULL; child = child->next)
            pal_node_append (renamed, pal_node_clone (child, document));
          pal_node_insert_before (element->parent, renamed, element);
          pal_node_detach (element);
          pal_node_free (element);
        }
      break;
    default:
      change_attribute (element, random, paths, words);
    }
}

GBytes *
fuzz_mutate_xml (const guint8 *data, gsize size, FuzzRandom *random, const FuzzXmlWords *words)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (PalDocument) document
      = pal_xml_parse (bytes, "input", PAL_XML_READ_DEFAULT, NULL, NULL);
  g_autoptr (GPtrArray) paths = NULL;

  if (document == NULL)
    return NULL;
  for (guint n = 1 + fuzz_random_below (random, 3); n > 0; n--)
    {
      g_autoptr (GPtrArray) elements = g_ptr_array_new ();

      g_ptr_array_add (elements, pal_document_get_element (document));
      collect (pal_document_get_element (document), elements);
      if (paths == NULL)
        paths = collect_paths (elements);
      change (document, elements, random, paths, words);
    }
  return pal_xml_write (pal_document_get_element (document), NULL, NULL);
}
