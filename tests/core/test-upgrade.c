// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-upgrade"
#include "config.h"

#include "test-dossier-common.h"

#include "pal-record.h"
#include "pal-upgrade.h"

/* --- what the stories share */

/* id: of the form; model without the instance's frame */
static PalForm *
make_form (const char *id, const char *version, const char *nodes, const char *binds,
           const char *body)
{
  g_autofree char *text = g_strconcat (
      "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa' xmlns:p='https://palermo.app/ns/form'>"
      "<h:head><h:title>T</h:title><model><instance><d id='",
      id, "' version='", version, "'>", nodes, "</d></instance>", binds,
      "</model></h:head><h:body>", body, "</h:body></h:html>", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_form_load (bytes, "f.xml", &error);

  g_assert_no_error (error);

  return form;
}

static PalRecord *
open_record (PalDossier *dossier, const char *id)
{
  g_autoptr (GError) error = NULL;
  PalRecord *record = pal_record_open (dossier, id, &error);

  g_assert_no_error (error);

  return record;
}

static void
set (PalRecord *record, const char *path, const char *value)
{
  PalResponse *response = pal_record_get_response (record);
  PalNode *node = pal_response_find (response, path);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (node);
  pal_response_set_value (response, node, value, &error);
  g_assert_no_error (error);
}

static const char *
get (PalRecord *record, const char *path)
{
  PalNode *node = pal_response_find (pal_record_get_response (record), path);

  return node != NULL ? pal_response_get_value (pal_record_get_response (record), node) : "(none)";
}

static void
add_row (PalRecord *record, const char *repeat, const char *context)
{
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GError) error = NULL;

  pal_response_add_row (response, pal_form_find_node (pal_response_get_form (response), repeat),
                        pal_response_find (response, context), NULL, &error);
  g_assert_no_error (error);
}

static void
flush (PalRecord *record)
{
  g_autoptr (GError) error = NULL;

  pal_record_flush (record, &error);
  g_assert_no_error (error);
}

static char *
upgrade (PalDossier *dossier, PalForm *form)
{
  g_autoptr (GError) error = NULL;
  char *backup = NULL;

  pal_dossier_upgrade (dossier, form, &backup, &error);
  g_assert_no_error (error);

  return backup;
}

static PalUpgradePreview *
preview (PalDossier *dossier, PalForm *form)
{
  g_autoptr (GError) error = NULL;
  PalUpgradePreview *result = pal_dossier_preview_upgrade (dossier, form, &error);

  g_assert_no_error (error);

  return result;
}

static GPtrArray *
read_orphans (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *orphans = pal_dossier_read_orphans (dossier, NULL, NULL, &error);

  g_assert_no_error (error);

  return orphans;
}

static gint64
count_acts (PalDossier *dossier)
{
  PalDossierFigures figures;
  g_autoptr (GError) error = NULL;

  pal_dossier_get_figures (dossier, &figures, &error);
  g_assert_no_error (error);

  return figures.n_acts;
}

#define YES_NO                                                                                     \
  "<item><label>Yes</label><value>yes</value></item><item><label>No</label><value>no</value></"    \
  "item>"
#define INPUT(path, label) "<input ref='" path "'><label>" label "</label></input>"

static PalForm *
make_first (void)
{
  return make_form (
      "f", "1", "<party/><note/><year/><gone/><sum/><law jr:template=''><title/><part/></law>", "",
      "<group ref='/d'><label>The review</label>"
      "<select1 ref='/d/party'><label>Party?</label>" YES_NO
      "<item><label>In part</label><value>part</value></item></select1>" INPUT ("/d/note", "Note")
          INPUT ("/d/year", "Year") INPUT ("/d/gone", "To go")
              INPUT ("/d/sum", "Sum") "<group ref='/d/law'><label>Law</label><repeat "
                                      "nodeset='/d/law'>" INPUT ("/d/law/title", "Title") INPUT (
                                          "/d/law/part", "Part") "</repeat></group></group>");
}

#define SECOND_NODES                                                                               \
  "<party/><remark/><year/><sum/><new>fresh</new><act jr:template=''><name/></act>"
#define SECOND_BINDS                                                                               \
  "<bind nodeset='/d/remark' p:was='/d/note'/><bind nodeset='/d/act' p:was='/d/law'/>"             \
  "<bind nodeset='/d/act/name' p:was='/d/law/title'/><bind nodeset='/d/year' type='int'/>"         \
  "<bind nodeset='/d/sum' calculate='1 + 1'/>"

