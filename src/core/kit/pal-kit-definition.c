// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-form-private.h"

#include <string.h>

/* The form as data: the tree of the record, the page with its texts, and the lists of choices. */

typedef struct
{
  JsonBuilder *builder;
  const PalKitOrder *order;
  const char *language; /* one of the form's */
  GError *error;        /* (nullable): the first one */
} Teller;

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  if (text == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static const char *
type_of (PalFormNode *node)
{
  switch (node->type)
    {
    case PAL_TYPE_DATE:
      return "date";
    case PAL_TYPE_INTEGER:
      return "integer";
    case PAL_TYPE_BINARY:
      return "binary";
    case PAL_TYPE_STRING:
      return "text";
    case PAL_TYPE_DECIMAL:
    case PAL_TYPE_BOOLEAN:
    case PAL_TYPE_TIME:
    case PAL_TYPE_DATE_TIME:
    case PAL_TYPE_OTHER:
      return NULL;
    }
  g_return_val_if_reached (NULL);
}

/* --- the record */

/* What stands in a new record: the form's own, and what the order knows already. */
char *
pal_kit_dup_first_value (const PalKitOrder *order, PalFormNode *node)
{
  PalNode *prototype = pal_definition (node)->prototype;

  if (order->state != NULL && g_str_has_suffix (node->path, "/about/state"))
    return g_strdup (order->state);
  if (order->cluster != NULL && g_str_has_suffix (node->path, "/about/clusters"))
    return g_strdup (order->cluster);

  return prototype != NULL ? pal_node_dup_text (prototype) : NULL;
}

static void
tell_node (Teller *teller, PalFormNode *node)
{
  JsonBuilder *builder = teller->builder;
  g_autofree char *value = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "name", node->local);
  add_text (builder, "path", node->path);
  if (node->children->len == 0)
    {
      const char *type = type_of (node);

      if (type == NULL && teller->error == NULL)
        g_set_error (&teller->error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM,
                     "%s: a page cannot ask for the type %s", node->path, node->type_name);
      value = pal_kit_dup_first_value (teller->order, node);
      add_text (builder, "kind", "leaf");
      add_text (builder, "type", type);
      add_text (builder, "value", value);
    }
  else
    {
      add_text (builder, "kind", node->is_repeat ? "repeat" : "group");
      json_builder_set_member_name (builder, "children");
      json_builder_begin_array (builder);
      for (guint i = 0; i < node->children->len; i++)
        tell_node (teller, g_ptr_array_index (node->children, i));
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

/* --- the page */

static const char *
kind_of (PalFormControl *control)
{
  switch (control->kind)
    {
    case PAL_CONTROL_GROUP:
      return "group";
    case PAL_CONTROL_REPEAT:
      return "repeat";
    case PAL_CONTROL_INPUT:
      return pal_outline_is_note (control) ? "note" : "input";
    case PAL_CONTROL_SELECT_ONE:
      return "one";
    case PAL_CONTROL_SELECT_MANY:
      return "many";
    case PAL_CONTROL_UPLOAD:
      return "file";
    case PAL_CONTROL_RANK:
    case PAL_CONTROL_RANGE:
    case PAL_CONTROL_TRIGGER:
      return NULL;
    }
  g_return_val_if_reached (NULL);
}

/* The articles that the order names are all that is offered of the list of articles. */
gboolean
pal_kit_is_offered (const PalKitOrder *order, PalFormNode *node, const char *value)
{
  return order->articles == NULL || strcmp (node->local, "articles") != 0
         || g_strv_contains (order->articles, value);
}

static void
tell_choices (Teller *teller, PalFormControl *control)
{
  JsonBuilder *builder = teller->builder;
  g_autoptr (GPtrArray) choices
      = pal_kit_dup_choices (teller->order->form, control, teller->language);

  json_builder_set_member_name (builder, "choices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < choices->len; i++)
    {
      PalKitChoice *choice = g_ptr_array_index (choices, i);
      PalNode *column = choice->item != NULL ? choice->item->first_child : NULL;

      if (!pal_kit_is_offered (teller->order, control->node, choice->value))
        continue;
      json_builder_begin_object (builder);
      add_text (builder, "value", choice->value);
      add_text (builder, "label", choice->label);
      for (; column != NULL; column = column->next)
        {
          g_autofree char *text = NULL;

          if (column->kind != PAL_NODE_ELEMENT || strcmp (column->local, "itextId") == 0
              || strcmp (column->local, "value") == 0 || strcmp (column->local, "label") == 0)
            continue;
          text = pal_node_dup_text (column);
          add_text (builder, column->local, text);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
tell_texts (Teller *teller, PalFormControl *control)
{
  static const struct
  {
    const char *name;
    PalTextKind kind;
  } texts[] = {
    { "label", PAL_TEXT_LABEL },
    { "hint", PAL_TEXT_HINT },
    { "guidance", PAL_TEXT_GUIDANCE },
    { "requiredMessage", PAL_TEXT_REQUIRED_MESSAGE },
    { "constraintMessage", PAL_TEXT_CONSTRAINT_MESSAGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text
          = pal_form_dup_text (teller->order->form, control, texts[i].kind, teller->language);

      add_text (teller->builder, texts[i].name, text);
    }
}

static void
tell_controls (Teller *teller, GPtrArray *controls)
{
  JsonBuilder *builder = teller->builder;

  json_builder_begin_array (builder);
  for (guint i = 0; controls != NULL && i < controls->len; i++)
    {
      PalFormControl *control = g_ptr_array_index (controls, i);
      const char *kind = kind_of (control);

      if (kind == NULL && teller->error == NULL)
        g_set_error (&teller->error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM,
                     "%s: a page has no such question", control->node->path);
      json_builder_begin_object (builder);
      add_text (builder, "kind", kind);
      add_text (builder, "path", control->node != NULL ? control->node->path : NULL);
      add_text (builder, "appearance", control->appearance);
      tell_texts (teller, control);
      if (control->kind == PAL_CONTROL_SELECT_ONE || control->kind == PAL_CONTROL_SELECT_MANY)
        tell_choices (teller, control);
      if (control->kind == PAL_CONTROL_GROUP || control->kind == PAL_CONTROL_REPEAT)
        {
          json_builder_set_member_name (builder, "children");
          tell_controls (teller, control->children);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

gboolean
pal_kit_add_definition (JsonBuilder *builder, const PalKitOrder *order, const char *language,
                        GError **error)
{
  Teller teller = { builder, order, language };
  g_autofree char *title = pal_form_dup_title (order->form, language);

  add_text (builder, "title", title);
  add_text (builder, "form", pal_form_get_id (order->form));
  add_text (builder, "version", pal_form_get_version (order->form));
  json_builder_set_member_name (builder, "nodes");
  tell_node (&teller, pal_form_get_root (order->form));
  json_builder_set_member_name (builder, "page");
  tell_controls (&teller, pal_form_get_controls (order->form));
  if (teller.error != NULL)
    {
      g_propagate_error (error, teller.error);
      return FALSE;
    }

  return TRUE;
}
