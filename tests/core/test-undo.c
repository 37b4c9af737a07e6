// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-undo"
#include "config.h"

#include "test-dossier-common.h"

#include "pal-history.h"
#include "pal-merge.h"
#include "pal-record.h"
#include "pal-undo.h"

/* Undo: the two stacks, what they do to a dossier, and that open records follow. */

static const char form_text[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa' xmlns:odk='http://www.opendatakit.org/xforms'>"
      "<h:head><h:title>Undo</h:title><model><instance><t id='undo' version='1'>"
      "<state/><party/><protocol/><twice/><drawn/><sum/><greeting>Hello</greeting><kind/><city/>"
      "<number/><member jr:template=''><_id/><name/></member>"
      "<law jr:template=''><_id/><title/><from>here</from>"
      "<ref jr:template=''><_id/><no>1</no></ref></law>"
      "<meta><instanceID/></meta></t></instance>"
      "<instance id='cities'><root><item><name>a1</name><label>A</label><of>a</of></item>"
      "<item><name>b1</name><label>B</label><of>b</of></item></root></instance>"
      "<bind nodeset='/t/protocol' relevant=\"/t/party = 'yes'\"/>"
      "<bind nodeset='/t/twice' calculate=\"concat(/t/state, /t/state)\"/>"
      "<bind nodeset='/t/drawn' calculate=\"if(/t/state = '', '', random())\"/>"
      "<bind nodeset='/t/sum' calculate='sum(/t/law/ref/no) + count(/t/law) * 100'/>"
      "<setvalue ref='/t/law/_id' event='odk-instance-first-load' value='uuid()'/>"
      "</model></h:head><h:body>"
      "<input ref='/t/state'><label>State</label></input>"
      "<input ref='/t/party'><label>Party</label></input>"
      "<input ref='/t/protocol'><label>Protocol</label></input>"
      "<input ref='/t/greeting'><label>Greeting</label></input>"
      "<input ref='/t/kind'><label>Kind</label></input>"
      "<select1 ref='/t/city'><label>City</label>"
      "<itemset nodeset=\"instance('cities')/root/item[of = /t/kind]\"><value ref='name'/>"
      "<label ref='label'/></itemset></select1>"
      "<input ref='/t/number'><label>Number</label></input>"
      "<group ref='/t/member'><label>Member</label>"
      "<repeat nodeset='/t/member' jr:count='/t/number' jr:noAddRemove='true()'>"
      "<setvalue ref='/t/member/_id' event='odk-new-repeat' value='uuid()'/>"
      "<input ref='/t/member/name'><label>Name</label></input></repeat></group>"
      "<group ref='/t/law'><label>Law</label><repeat nodeset='/t/law'>"
      "<setvalue ref='/t/law/_id' event='odk-new-repeat' value='uuid()'/>"
      "<input ref='/t/law/title'><label>Title</label></input>"
      "<input ref='/t/law/from'><label>From</label></input>"
      "<group ref='/t/law/ref'><label>Ref</label><repeat nodeset='/t/law/ref'>"
      "<setvalue ref='/t/law/ref/_id' event='odk-new-repeat' value='uuid()'/>"
      "<input ref='/t/law/ref/no'><label>No</label></input></repeat></group>"
      "</repeat></group></h:body></h:html>";

static PalRecord *
create_record (PalDossier *dossier)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (form_text, strlen (form_text));
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = pal_form_load (bytes, "undo", &error);
  PalRecord *record;

  g_assert_no_error (error);
  record = pal_record_create (dossier, form, &error);
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
  g_assert_true (pal_response_set_value (response, node, value, &error));
  g_assert_no_error (error);
}

static const char *
get (PalRecord *record, const char *path)
{
  PalResponse *response = pal_record_get_response (record);
  PalNode *node = pal_response_find (response, path);

  return node != NULL ? pal_response_get_value (response, node) : "(none)";
}

static void
flush (PalRecord *record)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_record_flush (record, &error));
  g_assert_no_error (error);
}

static GPtrArray *
dup_rows (PalRecord *record, const char *repeat, const char *context)
{
  PalResponse *response = pal_record_get_response (record);

  return pal_response_dup_rows (response,
                                pal_form_find_node (pal_response_get_form (response), repeat),
                                pal_response_find (response, context));
}

