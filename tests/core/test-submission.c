// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-submission"
#include "config.h"

#include "pal-digest.h"
#include "pal-package-reader.h"
#include "pal-record.h"
#include "pal-submission.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* From a dossier to a package: what goes, what stays, what somebody should know before. */

#define HEAD(title)                                                                                \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "          \
  "xmlns:jr='http://openrosa.org/javarosa' xmlns:p='https://palermo.app/ns/form'>"                 \
  "<h:head><h:title>" title "</h:title><model>"

static const char questionnaire[]
    = HEAD ("Questionnaire") "<instance><q id='cluster-9' version='3'><general><state><name/>"
                             "<languages/></state><disclosure><answers/></disclosure></general>"
                             "<party/><protocol/><number/><law/><annex/></q></instance>"
                             "<bind nodeset='/q/general/state/name' p:cluster='IX'/>"
                             "<bind nodeset='/q/protocol' relevant=\"/q/party = 'yes'\"/>"
                             "<bind nodeset='/q/number' type='int' constraint='. &lt; 10'/>"
                             "<bind nodeset='/q/law' required='true()'/>"
                             "<bind nodeset='/q/annex' type='binary'/>"
                             "</model></h:head><h:body>"
                             "<input ref='/q/general/state/name'><label>State</label></input>"
                             "<input ref='/q/general/state/languages'><label>L</label></input>"
                             "<input ref='/q/general/disclosure/answers'><label>D</label></input>"
                             "<input ref='/q/party'><label>Party</label></input>"
                             "<input ref='/q/protocol'><label>Protocol</label></input>"
                             "<input ref='/q/number'><label>Number</label></input>"
                             "<input ref='/q/law'><label>Law</label></input>"
                             "<upload ref='/q/annex' mediatype='*/*'><label>Annex</label></upload>"
                             "</h:body></h:html>";

static const char consultation[]
    = HEAD ("Consultation") "<instance><c id='consultation' version='1'><title/>"
                            "<point jr:template=''><text/><restricted/><paper/></point></c>"
                            "</instance><itext><translation lang='English (en)'/>"
                            "<translation lang='Arabic (ar)'><text id='form-title'>"
                            "<value>مشاورة</value></text></translation>"
                            "</itext><bind nodeset='/c/point/paper' type='binary'/>"
                            "</model></h:head><h:body>"
                            "<input ref='/c/title'><label>Title</label></input>"
                            "<group ref='/c/point'><label>P</label><repeat nodeset='/c/point'>"
                            "<input ref='/c/point/text'><label>T</label></input>"
                            "<input ref='/c/point/restricted'><label>R</label></input>"
                            "<upload ref='/c/point/paper' mediatype='*/*'><label>A</label></upload>"
                            "</repeat></group></h:body></h:html>";

static char *folder;
static PalIdentity *expert;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static PalRecord *
add_record (PalDossier *dossier, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (PalForm) form = pal_form_load (bytes, "form", &error);
  PalRecord *record;

  g_assert_no_error (error);
  g_assert_true (pal_dossier_add_form (dossier, form, &error));
  record = pal_record_create (dossier, form, &error);
  g_assert_no_error (error);

  return record;
}

static void
set (PalRecord *record, const char *path, const char *value)
{
  PalResponse *response = pal_record_get_response (record);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      pal_response_set_value (response, pal_response_find (response, path), value, &error));
  g_assert_no_error (error);
}

static char *
attach (PalDossier *dossier, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder (name);
  char *attachment;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  attachment = pal_dossier_attach_file (dossier, path, NULL, &error);
  g_assert_no_error (error);

  return attachment;
}

static void
add_point (PalRecord *record, const char *text, const char *restricted, const char *paper)
{
  PalResponse *response = pal_record_get_response (record);
  PalForm *form = pal_response_get_form (response);
  g_autoptr (GError) error = NULL;
  PalNode *row = pal_response_add_row (response, pal_form_find_node (form, "/c/point"),
                                       pal_response_get_root (response), NULL, &error);
  const struct
  {
    const char *path;
    const char *value;
  } leaves[] = { { "/c/point/text", text },
                 { "/c/point/restricted", restricted },
                 { "/c/point/paper", paper } };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    g_assert_true (pal_response_set_value (
        response,
        pal_response_find_definition (response, pal_form_find_node (form, leaves[i].path), row),
        leaves[i].value, &error));
}

