// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-handout"
#include "config.h"

#include "pal-handout.h"
#include "pal-package-writer.h"
#include "pal-record.h"

#include <glib/gstdio.h>
#include <string.h>

/* What goes out with a section, what may be edited, and what a return may do. */

#define HEAD(title)                                                                                \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "          \
  "xmlns:jr='http://openrosa.org/javarosa' xmlns:p='https://palermo.app/ns/form'>"                 \
  "<h:head><h:title>" title "</h:title><model>"
#define INPUT(path) "<input ref='" path "'><label>L</label></input>"

static const char questionnaire[] = HEAD (
    "Ninth") "<instance><q id='cluster-9' version='1'><general><name/></general>"
             "<one><text/><law jr:template=''><title/></law><paper/></one>"
             "<two><party/><secret/></two><three><text/><base/><unused/></three></q></instance>"
             "<bind nodeset='/q/one/text' relevant=\"/q/two/party = 'yes'\"/>"
             "<bind nodeset='/q/one/paper' type='binary'/>"
             "<bind nodeset='/q/two/party' relevant=\"../../three/base != ''\"/>"
             "</model></h:head><h:body>" INPUT ("/q/general/name") INPUT (
                 "/q/one/text") "<group ref='/q/one/law'><label>L</label>"
                                "<repeat nodeset='/q/one/law'>" INPUT (
                                    "/q/one/law/title") "</repeat></group>"
                                                        "<upload ref='/q/one/paper' "
                                                        "mediatype='*/*'><label>P</label>"
                                                        "</upload>" INPUT ("/q/two/party") INPUT (
                                                            "/q/two/secret") INPUT ("/q/three/text")
                                                            INPUT ("/q/three/base") INPUT (
                                                                "/q/three/unused") "</h:body></"
                                                                                   "h:html>";

static const char assignment[]
    = HEAD ("Assignment") "<instance><assignment id='assignment' version='1'><page/><person/>"
                          "<office/><fingerprint/><due/><hand_out/><handed_out/><returned/>"
                          "</assignment></instance></model></h:head><h:body>" INPUT (
                              "/assignment/page") INPUT ("/assignment/person") "</h:body></h:html>";

static const char consultation[]
    = HEAD ("Consultation") "<instance><consultation id='consultation' version='1'><title/>"
                            "</consultation></instance></model></h:head><h:body>" INPUT (
                                "/consultation/title") "</h:body></h:html>";

static char *folder;
static PalIdentity *focal, *ana;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static PalForm *
load (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  PalForm *form = pal_form_load (bytes, "form", &error);

  g_assert_no_error (error);

  return form;
}

static PalRecord *
add_record (PalDossier *dossier, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) form = load (text);
  PalRecord *record;

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
  g_assert_true (pal_record_flush (record, &error));
}

static char *
get (PalDossier *dossier, const char *record, const char *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, record, &error);
  const char *value = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (g_strcmp0 (head->node, node) == 0)
        value = head->value;
    }

  return g_strdup (value);
}

static void
remove_files (const char *name)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (name, suffixes[i], NULL);

      g_unlink (path);
    }
}

/* A dossier with page one assigned to Ana. */
typedef struct
{
  PalDossier *dossier;
  char *record;
} Main;

static Main
make_main (void)
{
  g_autofree char *path = in_folder ("main.palermo");
  g_autofree char *paper = in_folder ("paper.txt");
  g_autofree char *attachment = NULL;
  g_autoptr (PalAssignment) one = pal_assignment_new ("/q/one", "Ana");
  g_autoptr (PalRecord) record = NULL;
  g_autoptr (PalRecord) meeting = NULL;
  g_autoptr (GError) error = NULL;
  Main result;

  remove_files (path);
  result.dossier = pal_dossier_create (path, NULL, &error);
  g_assert_no_error (error);
  pal_dossier_set_author (result.dossier, "Focal");
  record = add_record (result.dossier, questionnaire);
  result.record = g_strdup (pal_record_get_id (record));
  g_assert_true (g_file_set_contents (paper, "the law", -1, NULL));
  attachment = pal_dossier_attach_file (result.dossier, paper, NULL, &error);
  g_assert_no_error (error);
  set (record, "/q/general/name", "Practicia");
  set (record, "/q/three/base", "base");
  set (record, "/q/two/party", "yes");
  set (record, "/q/two/secret", "secret");
  set (record, "/q/three/text", "other");
  set (record, "/q/three/unused", "unused");
  set (record, "/q/one/text", "start");
  set (record, "/q/one/paper", attachment);
  meeting = add_record (result.dossier, consultation);
  set (meeting, "/consultation/title", "confidential");

  one->fingerprint = g_strdup (pal_identity_get_fingerprint (ana));
  one->due = g_strdup ("2027-03-31");
  g_assert_true (pal_assignment_put (result.dossier, one, &error));
  g_assert_no_error (error);

  return result;
}

