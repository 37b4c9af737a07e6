// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-preview"
#include "config.h"

#include "pal-translate-preview.h"

#include "pal-language.h"
#include "pal-question-card.h"
#include "pal-translate-question.h"
#include "pal-translate-screen.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

#define PAUSE_MS 250 /* after the last key */

struct _PalTranslatePreview
{
  AdwBin parent_instance;

  GtkWidget *mark;
  GtkWidget *mark_label;
  AdwBin *stage;

  PalTranslateWork *work;   /* (owned) (nullable) */
  PalCatalogueEntry *entry; /* (owned) (nullable) */
  guint index;              /* of the form of the translation */
  guint timer;
  GCancellable *cancellable; /* (owned) (nullable): a form is being made */
  gboolean is_stale;         /* and will be another by then */
};

G_DEFINE_FINAL_TYPE (PalTranslatePreview, pal_translate_preview, ADW_TYPE_BIN)

static void render (PalTranslatePreview *self);

/* --- the mark ------------------------------------------------------------------------------ */

static const char *
get_mark_words (PalCatalogueEntry *entry, guint index)
{
  switch (pal_catalogue_entry_get_state (entry))
    {
    case PAL_ENTRY_MISSING:
      return _ ("No translation yet: Palermo shows the English text.");
    case PAL_ENTRY_FUZZY:
      return _ ("Palermo shows the English text until somebody has looked at the translation.");
    case PAL_ENTRY_TRANSLATED:
      break;
    }
  if (*pal_catalogue_entry_get_translation (entry, index) == '\0')
    return _ ("No translation yet: Palermo shows the English text.");

  return NULL;
}

static void
update_mark (PalTranslatePreview *self)
{
  const char *words = self->entry != NULL ? get_mark_words (self->entry, self->index) : NULL;

  pal_wrap_set_text (GTK_LABEL (self->mark_label), words != NULL ? words : "");
  gtk_widget_set_visible (self->mark, words != NULL);
}

/* --- the stage ----------------------------------------------------------------------------- */

static void
set_direction_in (GtkWidget *widget, GtkTextDirection direction)
{
  gtk_widget_set_direction (widget, direction);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    set_direction_in (child, direction);
}

/* widget: (nullable) (transfer floating) */
static void
put_on_stage (PalTranslatePreview *self, GtkWidget *widget)
{
  if (widget == NULL)
    {
      widget = pal_wrap_label_new ("dim-label");
      pal_wrap_set_text (GTK_LABEL (widget),
                         _ ("This text is used where it cannot be shown alone."));
    }
  else
    set_direction_in (widget,
                      pal_language_is_right_to_left (pal_translate_work_get_language (self->work))
                          ? GTK_TEXT_DIR_RTL
                          : GTK_TEXT_DIR_LTR);
  /* A card needs no frame around it. */
  if (PAL_IS_QUESTION_CARD (widget))
    gtk_widget_remove_css_class (GTK_WIDGET (self->stage), "card");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->stage), "card");
  adw_bin_set_child (self->stage, widget);
}

static void
form_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslatePreview) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form
      = pal_translation_preview_finish (PAL_CATALOGUE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->entry == NULL)
    return;
  g_clear_object (&self->cancellable);
  if (form == NULL)
    g_info ("the form cannot be shown: %s", error->message);
  put_on_stage (self, form != NULL ? pal_translate_question_new (
                          form, pal_translate_work_get_language (self->work), self->entry)
                                   : NULL);
  if (self->is_stale)
    render (self);
}

static void
render (PalTranslatePreview *self)
{
  update_mark (self);
  self->is_stale = FALSE;
  if (self->entry == NULL)
    return;
  if (pal_translate_work_is_interface (self->work))
    {
      put_on_stage (self, pal_translate_screen_new (pal_translate_work_get_catalogue (self->work),
                                                    self->entry, self->index));
      return;
    }
  /* One at a time: whoever types on sees each that gets ready. */
  if (self->cancellable != NULL)
    {
      self->is_stale = TRUE;
      return;
    }
  self->cancellable = g_cancellable_new ();
  pal_translation_preview_async (pal_translate_work_get_catalogue (self->work),
                                 pal_translate_work_get_id (self->work), self->cancellable,
                                 form_made_cb, g_object_ref (self));
}

static void
timer_cb (gpointer user_data)
{
  PalTranslatePreview *self = user_data;

  self->timer = 0;
  render (self);
}

static void
stop (PalTranslatePreview *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
pal_translate_preview_refresh (PalTranslatePreview *self, guint index)
{
  g_return_if_fail (PAL_IS_TRANSLATE_PREVIEW (self));

  self->index = index;
  update_mark (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_once (PAUSE_MS, timer_cb, self);
}

void
pal_translate_preview_show (PalTranslatePreview *self, PalTranslateWork *work,
                            PalCatalogueEntry *entry)
{
  g_return_if_fail (PAL_IS_TRANSLATE_PREVIEW (self));

  stop (self);
  g_set_object (&self->work, work);
  g_set_object (&self->entry, entry);
  self->index = 0;
  adw_bin_set_child (self->stage, NULL);
  render (self);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
pal_translate_preview_dispose (GObject *object)
{
  PalTranslatePreview *self = PAL_TRANSLATE_PREVIEW (object);

  stop (self);
  g_clear_object (&self->entry);
  g_clear_object (&self->work);

  G_OBJECT_CLASS (pal_translate_preview_parent_class)->dispose (object);
}

static void
pal_translate_preview_class_init (PalTranslatePreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_translate_preview_dispose;
}

static GtkWidget *
mark_new (PalTranslatePreview *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-information-symbolic");

  self->mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->mark_label = pal_wrap_label_new (NULL);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (self->mark_label, TRUE);
  gtk_widget_add_css_class (self->mark, "translate-remark");
  gtk_widget_add_css_class (self->mark, "fallback");
  gtk_box_append (GTK_BOX (self->mark), icon);
  gtk_box_append (GTK_BOX (self->mark), self->mark_label);

  return self->mark;
}

static void
pal_translate_preview_init (PalTranslatePreview *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                   "label", _ ("How it looks"), "xalign", 0.0, NULL);

  gtk_widget_add_css_class (title, "heading");
  self->stage = ADW_BIN (adw_bin_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->stage), "translate-stage");
  gtk_widget_add_css_class (GTK_WIDGET (self->stage), "card");
  /* A picture: what it shows is not operated. */
  gtk_widget_set_can_target (GTK_WIDGET (self->stage), FALSE);
  gtk_widget_set_can_focus (GTK_WIDGET (self->stage), FALSE);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), mark_new (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stage));
  adw_bin_set_child (ADW_BIN (self), box);
  update_mark (self);
}
