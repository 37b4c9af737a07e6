// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-module-trust"
#include "config.h"

#include "own-data.h"
#include "pal-cms.h"
#include "pal-identity.h"
#include "pal-module-trust.h"
#include "pal-receipt.h"

#include <glib/gstdio.h>
#include <string.h>

#define HOUR 3600

/* Certificates that the module has one after another, and somebody who calls himself the same. */
typedef struct
{
  PalIdentity *keys[3];
  char *certificates[3];
  char *pin; /* PEM file of the first */
  PalIdentity *stranger;
  gint64 now;
} Fixture;

static char *
write_pem (const char *name, const char *pem)
{
  char *path = g_build_filename (g_get_user_data_dir (), name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, pem, -1, NULL));

  return path;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  own_data_empty (g_get_user_data_dir ());
  for (guint i = 0; i < G_N_ELEMENTS (self->keys); i++)
    {
      self->keys[i] = pal_identity_create ("Receiving Module", NULL);
      self->certificates[i] = pal_identity_dup_certificate_pem (self->keys[i]);
    }
  self->stranger = pal_identity_create ("Receiving Module", NULL);
  self->pin = write_pem ("pin.pem", self->certificates[0]);
  self->now = g_get_real_time () / G_USEC_PER_SEC;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->keys); i++)
    {
      g_object_unref (self->keys[i]);
      g_free (self->certificates[i]);
    }
  g_object_unref (self->stranger);
  g_free (self->pin);
}

static PalModuleTrust *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  PalModuleTrust *trust = pal_module_trust_load (path, &error);

  g_assert_no_error (error);

  return trust;
}

static GBytes *
notice_of (PalIdentity *old, const char *certificate, gint64 from)
{
  g_autoptr (GError) error = NULL;
  GBytes *p7m = pal_module_notice_make (old, certificate, from, &error);

  g_assert_no_error (error);

  return p7m;
}

static void
accept (Fixture *self, guint old, gint64 from)
{
  g_autoptr (PalModuleTrust) trust = load (self->pin);
  g_autoptr (GBytes) p7m = notice_of (self->keys[old], self->certificates[old + 1], from);
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_module_trust_accept (trust, p7m, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (pal_module_trust_get_present (trust)->fingerprint, ==,
                   pal_identity_get_fingerprint (self->keys[old + 1]));
}

static GBytes *
receipt_of (PalIdentity *module)
{
  g_autoptr (PalReceipt) receipt = pal_receipt_new ();
  g_autoptr (GError) error = NULL;
  GBytes *p7m;

  receipt->status = PAL_RECEIPT_ACCEPTED;
  receipt->archive_sha256 = g_strnfill (64, 'a');
  receipt->archive_size = 1;
  p7m = pal_receipt_sign (receipt, module, &error);
  g_assert_no_error (error);

  return p7m;
}

static void
assert_receipt (GBytes *p7m, const char *pin, PalIdentity *signer, gint64 until)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalReceipt) receipt = pal_receipt_verify (p7m, pin, NULL, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (receipt->signer, ==, pal_identity_get_fingerprint (signer));
  g_assert_cmpstr (receipt->signer_name, ==, "Receiving Module");
  g_assert_cmpint (receipt->signer_until, ==, until);
}

static void
assert_no_receipt (GBytes *p7m, const char *pin)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pal_receipt_verify (p7m, pin, NULL, -1, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID);
}

/* --- Two rotations --- */

static void
test_rotations (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) first = receipt_of (self->keys[0]);
  g_autoptr (GBytes) second = receipt_of (self->keys[1]);
  g_autoptr (GBytes) third = receipt_of (self->keys[2]);
  g_autoptr (GBytes) forged = receipt_of (self->stranger);
  g_autofree char *third_pin = write_pem ("third.pem", self->certificates[2]);
  g_autoptr (PalModuleTrust) trust = NULL;

  assert_receipt (first, self->pin, self->keys[0], 0);
  assert_no_receipt (second, self->pin);

  accept (self, 0, self->now + HOUR);
  accept (self, 1, self->now + 2 * HOUR);
  assert_receipt (first, self->pin, self->keys[0], self->now + HOUR);
  assert_receipt (second, self->pin, self->keys[1], self->now + 2 * HOUR);
  assert_receipt (third, self->pin, self->keys[2], 0);
  assert_no_receipt (forged, self->pin);

  /* The same from the other end: whoever pinned the third one can read what the first one said. */
  assert_receipt (first, third_pin, self->keys[0], self->now + HOUR);
  assert_receipt (third, third_pin, self->keys[2], 0);
  trust = load (third_pin);
  g_assert_cmpuint (pal_module_trust_get_pins (trust)->len, ==, 3);
}

