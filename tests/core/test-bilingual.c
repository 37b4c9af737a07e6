// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-bilingual"
#include "config.h"

#include "pal-answer-languages.h"
#include "pal-merge.h"
#include "pal-submission.h"
#include "pal-twin.h"
#include "pal-undo.h"

#include "dossier-fixture.h"

/* Answers in a second language: whether they say what the answer says, also when several people
 * work on both apart from each other. */

#define HEAD(title)                                                                                \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "          \
  "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>" title "</h:title><model>"
#define INPUT(path) "<input ref='" path "'><label>L</label></input>"
#define OWN(name)                                                                                  \
  HEAD (name)                                                                                      \
  "<instance><" name " id='" name "' version='1'><x/></" name "></instance></model></h:head>"      \
  "<h:body>" INPUT ("/" name "/x") "</h:body></h:html>"

static const char questionnaire[]
    = HEAD ("Ninth") "<instance><q id='cluster-9' version='1'><a/><b/><party/><mail/><number/>"
                     "<sum/><law jr:template=''><title/></law></q></instance>"
                     "<bind nodeset='/q/b' relevant=\"/q/party = 'yes'\"/>"
                     "<bind nodeset='/q/mail' constraint=\"contains(., '@')\"/>"
                     "<bind nodeset='/q/number' type='int'/>"
                     "<bind nodeset='/q/sum' calculate='/q/a'/>"
                     "</model></h:head><h:body>"
                     "<input ref='/q/a' appearance='multiline'><label>A</label></input>"
                     "<input ref='/q/b'><label>B</label></input>"
                     "<select1 ref='/q/party'><label>P</label><item><label>Y</label>"
                     "<value>yes</value></item></select1>"
                     "<input ref='/q/mail'><label>M</label></input>"
                     "<input ref='/q/number'><label>N</label></input>"
                     "<input ref='/q/sum'><label>S</label></input>"
                     "<group ref='/q/law'><label>L</label><repeat nodeset='/q/law'>"
                     "<input ref='/q/law/title'><label>T</label></input></repeat></group>"
                     "</h:body></h:html>";

static const char consultation[] = HEAD (
    "Consultation") "<instance><c id='consultation' version='1'><title/>"
                    "<point jr:template=''><text/><restricted/></point></c></instance>"
                    "</model></h:head><h:body>" INPUT (
                        "/c/title") "<group ref='/c/point'><label>P</label>"
                                    "<repeat nodeset='/c/point'>" INPUT (
                                        "/c/point/text") "</repeat></group></h:body></h:html>";

/* As it comes with the program. */
static const char translation[]
    = HEAD ("Translation") "<instance><answer-translation id='answer-translation' version='1'>"
                           "<record/><node/><language/><text/><of_change/></answer-translation>"
                           "</instance></model></h:head><h:body>" INPUT (
                               "/answer-translation/text") "</h:body></h:html>";

static const char *const own[] = { translation, OWN ("answer-languages") };

static PalDossier *
create (const char *name, gboolean with_record)
{
  return create_with (name, with_record, questionnaire, own, G_N_ELEMENTS (own));
}

static void
answer (PalDossier *dossier, const char *node, const char *value)
{
  g_autofree char *record = get_record (dossier);
  GPtrArray *changes = pal_changes_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node, value));
  g_assert_true (
      pal_dossier_append_full (dossier, "Test", changes, PAL_APPEND_APART, NULL, &error));
  g_assert_no_error (error);
}

static void
translate (PalDossier *dossier, const char *node, const char *text)
{
  g_autofree char *record = get_record (dossier);
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_twin_set (dossier, record, node, "ar", text, 0, &error));
  g_assert_no_error (error);
}

static void
confirm (PalDossier *dossier, const char *node)
{
  g_autofree char *record = get_record (dossier);
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_twin_confirm (dossier, record, node, "ar", 0, &error));
  g_assert_no_error (error);
}

static void
merge (PalDossier *to, PalDossier *from)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) in = NULL;
  g_autoptr (GBytes) log = NULL;
  PalMergeReport *report;

  g_assert_true (pal_dossier_write_log (from, NULL, NULL, out, NULL, &error));
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, NULL);
  log = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  in = g_memory_input_stream_new_from_bytes (log);
  report = pal_dossier_merge_log (to, in, PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  pal_merge_report_free (report);
}

