// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-access-window"
#include "config.h"

#include "pal-access-window.h"

#include "pal-endpoint-secrets.h"
#include "pal-endpoint-store.h"
#include "pal-identity.h"
#include "pal-language.h"
#include "pal-pick-file.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_NAME 120 /* bytes */

struct _PalAccessWindow
{
  AdwWindow parent_instance;

  GtkBox *content;
  GtkLabel *heading;
  GtkLabel *explanation;
  AdwPasswordEntryRow *token_row;
  AdwActionRow *certificate_row;
  AdwEntryRow *name_row;
  AdwPasswordEntryRow *passphrase_row;
  AdwActionRow *remember_row;
  GtkSwitch *remember_switch;
  GtkLabel *problem;
  GtkButton *accept_button;
  GtkSpinner *spinner;

  GTask *task;           /* (owned) (nullable): what the caller waits for */
  PalEndpointCard *card; /* (owned) (nullable): an endpoint */
  char *proxy;           /* (owned) (nullable): or the address of a proxy */
  char *path;            /* (owned) (nullable): of a certificate that was chosen */
  gboolean has_client;   /* one is kept with the endpoint already */
  gboolean working;
  gboolean is_done; /* but for the keyring, and the person hears it */
};

G_DEFINE_FINAL_TYPE (PalAccessWindow, pal_access_window, ADW_TYPE_WINDOW)

typedef enum
{
  TOKEN,
  PASSPHRASE,
  LOGIN,
  N_SECRETS
} Secret;

static const struct
{
  PalKeyringPurpose purpose;
  const char *label;
} secrets[N_SECRETS] = {
  /* TRANSLATORS: how the keyring of the desktop calls it; %s is the name of an endpoint. */
  { PAL_KEYRING_MODULE_TOKEN, N_ ("Palermo: access token for %s") },
  /* TRANSLATORS: how the keyring of the desktop calls it; %s is the name of an endpoint. */
  { PAL_KEYRING_CLIENT_PASSPHRASE, N_ ("Palermo: passphrase of the certificate for %s") },
  /* TRANSLATORS: how the keyring of the desktop calls it; %s is the address of a proxy. */
  { PAL_KEYRING_PROXY_LOGIN, N_ ("Palermo: name and password for the proxy %s") },
};

typedef struct
{
  char *id;   /* of the endpoint, or the address of the proxy */
  char *name; /* what a person calls that */
  char *path; /* (nullable): of a certificate that was chosen */
  gboolean has_client;
  char *said[N_SECRETS]; /* (nullable) each: nothing was said */
  gboolean remember;
  GError *memory; /* (nullable): why the keyring did not do as the person wished */
} Work;

static void
work_free (Work *work)
{
  for (guint i = 0; i < N_SECRETS; i++)
    pal_secret_free (work->said[i]);
  g_clear_error (&work->memory);
  g_free (work->id);
  g_free (work->name);
  g_free (work->path);
  g_free (work);
}

/* --- what is done with it, in a thread --- */

/* Whether the passphrase opens the certificate is known before anything is kept. */
static gboolean
keep_client (Work *work, GError **error)
{
  g_autofree char *kept = work->path == NULL ? pal_endpoint_store_dup_client_path (work->id) : NULL;
  const char *path = work->path != NULL ? work->path : kept;
  g_autoptr (PalIdentity) identity = NULL;

  if (path == NULL || (work->path == NULL && work->said[PASSPHRASE] == NULL))
    return TRUE;
  identity = pal_identity_load (path, work->said[PASSPHRASE], error);

  return identity != NULL
         && (work->path == NULL
             || pal_endpoint_store_set_client (work->id, identity, work->said[PASSPHRASE], error));
}

