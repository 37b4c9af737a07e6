// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-twin-box"
#include "config.h"

#include "pal-twin-box.h"

#include "pal-bilingual.h"
#include "pal-comparison.h"
#include "pal-editable.h"
#include "pal-language.h"
#include "pal-text-view.h"
#include "pal-text.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

struct _PalTwinBox
{
  GtkWidget parent_instance;

  PalQuestionRow *row; /* (unowned) */
  char *language;      /* (nullable): in which it is shown */
  gboolean loading;

  GtkWidget *caption;
  GtkWidget *frame;      /* around the field */
  GtkWidget *field;      /* a text view, or an entry for one line */
  GtkTextBuffer *buffer; /* (owned) (nullable): of the text view */
  GtkWidget *mark;
  GtkWidget *icon;
  GtkWidget *words;
  GtkWidget *buttons;
  GtkWidget *confirm;
  GtkWidget *compare;
  GtkWidget *comparison; /* (nullable) */
  char *compared;        /* (nullable): what the comparison shows */
};

G_DEFINE_FINAL_TYPE (PalTwinBox, pal_twin_box, GTK_TYPE_WIDGET)

static PalRecord *
get_record (PalTwinBox *self)
{
  return pal_question_context_get_record (pal_question_row_get_context (self->row));
}

static PalBilingual *
get_bilingual (PalTwinBox *self)
{
  return pal_bilingual_of_dossier (pal_record_get_dossier (get_record (self)));
}

static char *
dup_path (PalTwinBox *self)
{
  PalNode *node = pal_question_row_get_node (self->row);

  return node != NULL ? pal_response_dup_path (pal_question_row_get_response (self->row), node)
                      : NULL;
}

/* --- the text */

static char *
dup_text (PalTwinBox *self)
{
  GtkTextIter start, end;

  if (self->buffer == NULL)
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->field)));
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

static void
show_text (PalTwinBox *self, const char *text)
{
  g_autofree char *shown = dup_text (self);

  if (g_strcmp0 (shown, text) == 0)
    return;
  self->loading = TRUE;
  if (self->buffer == NULL)
    pal_editable_show_text (GTK_EDITABLE (self->field), text);
  else
    {
      gtk_text_buffer_begin_irreversible_action (self->buffer);
      gtk_text_buffer_set_text (self->buffer, text, -1);
      gtk_text_buffer_end_irreversible_action (self->buffer);
    }
  self->loading = FALSE;
}

static void
changed_cb (PalTwinBox *self)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  if (self->loading)
    return;
  path = dup_path (self);
  text = dup_text (self);
  if (path != NULL)
    pal_bilingual_type (get_bilingual (self), get_record (self), path, text);
}

/* The text stays with the dossier, as that of the answer does. */
static void
use_buffer (PalTwinBox *self, const char *path)
{
  GtkTextBuffer *buffer = pal_bilingual_get_buffer (get_bilingual (self), get_record (self), path);

  if (buffer == self->buffer)
    return;
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_set_object (&self->buffer, buffer);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self->field), buffer);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

static gboolean
is_multiline (PalTwinBox *self)
{
  return pal_form_control_has_appearance (pal_question_row_get_control (self->row), "multiline");
}

