// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-editor"
#include "config.h"

#include "pal-translate-editor.h"

#include "pal-language.h"
#include "pal-pair.h"
#include "pal-text-view.h"
#include "pal-translate-preview.h"
#include "pal-translate-words.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

/* One form of the translation. */
typedef struct
{
  PalTranslateEditor *editor; /* (unowned) */
  guint index;
  GtkTextBuffer *buffer; /* (unowned): of the view */
  GtkWidget *view;
  GtkWidget *remarks; /* a box of labels */
  GPtrArray *said;    /* (owned) (element-type utf8): what they say */
} Field;

struct _PalTranslateEditor
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkScrolledWindow *one_page;
  GtkWidget *none_page;
  GtkLabel *place;
  GtkBox *sources;
  GtkBox *targets;
  GtkLabel *target_title;
  GtkCheckButton *fuzzy;
  GtkWidget *terms_box;
  GtkWidget *terms;
  PalTranslatePreview *preview;
  GtkLabel *explanation;
  GtkLabel *references;
  GtkLabel *context;
  GtkEditable *note;

  PalTranslateWork *work;   /* (owned) (nullable) */
  PalCatalogueEntry *entry; /* (owned) (nullable) */
  GPtrArray *fields;        /* (owned) (element-type Field) */
  Field *current;           /* (unowned) (nullable): has, or had, the focus */
  gboolean is_showing;      /* what changes is not typed */
};

G_DEFINE_FINAL_TYPE (PalTranslateEditor, pal_translate_editor, ADW_TYPE_BIN)

static void
remove_children (GtkWidget *widget, GtkWidget *keep)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (child != keep)
        gtk_widget_unparent (child);
      child = next;
    }
}

static GtkTextDirection
get_direction (PalTranslateEditor *self)
{
  return pal_language_is_right_to_left (pal_translate_work_get_language (self->work))
             ? GTK_TEXT_DIR_RTL
             : GTK_TEXT_DIR_LTR;
}

/* --- remarks ------------------------------------------------------------------------------- */

static gboolean
says_already (GPtrArray *said, GPtrArray *words)
{
  if (said->len != words->len)
    return FALSE;
  for (guint i = 0; i < said->len; i++)
    if (!g_str_equal (g_ptr_array_index (said, i), g_ptr_array_index (words, i)))
      return FALSE;

  return TRUE;
}

static GtkWidget *
remark_new (const char *words, gboolean is_error)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name (is_error ? "dialog-error-symbolic"
                                                           : "dialog-warning-symbolic");
  GtkWidget *label = pal_wrap_label_new (NULL);

  pal_wrap_set_text (GTK_LABEL (label), words);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_error ? _ ("Error") : _ ("Warning"), -1);
  gtk_widget_add_css_class (box, "translate-remark");
  gtk_widget_add_css_class (box, is_error ? "error" : "warning");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);

  return box;
}

static void
show_field_remarks (Field *field, GPtrArray *remarks)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean any_error = FALSE;

  for (guint i = 0; i < remarks->len; i++)
    {
      const PalRemark *remark = g_ptr_array_index (remarks, i);

      if (remark->index != field->index)
        continue;
      g_ptr_array_add (words, pal_translate_dup_remark (remark));
      any_error = any_error || remark->is_error;
    }
  if (says_already (field->said, words))
    return;
  remove_children (field->remarks, NULL);
  for (guint i = 0; i < remarks->len; i++)
    {
      const PalRemark *remark = g_ptr_array_index (remarks, i);
      g_autofree char *text = NULL;

      if (remark->index != field->index)
        continue;
      text = pal_translate_dup_remark (remark);
      gtk_box_append (GTK_BOX (field->remarks), remark_new (text, remark->is_error));
    }
  g_ptr_array_unref (field->said);
  field->said = g_steal_pointer (&words);
  gtk_widget_set_visible (field->remarks, field->said->len > 0);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (field->view), GTK_ACCESSIBLE_STATE_INVALID,
      any_error ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
show_remarks (PalTranslateEditor *self)
{
  g_autoptr (GPtrArray) remarks = pal_translate_work_check (self->work, self->entry);

  for (guint i = 0; i < self->fields->len; i++)
    show_field_remarks (g_ptr_array_index (self->fields, i), remarks);
}

/* --- typing -------------------------------------------------------------------------------- */

