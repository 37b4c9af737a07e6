// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "apart-fixture.h"
#include "pal-consultation-views.h"
#include "pal-matrix-cell.h"
#include "pal-record-list.h"
#include "pal-undo.h"

/* The same consultations in a calendar, in a table of who was heard on what, in numbers and as a
 * plan; all of it follows what is written. */

static const char MODEL[] = "<instance><data id='f'><q1/></data></instance>"
                            "<bind nodeset='/data/q1' type='string'/>";
static const char BODY[] = "<input ref='/data/q1'><label>One</label></input>";
#define MEETING "11111111-1111-4111-8111-111111111111"
#define UNION "22222222-2222-4222-8222-222222222222"
#define SCHOOL "33333333-3333-4333-8333-333333333333"
#define R "/consultation/record/"
#define CARD "/stakeholder/card/"
#define POINT R "points/point[p1]/"
#define ARTICLE_5 "Convention, article 5: taking part in an organized criminal group"
#define ARTICLE_6 "Convention, article 6: laundering the proceeds of crime"
#define UNION_TYPE "Union or professional association"

typedef struct
{
  Apart apart;
  GtkWidget *views;
  const char *wanted;
} Story;

/* Pairs of path and value that end with NULL; "" makes the record, NULL as a value adds a row. */
static void
say (Story *story, const char *record, ...)
{
  GPtrArray *changes = pal_changes_new ();
  g_autoptr (GError) error = NULL;
  const char *path;
  va_list args;

  va_start (args, record);
  while ((path = va_arg (args, const char *)) != NULL)
    {
      const char *value = va_arg (args, const char *);

      g_ptr_array_add (changes, pal_change_new (*path == '\0'   ? PAL_CHANGE_RECORD_MADE
                                                : value == NULL ? PAL_CHANGE_ROW_ADDED
                                                                : PAL_CHANGE_VALUE,
                                                record, *path != '\0' ? path : NULL, value));
    }
  va_end (args);
  g_assert_true (pal_dossier_append (pal_session_get_dossier (story->apart.session), "Typing",
                                     changes, &error));
  g_assert_no_error (error);
}

static char *
dup_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

static void
begin (Story *story, const char *view)
{
  g_autofree char *today = dup_today ();

  apart_open (&story->apart, MODEL, BODY, FALSE, NULL, 0, NULL, 0, NULL, 0);
  say (story, UNION, "", "stakeholder\t1", CARD "identity/name", "Dockers", CARD "identity/type",
       "union", CARD "identity/regions", "Veremond, the North", CARD "focus/articles", "untoc:5",
       NULL);
  say (story, SCHOOL, "", "stakeholder\t1", CARD "identity/name", "School of Law",
       CARD "identity/type", "academia", CARD "focus/articles", "untoc:6", NULL);
  say (story, MEETING, "", "consultation\t2", R "essentials/title", "Round table",
       R "essentials/stage", "held", R "essentials/date", today, R "essentials/articles", "untoc:5",
       R "points/point[p1]", NULL, POINT "text", "Nobody told us", POINT "source", "Dockers",
       POINT "source_type", "union", POINT "treatment/decision", "taken",
       POINT "treatment/feedback", "owed", R "plan/objective[o1]", NULL, R "plan/objective[o1]/aim",
       "Hear the harbour", R "plan/invitation[i1]", NULL, R "plan/invitation[i1]/whom",
       "Harbour office", R "plan/invitation[i1]/origin", "government", R "outcome/step[s1]", NULL,
       R "outcome/step[s1]/what", "Write to all", R "outcome/step[s1]/due", "2020-01-31", NULL);
  story->views = pal_consultation_views_new (story->apart.session, gtk_label_new ("The list"));
  pal_consultation_views_show (PAL_CONSULTATION_VIEWS (story->views), view);
  apart_show (&story->apart, story->views);
}

static void
end (Story *story)
{
  apart_show (&story->apart, gtk_label_new (""));
  apart_close (&story->apart);
}

static gboolean
is_cell (GtkWidget *widget, gconstpointer name)
{
  return PAL_IS_MATRIX_CELL (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), name) == 0;
}

static gboolean
has_cell (gpointer data)
{
  Story *story = data;

  return find_where (story->views, is_cell, story->wanted) != NULL;
}

static void
wait_for_cell (Story *story, const char *name)
{
  g_test_message ("waiting for: %s", name);
  story->wanted = name;
  apart_wait (has_cell, story);
}

static gboolean
says (gpointer data)
{
  Story *story = data;

  return find_where (story->views, is_label, story->wanted) != NULL;
}

static void
wait_for (Story *story, const char *text)
{
  g_test_message ("waiting for: %s", text);
  story->wanted = text;
  apart_wait (says, story);
}

