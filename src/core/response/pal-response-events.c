// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* What sets values besides people and calculates: preloads and events (form-profile 2.7, 2.8). */

#define MAX_CHAIN 64 /* setvalue that sets off setvalue */

static char *
dup_now (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  GTimeSpan offset = g_date_time_get_utc_offset (now) / G_TIME_SPAN_MINUTE;
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03d%c%02d:%02d", day, g_date_time_get_microsecond (now) / 1000,
                          offset < 0 ? '-' : '+', (int) ABS (offset) / 60, (int) ABS (offset) % 60);
}

static char *
dup_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

static char *
dup_uid (void)
{
  g_autofree char *uuid = g_uuid_string_random ();

  return g_strconcat ("uuid:", uuid, NULL);
}

static char *
dup_preload (PalFormNode *node, const char *user)
{
  const char *params = node->preload_params != NULL ? node->preload_params : "";

  if (strcmp (node->preload, "uid") == 0)
    return dup_uid ();
  if (strcmp (node->preload, "timestamp") == 0 && strcmp (params, "start") == 0)
    return dup_now ();
  if (strcmp (node->preload, "date") == 0 && strcmp (params, "today") == 0)
    return dup_today ();
  if (strcmp (node->preload, "property") == 0 && strcmp (params, "username") == 0)
    return g_strdup (user);
  /* Other properties of the device and the person at it are nobody's business here. */
  return NULL;
}

static gboolean
is_in_meta (PalNode *node)
{
  PalNode *parent = pal_response_get_parent (node);
  PalNode *root = parent != NULL ? pal_response_get_parent (parent) : NULL;

  return root != NULL && strcmp (parent->local, "meta") == 0
         && pal_response_get_parent (root) == NULL;
}

static void
preload_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  const char *user = user_data;
  PalNodeInfo *info = pal_node_info (node);
  PalFormNode *definition = &info->definition->public;
  g_autofree char *value = NULL;

  if (node->kind != PAL_NODE_ELEMENT || !info->definition->is_leaf || !info->is_empty
      || definition->calculate != NULL)
    return;
  if (definition->preload != NULL)
    value = dup_preload (definition, user);
  else if (strcmp (node->local, "instanceID") == 0 && is_in_meta (node))
    /* Required of every record, whether the form says so or not. */
    value = dup_uid ();
  else if (strcmp (node->local, "userID") == 0 && is_in_meta (node))
    value = g_strdup (user);
  if (value != NULL)
    pal_response_store (self, node, value);
}

/* Runs once in a record's life. user: (nullable): who made it. */
void
pal_response_preload (PalResponse *self, const char *user)
{
  pal_response_foreach_below (self, self->root, preload_cb, (gpointer) user);
}

static PalNode *
find_target (PalResponse *self, PalAction *action, PalNode *context)
{
  g_auto (PalValue) value = { 0 };
  PalNode *single = self->singles[action->target->index];

  if (single != NULL)
    return single;
  if (action->target_expr == NULL
      || !pal_expr_evaluate (action->target_expr, &self->scope, context, &value, NULL)
      || value.kind != PAL_VALUE_NODES || value.nodes->len == 0)
    {
      /* A node that is not relevant is absent for expressions, and is set all the same. */
      return pal_response_find_definition (self, action->target, context);
    }
  return g_ptr_array_index (value.nodes, 0);
}

static void
run_action (PalResponse *self, PalAction *action, PalNode *context)
{
  PalNode *target = find_target (self, action, context);
  g_auto (PalValue) value = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *old = NULL;

  if (target == NULL || target->data == NULL || !pal_node_info (target)->definition->is_leaf)
    return;
  if (action->value == NULL)
    text = g_strdup (action->text != NULL ? action->text : "");
  else if (pal_expr_evaluate (action->value, &self->scope, target, &value, NULL))
    text = pal_response_value_to_text (pal_node_info (target)->definition, &value);
  else
    text = g_strdup ("");

  old = g_strdup (pal_response_get_value (self, target));
  if (strcmp (old, text) == 0)
    return;
  pal_response_store (self, target, text);
  pal_response_emit_value (self, target, old, text, FALSE);
  /* While a record or row is being made, its first values change nothing. */
  if ((action->events & PAL_EVENT_VALUE_CHANGED) != 0 && self->depth < MAX_CHAIN)
    {
      self->depth++;
      pal_response_settle (self);
      pal_response_run_changed (self, target);
      self->depth--;
    }
}

static void
run_action_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  run_action (self, user_data, node);
}