static void
add_row (PalRecord *record, const char *repeat, const char *context, PalNode *before)
{
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GError) error = NULL;

  pal_response_add_row (response, pal_form_find_node (pal_response_get_form (response), repeat),
                        pal_response_find (response, context), before, &error);
  g_assert_no_error (error);
}

static char *
serialise (PalRecord *record)
{
  g_autoptr (GBytes) bytes = pal_response_serialise (pal_record_get_response (record));

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* What is on the disk is what is shown. */
static void
assert_kept (PalDossier *dossier, PalRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) again = pal_record_open (dossier, pal_record_get_id (record), &error);
  g_autofree char *shown = serialise (record);
  g_autofree char *kept = NULL;

  g_assert_no_error (error);
  kept = serialise (again);
  g_assert_cmpstr (shown, ==, kept);
}

/* FALSE when there was nothing. */
static gboolean
step (PalDossier *dossier, PalUndoWay way, PalRecord *record, char **title)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalUndone) undone = pal_dossier_undo (dossier, way, &error);

  g_assert_no_error (error);
  if (undone == NULL)
    return FALSE;
  if (title != NULL)
    *title = g_strdup (undone->step->title);
  if (record != NULL)
    {
      pal_record_follow (record, undone->changes);
      flush (record);
    }

  return TRUE;
}

/* --- the stacks */

static void
note (PalUndo *undo, gint64 after, gint64 until, const char *title)
{
  const PalLogSpan span = { after, until };

  pal_undo_note (undo, pal_undo_step_new (&span, title, NULL));
}

static const char *
peek (PalUndo *undo, PalUndoWay way)
{
  const PalUndoStep *step = pal_undo_peek (undo, way);

  return step != NULL ? step->title : "-";
}

static void
turn (PalUndo *undo, PalUndoWay way, gint64 after, gint64 until)
{
  PalUndoStep *step = pal_undo_take (undo, way);

  step->span = (PalLogSpan){ after, until };
  pal_undo_turn (undo, way, step);
}

static void
test_stacks (void)
{
  g_autoptr (PalUndo) undo = pal_undo_new (3);
  const PalLogSpan follows = { 4, 6 };
  const PalLogSpan apart = { 9, 10 };

  g_assert_false (pal_undo_extend (undo, &follows));
  g_assert_cmpstr (peek (undo, PAL_UNDO_BACK), ==, "-");
  note (undo, 0, 1, "a");
  note (undo, 1, 2, "b");
  /* Typing went on: what it replaced is not there any more. */
  note (undo, 1, 3, "c");
  g_assert_cmpstr (peek (undo, PAL_UNDO_BACK), ==, "c");
  turn (undo, PAL_UNDO_BACK, 3, 4);
  g_assert_cmpstr (peek (undo, PAL_UNDO_BACK), ==, "a");
  g_assert_cmpstr (peek (undo, PAL_UNDO_FORTH), ==, "c");
  /* What follows from the undoing is done with it. */
  g_assert_true (pal_undo_extend (undo, &follows));
  g_assert_false (pal_undo_extend (undo, &apart));
  g_assert_cmpint (pal_undo_peek (undo, PAL_UNDO_FORTH)->span.until, ==, 6);
  turn (undo, PAL_UNDO_FORTH, 6, 7);
  g_assert_cmpstr (peek (undo, PAL_UNDO_BACK), ==, "c");
  turn (undo, PAL_UNDO_BACK, 7, 8);
  /* A new act: nothing is done again. */
  note (undo, 8, 9, "d");
  g_assert_cmpstr (peek (undo, PAL_UNDO_FORTH), ==, "-");
  note (undo, 9, 10, "e");
  note (undo, 10, 11, "f");
  for (guint i = 0; i < 3; i++)
    pal_undo_step_free (pal_undo_take (undo, PAL_UNDO_BACK));
  g_assert_cmpstr (peek (undo, PAL_UNDO_BACK), ==, "-");
}

/* --- a dossier */

