// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-send-files"
#include "config.h"

#include "pal-send-files.h"

#include "pal-comment.h"
#include "pal-comments-row.h"
#include "pal-locale.h"
#include "pal-preview-window.h"
#include "pal-submission-preview.h"

#include <glib/gi18n.h>

#define FILE_KEY "file"
#define CHECK_KEY "check"

struct _PalSendFiles
{
  AdwPreferencesGroup parent_instance;

  GtkListBox *files;

  PalSubmission *submission; /* (owned) (nullable): as last looked at */
};

G_DEFINE_FINAL_TYPE (PalSendFiles, pal_send_files, ADW_TYPE_PREFERENCES_GROUP)

static void file_toggled_cb (GtkCheckButton *check, PalSendFiles *self);

static gboolean
is_form (const PalSubmissionFile *file)
{
  return g_str_has_prefix (file->name, "data/forms/");
}

static void
set_tick (PalSendFiles *self, GtkWidget *check, gboolean ticked)
{
  g_signal_handlers_block_by_func (check, file_toggled_cb, self);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), ticked);
  g_signal_handlers_unblock_by_func (check, file_toggled_cb, self);
}

/* A form goes with its records, and is not a choice of its own. */
static void
update_files (PalSendFiles *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->files)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      const PalSubmissionFile *file = g_object_get_data (G_OBJECT (row), FILE_KEY);
      GtkWidget *check = g_object_get_data (G_OBJECT (row), CHECK_KEY);
      gboolean goes;

      if (file == NULL)
        continue; /* that of all comments, or of all translations */
      goes = pal_submission_goes (self->submission, file);
      set_tick (self, check, goes);
      if (is_form (file))
        {
          gtk_widget_set_sensitive (check, FALSE);
          gtk_widget_set_visible (row, goes);
        }
    }
}

/* --- what nobody ticks unseen */

typedef struct
{
  PalSendFiles *files;       /* (owned) */
  PalSubmission *submission; /* (owned): of what was seen */
  PalSubmissionFile *file;   /* (unowned): of the submission */
} Asking;

/* (nullable): what somebody decided about, in what is shown now. The package may have been looked
 * at anew meanwhile: only what was seen may go, but what is to stay stays in any case. */
static PalSubmissionFile *
find_decided (const Asking *asking, PalPreviewAnswer given)
{
  PalSubmission *shown = asking->files->submission;
  GPtrArray *files = shown != NULL ? pal_submission_get_files (shown) : NULL;

  if (given == PAL_PREVIEW_CLOSED || shown == asking->submission)
    return given != PAL_PREVIEW_CLOSED ? asking->file : NULL;
  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      PalSubmissionFile *file = g_ptr_array_index (files, i);

      if (g_str_equal (file->name, asking->file->name)
          && (given == PAL_PREVIEW_STAYS
              || pal_submission_is_same (shown, file, asking->submission, asking->file)))
        return file;
    }

  return NULL;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asking *asking = user_data;
  PalPreviewAnswer given = pal_preview_window_ask_finish (result);
  PalSubmissionFile *file = find_decided (asking, given);

  if (file != NULL)
    {
      file->included = given == PAL_PREVIEW_GOES;
      update_files (asking->files);
    }
  g_object_unref (asking->files);
  g_object_unref (asking->submission);
  g_free (asking);
}

static void
ask (PalSendFiles *self, PalSubmissionFile *file)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->files = g_object_ref (self);
  asking->submission = g_object_ref (self->submission);
  asking->file = file;
  pal_preview_window_ask_async (GTK_WIDGET (self), self->submission, file, asked_cb, asking);
}

static void
file_toggled_cb (GtkCheckButton *check, PalSendFiles *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (check), ADW_TYPE_ACTION_ROW);
  PalSubmissionFile *file = g_object_get_data (G_OBJECT (row), FILE_KEY);

  if (gtk_check_button_get_active (check) && pal_submission_has_preview (self->submission, file))
    {
      set_tick (self, GTK_WIDGET (check), FALSE);
      ask (self, file);
      return;
    }
  file->included = gtk_check_button_get_active (check);
  update_files (self);
}

static void
preview_clicked_cb (GtkButton *button, PalSendFiles *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);

  ask (self, g_object_get_data (G_OBJECT (row), FILE_KEY));
}

static GtkWidget *
make_preview_button (PalSendFiles *self, const char *title)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("view-reveal-symbolic");
  /* TRANSLATORS: what a screen reader says of a button; %s is a record */
  g_autofree char *name = g_strdup_printf (_ ("See what goes of it: %s"), title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("See What Goes of It"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (preview_clicked_cb), self);

  return button;
}

/* --- rows */

/* What a file is, for people. */
static const char *
get_file_words (const PalSubmissionFile *file)
{
  if (is_form (file))
    return _ ("The questions, so that the archive explains itself");
  if (g_str_has_prefix (file->name, "data/instances/"))
    return _ ("The answers");
  if (g_str_has_prefix (file->name, "data/attachments/"))
    return _ ("Attached file");

  return file->name;
}

