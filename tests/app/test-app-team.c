// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "office-fixture.h"
#include "pal-arrival.h"
#include "pal-fill-view.h"
#include "pal-form-page.h"
#include "pal-question-context.h"
#include "pal-reading-note.h"
#include "pal-return-summary.h"
#include "pal-return-window.h"
#include "pal-section-window.h"
#include "pal-team-page.h"
#include "pal-team-words.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

/* The Team page and what is handed out and comes back, on a copy of the practice dossier. */

#define ART5 "/cluster1/untoc/art5"
#define STATE_NAME "/cluster1/general/state/name"
#define EXAMPLE ART5 "/q5_1_a/example"

static void
assign (PalSession *session, const char *page, const char *person, const char *due)
{
  g_autoptr (PalAssignment) one = pal_assignment_new (page, person);
  g_autoptr (GError) error = NULL;

  one->due = g_strdup (due);
  g_assert_true (pal_assignment_put (pal_session_get_dossier (session), one, &error));
  g_assert_no_error (error);
}

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found
          = G_TYPE_CHECK_INSTANCE_TYPE (child, type) ? child : find_widget (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* --- words */

static void
test_states (void)
{
  static const struct
  {
    const char *due;
    const char *out;
    const char *back;
    PalTeamState state;
    const char *words;
  } rows[] = {
    { NULL, NULL, NULL, PAL_TEAM_WAITS, "Not handed out yet" },
    { "2099-03-31", NULL, NULL, PAL_TEAM_WAITS, "Due on 31 March 2099 · Not handed out yet" },
    { "2020-03-31", NULL, NULL, PAL_TEAM_OVERDUE,
      "Overdue since 31 March 2020 · Not handed out yet" },
    { "2099-03-31", "2026-01-01T10:00:00Z", NULL, PAL_TEAM_OUT,
      "Due on 31 March 2099 · Handed out 1 January 2026" },
    { "2020-03-31", "2020-01-01T10:00:00Z", NULL, PAL_TEAM_OVERDUE,
      "Overdue since 31 March 2020 · Handed out 1 January 2020" },
    { "2020-03-31", "2020-01-01T10:00:00Z", "2020-02-01T10:00:00Z", PAL_TEAM_RETURNED,
      "Due on 31 March 2020 · Came back 1 February 2020" },
    /* It went out once more. */
    { "2099-03-31", "2020-03-01T10:00:00Z", "2020-02-01T10:00:00Z", PAL_TEAM_OUT,
      "Due on 31 March 2099 · Handed out 1 March 2020" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalAssignment) one = pal_assignment_new (ART5, "Ana");
      g_autofree char *words = NULL;

      one->due = g_strdup (rows[i].due);
      one->handed_out = g_strdup (rows[i].out);
      one->returned = g_strdup (rows[i].back);
      words = pal_team_dup_state_words (one);
      g_test_message ("%u: %s", i, words);
      g_assert_cmpint (pal_team_get_state (one), ==, rows[i].state);
      g_assert_cmpstr (words, ==, rows[i].words);
      g_assert_nonnull (pal_team_get_icon_name (rows[i].state));
    }
}

/* --- the page */

static void
test_page (void)
{
  Office office = { 0 };
  GtkWidget *page = NULL;

  office_open (&office);
  page = pal_team_page_new (office.session);
  adw_window_set_content (ADW_WINDOW (office.window), page);
  gtk_window_present (GTK_WINDOW (office.window));
  wait_until (page, "Nobody has an article yet", TRUE);
  g_assert_false (says (page, "Who works on what"));

  assign (office.session, ART5, "Ana Ortiz", "2020-03-31");
  pal_session_notify_records (office.session, PAL_ASSIGNMENT_FORM);
  wait_until (page, "Ana Ortiz", TRUE);
  g_assert_true (says (page, "Overdue since 31 March 2020"));
  g_assert_true (says (page, "Who works on what"));
  g_assert_false (says (page, "Nobody has an article yet"));
  gtk_widget_activate_action (page, "team.remove", "u", 0);
  wait_until (page, "Nobody has an article yet", TRUE);
  g_assert_false (says (page, "Ana Ortiz"));
  office_close (&office);
}

/* --- out, and back */

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(PalArrival **) user_data = pal_arrival_look_finish (result, &error);
  g_assert_no_error (error);
}

static PalArrival *
look (const char *path)
{
  PalArrival *arrival = NULL;

  pal_arrival_look_async (path, NULL, NULL, looked_cb, &arrival);
  while (arrival == NULL)
    g_main_context_iteration (NULL, TRUE);

  return arrival;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(gboolean *) user_data = pal_arrival_finish (PAL_ARRIVAL (source), result, &error);
  g_assert_no_error (error);
}

static PalSession *
open_working (Office *office, const char *section)
{
  g_autoptr (PalArrival) arrival = look (section);
  g_autofree char *path = in_office (office, "working.palermo");
  g_autoptr (GtkWidget) window = NULL;
  gboolean done = FALSE;

  g_assert_true (pal_arrival_is_section (arrival));
  g_assert_false (pal_arrival_get_handout (arrival)->is_known);
  window = g_object_ref (pal_section_window_new (NULL, arrival));
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (says (window, "For Ana Ortiz"));
  g_assert_true (says (window, "nobody has told Palermo yet"));
  gtk_window_destroy (GTK_WINDOW (window));
  pal_arrival_open_async (arrival, path, PAL_HANDOUT_ACCEPT_UNKNOWN, NULL, done_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);

  return open_session (path);
}

