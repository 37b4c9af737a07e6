// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-messages.h"
#include "pal-xlsform.h"

#include "pal-text.h"
#include "pal-xml.h"

#include <string.h>

/* Catalogues merged into a form that is made already: inline texts move into itext, then each
 * catalogue becomes a translation beside the default one. */

typedef struct
{
  PalDocument *document; /* (unowned) */
  PalNode *model;
  PalNode *itext;
  PalNode *source;      /* the default translation */
  GHashTable *contexts; /* itextId -> "choices/list/name" */
} Localizer;

static PalNode *
next_element (PalNode *node)
{
  while (node != NULL && node->kind != PAL_NODE_ELEMENT)
    node = node->next;

  return node;
}

static PalNode *
new_element (Localizer *self, const char *local)
{
  return pal_node_new_element (self->document, local, NULL, PAL_NS_XFORMS);
}

static char *
itext_reference (const char *id)
{
  return g_strdup_printf ("jr:itext('%s')", id);
}

/* A text that no translation has yet, in all of them: @content's children move into the first, the
 * others get copies. */
static void
add_text (Localizer *self, const char *id, PalNode *content)
{
  PalNode *value = new_element (self, "value");

  while (content->first_child != NULL)
    {
      PalNode *child = content->first_child;

      pal_node_detach (child);
      pal_node_append (value, child);
    }
  for (PalNode *translation = next_element (self->itext->first_child); translation != NULL;
       translation = next_element (translation->next))
    {
      PalNode *text = new_element (self, "text");

      pal_node_set_attribute (text, "id", NULL, NULL, id);
      pal_node_append (text, pal_node_clone (value, self->document));
      pal_node_append (translation, text);
    }
  pal_node_free (value);
}

static const char *
control_path (PalNode *control)
{
  const char *path = pal_node_get_attribute (control, "ref", NULL);

  if (path == NULL)
    path = pal_node_get_attribute (control, "nodeset", NULL);

  return path != NULL && path[0] == '/' && strchr (path, '\'') == NULL ? path : NULL;
}

/* Labels and hints that stand in the body. */
static void
move_body_texts (Localizer *self, PalNode *parent)
{
  for (PalNode *node = next_element (parent->first_child); node != NULL;
       node = next_element (node->next))
    {
      gboolean is_text
          = pal_node_is (node, "label", PAL_NS_XFORMS) || pal_node_is (node, "hint", PAL_NS_XFORMS);
      const char *path = is_text ? control_path (parent) : NULL;

      if (!is_text)
        {
          move_body_texts (self, node);
          continue;
        }
      if (path != NULL && node->first_child != NULL
          && pal_node_get_attribute (node, "ref", NULL) == NULL)
        {
          g_autofree char *id = g_strconcat (path, ":", node->local, NULL);
          g_autofree char *reference = itext_reference (id);

          add_text (self, id, node);
          pal_node_set_attribute (node, "ref", NULL, NULL, reference);
        }
    }
}

static void
move_message (Localizer *self, PalNode *bind, const char *name)
{
  const char *path = control_path (bind);
  const char *text = pal_node_get_attribute (bind, name, PAL_NS_JR);
  g_autofree char *id = NULL;
  g_autofree char *reference = NULL;
  PalNode *content;

  if (path == NULL || text == NULL || g_str_has_prefix (text, "jr:itext("))
    return;
  id = g_strconcat (path, ":jr:", name, NULL);
  reference = itext_reference (id);
  content = new_element (self, "value");
  pal_node_append (content, pal_node_new_text (self->document, text));
  add_text (self, id, content);
  pal_node_free (content);
  pal_node_set_attribute (bind, name, "jr", PAL_NS_JR, reference);
}