/* A questionnaire with one of everything, and a consultation of which one point must stay. */
static PalDossier *
make_dossier (const char *name)
{
  g_autofree char *path = in_folder (name);
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_dossier_create (path, NULL, &error);
  g_autoptr (PalRecord) answers = NULL;
  g_autoptr (PalRecord) talk = NULL;
  g_autofree char *annex = attach (dossier, "annex: 1.txt", "the annex");
  g_autofree char *paper = attach (dossier, "paper.txt", "a paper");
  g_autofree char *secret = attach (dossier, "secret.txt", "a secret");

  g_assert_no_error (error);
  answers = add_record (dossier, questionnaire);
  set (answers, "/q/general/state/name", "Practicia");
  set (answers, "/q/general/state/languages", "en ar");
  set (answers, "/q/general/disclosure/answers", "parties");
  set (answers, "/q/party", "yes");
  set (answers, "/q/protocol", "no longer asked");
  set (answers, "/q/party", "no");
  set (answers, "/q/number", "12");
  set (answers, "/q/annex", annex);
  g_assert_true (pal_record_flush (answers, &error));

  talk = add_record (dossier, consultation);
  set (talk, "/c/title", "Round table");
  add_point (talk, "said openly", "no", paper);
  add_point (talk, "said in trust", "yes", secret);
  g_assert_true (pal_record_flush (talk, &error));
  g_assert_no_error (error);

  return dossier;
}

static PalSubmission *
look (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  PalSubmission *submission = pal_submission_new (dossier, NULL, NULL, &error);

  g_assert_no_error (error);

  return submission;
}

static PalSubmissionFile *
find_file (PalSubmission *submission, const char *part)
{
  GPtrArray *files = pal_submission_get_files (submission);

  for (guint i = 0; i < files->len; i++)
    {
      PalSubmissionFile *file = g_ptr_array_index (files, i);

      if (strstr (file->name, part) != NULL || strstr (file->title, part) != NULL)
        return file;
    }

  return NULL;
}

static PalSubmissionFile *
find_named (PalSubmission *submission, const char *record_name)
{
  GPtrArray *files = pal_submission_get_files (submission);

  for (guint i = 0; i < files->len; i++)
    {
      PalSubmissionFile *file = g_ptr_array_index (files, i);

      if (g_strcmp0 (file->record_name, record_name) == 0)
        return file;
    }
  g_assert_not_reached ();
}

static PalVerification *
write_and_verify (PalSubmission *submission, const char *path)
{
  g_autoptr (GError) error = NULL;
  PalVerification *verification;

  g_assert_true (pal_submission_write (submission, path, expert, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  verification = pal_package_verify (path, NULL, 0, 0, NULL);
  g_assert_cmpint (verification->code, ==, 1);
  g_assert_cmpstr (verification->kind, ==, "submission");

  return verification;
}

static char *
read_entry (const char *path, PalVerification *verification, const char *part)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < verification->entries->len; i++)
    {
      PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);
      g_autoptr (GBytes) bytes = NULL;

      if (strstr (entry->name, part) == NULL)
        continue;
      bytes = pal_package_read_entry (path, verification, entry->name, 1024 * 1024, &error);
      g_assert_no_error (error);
      return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }

  return NULL;
}

static void
end (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_close (dossier, &error));
  g_assert_no_error (error);
  g_object_unref (dossier);
}

static void
test_files (void)
{
  PalDossier *dossier = make_dossier ("files.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  GPtrArray *files = pal_submission_get_files (submission);
  static const struct
  {
    const char *part;
    const char *title;
    gboolean restricted;
  } rows[] = {
    { "data/forms/cluster-9-3.xml", "Questionnaire", FALSE },
    { "data/forms/consultation-1.xml", "Consultation", TRUE },
    { "annex_ 1.txt", "annex: 1.txt", FALSE },
    { "paper.txt", "paper.txt", TRUE },
  };

  g_assert_cmpuint (files->len, ==, 6);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalSubmissionFile *file = find_file (submission, rows[i].part);

      g_test_message ("%s", rows[i].part);
      g_assert_nonnull (file);
      g_assert_cmpstr (file->title, ==, rows[i].title);
      g_assert_cmpint (file->restricted, ==, rows[i].restricted);
      g_assert_cmpint (file->included, ==, !rows[i].restricted);
      g_assert_cmpint (file->size, >, 0);
    }
  /* What it is and what it calls itself stand apart: how they are put together is for each language
   * to say. */
  g_assert_cmpstr (find_named (submission, "Round table")->title, ==, "Consultation");
  /* What belongs to a point that stays here is not even listed. */
  g_assert_null (find_file (submission, "secret"));
  g_assert_cmpstr (pal_submission_get_state (submission), ==, "Practicia");
  end (dossier);
}

