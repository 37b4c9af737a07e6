// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-question"
#include "config.h"

#include "pal-translate-question.h"

#include "pal-outline.h"
#include "pal-question-card.h"
#include "pal-record.h"
#include "pal-row-types.h"
#include "pal-wrap.h"

#include <string.h>

/* Where a text of the catalogue stands in the form. */
typedef struct
{
  PalForm *form;
  PalResponse *response;
  const char *english; /* the text */
  PalTextKind kind;
  gboolean is_choice;
  char *path;   /* (owned) (nullable): below the root, of the node */
  char *choice; /* (owned) (nullable): value of the choice */
} Place;

static void
place_clear (Place *place)
{
  g_clear_pointer (&place->path, g_free);
  g_clear_pointer (&place->choice, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static const struct
{
  const char *name;
  PalTextKind kind;
} kinds[] = {
  { "label", PAL_TEXT_LABEL },
  { "hint", PAL_TEXT_HINT },
  { "guidance", PAL_TEXT_GUIDANCE },
  { "requiredMsg", PAL_TEXT_REQUIRED_MESSAGE },
  { "constraintMsg", PAL_TEXT_CONSTRAINT_MESSAGE },
};

/* "untoc/art5/q5_1/status:label", "choices/yes_no/yes:label", "templates/block/node:hint" */
static void
read_context (Place *place, const char *context)
{
  const char *colon = strrchr (context, ':');
  g_autofree char *path = NULL;

  if (colon == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (colon + 1, kinds[i].name))
      place->kind = kinds[i].kind;
  path = g_strndup (context, colon - context);
  place->is_choice = g_str_has_prefix (path, "choices/");
  if (place->is_choice)
    place->choice = g_strdup (strrchr (path, '/') + 1);
  else if (g_str_has_prefix (path, "templates/"))
    {
      /* The block is no node; where it was used is found by the end of the path. */
      const char *rest = strchr (path + strlen ("templates/"), '/');

      place->path = g_strdup (rest != NULL ? rest + 1 : NULL);
    }
  else
    place->path = g_strdup (path);
}

/* --- finding ------------------------------------------------------------------------------- */

static gboolean
is_at (const Place *place, PalFormNode *node)
{
  gsize length = place->path != NULL ? strlen (place->path) : 0;
  gsize all = node != NULL ? strlen (node->path) : 0;

  return length > 0 && all > length && node->path[all - length - 1] == '/'
         && strcmp (node->path + all - length, place->path) == 0;
}

static gboolean
says (const Place *place, PalFormControl *control)
{
  g_autofree char *text = pal_form_dup_text (place->form, control, place->kind,
                                             pal_form_get_default_language (place->form));

  return text != NULL && g_str_equal (text, place->english);
}

static gboolean
offers (const Place *place, PalFormControl *control)
{
  PalNode *node = NULL;
  g_autoptr (GPtrArray) choices = NULL;

  if (control->kind != PAL_CONTROL_SELECT_ONE && control->kind != PAL_CONTROL_SELECT_MANY
      && control->kind != PAL_CONTROL_RANK)
    return FALSE;
  if (control->node != NULL)
    node = pal_response_find_definition (place->response, control->node, NULL);
  if (node == NULL)
    return FALSE;
  choices = pal_response_dup_choices (place->response, control, node);
  for (guint i = 0; choices != NULL && i < choices->len; i++)
    {
      const PalChoice *choice = g_ptr_array_index (choices, i);

      if (g_strcmp0 (choice->value, place->choice) == 0
          && g_strcmp0 (choice->label, place->english) == 0)
        return TRUE;
    }

  return FALSE;
}

typedef gboolean (*Fits) (const Place *place, PalFormControl *control);

static gboolean
stands_at (const Place *place, PalFormControl *control)
{
  return is_at (place, control->node) && says (place, control);
}

static gboolean
is_there (const Place *place, PalFormControl *control)
{
  return is_at (place, control->node);
}

static PalFormControl *
find (const Place *place, GPtrArray *controls, Fits fits)
{
  for (guint i = 0; i < controls->len; i++)
    {
      PalFormControl *control = g_ptr_array_index (controls, i);
      PalFormControl *found = fits (place, control) ? control : NULL;

      if (found == NULL && control->children != NULL)
        found = find (place, control->children, fits);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static PalFormControl *
find_control (const Place *place)
{
  GPtrArray *controls = pal_form_get_controls (place->form);
  PalFormControl *found;

  if (place->is_choice)
    return find (place, controls, offers);
  found = find (place, controls, stands_at);
  if (found == NULL)
    found = find (place, controls, is_there);

  return found != NULL ? found : find (place, controls, says);
}

/* --- showing ------------------------------------------------------------------------------- */

/* A question in a list is shown in its first row. */
static void
ensure_rows (PalResponse *response, PalFormNode *node)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (node == NULL)
    return;
  ensure_rows (response, node->parent);
  if (!node->is_repeat)
    return;
  rows = pal_response_dup_rows (response, node, NULL);
  if (rows == NULL || rows->len == 0)
    pal_response_add_row (response, node, NULL, NULL, NULL);
}

static GtkWidget *
title_new (PalResponse *response, PalFormControl *control)
{
  GtkWidget *label = pal_wrap_label_new ("page-title");
  g_autofree char *text = pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL);

  pal_wrap_set_text (GTK_LABEL (label), text != NULL ? text : "");

  return label;
}

static GtkWidget *
message_new (const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = pal_wrap_label_new ("problem-text");

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (box, "problem");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);

  return box;
}

static GtkWidget *
question_new (PalQuestionContext *context, PalFormControl *control, const Place *place)
{
  PalResponse *response = place->response;
  PalNode *node = NULL;
  PalNode *around = NULL;
  PalQuestionRow *row;
  GtkWidget *box;

  control = pal_row_type_unwrap (control);
  if (control->node != NULL && control->kind != PAL_CONTROL_REPEAT)
    node = pal_response_find_definition (response, control->node, NULL);
  if (control->node != NULL && control->node->parent != NULL)
    around = pal_response_find_definition (response, control->node->parent, NULL);
  if (control->node != NULL && node == NULL && around == NULL)
    return NULL;
  row = pal_row_type_create (context, control, node, around);
  if (place->kind == PAL_TEXT_GUIDANCE)
    pal_question_row_toggle_guidance (row);
  if (place->kind != PAL_TEXT_REQUIRED_MESSAGE && place->kind != PAL_TEXT_CONSTRAINT_MESSAGE)
    return GTK_WIDGET (row);

  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row));
  {
    g_autofree char *text
        = pal_response_dup_text (response, control, node != NULL ? node : around, place->kind);

    if (text != NULL)
      gtk_box_append (GTK_BOX (box), message_new (text));
  }

  return box;
}