/* --- who was heard on what -----------------------------------------------------------------------
 */

static void
test_table (void)
{
  Story story = { 0 };
  GtkWidget *cell;

  begin (&story, "coverage");
  wait_for_cell (&story, UNION_TYPE ". " ARTICLE_5
                                    ". Consultations: 1; points: 1, of these open: 0; cards: 1.");
  wait_for_cell (&story, "Academia or research. " ARTICLE_6 ". Never consulted; cards: 1.");
  wait_for_cell (&story, "Faith-based organization. " ARTICLE_6 ". Nobody yet.");
  cell = find_where (story.views, is_cell, story.wanted);
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (cell)), ==,
                   GTK_ACCESSIBLE_ROLE_GRID_CELL);
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (cell),
                                                     GTK_ACCESSIBLE_PROPERTY_LABEL, story.wanted));

  /* What is cancelled counts no longer; a card that goes leaves a gap. */
  say (&story, MEETING, R "essentials/stage", "cancelled", NULL);
  wait_for_cell (&story, UNION_TYPE ". " ARTICLE_5 ". Never consulted; cards: 1.");
  say (&story, MEETING, R "essentials/stage", "held", NULL);
  wait_for_cell (&story, UNION_TYPE ". " ARTICLE_5
                                    ". Consultations: 1; points: 1, of these open: 0; cards: 1.");
  say (&story, UNION, CARD "focus/articles", "untoc:6", NULL);
  wait_for_cell (&story,
                 UNION_TYPE ". " ARTICLE_5 ". Heard, without a card. Consultations: 1; points: 1, "
                            "of these open: 0.");
  end (&story);
}

static gboolean
has_two_windows (gpointer data)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ()) > 1;
}

static void
got_record_cb (PalSession *session, const char *record, const char *path, gpointer user_data)
{
  g_free (*(char **) user_data);
  *(char **) user_data = g_strdup (record);
}