/* Labels of a list of choices; TRUE when they were moved. */
static gboolean
move_choices (Localizer *self, PalNode *instance)
{
  const char *list = pal_node_get_attribute (instance, "id", NULL);
  PalNode *root = pal_node_find_child (instance, "root", PAL_NS_XFORMS);
  guint index = 0;
  gboolean moved = FALSE;

  for (PalNode *item = root != NULL ? next_element (root->first_child) : NULL; item != NULL;
       item = next_element (item->next), index++)
    {
      PalNode *id = pal_node_find_child (item, "itextId", PAL_NS_XFORMS);
      PalNode *label = pal_node_find_child (item, "label", PAL_NS_XFORMS);
      PalNode *name = pal_node_find_child (item, "name", PAL_NS_XFORMS);
      g_autofree char *value = name != NULL ? pal_node_dup_text (name) : g_strdup ("");
      g_autofree char *text_id = NULL;

      if (id == NULL && label == NULL)
        continue;
      if (id == NULL)
        {
          text_id = g_strdup_printf ("%s-%u", list, index);
          add_text (self, text_id, label);
          id = new_element (self, "itextId");
          pal_node_append (id, pal_node_new_text (self->document, text_id));
          pal_node_insert_before (item, id, label);
          pal_node_detach (label);
          pal_node_free (label);
          moved = TRUE;
        }
      else
        text_id = pal_node_dup_text (id);
      g_hash_table_replace (self->contexts, g_steal_pointer (&text_id),
                            g_strdup_printf ("choices/%s/%s", list, value));
    }

  return moved;
}

static void
point_itemsets (PalNode *parent, const char *list)
{
  g_autofree char *call = g_strdup_printf ("instance('%s')", list);

  for (PalNode *node = next_element (parent->first_child); node != NULL;
       node = next_element (node->next))
    {
      const char *nodeset = pal_node_is (node, "itemset", PAL_NS_XFORMS)
                                ? pal_node_get_attribute (node, "nodeset", NULL)
                                : NULL;
      PalNode *label = nodeset != NULL ? pal_node_find_child (node, "label", PAL_NS_XFORMS) : NULL;

      if (label != NULL && strstr (nodeset, call) != NULL
          && g_strcmp0 (pal_node_get_attribute (label, "ref", NULL), "label") == 0)
        pal_node_set_attribute (label, "ref", NULL, NULL, "jr:itext(itextId)");
      point_itemsets (node, list);
    }
}

static void
move_inline_texts (Localizer *self, PalNode *body)
{
  gboolean first = TRUE;

  if (body != NULL)
    move_body_texts (self, body);
  for (PalNode *node = next_element (self->model->first_child); node != NULL;
       node = next_element (node->next))
    {
      if (pal_node_is (node, "bind", PAL_NS_XFORMS))
        {
          move_message (self, node, "constraintMsg");
          move_message (self, node, "requiredMsg");
        }
      else if (pal_node_is (node, "instance", PAL_NS_XFORMS))
        {
          const char *list = pal_node_get_attribute (node, "id", NULL);

          if (!first && list != NULL && strchr (list, '\'') == NULL && move_choices (self, node)
              && body != NULL)
            point_itemsets (body, list);
          first = FALSE;
        }
    }
}

/* The text as translators see it: "${name}" where an output element stands for a node.
 * @outputs: name -> the output element. */
static char *
source_text (PalNode *value, GHashTable *outputs)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (PalNode *node = value->first_child; node != NULL; node = node->next)
    {
      const char *expression;
      const char *slash;
      g_autofree char *name = NULL;

      if (node->kind == PAL_NODE_TEXT)
        g_string_append (out, node->value);
      if (node->kind != PAL_NODE_ELEMENT)
        continue;
      expression = pal_node_get_attribute (node, "value", NULL);
      if (expression == NULL)
        continue;
      slash = strrchr (expression, '/');
      name = g_strstrip (g_strdup (slash != NULL ? slash + 1 : expression));
      if (strpbrk (expression, "([") != NULL)
        {
          g_string_append (out, expression);
          continue;
        }
      g_string_append_printf (out, "${%s}", name);
      g_hash_table_insert (outputs, g_steal_pointer (&name), node);
    }

  return g_strstrip (g_strdup (out->str));
}

/* Returns: (transfer none): a value element with @text, its "${name}" as outputs again. */
static PalNode *
make_value (Localizer *self, PalNode *like, const char *text, GHashTable *outputs)
{
  PalNode *value = new_element (self, "value");
  const char *form = pal_node_get_attribute (like, "form", NULL);
  g_autoptr (GString) plain = g_string_new (NULL);
  const char *at = text;

  if (form != NULL)
    pal_node_set_attribute (value, "form", NULL, NULL, form);
  while (*at != '\0')
    {
      const char *close = g_str_has_prefix (at, "${") ? strchr (at, '}') : NULL;
      g_autofree char *name = close != NULL ? g_strndup (at + 2, close - at - 2) : NULL;
      PalNode *output = name != NULL ? g_hash_table_lookup (outputs, g_strstrip (name)) : NULL;

      if (output == NULL)
        {
          g_string_append_c (plain, *at++);
          continue;
        }
      if (plain->len > 0)
        pal_node_append (value, pal_node_new_text (self->document, plain->str));
      g_string_truncate (plain, 0);
      pal_node_append (value, pal_node_clone (output, self->document));
      at = close + 1;
    }
  if (plain->len > 0)
    pal_node_append (value, pal_node_new_text (self->document, plain->str));

  return value;
}

