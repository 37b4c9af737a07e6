// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include "pal-text.h"
#include "pal-xml.h"

#include <string.h>

/* Secondary instances: lists of choices and tables, inline or behind a URI. Each becomes a document
 * of its own, without the default namespace in which it may stand (T13). */

void
pal_instance_free (PalInstance *instance)
{
  g_free (instance->id);
  g_free (instance->source);
  g_clear_pointer (&instance->document, pal_document_unref);
  g_free (instance);
}

static PalNode *
copy_plain (PalNode *element, PalDocument *document)
{
  PalNode *copy = pal_node_new_element (document, element->local, element->prefix,
                                        element->prefix != NULL ? element->uri : NULL);

  copy->line = element->line;
  for (PalNode *attribute = element->first_attribute; attribute != NULL;
       attribute = attribute->next)
    pal_node_set_attribute (copy, attribute->local, attribute->prefix, attribute->uri,
                            attribute->value);
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT)
        pal_node_append (copy, copy_plain (child, document));
      else if (child->kind == PAL_NODE_TEXT
               && (element->first_child == element->last_child
                   || !pal_text_is_blank (child->value)))
        pal_node_append (copy, pal_node_new_text (document, child->value));
    }
  return copy;
}

static void
use_element (PalInstance *instance, PalNode *element)
{
  instance->root = copy_plain (element, instance->document);
  pal_node_append (pal_document_get_root (instance->document), instance->root);
}

static void
use_empty (PalInstance *instance)
{
  instance->root = pal_node_new_element (instance->document, "root", NULL, NULL);
  pal_node_append (pal_document_get_root (instance->document), instance->root);
}

/* CSV, RFC 4180: one record from *c on; FALSE at the end. */
static gboolean
next_record (const char **c, const char *end, char separator, GPtrArray *fields)
{
  const char *p = *c;

  g_ptr_array_set_size (fields, 0);
  if (p >= end)
    return FALSE;
  for (;;)
    {
      g_autoptr (GString) field = g_string_new (NULL);

      if (p < end && *p == '"')
        {
          for (p++; p < end; p++)
            {
              if (*p != '"')
                g_string_append_c (field, *p);
              else if (p + 1 < end && p[1] == '"')
                g_string_append_c (field, *p++);
              else
                break;
            }
          if (p < end)
            p++;
        }
      for (; p < end && *p != separator && *p != '\n' && *p != '\r'; p++)
        g_string_append_c (field, *p);
      g_ptr_array_add (fields, g_string_free (g_steal_pointer (&field), FALSE));
      if (p < end && *p == separator)
        {
          p++;
          continue;
        }
      if (p < end && *p == '\r')
        p++;
      if (p < end && *p == '\n')
        p++;
      *c = p;
      return TRUE;
    }
}

static gboolean
is_name (const char *text)
{
  if (!g_ascii_isalpha (*text) && *text != '_' && (guchar) *text < 0x80)
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isalnum (*text) && strchr ("_.-", *text) == NULL && (guchar) *text < 0x80)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_blank_record (GPtrArray *fields)
{
  return fields->len == 1 && *(char *) g_ptr_array_index (fields, 0) == '\0';
}

static void
note_columns (PalFormReader *reader, PalInstance *instance, GPtrArray *header, guint32 line)
{
  for (guint i = 0; i < header->len; i++)
    {
      g_autofree char *name = g_strstrip (g_strdup (g_ptr_array_index (header, i)));

      if (!is_name (name))
        pal_form_reader_note (reader, line, "%s: column %u cannot be named and is not used",
                              instance->source, i + 1);
    }
}

