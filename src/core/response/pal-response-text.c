// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <string.h>

/* What is shown: texts in the active language, with values of the record filled in. */

static gboolean
is_repeat_cb (PalExprScope *scope, PalNode *node)
{
  return node->data != NULL && pal_node_info (node)->definition->public.is_repeat;
}

static PalNode *
instance_cb (PalExprScope *scope, const char *id)
{
  PalResponse *self = scope->user_data;
  PalInstance *instance = g_hash_table_lookup (self->form->instances, id);

  if (instance != NULL)
    return instance->root->parent;
  return g_strcmp0 (id, self->form->primary_id) == 0 ? self->scope.root : NULL;
}

/* A text may ask for a text, and a list for a label of its own: an author's slip, or a form that
 * means harm. One within another, and all in all below the outermost. */
#define MAX_LOOKING 8
#define MAX_LOOKED 1000

gboolean
pal_response_look_begin (PalResponse *self)
{
  if (self->n_looking == 0)
    self->n_looked = 0;
  if (self->n_looking >= MAX_LOOKING || self->n_looked >= MAX_LOOKED)
    return FALSE;
  self->n_looking++;
  self->n_looked++;
  return TRUE;
}

void
pal_response_look_end (PalResponse *self)
{
  self->n_looking--;
}

char *
pal_response_itext_cb (PalExprScope *scope, const char *id)
{
  PalResponse *self = scope->user_data;
  char *text;

  if (!pal_response_look_begin (self))
    return NULL;
  text = pal_response_itext (self, id, NULL, self->root);
  pal_response_look_end (self);
  return text;
}

/* The code of "Français (fr)" for dates. */
static char *
dup_language_code (const char *language)
{
  const char *open = language != NULL ? strrchr (language, '(') : NULL;

  if (open == NULL)
    return g_strdup (language);
  return g_strndup (open + 1, strcspn (open + 1, ")"));
}

void
pal_response_set_scope (PalResponse *self)
{
  g_free (self->language_code);
  self->language_code = dup_language_code (pal_response_get_language (self));
  self->scope.root = pal_document_get_root (self->document);
  self->scope.contextualise = TRUE;
  self->scope.is_repeat = is_repeat_cb;
  self->scope.instance = instance_cb;
  self->scope.itext = pal_response_itext_cb;
  self->scope.choice_label = pal_response_choice_label_cb;
  self->scope.pulldata = pal_response_pulldata_cb;
  self->scope.language = self->language_code;
  self->scope.user_data = self;
}

typedef struct
{
  PalResponse *response;
  PalNode *node;
} Fill;

static char *
fill_cb (PalExpr *expr, gpointer user_data)
{
  Fill *fill = user_data;

  return pal_expr_evaluate_string (expr, &fill->response->scope, fill->node, NULL);
}

/* A text by its id, with markup; NULL when there is none. */
char *
pal_response_itext (PalResponse *self, const char *id, const char *form, PalNode *node)
{
  Fill fill = { self, node };
  PalNode *element = pal_form_find_itext (self->form, self->language, id, form);

  return element != NULL ? pal_form_fill (self->form, element, fill_cb, &fill) : NULL;
}

/* With markup; NULL when there is none. */
char *
pal_response_resolve_text (PalResponse *self, PalText *text, PalNode *node)
{
  Fill fill = { self, node };
  char *result = NULL;

  if (text->itext_id != NULL)
    result = pal_response_itext (self, text->itext_id, text->form, node);
  else if (text->expr != NULL)
    result = pal_expr_evaluate_string (text->expr, &self->scope, node, NULL);
  if (result == NULL && text->element != NULL && text->form == NULL)
    result = pal_form_fill (self->form, text->element, fill_cb, &fill);
  if (result == NULL)
    result = g_strdup (text->literal);
  if (result != NULL && *result == '\0')
    g_clear_pointer (&result, g_free);
  return result;
}

