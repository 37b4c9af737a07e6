// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

static const struct
{
  const char *local;
  const char *uri;
  PalControlKind kind;
} kinds[] = {
  { "group", PAL_NS_XFORMS, PAL_CONTROL_GROUP },
  { "repeat", PAL_NS_XFORMS, PAL_CONTROL_REPEAT },
  { "input", PAL_NS_XFORMS, PAL_CONTROL_INPUT },
  { "secret", PAL_NS_XFORMS, PAL_CONTROL_INPUT },
  { "select1", PAL_NS_XFORMS, PAL_CONTROL_SELECT_ONE },
  { "select", PAL_NS_XFORMS, PAL_CONTROL_SELECT_MANY },
  { "rank", PAL_NS_ODK, PAL_CONTROL_RANK },
  { "rank", PAL_NS_XFORMS, PAL_CONTROL_RANK }, /* both are seen in the wild */
  { "rank", PAL_NS_ODK "/", PAL_CONTROL_RANK },
  { "range", PAL_NS_XFORMS, PAL_CONTROL_RANGE },
  { "upload", PAL_NS_XFORMS, PAL_CONTROL_UPLOAD },
  { "trigger", PAL_NS_XFORMS, PAL_CONTROL_TRIGGER },
};

static int
find_kind (PalNode *element)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (pal_node_is (element, kinds[i].local, kinds[i].uri))
        return (int) kinds[i].kind;
    }
  return -1;
}

gboolean
pal_form_is_action (PalNode *element)
{
  return pal_node_is (element, "setvalue", PAL_NS_XFORMS)
         || strcmp (element->local, "setgeopoint") == 0
         || strcmp (element->local, "recordaudio") == 0;
}

/* Actions */

static const struct
{
  const char *name;
  PalEvents event;
} events[] = {
  { "odk-instance-first-load", PAL_EVENT_FIRST_LOAD },
  { "xforms-ready", PAL_EVENT_FIRST_LOAD },
  { "odk-instance-load", PAL_EVENT_LOAD },
  { "odk-new-repeat", PAL_EVENT_NEW_REPEAT },
  { "jr-insert", PAL_EVENT_NEW_REPEAT },
  { "xforms-value-changed", PAL_EVENT_VALUE_CHANGED },
};

static PalEvents
read_events (PalFormReader *reader, PalNode *element)
{
  const char *words = pal_node_get_attribute (element, "event", NULL);
  g_auto (GStrv) names = NULL;
  PalEvents result = 0;

  if (words == NULL)
    words = pal_node_get_attribute (element, "event", PAL_NS_EV);
  if (words == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                              "<%s> says not on which event", element->local);
      return 0;
    }
  names = g_strsplit_set (words, " \t\r\n", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint j;

      if (*names[i] == '\0')
        continue;
      for (j = 0; j < G_N_ELEMENTS (events) && strcmp (events[j].name, names[i]) != 0; j++)
        ;
      if (j == G_N_ELEMENTS (events))
        pal_form_reader_refuse (reader, PAL_FORM_ERROR_OUTSIDE, element->line,
                                "the event %s is not in the form profile", names[i]);
      else
        result |= events[j].event;
    }
  return result;
}

void
pal_form_read_action (PalFormReader *reader, PalNode *element, PalFormNode *scope,
                      gboolean in_repeat)
{
  PalForm *form = reader->form;
  PalEvents found = read_events (reader, element);
  const char *ref = pal_node_get_attribute (element, "ref", NULL);
  const char *bind = pal_node_get_attribute (element, "bind", NULL);
  const char *value = pal_node_get_attribute (element, "value", NULL);
  PalFormNode *target = NULL;
  PalAction *action;

  if (found == 0)
    return;
  if ((found & PAL_EVENT_NEW_REPEAT) != 0 && !in_repeat)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                              "an action on odk-new-repeat must stand in its repeat");
      return;
    }
  if (!pal_node_is (element, "setvalue", PAL_NS_XFORMS))
    {
      pal_form_reader_note (reader, element->line, "the action <%s> does nothing here",
                            element->local);
      return;
    }
  if (ref != NULL)
    target = pal_form_resolve_path (form, ref, scope != NULL ? scope : form->root, element);
  else if (bind != NULL)
    target = g_hash_table_lookup (form->binds, bind);
  if (target == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                              "setvalue of %s, which is not in the primary instance",
                              ref != NULL    ? ref
                              : bind != NULL ? bind
                                             : "nothing");
      return;
    }
  if (!pal_definition (target)->is_leaf)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                              "setvalue of %s, which is a group", target->path);
      return;
    }

  action = g_new0 (PalAction, 1);
  g_ptr_array_add (form->actions, action);
  action->events = found;
  action->scope = scope;
  action->target = target;
  action->line = element->line;
  action->target_expr
      = pal_form_reader_compile (reader, ref != NULL ? ref : target->path, element, "setvalue");
  if (value != NULL)
    action->value = pal_form_reader_compile (reader, value, element, "setvalue");
  else
    action->text = g_strstrip (pal_node_dup_text (element));
  if (scope != NULL)
    {
      PalDefinition *definition = pal_definition (scope);

      if (definition->actions == NULL)
        definition->actions = g_ptr_array_new ();
      g_ptr_array_add (definition->actions, action);
    }
}