static void
test_story (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (PalUndoStep) next = NULL;
  g_autofree char *title = NULL;
  g_autofree char *drawn = NULL;

  pal_dossier_set_stint_ms (dossier, 0);
  record = create_record (dossier);
  pal_dossier_forget_undo (dossier);
  g_assert_false (step (dossier, PAL_UNDO_BACK, record, NULL));

  set (record, "/t/state", "Practicia");
  flush (record);
  drawn = g_strdup (get (record, "/t/drawn"));
  set (record, "/t/greeting", "Good day");
  flush (record);
  next = pal_dossier_dup_undo_step (dossier, PAL_UNDO_BACK);
  g_assert_cmpstr (next->node, ==, "/t/greeting");
  g_assert_cmpstr (next->record, ==, pal_record_get_id (record));
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, &title));
  g_assert_cmpstr (title, ==, "Typing");
  g_assert_cmpstr (get (record, "/t/greeting"), ==, "Hello");
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_cmpstr (get (record, "/t/twice"), ==, "");
  g_assert_cmpstr (get (record, "/t/drawn"), ==, "");
  assert_kept (dossier, record);
  g_assert_false (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_true (step (dossier, PAL_UNDO_FORTH, record, NULL));
  g_assert_cmpstr (get (record, "/t/twice"), ==, "PracticiaPracticia");
  /* Drawn once: the same comes back, none is drawn anew. */
  g_assert_cmpstr (get (record, "/t/drawn"), ==, drawn);
  assert_kept (dossier, record);

  /* Something new: the greeting is not said again. */
  set (record, "/t/party", "yes");
  flush (record);
  g_assert_false (step (dossier, PAL_UNDO_FORTH, record, NULL));
  close_dossier (dossier);
}

/* A row that comes back has its id, its place, and all that was in it. */
static void
test_rows (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  record = create_record (dossier);
  for (guint i = 0; i < 3; i++)
    add_row (record, "/t/law", "/t", NULL);
  set (record, "/t/law[2]/title", "Second");
  add_row (record, "/t/law/ref", "/t/law[2]", NULL);
  set (record, "/t/law[2]/ref/no", "7");
  flush (record);
  g_assert_cmpstr (get (record, "/t/sum"), ==, "307");
  before = serialise (record);
  {
    g_autoptr (GPtrArray) rows = dup_rows (record, "/t/law", "/t");

    g_assert_true (pal_response_remove_row (pal_record_get_response (record),
                                            g_ptr_array_index (rows, 1), &error));
    g_assert_no_error (error);
  }
  flush (record);
  g_assert_cmpstr (get (record, "/t/sum"), ==, "200");
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  after = serialise (record);
  g_assert_cmpstr (before, ==, after);
  assert_kept (dossier, record);
  g_assert_true (step (dossier, PAL_UNDO_FORTH, record, NULL));
  g_assert_cmpstr (get (record, "/t/sum"), ==, "200");
  assert_kept (dossier, record);
  close_dossier (dossier);
}

/* One stint of typing is one step, however often it was written. */
static void
test_stint (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = create_record (dossier);

  pal_dossier_forget_undo (dossier);
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *text = g_strndup ("Words", i);

      set (record, "/t/state", text);
      flush (record);
    }
  set (record, "/t/party", "yes");
  flush (record);
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_cmpstr (get (record, "/t/state"), ==, "Words");
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_cmpstr (get (record, "/t/state"), ==, "");
  g_assert_false (step (dossier, PAL_UNDO_BACK, record, NULL));
  close_dossier (dossier);
}

