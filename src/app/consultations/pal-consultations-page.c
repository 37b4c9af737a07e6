// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consultations-page"
#include "config.h"

#include "pal-consultations-page.h"

#include "pal-ask.h"
#include "pal-consent-window.h"
#include "pal-consultation-views.h"
#include "pal-kit-window.h"
#include "pal-list-window.h"
#include "pal-papers-window.h"
#include "pal-participation-group.h"
#include "pal-record-list.h"
#include "pal-record-view.h"
#include "pal-sent-window.h"
#include "pal-stack.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalConsultationsPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwBin *views_bin;
  AdwPreferencesPage *lists;
  GtkWidget *tools;

  PalConsultationViews *views; /* (unowned): the list, and other ways to see the same */
  PalSession *session;         /* (owned) */
  GPtrArray *record_lists;     /* (owned) (element-type PalRecordList) */
  PalRecordView *view;         /* (unowned) (nullable): the record that is open */
  gboolean view_is_new;        /* it was made for this view */
  guint answers_at_first;      /* when it was opened */
  char *wanted;                /* (owned) (nullable): path of a question to be shown in it */
};

/* At the session: the page of the window, as long as it is there. */
#define PAGE_KEY "pal-consultations-page"

G_DEFINE_FINAL_TYPE (PalConsultationsPage, pal_consultations_page, ADW_TYPE_BIN)

static void
reload (PalConsultationsPage *self)
{
  for (guint i = 0; i < self->record_lists->len; i++)
    pal_record_list_reload (g_ptr_array_index (self->record_lists, i));
}

static PalRecordList *
find_list (PalConsultationsPage *self, const char *form_id)
{
  for (guint i = 0; i < self->record_lists->len; i++)
    {
      PalRecordList *list = g_ptr_array_index (self->record_lists, i);

      if (g_str_equal (pal_record_list_get_kind (list)->form_id, form_id))
        return list;
    }

  return NULL;
}

/* --- removing ------------------------------------------------------------------------------ */

/* A record that is taken out, or put back. */
typedef struct
{
  PalConsultationsPage *page; /* (owned) */
  PalChangeKind kind;
  char *record_id; /* (owned) */
  char *form_id;   /* (owned) */
  char *version;   /* (owned): of the form */
  gboolean quiet;  /* nothing was in it */
} Removal;

static Removal *
removal_new (PalConsultationsPage *page, PalChangeKind kind, const char *record_id,
             const char *form_id, const char *version)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->page = g_object_ref (page);
  removal->kind = kind;
  removal->record_id = g_strdup (record_id);
  removal->form_id = g_strdup (form_id);
  removal->version = g_strdup (version);

  return removal;
}

static void
removal_free (Removal *removal)
{
  g_object_unref (removal->page);
  g_free (removal->record_id);
  g_free (removal->form_id);
  g_free (removal->version);
  g_free (removal);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_free)

static void apply (Removal *removal);

static void
undo_cb (AdwToast *toast, Removal *removal)
{
  apply (removal_new (removal->page, PAL_CHANGE_RECORD_MADE, removal->record_id, removal->form_id,
                      removal->version));
}

static void
offer_undo (Removal *removal)
{
  AdwToast *toast = adw_toast_new (_ ("Record removed"));
  Removal *kept = removal_new (removal->page, removal->kind, removal->record_id, removal->form_id,
                               removal->version);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, 10);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), kept,
                         (GClosureNotify) removal_free, 0);
  pal_toast (GTK_WIDGET (removal->page), toast);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Removal) removal = user_data;
  PalConsultationsPage *self = removal->page;
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return; /* the page went away */
  if (!pal_dossier_append_finish (PAL_DOSSIER (source), result, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self),
                removal->kind == PAL_CHANGE_RECORD_REMOVED
                    ? _ ("The record could not be removed")
                    : _ ("The record could not be brought back"),
                words);
      return;
    }

  if (!removal->quiet)
    pal_record_list_focus (find_list (self, removal->form_id), removal->record_id);
  pal_session_notify_records (self->session, removal->form_id);
  if (removal->kind == PAL_CHANGE_RECORD_REMOVED && !removal->quiet)
    offer_undo (removal);
}

