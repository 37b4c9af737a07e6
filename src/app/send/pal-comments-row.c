// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-comments-row"
#include "config.h"

#include "pal-comments-row.h"
#include "pal-comment.h"

#include <glib/gi18n.h>

static void
toggled_cb (GtkCheckButton *check, PalSubmission *submission)
{
  pal_submission_include_form (submission, PAL_COMMENT_FORM, gtk_check_button_get_active (check));
}

GtkWidget *
pal_comments_row_new (PalSubmission *submission, GCallback changed, gpointer user_data)
{
  GPtrArray *files = pal_submission_get_files (submission);
  GtkWidget *row;
  GtkWidget *check;
  g_autofree char *words = NULL;
  gboolean included = FALSE;
  guint n = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const PalSubmissionFile *file = g_ptr_array_index (files, i);

      if (!pal_submission_is_of_form (submission, file, PAL_COMMENT_FORM))
        continue;
      included = included || file->included;
      n++;
    }
  if (n == 0)
    return NULL;

  row = adw_action_row_new ();
  check = gtk_check_button_new ();
  words = g_strdup_printf (ngettext ("%u comment · stays here unless you tick it",
                                     "%u comments · stay here unless you tick them", n),
                           n);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Comments"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), included);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Comments"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  /* One stop of Tab, not two. */
  gtk_widget_set_focusable (row, FALSE);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), submission, 0);
  g_signal_connect_object (check, "toggled", changed, user_data, G_CONNECT_SWAPPED);

  return row;
}
