// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-signer"
#include "config.h"

#include "pal-signer.h"

#include "pal-author.h"
#include "pal-identity-window.h"
#include "pal-key-memory.h"
#include "pal-settings.h"
#include "pal-token.h"

#include <glib/gi18n.h>

/* The program keeps it: pages and windows come and go. */
#define KEY "pal-signer"
#define CARD "pal-signer-card"
#define CARD_NAME "pal-signer-card-name"

/* With a key that lies on a card: its address. */
#define URI "pal-signer-uri"

PalIdentity *
pal_signer_get_own (void)
{
  GApplication *application = g_application_get_default ();

  return application != NULL ? g_object_get_data (G_OBJECT (application), KEY) : NULL;
}

PalIdentity *
pal_signer_get (void)
{
  return pal_signer_get_card () == NULL ? pal_signer_get_own () : NULL;
}

static const char *
get_text (const char *key)
{
  GApplication *application = g_application_get_default ();

  return application != NULL ? g_object_get_data (G_OBJECT (application), key) : NULL;
}

const char *
pal_signer_get_card (void)
{
  return get_text (CARD);
}

const char *
pal_signer_get_card_name (void)
{
  return get_text (CARD_NAME);
}

void
pal_signer_set_card (const char *uri, const char *name)
{
  GApplication *application = g_application_get_default ();

  if (application == NULL)
    return;
  g_object_set_data_full (G_OBJECT (application), CARD, g_strdup (uri), g_free);
  g_object_set_data_full (G_OBJECT (application), CARD_NAME, g_strdup (name), g_free);
}

void
pal_signer_follow (PalIdentity **identity)
{
  if (*identity != NULL
      && g_strcmp0 (g_object_get_data (G_OBJECT (*identity), URI), pal_signer_get_card ()) != 0)
    g_clear_object (identity);
  if (pal_signer_get () != NULL)
    g_set_object (identity, pal_signer_get ());
}

static const char *
get_locked_words (void)
{
  if (pal_signer_get_card () != NULL)
    return _ ("On a smart card. You will be asked for its PIN.");

  return pal_identity_window_has_key () ? _ ("You will be asked for its passphrase.")
                                        : _ ("It takes a moment to make, on this computer.");
}

void
pal_signer_show (AdwActionRow *row, GtkButton *button, PalIdentity *identity)
{
  const char *card = pal_signer_get_card_name ();
  gboolean has_key = pal_identity_window_has_key ();
  g_autofree char *spoken
      = identity != NULL ? pal_identity_dup_spoken_fingerprint (identity) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 identity != NULL ? pal_identity_get_common_name (identity)
                                 : card != NULL   ? card
                                 : has_key        ? _ ("Your key is locked")
                                                  : _ ("You have no key yet"));
  adw_action_row_set_subtitle (row, spoken != NULL ? spoken : get_locked_words ());
  if (button == NULL)
    return;
  gtk_button_set_label (button, has_key ? _ ("Unlock…") : _ ("Make a Key…"));
  gtk_widget_set_visible (GTK_WIDGET (button), identity == NULL && card == NULL);
}

void
pal_signer_watch (GtkWidget *page, GCallback changed)
{
  GtkRoot *root = gtk_widget_get_root (page);

  g_signal_handlers_disconnect_by_func (root, changed, page);
  g_signal_connect_object (root, "notify::is-active", changed, page, G_CONNECT_SWAPPED);
}

void
pal_signer_drop_card (PalIdentity **identity)
{
  if (*identity != NULL && pal_token_holds (*identity))
    g_clear_object (identity);
}

/**
 * pal_signer_set:
 * @identity: the key with which the person signs until the program ends
 */
void
pal_signer_set (PalIdentity *identity)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL)
    g_object_set_data_full (G_OBJECT (application), KEY, g_object_ref (identity), g_object_unref);
}

/* One question at a time; the keyring's own window is another program's. */
static gboolean is_asking;

