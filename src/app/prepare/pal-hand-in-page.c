// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-hand-in-page"
#include "config.h"

#include "pal-hand-in-page.h"

#include "pal-ask.h"
#include "pal-file-traces.h"
#include "pal-identity-window.h"
#include "pal-signer.h"
#include "pal-input-package.h"
#include "pal-locale.h"
#include "pal-pick-file.h"
#include "pal-trouble.h"
#include "pal-words-row.h"

#include <glib/gi18n.h>

/* What is missing is done one after the other. */
#define MAX_OPEN 20

struct _PalHandInPage
{
  AdwBin parent_instance;

  GtkWidget *saved_group;
  AdwActionRow *saved_row;
  GtkWidget *folder_button;
  GtkWidget *fingerprint_row;
  GtkListBox *open;
  GtkListBox *names;
  GtkBox *lines;
  GtkWidget *files_group;
  GtkListBox *files;
  AdwPreferencesGroup *sign_group;
  GtkCheckButton *unsigned_check;
  GtkWidget *signed_row;
  GtkCheckButton *signed_check;
  AdwActionRow *identity_row;
  GtkButton *identity_button;
  GtkButton *save_button;
  GtkWidget *cancel_button;
  GtkLabel *missing_label;

  PalSession *session;       /* (owned) (nullable) */
  PalInputPackage *package;  /* (owned) (nullable): as last looked at */
  PalIdentity *identity;     /* (owned) (nullable): unlocked until the page goes */
  GCancellable *cancellable; /* (owned) (nullable): while it is saved */
  char *path;                /* (owned) (nullable): where it was saved */
  gboolean to_save;          /* the key is being asked for, to save afterwards */
  gboolean looking;
  gboolean look_again; /* something has changed since */
};

G_DEFINE_FINAL_TYPE (PalHandInPage, pal_hand_in_page, ADW_TYPE_BIN)

static void look (PalHandInPage *self);
static void show_names (PalHandInPage *self);

/* --- what can be done ----------------------------------------------------------------------- */

static gboolean
is_signed (PalHandInPage *self)
{
  return self->package != NULL && !pal_input_package_is_anonymous (self->package)
         && gtk_check_button_get_active (self->signed_check);
}

static void
update_identity (PalHandInPage *self)
{
  pal_signer_follow (&self->identity);
  gtk_widget_set_visible (GTK_WIDGET (self->identity_row), is_signed (self));
  pal_signer_show (self->identity_row, self->identity_button, self->identity);
}

static void
update (PalHandInPage *self)
{
  gboolean anonymous = self->package != NULL && pal_input_package_is_anonymous (self->package);
  gboolean whole = self->package != NULL && pal_input_package_get_open (self->package)->len == 0;

  gtk_widget_set_visible (self->signed_row, !anonymous);
  gtk_widget_set_visible (GTK_WIDGET (self->unsigned_check), !anonymous);
  adw_preferences_group_set_description (
      self->sign_group, anonymous ? _ ("You stay unknown, so nobody signs, and attached files "
                                       "carry no names of their own.")
                                  : NULL);
  update_identity (self);
  if (self->package != NULL)
    show_names (self);
  gtk_widget_set_visible (GTK_WIDGET (self->missing_label), self->package != NULL && !whole);
  gtk_widget_set_visible (self->cancel_button, self->cancellable != NULL);
  gtk_button_set_label (self->save_button, self->cancellable != NULL ? _ ("Saving…") : _ ("Save…"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "hand-in.save",
                                 whole && self->cancellable == NULL);
}

/* --- what is in it -------------------------------------------------------------------------- */

static GtkWidget *
open_row_new (const PalInputOpen *open)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Show"));
  /* TRANSLATORS: what a screen reader says of a button that shows a question */
  g_autofree char *name = g_strdup_printf (_ ("Show: %s"), open->label);

  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "hand-in.show-question");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", open->path);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return pal_words_row_new (
      open->label,
      open->is_required ? _ ("Required and not answered") : _ ("The answer does not fit"), button);
}

static void
show_open (PalHandInPage *self)
{
  GPtrArray *open = pal_input_package_get_open (self->package);

  pal_words_rows_empty (self->open);
  for (guint i = 0; i < MIN (open->len, MAX_OPEN); i++)
    gtk_list_box_append (self->open, open_row_new (g_ptr_array_index (open, i)));
  pal_words_rows_add_rest (self->open, open->len > MAX_OPEN ? open->len - MAX_OPEN : 0);
  if (open->len == 0)
    gtk_list_box_append (self->open,
                         pal_words_row_new (_ ("Nothing is open"),
                                            _ ("Every required question has an answer."), NULL));
}

