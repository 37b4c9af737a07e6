// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-clearance"
#include "config.h"

#include "pal-comment.h"
#include "pal-digest.h"
#include "pal-edition.h"
#include "pal-hand-over.h"
#include "pal-merge.h"
#include "pal-purge.h"
#include "pal-questionnaire.h"
#include "pal-record.h"
#include "pal-trail.h"
#include "pal-undo.h"

#include "dossier-fixture.h"

/* What is open on a page, where its steps lead whatever the order in which they arrive, what an
 * edition is called, and what a supplement says. */

#define HEAD(title)                                                                                \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "          \
  "xmlns:jr='http://openrosa.org/javarosa' xmlns:p='https://palermo.app/ns/form'>"                 \
  "<h:head><h:title>" title "</h:title><model>"
#define INPUT(path) "<input ref='" path "'><label>L</label></input>"
#define OWN(name, leaves)                                                                          \
  HEAD (name)                                                                                      \
  "<instance><" name " id='" name "' version='1'>" leaves "</" name ">"                            \
  "</instance></model></h:head><h:body>" INPUT ("/" name "/record") "</h:body></h:html>"

static const char questionnaire[]
    = HEAD (
        "Ninth") "<instance><q id='cluster-9' version='1'>"
                 "<one><party/><law jr:template=''><title/></law><number/></one>"
                 "<two><must/><may/><sum/><given>yes</given></two></q></instance>"
                 "<bind nodeset='/q/one/number' type='int' constraint='. &lt; 10' "
                 "relevant=\"/q/one/party = 'yes'\"/>"
                 "<bind nodeset='/q/two/must' required='true()'/>"
                 "<bind nodeset='/q/two/sum' calculate=\"concat(/q/two/must, '!')\"/>"
                 "</model></h:head><h:body><group appearance='part'><label>P</label>"
                 "<group ref='/q/one' appearance='page'><label>One</label>" INPUT ("/q/one/party") "<group ref='/q/one/law'><label>L</label><repeat nodeset='/q/one/law'>" INPUT (
                     "/q/one/law/title") "</repeat></group>" INPUT ("/q/one/number") "</"
                                                                                     "group><group "
                                                                                     "ref='/q/two' "
                                                                                     "appearance='"
                                                                                     "page'><label>"
                                                                                     "Two</"
                                                                                     "label"
                                                                                     ">" INPUT (
                                                                                         "/q"
                                                                                         "/t"
                                                                                         "wo"
                                                                                         "/m"
                                                                                         "us"
                                                                                         "t") INPUT ("/q"
                                                                                                     "/t"
                                                                                                     "wo"
                                                                                                     "/m"
                                                                                                     "a"
                                                                                                     "y")
                                                                                         INPUT (
                                                                                             "/q/"
                                                                                             "two/"
                                                                                             "sum")
                                                                                             INPUT (
                                                                                                 "/"
                                                                                                 "q"
                                                                                                 "/"
                                                                                                 "t"
                                                                                                 "w"
                                                                                                 "o"
                                                                                                 "/"
                                                                                                 "g"
                                                                                                 "i"
                                                                                                 "v"
                                                                                                 "e"
                                                                                                 "n") "</group></group></h:body></h:html>";

static const char *const own[] = { OWN ("comment", "<record/>"), OWN ("ready", "<record/>"),
                                   OWN ("clearance", "<record/>"), OWN ("edition", "<record/>") };

static PalDossier *
create (const char *name, gboolean with_record)
{
  return create_with (name, with_record, questionnaire, own, G_N_ELEMENTS (own));
}

static void
append (PalDossier *dossier, PalChangeKind kind, const char *node, const char *value)
{
  g_autofree char *record = get_record (dossier);
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (changes, pal_change_new (kind, record, node, value));
  g_assert_true (pal_dossier_append (dossier, "Test", changes, &error));
  g_assert_no_error (error);
}

static void
set (PalDossier *dossier, const char *node, const char *value)
{
  append (dossier, PAL_CHANGE_VALUE, node, value);
}

static void
merge (PalDossier *to, PalDossier *from)
{
  g_autoptr (GError) error = NULL;
  PalMergeReport *report;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) in = NULL;
  g_autoptr (GBytes) log = NULL;

  g_assert_true (pal_dossier_write_log (from, NULL, NULL, out, NULL, &error));
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, NULL);
  log = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  in = g_memory_input_stream_new_from_bytes (log);
  report = pal_dossier_merge_log (to, in, PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  pal_merge_report_free (report);
}

