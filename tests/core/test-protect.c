// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-parcel.h"
#include "pal-protected.h"
#include "pal-record.h"
#include "pal-redaction.h"
#include "pal-submission-preview.h"
#include "pal-traces.h"

#include <glib/gstdio.h>
#include <string.h>

/* What is protected, and what is known of where it went. The rest is told by the stories of
 * test-canary.py and test-protect.py. */

static void
test_nodes (void)
{
  const struct
  {
    const char *node;
    gboolean is_protected;
  } rows[] = {
    { "/consultation/record/points/point[1]/text", TRUE },
    { "/stakeholder/card/identity/name", TRUE },
    { "/input/card/about/title", TRUE },
    { "/arrival/title", TRUE },
    { "/cluster1/general/consultations/held", FALSE },
    { "/consultations/text", FALSE },
    { "/consultation", FALSE },
    { "consultation/record", FALSE },
    { "/", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (pal_protected_is_node (rows[i].node), ==, rows[i].is_protected);
}

static PalChange *
change (const char *record, const char *node, const char *value)
{
  return pal_change_new (PAL_CHANGE_VALUE, record, node, value);
}

/* A translation is as protected as what it translates; what is not known yet counts as protected.
 */
static void
test_log (void)
{
  const struct
  {
    const char *record;
    const char *node;
    const char *value;
    gboolean is_held;
  } rows[] = {
    { "c", "/consultation/record/essentials/title", "x", TRUE },
    { "q", "/cluster1/general/state/name", "x", FALSE },
    { "t1", "/answer-translation/node", "/consultation/record/essentials/title", FALSE },
    { "t1", "/answer-translation/text", "x", TRUE },
    { "t2", "/answer-translation/node", "/cluster1/general/state/name", FALSE },
    { "t2", "/answer-translation/text", "x", FALSE },
    { "t3", "/answer-translation/text", "x", TRUE },
  };
  g_autoptr (PalProtectedLog) seen = pal_protected_log_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalChange) one = change (rows[i].record, rows[i].node, rows[i].value);

      g_assert_cmpint (pal_protected_log_holds (seen, one), ==, rows[i].is_held);
    }
}

static void
note (PalDossier *dossier, const char *id, const char *record)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (records, (gpointer) "questionnaire");
  if (record != NULL)
    g_ptr_array_add (records, (gpointer) record);
  g_assert_true (pal_parcel_note (dossier, PAL_PARCEL_SUBMISSION, id, records, &error));
  g_assert_no_error (error);
}

static void
deliver (PalDossier *dossier, const char *sha256, const char *endpoint, const char *receipt)
{
  PalDeliveryRecord *record = pal_delivery_record_new ();
  g_autoptr (GError) error = NULL;

  record->archive_sha256 = g_strdup (sha256);
  record->endpoint = g_strdup (endpoint);
  record->state = g_strdup ("accepted");
  record->receipt = receipt != NULL ? g_bytes_new_static (receipt, strlen (receipt)) : NULL;
  g_assert_true (pal_dossier_put_delivery (dossier, record, &error));
  g_assert_no_error (error);
  pal_delivery_record_free (record);
}