static PalForm *
make_second (void)
{
  return make_form ("f", "2", SECOND_NODES, SECOND_BINDS,
                    "<select1 ref='/d/party'><label>Party?</label>" YES_NO
                    "</select1>" INPUT ("/d/remark", "Remark")
                        INPUT ("/d/year", "Year") "<repeat nodeset='/d/act'>" INPUT (
                            "/d/act/name", "Name") "</repeat>");
}

/* A filled record of the first form: its id. */
static char *
fill_first (PalDossier *dossier)
{
  g_autoptr (PalForm) form = make_first ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_record_create (dossier, form, &error);
  char *id;

  g_assert_no_error (error);
  id = g_strdup (pal_record_get_id (record));
  set (record, "/d/party", "part");
  set (record, "/d/note", "a first note");
  flush (record);
  set (record, "/d/note", "a note");
  set (record, "/d/year", "about 1990");
  set (record, "/d/gone", "kept, \"whatever\" comes");
  set (record, "/d/sum", "42");
  add_row (record, "/d/law", "/d");
  add_row (record, "/d/law", "/d");
  set (record, "/d/law[1]/title", "first law");
  set (record, "/d/law[2]/title", "second law");
  set (record, "/d/law[2]/part", "part two");
  flush (record);

  return id;
}

static const PalAnswer *
find_answer (GPtrArray *answers, const char *value)
{
  for (guint i = 0; i < answers->len; i++)
    {
      const PalAnswer *answer = g_ptr_array_index (answers, i);

      if (strcmp (answer->value, value) == 0)
        return answer;
    }

  return NULL;
}

/* --- stories */

static void
test_preview (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autofree char *id = fill_first (dossier);
  g_autoptr (PalForm) second = make_second ();
  g_autoptr (PalUpgradePreview) before = preview (dossier, second);
  gint64 n_acts = count_acts (dossier);
  const PalAnswer *answer;

  g_assert_cmpstr (before->form_id, ==, "f");
  g_assert_cmpstr (before->old_version, ==, "1");
  g_assert_cmpstr (before->new_version, ==, "2");
  g_assert_cmpuint (before->n_records, ==, 1);
  g_assert_cmpuint (before->answers->len, ==, 8);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_STAYS), ==, 2);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_MOVES), ==, 3);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_RETURNS), ==, 0);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_ORPHANED), ==, 3);
  g_assert_cmpuint (pal_upgrade_preview_count_misfits (before), ==, 2);
  g_assert_cmpuint (pal_form_count_changes (before->changes, PAL_FORM_CHANGE_RENAMED, TRUE), ==, 2);

  answer = find_answer (before->answers, "part");
  g_assert_true (answer->is_misfit);
  g_assert_cmpstr (answer->text, ==, "In part");
  g_assert_cmpstr (answer->label, ==, "Party?");
  answer = find_answer (before->answers, "part two");
  g_assert_cmpint (answer->fate, ==, PAL_ANSWER_ORPHANED);
  g_assert_cmpstr (answer->place, ==, "Law 2");
  answer = find_answer (before->answers, "a note");
  g_assert_cmpint (answer->fate, ==, PAL_ANSWER_MOVES);
  g_assert_cmpstr (answer->new_path, ==, "/d/remark");

  /* Looking changes nothing. */
  g_assert_cmpint (count_acts (dossier), ==, n_acts);
  close_dossier (dossier);
}

