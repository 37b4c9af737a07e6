// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-text-question-row"
#include "config.h"

#include "pal-text-question-row.h"
#include "pal-redaction-window.h"
#include "pal-text-view.h"
#include "pal-text.h"

#include <glib/gi18n.h>

struct _PalTextQuestionRow
{
  PalQuestionRow parent_instance;

  GtkTextView *view;
  GtkTextBuffer *buffer; /* (owned): of the context, outlives this row */
  GtkLabel *count;
  guint caret_source; /* idle */
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (PalTextQuestionRow, pal_text_question_row, PAL_TYPE_QUESTION_ROW)

static char *
dup_buffer_text (PalTextQuestionRow *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

static void
show_count (PalTextQuestionRow *self, const char *text)
{
  guint words = pal_text_count_words (text);
  g_autofree char *label
      = words > 0 ? g_strdup_printf (ngettext ("%u word", "%u words", words), words) : NULL;

  if (g_strcmp0 (gtk_label_get_text (self->count), label ? label : "") != 0)
    gtk_label_set_text (self->count, label ? label : "");
}

static void
changed_cb (GtkTextBuffer *buffer, PalTextQuestionRow *self)
{
  g_autofree char *text = dup_buffer_text (self);

  show_count (self, text);
  if (!self->loading)
    pal_question_row_answer (PAL_QUESTION_ROW (self), text);
}

/* The editor grows with its text, so it is the page that must follow the caret. */
static gboolean
follow_caret (gpointer user_data)
{
  PalTextQuestionRow *self = user_data;
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = NULL;
  GdkRectangle place;
  GtkTextIter caret;
  graphene_point_t point;
  int x, y;

  self->caret_source = 0;
  if (pane == NULL || !gtk_widget_has_focus (GTK_WIDGET (self->view)))
    return G_SOURCE_REMOVE;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret,
                                    gtk_text_buffer_get_insert (self->buffer));
  gtk_text_view_get_iter_location (self->view, &caret, &place);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &x,
                                         &y);
  if (!gtk_widget_compute_point (GTK_WIDGET (self->view), pane, &GRAPHENE_POINT_INIT (x, y),
                                 &point))
    return G_SOURCE_REMOVE;

  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (pane));
  gtk_adjustment_clamp_page (adjustment, gtk_adjustment_get_value (adjustment) + point.y - 24,
                             gtk_adjustment_get_value (adjustment) + point.y + place.height + 40);

  return G_SOURCE_REMOVE;
}

static void
caret_moved_cb (PalTextQuestionRow *self)
{
  if (self->caret_source == 0)
    self->caret_source = g_idle_add (follow_caret, self);
}

/* A text has a menu of its own. */
static void
offer_redaction (PalTextQuestionRow *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  g_menu_append (menu, _ ("Redact…"), "question.redact");
  gtk_text_view_set_extra_menu (self->view, G_MENU_MODEL (menu));
}

static void
build (PalQuestionRow *row)
{
  PalTextQuestionRow *self = PAL_TEXT_QUESTION_ROW (row);
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  PalNode *node = pal_question_row_get_node (row);

  self->buffer = node != NULL ? g_object_ref (
                     pal_question_context_get_buffer (pal_question_row_get_context (row), node))
                              : gtk_text_buffer_new (NULL);
  self->view = GTK_TEXT_VIEW (pal_text_view_new (self->buffer));
  gtk_widget_set_hexpand (GTK_WIDGET (self->view), TRUE);
  gtk_widget_add_css_class (frame, "answer-frame");
  gtk_box_append (GTK_BOX (frame), GTK_WIDGET (self->view));

  self->count = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->count, 1);
  gtk_widget_add_css_class (GTK_WIDGET (self->count), "word-count");
  gtk_box_append (GTK_BOX (frame), GTK_WIDGET (self->count));

  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->buffer, "notify::cursor-position", G_CALLBACK (caret_moved_cb),
                           self, G_CONNECT_SWAPPED);
  if (pal_redaction_is_offered (row))
    offer_redaction (self);
  pal_question_row_add (row, frame);
  pal_question_row_set_field (row, GTK_WIDGET (self->view));
}

/* A change from elsewhere (an import, a colleague's text, an undo) is none of this text's own
 * steps: it is undone like everything else, and what was typed before it does not fit the text any
 * more. */
static void
replace_text (PalTextQuestionRow *self, const char *text)
{
  GtkTextIter start, end;

  self->loading = TRUE;
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, text, -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  self->loading = FALSE;
}

static void
refresh (PalQuestionRow *row)
{
  PalTextQuestionRow *self = PAL_TEXT_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);
  g_autofree char *text = dup_buffer_text (self);

  if (g_strcmp0 (text, value) != 0)
    replace_text (self, value);
  show_count (self, value);
  gtk_text_view_set_editable (self->view, !pal_question_row_is_readonly (row));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "question.redact", pal_redaction_may (row));
}

static void
pal_text_question_row_dispose (GObject *object)
{
  PalTextQuestionRow *self = PAL_TEXT_QUESTION_ROW (object);

  g_clear_handle_id (&self->caret_source, g_source_remove);
  g_clear_object (&self->buffer);

  G_OBJECT_CLASS (pal_text_question_row_parent_class)->dispose (object);
}

static void
pal_text_question_row_class_init (PalTextQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_text_question_row_dispose;
  row_class->build = build;
  row_class->refresh = refresh;
}

static void
pal_text_question_row_init (PalTextQuestionRow *self)
{
}