/* Columns become the children of item under root, as in the ODK specification. */
static void
read_csv (PalFormReader *reader, PalInstance *instance, GBytes *bytes, guint32 line)
{
  g_autoptr (GPtrArray) header = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  const char *end = data + length;
  const char *c = data;
  char separator;
  gsize n_cells = 0;

  use_empty (instance);
  if (length == 0)
    return;
  if (!g_utf8_validate (data, (gssize) length, NULL))
    {
      pal_form_reader_note (reader, line, "%s is not UTF-8 and is taken as empty",
                            instance->source);
      return;
    }
  if (length >= 3 && memcmp (c, "\xEF\xBB\xBF", 3) == 0)
    c += 3;
  {
    const char *newline = memchr (c, '\n', (gsize) (end - c));
    gsize width = newline != NULL ? (gsize) (newline - c) : (gsize) (end - c);

    separator = memchr (c, ',', width) == NULL && memchr (c, ';', width) != NULL ? ';' : ',';
  }
  if (!next_record (&c, end, separator, header))
    return;
  note_columns (reader, instance, header, line);
  while (next_record (&c, end, separator, fields))
    {
      PalNode *item;

      if (is_blank_record (fields))
        continue;
      n_cells += header->len;
      if (n_cells > PAL_FORM_MAX_CSV_CELLS)
        {
          pal_form_reader_refuse (reader, PAL_FORM_ERROR_LIMIT, line, "%s is too large",
                                  instance->source);
          return;
        }
      item = pal_node_new_element (instance->document, "item", NULL, NULL);
      for (guint i = 0; i < header->len; i++)
        {
          g_autofree char *name = g_strstrip (g_strdup (g_ptr_array_index (header, i)));
          PalNode *cell;

          if (!is_name (name))
            continue;
          cell = pal_node_new_element (instance->document, name, NULL, NULL);
          if (i < fields->len)
            pal_node_set_text (cell, g_ptr_array_index (fields, i));
          pal_node_append (item, cell);
        }
      pal_node_append (instance->root, item);
    }
}

static void
read_external (PalFormReader *reader, PalInstance *instance, guint32 line)
{
  GBytes *bytes = reader->attachments != NULL
                      ? g_hash_table_lookup (reader->attachments, instance->source)
                      : NULL;
  g_autofree char *lower = g_ascii_strdown (instance->source, -1);
  g_autoptr (PalDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  if (bytes == NULL)
    {
      instance->is_absent = TRUE;
      use_empty (instance);
      return;
    }
  if (g_str_has_suffix (lower, ".geojson"))
    {
      pal_form_reader_note (reader, line, "%s is taken as empty: maps are outside the profile",
                            instance->source);
      use_empty (instance);
      return;
    }
  if (g_str_has_prefix (lower, "jr://file-csv/") || g_str_has_suffix (lower, ".csv"))
    {
      read_csv (reader, instance, bytes, line);
      return;
    }
  document
      = pal_xml_parse (bytes, instance->source, PAL_XML_READ_DEFAULT, &PAL_XML_LIMITS_FORM, &error);
  if (document == NULL)
    {
      pal_form_reader_note (reader, line, "%s is taken as empty: %s", instance->source,
                            error->message);
      use_empty (instance);
      return;
    }
  use_element (instance, pal_document_get_element (document));
}

/* Whatever the tree works out when it is first asked is worked out now, because forms are shared
 * between threads. */
static void
warm (PalNode *element)
{
  guint n_children = 0;

  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      n_children++;
      warm (child);
    }
  /* A name that cannot be there: looking for it in vain makes the index of a long list. */
  if (n_children > 0)
    (void) pal_node_find_child (element, " ", NULL);
}

void
pal_form_read_secondary (PalFormReader *reader, PalNode *element)
{
  const char *id = pal_node_get_attribute (element, "id", NULL);
  const char *source = pal_node_get_attribute (element, "src", NULL);
  PalInstance *instance;
  PalNode *root = element->first_child;

  if (id == NULL)
    {
      pal_form_reader_note (reader, element->line, "an instance without an id cannot be used");
      return;
    }
  if (source != NULL && strstr (source, "last-saved") != NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_OUTSIDE, element->line,
                              "the record saved last (%s): not in the form profile", source);
      return;
    }
  if (g_hash_table_contains (reader->form->instances, id))
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                              "a second instance with the id %s", id);
      return;
    }

  instance = g_new0 (PalInstance, 1);
  instance->id = g_strdup (id);
  instance->source = g_strdup (source);
  instance->document = pal_document_new ();
  g_hash_table_insert (reader->form->instances, instance->id, instance);

  while (root != NULL && root->kind != PAL_NODE_ELEMENT)
    root = root->next;
  if (source != NULL)
    read_external (reader, instance, element->line);
  else if (root != NULL)
    use_element (instance, root);
  else
    {
      use_empty (instance);
    }
  warm (instance->root);
  (void) pal_node_compare (pal_document_get_root (instance->document), instance->root);
}
