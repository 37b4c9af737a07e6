// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-cms.h"
#include "pal-receipt.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Input: what a module states about an archive. Its signature is made here, as it is the module
 * itself that may be broken, or bad. */

static PalIdentity *module;
static char *certificate_path;

static void
remove_certificate (void)
{
  g_unlink (certificate_path);
}

static void
make_module (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = NULL;
  int fd;

  module = pal_identity_create ("Module", &error);
  g_assert_no_error (error);
  pem = pal_identity_dup_certificate_pem (module);
  fd = g_file_open_tmp ("palermo-fuzz-XXXXXX.pem", &certificate_path, &error);
  g_assert_no_error (error);
  close (fd);
  g_file_set_contents (certificate_path, pem, -1, &error);
  g_assert_no_error (error);
  atexit (remove_certificate);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = { 0 };
  g_autoptr (GBytes) text = g_bytes_new (data, size);
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalReceipt) receipt = NULL;
  g_autoptr (PalReceipt) again = NULL;

  if (module == NULL)
    make_module ();
  watch = fuzz_watch ();
  p7m = pal_cms_sign_attached (module, text, &error);
  g_assert_no_error (error);
  receipt = pal_receipt_verify (p7m, certificate_path, NULL, -1, &error);
  if (receipt == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_check (receipt->archive_sha256 != NULL && receipt->archive_size >= 0);
  fuzz_check (receipt->status <= PAL_RECEIPT_REFUSED);
  fuzz_check_text (receipt->message);
  fuzz_check_text (receipt->archive_name);
  fuzz_check_text (receipt->id);
  /* It speaks of that archive, and of no other. */
  again = pal_receipt_verify (p7m, certificate_path, receipt->archive_sha256, receipt->archive_size,
                              &error);
  fuzz_check (again != NULL);
  g_clear_pointer (&again, pal_receipt_free);
  again = pal_receipt_verify (p7m, certificate_path, receipt->archive_sha256,
                              receipt->archive_size ^ 1, &error);
  fuzz_check (again == NULL);
  return 0;
}
