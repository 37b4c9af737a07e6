// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "apart-fixture.h"
#include "pal-form-page.h"
#include "pal-heard-list.h"
#include "pal-heard.h"
#include "pal-undo.h"

/* What was said in a consultation stands beside the question that it is about; quoting it keeps
 * where it comes from, and undo takes all of it back. */

static const char MODEL[]
    = "<instance><data id='f'><tip><art5><q1><status/><example/></q1><q2><status/></q2></art5>"
      "</tip></data></instance>"
      "<bind nodeset='/data/tip/art5' p:ref='tip:5'/>"
      "<bind nodeset='/data/tip/art5/q1/example' type='string'/>"
      "<bind nodeset='/data/tip/art5/q1' p:ref='tip:5.1' p:cluster='I'/>"
      "<bind nodeset='/data/tip/art5/q2' p:ref='tip:5.2' p:cluster='I'/>";
#define STATUS(path)                                                                               \
  "<select1 ref='" path "/status'><label>Is it?</label><item><label>Yes</label>"                   \
  "<value>yes</value></item></select1>"
static const char BODY[]
    = "<group ref='/data/tip' appearance='part'><label>T</label><group ref='/data/tip/art5' "
      "appearance='page'><label>5</label><group ref='/data/tip/art5/q1'><label>One</label>" STATUS (
          "/data/tip/art5/q1") "<input ref='/data/tip/art5/q1/example' appearance='multiline'>"
                               "<label>An example</label></input></group>"
                               "<group ref='/data/tip/art5/q2'><label>Two</label>" STATUS (
                                   "/data/tip/art5/q2") "</group></group></group>";
#define EXAMPLE "/data/tip/art5/q1/example"
#define CONSULTATION "11111111-1111-4111-8111-111111111111"
#define ROW(n) "/consultation/record/points/point[" n "]"
#define ONE_HERE "Consultations: 1 point about this question"
#define ONE_OF_PAGE "Consultations: 1 point about the article as a whole"

typedef struct
{
  Apart apart;
  PalOutline *outline;
  PalHeard *heard;
  GtkWidget *page;
  const char *wanted; /* for has_said() */
} Story;

static void
say (Story *story, const char *const *answers)
{
  GPtrArray *changes = pal_changes_new ();
  g_autoptr (GError) error = NULL;

  for (; answers[0] != NULL; answers += 2)
    g_ptr_array_add (changes, pal_change_new (*answers[0] == '\0'  ? PAL_CHANGE_RECORD_MADE
                                              : answers[1] == NULL ? PAL_CHANGE_ROW_ADDED
                                                                   : PAL_CHANGE_VALUE,
                                              CONSULTATION, *answers[0] != '\0' ? answers[0] : NULL,
                                              answers[1]));
  g_assert_true (pal_dossier_append (pal_session_get_dossier (story->apart.session), "Typing",
                                     changes, &error));
  g_assert_no_error (error);
}

static gboolean
has_said (gpointer data)
{
  Story *story = data;

  return find_where (story->page, is_label, story->wanted) != NULL;
}

static void
wait_for (Story *story, const char *text)
{
  story->wanted = text;
  apart_wait (has_said, story);
}

static void
begin (Story *story)
{
  const char *const said[] = { "",
                               "consultation\t1",
                               "/consultation/record/essentials/title",
                               "Round table",
                               "/consultation/record/essentials/article_clusters",
                               "I",
                               ROW ("p1"),
                               NULL,
                               ROW ("p1") "/text",
                               "Nobody told us",
                               ROW ("p1") "/source",
                               "Lantern House",
                               ROW ("p1") "/question",
                               "1",
                               ROW ("p2"),
                               NULL,
                               ROW ("p2") "/text",
                               "Keep this inside",
                               ROW ("p2") "/restricted",
                               "yes",
                               ROW ("p2") "/question",
                               "2",
                               ROW ("p3"),
                               NULL,
                               ROW ("p3") "/text",
                               "Of the whole article",
                               ROW ("p3") "/point_articles",
                               "tip:5",
                               NULL,
                               NULL };
  PalRecord *record;

  apart_open (&story->apart, MODEL, BODY, FALSE, NULL, 0, NULL, 0, NULL, 0);
  say (story, said);
  record = pal_session_get_questionnaire (story->apart.session);
  story->outline = pal_outline_new (pal_response_get_form (pal_record_get_response (record)));
  story->heard = pal_heard_of_dossier (pal_session_get_dossier (story->apart.session));
  story->page = pal_form_page_new (record, story->outline,
                                   g_ptr_array_index (pal_outline_get_pages (story->outline), 0));
  apart_show (&story->apart, story->page);
  wait_for (story, ONE_HERE);
}

