// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-job"
#include "config.h"

#include "pal-delivery-private.h"

#include "pal-clock.h"

#include <stdarg.h>
#include <string.h>

#define MAX_LOG_LINES 500

/* Carries an answer of the worker back without keeping the delivery alive: one that is dropped by
 * its owner must not go on sending. */
typedef struct
{
  GWeakRef delivery;
  guint generation;
} Ticket;

static Ticket *
ticket_new (PalDelivery *self)
{
  Ticket *ticket = g_new0 (Ticket, 1);

  g_weak_ref_init (&ticket->delivery, self);
  ticket->generation = self->generation;

  return ticket;
}

/* Returns: (transfer full) (nullable): the delivery, if it still is in the same run. */
PalDelivery *
pal_delivery_redeem (gpointer data)
{
  Ticket *ticket = data;
  g_autoptr (PalDelivery) self = g_weak_ref_get (&ticket->delivery);
  guint generation = ticket->generation;

  g_weak_ref_clear (&ticket->delivery);
  g_free (ticket);
  if (self == NULL || generation != self->generation)
    return NULL;

  return g_steal_pointer (&self);
}

PalDeliveryJob *
pal_delivery_job_new (PalDelivery *self)
{
  PalDeliveryJob *job = g_new0 (PalDeliveryJob, 1);

  job->state_dir = g_strdup (self->state_dir);
  job->archive = g_strdup (self->file->archive);
  job->module_certificate = g_strdup (self->endpoint->module_certificate);
  job->file = pal_delivery_file_copy (self->file);

  return job;
}

static void
pal_delivery_job_free (PalDeliveryJob *job)
{
  g_free (job->state_dir);
  g_free (job->archive);
  g_free (job->module_certificate);
  g_free (job->line);
  g_clear_pointer (&job->p7m, g_bytes_unref);
  pal_delivery_file_free (job->file);
  g_clear_pointer (&job->archive_to_close, pal_delivery_archive_free);
  g_free (job);
}

void
pal_delivery_push (PalDelivery *self, PalDeliveryJob *job, GTaskThreadFunc func,
                   GCancellable *cancellable, GAsyncReadyCallback callback)
{
  GTask *task
      = g_task_new (NULL, cancellable, callback, callback != NULL ? ticket_new (self) : NULL);

  g_task_set_task_data (task, job, (GDestroyNotify) pal_delivery_job_free);
  g_task_set_check_cancellable (task, FALSE);
  pal_worker_push (self->worker, task, func);
}

/* Runs in the worker. */
static void
append_log_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PalDeliveryJob *job = data;
  g_autoptr (GError) error = NULL;

  if (!pal_delivery_file_append_log (job->state_dir, job->line, &error))
    g_debug ("log of a delivery: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
replace_all (char **text, const char *word, const char *by)
{
  g_auto (GStrv) parts = NULL;

  if (word == NULL || strlen (word) < 2)
    return;
  parts = g_strsplit (*text, word, -1);
  g_free (*text);
  *text = g_strjoinv (by, parts);
}

/* What the system says may name folders, and so people: the log is made to be shown to others. */
static char *
dup_without_names (PalDelivery *self, const char *words)
{
  g_autoptr (GUri) uri = self->endpoint->url != NULL
                             ? g_uri_parse (self->endpoint->url, G_URI_FLAGS_ENCODED, NULL)
                             : NULL;
  g_autofree char *folder = g_path_get_dirname (self->file->archive);
  g_autofree char *name = g_path_get_basename (self->file->archive);
  g_autofree char *text = g_strdup (words);
  g_autoptr (GRegex) path = NULL;

  replace_all (&text, self->file->archive, "(archive)");
  replace_all (&text, name, "(archive)");
  replace_all (&text, self->state_dir, "(folder)");
  replace_all (&text, folder, "(folder)");
  replace_all (&text, g_get_home_dir (), "(folder)");
  if (uri != NULL)
    replace_all (&text, g_uri_get_host (uri), "(module)");
  path = g_regex_new ("(?<![^\\s“\"'(=])(?:\\(folder\\))?/[^\\s“”\"']+", 0, 0, NULL);

  return g_regex_replace_literal (path, text, -1, 0, "(path)", 0, NULL);
}

/* Appends an event to the log. Never a secret: neither token nor the address of the upload; and no
 * name of a person, a computer or a folder. */
void
pal_delivery_note (PalDelivery *self, const char *format, ...)
{
  g_autofree char *time = pal_clock_format_rfc3339 (g_get_real_time ());
  g_autofree char *words = NULL;
  g_autofree char *text = NULL;
  PalDeliveryJob *job = pal_delivery_job_new (self);
  va_list arguments;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  text = dup_without_names (self, words);

  job->line = g_strconcat (time, " ", text, NULL);
  if (self->log->len >= MAX_LOG_LINES)
    g_ptr_array_remove_index (self->log, 0);
  g_ptr_array_add (self->log, g_strdup (job->line));
  g_info ("%s", text);
  pal_delivery_push (self, job, append_log_in_worker, NULL, NULL);
}

/* Runs in the worker. */
static void
save_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PalDeliveryJob *job = data;
  GError *error = NULL;

  job->file->changed_us = g_get_real_time ();
  if (!pal_delivery_file_save (job->file, job->state_dir, &error))
    {
      g_debug ("state of a delivery: %s", error->message);
      g_task_return_error (task, error);
    }
  else
    g_task_return_int (task, job->step);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PalDelivery) self = pal_delivery_redeem (data);
  g_autoptr (GError) error = NULL;
  gssize step = g_task_propagate_int (G_TASK (result), &error);

  if (self == NULL)
    return;
  if (error != NULL)
    {
      g_autofree char *message
          = g_strdup_printf ("the state of the delivery cannot be saved: %s", error->message);

      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_LOCAL_IO, message);
      return;
    }
  pal_delivery_steps_run (self, (PalDeliveryStep) step);
}

/* Saves in the background; a failure costs at most a question to the server after a restart. Who
 * does not hold the lock does not write: another program may be sending. */
void
pal_delivery_save (PalDelivery *self)
{
  if (self->archive != NULL && self->archive->lock_fd >= 0)
    pal_delivery_push (self, pal_delivery_job_new (self), save_in_worker, NULL, NULL);
}

/* Saves, and takes @step only when it is on the disk. */
void
pal_delivery_save_then (PalDelivery *self, PalDeliveryStep step)
{
  PalDeliveryJob *job = pal_delivery_job_new (self);

  job->step = step;
  pal_delivery_push (self, job, save_in_worker, NULL, saved_cb);
}
