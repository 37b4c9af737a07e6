// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-endpoint"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-cli-key.h"
#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-endpoint-store.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

/* endpoint make: for the people who run a module. endpoint show, add, list, forget: for those who
 * send to it; endpoint set is in pal-cmd-endpoint-set.c. */

#define MAX_SHOWN 300
#define MAX_PEM_BYTES (64 * 1024)

static void
print_text (const char *title, const char *text)
{
  g_autofree char *printable = pal_text_dup_printable (text, MAX_SHOWN);

  printf ("%-22s %s\n", title, printable);
}

static void
print_fingerprint (const char *title, const char *fingerprint)
{
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (fingerprint);

  printf ("%-22s %s\n", title, spoken);
}

static void
print_time (const char *title, gint64 time_us)
{
  g_autofree char *text = time_us > 0 ? pal_clock_format_rfc3339 (time_us) : NULL;

  if (text != NULL)
    print_text (title, text);
}

static void
print_card (const PalEndpointCard *card)
{
  print_text ("name", pal_endpoint_card_get_name (card, NULL));
  print_text ("address", card->url);
  print_text ("id", card->id);
  if (card->is_practice)
    print_text ("practice", "yes, on this computer");
  print_text ("to get in", pal_endpoint_authentication_to_string (card->authentication));
  print_fingerprint ("signer of receipts", card->module_fingerprint);
  if (card->ca_fingerprint != NULL)
    print_fingerprint ("vouches for the server", card->ca_fingerprint);
  else
    print_text ("vouches for the server", "whom this computer trusts");
  if (card->max_archive_bytes > 0)
    printf ("%-22s %" G_GOFFSET_FORMAT " bytes\n", "largest archive", card->max_archive_bytes);
  if (card->max_part_bytes > 0)
    printf ("%-22s %" G_GOFFSET_FORMAT " bytes\n", "largest part", card->max_part_bytes);
  print_time ("issued", card->issued_us);
  print_time ("valid from", card->valid_from_us);
  print_time ("valid until", card->valid_until_us);
  print_text ("signed by", card->signer);
  print_fingerprint ("signer's fingerprint", card->signer_fingerprint);
}

static void
add_names (JsonBuilder *builder, const PalEndpointCard *card)
{
  GHashTableIter iter;
  gpointer language;
  gpointer name;

  json_builder_set_member_name (builder, "names");
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, card->names);
  while (g_hash_table_iter_next (&iter, &language, &name))
    pal_cli_add_string (builder, language, name);
  json_builder_end_object (builder);
}

static const char *
get_standing (PalEndpointStanding standing)
{
  switch (standing)
    {
    case PAL_ENDPOINT_STANDING_NEW:
      return "new";
    case PAL_ENDPOINT_STANDING_SAME:
      return "here";
    case PAL_ENDPOINT_STANDING_NEWER:
      return "newer";
    case PAL_ENDPOINT_STANDING_OLDER:
      return "older";
    case PAL_ENDPOINT_STANDING_OTHER_KEY:
      return "other-key";
    }

  return "";
}

/* How such an object looks, for "show" and "list". */
static void
build_card (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  PalEndpointCard *card = item;
  g_autofree char *client = pal_endpoint_store_dup_client_path (card->id);
  g_autofree char *token_file = pal_endpoint_store_dup_token_file (card->id);

  pal_cli_add_string (builder, "id", card->id);
  pal_cli_add_string (builder, "url", card->url);
  add_names (builder, card);
  pal_cli_add_boolean (builder, "practice", card->is_practice);
  pal_cli_add_string (builder, "authentication",
                      pal_endpoint_authentication_to_string (card->authentication));
  pal_cli_add_string (builder, "moduleFingerprint", card->module_fingerprint);
  pal_cli_add_string (builder, "serverFingerprint", card->ca_fingerprint);
  pal_cli_add_int (builder, "archiveBytes", card->max_archive_bytes);
  pal_cli_add_int (builder, "partBytes", card->max_part_bytes);
  pal_cli_add_time (builder, "issued", card->issued_us);
  pal_cli_add_time (builder, "validFrom", card->valid_from_us);
  pal_cli_add_time (builder, "validUntil", card->valid_until_us);
  pal_cli_add_string (builder, "signer", card->signer);
  pal_cli_add_string (builder, "fingerprint", card->signer_fingerprint);
  pal_cli_add_string (builder, "standing", get_standing (pal_endpoint_store_compare (card, NULL)));
  pal_cli_add_boolean (builder, "hasClientCertificate", client != NULL);
  pal_cli_add_boolean (builder, "hasTokenFile", token_file != NULL);
}

static void
print_json (PalEndpointCard *card)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  build_card (builder, card, NULL);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/* --- make ------------------------------------------------------------------------------------- */

typedef struct
{
  char *output;
  char *url;
  char **names;
  char *module_certificate;
  char *ca;
  char *authentication;
  gint64 max_bytes;
  gint64 max_part_bytes;
  char *valid_from;
  char *valid_until;
  char *newer_than;
  char *key;
  int pin_fd;
  gboolean is_practice;
} MakeOptions;