/* A record takes its form along, and says so before it goes. */
/* A person reads the titles in their own language; what has no title there keeps its own. */
static void
test_titles (void)
{
  PalDossier *dossier = make_dossier ("titles.palermo");
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSubmission) submission = pal_submission_new (dossier, "ar", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (find_file (submission, "data/forms/consultation-1.xml")->title, ==, "مشاورة");
  g_assert_cmpstr (find_file (submission, "data/forms/cluster-9-3.xml")->title, ==,
                   "Questionnaire");
  /* Another edition may be named, or none: that has nothing to do with the language. */
  pal_submission_set_edition (submission, "0123");
  pal_submission_set_edition (submission, NULL);
  g_object_unref (dossier);
}

static void
test_needs (void)
{
  PalDossier *dossier = make_dossier ("needs.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  PalSubmissionFile *record = find_named (submission, "Round table");
  PalSubmissionFile *form = find_file (submission, "data/forms/consultation-1.xml");
  PalSubmissionFile *annex = find_file (submission, "annex_ 1.txt");

  g_assert_cmpstr (record->needs, ==, form->name);
  g_assert_null (form->needs);
  g_assert_null (annex->needs);
  g_assert_false (pal_submission_is_needed (submission, form));
  g_assert_false (pal_submission_goes (submission, form));

  record->included = TRUE;
  g_assert_true (pal_submission_is_needed (submission, form));
  g_assert_true (pal_submission_goes (submission, form));
  g_assert_false (form->included);

  record->included = FALSE;
  form->included = TRUE;
  g_assert_false (pal_submission_is_needed (submission, form));
  g_assert_true (pal_submission_goes (submission, form));
  g_assert_true (pal_submission_goes (submission, annex));
  end (dossier);
}

static void
test_open_points (void)
{
  PalDossier *dossier = make_dossier ("open.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  GPtrArray *points = pal_submission_get_points (submission);
  static const struct
  {
    PalOpenKind kind;
    const char *node;
  } rows[] = {
    { PAL_OPEN_IRRELEVANT, "/q/protocol" },
    { PAL_OPEN_VIOLATED, "/q/number" },
    { PAL_OPEN_REQUIRED, "/q/law" },
  };

  g_assert_cmpuint (points->len, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (pal_submission_get_open_points (submission)->len, ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalOpenPoint *point = g_ptr_array_index (points, i);

      g_assert_cmpint (point->kind, ==, rows[i].kind);
      g_assert_cmpstr (point->node, ==, rows[i].node);
      g_assert_cmpstr (pal_submission_get_open_points (submission)->pdata[i], ==, rows[i].node);
    }
  end (dossier);
}

static void
test_content (void)
{
  PalDossier *dossier = make_dossier ("content.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  g_autofree char *path = in_folder ("content.asice");
  g_autoptr (PalVerification) verification = write_and_verify (submission, path);
  g_autofree char *json = read_entry (path, verification, "package.json");
  g_autofree char *instance = read_entry (path, verification, "data/instances/");
  g_autofree char *annex = read_entry (path, verification, "annex_");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *package;

  g_assert_nonnull (strstr (instance, "<name>Practicia</name>"));
  g_assert_null (strstr (instance, "no longer asked"));
  g_assert_cmpstr (annex, ==, "the annex");
  g_assert_null (read_entry (path, verification, "consultation"));

  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  package = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (package, "state"), ==, "Practicia");
  g_assert_cmpstr (json_object_get_string_member (package, "cluster"), ==, "IX");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (package, "languages")), ==,
                    2);
  g_assert_cmpstr (json_object_get_string_member (
                       json_object_get_object_member (package, "disclosure"), "answers"),
                   ==, "parties");
  g_assert_true (json_object_get_null_member (package, "cleared"));
  g_assert_true (json_object_get_null_member (package, "supersedes"));
  end (dossier);
}

static void
test_restricted_row (void)
{
  PalDossier *dossier = make_dossier ("row.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  g_autofree char *path = in_folder ("row.asice");
  g_autoptr (PalVerification) verification = NULL;
  g_autofree char *form = NULL;
  guint n_instances = 0;

  find_named (submission, "Round table")->included = TRUE;
  find_file (submission, "Questionnaire")->included = FALSE; /* the form; its record needs it */
  verification = write_and_verify (submission, path);
  for (guint i = 0; i < verification->entries->len; i++)
    {
      PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);
      g_autofree char *text = read_entry (path, verification, entry->name);

      n_instances += g_str_has_prefix (entry->name, "data/instances/");
      g_assert_null (strstr (text, "said in trust"));
      if (strstr (text, "<title>Round table</title>") != NULL)
        g_assert_nonnull (strstr (text, "said openly"));
    }
  g_assert_cmpuint (n_instances, ==, 2);
  form = read_entry (path, verification, "data/forms/consultation-1.xml");
  g_assert_cmpstr (form, ==, consultation);
  g_clear_pointer (&form, g_free);
  form = read_entry (path, verification, "data/forms/cluster-9-3.xml");
  g_assert_cmpstr (form, ==, questionnaire);
  end (dossier);
}

/* What was looked at is what goes, whatever is typed meanwhile; an edition has one name. */
static void
test_frozen (void)
{
  PalDossier *dossier = make_dossier ("frozen.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, "cluster-9", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record
      = pal_record_open (dossier, ((PalRecordInfo *) records->pdata[0])->id, &error);
  g_autofree char *path = in_folder ("frozen.asice");
  char *editions[3] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (editions); i++)
    {
      g_autoptr (PalVerification) verification = NULL;
      g_autofree char *json = NULL;
      g_autofree char *instance = NULL;
      g_autoptr (JsonParser) parser = json_parser_new ();

      if (i == 2)
        {
          g_object_unref (submission);
          submission = look (dossier);
        }
      verification = write_and_verify (submission, path);
      json = read_entry (path, verification, "package.json");
      instance = read_entry (path, verification, "data/instances/");
      g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
      editions[i] = g_strdup (json_object_get_string_member (
          json_node_get_object (json_parser_get_root (parser)), "edition"));
      g_assert_cmpint (strstr (instance, "typed later") != NULL, ==, i == 2);
      set (record, "/q/law", "typed later");
      g_assert_true (pal_record_flush (record, &error));
    }
  g_assert_cmpstr (editions[0], ==, editions[1]);
  g_assert_cmpstr (editions[0], !=, editions[2]);
  for (guint i = 0; i < G_N_ELEMENTS (editions); i++)
    g_free (editions[i]);
  g_clear_object (&record);
  end (dossier);
}

static void
test_supersedes (void)
{
  PalDossier *dossier = make_dossier ("supersedes.palermo");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("supersedes.asice");
  static const struct
  {
    const char *state;
    const char *sha256;
  } deliveries[] = { { "accepted", "aa" }, { "refused", "bb" } };
  g_autoptr (PalSubmission) submission = NULL;
  g_autoptr (PalVerification) verification = NULL;
  g_autofree char *json = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (deliveries); i++)
    {
      PalDeliveryRecord *delivery = pal_delivery_record_new ();

      delivery->archive_sha256 = g_strdup (deliveries[i].sha256);
      delivery->endpoint = g_strdup ("copy");
      delivery->state = g_strdup (deliveries[i].state);
      delivery->changed_us = 1000 + i;
      g_assert_true (pal_dossier_put_delivery (dossier, delivery, &error));
      pal_delivery_record_free (delivery);
    }
  submission = look (dossier);
  pal_submission_set_cleared (submission, "Focal Point", 1000000);
  verification = write_and_verify (submission, path);
  json = read_entry (path, verification, "package.json");
  g_assert_nonnull (strstr (json, "\"supersedes\" : \"aa\""));
  g_assert_nonnull (strstr (json, "\"by\" : \"Focal Point\""));
  g_assert_nonnull (strstr (json, "\"when\" : \"1970-01-01T00:00:01.000Z\""));
  end (dossier);
}