static void
main_free (Main *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_close (self->dossier, &error));
  g_object_unref (self->dossier);
  g_free (self->record);
}

static char *
hand_out (Main *self)
{
  char *path = in_folder ("section.asice");
  g_autoptr (GError) error = NULL;

  pal_handout_write (self->dossier, "Ana", PAL_HANDOUT_WRITE_DEFAULT, path, focal, NULL, NULL, NULL,
                     &error);
  g_assert_no_error (error);

  return path;
}

static PalDossier *
open_section (const char *package)
{
  g_autofree char *path = in_folder ("work.palermo");
  g_autoptr (GError) error = NULL;
  g_autoptr (PalHandout) section = pal_handout_look (package, NULL, NULL, NULL, &error);
  PalDossier *dossier;

  g_assert_no_error (error);
  remove_files (path);
  g_assert_false (pal_handout_open (section, path, PAL_HANDOUT_ACCEPT_NOTHING, NULL, &error));
  g_assert_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_SIGNER);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  pal_handout_open (section, path, PAL_HANDOUT_ACCEPT_UNKNOWN, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pal_dossier_check (path, NULL, &error));
  g_assert_no_error (error);
  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  pal_dossier_set_author (dossier, "Ana");

  return dossier;
}

static void
close_working (PalDossier *working)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_dossier_close (working, &error));
  g_object_unref (working);
}

static PalHandout *
give_back (PalDossier *working, PalIdentity *identity)
{
  g_autofree char *path = in_folder ("return.asice");
  g_autoptr (GError) error = NULL;
  PalHandout *handout;

  pal_handout_write_return (working, path, identity, NULL, NULL, &error);
  g_assert_no_error (error);
  handout = pal_handout_look (path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return handout;
}

static void
append_value (PalDossier *dossier, const char *record, const char *node, const char *value)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_change_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node, value));
  pal_dossier_append (dossier, "Typing", changes, &error);
  g_assert_no_error (error);
}

/* --- what goes out */

static void
test_section (void)
{
  const struct
  {
    const char *node;
    const char *value;
  } nodes[] = { { "/q/general/name", "Practicia" }, /* the general part */
                { "/q/one/text", "start" },
                { "/q/two/party", "yes" },   /* decides whether a question of the page applies */
                { "/q/three/base", "base" }, /* decides on that */
                { "/q/two/secret", NULL },
                { "/q/three/text", NULL },
                { "/q/three/unused", NULL } };
  Main self = make_main ();
  g_autofree char *package = hand_out (&self);
  PalDossier *working = open_section (package);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = pal_dossier_list_records (working, NULL, &error);
  g_autoptr (GPtrArray) attachments = pal_dossier_list_attachments (working, &error);
  g_autoptr (GPtrArray) list = pal_assignment_list (self.dossier, NULL, &error);
  g_autoptr (PalForm) form = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autofree char *value = get (working, self.record, nodes[i].node);

      g_assert_cmpstr (value, ==, nodes[i].value);
    }
  /* No meeting, no assignment; but the form to record a meeting of one's own. */
  g_assert_cmpuint (records->len, ==, 1);
  g_assert_cmpuint (attachments->len, ==, 1);
  form = pal_dossier_load_form (working, "consultation", NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (form);
  g_assert_nonnull (((PalAssignment *) g_ptr_array_index (list, 0))->handed_out);

  close_working (working);
  main_free (&self);
}

static void
test_may_edit (void)
{
  const struct
  {
    const char *node;
    gboolean may;
  } nodes[] = { { "/q/one", TRUE },
                { "/q/one/text", TRUE },
                { "/q/one/law[A]/title", TRUE },
                { "/q/one_more", FALSE },
                { "/q/general/name", FALSE },
                { "/q/two/party", FALSE },
                { "/q", FALSE },
                { "/consultation/title", TRUE },
                { "/comment/text", TRUE },
                { "/assignment/person", FALSE },
                { "/clearance/state", FALSE },
                { "/edition/digest", FALSE } };
  Main self = make_main ();
  g_autofree char *package = hand_out (&self);
  PalDossier *working = open_section (package);

  for (gsize i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_assert_true (pal_handout_may_edit (self.dossier, nodes[i].node));
      g_assert_cmpint (pal_handout_may_edit (working, nodes[i].node), ==, nodes[i].may);
    }
  close_working (working);
  main_free (&self);
}

