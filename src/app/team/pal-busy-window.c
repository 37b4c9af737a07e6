// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-busy-window"
#include "config.h"

#include "pal-busy-window.h"

#include <glib/gi18n.h>

#define SHOWN_AFTER_MS 500

static gboolean
late_cb (gpointer user_data)
{
  gtk_window_present (user_data);
  g_object_set_data (user_data, "pal-late", NULL);

  return G_SOURCE_REMOVE;
}

static void
forget_late (gpointer data)
{
  GSource *source = g_main_context_find_source_by_id (NULL, GPOINTER_TO_UINT (data));

  if (source != NULL)
    g_source_destroy (source);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

GtkWidget *
pal_busy_window_begin (GtkWindow *parent, const char *words, GCancellable *cancellable)
{
  GtkWidget *window = adw_message_dialog_new (parent, words, NULL);
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_spinner_start (GTK_SPINNER (spinner));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (window), spinner);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (window), "cancel", _ ("_Cancel"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (window), "cancel");
  g_signal_connect_object (window, "response", G_CALLBACK (response_cb), cancellable, 0);
  g_object_set_data_full (G_OBJECT (window), "pal-late",
                          GUINT_TO_POINTER (g_timeout_add (SHOWN_AFTER_MS, late_cb, window)),
                          forget_late);

  return window;
}

void
pal_busy_window_end (GtkWidget *window)
{
  if (window == NULL)
    return;
  g_object_set_data (G_OBJECT (window), "pal-late", NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}
