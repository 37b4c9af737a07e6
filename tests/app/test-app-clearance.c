// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-check-window.h"
#include "pal-clearance-page.h"
#include "pal-clearance-words.h"
#include "pal-clearing.h"
#include "pal-fill-view.h"
#include "pal-form-page.h"
#include "pal-page-row.h"
#include "pal-question-row.h"
#include "pal-state-bar.h"
#include "session-fixture.h"

#include <string.h>

/* Draft, ready, cleared: what a page takes, what is shown, and what is in nobody's way in silence.
 */

#define MODEL                                                                                      \
  "<instance><data id='f' version='1'><a/><b/></data></instance>"                                  \
  "<bind nodeset='/data/a' type='string' required='true()'/>"                                      \
  "<bind nodeset='/data/b' type='string'/>"
#define BODY                                                                                       \
  "<input ref='/data/a'><label>Which law?</label></input>"                                         \
  "<input ref='/data/b'><label>Anything else?</label></input>"
#define PAGE "/data"

typedef struct
{
  Desk desk;
  PalSession *session;
  PalClearing *clearing; /* (unowned) */
  PalRecord *record;     /* (unowned): the session's own */
} Office;

static void
seen_cb (gboolean *seen)
{
  *seen = TRUE;
}

static void
look (Office *office)
{
  gboolean seen = FALSE;
  gulong handler
      = g_signal_connect_swapped (office->clearing, "changed", G_CALLBACK (seen_cb), &seen);

  pal_clearing_look (office->clearing);
  while (!seen)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (office->clearing, handler);
}

static void
office_open (Office *office)
{
  desk_open (&office->desk, MODEL, BODY);
  pal_dossier_set_author (office->desk.dossier, "Orla Venmark");
  pal_session_open_dossier_async (g_object_ref (office->desk.dossier), opened_cb, &office->session);
  while (office->session == NULL)
    g_main_context_iteration (NULL, TRUE);
  office->record = pal_session_get_questionnaire (office->session);
  office->clearing = pal_clearing_of_session (office->session);
  look (office);
}

static void
office_close (Office *office)
{
  gtk_window_destroy (GTK_WINDOW (office->desk.window));
  office->desk.window = adw_window_new ();
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (office->session);
  desk_close (&office->desk);
}

static void
set (Office *office, const char *path, const char *value)
{
  PalResponse *response = pal_record_get_response (office->record);
  g_autoptr (GError) error = NULL;

  pal_response_set_value (response, pal_response_find (response, path), value, &error);
  g_assert_no_error (error);
}

typedef struct
{
  gboolean done;
  GError *error;
} Step;

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;

  step->done = TRUE;
  g_assert_true (pal_clearing_step_finish (PAL_CLEARING (source), result, &step->error)
                 == (step->error == NULL));
}

/* Returns: (nullable): the error */
static GError *
take (Office *office, PalPageState next, gboolean anyway, const char *reason)
{
  const char *const pages[] = { PAGE, NULL };
  Step step = { FALSE, NULL };

  pal_clearing_step_async (office->clearing, next, pages, anyway, reason, stepped_cb, &step);
  while (!step.done)
    g_main_context_iteration (NULL, TRUE);
  if (step.error != NULL)
    look (office);

  return step.error;
}

static void
assert_state (Office *office, PalPageState state)
{
  const PalPageClearance *page = pal_clearing_find_page (office->clearing, PAGE);

  g_assert_nonnull (page);
  g_assert_cmpint (page->state, ==, state);
}

/* --- steps */