/* Which package went where, and whether it came; the same after the file was closed. */
static void
test_parcels (void)
{
  g_autofree char *folder = g_dir_make_tmp ("palermo-protect-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "d.palermo", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDossier) dossier = pal_dossier_create (path, NULL, &error);
  g_autoptr (GPtrArray) parcels = NULL;
  const PalParcel *parcel;

  g_assert_no_error (error);
  note (dossier, "first", "consultation");
  note (dossier, "second", NULL);
  g_assert_true (pal_parcel_name_archive (dossier, "first", "aa", &error));
  g_assert_true (pal_parcel_name_archive (dossier, "nowhere", "bb", &error));
  deliver (dossier, "aa", "https://a.example", "signed");
  deliver (dossier, "aa", "https://b.example", NULL);
  g_assert_true (pal_dossier_close (dossier, &error));
  g_clear_object (&dossier);

  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_READ_ONLY, NULL, &error);
  g_assert_no_error (error);
  parcels = pal_parcel_list (dossier, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (parcels->len, ==, 2);
  parcel = g_ptr_array_index (parcels, 0);
  g_assert_cmpstr (parcel->id, ==, "second");
  g_assert_null (parcel->archive_sha256);
  g_assert_null (parcel->delivery);
  parcel = g_ptr_array_index (parcels, 1);
  g_assert_cmpstr (parcel->archive_sha256, ==, "aa");
  g_assert_true (g_strv_contains ((const char *const *) parcel->records, "consultation"));
  g_assert_nonnull (parcel->delivery);
  g_assert_cmpstr (parcel->delivery->endpoint, ==, "https://a.example");
  g_assert_nonnull (parcel->delivery->receipt);
  g_assert_true (pal_dossier_close (dossier, &error));
  g_clear_object (&dossier);
  g_unlink (path);
  g_rmdir (folder);
}

/* Of a supplement and of a section only a part of a record went; lines of an older program count.
 */
static void
test_parts (void)
{
  const struct
  {
    const char *entries;
    const char *record;
    const char *node; /* (nullable): the record */
    gboolean is_in;
  } rows[] = {
    { "q c", "q", NULL, TRUE },
    { "q c", "c", "/c/points/point[1]/text", TRUE },
    { "q c", "qc", NULL, FALSE },
    { "q/a/law", "q", NULL, TRUE },
    { "q/a/law", "q", "/a/law", TRUE },
    { "q/a/law", "q", "/a/law[1]/title", TRUE },
    { "q/a/law", "q", "/a/law/title", TRUE },
    { "q/a/law", "q", "/a/lawyer", FALSE },
    { "q/a/law", "q", "/a", FALSE },
    { "q/a/law q/b", "q", "/b/text", TRUE },
    { "q/a/law", "other", "/a/law", FALSE },
    { "", "q", NULL, FALSE },
  };
  g_autofree char *folder = g_dir_make_tmp ("palermo-protect-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "d.palermo", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDossier) dossier = pal_dossier_create (path, NULL, &error);
  g_autoptr (GPtrArray) parcels = NULL;
  g_autoptr (GPtrArray) part = g_ptr_array_new ();
  const PalParcel *parcel;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalParcel one = { .records = g_strsplit (rows[i].entries, " ", -1) };

      g_assert_cmpint (rows[i].node != NULL
                           ? pal_parcel_has_answer (&one, rows[i].record, rows[i].node)
                           : pal_parcel_has_record (&one, rows[i].record),
                       ==, rows[i].is_in);
      g_strfreev (one.records);
    }

  g_assert_no_error (error);
  g_assert_true (pal_dossier_set_meta (dossier, "parcels", "old\t5\taa\tq c\n", &error));
  g_ptr_array_add (part, (gpointer) "q/a/law");
  g_assert_true (pal_parcel_note (dossier, PAL_PARCEL_SUPPLEMENT, "new", part, &error));
  g_assert_true (pal_parcel_name_archive (dossier, "new", "bb", &error));
  parcels = pal_parcel_list (dossier, &error);
  g_assert_cmpuint (parcels->len, ==, 2);
  parcel = g_ptr_array_index (parcels, 0);
  g_assert_cmpint (parcel->kind, ==, PAL_PARCEL_SUPPLEMENT);
  g_assert_cmpstr (parcel->archive_sha256, ==, "bb");
  g_assert_true (pal_parcel_has_answer (parcel, "q", "/a/law"));
  parcel = g_ptr_array_index (parcels, 1);
  g_assert_cmpint (parcel->kind, ==, PAL_PARCEL_SUBMISSION);
  g_assert_cmpstr (parcel->archive_sha256, ==, "aa");
  g_assert_true (pal_parcel_has_record (parcel, "c"));
  g_assert_cmpstr (parcel->records[1], ==, "c");
  g_assert_true (pal_dossier_close (dossier, &error));
  g_clear_object (&dossier);
  g_unlink (path);
  g_rmdir (folder);
}

/* Names are looked for whole and by word; what was never taken out is not. */
static void
test_taken (void)
{
  const struct
  {
    const char *before;
    const char *after;
    const char *taken; /* separated by | */
  } rows[] = {
    { "said Amal Haddad of the shelter", "said […] of the shelter", "amal haddad|amal|haddad" },
    { "she met him at dawn", "she met […] at dawn", "him" },
    { "room 14, twice", "room […], twice", "14" },
    { "Ana and Ben", "[…] and […]", "ana|ben" },
    { "قالت أمل حداد ذلك", "قالت […] ذلك", "امل حداد|امل|حداد" },
    { "nothing goes", "nothing goes", "" },
    { "only more", "only more words", "" },
    { "", "", "" },
    { "Ana", "", "ana" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) taken = pal_redaction_list_taken (rows[i].before, rows[i].after);
      g_autofree char *joined = NULL;

      g_ptr_array_add (taken, NULL);
      joined = g_strjoinv ("|", (char **) taken->pdata);
      g_assert_cmpstr (joined, ==, rows[i].taken);
    }
}

static void
test_redactable (void)
{
  g_assert_true (pal_redaction_is_node ("/consultation/record/essentials/summary"));
  g_assert_true (pal_redaction_is_node ("/stakeholder/card/identity/name"));
  g_assert_false (pal_redaction_is_node ("/cluster1/general/state/name"));
  g_assert_false (pal_redaction_is_node ("/consultations/text"));
  g_assert_false (pal_redaction_is_node (""));
}

/* --- what somebody sees before a record goes */

static const char consultation[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>Consultation</h:title><model>"
      "<instance><consultation id='consultation' version='1'><record>"
      "<essentials><title/><hidden/></essentials>"
      "<protection><risk/><sensitivity/></protection>"
      "<people><participant jr:template=''><representative/><consent/><contact/></participant>"
      "</people>"
      "<points><point jr:template=''><text/><restricted/></point></points>"
      "</record></consultation></instance>"
      "<bind nodeset='/consultation/record/protection/risk' "
      "relevant=\"/consultation/record/essentials/title != 'quiet'\"/>"
      "</model></h:head><h:body>"
      "<input ref='/consultation/record/essentials/title'><label>Title</label></input>"
      "<input ref='/consultation/record/protection/risk'><label>Risk</label></input>"
      "<input ref='/consultation/record/protection/sensitivity'><label>S</label></input>"
      "<group ref='/consultation/record/people/participant'><label>P</label>"
      "<repeat nodeset='/consultation/record/people/participant'>"
      "<input ref='/consultation/record/people/participant/representative'><label>N</label></input>"
      "<input ref='/consultation/record/people/participant/consent'><label>C</label></input>"
      "<input ref='/consultation/record/people/participant/contact'><label>A</label></input>"
      "</repeat></group>"
      "<group ref='/consultation/record/points/point'><label>Point</label>"
      "<repeat nodeset='/consultation/record/points/point'>"
      "<input ref='/consultation/record/points/point/text'><label>Text</label></input>"
      "<input ref='/consultation/record/points/point/restricted'><label>R</label></input>"
      "</repeat></group></h:body></h:html>";

static PalNode *
add_row (PalResponse *response, const char *repeat, const char *const *leaves)
{
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_response_get_form (response);
  PalNode *row = pal_response_add_row (response, pal_form_find_node (form, repeat),
                                       pal_response_get_root (response), NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; leaves[i] != NULL; i += 2)
    {
      g_autofree char *path = g_strconcat (repeat, "/", leaves[i], NULL);
      PalNode *node = pal_response_find_definition (response, pal_form_find_node (form, path), row);

      g_assert_true (pal_response_set_value (response, node, leaves[i + 1], &error));
    }

  return row;
}

#define POINT "/consultation/record/points/point"
#define PARTICIPANT "/consultation/record/people/participant"

static PalRecord *
add_consultation (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (consultation, strlen (consultation));
  g_autoptr (PalForm) form = pal_form_load (bytes, "form", &error);
  PalRecord *record;
  PalResponse *response;
  const char *const open[] = { "text", "said openly", "restricted", "no", NULL };
  const char *const closed[] = { "text", "said in trust", "restricted", "yes", NULL };
  const char *const named[]
      = { "representative", "Shown", "consent", "public", "contact", "a@b.example", NULL };
  const char *const unnamed[] = { "representative", "Not shown", "consent", "internal", NULL };
  const char *const gone[]
      = { "representative", "Gone", "consent", "withdrawn", "contact", "c@d.example", NULL };

  g_assert_no_error (error);
  g_assert_true (pal_dossier_add_form (dossier, form, &error));
  record = pal_record_create (dossier, form, &error);
  g_assert_no_error (error);
  response = pal_record_get_response (record);
  g_assert_true (pal_response_set_value (
      response, pal_response_find (response, "/consultation/record/essentials/title"), "Hearing",
      &error));
  g_assert_true (pal_response_set_value (
      response, pal_response_find (response, "/consultation/record/protection/risk"), "High",
      &error));
  add_row (response, PARTICIPANT, named);
  add_row (response, PARTICIPANT, unnamed);
  add_row (response, PARTICIPANT, gone);
  add_row (response, POINT, open);
  add_row (response, POINT, closed);
  g_assert_true (pal_record_flush (record, &error));
  g_assert_no_error (error);

  return record;
}

static PalSubmissionFile *
find_record (PalSubmission *submission)
{
  GPtrArray *files = pal_submission_get_files (submission);

  for (guint i = 0; i < files->len; i++)
    if (pal_submission_has_preview (submission, g_ptr_array_index (files, i)))
      return g_ptr_array_index (files, i);
  g_assert_not_reached ();
}

static char *
join_held (GPtrArray *all)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      const PalHeld *held = g_ptr_array_index (all, i);

      g_string_append_printf (words, "%s:%s|", pal_held_reason_to_string (held->reason),
                              held->value);
    }

  return g_string_free (words, FALSE);
}

