// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-hand-over-job"
#include "config.h"

#include "pal-hand-over-job.h"

#include "pal-publish.h"

typedef struct
{
  PalDossier *dossier;
  PalHandOverPeriod period;
  char *path; /* (nullable) */
  GTaskThreadFunc work;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->dossier);
  g_free (job->path);
  g_free (job);
}

/* --- on the thread */

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  g_autoptr (GBytes) text = pal_hand_over_make_for (job->dossier, PAL_HAND_OVER_JSON, &job->period,
                                                    cancellable, &error);
  JsonNode *root = text != NULL ? json_from_string (g_bytes_get_data (text, NULL), &error) : NULL;

  if (root == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, root, (GDestroyNotify) json_node_unref);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  PalHandOverFormat format
      = g_str_has_suffix (job->path, ".json") ? PAL_HAND_OVER_JSON : PAL_HAND_OVER_MARKDOWN;
  g_autoptr (GBytes) text
      = pal_hand_over_make_for (job->dossier, format, &job->period, cancellable, &error);

  if (text == NULL || !pal_publish_bytes (job->path, text, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static PalTrailReport *
check (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);

  return stream != NULL ? pal_trail_check (G_INPUT_STREAM (stream), cancellable, error) : NULL;
}

static gboolean
write_trail (Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (job->path);
  g_autoptr (GFileOutputStream) stream
      = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, cancellable, error);
  g_autoptr (GOutputStream) buffered
      = stream != NULL ? g_buffered_output_stream_new (G_OUTPUT_STREAM (stream)) : NULL;

  return buffered != NULL
         && pal_trail_write (job->dossier, PAL_TRAIL_DEFAULT, buffered, NULL, cancellable, error)
         && g_output_stream_close (buffered, cancellable, error);
}

static void
return_report (GTask *task, PalTrailReport *report, GError *error)
{
  if (report == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, report, (GDestroyNotify) pal_trail_report_free);
}

static void
save_trail_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  PalTrailReport *report = NULL;

  if (write_trail (job, cancellable, &error))
    report = check (job->path, cancellable, &error);
  return_report (task, report, error);
}

static void
check_trail_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  PalTrailReport *report = check (job->path, cancellable, &error);

  return_report (task, report, error);
}

/* --- the way there */

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* What could not be saved is shown by the window's banner; what is saved can be told. */
  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    g_info ("a hand-over of a dossier with unsaved answers: %s", error->message);
  g_task_run_in_thread (task, job->work);
}

static void
start (PalSession *session, GTaskThreadFunc work, const PalHandOverPeriod *period, const char *path,
       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->dossier = g_object_ref (pal_session_get_dossier (session));
  job->work = work;
  job->path = g_strdup (path);
  if (period != NULL)
    job->period = *period;
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, job, job_free);
  pal_session_flush_async (session, flushed_cb, task);
}

/**
 * pal_hand_over_read_async:
 * @session: an open dossier
 * @period: (nullable): from when to when
 * @callback: called when it is read
 * @user_data: data for @callback
 */
void
pal_hand_over_read_async (PalSession *session, const PalHandOverPeriod *period,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  start (session, read_in_thread, period, NULL, callback, user_data);
}

JsonNode *
pal_hand_over_read_finish (PalSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
pal_hand_over_save_async (PalSession *session, const PalHandOverPeriod *period, const char *path,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  start (session, save_in_thread, period, path, callback, user_data);
}

gboolean
pal_hand_over_save_finish (PalSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pal_hand_over_save_trail_async (PalSession *session, const char *path, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  start (session, save_trail_in_thread, NULL, path, callback, user_data);
}

void
pal_hand_over_check_trail_async (PalSession *session, const char *path,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  start (session, check_trail_in_thread, NULL, path, callback, user_data);
}

PalTrailReport *
pal_hand_over_trail_finish (PalSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
