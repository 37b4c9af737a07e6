// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-send-page"
#include "config.h"

#include "pal-send-page.h"

#include "pal-ask.h"
#include "pal-clearance-words.h"
#include "pal-clearing.h"
#include "pal-delivery-row.h"
#include "pal-endpoint-group.h"
#include "pal-signer.h"
#include "pal-outbox.h"
#include "pal-pick-file.h"
#include "pal-send-files.h"
#include "pal-stick-window.h"
#include "pal-supplement-group.h"
#include "pal-supplement-job.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalSendPage
{
  AdwBin parent_instance;

  AdwPreferencesGroup *deliveries_group;
  GtkListBox *deliveries;
  PalSendFiles *files;
  AdwActionRow *edition_row;
  GtkButton *edition_button;
  PalSupplementGroup *supplement_group;
  GtkWidget *supplement_buttons;
  GtkButton *supplement_send_button;
  GtkButton *supplement_copy_button;
  AdwActionRow *open_row;
  GtkButton *open_button;
  AdwActionRow *identity_row;
  GtkButton *identity_button;
  PalEndpointGroup *endpoint_group;
  GtkButton *send_button;
  GtkButton *stick_button;
  GtkButton *copy_button;
  GtkLabel *missing_label;

  PalSession *session;       /* (owned) */
  PalOutbox *outbox;         /* (unowned): lives as long as the session */
  PalClearing *clearing;     /* (owned) */
  PalSubmission *submission; /* (owned) (nullable): as last looked at */
  PalIdentity *identity;     /* (owned) (nullable): unlocked until the page goes */
  GFile *copy_target;        /* (owned) (nullable): where a copy was asked for */
  gboolean sending;          /* the key is being asked for, to send afterwards */
  gboolean is_supplement;    /* of what goes then */
  gboolean by_stick;         /* how it goes then */
  char *copied_path;         /* (owned) (nullable): where the copy goes, while it does */
  char *copied_edition;      /* (owned) (nullable): the digest of what is in it */
  gboolean looking;
  gboolean look_again; /* something has changed since */
};

G_DEFINE_FINAL_TYPE (PalSendPage, pal_send_page, ADW_TYPE_BIN)

static void look (PalSendPage *self);

static void
update_send_button (PalSendPage *self)
{
  gboolean has_changes = pal_supplement_group_has_changes (self->supplement_group);

  gtk_widget_set_visible (self->supplement_buttons, has_changes);
  gtk_widget_set_sensitive (GTK_WIDGET (self->supplement_send_button),
                            has_changes && pal_outbox_get_endpoint (self->outbox) != NULL
                                && !pal_outbox_is_packing (self->outbox));
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button),
                            self->submission != NULL
                                && pal_outbox_get_endpoint (self->outbox) != NULL
                                && !pal_outbox_is_packing (self->outbox));
  gtk_widget_set_sensitive (GTK_WIDGET (self->stick_button),
                            self->submission != NULL && !pal_outbox_is_packing (self->outbox));
}

static void
update (PalSendPage *self)
{
  gboolean has_address = pal_outbox_get_endpoint (self->outbox) != NULL;

  pal_signer_follow (&self->identity);
  pal_signer_show (self->identity_row, self->identity_button, self->identity);
  update_send_button (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy_button), self->submission != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->missing_label), !has_address);
}

static void
show_submission (PalSendPage *self)
{
  guint n_open = pal_submission_get_open_points (self->submission)->len;
  g_autofree char *open_words = NULL;

  pal_send_files_show (self->files, self->submission);
  open_words = g_strdup_printf (
      ngettext ("%u question still needs a look", "%u questions still need a look", n_open),
      n_open);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->open_row),
                                 n_open > 0 ? open_words : _ ("Nothing is open"));
  adw_action_row_set_subtitle (
      self->open_row,
      n_open > 0
          ? _ ("Required and not answered, or an answer that does not fit. You can send anyway.")
          : _ ("Every required question has an answer."));
  gtk_widget_set_visible (GTK_WIDGET (self->open_button), n_open > 0);
}

/* --- what is cleared */