static char *
dup_buffer_text (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
show_fuzzy (PalTranslateEditor *self)
{
  self->is_showing = TRUE;
  gtk_check_button_set_active (self->fuzzy, pal_catalogue_entry_is_fuzzy (self->entry));
  gtk_widget_set_sensitive (GTK_WIDGET (self->fuzzy),
                            pal_catalogue_entry_get_state (self->entry) != PAL_ENTRY_MISSING);
  self->is_showing = FALSE;
}

static void
typed_cb (GtkTextBuffer *buffer, Field *field)
{
  PalTranslateEditor *self = field->editor;
  g_autofree char *text = NULL;

  if (self->is_showing || self->entry == NULL)
    return;
  text = dup_buffer_text (buffer);
  pal_catalogue_entry_set_translation (self->entry, field->index, text);
  show_remarks (self);
  show_fuzzy (self);
  pal_translate_preview_refresh (self->preview, field->index);
}

static void
fuzzy_toggled_cb (GtkCheckButton *button, PalTranslateEditor *self)
{
  if (self->is_showing || self->entry == NULL)
    return;
  pal_catalogue_entry_set_fuzzy (self->entry, gtk_check_button_get_active (button));
  pal_translate_preview_refresh (self->preview, 0);
}

static void
note_changed_cb (GtkEditable *note, PalTranslateEditor *self)
{
  const char *text = gtk_editable_get_text (note);

  if (self->is_showing || self->entry == NULL)
    return;
  pal_catalogue_entry_set_comment (self->entry, *text != '\0' ? text : NULL);
  show_remarks (self);
}

static void
focused_cb (GtkEventControllerFocus *controller, Field *field)
{
  field->editor->current = field;
}

static void
insert_term_cb (GtkButton *button, PalTranslateEditor *self)
{
  const char *translation = g_object_get_data (G_OBJECT (button), "pal-translation");
  Field *field = self->current != NULL   ? self->current
                 : self->fields->len > 0 ? g_ptr_array_index (self->fields, 0)
                                         : NULL;

  if (field == NULL)
    return;
  gtk_text_buffer_begin_user_action (field->buffer);
  gtk_text_buffer_delete_selection (field->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (field->buffer, translation, -1, TRUE);
  gtk_text_buffer_end_user_action (field->buffer);
  gtk_widget_grab_focus (field->view);
}

/* --- what is shown ------------------------------------------------------------------------- */

static void
field_free (gpointer data)
{
  Field *field = data;

  g_signal_handlers_disconnect_by_data (field->buffer, field);
  g_object_unref (field->buffer);
  g_ptr_array_unref (field->said);
  g_free (field);
}

static char *
dup_field_name (PalTranslateEditor *self, guint index)
{
  g_autofree char *language
      = pal_translate_dup_language (pal_translate_work_get_language (self->work));
  g_autofree char *examples = NULL;

  if (pal_catalogue_entry_get_id_plural (self->entry) == NULL)
    return g_steal_pointer (&language);
  examples
      = pal_catalogue_dup_plural_examples (pal_translate_work_get_catalogue (self->work), index);

  /* TRANSLATORS: above the field for one plural form; %s are numbers: "3, 4, 5 … 10" */
  return g_strdup_printf (_ ("When the number is %s"), examples);
}

static void
add_field (PalTranslateEditor *self, guint index)
{
  Field *field = g_new0 (Field, 1);
  g_autofree char *name = dup_field_name (self, index);
  GtkWidget *label = pal_wrap_label_new ("caption");
  GtkEventController *focus = gtk_event_controller_focus_new ();
  gboolean is_plural = pal_catalogue_entry_get_id_plural (self->entry) != NULL;

  field->editor = self;
  field->index = index;
  field->said = g_ptr_array_new_with_free_func (g_free);
  field->buffer = gtk_text_buffer_new (NULL);
  gtk_text_buffer_begin_irreversible_action (field->buffer);
  gtk_text_buffer_set_text (field->buffer, pal_catalogue_entry_get_translation (self->entry, index),
                            -1);
  gtk_text_buffer_end_irreversible_action (field->buffer);
  field->view = pal_text_view_new (field->buffer);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (field->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (field->view), FALSE);
  gtk_widget_set_direction (field->view, get_direction (self));
  gtk_widget_add_css_class (field->view, "translate-field");
  if (!is_plural)
    gtk_widget_add_css_class (field->view, "tall");
  gtk_accessible_update_property (GTK_ACCESSIBLE (field->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_MULTI_LINE, TRUE, -1);
  field->remarks = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_visible (field->remarks, FALSE);
  pal_wrap_set_text (GTK_LABEL (label), name);
  gtk_widget_set_visible (label, is_plural);
  gtk_box_append (self->targets, label);
  gtk_box_append (self->targets, field->view);
  gtk_box_append (self->targets, field->remarks);
  g_signal_connect (field->buffer, "changed", G_CALLBACK (typed_cb), field);
  g_signal_connect (focus, "enter", G_CALLBACK (focused_cb), field);
  gtk_widget_add_controller (field->view, focus);
  g_ptr_array_add (self->fields, field);
}

static void
add_source (PalTranslateEditor *self, const char *caption, const char *text)
{
  GtkWidget *label = pal_wrap_label_new ("translate-source");

  if (caption != NULL)
    {
      GtkWidget *title = pal_wrap_label_new ("caption");

      pal_wrap_set_text (GTK_LABEL (title), caption);
      gtk_box_append (self->sources, title);
    }
  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* English from left to right, wherever the window begins. */
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_label_set_xalign (GTK_LABEL (label),
                        gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? 1 : 0);
  gtk_box_append (self->sources, label);
}

static void
fill_sources (PalTranslateEditor *self)
{
  const char *plural = pal_catalogue_entry_get_id_plural (self->entry);

  remove_children (GTK_WIDGET (self->sources), NULL);
  add_source (self, plural != NULL ? _ ("For one") : NULL,
              pal_catalogue_entry_get_id (self->entry));
  if (plural != NULL)
    add_source (self, _ ("For more"), plural);
}

static void
fill_targets (PalTranslateEditor *self)
{
  g_autofree char *language
      = pal_translate_dup_language (pal_translate_work_get_language (self->work));

  self->current = NULL;
  g_ptr_array_set_size (self->fields, 0);
  remove_children (GTK_WIDGET (self->targets), NULL);
  gtk_label_set_text (self->target_title, language);
  for (guint i = 0; i < pal_catalogue_entry_get_n_translations (self->entry); i++)
    add_field (self, i);
}

static void
add_word (GtkWidget *box, const char *text)
{
  GtkWidget *label = pal_wrap_label_new (NULL);

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
term_new (PalTranslateEditor *self, const PalGlossaryTerm *term)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *name
      = g_strdup_printf (_ ("Insert “%1$s” for “%2$s”"), term->translation, term->term);
  g_autoptr (GString) tip = g_string_new (term->source);

  if (*term->note != '\0')
    g_string_append_printf (tip, "%s%s", tip->len > 0 ? "\n" : "", term->note);
  /* From the one to the other, in the direction of the window. */
  add_word (words, term->term);
  gtk_box_append (GTK_BOX (words), gtk_image_new_from_icon_name ("go-next-symbolic"));
  add_word (words, term->translation);
  gtk_button_set_child (GTK_BUTTON (button), words);
  gtk_widget_set_tooltip_text (button, tip->len > 0 ? tip->str : NULL);
  gtk_widget_add_css_class (button, "translate-term");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip->str, -1);
  g_object_set_data_full (G_OBJECT (button), "pal-translation", g_strdup (term->translation),
                          g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (insert_term_cb), self, 0);

  return button;
}

static void
fill_terms (PalTranslateEditor *self)
{
  PalGlossary *glossary = pal_translate_work_get_glossary (self->work);
  g_autoptr (GPtrArray) hits = NULL;

  remove_children (self->terms, NULL);
  if (glossary != NULL)
    hits = pal_glossary_find (glossary, pal_catalogue_entry_get_id (self->entry));
  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const PalGlossaryHit *hit = g_ptr_array_index (hits, i);

      gtk_widget_set_parent (term_new (self, hit->term), self->terms);
    }
  gtk_widget_set_visible (self->terms_box, hits != NULL && hits->len > 0);
}

static void
set_detail (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
fill_details (PalTranslateEditor *self)
{
  const char *context = pal_catalogue_entry_get_context (self->entry);
  const char *comment = pal_catalogue_entry_get_comment (self->entry);
  const char *const *references = pal_catalogue_entry_get_references (self->entry);
  const char *kind = pal_translate_get_kind (self->entry);
  g_autofree char *scope = pal_translate_dup_scope (pal_translate_work_get_catalogue (self->work),
                                                    pal_catalogue_entry_get_scope (self->entry));
  g_autofree char *joined = references != NULL ? g_strjoinv (", ", (char **) references) : NULL;
  g_autofree char *stands = NULL;
  g_autofree char *said = NULL;
  g_autofree char *place = NULL;

  /* TRANSLATORS: %s: names of files and lines */
  stands = joined != NULL && *joined != '\0' ? g_strdup_printf (_ ("Used in %s"), joined) : NULL;
  /* TRANSLATORS: %s: a technical name that tells texts of the same words apart */
  said = context != NULL ? g_strdup_printf (_ ("Context: %s"), context) : NULL;
  place = kind != NULL
              /* TRANSLATORS: part of a form, kind of text: "Article 5 · Hint" */
              ? g_strdup_printf (C_ ("translate", "%1$s · %2$s"), scope, kind)
              : g_strdup (scope);
  gtk_label_set_text (self->place, place);
  set_detail (self->explanation, pal_catalogue_entry_get_explanation (self->entry));
  set_detail (self->references, stands);
  set_detail (self->context, said);
  gtk_editable_set_text (self->note, comment != NULL ? comment : "");
}

/**
 * pal_translate_editor_show:
 * @self: the editor
 * @work: (nullable): what is translated
 * @entry: (nullable): one of its texts; %NULL shows how to begin
 */
void
pal_translate_editor_show (PalTranslateEditor *self, PalTranslateWork *work,
                           PalCatalogueEntry *entry)
{
  g_return_if_fail (PAL_IS_TRANSLATE_EDITOR (self));

  if (entry != NULL && self->entry == entry && self->work == work)
    return;
  self->is_showing = TRUE;
  g_set_object (&self->work, work);
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    {
      self->current = NULL;
      g_ptr_array_set_size (self->fields, 0);
      remove_children (GTK_WIDGET (self->targets), NULL);
      pal_translate_preview_show (self->preview, work, NULL);
      gtk_stack_set_visible_child (self->stack, self->none_page);
      self->is_showing = FALSE;
      return;
    }
  fill_sources (self);
  fill_targets (self);
  fill_terms (self);
  fill_details (self);
  show_fuzzy (self);
  show_remarks (self);
  pal_translate_preview_show (self->preview, work, entry);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->one_page));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->one_page), 0);
  self->is_showing = FALSE;
}

