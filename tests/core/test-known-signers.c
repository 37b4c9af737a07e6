// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-known-signers"
#include "config.h"

#include "own-data.h"
#include "pal-identity.h"
#include "pal-known-signers.h"

#include <glib/gstdio.h>
#include <string.h>

static PalIdentity *
identity_new (const char *name)
{
  g_autoptr (GError) error = NULL;
  PalIdentity *identity = pal_identity_create (name, &error);

  g_assert_no_error (error);

  return identity;
}

static void
remember (PalIdentity *identity, const char *given_name, PalSignerCheck check)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = pal_identity_dup_certificate_pem (identity);

  g_assert_true (pal_known_signers_remember (pem, given_name, check, &error));
  g_assert_no_error (error);
}

static char *
dup_path (const char *fingerprint)
{
  return g_build_filename (g_get_user_data_dir (), "palermo", "signers", fingerprint, NULL);
}

static void
test_remember (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalIdentity) bilal = identity_new ("Bilal");
  g_autoptr (GPtrArray) signers = NULL;
  g_autoptr (GPtrArray) trust = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalKnownSigner) found = NULL;
  const char *fingerprint = pal_identity_get_fingerprint (amara);

  g_assert_null (pal_known_signers_find (fingerprint));
  remember (bilal, NULL, PAL_SIGNER_CHECK_IN_PERSON);
  remember (amara, "  Amara of the ministry\n", PAL_SIGNER_CHECK_PHONE);

  signers = pal_known_signers_list ();
  g_assert_cmpuint (signers->len, ==, 2);
  found = pal_known_signers_find (fingerprint);
  g_assert_nonnull (found);
  g_assert_cmpstr (found->name, ==, "Amara");
  g_assert_nonnull (strstr (found->given_name, "Amara of the ministry"));
  g_assert_null (strchr (found->given_name, '\n'));
  g_assert_cmpint (found->check, ==, PAL_SIGNER_CHECK_PHONE);
  g_assert_cmpint (ABS (found->since - g_get_real_time () / G_USEC_PER_SEC), <, 60);
  trust = pal_known_signers_dup_trust ();
  g_assert_cmpuint (trust->len, ==, 2);

  g_assert_true (pal_known_signers_forget (fingerprint, &error));
  g_assert_no_error (error);
  g_assert_null (pal_known_signers_find (fingerprint));
  g_assert_true (pal_known_signers_forget (fingerprint, &error));
  g_assert_false (pal_known_signers_forget ("../identity/identity.p12", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* A name can be changed and taken away, and who was forgotten comes back as they were. */
static void
test_rename (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalKnownSigner) before = NULL;
  g_autoptr (PalKnownSigner) after = NULL;
  g_autoptr (PalKnownSigner) unnamed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = g_strnfill (64, 'a');
  const char *fingerprint = pal_identity_get_fingerprint (amara);

  g_assert_false (pal_known_signers_rename (fingerprint, "Nobody", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  remember (amara, "Amara of the ministry", PAL_SIGNER_CHECK_PHONE);
  g_assert_true (pal_known_signers_note (fingerprint, "submission", digest, &error));
  g_assert_true (pal_known_signers_rename (fingerprint, "Our Amara", &error));
  g_assert_no_error (error);
  before = pal_known_signers_find (fingerprint);
  g_assert_cmpstr (before->given_name, ==, "Our Amara");

  g_assert_true (pal_known_signers_forget (fingerprint, &error));
  g_assert_null (pal_known_signers_find (fingerprint));
  g_assert_true (pal_known_signers_restore (before, &error));
  g_assert_no_error (error);
  after = pal_known_signers_find (fingerprint);
  g_assert_cmpstr (after->given_name, ==, "Our Amara");
  g_assert_cmpint (after->since, ==, before->since);
  g_assert_cmpint (after->check, ==, PAL_SIGNER_CHECK_PHONE);
  g_assert_cmpuint (after->story->len, ==, 1);

  g_assert_true (pal_known_signers_rename (fingerprint, "  ", &error));
  unnamed = pal_known_signers_find (fingerprint);
  g_assert_null (unnamed->given_name);
  g_assert_true (pal_known_signers_forget (fingerprint, &error));
}

/* What comes out as trust is trusted, and nobody else. */
static void
test_trust (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalIdentity) bilal = identity_new ("Bilal");
  g_autoptr (GBytes) content = g_bytes_new_static ("words", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) trust = NULL;
  PalIdentity *signers[] = { amara, bilal };

  remember (amara, NULL, PAL_SIGNER_CHECK_PHONE);
  trust = pal_known_signers_dup_trust ();
  for (guint i = 0; i < G_N_ELEMENTS (signers); i++)
    {
      g_autoptr (GBytes) signature = pal_cms_sign (signers[i], content, &error);
      g_autoptr (PalCmsSigner) signer = pal_cms_verify (signature, content, trust, 0, &error);
      g_autofree char *pem = pal_identity_dup_certificate_pem (signers[i]);

      g_assert_no_error (error);
      g_assert_cmpint (signer->trusted, ==, i == 0);
      g_assert_cmpstr (signer->certificate, ==, pem);
    }
}

static void
test_namesake (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalIdentity) other = identity_new ("AMARA");
  g_autoptr (PalIdentity) bilal = identity_new ("Bilal");
  g_autoptr (PalKnownSigner) found = NULL;

  remember (amara, NULL, PAL_SIGNER_CHECK_PHONE);
  found = pal_known_signers_find_namesake ("AMARA", pal_identity_get_fingerprint (other));
  g_assert_nonnull (found);
  g_assert_cmpstr (found->fingerprint, ==, pal_identity_get_fingerprint (amara));
  g_assert_null (pal_known_signers_find_namesake ("Amara", pal_identity_get_fingerprint (amara)));
  g_assert_null (pal_known_signers_find_namesake ("Bilal", pal_identity_get_fingerprint (bilal)));
}

static void
test_story (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalIdentity) stranger = identity_new ("Bilal");
  const char *fingerprint = pal_identity_get_fingerprint (amara);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalKnownSigner) found = NULL;
  const PalSignerSeen *seen;

  remember (amara, NULL, PAL_SIGNER_CHECK_PHONE);
  for (guint i = 0; i < PAL_KNOWN_SIGNER_STORY_MAX + 1; i++)
    {
      g_autofree char *sha256 = g_strdup_printf ("%064x", i);

      g_assert_true (pal_known_signers_note (fingerprint, "submission", sha256, &error));
      g_assert_true (pal_known_signers_note (fingerprint, "submission", sha256, &error));
    }
  remember (amara, "Amara", PAL_SIGNER_CHECK_IN_PERSON);
  found = pal_known_signers_find (fingerprint);
  g_assert_cmpuint (found->story->len, ==, PAL_KNOWN_SIGNER_STORY_MAX);
  g_assert_cmpint (found->check, ==, PAL_SIGNER_CHECK_IN_PERSON);
  seen = g_ptr_array_index (found->story, 0);
  g_assert_true (g_str_has_suffix (seen->sha256, "0001"));
  g_assert_cmpstr (seen->kind, ==, "submission");

  g_assert_true (
      pal_known_signers_note (pal_identity_get_fingerprint (stranger), NULL, seen->sha256, &error));
  g_assert_null (pal_known_signers_find (pal_identity_get_fingerprint (stranger)));
}

