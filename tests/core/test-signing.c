// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-signing"
#include "config.h"

#include "pal-cms.h"
#include "pal-digest.h"
#include "pal-identity.h"
#include "pal-json-check.h"
#include "pal-receipt.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* Runs openssl in the test's folder; the words are separated by single spaces. */
static void openssl (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
openssl (const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *complaint = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  int status = 0;
  va_list list;

  va_start (list, format);
  line = g_strdup_vprintf (format, list);
  va_end (list);
  whole = g_strconcat ("openssl ", line, NULL);
  words = g_strsplit (whole, " ", -1);
  g_spawn_sync (folder, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &complaint, &status,
                &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("openssl %s: %s", line, complaint);
}

static GBytes *
read_bytes (const char *name)
{
  g_autofree char *path = in_folder (name);
  char *data = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));

  return g_bytes_new_take (data, length);
}

static char *
write_text (const char *name, const char *text)
{
  char *path = in_folder (name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  return path;
}

static GPtrArray *
trust_of (PalIdentity *identity, const char *name)
{
  g_autofree char *pem = pal_identity_dup_certificate_pem (identity);
  GPtrArray *trust = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (trust, write_text (name, pem));

  return trust;
}

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
test_digest (void)
{
  static const struct
  {
    const char *text;
    const char *hex;
  } rows[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalDigest) digest = pal_digest_new ();
      g_autofree char *whole = pal_digest_bytes_hex (rows[i].text, strlen (rows[i].text));
      g_autofree char *pieces = NULL;
      g_autofree char *path = write_text ("digest", rows[i].text);
      g_autofree char *of_file = NULL;
      g_autoptr (GError) error = NULL;
      guint8 out[PAL_DIGEST_BYTES];
      goffset size = -1;

      g_assert_cmpstr (whole, ==, rows[i].hex);
      /* Twice, since a finished digest starts anew. */
      for (guint round = 0; round < 2; round++)
        {
          for (gsize j = 0; rows[i].text[j] != '\0'; j++)
            pal_digest_update (digest, rows[i].text + j, 1);
          pal_digest_finish (digest, out);
        }
      pieces = pal_digest_to_hex (out);
      g_assert_cmpstr (pieces, ==, rows[i].hex);
      of_file = pal_digest_file_hex (path, &size, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (of_file, ==, rows[i].hex);
      g_assert_cmpint (size, ==, strlen (rows[i].text));
    }
}

static void
test_digest_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *missing = in_folder ("not-there");
  g_autofree char *file = write_text ("digest", "abc");

  g_assert_null (pal_digest_file_hex (missing, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pal_digest_file_hex (folder, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_null (pal_digest_file_hex (file, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_identity_create (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) self = pal_identity_create ("Zoë, Focal Point", &error);
  g_autoptr (PalIdentity) other = pal_identity_create ("Zoë, Focal Point", &error);
  g_autofree char *pem = NULL;
  g_autofree char *path = NULL;
  g_autofree char *spoken = NULL;
  g_auto (GStrv) groups = NULL;
  gint64 days;

  g_assert_no_error (error);
  g_assert_cmpstr (pal_identity_get_common_name (self), ==, "Zoë, Focal Point");
  g_assert_cmpstr (pal_identity_get_subject (self), ==, "CN=Zoë\\, Focal Point");
  g_assert_cmpuint (strlen (pal_identity_get_fingerprint (self)), ==, 64);
  g_assert_cmpstr (pal_identity_get_fingerprint (self), !=, pal_identity_get_fingerprint (other));
  spoken = pal_identity_dup_spoken_fingerprint (self);
  groups = g_strsplit (spoken, " ", -1);
  g_assert_cmpuint (g_strv_length (groups), ==, 8);
  days = (pal_identity_get_expires (self) - g_get_real_time () / G_USEC_PER_SEC) / 86400;
  g_assert_cmpint (days, >=, 729);
  g_assert_cmpint (days, <=, 730);
  g_assert_null (pal_identity_get_old_encryption (self));

  /* What a stranger's program says about it. */
  pem = pal_identity_dup_certificate_pem (self);
  path = write_text ("created.pem", pem);
  openssl ("x509 -in created.pem -noout -text -out created.txt");
  {
    g_autoptr (GBytes) text = read_bytes ("created.txt");
    const char *data = g_bytes_get_data (text, NULL);
    gsize length = g_bytes_get_size (text);

    g_assert_nonnull (g_strstr_len (data, length, "Digital Signature, Non Repudiation"));
    g_assert_nonnull (g_strstr_len (data, length, "CA:FALSE"));
    g_assert_nonnull (g_strstr_len (data, length, "P-256"));
    g_assert_nonnull (g_strstr_len (data, length, "ecdsa-with-SHA256"));
  }
}

static void
test_identity_names (void)
{
  g_autofree char *longest = g_strnfill (64, 'x');
  g_autofree char *longer = g_strnfill (65, 'x');
  static const char arabic[] = "نقطة الاتصال";
  const struct
  {
    const char *given;
    const char *kept;
  } rows[] = {
    { "A", "A" }, { "", "Palermo" }, { longest, longest }, { longer, longest }, { arabic, arabic },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalIdentity) self = pal_identity_create (rows[i].given, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (pal_identity_get_common_name (self), ==, rows[i].kept);
    }
}

static void
test_identity_server (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) self = pal_identity_create_server ("Practice module", &error);
  g_autofree char *pem = pal_identity_dup_certificate_pem (self);
  g_autofree char *path = write_text ("server.pem", pem);

  g_assert_no_error (error);
  openssl ("verify -CAfile server.pem -purpose sslserver -verify_hostname localhost server.pem");
  openssl ("verify -CAfile server.pem -purpose sslserver -verify_ip 127.0.0.1 server.pem");
}

static void
test_identity_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) self = pal_identity_create ("Expert", &error);
  g_autoptr (PalIdentity) again = NULL;
  g_autofree char *path = in_folder ("expert.p12");
  struct stat info;

  g_assert_true (pal_identity_save (self, path, "correct horse", &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  again = pal_identity_load (path, "correct horse", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_identity_get_fingerprint (again), ==, pal_identity_get_fingerprint (self));

  g_assert_null (pal_identity_load (path, "wrong horse", &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_null (pal_identity_load (path, NULL, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
  g_clear_error (&error);

  /* Common tools read it too, and see the rounds that are promised. */
  {
    g_autofree char *listing = NULL;
    const char *argv[] = { "openssl", "pkcs12", "-in", path, "-passin", "pass:correct horse",
                           "-noout",  "-info",  NULL };
    int status = -1;

    g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &listing,
                  &status, &error);
    g_assert_no_error (error);
    g_assert_cmpint (status, ==, 0);
    g_assert_nonnull (
        strstr (listing, "PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256"));
    g_assert_nonnull (strstr (listing, "MAC: sha256, Iteration 600000"));
  }
}

static void
test_identity_no_passphrase (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) self = pal_identity_create ("Expert", &error);
  g_autoptr (PalIdentity) with_null = NULL;
  g_autoptr (PalIdentity) with_empty = NULL;
  g_autofree char *path = in_folder ("open.p12");

  g_assert_true (pal_identity_save (self, path, NULL, &error));
  with_null = pal_identity_load (path, NULL, &error);
  g_assert_no_error (error);
  with_empty = pal_identity_load (path, "", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_identity_get_fingerprint (with_null), ==,
                   pal_identity_get_fingerprint (with_empty));
}

static void
test_identity_legacy (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) self = NULL;
  g_autoptr (GBytes) content = bytes_of ("x");
  g_autoptr (GBytes) signature = NULL;
  g_autofree char *path = in_folder ("legacy.p12");

  openssl ("req -x509 -newkey rsa:2048 -nodes -keyout legacy.key -out legacy.pem -subj /CN=Old "
           "-days 30");
  openssl ("pkcs12 -export -legacy -inkey legacy.key -in legacy.pem -out legacy.p12 "
           "-passout pass:secret");
  self = pal_identity_load (path, "secret", &error);
  g_assert_no_error (error);
  g_assert_nonnull (pal_identity_get_old_encryption (self));
  g_assert_cmpstr (pal_identity_get_subject (self), ==, "CN=Old");
  signature = pal_cms_sign (self, content, &error);
  g_assert_no_error (error);

  g_assert_null (pal_identity_load (path, "wrong", &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
}

static void
test_identity_pem (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) self = pal_identity_create ("Expert", &error);
  g_autoptr (PalIdentity) one_file = NULL;
  g_autoptr (PalIdentity) two_files = NULL;
  g_autoptr (PalIdentity) sealed = NULL;
  g_autoptr (PalIdentity) stranger = pal_identity_create ("Stranger", &error);
  g_autofree char *certificate = pal_identity_dup_certificate_pem (self);
  g_autofree char *strange = pal_identity_dup_certificate_pem (stranger);
  g_autofree char *both = NULL;
  g_autofree char *both_path = NULL;
  g_autofree char *key_path = NULL;
  g_autofree char *sealed_path = in_folder ("sealed.key");
  g_autofree char *certificate_path = write_text ("id.pem", certificate);
  g_autofree char *strange_path = write_text ("stranger.pem", strange);
  char *key = pal_identity_dup_key_pem (self);

  key_path = write_text ("id.key", key);
  both = g_strconcat (key, certificate, NULL);
  both_path = write_text ("both.pem", both);
  pal_secret_free (key);

  one_file = pal_identity_load (both_path, NULL, &error);
  g_assert_no_error (error);
  two_files = pal_identity_load_pem (key_path, certificate_path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_identity_get_fingerprint (one_file), ==,
                   pal_identity_get_fingerprint (two_files));

  openssl ("pkcs8 -topk8 -in id.key -out sealed.key -passout pass:secret");
  sealed = pal_identity_load_pem (sealed_path, certificate_path, "secret", &error);
  g_assert_no_error (error);
  g_assert_null (pal_identity_load_pem (sealed_path, certificate_path, "wrong", &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_null (pal_identity_load_pem (sealed_path, certificate_path, NULL, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
  g_clear_error (&error);
  /* A certificate of somebody else's key. */
  g_assert_null (pal_identity_load_pem (key_path, strange_path, NULL, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
}

static void
test_identity_bad_files (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    int code;
  } rows[] = {
    { "empty", "", PAL_SIGNING_ERROR_KEY },
    { "text", "this is no key", PAL_SIGNING_ERROR_KEY },
    { "stump", "-----BEGIN PRIVATE KEY-----\nMIGH\n", PAL_SIGNING_ERROR_KEY },
    { "sequence", "\x30\x03\x02\x01\x03", PAL_SIGNING_ERROR_KEY },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = in_folder ("not-there");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = write_text (rows[i].name, rows[i].text);
      g_autoptr (GError) local_error = NULL;

      g_assert_null (pal_identity_load (path, "x", &local_error));
      g_assert_error (local_error, PAL_SIGNING_ERROR, rows[i].code);
    }
  g_assert_null (pal_identity_load (missing, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pal_identity_load (folder, NULL, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
}

static void
test_identity_default (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) first = NULL;
  g_autoptr (PalIdentity) second = NULL;
  gboolean created = FALSE;

  first = pal_identity_load_default ("Expert", NULL, &created, &error);
  g_assert_no_error (error);
  g_assert_true (created);
  second = pal_identity_load_default ("Somebody else", NULL, &created, &error);
  g_assert_no_error (error);
  g_assert_false (created);
  g_assert_cmpstr (pal_identity_get_fingerprint (first), ==, pal_identity_get_fingerprint (second));
}

static void
test_cms_round_trip (void)
{
  /* Every kind of key that the profile allows. */
  static const struct
  {
    const char *kind;
    const char *arguments;
    const char *algorithm;
  } rows[] = {
    { "p256", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", "ECDSA P-256 with SHA-256" },
    { "p384", "-newkey ec -pkeyopt ec_paramgen_curve:P-384", "ECDSA P-384 with SHA-256" },
    { "p521", "-newkey ec -pkeyopt ec_paramgen_curve:P-521", "ECDSA P-521 with SHA-256" },
    { "rsa", "-newkey rsa:2048", "RSA-2048 with SHA-256" },
    { "pss", "-newkey rsa-pss -pkeyopt rsa_keygen_bits:2048", "RSA-PSS-2048 with SHA-256" },
  };
  g_autoptr (GBytes) content = bytes_of ("<manifest/>\r\n");
  g_autofree char *content_path = write_text ("content", "<manifest/>\r\n");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *key = in_folder ("kind.key");
      g_autofree char *certificate = in_folder ("kind.pem");
      g_autofree char *p7s = in_folder ("kind.p7s");
      g_autoptr (PalIdentity) identity = NULL;
      g_autoptr (GBytes) signature = NULL;
      g_autoptr (GPtrArray) trust = NULL;
      g_autoptr (PalCmsSigner) unknown = NULL;
      g_autoptr (PalCmsSigner) known = NULL;

      g_test_message ("%s", rows[i].kind);
      openssl ("req -x509 %s -nodes -keyout kind.key -out kind.pem -subj /CN=Signer -days 30",
               rows[i].arguments);
      identity = pal_identity_load_pem (key, certificate, NULL, &error);
      g_assert_no_error (error);
      signature = pal_cms_sign (identity, content, &error);
      g_assert_no_error (error);

      unknown = pal_cms_verify (signature, content, NULL, 0, &error);
      g_assert_no_error (error);
      g_assert_false (unknown->trusted);
      g_assert_nonnull (unknown->reason);
      g_assert_cmpstr (unknown->algorithm, ==, rows[i].algorithm);
      g_assert_cmpstr (unknown->subject, ==, "CN=Signer");
      g_assert_cmpstr (unknown->common_name, ==, "Signer");
      g_assert_cmpstr (unknown->fingerprint, ==, pal_identity_get_fingerprint (identity));
      g_assert_cmpint (ABS (unknown->claimed_time - g_get_real_time () / G_USEC_PER_SEC), <, 60);

      trust = trust_of (identity, "trusted.pem");
      known = pal_cms_verify (signature, content, trust, 0, &error);
      g_assert_no_error (error);
      g_assert_true (known->trusted);
      g_assert_null (known->reason);

      /* And the common tool agrees, as printed in package-format 2.2. */
      g_assert_true (g_file_set_contents (p7s, g_bytes_get_data (signature, NULL),
                                          g_bytes_get_size (signature), NULL));
      openssl ("cms -verify -binary -cades -purpose any -inform DER -in kind.p7s -content content "
               "-CAfile trusted.pem -out /dev/null");
    }
}

static void
test_cms_bent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = pal_identity_create ("Expert", &error);
  g_autoptr (GBytes) content = bytes_of ("what was signed");
  g_autoptr (GBytes) other = bytes_of ("what was signet");
  g_autoptr (GBytes) signature = pal_cms_sign (identity, content, &error);
  g_autoptr (GPtrArray) trust = trust_of (identity, "trusted.pem");
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (signature, &length);
  guint n_invalid = 0;

  g_assert_no_error (error);
  g_assert_null (pal_cms_verify (signature, other, trust, 0, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID);

  /* One bit anywhere: never a trusted signature any more, save in what no signature covers. */
  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *bent = g_memdup2 (data, length);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PalCmsSigner) signer = NULL;
      g_autoptr (GError) local_error = NULL;

      bent[i] ^= 1 << (i % 8);
      bytes = g_bytes_new (bent, length);
      signer = pal_cms_verify (bytes, content, trust, 0, &local_error);
      if (signer == NULL)
        {
          g_assert_nonnull (local_error);
          n_invalid++;
        }
      else if (signer->trusted)
        g_assert_cmpstr (signer->fingerprint, ==, pal_identity_get_fingerprint (identity));
    }
  g_assert_cmpuint (n_invalid, >, length * 9 / 10);

  for (gsize i = 0; i < length; i += 7)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (data, i);
      g_autoptr (GError) local_error = NULL;

      g_assert_null (pal_cms_verify (bytes, content, trust, 0, &local_error));
      g_assert_error (local_error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED);
    }
}

static void
test_cms_outside_profile (void)
{
  static const struct
  {
    const char *title;
    const char *arguments; /* of openssl, making "case.p7s" from "content" */
    gboolean attached;
    int code;
  } rows[] = {
    { "certificates only", "crl2pkcs7 -nocrl -certfile s.pem -outform DER -out case.p7s", FALSE,
      PAL_SIGNING_ERROR_MALFORMED },
    { "content inside",
      "cms -sign -binary -cades -nodetach -md sha256 -in content -signer s.pem -inkey s.key "
      "-outform DER -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "content outside",
      "cms -sign -binary -cades -md sha256 -in content -signer s.pem -inkey s.key -outform DER "
      "-out case.p7s",
      TRUE, PAL_SIGNING_ERROR_MALFORMED },
    { "no signed attributes",
      "cms -sign -binary -noattr -md sha256 -in content -signer s.pem -inkey s.key -outform DER "
      "-out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "no ESS attribute",
      "cms -sign -binary -md sha256 -in content -signer s.pem -inkey s.key -outform DER "
      "-out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "no certificate",
      "cms -sign -binary -cades -nocerts -md sha256 -in content -signer s.pem -inkey s.key "
      "-outform DER -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "SHA-1",
      "cms -sign -binary -cades -md sha1 -in content -signer s.pem -inkey s.key -outform DER "
      "-out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "two signers",
      "cms -sign -binary -cades -md sha256 -in content -signer s.pem -inkey s.key -signer t.pem "
      "-inkey t.key -outform DER -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "RSA of 1024 bits",
      "cms -sign -binary -cades -md sha256 -in content -signer w.pem -inkey w.key -outform DER "
      "-out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "a foreign curve",
      "cms -sign -binary -cades -md sha256 -in content -signer k.pem -inkey k.key -outform DER "
      "-out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "indefinite length",
      "cms -sign -binary -cades -stream -md sha256 -in content -signer s.pem -inkey s.key "
      "-outform DER -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "another content type",
      "cms -sign -binary -cades -econtent_type 1.2.840.113549.1.9.16.1.4 -md sha256 -in content "
      "-signer s.pem -inkey s.key -outform DER -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "no signature at all", "cms -digest_create -binary -in content -outform DER -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    { "PEM",
      "cms -sign -binary -cades -md sha256 -in content -signer s.pem -inkey s.key "
      "-outform PEM -out case.p7s",
      FALSE, PAL_SIGNING_ERROR_MALFORMED },
    /* And what is allowed though we do not write it. */
    { "SHA-512",
      "cms -sign -binary -cades -md sha512 -in content -signer s.pem -inkey s.key -outform DER "
      "-out case.p7s",
      FALSE, -1 },
    { "RSA-PSS with an RSA key",
      "cms -sign -binary -cades -md sha384 -in content -signer t.pem "
      "-inkey t.key -keyopt rsa_padding_mode:pss -outform DER -out case.p7s",
      FALSE, -1 },
  };
  g_autofree char *content_path = write_text ("content", "what was signed");
  g_autoptr (GBytes) content = bytes_of ("what was signed");

  openssl ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key -out s.pem "
           "-subj /CN=S");
  openssl ("req -x509 -newkey rsa:2048 -nodes -keyout t.key -out t.pem -subj /CN=T");
  openssl ("req -x509 -newkey rsa:1024 -nodes -keyout w.key -out w.pem -subj /CN=W");
  openssl ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes -keyout k.key "
           "-out k.pem -subj /CN=K");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) signature = NULL;
      g_autoptr (GBytes) inside = NULL;
      g_autoptr (PalCmsSigner) signer = NULL;

      g_test_message ("%s", rows[i].title);
      openssl ("%s", rows[i].arguments);
      signature = read_bytes ("case.p7s");
      signer = rows[i].attached ? pal_cms_verify_attached (signature, NULL, 0, &inside, &error)
                                : pal_cms_verify (signature, content, NULL, 0, &error);
      if (rows[i].code < 0)
        {
          g_assert_no_error (error);
          g_assert_nonnull (signer);
        }
      else
        {
          g_assert_null (signer);
          g_assert_error (error, PAL_SIGNING_ERROR, rows[i].code);
        }
    }
}

static void
test_cms_trailing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = pal_identity_create ("Expert", &error);
  g_autoptr (GBytes) content = bytes_of ("what was signed");
  g_autoptr (GBytes) signature = pal_cms_sign (identity, content, &error);
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_byte_array_append (longer, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  g_byte_array_append (longer, (const guint8 *) "", 1);
  bytes = g_bytes_new (longer->data, longer->len);
  g_assert_null (pal_cms_verify (bytes, content, NULL, 0, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED);
}

static void
test_cms_trust (void)
{
  static const struct
  {
    const char *title;
    const char *trust;
    gint64 days; /* from now */
    gboolean trusted;
  } rows[] = {
    { "the root", "root.pem", 0, TRUE },
    { "the issuer, pinned", "issuer.pem", 0, TRUE },
    { "the signer, pinned", "leaf.pem", 0, TRUE },
    { "somebody else", "other.pem", 0, FALSE },
    { "nobody", NULL, 0, FALSE },
    { "after its time", "root.pem", 4000, FALSE },
    { "before its time", "root.pem", -4000, FALSE },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GBytes) content = bytes_of ("x");
  g_autoptr (GBytes) signature = NULL;
  g_autofree char *p12 = in_folder ("chain.p12");
  g_autofree char *extension = write_text ("ca.ext", "basicConstraints=critical,CA:TRUE\n");

  openssl ("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=Root "
           "-days 3650");
  openssl ("req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=Root");
  openssl ("req -newkey rsa:2048 -nodes -keyout issuer.key -out issuer.csr -subj /CN=Issuer");
  openssl ("x509 -req -in issuer.csr -CA root.pem -CAkey root.key -set_serial 2 -out issuer.pem "
           "-extfile ca.ext -days 3650");
  openssl ("req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=Leaf");
  openssl ("x509 -req -in leaf.csr -CA issuer.pem -CAkey issuer.key -set_serial 3 -out leaf.pem "
           "-days 3650");
  openssl ("pkcs12 -export -inkey leaf.key -in leaf.pem -certfile issuer.pem -out chain.p12 "
           "-passout pass:x");
  identity = pal_identity_load (p12, "x", &error);
  g_assert_no_error (error);
  signature = pal_cms_sign (identity, content, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) trust = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (PalCmsSigner) signer = NULL;
      g_autoptr (GError) local_error = NULL;
      gint64 at = g_get_real_time () / G_USEC_PER_SEC + rows[i].days * 86400;

      g_test_message ("%s", rows[i].title);
      if (rows[i].trust != NULL)
        g_ptr_array_add (trust, in_folder (rows[i].trust));
      signer = pal_cms_verify (signature, content, trust, at, &local_error);
      g_assert_no_error (local_error);
      g_assert_cmpint (signer->trusted, ==, rows[i].trusted);
      g_assert_true (rows[i].trusted == (signer->reason == NULL));
    }
}

static void
test_cms_trust_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = in_folder ("not-there.pem");
  g_autofree char *empty = write_text ("empty.pem", "");

  g_assert_false (pal_cms_check_trust_file (missing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pal_cms_check_trust_file (empty, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
}

static void
test_cms_wrong_usage (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GBytes) content = bytes_of ("x");
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GPtrArray) trust = NULL;
  g_autoptr (PalCmsSigner) signer = NULL;
  g_autofree char *key = in_folder ("usage.key");
  g_autofree char *certificate = in_folder ("usage.pem");

  openssl ("req -x509 -newkey rsa:2048 -nodes -keyout usage.key -out usage.pem -subj /CN=U "
           "-addext keyUsage=critical,keyEncipherment");
  identity = pal_identity_load_pem (key, certificate, NULL, &error);
  g_assert_no_error (error);
  signature = pal_cms_sign (identity, content, &error);
  if (signature == NULL)
    {
      /* The library refuses to sign with it in the first place, which is as good. */
      g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_FAILED);
      return;
    }
  trust = trust_of (identity, "trusted.pem");
  signer = pal_cms_verify (signature, content, trust, 0, &error);
  g_assert_no_error (error);
  g_assert_false (signer->trusted);
}

static PalReceipt *
sample_receipt (void)
{
  PalReceipt *receipt = pal_receipt_new ();

  receipt->status = PAL_RECEIPT_ACCEPTED;
  receipt->id = g_strdup ("84f79cda-ebc6-4407-99ab-77d2dec8144c");
  receipt->archive_sha256 = g_strnfill (64, 'a');
  receipt->archive_size = 7501;
  receipt->archive_name = g_strdup ("dossier \"é\".asice");
  receipt->code = 1;
  receipt->indication = g_strdup ("INDETERMINATE");
  receipt->message = g_strdup ("signer not known");
  receipt->received = g_strdup ("2026-11-22T03:49:48.147Z");
  receipt->receiver = g_strdup ("CN=Receiving Module");

  return receipt;
}

static void
test_receipt (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) module = pal_identity_create ("Receiving Module", &error);
  g_autoptr (PalIdentity) stranger = pal_identity_create ("Receiving Module", &error);
  g_autoptr (PalReceipt) receipt = sample_receipt ();
  g_autoptr (PalReceipt) back = NULL;
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (GPtrArray) pinned = trust_of (module, "module.pem");
  g_autoptr (GPtrArray) other = trust_of (stranger, "stranger.pem");
  g_autofree char *sha256 = g_strnfill (64, 'A');
  g_autofree char *wrong = g_strnfill (64, 'b');
  g_autofree char *path = in_folder ("r.p7m");

  p7m = pal_receipt_sign (receipt, module, &error);
  g_assert_no_error (error);
  back = pal_receipt_verify (p7m, pinned->pdata[0], sha256, 7501, &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->status, ==, PAL_RECEIPT_ACCEPTED);
  g_assert_cmpstr (back->id, ==, receipt->id);
  g_assert_cmpstr (back->archive_sha256, ==, receipt->archive_sha256);
  g_assert_cmpint (back->archive_size, ==, 7501);
  g_assert_cmpstr (back->archive_name, ==, receipt->archive_name);
  g_assert_cmpint (back->code, ==, 1);
  g_assert_cmpstr (back->indication, ==, receipt->indication);
  g_assert_cmpstr (back->received, ==, receipt->received);
  g_assert_null (back->sender);

  g_assert_null (pal_receipt_verify (p7m, other->pdata[0], sha256, 7501, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (pal_receipt_verify (p7m, pinned->pdata[0], wrong, 7501, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (pal_receipt_verify (p7m, pinned->pdata[0], sha256, 7502, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_true (
      g_file_set_contents (path, g_bytes_get_data (p7m, NULL), g_bytes_get_size (p7m), NULL));
  openssl ("cms -verify -inform DER -in r.p7m -CAfile module.pem -purpose any -out r.json");
}

static void
test_receipt_content (void)
{
#define ARCHIVE "\"archive\":{\"sha256\":\"aa\",\"size\":1}"
#define CODE(code) ",\"verification\":{\"code\":" code "}"
#define TYPE "\"type\":\"urn:example:submission-receipt:1\""
  static const struct
  {
    const char *json;
    gboolean ok;
  } rows[] = {
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE CODE ("0") "}", TRUE },
    { "{" TYPE ",\"status\":\"refused\"," ARCHIVE CODE ("4") ",\"more\":[1,2]}", TRUE },
    { "{" TYPE ",\"status\":\"received\"," ARCHIVE "}", TRUE },
    { "{" TYPE ",\"status\":\"received\"," ARCHIVE CODE ("null") "}", TRUE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE "}", FALSE },
    { "{" TYPE ",\"status\":\"refused\"," ARCHIVE "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE ",\"verification\":{}}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE ",\"verification\":[0]}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE CODE ("\"0\"") "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE CODE ("0.0") "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE CODE ("-1") "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"," ARCHIVE CODE ("4294967296") "}", FALSE },
    { "{" TYPE ",\"status\":\"refused\",\"status\":\"accepted\"," ARCHIVE CODE ("0") "}", FALSE },
    { "{" TYPE ",\"status\":\"refused\",\"st\\u0061tus\":\"accepted\"," ARCHIVE CODE ("0") "}",
      FALSE },
    { "{" TYPE ",\"status\":\"perhaps\"," ARCHIVE CODE ("0") "}", FALSE },
    { "{" TYPE ",\"status\":1," ARCHIVE CODE ("0") "}", FALSE },
    { "{\"type\":\"urn:other\",\"status\":\"accepted\"," ARCHIVE CODE ("0") "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\"" CODE ("0") "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\",\"archive\":{\"sha256\":\"aa\"}" CODE ("0") "}", FALSE },
    { "{" TYPE ",\"status\":\"accepted\",\"archive\":[]" CODE ("0") "}", FALSE },
    { "/* c */{" TYPE ",\"status\":\"accepted\"," ARCHIVE CODE ("0") "}", FALSE },
    { "[]", FALSE },
    { "null", FALSE },
    { "", FALSE },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) module = pal_identity_create ("Module", &error);
  g_autoptr (GPtrArray) pinned = trust_of (module, "module.pem");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) content = bytes_of (rows[i].json);
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GBytes) p7m = pal_cms_sign_attached (module, content, &local_error);
      g_autoptr (PalReceipt) receipt = NULL;

      g_assert_no_error (local_error);
      g_test_message ("%s", rows[i].json);
      receipt = pal_receipt_verify (p7m, pinned->pdata[0], NULL, -1, &local_error);
      if (rows[i].ok)
        g_assert_no_error (local_error);
      else
        g_assert_error (local_error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED);
      g_assert_cmpint (receipt != NULL, ==, rows[i].ok);
    }
}

static void
test_json_check (void)
{
  g_autofree char *deep = g_strnfill (32, '[');
  g_autofree char *deep_end = g_strnfill (32, ']');
  g_autofree char *deepest = g_strconcat (deep, deep_end, NULL);
  g_autofree char *too_deep = g_strconcat ("[", deepest, "]", NULL);
  const struct
  {
    const char *text;
    gboolean ok;
  } rows[] = {
    { "{}", TRUE },
    { " [ 1 , -2.5e+3, 0, true,false,null,\"\\u00e9\\ud83d\\ude00\" ] ", TRUE },
    { "{\"a\":1,\"b\":{\"a\":2}}", TRUE },
    { deepest, TRUE },
    { too_deep, FALSE },
    { "{\"a\":1,\"a\":1}", FALSE },
    { "{\"a\":1,}", FALSE },
    { "[1,]", FALSE },
    { "[01]", FALSE },
    { "[1.]", FALSE },
    { "[+1]", FALSE },
    { "{'a':1}", FALSE },
    { "{a:1}", FALSE },
    { "[1] [2]", FALSE },
    { "[\"\\ud800\"]", FALSE },
    { "[\"\\x41\"]", FALSE },
    { "[\"\t\"]", FALSE },
    { "[\"\xff\"]", FALSE },
    { "\xef\xbb\xbf[]", FALSE },
    { "[1", FALSE },
    { "\"", FALSE },
    { "-", FALSE },
    { "nul", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (pal_json_check (rows[i].text, strlen (rows[i].text)), ==, rows[i].ok);
    }
  g_assert_false (pal_json_check ("[\"\0\"]", 5));
}

int
main (int argc, char **argv)
{
  int result;
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pal-signing-XXXXXX", &error);
  g_assert_no_error (error);
  /* G_TEST_OPTION_ISOLATE_DIRS would do this too, but leaks in GLib 2.74. */
  g_setenv ("XDG_DATA_HOME", folder, TRUE);

  g_test_add_func ("/signing/digest", test_digest);
  g_test_add_func ("/signing/digest/errors", test_digest_errors);
  g_test_add_func ("/signing/identity/create", test_identity_create);
  g_test_add_func ("/signing/identity/names", test_identity_names);
  g_test_add_func ("/signing/identity/server", test_identity_server);
  g_test_add_func ("/signing/identity/file", test_identity_file);
  g_test_add_func ("/signing/identity/no-passphrase", test_identity_no_passphrase);
  g_test_add_func ("/signing/identity/legacy", test_identity_legacy);
  g_test_add_func ("/signing/identity/pem", test_identity_pem);
  g_test_add_func ("/signing/identity/bad-files", test_identity_bad_files);
  g_test_add_func ("/signing/identity/default", test_identity_default);
  g_test_add_func ("/signing/cms/round-trip", test_cms_round_trip);
  g_test_add_func ("/signing/cms/bent", test_cms_bent);
  g_test_add_func ("/signing/cms/outside-profile", test_cms_outside_profile);
  g_test_add_func ("/signing/cms/trailing", test_cms_trailing);
  g_test_add_func ("/signing/cms/trust", test_cms_trust);
  g_test_add_func ("/signing/cms/trust-files", test_cms_trust_files);
  g_test_add_func ("/signing/cms/wrong-usage", test_cms_wrong_usage);
  g_test_add_func ("/signing/receipt", test_receipt);
  g_test_add_func ("/signing/receipt/content", test_receipt_content);
  g_test_add_func ("/signing/json-check", test_json_check);
  result = g_test_run ();

  {
    g_autofree char *command = g_strdup_printf ("rm -r -- '%s'", folder);

    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  }
  g_free (folder);

  return result;
}