/* Records that were made or removed, and acts in several records, in one row of steps. */
static void
test_records (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) first = create_record (dossier);
  g_autoptr (PalRecord) second = NULL;
  g_autoptr (PalUndone) undone = NULL;
  g_autoptr (GPtrArray) records = NULL;
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (GError) error = NULL;
  PalLogSpan written;

  pal_dossier_forget_undo (dossier);
  second = create_record (dossier);
  set (second, "/t/state", "Second");
  flush (second);
  g_ptr_array_add (
      changes, pal_change_new (PAL_CHANGE_RECORD_REMOVED, pal_record_get_id (second), NULL, NULL));
  g_assert_true (pal_dossier_append_full (dossier, "Record removed", changes, PAL_APPEND_DEFAULT,
                                          &written, &error));
  g_assert_no_error (error);
  g_assert_cmpint (written.until, ==, written.after + 1);

  undone = pal_dossier_undo (dossier, PAL_UNDO_BACK, &error);
  g_assert_no_error (error);
  g_assert_cmpint (undone->step->kind, ==, PAL_CHANGE_RECORD_REMOVED);
  g_assert_cmpuint (undone->changes->len, ==, 1);
  g_assert_cmpint (((PalChange *) g_ptr_array_index (undone->changes, 0))->kind, ==,
                   PAL_CHANGE_RECORD_MADE);
  g_assert_true (step (dossier, PAL_UNDO_BACK, second, NULL));
  g_assert_cmpstr (get (second, "/t/state"), ==, "");
  g_assert_true (step (dossier, PAL_UNDO_BACK, NULL, NULL));
  records = pal_dossier_list_records (dossier, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (records->len, ==, 1);
  g_assert_false (step (dossier, PAL_UNDO_BACK, NULL, NULL));
  close_dossier (dossier);
}

/* What the form makes of an undo by itself goes with it, and is never a step of its own. */
static void
test_follows (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = create_record (dossier);
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (GPtrArray) shown = NULL;
  g_autoptr (GError) error = NULL;
  PalLogSpan span;

  set (record, "/t/kind", "a");
  set (record, "/t/city", "a1");
  flush (record);
  pal_dossier_forget_undo (dossier);

  /* Somebody else says another kind, which has other cities. */
  g_ptr_array_add (changes,
                   pal_change_new (PAL_CHANGE_VALUE, pal_record_get_id (record), "/t/kind", "b"));
  g_assert_true (
      pal_dossier_append_full (dossier, "Elsewhere", changes, PAL_APPEND_DEFAULT, &span, &error));
  shown = pal_dossier_read_span (dossier, &span, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shown->len, ==, 1);
  pal_record_follow (record, shown);
  flush (record);
  g_assert_cmpstr (get (record, "/t/city"), ==, "");
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_cmpstr (get (record, "/t/kind"), ==, "a");
  g_assert_cmpstr (get (record, "/t/city"), ==, "a1");
  g_assert_false (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_true (step (dossier, PAL_UNDO_FORTH, record, NULL));
  g_assert_cmpstr (get (record, "/t/city"), ==, "");
  assert_kept (dossier, record);
  close_dossier (dossier);
}

/* What is typed while an undo is under way is not lost. */
static void
test_typed_meanwhile (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = create_record (dossier);
  g_autoptr (PalUndone) undone = NULL;
  g_autoptr (GError) error = NULL;

  set (record, "/t/state", "One");
  flush (record);
  undone = pal_dossier_undo (dossier, PAL_UNDO_BACK, &error);
  g_assert_no_error (error);
  set (record, "/t/state", "Two");
  pal_record_follow (record, undone->changes);
  g_assert_cmpstr (get (record, "/t/state"), ==, "Two");
  flush (record);
  assert_kept (dossier, record);
  close_dossier (dossier);
}

static void
test_last_act (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = NULL;
  g_autofree char *title = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  PalLogSpan span;

  g_assert_false (pal_dossier_find_last_act (dossier, &span, &title, &error));
  g_assert_no_error (error);
  record = create_record (dossier);
  set (record, "/t/state", "One");
  flush (record);
  g_assert_true (pal_dossier_find_last_act (dossier, &span, &title, &error));
  g_assert_cmpstr (title, ==, "Typing");
  changes = pal_dossier_revert (dossier, &span, "Undo", NULL, &error);
  g_assert_no_error (error);
  pal_record_follow (record, changes);
  g_assert_cmpstr (get (record, "/t/state"), ==, "");
  close_dossier (dossier);
}

static void
told_cb (PalDossier *dossier, guint *n_told)
{
  (*n_told)++;
}

static void
test_told (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = create_record (dossier);
  guint n_told = 0;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (dossier, "undo-changed", G_CALLBACK (told_cb), &n_told);
  for (guint i = 0; i < 3; i++)
    {
      set (record, "/t/state", i == 1 ? "b" : "a");
      flush (record);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_told, ==, 1);
  close_dossier (dossier);
}

/* --- history */

static GPtrArray *
read_history (PalDossier *dossier, PalRecord *record, const char *node)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *history = pal_dossier_read_history (dossier, pal_record_get_id (record), node, &error);

  g_assert_no_error (error);

  return history;
}