static char *
dup_not_cleared (PalClearance *clearance, PalSession *session, guint *n)
{
  g_autoptr (GString) titles = g_string_new (NULL);

  *n = 0;
  for (guint i = 0; i < clearance->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);
      g_autofree char *title = NULL;

      if (!page->is_relevant || page->n_questions == 0
          || (page->state == PAL_PAGE_CLEARED && !page->is_altered))
        continue;
      title = pal_page_dup_title (session, page->path);
      if ((*n)++ > 0)
        /* TRANSLATORS: stands between the titles of pages */
        g_string_append (titles, _ ("; "));
      g_string_append (titles, title);
    }

  return g_string_free (g_steal_pointer (&titles), FALSE);
}

static void
show_clearance (PalSendPage *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  const PalEdition *edition = pal_clearing_get_present (self->clearing);
  g_autofree char *title = NULL;
  g_autofree char *words = NULL;
  guint n = 0;

  if (self->session == NULL || clearance == NULL)
    return;
  words = dup_not_cleared (clearance, self->session, &n);
  if (edition != NULL)
    {
      g_free (words);
      words = pal_digest_dup_groups (edition->digest);
      title = g_strdup (_ ("Everything is cleared: this edition goes"));
    }
  else if (n == 0)
    title = g_strdup (_ ("Everything is cleared, but not kept as an edition"));
  else
    title = g_strdup_printf (ngettext ("%u page is not cleared: no edition is named",
                                       "%u pages are not cleared: no edition is named", n),
                             n);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->edition_row), title);
  adw_action_row_set_subtitle (self->edition_row, words);
  gtk_widget_set_visible (GTK_WIDGET (self->edition_button), TRUE);
  pal_supplement_group_show (self->supplement_group, self->clearing);
  update_send_button (self);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSubmission) submission = pal_submission_new_finish (result, &error);

  self->looking = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  if (self->look_again)
    {
      look (self);
      return;
    }
  if (submission == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->open_row),
                                     _ ("The dossier could not be read"));
      adw_action_row_set_subtitle (self->open_row, words);
      return;
    }

  g_set_object (&self->submission, submission);
  show_submission (self);
  update (self);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;
  g_autoptr (GError) error = NULL;

  /* What could not be saved is shown by the window's banner; what is saved can be looked at. */
  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    g_info ("looking at a dossier with unsaved answers: %s", error->message);
  if (self->session == NULL)
    {
      self->looking = FALSE;
      return; /* the page went away */
    }
  pal_submission_new_async (pal_session_get_dossier (self->session),
                            pal_session_get_form_language (self->session), NULL, looked_cb,
                            g_object_ref (self));
}

/* Looks again at what would go. */
static void
look (PalSendPage *self)
{
  self->look_again = self->looking;
  if (self->looking)
    return;

  self->looking = TRUE;
  pal_clearing_look (self->clearing);
  pal_session_flush_async (self->session, flushed_cb, g_object_ref (self));
}

/* What was accepted is what the next archive takes the place of. */
static void
item_settle_cb (PalOutboxItem *item, PalSendPage *self)
{
  if (pal_outbox_item_is_settled (item) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    look (self);
}

static void
deliveries_changed_cb (PalSendPage *self, guint position, guint n_removed, guint n_added)
{
  GtkWidget *list = GTK_WIDGET (self->deliveries);
  gboolean had_focus = gtk_widget_get_focus_child (list) != NULL;

  for (guint i = 0; i < n_removed; i++)
    gtk_list_box_remove (self->deliveries,
                         GTK_WIDGET (gtk_list_box_get_row_at_index (self->deliveries, position)));
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (PalOutboxItem) item
          = g_list_model_get_item (G_LIST_MODEL (self->outbox), position + i);

      g_signal_connect_object (item, "changed", G_CALLBACK (update_send_button), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (item, "settle", G_CALLBACK (item_settle_cb), self, 0);
      gtk_list_box_insert (self->deliveries, pal_delivery_row_new (self->outbox, item),
                           position + i);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->deliveries_group),
                          g_list_model_get_n_items (G_LIST_MODEL (self->outbox)) > 0);
  if (n_removed > 0 && had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->send_button));
  update_send_button (self);
}

