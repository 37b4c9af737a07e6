// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-questionnaire"
#include "config.h"

#include "pal-questionnaire.h"

#include "pal-assignment.h"

#include <string.h>

/* What is about people outside government, about our own work, or what a reviewer writes, is not up
 * for clearance. */
static const char *const other_forms[]
    = { "consultation",     "stakeholder", "input",    "comment",    "ready",
        "observations",     "summary",     "feedback", "pledge",     "country",
        "thread",           "statement",   "arrival",  "withdrawal", "answer-translation",
        "answer-languages", "action-plan", NULL };

/**
 * pal_questionnaire_is_form:
 * @form_id: id of a form
 *
 * Returns: whether its records are answers of the State under review
 */
gboolean
pal_questionnaire_is_form (const char *form_id)
{
  return !g_strv_contains (other_forms, form_id) && !pal_assignment_is_form (form_id);
}

/**
 * pal_questionnaire_free:
 * @self: (nullable) (transfer full): a questionnaire
 */
void
pal_questionnaire_free (PalQuestionnaire *self)
{
  if (self == NULL)
    return;

  g_free (self->record);
  g_clear_object (&self->response);
  g_clear_pointer (&self->outline, pal_outline_unref);
  g_clear_pointer (&self->form, pal_form_unref);
  g_clear_pointer (&self->by_node, g_hash_table_unref);
  g_clear_pointer (&self->heads, g_ptr_array_unref);
  g_clear_pointer (&self->orphans, g_ptr_array_unref);
  g_free (self);
}

/* Of several people's answers the newest stands here, last among the heads: the others make a
 * conflict, which is told apart from this. */
static void
restore (PalQuestionnaire *self)
{
  for (guint i = 0; i < self->heads->len; i++)
    {
      PalChange *head = g_ptr_array_index (self->heads, i);
      gboolean is_known;

      if (head->kind == PAL_CHANGE_ROW_ADDED)
        is_known = pal_response_restore_row (self->response, head->node);
      else
        {
          is_known = pal_response_restore_value (self->response, head->node, head->value);
          g_hash_table_replace (self->by_node, head->node, head);
        }
      if (!is_known && head->value != NULL && *head->value != '\0'
          && head->kind == PAL_CHANGE_VALUE)
        g_ptr_array_add (self->orphans, g_strdup (head->node));
    }
}

/**
 * pal_questionnaire_load:
 * @dossier: a dossier
 * @info: the record
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): the questionnaire as it stands in the log
 */
PalQuestionnaire *
pal_questionnaire_load (PalDossier *dossier, const PalRecordInfo *info, GError **error)
{
  g_autoptr (PalQuestionnaire) self = g_new0 (PalQuestionnaire, 1);

  self->record = g_strdup (info->id);
  self->form = pal_dossier_load_form (dossier, info->form_id, info->form_version, error);
  if (self->form == NULL)
    return NULL;
  self->heads = pal_dossier_read_heads (dossier, info->id, error);
  if (self->heads == NULL)
    return NULL;
  self->outline = pal_outline_new (self->form);
  self->by_node = g_hash_table_new (g_str_hash, g_str_equal);
  self->orphans = g_ptr_array_new_with_free_func (g_free);
  self->response = pal_response_restore_begin (self->form);
  restore (self);
  if (!pal_response_restore_end (self->response, error))
    return NULL;

  return g_steal_pointer (&self);
}

static int
compare_infos (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(PalRecordInfo *const *) a)->id, (*(PalRecordInfo *const *) b)->id);
}

/**
 * pal_questionnaire_list:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable) (element-type PalQuestionnaire): all, by id of the record
 */
GPtrArray *
pal_questionnaire_list (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) infos = pal_dossier_list_records (dossier, NULL, error);
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_questionnaire_free);

  if (infos == NULL)
    return NULL;
  g_ptr_array_sort (infos, compare_infos);
  for (guint i = 0; i < infos->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (infos, i);
      PalQuestionnaire *one;

      if (!pal_questionnaire_is_form (info->form_id))
        continue;
      one = pal_questionnaire_load (dossier, info, error);
      if (one == NULL)
        return NULL;
      g_ptr_array_add (list, one);
    }

  return g_steal_pointer (&list);
}

/* --- questions */

static gboolean
is_question (PalFormNode *definition)
{
  PalFormControl *control = definition->control;

  return control != NULL && control->kind != PAL_CONTROL_GROUP
         && control->kind != PAL_CONTROL_REPEAT && definition->calculate == NULL
         && !pal_outline_is_note (control);
}

static void
foreach_below (PalQuestionnaire *self, PalNode *node, PalQuestionFunc func, gpointer user_data)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalFormNode *definition;

      if (child->kind != PAL_NODE_ELEMENT || child->is_template)
        continue;
      definition = pal_response_get_definition (self->response, child);
      if (definition == NULL)
        continue;
      if (definition->children != NULL && definition->children->len > 0)
        foreach_below (self, child, func, user_data);
      else if (is_question (definition))
        func (self, child, definition, user_data);
    }
}

/**
 * pal_questionnaire_foreach:
 * @self: a questionnaire
 * @func: called for each question that takes an answer
 * @user_data: data for @func
 *
 * In the order of the form, whether a question applies or not.
 */
void
pal_questionnaire_foreach (PalQuestionnaire *self, PalQuestionFunc func, gpointer user_data)
{
  foreach_below (self, pal_response_get_root (self->response), func, user_data);
}

/**
 * pal_questionnaire_get_page_path:
 * @form: a form
 * @page: a page of it
 *
 * Returns: (transfer none): the path by which people call it; the root's, when it has no group
 */
const char *
pal_questionnaire_get_page_path (PalForm *form, PalOutlinePage *page)
{
  return page->control != NULL && page->control->node != NULL ? page->control->node->path
                                                              : pal_form_get_root (form)->path;
}

/**
 * pal_questionnaire_find_page:
 * @form: a form
 * @outline: its outline
 * @definition: a node of it
 *
 * Returns: (transfer none): path of the page on which it stands
 */
const char *
pal_questionnaire_find_page (PalForm *form, PalOutline *outline, PalFormNode *definition)
{
  PalOutlinePage *page = NULL;

  while (definition != NULL && definition->control == NULL)
    definition = definition->parent;
  if (definition != NULL)
    page = pal_outline_find_page (outline, definition->control);

  return page != NULL ? pal_questionnaire_get_page_path (form, page)
                      : pal_form_get_root (form)->path;
}

/**
 * pal_questionnaire_append_line:
 * @text: where to
 * @path: of a question, with row ids
 * @value: its answer
 *
 * Appends a line of the canonical text.
 */
void
pal_questionnaire_append_line (GString *text, const char *path, const char *value)
{
  g_string_append (text, path);
  g_string_append_c (text, '\t');
  for (const char *p = value; *p != '\0'; p++)
    switch (*p)
      {
      case '\\':
        g_string_append (text, "\\\\");
        break;
      case '\t':
        g_string_append (text, "\\t");
        break;
      case '\n':
        g_string_append (text, "\\n");
        break;
      case '\r':
        g_string_append (text, "\\r");
        break;
      default:
        g_string_append_c (text, *p);
      }
  g_string_append_c (text, '\n');
}
