// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-cms-seal.h"

#include <glib/gstdio.h>
#include <string.h>

/* Input: a volume that was sealed for the key below; a flipped octet must never come out as
 * something else. */

#define MAX_BYTES 4096

/* Nobody's, made for this. */
static const char key[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnG8FdCn8RqpHLoWB\n"
                          "rQibBzykQej7/FYx7pEf+SsB5dmhRANCAARG5mcBSHo68m07GixQhdnjjukRE32E\n"
                          "yKEi45sTh0JPdPXnovspsS3qga/LmqO3TOaCKmg+cGttduG79Kqk4Fos\n"
                          "-----END PRIVATE KEY-----\n";
static const char certificate[]
    = "-----BEGIN CERTIFICATE-----\n"
      "MIIBijCCAS+gAwIBAgIUSq6xkgeUbjdzVYiLz4/0q2xhsQkwCgYIKoZIzj0EAwIw\n"
      "ETEPMA0GA1UEAwwGTm9ib2R5MCAXDTI2MTEyMzEzNTUzOFoYDzIxMjYxMDMwMTM1\n"
      "NTM4WjARMQ8wDQYDVQQDDAZOb2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
      "AARG5mcBSHo68m07GixQhdnjjukRE32EyKEi45sTh0JPdPXnovspsS3qga/LmqO3\n"
      "TOaCKmg+cGttduG79Kqk4Foso2MwYTAdBgNVHQ4EFgQUjh0+98ta6qmzjwpX1Hzf\n"
      "69yU3mYwHwYDVR0jBBgwFoAUjh0+98ta6qmzjwpX1Hzf69yU3mYwDwYDVR0TAQH/\n"
      "BAUwAwEB/zAOBgNVHQ8BAf8EBAMCA4gwCgYIKoZIzj0EAwIDSQAwRgIhAPt7bi9h\n"
      "4ybVnICPDxUN1T5bAv5D5JdLWkdqTLqHaBfQAiEA986UfHY+ZlkUTVKJCvMDabpO\n"
      "rFKNhfYL6+/3qc20O/s=\n"
      "-----END CERTIFICATE-----\n";

/* What the seeds hold: whole, or cut at max_bytes. */
static const char content[] = "What was sealed.\n";

static PalIdentity *identity;

static void
load_identity (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("palermo-fuzz-XXXXXX", &error);
  g_autofree char *key_path = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *certificate_path = g_build_filename (folder, "certificate.pem", NULL);

  g_file_set_contents (key_path, key, -1, &error);
  g_assert_no_error (error);
  g_file_set_contents (certificate_path, certificate, -1, &error);
  g_assert_no_error (error);
  identity = pal_identity_load_pem (key_path, certificate_path, NULL, &error);
  g_assert_no_error (error);
  g_unlink (key_path);
  g_unlink (certificate_path);
  g_rmdir (folder);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = { 0 };
  g_autoptr (GBytes) opened = NULL;
  g_autoptr (GBytes) short_of = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) short_error = NULL;
  gsize length = 0;

  if (identity == NULL)
    load_identity ();
  watch = fuzz_watch ();
  fuzz_file_write (data, size);
  opened = pal_cms_open_bytes (fuzz_file_path (), MAX_BYTES, identity, NULL, &error);
  if (opened == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_check (pal_cms_is_sealed (fuzz_file_path ()));
  fuzz_check (g_bytes_get_data (opened, &length) != NULL);
  fuzz_check (length == sizeof content - 1
              && memcmp (g_bytes_get_data (opened, NULL), content, length) == 0);
  short_of = pal_cms_open_bytes (fuzz_file_path (), length - 1, identity, NULL, &short_error);
  fuzz_check (short_of == NULL);
  fuzz_check_error (short_error);
  return 0;
}