static void
set_answer (PalSession *session, const char *path, const char *value)
{
  PalRecord *record = pal_session_get_questionnaire (session);
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      pal_response_set_value (response, pal_response_find (response, path), value, &error));
  g_assert_true (pal_record_flush (record, &error));
  g_assert_no_error (error);
}

/* Pages that were not handed out take nothing, and say why. */
static void
check_reading (PalSession *working)
{
  GtkWidget *view = g_object_ref_sink (pal_fill_view_new (working));
  GtkWidget *page = NULL;

  g_assert_false (pal_reading_is_only (working, EXAMPLE));
  g_assert_true (pal_reading_is_only (working, STATE_NAME));
  g_assert_true (pal_fill_view_show_question (PAL_FILL_VIEW (view), STATE_NAME));
  page = find_widget (view, PAL_TYPE_FORM_PAGE);
  g_assert_true (pal_question_context_is_locked (pal_form_page_get_context (PAL_FORM_PAGE (page))));
  g_assert_true (says (page, "was not handed out to you"));
  /* The next question to be answered is one of one's own. */
  g_assert_true (pal_fill_view_next_unanswered (PAL_FILL_VIEW (view)));
  g_assert_cmpstr (pal_fill_view_get_page (PAL_FILL_VIEW (view))->control->node->path, ==, ART5);
  g_object_unref (view);
}

static void
test_round_trip (void)
{
  Office office = { 0 };
  g_autofree char *section = NULL;
  g_autofree char *answers = NULL;
  g_autoptr (PalIdentity) focal = pal_identity_create ("Focal point", NULL);
  g_autoptr (PalIdentity) ana = pal_identity_create ("Ana Ortiz", NULL);
  g_autoptr (PalArrival) arrival = NULL;
  g_autoptr (GError) error = NULL;
  PalSession *working = NULL;
  GtkWidget *window = NULL;

  office_open (&office);
  section = in_office (&office, "section.asice");
  answers = in_office (&office, "answers.asice");
  assign (office.session, ART5, "Ana Ortiz", NULL);
  g_assert_true (pal_handout_write (pal_session_get_dossier (office.session), "Ana Ortiz", 0,
                                    section, focal, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  working = open_working (&office, section);
  check_reading (working);
  pal_dossier_set_author (pal_session_get_dossier (working), "Ana");
  set_answer (working, EXAMPLE, "Two groups were sentenced.");
  g_assert_true (pal_handout_write_return (pal_session_get_dossier (working), answers, ana, NULL,
                                           NULL, &error));
  g_assert_no_error (error);
  close_session (working);

  /* Meanwhile somebody wrote at the same place. */
  set_answer (office.session, EXAMPLE, "None is known.");
  arrival = look (answers);
  window = pal_return_window_new (NULL, office.session, arrival);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (window, "1 answer, 1 conflict", TRUE);
  g_assert_true (says (window, "Ana"));
  g_assert_true (says (window, "Decide Later"));
  gtk_window_destroy (GTK_WINDOW (window));
  office_close (&office);
}

/* The check button in the row of those words. */
static GtkWidget *
find_named_check (GtkWidget *widget, const char *words)
{
  if (ADW_IS_ACTION_ROW (widget)
      && strcmp (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), words) == 0)
    return find_widget (widget, GTK_TYPE_CHECK_BUTTON);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_named_check (child, words);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *action)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = NULL;

      if (GTK_IS_ACTIONABLE (child)
          && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (child)), action) == 0)
        return child;
      found = find_button (child, action);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
tick (GtkWidget *window, const char *words)
{
  GtkWidget *check = find_named_check (window, words);

  g_assert_nonnull (check);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
}

/* What nobody handed out is shown, and comes in only if somebody says so. */
static void
test_outside (void)
{
  Office office = { 0 };
  g_autofree char *section = NULL;
  g_autofree char *answers = NULL;
  g_autoptr (PalIdentity) focal = pal_identity_create ("Focal point", NULL);
  g_autoptr (PalArrival) arrival = NULL;
  g_autoptr (GError) error = NULL;
  PalSession *working = NULL;
  GtkWidget *window = NULL;
  GtkWidget *accept = NULL;

  office_open (&office);
  section = in_office (&office, "section.asice");
  answers = in_office (&office, "answers.asice");
  assign (office.session, ART5, "Ana Ortiz", NULL);
  g_assert_true (pal_handout_write (pal_session_get_dossier (office.session), "Ana Ortiz", 0,
                                    section, focal, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  working = open_working (&office, section);
  set_answer (working, STATE_NAME, "Elsewhere"); /* past the window, which would not let her */
  g_assert_true (pal_handout_write_return (pal_session_get_dossier (working), answers, focal, NULL,
                                           NULL, &error));
  g_assert_no_error (error);
  close_session (working);

  arrival = look (answers);
  window = pal_return_window_new (NULL, office.session, arrival);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (window, "had not been handed out", TRUE);
  accept = find_button (window, "return.accept");
  g_assert_false (gtk_widget_get_sensitive (accept));
  tick (window, "I have asked, and it is theirs");
  g_assert_false (gtk_widget_get_sensitive (accept));
  tick (window, "Take this in, too");
  g_assert_true (gtk_widget_get_sensitive (accept));
  gtk_window_destroy (GTK_WINDOW (window));
  office_close (&office);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/team/states", test_states);
  g_test_add_func ("/team/page", test_page);
  g_test_add_func ("/team/round-trip", test_round_trip);
  g_test_add_func ("/team/outside", test_outside);

  return g_test_run ();
}
