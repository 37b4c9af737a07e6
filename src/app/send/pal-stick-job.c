// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stick-job"
#include "config.h"

#include "pal-stick-job.h"

#include "pal-digest.h"
#include "pal-module-trust.h"
#include "pal-seal.h"
#include "pal-stick.h"

#include <errno.h>
#include <glib/gstdio.h>

#define LOOK_MS 150
#define FULL 1000 /* parts of the whole */

typedef struct
{
  char *archive;
  char *folder;
  char *module_certificate; /* (nullable): as it was agreed on */
  char *target;
  PalStickJobProgress progress;
  gpointer progress_data;
  guint look_id;
  gint copies; /* atomic */
  gint done;   /* atomic: of FULL */
} Job;

static void
job_free (Job *job)
{
  g_clear_handle_id (&job->look_id, g_source_remove);
  g_free (job->archive);
  g_free (job->folder);
  g_free (job->module_certificate);
  g_free (job->target);
  g_free (job);
}

/* Runs in the thread. */
static void
note (double fraction, gpointer user_data)
{
  Job *job = user_data;

  g_atomic_int_set (&job->done, (int) (fraction * FULL));
}

static gboolean
look_cb (gpointer user_data)
{
  Job *job = user_data;

  job->progress (g_atomic_int_get (&job->copies) != 0,
                 (double) g_atomic_int_get (&job->done) / FULL, job->progress_data);

  return G_SOURCE_CONTINUE;
}

/* What was sealed for this module before and is sound need not be sealed again; then what is on the
 * stick already may be kept, too. */
static char *
find_sealed (const char *parent, const char *sha256, GCancellable *cancellable)
{
  g_autofree char *folder = g_build_filename (parent, sha256, NULL);
  g_autoptr (PalSealed) sealed = pal_sealed_load (folder, NULL);

  if (sealed == NULL || g_strcmp0 (sealed->sha256, sha256) != 0
      || !pal_sealed_check_volumes (sealed, folder, 1, cancellable, NULL))
    return NULL;

  return g_steal_pointer (&folder);
}

/* For the key that the module has now, if a person accepted another one since. */
static char *
seal (Job *job, const char *sha256, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (PalModuleTrust) trust = pal_module_trust_load (job->module_certificate, error);
  const PalModulePin *present;
  g_autofree char *name = NULL;
  g_autofree char *parent = NULL;
  char *found;

  if (trust == NULL)
    return NULL;
  present = pal_module_trust_get_present (trust);
  name = g_strdup_printf ("sealed-%.16s", present->fingerprint);
  parent = g_build_filename (job->folder, name, NULL);
  if (g_mkdir_with_parents (parent, 0700) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s", g_strerror (number));
      return NULL;
    }
  found = find_sealed (parent, sha256, cancellable);
  if (found != NULL)
    return found;
  g_ptr_array_add (recipients, present->certificate);

  return pal_seal (job->archive, parent, recipients, note, job, cancellable, error);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  g_autofree char *sha256 = pal_digest_file_hex (job->archive, NULL, cancellable, &error);
  g_autofree char *sealed = NULL;
  g_autofree char *name = NULL;
  g_autoptr (PalStickCopy) copy = NULL;

  if (sha256 != NULL && job->module_certificate != NULL)
    sealed = seal (job, sha256, cancellable, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  note (0, job);
  g_atomic_int_set (&job->copies, 1);
  /* A name that no other archive has: nobody else's file gives way to it. */
  name = g_strconcat (sha256, ".asice", NULL);
  copy = pal_stick_copy (sealed != NULL ? sealed : job->archive, job->target, name, note, job,
                         cancellable, &error);
  if (copy == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
pal_stick_job_async (const char *archive, const char *folder, const char *module_certificate,
                     const char *target, PalStickJobProgress progress, gpointer progress_data,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->archive = g_strdup (archive);
  job->folder = g_strdup (folder);
  job->module_certificate = g_strdup (module_certificate);
  job->target = g_strdup (target);
  job->progress = progress;
  job->progress_data = progress_data;
  job->look_id = g_timeout_add (LOOK_MS, look_cb, job);
  g_task_set_source_tag (task, pal_stick_job_async);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  /* What is on the stick is on the stick: a late "stop" does not unsay it. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run_in_thread);
}

gboolean
pal_stick_job_finish (GAsyncResult *result, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  g_clear_handle_id (&job->look_id, g_source_remove);

  return g_task_propagate_boolean (G_TASK (result), error);
}