/* Takes ownership of @removal. */
static void
apply (Removal *removal)
{
  GPtrArray *changes = pal_changes_new ();
  gboolean remove = removal->kind == PAL_CHANGE_RECORD_REMOVED;
  g_autofree char *form
      = remove ? NULL : g_strdup_printf ("%s\t%s", removal->form_id, removal->version);

  if (removal->page->session == NULL)
    {
      g_ptr_array_unref (changes);
      removal_free (removal);
      return;
    }
  g_ptr_array_add (changes, pal_change_new (removal->kind, removal->record_id, NULL, form));
  pal_dossier_append_async (pal_session_get_dossier (removal->page->session),
                            remove ? "Record removed" : "Record brought back", changes, applied_cb,
                            removal);
}

static void
remove_record_cb (PalRecordList *list, const char *record_id, const char *version,
                  PalConsultationsPage *self)
{
  apply (removal_new (self, PAL_CHANGE_RECORD_REMOVED, record_id,
                      pal_record_list_get_kind (list)->form_id, version));
}

static void
restore_record_cb (PalRecordList *list, const char *record_id, const char *version,
                   PalConsultationsPage *self)
{
  apply (removal_new (self, PAL_CHANGE_RECORD_MADE, record_id,
                      pal_record_list_get_kind (list)->form_id, version));
}

/* --- the record that is open ------------------------------------------------------------------ */

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsultationsPage) self = user_data;

  /* Whether it could be saved is the window's to say; the list shows what is on disk. */
  pal_session_flush_finish (PAL_SESSION (source), result, NULL);
  if (self->session != NULL)
    reload (self);
}

static guint
count_answers (PalRecord *record)
{
  PalProgress progress;

  pal_response_count (pal_record_get_response (record), NULL, &progress);

  return progress.answered;
}

/* Somebody only looked at what a new record asks: there is nothing to keep. */
static gboolean
is_untouched (PalConsultationsPage *self, PalRecord *record, const PalRecordKind *kind)
{
  PalResponse *response = pal_record_get_response (record);
  PalNode *title = pal_response_find (response, kind->title_node);

  return self->view_is_new && count_answers (record) == self->answers_at_first
         && (title == NULL || *pal_response_get_value (response, title) == '\0');
}

static void
closed_cb (PalRecordView *view, PalConsultationsPage *self)
{
  PalRecord *record = pal_record_view_get_record (view);
  PalForm *form = pal_response_get_form (pal_record_get_response (record));
  PalRecordList *list = find_list (self, pal_form_get_id (form));

  pal_stack_show_named (self->stack, "lists");
  if (!pal_consultation_views_take_focus (self->views))
    pal_record_list_focus (list, pal_record_get_id (record));
  if (is_untouched (self, record, pal_record_list_get_kind (list)))
    {
      Removal *removal = removal_new (self, PAL_CHANGE_RECORD_REMOVED, pal_record_get_id (record),
                                      pal_form_get_id (form), pal_form_get_version (form));

      removal->quiet = TRUE;
      apply (removal);
    }
  else
    pal_session_flush_async (self->session, flushed_cb, g_object_ref (self));
  self->view = NULL;
  gtk_stack_remove (self->stack, GTK_WIDGET (view));
}

static void
put_view (PalConsultationsPage *self, PalRecord *record)
{
  GtkWidget *view = pal_record_view_new (record, _ ("All Records"));
  PalForm *form = pal_response_get_form (pal_record_get_response (record));
  gboolean is_consultation = strcmp (pal_form_get_id (form), PAL_STAKEHOLDER_FORM) != 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "consultations.invitation", is_consultation);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "consultations.report", is_consultation);
  pal_record_view_set_session (PAL_RECORD_VIEW (view), self->session);
  self->view = PAL_RECORD_VIEW (view);
  g_signal_connect (view, "closed", G_CALLBACK (closed_cb), self);
  gtk_stack_add_child (self->stack, view);
  pal_stack_show (self->stack, view);
}

/* The window speaks another language and was built anew: the record stays open. */
static void
go_on_from (PalConsultationsPage *self, PalConsultationsPage *before)
{
  if (before->view == NULL)
    return;

  put_view (self, pal_record_view_get_record (before->view));
  pal_record_view_follow (self->view, before->view);
  self->view_is_new = before->view_is_new;
  self->answers_at_first = before->answers_at_first;
}