static void
test_upgrade (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autofree char *id = fill_first (dossier);
  g_autoptr (PalForm) second = make_second ();
  g_autofree char *backup = NULL;
  g_autofree char *again = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *csv = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gint64 n_acts = count_acts (dossier);
  PalRecord *record;
  PalDossier *copy;
  const PalAnswer *answer;

  pal_dossier_set_author (dossier, "Amal");
  backup = upgrade (dossier, second);
  expected = g_strndup (path, strlen (path) - 8);
  again = g_strconcat (expected, "-before-2.palermo", NULL);
  g_assert_cmpstr (backup, ==, again);
  g_assert_cmpint (count_acts (dossier), ==, n_acts + 1);
  records = pal_dossier_list_records (dossier, "f", NULL);
  g_assert_cmpuint (records->len, ==, 1);
  g_assert_cmpstr (((PalRecordInfo *) g_ptr_array_index (records, 0))->form_version, ==, "2");

  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/d/party"), ==, "part");
  g_assert_cmpstr (get (record, "/d/remark"), ==, "a note");
  g_assert_cmpstr (get (record, "/d/year"), ==, "about 1990");
  g_assert_cmpint (
      pal_response_get_state (pal_record_get_response (record),
                              pal_response_find (pal_record_get_response (record), "/d/year"))
          ->violation,
      ==, PAL_VIOLATION_CONSTRAINT);
  g_assert_cmpstr (get (record, "/d/sum"), ==, "2");
  g_assert_cmpstr (get (record, "/d/new"), ==, "fresh");
  g_assert_cmpstr (get (record, "/d/act[1]/name"), ==, "first law");
  g_assert_cmpstr (get (record, "/d/act[2]/name"), ==, "second law");
  g_assert_cmpstr (get (record, "/d/act[3]/name"), ==, "(none)");
  set (record, "/d/remark", "a remark");
  flush (record);
  g_object_unref (record);

  orphans = read_orphans (dossier);
  g_assert_cmpuint (orphans->len, ==, 5);
  answer = find_answer (orphans, "kept, \"whatever\" comes");
  g_assert_cmpint (answer->fate, ==, PAL_ANSWER_ORPHANED);
  g_assert_cmpstr (answer->label, ==, "To go");
  g_assert_cmpstr (answer->path, ==, "/d/gone");
  g_assert_cmpstr (answer->form_version, ==, "1");
  answer = find_answer (orphans, "42");
  g_assert_cmpint (answer->fate, ==, PAL_ANSWER_ORPHANED);
  g_assert_cmpstr (answer->label, ==, "Sum");
  g_assert_true (find_answer (orphans, "part")->is_misfit);
  g_assert_true (find_answer (orphans, "about 1990")->is_misfit);
  csv = pal_answers_to_csv (orphans);
  g_assert_nonnull (strstr (csv, ",\"To go\",\"kept, \"\"whatever\"\" comes\","));
  g_assert_true (g_str_has_suffix (csv, "\r\n"));

  /* Once more changes nothing, and makes no copy. */
  n_acts = count_acts (dossier);
  g_free (again);
  again = upgrade (dossier, second);
  g_assert_null (again);
  g_assert_cmpint (count_acts (dossier), ==, n_acts);
  close_dossier (dossier);
  assert_sound (path);

  /* The copy is the dossier as it was. */
  assert_sound (backup);
  copy = reopen (backup);
  record = open_record (copy, id);
  g_assert_cmpstr (get (record, "/d/note"), ==, "a note");
  g_assert_cmpuint (pal_record_get_orphans (record)->len, ==, 0);
  g_object_unref (record);
  close_dossier (copy);

  dossier = reopen (path);
  {
    gboolean differs = TRUE;
    g_autoptr (GError) error = NULL;

    g_assert_true (pal_dossier_rebuild (dossier, &differs, &error));
    g_assert_false (differs);
  }
  close_dossier (dossier);
}

static char *
describe_values (GPtrArray *history)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < history->len; i++)
    {
      const PalChange *change = g_ptr_array_index (history, i);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                              change->value != NULL ? change->value : "(nothing)");
    }

  return g_string_free (text, FALSE);
}

static void
test_history (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autofree char *id = NULL;
  g_autoptr (PalForm) second = make_second ();
  g_autoptr (PalForm) third = make_form ("f", "3", "<comment/><act jr:template=''><name/></act>",
                                         "<bind nodeset='/d/comment' p:was='/d/remark'/>",
                                         INPUT ("/d/comment", "Comment"));
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *first_backup = NULL;
  g_autofree char *second_backup = NULL;
  PalRecord *record;

  pal_dossier_set_stint_ms (dossier, 0);
  id = fill_first (dossier);
  first_backup = upgrade (dossier, second);
  record = open_record (dossier, id);
  set (record, "/d/remark", "a remark");
  flush (record);
  g_object_unref (record);
  second_backup = upgrade (dossier, third);
  g_assert_cmpstr (first_backup, !=, second_backup);

  history = pal_dossier_read_answer_history (dossier, id, "/d/comment", &error);
  g_assert_no_error (error);
  text = describe_values (history);
  g_assert_cmpstr (text, ==, "a remark, a remark, a note, a note, a first note");
  /* The old name still has all that was said under it. */
  g_ptr_array_unref (history);
  history = pal_dossier_read_history (dossier, id, "/d/note", &error);
  g_free (text);
  text = describe_values (history);
  g_assert_cmpstr (text, ==, "(nothing), a note, a first note");
  close_dossier (dossier);
  assert_sound (path);
}