/* "node language state text" of each, a comma between them. */
static char *
dup_twins (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) twins = pal_twin_list (dossier, NULL, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      g_string_append_printf (text, "%s%s %s %s %s", i > 0 ? "," : "", twin->node, twin->language,
                              pal_twin_state_to_string (twin->state), twin->text);
    }

  return g_string_free (text, FALSE);
}

#define assert_twins(dossier, wanted)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *twins_now = dup_twins (dossier);                                              \
    g_assert_cmpstr (twins_now, ==, wanted);                                                       \
  }                                                                                                \
  G_STMT_END

static void
undo (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndoStep) step = pal_dossier_dup_undo_step (dossier, PAL_UNDO_BACK);
  g_autoptr (GPtrArray) changes = NULL;

  g_assert_nonnull (step);
  g_assert_cmpstr (step->title, ==, PAL_TWIN_ACT);
  changes = pal_dossier_revert (dossier, &step->span, PAL_UNDO_ACT, NULL, &error);
  g_assert_no_error (error);
}

/* --- pure */

/* Three versions of an answer, c after b after a; and d beside c. */
static GPtrArray *
make_history (const char *letters)
{
  static const struct
  {
    const char *value;
    const char *parents;
  } rows[] = { { "one", "" }, { "two", "a" }, { "three", "b" }, { "four", "b" }, { NULL, "c" } };
  GPtrArray *history = pal_changes_new ();

  for (const char *p = letters; *p != '\0'; p++)
    {
      PalChange *change = pal_change_new (PAL_CHANGE_VALUE, "r", "/q/a", rows[*p - 'a'].value);

      change->id = g_strndup (p, 1);
      change->parents = g_strdup (rows[*p - 'a'].parents);
      change->clock_us = *p;
      g_ptr_array_add (history, change);
    }

  return history;
}

static void
test_states (void)
{
  static const struct
  {
    const char *history; /* newest first */
    const char *original;
    const char *text;
    const char *of_change;
    PalTwinState state;
    const char *translated;
  } rows[] = {
    { "a", "one", "uno", "change:a", PAL_TWIN_CURRENT, NULL },
    { "a", "one", "", "change:a", PAL_TWIN_MISSING, NULL },
    { "a", "one", " \n", "", PAL_TWIN_MISSING, NULL },
    { "a", "", "uno", "change:a", PAL_TWIN_ALONE, NULL },
    { "a", "", "", "", PAL_TWIN_ALONE, NULL },
    { "ba", "two", "uno", "change:a", PAL_TWIN_OUT_OF_DATE, "one" },
    { "ba", "two", "dos", "change:b", PAL_TWIN_CURRENT, NULL },
    /* It says again what it said. */
    { "cba", "one", "uno", "change:a", PAL_TWIN_CURRENT, NULL },
    /* Joined from two: the set of them, or one of them when it says the same. */
    { "dcba", "three four", "tres cuatro", "change:c change:d", PAL_TWIN_CURRENT, NULL },
    { "dcba", "three four", "tres", "change:c", PAL_TWIN_OUT_OF_DATE, "three" },
    { "dcba", "three", "tres", "change:c", PAL_TWIN_CURRENT, NULL },
    /* What it translates is not known here any more, or is no name. */
    { "a", "one", "uno", "change:z", PAL_TWIN_OUT_OF_DATE, NULL },
    { "a", "one", "uno", "", PAL_TWIN_OUT_OF_DATE, NULL },
    { "a", "one", "uno", "a", PAL_TWIN_OUT_OF_DATE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) history = make_history (rows[i].history);
      g_autofree char *translated = NULL;

      g_assert_cmpint (pal_twin_compare (history, rows[i].original, rows[i].text, rows[i].of_change,
                                         &translated),
                       ==, rows[i].state);
      g_assert_cmpstr (translated, ==, rows[i].translated);
    }
}

static void
test_heads (void)
{
  static const struct
  {
    const char *history;
    const char *heads;
  } rows[] = { { "", "" },
               { "a", "change:a" },
               { "ba", "change:b" },
               { "dcba", "change:c change:d" },
               { "edcba", "change:d change:e" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) history = make_history (rows[i].history);
      g_autofree char *heads = pal_twin_dup_heads (history);

      g_assert_cmpstr (heads, ==, rows[i].heads);
    }
}

static void
test_questions (void)
{
  static const struct
  {
    const char *path;
    gboolean is;
  } rows[] = { { "/q/a", TRUE },        { "/q/b", TRUE },       { "/q/party", FALSE },
               { "/q/mail", FALSE },    { "/q/number", FALSE }, { "/q/sum", FALSE },
               { "/q/law/title", TRUE } };
  g_autoptr (PalForm) form = load (questionnaire);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (pal_twin_is_for (pal_form_find_node (form, rows[i].path)->control), ==,
                     rows[i].is);
}