static void
keep_secret (Work *work, Secret which)
{
  PalKeyringPurpose purpose = secrets[which].purpose;
  const char *secret = work->said[which];
  g_autofree char *label = NULL;
  GError **error = work->memory == NULL ? &work->memory : NULL;

  if (secret == NULL)
    return;
  pal_endpoint_secrets_hold (purpose, work->id, secret);
  label = g_strdup_printf (_ (secrets[which].label), work->name);
  if (work->remember)
    pal_keyring_store (purpose, work->id, label, secret, NULL, error);
  else
    pal_keyring_forget (purpose, work->id, NULL, error);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;

  if (!keep_client (work, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < N_SECRETS; i++)
    keep_secret (work, i);
  /* Where nothing can be remembered, nothing had to be forgotten. */
  if (!work->remember
      && g_error_matches (work->memory, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE))
    g_clear_error (&work->memory);
  g_task_return_boolean (task, TRUE);
}

/* --- what it shows --- */

static gboolean
wants_token (PalAccessWindow *self)
{
  return self->card != NULL && pal_endpoint_card_wants_token (self->card);
}

static gboolean
wants_certificate (PalAccessWindow *self)
{
  return self->card != NULL && pal_endpoint_card_wants_certificate (self->card);
}

static const char *
get_text (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static gboolean
is_something_said (PalAccessWindow *self)
{
  if (self->proxy != NULL)
    return *get_text (self->name_row) != '\0' && *get_text (self->passphrase_row) != '\0';

  return (wants_token (self) && *get_text (self->token_row) != '\0') || self->path != NULL
         || (self->has_client && *get_text (self->passphrase_row) != '\0');
}

static void
show_problem (PalAccessWindow *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update (PalAccessWindow *self)
{
  g_autofree char *name = self->path != NULL ? g_filename_display_basename (self->path) : NULL;
  g_autofree char *shown = name != NULL ? pal_text_dup_isolated (name) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->token_row), wants_token (self));
  gtk_widget_set_visible (GTK_WIDGET (self->certificate_row), wants_certificate (self));
  gtk_widget_set_visible (GTK_WIDGET (self->name_row), self->proxy != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->passphrase_row),
                          self->proxy != NULL || self->path != NULL || self->has_client);
  adw_action_row_set_subtitle (
      self->certificate_row,
      shown != NULL ? shown
                    : (self->has_client ? _ ("One is kept with the endpoint") : _ ("None")));
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->working);
  gtk_spinner_set_spinning (self->spinner, self->working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->content), !self->working && !self->is_done);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button),
                            (is_something_said (self) || self->is_done) && !self->working);
}

static void
changed_cb (PalAccessWindow *self)
{
  show_problem (self, NULL);
  update (self);
}

static void
activate_cb (PalAccessWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "access.accept", NULL);
}

/* --- saying it --- */

static void
finish (PalAccessWindow *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_task_return_boolean (task, TRUE);
  gtk_window_destroy (GTK_WINDOW (self));
}

static char *
dup_problem (const GError *error)
{
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE))
    return g_strdup (_ ("That is not the passphrase of this certificate. Nothing was kept; please "
                        "try again."));

  return pal_trouble_dup_words (error);
}

static void
worked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalAccessWindow *self = PAL_ACCESS_WINDOW (source);
  const Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  self->working = FALSE;
  if (self->task == NULL)
    return; /* closed meanwhile */
  if (ok && work->memory == NULL)
    {
      finish (self);
      return;
    }
  if (ok)
    {
      g_info ("the keyring: %s", work->memory->message);
      self->is_done = TRUE;
      show_problem (self, _ ("It holds until Palermo ends. But the keyring of this computer is "
                             "locked or failed, so it is not remembered as you wished."));
      gtk_button_set_label (self->accept_button, _ ("Continue"));
    }
  else
    {
      g_autofree char *problem = dup_problem (error);

      g_info ("no access: %s", error->message);
      show_problem (self, problem);
    }
  update (self);
  gtk_widget_grab_focus (self->is_done ? GTK_WIDGET (self->accept_button)
                                       : GTK_WIDGET (self->passphrase_row));
}

static char *
dup_said (gpointer row)
{
  const char *text = get_text (row);

  return *text != '\0' && gtk_widget_get_visible (row) ? g_strdup (text) : NULL;
}

static Work *
make_work (PalAccessWindow *self)
{
  Work *work = g_new0 (Work, 1);

  work->id = g_strdup (self->proxy != NULL ? self->proxy : self->card->id);
  work->name = pal_text_dup_printable (
      self->proxy != NULL ? self->proxy
                          : pal_endpoint_card_get_name (self->card, pal_language_get ()),
      MAX_NAME);
  work->path = g_strdup (self->path);
  work->remember = gtk_switch_get_active (self->remember_switch);
  if (self->proxy != NULL)
    {
      work->said[LOGIN]
          = g_strconcat (get_text (self->name_row), ":", get_text (self->passphrase_row), NULL);
      return work;
    }
  work->said[TOKEN] = dup_said (self->token_row);
  if (work->said[TOKEN] != NULL)
    g_strstrip (work->said[TOKEN]);
  work->said[PASSPHRASE] = dup_said (self->passphrase_row);

  return work;
}

