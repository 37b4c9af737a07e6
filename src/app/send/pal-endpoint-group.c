// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-group"
#include "config.h"

#include "pal-endpoint-group.h"

#include "pal-access-window.h"
#include "pal-ask.h"
#include "pal-certificate-info.h"
#include "pal-endpoint-choice.h"
#include "pal-endpoint-open.h"
#include "pal-endpoint-secrets.h"
#include "pal-endpoint-store.h"
#include "pal-language.h"
#include "pal-pick-file.h"
#include "pal-practice-module.h"
#include "pal-send-manners-row.h"
#include "pal-settings.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define N_PAPERS 5
#define MAX_SIGNER 200 /* bytes */

struct _PalEndpointGroup
{
  AdwPreferencesGroup parent_instance;

  AdwActionRow *chosen_row;
  AdwActionRow *access_row;
  AdwActionRow *open_row;
  GtkButton *forget_button;
  AdwEntryRow *url_row;
  AdwExpanderRow *papers_row;
  AdwActionRow *practice_row;
  GtkButton *practice_button;

  GSettings *settings;   /* (owned) */
  GCancellable *loading; /* (owned) (nullable): while it is found out where archives go */
  PalEndpoint *endpoint; /* (owned) (nullable): what was found */
  PalEndpointCard *card; /* (owned) (nullable): the endpoint file that is chosen */
  PalEndpointAccess access;
  PalPracticeModule *practice; /* (owned) (nullable): while it runs */
};

enum
{
  ENDPOINT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalEndpointGroup, pal_endpoint_group, ADW_TYPE_PREFERENCES_GROUP)

/* The files that go with an address by hand: one row each. */
static const struct
{
  const char *key;
  const char *title;
  const char *subtitle; /* while there is none */
} papers[N_PAPERS] = {
  { "endpoint-module-certificate", N_ ("Certificate for receipts"),
    N_ ("Needed: only receipts signed with it count") },
  { "endpoint-ca", N_ ("Certificate of the server"), N_ ("None: those that this computer trusts") },
  { "endpoint-client-certificate", N_ ("Your certificate for the module"), N_ ("None") },
  { "endpoint-client-key", N_ ("Key of your certificate"), N_ ("None") },
  { "endpoint-token-file", N_ ("Access token, in a file"), N_ ("None") },
};

static char *
dup_setting (GSettings *settings, const char *key)
{
  char *text = g_settings_get_string (settings, key);

  if (*text == '\0')
    g_clear_pointer (&text, g_free);

  return text;
}

PalEndpoint *
pal_endpoint_group_dup_endpoint (PalEndpointGroup *self)
{
  if (self->practice != NULL)
    return pal_endpoint_copy (pal_practice_module_get_endpoint (self->practice));

  return self->endpoint != NULL ? pal_endpoint_copy (self->endpoint) : NULL;
}

gboolean
pal_endpoint_group_wants_access (PalEndpointGroup *self)
{
  return self->practice == NULL && self->endpoint != NULL && self->card != NULL
         && self->access != PAL_ENDPOINT_ACCESS_READY;
}

static const char *
get_access_words (PalEndpointGroup *self)
{
  switch (self->access)
    {
    case PAL_ENDPOINT_ACCESS_MISSING:
      return pal_endpoint_card_wants_token (self->card)
                     && pal_endpoint_card_wants_certificate (self->card)
                 ? _ ("The module wants an access token and a certificate of yours")
             : pal_endpoint_card_wants_token (self->card)
                 ? _ ("The module wants an access token")
                 : _ ("The module wants a certificate of yours");
    case PAL_ENDPOINT_ACCESS_LOCKED:
      return _ ("Your certificate for the module is locked with a passphrase");
    case PAL_ENDPOINT_ACCESS_READY:
      break;
    }

  return _ ("You have what the module wants");
}

static char *
dup_chosen_words (PalEndpointGroup *self)
{
  g_autofree char *url = pal_text_dup_isolated (self->card->url);
  g_autofree char *printable = pal_text_dup_printable (self->card->signer, MAX_SIGNER);
  g_autofree char *signer = pal_text_dup_isolated (printable);
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (self->card->signer_fingerprint);
  g_autofree char *digits = pal_text_dup_isolated (spoken);

  if (!pal_endpoint_card_check_time (self->card, g_get_real_time (), NULL))
    /* TRANSLATORS: %s is an address. */
    return g_strdup_printf (_ ("%s\nNot in service now. Ask the people who run the module for a "
                               "newer file."),
                            url);

  /* TRANSLATORS: an address; who signed the endpoint file; the fingerprint of that signer. */
  return g_strdup_printf (_ ("%s\nSigned by %s, fingerprint:\n%s"), url, signer, digits);
}