/* A later form has the path again, and renames back what the second had renamed. */
static void
test_return (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autofree char *id = fill_first (dossier);
  g_autoptr (PalForm) second = make_second ();
  g_autoptr (PalForm) third = make_form (
      "f", "3", "<party/><note/><gone/><summary/><law jr:template=''><title/><part/></law>",
      "<bind nodeset='/d/note' p:was='/d/remark'/><bind nodeset='/d/law' p:was='/d/act'/>"
      "<bind nodeset='/d/law/title' p:was='/d/act/name'/>"
      "<bind nodeset='/d/summary' p:was='/d/sum'/>",
      INPUT ("/d/note", "Note") "<repeat nodeset='/d/law'>" INPUT ("/d/law/title",
                                                                   "Title") "</repeat>");
  g_autoptr (PalUpgradePreview) before = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  PalRecord *record;

  g_free (upgrade (dossier, second));
  before = preview (dossier, third);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_RETURNS), ==, 3);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_MOVES), ==, 3);
  g_assert_cmpuint (pal_upgrade_preview_count (before, PAL_ANSWER_ORPHANED), ==, 1);
  g_free (upgrade (dossier, third));

  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/d/note"), ==, "a note");
  g_assert_cmpstr (get (record, "/d/gone"), ==, "kept, \"whatever\" comes");
  g_assert_cmpstr (get (record, "/d/summary"), ==, "42");
  g_assert_cmpstr (get (record, "/d/law[1]/title"), ==, "first law");
  g_assert_cmpstr (get (record, "/d/law[2]/title"), ==, "second law");
  g_assert_cmpstr (get (record, "/d/law[2]/part"), ==, "part two");
  g_assert_cmpstr (get (record, "/d/law[3]/title"), ==, "(none)");
  g_object_unref (record);
  orphans = read_orphans (dossier);
  g_assert_cmpuint (orphans->len, ==, 1);
  g_assert_cmpstr (((PalAnswer *) g_ptr_array_index (orphans, 0))->path, ==, "/d/year");
  close_dossier (dossier);
  assert_sound (path);
}

/* A row that was removed under the new name does not come back under the old one. */
static void
test_removed_row (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autofree char *id = fill_first (dossier);
  g_autoptr (PalForm) second = make_second ();
  g_autoptr (PalForm) third = make_form (
      "f", "3", "<law jr:template=''><title/></law>",
      "<bind nodeset='/d/law' p:was='/d/act'/><bind nodeset='/d/law/title' p:was='/d/act/name'/>",
      "<repeat nodeset='/d/law'>" INPUT ("/d/law/title", "Title") "</repeat>");
  g_autoptr (GError) error = NULL;
  PalRecord *record;

  g_free (upgrade (dossier, second));
  record = open_record (dossier, id);
  g_assert_true (pal_response_remove_row (
      pal_record_get_response (record),
      pal_response_find (pal_record_get_response (record), "/d/act[1]"), &error));
  flush (record);
  g_object_unref (record);
  g_free (upgrade (dossier, third));

  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/d/law[1]/title"), ==, "second law");
  g_assert_cmpstr (get (record, "/d/law[2]/title"), ==, "(none)");
  g_object_unref (record);
  close_dossier (dossier);
}

/* Two old questions in one: the newer answer is taken, the other one is kept. A place where an
 * answer is already is left alone. Rows that jr:count takes away are kept. */
static void
test_rivals (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalForm) first = make_form (
      "f", "1", "<a/><b/><c/><r jr:template=''><x/></r>", "",
      INPUT ("/d/a", "A")
          INPUT ("/d/b", "B") "<repeat nodeset='/d/r'>" INPUT ("/d/r/x", "X") "</repeat>");
  g_autoptr (PalForm) second
      = make_form ("f", "2", "<ab/><r jr:template=''><x/></r><many>1</many>",
                   "<bind nodeset='/d/ab' p:was='/d/a /d/b'/>",
                   INPUT ("/d/ab", "AB") "<repeat nodeset='/d/r' jr:count='/d/many'>" INPUT (
                       "/d/r/x", "X") "</repeat>");
  g_autoptr (PalForm) third = make_form ("f", "3", "<ab/>", "<bind nodeset='/d/ab' p:was='/d/c'/>",
                                         INPUT ("/d/ab", "AB"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) orphans = NULL;
  g_autofree char *id = NULL;
  PalRecord *record = pal_record_create (dossier, first, &error);

  id = g_strdup (pal_record_get_id (record));
  set (record, "/d/b", "older");
  flush (record);
  set (record, "/d/a", "newer");
  set (record, "/d/c", "third");
  add_row (record, "/d/r", "/d");
  add_row (record, "/d/r", "/d");
  set (record, "/d/r[1]/x", "one");
  set (record, "/d/r[2]/x", "two");
  flush (record);
  g_object_unref (record);

  g_free (upgrade (dossier, second));
  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/d/ab"), ==, "newer");
  g_assert_cmpstr (get (record, "/d/r[1]/x"), ==, "one");
  g_assert_cmpstr (get (record, "/d/r[2]/x"), ==, "(none)");
  g_object_unref (record);
  orphans = read_orphans (dossier);
  g_assert_cmpuint (orphans->len, ==, 3);
  g_assert_nonnull (find_answer (orphans, "older"));
  g_assert_nonnull (find_answer (orphans, "third"));
  g_assert_nonnull (find_answer (orphans, "two"));

  g_free (upgrade (dossier, third));
  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/d/ab"), ==, "newer");
  g_object_unref (record);
  g_ptr_array_unref (orphans);
  orphans = read_orphans (dossier);
  g_assert_cmpuint (orphans->len, ==, 4);
  close_dossier (dossier);
  assert_sound (path);
}