static void
test_steps (void)
{
  Office office = { 0 };
  g_autoptr (GError) open = NULL;
  g_autoptr (GError) no_reason = NULL;
  g_autoptr (GError) twice = NULL;

  office_open (&office);
  assert_state (&office, PAL_PAGE_DRAFT);
  g_assert_false (pal_session_is_locked (office.session, PAGE));

  open = take (&office, PAL_PAGE_READY, FALSE, NULL);
  g_assert_error (open, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_OPEN);
  assert_state (&office, PAL_PAGE_DRAFT);
  g_assert_no_error (take (&office, PAL_PAGE_READY, TRUE, NULL));
  assert_state (&office, PAL_PAGE_READY);
  g_assert_false (pal_session_is_locked (office.session, "/data/a"));

  set (&office, "/data/a", "Law 12");
  g_assert_no_error (take (&office, PAL_PAGE_CLEARED, FALSE, NULL));
  assert_state (&office, PAL_PAGE_CLEARED);
  g_assert_true (pal_session_is_locked (office.session, PAGE));
  g_assert_true (pal_session_is_locked (office.session, "/data/a"));
  g_assert_nonnull (pal_clearing_get_present (office.clearing));
  g_assert_cmpuint (pal_clearing_get_present (office.clearing)->n_answers, ==, 1);
  g_assert_cmpstr (pal_clearing_get_present (office.clearing)->author, ==, "Orla Venmark");

  no_reason = take (&office, PAL_PAGE_DRAFT, FALSE, "  ");
  g_assert_error (no_reason, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_REASON);
  assert_state (&office, PAL_PAGE_CLEARED);
  g_assert_no_error (take (&office, PAL_PAGE_DRAFT, FALSE, "A new law"));
  assert_state (&office, PAL_PAGE_DRAFT);
  g_assert_cmpstr (pal_clearing_find_page (office.clearing, PAGE)->reason, ==, "A new law");
  g_assert_false (pal_session_is_locked (office.session, PAGE));
  g_assert_null (pal_clearing_get_present (office.clearing));
  twice = take (&office, PAL_PAGE_DRAFT, FALSE, "Once more");
  g_assert_error (twice, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_STATE);

  office_close (&office);
}

static guint64
wait_for_other_file (const char *path, guint64 inode)
{
  GStatBuf info = { 0 };

  do
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpint (g_stat (path, &info), ==, 0);
    }
  while (info.st_ino == inode);

  return info.st_ino;
}

/* What is typed while a copy is brought back for the last time is brought back, too. */
static void
test_typed_while_closing (void)
{
  Desk desk = { 0 };
  PalSession *session = NULL;
  PalRecord *record;
  PalResponse *response;
  g_autofree char *path = NULL;
  g_autofree char *table = NULL;
  g_autofree char *text = NULL;
  g_autoptr (PalDossier) origin = NULL;
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info = { 0 };
  guint64 inode;
  gboolean closed = FALSE;
  gboolean found = FALSE;

  desk_open (&desk, MODEL, BODY);
  path = g_strdup (pal_dossier_get_path (desk.dossier));
  g_assert_true (pal_record_flush (desk.record, &error));
  g_assert_true (pal_dossier_close (desk.dossier, &error));
  table = g_build_filename (desk.dir, "mountinfo", NULL);
  text = g_strdup_printf ("31 1 8:17 / %s rw - vfat /dev/sdb1 rw\n", desk.dir);
  g_assert_true (g_file_set_contents (table, text, -1, NULL));
  g_setenv ("PALERMO_MOUNTINFO", table, TRUE);
  g_assert_cmpint (g_stat (path, &info), ==, 0);

  pal_session_open_async (path, NULL, opened_cb, &session);
  while (session == NULL)
    g_main_context_iteration (NULL, TRUE);
  inode = wait_for_other_file (path, info.st_ino);
  record = pal_session_get_questionnaire (session);
  response = pal_record_get_response (record);
  pal_response_set_value (response, pal_response_find (response, "/data/a"), "before", NULL);
  pal_session_close_async (session, closed_cb, &closed);
  wait_for_other_file (path, inode);
  pal_response_set_value (response, pal_response_find (response, "/data/b"), "meanwhile", NULL);
  g_assert_true (pal_record_flush (record, &error));
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_unsetenv ("PALERMO_MOUNTINFO");

  origin = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  g_assert_no_error (error);
  heads = pal_dossier_read_heads (origin, pal_record_get_id (record), &error);
  for (guint i = 0; i < heads->len; i++)
    found = found
            || g_strcmp0 (((PalChange *) g_ptr_array_index (heads, i))->value, "meanwhile") == 0;
  g_assert_true (found);
  pal_dossier_close (origin, NULL);
  g_object_unref (session);
  g_unlink (table);
  desk_close (&desk);
}

