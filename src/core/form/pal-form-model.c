// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

#define NS_ENTITIES "http://www.opendatakit.org/xforms/entities"

/* Children that are compared one by one before a table is worth its making. */
#define TABLE_THRESHOLD 8

static void
add_child (PalDefinition *parent, PalDefinition *child)
{
  GPtrArray *children = parent->public.children;

  g_ptr_array_add (children, child);
  if (parent->by_name == NULL && children->len > TABLE_THRESHOLD)
    {
      parent->by_name = g_hash_table_new (NULL, NULL);
      for (guint i = 0; i + 1 < children->len; i++)
        {
          PalDefinition *one = g_ptr_array_index (children, i);

          one->next_alike = g_hash_table_lookup (parent->by_name, one->public.local);
          g_hash_table_insert (parent->by_name, (gpointer) one->public.local, one);
        }
    }
  if (parent->by_name != NULL)
    {
      child->next_alike = g_hash_table_lookup (parent->by_name, child->public.local);
      g_hash_table_insert (parent->by_name, (gpointer) child->public.local, child);
    }
}

static gboolean
is_template (PalNode *element)
{
  return pal_node_get_attribute_node (element, "template", PAL_NS_JR) != NULL;
}

static PalDefinition *
define (PalFormReader *reader, PalDefinition *parent, PalNode *prototype, gboolean is_attribute)
{
  const char *uri = prototype->prefix != NULL ? prototype->uri : NULL;
  PalFormNode *known
      = parent != NULL ? pal_form_find_child (&parent->public, prototype->local, uri, is_attribute)
                       : NULL;
  PalDefinition *self;

  if (known != NULL)
    return pal_definition (known);
  self = pal_form_reader_new_definition (reader, parent, prototype);
  if (parent != NULL)
    add_child (parent, self);
  return self;
}

static void
define_attributes (PalFormReader *reader, PalDefinition *self, PalNode *element)
{
  for (PalNode *attribute = element->first_attribute; attribute != NULL;
       attribute = attribute->next)
    {
      if (attribute->uri == g_intern_static_string (PAL_NS_JR))
        continue;
      attribute->data = define (reader, self, attribute, TRUE);
      ((PalDefinition *) attribute->data)->is_leaf = TRUE;
    }
}

/* One definition for all nodes of a name below one definition, however often they are there. */
static void
define_children (PalFormReader *reader, PalDefinition *self, PalNode *element,
                 gboolean want_attributes)
{
  gboolean has_children = FALSE;
  g_autoptr (GHashTable) seen = NULL;

  element->data = self;
  if (want_attributes)
    define_attributes (reader, self, element);

  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      PalDefinition *definition;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      has_children = TRUE;
      definition = define (reader, self, child, FALSE);
      child->is_template = is_template (child);
      if (seen == NULL)
        seen = g_hash_table_new (NULL, NULL);
      if (child->is_template)
        {
          definition->prototype = child;
          definition->is_multiple = TRUE;
        }
      if (!g_hash_table_add (seen, definition))
        definition->is_multiple = TRUE;
      define_children (reader, definition, child, want_attributes);
    }
  /* Another node of the name may have children: numbering puts that right. */
  if (!has_children)
    self->is_leaf = TRUE;
}

static void
number_definitions (PalFormReader *reader, PalDefinition *self, const char *parent_path)
{
  PalForm *form = reader->form;
  g_autofree char *path = g_strconcat (parent_path, self->public.is_attribute ? "/@" : "/",
                                       self->prefix != NULL ? self->prefix : "",
                                       self->prefix != NULL ? ":" : "", self->public.local, NULL);

  self->public.path = g_string_chunk_insert (form->strings, path);
  self->public.index = form->nodes->len;
  g_ptr_array_add (form->nodes, self);
  /* Answers are kept under their path: it must name one thing. */
  if (g_hash_table_contains (form->by_path, path))
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, self->public.line,
                            "%s names two nodes: its prefix stands for two namespaces", path);
  g_hash_table_insert (form->by_path, (gpointer) self->public.path, self);
  /* An attribute of a leaf must not make it a branch. */
  for (guint i = 0; i < self->public.children->len; i++)
    {
      PalDefinition *child = g_ptr_array_index (self->public.children, i);

      if (!child->public.is_attribute)
        self->is_leaf = FALSE;
      number_definitions (reader, child, path);
    }
  self->end = form->nodes->len;
}

