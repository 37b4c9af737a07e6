// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-consultation"
#include "config.h"

#include "pal-coverage.h"
#include "pal-point-places.h"
#include "pal-thread.h"
#include "test-dossier-common.h"

/* Consultations in memory: what a dossier holds of them, and what follows from it. */

#define ONE "11111111-1111-4111-8111-111111111111"
#define TWO "22222222-2222-4222-8222-222222222222"
#define CARD "33333333-3333-4333-8333-333333333333"
#define QUESTIONS "44444444-4444-4444-8444-444444444444"
#define POINT(n) "/consultation/record/points/point[" n "]"
#define GUEST(n) "/consultation/record/people/participant[" n "]"

/* kind: v value, + row, - row removed, m record made (value: its form), x record removed; triples
 * that end with 0. */
static void
say (PalDossier *dossier, const char *record, ...)
{
  const char kinds[] = "v+-mx";
  GPtrArray *changes = pal_changes_new ();
  g_autoptr (GError) error = NULL;
  va_list args;
  int kind;

  va_start (args, record);
  while ((kind = va_arg (args, int)) != 0)
    {
      const char *node = va_arg (args, const char *);
      const char *value = va_arg (args, const char *);

      g_ptr_array_add (changes, pal_change_new (strchr (kinds, kind) - kinds, record, node, value));
    }
  va_end (args);
  g_assert_true (pal_dossier_append (dossier, "Typing", changes, &error));
  g_assert_no_error (error);
}

static PalConsultations *
load (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  PalConsultations *consultations = pal_consultations_load (dossier, NULL, &error);

  g_assert_no_error (error);

  return consultations;
}

#define E "/consultation/record/essentials/"

/* A round table with two guests and three points; a written statement that was cancelled. */
static PalDossier *
tell_story (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);

  say (dossier, ONE, 'm', NULL, "consultation\t1", 'v', E "title", "Round table", 'v', E "stage",
       "held", 'v', E "date", "2026-10-06", 'v', E "article_clusters", "I", 'v', E "articles",
       "untoc:5 trafficking:3", 'v', E "attended", "14", 'v',
       "/consultation/record/people/numbers/invited", "20", 'v',
       "/consultation/record/people/numbers/women", "3", 'v',
       "/consultation/record/people/numbers/men", "11", 0);
  say (dossier, ONE, '+', GUEST ("g1"), "", 'v', GUEST ("g1") "/organization", "Lantern House", 'v',
       GUEST ("g1") "/type", "victims", '+', GUEST ("g2"), "", 'v', GUEST ("g2") "/anonymity",
       "anonymous", 'v', GUEST ("g2") "/organization", "Never shown", 'v', GUEST ("g2") "/type",
       "ngo", 0);
  say (dossier, ONE, '+', POINT ("p1"), "", 'v', POINT ("p1") "/text", "The law leaves out X", 'v',
       POINT ("p1") "/source", "Lantern House", 'v', POINT ("p1") "/source_type", "victims", 'v',
       POINT ("p1") "/point_articles", "trafficking:3", 'v', POINT ("p1") "/question",
       "\xd9\xa8\xd9\xa8, 89", 'v', POINT ("p1") "/treatment/decision", "taken", 'v',
       POINT ("p1") "/treatment/feedback", "owed", 0);
  say (dossier, ONE, '+', POINT ("p2"), "", 'v', POINT ("p2") "/text", "Keep this inside", 'v',
       POINT ("p2") "/restricted", "yes", 'v', POINT ("p2") "/naming", "type", 'v',
       POINT ("p2") "/source_type", "ngo", 0);
  say (dossier, ONE, '+', POINT ("p3"), "", 'v', POINT ("p3") "/treatment/decision", "not", 0);
  say (dossier, TWO, 'm', NULL, "consultation\t1", 'v', E "title", "Letters", 'v', E "stage",
       "cancelled", 'v', E "date", "2026-11-01", 'v', E "articles", "untoc:5", '+', POINT ("q1"),
       "", 'v', POINT ("q1") "/text", "From a letter", 'v', POINT ("q1") "/source_type", "academia",
       0);
  say (dossier, CARD, 'm', NULL, "stakeholder\t1", 'v', "/stakeholder/card/identity/name",
       "Lantern House", 'v', "/stakeholder/card/identity/type", "victims", 'v',
       "/stakeholder/card/identity/regions", "Veremond, the North", 'v',
       "/stakeholder/card/focus/articles", "trafficking:3 untoc:24", 0);

  return dossier;
}

