// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form.h"

#include "pal-form-private.h"

#include <string.h>

G_DEFINE_QUARK (pal - form - error - quark, pal_form_error)

/**
 * pal_form_ref:
 * @self: a form
 *
 * Any thread.
 *
 * Returns: (transfer full): @self
 */
PalForm *
pal_form_ref (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * pal_form_unref:
 * @self: (transfer full): a form
 *
 * Drops a reference. Any thread.
 */
void
pal_form_unref (PalForm *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->source, g_bytes_unref);
  g_free (self->name);
  g_free (self->id);
  g_free (self->version);
  g_free (self->title);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->controls, g_ptr_array_unref);
  g_clear_pointer (&self->all_controls, g_ptr_array_unref);
  g_clear_pointer (&self->actions, g_ptr_array_unref);
  g_clear_pointer (&self->by_path, g_hash_table_unref);
  g_clear_pointer (&self->binds, g_hash_table_unref);
  g_clear_pointer (&self->renamed, g_hash_table_unref);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_clear_pointer (&self->languages, g_ptr_array_unref);
  g_clear_pointer (&self->text_ids, g_hash_table_unref);
  g_clear_pointer (&self->translations, g_ptr_array_unref);
  g_clear_pointer (&self->left_out, g_ptr_array_unref);
  g_clear_pointer (&self->texts, pal_form_texts_free);
  g_clear_pointer (&self->outputs, g_hash_table_unref);
  g_clear_pointer (&self->texts_with_outputs, g_hash_table_unref);
  g_clear_pointer (&self->instances, g_hash_table_unref);
  g_clear_pointer (&self->slots, g_array_unref);
  g_clear_pointer (&self->expressions, g_hash_table_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_clear_pointer (&self->document, pal_document_unref);
  g_free (self);
}

/**
 * pal_form_get_id:
 * @self: a form
 *
 * Returns: the id of the form; "" when its root has none
 */
const char *
pal_form_get_id (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * pal_form_get_version:
 * @self: a form
 *
 * Returns: the version as written; "" when there is none
 */
const char *
pal_form_get_version (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->version;
}

/**
 * pal_form_get_title:
 * @self: a form
 *
 * Returns: the title; the id when there is none
 */
const char *
pal_form_get_title (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return *self->title != '\0' ? self->title : self->id;
}

/**
 * pal_form_get_source:
 * @self: a form
 *
 * Returns: (transfer none): the octets that were loaded
 */
GBytes *
pal_form_get_source (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->source;
}

/**
 * pal_form_get_notes:
 * @self: a form
 *
 * What the form asks for beyond the profile and does not get, "name:line: what" each.
 *
 * Returns: (transfer none) (element-type utf8): notes, maybe none
 */
GPtrArray *
pal_form_get_notes (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->notes;
}

/**
 * pal_form_get_n_questions:
 * @self: a form
 *
 * Returns: the number of body controls as written, groups and repeats not counted
 */
guint
pal_form_get_n_questions (PalForm *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_questions;
}

/**
 * pal_form_get_languages:
 * @self: a form
 *
 * Returns: (transfer none) (element-type utf8): the languages of its texts as written, such as
 *   "العربية (ar)"; none when the form is not translated. More may come with
 *   pal_form_take_texts(), then in another array
 */
GPtrArray *
pal_form_get_languages (PalForm *self)
{
  PalFormTexts *texts;

  g_return_val_if_fail (self != NULL, NULL);

  texts = g_atomic_pointer_get (&self->texts);

  return texts != NULL ? pal_form_texts_get_languages (texts) : self->languages;
}

/**
 * pal_form_get_default_language:
 * @self: a form
 *
 * Returns: (nullable): the language marked as the default, else the first; %NULL when there is none
 */
const char *
pal_form_get_default_language (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->languages->len == 0)
    return NULL;
  return g_ptr_array_index (self->languages, self->default_language);
}

