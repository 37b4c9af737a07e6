// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-keyring"
#include "config.h"

#include "pal-keyring.h"

#include <libsecret/secret.h>
#include <string.h>

G_DEFINE_QUARK (pal - keyring - error - quark, pal_keyring_error)

static const SecretSchema schema = {
  "app.palermo.Palermo.Secret",
  SECRET_SCHEMA_NONE,
  {
      { "purpose", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "id", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

typedef struct
{
  PalKeyringPurpose purpose;
  char *id;
  char *label;        /* (nullable) */
  SecretValue *value; /* (nullable): in memory that is not swapped, wiped when it is freed */
} Work;

/* These names are kept with each secret and never change. */
static const char *
get_name (PalKeyringPurpose purpose)
{
  switch (purpose)
    {
    case PAL_KEYRING_MODULE_TOKEN:
      return "module-token";
    case PAL_KEYRING_CLIENT_PASSPHRASE:
      return "client-passphrase";
    case PAL_KEYRING_PROXY_LOGIN:
      return "proxy-login";
    case PAL_KEYRING_KEY_PASSPHRASE:
      return "key-passphrase";
    }
  g_assert_not_reached ();
}

static GHashTable *
make_attributes (PalKeyringPurpose purpose, const char *id)
{
  return secret_attributes_build (&schema, "purpose", get_name (purpose), "id", id, NULL);
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static gboolean
fail_locked (GError **error)
{
  g_set_error (error, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_LOCKED,
               "the keyring is locked, and nobody unlocked it");

  return FALSE;
}

/* The words of a keyring are its own; ours say which case it is. A prompt that somebody closes is
 * "cancelled" for some versions of the library, which only the person at our window may be. */
static gboolean
fail (const GError *reason, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_error_matches (reason, SECRET_ERROR, SECRET_ERROR_IS_LOCKED)
      || g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return fail_locked (error);
  if (is_gone (reason))
    g_set_error (error, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE,
                 "the keyring does not answer any more");
  else
    g_set_error (error, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_FAILED, "the keyring failed (%s %d)",
                 g_quark_to_string (reason->domain), reason->code);

  return FALSE;
}

/* A connection of its own for each act: one that is shared would outlive a keyring that ended. */
static SecretService *
open_service (GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;
  SecretService *service = secret_service_open_sync (
      SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, cancellable, &reason);

  if (service != NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return service;
  g_info ("no keyring: %s", reason->message);
  g_set_error (error, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE,
               "this session has no keyring");

  return NULL;
}

static gboolean
store (const Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GHashTable) attributes = make_attributes (work->purpose, work->id);
  g_autoptr (GError) reason = NULL;
  gsize length;
  const char *bytes = secret_value_get (work->value, &length);

  if (length == 0 || length > PAL_KEYRING_MAX_SECRET || !g_utf8_validate (bytes, length, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "a secret is text of 1 to %d bytes", PAL_KEYRING_MAX_SECRET);
      return FALSE;
    }
  service = open_service (cancellable, error);
  if (service == NULL)
    return FALSE;

  return secret_service_store_sync (service, &schema, attributes, SECRET_COLLECTION_DEFAULT,
                                    work->label, work->value, cancellable, &reason)
         || fail (reason, cancellable, error);
}

static char *
look_up (const Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = open_service (cancellable, error);
  g_autoptr (GHashTable) attributes = make_attributes (work->purpose, work->id);
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GError) reason = NULL;
  const char *text;
  GList *items;
  gboolean is_found;

  if (service == NULL)
    return NULL;
  items = secret_service_search_sync (service, &schema, attributes,
                                      SECRET_SEARCH_UNLOCK | SECRET_SEARCH_LOAD_SECRETS,
                                      cancellable, &reason);
  is_found = items != NULL;
  value = is_found ? secret_item_get_secret (items->data) : NULL;
  g_list_free_full (items, g_object_unref);
  if (reason != NULL)
    {
      fail (reason, cancellable, error);
      return NULL;
    }
  if (value == NULL)
    {
      /* It is found while locked: what is missing then is the person's yes. */
      if (is_found && !g_cancellable_set_error_if_cancelled (cancellable, error))
        fail_locked (error);
      return NULL;
    }
  text = secret_value_get_text (value);
  if (text == NULL || *text == '\0' || strlen (text) > PAL_KEYRING_MAX_SECRET)
    {
      g_set_error (error, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_FAILED,
                   "what the keyring holds is not what was put there");
      return NULL;
    }

  return g_strdup (text);
}

static gboolean
is_there (SecretService *service, GHashTable *attributes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;
  GList *items = secret_service_search_sync (service, &schema, attributes, SECRET_SEARCH_NONE,
                                             cancellable, &reason);
  gboolean found = items != NULL;

  g_list_free_full (items, g_object_unref);

  return reason == NULL ? found : fail (reason, cancellable, error);
}

static gboolean
forget (const Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretService) service = open_service (cancellable, error);
  g_autoptr (GHashTable) attributes = make_attributes (work->purpose, work->id);
  g_autoptr (GError) reason = NULL;

  if (service == NULL)
    return FALSE;
  if (secret_service_clear_sync (service, &schema, attributes, cancellable, &reason))
    return TRUE;
  if (reason != NULL)
    return fail (reason, cancellable, error);
  /* Nothing was there, or it is still there because somebody said no. */
  if (is_there (service, attributes, cancellable, &reason))
    return fail_locked (error);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

gboolean
pal_keyring_store (PalKeyringPurpose purpose, const char *id, const char *label, const char *secret,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (SecretValue) value = NULL;
  Work work = { purpose, (char *) id, (char *) label, NULL };

  g_return_val_if_fail (id != NULL && label != NULL && secret != NULL, FALSE);

  work.value = value = secret_value_new (secret, -1, "text/plain");

  return store (&work, cancellable, error);
}

char *
pal_keyring_look_up (PalKeyringPurpose purpose, const char *id, GCancellable *cancellable,
                     GError **error)
{
  const Work work = { purpose, (char *) id, NULL, NULL };

  g_return_val_if_fail (id != NULL, NULL);

  return look_up (&work, cancellable, error);
}

gboolean
pal_keyring_has (PalKeyringPurpose purpose, const char *id, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GHashTable) attributes = NULL;

  g_return_val_if_fail (id != NULL, FALSE);

  attributes = make_attributes (purpose, id);
  service = open_service (cancellable, error);

  return service != NULL && is_there (service, attributes, cancellable, error);
}

gboolean
pal_keyring_forget (PalKeyringPurpose purpose, const char *id, GCancellable *cancellable,
                    GError **error)
{
  const Work work = { purpose, (char *) id, NULL, NULL };

  g_return_val_if_fail (id != NULL, FALSE);

  return forget (&work, cancellable, error);
}