/* Back to a version as one act, twice in a row, each of them undone alone. */
static void
test_restore (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GArray) versions = NULL;
  g_autoptr (GError) error = NULL;

  pal_dossier_set_stint_ms (dossier, 0);
  record = create_record (dossier);
  set (record, "/t/state", "One");
  flush (record);
  set (record, "/t/state", "Two");
  set (record, "/t/party", "yes");
  flush (record);
  pal_dossier_set_stint_ms (dossier, 60000);
  g_assert_true (pal_record_restore (record, "/t/state", "One", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (get (record, "/t/twice"), ==, "OneOne");
  g_assert_cmpstr (get (record, "/t/party"), ==, "yes");
  g_assert_true (pal_record_restore (record, "/t/state", NULL, &error));
  g_assert_no_error (error);
  assert_kept (dossier, record);

  history = read_history (dossier, record, "/t/state");
  versions = pal_history_compare (history);
  g_assert_cmpuint (versions->len, ==, 4);
  for (guint i = 0; i < versions->len; i++)
    {
      PalVersion *version = &g_array_index (versions, PalVersion, i);

      g_assert_true (version->change == g_ptr_array_index (history, i));
      g_assert_true (version->before
                     == (i + 1 < history->len ? g_ptr_array_index (history, i + 1) : NULL));
      g_assert_true (version->is_head == (i == 0));
    }
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_cmpstr (get (record, "/t/state"), ==, "One");
  g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
  g_assert_cmpstr (get (record, "/t/state"), ==, "Two");
  close_dossier (dossier);
}

static PalChange *
version_new (const char *id, const char *parents, gint64 clock_us)
{
  PalChange *change = pal_change_new (PAL_CHANGE_VALUE, RECORD, "/a", id);

  change->id = g_strdup (id);
  change->parents = g_strdup (parents);
  change->clock_us = clock_us;

  return change;
}

/* Two wrote apart from each other; a third decided. */
static void
test_apart (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (GArray) versions = NULL;

  g_ptr_array_add (history, version_new ("d", "b c", 4));
  g_ptr_array_add (history, version_new ("e", "b", 4));
  g_ptr_array_add (history, version_new ("c", "a", 3));
  g_ptr_array_add (history, version_new ("b", "a", 2));
  g_ptr_array_add (history, version_new ("a", "elsewhere", 1));
  versions = pal_history_compare (history);
  g_assert_cmpstr (g_array_index (versions, PalVersion, 0).before->id, ==, "c");
  g_assert_true (g_array_index (versions, PalVersion, 0).is_head);
  g_assert_cmpstr (g_array_index (versions, PalVersion, 1).before->id, ==, "b");
  g_assert_true (g_array_index (versions, PalVersion, 1).is_head);
  g_assert_cmpstr (g_array_index (versions, PalVersion, 2).before->id, ==, "a");
  g_assert_false (g_array_index (versions, PalVersion, 2).is_head);
  g_assert_null (g_array_index (versions, PalVersion, 4).before);
}

/* --- any acts */

static void
act (PalRecord *record, GRand *rand)
{
  static const char *const leaves[] = { "/t/state", "/t/party", "/t/protocol", "/t/greeting" };
  static const char *const texts[] = { "", "yes", "no", "a", "b", "words and more words" };
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GPtrArray) laws = dup_rows (record, "/t/law", "/t");
  PalNode *law
      = laws->len > 0 ? g_ptr_array_index (laws, g_rand_int_range (rand, 0, laws->len)) : NULL;
  g_autofree char *row = law != NULL ? pal_response_dup_path (response, law) : NULL;
  g_autofree char *node = NULL;
  const char *text = texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))];

  switch (g_rand_int_range (rand, 0, 10))
    {
    case 0:
    case 1:
      set (record, leaves[g_rand_int_range (rand, 0, G_N_ELEMENTS (leaves))], text);
      break;
    case 2:
      set (record, "/t/kind", g_rand_boolean (rand) ? "a" : "b");
      break;
    case 3:
      /* A city that is not in the list would only go again. */
      if (*get (record, "/t/kind") != '\0')
        set (record, "/t/city", g_str_equal (get (record, "/t/kind"), "a") ? "a1" : "b1");
      break;
    case 4:
      node = g_strdup_printf ("%d", g_rand_int_range (rand, 0, 4));
      set (record, "/t/number", node);
      break;
    case 5:
    case 6:
      add_row (record, "/t/law", "/t", g_rand_boolean (rand) ? law : NULL);
      break;
    case 7:
      if (law != NULL)
        g_assert_true (pal_response_remove_row (response, law, NULL));
      break;
    case 8:
      if (law != NULL)
        add_row (record, "/t/law/ref", row, NULL);
      break;
    case 9:
      if (law == NULL)
        break;
      node = g_strconcat (row, g_rand_boolean (rand) ? "/from" : "/title", NULL);
      set (record, node, text);
      break;
    default:
      g_assert_not_reached ();
    }
  flush (record);
}