/* A button that waits says so, and how far it is. */
static void
show_copying (PalSendPage *self, gboolean copying, double fraction)
{
  g_autofree char *label
      = copying ? g_strdup_printf (_ ("Saving a Signed Copy: %d %%"), (int) (fraction * 100))
                : NULL;

  if (self->copy_button == NULL)
    return; /* the page went away */
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy_button), !copying);
  gtk_button_set_label (self->copy_button, copying ? label : _ ("Save a Signed Copy…"));
}

static void
copy_progress_cb (double fraction, gpointer user_data)
{
  show_copying (user_data, TRUE, fraction);
}

static void
note_copied (PalSendPage *self)
{
  PalEdition edition = { .digest = self->copied_edition };

  if (self->copied_edition != NULL && self->copied_path != NULL)
    pal_clearing_note_packed (self->clearing, &edition, self->copied_path);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  show_copying (self, FALSE, 0);
  if (pal_submission_write_finish (PAL_SUBMISSION (source), result, &error))
    {
      note_copied (self);
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Signed archive saved")));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The archive was not saved"), words);
}

static void
supplement_copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  gboolean saved = pal_supplement_pack_finish (PAL_CLEARING (source), result, &error);

  if (self->session == NULL)
    return; /* the page went away */
  gtk_widget_set_sensitive (GTK_WIDGET (self->supplement_copy_button), TRUE);
  if (saved)
    {
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Signed supplement saved")));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The supplement was not saved"), words);
}

/* The delivery that was begun stands at the top. */
static void
show_delivery (PalSendPage *self)
{
  GtkAdjustment *adjustment = NULL;
  GtkWidget *pane
      = gtk_widget_get_ancestor (GTK_WIDGET (self->deliveries), GTK_TYPE_SCROLLED_WINDOW);

  if (pane != NULL)
    adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (pane));
  if (adjustment != NULL)
    gtk_adjustment_set_value (adjustment, 0);
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (self->deliveries, 0)));
}

static void
go_supplement (PalSendPage *self)
{
  g_autoptr (GFile) target = g_steal_pointer (&self->copy_target);
  g_autofree char *path = target != NULL ? g_file_get_path (target) : NULL;

  if (target != NULL)
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->supplement_copy_button), FALSE);
      pal_supplement_pack_async (self->clearing, path, self->identity, NULL, supplement_copied_cb,
                                 g_object_ref (self));
    }
  else
    {
      pal_outbox_send_supplement (self->outbox, self->identity);
      show_delivery (self);
    }
  self->sending = FALSE;
}

static void
go_submission (PalSendPage *self)
{
  const PalEdition *edition = pal_clearing_get_present (self->clearing);

  /* What nobody has cleared goes as that. */
  pal_submission_set_edition (self->submission, edition != NULL ? edition->digest : NULL);
  pal_submission_set_cleared (self->submission, edition != NULL ? edition->author : NULL,
                              edition != NULL ? edition->time_us : 0);
  if (self->copy_target != NULL)
    {
      g_autoptr (GFile) target = g_steal_pointer (&self->copy_target);
      g_autofree char *path = g_file_get_path (target);

      show_copying (self, TRUE, 0);
      g_free (self->copied_path);
      self->copied_path = g_strdup (path);
      g_free (self->copied_edition);
      self->copied_edition = edition != NULL ? g_strdup (edition->digest) : NULL;
      pal_submission_write_async (self->submission, path, self->identity, copy_progress_cb, self,
                                  NULL, copied_cb, g_object_ref (self));
    }
  else if (self->sending && self->by_stick)
    {
      PalOutboxItem *item = pal_outbox_pack (self->outbox, self->submission, self->identity);

      show_delivery (self);
      pal_stick_window_show (GTK_WIDGET (self), self->outbox, item);
    }
  else if (self->sending)
    {
      pal_outbox_send (self->outbox, self->submission, self->identity);
      show_delivery (self);
    }
  self->sending = FALSE;
}

static void
go (PalSendPage *self)
{
  /* The key may have been unlocked for nothing but that. */
  if (self->submission == NULL || (self->copy_target == NULL && !self->sending))
    return;
  if (self->is_supplement)
    go_supplement (self);
  else
    go_submission (self);
  pal_signer_drop_card (&self->identity);
  update (self);
}