static void
accept_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalAccessWindow *self = PAL_ACCESS_WINDOW (widget);
  g_autoptr (GTask) task = NULL;
  Work *work;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    return;
  if (self->is_done)
    {
      finish (self);
      return;
    }
  work = make_work (self);
  if (work->said[TOKEN] != NULL && !pal_endpoint_secrets_is_token (work->said[TOKEN]))
    {
      show_problem (self, _ ("This cannot be an access token: it is one word of letters, digits "
                             "and signs. Copy it whole from what the people who run the module "
                             "gave you."));
      work_free (work);
      gtk_widget_grab_focus (GTK_WIDGET (self->token_row));
      return;
    }
  if (self->proxy != NULL && strchr (get_text (self->name_row), ':') != NULL)
    {
      show_problem (self, _ ("A name for a proxy has no colon in it."));
      work_free (work);
      gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
      return;
    }

  show_problem (self, NULL);
  task = g_task_new (self, NULL, worked_cb, NULL);
  g_task_set_source_tag (task, accept_action);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, work_in_thread);
  self->working = TRUE;
  /* A field that cannot be typed into would go on blinking. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  update (self);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalAccessWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self->task == NULL)
    return;
  g_free (self->path);
  self->path = g_strdup (g_file_peek_path (file));
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
}

static void
choose_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const PalPickFile pick = {
    .action = GTK_FILE_CHOOSER_ACTION_OPEN,
    .title = _ ("Your certificate for the module"),
    .accept = _ ("_Open"),
    .filter_name = _ ("Keys"),
    .pattern = "*.p12;*.pfx;*.pem",
  };

  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (widget));
}

/* --- the window --- */

static void
pal_access_window_dispose (GObject *object)
{
  PalAccessWindow *self = PAL_ACCESS_WINDOW (object);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_boolean (task, self->is_done);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_ACCESS_WINDOW);

  g_clear_pointer (&self->card, pal_endpoint_card_unref);
  g_clear_pointer (&self->proxy, g_free);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (pal_access_window_parent_class)->dispose (object);
}

static void
pal_access_window_class_init (PalAccessWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_access_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-access-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, content);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, explanation);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, token_row);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, certificate_row);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, remember_row);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, remember_switch);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, PalAccessWindow, spinner);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "access.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "access.choose", NULL, choose_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_access_window_init (PalAccessWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

typedef struct
{
  char *id;
  gboolean is_proxy;
  gboolean has_client, has_keyring, is_remembered;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  g_free (finding->id);
  g_free (finding);
}

static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Finding *finding = task_data;
  g_autofree char *client
      = finding->is_proxy ? NULL : pal_endpoint_store_dup_client_path (finding->id);
  g_autoptr (GError) error = NULL;

  finding->has_client = client != NULL;
  for (guint i = 0; i < N_SECRETS && error == NULL; i++)
    finding->is_remembered
        = pal_keyring_has (secrets[i].purpose, finding->id, NULL, &error) || finding->is_remembered;
  finding->has_keyring = error == NULL;
  g_task_return_boolean (task, TRUE);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalAccessWindow *self = PAL_ACCESS_WINDOW (source);
  const Finding *finding = g_task_get_task_data (G_TASK (result));

  if (self->task == NULL)
    return; /* closed meanwhile */
  self->has_client = finding->has_client;
  gtk_widget_set_visible (GTK_WIDGET (self->remember_row), finding->has_keyring);
  gtk_switch_set_active (self->remember_switch, finding->is_remembered);
  update (self);
}

static void
run (PalAccessWindow *self, GAsyncReadyCallback callback, gpointer user_data)
{
  Finding *finding = g_new0 (Finding, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, found_cb, NULL);

  finding->id = g_strdup (self->proxy != NULL ? self->proxy : self->card->id);
  finding->is_proxy = self->proxy != NULL;
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, finding, finding_free);
  g_task_run_in_thread (task, find_in_thread);
  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, run);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_child_focus (GTK_WIDGET (self->content), GTK_DIR_TAB_FORWARD);
}

/**
 * pal_access_window_run_async:
 * @parent: the window over which it stands
 * @card: the endpoint
 * @callback: called when the person is done
 * @user_data: data for @callback
 */
void
pal_access_window_run_async (GtkWindow *parent, PalEndpointCard *card, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  PalAccessWindow *self
      = g_object_new (PAL_TYPE_ACCESS_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->card = pal_endpoint_card_ref (card);
  gtk_label_set_text (self->heading, pal_endpoint_card_get_name (card, pal_language_get ()));
  run (self, callback, user_data);
}

/**
 * pal_access_window_run_proxy_async:
 * @parent: the window over which it stands
 * @proxy: its address
 * @callback: called when the person is done
 * @user_data: data for @callback
 */
void
pal_access_window_run_proxy_async (GtkWindow *parent, const char *proxy,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  PalAccessWindow *self
      = g_object_new (PAL_TYPE_ACCESS_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->proxy = g_strdup (proxy);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Access to the Proxy"));
  gtk_label_set_text (self->heading, proxy);
  gtk_label_set_text (self->explanation,
                      _ ("The proxy asks who you are. Whoever looks after this network gave you a "
                         "name and a password."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->passphrase_row), _ ("Password"));
  run (self, callback, user_data);
}

gboolean
pal_access_window_run_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
