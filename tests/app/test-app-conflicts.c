// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "apart-fixture.h"
#include "pal-clearance.h"
#include "pal-conflicts-page.h"
#include "pal-conflicts.h"
#include "pal-row-types.h"
#include "pal-session-undo.h"

/* What several people answered differently: marked on the question, shown side by side, settled in
 * each way there is, and taken back. */

static const char MODEL[]
    = "<instance><data id='f'><q/><c/><many/><law jr:template=''><_id/><title/></law></data>"
      "</instance>";
static const char BODY[]
    = "<input ref='/data/q'><label>What?</label></input>"
      "<select1 ref='/data/c'><label>Which?</label>"
      "<item><label>Yes, in part</label><value>part</value></item>"
      "<item><label>No</label><value>no</value></item>"
      "<item><label>Yes</label><value>yes</value></item></select1>"
      "<select ref='/data/many'><label>How many?</label>"
      "<item><label>One</label><value>1</value></item>"
      "<item><label>Two</label><value>2</value></item>"
      "<item><label>Three</label><value>3</value></item></select>"
      "<group ref='/data/law'><label>Laws</label><repeat nodeset='/data/law'>"
      "<input ref='/data/law/title'><label>Title</label></input></repeat></group>";

static const Answer BEFORE[] = { { "/data/q", "the law covers bribery" }, { "/data/many", "1" } };
static const Answer AMAL[] = { { "/data/q", "the act covers bribery" }, { "/data/c", "part" } };
static const Answer BORIS[] = { { "/data/q", "the code covers bribery" }, { "/data/c", "no" } };

typedef struct
{
  PalConflicts *conflicts;
  guint count;
} Counted;

static gboolean
is_counted (gpointer data)
{
  Counted *counted = data;

  return pal_conflicts_get_count (counted->conflicts) == counted->count;
}

