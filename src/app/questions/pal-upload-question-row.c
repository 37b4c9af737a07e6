// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-upload-question-row"
#include "config.h"

#include "pal-upload-question-row.h"
#include "pal-ask.h"
#include "pal-attachment.h"
#include "pal-file-traces.h"
#include "pal-pick-file.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalUploadQuestionRow
{
  PalQuestionRow parent_instance;

  GCancellable *cancellable; /* (owned) (nullable): while a file is being attached */

  GtkWidget *file; /* what is attached */
  GtkLabel *name;
  GtkWidget *open;
  GtkWidget *remove;
  GtkWidget *attach;
  GtkWidget *working;
  GtkWidget *traces; /* what the file tells beside what people see in it */
};

G_DEFINE_FINAL_TYPE (PalUploadQuestionRow, pal_upload_question_row, PAL_TYPE_QUESTION_ROW)

static PalDossier *
get_dossier (PalUploadQuestionRow *self)
{
  PalQuestionContext *context = pal_question_row_get_context (PAL_QUESTION_ROW (self));

  return pal_record_get_dossier (pal_question_context_get_record (context));
}

/* --- attaching ----------------------------------------------------------------------------- */

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalUploadQuestionRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = pal_dossier_attach_file_finish (PAL_DOSSIER (source), result, &error);

  g_clear_object (&self->cancellable);
  /* The page may have gone meanwhile; the answer is the record's all the same. */
  if (name != NULL)
    pal_question_row_answer (PAL_QUESTION_ROW (self), name);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("could not attach a file: %s", error->message);
      pal_tell (GTK_WIDGET (self), _ ("The file cannot be attached"), words);
    }
  pal_question_row_refresh (PAL_QUESTION_ROW (self));
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalUploadQuestionRow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL)
    return;

  self->cancellable = g_cancellable_new ();
  pal_dossier_attach_file_async (get_dossier (self), path, self->cancellable, attached_cb,
                                 g_object_ref (self));
  pal_question_row_refresh (PAL_QUESTION_ROW (self));
}

static void
attach_cb (GtkButton *button, PalUploadQuestionRow *self)
{
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = pal_question_row_get_title (PAL_QUESTION_ROW (self)),
    .accept = _ ("_Attach"),
  };

  pal_pick_file_async (GTK_WIDGET (self), &pick, picked_cb, g_object_ref (self));
}

static void
cancel_cb (GtkButton *button, PalUploadQuestionRow *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* --- what is attached ---------------------------------------------------------------------- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalUploadQuestionRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (pal_attachment_open_finish (result, &error))
    return;

  g_info ("could not open an attachment: %s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The file cannot be opened"), words);
}

static void
open_cb (GtkButton *button, PalUploadQuestionRow *self)
{
  pal_attachment_open_async (GTK_WIDGET (self), get_dossier (self),
                             pal_question_row_get_value (PAL_QUESTION_ROW (self)), opened_cb,
                             g_object_ref (self));
}

static void
undo_cb (AdwToast *toast, PalUploadQuestionRow *self)
{
  pal_question_row_answer (PAL_QUESTION_ROW (self),
                           g_object_get_data (G_OBJECT (toast), "pal-name"));
}

static void
remove_cb (GtkButton *button, PalUploadQuestionRow *self)
{
  PalQuestionRow *row = PAL_QUESTION_ROW (self);
  AdwToast *toast = adw_toast_new (_ ("File removed from the answer"));

  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "pal-name", g_strdup (pal_question_row_get_value (row)),
                          g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  pal_question_row_answer (row, "");
  gtk_widget_grab_focus (self->attach);
  pal_toast (GTK_WIDGET (self), toast);
}

/* The file as it was stays in the history. */
static void
cleaned_cb (PalFileTraces *traces, const char *attachment, PalUploadQuestionRow *self)
{
  pal_question_row_answer (PAL_QUESTION_ROW (self), attachment);
  pal_question_row_refresh (PAL_QUESTION_ROW (self));
}

/* --- the row ------------------------------------------------------------------------------- */

static GtkWidget *
icon_button_new (const char *icon, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, tooltip);

  return button;
}

