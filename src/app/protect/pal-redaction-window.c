// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-redaction-window"
#include "config.h"

#include "pal-redaction-window.h"

#include "pal-ask.h"
#include "pal-purge-words.h"
#include "pal-redaction.h"
#include "pal-text-view.h"
#include "pal-trouble.h"
#include "pal-undo.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

#define GAP "[…]"   /* what stands for words that were taken out, in any language */
#define WAIT_MS 500 /* after the last key */
#define MAX_ROWS 20 /* each costs a layout */
#define WIDTH 600
#define HEIGHT 560
#define SPACING 8

struct _PalRedactionWindow
{
  AdwWindow parent_instance;

  GtkLabel *subject;
  GtkBox *frame;
  GtkLabel *text_label;
  GtkWidget *places;
  GtkSwitch *purge;
  GtkWidget *buttons;
  GtkTextView *view;
  GtkTextBuffer *buffer; /* (owned) */

  PalRecord *record; /* (owned) (nullable): NULL once it was closed */
  char *path;        /* (owned) */
  char *before;      /* (owned) */
  GtkWidget *parent; /* (unowned) (nullable): weak: where a toast goes */
  GPtrArray *rows;   /* (owned) (element-type GtkWidget): unowned, in places */
  guint wait;        /* source */
  guint look;        /* counts: what comes late is of no use */
  gboolean is_looking;
};

G_DEFINE_FINAL_TYPE (PalRedactionWindow, pal_redaction_window, ADW_TYPE_WINDOW)

/* --- where it is offered */

gboolean
pal_redaction_is_offered (PalQuestionRow *row)
{
  PalFormControl *control = pal_question_row_get_control (row);
  PalFormNode *node = control->node;

  return node != NULL && node->type == PAL_TYPE_STRING && control->kind == PAL_CONTROL_INPUT
         && pal_form_control_has_appearance (control, "multiline")
         && pal_redaction_is_node (node->path);
}

gboolean
pal_redaction_may (PalQuestionRow *row)
{
  PalQuestionContext *context = pal_question_row_get_context (row);
  PalDossier *dossier = pal_record_get_dossier (pal_question_context_get_record (context));

  return pal_redaction_is_offered (row) && pal_question_row_get_node (row) != NULL
         && dossier != NULL && !pal_dossier_is_read_only (dossier)
         && !pal_question_context_is_locked (context) && !pal_question_row_is_readonly (row)
         && *pal_question_row_get_value (row) != '\0';
}

/* --- where else the words stand */

static char *
dup_text (PalRedactionWindow *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

static const char *
get_place_words (PalRedactionWindow *self, const PalLeft *left)
{
  if (left->kind == PAL_LEFT_ARRIVAL)
    return _ ("The file in the inbox: it stays as it came.");
  if (strcmp (left->form_id, "comment") == 0)
    return _ ("In a comment");
  if (strcmp (left->record, pal_record_get_id (self->record)) != 0)
    return g_str_has_prefix (left->form_id, "cluster-") ? _ ("In an answer of the questionnaire")
                                                        /* TRANSLATORS: where words stand */
                                                        : _ ("In another record");

  return g_strcmp0 (left->node, self->path) == 0
             /* TRANSLATORS: where words stand */
             ? _ ("Further on in this text")
             /* TRANSLATORS: where words stand */
             : _ ("Elsewhere in this record");
}

static void
add_row (PalRedactionWindow *self, const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title,
                                 "title-lines", 2, "subtitle", subtitle, NULL);

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->places), row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (PalRedactionWindow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->places),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static void
show_places (PalRedactionWindow *self, GPtrArray *left)
{
  clear_rows (self);
  gtk_widget_set_visible (self->places, left->len > 0);
  for (guint i = 0; i < left->len && i < MAX_ROWS; i++)
    {
      const PalLeft *one = g_ptr_array_index (left, i);

      add_row (self, one->text != NULL ? one->text : "", get_place_words (self, one));
    }
  if (left->len > MAX_ROWS)
    {
      g_autofree char *words = g_strdup_printf (
          ngettext ("And %u more", "And %u more", left->len - MAX_ROWS), left->len - MAX_ROWS);

      add_row (self, words, "");
    }
}

/* That nothing is listed must not look as if nothing was found. */
static void
show_trouble (PalRedactionWindow *self, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("where else the words stand could not be found: %s", error->message);
  clear_rows (self);
  add_row (self, words, "");
  gtk_widget_set_visible (self->places, TRUE);
}

typedef struct
{
  PalRedactionWindow *window; /* (owned) */
  char *text;                 /* (owned) */
  guint look;
} Looking;

static void
looking_free (Looking *looking)
{
  g_object_unref (looking->window);
  g_free (looking->text);
  g_free (looking);
}

