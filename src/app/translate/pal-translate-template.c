// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-template"
#include "config.h"

#include "pal-translate-template.h"

#include <string.h>

/* More than this around a text is a whole page. */
#define MAX_OBJECTS 7

/* --- the template as a tree ---------------------------------------------------------------- */

typedef struct _Element Element;
struct _Element
{
  Element *parent;     /* (unowned) (nullable) */
  char *name;          /* (owned) */
  GHashTable *values;  /* (owned): attributes */
  GString *text;       /* (owned) */
  GPtrArray *children; /* (owned) (element-type Element) */
};

static void
element_free (gpointer data)
{
  Element *self = data;

  g_free (self->name);
  g_hash_table_unref (self->values);
  g_string_free (self->text, TRUE);
  g_ptr_array_unref (self->children);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Element, element_free)

static Element *
element_new (Element *parent, const char *name)
{
  Element *self = g_new0 (Element, 1);

  self->parent = parent;
  self->name = g_strdup (name);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->text = g_string_new (NULL);
  self->children = g_ptr_array_new_with_free_func (element_free);
  if (parent != NULL)
    g_ptr_array_add (parent->children, self);

  return self;
}

static const char *
get_value (const Element *self, const char *name)
{
  return g_hash_table_lookup (self->values, name);
}

static gboolean
is (const Element *self, const char *name)
{
  return g_str_equal (self->name, name);
}

static gboolean
is_translatable (const Element *self)
{
  return g_strcmp0 (get_value (self, "translatable"), "yes") == 0;
}

static void
start_cb (GMarkupParseContext *context, const char *name, const char **names, const char **values,
          gpointer user_data, GError **error)
{
  Element **at = user_data;

  *at = element_new (*at, name);
  for (guint i = 0; names[i] != NULL; i++)
    g_hash_table_insert ((*at)->values, g_strdup (names[i]), g_strdup (values[i]));
}

static void
end_cb (GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
  Element **at = user_data;

  *at = (*at)->parent;
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
         GError **error)
{
  Element **at = user_data;

  g_string_append_len ((*at)->text, text, length);
}

