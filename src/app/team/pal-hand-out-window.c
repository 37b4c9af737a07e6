// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-hand-out-window"
#include "config.h"

#include "pal-hand-out-window.h"

#include "pal-ask.h"
#include "pal-certificate-row.h"
#include "pal-cms-seal.h"
#include "pal-identity-window.h"
#include "pal-pick-file.h"
#include "pal-signer.h"
#include "pal-stack.h"
#include "pal-team-words.h"
#include "pal-team-work.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalHandOutWindow
{
  AdwWindow parent_instance;

  GtkButton *accept_button;
  GtkStack *stack;
  GtkSpinner *spinner;
  AdwPreferencesPage *page;
  AdwPreferencesGroup *what_group;
  PalCertificateRow *certificate_row;
  GtkWidget *comments_row;
  GtkSwitch *comments_switch;
  AdwActionRow *signer_row;
  GtkLabel *problem;

  GtkWidget *parent;         /* (nullable): a weak pointer: where to say that it is done */
  PalSession *session;       /* (owned) (nullable) */
  char *person;              /* (owned) (nullable) */
  char *path;                /* (owned) (nullable): where it shall be */
  GCancellable *cancellable; /* (owned) (nullable): while it is written */
};

G_DEFINE_FINAL_TYPE (PalHandOutWindow, pal_hand_out_window, ADW_TYPE_WINDOW)

static void
show_signer (PalHandOutWindow *self)
{
  pal_signer_show (self->signer_row, NULL, pal_signer_get ());
}

static void
show_problem (PalHandOutWindow *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
show_working (PalHandOutWindow *self, gboolean working)
{
  pal_stack_show_named (self->stack, working ? "working" : "page");
  gtk_spinner_set_spinning (self->spinner, working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button), !working);
}

/* --- writing */

static void
say_done (PalHandOutWindow *self)
{
  AdwToast *toast = NULL;

  if (self->parent == NULL)
    return;
  if (self->person != NULL)
    {
      /* TRANSLATORS: the name of a colleague */
      g_autofree char *words = g_strdup_printf (_ ("Section for %s saved"), self->person);
      g_autofree char *escaped = g_markup_escape_text (words, -1);

      toast = adw_toast_new (escaped);
    }
  else
    toast = adw_toast_new (_ ("Your answers are packed. Pass the file on."));
  pal_toast (self->parent, toast);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOutWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = pal_team_work_finish (result, &error);

  g_clear_object (&self->cancellable);
  if (self->session == NULL)
    return; /* closed meanwhile */
  if (ok)
    {
      say_done (self);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  show_working (self, FALSE);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("a package was not written: %s", error->message);
      show_problem (self, words);
    }
}

static void
signer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOutWindow) self = user_data;
  g_autoptr (PalIdentity) identity = pal_signer_ask_finish (result);
  PalTeamPackage *package = NULL;

  if (identity == NULL || self->session == NULL)
    return;

  show_signer (self);
  package = pal_team_package_new ();
  package->person = g_strdup (self->person);
  package->path = g_strdup (self->path);
  package->certificate = g_strdup (pal_certificate_row_get_path (self->certificate_row));
  package->identity = g_object_ref (identity);
  if (gtk_switch_get_active (self->comments_switch))
    package->flags |= PAL_HANDOUT_WITH_COMMENTS;
  self->cancellable = g_cancellable_new ();
  show_working (self, TRUE);
  pal_team_write_async (self->session, package, self->cancellable, written_cb, g_object_ref (self));
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOutWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self->session == NULL || g_file_peek_path (file) == NULL)
    return;

  g_free (self->path);
  self->path = g_file_get_path (file);
  show_problem (self, NULL);
  pal_signer_ask_async (GTK_WIDGET (self), self->session, signer_cb, g_object_ref (self));
}

/* The file's name says for whom it is, or from whom; nothing that a file system would mind. */
static char *
dup_file_name (PalHandOutWindow *self)
{
  g_autofree char *name
      = self->person != NULL
            ? g_strdup (self->person)
            : pal_dossier_get_meta (pal_session_get_dossier (self->session), "hand-out-person");
  g_autofree char *plain = g_strdelimit (g_strdup (name != NULL ? name : ""), "/\\:*?\"<>|.", '-');
  /* TRANSLATORS: name of a file: the part of the questionnaire that goes to a colleague, their
   * name */
  g_autofree char *stem = self->person != NULL ? g_strdup_printf (_ ("Section for %s"), plain)
                                               /* TRANSLATORS: name of a file: what comes back from
                                                  a colleague, their name */
                                               : g_strdup_printf (_ ("Answers of %s"), plain);

  return g_strconcat (
      stem, ".asice",
      pal_certificate_row_get_path (self->certificate_row) != NULL ? PAL_CMS_SEAL_SUFFIX : "",
      NULL);
}