/* Choices */

static void
read_item (PalFormReader *reader, PalControl *control, PalNode *element)
{
  PalItem *item = pal_control_new_item (control);

  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (pal_node_is (child, "label", PAL_NS_XFORMS))
        pal_form_read_text (reader, &item->label, child, NULL);
      else if (pal_node_is (child, "value", PAL_NS_XFORMS))
        {
          g_free (item->value);
          item->value = g_strstrip (pal_node_dup_text (child));
        }
    }
  if (item->value == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                              "a choice without a value");
      item->value = g_strdup ("");
    }
}

/* "jr:itext(path)" -> "path" */
static char *
dup_itext_path (const char *ref)
{
  const char *open = strchr (ref, '(');
  const char *close = strrchr (ref, ')');

  if (open == NULL || close == NULL || close < open)
    return NULL;
  for (const char *c = ref; c < open; c++)
    {
      if (!g_ascii_isspace (*c))
        {
          if (!g_str_has_prefix (c, "jr:itext"))
            return NULL;
          break;
        }
    }
  return g_strndup (open + 1, (gsize) (close - open - 1));
}

static void
read_itemset (PalFormReader *reader, PalControl *control, PalNode *element)
{
  const char *nodeset = pal_node_get_attribute (element, "nodeset", NULL);

  if (nodeset == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                              "an itemset without a nodeset");
      return;
    }
  if (control->itemset != NULL)
    {
      pal_form_reader_note (reader, element->line, "a second itemset is not used");
      return;
    }
  control->itemset = pal_form_reader_compile (reader, nodeset, element, "itemset");
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      const char *ref;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      ref = pal_node_get_attribute (child, "ref", NULL);
      if (ref == NULL)
        continue;
      if (pal_node_is (child, "value", PAL_NS_XFORMS) && control->item_value == NULL)
        control->item_value = pal_form_reader_compile (reader, ref, child, "value of the itemset");
      else if (pal_node_is (child, "label", PAL_NS_XFORMS) && control->item_label == NULL)
        {
          g_autofree char *path = dup_itext_path (ref);

          control->label_is_itext = path != NULL;
          control->item_label = pal_form_reader_compile (reader, path != NULL ? path : ref, child,
                                                         "label of the itemset");
        }
    }
  if (control->itemset != NULL && control->item_value == NULL)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                            "an itemset without a value");
}

/* Controls */

static gboolean
read_number (PalNode *element, const char *name, double *number)
{
  const char *text = pal_node_get_attribute (element, name, NULL);
  char *end;

  if (text == NULL)
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  while (g_ascii_isspace (*end))
    end++;
  return end != text && *end == '\0' && *number - *number == 0;
}

static void
read_range (PalFormReader *reader, PalFormControl *control, PalNode *element)
{
  if (!read_number (element, "start", &control->range_start)
      || !read_number (element, "end", &control->range_end)
      || !read_number (element, "step", &control->range_step))
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                            "a range needs start, end and step, all numbers");
  control->range_step = ABS (control->range_step);
}

static gboolean
has_word_with_prefix (const char *words, const char *prefix)
{
  for (const char *found = strstr (words, prefix); found != NULL;
       found = strstr (found + 1, prefix))
    {
      if (found == words || g_ascii_isspace (found[-1]))
        return TRUE;
    }
  return FALSE;
}

