// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-supplement-job"
#include "config.h"

#include "pal-supplement-job.h"

#include "pal-digest.h"

typedef struct
{
  PalDossier *dossier;
  PalIdentity *identity;
  char *path;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->dossier);
  g_object_unref (job->identity);
  g_free (job->path);
  g_free (job);
}

/* The next supplement begins here only when somebody has cleared what is in this one. */
static gboolean
note_packed (Job *job, PalSupplement *supplement, GCancellable *cancellable, GError **error)
{
  g_autofree char *sha256 = NULL;

  if (supplement->present == NULL || pal_dossier_is_read_only (job->dossier))
    return TRUE;
  sha256 = pal_digest_file_hex (job->path, NULL, cancellable, error);

  return sha256 != NULL
         && pal_edition_note_packed (job->dossier, supplement->present, sha256, error);
}

static void
pack_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  g_autoptr (PalSupplement) supplement = pal_supplement_look (job->dossier, &error);

  if (supplement == NULL
      || !pal_supplement_write (supplement, job->dossier, job->path, job->identity, cancellable,
                                &error)
      || !note_packed (job, supplement, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
packed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  pal_clearing_look (PAL_CLEARING (source));
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTask) inner = NULL;
  GError *error = NULL;

  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  inner = g_task_new (g_task_get_source_object (task), g_task_get_cancellable (task), packed_cb,
                      g_object_ref (task));
  g_task_set_source_tag (inner, flushed_cb);
  g_task_set_task_data (inner, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (inner, pack_in_thread);
}

/**
 * pal_supplement_pack_async:
 * @clearing: of an open dossier
 * @path: where the archive shall be
 * @identity: who signs
 * @cancellable: (nullable): stops it
 * @callback: called when the archive is there
 * @user_data: data for @callback
 *
 * Writes what is typed, then packs and signs a supplement, and notes it.
 */
void
pal_supplement_pack_async (PalClearing *clearing, const char *path, PalIdentity *identity,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  PalSession *session = pal_clearing_get_session (clearing);
  GTask *task = NULL;
  Job *job = NULL;

  g_return_if_fail (session != NULL);
  g_return_if_fail (path != NULL && PAL_IS_IDENTITY (identity));

  job = g_new0 (Job, 1);
  job->dossier = g_object_ref (pal_session_get_dossier (session));
  job->identity = g_object_ref (identity);
  job->path = g_strdup (path);
  task = g_task_new (clearing, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_supplement_pack_async);
  g_task_set_task_data (task, job, job_free);
  pal_session_flush_async (session, flushed_cb, task);
}

gboolean
pal_supplement_pack_finish (PalClearing *clearing, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
