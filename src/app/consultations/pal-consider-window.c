// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consider-window"
#include "config.h"

#include "pal-consider-window.h"

#include "pal-ask.h"
#include "pal-comments.h"
#include "pal-question-context.h"
#include "pal-papers-window.h"
#include "pal-question-list.h"
#include "pal-trouble.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

/* Names of the form "consultation". */
#define TREATMENT "/consultation/record/points/point/treatment"

struct _PalConsiderWindow
{
  AdwWindow parent_instance;

  PalSession *session; /* (owned) */
  char *record_id;
  char *row;

  PalQuestionContext *context; /* (owned) */

  GtkLabel *text;
  GtkLabel *source;
  GtkBox *questions;
};

G_DEFINE_FINAL_TYPE (PalConsiderWindow, pal_consider_window, ADW_TYPE_WINDOW)

static void
open_record_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsiderWindow *self = PAL_CONSIDER_WINDOW (widget);
  g_autoptr (PalSession) session = g_object_ref (self->session);
  g_autofree char *record_id = g_strdup (self->record_id);
  g_autofree char *row = g_strdup (self->row);

  gtk_window_close (GTK_WINDOW (self));
  pal_session_show_record (session, record_id, row);
}

static void
letter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsiderWindow *self = PAL_CONSIDER_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (
      pal_papers_window_new_about (widget, self->session, "feedback", self->record_id, self->row)));
}

static void
pal_consider_window_dispose (GObject *object)
{
  PalConsiderWindow *self = PAL_CONSIDER_WINDOW (object);

  if (self->questions != NULL)
    pal_question_list_let_go (GTK_WIDGET (self->questions));
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_CONSIDER_WINDOW);
  g_clear_object (&self->context);
  g_clear_object (&self->session);
  g_clear_pointer (&self->record_id, g_free);
  g_clear_pointer (&self->row, g_free);

  G_OBJECT_CLASS (pal_consider_window_parent_class)->dispose (object);
}

static void
pal_consider_window_class_init (PalConsiderWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_consider_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/consultations/pal-consider-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalConsiderWindow, text);
  gtk_widget_class_bind_template_child (widget_class, PalConsiderWindow, source);
  gtk_widget_class_bind_template_child (widget_class, PalConsiderWindow, questions);
  gtk_widget_class_install_action (widget_class, "consider.open-record", NULL, open_record_action);
  gtk_widget_class_install_action (widget_class, "consider.letter", NULL, letter_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_consider_window_init (PalConsiderWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* --- its content -------------------------------------------------------------------------------
 */

static const char *
get_answer (PalResponse *response, PalNode *row, const char *name)
{
  g_autofree char *path = pal_response_dup_path (response, row);
  g_autofree char *answer = g_strconcat (path, "/", name, NULL);
  PalNode *node = pal_response_find (response, answer);

  return node != NULL && pal_response_get_state (response, node)->relevant
             ? pal_response_get_value (response, node)
             : "";
}

/* Whether the point is there. */
static gboolean
fill (PalConsiderWindow *self, PalRecord *record)
{
  PalResponse *response = pal_record_get_response (record);
  PalNode *row = pal_response_find (response, self->row);
  PalFormNode *treatment = pal_form_find_node (pal_response_get_form (response), TREATMENT);
  const char *source;

  if (row == NULL || treatment == NULL || treatment->control == NULL)
    return FALSE;
  self->context = pal_question_context_new (record);
  /* Comments stand in the window below. */
  g_signal_connect_object (pal_comments_of_dossier (pal_record_get_dossier (record)), "show",
                           G_CALLBACK (gtk_window_close), self, G_CONNECT_SWAPPED);
  pal_wrap_set_text (self->text, get_answer (response, row, "text"));
  source = get_answer (response, row, "source");
  pal_wrap_set_text (self->source, *source != '\0' ? source : _ ("Source not named"));
  gtk_box_append (
      self->questions,
      pal_question_list_new (self->context, treatment->control->children, row, NULL, 0, NULL));

  return TRUE;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsiderWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (PAL_SESSION (source), result, &error);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent != NULL && record != NULL && fill (self, record))
    {
      gtk_window_present (GTK_WINDOW (self));
      gtk_widget_child_focus (GTK_WIDGET (self->questions), GTK_DIR_TAB_FORWARD);
      return;
    }
  if (parent != NULL)
    {
      g_autofree char *words = error != NULL ? pal_trouble_dup_words (error) : NULL;

      pal_tell (GTK_WIDGET (parent), _ ("The point could not be opened"),
                words != NULL ? words : _ ("It is no longer in the record of the consultation."));
    }
  gtk_window_destroy (GTK_WINDOW (self));
}

/**
 * pal_consider_window_present:
 * @parent: a widget in the window over which it stands
 * @session: the open dossier
 * @record_id: id of a consultation
 * @row: path of a point in it, with its row id
 *
 * Reads the record in the background, then asks what became of the point. Answers are saved as
 * everywhere, and can be undone.
 */
void
pal_consider_window_present (GtkWidget *parent, PalSession *session, const char *record_id,
                             const char *row)
{
  PalConsiderWindow *self = g_object_new (PAL_TYPE_CONSIDER_WINDOW, "transient-for",
                                          gtk_widget_get_root (parent), NULL);

  self->session = g_object_ref (session);
  self->record_id = g_strdup (record_id);
  self->row = g_strdup (row);
  pal_session_open_record_async (session, record_id, opened_cb, g_object_ref (self));
}