static void
accept_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalHandOutWindow *self = PAL_HAND_OUT_WINDOW (widget);
  g_autofree char *name = NULL;
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE, .accept = _ ("_Save") };

  if (self->cancellable != NULL)
    return;
  name = dup_file_name (self);
  pick.name = name;
  pick.title = self->person != NULL ? _ ("Save the Section") : _ ("Save Your Answers");
  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (self));
}

/* Stops the writing if it goes on; else the window goes. */
static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalHandOutWindow *self = PAL_HAND_OUT_WINDOW (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    gtk_window_close (GTK_WINDOW (self));
}

/* --- the window */

static void
add_pages (PalHandOutWindow *self, GPtrArray *pages)
{
  for (guint i = 0; i < pages->len; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *title
          = pal_team_dup_page_title (self->session, g_ptr_array_index (pages, i));

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                      -1);
      adw_preferences_group_add (self->what_group, row);
    }
}

static void
pal_hand_out_window_dispose (GObject *object)
{
  PalHandOutWindow *self = PAL_HAND_OUT_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_weak_pointer (&self->parent);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_HAND_OUT_WINDOW);

  G_OBJECT_CLASS (pal_hand_out_window_parent_class)->dispose (object);
}

static void
pal_hand_out_window_finalize (GObject *object)
{
  PalHandOutWindow *self = PAL_HAND_OUT_WINDOW (object);

  g_free (self->person);
  g_free (self->path);

  G_OBJECT_CLASS (pal_hand_out_window_parent_class)->finalize (object);
}

static void
pal_hand_out_window_class_init (PalHandOutWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_hand_out_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_hand_out_window_finalize;

  g_type_ensure (PAL_TYPE_CERTIFICATE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-hand-out-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, page);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, what_group);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, certificate_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, comments_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, comments_switch);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, signer_row);
  gtk_widget_class_bind_template_child (widget_class, PalHandOutWindow, problem);
  gtk_widget_class_install_action (widget_class, "hand-out.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "hand-out.cancel", NULL, cancel_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "hand-out.cancel", NULL);
}

static void
pal_hand_out_window_init (PalHandOutWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_stack_show_named (self->stack, "page");
}

GtkWidget *
pal_hand_out_window_new (GtkWidget *parent, PalSession *session, const char *person,
                         GPtrArray *pages)
{
  PalHandOutWindow *self = g_object_new (PAL_TYPE_HAND_OUT_WINDOW, "transient-for",
                                         gtk_widget_get_root (parent), "modal", TRUE, NULL);
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;

  g_set_weak_pointer (&self->parent, parent);
  self->session = g_object_ref (session);
  self->person = g_strdup (person);
  /* TRANSLATORS: the name of a colleague */
  title = person != NULL ? g_strdup_printf (_ ("For %s"), person) : g_strdup (_ ("What goes back"));
  escaped = g_markup_escape_text (title, -1);
  adw_preferences_group_set_title (self->what_group, escaped);
  gtk_window_set_title (GTK_WINDOW (self), person != NULL ? _ ("Hand Out") : _ ("Give Back"));
  adw_preferences_group_set_description (
      self->what_group,
      person != NULL ? _ ("They can write in these articles. What the articles need for reading "
                          "goes along, and nothing else.")
                     : _ ("All that was written in these articles, with its history, what is "
                          "attached, comments and consultations."));
  gtk_widget_set_visible (self->comments_row, person != NULL);
  pal_certificate_row_set_empty_words (
      self->certificate_row,
      person != NULL ? _ ("Not encrypted: whoever has the file can read it. Choose their "
                          "certificate, and only they can open it.")
                     : _ ("Not encrypted: whoever has the file can read it. Choose the certificate "
                          "of whoever asked you, and only they can open it."));
  add_pages (self, pages);
  show_signer (self);

  return GTK_WIDGET (self);
}