/* What says who somebody is, the certificate of a signature as well. */
static void
show_names (PalHandInPage *self)
{
  GPtrArray *lines = pal_input_package_get_lines (self->package);

  pal_words_rows_empty (self->names);
  for (guint i = 0; i < lines->len; i++)
    {
      const PalInputLine *line = g_ptr_array_index (lines, i);

      if (line->identifies)
        gtk_list_box_append (self->names, pal_words_row_new_said (line->label, line->text));
    }
  if (is_signed (self) && self->identity != NULL)
    gtk_list_box_append (
        self->names,
        pal_words_row_new_said (_ ("Who signs"), pal_identity_get_common_name (self->identity)));
  if (gtk_widget_get_first_child (GTK_WIDGET (self->names)) == NULL)
    gtk_list_box_append (
        self->names,
        pal_words_row_new (_ ("No name, no contact and no partner"),
                           _ ("What you wrote in your own words, and attached files, are not "
                              "looked through: read them once more yourself."),
                           NULL));
}

/* All the rest, page by page. */
static void
show_lines (PalHandInPage *self)
{
  GPtrArray *lines = pal_input_package_get_lines (self->package);
  const char *page = NULL;
  GtkListBox *list = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->lines))) != NULL)
    gtk_box_remove (self->lines, child);
  for (guint i = 0; i < lines->len; i++)
    {
      const PalInputLine *line = g_ptr_array_index (lines, i);

      if (line->identifies)
        continue;
      if (list == NULL || g_strcmp0 (page, line->page) != 0)
        list = pal_words_part_new (self->lines, line->page != NULL ? line->page : "");
      page = line->page;
      gtk_list_box_append (list, pal_words_row_new_said (line->label, line->text));
    }
}

#define PATH_KEY "pal-path"

/* The same file without what it told about somebody takes its place in the answer. */
static void
cleaned_cb (GtkWidget *traces, const char *attachment, PalHandInPage *self)
{
  const char *path = g_object_get_data (G_OBJECT (traces), PATH_KEY);
  PalResponse *response;
  PalNode *node;
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return; /* the page went away */
  response = pal_record_get_response (pal_session_get_questionnaire (self->session));
  node = pal_response_find (response, path);
  if (node != NULL && !pal_response_set_value (response, node, attachment, &error))
    g_warning ("a file was not replaced: %s", error->message);
  look (self);
}

static GtkWidget *
traces_new (PalHandInPage *self, const PalInputFile *file)
{
  PalDossier *dossier = pal_session_get_dossier (self->session);
  GtkWidget *traces = pal_file_traces_new ();

  g_object_set_data_full (G_OBJECT (traces), PATH_KEY, g_strdup (file->path), g_free);
  g_signal_connect_object (traces, "cleaned", G_CALLBACK (cleaned_cb), self, 0);
  pal_file_traces_show (PAL_FILE_TRACES (traces), dossier, file->attachment,
                        !pal_dossier_is_read_only (dossier));

  return traces;
}

static void
show_files (PalHandInPage *self)
{
  GPtrArray *files = pal_input_package_get_files (self->package);

  pal_words_rows_empty (self->files);
  for (guint i = 0; i < files->len; i++)
    {
      const PalInputFile *file = g_ptr_array_index (files, i);
      g_autofree char *size = pal_locale_dup_size (MAX (file->size_bytes, 0));
      /* TRANSLATORS: of an attached file: its name in what is handed over, its size */
      g_autofree char *words = g_strdup_printf (C_ ("file", "%1$s · %2$s"), file->name, size);

      gtk_list_box_append (self->files,
                           pal_words_row_new (file->title != NULL ? file->title : file->name, words,
                                              traces_new (self, file)));
    }
  gtk_widget_set_visible (self->files_group, files->len > 0);
}

static void
show_trouble (PalHandInPage *self, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  g_info ("looking at an input: %s", error->message);
  pal_words_rows_empty (self->open);
  gtk_list_box_append (self->open,
                       pal_words_row_new (_ ("The dossier could not be read"), words, NULL));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInputPackage) package = pal_input_package_new_finish (result, &error);

  self->looking = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  if (self->look_again)
    {
      look (self);
      return;
    }
  g_set_object (&self->package, package);
  if (package == NULL)
    show_trouble (self, error);
  else
    {
      show_open (self);
      show_lines (self);
      show_files (self);
    }
  update (self);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandInPage) self = user_data;
  g_autoptr (GError) error = NULL;

  /* What could not be saved is shown by the window's banner; what is saved can be looked at. */
  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    g_info ("looking at a dossier with unsaved answers: %s", error->message);
  if (self->session == NULL)
    return; /* the page went away */
  pal_input_package_new_async (pal_session_get_dossier (self->session), NULL,
                               pal_session_get_form_language (self->session), NULL, looked_cb,
                               g_object_ref (self));
}

static void
look (PalHandInPage *self)
{
  /* What is being written stays as it is until it is there. */
  self->look_again = self->looking || self->cancellable != NULL;
  if (self->look_again)
    return;

  self->looking = TRUE;
  pal_session_flush_async (self->session, flushed_cb, g_object_ref (self));
}

/* --- saving --------------------------------------------------------------------------------- */

