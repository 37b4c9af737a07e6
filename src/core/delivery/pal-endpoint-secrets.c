// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-secrets"
#include "config.h"

#include "pal-endpoint-secrets.h"

#include "pal-endpoint-store.h"

#include <string.h>

gboolean
pal_endpoint_secrets_is_token (const char *token)
{
  if (*token == '\0' || strlen (token) > PAL_KEYRING_MAX_SECRET)
    return FALSE;
  for (const char *p = token; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;

  return TRUE;
}

static GMutex mutex;
static GHashTable *held; /* (element-type utf8 utf8): by purpose and id */

static char *
dup_place (PalKeyringPurpose purpose, const char *id)
{
  return g_strdup_printf ("%d %s", purpose, id);
}

void
pal_endpoint_secrets_hold (PalKeyringPurpose purpose, const char *id, const char *secret)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_autofree char *place = dup_place (purpose, id);

  g_return_if_fail (id != NULL);

  if (held == NULL)
    held
        = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_secret_free);
  if (secret != NULL)
    g_hash_table_insert (held, g_steal_pointer (&place), g_strdup (secret));
  else
    g_hash_table_remove (held, place);
}

static char *
dup_held (PalKeyringPurpose purpose, const char *id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_autofree char *place = dup_place (purpose, id);

  return held != NULL ? g_strdup (g_hash_table_lookup (held, place)) : NULL;
}

/* Whoever has no keyring is asked each time, as before. */
static gboolean
look_up (PalKeyringPurpose purpose, const char *id, char **secret, GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GError) reason = NULL;

  *secret = dup_held (purpose, id);
  if (*secret != NULL)
    return TRUE;
  *secret = pal_keyring_look_up (purpose, id, cancellable, &reason);
  if (reason == NULL || g_error_matches (reason, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* Another certificate than the one that is kept has a passphrase of its own. */
static gboolean
uses_kept_client (const PalEndpointCard *card, const PalEndpoint *endpoint)
{
  g_autofree char *kept = pal_endpoint_store_dup_client_path (card->id);

  return kept != NULL && g_strcmp0 (kept, endpoint->client_certificate) == 0;
}

gboolean
pal_endpoint_secrets_fill (const PalEndpointCard *card, PalEndpoint *endpoint,
                           GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (card != NULL && endpoint != NULL, FALSE);

  if (pal_endpoint_card_wants_token (card) && endpoint->token == NULL
      && !look_up (PAL_KEYRING_MODULE_TOKEN, card->id, &endpoint->token, cancellable, error))
    return FALSE;
  if (endpoint->client_passphrase != NULL || !pal_endpoint_card_wants_certificate (card)
      || !uses_kept_client (card, endpoint))
    return TRUE;

  return look_up (PAL_KEYRING_CLIENT_PASSPHRASE, card->id, &endpoint->client_passphrase,
                  cancellable, error);
}

gboolean
pal_endpoint_secrets_fill_proxy (PalSendManners *manners, GCancellable *cancellable, GError **error)
{
  char *login = NULL;
  const char *colon;

  if (manners->proxy_mode != PAL_PROXY_BY_HAND || manners->proxy_url == NULL
      || manners->proxy_password != NULL)
    return TRUE;
  if (!look_up (PAL_KEYRING_PROXY_LOGIN, manners->proxy_url, &login, cancellable, error))
    return FALSE;
  colon = login != NULL ? strchr (login, ':') : NULL;
  if (colon != NULL)
    {
      g_free (manners->proxy_user);
      manners->proxy_user = g_strndup (login, colon - login);
      manners->proxy_password = g_strdup (colon + 1);
    }
  pal_secret_free (login);

  return TRUE;
}

gboolean
pal_endpoint_secrets_forget (const char *id, GCancellable *cancellable, GError **error)
{
  const PalKeyringPurpose purposes[] = { PAL_KEYRING_MODULE_TOKEN, PAL_KEYRING_CLIENT_PASSPHRASE };

  for (gsize i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      g_autoptr (GError) reason = NULL;

      pal_endpoint_secrets_hold (purposes[i], id, NULL);
      if (!pal_keyring_forget (purposes[i], id, cancellable, &reason)
          && !g_error_matches (reason, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
    }

  return TRUE;
}
