// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-meta"
#include "config.h"

#include "pal-dossier-private.h"

#include <string.h>

/* Small facts about a dossier, beside the log: title, state, cluster, where one was. */

/**
 * pal_dossier_get_meta:
 * @self: a dossier
 * @key: which fact
 *
 * Any thread; from memory.
 *
 * Returns: (transfer full) (nullable): the fact, or %NULL when it is not known
 */
char *
pal_dossier_get_meta (PalDossier *self, const char *key)
{
  char *value;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  g_mutex_lock (&self->mutex);
  value = g_strdup (g_hash_table_lookup (self->meta, key));
  g_mutex_unlock (&self->mutex);

  return value;
}

typedef struct
{
  char *key;
  char *value; /* (nullable) */
} Meta;

static void
meta_free (gpointer data)
{
  Meta *meta = data;

  g_free (meta->key);
  g_free (meta->value);
  g_free (meta);
}

static Meta *
meta_new (const char *key, const char *value)
{
  Meta *meta = g_new0 (Meta, 1);

  meta->key = g_strdup (key);
  meta->value = g_strdup (value);

  return meta;
}

static void
set_meta_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  Meta *meta = task_data;
  GError *error = NULL;
  gboolean ok = pal_dossier_begin_job (self, TRUE, &error);

  if (ok
      && (strlen (meta->key) > PAL_DOSSIER_MAX_NAME_BYTES
          || (meta->value != NULL && strlen (meta->value) > PAL_DOSSIER_MAX_VALUE_BYTES)))
    {
      g_set_error (&error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "too long");
      ok = FALSE;
    }
  ok = ok
       && (meta->value != NULL
               ? pal_sql_run (self->db, &error, "INSERT OR REPLACE INTO meta VALUES (?1, ?2)", "ss",
                              meta->key, meta->value)
               : pal_sql_run (self->db, &error, "DELETE FROM meta WHERE key = ?1", "s", meta->key));
  if (!ok)
    {
      g_task_return_error (task, error);
      return;
    }

  g_mutex_lock (&self->mutex);
  if (meta->value != NULL)
    g_hash_table_insert (self->meta, g_steal_pointer (&meta->key), g_steal_pointer (&meta->value));
  else
    g_hash_table_remove (self->meta, meta->key);
  g_mutex_unlock (&self->mutex);
  g_task_return_boolean (task, TRUE);
}

/**
 * pal_dossier_set_meta:
 * @self: a dossier
 * @key: which fact; "id" is the dossier's own
 * @value: (nullable): the fact, or %NULL to forget it
 * @error: return location
 *
 * Blocking: keeps a small fact; durable when it returns.
 *
 * Returns: whether it is kept
 */
gboolean
pal_dossier_set_meta (PalDossier *self, const char *key, const char *value, GError **error)
{
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (key != NULL && !g_str_equal (key, "id"), FALSE);

  task = pal_dossier_run (self, NULL, pal_dossier_set_meta, meta_new (key, value), meta_free,
                          set_meta_in_worker);

  return g_task_propagate_boolean (task, error);
}

/**
 * pal_dossier_set_meta_async:
 * @self: a dossier
 * @key: which fact
 * @value: (nullable): the fact
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_set_meta().
 */
void
pal_dossier_set_meta_async (PalDossier *self, const char *key, const char *value,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (key != NULL && !g_str_equal (key, "id"));

  pal_dossier_push (self, NULL, pal_dossier_set_meta_async, meta_new (key, value), meta_free,
                    set_meta_in_worker, callback, user_data);
}

/**
 * pal_dossier_set_meta_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
pal_dossier_set_meta_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