/* Titles of pages and parts alone: an article with all its questions is no preview. */
static GtkWidget *
widget_new (PalQuestionContext *context, PalFormControl *control, const Place *place)
{
  g_autoptr (PalOutline) outline = NULL;
  PalOutlineCard *card;

  if (control->kind != PAL_CONTROL_GROUP || pal_row_type_unwrap (control) != control)
    return question_new (context, control, place);
  outline = pal_outline_new (place->form);
  card = pal_outline_find_card (outline, control);
  if (card != NULL && card->control == control)
    {
      GtkWidget *widget = pal_question_card_new (context, card);

      /* Cards borrow from their outline. */
      g_object_set_data_full (G_OBJECT (widget), "pal-outline", pal_outline_ref (outline),
                              (GDestroyNotify) pal_outline_unref);
      return widget;
    }

  return card != NULL ? question_new (context, control, place)
                      : title_new (place->response, control);
}

GtkWidget *
pal_translate_question_new (PalForm *form, const char *language, PalCatalogueEntry *entry)
{
  const char *context_words = pal_catalogue_entry_get_context (entry);
  g_auto (Place) place = { .form = form, .english = pal_catalogue_entry_get_id (entry) };
  g_autoptr (PalQuestionContext) context = NULL;
  g_autoptr (PalResponse) response = pal_response_new (form, NULL);
  g_autoptr (PalRecord) record = NULL;
  PalFormControl *control;
  const char *match = pal_form_match_language (form, language);
  GtkWidget *widget;

  if (response == NULL)
    return NULL;
  place.response = response;
  if (context_words != NULL)
    read_context (&place, context_words);
  pal_response_set_language (response, pal_form_get_default_language (form));
  control = find_control (&place);
  if (control == NULL)
    return NULL;
  if (match != NULL)
    pal_response_set_language (response, match);
  ensure_rows (response, control->node);
  record = pal_record_new_loose (g_object_ref (response));
  context = pal_question_context_new (record);
  widget = widget_new (context, control, &place);
  if (widget != NULL)
    /* Rows keep their context; cards only borrow from it. */
    g_object_set_data_full (G_OBJECT (widget), "pal-context", g_object_ref (context),
                            g_object_unref);

  return widget;
}