static void
read_attributes (PalFormReader *reader, PalControl *self, PalNode *element)
{
  const char *appearance = pal_node_get_attribute (element, "appearance", NULL);

  self->public.appearance = g_strdup (appearance);
  self->public.media_type = g_strdup (pal_node_get_attribute (element, "mediatype", NULL));
  if (pal_node_get_attribute (element, "intent", NULL) != NULL
      || (appearance != NULL && has_word_with_prefix (appearance, "ex:")))
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_OUTSIDE, element->line,
                            "an external app: not in the form profile");
  if (pal_node_get_attribute (element, "query", NULL) != NULL)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_OUTSIDE, element->line,
                            "choices from a query: not in the form profile");
  if (self->public.kind == PAL_CONTROL_RANGE)
    read_range (reader, &self->public, element);
}

/* The node that a control names; the control keeps NULL when it names none. */
static void
bind_control (PalFormReader *reader, PalControl *self, PalNode *element, PalFormNode *context)
{
  PalForm *form = reader->form;
  gboolean is_group
      = self->public.kind == PAL_CONTROL_GROUP || self->public.kind == PAL_CONTROL_REPEAT;
  const char *bind = pal_node_get_attribute (element, "bind", NULL);
  const char *ref = pal_node_get_attribute (
      element, self->public.kind == PAL_CONTROL_REPEAT ? "nodeset" : "ref", NULL);
  PalFormNode *node;

  if (ref == NULL)
    ref = pal_node_get_attribute (
        element, self->public.kind == PAL_CONTROL_REPEAT ? "ref" : "nodeset", NULL);
  if (ref == NULL && bind == NULL)
    {
      if (self->public.kind != PAL_CONTROL_GROUP)
        pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                                "<%s> says not for which node", element->local);
      return;
    }
  node = bind != NULL ? g_hash_table_lookup (form->binds, bind)
                      : pal_form_resolve_path (form, ref, context, element);
  if (node == NULL)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                              "<%s> for %s, which is not in the primary instance", element->local,
                              bind != NULL ? bind : ref);
      return;
    }
  self->public.node = node;
  if (self->public.kind == PAL_CONTROL_REPEAT)
    {
      if (node->is_repeat)
        pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                                "a second repeat of %s", node->path);
      else if (node == form->root)
        pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                                "the whole record cannot repeat");
      else
        node->is_repeat = TRUE;
      node->control = &self->public;
      pal_definition (node)->is_leaf = FALSE;
    }
  else if (is_group)
    {
      if (node->control == NULL)
        node->control = &self->public;
    }
  else if (node->control != NULL && node->control->kind != PAL_CONTROL_GROUP)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_REFERENCE, element->line,
                            "a second control for %s, the first stands in line %u", node->path,
                            node->control->line);
  else
    {
      if (!pal_definition (node)->is_leaf)
        pal_form_reader_note (reader, element->line, "<%s> for %s, which is a group",
                              element->local, node->path);
      node->control = &self->public;
    }
}

static void
read_repeat (PalFormReader *reader, PalControl *self, PalNode *element)
{
  const char *count = pal_node_get_attribute (element, "count", PAL_NS_JR);
  const char *fixed = pal_node_get_attribute (element, "noAddRemove", PAL_NS_JR);
  PalFormNode *node = self->public.node;

  if (node == NULL)
    return;
  if (count != NULL && node->count == NULL)
    node->count = pal_form_reader_compile (reader, count, element, "jr:count");
  node->no_add_remove = (fixed != NULL && g_str_has_prefix (fixed, "true")) || node->count != NULL;
}

static void read_children (PalFormReader *reader, PalControl *self, PalNode *element, guint depth,
                           gboolean in_repeat);