static void
wait_for_count (Apart *apart, guint count)
{
  Counted counted = { pal_conflicts_of_dossier (pal_session_get_dossier (apart->session)), count };

  apart_wait (is_counted, &counted);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static GtkWidget *
open_page (Apart *apart, guint count)
{
  GtkWidget *page = pal_conflicts_page_new (apart->session);

  wait_for_count (apart, count);
  apart_show (apart, page);

  return page;
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndone) undone = pal_session_undo_finish (PAL_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (undone);
  pal_session_show_undone (PAL_SESSION (source), undone);
}

static void
go (Apart *apart, PalUndoWay way, guint count)
{
  pal_session_undo_async (apart->session, way, undone_cb, NULL);
  wait_for_count (apart, count);
}

static void
open_two (Apart *apart)
{
  apart_open (apart, MODEL, BODY, FALSE, BEFORE, G_N_ELEMENTS (BEFORE), AMAL, G_N_ELEMENTS (AMAL),
              BORIS, G_N_ELEMENTS (BORIS));
}

/* --- the page */

static void
test_page (void)
{
  Apart apart = { 0 };
  GtkWidget *page;
  GtkWidget *text;

  open_two (&apart);
  page = open_page (&apart, 2);
  assert_says (page, "2 answers to decide on");
  gtk_widget_activate_action (page, "conflicts.start", NULL);
  gtk_test_widget_wait_for_draw (apart.window);
  assert_says (page, "1 of 2");
  assert_says (page, "Which?");
  assert_says (page, "Yes, in part");
  assert_says (page, "No");
  gtk_widget_activate_action (page, "conflicts.next", NULL);
  gtk_test_widget_wait_for_draw (apart.window);
  assert_says (page, "2 of 2");

  /* Marked word by word, and said. */
  text = find_where (page, is_label, "the law act covers bribery");
  g_assert_nonnull (text);
  gtk_test_accessible_assert_property (text, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Removed: law. Added: act.");
  g_assert_nonnull (find_where (page, is_label, "the law code covers bribery"));
  assert_says (page, "Original");
  gtk_widget_activate_action (page, "conflicts.all", NULL);
  assert_says (page, "2 answers to decide on");
  apart_close (&apart);
}

/* A page that is made because somebody asked for one of them shows that. */
static void
test_asked (void)
{
  Apart apart = { 0 };
  PalConflicts *conflicts;
  GtkWidget *page;

  open_two (&apart);
  conflicts = pal_conflicts_of_dossier (pal_session_get_dossier (apart.session));
  wait_for_count (&apart, 2);
  pal_conflicts_ask (conflicts, pal_record_get_id (pal_session_get_questionnaire (apart.session)),
                     "/data/q");
  page = open_page (&apart, 2);
  assert_says (page, "2 of 2");
  assert_says (page, "What?");
  apart_close (&apart);
}

static void
test_settle_and_undo (void)
{
  Apart apart = { 0 };
  GtkWidget *page;

  open_two (&apart);
  page = open_page (&apart, 2);
  gtk_widget_activate_action (page, "conflicts.start", NULL);
  gtk_widget_activate_action (page, "conflicts.next", NULL);
  press (page, "Back to the Original");
  wait_for_count (&apart, 1);
  g_assert_cmpstr (apart_value (&apart, "/data/q"), ==, "the law covers bribery");
  /* What is left comes up by itself. */
  assert_says (page, "1 of 1");
  assert_says (page, "Which?");

  go (&apart, PAL_UNDO_BACK, 2);
  assert_says (page, "2 of 2");
  assert_says (page, "What?");
  go (&apart, PAL_UNDO_FORTH, 1);
  g_assert_cmpstr (apart_value (&apart, "/data/q"), ==, "the law covers bribery");
  press (page, "Keep Mine");
  wait_for_count (&apart, 0);
  assert_says (page, "Nothing is left to decide");
  apart_close (&apart);
}

static void
test_own_words (void)
{
  Apart apart = { 0 };
  GtkWidget *page;
  GtkTextBuffer *buffer;
  g_autofree char *both = NULL;

  open_two (&apart);
  page = open_page (&apart, 2);
  gtk_widget_activate_action (page, "conflicts.start", NULL);
  gtk_widget_activate_action (page, "conflicts.next", NULL);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_where (
      page, (IsWanted) g_type_check_instance_is_a, GSIZE_TO_POINTER (GTK_TYPE_TEXT_VIEW))));
  g_object_get (buffer, "text", &both, NULL);
  g_assert_nonnull (strstr (both, "the act covers bribery"));
  g_assert_nonnull (strstr (both, "the code covers bribery"));
  gtk_text_buffer_set_text (buffer, "act and code cover bribery", -1);
  press (page, "Use This Text");
  wait_for_count (&apart, 1);
  g_assert_cmpstr (apart_value (&apart, "/data/q"), ==, "act and code cover bribery");
  apart_close (&apart);
}

/* Answers of a cleared page stay as they are. */
static void
test_cleared (void)
{
  Apart apart = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GList) windows = NULL;
  PalDossier *dossier;
  GtkWidget *page;

  open_two (&apart);
  dossier = pal_session_get_dossier (apart.session);
  g_assert_true (pal_clearance_clear (dossier, "/data", TRUE, &error));
  g_assert_no_error (error);
  pal_session_set_guard (apart.session, pal_clearance_guard_new (dossier, &error));
  g_assert_no_error (error);
  page = open_page (&apart, 2);
  gtk_widget_activate_action (page, "conflicts.start", NULL);
  press (page, "Keep Mine");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  wait_for_count (&apart, 2);
  windows = gtk_window_list_toplevels ();
  g_assert_cmpuint (g_list_length (windows), ==, 2);
  for (GList *l = windows; l != NULL; l = l->next)
    if (l->data != apart.window)
      {
        assert_says (l->data, "This page is cleared");
        gtk_window_destroy (l->data);
      }
  apart_close (&apart);
}