/* (nullable) */
static Element *
read_template (const char *resource)
{
  const GMarkupParser parser = { start_cb, end_cb, text_cb, NULL, NULL };
  g_autoptr (Element) top = element_new (NULL, "");
  Element *at = top;
  g_autoptr (GMarkupParseContext) context = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data (resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const char *data;
  gsize size;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  context = g_markup_parse_context_new (&parser, 0, &at, NULL);
  if (!g_markup_parse_context_parse (context, data, size, NULL)
      || !g_markup_parse_context_end_parse (context, NULL))
    return NULL;

  return g_steal_pointer (&top);
}

static Element *
find_text (Element *self, const char *context, const char *english)
{
  if (is_translatable (self) && g_str_equal (self->text->str, english)
      && g_strcmp0 (get_value (self, "context"), context) == 0)
    return self;
  for (guint i = 0; i < self->children->len; i++)
    {
      Element *found = find_text (g_ptr_array_index (self->children, i), context, english);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* --- the piece ----------------------------------------------------------------------------- */

/* What is set up by code or points out of the piece. */
static const char *const dropped_properties[] = {
  "action-name",
  "action-target",
  "activatable-widget",
  "adjustment",
  "factory",
  "group",
  "icon-name-source",
  "key-capture-widget",
  "menu-model",
  "mnemonic-widget",
  "model",
  "popover",
  "secondary-icon-activatable",
  "sensitive",
  "stack",
  "tooltip-text",
  "visible",
  "visible-child",
};

static GType
get_type (const Element *object)
{
  const char *name = get_value (object, "class");
  GType type = name != NULL ? g_type_from_name (name) : G_TYPE_INVALID;

  return type;
}

/* Our own pages want what only the program has. */
static gboolean
can_be_built (const Element *object)
{
  const char *name = get_value (object, "class");
  GType type = get_type (object);

  return is (object, "object") && name != NULL && !g_str_has_prefix (name, "Pal")
         && type != G_TYPE_INVALID && g_type_is_a (type, G_TYPE_OBJECT);
}

static gboolean
can_be_shown (const Element *object)
{
  GType type = get_type (object);

  return can_be_built (object) && g_type_is_a (type, GTK_TYPE_WIDGET)
         && !g_type_is_a (type, GTK_TYPE_NATIVE) && !g_type_is_a (type, GTK_TYPE_STACK);
}

static guint
count_objects (const Element *self)
{
  guint n = is (self, "object") ? 1 : 0;

  for (guint i = 0; i < self->children->len; i++)
    n += count_objects (g_ptr_array_index (self->children, i));

  return n;
}

static Element *
get_object_around (Element *self)
{
  Element *at = self->parent;

  while (at != NULL && !is (at, "object") && !is (at, "template"))
    at = at->parent;

  return at != NULL && is (at, "object") ? at : NULL;
}

/* Words that are only spoken, or only shown at the pointer, are no part of the picture. */
static gboolean
is_seen (const Element *text)
{
  const char *property = get_value (text, "name");

  for (const Element *at = text->parent; at != NULL; at = at->parent)
    if (is (at, "accessibility") || is (at, "menu"))
      return FALSE;

  return g_strcmp0 (property, "tooltip-text") != 0;
}

/* (nullable): the smallest thing that says where the text stands. */
static Element *
find_piece (Element *text)
{
  Element *piece = get_object_around (text);
  Element *around;

  if (piece == NULL || !is_seen (text) || !can_be_shown (piece))
    return NULL;
  while ((around = get_object_around (piece)) != NULL && can_be_shown (around)
         && count_objects (around) <= MAX_OBJECTS)
    piece = around;

  return piece;
}

static gboolean
is_dropped (const Element *self)
{
  const char *name = get_value (self, "name");

  if (is (self, "signal") || is (self, "accessibility") || is (self, "menu")
      || (is (self, "object") && !can_be_built (self)))
    return TRUE;
  if (!is (self, "property"))
    return FALSE;
  if (get_value (self, "bind-source") != NULL)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (dropped_properties); i++)
    if (g_str_equal (dropped_properties[i], name))
      return TRUE;

  return FALSE;
}

/* A child or a property whose object is dropped goes, too. */
static gboolean
is_hollow (const Element *self)
{
  if (!is (self, "child") && !is (self, "property"))
    return FALSE;
  for (guint i = 0; i < self->children->len; i++)
    if (is_dropped (g_ptr_array_index (self->children, i)))
      return TRUE;

  return is (self, "child") && self->children->len == 0;
}

static void
write_element (const Element *self, GString *out, PalTranslateFunc translate, gpointer user_data)
{
  GHashTableIter iter;
  gpointer name, value;
  const char *text = self->text->str;
  g_autofree char *escaped = NULL;

  if (is_dropped (self) || is_hollow (self))
    return;
  if (is_translatable (self))
    text = translate (get_value (self, "context"), text, user_data);
  g_string_append_printf (out, "<%s", self->name);
  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *attribute = g_markup_escape_text (value, -1);

      if (!g_str_equal (name, "id") && !g_str_equal (name, "translatable")
          && !g_str_equal (name, "context") && !g_str_equal (name, "comments"))
        g_string_append_printf (out, " %s=\"%s\"", (const char *) name, attribute);
    }
  escaped = g_markup_escape_text (text, -1);
  g_string_append_printf (out, ">%s", escaped);
  for (guint i = 0; i < self->children->len; i++)
    write_element (g_ptr_array_index (self->children, i), out, translate, user_data);
  g_string_append_printf (out, "</%s>", self->name);
}

static GtkWidget *
build (const Element *piece, PalTranslateFunc translate, gpointer user_data)
{
  g_autoptr (GString) xml = g_string_new ("<interface>");
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;
  GtkWidget *widget = NULL;
  gsize start = xml->len;

  write_element (piece, xml, translate, user_data);
  g_string_insert (xml, start + strlen ("<object"), " id=\"piece\"");
  g_string_append (xml, "</interface>");
  if (!gtk_builder_add_from_string (builder, xml->str, xml->len, &error))
    {
      g_info ("a piece of a template cannot be shown alone: %s", error->message);
      return NULL;
    }
  widget = GTK_WIDGET (gtk_builder_get_object (builder, "piece"));
  /* The builder lets go of it before somebody takes it. */
  g_object_ref (widget);
  g_clear_object (&builder);
  g_object_force_floating (G_OBJECT (widget));

  return widget;
}

GtkWidget *
pal_translate_template_build (const char *resource, const char *context, const char *english,
                              PalTranslateFunc translate, gpointer user_data)
{
  g_autoptr (Element) top = read_template (resource);
  Element *text = top != NULL ? find_text (top, context, english) : NULL;
  Element *piece = text != NULL ? find_piece (text) : NULL;

  return piece != NULL ? build (piece, translate, user_data) : NULL;
}
