// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "office-fixture.h"
#include "pal-arrived-file.h"
#include "pal-consent.h"
#include "pal-papers-window.h"
#include "pal-preview-window.h"
#include "pal-record.h"
#include "pal-send-files.h"
#include "pal-sent-window.h"
#include "pal-submission-preview.h"
#include "pal-thread.h"

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

/* The package is looked at anew while somebody reads: what they say of it counts. */
static void
test_preview_meanwhile (void)
{
  Office office = { 0 };
  g_autoptr (PalSubmission) first = NULL;
  g_autoptr (PalSubmission) second = NULL;
  g_autoptr (PalSubmission) third = NULL;
  GtkWidget *list;
  PalSubmissionFile *file;

  office_open (&office);
  list = g_object_new (PAL_TYPE_SEND_FILES, NULL);
  show (&office, list);
  first = look (&office);
  file = find_of_form (first, "stakeholder");
  pal_send_files_show (PAL_SEND_FILES (list), first);

  gtk_check_button_set_active (find_tick (list, file->record_name), TRUE);
  wait_for_preview ("This, and nothing else");
  second = look (&office);
  pal_send_files_show (PAL_SEND_FILES (list), second);
  answer (get_preview (), "preview.goes");
  file = find_of_form (second, "stakeholder");
  g_assert_true (file->included);

  gtk_widget_activate (
      find (gtk_widget_get_ancestor (GTK_WIDGET (find_tick (list, file->record_name)),
                                     ADW_TYPE_ACTION_ROW),
            GTK_TYPE_BUTTON, 0));
  wait_for_preview ("This, and nothing else");
  third = look (&office);
  pal_send_files_show (PAL_SEND_FILES (list), third);
  file = find_of_form (third, "stakeholder");
  g_assert_true (file->included);
  answer (get_preview (), "preview.stays");
  g_assert_false (file->included);
  g_assert_false (gtk_check_button_get_active (find_tick (list, file->record_name)));
  office_close (&office);
}

/* --- what was sent */

static char *
dup_first (Office *office, const char *form)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos
      = pal_dossier_list_records (pal_session_get_dossier (office->session), form, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (infos->len, >, 0);

  return g_strdup (((PalRecordInfo *) g_ptr_array_index (infos, 0))->id);
}

static void
note (Office *office, PalParcelKind kind, const char *id, const char *entry)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (entries, (gpointer) entry);
  g_assert_true (
      pal_parcel_note (pal_session_get_dossier (office->session), kind, id, entries, &error));
  g_assert_no_error (error);
}

static GtkWidget *
present_sent (Office *office, const char *record, const char *part)
{
  GtkWidget *window = pal_sent_window_new (office->window, office->session, record);

  gtk_window_present (GTK_WINDOW (window));
  wait_until (window, part, TRUE);

  return window;
}

/* The whole, and one record; what was taken back is told, too. */
static void
test_sent (void)
{
  Office office = { 0 };
  g_autofree char *card = NULL;
  g_autofree char *questionnaire = NULL;
  g_autofree char *entry = NULL;
  g_autoptr (PalWithdrawal) withdrawal = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;
  GtkWidget *window;

  office_open (&office);
  dossier = pal_session_get_dossier (office.session);
  gtk_window_present (GTK_WINDOW (office.window));
  card = dup_first (&office, "stakeholder");
  questionnaire = dup_first (&office, "cluster-1");
  entry = g_strconcat (questionnaire, "/cluster1/untoc/art5/q5_1_a/law", NULL);

  window = present_sent (&office, NULL, "Nobody has taken back a consent.");
  g_assert_true (says (window, "No package was written from this dossier yet."));
  gtk_window_destroy (GTK_WINDOW (window));

  note (&office, PAL_PARCEL_SUBMISSION, "one", card);
  note (&office, PAL_PARCEL_SUPPLEMENT, "two", entry);
  note (&office, PAL_PARCEL_SECTION, "three", "gone");
  window = present_sent (&office, NULL, "package for the review");
  g_assert_true (says (window, ": supplement"));
  g_assert_true (says (window, "pages for a colleague"));
  g_assert_true (says (window, "1 record about people outside government"));
  g_assert_true (says (window, "No record about people outside government was in it."));
  g_assert_true (says (window, "1 record that is not here any more"));
  gtk_window_destroy (GTK_WINDOW (window));

  window = present_sent (&office, card, "The record itself was in it.");
  g_assert_false (says (window, ": supplement"));
  gtk_window_destroy (GTK_WINDOW (window));

  withdrawal = pal_withdrawal_look (dossier, card, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pal_withdrawal_apply (withdrawal, dossier, NULL, &error));
  window = present_sent (&office, NULL, "consent of a stakeholder");
  g_assert_true (says (window, "1 package that holds it is out."));
  g_assert_true (says (window, "still in the history"));
  gtk_window_destroy (GTK_WINDOW (window));
  office_close (&office);
}