static PalTwin *
make_twin (const char *record, const char *node, const char *language, PalTwinState state)
{
  PalTwin *twin = g_new0 (PalTwin, 1);

  twin->record = g_strdup (record);
  twin->node = g_strdup (node);
  twin->language = g_strdup (language);
  twin->state = state;

  return twin;
}

static void
assert_open (PalResponse *response, GPtrArray *twins, const char *wanted)
{
  g_autoptr (GPtrArray) open = pal_twin_list_open (response, "r", "ar", twins);
  g_autofree char *text = NULL;

  g_ptr_array_add (open, NULL);
  text = g_strjoinv (" ", (char **) open->pdata);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_open (void)
{
  g_autoptr (PalForm) form = load (questionnaire);
  g_autoptr (PalResponse) response = pal_response_restore_begin (form);
  g_autoptr (GPtrArray) twins = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_twin_free);

  pal_response_restore_value (response, "/q/a", "one");
  pal_response_restore_value (response, "/q/b", "does not apply");
  pal_response_restore_value (response, "/q/mail", "a@b.example");
  pal_response_restore_row (response, "/q/law[x]");
  pal_response_restore_value (response, "/q/law[x]/title", "a law");
  pal_response_restore_row (response, "/q/law[y]");
  g_assert_true (pal_response_restore_end (response, NULL));

  assert_open (response, twins, "/q/a /q/law[x]/title");
  g_ptr_array_add (twins, make_twin ("r", "/q/law[x]/title", "fr", PAL_TWIN_CURRENT));
  g_ptr_array_add (twins, make_twin ("s", "/q/a", "ar", PAL_TWIN_CURRENT));
  g_ptr_array_add (twins, make_twin ("r", "/q/a", "ar", PAL_TWIN_OUT_OF_DATE));
  assert_open (response, twins, "/q/a /q/law[x]/title");
  g_ptr_array_add (twins, make_twin ("r", "/q/law[x]/title", "ar", PAL_TWIN_CURRENT));
  assert_open (response, twins, "/q/a");
}

/* --- in a dossier */

static void
test_writing (void)
{
  PalDossier *dossier = create ("one.palermo", TRUE);
  g_autofree char *record = get_record (dossier);
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (pal_twin_set (dossier, record, "/q/a", "ar", "x", 0, &error));
  g_assert_error (error, PAL_TWIN_ERROR, PAL_TWIN_ERROR_NO_ANSWER);
  g_clear_error (&error);
  answer (dossier, "/q/a", "One law");
  g_assert_false (pal_twin_set (dossier, record, "/q/a", "tlh", "x", 0, &error));
  g_assert_error (error, PAL_TWIN_ERROR, PAL_TWIN_ERROR_LANGUAGE);
  g_clear_error (&error);
  g_assert_false (pal_twin_confirm (dossier, record, "/q/a", "ar", 0, &error));
  g_assert_error (error, PAL_TWIN_ERROR, PAL_TWIN_ERROR_NO_ANSWER);
  g_clear_error (&error);
  translate (dossier, "/q/a", "");
  assert_twins (dossier, "");

  translate (dossier, "/q/a", "قانون واحد");
  assert_twins (dossier, "/q/a ar current قانون واحد");
  g_assert_true (pal_twin_set (dossier, record, "/q/a", "fr", "Une loi", 0, &error));
  assert_twins (dossier, "/q/a ar current قانون واحد,/q/a fr current Une loi");

  answer (dossier, "/q/a", "Two laws");
  assert_twins (dossier, "/q/a ar out-of-date قانون واحد,/q/a fr out-of-date Une loi");
  confirm (dossier, "/q/a");
  assert_twins (dossier, "/q/a ar current قانون واحد,/q/a fr out-of-date Une loi");
  undo (dossier);
  assert_twins (dossier, "/q/a ar out-of-date قانون واحد,/q/a fr out-of-date Une loi");
  translate (dossier, "/q/a", "قانونان");
  answer (dossier, "/q/a", NULL);
  assert_twins (dossier, "/q/a ar no-answer قانونان,/q/a fr no-answer Une loi");
  answer (dossier, "/q/a", "Two laws");
  assert_twins (dossier, "/q/a ar current قانونان,/q/a fr out-of-date Une loi");
  translate (dossier, "/q/a", "");
  assert_twins (dossier, "/q/a ar missing ,/q/a fr out-of-date Une loi");

  ids = pal_twin_list_records (dossier, record, "/q/a", &error);
  g_assert_cmpuint (ids->len, ==, 2);
  g_clear_pointer (&ids, g_ptr_array_unref);
  ids = pal_twin_list_records (dossier, record, "/q/b", &error);
  g_assert_cmpuint (ids->len, ==, 0);
  done (dossier);
}