static void
show_record (PalConsultationsPage *self, GAsyncResult *result, gboolean is_new)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (self->session, result, &error);

  if (record == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The record could not be opened"), words);
      return;
    }
  if (self->view != NULL)
    return; /* another record was faster */

  put_view (self, record);
  self->view_is_new = is_new;
  self->answers_at_first = count_answers (record);
  pal_record_view_focus_first (self->view);
  if (self->wanted != NULL)
    pal_record_view_show_question (self->view, self->wanted);
  g_clear_pointer (&self->wanted, g_free);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsultationsPage) self = user_data;

  if (self->session != NULL)
    show_record (self, result, FALSE);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConsultationsPage) self = user_data;

  if (self->session != NULL)
    show_record (self, result, TRUE);
}

static void
open_record_cb (PalRecordList *list, const char *record_id, PalConsultationsPage *self)
{
  pal_session_open_record_async (self->session, record_id, opened_cb, g_object_ref (self));
}

/* Somebody removed the record that is open, by undoing that it was added. */
static void
record_gone_cb (PalConsultationsPage *self, const char *record_id)
{
  GtkWidget *view = GTK_WIDGET (self->view);

  if (view == NULL
      || g_strcmp0 (pal_record_get_id (pal_record_view_get_record (self->view)), record_id) != 0)
    return;

  self->view = NULL;
  pal_stack_show_named (self->stack, "lists");
  gtk_stack_remove (self->stack, view);
}

static void
show_record_cb (PalConsultationsPage *self, const char *record_id, const char *path)
{
  if (self->view != NULL
      && g_strcmp0 (pal_record_get_id (pal_record_view_get_record (self->view)), record_id) == 0)
    {
      pal_record_view_show_question (self->view, path);
      return;
    }
  if (self->view != NULL)
    closed_cb (self->view, self);
  g_free (self->wanted);
  self->wanted = g_strdup (path);
  pal_session_open_record_async (self->session, record_id, opened_cb, g_object_ref (self));
}

static void
new_record_cb (PalRecordList *list, PalConsultationsPage *self)
{
  pal_session_create_record_async (self->session, pal_record_list_get_kind (list)->form_id,
                                   created_cb, g_object_ref (self));
}

static void
records_changed_cb (PalConsultationsPage *self, const char *form_id)
{
  reload (self);
}

/* --- what others write ---------------------------------------------------------------------------
 */

static void
make_kit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_window_present (GTK_WINDOW (
      pal_kit_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->session)));
}

static void
papers_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_window_present (
      GTK_WINDOW (pal_papers_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                         PAL_CONSULTATIONS_PAGE (widget)->session, NULL)));
}

/* A paper about the record that is open. */
static void
present_paper (GtkWidget *widget, const char *kind)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);

  if (self->view != NULL)
    gtk_window_present (GTK_WINDOW (pal_papers_window_new_about (
        widget, self->session, kind, pal_record_get_id (pal_record_view_get_record (self->view)),
        NULL)));
}

static void
invitation_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  present_paper (widget, "invitation");
}

static void
feedback_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  present_paper (widget, "feedback");
}

static void
report_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  present_paper (widget, "report");
}

static void
import_list_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_list_window_pick (widget, PAL_CONSULTATIONS_PAGE (widget)->session);
}

/* --- do no harm ---------------------------------------------------------------------------------
 */

static void
withdraw_consent_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);

  if (self->view != NULL)
    gtk_window_present (GTK_WINDOW (pal_consent_window_new (
        widget, self->session, pal_record_get_id (pal_record_view_get_record (self->view)))));
}

static void
show_sent_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);
  const char *record
      = self->view != NULL ? pal_record_get_id (pal_record_view_get_record (self->view)) : NULL;

  gtk_window_present (GTK_WINDOW (pal_sent_window_new (widget, self->session, record)));
}

static void
delete_for_good_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);

  if (self->view != NULL)
    pal_delete_for_good (widget, self->session,
                         pal_record_get_id (pal_record_view_get_record (self->view)));
}

/* --- the page ------------------------------------------------------------------------------------
 */