/* What somebody had emptied does not fill itself with what the new form begins with. */
static void
test_emptied (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalForm) first = make_form ("f", "1", "<a>Hello</a>", "", INPUT ("/d/a", "A"));
  g_autoptr (PalForm) second = make_form (
      "f", "2", "<b>Hello</b>", "<bind nodeset='/d/b' p:was='/d/a'/>", INPUT ("/d/b", "B"));
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  PalRecord *record = pal_record_create (dossier, first, &error);

  id = g_strdup (pal_record_get_id (record));
  set (record, "/d/a", "");
  flush (record);
  g_object_unref (record);
  g_free (upgrade (dossier, second));
  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/d/b"), ==, "");
  g_object_unref (record);
  close_dossier (dossier);
}

static void
test_refused (void)
{
  const struct
  {
    const char *id;
    const char *version;
    int code; /* of PalUpgradeError; -1: taken */
  } tests[] = {
    { "g", "2", PAL_UPGRADE_ERROR_OTHER_FORM },
    { "f", "0", PAL_UPGRADE_ERROR_OLDER },
    { "f", "", PAL_UPGRADE_ERROR_OLDER },
    { "f", "1", PAL_UPGRADE_ERROR_SAME },
    { "f", "1.1", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = fresh_path ();
      PalDossier *dossier = create (path);
      g_autofree char *id = fill_first (dossier);
      g_autoptr (PalForm) form
          = make_form (tests[i].id, tests[i].version, "<other/>", "", INPUT ("/d/other", "Other"));
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) look_error = NULL;
      g_autoptr (PalUpgradePreview) looked = NULL;
      g_autofree char *backup = NULL;
      gint64 n_acts = count_acts (dossier);

      looked = pal_dossier_preview_upgrade (dossier, form, &look_error);
      pal_dossier_upgrade (dossier, form, &backup, &error);
      if (tests[i].code < 0)
        {
          g_assert_no_error (error);
          g_assert_no_error (look_error);
          g_assert_nonnull (backup);
        }
      else
        {
          g_assert_null (looked);
          g_assert_error (look_error, PAL_UPGRADE_ERROR, tests[i].code);
          g_assert_cmpint (count_acts (dossier), ==, n_acts);
          g_assert_null (backup);
          /* The same version is there: nothing is to be done, so nothing goes wrong. */
          if (tests[i].code != PAL_UPGRADE_ERROR_SAME)
            g_assert_error (error, PAL_UPGRADE_ERROR, tests[i].code);
        }
      close_dossier (dossier);
    }
}

/* For reading only: looking is fine, writing is not. */
static void
test_read_only (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autofree char *id = fill_first (dossier);
  g_autoptr (PalForm) second = make_second ();
  g_autoptr (PalUpgradePreview) looked = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  close_dossier (dossier);
  before = fingerprint (path);
  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  looked = preview (dossier, second);
  g_assert_cmpuint (looked->answers->len, ==, 8);
  g_assert_false (pal_dossier_upgrade (dossier, second, NULL, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_READ_ONLY);
  close_dossier (dossier);
  after = fingerprint (path);
  g_assert_cmpstr (before, ==, after);
}

/* --- chance: forms that change at random, and no answer is ever lost */

typedef enum
{
  GROUP,
  REPEAT,
  LEAF
} Kind;

typedef struct _Item Item;
struct _Item
{
  guint id;
  Kind kind;
  gboolean is_calculated;
  gboolean is_integer;
  char *name;
  Item *parent;        /* (nullable): the root's children have none */
  GPtrArray *children; /* (owned) (element-type Item) */
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_ptr_array_unref (item->children);
  g_free (item->name);
  g_free (item);
}

static Item *
item_new (guint id, Kind kind, Item *parent)
{
  Item *item = g_new0 (Item, 1);

  item->id = id;
  item->kind = kind;
  item->name = g_strdup_printf ("n%u", id);
  item->parent = parent;
  item->children = g_ptr_array_new_with_free_func (item_free);
  if (parent != NULL)
    g_ptr_array_add (parent->children, item);

  return item;
}

static Item *
item_copy (const Item *from, Item *parent)
{
  Item *item = item_new (from->id, from->kind, parent);

  g_free (item->name);
  item->name = g_strdup (from->name);
  for (guint i = 0; i < from->children->len; i++)
    item_copy (g_ptr_array_index (from->children, i), item);

  return item;
}

static char *
item_path (const Item *item)
{
  g_autofree char *above = NULL;

  if (item->parent == NULL)
    return g_strdup ("/d");
  above = item_path (item->parent);

  return g_strconcat (above, "/", item->name, NULL);
}

static void
list_items (Item *item, GPtrArray *items)
{
  for (guint i = 0; i < item->children->len; i++)
    {
      g_ptr_array_add (items, g_ptr_array_index (item->children, i));
      list_items (g_ptr_array_index (item->children, i), items);
    }
}

static Item *
pick (GRand *chance, Item *root, int kind)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  list_items (root, items);
  for (guint i = items->len; i > 0; i--)
    if (kind >= 0 && ((Item *) g_ptr_array_index (items, i - 1))->kind != (Kind) kind)
      g_ptr_array_remove_index (items, i - 1);

  return items->len > 0 ? g_ptr_array_index (items, g_rand_int_range (chance, 0, items->len))
                        : NULL;
}