static GtkWidget *
make_file_row (PalSendFiles *self, PalSubmissionFile *file)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *size = pal_locale_dup_size (MAX (file->size, 0));
  g_autofree char *subtitle = NULL;
  g_autofree char *title
      = file->record_name != NULL
            /* TRANSLATORS: what a record is, and what it calls itself: "Stakeholder: Shelter" */
            ? g_strdup_printf (C_ ("record", "%1$s: %2$s"), file->title, file->record_name)
            : g_strdup (file->title);

  if (file->restricted && !is_form (file))
    /* TRANSLATORS: what a file is, its size: "The answers · 12 kB · restricted…" */
    subtitle = g_strdup_printf (_ ("%s · %s · restricted: leaves only if you tick it"),
                                get_file_words (file), size);
  else
    /* TRANSLATORS: what a file is, its size: "The answers · 12 kB". */
    subtitle = g_strdup_printf (_ ("%s · %s"), get_file_words (file), size);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_set_tooltip_text (row, file->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  if (pal_submission_has_preview (self->submission, file))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_preview_button (self, title));
  /* One stop of Tab for each file, not two. */
  gtk_widget_set_focusable (row, FALSE);
  g_object_set_data (G_OBJECT (row), FILE_KEY, file);
  g_object_set_data (G_OBJECT (row), CHECK_KEY, check);
  g_signal_connect (check, "toggled", G_CALLBACK (file_toggled_cb), self);

  return row;
}

/* (nullable): what answers say in another language is no choice of its own. */
static GtkWidget *
make_translations_row (GPtrArray *files)
{
  g_autofree char *words = NULL;
  GtkWidget *row;
  guint n = 0;

  for (guint i = 0; i < files->len; i++)
    n += ((const PalSubmissionFile *) g_ptr_array_index (files, i))->with != NULL;
  if (n == 0)
    return NULL;

  row = adw_action_row_new ();
  words = g_strdup_printf (ngettext ("%u translation · goes only with its answer",
                                     "%u translations · each goes only with its answer", n),
                           n);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Answers in Another Language"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);

  return row;
}

/* (nullable): what nobody can tick, and why. */
static GtkWidget *
make_kept_row (PalSubmission *submission)
{
  guint n = pal_submission_get_n_kept (submission);
  g_autofree char *words = NULL;
  GtkWidget *row;

  if (n == 0)
    return NULL;

  row = adw_action_row_new ();
  words = g_strdup_printf (ngettext ("%u record cannot go", "%u records cannot go", n), n);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Restricted, or the consent is kept to this dossier, over or "
                                  "withdrawn."));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);

  return row;
}

/* What a person has ticked stays ticked; but of what they had to see first, only what they saw. */
static void
keep_ticks (PalSubmission *submission, PalSubmission *before)
{
  GPtrArray *files = pal_submission_get_files (submission);
  GPtrArray *old = pal_submission_get_files (before);

  for (guint i = 0; i < files->len; i++)
    for (guint j = 0; j < old->len; j++)
      {
        PalSubmissionFile *file = g_ptr_array_index (files, i);
        const PalSubmissionFile *same = g_ptr_array_index (old, j);

        if (g_str_equal (file->name, same->name) && file->restricted == same->restricted
            && (!pal_submission_has_preview (submission, file)
                || pal_submission_is_same (submission, file, before, same)))
          file->included = same->included;
      }
}

/**
 * pal_send_files_show:
 * @self: the list
 * @submission: what would go, just looked at
 *
 * Shows it in place of what was shown before.
 */
void
pal_send_files_show (PalSendFiles *self, PalSubmission *submission)
{
  GPtrArray *files = pal_submission_get_files (submission);
  GtkWidget *row;

  g_return_if_fail (PAL_IS_SEND_FILES (self));

  if (self->submission != NULL && self->submission != submission)
    keep_ticks (submission, self->submission);
  g_set_object (&self->submission, submission);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->files))) != NULL)
    gtk_list_box_remove (self->files, row);
  for (guint i = 0; i < files->len; i++)
    {
      PalSubmissionFile *file = g_ptr_array_index (files, i);

      if (is_form (file))
        file->included = FALSE; /* by itself; its records take it along */
      if (file->with == NULL && !pal_submission_is_of_form (submission, file, PAL_COMMENT_FORM))
        gtk_list_box_append (self->files, make_file_row (self, file));
    }
  row = pal_comments_row_new (submission, G_CALLBACK (update_files), self);
  if (row != NULL)
    gtk_list_box_append (self->files, row);
  row = make_translations_row (files);
  if (row != NULL)
    gtk_list_box_append (self->files, row);
  row = make_kept_row (submission);
  if (row != NULL)
    gtk_list_box_append (self->files, row);
  update_files (self);
}

static void
pal_send_files_dispose (GObject *object)
{
  PalSendFiles *self = PAL_SEND_FILES (object);

  g_clear_object (&self->submission);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_SEND_FILES);

  G_OBJECT_CLASS (pal_send_files_parent_class)->dispose (object);
}

static void
pal_send_files_class_init (PalSendFilesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_send_files_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-send-files.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSendFiles, files);
}

static void
pal_send_files_init (PalSendFiles *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