/* "/data/a/b:jr:constraintMsg" -> "a/b:constraintMsg"; "list-0" -> "choices/list/name:label" */
static char *
message_context (Localizer *self, const char *id, const char *form)
{
  const char *choice = g_hash_table_lookup (self->contexts, id);
  const char *colon = strchr (id, ':');
  const char *slash = id[0] == '/' ? strchr (id + 1, '/') : NULL;
  const char *kind;

  if (choice != NULL)
    return g_strconcat (choice, ":", form != NULL ? form : "label", NULL);
  if (colon == NULL || slash == NULL || slash > colon)
    return NULL;
  kind = g_str_has_prefix (colon + 1, "jr:") ? colon + 4 : colon + 1;

  return g_strdup_printf ("%.*s:%s", (int) (colon - slash - 1), slash + 1,
                          form != NULL ? form : kind);
}

/* Where a template block brought the text, its context is not known here; any message with the
 * same words will do. */
static GHashTable *
index_words (const PalMessages *catalogue)
{
  GHashTable *words = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, catalogue->messages);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *end = strchr (key, '\004');

      g_hash_table_insert (words, end != NULL ? (gpointer) (end + 1) : key, value);
    }

  return words;
}

static PalNode *
find_value (PalNode *text, const char *form)
{
  for (PalNode *value = next_element (text->first_child); value != NULL;
       value = next_element (value->next))
    if (g_strcmp0 (pal_node_get_attribute (value, "form", NULL), form) == 0)
      return value;

  return NULL;
}

/* target: (nullable): what the translation has of it already */
static void
translate_text (Localizer *self, const PalMessages *catalogue, GHashTable *words, PalNode *source,
                PalNode *target, PalNode *translation)
{
  const char *id = pal_node_get_attribute (source, "id", NULL);

  for (PalNode *value = next_element (source->first_child); value != NULL && id != NULL;
       value = next_element (value->next))
    {
      const char *form = pal_node_get_attribute (value, "form", NULL);
      g_autoptr (GHashTable) outputs
          = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autofree char *text = NULL;
      g_autofree char *context = NULL;
      const char *translated = NULL;
      PalNode *old = target != NULL ? find_value (target, form) : NULL;

      if (form != NULL && strcmp (form, "guidance") != 0 && strcmp (form, "short") != 0)
        continue;
      text = source_text (value, outputs);
      context = message_context (self, id, form);
      if (context != NULL)
        translated = pal_messages_find (catalogue, context, text);
      if (translated == NULL)
        translated = g_hash_table_lookup (words, text);
      if (translated == NULL)
        continue;
      if (target == NULL)
        {
          target = new_element (self, "text");
          pal_node_set_attribute (target, "id", NULL, NULL, id);
          pal_node_append (translation, target);
        }
      pal_node_insert_before (target, make_value (self, value, translated, outputs), old);
      if (old != NULL)
        {
          pal_node_detach (old);
          pal_node_free (old);
        }
    }
}

static PalNode *
find_translation (Localizer *self, const PalMessages *catalogue)
{
  g_autofree char *code = g_strdup_printf ("(%s)", catalogue->code);
  PalNode *translation;

  g_strdelimit (code, "_", '-');
  for (translation = next_element (self->itext->first_child); translation != NULL;
       translation = next_element (translation->next))
    {
      const char *language = pal_node_get_attribute (translation, "lang", NULL);

      if (language != NULL && g_str_has_suffix (language, code))
        return translation;
    }

  translation = pal_node_clone (self->source, self->document);
  pal_node_set_attribute (translation, "default", NULL, NULL, NULL);
  pal_node_set_attribute (translation, "lang", NULL, NULL, catalogue->language);
  pal_node_append (self->itext, translation);

  return translation;
}