static gboolean
is_below (const Item *item, const Item *above)
{
  for (; item != NULL; item = item->parent)
    if (item == above)
      return TRUE;

  return FALSE;
}

static void
move_item (Item *item, Item *to)
{
  guint index;

  if (is_below (to, item) || to == item->parent || to->kind == LEAF)
    return;
  g_assert_true (g_ptr_array_find (item->parent->children, item, &index));
  g_ptr_array_steal_index (item->parent->children, index);
  g_ptr_array_add (to->children, item);
  item->parent = to;
}

/* One change of a form that an author might make. */
static void
mutate (GRand *chance, Item *root, guint *next_id)
{
  Item *item = pick (chance, root, -1);
  Item *to;

  if (item == NULL)
    return;
  switch (g_rand_int_range (chance, 0, 9))
    {
    case 0:
    case 1:
    case 2:
      g_free (item->name);
      item->name = g_strdup_printf ("m%u", (*next_id)++);
      break;
    case 3:
      to = g_rand_boolean (chance) ? pick (chance, root, GROUP) : root;
      if (to != NULL)
        move_item (item, to);
      break;
    case 4:
      to = pick (chance, root, REPEAT);
      if (to != NULL && item->kind == LEAF)
        move_item (item, to);
      break;
    case 5:
      item = pick (chance, root, LEAF);
      if (item != NULL)
        g_ptr_array_remove (item->parent->children, item);
      break;
    case 6:
      if (item->kind != LEAF)
        item->kind = item->kind == GROUP ? REPEAT : GROUP;
      break;
    case 7:
      item_new ((*next_id)++, LEAF, item->kind == LEAF ? item->parent : item);
      break;
    default:
      if (item->kind == LEAF && g_rand_boolean (chance))
        item->is_calculated = !item->is_calculated;
      else
        item->is_integer = !item->is_integer;
      break;
    }
}

static void
write_item (const Item *item, GHashTable *former, GHashTable *present, GString *nodes,
            GString *binds, GString *body)
{
  g_autofree char *path = item_path (item);
  GPtrArray *names = g_hash_table_lookup (former, GUINT_TO_POINTER (item->id));
  g_autoptr (GString) was = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    if (!g_hash_table_contains (present, g_ptr_array_index (names, i)))
      g_string_append_printf (was, "%s%s", was->len > 0 ? " " : "",
                              (char *) g_ptr_array_index (names, i));
  g_string_append_printf (binds, "<bind nodeset='%s'", path);
  if (was->len > 0)
    g_string_append_printf (binds, " p:was='%s'", was->str);
  if (item->is_integer && item->kind == LEAF)
    g_string_append (binds, " type='int'");
  if (item->is_calculated)
    g_string_append (binds, " calculate='1 + 1'");
  g_string_append (binds, "/>");

  g_string_append_printf (nodes, "<%s%s>", item->name,
                          item->kind == REPEAT ? " jr:template=''" : "");
  if (item->kind == LEAF)
    g_string_append_printf (body, "<input ref='%s'><label>%s</label></input>", path, item->name);
  else
    g_string_append_printf (
        body, item->kind == REPEAT ? "<repeat nodeset='%s'>" : "<group ref='%s'>", path);
  for (guint i = 0; i < item->children->len; i++)
    write_item (g_ptr_array_index (item->children, i), former, present, nodes, binds, body);
  /* An empty group would be a leaf. */
  if (item->kind != LEAF)
    g_string_append (nodes, "<end/>");
  g_string_append_printf (nodes, "</%s>", item->name);
  if (item->kind != LEAF)
    g_string_append (body, item->kind == REPEAT ? "</repeat>" : "</group>");
}

