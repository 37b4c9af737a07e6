// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-choice"
#include "config.h"

#include "pal-endpoint-choice.h"

#include "pal-endpoint-address.h"
#include "pal-endpoint-secrets.h"
#include "pal-endpoint-store.h"
#include "pal-identity.h"
#include "pal-regular-file.h"

#include <string.h>
#include <unistd.h>

#define LONGEST_TOKEN 4096 /* bytes */

/* What the settings said, for the thread; what it finds. */
typedef struct
{
  char *id;              /* (nullable) */
  char *token_file;      /* (nullable) */
  PalEndpoint *endpoint; /* (owned): by hand; then what came of it */
  PalEndpointCard *card; /* (owned) (nullable) */
  PalEndpointAccess access;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->id);
  g_free (loading->token_file);
  g_clear_pointer (&loading->endpoint, pal_endpoint_free);
  g_clear_pointer (&loading->card, pal_endpoint_card_unref);
  g_free (loading);
}

static char *
dup_setting (GSettings *settings, const char *key)
{
  char *text = g_settings_get_string (settings, key);

  if (*text == '\0')
    g_clear_pointer (&text, g_free);

  return text;
}

/**
 * pal_endpoint_choice_read_manners:
 * @settings: the person's settings
 * @manners: (out): what they say; clear with pal_send_manners_clear()
 *
 * A time or an address that is none counts as not set.
 */
void
pal_endpoint_choice_read_manners (GSettings *settings, PalSendManners *manners)
{
  g_autofree char *from = g_settings_get_string (settings, "send-from");
  g_autofree char *until = g_settings_get_string (settings, "send-until");

  *manners = (PalSendManners){ 0 };
  manners->when = (PalSendWhen) g_settings_get_enum (settings, "send-when");
  manners->proxy_mode = (PalProxyMode) g_settings_get_enum (settings, "proxy-mode");
  manners->proxy_url = dup_setting (settings, "proxy-address");
  if (!pal_endpoint_is_proxy_address (manners->proxy_url))
    g_clear_pointer (&manners->proxy_url, g_free);
  manners->max_bytes_per_second = (goffset) g_settings_get_uint (settings, "send-limit") * 1024;
  manners->has_hours = g_settings_get_boolean (settings, "send-hours")
                       && pal_send_policy_parse_minute (from, &manners->from_minute)
                       && pal_send_policy_parse_minute (until, &manners->until_minute);
}