void
pal_translate_editor_focus_target (PalTranslateEditor *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);

      /* The first form that has no text, else the first. */
      if (*pal_catalogue_entry_get_translation (self->entry, i) == '\0'
          || i + 1 == self->fields->len)
        {
          Field *first = g_ptr_array_index (self->fields, 0);
          gboolean is_empty = *pal_catalogue_entry_get_translation (self->entry, i) == '\0';

          gtk_widget_grab_focus (is_empty ? field->view : first->view);
          return;
        }
    }
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
pal_translate_editor_dispose (GObject *object)
{
  PalTranslateEditor *self = PAL_TRANSLATE_EDITOR (object);

  self->is_showing = TRUE;
  g_ptr_array_set_size (self->fields, 0);
  if (self->terms != NULL)
    remove_children (self->terms, NULL);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_TRANSLATE_EDITOR);
  g_clear_object (&self->work);
  g_clear_object (&self->entry);

  G_OBJECT_CLASS (pal_translate_editor_parent_class)->dispose (object);
}

static void
pal_translate_editor_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_TRANSLATE_EDITOR (object)->fields);

  G_OBJECT_CLASS (pal_translate_editor_parent_class)->finalize (object);
}

static void
pal_translate_editor_class_init (PalTranslateEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pal_translate_editor_dispose;
  object_class->finalize = pal_translate_editor_finalize;

  g_type_ensure (PAL_TYPE_PAIR);
  g_type_ensure (PAL_TYPE_WRAP_LAYOUT);
  g_type_ensure (PAL_TYPE_TRANSLATE_PREVIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/translate/pal-translate-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, stack);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, one_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, none_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, place);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, sources);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, targets);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, target_title);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, fuzzy);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, terms_box);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, terms);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, preview);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, explanation);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, references);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, context);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateEditor, note);
  gtk_widget_class_bind_template_callback (widget_class, fuzzy_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, note_changed_cb);
}

static void
pal_translate_editor_init (PalTranslateEditor *self)
{
  self->fields = g_ptr_array_new_with_free_func (field_free);
  self->is_showing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_showing = FALSE;
}
