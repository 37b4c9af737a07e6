// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response.h"

#include "pal-response-private.h"

#include "pal-xml.h"

#include <string.h>

G_DEFINE_QUARK (pal - response - error - quark, pal_response_error)
G_DEFINE_FINAL_TYPE (PalResponse, pal_response, G_TYPE_OBJECT)

enum
{
  PROP_FORM = 1,
  PROP_LANGUAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
pal_response_finalize (GObject *object)
{
  PalResponse *self = PAL_RESPONSE (object);

  if (self->pending != NULL)
    {
      for (guint i = 0; i < self->form->slots->len; i++)
        g_clear_pointer (&self->pending[i], g_ptr_array_unref);
    }
  g_free (self->pending);
  g_free (self->waiting);
  pal_response_bury (self->gone);
  pal_response_free_tree (self);
  g_array_unref (self->marks);
  g_hash_table_unref (self->shown);
  g_array_unref (self->rows_changed);
  g_ptr_array_unref (self->gone);
  g_ptr_array_unref (self->reviewed);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_hash_table_unref (self->tables);
  g_hash_table_unref (self->choices);
  g_free (self->language_code);
  g_clear_pointer (&self->form, pal_form_unref);

  G_OBJECT_CLASS (pal_response_parent_class)->finalize (object);
}

static void
pal_response_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PalResponse *self = PAL_RESPONSE (object);