/* The code of "Português (pt-BR)" is "pt-BR", of "en" it is "en". */
static char *
dup_code (const char *language)
{
  const char *open = strrchr (language, '(');
  const char *close = open != NULL ? strchr (open, ')') : NULL;

  if (close != NULL && close > open + 1)
    return g_strndup (open + 1, (gsize) (close - open - 1));
  return g_strdup (language);
}

static gsize
primary_length (const char *code)
{
  return strcspn (code, "-_");
}

/**
 * pal_form_match_language:
 * @self: a form
 * @code: a language: as written in the form, or a code such as "ar" or "pt-BR" or "pt_BR.UTF-8"
 *
 * Finds the form's language that fits best: the same text, the same code, else the same primary
 * language.
 *
 * Returns: (nullable): one of pal_form_get_languages(), or %NULL
 */
const char *
pal_form_match_language (PalForm *self, const char *code)
{
  GPtrArray *languages;
  const char *near = NULL;
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (code == NULL)
    return NULL;
  languages = pal_form_get_languages (self);
  for (guint i = 0; i < languages->len; i++)
    {
      if (strcmp (g_ptr_array_index (languages, i), code) == 0)
        return g_ptr_array_index (languages, i);
    }

  wanted = dup_code (code);
  wanted[strcspn (wanted, ".@")] = '\0';
  g_strdelimit (wanted, "_", '-');
  if (*wanted == '\0')
    return NULL;
  for (guint i = 0; i < languages->len; i++)
    {
      const char *language = g_ptr_array_index (languages, i);
      g_autofree char *own = g_strdelimit (dup_code (language), "_", '-');

      if (g_ascii_strcasecmp (own, wanted) == 0)
        return language;
      if (near == NULL && primary_length (own) == primary_length (wanted)
          && g_ascii_strncasecmp (own, wanted, primary_length (own)) == 0)
        near = language;
    }
  return near;
}

/**
 * pal_form_get_root:
 * @self: a form
 *
 * Returns: (transfer none): the definition of the record's document element
 */
PalFormNode *
pal_form_get_root (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->root;
}

/**
 * pal_form_get_nodes:
 * @self: a form
 *
 * Returns: (transfer none) (element-type PalFormNode): all definitions in document order, the root
 *   first
 */
GPtrArray *
pal_form_get_nodes (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->nodes;
}

/**
 * pal_form_find_node:
 * @self: a form
 * @generic_path: "/data/law/title"
 *
 * Returns: (transfer none) (nullable): the definition with that path
 */
PalFormNode *
pal_form_find_node (PalForm *self, const char *generic_path)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (generic_path != NULL, NULL);

  return g_hash_table_lookup (self->by_path, generic_path);
}

/**
 * pal_form_get_controls:
 * @self: a form
 *
 * Returns: (transfer none) (element-type PalFormControl): the top level of the body
 */
GPtrArray *
pal_form_get_controls (PalForm *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->controls;
}

/**
 * pal_form_control_has_appearance:
 * @self: a control
 * @word: one appearance word
 *
 * Returns: whether the word stands among the control's appearances
 */
gboolean
pal_form_control_has_appearance (PalFormControl *self, const char *word)
{
  gsize length;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (word != NULL && *word != '\0', FALSE);

  if (self->appearance == NULL)
    return FALSE;
  length = strlen (word);
  for (const char *found = strstr (self->appearance, word); found != NULL;
       found = strstr (found + 1, word))
    {
      if ((found == self->appearance || g_ascii_isspace (found[-1]))
          && (found[length] == '\0' || g_ascii_isspace (found[length])))
        return TRUE;
    }
  return FALSE;
}

/* Private to form and response */

