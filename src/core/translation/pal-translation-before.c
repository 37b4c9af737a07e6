// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translation"
#include "config.h"

#include "pal-translation-private.h"

#include "pal-paths.h"
#include "pal-publish.h"

#include <glib/gstdio.h>

/* What was used on this computer before something else was, so that it can be had back. */

typedef struct
{
  char *id;
  char *language;
  GBytes *bytes; /* (owned) (nullable): nothing was used */
} Was;

struct _PalTranslationBefore
{
  GPtrArray *was;    /* (element-type Was) */
  char *waiting;     /* (owned) (nullable): where a package waited that was accepted */
  GBytes *package;   /* (owned) (nullable): what it was */
  char *fingerprint; /* (owned) (nullable): of a signer who is known since then */
};

static void
was_free (gpointer data)
{
  Was *was = data;

  g_free (was->id);
  g_free (was->language);
  g_clear_pointer (&was->bytes, g_bytes_unref);
  g_free (was);
}

PalTranslationBefore *
pal_translation_before_new (void)
{
  PalTranslationBefore *self = g_new0 (PalTranslationBefore, 1);

  self->was = g_ptr_array_new_with_free_func (was_free);

  return self;
}

/**
 * pal_translation_before_free:
 * @self: (transfer full): what was before
 */
void
pal_translation_before_free (PalTranslationBefore *self)
{
  g_ptr_array_unref (self->was);
  g_free (self->waiting);
  g_clear_pointer (&self->package, g_bytes_unref);
  g_free (self->fingerprint);
  g_free (self);
}

/* (nullable) without an error when there is no such file */
static gboolean
read_file (const char *path, GBytes **bytes, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) local = NULL;

  *bytes = g_file_load_bytes (file, NULL, NULL, &local);
  if (*bytes != NULL || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

gboolean
pal_translation_before_add (PalTranslationBefore *self, const char *id, const char *language,
                            GError **error)
{
  g_autofree char *path = pal_translation_dup_path (id, language);
  GBytes *bytes = NULL;
  Was *was;

  if (path != NULL && !read_file (path, &bytes, error))
    return FALSE;
  was = g_new0 (Was, 1);
  was->id = g_strdup (id);
  was->language = g_strdup (language);
  was->bytes = bytes;
  g_ptr_array_add (self->was, was);

  return TRUE;
}

gboolean
pal_translation_before_add_waiting (PalTranslationBefore *self, const char *path, GError **error)
{
  if (!read_file (path, &self->package, error))
    return FALSE;
  if (self->package != NULL)
    self->waiting = g_strdup (path);

  return TRUE;
}

void
pal_translation_before_add_signer (PalTranslationBefore *self, const char *fingerprint)
{
  g_free (self->fingerprint);
  self->fingerprint = g_strdup (fingerprint);
}

static gboolean
restore_one (const Was *was, GError **error)
{
  g_autofree char *path = NULL;

  if (was->bytes == NULL)
    return pal_translation_forget (was->id, was->language, error);
  path = pal_translation_dup_path (was->id, was->language);

  /* The interface is made anew from it when it is asked for. */
  return pal_publish_bytes (path, was->bytes, error);
}

/**
 * pal_translation_restore:
 * @before: as pal_translation_use_finish() or a package gave it
 * @error: return location
 *
 * Has everything as it was: what is used, what waits, and who is known. Blocking.
 *
 * Returns: whether it is so
 */
gboolean
pal_translation_restore (PalTranslationBefore *before, GError **error)
{
  g_return_val_if_fail (before != NULL, FALSE);

  /* What was used last goes first: it may be twice in a package. */
  for (guint i = before->was->len; i > 0; i--)
    if (!restore_one (g_ptr_array_index (before->was, i - 1), error))
      return FALSE;
  if (before->waiting != NULL && !pal_publish_bytes (before->waiting, before->package, error))
    return FALSE;

  return before->fingerprint == NULL || pal_translation_forget_signer (before->fingerprint, error);
}

static void
restore_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pal_translation_restore (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pal_translation_restore_async:
 * @before: (transfer full): what was before
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_translation_restore() in a thread.
 */
void
pal_translation_restore_async (PalTranslationBefore *before, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_return_if_fail (before != NULL);

  g_task_set_source_tag (task, pal_translation_restore_async);
  g_task_set_task_data (task, before, (GDestroyNotify) pal_translation_before_free);
  g_task_run_in_thread (task, restore_in_thread);
}

/**
 * pal_translation_restore_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: whether everything is as it was
 */
gboolean
pal_translation_restore_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