static void
identity_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;
  g_autoptr (PalIdentity) identity = pal_signer_ask_finish (result);

  if (self->session == NULL)
    return; /* the page went away */
  if (identity == NULL)
    {
      self->sending = FALSE;
      g_clear_object (&self->copy_target);
      return;
    }

  g_set_object (&self->identity, identity);
  update (self);
  go (self);
}

/* The focal point signs: every cluster form asks for the name at the same place below its root. */
static const char *
get_suggested_name (PalSendPage *self)
{
  PalRecord *record = pal_session_get_questionnaire (self->session);
  PalResponse *response = record != NULL ? pal_record_get_response (record) : NULL;
  g_autofree char *path = NULL;
  PalNode *node;

  if (response == NULL)
    return NULL;

  path = g_strdup_printf ("/%s/general/people/focal_name", pal_response_get_root (response)->local);
  node = pal_response_find (response, path);

  return node != NULL ? pal_response_get_value (response, node) : NULL;
}

static void
unlock (PalSendPage *self)
{
  pal_signer_ask_named_async (GTK_WIDGET (self), get_suggested_name (self), identity_cb,
                              g_object_ref (self));
}

static void
identity_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  unlock (PAL_SEND_PAGE (widget));
}

static void
sign_and_send (PalSendPage *self, gboolean is_supplement)
{
  self->sending = TRUE;
  self->is_supplement = is_supplement;
  pal_signer_follow (&self->identity);
  if (self->identity == NULL)
    unlock (self);
  else
    go (self);
}

static void
second_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;

  if (g_str_equal (pal_ask_finish (result), "send") && self->session != NULL)
    sign_and_send (self, FALSE);
}

static void
begin (PalSendPage *self, gboolean by_stick)
{
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "send", _ ("_Send a Second One"), ADW_RESPONSE_DEFAULT },
  };
  const PalAskChoice replacing[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "send", _ ("_Replace It"), ADW_RESPONSE_SUGGESTED },
  };

  if (self->submission == NULL || (!by_stick && pal_outbox_get_endpoint (self->outbox) == NULL)
      || pal_outbox_is_packing (self->outbox))
    return;

  if (!by_stick && pal_endpoint_group_wants_access (self->endpoint_group))
    {
      gtk_widget_activate_action (GTK_WIDGET (self->endpoint_group), "endpoint.access", NULL);
      return;
    }
  self->by_stick = by_stick;
  if (!by_stick && pal_outbox_has_unsettled (self->outbox)
      && pal_outbox_would_replace (self->outbox))
    pal_ask_async (GTK_WIDGET (self), _ ("Replace the archive that is on its way?"),
                   _ ("Nobody has accepted or refused it yet. The one that you send now takes its "
                      "place: Palermo stops the older one, and asks the module to let go of what "
                      "has arrived of it."),
                   replacing, G_N_ELEMENTS (replacing), second_answered_cb, g_object_ref (self));
  else if (pal_outbox_has_unsettled (self->outbox))
    pal_ask_async (GTK_WIDGET (self), _ ("Another archive is still on its way"),
                   _ ("Nobody has accepted or refused it yet. If you send a second one now, both "
                      "may arrive, and the second does not say that it replaces the first."),
                   choices, G_N_ELEMENTS (choices), second_answered_cb, g_object_ref (self));
  else
    sign_and_send (self, FALSE);
}

static void
send_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  begin (PAL_SEND_PAGE (widget), FALSE);
}

static void
stick_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  begin (PAL_SEND_PAGE (widget), TRUE);
}

static void
send_supplement_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalSendPage *self = PAL_SEND_PAGE (widget);

  if (pal_outbox_get_endpoint (self->outbox) == NULL || pal_outbox_is_packing (self->outbox))
    return;
  if (pal_endpoint_group_wants_access (self->endpoint_group))
    gtk_widget_activate_action (GTK_WIDGET (self->endpoint_group), "endpoint.access", NULL);
  else
    sign_and_send (self, TRUE);
}

static void
copy_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSendPage) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self->session == NULL)
    return;

  g_set_object (&self->copy_target, file);
  pal_signer_follow (&self->identity);
  if (self->identity == NULL)
    unlock (self);
  else
    go (self);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save a Signed Copy"),
                       .accept = _ ("_Save"),
                       .name = "submission.asice" };

  PAL_SEND_PAGE (widget)->is_supplement = FALSE;
  pal_pick_file_async (widget, &pick, copy_picked_cb, g_object_ref (widget));
}