/* Children in the form of a table where there are many, so that looking one up costs the same. */
PalFormNode *
pal_form_find_child (PalFormNode *parent, const char *local, const char *uri, gboolean is_attribute)
{
  PalDefinition *self = pal_definition (parent);

  if (self->by_name != NULL)
    {
      for (PalDefinition *child = g_hash_table_lookup (self->by_name, local); child != NULL;
           child = child->next_alike)
        {
          if (child->uri == uri && child->public.is_attribute == is_attribute)
            return &child->public;
        }
      return NULL;
    }
  for (guint i = 0; i < parent->children->len; i++)
    {
      PalFormNode *child = g_ptr_array_index (parent->children, i);

      if (child->local == local && pal_definition (child)->uri == uri
          && child->is_attribute == is_attribute)
        return child;
    }
  return NULL;
}

static const char *
resolve_prefix (PalNode *at, const char *prefix)
{
  const char *uri = at != NULL ? pal_node_resolve_prefix (at, prefix) : NULL;

  if (uri != NULL)
    return g_intern_string (uri);
  if (strcmp (prefix, "orx") == 0)
    return g_intern_static_string (PAL_NS_ORX);
  if (strcmp (prefix, "jr") == 0)
    return g_intern_static_string (PAL_NS_JR);
  if (strcmp (prefix, "odk") == 0)
    return g_intern_static_string (PAL_NS_ODK);
  return NULL;
}

static const char *
skip_predicates (const char *c)
{
  while (*c == '[')
    {
      guint depth = 0;

      for (; *c != '\0'; c++)
        {
          if (*c == '\'' || *c == '"')
            {
              c = strchr (c + 1, *c);
              if (c == NULL)
                return "";
            }
          else if (*c == '[')
            depth++;
          else if (*c == ']' && --depth == 0)
            break;
        }
      if (*c == ']')
        c++;
    }
  return c;
}

/* One step of a path; "" for the last of an absolute path's slashes. */
static PalFormNode *
resolve_step (PalForm *self, PalFormNode *from, const char *step, gsize length, PalNode *at)
{
  gboolean is_attribute = length > 0 && *step == '@';
  g_autofree char *name = NULL;
  char *colon;
  const char *local;
  const char *uri = NULL;

  if (is_attribute)
    {
      step++;
      length--;
    }
  if (length == 0)
    return NULL;
  name = g_strndup (step, length);
  colon = strchr (name, ':');
  if (colon != NULL)
    {
      *colon = '\0';
      uri = resolve_prefix (at, name);
    }
  local = g_intern_string (colon != NULL ? colon + 1 : name);

  if (from == NULL)
    return self->root != NULL && self->root->local == local
                   && pal_definition (self->root)->uri == uri && !is_attribute
               ? self->root
               : NULL;
  return pal_form_find_child (from, local, uri, is_attribute);
}

PalFormNode *
pal_form_resolve_path (PalForm *self, const char *path, PalFormNode *from, PalNode *at)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (path));
  PalFormNode *node = from;
  const char *c = trimmed;
  gboolean is_absolute = *c == '/';

  node = g_hash_table_lookup (self->by_path, trimmed);
  if (is_absolute && node != NULL)
    return node;
  node = is_absolute ? NULL : from;

  if (is_absolute)
    c++;
  else if (g_str_has_prefix (c, "current()"))
    {
      c += strlen ("current()");
      if (*c == '/')
        c++;
    }
  while (*c != '\0')
    {
      gsize length;

      while (g_ascii_isspace (*c))
        c++;
      length = strcspn (c, "/[ \t\r\n");
      if (length == 1 && *c == '.')
        ;
      else if (length == 2 && strncmp (c, "..", 2) == 0)
        {
          if (node == NULL || node->parent == NULL)
            return NULL;
          node = node->parent;
        }
      else
        {
          node = resolve_step (self, node, c, length, at);
          if (node == NULL)
            return NULL;
        }
      c += length;
      while (g_ascii_isspace (*c))
        c++;
      c = skip_predicates (c);
      while (g_ascii_isspace (*c))
        c++;
      if (*c == '\0')
        break;
      if (*c != '/')
        return NULL;
      c++;
    }
  return node;
}
