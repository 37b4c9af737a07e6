// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-endpoint-set"
#include "config.h"

#include "pal-cli-endpoint.h"
#include "pal-cli-key.h"
#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-endpoint-secrets.h"
#include "pal-endpoint-store.h"
#include "pal-keyring.h"
#include "pal-text.h"
#include "pal-token.h"

#define MAX_SHOWN 120

/* What gets us into an endpoint, from the command line: files are kept with it, secrets in the
 * keyring, and those only with --remember. */

typedef struct
{
  char *client;
  char *token_file;
  gboolean no_client;
  gboolean no_token_file;
  gboolean remember;
  gboolean no_remember;
  int pin_fd;
  int token_fd;
} SetOptions;

static void
set_options_clear (SetOptions *options)
{
  g_free (options->client);
  g_free (options->token_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SetOptions, set_options_clear)

/* What was remembered for another certificate or another way in; without a keyring there is none.
 */
static gboolean
forget (PalKeyringPurpose purpose, const char *id, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (pal_keyring_forget (purpose, id, NULL, &reason)
      || g_error_matches (reason, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

static gboolean
remember (PalKeyringPurpose purpose, const PalEndpointCard *card, const char *secret,
          GError **error)
{
  g_autofree char *name
      = pal_text_dup_printable (pal_endpoint_card_get_name (card, NULL), MAX_SHOWN);
  g_autofree char *label = g_strdup_printf (purpose == PAL_KEYRING_MODULE_TOKEN
                                                ? "Palermo: access token for %s"
                                                : "Palermo: passphrase of the certificate for %s",
                                            name);

  return pal_keyring_store (purpose, card->id, label, secret, NULL, error);
}

/* The file that is kept is sealed with the passphrase of the one that was given. */
static gboolean
keep_client (const PalEndpointCard *card, const SetOptions *options, GError **error)
{
  g_autoptr (PalIdentity) identity = NULL;
  char *secret;
  gboolean ok;

  /* Before a try of its PIN is used. */
  if (pal_token_is_uri (options->client))
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_UNSUPPORTED,
                   "a key on a token cannot be kept with an endpoint");
      return FALSE;
    }
  identity = pal_cli_load_key_and_secret (options->client, options->pin_fd, &secret, error);
  ok = identity != NULL && pal_endpoint_store_set_client (card->id, identity, secret, error)
       && (options->remember && secret != NULL
               ? remember (PAL_KEYRING_CLIENT_PASSPHRASE, card, secret, error)
               : forget (PAL_KEYRING_CLIENT_PASSPHRASE, card->id, error));

  pal_secret_free (secret);
  if (identity == NULL && error != NULL && *error == NULL)
    g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE,
                 "the key needs its passphrase: --pin-fd");

  return ok;
}

/* A token that is remembered stands instead of a file that was named before. */
static gboolean
keep_token (const PalEndpointCard *card, int token_fd, GError **error)
{
  char *token = pal_cli_endpoint_read_token (token_fd, error);
  gboolean ok = FALSE;

  if (token != NULL && !pal_endpoint_secrets_is_token (token))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "this is no token: one word of letters, digits and signs");
  else if (token != NULL)
    ok = remember (PAL_KEYRING_MODULE_TOKEN, card, token, error)
         && pal_endpoint_store_set_token_file (card->id, NULL, error);
  pal_secret_free (token);

  return ok;
}

static gboolean
are_sound (const SetOptions *options)
{
  gboolean has_secret = options->token_fd >= 0 || (options->client != NULL && options->pin_fd >= 0);
  gboolean says_token_file = options->token_file != NULL || options->no_token_file;

  if ((options->client != NULL && options->no_client)
      || (options->token_file != NULL && options->no_token_file)
      || (options->token_fd >= 0 && (says_token_file || !options->remember))
      || (options->remember && (options->no_remember || !has_secret)))
    return FALSE;

  return options->client != NULL || options->no_client || says_token_file || options->token_fd >= 0
         || options->no_remember;
}

static int
set (PalEndpointCard *card, const SetOptions *options)
{
  g_autofree char *absolute
      = options->token_file != NULL ? g_canonicalize_filename (options->token_file, NULL) : NULL;
  g_autoptr (GError) error = NULL;

  if (options->no_remember && !pal_endpoint_secrets_forget (card->id, NULL, &error))
    return pal_cli_fail_error (error, "the keyring");
  if (options->client != NULL && !keep_client (card, options, &error))
    return pal_cli_fail_error (error, options->client);
  if (options->no_client
      && (!forget (PAL_KEYRING_CLIENT_PASSPHRASE, card->id, &error)
          || !pal_endpoint_store_set_client (card->id, NULL, NULL, &error)))
    return pal_cli_fail_error (error, "our certificate");
  if (options->token_fd >= 0 && !keep_token (card, options->token_fd, &error))
    return pal_cli_fail_error (error, "the token");
  if (options->token_file != NULL && !forget (PAL_KEYRING_MODULE_TOKEN, card->id, &error))
    return pal_cli_fail_error (error, "the token");
  if ((options->token_file != NULL || options->no_token_file)
      && !pal_endpoint_store_set_token_file (card->id, absolute, &error))
    return pal_cli_fail_error (error, "the token");

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_endpoint_set:
 *
 * endpoint set NAME: keeps with an endpoint what gets us in there.
 *
 * Returns: 0; 1 no such endpoint; 64; 66 no keyring, or a locked one; 74
 */
int
pal_cmd_endpoint_set (int argc, char **argv)
{
  g_auto (SetOptions) options = { .pin_fd = -1, .token_fd = -1 };
  const GOptionEntry entries[]
      = { { "client", 0, 0, G_OPTION_ARG_FILENAME, &options.client,
            "Our certificate for it, with its key", "FILE.p12|KEY.pem+CERT.pem" },
          { "pin-fd", 0, 0, G_OPTION_ARG_INT, &options.pin_fd,
            "Read the passphrase of that file from this descriptor", "N" },
          { "no-client", 0, 0, G_OPTION_ARG_NONE, &options.no_client, "Take our certificate away",
            NULL },
          { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &options.token_file,
            "Where the token is; it is not copied", "FILE" },
          { "no-token-file", 0, 0, G_OPTION_ARG_NONE, &options.no_token_file,
            "Forget where the token is", NULL },
          { "token-fd", 0, 0, G_OPTION_ARG_INT, &options.token_fd,
            "Read the token from this descriptor, with --remember", "N" },
          { "remember", 0, 0, G_OPTION_ARG_NONE, &options.remember,
            "Keep the token, or the passphrase, in the keyring of the desktop", NULL },
          { "no-remember", 0, 0, G_OPTION_ARG_NONE, &options.no_remember,
            "Take both out of the keyring", NULL },
          { NULL } };
  g_autoptr (PalEndpointCard) card = NULL;
  g_autoptr (GError) error = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (!are_sound (&options))
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "say what to set, and each but once; --token-fd goes with --remember, and "
                         "--remember with --token-fd, or with --client and --pin-fd");
  card = pal_endpoint_store_find (argv[1], &error);
  if (card == NULL)
    return pal_cli_fail_error (error, argv[1]);

  return set (card, &options);
}