/* former: id -> all paths that it ever had; takes the present ones in. */
static PalForm *
write_form (Item *root, guint version, GHashTable *former)
{
  g_autoptr (GString) nodes = g_string_new (NULL);
  g_autoptr (GString) binds = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GHashTable) present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autofree char *number = g_strdup_printf ("%u", version);

  list_items (root, items);
  for (guint i = 0; i < items->len; i++)
    g_hash_table_add (present, item_path (g_ptr_array_index (items, i)));
  for (guint i = 0; i < root->children->len; i++)
    write_item (g_ptr_array_index (root->children, i), former, present, nodes, binds, body);
  for (guint i = 0; i < items->len; i++)
    {
      Item *item = g_ptr_array_index (items, i);
      GPtrArray *names = g_hash_table_lookup (former, GUINT_TO_POINTER (item->id));
      char *path = item_path (item);

      if (names == NULL)
        {
          names = g_ptr_array_new_with_free_func (g_free);
          g_hash_table_insert (former, GUINT_TO_POINTER (item->id), names);
        }
      if (g_ptr_array_find_with_equal_func (names, path, g_str_equal, NULL))
        g_free (path);
      else
        g_ptr_array_add (names, path);
    }
  g_string_append (nodes, "<last/>");

  return make_form ("f", number, nodes->str, binds->str, body->str);
}

static Item *
grow_form (GRand *chance, guint *next_id)
{
  Item *root = item_new (0, GROUP, NULL);

  for (guint i = 0; i < 16; i++)
    {
      Item *parent = g_rand_boolean (chance) ? root : pick (chance, root, -1);
      Kind kind = g_rand_int_range (chance, 0, 10) < 6 ? LEAF
                  : g_rand_boolean (chance)            ? GROUP
                                                       : REPEAT;

      if (parent == NULL || parent->kind == LEAF)
        parent = root;
      item_new ((*next_id)++, kind, parent);
    }

  return root;
}

/* Rows and values everywhere; each value once. */
static void
fill_node (GRand *chance, PalRecord *record, PalNode *node, guint *n_values)
{
  PalResponse *response = pal_record_get_response (record);
  PalFormNode *definition = pal_response_get_definition (response, node);

  for (guint i = 0; i < definition->children->len; i++)
    {
      PalFormNode *child = g_ptr_array_index (definition->children, i);
      guint n_rows = child->is_repeat ? (guint) g_rand_int_range (chance, 0, 3) : 1;
      g_autoptr (GPtrArray) nodes = NULL;

      for (guint row = 0; child->is_repeat && row < n_rows; row++)
        g_assert_nonnull (pal_response_add_row (response, child, node, NULL, NULL));
      if (child->is_repeat)
        nodes = pal_response_dup_rows (response, child, node);
      else
        {
          nodes = g_ptr_array_new ();
          g_ptr_array_add (nodes, pal_response_find_definition (response, child, node));
        }
      for (guint row = 0; row < nodes->len; row++)
        {
          PalNode *below = g_ptr_array_index (nodes, row);

          if (child->children->len > 0)
            fill_node (chance, record, below, n_values);
          else if (child->control != NULL && child->calculate == NULL
                   && g_rand_int_range (chance, 0, 4) > 0)
            {
              g_autofree char *value = g_strdup_printf ("v%u", (*n_values)++);

              g_assert_true (pal_response_set_value (response, below, value, NULL));
            }
        }
    }
}

static void
collect_node (PalResponse *response, PalNode *node, GHashTable *found, gboolean with_paths)
{
  if (node->kind == PAL_NODE_ELEMENT && pal_response_get_definition (response, node) != NULL
      && pal_response_get_definition (response, node)->children->len == 0)
    {
      const char *value = pal_response_get_value (response, node);

      if (*value == 'v')
        {
          g_assert_false (g_hash_table_contains (found, value));
          g_hash_table_insert (found, g_strdup (value),
                               with_paths ? pal_response_dup_path (response, node) : NULL);
        }
    }
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && !child->is_template && child->data != NULL)
      collect_node (response, child, found, with_paths);
}