/* "kind node" of each point, separated by commas; what may stay empty is left out. */
static char *
dup_points (PalDossier *dossier, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalClearance) clearance = pal_clearance_look (dossier, &error);
  GPtrArray *points;
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  points = path != NULL ? pal_clearance_find_page (clearance, path)->points : clearance->points;
  for (guint i = 0; i < points->len; i++)
    {
      const PalPoint *point = g_ptr_array_index (points, i);

      if (point->kind != PAL_POINT_UNANSWERED)
        g_string_append_printf (text, "%s%s %s", text->len > 0 ? "," : "",
                                pal_point_kind_to_string (point->kind), point->node);
    }

  return g_string_free (text, FALSE);
}

static void
test_points (void)
{
  const struct
  {
    const char *node;
    const char *value;
    const char *page; /* NULL: on none */
    const char *points;
  } rows[] = {
    { "/q/one/party", "yes", "/q/one", "draft /q/one" },
    { "/q/one/number", "7", "/q/one", "draft /q/one" },
    { "/q/one/number", "12", "/q/one", "violated /q/one/number,draft /q/one" },
    { "/q/one/number", "many", "/q/one", "violated /q/one/number,draft /q/one" },
    { "/q/one/party", "no", "/q/one", "not-relevant /q/one/number,draft /q/one" },
    { "/q/one/number", NULL, "/q/one", "draft /q/one" },
    { "/q/two/may", "x", "/q/two", "required /q/two/must,draft /q/two" },
    { "/q/two/must", "x", "/q/two", "draft /q/two" },
    { "/q/gone", "x", NULL, "orphan /q/gone" },
  };
  PalDossier *dossier = create ("points", TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *points = NULL;

      set (dossier, rows[i].node, rows[i].value);
      points = dup_points (dossier, rows[i].page);
      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (points, ==, rows[i].points);
    }
  done (dossier);
}

/* Two people on one number, and a talk about it. */
static void
test_points_of_people (void)
{
  PalDossier *one = create ("one", TRUE);
  PalDossier *other = create ("other", FALSE);
  g_autofree char *record = get_record (one);
  g_autofree char *id = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  set (one, "/q/one/party", "yes");
  merge (other, one);
  set (one, "/q/one/number", "3");
  set (other, "/q/one/number", "4");
  id = pal_comment_add (other, record, "/q/one/law[abc]/title", "Which?", NULL, NULL, NULL);
  g_assert_nonnull (id);
  merge (one, other);
  before = dup_points (one, "/q/one");
  g_assert_cmpstr (before, ==, "conflict /q/one/number,comment /q/one/law[abc]/title,draft /q/one");
  set (one, "/q/one/number", "4");
  g_assert_true (pal_comment_resolve (one, id, TRUE, NULL));
  after = dup_points (one, "/q/one");
  g_assert_cmpstr (after, ==, "draft /q/one");
  done (one);
  done (other);
}

static PalPageState
get_state (PalDossier *dossier, const char *page)
{
  g_autoptr (PalClearance) clearance = pal_clearance_look (dossier, NULL);

  return pal_clearance_find_page (clearance, page)->state;
}

/* r: ready, c: clear, o: reopen, x: nothing of it is possible */
static void
test_steps (void)
{
  const struct
  {
    const char *steps;
    PalPageState state;
    int error; /* of the last one; -1: none */
  } rows[] = {
    { "r", PAL_PAGE_READY, -1 },
    { "rr", PAL_PAGE_READY, -1 },
    { "c", PAL_PAGE_CLEARED, -1 },
    { "rc", PAL_PAGE_CLEARED, -1 },
    { "rcc", PAL_PAGE_CLEARED, -1 },
    { "rcr", PAL_PAGE_CLEARED, PAL_CLEARANCE_ERROR_STATE },
    { "o", PAL_PAGE_DRAFT, PAL_CLEARANCE_ERROR_STATE },
    { "ro", PAL_PAGE_DRAFT, -1 },
    { "rco", PAL_PAGE_DRAFT, -1 },
    { "rcor", PAL_PAGE_READY, -1 },
    { "rcorc", PAL_PAGE_CLEARED, -1 },
    { "rcO", PAL_PAGE_CLEARED, PAL_CLEARANCE_ERROR_REASON },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalDossier *dossier = create ("steps", TRUE);
      g_autoptr (GError) error = NULL;

      for (const char *step = rows[i].steps; *step != '\0'; step++)
        {
          g_clear_error (&error);
          if (*step == 'r')
            pal_clearance_ready (dossier, "/q/one", TRUE, &error);
          else if (*step == 'c')
            pal_clearance_clear (dossier, "/q/one", TRUE, &error);
          else
            pal_clearance_reopen (dossier, "/q/one", *step == 'o' ? "Why" : " ", &error);
        }
      g_test_message ("%s", rows[i].steps);
      if (rows[i].error < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_CLEARANCE_ERROR, rows[i].error);
      g_assert_cmpint (get_state (dossier, "/q/one"), ==, rows[i].state);
      done (dossier);
    }
}