/* What goes and what stays, and why; a second look after a change is another one. */
static void
test_preview (void)
{
  g_autofree char *folder = g_dir_make_tmp ("palermo-protect-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "d.palermo", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDossier) dossier = pal_dossier_create (path, NULL, &error);
  g_autoptr (PalRecord) record = add_consultation (dossier);
  g_autoptr (PalSubmission) first = pal_submission_new (dossier, NULL, NULL, &error);
  g_autoptr (PalSubmission) second = pal_submission_new (dossier, NULL, NULL, &error);
  g_autoptr (PalSubmission) third = NULL;
  g_autoptr (PalSubmissionPreview) preview
      = pal_submission_preview (first, find_record (first), &error);
  g_autoptr (PalSubmissionPreview) quiet = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *held = NULL;
  g_autofree char *held_when_quiet = NULL;
  const char *goes;
  const char *const kept[] = { "High", "Not shown", "in trust", "Gone", "b.example", "d.example" };

  g_assert_no_error (error);
  bytes = pal_response_serialise (preview->response);
  goes = g_bytes_get_data (bytes, NULL);
  g_assert_nonnull (g_strstr_len (goes, g_bytes_get_size (bytes), "said openly"));
  g_assert_nonnull (g_strstr_len (goes, g_bytes_get_size (bytes), "Shown"));
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    g_assert_null (g_strstr_len (goes, g_bytes_get_size (bytes), kept[i]));
  held = join_held (preview->held);
  g_assert_cmpstr (held, ==,
                   "inside:High|contact:a@b.example|name:Not shown|"
                   "withdrawn:Gone|withdrawn:withdrawn|withdrawn:c@d.example|"
                   "restricted:said in trust|restricted:yes|");

  g_assert_true (pal_submission_is_same (second, find_record (second), first, find_record (first)));
  g_assert_true (pal_response_set_value (
      pal_record_get_response (record),
      pal_response_find (pal_record_get_response (record), "/consultation/record/essentials/title"),
      "quiet", &error));
  g_assert_true (pal_record_flush (record, &error));
  third = pal_submission_new (dossier, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (pal_submission_is_same (third, find_record (third), first, find_record (first)));
  quiet = pal_submission_preview (third, find_record (third), &error);
  held_when_quiet = join_held (quiet->held);
  /* What no longer applies goes nowhere, and is not held back either. */
  g_assert_null (strstr (held_when_quiet, "High"));

  g_clear_object (&record);
  g_clear_object (&first);
  g_clear_object (&second);
  g_clear_object (&third);
  g_assert_true (pal_dossier_close (dossier, &error));
  g_clear_object (&dossier);
  g_unlink (path);
  g_rmdir (folder);
}

/* --- what opening a file from outside can do */

static void
test_risks (void)
{
  const struct
  {
    const char *name;
    const char *content;
    PalTracesRisk risk;
  } rows[] = {
    { "map.png", "\x89PNG\r\n\x1a\n....", PAL_TRACES_RISK_LITTLE },
    { "map.png.exe", "\x89PNG\r\n\x1a\n....", PAL_TRACES_RISK_PROGRAM },
    { "photo.jpg", "\xff\xd8\xff\xe0....", PAL_TRACES_RISK_LITTLE },
    { "photo.jpg", "MZ\x90....", PAL_TRACES_RISK_PROGRAM },
    { "notes.txt", "What was said.\nAnd more.", PAL_TRACES_RISK_LITTLE },
    { "notes.txt", "\xff\xfe\x01", PAL_TRACES_RISK_DOCUMENT },
    { "notes.txt", "#!/bin/sh\n", PAL_TRACES_RISK_PROGRAM },
    { "notes", "What was said.", PAL_TRACES_RISK_DOCUMENT },
    { "numbers.CSV", "a;b\n1;2\n", PAL_TRACES_RISK_LITTLE },
    { "report.pdf", "%PDF-1.7", PAL_TRACES_RISK_DOCUMENT },
    { "report.docx", "PK\003\004....", PAL_TRACES_RISK_DOCUMENT },
    { "page.html", "<html>", PAL_TRACES_RISK_DOCUMENT },
    { "picture.svg", "<svg/>", PAL_TRACES_RISK_DOCUMENT },
    { "look.desktop", "[Desktop Entry]\n", PAL_TRACES_RISK_PROGRAM },
    { "look", "[Desktop Entry]\n", PAL_TRACES_RISK_PROGRAM },
    { "macro.JS", "1", PAL_TRACES_RISK_PROGRAM },
    { "", "", PAL_TRACES_RISK_DOCUMENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (rows[i].content, strlen (rows[i].content));

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (pal_traces_get_risk (bytes, rows[i].name), ==, rows[i].risk);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protect/nodes", test_nodes);
  g_test_add_func ("/protect/log", test_log);
  g_test_add_func ("/protect/parcels", test_parcels);
  g_test_add_func ("/protect/parts", test_parts);
  g_test_add_func ("/protect/taken", test_taken);
  g_test_add_func ("/protect/redactable", test_redactable);
  g_test_add_func ("/protect/preview", test_preview);
  g_test_add_func ("/protect/risks", test_risks);

  return g_test_run ();
}
