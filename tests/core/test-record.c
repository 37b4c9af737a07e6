// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-record"
#include "config.h"

#include "test-dossier-common.h"

#include "pal-record.h"

static const char form_text[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa' xmlns:odk='http://www.opendatakit.org/xforms'>"
      "<h:head><h:title>Story</h:title><model><instance><t id='story' version='1'>"
      "<state/><party/><protocol/><twice/><drawn/><stamp/><greeting>Hello</greeting>"
      "<law jr:template=''><_id/><title/><ref jr:template=''><_id/><no>1</no></ref></law>"
      "<law><_id/><title/></law>"
      "<meta><instanceID/></meta></t></instance>"
      "<bind nodeset='/t/protocol' relevant=\"/t/party = 'yes'\"/>"
      "<bind nodeset='/t/twice' calculate=\"concat(/t/state, /t/state)\"/>"
      "<bind nodeset='/t/drawn' calculate='once(random())'/>"
      "<setvalue ref='/t/stamp' event='odk-instance-first-load' value=\"'made'\"/>"
      "<setvalue ref='/t/law/_id' event='odk-instance-first-load' value='uuid()'/>"
      "</model></h:head><h:body>"
      "<input ref='/t/state'><label>State</label></input>"
      "<input ref='/t/party'><label>Party</label></input>"
      "<input ref='/t/protocol'><label>Protocol</label></input>"
      "<input ref='/t/greeting'><label>Greeting</label></input>"
      "<group ref='/t/law'><label>Law</label><repeat nodeset='/t/law'>"
      "<setvalue ref='/t/law/_id' event='odk-new-repeat' value='uuid()'/>"
      "<input ref='/t/law/title'><label>Title</label></input>"
      "<group ref='/t/law/ref'><label>Ref</label><repeat nodeset='/t/law/ref'>"
      "<setvalue ref='/t/law/ref/_id' event='odk-new-repeat' value='uuid()'/>"
      "<input ref='/t/law/ref/no'><label>No</label></input></repeat></group>"
      "</repeat></group></h:body></h:html>";

static PalForm *
load_form (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (form_text, strlen (form_text));
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_form_load (bytes, "story", &error);

  g_assert_no_error (error);

  return form;
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

static PalNode *
add_row (PalRecord *record, const char *repeat, const char *context)
{
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GError) error = NULL;
  PalNode *row = pal_response_add_row (
      response, pal_form_find_node (pal_response_get_form (response), repeat),
      pal_response_find (response, context), NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (row);

  return row;
}

static void
flush (PalRecord *record)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_record_flush (record, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pal_record_get_save_state (record), ==, PAL_SAVE_SAVED);
}

static char *
serialise (PalRecord *record)
{
  g_autoptr (GBytes) bytes = pal_response_serialise (pal_record_get_response (record));

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static guint
count_changes (PalDossier *dossier, const char *record, const char *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = pal_dossier_read_history (dossier, record, node, &error);

  g_assert_no_error (error);

  return changes->len;
}

static PalRecord *
create_record (PalDossier *dossier)
{
  g_autoptr (PalForm) form = load_form ();
  g_autoptr (GError) error = NULL;
  PalRecord *record = pal_record_create (dossier, form, &error);

  g_assert_no_error (error);
  g_assert_true (PAL_IS_RECORD (record));

  return record;
}

static PalRecord *
open_record (PalDossier *dossier, const char *id)
{
  g_autoptr (GError) error = NULL;
  PalRecord *record = pal_record_open (dossier, id, &error);

  g_assert_no_error (error);

  return record;
}

/* What was made and typed comes back, and is serialised letter by letter as before. */
static void
test_story (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *id = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *drawn = NULL;
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);

  id = g_strdup (pal_record_get_id (record));
  g_assert_cmpint (pal_record_get_save_state (record), ==, PAL_SAVE_SAVED);
  g_assert_cmpstr (get (record, "/t/stamp"), ==, "made");
  drawn = g_strdup (get (record, "/t/drawn"));
  set (record, "/t/state", "Practicia");
  set (record, "/t/party", "yes");
  set (record, "/t/protocol", "kept although hidden");
  set (record, "/t/party", "no");
  set (record, "/t/greeting", "");
  set (record, "/t/law[1]/title", "Penal Code");
  add_row (record, "/t/law", "/t");
  set (record, "/t/law[2]/title", "قانون");
  add_row (record, "/t/law/ref", "/t/law[2]");
  add_row (record, "/t/law/ref", "/t/law[2]");
  set (record, "/t/law[2]/ref[2]/no", "7");
  before = serialise (record);
  flush (record);
  g_object_unref (record);
  close_dossier (dossier);
  assert_sound (path);

  dossier = reopen (path);
  record = open_record (dossier, id);
  after = serialise (record);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpstr (get (record, "/t/twice"), ==, "PracticiaPracticia");
  g_assert_cmpstr (get (record, "/t/drawn"), ==, drawn);
  g_assert_cmpstr (get (record, "/t/protocol"), ==, "kept although hidden");
  g_assert_cmpstr (get (record, "/t/greeting"), ==, "");
  g_assert_cmpstr (get (record, "/t/law[2]/ref[1]/no"), ==, "1");
  g_assert_cmpuint (pal_record_get_orphans (record)->len, ==, 0);
  set (record, "/t/party", "yes");
  g_assert_true (
      pal_response_get_state (pal_record_get_response (record),
                              pal_response_find (pal_record_get_response (record), "/t/protocol"))
          ->relevant);
  g_object_unref (record);

  /* What is calculated is not logged; what is drawn is. */
  g_assert_cmpuint (count_changes (dossier, id, "/t/twice"), ==, 0);
  g_assert_cmpuint (count_changes (dossier, id, "/t/drawn"), ==, 1);
  g_assert_cmpuint (count_changes (dossier, id, "/t/stamp"), ==, 1);
  g_assert_cmpuint (count_changes (dossier, id, "/t/meta/instanceID"), ==, 1);
  close_dossier (dossier);
}

/* Rows in between and gone ones. */
static void
test_rows (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);
  PalResponse *response = pal_record_get_response (record);
  PalFormNode *law = pal_form_find_node (pal_response_get_form (response), "/t/law");

  id = g_strdup (pal_record_get_id (record));
  set (record, "/t/law[1]/title", "one");
  add_row (record, "/t/law", "/t");
  set (record, "/t/law[2]/title", "three");
  g_assert_nonnull (pal_response_add_row (response, law, pal_response_get_root (response),
                                          pal_response_find (response, "/t/law[2]"), &error));
  set (record, "/t/law[2]/title", "two");
  add_row (record, "/t/law", "/t");
  set (record, "/t/law[4]/title", "gone");
  add_row (record, "/t/law/ref", "/t/law[4]");
  flush (record);
  g_assert_true (
      pal_response_remove_row (response, pal_response_find (response, "/t/law[4]"), &error));
  add_row (record, "/t/law", "/t");
  set (record, "/t/law[4]/title", "four");
  flush (record);
  g_object_unref (record);

  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/t/law[1]/title"), ==, "one");
  g_assert_cmpstr (get (record, "/t/law[2]/title"), ==, "two");
  g_assert_cmpstr (get (record, "/t/law[3]/title"), ==, "three");
  g_assert_cmpstr (get (record, "/t/law[4]/title"), ==, "four");
  g_assert_cmpstr (get (record, "/t/law[5]/title"), ==, "(none)");
  g_assert_cmpuint (pal_record_get_orphans (record)->len, ==, 0);
  g_object_unref (record);
  close_dossier (dossier);
  assert_sound (path);
}