static char *
dup_attribute (PalNode *element, const char *local, const char *uri)
{
  const char *value = pal_node_get_attribute (element, local, uri);

  return g_strstrip (g_strdup (value != NULL ? value : ""));
}

static PalNode *
first_element (PalNode *parent)
{
  PalNode *child = parent->first_child;

  while (child != NULL && child->kind != PAL_NODE_ELEMENT)
    child = child->next;
  return child;
}

static void
refuse_outside (PalFormReader *reader, PalNode *at, const char *what)
{
  pal_form_reader_refuse (reader, PAL_FORM_ERROR_OUTSIDE, at->line, "%s: not in the form profile",
                          what);
}

static void
check_meta (PalFormReader *reader, PalNode *primary)
{
  for (PalNode *meta = primary->first_child; meta != NULL; meta = meta->next)
    {
      if (meta->kind != PAL_NODE_ELEMENT || strcmp (meta->local, "meta") != 0)
        continue;
      for (PalNode *child = meta->first_child; child != NULL; child = child->next)
        {
          if (child->kind != PAL_NODE_ELEMENT)
            continue;
          if (strcmp (child->local, "audit") == 0)
            refuse_outside (reader, child, "an audit log");
          else if (strcmp (child->local, "entity") == 0)
            refuse_outside (reader, child, "entities");
        }
    }
  for (PalNode *attribute = primary->first_attribute; attribute != NULL;
       attribute = attribute->next)
    {
      if (attribute->uri == g_intern_static_string (PAL_NS_ODK)
          && (strcmp (attribute->local, "prefix") == 0
              || strcmp (attribute->local, "delimiter") == 0))
        refuse_outside (reader, primary, "submission by SMS");
    }
}

static gboolean
has_attribute_path (const char *source, gsize length)
{
  const char *end = source + length;

  for (const char *c = source; (c = memchr (c, '@', (gsize) (end - c))) != NULL; c++)
    {
      if (c > source && c[-1] == '/')
        return TRUE;
    }
  return FALSE;
}

static void
read_primary (PalFormReader *reader, PalNode *instance)
{
  PalForm *form = reader->form;
  PalNode *primary = first_element (instance);
  const char *source;
  gsize length;
  gboolean want_attributes;

  if (primary == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, instance->line,
                              "the primary instance is empty");
      return;
    }
  form->primary = primary;
  form->primary_id = pal_node_get_attribute (instance, "id", NULL);
  g_free (form->id);
  form->id = dup_attribute (primary, "id", NULL);
  g_free (form->version);
  form->version = dup_attribute (primary, "version", PAL_NS_ORX);
  if (*form->version == '\0')
    {
      g_free (form->version);
      form->version = dup_attribute (primary, "version", NULL);
    }
  if (*form->id == '\0')
    pal_form_reader_note (reader, primary->line, "the form has no id");
  check_meta (reader, primary);

  /* Attributes are nodes of the record only where a form speaks of some. */
  source = g_bytes_get_data (form->source, &length);
  want_attributes = has_attribute_path (source, length);

  form->root = &define (reader, NULL, primary, FALSE)->public;
  define_children (reader, pal_definition (form->root), primary, want_attributes);
  number_definitions (reader, pal_definition (form->root), "");
}

static void
read_submission (PalFormReader *reader, PalNode *submission)
{
  if (pal_node_get_attribute_node (submission, "base64RsaPublicKey", NULL) != NULL)
    refuse_outside (reader, submission, "an encryption key");
  if (pal_node_get_attribute_node (submission, "action", NULL) != NULL)
    pal_form_reader_note (reader, submission->line,
                          "the address of the submission is not used: a person says where it goes");
}

void
pal_form_read_model (PalFormReader *reader, PalNode *model)
{
  PalNode *primary = NULL;

  for (PalNode *attribute = model->first_attribute; attribute != NULL; attribute = attribute->next)
    {
      if (attribute->uri == g_intern_static_string (NS_ENTITIES))
        refuse_outside (reader, model, "entities");
    }
  for (PalNode *child = model->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (pal_node_is (child, "instance", PAL_NS_XFORMS))
        {
          if (primary == NULL)
            read_primary (reader, primary = child);
          else
            pal_form_read_secondary (reader, child);
        }
      else if (pal_node_is (child, "itext", PAL_NS_XFORMS))
        pal_form_read_itext (reader, child);
      else if (pal_node_is (child, "submission", PAL_NS_XFORMS))
        read_submission (reader, child);
      else if (pal_node_is (child, "bind", PAL_NS_XFORMS) || pal_form_is_action (child))
        ; /* when all nodes are known */
      else
        pal_form_reader_note (reader, child->line, "<%s> in the model is not used", child->local);
    }
  if (primary == NULL)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, model->line,
                            "there is no primary instance");
}

