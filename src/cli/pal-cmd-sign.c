// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-sign"
#include "config.h"

#include "pal-cli-key.h"
#include "pal-cli-json.h"
#include "pal-verbs.h"

#include "pal-clock.h"
#include "pal-cms.h"
#include "pal-digest.h"
#include "pal-module-trust.h"
#include "pal-package-reader.h"
#include "pal-package-writer.h"
#include "pal-publish.h"
#include "pal-receipt.h"
#include "pal-text.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_SHOWN 400
#define RECEIPT_MAX_BYTES (1024 * 1024)

/* sign and receipt (package-format 2.3 and 6). */

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = pal_text_dup_printable (value, MAX_SHOWN);

  printf ("%-12s %s\n", label, shown);
}

/* --- sign --- */

/* As its signers say; 0 for none. */
static gint64
find_newest_claim (const PalVerification *verification)
{
  gint64 newest = 0;

  for (guint i = 0; i < verification->signatures->len; i++)
    {
      const PalPackageSignature *signature = g_ptr_array_index (verification->signatures, i);

      if (signature->signer != NULL)
        newest = MAX (newest, signature->signer->claimed_time);
    }

  return newest * G_USEC_PER_SEC;
}

static int
sign (const char *in, const char *out, PalIdentity *identity, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = g_filename_display_name (out);
  g_autofree char *spoken = pal_identity_dup_spoken_fingerprint (identity);
  g_autoptr (PalVerification) verification = NULL;
  gboolean is_behind;

  if (g_access (in, R_OK) != 0)
    {
      g_autofree char *name = g_filename_display_name (in);

      return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: cannot be read", name);
    }
  verification = pal_package_verify (in, NULL, 0, 0, NULL);
  if (!pal_package_sign_verified (in, verification, out, identity, NULL, &error))
    return pal_cli_fail_output (error, out);
  is_behind
      = pal_cli_warn_of_clock (find_newest_claim (verification), "a signature in the package");

  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      g_autofree char *sha256 = pal_digest_file_hex (out, NULL, NULL, NULL);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", shown);
      pal_cli_add_string (builder, "sha256", sha256);
      pal_cli_add_string (builder, "signer", pal_identity_get_subject (identity));
      pal_cli_add_string (builder, "fingerprint", pal_identity_get_fingerprint (identity));
      pal_cli_add_boolean (builder, "clockIsBehind", is_behind);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return PAL_EXIT_OK;
    }
  print_line ("file", shown);
  print_line ("signed by", pal_identity_get_subject (identity));
  print_line ("", spoken);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_sign:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Adds a signature to a package.
 *
 * Returns: the exit code
 */
int
pal_cmd_sign (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *key = NULL;
  int pin_fd = -1;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Archive to write", "OUT.asice" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Sign with this key instead of the one kept here",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, "The same", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  gboolean created = FALSE;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "sign wants -o OUT.asice");
  identity = key != NULL ? pal_cli_load_key (key, pin_fd, &error)
                         : pal_cli_load_default_key ("Palermo", pin_fd, &created, &error);
  if (identity == NULL)
    return pal_cli_fail_error (error, "the key");

  return sign (argv[1], output, identity, json);
}

/* --- receipt --- */

static GBytes *
read_receipt (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  if (stream == NULL)
    return NULL;

  /* One byte more than allowed is enough to see that it is too much. */
  return g_input_stream_read_bytes (G_INPUT_STREAM (stream), RECEIPT_MAX_BYTES + 1, NULL, error);
}