  switch (id)
    {
    case PROP_FORM:
      g_value_set_pointer (value, self->form);
      break;
    case PROP_LANGUAGE:
      g_value_set_string (value, pal_response_get_language (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_response_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PalResponse *self = PAL_RESPONSE (object);

  switch (id)
    {
    case PROP_LANGUAGE:
      pal_response_set_language (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_response_class_init (PalResponseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pal_response_finalize;
  object_class->get_property = pal_response_get_property;
  object_class->set_property = pal_response_set_property;

  properties[PROP_FORM]
      = g_param_spec_pointer ("form", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * PalResponse:language:
   *
   * The form's language in which labels are given, as the form writes it; %NULL when the form is
   * not translated.
   */
  properties[PROP_LANGUAGE]
      = g_param_spec_string ("language", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  pal_response_install_signals (klass);
}

static void
pal_response_init (PalResponse *self)
{
  self->marks = pal_response_new_marks ();
  self->shown = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  self->rows_changed = g_array_new (FALSE, FALSE, sizeof (PalRowsChanged));
  self->gone = g_ptr_array_new ();
  self->reviewed = g_ptr_array_new ();
  self->running_slot = G_MAXUINT;
  self->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) g_hash_table_unref);
  self->choices = g_hash_table_new (NULL, NULL);
}

/* Life */

static PalResponse *
response_new (PalForm *form, gboolean with_rows)
{
  PalResponse *self = g_object_new (PAL_TYPE_RESPONSE, NULL);

  self->form = pal_form_ref (form);
  self->language = form->default_language;
  self->waiting = g_new0 (guint64, (form->slots->len + 63) / 64);
  self->pending = g_new0 (GPtrArray *, form->slots->len);
  self->is_loading = TRUE;
  pal_response_build (self, with_rows);
  pal_response_set_scope (self);
  return self;
}

/**
 * pal_response_new:
 * @form: a form
 * @error: return location
 *
 * Starts a record: preloads and first-load events have run, the rows of jr:count exist, everything
 * is calculated. Lives on the calling thread.
 *
 * Returns: (transfer full) (nullable): a response, or %NULL with a #PalResponseError
 */
PalResponse *
pal_response_new (PalForm *form, GError **error)
{
  return pal_response_new_by (form, NULL, error);
}

/**
 * pal_response_new_by:
 * @form: a form
 * @user: (nullable): the name by which the person who makes the record wants to be known; stands
 *   only where the form asks for it (meta/userID, or the property "username")
 * @error: return location
 *
 * See pal_response_new().
 *
 * Returns: (transfer full) (nullable): a response, or %NULL with a #PalResponseError
 */
PalResponse *
pal_response_new_by (PalForm *form, const char *user, GError **error)
{
  PalResponse *self;

  g_return_val_if_fail (form != NULL, NULL);

  self = response_new (form, TRUE);
  pal_response_begin (self);
  pal_response_preload (self, user);
  pal_response_push_all (self);
  pal_response_settle (self);
  pal_response_run_event (self, PAL_EVENT_FIRST_LOAD | PAL_EVENT_LOAD);
  pal_response_end (self);
  self->is_loading = FALSE;
  return self;
}

/**
 * pal_response_restore_begin:
 * @form: a form
 *
 * Starts a record that shall be filled from its log. It has no rows yet.
 *
 * Returns: (transfer full): a response that is good for restore_row, restore_value and restore_end
 */
PalResponse *
pal_response_restore_begin (PalForm *form)
{
  PalResponse *self;

  g_return_val_if_fail (form != NULL, NULL);

  self = response_new (form, FALSE);
  self->is_restoring = TRUE;
  pal_response_begin (self);
  return self;
}

/* "/data/law[ROW]" taken apart; NULL when the form has no such repeat, or what is around it is not
 * there. */
PalFormNode *
pal_response_parse_row (PalResponse *self, const char *path, char **parent_path, char **row_id)
{
  const char *slash = strrchr (path, '/');
  const char *open = slash != NULL ? strchr (slash, '[') : NULL;
  g_autofree char *name = NULL;
  PalNode *parent;
  PalFormNode *repeat;

  if (open == NULL || slash == path || !g_str_has_suffix (open, "]") || strlen (open) < 3)
    return NULL;
  *parent_path = g_strndup (path, (gsize) (slash - path));
  *row_id = g_strndup (open + 1, strlen (open) - 2);
  name = g_strndup (slash + 1, (gsize) (open - slash - 1));
  parent = pal_response_find (self, *parent_path);
  if (parent == NULL)
    return NULL;
  repeat = pal_form_resolve_path (self->form, name, &pal_node_info (parent)->definition->public,
                                  self->form->primary);
  return repeat != NULL && repeat->is_repeat ? repeat : NULL;
}

/**
 * pal_response_restore_row:
 * @self: a response between restore_begin and restore_end
 * @path: "/data/law[ROW]", ROW an id
 *
 * Makes a row, the last of its repeat. Making one that is there does nothing.
 *
 * Returns: %FALSE when the form has no such repeat, or the row around it is not there
 */
gboolean
pal_response_restore_row (PalResponse *self, const char *path)
{
  g_autofree char *parent_path = NULL;
  g_autofree char *row_id = NULL;
  PalFormNode *repeat;
  PalNode *parent;

  g_return_val_if_fail (PAL_IS_RESPONSE (self) && self->is_restoring, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  repeat = pal_response_parse_row (self, path, &parent_path, &row_id);
  parent = repeat != NULL ? pal_response_find (self, parent_path) : NULL;
  if (parent == NULL)
    return FALSE;
  if (pal_response_find (self, path) != NULL)
    return TRUE;
  pal_response_insert_row (self, pal_definition (repeat), parent,
                           pal_response_find_place (pal_definition (repeat), parent), row_id);
  return TRUE;
}

/**
 * pal_response_restore_value:
 * @self: a response between restore_begin and restore_end
 * @path: a leaf, with row ids
 * @value: (nullable): what it holds
 *
 * Returns: %FALSE when there is no such leaf
 */
gboolean
pal_response_restore_value (PalResponse *self, const char *path, const char *value)
{
  PalNode *node;

  g_return_val_if_fail (PAL_IS_RESPONSE (self) && self->is_restoring, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  node = pal_response_find (self, path);
  if (node == NULL || !pal_node_info (node)->definition->is_leaf)
    return FALSE;
  pal_response_store (self, node, value != NULL ? value : "");
  return TRUE;
}

/**
 * pal_response_restore_end:
 * @self: a response after restore_begin
 * @error: return location
 *
 * Calculates everything. No first-load event runs.
 *
 * Returns: %TRUE; %FALSE with a #PalResponseError
 */
gboolean
pal_response_restore_end (PalResponse *self, GError **error)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self) && self->is_restoring, FALSE);

  pal_response_push_all (self);
  pal_response_settle (self);
  pal_response_run_event (self, PAL_EVENT_LOAD);
  pal_response_end (self);
  self->is_loading = FALSE;
  self->is_restoring = FALSE;
  return TRUE;
}

/* Looking */

/**
 * pal_response_get_form:
 * @self: a response
 *
 * Returns: (transfer none): its form
 */
PalForm *
pal_response_get_form (PalResponse *self)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);

  return self->form;
}

/**
 * pal_response_get_language:
 * @self: a response
 *
 * Returns: (nullable): the active language as the form writes it, %NULL when the form has none
 */
const char *
pal_response_get_language (PalResponse *self)
{
  GPtrArray *languages;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);

  languages = pal_form_get_languages (self->form);
  if (languages->len == 0)
    return NULL;
  return g_ptr_array_index (languages, self->language);
}

/**
 * pal_response_set_language:
 * @self: a response
 * @language: (nullable): a language of the form or a code that fits one; else nothing changes
 *
 * Switches the language of labels, and of what is calculated from them. "updated" names the nodes
 * whose values changed; that all labels are others now is what notify::language says.
 */
void
pal_response_set_language (PalResponse *self, const char *language)
{
  const char *match;
  guint index;

  g_return_if_fail (PAL_IS_RESPONSE (self));

  match = pal_form_match_language (self->form, language);
  if (match == NULL)
    return;
  index = pal_form_find_language (self->form, match);
  if (index == self->language)
    return;
  self->language = index;
  pal_response_set_scope (self);
  pal_response_renew_texts (self);
}

/**
 * pal_response_renew_texts:
 * @self: a response
 *
 * The form speaks otherwise than before, after pal_form_take_texts() for instance: all labels are
 * others now, as notify::language says.
 */
void
pal_response_renew_texts (PalResponse *self)
{
  g_return_if_fail (PAL_IS_RESPONSE (self));

  pal_response_forget_shown (self, NULL);
  pal_response_begin (self);
  pal_response_push_spoken (self);
  pal_response_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LANGUAGE]);
}