static void
read_control (PalFormReader *reader, PalControl *parent, PalNode *element, PalControlKind kind,
              guint depth, gboolean in_repeat)
{
  PalControl *self;

  if (depth > PAL_FORM_MAX_DEPTH)
    {
      pal_form_reader_refuse (reader, PAL_FORM_ERROR_LIMIT, element->line,
                              "groups are nested too deeply");
      return;
    }
  self = pal_form_reader_new_control (reader);
  self->public.kind = kind;
  self->public.parent = parent != NULL ? &parent->public : NULL;
  self->public.line = element->line;
  self->context = parent != NULL ? parent->context : reader->form->root;
  g_ptr_array_add (parent != NULL ? parent->public.children : reader->form->controls, self);
  if (kind != PAL_CONTROL_GROUP && kind != PAL_CONTROL_REPEAT)
    reader->form->n_questions++;

  bind_control (reader, self, element, self->context);
  if (self->public.node != NULL)
    self->context = self->public.node;
  read_attributes (reader, self, element);
  if (kind == PAL_CONTROL_REPEAT)
    read_repeat (reader, self, element);
  read_children (reader, self, element, depth, in_repeat || kind == PAL_CONTROL_REPEAT);

  if (parent != NULL && parent->public.kind != PAL_CONTROL_GROUP
      && parent->public.kind != PAL_CONTROL_REPEAT)
    pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, element->line,
                            "<%s> stands in a question", element->local);
}

static void
read_hint (PalFormReader *reader, PalControl *self, PalNode *element)
{
  pal_form_read_text (reader, &self->hint, element, NULL);
  if (self->hint.itext_id == NULL)
    return;
  self->guidance.itext_id = self->hint.itext_id;
  self->guidance.form = "guidance";
}

static gboolean
is_choice_control (PalControl *self)
{
  return self->public.kind == PAL_CONTROL_SELECT_ONE || self->public.kind == PAL_CONTROL_SELECT_MANY
         || self->public.kind == PAL_CONTROL_RANK;
}

static void
read_choices_group (PalFormReader *reader, PalControl *self, PalNode *element)
{
  for (PalNode *child = element->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      if (pal_node_is (child, "item", PAL_NS_XFORMS))
        read_item (reader, self, child);
      else if (pal_node_is (child, "itemset", PAL_NS_XFORMS))
        read_itemset (reader, self, child);
    }
}

static void
read_children (PalFormReader *reader, PalControl *self, PalNode *element, guint depth,
               gboolean in_repeat)
{
  for (PalNode *child = element->first_child; child != NULL && !pal_form_reader_is_full (reader);
       child = child->next)
    {
      int kind;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      kind = find_kind (child);
      if (kind >= 0)
        read_control (reader, self, child, (PalControlKind) kind, depth + 1, in_repeat);
      else if (pal_form_is_action (child))
        {
          if (self->public.node != NULL || self->context != NULL)
            pal_form_read_action (reader, child, self->context, in_repeat);
        }
      else if (pal_node_is (child, "label", PAL_NS_XFORMS))
        pal_form_read_text (reader, &self->label, child, NULL);
      else if (pal_node_is (child, "hint", PAL_NS_XFORMS))
        read_hint (reader, self, child);
      else if (pal_node_is (child, "item", PAL_NS_XFORMS) && is_choice_control (self))
        read_item (reader, self, child);
      else if (pal_node_is (child, "itemset", PAL_NS_XFORMS) && is_choice_control (self))
        read_itemset (reader, self, child);
      else if (pal_node_is (child, "choices", PAL_NS_XFORMS) && is_choice_control (self))
        read_choices_group (reader, self, child);
      else
        pal_form_reader_note (reader, child->line, "<%s> in <%s> is not used", child->local,
                              element->local);
    }
  if (is_choice_control (self) && self->items == NULL && self->itemset == NULL)
    pal_form_reader_note (reader, element->line, "a question without choices");
}

void
pal_form_read_body (PalFormReader *reader, PalNode *body)
{
  for (PalNode *child = body->first_child; child != NULL && !pal_form_reader_is_full (reader);
       child = child->next)
    {
      int kind;

      if (child->kind != PAL_NODE_ELEMENT)
        continue;
      kind = find_kind (child);
      if (kind >= 0)
        read_control (reader, NULL, child, (PalControlKind) kind, 0, FALSE);
      else if (pal_form_is_action (child))
        pal_form_read_action (reader, child, NULL, FALSE);
      else if (pal_node_is (child, "label", PAL_NS_XFORMS))
        pal_form_reader_refuse (reader, PAL_FORM_ERROR_MALFORMED, child->line,
                                "a label stands in the body itself");
      else
        pal_form_reader_note (reader, child->line, "<%s> in the body is not used", child->local);
    }
}
