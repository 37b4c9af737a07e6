// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

/* Texts stay in the form's document; what is kept of them is where they stand. */

/* Languages */

static guint
text_index (PalFormReader *reader, const char *id)
{
  GHashTable *ids = reader->form->text_ids;
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (ids, id));

  if (index == 0)
    {
      index = g_hash_table_size (ids) + 1;
      g_hash_table_insert (ids, (gpointer) id, GUINT_TO_POINTER (index));
    }
  return index - 1;
}

static void
compile_outputs (PalFormReader *reader, PalNode *element, const char *itext_id)
{
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      const char *value;
      PalExpr *expr;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (strcmp (child->local, "output") != 0)
        {
          compile_outputs (reader, child, itext_id);
          continue;
        }
      value = pal_node_get_attribute (child, "value", NULL);
      if (value == NULL)
        value = pal_node_get_attribute (child, "ref", NULL);
      if (value == NULL)
        {
          pal_form_reader_refuse (reader, PAL_FORM_ERROR_EXPRESSION, child->line,
                                  "an output without a value");
          continue;
        }
      expr = pal_form_reader_compile (reader, value, child, "output");
      if (expr == NULL)
        continue;
      g_hash_table_insert (reader->form->outputs, child, expr);
      if (itext_id != NULL)
        {
          GPtrArray *list = g_hash_table_lookup (reader->form->texts_with_outputs, itext_id);

          if (list == NULL)
            {
              list = g_ptr_array_new ();
              g_hash_table_insert (reader->form->texts_with_outputs, (gpointer) itext_id, list);
            }
          g_ptr_array_add (list, expr);
        }
    }
}

static void
read_translation (PalFormReader *reader, PalNode *translation)
{
  PalForm *form = reader->form;
  const char *language = pal_node_get_attribute (translation, "lang", NULL);
  const char *is_default = pal_node_get_attribute (translation, "default", NULL);
  GPtrArray *texts;

  if (language == NULL || *language == '\0')
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, translation->line,
                              "a translation says not into which language");
      return;
    }
  for (guint i = 0; i < form->languages->len; i++)
    {
      if (strcmp (g_ptr_array_index (form->languages, i), language) == 0)
        {
          pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, translation->line,
                                  "a second translation into %s", language);
          return;
        }
    }
  if (is_default != NULL && strcmp (is_default, "false()") != 0)
    form->default_language = form->languages->len;
  g_ptr_array_add (form->languages, g_strdup (language));
  texts = g_ptr_array_new ();
  g_ptr_array_add (form->translations, texts);

  for (PalNode *text = translation->first_child; text != NULL; text = text->next)
    {
      const char *id;
      guint index;

      if (text->kind != PAL_NODE_ELEMENT || !pal_node_is (text, "text", PAL_NS_XFORMS))
        continue;
      id = pal_node_get_attribute (text, "id", NULL);
      if (id == NULL)
        {
          pal_form_reader_note (reader, text->line, "a text without an id is not used");
          continue;
        }
      index = text_index (reader, id);
      if (index >= texts->len)
        g_ptr_array_set_size (texts, (gint) index + 1);
      if (texts->pdata[index] == NULL)
        texts->pdata[index] = text;
      for (PalNode *value = text->first_child; value != NULL; value = value->next)
        {
          /* Most values are plain: one look at the last child tells. */
          if (value->kind == PAL_NODE_ELEMENT && value->first_child != NULL
              && (value->first_child != value->last_child
                  || value->first_child->kind == PAL_NODE_ELEMENT))
            compile_outputs (reader, value, id);
        }
    }
}

void
pal_form_read_itext (PalFormReader *reader, PalNode *itext)
{
  for (PalNode *child = itext->first_child; child != NULL; child = child->next)
    {
      if (child->kind == PAL_NODE_ELEMENT && pal_node_is (child, "translation", PAL_NS_XFORMS))
        read_translation (reader, child);
    }
}

guint
pal_form_find_language (PalForm *self, const char *language)
{
  GPtrArray *languages = pal_form_get_languages (self);

  for (guint i = 0; language != NULL && i < languages->len; i++)
    if (strcmp (g_ptr_array_index (languages, i), language) == 0)
      return i;

  return self->default_language;
}