/* States after each act; acts that did nothing are no step. */
static GPtrArray *
play (PalDossier *dossier, PalRecord *record, GRand *rand, guint n_acts)
{
  GPtrArray *states = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (states, serialise (record));
  for (guint i = 0; i < n_acts; i++)
    {
      char *state;

      act (record, rand);
      state = serialise (record);
      if (g_str_equal (state, g_ptr_array_index (states, states->len - 1)))
        g_free (state);
      else
        g_ptr_array_add (states, state);
    }

  return states;
}

static void
test_any (gconstpointer data)
{
  guint seed = GPOINTER_TO_UINT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (GPtrArray) states = NULL;

  pal_dossier_set_stint_ms (dossier, 0);
  record = create_record (dossier);
  /* So that what is not relevant is seen, too. */
  set (record, "/t/party", "yes");
  flush (record);
  pal_dossier_forget_undo (dossier);
  states = play (dossier, record, rand, 40);

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = states->len - 1; i > 0;)
        {
          g_autofree char *state = NULL;

          g_assert_true (step (dossier, PAL_UNDO_BACK, record, NULL));
          state = serialise (record);
          /* What changed only in what is not relevant now looks the same. */
          if (g_str_equal (state, g_ptr_array_index (states, i)))
            continue;
          g_assert_cmpstr (state, ==, g_ptr_array_index (states, --i));
        }
      assert_kept (dossier, record);
      for (guint i = 0; i + 1 < states->len;)
        {
          g_autofree char *state = NULL;

          g_assert_true (step (dossier, PAL_UNDO_FORTH, record, NULL));
          state = serialise (record);
          if (g_str_equal (state, g_ptr_array_index (states, i)))
            continue;
          g_assert_cmpstr (state, ==, g_ptr_array_index (states, ++i));
        }
      assert_kept (dossier, record);
    }
  close_dossier (dossier);
}

/* --- typing while something comes in */

static void
take_in (PalDossier *into, PalDossier *from)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) in = g_memory_input_stream_new ();
  g_autoptr (PalMergeReport) report = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_write_log (from, NULL, NULL, out, NULL, &error));
  g_output_stream_close (out, NULL, NULL);
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (in), bytes);
  report = pal_dossier_merge_log (into, in, PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);
}

/* sight: (out) (optional): for a decision on it */
static void
assert_sides (PalDossier *dossier, const char *expected, guint *sight)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) conflicts = pal_dossier_list_conflicts (dossier, &error);
  g_autoptr (GString) sides = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (conflicts->len, <=, 1);
  for (guint i = 0; i < conflicts->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (conflicts, i);

      for (guint j = 0; j < conflict->heads->len; j++)
        g_string_append_printf (sides, "%s%s", j > 0 ? " | " : "",
                                ((PalChange *) g_ptr_array_index (conflict->heads, j))->value);
      if (sight != NULL)
        *sight = conflict->saw;
    }
  g_assert_cmpstr (sides->str, ==, expected);
}

