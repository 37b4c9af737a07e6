// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-submission-preview"
#include "config.h"

#include "pal-submission-preview.h"

#include "pal-submission-private.h"

#include <string.h>

#define COMMENT_FORM "comment"

/**
 * pal_submission_preview_free:
 * @self: (nullable) (transfer full): a preview
 */
void
pal_submission_preview_free (PalSubmissionPreview *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->response);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_free (self);
}

static const PalSource *
find_source (PalSubmission *self, const PalSubmissionFile *file)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      const PalSource *source = g_ptr_array_index (self->sources, i);

      if (source->file == file)
        return source;
    }

  return NULL;
}

/**
 * pal_submission_has_preview:
 * @self: a submission
 * @file: one of its files
 *
 * Returns: whether it is a record that people outside government are in, so that somebody has to
 *   see it before it goes
 */
gboolean
pal_submission_has_preview (PalSubmission *self, const PalSubmissionFile *file)
{
  const PalSource *source;

  g_return_val_if_fail (PAL_IS_SUBMISSION (self), FALSE);
  g_return_val_if_fail (file != NULL, FALSE);

  source = find_source (self, file);

  return source != NULL && source->kind == PAL_SOURCE_INSTANCE && file->restricted
         && file->with == NULL && strcmp (source->form_id, COMMENT_FORM) != 0;
}

static guint
count_translations (PalSubmission *self, const PalSubmissionFile *file)
{
  guint n = 0;

  for (guint i = 0; i < self->files->len; i++)
    n += g_strcmp0 (((const PalSubmissionFile *) self->files->pdata[i])->with, file->name) == 0;

  return n;
}

/**
 * pal_submission_preview:
 * @self: a submission
 * @file: one of its files, for which pal_submission_has_preview()
 * @error: return location
 *
 * Reads the very octets that would go. Blocking; any thread, while nobody else has the submission's
 * choices in hand.
 *
 * Returns: (transfer full) (nullable): what goes of it and what does not, in the language of the
 *   submission; errors of the dossier, the form and the response
 */
PalSubmissionPreview *
pal_submission_preview (PalSubmission *self, const PalSubmissionFile *file, GError **error)
{
  g_autoptr (PalSubmissionPreview) preview = g_new0 (PalSubmissionPreview, 1);
  g_autoptr (PalForm) form = NULL;
  const PalSource *source;
  const char *match;

  g_return_val_if_fail (PAL_IS_SUBMISSION (self), NULL);
  g_return_val_if_fail (pal_submission_has_preview (self, file), NULL);

  source = find_source (self, file);
  form = pal_dossier_load_form (self->dossier, source->form_id, source->version, error);
  if (form == NULL)
    return NULL;
  preview->response = pal_response_new_from_instance (form, source->bytes, NULL, error);
  if (preview->response == NULL)
    return NULL;
  match = self->language != NULL ? pal_form_match_language (form, self->language) : NULL;
  if (match != NULL)
    pal_response_set_language (preview->response, match);
  preview->held = g_ptr_array_ref (source->held);
  preview->n_translations = count_translations (self, file);

  return g_steal_pointer (&preview);
}

static void
preview_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalSubmissionPreview *preview = pal_submission_preview (source, task_data, &error);

  (void) cancellable;
  if (preview == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, preview, (GDestroyNotify) pal_submission_preview_free);
}

/**
 * pal_submission_preview_async:
 * @self: a submission
 * @file: one of its files, for which pal_submission_has_preview()
 * @cancellable: (nullable): nobody waits any longer
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_submission_preview() in a thread.
 */
void
pal_submission_preview_async (PalSubmission *self, const PalSubmissionFile *file,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_SUBMISSION (self));
  g_return_if_fail (file != NULL);

  /* The file lives as long as the submission, which the task holds. */
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_submission_preview_async);
  g_task_set_task_data (task, (gpointer) file, NULL);
  g_task_run_in_thread (task, preview_in_thread);
}

/**
 * pal_submission_preview_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): as pal_submission_preview()
 */
PalSubmissionPreview *
pal_submission_preview_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_same_held (GPtrArray *held, GPtrArray *old)
{
  guint n = held != NULL ? held->len : 0;

  if (n != (old != NULL ? old->len : 0))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const PalHeld *one = g_ptr_array_index (held, i);
      const PalHeld *other = g_ptr_array_index (old, i);

      if (one->reason != other->reason || strcmp (one->path, other->path) != 0
          || strcmp (one->value, other->value) != 0)
        return FALSE;
    }

  return TRUE;
}

/**
 * pal_submission_is_same:
 * @self: a submission
 * @file: one of its files
 * @before: an earlier look at the same dossier
 * @old: one of its files
 *
 * Returns: whether the same octets would go, and the same would stay
 */
gboolean
pal_submission_is_same (PalSubmission *self, const PalSubmissionFile *file, PalSubmission *before,
                        const PalSubmissionFile *old)
{
  const PalSource *one;
  const PalSource *other;

  g_return_val_if_fail (PAL_IS_SUBMISSION (self) && PAL_IS_SUBMISSION (before), FALSE);

  one = find_source (self, file);
  other = find_source (before, old);

  return one != NULL && other != NULL && g_strcmp0 (one->sha256, other->sha256) == 0
         && is_same_held (one->held, other->held)
         && count_translations (self, file) == count_translations (before, old);
}
