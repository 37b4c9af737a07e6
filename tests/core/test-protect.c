// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-parcel.h"
#include "pal-protected.h"
#include "pal-redaction.h"

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
  g_assert_true (pal_parcel_note (dossier, id, records, &error));
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protect/nodes", test_nodes);
  g_test_add_func ("/protect/log", test_log);
  g_test_add_func ("/protect/parcels", test_parcels);
  g_test_add_func ("/protect/taken", test_taken);
  g_test_add_func ("/protect/redactable", test_redactable);

  return g_test_run ();
}
