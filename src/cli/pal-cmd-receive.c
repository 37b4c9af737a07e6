// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-receive"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-cli-key.h"
#include "pal-verbs.h"

#include "pal-digest.h"
#include "pal-receive.h"

#include <stdio.h>
#include <string.h>

/* The job that a module runs for each upload that is complete. */

typedef struct
{
  char *sha256;
  char *store;
  char *key;
  int pin_fd;
  char *module_certificate;
  GStrv trust;
  char *id;
  char *name;
  char *sender;
  gboolean accepts_unknown;
  gboolean json;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->sha256);
  g_free (options->store);
  g_free (options->key);
  g_free (options->module_certificate);
  g_strfreev (options->trust);
  g_free (options->id);
  g_free (options->name);
  g_free (options->sender);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
is_digest (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/* The words of a verifier: this program, as a process of its own. (nullable) */
static GPtrArray *
make_verifier (const Options *options, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  char *program = g_file_read_link ("/proc/self/exe", error);

  if (program == NULL)
    return NULL;
  g_ptr_array_add (words, program);
  g_ptr_array_add (words, g_strdup ("verify"));
  g_ptr_array_add (words, g_strdup ("--json"));
  for (guint i = 0; options->trust != NULL && options->trust[i] != NULL; i++)
    {
      g_ptr_array_add (words, g_strdup ("--trust"));
      g_ptr_array_add (words, g_strdup (options->trust[i]));
    }
  g_ptr_array_add (words, g_strdup ("--"));
  g_ptr_array_add (words, NULL);

  return g_steal_pointer (&words);
}

static void
print_received (const Options *options, const char *file, const PalReceived *received)
{
  const PalReceipt *receipt = received->receipt;
  g_autoptr (JsonBuilder) builder = NULL;
  g_autofree char *shown = g_filename_display_name (file);
  g_autofree char *receipt_path = g_filename_display_name (received->receipt_path);
  g_autofree char *archive_path = g_filename_display_name (received->archive_path);

  if (!options->json)
    {
      printf ("%s  %s\n", pal_receipt_status_to_string (receipt->status), receipt_path);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "sha256", receipt->archive_sha256);
  pal_cli_add_int (builder, "size", receipt->archive_size);
  pal_cli_add_string (builder, "status", pal_receipt_status_to_string (receipt->status));
  pal_cli_add_string (builder, "id", receipt->id);
  pal_cli_add_int (builder, "code", receipt->code);
  pal_cli_add_string (builder, "indication", receipt->indication);
  pal_cli_add_string (builder, "message", receipt->message);
  pal_cli_add_string (builder, "received", receipt->received);
  pal_cli_add_string (builder, "receipt", receipt_path);
  pal_cli_add_string (builder, "archive", archive_path);
  pal_cli_add_boolean (builder, "new", received->is_new);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static int
receive (const Options *options, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) module = NULL;
  g_autoptr (GPtrArray) verifier = NULL;
  g_autoptr (PalReceived) received = NULL;
  PalReceiving job = { 0 };

  module = pal_cli_load_key (options->key, options->pin_fd, &error);
  if (module == NULL)
    return pal_cli_fail_error (error, "the key");
  verifier = make_verifier (options, &error);
  if (verifier == NULL)
    return pal_cli_fail_error (error, "the verifier");

  job.file = file;
  job.sha256 = options->sha256;
  job.id = options->id;
  job.name = options->name;
  job.sender = options->sender;
  job.store = options->store;
  job.module = module;
  job.module_certificate = options->module_certificate;
  job.verifier = (const char *const *) verifier->pdata;
  job.accepts_unknown = options->accepts_unknown;
  received = pal_receive (&job, &error);
  if (received == NULL)
    return pal_cli_fail_error (error, "no receipt");

  print_received (options, file, received);

  return received->receipt->status == PAL_RECEIPT_ACCEPTED
             ? PAL_EXIT_OK
             : CLAMP (received->receipt->code, PAL_EXIT_INDETERMINATE, PAL_EXIT_LIMIT);
}

/**
 * pal_cmd_receive:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Judges an upload and signs a receipt; see data/module/README.md.
 *
 * Returns: 0 when it was accepted, the code of its verification when it was refused; 66, 73, 74
 * when there is no receipt yet
 */
int
pal_cmd_receive (int argc, char **argv)
{
  g_auto (Options) options = { .pin_fd = -1 };
  const GOptionEntry entries[] = {
    { "sha256", 0, 0, G_OPTION_ARG_STRING, &options.sha256,
      "The digest that the sender declared; without it the one that the file has", "HEX" },
    { "store", 0, 0, G_OPTION_ARG_FILENAME, &options.store,
      "Keep archives and receipts in this folder", "DIR" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, "Sign receipts with this key",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &options.pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "module-cert", 0, 0, G_OPTION_ARG_FILENAME, &options.module_certificate,
      "The certificate of this key", "PEM" },
    { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.trust, "Know the signers in this file",
      "PEM" },
    { "accept-unknown", 0, 0, G_OPTION_ARG_NONE, &options.accepts_unknown,
      "Accept what is sound and of an unknown signer; the receipt says INDETERMINATE", NULL },
    { "id", 0, 0, G_OPTION_ARG_STRING, &options.id, "Name of the upload in the receipt", "ID" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "Name that the sender gave it", "NAME" },
    { "sender", 0, 0, G_OPTION_ARG_STRING, &options.sender,
      "SHA-256 of the certificate with which the sender came", "HEX" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Answer as JSON", NULL },
    { NULL },
  };
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (options.store == NULL || options.key == NULL || options.module_certificate == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "receive wants --store DIR, --key KEY and --module-cert PEM");
  if (options.sha256 == NULL)
    options.sha256 = pal_digest_file_hex (argv[1], NULL, NULL, NULL);
  if (options.sha256 == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "the upload cannot be read");
  if (!is_digest (options.sha256))
    return pal_cli_fail (PAL_EXIT_USAGE, "--sha256 wants 64 lower-case hexadecimal digits");

  return receive (&options, argv[1]);
}