static void
test_gathered (void)
{
  PalDossier *dossier = tell_story ();
  g_autoptr (PalConsultations) all = load (dossier);
  GPtrArray *list = pal_consultations_list (all);
  GPtrArray *points = pal_consultations_list_points (all);
  GPtrArray *cards = pal_consultations_list_stakeholders (all);
  const PalConsultation *first;
  const PalRaisedPoint *point;

  g_assert_cmpuint (list->len, ==, 2);
  first = g_ptr_array_index (list, 0);
  g_assert_cmpstr (first->title, ==, "Letters");
  first = g_ptr_array_index (list, 1);
  g_assert_cmpstr (first->title, ==, "Round table");
  g_assert_cmpint (first->attended, ==, 14);
  g_assert_cmpint (first->women, ==, 3);
  g_assert_cmpuint (first->participants->len, ==, 2);
  g_assert_cmpuint (first->points->len, ==, 3);

  /* A point without a word is not there yet. */
  g_assert_cmpuint (points->len, ==, 3);
  point = pal_consultations_find_point (all, ONE, POINT ("p1"));
  g_assert_nonnull (point);
  g_assert_true (point->consultation == first);
  g_assert_cmpuint (point->questions->len, ==, 2);
  g_assert_cmpuint (g_array_index (point->questions, guint, 0), ==, 88);
  g_assert_cmpuint (g_array_index (point->questions, guint, 1), ==, 89);
  g_assert_cmpint (point->decision, ==, PAL_DECISION_TAKEN);
  g_assert_cmpint (point->feedback, ==, PAL_FEEDBACK_OWED);
  g_assert_false (point->is_restricted);
  g_assert_true (point->is_named);
  point = pal_consultations_find_point (all, ONE, POINT ("p2"));
  g_assert_true (point->is_restricted);
  g_assert_false (point->is_named);
  g_assert_cmpint (point->feedback, ==, PAL_FEEDBACK_NONE);

  g_assert_cmpuint (cards->len, ==, 1);
  g_assert_cmpstr (((PalStakeholder *) g_ptr_array_index (cards, 0))->name, ==, "Lantern House");
  g_assert_null (pal_consultations_find (all, CARD));
  close_dossier (dossier);
}