/* A file that is not as we wrote it makes nobody known, harms nobody else, and can be replaced. */
static void
test_damaged (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalIdentity) bilal = identity_new ("Bilal");
  const char *fingerprint = pal_identity_get_fingerprint (amara);
  g_autofree char *path = dup_path (fingerprint);
  g_autofree char *other = dup_path (pal_identity_get_fingerprint (bilal));
  g_autofree char *good = NULL;
  g_autofree char *of_other = NULL;
  g_autofree char *odd_check = NULL;
  g_autofree char *half = NULL;
  gsize length = 0;

  remember (amara, NULL, PAL_SIGNER_CHECK_PHONE);
  remember (bilal, NULL, PAL_SIGNER_CHECK_PHONE);
  g_assert_true (g_file_get_contents (path, &good, &length, NULL));
  g_assert_true (g_file_get_contents (other, &of_other, NULL, NULL));
  half = g_strndup (good, length / 2);
  odd_check = g_strdup (good);
  memcpy (strstr (odd_check, "\"phone\""), "\"phony\"", 7);

  const char *const damaged[] = { "",
                                  "{}",
                                  "[]",
                                  "null",
                                  half,
                                  of_other,
                                  odd_check,
                                  "{\"certificate\":1,\"check\":\"phone\"}",
                                  "{\"certificate\":\"x\",\"check\":\"phone\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GPtrArray) signers = NULL;

      g_test_message ("%u", i);
      g_assert_true (g_file_set_contents (path, damaged[i], -1, NULL));
      g_assert_null (pal_known_signers_find (fingerprint));
      signers = pal_known_signers_list ();
      g_assert_cmpuint (signers->len, ==, 1);
      remember (amara, NULL, PAL_SIGNER_CHECK_PHONE);
      signers = (g_ptr_array_unref (signers), pal_known_signers_list ());
      g_assert_cmpuint (signers->len, ==, 2);
    }

  /* Neither does a pipe, a folder or a link to nowhere stop the list. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_null (pal_known_signers_find (fingerprint));
}

static void
test_refused (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autofree char *pem = pal_identity_dup_certificate_pem (amara);
  g_autofree char *two = g_strconcat (pem, pem, NULL);
  const char *const rows[] = { "", "words", two, "-----BEGIN CERTIFICATE-----\nAAAA\n" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pal_known_signers_remember (rows[i], NULL, PAL_SIGNER_CHECK_PHONE, &error));
      g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
    }
}

static void
test_limit (void)
{
  g_autoptr (PalIdentity) amara = identity_new ("Amara");
  g_autoptr (PalIdentity) bilal = identity_new ("Bilal");
  g_autofree char *pem = pal_identity_dup_certificate_pem (bilal);
  g_autoptr (GError) error = NULL;

  remember (amara, NULL, PAL_SIGNER_CHECK_PHONE);
  for (guint i = 1; i < PAL_KNOWN_SIGNERS_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("%064x", i);
      g_autofree char *path = dup_path (name);
      FILE *file = g_fopen (path, "w");

      g_assert_nonnull (file);
      fclose (file);
    }
  g_assert_false (pal_known_signers_remember (pem, NULL, PAL_SIGNER_CHECK_PHONE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  /* Who is known already can still be changed. */
  remember (amara, "Amara", PAL_SIGNER_CHECK_IN_PERSON);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  own_data_begin ();

  g_test_add_data_func ("/known-signers/remember", test_remember, own_data_test);
  g_test_add_data_func ("/known-signers/rename", test_rename, own_data_test);
  g_test_add_data_func ("/known-signers/trust", test_trust, own_data_test);
  g_test_add_data_func ("/known-signers/namesake", test_namesake, own_data_test);
  g_test_add_data_func ("/known-signers/story", test_story, own_data_test);
  g_test_add_data_func ("/known-signers/damaged", test_damaged, own_data_test);
  g_test_add_data_func ("/known-signers/refused", test_refused, own_data_test);
  g_test_add_data_func ("/known-signers/limit", test_limit, own_data_test);

  return own_data_run ();
}