static void
write_elsewhere (PalDossier *dossier, const char *record, const char *value, guint saw)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  PalChange *change = pal_change_new (PAL_CHANGE_VALUE, record, "/t/state", value);
  g_autoptr (GError) error = NULL;

  change->saw = saw;
  g_ptr_array_add (changes, change);
  g_assert_true (pal_dossier_append (dossier, "Typing", changes, &error));
  g_assert_no_error (error);
}

/* Whoever types does not see what comes in meanwhile: it is not overwritten without a word, neither
 * at once nor by what is typed on. Who comes back to it later has seen it, and decides. */
static void
test_typed_over_unseen (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *other = fresh_path ();
  PalDossier *ana = create (path);
  PalDossier *ben = create (other);
  g_autoptr (PalRecord) record = create_record (ana);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  const char *id = pal_record_get_id (record);

  pal_dossier_set_author (ana, "Ana");
  pal_dossier_set_author (ben, "Ben");
  set (record, "/t/state", "One");
  flush (record);
  set (record, "/t/number", "1");
  flush (record);
  take_in (ben, ana);
  write_elsewhere (ben, id, "Two", 0);

  set (record, "/t/state", "Thr");
  take_in (ana, ben);
  set (record, "/t/state", "Three");
  flush (record);
  assert_sides (ana, "Two | Three", NULL);
  pal_record_follow (record, nothing);
  set (record, "/t/state", "Three and more");
  flush (record);
  assert_sides (ana, "Two | Three and more", NULL);
  take_in (ben, ana);
  assert_sides (ben, "Two | Three and more", NULL);

  set (record, "/t/number", "2");
  set (record, "/t/state", "Four");
  flush (record);
  assert_sides (ana, "", NULL);
  close_dossier (ben);
  close_dossier (ana);
}

/* A decision is about what was shown when it was taken. */
static void
test_decided_over_unseen (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *path_of_ben = fresh_path ();
  g_autofree char *path_of_cem = fresh_path ();
  PalDossier *ana = create (path);
  PalDossier *others[] = { create (path_of_ben), create (path_of_cem) };
  g_autoptr (PalRecord) record = create_record (ana);
  const char *id = pal_record_get_id (record);
  guint sight = 0;

  flush (record);
  for (guint i = 0; i < 2; i++)
    {
      take_in (others[i], ana);
      write_elsewhere (others[i], id, i == 0 ? "Two" : "Three", 0);
    }
  set (record, "/t/state", "One");
  flush (record);
  take_in (ana, others[0]);
  assert_sides (ana, "Two | One", &sight);
  take_in (ana, others[1]);
  write_elsewhere (ana, id, "One and two", sight);
  assert_sides (ana, "Three | One and two", &sight);
  write_elsewhere (ana, id, "All", sight);
  assert_sides (ana, "", NULL);

  close_dossier (others[0]);
  close_dossier (others[1]);
  close_dossier (ana);
}

static void
add_tests (void)
{
  g_test_add_func ("/undo/typed-over-unseen", test_typed_over_unseen);
  g_test_add_func ("/undo/decided-over-unseen", test_decided_over_unseen);
  g_test_add_func ("/undo/stacks", test_stacks);
  g_test_add_func ("/undo/story", test_story);
  g_test_add_func ("/undo/rows", test_rows);
  g_test_add_func ("/undo/stint", test_stint);
  g_test_add_func ("/undo/records", test_records);
  g_test_add_func ("/undo/follows", test_follows);
  g_test_add_func ("/undo/typed-meanwhile", test_typed_meanwhile);
  g_test_add_func ("/undo/last-act", test_last_act);
  g_test_add_func ("/undo/told", test_told);
  g_test_add_func ("/undo/restore", test_restore);
  g_test_add_func ("/undo/apart", test_apart);
  for (guint seed = 1; seed <= 12; seed++)
    {
      g_autofree char *name = g_strdup_printf ("/undo/any/%u", seed);

      g_test_add_data_func (name, GUINT_TO_POINTER (seed), test_any);
    }
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