/* What somebody was shown: a text or a list is told to have changed only when it is not the one
 * that was given last, and what nobody asked for is not told at all. */

typedef struct
{
  PalFormControl *control;
  guint kind; /* PalTextKind, or PAL_SHOWN_CHOICES */
  guint hash;
} Shown;

/* Notes what is given of a node whose texts or choices depend on something. */
void
pal_response_note_shown (PalResponse *self, PalNode *node, PalFormControl *control, guint kind,
                         guint hash)
{
  PalNodeInfo *info = pal_node_info (node);
  GArray *list;
  Shown shown = { control, kind, hash };

  if (info->definition->slots[kind == PAL_SHOWN_CHOICES ? PAL_SLOT_CHOICES : PAL_SLOT_LABEL] < 0)
    return;
  list = info->is_shown ? g_hash_table_lookup (self->shown, node) : NULL;
  if (list == NULL)
    {
      list = g_array_sized_new (FALSE, FALSE, sizeof (Shown), 1);
      g_hash_table_insert (self->shown, node, list);
      info->is_shown = TRUE;
    }
  for (guint i = 0; i < list->len; i++)
    {
      Shown *known = &g_array_index (list, Shown, i);

      if (known->control == control && known->kind == kind)
        {
          known->hash = hash;
          return;
        }
    }
  g_array_append_val (list, shown);
}

static void
not_shown_cb (gpointer key, gpointer value, gpointer user_data)
{
  pal_node_info (key)->is_shown = FALSE;
}

/* node: (nullable): NULL for all */
void
pal_response_forget_shown (PalResponse *self, PalNode *node)
{
  if (node == NULL)
    {
      g_hash_table_foreach (self->shown, not_shown_cb, NULL);
      g_hash_table_remove_all (self->shown);
    }
  else if (pal_node_info (node)->is_shown)
    {
      pal_node_info (node)->is_shown = FALSE;
      g_hash_table_remove (self->shown, node);
    }
}

static guint
hash_text (const char *text)
{
  return text != NULL ? g_str_hash (text) : 0;
}

/* Whether anything that was given of a node would be given otherwise now. */
gboolean
pal_response_is_shown_otherwise (PalResponse *self, PalNode *node)
{
  GArray *list = pal_node_info (node)->is_shown ? g_hash_table_lookup (self->shown, node) : NULL;
  gboolean result = FALSE;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      Shown shown = g_array_index (list, Shown, i);
      guint hash;

      /* Asking notes what is given. */
      if (shown.kind == PAL_SHOWN_CHOICES)
        {
          g_autoptr (GPtrArray) choices = pal_response_dup_choices (self, shown.control, node);

          hash = pal_response_hash_choices (choices);
        }
      else
        {
          g_autofree char *text
              = pal_response_dup_text (self, shown.control, node, (PalTextKind) shown.kind);

          hash = hash_text (text);
        }
      if (hash != shown.hash)
        result = TRUE;
    }
  return result;
}

/**
 * pal_response_dup_text:
 * @self: a response
 * @control: a control of its form
 * @node: (nullable): the control's node, or any node in the same rows; %NULL for the first
 * @kind: which text
 *
 * A text of a control in the active language, values filled in, without markup.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL when there is none
 */
char *
pal_response_dup_text (PalResponse *self, PalFormControl *control, PalNode *node, PalTextKind kind)
{
  PalText *text;
  PalNode *context;
  g_autofree char *marked = NULL;
  char *result;

  g_return_val_if_fail (PAL_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (control != NULL, NULL);

  text = pal_form_get_text (control, kind);
  if (text == NULL || !pal_text_is_there (text))
    return NULL;
  context = pal_response_find_definition (self, pal_control (control)->context, node);
  marked = pal_response_resolve_text (self, text, context != NULL ? context : self->root);
  result = marked != NULL ? pal_form_strip_markup (marked) : NULL;
  if (context != NULL)
    pal_response_note_shown (self, context, control, kind, hash_text (result));
  return result;
}