static PalNode *
find_value (PalNode *text, const char *form)
{
  PalNode *other = NULL;

  for (PalNode *value = text->first_child; value != NULL; value = value->next)
    {
      const char *own;

      if (value->kind != PAL_NODE_ELEMENT || strcmp (value->local, "value") != 0)
        continue;
      own = pal_node_get_attribute (value, "form", NULL);
      if (g_strcmp0 (own, form) == 0)
        return value;
      if (form == NULL && other == NULL
          && (g_strcmp0 (own, "long") == 0 || g_strcmp0 (own, "short") == 0))
        other = value;
    }
  return other;
}

/* index: from 1; 0 when no language that was read at once has the text. A translator may have
 * brought one of its values only; the others are where they were. */
static PalNode *
find_in_language (PalForm *self, guint language, guint index, const char *id, const char *form)
{
  GPtrArray *texts = language < self->translations->len
                         ? g_ptr_array_index (self->translations, language)
                         : NULL;
  PalNode *text
      = texts != NULL && index > 0 && index <= texts->len ? texts->pdata[index - 1] : NULL;
  PalNode *value = text != NULL ? find_value (text, form) : NULL;

  if (value != NULL)
    return value;
  text = pal_form_find_left_out (self, language, id);
  return text != NULL ? find_value (text, form) : NULL;
}

/* The value element of a text; the default language stands in for what is not translated. */
PalNode *
pal_form_find_itext (PalForm *self, guint language, const char *id, const char *form)
{
  PalFormTexts *texts = g_atomic_pointer_get (&self->texts);
  guint index;
  PalNode *value;

  if (texts != NULL)
    return pal_form_texts_find (texts, language, id, form);
  index = GPOINTER_TO_UINT (g_hash_table_lookup (self->text_ids, id));
  value = find_in_language (self, language, index, id, form);

  if (value != NULL || language == self->default_language)
    return value;
  return find_in_language (self, self->default_language, index, id, form);
}

/* Labels, hints, messages */

void
pal_text_clear (PalText *text)
{
  g_clear_pointer (&text->expr, pal_expr_unref);
}

gboolean
pal_text_is_there (PalText *text)
{
  return text->element != NULL || text->literal != NULL || text->itext_id != NULL
         || text->expr != NULL;
}

/* "jr:itext('id')" -> "id"; NULL for anything else. */
static char *
dup_itext_id (const char *ref)
{
  const char *c = ref;
  const char *end;

  while (g_ascii_isspace (*c))
    c++;
  if (!g_str_has_prefix (c, "jr:itext("))
    return NULL;
  for (c += strlen ("jr:itext("); g_ascii_isspace (*c);)
    c++;
  if (*c != '\'' && *c != '"')
    return NULL;
  end = strchr (c + 1, *c);
  if (end == NULL)
    return NULL;
  for (const char *rest = end + 1; *rest != '\0'; rest++)
    {
      if (!g_ascii_isspace (*rest) && (*rest != ')' || rest[1] != '\0'))
        {
          if (*rest == ')')
            continue;
          return NULL;
        }
    }
  return g_strndup (c + 1, (gsize) (end - c - 1));
}

static void
read_ref (PalFormReader *reader, PalText *text, const char *ref, PalNode *at)
{
  g_autofree char *id = dup_itext_id (ref);

  if (id == NULL)
    {
      text->expr = pal_form_reader_compile (reader, ref, at, "text");
      return;
    }
  if (!g_hash_table_contains (reader->form->text_ids, id) && reader->form->left_out == NULL)
    pal_form_reader_note (reader, at->line, "the text %s is in no translation", id);
  text->itext_id = pal_form_reader_keep (reader, id);
}

void
pal_form_read_text (PalFormReader *reader, PalText *text, PalNode *element, const char *ref)
{
  pal_text_clear (text);
  text->element = element;
  compile_outputs (reader, element, NULL);
  if (ref == NULL)
    ref = pal_node_get_attribute (element, "ref", NULL);
  if (ref != NULL && *ref != '\0')
    read_ref (reader, text, ref, element);
}