static void
copy_supplement_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save a Signed Supplement"),
                       .accept = _ ("_Save"),
                       .name = "supplement.asice" };

  PAL_SEND_PAGE (widget)->is_supplement = TRUE;
  pal_pick_file_async (widget, &pick, copy_picked_cb, g_object_ref (widget));
}

static void
show_clearance_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_session_show_page (PAL_SEND_PAGE (widget)->session, "clearance");
}

static void
show_open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalSendPage *self = PAL_SEND_PAGE (widget);
  GPtrArray *open
      = self->submission != NULL ? pal_submission_get_open_points (self->submission) : NULL;

  if (open != NULL && open->len > 0)
    pal_session_show_question (self->session, g_ptr_array_index (open, 0));
}

static void
endpoint_changed_cb (PalSendPage *self)
{
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_group_dup_endpoint (self->endpoint_group);

  pal_outbox_set_endpoint (self->outbox, endpoint);
  update (self);
}

static void
key_changed_cb (PalSendPage *self)
{
  if (self->session != NULL)
    update (self);
}

static void
pal_send_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pal_send_page_parent_class)->map (widget);
  pal_signer_watch (widget, G_CALLBACK (key_changed_cb));

  look (PAL_SEND_PAGE (widget));
}

static void
pal_send_page_dispose (GObject *object)
{
  PalSendPage *self = PAL_SEND_PAGE (object);

  if (self->outbox != NULL)
    g_signal_handlers_disconnect_by_data (self->outbox, self);
  self->outbox = NULL;
  g_clear_object (&self->clearing);
  g_clear_object (&self->submission);
  g_clear_object (&self->identity);
  g_clear_pointer (&self->copied_path, g_free);
  g_clear_pointer (&self->copied_edition, g_free);
  g_clear_object (&self->copy_target);
  g_clear_object (&self->session);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_SEND_PAGE);

  G_OBJECT_CLASS (pal_send_page_parent_class)->dispose (object);
}

static void
pal_send_page_class_init (PalSendPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_send_page_dispose;
  widget_class->map = pal_send_page_map;

  g_type_ensure (PAL_TYPE_ENDPOINT_GROUP);
  g_type_ensure (PAL_TYPE_SEND_FILES);
  g_type_ensure (PAL_TYPE_SUPPLEMENT_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-send-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, deliveries_group);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, deliveries);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, files);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, edition_row);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, edition_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, supplement_group);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, supplement_buttons);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, supplement_send_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, supplement_copy_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, open_row);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, identity_row);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, identity_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, endpoint_group);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, send_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, stick_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, copy_button);
  gtk_widget_class_bind_template_child (widget_class, PalSendPage, missing_label);
  gtk_widget_class_bind_template_callback (widget_class, endpoint_changed_cb);
  gtk_widget_class_install_action (widget_class, "send.identity", NULL, identity_action);
  gtk_widget_class_install_action (widget_class, "send.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "send.stick", NULL, stick_action);
  gtk_widget_class_install_action (widget_class, "send.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "send.show-open", NULL, show_open_action);
  gtk_widget_class_install_action (widget_class, "send.show-clearance", NULL,
                                   show_clearance_action);
  gtk_widget_class_install_action (widget_class, "send.supplement", NULL, send_supplement_action);
  gtk_widget_class_install_action (widget_class, "send.supplement-copy", NULL,
                                   copy_supplement_action);
}

static void
pal_send_page_init (PalSendPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_send_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_send_page_new (PalSession *session)
{
  PalSendPage *self = g_object_new (PAL_TYPE_SEND_PAGE, NULL);

  self->session = g_object_ref (session);
  self->outbox = pal_outbox_of_session (session);
  self->clearing = g_object_ref (pal_clearing_of_session (session));
  g_signal_connect_object (self->clearing, "changed", G_CALLBACK (show_clearance), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->outbox, "items-changed", G_CALLBACK (deliveries_changed_cb),
                            self);
  deliveries_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->outbox)));
  update (self);

  return GTK_WIDGET (self);
}
