// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-endpoint"
#include "config.h"

#include "pal-cli-endpoint.h"

#include "pal-cli-key.h"
#include "pal-cli.h"

#include "pal-delivery-rules.h"
#include "pal-endpoint-address.h"
#include "pal-endpoint-secrets.h"
#include "pal-endpoint-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_TOKEN 4096

void
pal_cli_endpoint_options_clear (PalCliEndpointOptions *options)
{
  g_free (options->endpoint);
  g_free (options->ca);
  g_free (options->certificate);
  g_free (options->key);
  g_free (options->module_certificate);
  g_free (options->proxy);
}

char *
pal_cli_endpoint_read_token (int fd, GError **error)
{
  g_autofree char *buffer = g_malloc0 (MAX_TOKEN + 1);
  char *token;
  gsize length = 0;
  gssize n;

  do
    {
      n = read (fd, buffer + length, MAX_TOKEN - length);
      if (n > 0)
        length += n;
    }
  while ((n > 0 && length < MAX_TOKEN) || (n < 0 && errno == EINTR));

  if (n < 0 || length == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no token can be read from descriptor %d",
                   fd);
      return NULL;
    }
  token = g_strdup (g_strstrip (buffer));
  explicit_bzero (buffer, MAX_TOKEN);

  return token;
}

static void
replace_text (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* "system", "none", or an address. */
static gboolean
fill_manners (const PalCliEndpointOptions *options, PalSendManners *manners, int *exit_code)
{
  g_autoptr (GError) error = NULL;

  manners->max_bytes_per_second = options->max_rate;
  if (options->proxy == NULL || strcmp (options->proxy, "system") == 0)
    return TRUE;
  manners->proxy_mode = PAL_PROXY_NONE;
  if (strcmp (options->proxy, "none") == 0)
    return TRUE;
  if (!pal_endpoint_is_proxy_address (options->proxy))
    {
      *exit_code = pal_cli_fail (PAL_EXIT_USAGE, "--proxy is system, none, or an address such as "
                                                 "http://proxy.example:3128 without a name or a "
                                                 "password");
      return FALSE;
    }
  manners->proxy_mode = PAL_PROXY_BY_HAND;
  manners->proxy_url = g_strdup (options->proxy);
  if (options->proxy_password_fd >= 0)
    {
      char *secret = pal_cli_read_secret (options->proxy_password_fd, "", &error);
      const char *colon = secret != NULL ? strchr (secret, ':') : NULL;

      if (colon != NULL)
        {
          manners->proxy_user = g_strndup (secret, colon - secret);
          manners->proxy_password = g_strdup (colon + 1);
        }
      pal_secret_free (secret);
      if (colon == NULL)
        {
          *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "no NAME:PASSWORD can be read");
          return FALSE;
        }
    }
  else if (!pal_endpoint_secrets_fill_proxy (manners, NULL, &error))
    {
      *exit_code = pal_cli_fail_error (error, options->proxy);
      return FALSE;
    }

  return TRUE;
}

/* Files of other options stand for what is kept, and then the keyring is not asked. */
static gboolean
fill_remembered (const PalCliEndpointOptions *options, const PalEndpointCard *card,
                 PalEndpoint *endpoint, int *exit_code)
{
  g_autoptr (GError) error = NULL;

  if (options->token_fd >= 0)
    endpoint->token = pal_cli_endpoint_read_token (options->token_fd, &error);
  if (options->certificate != NULL)
    {
      replace_text (&endpoint->client_certificate, options->certificate);
      replace_text (&endpoint->client_key, options->key);
    }
  if (error == NULL && pal_endpoint_secrets_fill (card, endpoint, NULL, &error))
    return TRUE;
  *exit_code = error->domain == G_IO_ERROR ? pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message)
                                           : pal_cli_fail_error (error, options->endpoint);

  return FALSE;
}