/* What was cleared before is locked from the first moment on. */
static void
test_reopened_session (void)
{
  Office office = { 0 };
  PalSession *again = NULL;

  office_open (&office);
  g_assert_no_error (take (&office, PAL_PAGE_CLEARED, TRUE, NULL));
  pal_session_open_dossier_async (g_object_ref (office.desk.dossier), opened_cb, &again);
  while (again == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (pal_session_is_locked (again, "/data/b"));
  g_assert_cmpstr (pal_record_get_id (pal_session_get_questionnaire (again)), ==,
                   pal_record_get_id (office.record));
  g_object_unref (again);

  office_close (&office);
}

/* --- the page of an article */

static void
refused_cb (guint *n)
{
  (*n)++;
}

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (PAL_IS_QUESTION_ROW (child)
          && strcmp (pal_question_row_get_title (PAL_QUESTION_ROW (child)), title) == 0)
        return child;
      found = find_row (child, title);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
has_button (GtkWidget *widget, const char *action)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if ((GTK_IS_BUTTON (child) && gtk_widget_get_visible (child)
         && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (child)), action) == 0)
        || has_button (child, action))
      return TRUE;

  return FALSE;
}

static void
test_article (void)
{
  Office office = { 0 };
  GtkWidget *view = NULL;
  GtkWidget *row = NULL;
  GtkWidget *bar = NULL;
  PalFormPage *page = NULL;
  guint n_refused = 0;

  office_open (&office);
  view = pal_fill_view_new (office.session);
  desk_show (&office.desk, view);
  pal_fill_view_show_page (
      PAL_FILL_VIEW (view),
      g_ptr_array_index (pal_outline_get_pages (pal_session_get_outline (office.session)), 0));
  page = PAL_FORM_PAGE (find_widget (view, PAL_TYPE_FORM_PAGE));
  bar = find_widget (view, PAL_TYPE_STATE_BAR);
  row = find_row (view, "Which law?");
  g_assert_nonnull (row);
  g_signal_connect_swapped (pal_form_page_get_context (page), "refused", G_CALLBACK (refused_cb),
                            &n_refused);
  g_assert_true (has_button (bar, "state.ready"));
  g_assert_true (has_button (bar, "state.clear"));
  g_assert_false (has_button (bar, "state.reopen"));

  pal_question_row_answer (PAL_QUESTION_ROW (row), "Law 12");
  g_assert_cmpuint (n_refused, ==, 0);
  g_assert_no_error (take (&office, PAL_PAGE_CLEARED, TRUE, NULL));
  g_assert_true (pal_question_row_is_readonly (PAL_QUESTION_ROW (row)));
  g_assert_false (has_button (bar, "state.clear"));
  g_assert_true (has_button (bar, "state.reopen"));
  pal_question_row_answer (PAL_QUESTION_ROW (row), "Law 13");
  g_assert_cmpuint (n_refused, ==, 1);
  g_assert_cmpstr (pal_question_row_get_value (PAL_QUESTION_ROW (row)), ==, "Law 12");

  g_assert_no_error (take (&office, PAL_PAGE_DRAFT, FALSE, "A new law"));
  g_assert_false (pal_question_row_is_readonly (PAL_QUESTION_ROW (row)));
  pal_question_row_answer (PAL_QUESTION_ROW (row), "Law 13");
  g_assert_cmpuint (n_refused, ==, 1);
  g_assert_cmpstr (pal_question_row_get_value (PAL_QUESTION_ROW (row)), ==, "Law 13");

  office_close (&office);
}

/* --- lists */

static void
shown_cb (PalSession *session, const char *path, char **shown)
{
  g_free (*shown);
  *shown = g_strdup (path);
}

