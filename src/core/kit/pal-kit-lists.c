// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-expr-script.h"
#include "pal-form-private.h"

static void
choice_free (PalKitChoice *choice)
{
  g_free (choice->value);
  g_free (choice->label);
  g_free (choice);
}

static char *
dup_itext (PalForm *form, const char *id, const char *language)
{
  PalNode *value = pal_form_find_itext (form, pal_form_find_language (form, language), id, NULL);
  g_autofree char *marked = value != NULL ? pal_form_fill (form, value, NULL, NULL) : NULL;

  return marked != NULL && *marked != '\0' ? pal_form_strip_markup (marked) : NULL;
}

static void
add_choice (GPtrArray *choices, const char *value, char *label, PalNode *item)
{
  PalKitChoice *choice = g_new0 (PalKitChoice, 1);

  choice->value = g_strdup (value);
  choice->label = label != NULL ? label : g_strdup (value);
  choice->item = item;
  g_ptr_array_add (choices, choice);
}

static void
add_items (GPtrArray *choices, PalForm *form, PalControl *control, const char *language)
{
  for (guint i = 0; control->items != NULL && i < control->items->len; i++)
    {
      PalItem *item = g_ptr_array_index (control->items, i);
      char *label = NULL;

      if (item->label.itext_id != NULL)
        label = dup_itext (form, item->label.itext_id, language);
      if (label == NULL && item->label.element != NULL)
        {
          g_autofree char *marked = pal_form_fill (form, item->label.element, NULL, NULL);

          label = marked != NULL ? pal_form_strip_markup (marked) : NULL;
        }
      add_choice (choices, item->value, label, NULL);
    }
}

static char *
refuse_path (gboolean is_absolute, const char *const *steps, gpointer user_data)
{
  return g_strdup ("null");
}

/* Which list a control offers, whatever the condition is. */
static PalInstance *
find_list (PalForm *form, PalControl *control)
{
  g_autofree char *id = NULL;
  g_autofree char *condition = NULL;
  g_autoptr (GError) error = NULL;

  if (control->itemset == NULL || control->item_value == NULL)
    return NULL;
  if (!pal_expr_dup_script_list (control->itemset, refuse_path, NULL, &id, &condition, &error))
    return NULL;
  return g_hash_table_lookup (form->instances, id);
}

/* Returns: (element-type PalKitChoice): all choices that the question can ever offer, in order,
 * with their labels in one of the form's languages. */
GPtrArray *
pal_kit_dup_choices (PalForm *form, PalFormControl *control, const char *language)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func ((GDestroyNotify) choice_free);
  PalControl *own = pal_control (control);
  PalInstance *list = find_list (form, own);
  PalExprScope scope = { 0 };

  add_items (choices, form, own, language);
  if (list == NULL || list->root == NULL)
    return choices;
  scope.root = list->document != NULL ? pal_document_get_root (list->document) : list->root;
  for (PalNode *item = list->root->first_child; item != NULL; item = item->next)
    {
      g_autofree char *value = NULL;
      g_autofree char *text = NULL;
      char *label = NULL;

      if (item->kind != PAL_NODE_ELEMENT)
        continue;
      value = pal_expr_evaluate_string (own->item_value, &scope, item, NULL);
      if (value == NULL || *value == '\0')
        continue;
      if (own->item_label != NULL)
        text = pal_expr_evaluate_string (own->item_label, &scope, item, NULL);
      if (text != NULL && own->label_is_itext)
        label = dup_itext (form, text, language);
      else if (text != NULL)
        label = pal_form_strip_markup (text);
      add_choice (choices, value, label, item);
    }

  return choices;
}