/**
 * pal_response_get_root:
 * @self: a response
 *
 * Returns: (transfer none): the record's document element
 */
PalNode *
pal_response_get_root (PalResponse *self)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);

  return self->root;
}

/**
 * pal_response_get_definition:
 * @self: a response
 * @node: one of its nodes
 *
 * Returns: (transfer none) (nullable): what the form says of it; %NULL for an attribute of which
 *   the form does not speak
 */
PalFormNode *
pal_response_get_definition (PalResponse *self, PalNode *node)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (node != NULL, NULL);

  return node->data != NULL ? &pal_node_info (node)->definition->public : NULL;
}

/**
 * pal_response_get_value:
 * @self: a response
 * @node: one of its nodes
 *
 * Returns: (transfer none): the value of a leaf, good until it changes; "" when it is empty
 */
const char *
pal_response_get_value (PalResponse *self, PalNode *node)
{
  const char *value;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (node != NULL, NULL);

  value = pal_node_peek_text (node);
  return value != NULL ? value : "";
}

/**
 * pal_response_get_state:
 * @self: a response
 * @node: one of its nodes, of which the form speaks
 *
 * Returns: (transfer none): its state, good as long as the node
 */
const PalNodeState *
pal_response_get_state (PalResponse *self, PalNode *node)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (node != NULL && node->data != NULL, NULL);

  return &pal_node_info (node)->public;
}

/* Changing */

/**
 * pal_response_set_value:
 * @self: a response
 * @node: a leaf
 * @value: (nullable): the new value; %NULL or "" clears it
 * @error: return location
 *
 * Takes an answer. One that breaks a constraint or does not fit the type is stored and flagged
 * (T12): nothing that a person wrote is lost. A value that is there already changes nothing.
 *
 * Returns: %TRUE; %FALSE with %PAL_RESPONSE_ERROR_READONLY for a group or a calculated value
 */
gboolean
pal_response_set_value (PalResponse *self, PalNode *node, const char *value, GError **error)
{
  PalNodeInfo *info;
  g_autofree char *old = NULL;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), FALSE);
  g_return_val_if_fail (node != NULL && node->data != NULL, FALSE);

  info = pal_node_info (node);
  if (!info->definition->is_leaf || info->definition->public.calculate != NULL)
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY, "%s takes no answer",
                   info->definition->public.path);
      return FALSE;
    }
  if (value == NULL)
    value = "";
  if (strcmp (value, pal_response_get_value (self, node)) == 0)
    return TRUE;
  if (info->is_gone)
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND, "the row of %s is gone",
                   info->definition->public.path);
      return FALSE;
    }

  old = g_strdup (pal_response_get_value (self, node));
  pal_response_begin (self);
  pal_response_store (self, node, value);
  pal_response_emit_value (self, node, old, value, TRUE);
  if (info->definition->actions != NULL)
    {
      /* Events see what follows from the answer. */
      pal_response_settle (self);
      pal_response_run_changed (self, node);
    }
  pal_response_end (self);
  return TRUE;
}