static void
merge (Localizer *self, const PalMessages *catalogue)
{
  g_autoptr (GHashTable) words = index_words (catalogue);
  g_autoptr (GHashTable) targets = g_hash_table_new (g_str_hash, g_str_equal);
  PalNode *translation = find_translation (self, catalogue);

  for (PalNode *text = next_element (translation->first_child); text != NULL;
       text = next_element (text->next))
    {
      const char *id = pal_node_get_attribute (text, "id", NULL);

      if (id != NULL)
        g_hash_table_insert (targets, (char *) id, text);
    }
  for (PalNode *text = next_element (self->source->first_child); text != NULL;
       text = next_element (text->next))
    {
      const char *id = pal_node_get_attribute (text, "id", NULL);
      PalNode *target = id != NULL ? g_hash_table_lookup (targets, id) : NULL;

      if (translation != self->source)
        translate_text (self, catalogue, words, text, target, translation);
    }
}

/* The itext with its default translation, made where there is none. */
static void
find_itext (Localizer *self)
{
  self->itext = pal_node_find_child (self->model, "itext", PAL_NS_XFORMS);
  if (self->itext == NULL)
    {
      self->itext = new_element (self, "itext");
      pal_node_insert_before (self->model, self->itext, self->model->first_child);
    }
  for (PalNode *node = next_element (self->itext->first_child); node != NULL;
       node = next_element (node->next))
    if (self->source == NULL || pal_node_get_attribute (node, "default", NULL) != NULL)
      self->source = node;
  if (self->source == NULL)
    {
      self->source = new_element (self, "translation");
      pal_node_set_attribute (self->source, "lang", NULL, NULL, "English (en)");
      pal_node_set_attribute (self->source, "default", NULL, NULL, "true()");
      pal_node_append (self->itext, self->source);
    }
}

/**
 * pal_xlsform_localize_document:
 * @document: an XForm; languages may lack texts that are read in another way
 * @messages: (element-type PalMessages): one a language
 * @name: stands in messages
 * @error: set to %PAL_XLSFORM_ERROR
 *
 * pal_xlsform_localize() on a form that is parsed already, in place. Any thread.
 *
 * Returns: whether it is a form
 */
gboolean
pal_xlsform_localize_document (PalDocument *document, GPtrArray *messages, const char *name,
                               GError **error)
{
  g_autoptr (GHashTable) contexts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  PalNode *html = pal_document_get_element (document);
  PalNode *head = html != NULL ? pal_node_find_child (html, "head", PAL_NS_XHTML) : NULL;
  Localizer self = { .document = document, .contexts = contexts };

  self.model = head != NULL ? pal_node_find_child (head, "model", PAL_NS_XFORMS) : NULL;
  if (self.model == NULL)
    {
      g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK, "%s: not an XForm", name);
      return FALSE;
    }

  find_itext (&self);
  move_inline_texts (&self, pal_node_find_child (html, "body", PAL_NS_XHTML));
  for (guint i = 0; i < messages->len; i++)
    merge (&self, messages->pdata[i]);

  return TRUE;
}

/**
 * pal_xlsform_localize:
 * @form: an XForm
 * @name: stands in messages
 * @catalogues_dir: folder with <language>.po files
 * @error: set to %PAL_XLSFORM_ERROR, %PAL_XML_ERROR or %G_IO_ERROR
 *
 * Merges catalogues into a form that exists already, so that a translation can be seen without its
 * spreadsheet. A language that the form has is overwritten where the catalogue has a translation.
 * Blocking. Any thread.
 *
 * Returns: (transfer full): the form as UTF-8 XML, or %NULL
 */
GBytes *
pal_xlsform_localize (GBytes *form, const char *name, const char *catalogues_dir, GError **error)
{
  g_autoptr (PalDocument) document = NULL;
  g_autoptr (GPtrArray) catalogues = NULL;

  g_return_val_if_fail (form != NULL && catalogues_dir != NULL, NULL);

  document = pal_xml_parse (form, name, PAL_XML_READ_KEEP_COMMENTS, &PAL_XML_LIMITS_FORM, error);
  if (document == NULL)
    return NULL;
  catalogues = pal_messages_read_folder (catalogues_dir, error);
  if (catalogues == NULL || !pal_xlsform_localize_document (document, catalogues, name, error))
    return NULL;

  return pal_xml_write (pal_document_get_element (document), NULL, NULL);
}