/* --- what comes back */

/* Several articles at once are one act, and go in one. */
static void
test_assign_several (void)
{
  Main self = make_main ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) more
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_assignment_free);
  PalDossierFigures before = { 0 }, after = { 0 };

  g_ptr_array_add (more, pal_assignment_new ("/q/one", "Boris"));
  g_ptr_array_add (more, pal_assignment_new ("/q/two", "Boris"));
  g_assert_true (pal_dossier_get_figures (self.dossier, &before, &error));
  g_assert_true (pal_assignment_put_all (self.dossier, more, &error));
  g_assert_no_error (error);
  g_assert_true (pal_dossier_get_figures (self.dossier, &after, &error));
  g_assert_cmpint (after.n_acts, ==, before.n_acts + 1);
  list = pal_assignment_list (self.dossier, NULL, &error);
  g_assert_cmpuint (list->len, ==, 3); /* somebody else's page stays theirs */
  g_assert_true (pal_assignment_remove_all (self.dossier, more, &error));
  g_assert_no_error (error);
  g_assert_true (pal_dossier_get_figures (self.dossier, &after, &error));
  g_assert_cmpint (after.n_acts, ==, before.n_acts + 2);
  g_ptr_array_unref (list);
  list = pal_assignment_list (self.dossier, "Boris", &error);
  g_assert_cmpuint (list->len, ==, 0);
  main_free (&self);
}

static const PalMergedNode *
find_merged (PalHandout *handout, const char *node)
{
  for (guint i = 0; i < handout->report->nodes->len; i++)
    {
      const PalMergedNode *merged = g_ptr_array_index (handout->report->nodes, i);

      if (strcmp (merged->node, node) == 0)
        return merged;
    }
  g_assert_not_reached ();
}

/* A preview says of each answer whose it is, and whether it would be a conflict. */
static void
test_preview_marks (void)
{
  Main self = make_main ();
  g_autofree char *package = hand_out (&self);
  PalDossier *working = open_section (package);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_record_open (working, self.record, &error);
  g_autoptr (PalRecord) here = NULL;
  g_autoptr (PalHandout) handout = NULL;

  g_assert_no_error (error);
  pal_dossier_set_author (working, "Ana");
  set (record, "/q/one/text", "theirs");
  handout = give_back (working, ana);
  g_assert_true (pal_handout_preview (handout, self.dossier, NULL, &error));
  g_assert_false (find_merged (handout, "/q/one/text")->is_conflict);
  g_assert_cmpstr (find_merged (handout, "/q/one/text")->author, ==, "Ana");

  here = pal_record_open (self.dossier, self.record, &error);
  g_assert_no_error (error);
  set (here, "/q/one/text", "ours");
  g_assert_true (pal_handout_preview (handout, self.dossier, NULL, &error));
  g_assert_cmpuint (handout->report->n_conflicts, ==, 1);
  g_assert_true (find_merged (handout, "/q/one/text")->is_conflict);
  g_assert_cmpstr (find_merged (handout, "/q/one/text")->before, ==, "ours");
  g_assert_cmpstr (find_merged (handout, "/q/one/text")->incoming, ==, "theirs");

  g_clear_object (&record);
  g_clear_object (&here);
  close_working (working);
  main_free (&self);
}