static void
end (Story *story)
{
  apart_show (&story->apart, gtk_label_new (""));
  g_clear_pointer (&story->outline, pal_outline_unref);
  apart_close (&story->apart);
}

static gboolean
is_list_of (GtkWidget *widget, gconstpointer text)
{
  return PAL_IS_HEARD_LIST (widget) && find_where (widget, is_label, text) != NULL;
}

static GtkWidget *
find_list (Story *story, const char *text)
{
  return find_where (story->page, is_list_of, text);
}

static gboolean
can_quote (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_MENU_BUTTON (widget);
}

static void
test_shown (void)
{
  Story story = { 0 };
  GtkWidget *one, *two;
  const char *const taken[] = { ROW ("p1") "/treatment/decision", "partly", NULL, NULL };

  begin (&story);
  wait_for (&story, ONE_OF_PAGE);
  one = find_list (&story, "Nobody told us");
  two = find_list (&story, "Keep this inside");
  g_assert_nonnull (one);
  g_assert_nonnull (two);
  g_assert_true (one != two);
  assert_says (one, "Lantern House");
  assert_says (one, "Round table");
  assert_says (one, "Not considered yet");
  g_assert_nonnull (find_where (one, can_quote, NULL));
  assert_says (two, "it stays here");
  g_assert_null (find_where (two, can_quote, NULL));
  g_assert_nonnull (find_list (&story, "Of the whole article"));

  say (&story, taken);
  wait_for (&story, "Partly taken up");
  end (&story);
}

/* Two acts in one go are told once: both are heard of. */
static void
test_two_at_once (void)
{
  Story story = { 0 };
  const char *const taken[] = { ROW ("p1") "/treatment/decision", "taken", NULL, NULL };
  const char *const partly[] = { ROW ("p1") "/treatment/decision", "partly", NULL, NULL };
  GPtrArray *changes = pal_changes_new ();
  g_autoptr (GError) error = NULL;

  begin (&story);
  say (&story, taken);
  wait_for (&story, "Taken up");

  say (&story, partly);
  g_ptr_array_add (changes,
                   pal_change_new (PAL_CHANGE_RECORD_MADE, "22222222-2222-4222-8222-222222222222",
                                   NULL, "consultation\t1"));
  g_assert_true (pal_dossier_append (pal_session_get_dossier (story.apart.session), "Typing",
                                     changes, &error));
  g_assert_no_error (error);
  wait_for (&story, "Partly taken up");
  end (&story);
}

static PalThread *
get_thread (Story *story)
{
  PalConsultations *all = pal_heard_get_consultations (story->heard);
  PalRaisedPoint *point;

  if (all == NULL)
    return NULL;
  pal_consultations_list_points (all);
  point = pal_consultations_find_point (all, CONSULTATION, ROW ("p1"));

  return point != NULL && point->threads->len > 0 ? g_ptr_array_index (point->threads, 0) : NULL;
}

static gboolean
is_tied (gpointer data)
{
  return get_thread (data) != NULL;
}

static gboolean
is_not_tied (gpointer data)
{
  return get_thread (data) == NULL;
}

static void
test_quoted (void)
{
  Story story = { 0 };
  PalDossier *dossier;
  g_autoptr (PalUndone) undone = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (GError) error = NULL;
  const char *record;

  begin (&story);
  dossier = pal_session_get_dossier (story.apart.session);
  record = pal_record_get_id (pal_session_get_questionnaire (story.apart.session));
  g_assert_true (gtk_widget_activate_action (find_list (&story, "Nobody told us"), "heard.quote",
                                             "(sss)", CONSULTATION, ROW ("p1"), EXAMPLE));
  g_assert_cmpstr (apart_value (&story.apart, EXAMPLE), ==,
                   "“Nobody told us” (Lantern House, Round table)");
  apart_wait (is_tied, &story);
  history = pal_dossier_read_history (dossier, record, EXAMPLE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (get_thread (&story)->node, ==, EXAMPLE);
  g_assert_cmpstr (get_thread (&story)->change, ==,
                   ((PalChange *) g_ptr_array_index (history, 0))->id);

  undone = pal_dossier_undo (dossier, PAL_UNDO_BACK, &error);
  g_assert_no_error (error);
  g_assert_nonnull (undone);
  apart_wait (is_not_tied, &story);
  heads = pal_dossier_read_heads (dossier, record, &error);
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (g_strcmp0 (head->node, EXAMPLE) == 0)
        g_assert_true (head->value == NULL || *head->value == '\0');
    }
  end (&story);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/heard/shown", test_shown);
  g_test_add_func ("/heard/two-at-once", test_two_at_once);
  g_test_add_func ("/heard/quoted", test_quoted);

  return g_test_run ();
}
