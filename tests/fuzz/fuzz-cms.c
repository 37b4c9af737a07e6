// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-cms.h"
#include "pal-receipt.h"

/* Input: a signature, over a content of its own (a receipt) or over another file (seeds sign the
 * text below). */

static const char content[] = "What was signed.\n";
/* Nobody's certificate: no input can be from the module that it is of. */
static const char nobody[] = "/nonexistent/module.pem";

static void
check_signer (PalCmsSigner *signer, const GError *error)
{
  if (signer == NULL)
    {
      fuzz_check_error (error);
      return;
    }
  fuzz_check (!signer->trusted && signer->reason != NULL);
  fuzz_check_text (signer->subject);
  fuzz_check_text (signer->common_name);
  fuzz_check_text (signer->issuer);
  fuzz_check_text (signer->serial);
  fuzz_check_text (signer->algorithm);
  fuzz_check_text (signer->reason);
  fuzz_check (signer->fingerprint != NULL && signer->certificate != NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GBytes) text = g_bytes_new_static (content, sizeof content - 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) attached_error = NULL;
  g_autoptr (GError) receipt_error = NULL;
  g_autoptr (PalCmsSigner) detached = pal_cms_verify (bytes, text, NULL, 0, &error);
  g_autoptr (GBytes) inside = NULL;
  g_autoptr (PalCmsSigner) attached
      = pal_cms_verify_attached (bytes, NULL, 0, &inside, &attached_error);
  g_autoptr (PalReceipt) receipt = pal_receipt_verify (bytes, nobody, NULL, -1, &receipt_error);

  check_signer (detached, error);
  check_signer (attached, attached_error);
  fuzz_check (attached == NULL || inside != NULL);
  fuzz_check (attached == NULL || detached == NULL);
  fuzz_check (receipt == NULL);
  fuzz_check_error (receipt_error);
  return 0;
}