static void
test_return (void)
{
  Main self = make_main ();
  g_autofree char *package = hand_out (&self);
  PalDossier *working = open_section (package);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_record_open (working, self.record, &error);
  g_autoptr (PalRecord) meeting = add_record (working, consultation);
  g_autoptr (PalHandout) handout = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) reverted = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *text = NULL;
  g_autofree char *undone = NULL;
  guint n_records;

  g_assert_no_error (error);
  set (record, "/q/one/text", "done");
  set (meeting, "/consultation/title", "met");
  handout = give_back (working, ana);
  records = pal_dossier_list_records (self.dossier, NULL, &error);
  n_records = records->len;

  g_assert_true (pal_handout_preview (handout, self.dossier, NULL, &error));
  g_assert_true (handout->is_known);
  g_assert_cmpuint (handout->report->n_unexpected, ==, 0);
  text = get (self.dossier, self.record, "/q/one/text");
  g_assert_cmpstr (text, ==, "start");

  g_assert_true (
      pal_handout_merge (handout, self.dossier, PAL_HANDOUT_ACCEPT_NOTHING, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (handout->report->n_unexpected, ==, 0);
  g_free (text);
  text = get (self.dossier, self.record, "/q/one/text");
  g_assert_cmpstr (text, ==, "done");
  g_ptr_array_unref (records);
  records = pal_dossier_list_records (self.dossier, NULL, &error);
  g_assert_cmpuint (records->len, ==, n_records + 1);
  list = pal_assignment_list (self.dossier, "Ana", &error);
  g_assert_nonnull (((PalAssignment *) g_ptr_array_index (list, 0))->returned);

  reverted = pal_dossier_revert (self.dossier, &handout->report->span, "Undo", NULL, &error);
  g_assert_no_error (error);
  undone = get (self.dossier, self.record, "/q/one/text");
  g_assert_cmpstr (undone, ==, "start");
  g_ptr_array_unref (list);
  list = pal_assignment_list (self.dossier, "Ana", &error);
  g_assert_null (((PalAssignment *) g_ptr_array_index (list, 0))->returned);
  g_ptr_array_unref (records);
  records = pal_dossier_list_records (self.dossier, NULL, &error);
  g_assert_cmpuint (records->len, ==, n_records);

  g_clear_object (&record);
  g_clear_object (&meeting);
  close_working (working);
  main_free (&self);
}

/* A colleague who clears the dossier by the way, or assigns work: shown, and not done unasked. */
static void
test_outside (void)
{
  const char *const nodes[]
      = { "/q/two/party", "/q/general/name", "/assignment/page", "/clearance/state" };

  for (gsize i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      Main self = make_main ();
      g_autofree char *package = hand_out (&self);
      PalDossier *working = open_section (package);
      g_autoptr (PalHandout) handout = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *value = NULL;
      const char *record = self.record;
      g_autoptr (PalRecord) made = NULL;

      if (nodes[i][1] != 'q')
        {
          made = add_record (working, consultation);
          record = pal_record_get_id (made);
        }
      append_value (working, record, nodes[i], "mine");
      handout = give_back (working, ana);
      g_assert_false (
          pal_handout_merge (handout, self.dossier, PAL_HANDOUT_ACCEPT_NOTHING, NULL, &error));
      g_assert_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_OUTSIDE);
      g_clear_error (&error);
      g_assert_cmpuint (handout->report->n_unexpected, ==, 1);
      g_assert_cmpstr (((PalMergedNode *) handout->report->unexpected->pdata[0])->node, ==,
                       nodes[i]);
      if (made == NULL)
        {
          value = get (self.dossier, self.record, nodes[i]);
          g_assert_cmpstr (value, !=, "mine");
        }
      pal_handout_merge (handout, self.dossier, PAL_HANDOUT_ACCEPT_OUTSIDE, NULL, &error);
      g_assert_no_error (error);

      g_clear_object (&made);
      close_working (working);
      main_free (&self);
    }
}

/* --- packages that others wrote */

static int
look_code (const char *json, const char *more_name, const char *more)
{
  g_autofree char *path = in_folder ("bad.asice");
  g_autofree char *target = in_folder ("bad.palermo");
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);
  g_autoptr (PalHandout) handout = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_assert_no_error (error);
  g_assert_true (pal_package_writer_add_bytes (writer, "data/package.json", "application/json",
                                               json, strlen (json), &error));
  if (more_name != NULL)
    g_assert_true (pal_package_writer_add_bytes (writer, more_name, "text/plain", more,
                                                 strlen (more), &error));
  g_assert_true (pal_package_writer_finish (writer, "urn:uuid:x", NULL, focal, &error));
  handout = pal_handout_look (path, NULL, NULL, NULL, &error);
  if (handout != NULL)
    pal_handout_open (handout, target, PAL_HANDOUT_ACCEPT_UNKNOWN, NULL, &error);
  g_assert_nonnull (error);
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".part."));

  return error->domain == PAL_HANDOUT_ERROR ? error->code : -1;
}

#define GOOD                                                                                       \
  "\"kind\":\"section\",\"id\":\"i\",\"handOut\":\"h\",\"dossier\":\"d\",\"person\":\"Ana\","
#define PAGES "\"pages\":[{\"path\":\"/q/one\"}]"
#define LOG "{\"format\":\"palermo-changes-1\",\"dossier\":\"d\"}\n"