/* One that a person said yes to earlier, with what is kept for it. */
static PalEndpoint *
find_kept_endpoint (const PalCliEndpointOptions *options, int *exit_code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpointCard) card = pal_endpoint_store_find (options->endpoint, &error);
  g_autoptr (PalEndpoint) endpoint
      = card != NULL ? pal_endpoint_store_make_endpoint (card, &error) : NULL;
  g_autofree char *token_file = NULL;

  if (endpoint == NULL)
    {
      *exit_code = pal_cli_fail_error (error, options->endpoint);
      return NULL;
    }
  if (pal_endpoint_card_wants_certificate (card) && endpoint->client_certificate == NULL
      && options->certificate == NULL)
    {
      *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "this endpoint wants a certificate of ours: "
                                                    "\"endpoint set NAME --client KEY\"");
      return NULL;
    }
  if (options->pin_fd >= 0)
    endpoint->client_passphrase = pal_cli_read_secret (options->pin_fd, "", &error);
  token_file = pal_endpoint_store_dup_token_file (card->id);
  if (pal_endpoint_card_wants_token (card) && token_file != NULL && options->token_fd < 0)
    {
      int fd = g_open (token_file, O_RDONLY | O_CLOEXEC, 0);

      endpoint->token = fd >= 0 ? pal_cli_endpoint_read_token (fd, &error) : NULL;
      if (fd >= 0)
        close (fd);
      if (endpoint->token == NULL)
        {
          *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "the file with the token cannot be read");
          return NULL;
        }
    }

  return fill_remembered (options, card, endpoint, exit_code) ? g_steal_pointer (&endpoint) : NULL;
}

static gboolean
fill (const PalCliEndpointOptions *options, PalEndpoint *endpoint, int *exit_code)
{
  g_autoptr (GError) error = NULL;
  const char *const files[]
      = { options->ca, options->certificate, options->key, options->module_certificate };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i] != NULL && g_access (files[i], R_OK) != 0)
      {
        *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", files[i], g_strerror (errno));
        return FALSE;
      }
  if (!fill_manners (options, &endpoint->manners, exit_code))
    return FALSE;
  if (endpoint->url == NULL)
    endpoint->url = g_strdup (options->endpoint);
  if (options->ca != NULL)
    replace_text (&endpoint->ca_file, options->ca);
  if (options->certificate != NULL)
    {
      replace_text (&endpoint->client_certificate, options->certificate);
      replace_text (&endpoint->client_key, options->key);
    }
  if (options->module_certificate != NULL)
    replace_text (&endpoint->module_certificate, options->module_certificate);
  if (options->token_fd >= 0 && endpoint->token == NULL)
    {
      endpoint->token = pal_cli_endpoint_read_token (options->token_fd, &error);
      if (endpoint->token == NULL)
        {
          *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * pal_cli_endpoint_make:
 * @options: what was given
 * @exit_code: (out): what to end with when it returns %NULL
 *
 * Reads what the options name: an endpoint that is kept, or an address and its certificates.
 *
 * Returns: (transfer full) (nullable): the endpoint; %NULL when it cannot be used, which was said
 */
PalEndpoint *
pal_cli_endpoint_make (const PalCliEndpointOptions *options, int *exit_code)
{
  gboolean is_address = options->endpoint != NULL && strstr (options->endpoint, "://") != NULL;
  g_autoptr (PalEndpoint) endpoint = NULL;
  g_autofree char *origin = NULL;

  if (options->endpoint == NULL || (is_address && options->module_certificate == NULL)
      || options->max_rate < 0 || (options->certificate == NULL) != (options->key == NULL))
    {
      *exit_code = pal_cli_fail (PAL_EXIT_USAGE, "this needs --endpoint, with an address "
                                                 "--module-cert as well, and --cert only with "
                                                 "--key");
      return NULL;
    }
  endpoint = is_address ? pal_endpoint_new () : find_kept_endpoint (options, exit_code);
  if (endpoint == NULL)
    return NULL;
  origin = pal_delivery_rules_dup_origin (is_address ? options->endpoint : endpoint->url);
  if (origin == NULL)
    {
      *exit_code = pal_cli_fail (
          PAL_EXIT_USAGE, "the endpoint must be an https address without a name or a password");
      return NULL;
    }

  return fill (options, endpoint, exit_code) ? g_steal_pointer (&endpoint) : NULL;
}