static void
test_check_window (void)
{
  Office office = { 0 };
  const char *const pages[] = { PAGE, NULL };
  PalCheckWindow *window = NULL;
  g_autofree char *shown = NULL;

  office_open (&office);
  desk_show (&office.desk, gtk_label_new (""));
  g_signal_connect (office.session, "show-question", G_CALLBACK (shown_cb), &shown);
  window = pal_check_window_new (office.desk.window, office.clearing, pages, PAL_PAGE_READY);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (has_button (GTK_WIDGET (window), "check.step"));
  /* The required one comes first. */
  gtk_widget_activate_action (GTK_WIDGET (window), "check.show", "u", 0);
  g_assert_cmpstr (shown, ==, "/data/a");
  while (g_main_context_iteration (NULL, FALSE))
    ;

  office_close (&office);
}

static guint
count_rows (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += PAL_IS_PAGE_ROW (child) ? (guint) gtk_widget_get_visible (child) : count_rows (child);

  return n;
}

static void
test_page (void)
{
  Office office = { 0 };
  GtkWidget *page = NULL;
  GtkWidget *row = NULL;
  GtkDropDown *filter = NULL;

  office_open (&office);
  page = pal_clearance_page_new (office.session);
  desk_show (&office.desk, page);
  look (&office);
  g_assert_cmpuint (count_rows (page), ==, 1);
  row = find_widget (page, PAL_TYPE_PAGE_ROW);
  g_assert_cmpstr (pal_page_row_get_path (PAL_PAGE_ROW (row)), ==, PAGE);
  g_assert_nonnull (
      strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "1 required answer missing"));
  filter = GTK_DROP_DOWN (find_widget (page, GTK_TYPE_DROP_DOWN));
  gtk_drop_down_set_selected (filter, 3); /* cleared */
  g_assert_cmpuint (count_rows (page), ==, 0);
  g_assert_no_error (take (&office, PAL_PAGE_CLEARED, TRUE, NULL));
  g_assert_cmpuint (count_rows (page), ==, 1);
  g_assert_false (pal_page_row_is_picked (PAL_PAGE_ROW (row)));
  gtk_drop_down_set_selected (filter, 1); /* draft */
  g_assert_cmpuint (count_rows (page), ==, 0);
  gtk_drop_down_set_selected (filter, 4); /* with something open */
  g_assert_cmpuint (count_rows (page), ==, 1);

  office_close (&office);
}

static void
test_words (void)
{
  g_autofree char *groups = pal_digest_dup_groups ("0123456789ab");
  g_autofree char *odd = pal_digest_dup_groups ("01234");
  g_autofree char *none = pal_digest_dup_groups ("");

  g_assert_cmpstr (groups, ==, "0123 4567 89ab");
  g_assert_cmpstr (odd, ==, "0123 4");
  g_assert_cmpstr (none, ==, "");
  for (guint kind = 0; kind <= PAL_POINT_LAST; kind++)
    {
      g_autofree char *one = pal_point_kind_dup_count (kind, 1);
      g_autofree char *many = pal_point_kind_dup_count (kind, 7);

      g_assert_nonnull (strchr (one, '1'));
      g_assert_nonnull (strchr (many, '7'));
      g_assert_cmpstr (pal_point_kind_get_title (kind), !=, "");
    }
  for (PalPageState state = PAL_PAGE_DRAFT; state <= PAL_PAGE_CLEARED; state++)
    {
      g_assert_cmpstr (pal_page_state_get_words (state), !=, "");
      g_assert_nonnull (pal_page_state_get_icon (state));
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/session/typed-while-closing", test_typed_while_closing);
  g_test_add_func ("/clearance/steps", test_steps);
  g_test_add_func ("/clearance/session", test_reopened_session);
  g_test_add_func ("/clearance/article", test_article);
  g_test_add_func ("/clearance/check-window", test_check_window);
  g_test_add_func ("/clearance/page", test_page);
  g_test_add_func ("/clearance/words", test_words);

  return g_test_run ();
}