static void
print_receipt_json (const char *file, const PalReceipt *receipt, const PalCmsSigner *signer)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *shown = g_filename_display_name (file);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "status", pal_receipt_status_to_string (receipt->status));
  pal_cli_add_string (builder, "id", receipt->id);
  json_builder_set_member_name (builder, "archive");
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "sha256", receipt->archive_sha256);
  pal_cli_add_int (builder, "size", receipt->archive_size);
  pal_cli_add_string (builder, "name", receipt->archive_name);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "verification");
  json_builder_begin_object (builder);
  pal_cli_add_int (builder, "code", receipt->code);
  pal_cli_add_string (builder, "indication", receipt->indication);
  pal_cli_add_string (builder, "message", receipt->message);
  json_builder_end_object (builder);
  pal_cli_add_string (builder, "received", receipt->received);
  pal_cli_add_string (builder, "receiver", receipt->receiver);
  pal_cli_add_string (builder, "sender", receipt->sender);
  pal_cli_add_string (builder, "signer", signer->subject);
  pal_cli_add_string (builder, "fingerprint", signer->fingerprint);
  pal_cli_add_boolean (builder, "inForce", receipt->signer_until == 0);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_receipt (const PalReceipt *receipt, const PalCmsSigner *signer)
{
  print_line ("status", pal_receipt_status_to_string (receipt->status));
  if (receipt->status == PAL_RECEIPT_REFUSED)
    print_line ("because", receipt->message);
  print_line ("archive", receipt->archive_sha256);
  print_line ("received", receipt->received);
  print_line ("signed by", signer->subject);
  print_line ("", signer->fingerprint);
  if (receipt->signer_until != 0)
    {
      g_autofree char *until = pal_clock_format_rfc3339 (receipt->signer_until * G_USEC_PER_SEC);

      print_line ("in force", "until the module changed its certificate:");
      print_line ("", until);
    }
}

/* Whom the receipt is from comes first, so that an unknown signer is told apart from a forgery. */
static int
judge_receipt (const char *file, const char *trust, const char *archive, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalModuleTrust) module = NULL;
  g_autoptr (GPtrArray) trusted = NULL;
  g_autoptr (PalCmsSigner) signer = NULL;
  g_autoptr (PalReceipt) receipt = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) p7m = read_receipt (file, &error);
  g_autofree char *shown = g_filename_display_name (file);
  g_autofree char *sha256 = NULL;
  goffset size = -1;

  if (p7m == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", shown, error->message);
  module = pal_module_trust_load (trust, &error);
  if (module == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", trust, error->message);
  if (archive != NULL)
    {
      sha256 = pal_digest_file_hex (archive, &size, NULL, &error);
      if (sha256 == NULL)
        return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", archive, error->message);
    }

  trusted = pal_module_trust_list_certificates (module);
  signer = pal_cms_verify_attached (p7m, trusted, PAL_CMS_AT_CLAIMED_TIME, &content, &error);
  if (signer == NULL)
    return pal_cli_fail_error (error, shown);
  if (!signer->trusted)
    return pal_cli_fail (PAL_EXIT_INDETERMINATE,
                         "%s: signed by %s, which is not the module that is trusted here: %s",
                         shown, signer->subject, signer->reason);
  receipt = pal_receipt_verify (p7m, trust, sha256, size, &error);
  if (receipt == NULL)
    return pal_cli_fail_error (error, shown);

  if (json)
    print_receipt_json (file, receipt, signer);
  else
    print_receipt (receipt, signer);
  switch (receipt->status)
    {
    case PAL_RECEIPT_ACCEPTED:
      return PAL_EXIT_OK;
    case PAL_RECEIPT_RECEIVED:
      return PAL_EXIT_LATER;
    case PAL_RECEIPT_REFUSED:
      break;
    }

  return PAL_EXIT_INVALID;
}

/**
 * pal_cmd_receipt:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Judges a receipt: 0 accepted, 1 the signer is not the trusted one, 2 refused, forged or of
 * another archive, 3 no receipt, 75 received and not checked yet.
 *
 * Returns: the exit code
 */
int
pal_cmd_receipt (int argc, char **argv)
{
  g_autofree char *trust = NULL;
  g_autofree char *archive = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "trust", 0, 0, G_OPTION_ARG_FILENAME, &trust, "The module's certificate", "PEM" },
    { "archive", 0, 0, G_OPTION_ARG_FILENAME, &archive, "The archive it must speak of",
      "FILE.asice" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (trust == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "receipt wants --trust PEM");

  return judge_receipt (argv[1], trust, archive, json);
}