static void
test_undo_of_the_first (void)
{
  PalDossier *dossier = create ("one.palermo", TRUE);

  answer (dossier, "/q/a", "One law");
  translate (dossier, "/q/a", "قانون");
  undo (dossier);
  assert_twins (dossier, "");
  translate (dossier, "/q/a", "قانون");
  assert_twins (dossier, "/q/a ar current قانون");
  done (dossier);
}

static guint
count_conflicts (PalDossier *dossier)
{
  g_autoptr (GPtrArray) conflicts = pal_dossier_list_conflicts (dossier, NULL);

  return conflicts->len;
}

/* Who translates the same answer apart from each other meets in one record. */
static void
test_merge (void)
{
  PalDossier *one = create ("one.palermo", TRUE);
  PalDossier *other = create ("other.palermo", FALSE);

  answer (one, "/q/a", "The law of the State is in force");
  merge (other, one);
  translate (one, "/q/a", "The law of this State is in force now");
  translate (other, "/q/a", "The law of this State is in force now");
  merge (one, other);
  merge (other, one);
  assert_twins (one, "/q/a ar current The law of this State is in force now");
  g_assert_cmpuint (count_conflicts (one), ==, 0);

  /* Both go on with it in different places. */
  translate (one, "/q/a", "The new law of this State is in force now");
  translate (other, "/q/a", "The law of this State is in force now and later");
  merge (one, other);
  merge (other, one);
  assert_twins (one, "/q/a ar current The new law of this State is in force now and later");
  assert_twins (other, "/q/a ar current The new law of this State is in force now and later");

  /* Each changes the answer, and says that the translation is still right. */
  answer (one, "/q/a", "The statute of the State is in force");
  confirm (one, "/q/a");
  answer (other, "/q/a", "The law of the State is in effect");
  confirm (other, "/q/a");
  merge (one, other);
  merge (other, one);
  assert_twins (one, "/q/a ar current The new law of this State is in force now and later");
  assert_twins (other, "/q/a ar current The new law of this State is in force now and later");
  g_assert_cmpuint (count_conflicts (one), ==, 0);
  g_assert_cmpuint (count_conflicts (other), ==, 0);

  /* What one of them writes while the other one says so is out of date there, too. */
  answer (one, "/q/a", "The old statute of the State is in effect");
  confirm (other, "/q/a");
  merge (one, other);
  merge (other, one);
  assert_twins (one, "/q/a ar out-of-date The new law of this State is in force now and later");
  assert_twins (other, "/q/a ar out-of-date The new law of this State is in force now and later");
  done (one);
  done (other);
}

