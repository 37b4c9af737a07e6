// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-pick-file"
#include "config.h"

#include "pal-pick-file.h"

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GFile *file = NULL;

  /* Escape gives DELETE_EVENT, a button CANCEL: whatever is not ACCEPT picked nothing. */
  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  g_task_return_pointer (task, file, g_object_unref);
  g_signal_handlers_disconnect_by_func (dialog, response_cb, user_data);
  g_object_unref (dialog);
}

/**
 * pal_pick_file_async:
 * @parent: a widget in the window that asks
 * @pick: what for
 * @callback: called with the file
 * @user_data: data for @callback
 *
 * Lets the person pick a file, through the portal where there is one.
 */
void
pal_pick_file_async (GtkWidget *parent, const PalPickFile *pick, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (pick->title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                     pick->action, pick->accept, NULL);
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);
  GTask *task = g_task_new (parent, NULL, callback, user_data);

  g_task_set_source_tag (task, pal_pick_file_async);
  if (pick->name != NULL)
    gtk_file_chooser_set_current_name (chooser, pick->name);
  if (pick->folder != NULL)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (pick->folder);

      gtk_file_chooser_set_current_folder (chooser, folder, NULL);
    }
  if (pick->pattern != NULL)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
      g_auto (GStrv) patterns = g_strsplit (pick->pattern, ";", -1);

      gtk_file_filter_set_name (filter, pick->filter_name);
      for (guint i = 0; patterns[i] != NULL; i++)
        gtk_file_filter_add_pattern (filter, patterns[i]);
      gtk_file_chooser_add_filter (chooser, filter);
    }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  /* The native dialog has no other owner: it is kept until the answer. */
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GFile *
pal_pick_file_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