/* A colleague who calls a page ready elsewhere, later, does not open what was cleared meanwhile. */
static void
test_steps_apart (void)
{
  PalDossier *focal = create ("focal", TRUE);
  PalDossier *expert = create ("expert", FALSE);
  g_autoptr (PalClearanceGuard) guard = NULL;
  g_autofree char *record = get_record (focal);
  g_autoptr (PalForm) form = load (questionnaire);

  merge (expert, focal);
  g_assert_true (pal_clearance_clear (focal, "/q/one", TRUE, NULL));
  g_assert_true (pal_clearance_ready (expert, "/q/one", TRUE, NULL));
  merge (focal, expert);
  merge (expert, focal);
  g_assert_cmpint (get_state (focal, "/q/one"), ==, PAL_PAGE_CLEARED);
  g_assert_cmpint (get_state (expert, "/q/one"), ==, PAL_PAGE_CLEARED);

  guard = pal_clearance_guard_new (expert, NULL);
  g_assert_cmpstr (pal_clearance_guard_find (guard, record, form, "/q/one/law[x]/title"), ==,
                   "/q/one");
  g_assert_cmpstr (pal_clearance_guard_find (guard, record, form, "/q/one/law[x]"), ==, "/q/one");
  g_assert_null (pal_clearance_guard_find (guard, record, form, "/q/two/may"));
  g_assert_null (pal_clearance_guard_find (guard, "another", form, "/q/one/party"));
  done (focal);
  done (expert);
}

static char *
clear_all (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEdition) edition = NULL;

  g_assert_true (pal_clearance_clear (dossier, NULL, TRUE, &error));
  g_assert_no_error (error);
  edition = pal_edition_freeze (dossier, &error);
  g_assert_no_error (error);
  g_assert_nonnull (edition);
  g_assert_true (pal_edition_note_packed (dossier, edition, "0123", &error));

  return g_strdup (edition->digest);
}

/* The text stands in pal-edition.h; here it is written by hand. */
static void
test_digest (void)
{
  PalDossier *dossier = create ("digest", TRUE);
  g_autofree char *record = get_record (dossier);
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (PalEdition) early = NULL;

  set (dossier, "/q/one/party", "no");
  set (dossier, "/q/one/number", "5");
  append (dossier, PAL_CHANGE_ROW_ADDED, "/q/one/law[abc]", NULL);
  set (dossier, "/q/one/law[abc]/title", "a\tb\\\nc\r");
  set (dossier, "/q/two/must", "x");
  early = pal_edition_freeze (dossier, NULL);
  g_assert_null (early);
  digest = clear_all (dossier);
  text = g_strdup_printf ("palermo-edition-1\nrecord %s cluster-9 1\n/q/one/party\tno\n"
                          "/q/one/law[abc]/title\ta\\tb\\\\\\nc\\r\n/q/two/must\tx\n"
                          "/q/two/given\tyes\n",
                          record);
  expected = pal_digest_bytes_hex (text, strlen (text));
  g_assert_cmpstr (digest, ==, expected);
  done (dossier);
}