static void
build_file (PalUploadQuestionRow *self)
{
  self->file = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->name = GTK_LABEL (gtk_label_new (NULL));
  self->open = icon_button_new ("document-open-symbolic", _ ("Open the file"));
  self->remove = icon_button_new ("user-trash-symbolic", _ ("Remove the file from the answer"));
  gtk_label_set_xalign (self->name, 0);
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->name), TRUE);
  gtk_widget_add_css_class (self->file, "attached-file");
  gtk_box_append (GTK_BOX (self->file), gtk_image_new_from_icon_name ("mail-attachment-symbolic"));
  gtk_box_append (GTK_BOX (self->file), GTK_WIDGET (self->name));
  gtk_box_append (GTK_BOX (self->file), self->open);
  gtk_box_append (GTK_BOX (self->file), self->remove);
  g_signal_connect (self->open, "clicked", G_CALLBACK (open_cb), self);
  g_signal_connect (self->remove, "clicked", G_CALLBACK (remove_cb), self);
}

static void
build_working (PalUploadQuestionRow *self)
{
  GtkWidget *spinner = gtk_spinner_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  self->working = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_box_append (GTK_BOX (self->working), spinner);
  gtk_box_append (GTK_BOX (self->working), gtk_label_new (_ ("Attaching…")));
  gtk_box_append (GTK_BOX (self->working), cancel);
  g_signal_connect (cancel, "clicked", G_CALLBACK (cancel_cb), self);
}

static void
build (PalQuestionRow *row)
{
  PalUploadQuestionRow *self = PAL_UPLOAD_QUESTION_ROW (row);

  build_file (self);
  build_working (self);
  self->attach = gtk_button_new_with_mnemonic (_ ("Choose a _File…"));
  gtk_widget_set_halign (self->attach, GTK_ALIGN_START);
  g_signal_connect (self->attach, "clicked", G_CALLBACK (attach_cb), self);
  self->traces = pal_file_traces_new ();
  g_signal_connect_object (self->traces, "cleaned", G_CALLBACK (cleaned_cb), self, 0);
  pal_question_row_add (row, self->file);
  pal_question_row_add (row, self->traces);
  pal_question_row_add (row, self->working);
  pal_question_row_add (row, self->attach);
  pal_question_row_set_field (row, GTK_WIDGET (row));
}

static void
refresh (PalQuestionRow *row)
{
  PalUploadQuestionRow *self = PAL_UPLOAD_QUESTION_ROW (row);
  const char *value = pal_question_row_get_value (row);
  gboolean readonly = pal_question_row_is_readonly (row);
  gboolean working = self->cancellable != NULL;
  g_autofree char *name = pal_attachment_dup_display_name (value);
  g_autofree char *open = NULL;
  g_autofree char *remove = NULL;

  pal_file_traces_show (PAL_FILE_TRACES (self->traces), get_dossier (self), value, !readonly);
  gtk_label_set_text (self->name, name);
  gtk_widget_set_visible (self->file, *value != '\0');
  gtk_widget_set_visible (self->remove, !readonly);
  gtk_widget_set_visible (self->working, working);
  gtk_widget_set_visible (self->attach, *value == '\0' && !working && !readonly);
  /* TRANSLATORS: names of the buttons beside an attached file */
  open = g_strdup_printf (_ ("Open %s"), name);
  remove = g_strdup_printf (_ ("Remove %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open), GTK_ACCESSIBLE_PROPERTY_LABEL, open,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  remove, -1);
}

static gboolean
focus_answer (PalQuestionRow *row)
{
  PalUploadQuestionRow *self = PAL_UPLOAD_QUESTION_ROW (row);

  return gtk_widget_grab_focus (gtk_widget_get_visible (self->attach) ? self->attach : self->open);
}

static void
pal_upload_question_row_dispose (GObject *object)
{
  g_clear_object (&PAL_UPLOAD_QUESTION_ROW (object)->cancellable);

  G_OBJECT_CLASS (pal_upload_question_row_parent_class)->dispose (object);
}

static void
pal_upload_question_row_class_init (PalUploadQuestionRowClass *klass)
{
  PalQuestionRowClass *row_class = PAL_QUESTION_ROW_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_upload_question_row_dispose;
  row_class->build = build;
  row_class->refresh = refresh;
  row_class->focus_answer = focus_answer;
}

static void
pal_upload_question_row_init (PalUploadQuestionRow *self)
{
}