static void
make_options_clear (MakeOptions *options)
{
  g_free (options->output);
  g_free (options->url);
  g_strfreev (options->names);
  g_free (options->module_certificate);
  g_free (options->ca);
  g_free (options->authentication);
  g_free (options->valid_from);
  g_free (options->valid_until);
  g_free (options->newer_than);
  g_free (options->key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MakeOptions, make_options_clear)

static GBytes *
read_pem (const char *path, int *code)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, &error))
    {
      *code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
      return NULL;
    }

  return g_bytes_new_take (text, length);
}

/* "fr=Nom", or a name in English. */
static void
take_name (PalEndpointCard *card, const char *text)
{
  const char *equals = strchr (text, '=');

  if (equals != NULL && equals - text >= 2 && equals - text <= 12
      && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
             == (gsize) (equals - text))
    g_hash_table_replace (card->names, g_strndup (text, equals - text), g_strdup (equals + 1));
  else
    g_hash_table_replace (card->names, g_strdup ("en"), g_strdup (text));
}

static gboolean
take_time (const char *text, gint64 *time_us, int *code)
{
  if (text == NULL || pal_clock_parse_rfc3339 (text, time_us))
    return TRUE;
  *code = pal_cli_fail (PAL_EXIT_USAGE, "%s is no time such as 2026-12-31T23:59:59Z", text);

  return FALSE;
}

static gboolean
fill_card (PalEndpointCard *card, const MakeOptions *options, int *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpointCard) older = NULL;

  if (options->newer_than != NULL)
    {
      older = pal_endpoint_package_read (options->newer_than, NULL, &error);
      if (older == NULL)
        {
          *code = pal_cli_fail_error (error, options->newer_than);
          return FALSE;
        }
      card->id = g_strdup (older->id);
      card->issued_us = MAX (g_get_real_time (), older->issued_us + G_USEC_PER_SEC);
    }
  card->url = g_strdup (options->url);
  card->is_practice = options->is_practice;
  for (char **name = options->names; *name != NULL; name++)
    take_name (card, *name);
  card->max_archive_bytes = options->max_bytes;
  card->max_part_bytes = options->max_part_bytes;
  if (!pal_endpoint_authentication_from_string (
          options->authentication != NULL ? options->authentication : "none",
          &card->authentication))
    {
      *code = pal_cli_fail (PAL_EXIT_USAGE, "--auth is none, client-certificate, token or both");
      return FALSE;
    }
  if (!take_time (options->valid_from, &card->valid_from_us, code)
      || !take_time (options->valid_until, &card->valid_until_us, code))
    return FALSE;
  card->module_pem = read_pem (options->module_certificate, code);
  if (card->module_pem == NULL)
    return FALSE;
  if (options->ca != NULL)
    card->ca_pem = read_pem (options->ca, code);

  return options->ca == NULL || card->ca_pem != NULL;
}

/**
 * pal_cmd_endpoint_make:
 *
 * endpoint make: writes the signed file that an operator gives to those who send.
 *
 * Returns: 0; 3 what no endpoint may say; 64, 66, 73, 74
 */
int
pal_cmd_endpoint_make (int argc, char **argv)
{
  g_auto (MakeOptions) options = { .pin_fd = -1 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "File to write", "OUT.asice" },
    { "url", 0, 0, G_OPTION_ARG_STRING, &options.url, "Where archives go, an https address",
      "URL" },
    { "name", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.names,
      "What people call it; once for each language", "[LANGUAGE=]TEXT" },
    { "module-cert", 0, 0, G_OPTION_ARG_FILENAME, &options.module_certificate,
      "Certificate of the module, which signs receipts", "PEM" },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options.ca,
      "Who vouches for the server (default: whom the sender's system trusts)", "PEM" },
    { "auth", 0, 0, G_OPTION_ARG_STRING, &options.authentication,
      "none, client-certificate, token or both (default: none)", "HOW" },
    { "max-bytes", 0, 0, G_OPTION_ARG_INT64, &options.max_bytes, "Largest archive", "N" },
    { "max-part-bytes", 0, 0, G_OPTION_ARG_INT64, &options.max_part_bytes,
      "Largest part of an upload", "N" },
    { "valid-from", 0, 0, G_OPTION_ARG_STRING, &options.valid_from, "When it begins", "RFC3339" },
    { "valid-until", 0, 0, G_OPTION_ARG_STRING, &options.valid_until, "When it is over",
      "RFC3339" },
    { "newer-than", 0, 0, G_OPTION_ARG_FILENAME, &options.newer_than,
      "The file that this one replaces: the same id, issued later", "FILE.asice" },
    { "practice", 0, 0, G_OPTION_ARG_NONE, &options.is_practice,
      "For practice on one computer: the address is a loopback one", NULL },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, "Key of the operator, which signs",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &options.pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { NULL }
  };
  g_autoptr (PalEndpointCard) card = pal_endpoint_card_new ();
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (options.output == NULL || options.url == NULL || options.names == NULL
      || options.module_certificate == NULL || options.key == NULL || options.max_bytes < 0
      || options.max_part_bytes < 0)
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "endpoint make needs -o, --url, --name, --module-cert and --key");
  if (!fill_card (card, &options, &code))
    return code;
  identity = pal_cli_load_key (options.key, options.pin_fd, &error);
  if (identity == NULL)
    return error != NULL ? pal_cli_fail_error (error, "the key")
                         : pal_cli_fail (PAL_EXIT_USAGE, "the key needs its passphrase: --pin-fd");
  if (!pal_endpoint_package_write (card, options.output, identity, &error))
    return error->domain == G_IO_ERROR ? pal_cli_fail_output (error, options.output)
                                       : pal_cli_fail_error (error, options.output);

  return PAL_EXIT_OK;
}