static void
test_supplement (void)
{
  const struct
  {
    const char *node;
    const char *value; /* "-": the row goes */
    const char *changes;
  } rows[] = {
    { "/q/two/may", "a", "/q/two/may:(null)>a" },
    { "/q/two/may", NULL, "" },
    { "/q/two/must", "y", "/q/two/must:x>y" },
    { "/q/two/must", "x", "" },
    { "/q/two/given", "no", "/q/two/given:yes>no" },
    { "/q/two/given", "yes", "" },
    { "/q/one/law[abc]", "-", "/q/one/law[abc]/title:law>(null)" },
    { "/q/one/party", "no",
      "/q/one/party:yes>no,/q/one/number:5>(null)*,/q/one/law[abc]/title:law>(null)" },
  };
  PalDossier *dossier = create ("supplement", TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSupplement) none = pal_supplement_look (dossier, &error);

  g_assert_null (none);
  g_assert_error (error, PAL_EDITION_ERROR, PAL_EDITION_ERROR_NONE);
  g_clear_error (&error);
  set (dossier, "/q/one/party", "yes");
  set (dossier, "/q/one/number", "5");
  append (dossier, PAL_CHANGE_ROW_ADDED, "/q/one/law[abc]", NULL);
  set (dossier, "/q/one/law[abc]/title", "law");
  set (dossier, "/q/two/must", "x");
  g_free (clear_all (dossier));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalSupplement) supplement = NULL;
      g_autoptr (GString) text = g_string_new (NULL);

      if (g_strcmp0 (rows[i].value, "-") == 0)
        append (dossier, PAL_CHANGE_ROW_REMOVED, rows[i].node, NULL);
      else
        set (dossier, rows[i].node, rows[i].value);
      supplement = pal_supplement_look (dossier, &error);
      g_assert_no_error (error);
      for (guint j = 0; j < supplement->changes->len; j++)
        {
          const PalAnswerChange *change = g_ptr_array_index (supplement->changes, j);

          g_string_append_printf (text, "%s%s:%s>%s%s", j > 0 ? "," : "", change->node,
                                  change->from != NULL ? change->from : "(null)",
                                  change->to != NULL ? change->to : "(null)",
                                  change->is_relevant ? "" : "*");
          if (change->is_relevant)
            g_assert_cmpstr (change->author, ==, "supplement");
        }
      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (text->str, ==, rows[i].changes);
    }
  done (dossier);
}