/* A token is one short line. */
static char *
read_token (const char *path)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  int fd = pal_regular_file_open (path, 0, &size, NULL);

  if (fd < 0)
    return NULL;
  if (size <= LONGEST_TOKEN)
    bytes = pal_regular_file_read (fd, size, NULL);
  close (fd);
  if (bytes == NULL)
    return NULL;

  return g_strstrip (g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

/* The file says where to and whom to trust; what gets one in there is the person's own. */
static gboolean
load_chosen (Loading *loading, GError **error)
{
  g_autoptr (PalEndpoint) by_hand = g_steal_pointer (&loading->endpoint);
  PalEndpoint *endpoint;

  loading->card = pal_endpoint_store_find (loading->id, error);
  if (loading->card == NULL)
    return FALSE;
  endpoint = pal_endpoint_store_make_endpoint (loading->card, error);
  if (endpoint == NULL)
    return FALSE;
  if (endpoint->client_certificate == NULL && pal_endpoint_card_wants_certificate (loading->card))
    {
      endpoint->client_certificate = g_steal_pointer (&by_hand->client_certificate);
      endpoint->client_key = g_steal_pointer (&by_hand->client_key);
    }
  pal_send_manners_copy (&by_hand->manners, &endpoint->manners);
  loading->endpoint = endpoint;

  return TRUE;
}

static gboolean
is_locked (const PalEndpoint *endpoint)
{
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;

  if (endpoint->client_key != NULL)
    return FALSE; /* two files of the person's own, as they are */
  identity = pal_identity_load (endpoint->client_certificate, endpoint->client_passphrase, &error);

  return g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
}

static PalEndpointAccess
find_access (const PalEndpointCard *card, const PalEndpoint *endpoint)
{
  gboolean wants_certificate = pal_endpoint_card_wants_certificate (card);

  if ((pal_endpoint_card_wants_token (card) && endpoint->token == NULL)
      || (wants_certificate && endpoint->client_certificate == NULL))
    return PAL_ENDPOINT_ACCESS_MISSING;

  return wants_certificate && is_locked (endpoint) ? PAL_ENDPOINT_ACCESS_LOCKED
                                                   : PAL_ENDPOINT_ACCESS_READY;
}

/* What the person said or wanted remembered; then a file that holds the token. A keyring that stays
 * locked leaves it missing, and the person is asked. */
static void
fill_secrets (Loading *loading, GCancellable *cancellable)
{
  PalEndpoint *endpoint = loading->endpoint;
  g_autoptr (GError) error = NULL;
  g_autofree char *token_file = NULL;

  if (!pal_endpoint_secrets_fill_proxy (&endpoint->manners, cancellable, &error))
    g_info ("the keyring: %s", error->message);
  g_clear_error (&error);
  if (loading->card == NULL)
    {
      if (loading->token_file != NULL)
        endpoint->token = read_token (loading->token_file);
      return;
    }
  if (!pal_endpoint_secrets_fill (loading->card, endpoint, cancellable, &error))
    g_info ("the keyring: %s", error->message);
  token_file = pal_endpoint_store_dup_token_file (loading->card->id);
  if (endpoint->token == NULL && pal_endpoint_card_wants_token (loading->card))
    endpoint->token = token_file != NULL            ? read_token (token_file)
                      : loading->token_file != NULL ? read_token (loading->token_file)
                                                    : NULL;
  loading->access = find_access (loading->card, endpoint);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Loading *loading = task_data;
  GError *error = NULL;
  gboolean is_chosen = loading->id != NULL;

  if (is_chosen && !load_chosen (loading, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (loading->endpoint->url == NULL || loading->endpoint->module_certificate == NULL
      || !g_str_has_prefix (loading->endpoint->url, "https://"))
    g_clear_pointer (&loading->endpoint, pal_endpoint_free);
  else
    fill_secrets (loading, cancellable);
  g_task_return_boolean (task, TRUE);
}

/**
 * pal_endpoint_choice_load_async:
 * @settings: the person's settings
 * @cancellable: (nullable): makes the result be dropped
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * Finds out where archives go.
 */
void
pal_endpoint_choice_load_async (GSettings *settings, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Loading *loading = g_new0 (Loading, 1);

  loading->id = dup_setting (settings, "endpoint-id");
  loading->token_file = dup_setting (settings, "endpoint-token-file");
  loading->endpoint = pal_endpoint_new ();
  loading->endpoint->url = dup_setting (settings, "endpoint-url");
  loading->endpoint->ca_file = dup_setting (settings, "endpoint-ca");
  loading->endpoint->module_certificate = dup_setting (settings, "endpoint-module-certificate");
  loading->endpoint->client_certificate = dup_setting (settings, "endpoint-client-certificate");
  loading->endpoint->client_key = dup_setting (settings, "endpoint-client-key");
  pal_endpoint_choice_read_manners (settings, &loading->endpoint->manners);
  g_task_set_source_tag (task, pal_endpoint_choice_load_async);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * pal_endpoint_choice_load_finish:
 * @result: of the callback
 * @card: (out) (optional) (nullable) (transfer full): the file that was chosen
 * @access: (out) (optional): whether we have what gets us in there
 * @error: return location
 *
 * Returns: (transfer full) (nullable): where archives go; %NULL without an error while nothing is
 *   chosen or something is missing; #PalEndpointError
 */
PalEndpoint *
pal_endpoint_choice_load_finish (GAsyncResult *result, PalEndpointCard **card,
                                 PalEndpointAccess *access, GError **error)
{
  Loading *loading;
  gboolean ok;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  ok = g_task_propagate_boolean (G_TASK (result), error);
  loading = g_task_get_task_data (G_TASK (result));
  if (card != NULL)
    *card = loading->card != NULL ? pal_endpoint_card_ref (loading->card) : NULL;
  if (access != NULL)
    *access = loading->access;

  return ok ? g_steal_pointer (&loading->endpoint) : NULL;
}
