// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-key-memory"
#include "config.h"

#include "pal-key-memory.h"

#include "pal-identity-store.h"
#include "pal-keyring.h"
#include "pal-text.h"

#include <glib/gi18n.h>

#define MAX_NAME 120 /* bytes */

/**
 * pal_key_memory_keep:
 * @identity: a key
 * @passphrase: what unlocks it; an empty one need not be kept
 * @error: return location
 *
 * Returns: whether it is kept; #PalKeyringError
 */
gboolean
pal_key_memory_keep (PalIdentity *identity, const char *passphrase, GError **error)
{
  g_autofree char *name
      = pal_text_dup_printable (pal_identity_get_common_name (identity), MAX_NAME);
  /* TRANSLATORS: how the keyring of the desktop calls it; %s is the name in the key. */
  g_autofree char *label = g_strdup_printf (_ ("Palermo: passphrase of the key of %s"), name);

  return *passphrase == '\0'
         || pal_keyring_store (PAL_KEYRING_KEY_PASSPHRASE, pal_identity_get_fingerprint (identity),
                               label, passphrase, NULL, error);
}

gboolean
pal_key_memory_forget (const char *fingerprint, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (pal_keyring_forget (PAL_KEYRING_KEY_PASSPHRASE, fingerprint, NULL, &reason)
      || g_error_matches (reason, PAL_KEYRING_ERROR, PAL_KEYRING_ERROR_UNAVAILABLE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* --- whether there is one --- */

static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (PalIdentityEntry) current = pal_identity_store_find_current ();
  GError *error = NULL;
  /* Without a key the question is only whether there is a keyring. */
  gboolean is_kept = pal_keyring_has (
      PAL_KEYRING_KEY_PASSPHRASE, current != NULL ? current->fingerprint : "", cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (
        task, is_kept && current != NULL ? g_strdup (current->fingerprint) : NULL, g_free);
}

void
pal_key_memory_find_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_key_memory_find_async);
  g_task_run_in_thread (task, find_in_thread);
}

gboolean
pal_key_memory_find_finish (GAsyncResult *result, char **fingerprint, GError **error)
{
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  *fingerprint = g_task_propagate_pointer (G_TASK (result), &reason);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* --- unlocking --- */

static void
unlock_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (PalIdentityEntry) current = pal_identity_store_find_current ();
  g_autoptr (PalIdentity) identity = NULL;
  GError *error = NULL;
  char *passphrase = current != NULL ? pal_keyring_look_up (
                         PAL_KEYRING_KEY_PASSPHRASE, current->fingerprint, cancellable, &error)
                                     : NULL;

  if (passphrase != NULL)
    identity = pal_identity_load (current->path, passphrase, &error);
  pal_secret_free (passphrase);
  /* It was changed elsewhere: what is remembered is of no more use. */
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE))
    pal_key_memory_forget (current->fingerprint, NULL);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&identity), g_object_unref);
}

void
pal_key_memory_unlock_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pal_key_memory_unlock_async);
  g_task_run_in_thread (task, unlock_in_thread);
}

PalIdentity *
pal_key_memory_unlock_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
