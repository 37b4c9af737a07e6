// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-endpoint-package.h"

/* Input: data/endpoint.json, which says where archives go. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (PalEndpointCard) card = pal_endpoint_card_new ();
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *module = NULL;
  g_autofree char *ca = NULL;
  g_autoptr (GError) error = NULL;

  if (!pal_endpoint_card_parse (card, text, size, &module, &ca, &error))
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_check_text (module);
  fuzz_check_text (ca);
  fuzz_check_text (pal_endpoint_card_get_name (card, "ar"));
  fuzz_check (pal_endpoint_card_get_name (card, "en") != NULL);
  return 0;
}