/* What a withdrawal leaves at the answers is of the same act: one undo takes all of it back. */
static void
test_undo (void)
{
  Office office = { 0 };
  g_autofree char *questionnaire = NULL;
  g_autofree char *thread = NULL;
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (PalWithdrawal) withdrawal = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier;
  const PalRaisedPoint *point;
  guint n_comments;

  office_open (&office);
  dossier = pal_session_get_dossier (office.session);
  questionnaire = dup_first (&office, "cluster-1");
  all = pal_consultations_load (dossier, NULL, &error);
  g_assert_no_error (error);
  point = g_ptr_array_index (pal_consultations_list_points (all), 0);
  thread = pal_thread_add (dossier, point->consultation->id, point->row, questionnaire,
                           "/cluster1/general/state/name", NULL, PAL_APPEND_APART, &error);
  g_assert_no_error (error);
  n_comments = count_records (&office, "comment");

  withdrawal = pal_withdrawal_look (dossier, point->consultation->id, point->row, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (withdrawal->answers->len, >, 0);
  withdrawal->remark = g_strdup ("Look at it.");
  g_assert_true (pal_withdrawal_apply (withdrawal, dossier, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_records (&office, "comment"), ==, n_comments + withdrawal->answers->len);
  g_assert_cmpuint (count_records (&office, "withdrawal"), ==, 1);
  undo (&office);
  g_assert_cmpuint (count_records (&office, "comment"), ==, n_comments);
  g_assert_cmpuint (count_records (&office, "withdrawal"), ==, 0);
  office_close (&office);
}

/* --- papers from where one is */

static void
wait_for_sensitive (GtkWidget *window, const char *part)
{
  wait_until (window, "Making the paper…", FALSE);
  wait_until (window, part, TRUE);
}

static void
test_papers (void)
{
  Office office = { 0 };
  g_autofree char *consultation = NULL;
  GtkWidget *window;

  office_open (&office);
  gtk_window_present (GTK_WINDOW (office.window));
  consultation = dup_first (&office, "consultation");
  window
      = pal_papers_window_new_about (office.window, office.session, "feedback", consultation, NULL);
  gtk_window_present (GTK_WINDOW (window));
  wait_for_sensitive (window, "Feedback to a Contributor");
  g_assert_false (says (window, "could not"));
  gtk_window_destroy (GTK_WINDOW (window));

  window = pal_papers_window_new_about (office.window, office.session, "invitation", consultation,
                                        NULL);
  gtk_window_present (GTK_WINDOW (window));
  wait_for_sensitive (window, "Invitation to a Consultation");
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  office_close (&office);
}

/* --- files that came */

#define NAME "Amal Haddad"

static GBytes *
make_picture (void)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 2, 2);
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize size = 0;

  gdk_pixbuf_fill (pixbuf, 0xff0000ff);
  gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "png", &error, "tEXt::Author", NAME, NULL);
  g_assert_no_error (error);

  return g_bytes_new_take (data, size);
}

static gboolean
is_offered (GtkWidget *row, const char *label)
{
  GtkWidget *widget = find (row, PAL_TYPE_ARRIVED_FILE, 0);

  for (guint n = 0; n < 2; n++)
    {
      guint left = n;
      GtkWidget *button = find_nth (widget, GTK_TYPE_BUTTON, &left);

      if (button != NULL && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), label) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
save (Office *office, GtkWidget *row, const char *path, gboolean clean)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GStatBuf info = { 0 };

  pal_arrived_file_save (PAL_ARRIVED_FILE (find (row, PAL_TYPE_ARRIVED_FILE, 0)), file, clean);
  /* It is there before anything is in it. */
  while (g_stat (path, &info) != 0 || info.st_size == 0)
    g_main_context_iteration (NULL, FALSE);
}

/* What a file can do and what it tells is said before anybody opens it; a copy goes with or
 * without that. */
static void
test_files (void)
{
  Office office = { 0 };
  g_autoptr (GBytes) picture = make_picture ();
  g_autoptr (GBytes) program = g_bytes_new_static ("MZ....", 6);
  PalKitFile shown = { "hall.png", "image/png", picture, TRUE };
  PalKitFile hidden = { "hall.png", "image/png", program, FALSE };
  g_autofree char *whole = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *text = NULL;
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row;
  gsize size;

  office_open (&office);
  whole = in_office (&office, "whole.png");
  clean = in_office (&office, "clean.png");
  row = pal_arrived_file_row_new (&shown);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_list_box_append (GTK_LIST_BOX (list), pal_arrived_file_row_new (&hidden));
  show (&office, list);
  wait_until (row, "It tells more than people see in it:", TRUE);
  g_assert_true (says (row, "names"));
  g_assert_true (is_offered (row, "_Look at It…"));
  save (&office, row, whole, FALSE);
  g_assert_true (g_file_get_contents (whole, &text, &size, NULL));
  g_assert_nonnull (memmem (text, size, NAME, strlen (NAME)));
  g_clear_pointer (&text, g_free);
  save (&office, row, clean, TRUE);
  g_assert_true (g_file_get_contents (clean, &text, &size, NULL));
  g_assert_null (memmem (text, size, NAME, strlen (NAME)));

  row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 1));
  g_assert_true (says (row, "a computer takes it for one"));
  g_assert_true (says (row, "damaged, or changed"));
  g_assert_false (is_offered (row, "_Look at It…"));
  g_assert_true (is_offered (row, "_Save a Copy…"));
  office_close (&office);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/desk/preview", test_preview);
  g_test_add_func ("/desk/preview-meanwhile", test_preview_meanwhile);
  g_test_add_func ("/desk/sent", test_sent);
  g_test_add_func ("/desk/undo", test_undo);
  g_test_add_func ("/desk/papers", test_papers);
  g_test_add_func ("/desk/files", test_files);

  return g_test_run ();
}
