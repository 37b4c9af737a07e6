// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-clock.h"
#include "pal-known-signers.h"
#include "pal-module-trust.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Input: the notice of another certificate, of a module or a known signer. What begins as DER is
 * the signed file; anything else is the text inside, signed here with the key that is replaced, as
 * whoever has that key can write there what they like. OLD in it stands for the fingerprint of this
 * key, NEW for a certificate of another one, DAY for one on which that is valid. */

static PalIdentity *old;
static PalModuleTrust *trust;
static char *new_pem; /* as it stands in JSON */

/* Nothing is noted: what is pinned is a file that is read once. */
static void
prepare (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) new = NULL;
  g_autofree char *folder = g_dir_make_tmp ("palermo-fuzz-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "module.pem", NULL);
  g_autofree char *pem = NULL;
  g_autofree char *other = NULL;
  g_auto (GStrv) lines = NULL;

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  old = pal_identity_create ("Module", &error);
  g_assert_no_error (error);
  new = pal_identity_create ("Module", &error);
  g_assert_no_error (error);
  other = pal_identity_dup_certificate_pem (new);
  lines = g_strsplit (other, "\n", -1);
  new_pem = g_strjoinv ("\\n", lines);
  pem = pal_identity_dup_certificate_pem (old);
  g_file_set_contents (path, pem, -1, &error);
  g_assert_no_error (error);
  trust = pal_module_trust_load (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
}

static GBytes *
make_file (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *day = NULL;
  GBytes *p7m;

  if (size > 0 && data[0] == 0x30)
    return g_bytes_new (data, size);
  /* GString looks for words up to the first NUL only, which is all that it should. */
  text = g_string_new_len ((const char *) data, size);
  g_string_replace (text, "OLD", pal_identity_get_fingerprint (old), 4);
  g_string_replace (text, "NEW", new_pem, 4);
  day = pal_clock_format_rfc3339 (g_get_real_time ());
  g_string_replace (text, "DAY", day, 4);
  bytes = g_bytes_new (text->str, text->len);
  p7m = pal_cms_sign_attached (old, bytes, &error);
  g_assert_no_error (error);
  return p7m;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = { 0 };
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (PalModuleNotice) notice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) trust_error = NULL;
  g_autoptr (GError) follow_error = NULL;
  g_autofree char *followed = NULL;

  if (old == NULL)
    prepare ();
  watch = fuzz_watch ();
  p7m = make_file (data, size);
  /* Nobody is known here, so that nobody can be followed. */
  followed = pal_known_signers_follow (p7m, &follow_error);
  fuzz_check (followed == NULL);
  fuzz_check_error (follow_error);
  notice = pal_module_notice_read (p7m, &error);
  if (notice == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_check_text (notice->id);
  fuzz_check_text (notice->old_name);
  fuzz_check_text (notice->new_name);
  fuzz_check (strlen (notice->old_fingerprint) == 64 && strlen (notice->new_fingerprint) == 64);
  if (!pal_module_trust_check (trust, notice, &trust_error))
    {
      fuzz_check_error (trust_error);
      return 0;
    }
  /* Of this module, another certificate, valid when it comes into force. */
  fuzz_check (strcmp (notice->old_fingerprint, pal_identity_get_fingerprint (old)) == 0);
  fuzz_check (strcmp (notice->new_fingerprint, notice->old_fingerprint) != 0);
  fuzz_check (notice->new_not_after >= notice->from);
  return 0;
}