static void look (PalRedactionWindow *self);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Looking *looking = user_data;
  PalRedactionWindow *self = looking->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) left = pal_redaction_look_finish (result, &error);

  self->is_looking = FALSE;
  if (self->record != NULL && looking->look == self->look && left != NULL)
    show_places (self, left);
  else if (self->record != NULL && looking->look == self->look)
    show_trouble (self, error);
  else if (self->record != NULL && looking->look != self->look && self->wait == 0)
    look (self);
  looking_free (looking);
}

static void
flushed_before_look_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Looking *looking = user_data;
  PalRedactionWindow *self = looking->window;

  pal_record_flush_finish (PAL_RECORD (source), result, NULL);
  if (self->record == NULL)
    {
      looking_free (looking);
      return;
    }
  pal_redaction_look_async (pal_record_get_dossier (self->record), pal_record_get_id (self->record),
                            self->path, looking->text, looked_cb, looking);
}

/* One at a time: the next one begins when it is over. */
static void
look (PalRedactionWindow *self)
{
  Looking *looking;

  if (self->is_looking)
    return;
  looking = g_new0 (Looking, 1);
  looking->window = g_object_ref (self);
  looking->text = dup_text (self);
  looking->look = self->look;
  self->is_looking = TRUE;
  pal_record_flush_async (self->record, flushed_before_look_cb, looking);
}

static gboolean
waited_cb (gpointer user_data)
{
  PalRedactionWindow *self = user_data;

  self->wait = 0;
  look (self);

  return G_SOURCE_REMOVE;
}

/* --- writing */

static void
changed_cb (PalRedactionWindow *self)
{
  g_autofree char *text = dup_text (self);

  self->look++;
  g_clear_handle_id (&self->wait, g_source_remove);
  self->wait = g_timeout_add (WAIT_MS, waited_cb, self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "redaction.save",
                                 strcmp (text, self->before) != 0);
}

static void
selected_cb (PalRedactionWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "redaction.take-out",
                                 gtk_text_buffer_get_has_selection (self->buffer));
}

/* The next place of the same words is selected: whoever presses again takes them out there, too. */
static void
select_next (PalRedactionWindow *self, const char *words)
{
  GtkTextIter start, from, to;

  gtk_text_buffer_get_start_iter (self->buffer, &start);
  if (gtk_text_iter_forward_search (&start, words,
                                    GTK_TEXT_SEARCH_CASE_INSENSITIVE | GTK_TEXT_SEARCH_TEXT_ONLY,
                                    &from, &to, NULL))
    gtk_text_buffer_select_range (self->buffer, &from, &to);
}

static void
take_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalRedactionWindow *self = PAL_REDACTION_WINDOW (widget);
  g_autofree char *words = NULL;
  GtkTextIter start, end;

  if (!gtk_text_buffer_get_selection_bounds (self->buffer, &start, &end))
    return;
  words = gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, GAP, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  select_next (self, words);
}

/* What outlives the window. */
typedef struct
{
  PalRecord *record; /* (owned) */
  GtkWidget *parent; /* (owned) */
  char *path;        /* (owned) */
  char *text;        /* (owned) */
  AdwToast *busy;    /* (owned) (nullable) */
  gboolean purges;
  PalRedaction *done; /* (owned) (nullable) */
} Saving;

static void
saving_free (Saving *saving)
{
  if (saving->busy != NULL)
    adw_toast_dismiss (saving->busy);
  g_clear_object (&saving->busy);
  g_object_unref (saving->record);
  g_object_unref (saving->parent);
  g_free (saving->path);
  g_free (saving->text);
  pal_redaction_free (saving->done);
  g_free (saving);
}

static void
say_saved (Saving *saving)
{
  AdwToast *toast;

  if (saving->done->trouble != NULL)
    {
      pal_purge_say_failed (saving->parent, saving->done->trouble);
      return;
    }
  if (saving->done->purged != NULL)
    {
      pal_purge_say_done (saving->parent, saving->done->purged);
      return;
    }
  toast = adw_toast_new (_ ("The new text is saved"));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  pal_toast (saving->parent, toast);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GPtrArray) changes = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, NULL);

  if (changes != NULL)
    pal_record_follow (saving->record, changes);
  say_saved (saving);
  saving_free (saving);
}

static void
end_in_trouble (Saving *saving, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  pal_tell (saving->parent, _ ("The new text was not saved"), words);
  saving_free (saving);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;

  saving->done = pal_redaction_apply_finish (result, &error);
  if (saving->done == NULL)
    {
      end_in_trouble (saving, error);
      return;
    }
  pal_dossier_read_span_async (PAL_DOSSIER (source), &saving->done->span, read_cb, saving);
}

