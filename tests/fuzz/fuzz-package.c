// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-package-reader.h"

#include <string.h>
#include <zlib.h>

/* Input: a package, as somebody sent it. */

static const int codes[] = { 0, 1, 2, 3, 4 };

static void
check_entries (const PalVerification *verification)
{
  goffset bytes = 0;

  for (guint i = 0; i < verification->entries->len; i++)
    {
      PalPackageEntry *entry = verification->entries->pdata[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) content = NULL;
      guint8 digest[PAL_DIGEST_BYTES];
      gsize length = sizeof digest;
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

      fuzz_check_text (entry->name);
      fuzz_check (*entry->name != '/' && strstr (entry->name, "..") != entry->name);
      bytes += entry->size;
      /* What was judged is what is read. */
      content = pal_package_read_entry (fuzz_file_path (), verification, entry->name, 1024 * 1024,
                                        &error);
      if (content == NULL)
        {
          fuzz_check_error (error);
          continue;
        }
      fuzz_check ((goffset) g_bytes_get_size (content) == entry->size);
      g_checksum_update (checksum, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
      g_checksum_get_digest (checksum, digest, &length);
      fuzz_check (memcmp (digest, entry->sha256, sizeof digest) == 0);
    }
  fuzz_check (bytes == verification->bytes);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (PalVerification) verification = NULL;
  gboolean is_known = FALSE;

  fuzz_file_write (data, size);
  verification = pal_package_verify (fuzz_file_path (), NULL, 0, 4 * 1024 * 1024, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    is_known |= verification->code == codes[i];
  fuzz_check (is_known);
  fuzz_check_text (verification->message);
  fuzz_check (verification->code == 0 || verification->message != NULL);
  if (verification->code > 1)
    return 0;
  /* Nobody is trusted here, and whoever holds has signed everything but mimetype and META-INF. */
  fuzz_check (verification->code == 1 && verification->signatures->len > 0);
  for (guint i = 0; i < verification->signatures->len; i++)
    {
      PalPackageSignature *signature = verification->signatures->pdata[i];

      fuzz_check (signature->signer != NULL && !signature->signer->trusted);
      fuzz_check_text (signature->signer->subject);
    }
  check_entries (verification);
  return 0;
}

/* --- changing one: octets in an entry, whose check values are put right again */

static guint32
get_number (const guint8 *data, guint n_bytes)
{
  guint32 number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number |= (guint32) data[i] << (8 * i);
  return number;
}

static void
put_crc (guint8 *data, guint32 crc)
{
  for (guint i = 0; i < 4; i++)
    data[i] = (crc >> (8 * i)) & 0xff;
}

static const guint8 *
find (const guint8 *data, gsize size, const char *signature, guint nth)
{
  for (gsize at = 0; at + 46 < size; at++)
    if (memcmp (data + at, signature, 4) == 0 && nth-- == 0)
      return data + at;
  return NULL;
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
  FuzzRandom random;
  guint nth, start, length;
  const guint8 *local, *central;

  fuzz_random_init (&random, seed);
  nth = fuzz_random_below (&random, 12);
  local = find (data, size, "PK\003\004", nth);
  central = find (data, size, "PK\001\002", nth);
  if (fuzz_random_below (&random, 3) == 0 || local == NULL || central == NULL)
    return LLVMFuzzerMutate (data, size, max_size);
  start = local - data + 30 + get_number (local + 26, 2) + get_number (local + 28, 2);
  length = get_number (local + 18, 4);
  if (get_number (local + 8, 2) != 0 || length == 0 || length > size || start > size - length)
    return LLVMFuzzerMutate (data, size, max_size);
  for (guint i = fuzz_random_below (&random, 4) + 1; i > 0; i--)
    data[start + fuzz_random_below (&random, length)] = fuzz_random_below (&random, 256);
  put_crc (data + (local - data) + 14, crc32 (0, data + start, length));
  put_crc (data + (central - data) + 16, crc32 (0, data + start, length));
  return size;
}