/* Of several choices, all that anybody ticked. */
static void
test_several_choices (void)
{
  static const Answer amal[] = { { "/data/many", "1 2" } };
  static const Answer boris[] = { { "/data/many", "1 3" } };
  Apart apart = { 0 };
  GtkWidget *page;

  apart_open (&apart, MODEL, BODY, FALSE, BEFORE, G_N_ELEMENTS (BEFORE), amal, 1, boris, 1);
  page = open_page (&apart, 1);
  gtk_widget_activate_action (page, "conflicts.start", NULL);
  press (page, "Tick All of Them");
  wait_for_count (&apart, 0);
  g_assert_nonnull (strstr (apart_value (&apart, "/data/many"), "2"));
  g_assert_nonnull (strstr (apart_value (&apart, "/data/many"), "3"));
  apart_close (&apart);
}

static void
test_row (void)
{
  static const Answer before[] = { { "/data/law/title", "Law 12" } };
  static const Answer amal[] = { { "", NULL } };
  static const Answer boris[] = { { "/data/law/title", "Law 12 of 2020" } };

  for (guint i = 0; i < 2; i++)
    {
      Apart apart = { 0 };
      GtkWidget *page;

      apart_open (&apart, MODEL, BODY, TRUE, before, 1, amal, 1, boris, 1);
      page = open_page (&apart, 1);
      gtk_widget_activate_action (page, "conflicts.start", NULL);
      assert_says (page, "removed this row");
      assert_says (page, "Law 12 of 2020");
      press (page, i == 0 ? "Keep the Row" : "Remove the Row");
      wait_for_count (&apart, 0);
      g_assert_cmpstr (apart_value (&apart, "/data/law/title"), ==,
                       i == 0 ? "Law 12 of 2020" : NULL);
      go (&apart, PAL_UNDO_BACK, 1);
      g_assert_cmpstr (apart_value (&apart, "/data/law/title"), ==, "Law 12 of 2020");
      apart_close (&apart);
    }
}

/* --- on the question */

static void
show_cb (PalConflicts *conflicts, const char *record, const char *node, char **shown)
{
  g_free (*shown);
  *shown = g_strdup (node);
}

static void
test_mark (void)
{
  Apart apart = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  g_autofree char *shown = NULL;
  PalConflicts *conflicts;
  PalNode *node;
  GtkWidget *row;
  GtkWidget *button;

  open_two (&apart);
  conflicts = pal_conflicts_of_dossier (pal_session_get_dossier (apart.session));
  context = pal_question_context_new (pal_session_get_questionnaire (apart.session));
  node = pal_response_find (apart_response (&apart), "/data/q");
  row = GTK_WIDGET (pal_row_type_create (
      context, pal_response_get_definition (apart_response (&apart), node)->control, node, NULL));
  apart_show (&apart, row);
  wait_for_count (&apart, 2);
  assert_says (row, "Answered differently by several people.");
  button = find_where (row, is_button, "Decide…");
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Decide: What?");
  g_signal_connect (conflicts, "show", G_CALLBACK (show_cb), &shown);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (shown, ==, "/data/q");

  /* Answering it again settles it, wherever that is done. */
  pal_response_set_value (apart_response (&apart), node, "the statute covers bribery", NULL);
  g_assert_true (pal_record_flush (pal_session_get_questionnaire (apart.session), NULL));
  wait_for_count (&apart, 1);
  assert_is_silent (row, "Answered differently by several people.");
  apart_close (&apart);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/conflicts/page", test_page);
  g_test_add_func ("/conflicts/asked", test_asked);
  g_test_add_func ("/conflicts/settle-and-undo", test_settle_and_undo);
  g_test_add_func ("/conflicts/own-words", test_own_words);
  g_test_add_func ("/conflicts/cleared", test_cleared);
  g_test_add_func ("/conflicts/several-choices", test_several_choices);
  g_test_add_func ("/conflicts/row", test_row);
  g_test_add_func ("/conflicts/mark", test_mark);

  return g_test_run ();
}