static void
test_empty (void)
{
  g_autofree char *path = in_folder ("empty.palermo");
  g_autofree char *archive = in_folder ("empty.asice");
  g_autoptr (GError) error = NULL;
  PalDossier *dossier = pal_dossier_create (path, NULL, &error);
  g_autoptr (PalSubmission) submission = look (dossier);
  g_autoptr (PalVerification) verification = NULL;

  g_assert_cmpuint (pal_submission_get_files (submission)->len, ==, 0);
  verification = write_and_verify (submission, archive);
  g_assert_cmpuint (verification->entries->len, ==, 7);
  end (dossier);
}

typedef struct
{
  GMainLoop *loop;
  PalSubmission *submission;
  GError *error;
  double last;
  guint n_steps;
  gboolean is_over;
} Async;

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;

  async->submission = pal_submission_new_finish (result, &async->error);
  g_main_loop_quit (async->loop);
}

static void
step_cb (double fraction, gpointer user_data)
{
  Async *async = user_data;

  g_assert_false (async->is_over);
  g_assert_cmpfloat (fraction, >=, async->last);
  g_assert_cmpfloat (fraction, <=, 1.0);
  async->last = fraction;
  async->n_steps++;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;

  pal_submission_write_finish (PAL_SUBMISSION (source), result, &async->error);
  async->is_over = TRUE;
  g_main_loop_quit (async->loop);
}