/* Binds */

static const struct
{
  const char *name;
  PalType type;
} types[] = {
  { "string", PAL_TYPE_STRING },       { "int", PAL_TYPE_INTEGER },
  { "integer", PAL_TYPE_INTEGER },     { "long", PAL_TYPE_INTEGER },
  { "decimal", PAL_TYPE_DECIMAL },     { "double", PAL_TYPE_DECIMAL },
  { "float", PAL_TYPE_DECIMAL },       { "boolean", PAL_TYPE_BOOLEAN },
  { "date", PAL_TYPE_DATE },           { "time", PAL_TYPE_TIME },
  { "dateTime", PAL_TYPE_DATE_TIME },  { "binary", PAL_TYPE_BINARY },
  { "base64Binary", PAL_TYPE_BINARY }, { "anyURI", PAL_TYPE_BINARY },
  { "geopoint", PAL_TYPE_OTHER },      { "geotrace", PAL_TYPE_OTHER },
  { "geoshape", PAL_TYPE_OTHER },      { "barcode", PAL_TYPE_OTHER },
  { "select1", PAL_TYPE_OTHER },       { "select", PAL_TYPE_OTHER },
  { "rank", PAL_TYPE_OTHER },          { "odk:rank", PAL_TYPE_OTHER },
};

static void
set_type (PalFormReader *reader, PalFormNode *node, const char *written, guint32 line)
{
  const char *name = g_str_has_prefix (written, "xsd:") ? written + 4 : written;

  node->type_name = g_strdup (written);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strcmp (types[i].name, name) == 0)
        {
          node->type = types[i].type;
          return;
        }
    }
  if (strcmp (name, "intent") == 0)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_OUTSIDE, line,
                            "an external app (type %s): not in the form profile", written);
  else if (*name != '\0')
    pal_form_reader_note (reader, line, "the type %s is not known: %s takes any text", written,
                          node->path);
}

static void
set_expression (PalFormReader *reader, PalFormNode *node, PalExpr **place, PalNode *bind,
                PalNode *attribute)
{
  g_autofree char *what = g_strdup_printf ("%s of %s", attribute->local, node->path);

  if (*place != NULL)
    {
      pal_form_reader_note (reader, bind->line, "a second %s is not used", what);
      return;
    }
  *place = pal_form_reader_compile (reader, attribute->value, bind, what);
}

static void
set_text (char **place, const char *value)
{
  g_free (*place);
  *place = *value != '\0' ? g_strdup (value) : NULL;
}

/* Properties of a device, or of the person at it, are nobody's business, but for the name by which
 * that person wants to be known. */
static void
note_preload (PalFormReader *reader, PalFormNode *node, PalNode *bind)
{
  const char *params = pal_node_get_attribute (bind, "preloadParams", PAL_NS_JR);
  const char *kind = node->preload != NULL ? node->preload : "";
  const char *what = params != NULL ? params : "";

  if (*kind == '\0' || strcmp (kind, "uid") == 0
      || (strcmp (kind, "timestamp") == 0
          && (strcmp (what, "start") == 0 || strcmp (what, "end") == 0))
      || (strcmp (kind, "date") == 0 && strcmp (what, "today") == 0)
      || (strcmp (kind, "property") == 0 && strcmp (what, "username") == 0))
    return;
  pal_form_reader_note (reader, bind->line, "%s stays empty: nothing is known of %s %s", node->path,
                        kind, what);
}