/* A key that was replaced says nothing any more. */
static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) late = receipt_of (self->keys[0]);
  g_autoptr (PalModuleTrust) trust = load (self->pin);
  g_autoptr (PalModuleNotice) notice = NULL;
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (GError) error = NULL;

  assert_receipt (late, self->pin, self->keys[0], 0);
  /* New certificates begin a while before they are made, so that clocks may differ. */
  p7m = notice_of (self->keys[0], self->certificates[1], self->now);
  notice = pal_module_notice_read (p7m, &error);
  g_assert_no_error (error);
  g_clear_pointer (&p7m, g_bytes_unref);
  p7m = notice_of (self->keys[0], self->certificates[1], notice->new_not_before);
  g_assert_true (pal_module_trust_accept (trust, p7m, &error));
  g_assert_cmpint (notice->new_not_before, <, self->now);
  assert_no_receipt (late, self->pin);
}

static void
test_chain_file (Fixture *self, gconstpointer data)
{
  g_autofree char *text
      = g_strconcat ("About this module\n", self->certificates[0], self->certificates[1], NULL);
  g_autofree char *path = write_pem ("chain.pem", text);
  g_autoptr (GBytes) first = receipt_of (self->keys[0]);
  g_autoptr (GBytes) second = receipt_of (self->keys[1]);
  g_autoptr (GError) error = NULL;

  assert_receipt (first, path, self->keys[0], 0);
  assert_receipt (second, path, self->keys[1], 0);
  g_assert_null (pal_module_trust_load ("/nowhere/pin.pem", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- Notices that change nothing --- */

static void
assert_refused (Fixture *self, GBytes *p7m, int code)
{
  g_autoptr (PalModuleTrust) trust = load (self->pin);
  g_autofree char *before = g_strdup (pal_module_trust_get_present (trust)->fingerprint);
  g_autoptr (PalModuleTrust) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (pal_module_trust_accept (trust, p7m, &error));
  g_assert_error (error, PAL_MODULE_TRUST_ERROR, code);
  after = load (self->pin);
  g_assert_cmpstr (pal_module_trust_get_present (after)->fingerprint, ==, before);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  gint64 from = self->now + HOUR;
  g_autofree char *of_stranger = pal_identity_dup_certificate_pem (self->stranger);
  g_autoptr (GBytes) foreign = notice_of (self->stranger, self->certificates[1], from);
  g_autoptr (GBytes) later = notice_of (self->keys[1], self->certificates[2], from);
  g_autoptr (GBytes) early = notice_of (self->keys[0], self->certificates[1], 1000);
  g_autoptr (GBytes) late
      = notice_of (self->keys[0], self->certificates[1], self->now + 40000 * (gint64) HOUR);
  g_autoptr (GBytes) again = notice_of (self->keys[0], self->certificates[1], from);
  g_autoptr (GBytes) other = notice_of (self->keys[0], of_stranger, from);
  g_autoptr (GBytes) loop = notice_of (self->keys[1], self->certificates[0], from);

  assert_refused (self, foreign, PAL_MODULE_TRUST_ERROR_SIGNER);
  assert_refused (self, later, PAL_MODULE_TRUST_ERROR_SIGNER);
  assert_refused (self, early, PAL_MODULE_TRUST_ERROR_VALIDITY);
  assert_refused (self, late, PAL_MODULE_TRUST_ERROR_VALIDITY);
  accept (self, 0, from);
  assert_refused (self, again, PAL_MODULE_TRUST_ERROR_OLD);
  assert_refused (self, other, PAL_MODULE_TRUST_ERROR_OLD);
  assert_refused (self, loop, PAL_MODULE_TRUST_ERROR_LOOP);
}

static void
test_itself (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pal_module_notice_make (self->keys[0], self->certificates[0], self->now, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
}

/* --- What is no notice --- */

static void
test_content (Fixture *self, gconstpointer data)
{
#define TYPE "\"type\":\"urn:example:module-certificate-change:1\""
#define REST ",\"id\":\"1\",\"from\":\"2026-11-23T00:00:00Z\""
  /* %s: the signer's fingerprint, then the new certificate */
  static const struct
  {
    const char *json;
    gboolean ok;
  } rows[] = {
    { "{" TYPE REST ",\"old\":\"%s\",\"certificate\":\"%s\"}", TRUE },
    { "{" TYPE REST ",\"old\":\"%s\",\"certificate\":\"%s\",\"more\":\"1\"}", FALSE },
    { "{" TYPE REST ",\"old\":\"%s\",\"old\":\"00\",\"certificate\":\"%s\"}", FALSE },
    { "{" TYPE REST ",\"old\":\"%s\",\"ol\\u0064\":\"00\",\"certificate\":\"%s\"}", FALSE },
    { "{" TYPE ",\"id\":\"1\",\"old\":\"%s\",\"certificate\":\"%s\"}", FALSE },
    { "{" TYPE ",\"id\":1,\"from\":\"2026-11-23T00:00:00Z\",\"old\":\"%s\",\"certificate\":\"%s\"}",
      FALSE },
    { "{" TYPE ",\"id\":\"1\",\"from\":\"soon\",\"old\":\"%s\",\"certificate\":\"%s\"}", FALSE },
    { "{" TYPE ",\"id\":\"1\",\"from\":null,\"old\":\"%s\",\"certificate\":\"%s\"}", FALSE },
    { "{\"type\":\"urn:example:submission-receipt:1\"" REST
      ",\"old\":\"%s\",\"certificate\":\"%s\"}",
      FALSE },
    { "[{" TYPE REST ",\"old\":\"%s\",\"certificate\":\"%s\"}]", FALSE },
    { "{" TYPE REST ",\"old\":\"%s\",\"certificate\":[\"%s\"]}", FALSE },
    { "{" TYPE REST ",\"old\":\"0%s\",\"certificate\":\"%s\"}", FALSE },
    { "{" TYPE REST ",\"old\":\"%s\",\"certificate\":\"A%s\"", FALSE },
    { "", FALSE },
    { "null", FALSE },
  };
  g_autofree char *certificate = g_strescape (self->certificates[1], NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) json = g_string_new (rows[i].json);
      g_autoptr (GBytes) content = NULL;
      g_autoptr (GBytes) p7m = NULL;
      g_autoptr (PalModuleNotice) notice = NULL;
      g_autoptr (GError) error = NULL;

      g_string_replace (json, "%s", pal_identity_get_fingerprint (self->keys[0]), 1);
      g_string_replace (json, "%s", certificate, 1);
      content = g_bytes_new (json->str, json->len);
      p7m = pal_cms_sign_attached (self->keys[0], content, NULL);
      notice = pal_module_notice_read (p7m, &error);
      g_test_message ("%u", i);
      g_assert_cmpint (notice != NULL, ==, rows[i].ok);
      g_assert_cmpint (error != NULL, ==, !rows[i].ok);
    }
#undef TYPE
#undef REST
}

/* Every flipped octet is seen; a receipt is no notice, and a notice no receipt. */
static void
test_forged (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) p7m = notice_of (self->keys[0], self->certificates[1], self->now + HOUR);
  g_autoptr (GBytes) receipt = receipt_of (self->keys[0]);
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  const guint8 *good = g_bytes_get_data (p7m, &length);

  for (gsize i = 0; i < length; i += 7)
    {
      guint8 *bad = g_memdup2 (good, length);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PalModuleNotice) notice = NULL;

      bad[i] ^= 1 << (i % 8);
      bytes = g_bytes_new_take (bad, length);
      notice = pal_module_notice_read (bytes, NULL);
      /* A flip in what is not signed, as the order of certificates, may pass; but not as another.
       */
      if (notice != NULL)
        {
          g_assert_cmpstr (notice->new_fingerprint, ==,
                           pal_identity_get_fingerprint (self->keys[1]));
          g_assert_cmpstr (notice->old_fingerprint, ==,
                           pal_identity_get_fingerprint (self->keys[0]));
          g_assert_cmpint (notice->from, ==, self->now + HOUR);
        }
    }
  g_assert_null (pal_module_notice_read (receipt, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (pal_receipt_verify (p7m, self->pin, NULL, -1, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED);
}

/* What lies in the folder counts only if its signature holds and is of the file's name. */
static void
test_kept_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) foreign = notice_of (self->stranger, self->certificates[1], self->now + HOUR);
  g_autofree char *folder
      = g_build_filename (g_get_user_data_dir (), "palermo", "module-notices", NULL);
  g_autofree char *path
      = g_build_filename (folder, pal_identity_get_fingerprint (self->keys[0]), NULL);
  g_autoptr (PalModuleTrust) trust = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (foreign, NULL),
                                      g_bytes_get_size (foreign), NULL));
  g_test_expect_message ("pal-module-trust", G_LOG_LEVEL_WARNING, "*cannot be read*");
  g_test_expect_message ("pal-module-trust", G_LOG_LEVEL_WARNING, "*cannot be read*");
  trust = load (self->pin);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (pal_module_trust_get_pins (trust)->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  own_data_begin ();

#define ADD(name, function)                                                                        \
  g_test_add ("/module-trust/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("rotations", test_rotations);
  ADD ("replaced", test_replaced);
  ADD ("chain-file", test_chain_file);
  ADD ("refused", test_refused);
  ADD ("itself", test_itself);
  ADD ("content", test_content);
  ADD ("forged", test_forged);
  ADD ("kept-file", test_kept_file);
#undef ADD

  return own_data_run ();
}