static void
got_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
renew (PalConsultations *all, PalDossier *dossier, const char *record)
{
  gboolean changed;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pal_consultations_renew_async (all, dossier, record, NULL, got_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (pal_consultations_renew_finish (all, result, &changed, &error));
  g_assert_no_error (error);

  return changed;
}

/* Row taken out, record taken out, record of another form, all of a form. */
static void
test_renewed (void)
{
  PalDossier *dossier = tell_story ();
  g_autoptr (PalConsultations) all = load (dossier);

  g_assert_cmpuint (pal_consultations_list_points (all)->len, ==, 3);
  say (dossier, ONE, '-', POINT ("p1"), NULL, 0);
  g_assert_nonnull (pal_consultations_find_point (all, ONE, POINT ("p1")));
  renew (all, dossier, ONE);
  g_assert_null (pal_consultations_find_point (all, ONE, POINT ("p1")));
  g_assert_cmpuint (pal_consultations_list_points (all)->len, ==, 2);

  say (dossier, QUESTIONS, 'm', NULL, "cluster-1\t1", 0);
  g_assert_false (renew (all, dossier, QUESTIONS));
  say (dossier, ONE, 'v', POINT ("p2") "/text", "Said otherwise", 0);
  g_assert_cmpstr (pal_consultations_find_point (all, ONE, POINT ("p2"))->text, ==,
                   "Keep this inside");
  g_assert_true (renew (all, dossier, ONE));
  g_assert_cmpstr (pal_consultations_find_point (all, ONE, POINT ("p2"))->text, ==,
                   "Said otherwise");

  say (dossier, TWO, 'x', NULL, NULL, 0);
  renew (all, dossier, TWO);
  g_assert_cmpuint (pal_consultations_list (all)->len, ==, 1);
  close_dossier (dossier);
}

static void
test_coverage (void)
{
  const struct
  {
    const char *type;
    const char *article;
    PalCoverageCell cell;
  } cases[] = {
    { "victims", "trafficking:3", { 1, 1, 1, 0, 1 } },
    { "victims", "untoc:5", { 0, 1, 0, 0, 0 } },
    { "victims", "untoc:24", { 1, 0, 0, 0, 0 } },
    { "ngo", "untoc:5", { 0, 1, 1, 1, 0 } },
    { "ngo", "trafficking:3", { 0, 1, 1, 1, 0 } },
    { "academia", "untoc:5", { 0, 0, 0, 0, 0 } }, /* cancelled */
    { NULL, "trafficking:3", { 1, 1, 2, 1, 1 } },
    { "victims", NULL, { 1, 1, 1, 0, 1 } },
    { NULL, NULL, { 1, 1, 2, 1, 1 } },
  };
  const PalCoverageScope scopes[] = { { "II", NULL }, { NULL, "SOUTH" }, { "I", "veremond" } };
  PalDossier *dossier = tell_story ();
  g_autoptr (PalConsultations) all = load (dossier);
  g_autoptr (PalCoverage) coverage = pal_coverage_new (all, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const PalCoverageCell *cell = pal_coverage_get (coverage, cases[i].type, cases[i].article);
      g_autoptr (PalCoverageRecords) behind
          = pal_coverage_find_records (all, NULL, cases[i].type, cases[i].article);

      g_test_message ("%s × %s", cases[i].type, cases[i].article);
      g_assert_cmpmem (cell, sizeof *cell, &cases[i].cell, sizeof cases[i].cell);
      g_assert_cmpuint (behind->stakeholders->len, ==, cell->stakeholders);
      g_assert_cmpuint (behind->consultations->len, ==, cell->consultations);
      g_assert_cmpuint (behind->points->len, ==, cell->points);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      g_autoptr (PalCoverage) part = pal_coverage_new (all, &scopes[i]);

      g_assert_cmpuint (pal_coverage_get (part, NULL, NULL)->consultations, ==, i == 0 ? 0 : 1);
      g_assert_cmpuint (pal_coverage_get (part, NULL, NULL)->stakeholders, ==, i == 1 ? 0 : 1);
      {
        g_autoptr (PalCoverageRecords) behind
            = pal_coverage_find_records (all, &scopes[i], NULL, NULL);

        g_assert_cmpuint (behind->consultations->len, ==, i == 0 ? 0 : 1);
        g_assert_cmpuint (behind->stakeholders->len, ==, i == 1 ? 0 : 1);
      }
    }
  close_dossier (dossier);
}

/* Regions are written in one line, in whatever script. */
static void
test_regions (void)
{
  PalDossier *dossier = tell_story ();
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (GPtrArray) regions = NULL;

  say (dossier, TWO, 'x', NULL, NULL, 0);
  say (dossier, QUESTIONS, 'm', NULL, "stakeholder\t1", 'v', "/stakeholder/card/identity/name",
       "Zeta", 'v', "/stakeholder/card/identity/regions",
       "VEREMOND\xd8\x8c \xd8\xa7\xd9\x84\xd8\xb3\xd8\xa7\xd8\xad\xd9\x84 ;; ", 0);
  all = load (dossier);
  regions = pal_coverage_list_regions (all);
  g_assert_cmpuint (regions->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (regions, 0), ==, "Veremond");
  g_assert_cmpstr (g_ptr_array_index (regions, 1), ==, "the North");
  g_assert_cmpstr (g_ptr_array_index (regions, 2), ==,
                   "\xd8\xa7\xd9\x84\xd8\xb3\xd8\xa7\xd8\xad\xd9\x84");
  close_dossier (dossier);
}

#define R "/consultation/record/"

/* What a consultation plans and leaves behind: whom it invites, what it is to reach, what worries
 * people, what comes next. */
static void
test_plan (void)
{
  PalDossier *dossier = tell_story ();
  g_autoptr (PalConsultations) all = NULL;
  const PalConsultation *one;
  const PalInvitation *invitation;
  const PalObjective *objective;
  const PalConcern *concern;
  const PalNextStep *step;

  say (dossier, ONE, '+', R "plan/invitation[i1]", "", 'v', R "plan/invitation[i1]/whom", "Union",
       'v', R "plan/invitation[i1]/origin", "self", 'v', R "plan/invitation[i1]/reply", "no", '+',
       R "plan/objective[o1]", "", 'v', R "plan/objective[o1]/aim", "Hear shelters", 'v',
       R "plan/objective[o1]/reached", "part", '+', R "outcome/concern[c1]", "", 'v',
       R "outcome/concern[c1]/about", "Reprisals", 'v', R "outcome/concern[c1]/status", "settled",
       '+', R "outcome/step[s1]", "", 'v', R "outcome/step[s1]/what", "Write to all", 'v',
       R "outcome/step[s1]/due", "2026-11-30", 'v', R "outcome/step[s1]/done", "yes", 'v',
       R "outcome/lessons", "Start earlier", 'v', R "plan/planned_date", "2026-10-05", '+',
       R "plan/unheard[u1]", "", 'v', R "plan/unheard[u1]/of", "Nothing", 0);
  all = load (dossier);
  one = pal_consultations_find (all, ONE);
  g_assert_cmpstr (one->lessons, ==, "Start earlier");
  g_assert_cmpstr (one->planned_date, ==, "2026-10-05");
  g_assert_cmpuint (one->invitations->len, ==, 1);
  g_assert_cmpuint (one->objectives->len, ==, 1);
  g_assert_cmpuint (one->concerns->len, ==, 1);
  g_assert_cmpuint (one->steps->len, ==, 1);
  g_assert_cmpuint (one->points->len, ==, 3);
  invitation = g_ptr_array_index (one->invitations, 0);
  g_assert_cmpstr (invitation->whom, ==, "Union");
  g_assert_cmpstr (invitation->origin, ==, "self");
  g_assert_cmpstr (invitation->reply, ==, "no");
  objective = g_ptr_array_index (one->objectives, 0);
  g_assert_cmpstr (objective->reached, ==, "part");
  concern = g_ptr_array_index (one->concerns, 0);
  g_assert_cmpstr (concern->about, ==, "Reprisals");
  g_assert_true (concern->is_settled);
  step = g_ptr_array_index (one->steps, 0);
  g_assert_cmpstr (step->row, ==, R "outcome/step[s1]");
  g_assert_true (step->is_done);
  close_dossier (dossier);
}

static void
test_indicators (void)
{
  PalDossier *dossier = tell_story ();
  g_autoptr (PalConsultations) all = load (dossier);
  g_autoptr (GPtrArray) owed = pal_feedback_list_owed (all);
  PalIndicators counts;

  pal_indicators_count (all, &counts);
  g_assert_cmpuint (counts.consultations, ==, 1);
  g_assert_cmpuint (counts.cancelled, ==, 1);
  g_assert_cmpuint (counts.invited, ==, 20);
  g_assert_cmpuint (counts.attended, ==, 14);
  g_assert_cmpuint (counts.organizations, ==, 1); /* the anonymous one is not counted by name */
  g_assert_cmpuint (counts.small_numbers, ==, 1);
  g_assert_cmpuint (counts.points, ==, 3);
  g_assert_cmpuint (counts.decisions[PAL_DECISION_OPEN], ==, 2);
  g_assert_cmpuint (counts.decisions[PAL_DECISION_TAKEN], ==, 1);
  g_assert_cmpuint (counts.restricted, ==, 1);
  g_assert_cmpuint (owed->len, ==, 1);
  close_dossier (dossier);
}

/* --- threads -----------------------------------------------------------------------------------
 */

static PalForm *
load_questions (void)
{
  const char xform[]
      = "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" "
        "xmlns:p=\"https://palermo.app/ns/form\"><h:head><h:title>Q</h:title><model><instance>"
        "<data id=\"cluster-1\"><untoc><art5><q1/><q2/></art5><art6><q3/></art6></untoc></data>"
        "</instance>"
        "<bind nodeset=\"/data/untoc/art5\" p:ref=\"untoc:5\" p:cluster=\"I\"/>"
        "<bind nodeset=\"/data/untoc/art5/q1\" type=\"string\" p:cluster=\"I\"/>"
        "<bind nodeset=\"/data/untoc/art5/q2\" type=\"string\" p:cluster=\"I\"/>"
        "<bind nodeset=\"/data/untoc/art6\" p:ref=\"untoc:6\" p:cluster=\"I\"/>"
        "<bind nodeset=\"/data/untoc/art6/q3\" type=\"string\" p:cluster=\"I\"/>"
        "</model></h:head><h:body><group ref=\"/data/untoc\" appearance=\"part\">"
        "<label>U</label><group ref=\"/data/untoc/art5\" appearance=\"page\"><label>A5</label>"
        "<input ref=\"/data/untoc/art5/q1\"><label>1</label></input>"
        "<input ref=\"/data/untoc/art5/q2\"><label>2</label></input></group>"
        "<group ref=\"/data/untoc/art6\" appearance=\"page\"><label>A6</label>"
        "<input ref=\"/data/untoc/art6/q3\"><label>3</label></input></group></group></h:body>"
        "</h:html>";
  g_autoptr (GBytes) bytes = g_bytes_new_static (xform, sizeof xform - 1);
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_form_load (bytes, "questions", &error);

  g_assert_no_error (error);

  return form;
}

static char *
describe_places (PalConsultations *all, PalOutlinePage *page)
{
  g_autoptr (GPtrArray) places = pal_point_places_find (all, QUESTIONS, page);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < places->len; i++)
    {
      const PalPointPlace *place = g_ptr_array_index (places, i);

      g_string_append_printf (text, "%s%u:%s%s", text->len > 0 ? " " : "",
                              place->card != NULL ? place->card->number : 0,
                              strrchr (place->point->row, '[') + 1,
                              place->thread != NULL ? "!" : "");
    }

  return g_string_free (text, FALSE);
}