static void
show_saved (PalHandInPage *self)
{
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *shown = g_filename_display_name (name);
  GtkWidget *scrolled = gtk_widget_get_ancestor (self->saved_group, GTK_TYPE_SCROLLED_WINDOW);

  adw_action_row_set_subtitle (self->saved_row, shown);
  gtk_widget_set_visible (self->fingerprint_row, is_signed (self));
  gtk_widget_set_visible (self->saved_group, TRUE);
  if (scrolled != NULL)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)),
                              0);
  gtk_widget_grab_focus (self->folder_button);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  gboolean written = pal_input_package_write_finish (PAL_INPUT_PACKAGE (source), result, &error);

  if (self->session == NULL)
    return; /* the page went away */
  g_clear_object (&self->cancellable);
  if (self->look_again)
    look (self);
  update (self);
  if (written)
    {
      show_saved (self);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_info ("an input was not saved: %s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The file was not saved"), words);
}

/**
 * pal_hand_in_page_save:
 * @self: a page that has looked at its input
 * @path: the file; what is there is replaced
 */
void
pal_hand_in_page_save (PalHandInPage *self, const char *path)
{
  g_return_if_fail (PAL_IS_HAND_IN_PAGE (self));

  if (self->package == NULL || self->cancellable != NULL)
    return;
  g_free (self->path);
  self->path = g_strdup (path);
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_visible (self->saved_group, FALSE);
  update (self);
  pal_input_package_write_async (self->package, path, is_signed (self) ? self->identity : NULL,
                                 self->cancellable, written_cb, g_object_ref (self));
  pal_signer_drop_card (&self->identity);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandInPage) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && self->session != NULL && g_file_peek_path (file) != NULL)
    pal_hand_in_page_save (self, g_file_peek_path (file));
  else
    pal_signer_drop_card (&self->identity);
}

/* The suggested name says nothing about whoever wrote it. */
static void
pick (PalHandInPage *self)
{
  const PalPickFile chooser = {
    .action = GTK_FILE_CHOOSER_ACTION_SAVE,
    .title = _ ("Save for the focal point"),
    .accept = _ ("_Save"),
    .name = "input.asice",
  };

  pal_pick_file_async (GTK_WIDGET (self), &chooser, picked_cb, g_object_ref (self));
}

static void
identity_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandInPage) self = user_data;
  g_autoptr (PalIdentity) identity = pal_signer_ask_finish (result);
  gboolean to_save = self->to_save;

  self->to_save = FALSE;
  if (self->session == NULL || identity == NULL)
    return; /* the page went away, or the person thought better of it */
  g_set_object (&self->identity, identity);
  update (self);
  if (to_save)
    pick (self);
}

static void
unlock (PalHandInPage *self, gboolean to_save)
{
  const char *name
      = self->package != NULL ? pal_input_package_get_organization (self->package) : NULL;

  self->to_save = to_save;
  pal_signer_ask_named_async (GTK_WIDGET (self), name, identity_cb, g_object_ref (self));
}

/* --- actions -------------------------------------------------------------------------------- */

static void
identity_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  unlock (PAL_HAND_IN_PAGE (widget), FALSE);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHandInPage *self = PAL_HAND_IN_PAGE (widget);

  pal_signer_follow (&self->identity);
  if (is_signed (self) && self->identity == NULL)
    unlock (self, TRUE);
  else
    pick (self);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHandInPage *self = PAL_HAND_IN_PAGE (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
show_question_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_session_show_question (PAL_HAND_IN_PAGE (widget)->session,
                             g_variant_get_string (parameter, NULL));
}

static void
show_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHandInPage *self = PAL_HAND_IN_PAGE (widget);
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), uri, GDK_CURRENT_TIME);
}

/* --- the page ------------------------------------------------------------------------------- */

static void
key_changed_cb (PalHandInPage *self)
{
  if (self->session != NULL)
    update_identity (self);
}

static void
pal_hand_in_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pal_hand_in_page_parent_class)->map (widget);
  pal_signer_watch (widget, G_CALLBACK (key_changed_cb));

  look (PAL_HAND_IN_PAGE (widget));
}

static void
language_changed_cb (PalHandInPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    look (self);
}

static void
pal_hand_in_page_dispose (GObject *object)
{
  PalHandInPage *self = PAL_HAND_IN_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->package);
  g_clear_object (&self->identity);
  g_clear_pointer (&self->path, g_free);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_HAND_IN_PAGE);

  G_OBJECT_CLASS (pal_hand_in_page_parent_class)->dispose (object);
}

static void
pal_hand_in_page_class_init (PalHandInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_hand_in_page_dispose;
  widget_class->map = pal_hand_in_page_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/prepare/pal-hand-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, saved_group);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, saved_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, folder_button);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, fingerprint_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, open);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, names);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, lines);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, files_group);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, files);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, sign_group);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, unsigned_check);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, signed_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, signed_check);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, identity_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, identity_button);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, save_button);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, PalHandInPage, missing_label);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_install_action (widget_class, "hand-in.identity", NULL, identity_action);
  gtk_widget_class_install_action (widget_class, "hand-in.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "hand-in.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "hand-in.show-question", "s",
                                   show_question_action);
  gtk_widget_class_install_action (widget_class, "hand-in.show-folder", NULL, show_folder_action);
}

static void
pal_hand_in_page_init (PalHandInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

/**
 * pal_hand_in_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_hand_in_page_new (PalSession *session)
{
  PalHandInPage *self = g_object_new (PAL_TYPE_HAND_IN_PAGE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (language_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