static void
build_field (PalTwinBox *self)
{
  if (is_multiline (self))
    {
      self->frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      self->buffer = gtk_text_buffer_new (NULL);
      self->field = pal_text_view_new (self->buffer);
      gtk_widget_set_vexpand (self->field, TRUE);
      gtk_widget_add_css_class (self->frame, "answer-frame");
      gtk_box_append (GTK_BOX (self->frame), self->field);
    }
  else
    {
      self->field = self->frame = gtk_entry_new ();
      pal_editable_share_undo (GTK_EDITABLE (self->field));
      gtk_editable_set_max_width_chars (GTK_EDITABLE (self->field), 60);
      g_signal_connect_object (self->field, "changed", G_CALLBACK (changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_widget_set_hexpand (self->field, TRUE);
}

/* --- whether it is up to date */

static void
confirm_cb (PalTwinBox *self)
{
  g_autofree char *path = dup_path (self);

  if (path == NULL)
    return;
  /* The button goes: the focus goes on with what it was about. */
  gtk_widget_grab_focus (self->field);
  pal_bilingual_confirm (get_bilingual (self), get_record (self), path);
}

static void
show_comparison (PalTwinBox *self, const PalTwin *twin)
{
  gboolean shown = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->compare)) && twin != NULL
                   && twin->state == PAL_TWIN_OUT_OF_DATE;
  g_autofree char *key
      = shown
            ? g_strdup_printf ("%s\n\n%s", twin->translated ? twin->translated : "", twin->original)
            : NULL;

  if (g_strcmp0 (key, self->compared) == 0)
    return;
  g_clear_pointer (&self->comparison, gtk_widget_unparent);
  g_free (self->compared);
  self->compared = g_steal_pointer (&key);
  if (!shown)
    return;
  if (twin->translated != NULL)
    self->comparison
        = pal_comparison_new (twin->translated, twin->original, PAL_COMPARISON_DEFAULT);
  else
    {
      self->comparison = pal_wrap_label_new ("hint");
      pal_wrap_set_text (GTK_LABEL (self->comparison),
                         _ ("What the answer said then is not known any more."));
    }
  gtk_widget_set_parent (self->comparison, GTK_WIDGET (self));
}

static const PalTwin *
find_twin (PalTwinBox *self)
{
  g_autofree char *path = dup_path (self);

  return path != NULL ? pal_bilingual_find (get_bilingual (self), get_record (self), path) : NULL;
}

static void
compare_toggled_cb (PalTwinBox *self)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->compare), GTK_ACCESSIBLE_STATE_EXPANDED,
                               gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->compare)),
                               -1);
  show_comparison (self, find_twin (self));
}

static void
build_mark (PalTwinBox *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->mark = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  self->words = pal_wrap_label_new ("twin-words");
  gtk_widget_set_hexpand (self->words, TRUE);
  gtk_box_append (GTK_BOX (line), self->icon);
  gtk_box_append (GTK_BOX (line), self->words);
  gtk_box_append (GTK_BOX (self->mark), line);

  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  /* TRANSLATORS: button on a translation whose original was changed: it still fits */
  self->confirm = gtk_button_new_with_label (C_ ("translation", "Still Right"));
  /* TRANSLATORS: button on a translation whose original was changed: shows how */
  self->compare = gtk_toggle_button_new_with_label (C_ ("translation", "What Changed"));
  g_signal_connect_object (self->confirm, "clicked", G_CALLBACK (confirm_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->compare, "toggled", G_CALLBACK (compare_toggled_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->buttons), self->confirm);
  gtk_box_append (GTK_BOX (self->buttons), self->compare);
  gtk_box_append (GTK_BOX (self->mark), self->buttons);
}

/* (nullable): what is to be said about it */
static const char *
get_words (PalTwinBox *self, const PalTwin *twin, gboolean is_pending, gboolean has_answer)
{
  if (pal_bilingual_has_trouble (get_bilingual (self)) && is_pending)
    return _ ("Not saved yet. It is tried again.");
  if (!has_answer)
    return C_ ("translation", "Nothing to translate yet");
  if (is_pending)
    return NULL;
  if (twin == NULL || twin->state == PAL_TWIN_MISSING)
    return C_ ("translation", "Not translated yet");

  return twin->state == PAL_TWIN_OUT_OF_DATE
             ? _ ("Out of date: the answer was changed since it was translated.")
             : NULL;
}

static void
refresh_mark (PalTwinBox *self, const PalTwin *twin, gboolean is_pending, gboolean has_answer)
{
  const char *words = get_words (self, twin, is_pending, has_answer);
  gboolean is_out_of_date
      = has_answer && !is_pending && twin != NULL && twin->state == PAL_TWIN_OUT_OF_DATE;
  const char *title = pal_question_row_get_title (self->row);
  /* TRANSLATORS: for a screen reader: that a translation still fits; the words of the question */
  g_autofree char *confirm_name = g_strdup_printf (_ ("Translation is still right: %s"), title);
  /* TRANSLATORS: for a screen reader: shows what changed in an answer; the words of the question */
  g_autofree char *compare_name = g_strdup_printf (_ ("What changed in the answer: %s"), title);

  if (words != NULL)
    pal_wrap_set_text (GTK_LABEL (self->words), words);
  if (is_out_of_date)
    {
      gtk_widget_add_css_class (self->mark, "conflict-mark");
      gtk_widget_remove_css_class (self->words, "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (self->mark, "conflict-mark");
      gtk_widget_add_css_class (self->words, "dim-label");
    }
  gtk_widget_set_visible (self->icon, is_out_of_date);
  gtk_widget_set_visible (self->buttons, is_out_of_date);
  gtk_widget_set_sensitive (self->confirm, !pal_question_row_is_readonly (self->row));
  gtk_widget_set_visible (self->mark, words != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->confirm), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  confirm_name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->compare), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  compare_name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->field), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words != NULL ? words : "", -1);
  show_comparison (self, is_out_of_date ? twin : NULL);
}