static void
read_bind_attribute (PalFormReader *reader, PalFormNode *node, PalNode *bind, PalNode *attribute)
{
  const char *local = attribute->local;
  const char *value = attribute->value;
  PalDefinition *definition = pal_definition (node);

  if (attribute->uri == NULL)
    {
      if (strcmp (local, "type") == 0)
        {
          if (node->type_name == NULL)
            set_type (reader, node, value, bind->line);
        }
      else if (strcmp (local, "relevant") == 0)
        set_expression (reader, node, &node->relevant, bind, attribute);
      else if (strcmp (local, "required") == 0)
        set_expression (reader, node, &node->required, bind, attribute);
      else if (strcmp (local, "readonly") == 0)
        set_expression (reader, node, &node->readonly, bind, attribute);
      else if (strcmp (local, "constraint") == 0)
        set_expression (reader, node, &node->constraint, bind, attribute);
      else if (strcmp (local, "calculate") == 0)
        set_expression (reader, node, &node->calculate, bind, attribute);
      return;
    }
  if (strcmp (attribute->uri, PAL_NS_JR) == 0)
    {
      if (strcmp (local, "requiredMsg") == 0)
        pal_form_read_message (reader, &definition->required_message, value, bind);
      else if (strcmp (local, "constraintMsg") == 0)
        pal_form_read_message (reader, &definition->constraint_message, value, bind);
      else if (strcmp (local, "preload") == 0)
        {
          set_text (&node->preload, value);
          note_preload (reader, node, bind);
        }
      else if (strcmp (local, "preloadParams") == 0)
        set_text (&node->preload_params, value);
    }
  else if (strcmp (attribute->uri, PAL_NS_PALERMO) == 0)
    {
      if (strcmp (local, "ref") == 0)
        set_text (&node->ref, value);
      else if (strcmp (local, "obligation") == 0)
        set_text (&node->obligation, value);
      else if (strcmp (local, "needs") == 0)
        set_text (&node->needs, value);
      else if (strcmp (local, "link") == 0)
        set_text (&node->link, value);
      else if (strcmp (local, "cluster") == 0)
        set_text (&node->cluster, value);
      else if (strcmp (local, "was") == 0)
        set_text (&node->was, value);
    }
  else if (strcmp (attribute->uri, NS_ENTITIES) == 0)
    refuse_outside (reader, bind, "entities");
  else if (strcmp (attribute->uri, PAL_NS_ODK) == 0 && strcmp (local, "tag") == 0)
    refuse_outside (reader, bind, "submission by SMS");
}

static void
read_bind (PalFormReader *reader, PalNode *bind)
{
  const char *nodeset = pal_node_get_attribute (bind, "nodeset", NULL);
  PalFormNode *node;

  if (nodeset == NULL)
    nodeset = pal_node_get_attribute (bind, "ref", NULL);
  if (nodeset == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, bind->line,
                              "a bind says not of which node");
      return;
    }
  node = pal_form_resolve_path (reader->form, nodeset, reader->form->root, bind);
  if (node == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, bind->line,
                              "a bind for %s, which is not in the primary instance", nodeset);
      return;
    }
  if (pal_definition (node)->bind_line == 0)
    pal_definition (node)->bind_line = bind->line;
  for (PalNode *attribute = bind->first_attribute; attribute != NULL; attribute = attribute->next)
    read_bind_attribute (reader, node, bind, attribute);
}

/* The body refers to binds by their id, so ids are known first. */
void
pal_form_read_bind_ids (PalFormReader *reader, PalNode *model)
{
  for (PalNode *child = model->first_child; child != NULL; child = child->next)
    {
      const char *id;
      const char *nodeset;
      PalFormNode *node;

      if (child->kind != PAL_NODE_ELEMENT || !pal_node_is (child, "bind", PAL_NS_XFORMS))
        continue;
      id = pal_node_get_attribute (child, "id", NULL);
      nodeset = pal_node_get_attribute (child, "nodeset", NULL);
      if (id == NULL || nodeset == NULL)
        continue;
      node = pal_form_resolve_path (reader->form, nodeset, reader->form->root, child);
      if (node != NULL)
        g_hash_table_insert (reader->form->binds, (gpointer) pal_form_reader_keep (reader, id),
                             node);
    }
}

void
pal_form_read_binds (PalFormReader *reader, PalNode *model)
{
  for (PalNode *child = model->first_child; child != NULL && !pal_form_reader_is_full (reader);
       child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (pal_node_is (child, "bind", PAL_NS_XFORMS))
        read_bind (reader, child);
      else if (pal_form_is_action (child))
        pal_form_read_action (reader, child, NULL, FALSE);
    }
}