static void
assert_places (PalConsultations *all, PalOutline *outline, guint index, const char *wanted)
{
  g_autofree char *found
      = describe_places (all, g_ptr_array_index (pal_outline_get_pages (outline), index));

  g_assert_cmpstr (found, ==, wanted);
}

static void
test_places (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalForm) form = load_questions ();
  g_autoptr (PalOutline) outline = pal_outline_new (form);
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *thread = NULL;

  say (dossier, ONE, 'm', NULL, "consultation\t1", 'v', E "article_clusters", "I", 'v',
       E "articles", "untoc:6", 0);
  /* a: by its number; b: of another article, though the number fits; c: of the consultation's
   * article, as it names nothing itself; d: by its article. */
  say (dossier, ONE, '+', POINT ("a"), "", 'v', POINT ("a") "/text", "a", 'v',
       POINT ("a") "/question", "2", '+', POINT ("b"), "", 'v', POINT ("b") "/text", "b", 'v',
       POINT ("b") "/question", "2", 'v', POINT ("b") "/point_articles", "untoc:24", '+',
       POINT ("c"), "", 'v', POINT ("c") "/text", "c", '+', POINT ("d"), "", 'v',
       POINT ("d") "/text", "d", 'v', POINT ("d") "/point_articles", "untoc:5", 0);
  all = load (dossier);
  assert_places (all, outline, 0, "2:a] 0:d]");
  assert_places (all, outline, 1, "0:c]");

  /* The form of threads comes with the program; here it is made up. */
  say (dossier, TWO, 'm', NULL, "thread\t1", 'v', "/thread/point_record", ONE, 'v', "/thread/point",
       POINT ("c"), 'v', "/thread/record", QUESTIONS, 'v', "/thread/node", "/data/untoc/art5/q1",
       0);
  renew (all, dossier, TWO);
  assert_places (all, outline, 0, "1:c]! 2:a] 0:d]");
  assert_places (all, outline, 1, "");
  g_assert_true (pal_thread_set_change (dossier, TWO, "abc", &error));
  g_assert_no_error (error);
  renew (all, dossier, TWO);
  pal_consultations_list_points (all);
  g_assert_cmpstr (((PalThread *) g_ptr_array_index (
                        pal_consultations_find_point (all, ONE, POINT ("c"))->threads, 0))
                       ->change,
                   ==, "abc");
  g_assert_true (pal_thread_remove (dossier, TWO, &error));
  renew (all, dossier, TWO);
  assert_places (all, outline, 1, "0:c]");
  close_dossier (dossier);
}

static void
add_tests (void)
{
  g_test_add_func ("/consultation/gathered", test_gathered);
  g_test_add_func ("/consultation/renewed", test_renewed);
  g_test_add_func ("/consultation/coverage", test_coverage);
  g_test_add_func ("/consultation/regions", test_regions);
  g_test_add_func ("/consultation/plan", test_plan);
  g_test_add_func ("/consultation/indicators", test_indicators);
  g_test_add_func ("/consultation/places", test_places);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