static void
test_async (void)
{
  PalDossier *dossier = make_dossier ("async.palermo");
  g_autofree char *path = in_folder ("async.asice");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (PalVerification) verification = NULL;
  g_autofree char *annex = NULL;
  Async async = { 0 };

  async.loop = g_main_loop_new (NULL, FALSE);
  pal_submission_new_async (dossier, NULL, NULL, looked_cb, &async);
  g_main_loop_run (async.loop);
  g_assert_no_error (async.error);
  g_assert_true (PAL_IS_SUBMISSION (async.submission));

  g_cancellable_cancel (cancelled);
  pal_submission_write_async (async.submission, path, expert, step_cb, &async, cancelled,
                              written_cb, &async);
  g_main_loop_run (async.loop);
  g_assert_error (async.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&async.error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  async.is_over = FALSE;
  async.last = 0;
  pal_submission_write_async (async.submission, path, expert, step_cb, &async, NULL, written_cb,
                              &async);
  /* Chosen after it was asked for: too late for this one. */
  find_file (async.submission, "annex_")->included = FALSE;
  g_main_loop_run (async.loop);
  g_assert_no_error (async.error);
  g_assert_cmpfloat (async.last, ==, 1.0);
  g_assert_cmpuint (async.n_steps, >, 0);
  verification = pal_package_verify (path, NULL, 0, 0, NULL);
  g_assert_cmpint (verification->code, ==, 1);
  annex = read_entry (path, verification, "annex_");
  g_assert_cmpstr (annex, ==, "the annex");

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (async.submission);
  g_main_loop_unref (async.loop);
  end (dossier);
}

static void
test_errors (void)
{
  PalDossier *dossier = make_dossier ("errors.palermo");
  g_autoptr (PalSubmission) submission = look (dossier);
  g_autofree char *nowhere = in_folder ("no/such/folder.asice");
  g_autoptr (GError) error = NULL;

  g_assert_false (pal_submission_write (submission, nowhere, expert, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pal_submission_write (submission, "/dev/full", expert, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  end (dossier);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pal-submission-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  expert = pal_identity_create ("Expert", &error);
  g_assert_no_error (error);

  g_test_add_func ("/submission/files", test_files);
  g_test_add_func ("/submission/titles", test_titles);
  g_test_add_func ("/submission/needs", test_needs);
  g_test_add_func ("/submission/open-points", test_open_points);
  g_test_add_func ("/submission/content", test_content);
  g_test_add_func ("/submission/restricted-row", test_restricted_row);
  g_test_add_func ("/submission/frozen", test_frozen);
  g_test_add_func ("/submission/supersedes", test_supersedes);
  g_test_add_func ("/submission/empty", test_empty);
  g_test_add_func ("/submission/async", test_async);
  g_test_add_func ("/submission/errors", test_errors);
  result = g_test_run ();

  command = g_strdup_printf ("rm -r -- '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (folder);
  g_object_unref (expert);

  return result;
}
