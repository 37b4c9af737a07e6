// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-ask"
#include "config.h"

#include "pal-ask.h"

#include <glib/gi18n.h>

static GtkWindow *
get_window (GtkWidget *widget)
{
  GtkRoot *root = widget != NULL ? gtk_widget_get_root (widget) : NULL;

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, (gpointer) g_intern_string (response), NULL);
}

/**
 * pal_ask_async:
 * @parent: (nullable): a widget in the window that asks
 * @heading: a short question
 * @body: (nullable): what it means
 * @choices: the answers
 * @n_choices: how many
 * @callback: called with the answer
 * @user_data: data for @callback
 *
 * Asks one question in a modal window.
 */
void
pal_ask_async (GtkWidget *parent, const char *heading, const char *body,
               const PalAskChoice *choices, guint n_choices, GAsyncReadyCallback callback,
               gpointer user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  AdwMessageDialog *dialog
      = ADW_MESSAGE_DIALOG (adw_message_dialog_new (get_window (parent), heading, body));

  g_task_set_source_tag (task, pal_ask_async);
  for (guint i = 0; i < n_choices; i++)
    {
      adw_message_dialog_add_response (dialog, choices[i].id, choices[i].label);
      adw_message_dialog_set_response_appearance (dialog, choices[i].id, choices[i].appearance);
      if (choices[i].appearance == ADW_RESPONSE_SUGGESTED)
        adw_message_dialog_set_default_response (dialog, choices[i].id);
    }
  if (n_choices > 0)
    adw_message_dialog_set_close_response (dialog, choices[0].id);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

const char *
pal_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/**
 * pal_tell:
 * @parent: (nullable): a widget in the window concerned
 * @heading: what happened
 * @body: (nullable): what it means and what to do
 */
void
pal_tell (GtkWidget *parent, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (get_window (parent), heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

void
pal_toast (GtkWidget *widget, AdwToast *toast)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);

  if (overlay == NULL && ADW_IS_APPLICATION_WINDOW (widget))
    overlay = adw_application_window_get_content (ADW_APPLICATION_WINDOW (widget));
  if (ADW_IS_TOAST_OVERLAY (overlay))
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
  else
    g_object_unref (toast);
}
