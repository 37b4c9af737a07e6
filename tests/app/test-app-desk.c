// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "office-fixture.h"
#include "pal-preview-window.h"
#include "pal-record.h"
#include "pal-send-files.h"
#include "pal-submission-preview.h"

/* What the focal point decides about records of people outside government, on a copy of the
 * practice dossier. */

/* --- what goes of a record */

static PalSubmission *
look (Office *office)
{
  g_autoptr (GError) error = NULL;
  PalSubmission *submission
      = pal_submission_new (pal_session_get_dossier (office->session), "en", NULL, &error);

  g_assert_no_error (error);

  return submission;
}

static PalSubmissionFile *
find_of_form (PalSubmission *submission, const char *form)
{
  GPtrArray *files = pal_submission_get_files (submission);

  for (guint i = 0; i < files->len; i++)
    if (pal_submission_is_of_form (submission, g_ptr_array_index (files, i), form))
      return g_ptr_array_index (files, i);
  g_assert_not_reached ();
}

/* The tick of the record in the list. */
static GtkCheckButton *
find_tick (GtkWidget *list, const char *title)
{
  for (guint n = 0;; n++)
    {
      GtkWidget *row = find (list, ADW_TYPE_ACTION_ROW, n);

      if (strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), title) != NULL)
        return GTK_CHECK_BUTTON (find (row, GTK_TYPE_CHECK_BUTTON, 0));
    }
}

/* (nullable): the window that shows what goes */
static GtkWidget *
get_preview (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (PAL_IS_PREVIEW_WINDOW (window))
        return window;
    }

  return NULL;
}

static GtkWidget *
wait_for_preview (const char *part)
{
  while (get_preview () == NULL)
    g_main_context_iteration (NULL, TRUE);
  wait_until (get_preview (), part, TRUE);

  return get_preview ();
}

static void
answer (GtkWidget *window, const char *action)
{
  gtk_widget_activate_action (window, action, NULL);
  while (get_preview () != NULL)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Nothing is ticked that was not seen, and what changes after that is not ticked any longer. */
static void
test_preview (void)
{
  Office office = { 0 };
  g_autoptr (PalSubmission) first = NULL;
  g_autoptr (PalSubmission) second = NULL;
  g_autoptr (PalSubmission) third = NULL;
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *list;
  GtkWidget *window;
  PalSubmissionFile *file;
  PalResponse *response;

  office_open (&office);
  list = g_object_new (PAL_TYPE_SEND_FILES, NULL);
  show (&office, list);
  first = look (&office);
  file = find_of_form (first, "stakeholder");
  pal_send_files_show (PAL_SEND_FILES (list), first);
  g_assert_false (gtk_check_button_get_active (find_tick (list, file->record_name)));

  /* Closing decides nothing. */
  gtk_check_button_set_active (find_tick (list, file->record_name), TRUE);
  window = wait_for_preview (file->record_name);
  g_assert_false (file->included);
  wait_until (window, "This, and nothing else", TRUE);
  wait_until (window, "Stays Here", TRUE);
  answer (window, "window.close");
  g_assert_false (file->included);
  g_assert_false (gtk_check_button_get_active (find_tick (list, file->record_name)));

  gtk_check_button_set_active (find_tick (list, file->record_name), TRUE);
  answer (wait_for_preview ("This, and nothing else"), "preview.goes");
  g_assert_true (file->included);
  g_assert_true (gtk_check_button_get_active (find_tick (list, file->record_name)));
  second = look (&office);
  pal_send_files_show (PAL_SEND_FILES (list), second);
  file = find_of_form (second, "stakeholder");
  g_assert_true (file->included);

  /* By its button, too, and away again. */
  gtk_widget_activate (
      find (gtk_widget_get_ancestor (GTK_WIDGET (find_tick (list, file->record_name)),
                                     ADW_TYPE_ACTION_ROW),
            GTK_TYPE_BUTTON, 0));
  answer (wait_for_preview ("This, and nothing else"), "preview.stays");
  g_assert_false (file->included);
  file->included = TRUE;

  infos
      = pal_dossier_list_records (pal_session_get_dossier (office.session), "stakeholder", &error);
  for (guint i = 0; i < infos->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (infos, i);
      g_autoptr (PalRecord) one
          = pal_record_open (pal_session_get_dossier (office.session), info->id, &error);

      g_assert_no_error (error);
      response = pal_record_get_response (one);
      g_assert_true (pal_response_set_value (
          response, pal_response_find (response, "/stakeholder/card/identity/name"), "Another name",
          &error));
      g_assert_true (pal_record_flush (one, &error));
    }
  third = look (&office);
  pal_send_files_show (PAL_SEND_FILES (list), third);
  g_assert_false (find_of_form (third, "stakeholder")->included);
  office_close (&office);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/desk/preview", test_preview);

  return g_test_run ();
}