static gboolean
is_row_of (GtkWidget *widget, gconstpointer title)
{
  return ADW_IS_ACTION_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

/* A cell opens a window with what it counts; from there one goes to the record, and the window is
 * gone. */
static void
test_behind (void)
{
  Story story = { 0 };
  g_autofree char *record = NULL;
  GtkWidget *cell, *matrix, *window = NULL, *row;
  guint place[2];

  begin (&story, "coverage");
  wait_for_cell (&story, UNION_TYPE ". " ARTICLE_5
                                    ". Consultations: 1; points: 1, of these open: 0; cards: 1.");
  cell = find_where (story.views, is_cell, story.wanted);
  matrix = gtk_widget_get_ancestor (cell, PAL_TYPE_MATRIX);
  pal_matrix_cell_get_place (PAL_MATRIX_CELL (cell), &place[0], &place[1]);
  g_signal_connect (story.apart.session, "show-record", G_CALLBACK (got_record_cb), &record);
  g_signal_emit_by_name (matrix, "activated", place[0], place[1]);
  apart_wait (has_two_windows, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (gtk_window_get_toplevels ()); i++)
    {
      g_autoptr (GtkWidget) one = g_list_model_get_item (gtk_window_get_toplevels (), i);

      if (one != story.apart.window)
        window = one;
    }
  g_assert_nonnull (find_where (window, is_row_of, "Dockers"));
  g_assert_nonnull (find_where (window, is_row_of, "Round table"));
  g_assert_null (find_where (window, is_row_of, "School of Law"));
  row = find_where (window, is_row_of, "Nobody told us");
  g_assert_nonnull (row);
  adw_action_row_activate (ADW_ACTION_ROW (row));
  g_assert_cmpstr (record, ==, MEETING);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (has_two_windows (NULL));
  end (&story);
}

/* --- calendar, measures, plan --------------------------------------------------------------------
 */

static gboolean
is_day_of (GtkWidget *widget, gconstpointer title)
{
  const char *tooltip = PAL_IS_MATRIX_CELL (widget) ? gtk_widget_get_tooltip_text (widget) : NULL;

  /* Names in a list stand between marks of direction. */
  return tooltip != NULL && strstr (tooltip, title) != NULL;
}

static gboolean
has_day (gpointer data)
{
  Story *story = data;

  return find_where (story->views, is_day_of, story->wanted) != NULL;
}

static void
test_calendar (void)
{
  Story story = { 0 };

  begin (&story, "calendar");
  story.wanted = "Round table";
  apart_wait (has_day, &story);
  g_assert_nonnull (find_where (story.views, is_row_of, "Round table"));
  say (&story, MEETING, R "essentials/date", "2020-01-31", NULL);
  wait_for (&story, "Nothing in this month: no consultation, and nothing is due.");
  g_assert_null (find_where (story.views, is_day_of, "Round table"));
  end (&story);
}

static void
test_measures (void)
{
  Story story = { 0 };

  begin (&story, "measures");
  wait_for (&story, "1 point was considered; the source does not know yet");
  g_assert_nonnull (find_where (story.views, is_row_of, "Nobody told us"));
  g_assert_nonnull (find_where (story.views, is_row_of, "Write to all"));
  wait_for (&story, "Of 1. Taken up, in full or in part: 1.");
  say (&story, MEETING, POINT "treatment/feedback", "sent", NULL);
  wait_for (&story, "Nobody waits for an answer.");
  say (&story, MEETING, R "outcome/step[s1]/done", "yes", NULL);
  wait_for (&story, "No step is open.");
  end (&story);
}

static void
test_plan (void)
{
  Story story = { 0 };

  begin (&story, "plan");
  wait_for (&story, "Reply: None yet · A public body suggested it");
  g_assert_nonnull (find_where (story.views, is_row_of, "Hear the harbour"));
  g_assert_nonnull (find_where (story.views, is_row_of, "Harbour office"));
  g_assert_nonnull (find_where (story.views, is_row_of, "Mapped, but never consulted"));
  wait_for_cell (&story, UNION_TYPE ". the North. Cards: 1.");
  say (&story, MEETING, R "plan/objective[o1]/reached", "part", NULL);
  wait_for (&story, "Reached: Yes, in part · Round table");
  end (&story);
}

/* --- the list ------------------------------------------------------------------------------------
 */

/* Below the name of an organization stands what it is. */
static void
test_list (void)
{
  Story story = { 0 };

  begin (&story, "list");
  story.views = pal_record_list_new (story.apart.session, &pal_record_kinds[1]);
  pal_record_list_reload (PAL_RECORD_LIST (story.views));
  apart_show (&story.apart, story.views);
  wait_for (&story, "Dockers");
  wait_for (&story, UNION_TYPE);
  end (&story);
}

static gboolean
is_silent (gpointer data)
{
  return !says (data);
}

/* What is empty says how it fills, until it does. */
static void
test_empty (void)
{
  static const char *const views[] = { "calendar", "coverage", "measures", "plan" };
  Story story = { 0 };

  apart_open (&story.apart, MODEL, BODY, FALSE, NULL, 0, NULL, 0, NULL, 0);
  story.views = pal_consultation_views_new (story.apart.session, gtk_label_new ("The list"));
  apart_show (&story.apart, story.views);
  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      pal_consultation_views_show (PAL_CONSULTATION_VIEWS (story.views), views[i]);
      wait_for (&story, "Nothing is here yet.");
    }
  pal_consultation_views_show (PAL_CONSULTATION_VIEWS (story.views), "list");
  assert_is_silent (story.views, "Nothing is here yet.");
  pal_consultation_views_show (PAL_CONSULTATION_VIEWS (story.views), "measures");
  say (&story, UNION, "", "stakeholder\t1", CARD "identity/name", "Dockers", NULL);
  apart_wait (is_silent, &story);
  end (&story);
}

/* The narrowest window, in pixels; and a table becomes a list there. */
static void
test_narrow (void)
{
  static const char *const views[] = { "calendar", "coverage", "measures", "plan" };
  Story story = { 0 };

  begin (&story, "list");
  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      int least;

      pal_consultation_views_show (PAL_CONSULTATION_VIEWS (story.views), views[i]);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      gtk_widget_measure (story.views, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      g_test_message ("%s: %d", views[i], least);
      g_assert_cmpint (least, <=, 360);
    }
  pal_consultation_views_show (PAL_CONSULTATION_VIEWS (story.views), "coverage");
  wait_for_cell (&story, UNION_TYPE ". " ARTICLE_5
                                    ". Consultations: 1; points: 1, of these open: 0; cards: 1.");
  gtk_widget_hide (story.apart.window);
  gtk_window_set_default_size (GTK_WINDOW (story.apart.window), 360, 600);
  gtk_window_present (GTK_WINDOW (story.apart.window));
  wait_for (&story, "Types heard: 1. Mapped, never consulted: 0. Nobody yet: 12.");
  end (&story);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/coverage/table", test_table);
  g_test_add_func ("/app/coverage/behind", test_behind);
  g_test_add_func ("/app/coverage/calendar", test_calendar);
  g_test_add_func ("/app/coverage/measures", test_measures);
  g_test_add_func ("/app/coverage/plan", test_plan);
  g_test_add_func ("/app/coverage/list", test_list);
  g_test_add_func ("/app/coverage/empty", test_empty);
  g_test_add_func ("/app/coverage/narrow", test_narrow);

  return g_test_run ();
}
