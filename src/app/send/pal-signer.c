// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-signer"
#include "config.h"

#include "pal-signer.h"

#include "pal-author.h"
#include "pal-identity-window.h"
#include "pal-settings.h"

/* The program keeps it: pages and windows come and go. */
#define KEY "pal-signer"

PalIdentity *
pal_signer_get (void)
{
  GApplication *application = g_application_get_default ();

  return application != NULL ? g_object_get_data (G_OBJECT (application), KEY) : NULL;
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

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  PalIdentity *identity = pal_identity_window_run_finish (result, &error);

  if (identity == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pal_signer_set (identity);
  g_task_return_pointer (task, identity, g_object_unref);
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
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  PalIdentity *identity = pal_signer_get ();
  g_autofree char *name = NULL;

  g_task_set_source_tag (task, pal_signer_ask_async);
  if (identity != NULL)
    {
      g_task_return_pointer (task, g_object_ref (identity), g_object_unref);
      g_object_unref (task);
      return;
    }
  name = dup_suggested_name (session);
  pal_identity_window_run_async (GTK_WINDOW (gtk_widget_get_root (parent)), PAL_IDENTITY_SIGN, name,
                                 asked_cb, task);
}

PalIdentity *
pal_signer_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