static void
flushed_before_saving_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;

  /* What was typed and waits would come back over the new text when it is tried again. */
  if (!pal_record_flush_finish (PAL_RECORD (source), result, &error))
    {
      end_in_trouble (saving, error);
      return;
    }
  pal_redaction_apply_async (pal_record_get_dossier (saving->record),
                             pal_record_get_id (saving->record), saving->path, saving->text,
                             saving->purges, saved_cb, saving);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalRedactionWindow *self = PAL_REDACTION_WINDOW (widget);
  Saving *saving;

  if (self->parent == NULL)
    return;
  saving = g_new0 (Saving, 1);
  saving->record = g_object_ref (self->record);
  saving->parent = g_object_ref (self->parent);
  saving->path = g_strdup (self->path);
  saving->text = dup_text (self);
  saving->purges = gtk_switch_get_active (self->purge);
  if (saving->purges)
    saving->busy = pal_purge_say_busy (saving->parent);
  pal_record_flush_async (self->record, flushed_before_saving_cb, saving);
  gtk_window_close (GTK_WINDOW (self));
}

/* --- the window */

static void
pal_redaction_window_dispose (GObject *object)
{
  PalRedactionWindow *self = PAL_REDACTION_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_REDACTION_WINDOW);
  g_clear_handle_id (&self->wait, g_source_remove);
  g_clear_object (&self->buffer);
  g_clear_object (&self->record);
  g_clear_weak_pointer (&self->parent);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->before, g_free);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_redaction_window_parent_class)->dispose (object);
}

static void
pal_redaction_window_class_init (PalRedactionWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_redaction_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/protect/pal-redaction-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalRedactionWindow, subject);
  gtk_widget_class_bind_template_child (widget_class, PalRedactionWindow, frame);
  gtk_widget_class_bind_template_child (widget_class, PalRedactionWindow, text_label);
  gtk_widget_class_bind_template_child (widget_class, PalRedactionWindow, places);
  gtk_widget_class_bind_template_child (widget_class, PalRedactionWindow, purge);
  gtk_widget_class_bind_template_child (widget_class, PalRedactionWindow, buttons);
  gtk_widget_class_install_action (widget_class, "redaction.take-out", NULL, take_out_action);
  gtk_widget_class_install_action (widget_class, "redaction.save", NULL, save_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_redaction_window_init (PalRedactionWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (SPACING));
  self->rows = g_ptr_array_new ();
  self->buffer = gtk_text_buffer_new (NULL);
  self->view = GTK_TEXT_VIEW (pal_text_view_new (self->buffer));
  gtk_widget_set_hexpand (GTK_WIDGET (self->view), TRUE);
  gtk_text_view_set_accepts_tab (self->view, FALSE);
  gtk_box_append (self->frame, GTK_WIDGET (self->view));
  gtk_label_set_mnemonic_widget (self->text_label, GTK_WIDGET (self->view));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->text_label, NULL, -1);
}

/* What somebody marked before they asked for this is marked here. */
static void
take_selection (PalRedactionWindow *self, GtkWidget *field)
{
  GtkTextIter start, end;
  int from, to;

  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_place_cursor (self->buffer, &start);
  if (!GTK_IS_TEXT_VIEW (field)
      || !gtk_text_buffer_get_selection_bounds (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field)),
                                                &start, &end))
    return;
  from = gtk_text_iter_get_offset (&start);
  to = gtk_text_iter_get_offset (&end);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, from);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, to);
  gtk_text_buffer_select_range (self->buffer, &start, &end);
}

/**
 * pal_redaction_window_new:
 * @row: a question for which pal_redaction_may()
 *
 * Returns: (transfer none): a window with its text
 */
GtkWidget *
pal_redaction_window_new (PalQuestionRow *row)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (row)));
  PalRedactionWindow *self = g_object_new (PAL_TYPE_REDACTION_WINDOW, "transient-for", root, NULL);
  PalQuestionContext *context = pal_question_row_get_context (row);

  self->record = g_object_ref (pal_question_context_get_record (context));
  self->path = pal_response_dup_path (pal_question_row_get_response (row),
                                      pal_question_row_get_node (row));
  self->before = g_strdup (pal_question_row_get_value (row));
  g_set_weak_pointer (&self->parent, root);
  gtk_label_set_text (self->subject, pal_question_row_get_title (row));
  gtk_widget_set_visible (GTK_WIDGET (self->subject), *pal_question_row_get_title (row) != '\0');
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, self->before, -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "notify::has-selection", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  take_selection (self, pal_question_row_get_field (row));
  selected_cb (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "redaction.save", FALSE);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->view));
  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (gtk_widget_get_width (root) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), MIN (WIDTH, gtk_widget_get_width (root)),
                                 MIN (HEIGHT, gtk_widget_get_height (root)));

  return GTK_WIDGET (self);
}
