// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-token"
#include "config.h"

#include "pal-cli-json.h"
#include "pal-verbs.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-text.h"
#include "pal-token.h"

#include <stdio.h>

#define MAX_SHOWN 400

/* Smart cards and what else keeps a key to itself. */

static void
print_line (const char *label, const char *value)
{
  g_autofree char *shown = pal_text_dup_printable (value, MAX_SHOWN);

  printf ("%-12s %s\n", label, shown);
}

static const char *
get_pin_words (const PalToken *token)
{
  switch (token->pin)
    {
    case PAL_TOKEN_PIN_NONE:
      return "none is asked for";
    case PAL_TOKEN_PIN_NEEDED:
      return token->has_keypad ? "typed on the reader" : "needed";
    case PAL_TOKEN_PIN_MISSED:
      return "needed; the last one was wrong, and the token does not say how many tries are left";
    case PAL_TOKEN_PIN_LAST_TRY:
      return "needed; one try is left before the token locks";
    case PAL_TOKEN_PIN_LOCKED:
      return "locked; only whoever issued the token can unlock it";
    case PAL_TOKEN_PIN_NOT_SET:
      return "not set yet; whoever issued the token has to do that";
    }

  return "";
}

static void
print_key (const PalTokenKey *key)
{
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (key->fingerprint);
  g_autofree char *expires = pal_clock_format_rfc3339 (key->expires * G_USEC_PER_SEC);

  print_line ("  key", key->label);
  print_line ("  subject", key->subject);
  print_line ("  kind", key->algorithm != NULL ? key->algorithm : "not one that Palermo uses");
  print_line ("  fingerprint", spoken);
  print_line ("  expires", expires);
  print_line ("  --key", key->uri);
}

static void
print_token (const PalToken *token)
{
  print_line ("token", token->label);
  print_line ("made by", token->manufacturer);
  print_line ("model", token->model);
  print_line ("serial", token->serial);
  print_line ("PIN", get_pin_words (token));
  print_line ("address", token->uri);
  if (token->keys->len == 0)
    print_line ("", "No certificate shows on it without the PIN.");
  for (guint i = 0; i < token->keys->len; i++)
    {
      printf ("\n");
      print_key (g_ptr_array_index (token->keys, i));
    }
}

static void
build_key (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalTokenKey *key = item;

  pal_cli_add_string (builder, "uri", key->uri);
  pal_cli_add_string (builder, "label", key->label);
  pal_cli_add_string (builder, "subject", key->subject);
  pal_cli_add_string (builder, "fingerprint", key->fingerprint);
  pal_cli_add_string (builder, "algorithm", key->algorithm);
  pal_cli_add_time (builder, "expires", key->expires * G_USEC_PER_SEC);
}

static void
build_token (JsonBuilder *builder, gpointer item, gpointer user_data)
{
  const PalToken *token = item;

  pal_cli_add_string (builder, "uri", token->uri);
  pal_cli_add_string (builder, "label", token->label);
  pal_cli_add_string (builder, "manufacturer", token->manufacturer);
  pal_cli_add_string (builder, "model", token->model);
  pal_cli_add_string (builder, "serial", token->serial);
  pal_cli_add_string (builder, "pin", pal_token_pin_to_string (token->pin));
  pal_cli_add_boolean (builder, "keypad", token->has_keypad);
  pal_cli_add_objects (builder, "keys", token->keys, build_key, NULL);
}

/**
 * pal_cmd_identity_tokens:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * Lists the tokens that are plugged in, and what shows on them without a PIN.
 *
 * Returns: the exit code: 66 when there is no software for tokens
 */
int
pal_cmd_identity_tokens (int argc, char **argv)
{
  g_autofree char *module = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "module", 0, 0, G_OPTION_ARG_FILENAME, &module,
      "Ask this PKCS#11 library instead of those that are registered here", "LIBRARY" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  tokens = pal_token_list (module, &error);
  if (tokens == NULL)
    return pal_cli_fail_error (error, "tokens");
  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_objects (builder, "tokens", tokens, build_token, NULL);
      json_builder_end_object (builder);
      pal_cli_print (builder);
      return PAL_EXIT_OK;
    }
  if (tokens->len == 0)
    printf ("No token is plugged in.\n");
  for (guint i = 0; i < tokens->len; i++)
    {
      if (i > 0)
        printf ("\n");
      print_token (g_ptr_array_index (tokens, i));
    }

  return PAL_EXIT_OK;
}