static void
pal_consultations_page_map (GtkWidget *widget)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (widget);

  GTK_WIDGET_CLASS (pal_consultations_page_parent_class)->map (widget);
  reload (self);
}

static void
pal_consultations_page_dispose (GObject *object)
{
  PalConsultationsPage *self = PAL_CONSULTATIONS_PAGE (object);

  self->view = NULL;
  g_clear_pointer (&self->record_lists, g_ptr_array_unref);
  if (self->session != NULL && g_object_get_data (G_OBJECT (self->session), PAGE_KEY) == self)
    g_object_set_data (G_OBJECT (self->session), PAGE_KEY, NULL);
  g_clear_object (&self->session);
  g_clear_pointer (&self->wanted, g_free);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_CONSULTATIONS_PAGE);

  G_OBJECT_CLASS (pal_consultations_page_parent_class)->dispose (object);
}

static void
pal_consultations_page_class_init (PalConsultationsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_consultations_page_dispose;
  widget_class->map = pal_consultations_page_map;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/consultations/pal-consultations-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalConsultationsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PalConsultationsPage, views_bin);
  gtk_widget_class_bind_template_child (widget_class, PalConsultationsPage, lists);
  gtk_widget_class_bind_template_child (widget_class, PalConsultationsPage, tools);
  gtk_widget_class_install_action (widget_class, "consultations.make-kit", NULL, make_kit_action);
  gtk_widget_class_install_action (widget_class, "consultations.papers", NULL, papers_action);
  gtk_widget_class_install_action (widget_class, "consultations.withdraw-consent", NULL,
                                   withdraw_consent_action);
  gtk_widget_class_install_action (widget_class, "consultations.delete-for-good", NULL,
                                   delete_for_good_action);
  gtk_widget_class_install_action (widget_class, "consultations.show-sent", NULL, show_sent_action);
  gtk_widget_class_install_action (widget_class, "consultations.invitation", NULL,
                                   invitation_action);
  gtk_widget_class_install_action (widget_class, "consultations.feedback", NULL, feedback_action);
  gtk_widget_class_install_action (widget_class, "consultations.report", NULL, report_action);
  gtk_widget_class_install_action (widget_class, "consultations.import-list", NULL,
                                   import_list_action);
}

static void
pal_consultations_page_init (PalConsultationsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->tools, pal_wrap_layout_new (6));
  self->record_lists = g_ptr_array_new ();
}

/* The lists are the first of several ways to look at the records. */
static void
put_views (PalConsultationsPage *self)
{
  g_autoptr (GtkWidget) lists = GTK_WIDGET (g_object_ref (self->lists));

  adw_bin_set_child (self->views_bin, NULL);
  self->views = PAL_CONSULTATION_VIEWS (pal_consultation_views_new (self->session, lists));
  adw_bin_set_child (self->views_bin, GTK_WIDGET (self->views));
}

/**
 * pal_consultations_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_consultations_page_new (PalSession *session)
{
  PalConsultationsPage *self = g_object_new (PAL_TYPE_CONSULTATIONS_PAGE, NULL);
  PalConsultationsPage *before = g_object_get_data (G_OBJECT (session), PAGE_KEY);

  self->session = g_object_ref (session);
  put_views (self);
  g_object_set_data (G_OBJECT (session), PAGE_KEY, self);
  for (guint i = 0; i < pal_n_record_kinds; i++)
    {
      GtkWidget *list = pal_record_list_new (session, &pal_record_kinds[i]);

      g_signal_connect (list, "open-record", G_CALLBACK (open_record_cb), self);
      g_signal_connect (list, "new-record", G_CALLBACK (new_record_cb), self);
      g_signal_connect (list, "remove-record", G_CALLBACK (remove_record_cb), self);
      g_signal_connect (list, "restore-record", G_CALLBACK (restore_record_cb), self);
      adw_preferences_page_add (self->lists, ADW_PREFERENCES_GROUP (list));
      g_ptr_array_add (self->record_lists, list);
    }
  g_signal_connect_object (session, "records-changed", G_CALLBACK (records_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "record-gone", G_CALLBACK (record_gone_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "show-record::consultations", G_CALLBACK (show_record_cb), self,
                           G_CONNECT_SWAPPED);
  if (before != NULL)
    go_on_from (self, before);

  return GTK_WIDGET (self);
}