/* The pause of 400 ms, seen from the main loop. */
typedef struct
{
  GMainLoop *loop;
  GString *states;
  PalRecord *record;
  gint64 saved_us;
} Watch;

static void
state_cb (PalRecord *record, GParamSpec *pspec, gpointer user_data)
{
  Watch *watch = user_data;

  g_string_append_c (watch->states, "spt"[pal_record_get_save_state (record)]);
  if (pal_record_get_save_state (record) == PAL_SAVE_SAVED)
    {
      watch->saved_us = g_get_monotonic_time ();
      g_main_loop_quit (watch->loop);
    }
}

static gboolean
type_cb (gpointer user_data)
{
  static int n_letters;
  Watch *watch = user_data;
  g_autofree char *text = g_strnfill (++n_letters, 'x');

  set (watch->record, "/t/state", text);

  return n_letters < 10 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
test_pause (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);
  Watch watch
      = { .loop = g_main_loop_new (NULL, FALSE), .states = g_string_new (NULL), .record = record };
  gint64 begin_us = g_get_monotonic_time ();

  g_signal_connect (record, "notify::save-state", G_CALLBACK (state_cb), &watch);
  g_timeout_add (50, type_cb, &watch);
  g_main_loop_run (watch.loop);

  /* Ten letters in half a second: one write, 400 ms after the last. */
  g_assert_cmpstr (watch.states->str, ==, "ps");
  g_assert_cmpint (watch.saved_us - begin_us, >=, 850000);
  g_assert_cmpuint (count_changes (dossier, pal_record_get_id (record), "/t/state"), ==, 1);

  g_main_loop_unref (watch.loop);
  g_string_free (watch.states, TRUE);
  g_object_unref (record);
  close_dossier (dossier);
}

