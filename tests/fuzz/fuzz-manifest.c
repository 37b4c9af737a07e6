// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-package-private.h"

#include <string.h>

/* Input: the list of what a signature covers, META-INF/ASiCManifest001.xml. */

#define OWN_NAME "META-INF/ASiCManifest001.xml"
#define SIGNATURE_NAME "META-INF/signature001.p7s"

static const char *const attributes[]
    = { "URI", "MimeType", "Rootfile", "Algorithm", "Critical", "xmlns:asic", "xmlns:ds", NULL };
static const char *const values[] = { SIGNATURE_NAME,
                                      OWN_NAME,
                                      "META-INF/signature002.p7s",
                                      "data/package.json",
                                      "data/r%C3%A9ponse.json",
                                      "%2e%2e/x",
                                      "data/%00",
                                      "%",
                                      "true",
                                      "false",
                                      "application/json",
                                      "http://www.w3.org/2001/04/xmlenc#sha256",
                                      "http://www.w3.org/2001/04/xmlenc#sha512",
                                      "http://www.w3.org/2000/09/xmldsig#sha1",
                                      "http://uri.etsi.org/02918/v1.2.1#",
                                      "http://www.w3.org/2000/09/xmldsig#",
                                      NULL };
static const char *const snippets[] = {
  "<asic:DataObjectReference xmlns:asic='http://uri.etsi.org/02918/v1.2.1#' "
  "xmlns:ds='http://www.w3.org/2000/09/xmldsig#' URI='bagit.txt'><ds:DigestMethod "
  "Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/><ds:DigestValue>"
  "QAyzuI9XzsLr9cUuIEBJjbRjkCd9YstBtiCvNUvrimw=</ds:DigestValue></asic:DataObjectReference>",
  "<asic:SigReference xmlns:asic='http://uri.etsi.org/02918/v1.2.1#' "
  "URI='META-INF/signature001.p7s'/>",
  "<asic:ASiCManifestExtensions xmlns:asic='http://uri.etsi.org/02918/v1.2.1#'><asic:Extension "
  "Critical='true'/></asic:ASiCManifestExtensions>",
  NULL
};
static const FuzzXmlWords words = { attributes, values, snippets, FALSE };

static void
check_same (GPtrArray *references, GPtrArray *again)
{
  fuzz_check (again != NULL && again->len == references->len);
  for (guint i = 0; i < again->len; i++)
    {
      const PalReference *one = references->pdata[i];
      const PalReference *other = again->pdata[i];

      fuzz_check (strcmp (one->name, other->name) == 0 && one->is_root == other->is_root);
      fuzz_check (memcmp (one->digest, other->digest, one->bits / 8) == 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) references = pal_manifest_parse (bytes, OWN_NAME, SIGNATURE_NAME, &error);
  gboolean is_short = TRUE;

  if (references == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  for (guint i = 0; i < references->len; i++)
    {
      const PalReference *reference = references->pdata[i];

      fuzz_check_text (reference->name);
      fuzz_check (strcmp (reference->name, OWN_NAME) != 0);
      fuzz_check (g_hash_table_add (seen, reference->name));
      fuzz_check (reference->bits == 256 || reference->bits == 384 || reference->bits == 512);
      is_short &= reference->bits == 256;
    }
  /* What we write of it says the same; we write SHA-256 alone. */
  if (is_short)
    {
      g_autoptr (GBytes) made = pal_manifest_format (SIGNATURE_NAME, references);
      g_autoptr (GPtrArray) again = pal_manifest_parse (made, OWN_NAME, SIGNATURE_NAME, &error);

      check_same (references, again);
    }
  return 0;
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  g_autoptr (GBytes) changed = NULL;
  gsize made = 0;

  fuzz_random_init (&random, seed);
  if (size > 0 && fuzz_random_below (&random, 3) > 0)
    changed = fuzz_mutate_xml (data, size, &random, &words);
  if (changed != NULL)
    made = fuzz_put (changed, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate (data, size, max_size);
}
