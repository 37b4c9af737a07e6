// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-author"
#include "config.h"

#include "pal-author.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static void
response_cb (AdwMessageDialog *dialog, const char *response, GSettings *settings)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "keep"))
    g_settings_set_string (settings, "author", name);
}

/**
 * pal_author_dup_name:
 * @settings: of the program
 * @dossier: (nullable): that is written in
 *
 * Returns: (transfer full): what stands beside one's answers: the name that was set; else, in a
 *   working dossier, of who it was handed out to; "" for none
 */
char *
pal_author_dup_name (GSettings *settings, PalDossier *dossier)
{
  g_autofree char *name = g_settings_get_string (settings, "author");
  g_autofree char *person
      = *name == '\0' && dossier != NULL ? pal_dossier_get_meta (dossier, "hand-out-person") : NULL;

  return person != NULL ? g_steal_pointer (&person) : g_steal_pointer (&name);
}

void
pal_author_edit (GtkWidget *parent, GSettings *settings)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *name = g_settings_get_string (settings, "author");
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _ ("Your name"),
                              _ ("It is kept in the dossier beside each answer that you change, so "
                                 "that colleagues can ask you. You may leave it empty.")));

  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Your name"), -1);
  adw_message_dialog_set_extra_child (dialog, entry);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "keep", _ ("_Save"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "keep", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "keep");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), settings, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