static gboolean
type_on_cb (gpointer user_data)
{
  static int n_letters;
  Watch *watch = user_data;
  g_autofree char *text = g_strnfill (++n_letters, 'x');

  set (watch->record, "/t/state", text);
  if (n_letters < 40)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (watch->loop);

  return G_SOURCE_REMOVE;
}

/* Who types for two seconds without a pause has most of it on the disk. */
static void
test_no_pause (void)
{
  g_autofree char *path = fresh_path ();
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);
  Watch watch = { .loop = g_main_loop_new (NULL, FALSE), .record = record };
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;

  g_timeout_add (50, type_on_cb, &watch);
  g_main_loop_run (watch.loop);
  changes = pal_dossier_read_history (dossier, pal_record_get_id (record), "/t/state", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->len, >=, 1);
  g_assert_cmpuint (strlen (((PalChange *) g_ptr_array_index (changes, 0))->value), >=, 10);

  g_main_loop_unref (watch.loop);
  g_object_unref (record);
  close_dossier (dossier);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GError) error = NULL;

  g_string_append (watch->states,
                   pal_record_flush_finish (PAL_RECORD (source), result, &error) ? "+" : "-");
  g_main_loop_quit (watch->loop);
}

/* A full disk: the text stays in memory, is shown as trouble, and goes through later. */
static void
test_trouble (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *long_text = g_strnfill (300000, 'y');
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);
  Watch watch = { .loop = g_main_loop_new (NULL, FALSE), .states = g_string_new (NULL) };

  id = g_strdup (pal_record_get_id (record));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = 250000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  set (record, "/t/state", long_text);
  set (record, "/t/party", "yes");
  g_assert_false (pal_record_flush (record, &error));
  g_assert_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL);
  g_clear_error (&error);
  g_assert_cmpint (pal_record_get_save_state (record), ==, PAL_SAVE_TROUBLE);
  g_assert_error (pal_record_get_trouble (record), PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FULL);

  /* Going on in trouble; the older edit must not overtake the newer one. */
  set (record, "/t/party", "no");
  pal_record_flush_async (record, flushed_cb, &watch);
  set (record, "/t/party", "perhaps");
  g_main_loop_run (watch.loop);
  g_assert_cmpstr (watch.states->str, ==, "-");
  g_assert_cmpint (pal_record_get_save_state (record), ==, PAL_SAVE_TROUBLE);
  g_assert_cmpuint (count_changes (dossier, id, "/t/party"), ==, 0);

  limit.rlim_cur = RLIM_INFINITY;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  pal_record_flush_async (record, flushed_cb, &watch);
  g_main_loop_run (watch.loop);
  g_assert_cmpstr (watch.states->str, ==, "-+");
  g_assert_cmpint (pal_record_get_save_state (record), ==, PAL_SAVE_SAVED);
  g_assert_null (pal_record_get_trouble (record));
  g_object_unref (record);

  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/t/party"), ==, "perhaps");
  g_assert_cmpstr (get (record, "/t/state"), ==, long_text);
  g_object_unref (record);
  g_main_loop_unref (watch.loop);
  g_string_free (watch.states, TRUE);
  close_dossier (dossier);
  assert_sound (path);
}