/* A message is literal, or a jr:itext(). */
void
pal_form_read_message (PalFormReader *reader, PalText *text, const char *source, PalNode *at)
{
  g_autofree char *id = dup_itext_id (source);

  if (pal_text_is_there (text) || *source == '\0')
    return;
  if (id == NULL)
    text->literal = pal_form_reader_keep (reader, source);
  else
    read_ref (reader, text, source, at);
}

PalText *
pal_form_get_text (PalFormControl *control, PalTextKind kind)
{
  PalDefinition *node = control->node != NULL ? pal_definition (control->node) : NULL;

  switch (kind)
    {
    case PAL_TEXT_LABEL:
      return &pal_control (control)->label;
    case PAL_TEXT_HINT:
      return &pal_control (control)->hint;
    case PAL_TEXT_GUIDANCE:
      return &pal_control (control)->guidance;
    case PAL_TEXT_REQUIRED_MESSAGE:
      return node != NULL ? &node->required_message : NULL;
    case PAL_TEXT_CONSTRAINT_MESSAGE:
      return node != NULL ? &node->constraint_message : NULL;
    }
  g_return_val_if_reached (NULL);
}

static PalExpr *
find_output (PalForm *self, PalNode *output)
{
  PalExpr *expr = g_hash_table_lookup (self->outputs, output);
  PalFormTexts *texts = expr == NULL ? g_atomic_pointer_get (&self->texts) : NULL;

  return texts != NULL ? pal_form_texts_find_output (texts, output) : expr;
}

static void
append_filled (PalForm *self, PalNode *element, PalFillOutput fill, gpointer user_data,
               GString *text)
{
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      PalExpr *expr;

      if (child->kind == PAL_NODE_TEXT)
        g_string_append (text, child->value);
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      expr = find_output (self, child);
      if (expr == NULL)
        append_filled (self, child, fill, user_data, text);
      else if (fill == NULL)
        g_string_append (text, "…");
      else
        {
          g_autofree char *value = fill (expr, user_data);

          if (value != NULL)
            g_string_append (text, value);
        }
    }
}

char *
pal_form_fill (PalForm *self, PalNode *element, PalFillOutput fill, gpointer user_data)
{
  GString *text = g_string_new (NULL);

  append_filled (self, element, fill, user_data, text);
  return g_strstrip (g_string_free (text, FALSE));
}

/**
 * pal_form_dup_title:
 * @self: a form
 * @language: (nullable): one of pal_form_get_languages(), %NULL for the default one
 *
 * The form's title in a language. XForms has one title only; our converter puts its translations
 * beside the other texts, under the id "form-title". Any thread.
 *
 * Returns: (transfer full): the title, as in pal_form_get_title() when it is not translated
 */
char *
pal_form_dup_title (PalForm *self, const char *language)
{
  PalNode *value;

  g_return_val_if_fail (self != NULL, NULL);

  value = pal_form_find_itext (self, pal_form_find_language (self, language), "form-title", NULL);
  if (value == NULL)
    return g_strdup (pal_form_get_title (self));

  return g_strstrip (pal_node_dup_text (value));
}

/**
 * pal_form_dup_text:
 * @self: a form
 * @control: one of its controls
 * @kind: which text
 * @language: (nullable): one of pal_form_get_languages(), %NULL for the default one
 *
 * The text as the form has it, with an ellipsis where a record would fill something in, and
 * without markup.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL when there is none
 */
char *
pal_form_dup_text (PalForm *self, PalFormControl *control, PalTextKind kind, const char *language)
{
  PalText *text;
  PalNode *element = NULL;
  g_autofree char *marked = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (control != NULL, NULL);

  text = pal_form_get_text (control, kind);
  if (text == NULL)
    return NULL;
  if (text->itext_id != NULL)
    element = pal_form_find_itext (self, pal_form_find_language (self, language), text->itext_id,
                                   text->form);
  if (element == NULL && text->form == NULL)
    element = text->element;
  if (element != NULL)
    marked = pal_form_fill (self, element, NULL, NULL);
  else if (text->literal != NULL)
    marked = g_strdup (text->literal);
  if (marked == NULL || *marked == '\0')
    return NULL;
  return pal_form_strip_markup (marked);
}