static void
test_languages (void)
{
  static const struct
  {
    const char *first;
    const char *second;
    int code; /* of the error; -1: none */
  } rows[] = {
    { "en", "ar", -1 },
    { "fr", NULL, -1 },
    { NULL, NULL, -1 },
    { NULL, "zh", -1 },
    { "en", "en", PAL_ANSWER_LANGUAGES_ERROR_SAME },
    { "en", "de", PAL_ANSWER_LANGUAGES_ERROR_UNKNOWN },
    { "", NULL, PAL_ANSWER_LANGUAGES_ERROR_UNKNOWN },
  };
  PalDossier *dossier = create ("one.palermo", TRUE);
  PalDossier *other = create ("other.palermo", FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalAnswerLanguages) languages = NULL;
      gboolean ok = pal_answer_languages_set (dossier, rows[i].first, rows[i].second, &error);

      if (rows[i].code >= 0)
        {
          g_assert_error (error, PAL_ANSWER_LANGUAGES_ERROR, rows[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (ok);
      merge (other, dossier);
      languages = pal_answer_languages_read (other, &error);
      g_assert_cmpstr (languages->first, ==, rows[i].first);
      g_assert_cmpstr (languages->second, ==, rows[i].second);
    }
  done (dossier);
  done (other);
}

/* --- in a package */

static char *
add_consultation (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = load (consultation);
  g_autoptr (PalRecord) record = NULL;
  GPtrArray *changes = pal_changes_new ();
  static const struct
  {
    PalChangeKind kind;
    const char *node;
    const char *value;
  } rows[] = {
    { PAL_CHANGE_ROW_ADDED, "/c/point[x]", NULL },
    { PAL_CHANGE_VALUE, "/c/point[x]/text", "said openly" },
    { PAL_CHANGE_ROW_ADDED, "/c/point[y]", "x" },
    { PAL_CHANGE_VALUE, "/c/point[y]/text", "said in trust" },
    { PAL_CHANGE_VALUE, "/c/point[y]/restricted", "yes" },
  };
  char *id;

  g_assert_true (pal_dossier_add_form (dossier, form, &error));
  record = pal_record_create (dossier, form, &error);
  g_assert_no_error (error);
  id = g_strdup (pal_record_get_id (record));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_ptr_array_add (changes, pal_change_new (rows[i].kind, id, rows[i].node, rows[i].value));
  g_assert_true (pal_dossier_append (dossier, "Test", changes, &error));
  g_assert_true (pal_twin_set (dossier, id, "/c/point[x]/text", "ar", "open", 0, &error));
  g_assert_true (pal_twin_set (dossier, id, "/c/point[y]/text", "ar", "trust", 0, &error));
  g_assert_no_error (error);

  return id;
}

/* (nullable): the file of a record, or of what translates an answer of that record; its number
 * among them */
static PalSubmissionFile *
find_file (PalSubmission *submission, const char *record, gboolean of_twin, guint number)
{
  GPtrArray *files = pal_submission_get_files (submission);

  for (guint i = 0; i < files->len; i++)
    {
      PalSubmissionFile *file = g_ptr_array_index (files, i);
      const char *name = of_twin ? file->with : file->name;

      if (name != NULL && strstr (name, record) != NULL && number-- == 0)
        return file;
    }

  return NULL;
}

/* Nothing of what stays here leaves through its translation. */
static void
test_package (void)
{
  PalDossier *dossier = create ("one.palermo", TRUE);
  g_autofree char *answers = get_record (dossier);
  g_autofree char *talk = add_consultation (dossier);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSubmission) submission = NULL;
  PalSubmissionFile *twin;

  answer (dossier, "/q/a", "One");
  answer (dossier, "/q/b", "does not apply");
  translate (dossier, "/q/a", "uno");
  translate (dossier, "/q/b", "dos");
  submission = pal_submission_new (dossier, NULL, NULL, &error);
  g_assert_no_error (error);

  twin = find_file (submission, answers, TRUE, 0);
  g_assert_nonnull (twin);
  g_assert_false (twin->restricted);
  g_assert_true (pal_submission_goes (submission, twin));
  g_assert_null (find_file (submission, answers, TRUE, 1));
  find_file (submission, answers, FALSE, 0)->included = FALSE;
  g_assert_false (pal_submission_goes (submission, twin));
  twin->included = TRUE;
  g_assert_false (pal_submission_goes (submission, twin));

  twin = find_file (submission, talk, TRUE, 0);
  g_assert_nonnull (twin);
  g_assert_true (twin->restricted);
  g_assert_false (pal_submission_goes (submission, twin));
  g_assert_null (find_file (submission, talk, TRUE, 1));
  find_file (submission, talk, FALSE, 0)->included = TRUE;
  g_assert_true (pal_submission_goes (submission, twin));

  /* An answer that was emptied takes its twin along. */
  answer (dossier, "/q/a", NULL);
  g_clear_object (&submission);
  submission = pal_submission_new (dossier, NULL, NULL, &error);
  g_assert_null (find_file (submission, answers, TRUE, 0));
  done (dossier);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("palermo-bilingual-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_test_add_func ("/bilingual/states", test_states);
  g_test_add_func ("/bilingual/heads", test_heads);
  g_test_add_func ("/bilingual/questions", test_questions);
  g_test_add_func ("/bilingual/open", test_open);
  g_test_add_func ("/bilingual/writing", test_writing);
  g_test_add_func ("/bilingual/undo-of-the-first", test_undo_of_the_first);
  g_test_add_func ("/bilingual/merge", test_merge);
  g_test_add_func ("/bilingual/languages", test_languages);
  g_test_add_func ("/bilingual/package", test_package);
  code = g_test_run ();
  g_rmdir (folder);
  g_free (folder);

  return code;
}