/* value -> path in the record, NULL for an orphan; each value is in one place only. */
static GHashTable *
collect (PalDossier *dossier, const char *id, guint *n_orphans)
{
  g_autoptr (PalRecord) record = open_record (dossier, id);
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GPtrArray *orphans = pal_record_get_orphans (record);

  collect_node (pal_record_get_response (record),
                pal_response_get_root (pal_record_get_response (record)), found, TRUE);
  *n_orphans = 0;
  for (guint i = 0; i < orphans->len; i++)
    {
      PalChange *orphan = g_ptr_array_index (orphans, i);

      if (orphan->kind != PAL_CHANGE_VALUE || orphan->value == NULL)
        continue;
      g_assert_false (g_hash_table_contains (found, orphan->value));
      g_hash_table_insert (found, g_strdup (orphan->value), NULL);
      (*n_orphans)++;
    }

  return found;
}

static void
check_everything (GHashTable *found, guint n_values, guint seed)
{
  for (guint i = 0; i < n_values; i++)
    {
      g_autofree char *value = g_strdup_printf ("v%u", i);

      if (!g_hash_table_contains (found, value))
        g_error ("seed %u: %s was lost", seed, value);
    }
  g_assert_cmpuint (g_hash_table_size (found), ==, n_values);
}

static void
run_chance (guint seed)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autofree char *path = fresh_path ();
  g_autoptr (GHashTable) former
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) at_first = NULL;
  g_autoptr (GHashTable) at_last = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  guint next_id = 1;
  guint n_values = 0;
  guint n_orphans;
  Item *root = grow_form (chance, &next_id);
  Item *original = item_copy (root, NULL);
  PalForm *form = write_form (root, 1, former);
  PalDossier *dossier = create (path);
  PalRecord *record = pal_record_create (dossier, form, &error);
  GHashTableIter iter;
  gpointer value;
  gpointer place;

  g_assert_no_error (error);
  pal_form_unref (form);
  id = g_strdup (pal_record_get_id (record));
  fill_node (chance, record, pal_response_get_root (pal_record_get_response (record)), &n_values);
  flush (record);
  g_object_unref (record);
  at_first = collect (dossier, id, &n_orphans);
  g_assert_cmpuint (n_orphans, ==, 0);
  check_everything (at_first, n_values, seed);

  for (guint version = 2; version <= 5; version++)
    {
      g_autoptr (GHashTable) found = NULL;
      g_autoptr (PalUpgradePreview) looked = NULL;
      gint64 n_acts;

      for (int n = g_rand_int_range (chance, 1, 6); n > 0; n--)
        mutate (chance, root, &next_id);
      form = write_form (root, version, former);
      looked = preview (dossier, form);
      g_assert_cmpuint (looked->answers->len, ==, n_values);
      g_free (upgrade (dossier, form));
      found = collect (dossier, id, &n_orphans);
      check_everything (found, n_values, seed);
      if (n_orphans != pal_upgrade_preview_count (looked, PAL_ANSWER_ORPHANED))
        g_error ("seed %u: %u orphans, not as shown before", seed, n_orphans);
      n_acts = count_acts (dossier);
      g_assert_null (upgrade (dossier, form));
      g_assert_cmpint (count_acts (dossier), ==, n_acts);
      pal_form_unref (form);
    }

  /* And back again: everything is where it was. */
  form = write_form (original, 6, former);
  g_free (upgrade (dossier, form));
  pal_form_unref (form);
  at_last = collect (dossier, id, &n_orphans);
  check_everything (at_last, n_values, seed);
  g_hash_table_iter_init (&iter, at_first);
  while (g_hash_table_iter_next (&iter, &value, &place))
    if (g_strcmp0 (place, g_hash_table_lookup (at_last, value)) != 0)
      g_error ("seed %u: %s was at %s and is at %s", seed, (char *) value, (char *) place,
               (char *) g_hash_table_lookup (at_last, value));
  close_dossier (dossier);
  assert_sound (path);
  item_free (root);
  item_free (original);
}

static void
test_chance (void)
{
  const char *given = g_getenv ("PALERMO_SEED");
  guint n = g_test_slow () ? 400 : 40;

  if (given != NULL)
    {
      run_chance (g_ascii_strtoull (given, NULL, 10));
      return;
    }
  for (guint seed = 1; seed <= n; seed++)
    run_chance (seed);
}

static void
add_tests (void)
{
  g_test_add_func ("/upgrade/preview", test_preview);
  g_test_add_func ("/upgrade/upgrade", test_upgrade);
  g_test_add_func ("/upgrade/history", test_history);
  g_test_add_func ("/upgrade/return", test_return);
  g_test_add_func ("/upgrade/removed-row", test_removed_row);
  g_test_add_func ("/upgrade/rivals", test_rivals);
  g_test_add_func ("/upgrade/emptied", test_emptied);
  g_test_add_func ("/upgrade/refused", test_refused);
  g_test_add_func ("/upgrade/read-only", test_read_only);
  g_test_add_func ("/upgrade/chance", test_chance);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