/* An event of the record as a whole. */
void
pal_response_run_event (PalResponse *self, PalEvents event)
{
  for (guint i = 0; i < self->form->actions->len; i++)
    {
      PalAction *action = g_ptr_array_index (self->form->actions, i);

      if ((action->events & event) == 0)
        continue;
      if (action->scope == NULL || self->singles[action->scope->index] != NULL)
        run_action (self, action,
                    action->scope != NULL ? self->singles[action->scope->index] : self->root);
      else
        pal_response_foreach (self, pal_definition (action->scope), self->root, run_action_cb,
                              action);
    }
}

/* A row that was added, by hand or by jr:count. */
void
pal_response_run_row_event (PalResponse *self, PalNode *row)
{
  PalDefinition *repeat = pal_node_info (row)->definition;

  for (guint i = 0; i < self->form->actions->len; i++)
    {
      PalAction *action = g_ptr_array_index (self->form->actions, i);

      if ((action->events & PAL_EVENT_NEW_REPEAT) != 0 && action->scope != NULL
          && pal_definition (action->scope)->repeat == &repeat->public)
        pal_response_foreach (self, pal_definition (action->scope), row, run_action_cb, action);
    }
}

/* The value of a control's node has changed, and what follows from it is calculated. */
void
pal_response_run_changed (PalResponse *self, PalNode *node)
{
  GPtrArray *actions = pal_node_info (node)->definition->actions;

  for (guint i = 0; actions != NULL && i < actions->len; i++)
    {
      PalAction *action = g_ptr_array_index (actions, i);

      if ((action->events & PAL_EVENT_VALUE_CHANGED) != 0)
        run_action (self, action, node);
    }
}

static PalNode *
find_in_meta (PalResponse *self, const char *name)
{
  for (guint i = 0; i < self->form->nodes->len; i++)
    {
      PalDefinition *definition = pal_form_get_definition (self->form, i);
      PalNode *node = self->singles[i];

      if (node != NULL && node->kind == PAL_NODE_ELEMENT && definition->is_leaf
          && strcmp (definition->public.local, name) == 0 && is_in_meta (node))
        return node;
    }
  return NULL;
}

static void
set_for_good (PalResponse *self, PalNode *node, const char *value)
{
  g_autofree char *old = g_strdup (pal_response_get_value (self, node));

  pal_response_store (self, node, value);
  pal_response_emit_value (self, node, old, value, FALSE);
}

/**
 * pal_response_revise:
 * @self: a response
 *
 * A record that was handed over is edited again (form-profile 2.8): it gets a new instanceID, and
 * deprecatedID says which one it had. A form that has no place for either keeps what it has.
 */
void
pal_response_revise (PalResponse *self)
{
  PalNode *instance_id;
  PalNode *deprecated_id;
  g_autofree char *uid = NULL;

  g_return_if_fail (PAL_IS_RESPONSE (self));

  instance_id = find_in_meta (self, "instanceID");
  deprecated_id = find_in_meta (self, "deprecatedID");
  if (instance_id == NULL || deprecated_id == NULL
      || pal_node_info (instance_id)->definition->public.calculate != NULL)
    return;
  uid = dup_uid ();
  pal_response_begin (self);
  set_for_good (self, deprecated_id, pal_response_get_value (self, instance_id));
  set_for_good (self, instance_id, uid);
  pal_response_end (self);
}

static void
finish_cb (PalResponse *self, PalNode *node, gpointer user_data)
{
  PalFormNode *definition = &pal_node_info (node)->definition->public;
  g_autofree char *old = NULL;
  g_autofree char *now = NULL;

  /* A text would take the place of what stands in a group. */
  if (!pal_node_info (node)->definition->is_leaf || definition->preload == NULL
      || strcmp (definition->preload, "timestamp") != 0
      || g_strcmp0 (definition->preload_params, "end") != 0)
    return;
  old = g_strdup (pal_response_get_value (self, node));
  now = dup_now ();
  pal_response_store (self, node, now);
  pal_response_emit_value (self, node, old, now, FALSE);
}

/**
 * pal_response_finish:
 * @self: a response
 *
 * What happens when a person says that the record is done: the end of the work is noted where the
 * form asks for it.
 */
void
pal_response_finish (PalResponse *self)
{
  g_return_if_fail (PAL_IS_RESPONSE (self));

  pal_response_begin (self);
  pal_response_foreach_below (self, self->root, finish_cb, NULL);
  pal_response_end (self);
}