static gboolean
check_adding (PalResponse *self, PalFormNode *repeat, GError **error)
{
  if (!repeat->is_repeat || repeat->no_add_remove)
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_READONLY,
                   "rows of %s are not added or removed by hand", repeat->path);
      return FALSE;
    }
  return TRUE;
}

/**
 * pal_response_add_row:
 * @self: a response
 * @repeat: the definition of a repeat
 * @context: (nullable): a node of, or inside, the row of the parent; %NULL for the first
 * @before: (nullable): the row before which it goes; %NULL for the end
 * @error: return location
 *
 * Adds a row; odk-new-repeat runs in it.
 *
 * Returns: (transfer none) (nullable): the row; %NULL with a #PalResponseError
 */
PalNode *
pal_response_add_row (PalResponse *self, PalFormNode *repeat, PalNode *context, PalNode *before,
                      GError **error)
{
  PalDefinition *definition = pal_definition (repeat);
  PalNode *parent;
  PalNode *row;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (repeat != NULL, NULL);

  if (!check_adding (self, repeat, error))
    return NULL;
  parent = before != NULL ? before->parent : pal_response_find_row_parent (self, repeat, context);
  if (parent == NULL
      || (before != NULL && before->data != NULL
          && pal_node_info (before)->definition != definition))
    {
      g_set_error (error, PAL_RESPONSE_ERROR, PAL_RESPONSE_ERROR_NOT_FOUND,
                   "no place for a row of %s", repeat->path);
      return NULL;
    }

  pal_response_begin (self);
  pal_response_hold_edits (self);
  row = pal_response_insert_row (
      self, definition, parent,
      before != NULL ? before : pal_response_find_place (definition, parent), NULL);
  pal_response_emit_row (self, PAL_EDIT_ROW_ADDED, row, TRUE);
  pal_response_run_row_event (self, row);
  pal_response_push_row (self, row);
  pal_response_push_rows (self, definition, parent, pal_node_next_named (row));
  pal_response_note_rows (self, repeat, parent);
  pal_response_release_edits (self);
  pal_response_end (self);
  return row;
}

/**
 * pal_response_remove_row:
 * @self: a response
 * @row: a row
 * @error: return location
 *
 * Removes a row with all that is in it. Later rows move up.
 *
 * Returns: %TRUE; %FALSE with %PAL_RESPONSE_ERROR_READONLY
 */
gboolean
pal_response_remove_row (PalResponse *self, PalNode *row, GError **error)
{
  PalDefinition *definition;
  PalNode *parent;
  PalNode *next;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), FALSE);
  g_return_val_if_fail (row != NULL && row->data != NULL, FALSE);

  definition = pal_node_info (row)->definition;
  if (!check_adding (self, &definition->public, error))
    return FALSE;

  pal_response_begin (self);
  parent = row->parent;
  next = pal_node_next_named (row);
  pal_response_emit_row (self, PAL_EDIT_ROW_REMOVED, row, TRUE);
  pal_response_take_row (self, row);
  pal_response_push_rows (self, definition, parent, next);
  pal_response_note_rows (self, &definition->public, parent);
  pal_response_end (self);
  return TRUE;
}

/**
 * pal_response_is_valid:
 * @self: a response
 *
 * Returns: whether nothing relevant breaks a constraint or is required and empty
 */
gboolean
pal_response_is_valid (PalResponse *self)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self), FALSE);

  return self->n_violated == 0;
}

static gboolean
skip_cb (PalNode *node, gpointer user_data)
{
  return node->hidden || node->is_template
         || (node->data != NULL && !pal_node_info (node)->public.relevant);
}

/* Names lost their default namespace when the record was built (T13); outside they have it. */
static const char *
namespace_cb (PalNode *node, gpointer user_data)
{
  return node->data != NULL ? pal_node_info (node)->definition->default_uri : node->uri;
}

/**
 * pal_response_serialise:
 * @self: a response
 *
 * The submission (form-profile 2.8): the record as XML, without nodes that are not relevant, in the
 * namespaces in which the form's primary instance stands; that of XForms itself is left out.
 *
 * Returns: (transfer full): UTF-8
 */
GBytes *
pal_response_serialise (PalResponse *self)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);

  return pal_xml_write_full (self->root, skip_cb, namespace_cb, self);
}