static void
test_bad (void)
{
  const struct
  {
    const char *json;
    const char *name;
    const char *content;
    int code;
  } cases[] = {
    { "{\"kind\":\"submission\"}", NULL, NULL, PAL_HANDOUT_ERROR_KIND },
    { "[]", NULL, NULL, PAL_HANDOUT_ERROR_KIND },
    { "{\"kind\":\"section\"}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD "\"pages\":[]}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD "\"pages\":\"/q/one\"}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD "\"pages\":[7]}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD "\"pages\":[{\"path\":\"q\"}]}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD "\"pages\":[{\"path\":\"/q\\n/r\"}]}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES "}", NULL, NULL, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES "}", "data/changes.jsonl", "nonsense\n", -1 },
    { "{" GOOD PAGES "}", "data/changes.jsonl", LOG "{\"act\":\"x\"}\n", -1 },
    { "{" GOOD PAGES ",\"forms\":[{\"id\":\"f\",\"version\":\"1\",\"file\":\"data/no.xml\"}]}",
      "data/changes.jsonl", LOG, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES ",\"forms\":[{\"id\":\"f\",\"version\":\"1\",\"file\":\"../../etc/passwd\"}]}",
      "data/changes.jsonl", LOG, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES ",\"forms\":[{\"id\":\"f\",\"version\":\"1\",\"file\":\"data/f.xml\"}]}",
      "data/f.xml", questionnaire, PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES ",\"attachments\":[{\"id\":\"../a\",\"file\":\"data/attachments/a\"}]}",
      "data/attachments/a", "x", PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES ",\"attachments\":[{\"id\":\"000000000000-a\",\"name\":\"../../a\",\"file\":"
      "\"data/attachments/a\"}]}",
      "data/attachments/a", "x", PAL_HANDOUT_ERROR_CONTENT },
    { "{" GOOD PAGES ",\"attachments\":[{\"id\":\"000000000000-a\",\"file\":\"data/none\"}]}",
      "data/attachments/a", "x", PAL_HANDOUT_ERROR_CONTENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].json);
      g_assert_cmpint (look_code (cases[i].json, cases[i].name, cases[i].content), ==,
                       cases[i].code);
    }
}

static void
test_assignments (void)
{
  Main self = make_main ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (PalAssignment) again = pal_assignment_new ("/q/one", "Ana");
  PalDossierFigures before = { 0 }, after = { 0 };
  PalAssignment *one;

  again->office = g_strdup ("Ministry");
  g_assert_true (pal_assignment_put (self.dossier, again, &error));
  list = pal_assignment_list (self.dossier, NULL, &error);
  g_assert_cmpuint (list->len, ==, 1);
  one = g_ptr_array_index (list, 0);
  g_assert_cmpstr (one->office, ==, "Ministry");
  g_assert_null (one->due); /* it was said without one */
  g_assert_true (pal_dossier_get_figures (self.dossier, &before, &error));
  g_assert_true (pal_assignment_put (self.dossier, one, &error));
  g_assert_true (pal_dossier_get_figures (self.dossier, &after, &error));
  g_assert_cmpint (before.n_changes, ==, after.n_changes);
  g_assert_true (pal_assignment_remove (self.dossier, one, &error));
  g_ptr_array_unref (list);
  list = pal_assignment_list (self.dossier, NULL, &error);
  g_assert_cmpuint (list->len, ==, 0);
  g_assert_false (pal_handout_write (self.dossier, "Ana", PAL_HANDOUT_WRITE_DEFAULT, "/nowhere",
                                     focal, NULL, NULL, NULL, &error));
  g_assert_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_NOTHING);
  main_free (&self);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_tree (below);
    }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_autofree char *forms = NULL;
  g_autofree char *form = NULL;
  int status;

  folder = g_dir_make_tmp ("palermo-handout-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("PALERMO_DATA_DIR", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  forms = in_folder ("forms");
  g_mkdir (forms, 0700);
  form = g_build_filename (forms, "assignment.xml", NULL);
  g_assert_true (g_file_set_contents (form, assignment, -1, NULL));
  focal = pal_identity_create ("Focal", NULL);
  ana = pal_identity_create ("Ana", NULL);

  g_test_add_func ("/handout/assignments", test_assignments);
  g_test_add_func ("/handout/assign-several", test_assign_several);
  g_test_add_func ("/handout/preview-marks", test_preview_marks);
  g_test_add_func ("/handout/section", test_section);
  g_test_add_func ("/handout/may-edit", test_may_edit);
  g_test_add_func ("/handout/return", test_return);
  g_test_add_func ("/handout/outside", test_outside);
  g_test_add_func ("/handout/bad", test_bad);
  status = g_test_run ();

  g_object_unref (focal);
  g_object_unref (ana);
  remove_tree (folder);
  g_free (folder);

  return status;
}