/* Dropped with something typed: it is written before the dossier closes. */
static void
test_drop (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *id = NULL;
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);

  id = g_strdup (pal_record_get_id (record));
  set (record, "/t/state", "typed and left");
  g_object_unref (record);
  close_dossier (dossier);

  dossier = reopen (path);
  record = open_record (dossier, id);
  g_assert_cmpstr (get (record, "/t/state"), ==, "typed and left");
  g_object_unref (record);
  close_dossier (dossier);
}

/* What the form does not know is kept and handed out. */
static void
test_orphans (void)
{
  g_autofree char *path = fresh_path ();
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autofree char *id = NULL;
  PalChange *orphan;
  PalDossier *dossier = create (path);
  PalRecord *record = create_record (dossier);

  id = g_strdup (pal_record_get_id (record));
  g_object_unref (record);
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, id, "/t/renamed", "old answer"));
  g_assert_true (pal_dossier_append (dossier, "Typing", changes, &error));

  record = open_record (dossier, id);
  g_assert_cmpuint (pal_record_get_orphans (record)->len, ==, 1);
  orphan = g_ptr_array_index (pal_record_get_orphans (record), 0);
  g_assert_cmpstr (orphan->node, ==, "/t/renamed");
  g_assert_cmpstr (orphan->value, ==, "old answer");
  set (record, "/t/state", "x");
  flush (record);
  g_object_unref (record);

  record = open_record (dossier, id);
  g_assert_cmpuint (pal_record_get_orphans (record)->len, ==, 1);
  g_object_unref (record);
  close_dossier (dossier);
}

/* --- async */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GError) error = NULL;

  watch->record = pal_record_open_finish (result, &error);
  if (watch->record == NULL)
    g_string_append (watch->states, error->message);
  g_main_loop_quit (watch->loop);
}

static void
test_async (void)
{
  g_autofree char *path = fresh_path ();
  g_autofree char *id = NULL;
  g_autofree char *stamp = NULL;
  g_autoptr (PalForm) form = load_form ();
  PalDossier *dossier = create (path);
  Watch watch = { .loop = g_main_loop_new (NULL, FALSE), .states = g_string_new (NULL) };

  pal_record_create_async (dossier, form, opened_cb, &watch);
  g_main_loop_run (watch.loop);
  g_assert_nonnull (watch.record);
  id = g_strdup (pal_record_get_id (watch.record));
  set (watch.record, "/t/state", "async");
  pal_record_flush_async (watch.record, flushed_cb, &watch);
  g_main_loop_run (watch.loop);
  pal_record_flush_async (watch.record, flushed_cb, &watch);
  g_main_loop_run (watch.loop);
  g_assert_cmpstr (watch.states->str, ==, "++");
  g_clear_object (&watch.record);

  pal_record_open_async (dossier, id, opened_cb, &watch);
  g_main_loop_run (watch.loop);
  g_assert_cmpstr (get (watch.record, "/t/state"), ==, "async");
  g_clear_object (&watch.record);

  g_string_truncate (watch.states, 0);
  pal_record_open_async (dossier, "nobody", opened_cb, &watch);
  g_main_loop_run (watch.loop);
  g_assert_cmpstr (watch.states->str, ==, "no record nobody");

  g_main_loop_unref (watch.loop);
  g_string_free (watch.states, TRUE);
  close_dossier (dossier);
}

static void
add_tests (void)
{
  g_test_add_func ("/record/story", test_story);
  g_test_add_func ("/record/rows", test_rows);
  g_test_add_func ("/record/pause", test_pause);
  g_test_add_func ("/record/no-pause", test_no_pause);
  g_test_add_func ("/record/trouble", test_trouble);
  g_test_add_func ("/record/drop", test_drop);
  g_test_add_func ("/record/orphans", test_orphans);
  g_test_add_func ("/record/async", test_async);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
