// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "apart-fixture.h"
#include "pal-comment-pane.h"
#include "pal-comments-page.h"
#include "pal-comments.h"
#include "pal-row-types.h"
#include "pal-session-undo.h"

/* What people say about a question: written, answered, settled, taken back, and seen beside the
 * question and in a list. */

static const char MODEL[] = "<instance><data id='f'><q/><r/></data></instance>";
static const char BODY[] = "<input ref='/data/q'><label>What?</label></input>"
                           "<input ref='/data/r'><label>When?</label></input>";
static const Answer BEFORE[] = { { "/data/q", "one" } };

typedef struct
{
  PalComments *comments;
  guint n;    /* all of them */
  guint open; /* talks */
} Counted;

static gboolean
is_counted (gpointer data)
{
  Counted *counted = data;

  return pal_comments_get_list (counted->comments)->len == counted->n
         && pal_comments_get_count (counted->comments) == counted->open;
}

static PalComments *
get_comments (Apart *apart)
{
  return pal_comments_of_dossier (pal_session_get_dossier (apart->session));
}

static const char *
get_record (Apart *apart)
{
  return pal_record_get_id (pal_session_get_questionnaire (apart->session));
}

static void
wait_for (Apart *apart, guint n, guint open)
{
  Counted counted = { get_comments (apart), n, open };

  apart_wait (is_counted, &counted);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_comments_write_finish (PAL_COMMENTS (source), result, &error));
  g_assert_no_error (error);
}

static void
say (Apart *apart, const char *node, const char *text)
{
  pal_comments_add_async (get_comments (apart), get_record (apart), node, text, NULL, written_cb,
                          NULL);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndone) undone = pal_session_undo_finish (PAL_SESSION (source), result, &error);
  g_autofree char *words = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (undone);
  words = pal_session_dup_undo_words (PAL_SESSION (source), undone->step);
  g_assert_cmpstr (words, ==, "comment");
}

static void
open_session (Apart *apart)
{
  apart_open (apart, MODEL, BODY, FALSE, BEFORE, 1, NULL, 0, NULL, 0);
}

static GtkWidget *
open_pane (Apart *apart)
{
  GtkWidget *pane = g_object_new (PAL_TYPE_COMMENT_PANE, NULL);

  pal_comment_pane_set_session (PAL_COMMENT_PANE (pane), apart->session);
  pal_comment_pane_show (PAL_COMMENT_PANE (pane), get_record (apart), "/data/q", "What?");
  apart_show (apart, pane);

  return pane;
}

static void
type (GtkWidget *pane, const char *text)
{
  GtkWidget *view = find_where (pane, (IsWanted) g_type_check_instance_is_a,
                                GSIZE_TO_POINTER (GTK_TYPE_TEXT_VIEW));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
}

static void
test_talk (void)
{
  Apart apart = { 0 };
  GtkWidget *pane;

  open_session (&apart);
  pane = open_pane (&apart);
  assert_says (pane, "Nobody has said anything about this question yet.");
  type (pane, "Is this the new law?");
  gtk_widget_activate_action (pane, "comments.write", NULL);
  wait_for (&apart, 1, 1);
  assert_says (pane, "Is this the new law?");
  assert_says (pane, "Amal");

  press (pane, "Reply");
  type (pane, "It is.");
  gtk_widget_activate_action (pane, "comments.write", NULL);
  wait_for (&apart, 2, 1);
  assert_says (pane, "It is.");
  press (pane, "Settle");
  wait_for (&apart, 2, 0);
  assert_says (pane, "Settled by");

  pal_session_undo_async (apart.session, PAL_UNDO_BACK, undone_cb, NULL);
  wait_for (&apart, 2, 1);
  assert_is_silent (pane, "Settled by");
  pal_session_undo_async (apart.session, PAL_UNDO_BACK, undone_cb, NULL);
  wait_for (&apart, 1, 1);
  assert_is_silent (pane, "It is.");
  press (pane, "Settle");
  wait_for (&apart, 1, 0);
  press (pane, "Take Up Again");
  wait_for (&apart, 1, 1);
  apart_close (&apart);
}

/* Nothing but spaces says nothing. */
static void
test_nothing (void)
{
  Apart apart = { 0 };
  GtkWidget *pane;

  open_session (&apart);
  pane = open_pane (&apart);
  type (pane, " \n ");
  gtk_widget_activate_action (pane, "comments.write", NULL);
  say (&apart, "/data/r", "On another question");
  wait_for (&apart, 1, 1);
  assert_is_silent (pane, "On another question");
  apart_close (&apart);
}

static void
show_cb (PalComments *comments, const char *record, const char *node, const char *title,
         char **shown)
{
  g_free (*shown);
  *shown = g_strdup_printf ("%s %s", node, title);
}

static void
test_button (void)
{
  Apart apart = { 0 };
  g_autoptr (PalQuestionContext) context = NULL;
  g_autofree char *shown = NULL;
  PalNode *node;
  GtkWidget *row;

  open_session (&apart);
  context = pal_question_context_new (pal_session_get_questionnaire (apart.session));
  node = pal_response_find (apart_response (&apart), "/data/q");
  row = GTK_WIDGET (pal_row_type_create (
      context, pal_response_get_definition (apart_response (&apart), node)->control, node, NULL));
  apart_show (&apart, row);
  say (&apart, "/data/q", "One thing");
  say (&apart, "/data/q", "Another thing");
  wait_for (&apart, 2, 2);
  g_assert_cmpuint (pal_comments_count_open (get_comments (&apart), get_record (&apart), "/data/q"),
                    ==, 2);
  g_assert_cmpuint (pal_comments_count_open (get_comments (&apart), get_record (&apart), "/data/r"),
                    ==, 0);
  assert_says (row, "2");
  g_signal_connect (get_comments (&apart), "show", G_CALLBACK (show_cb), &shown);
  gtk_widget_activate_action (row, "question.comment", NULL);
  g_assert_cmpstr (shown, ==, "/data/q What?");
  apart_close (&apart);
}

static void
test_list (void)
{
  Apart apart = { 0 };
  g_autofree char *shown = NULL;
  GtkWidget *page;
  GtkWidget *row;

  open_session (&apart);
  page = pal_comments_page_new (apart.session);
  apart_show (&apart, page);
  assert_says (page, "No comment is open");
  say (&apart, "/data/r", "By when?");
  wait_for (&apart, 1, 1);
  gtk_test_widget_wait_for_draw (apart.window);
  assert_says (page, "1 open comment");
  assert_says (page, "By when?");
  row = find_where (page, (IsWanted) g_type_check_instance_is_a,
                    GSIZE_TO_POINTER (ADW_TYPE_ACTION_ROW));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "When?");
  g_signal_connect (get_comments (&apart), "show", G_CALLBACK (show_cb), &shown);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  g_assert_cmpstr (shown, ==, "/data/r When?");
  apart_close (&apart);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/comments/talk", test_talk);
  g_test_add_func ("/comments/nothing", test_nothing);
  g_test_add_func ("/comments/button", test_button);
  g_test_add_func ("/comments/list", test_list);

  return g_test_run ();
}