/* --- all of it */

static void
refresh_language (PalTwinBox *self, const char *language)
{
  const char *own_name = pal_language_get_own_name (language);
  /* TRANSLATORS: for a screen reader: what an answer says in another language; the name of that
   * language, and the words of the question */
  g_autofree char *name = g_strdup_printf (_ ("Translation into %1$s: %2$s"), own_name,
                                           pal_question_row_get_title (self->row));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->field), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  if (g_strcmp0 (language, self->language) == 0)
    return;
  g_free (self->language);
  self->language = g_strdup (language);
  gtk_label_set_text (GTK_LABEL (self->caption), own_name);
  /* A paragraph turns with its first letter; this is for those that have none. */
  gtk_widget_set_direction (
      self->field, pal_language_is_right_to_left (language) ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}

/**
 * pal_twin_box_refresh:
 * @self: a box
 *
 * Shows what there is now. What is being typed stays.
 */
void
pal_twin_box_refresh (PalTwinBox *self)
{
  PalBilingual *bilingual = get_bilingual (self);
  const char *language = pal_bilingual_get_second (bilingual);
  g_autofree char *path = dup_path (self);
  const PalTwin *twin;
  gboolean is_pending, has_answer, is_editable;

  g_return_if_fail (PAL_IS_TWIN_BOX (self));

  if (language == NULL || path == NULL)
    return;
  refresh_language (self, language);
  if (self->buffer != NULL)
    use_buffer (self, path);
  twin = pal_bilingual_find (bilingual, get_record (self), path);
  is_pending = pal_bilingual_is_pending (bilingual, get_record (self), path);
  if (!is_pending)
    show_text (self, twin != NULL ? twin->text : "");
  has_answer = !pal_text_is_blank (pal_question_row_get_value (self->row));
  is_editable = has_answer && !pal_question_row_is_readonly (self->row);
  if (self->buffer != NULL)
    gtk_text_view_set_editable (GTK_TEXT_VIEW (self->field), is_editable);
  else
    gtk_editable_set_editable (GTK_EDITABLE (self->field), is_editable);
  refresh_mark (self, twin, is_pending, has_answer);
}

static void
pal_twin_box_dispose (GObject *object)
{
  PalTwinBox *self = PAL_TWIN_BOX (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->comparison = NULL;
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->buffer);

  G_OBJECT_CLASS (pal_twin_box_parent_class)->dispose (object);
}

static void
pal_twin_box_finalize (GObject *object)
{
  g_free (PAL_TWIN_BOX (object)->language);
  g_free (PAL_TWIN_BOX (object)->compared);

  G_OBJECT_CLASS (pal_twin_box_parent_class)->finalize (object);
}

static void
pal_twin_box_class_init (PalTwinBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_twin_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_twin_box_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
pal_twin_box_init (PalTwinBox *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
}

/**
 * pal_twin_box_new:
 * @row: (transfer none): the question, which outlives this
 * @captions: of what stands above answer and twin: letters differ in height
 *
 * Returns: (transfer floating): what its answer says in the second language
 */
GtkWidget *
pal_twin_box_new (PalQuestionRow *row, GtkSizeGroup *captions)
{
  PalTwinBox *self = g_object_new (PAL_TYPE_TWIN_BOX, NULL);

  self->row = row;
  self->caption = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_widget_add_css_class (self->caption, "caption-heading");
  gtk_size_group_add_widget (captions, self->caption);
  build_field (self);
  build_mark (self);
  gtk_widget_set_parent (self->caption, GTK_WIDGET (self));
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));

  return GTK_WIDGET (self);
}