/* --- show, add, list, forget ------------------------------------------------------------------ */

/**
 * pal_cmd_endpoint_show:
 *
 * endpoint show FILE|NAME: says what an endpoint file is, or one that is here; changes nothing.
 *
 * Returns: 0; 1 no such endpoint; 2, 3, 4 as "verify"; 64, 66
 */
int
pal_cmd_endpoint_show (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL }, { NULL } };
  g_autoptr (PalEndpointCard) card = NULL;
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  card = g_file_test (argv[1], G_FILE_TEST_EXISTS)
             ? pal_endpoint_package_read (argv[1], NULL, &error)
             : pal_endpoint_store_find (argv[1], &error);
  if (card == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (json)
    print_json (card);
  else
    print_card (card);

  return PAL_EXIT_OK;
}

/* Digits in any grouping, as somebody reads them out. */
static gboolean
is_fingerprint (const char *said, const char *fingerprint)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = said; *p != '\0'; p++)
    if (g_ascii_isxdigit (*p))
      g_string_append_c (digits, g_ascii_tolower (*p));
    else if (*p != ' ' && *p != ':')
      return FALSE;

  return strcmp (digits->str, fingerprint) == 0;
}

/**
 * pal_cmd_endpoint_add:
 *
 * endpoint add FILE --signer FINGERPRINT: keeps an endpoint on this computer. Naming the
 * fingerprint, all of it, is the yes of somebody who compared it.
 *
 * Returns: 0; 1 nobody said yes, another key, or an older file; 2, 3, 4 as "verify"; 64, 66, 74
 */
int
pal_cmd_endpoint_add (int argc, char **argv)
{
  g_autofree char *signer = NULL;
  gboolean accept_other_key = FALSE;
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "signer", 0, 0, G_OPTION_ARG_STRING, &signer,
            "Fingerprint of the signer, compared by telephone", "FINGERPRINT" },
          { "accept-other-key", 0, 0, G_OPTION_ARG_NONE, &accept_other_key,
            "Replace an endpoint that another key signed", NULL },
          { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
          { NULL } };
  g_autoptr (PalEndpointCard) card = NULL;
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  card = pal_endpoint_package_read (argv[1], NULL, &error);
  if (card == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (signer == NULL || !is_fingerprint (signer, card->signer_fingerprint))
    {
      if (json)
        print_json (card);
      else
        print_card (card);
      return pal_cli_fail (PAL_EXIT_INDETERMINATE,
                           signer == NULL
                               ? "nothing was added: compare the signer's fingerprint with the "
                                 "people who run the module, then say --signer FINGERPRINT"
                               : "nothing was added: the file is signed by another key than the "
                                 "one you named");
    }
  if (!pal_endpoint_store_keep (card, accept_other_key, &error))
    return pal_cli_fail_error (error, argv[1]);
  if (json)
    print_json (card);

  return PAL_EXIT_OK;
}

int
pal_cmd_endpoint_list (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL }, { NULL } };
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  cards = pal_endpoint_store_list ();
  json_builder_begin_array (builder);
  for (guint i = 0; i < cards->len; i++)
    {
      PalEndpointCard *card = g_ptr_array_index (cards, i);
      g_autofree char *name
          = pal_text_dup_printable (pal_endpoint_card_get_name (card, NULL), MAX_SHOWN);

      if (!json)
        {
          printf ("%s\t%s\t%s\n", card->id, name, card->url);
          continue;
        }
      json_builder_begin_object (builder);
      build_card (builder, card, NULL);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (json)
    pal_cli_print (builder);

  return PAL_EXIT_OK;
}

int
pal_cmd_endpoint_forget (int argc, char **argv)
{
  g_autoptr (PalEndpointCard) card = NULL;
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, NULL, 1, 1, &code))
    return code;
  card = pal_endpoint_store_find (argv[1], &error);
  if (card == NULL || !pal_endpoint_store_forget (card->id, &error))
    return pal_cli_fail_error (error, argv[1]);

  return PAL_EXIT_OK;
}