static void
update_chosen (PalEndpointGroup *self)
{
  gboolean wants_access = self->card != NULL && self->endpoint != NULL
                          && (pal_endpoint_card_wants_token (self->card)
                              || pal_endpoint_card_wants_certificate (self->card));

  gtk_widget_set_visible (GTK_WIDGET (self->chosen_row), self->card != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->url_row), self->card == NULL);
  if (self->card != NULL)
    {
      g_autofree char *words = dup_chosen_words (self);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->chosen_row),
                                     pal_endpoint_card_get_name (self->card, pal_language_get ()));
      adw_action_row_set_subtitle (self->chosen_row, words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->access_row), wants_access);
  if (wants_access)
    adw_action_row_set_subtitle (self->access_row, get_access_words (self));
  gtk_widget_set_visible (GTK_WIDGET (self->papers_row), self->card == NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalEndpointGroup *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpointCard) card = NULL;
  PalEndpointAccess access;
  g_autoptr (PalEndpoint) endpoint
      = pal_endpoint_choice_load_finish (result, &card, &access, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* gone, or asked again */
  if (error != NULL)
    g_info ("the endpoint cannot be used: %s", error->message);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->endpoint, pal_endpoint_free);
  self->endpoint = g_steal_pointer (&endpoint);
  g_clear_pointer (&self->card, pal_endpoint_card_unref);
  self->card = g_steal_pointer (&card);
  self->access = access;
  update_chosen (self);
  g_signal_emit (self, signals[ENDPOINT_CHANGED], 0);
}

static void
load (PalEndpointGroup *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  pal_endpoint_choice_load_async (self->settings, self->loading, loaded_cb, self);
}

static void
accessed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalEndpointGroup) self = user_data;

  if (pal_access_window_run_finish (result) && self->settings != NULL)
    load (self);
}

static void
access_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalEndpointGroup *self = PAL_ENDPOINT_GROUP (widget);

  if (self->card != NULL)
    pal_access_window_run_async (GTK_WINDOW (gtk_widget_get_root (widget)), self->card, accessed_cb,
                                 g_object_ref (self));
}

static void
proxy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalEndpointGroup *self = PAL_ENDPOINT_GROUP (widget);
  g_autofree char *proxy = dup_setting (self->settings, "proxy-address");

  if (proxy != NULL)
    pal_access_window_run_proxy_async (GTK_WINDOW (gtk_widget_get_root (widget)), proxy,
                                       accessed_cb, g_object_ref (self));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_endpoint_open_pick (widget);
}

static void
forget_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_endpoint_secrets_forget (task_data, cancellable, &error)
      && pal_endpoint_store_forget (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    return;
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (source), _ ("The endpoint cannot be taken away"), words);
}

static void
forget_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalEndpointGroup) self = user_data;
  g_autoptr (GTask) task = NULL;

  if (g_strcmp0 (pal_ask_finish (result), "forget") != 0 || self->card == NULL)
    return;
  task = g_task_new (self, NULL, forgotten_cb, NULL);
  g_task_set_source_tag (task, forget_answered_cb);
  g_task_set_task_data (task, g_strdup (self->card->id), g_free);
  g_settings_set_string (self->settings, "endpoint-id", "");
  g_task_run_in_thread (task, forget_in_thread);
}

static void
forget_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "forget", _ ("_Forget It"), ADW_RESPONSE_DESTRUCTIVE },
  };

  pal_ask_async (widget, _ ("Forget this endpoint?"),
                 _ ("Nothing more goes there. What has arrived stays there, and your answers and "
                    "receipts stay here. The endpoint file brings it back."),
                 choices, G_N_ELEMENTS (choices), forget_answered_cb, g_object_ref (widget));
}

static void
update_practice (PalEndpointGroup *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->practice_row), pal_practice_module_is_available ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->practice_row),
                                 self->practice != NULL ? _ ("Archives go to the practice module")
                                                        : _ ("Try it with a practice module"));
  adw_action_row_set_subtitle (
      self->practice_row,
      self->practice != NULL
          ? _ ("A simulation on this computer. Nothing leaves it, and it ends with Palermo.")
          : _ ("A simulation on this computer: the whole way, and nothing leaves it."));
  gtk_button_set_label (self->practice_button,
                        self->practice != NULL ? _ ("Stop Practice") : _ ("Start Practice"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->chosen_row), self->practice == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->access_row), self->practice == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->open_row), self->practice == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->url_row), self->practice == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->papers_row), self->practice == NULL);
}

static void
practice_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalEndpointGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->practice_button), TRUE);
  self->practice = pal_practice_module_start_finish (result, &error);
  update_practice (self);
  if (self->practice != NULL)
    {
      g_signal_emit (self, signals[ENDPOINT_CHANGED], 0);
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The practice module did not start"), words);
}