static GBytes *
write_trail (PalDossier *dossier)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_trail_write (dossier, PAL_TRAIL_DEFAULT, out, NULL, NULL, &error));
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, NULL);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static gboolean
is_sound (const guint8 *data, gsize length)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, length, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalTrailReport) report = pal_trail_check (stream, NULL, &error);

  g_assert_true ((report == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_true (error->domain == PAL_TRAIL_ERROR);

  return report != NULL;
}

/* Every octet of it, and every place where it could be cut. */
static void
test_trail (void)
{
  PalDossier *dossier = create ("trail", TRUE);
  g_autoptr (GBytes) trail = NULL;
  g_autofree guint8 *copy = NULL;
  const guint8 *data;
  gsize length = 0;

  set (dossier, "/q/two/may", "\"quoted\" \\ \n\t\r \x01 \xd8\xb9");
  set (dossier, "/q/two/may", "again");
  trail = write_trail (dossier);
  data = g_bytes_get_data (trail, &length);
  g_assert_true (is_sound (data, length));
  copy = g_memdup2 (data, length);
  for (gsize i = 0; i < length; i++)
    {
      copy[i] ^= 1 << (i % 8);
      if (is_sound (copy, length))
        g_error ("octet %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, i, length);
      copy[i] = data[i];
      if (is_sound (data, i))
        g_error ("cut at %" G_GSIZE_FORMAT, i);
    }
  done (dossier);
}

/* Several pages are one act, and the edition that follows from it is taken back with it. */
static void
test_several (void)
{
  PalDossier *dossier = create ("several", TRUE);
  const char *const pages[] = { "/q/one", "/q/two", NULL };
  const char *const wrong[] = { "/q/one", "/q/nine", NULL };
  g_autoptr (GError) open = NULL;
  g_autoptr (GError) nowhere = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) after = NULL;
  PalEdition *edition = NULL;
  PalUndone *undone = NULL;

  set (dossier, "/q/one/party", "no");
  g_assert_false (pal_clearance_clear_pages (dossier, pages, FALSE, &open));
  g_assert_error (open, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_OPEN);
  g_assert_false (pal_clearance_clear_pages (dossier, wrong, TRUE, &nowhere));
  g_assert_error (nowhere, PAL_CLEARANCE_ERROR, PAL_CLEARANCE_ERROR_PAGE);
  g_assert_cmpint (get_state (dossier, "/q/one"), ==, PAL_PAGE_DRAFT);
  g_assert_true (pal_clearance_clear_pages (dossier, pages, TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_state (dossier, "/q/two"), ==, PAL_PAGE_CLEARED);
  edition = pal_edition_freeze (dossier, &error);
  g_assert_no_error (error);
  g_assert_nonnull (edition);
  pal_edition_free (edition);

  undone = pal_dossier_undo (dossier, PAL_UNDO_BACK, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (undone->step->title, ==, PAL_CLEARED_ACT);
  pal_undone_free (undone);
  g_assert_cmpint (get_state (dossier, "/q/one"), ==, PAL_PAGE_DRAFT);
  g_assert_cmpint (get_state (dossier, "/q/two"), ==, PAL_PAGE_DRAFT);
  after = pal_edition_list (dossier, &error);
  g_assert_cmpuint (after->len, ==, 0);
  done (dossier);
}

static gboolean
tells (PalDossier *dossier, const PalHandOverPeriod *period, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text
      = pal_hand_over_make_for (dossier, PAL_HAND_OVER_MARKDOWN, period, NULL, &error);

  g_assert_no_error (error);

  return g_strstr_len (g_bytes_get_data (text, NULL), g_bytes_get_size (text), words) != NULL;
}

/* Why something was decided: steps, what was chosen between several people, what was taken out. */
static void
test_hand_over (void)
{
  PalDossier *one = create ("first-hand", TRUE);
  PalDossier *other = create ("second-hand", FALSE);
  g_autofree char *record = get_record (one);
  g_autoptr (GError) error = NULL;
  const PalHandOverPeriod later = { g_get_real_time () + G_TIME_SPAN_DAY, 0 };
  const PalHandOverPeriod before = { 0, g_get_real_time () - G_TIME_SPAN_DAY };
  const PalHandOverPeriod today
      = { g_get_real_time () - G_TIME_SPAN_DAY, g_get_real_time () + G_TIME_SPAN_DAY };

  set (one, "/q/one/party", "yes");
  merge (other, one);
  set (one, "/q/one/number", "3");
  set (other, "/q/one/number", "4");
  merge (one, other);
  g_assert_false (tells (one, NULL, "| settled |"));
  set (one, "/q/one/number", "4");
  g_assert_true (tells (one, NULL, "| /q/one/number | settled | first-hand |"));
  g_assert_true (pal_clearance_clear (one, "/q/one", TRUE, &error));
  g_assert_true (pal_clearance_reopen (one, "/q/one", "The law of 5 May", &error));
  g_assert_no_error (error);
  g_assert_true (tells (one, NULL, "The law of 5 May"));
  g_assert_true (tells (one, &today, "The law of 5 May"));
  g_assert_true (tells (one, &today, "**first-hand**"));
  g_assert_false (tells (one, &later, "The law of 5 May"));
  g_assert_false (tells (one, &before, "The law of 5 May"));
  g_assert_false (tells (one, &later, "**first-hand**"));
  g_assert_false (tells (one, &before, "| settled |"));
  g_assert_true (tells (one, &before, "from the beginning to"));
  g_assert_true (pal_dossier_purge (one, record, "/q/one/party", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (tells (one, NULL, "| /q/one/party | purged | first-hand |"));
  done (one);
  done (other);
}

/* Of all that a dossier may hold, only the questionnaires are cleared. */
static void
test_forms (void)
{
  static const struct
  {
    const char *form;
    gboolean is_questionnaire;
  } rows[] = {
    { "cluster-1", TRUE },     { "cluster-4", TRUE }, { "anything", TRUE },
    { "consultation", FALSE }, { "input", FALSE },    { "assignment", FALSE },
    { "edition", FALSE },      { "comment", FALSE },  { "clearance", FALSE },
    { "observations", FALSE }, { "summary", FALSE },  { "feedback", FALSE },
    { "pledge", FALSE },       { "country", FALSE },  { "stakeholder", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (pal_questionnaire_is_form (rows[i].form), ==, rows[i].is_questionnaire);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("palermo-clearance-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_test_add_func ("/clearance/forms", test_forms);
  g_test_add_func ("/clearance/points", test_points);
  g_test_add_func ("/clearance/points-of-people", test_points_of_people);
  g_test_add_func ("/clearance/steps", test_steps);
  g_test_add_func ("/clearance/steps-apart", test_steps_apart);
  g_test_add_func ("/clearance/digest", test_digest);
  g_test_add_func ("/clearance/supplement", test_supplement);
  g_test_add_func ("/clearance/trail", test_trail);
  g_test_add_func ("/clearance/several", test_several);
  g_test_add_func ("/clearance/hand-over", test_hand_over);
  code = g_test_run ();
  g_rmdir (folder);
  g_free (folder);

  return code;
}