typedef struct
{
  GtkWidget *parent; /* (owned) */
  char *name;        /* (nullable) */
  char *card;        /* (nullable): the address of a key on a card */
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->parent);
  g_free (asking->name);
  g_free (asking->card);
  g_free (asking);
}

static void
take (GTask *task, PalIdentity *identity)
{
  const Asking *asking = g_task_get_task_data (task);

  if (asking->card != NULL)
    g_object_set_data_full (G_OBJECT (identity), URI, g_strdup (asking->card), g_free);
  else
    pal_signer_set (identity);
  g_task_return_pointer (task, g_object_ref (identity), g_object_unref);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (PalIdentity) identity = pal_identity_window_run_finish (result, &error);

  is_asking = FALSE;
  if (identity != NULL)
    take (task, identity);
  else
    g_task_return_error (task, error);
}

static void
remembered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Asking *asking = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = pal_key_memory_unlock_finish (result, &error);
  GtkRoot *root = gtk_widget_get_root (asking->parent);

  if (error != NULL)
    g_info ("the keyring: %s", error->message);
  if (identity == NULL && GTK_IS_WINDOW (root))
    {
      pal_identity_window_run_async (GTK_WINDOW (root), PAL_IDENTITY_SIGN, asking->name, asked_cb,
                                     g_steal_pointer (&task));
      return;
    }
  is_asking = FALSE;
  if (identity != NULL)
    take (task, identity);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed meanwhile");
}

static void
ask (GTask *task, GtkWidget *parent, const char *name, const char *card)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (parent));
  Asking *asking;

  if (is_asking)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "asked already");
      return;
    }
  is_asking = TRUE;
  asking = g_new0 (Asking, 1);
  asking->parent = g_object_ref (parent);
  asking->name = g_strdup (name);
  asking->card = g_strdup (card);
  g_task_set_task_data (task, asking, asking_free);
  if (card != NULL)
    pal_identity_window_run_async (window, PAL_IDENTITY_CARD, card, asked_cb, g_object_ref (task));
  else if (pal_identity_window_has_key ())
    pal_key_memory_unlock_async (NULL, remembered_cb, g_object_ref (task));
  else
    pal_identity_window_run_async (window, PAL_IDENTITY_SIGN, name, asked_cb, g_object_ref (task));
}

/**
 * pal_signer_ask_named_async:
 * @parent: a widget in the window that asks
 * @name: (nullable): what is suggested for a new key
 * @callback: called with the key, at once if it is unlocked already
 * @user_data: data for @callback
 */
void
pal_signer_ask_named_async (GtkWidget *parent, const char *name, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (parent, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_signer_ask_named_async);
  if (pal_signer_get () != NULL)
    g_task_return_pointer (task, g_object_ref (pal_signer_get ()), g_object_unref);
  else
    ask (task, parent, name, pal_signer_get_card ());
}

void
pal_signer_ask_own_async (GtkWidget *parent, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (parent, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_signer_ask_own_async);
  if (pal_signer_get_own () != NULL)
    g_task_return_pointer (task, g_object_ref (pal_signer_get_own ()), g_object_unref);
  else
    ask (task, parent, NULL, NULL);
}

static char *
dup_suggested_name (PalSession *session)
{
  g_autoptr (GSettings) settings = pal_settings_new ();

  return pal_author_dup_name (settings, session != NULL ? pal_session_get_dossier (session) : NULL);
}

/**
 * pal_signer_ask_async:
 * @parent: a widget in the window that asks
 * @session: (nullable): whose names are suggested for a new key
 * @callback: called with the key, at once if it is unlocked already
 * @user_data: data for @callback
 */
void
pal_signer_ask_async (GtkWidget *parent, PalSession *session, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autofree char *name = dup_suggested_name (session);

  pal_signer_ask_named_async (parent, name, callback, user_data);
}

PalIdentity *
pal_signer_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