static void
practice_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalEndpointGroup *self = PAL_ENDPOINT_GROUP (widget);

  if (self->practice != NULL)
    {
      g_clear_object (&self->practice);
      update_practice (self);
      g_signal_emit (self, signals[ENDPOINT_CHANGED], 0);
      return;
    }

  gtk_widget_set_sensitive (GTK_WIDGET (self->practice_button), FALSE);
  pal_practice_module_start_async (NULL, practice_started_cb, g_object_ref (self));
}

static void
setting_changed_cb (GSettings *settings, const char *key, PalEndpointGroup *self)
{
  if (g_str_has_prefix (key, "endpoint-") || g_str_has_prefix (key, "send-")
      || g_str_has_prefix (key, "proxy-"))
    load (self);
}

static void
url_applied_cb (PalEndpointGroup *self)
{
  const char *url = gtk_editable_get_text (GTK_EDITABLE (self->url_row));
  gboolean wrong = *url != '\0' && !g_str_has_prefix (url, "https://");

  if (wrong)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->url_row), "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->url_row), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("The address must begin with https://")));
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->url_row), "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->url_row), GTK_ACCESSIBLE_STATE_INVALID);
  g_settings_set_string (self->settings, "endpoint-url", url);
}

static void
update_paper_row (AdwActionRow *row, GSettings *settings, guint index)
{
  g_autofree char *path = dup_setting (settings, papers[index].key);
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;

  adw_action_row_set_subtitle (row, name != NULL ? name : _ (papers[index].subtitle));
}

static void
paper_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwActionRow) row = user_data;
  PalEndpointGroup *self
      = PAL_ENDPOINT_GROUP (gtk_widget_get_ancestor (GTK_WIDGET (row), PAL_TYPE_ENDPOINT_GROUP));
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "index"));
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self == NULL)
    return;

  g_settings_set_string (self->settings, papers[index].key, g_file_peek_path (file));
  update_paper_row (row, self->settings, index);
}

static void
paper_clicked_cb (GtkButton *button, AdwActionRow *row)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "index"));
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN, .title = _ (papers[index].title) };

  pal_pick_file_async (GTK_WIDGET (row), &pick, paper_picked_cb, g_object_ref (row));
}

static void
add_paper_rows (PalEndpointGroup *self)
{
  for (guint i = 0; i < N_PAPERS; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *button = gtk_button_new_with_label (_ ("Choose…"));
      /* TRANSLATORS: %s is what is chosen, such as "Certificate of the server". */
      g_autofree char *label = g_strdup_printf (_ ("Choose: %s"), _ (papers[i].title));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (papers[i].title));
      g_object_set_data (G_OBJECT (row), "index", GUINT_TO_POINTER (i));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      g_signal_connect (button, "clicked", G_CALLBACK (paper_clicked_cb), row);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
      /* One stop of Tab for each file, not two. */
      gtk_widget_set_focusable (row, FALSE);
      update_paper_row (ADW_ACTION_ROW (row), self->settings, i);
      adw_expander_row_add_row (self->papers_row, row);
    }
}

static void
pal_endpoint_group_dispose (GObject *object)
{
  PalEndpointGroup *self = PAL_ENDPOINT_GROUP (object);

  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->endpoint, pal_endpoint_free);
  g_clear_pointer (&self->card, pal_endpoint_card_unref);
  g_clear_object (&self->settings);
  g_clear_object (&self->practice);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_ENDPOINT_GROUP);

  G_OBJECT_CLASS (pal_endpoint_group_parent_class)->dispose (object);
}

static void
pal_endpoint_group_class_init (PalEndpointGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_endpoint_group_dispose;

  signals[ENDPOINT_CHANGED] = g_signal_new ("endpoint-changed", PAL_TYPE_ENDPOINT_GROUP,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PAL_TYPE_SEND_MANNERS_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-endpoint-group.ui");
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, chosen_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, access_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, open_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, forget_button);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, url_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, papers_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, practice_row);
  gtk_widget_class_bind_template_child (widget_class, PalEndpointGroup, practice_button);
  gtk_widget_class_bind_template_callback (widget_class, url_applied_cb);
  gtk_widget_class_install_action (widget_class, "endpoint.practice", NULL, practice_action);
  gtk_widget_class_install_action (widget_class, "endpoint.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "endpoint.access", NULL, access_action);
  gtk_widget_class_install_action (widget_class, "endpoint.proxy", NULL, proxy_action);
  gtk_widget_class_install_action (widget_class, "endpoint.forget", NULL, forget_action);
}

static void
pal_endpoint_group_init (PalEndpointGroup *self)
{
  g_autofree char *url = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = pal_settings_new ();
  url = g_settings_get_string (self->settings, "endpoint-url");
  gtk_editable_set_text (GTK_EDITABLE (self->url_row), url);
  add_paper_rows (self);
  update_chosen (self);
  update_practice (self);
  load (self);
  g_signal_connect (self->settings, "changed", G_CALLBACK (setting_changed_cb), self);
}
