// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery"
#include "config.h"

#include "pal-delivery-private.h"

#include "pal-clock.h"
#include "pal-digest.h"
#include "pal-publish.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LOG_LINES 500
#define MAX_RECEIPT (1 << 20)
#define MAX_OLD_REFUSALS 8

enum
{
  PROP_0,
  PROP_STATE,
  PROP_REASON,
  PROP_MESSAGE,
  PROP_SENT,
  PROP_SIZE,
  PROP_NEXT_TRY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PalDelivery, pal_delivery, G_TYPE_OBJECT)

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
static PalDelivery *
ticket_redeem (Ticket *ticket)
{
  g_autoptr (PalDelivery) self = g_weak_ref_get (&ticket->delivery);
  guint generation = ticket->generation;

  g_weak_ref_clear (&ticket->delivery);
  g_free (ticket);
  if (self == NULL || generation != self->generation)
    return NULL;

  return g_steal_pointer (&self);
}

/* One job for the worker. */
typedef struct
{
  char *state_dir;
  char *archive;
  char *module_certificate;
  char *line;
  GBytes *p7m;
  PalDeliveryFile *file;
  PalDeliveryStep step;
  gboolean keeps_old;
  PalDeliveryArchive *archive_to_close;
} Job;

static Job *
job_new (PalDelivery *self)
{
  Job *job = g_new0 (Job, 1);

  job->state_dir = g_strdup (self->state_dir);
  job->archive = g_strdup (self->file->archive);
  job->module_certificate = g_strdup (self->endpoint->module_certificate);
  job->file = pal_delivery_file_copy (self->file);

  return job;
}

static void
job_free (Job *job)
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

static void
push_job (PalDelivery *self, Job *job, GTaskThreadFunc func, GCancellable *cancellable,
          GAsyncReadyCallback callback)
{
  GTask *task
      = g_task_new (NULL, cancellable, callback, callback != NULL ? ticket_new (self) : NULL);

  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_set_check_cancellable (task, FALSE);
  pal_worker_push (self->worker, task, func);
}

/* Runs in the worker. */
static void
append_log_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (!pal_delivery_file_append_log (job->state_dir, job->line, &error))
    g_debug ("log of a delivery: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/* Appends an event to the log. Never a secret: neither token nor the address of the upload. */
void
pal_delivery_note (PalDelivery *self, const char *format, ...)
{
  g_autofree char *time = pal_clock_format_rfc3339 (g_get_real_time ());
  g_autofree char *text = NULL;
  Job *job = job_new (self);
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  job->line = g_strconcat (time, " ", text, NULL);
  if (self->log->len >= MAX_LOG_LINES)
    g_ptr_array_remove_index (self->log, 0);
  g_ptr_array_add (self->log, g_strdup (job->line));
  g_info ("%s", text);
  push_job (self, job, append_log_in_worker, NULL, NULL);
}

/* Runs in the worker. */
static void
save_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
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
  g_autoptr (PalDelivery) self = ticket_redeem (data);
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
    push_job (self, job_new (self), save_in_worker, NULL, NULL);
}

/* Saves, and takes @step only when it is on the disk. */
void
pal_delivery_save_then (PalDelivery *self, PalDeliveryStep step)
{
  Job *job = job_new (self);

  job->step = step;
  push_job (self, job, save_in_worker, NULL, saved_cb);
}

void
pal_delivery_set_sent (PalDelivery *self, goffset sent)
{
  if (self->file->sent == sent)
    return;
  self->file->sent = sent;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENT]);
}

static void
set_size (PalDelivery *self, goffset size)
{
  if (self->file->size == size)
    return;
  self->file->size = size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
}

/* Sets what a person sees, saves it, and tells once about each thing that changed. */
void
pal_delivery_set_state (PalDelivery *self, PalDeliveryState state, PalDeliveryReason reason,
                        const char *message)
{
  PalDeliveryFile *file = self->file;

  g_object_freeze_notify (G_OBJECT (self));
  if (file->reason != reason)
    {
      file->reason = reason;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
    }
  if (g_strcmp0 (file->message, message) != 0)
    {
      g_free (file->message);
      file->message = g_strdup (message);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEXT_TRY]);
  if (file->state != state)
    {
      file->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  pal_delivery_save (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Runs in the worker, after everything that was to be saved under the lock. */
static void
close_archive_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  g_clear_pointer (&job->archive_to_close, pal_delivery_archive_free);
  g_task_return_boolean (task, TRUE);
}

/* Lets go of all that a run holds; nothing of it comes back later. */
static void
release_run (PalDelivery *self)
{
  self->is_running = FALSE;
  self->generation++;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->transfer, pal_transfer_free);
  if (self->wait != NULL)
    g_source_destroy (self->wait);
  g_clear_pointer (&self->wait, g_source_unref);
  self->file->next_try_us = 0;
  if (self->archive != NULL)
    {
      Job *job = job_new (self);

      job->archive_to_close = g_steal_pointer (&self->archive);
      push_job (self, job, close_archive_in_worker, NULL, NULL);
    }
}

/* Ends a run. */
void
pal_delivery_end (PalDelivery *self, PalDeliveryState state, PalDeliveryReason reason,
                  const char *message)
{
  pal_delivery_note (self, "%s%s%s", pal_delivery_state_to_string (state),
                     message != NULL ? ": " : "", message != NULL ? message : "");
  /* Who listens may start again at once, or drop the delivery: tell last. */
  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  self->file->next_try_us = 0;
  pal_delivery_set_state (self, state, reason, message);
  release_run (self);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_unref (self);
}

/* Runs in the worker. */
static void
open_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (PalDeliveryArchive) archive
      = pal_delivery_archive_open (job->file, job->state_dir, cancellable);

  if (archive->reason == PAL_DELIVERY_REASON_NONE
      && (job->module_certificate == NULL || g_access (job->module_certificate, R_OK) != 0))
    {
      archive->reason = PAL_DELIVERY_REASON_LOCAL_IO;
      archive->message = g_strdup ("the module's certificate cannot be read");
    }
  g_task_return_pointer (task, g_steal_pointer (&archive),
                         (GDestroyNotify) pal_delivery_archive_free);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PalDelivery) self = ticket_redeem (data);
  g_autoptr (PalDeliveryArchive) archive = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self == NULL)
    return;
  self->archive = g_steal_pointer (&archive);
  if (self->archive->reason != PAL_DELIVERY_REASON_NONE)
    {
      g_autofree char *message = g_strdup (self->archive->message);

      pal_delivery_end (self, PAL_DELIVERY_STOPPED, self->archive->reason, message);
      return;
    }

  set_size (self, self->archive->size);
  self->file->mtime_us = self->archive->mtime_us;
  if (g_strcmp0 (self->file->sha256, self->archive->sha256) != 0)
    {
      if (self->file->sha256 != NULL)
        pal_delivery_note (self, "the archive is not the one of the last try; all begins again");
      g_free (self->file->sha256);
      self->file->sha256 = g_strdup (self->archive->sha256);
      g_clear_pointer (&self->file->upload, g_free);
      g_clear_pointer (&self->receipt, g_bytes_unref);
      g_clear_pointer (&self->refused_id, g_free);
      pal_delivery_set_sent (self, 0);
    }
  pal_delivery_note (self, "archive of %" G_GOFFSET_FORMAT " bytes, SHA-256 %s", self->file->size,
                     self->file->sha256);

  if (self->endpoint->max_archive_bytes > 0 && self->file->size > self->endpoint->max_archive_bytes)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_TOO_LARGE,
                        "the archive is larger than the endpoint takes");
      return;
    }

  self->transfer = pal_transfer_new (self->endpoint, self->origin, &self->timers);
  pal_delivery_set_state (self, PAL_DELIVERY_SENDING, PAL_DELIVERY_REASON_NONE, NULL);
  pal_delivery_steps_run (self, STEP_RECEIPT);
}

/* A receipt is kept for good, so one that the new one does not supersede gets another name: one
 * of another module, or a refusal that a person answered by sending again. */
static gboolean
set_old_receipt_aside (const char *path, GError **error)
{
  g_autofree char *old = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *stem = NULL;
  g_autofree char *aside = NULL;
  gsize length;

  if (!g_file_get_contents (path, &old, &length, NULL))
    return TRUE;

  digest = pal_digest_bytes_hex (old, length);
  digest[8] = '\0';
  stem = g_strndup (path, strlen (path) - strlen (".receipt.p7m"));
  aside = g_strdup_printf ("%s.%s.receipt.p7m", stem, digest);
  if (g_rename (path, aside) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s", g_strerror (number));
      return FALSE;
    }

  return TRUE;
}

/* A receipt that accepts stands, whatever is said later: also when the state beside it was lost.
 * Returns: (nullable): what is kept, if it accepts. */
static PalReceipt *
find_acceptance (Job *job, const char *path, GBytes **p7m)
{
  g_autoptr (PalReceipt) kept = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL))
    return NULL;
  bytes = g_bytes_new_take (data, length);
  if (length > MAX_RECEIPT)
    return NULL;
  kept = pal_receipt_verify (bytes, job->module_certificate, job->file->sha256, job->file->size,
                             NULL);
  if (kept == NULL || kept->status != PAL_RECEIPT_ACCEPTED)
    return NULL;
  *p7m = g_steal_pointer (&bytes);

  return g_steal_pointer (&kept);
}

/* Runs in the worker. */
static void
check_receipt_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autofree char *path = pal_delivery_file_dup_receipt_path (job->state_dir, job->file->sha256);
  g_autoptr (PalReceipt) receipt = NULL;
  g_autoptr (PalReceipt) acceptance = NULL;
  g_autoptr (GBytes) accepting = NULL;
  GError *error = NULL;

  receipt = pal_receipt_verify (job->p7m, job->module_certificate, job->file->sha256,
                                job->file->size, &error);
  if (receipt != NULL && receipt->status != PAL_RECEIPT_ACCEPTED)
    acceptance = find_acceptance (job, path, &accepting);
  if (receipt == NULL)
    g_task_return_error (task, error);
  else if (acceptance != NULL)
    {
      g_bytes_unref (job->p7m);
      job->p7m = g_steal_pointer (&accepting);
      g_task_return_pointer (task, g_steal_pointer (&acceptance),
                             (GDestroyNotify) pal_receipt_free);
    }
  else if ((job->keeps_old && !set_old_receipt_aside (path, &error))
           || !pal_publish_bytes (path, job->p7m, &error))
    {
      g_prefix_error (&error, "the receipt cannot be kept: ");
      g_task_return_error (task, error);
    }
  else
    g_task_return_pointer (task, g_steal_pointer (&receipt), (GDestroyNotify) pal_receipt_free);
}

/* A refusal ends the delivery, unless it is the very one that a person has answered with "send it
 * again" and the module has not judged anew yet. */
static void
take_refusal (PalDelivery *self, const PalReceipt *receipt)
{
  if (g_strcmp0 (self->refused_id, receipt->id) == 0)
    {
      if (self->file->upload == NULL)
        {
          pal_delivery_steps_run (self, STEP_CREATE);
          return;
        }
      if (self->n_checks < MAX_OLD_REFUSALS)
        {
          if (self->file->sent == self->file->size)
            pal_delivery_steps_wait_for_receipt (self, 0);
          else
            pal_delivery_steps_run (self, STEP_OFFSET);
          return;
        }
    }

  g_free (self->refused_id);
  self->refused_id = g_strdup (receipt->id);
  g_clear_pointer (&self->file->upload, g_free);
  pal_delivery_end (self, PAL_DELIVERY_REFUSED, PAL_DELIVERY_REASON_REFUSED, receipt->message);
}

static void
receipt_checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PalDelivery) self = ticket_redeem (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalReceipt) receipt = g_task_propagate_pointer (G_TASK (result), &error);
  Job *job = g_task_get_task_data (G_TASK (result));

  if (self == NULL)
    return;

  if (receipt == NULL)
    {
      /* Our own disk is not the module's fault. */
      gboolean is_local = error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR;

      pal_delivery_end (self, PAL_DELIVERY_STOPPED,
                        is_local ? PAL_DELIVERY_REASON_LOCAL_IO
                                 : PAL_DELIVERY_REASON_FORGED_RECEIPT,
                        error->message);
      return;
    }

  g_clear_pointer (&self->receipt, g_bytes_unref);
  self->receipt = g_bytes_ref (job->p7m);
  switch (receipt->status)
    {
    case PAL_RECEIPT_RECEIVED:
      if (self->n_checks == 0)
        pal_delivery_note (self, "the module has the archive and checks it");
      pal_delivery_steps_wait_for_receipt (self, 0);
      break;
    case PAL_RECEIPT_ACCEPTED:
      pal_delivery_set_sent (self, self->file->size);
      pal_delivery_end (self, PAL_DELIVERY_ACCEPTED, PAL_DELIVERY_REASON_NONE, receipt->message);
      break;
    case PAL_RECEIPT_REFUSED:
      take_refusal (self, receipt);
      break;
    }
}

/* Verifies what came as a receipt, keeps it, and acts on it. */
void
pal_delivery_check_receipt (PalDelivery *self, GBytes *p7m)
{
  Job *job = job_new (self);

  job->p7m = g_bytes_ref (p7m);
  job->keeps_old = (self->receipt == NULL || self->refused_id != NULL)
                   && (self->receipt == NULL || !g_bytes_equal (self->receipt, p7m));
  push_job (self, job, check_receipt_in_worker, self->cancellable, receipt_checked_cb);
}

/* A hint only: on captive or metered links it lies. Waits that a server asked for are kept, and a
 * storm of hints is one. */
static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  PalDelivery *self = data;

  if (!available || self->wait == NULL || !self->wait_ends_with_network
      || g_get_monotonic_time () - self->wait_began_us < G_USEC_PER_SEC)
    return;
  pal_delivery_note (self, "the network changed; trying now");
  pal_delivery_steps_end_wait (self);
}

/* A receipt of an earlier run still has to convince: the file beside it proves nothing. */
static void
load_receipt (PalDelivery *self)
{
  g_autofree char *path = pal_delivery_file_dup_receipt_path (self->state_dir, self->file->sha256);
  g_autoptr (PalReceipt) receipt = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize length;

  if (self->endpoint->module_certificate == NULL
      || !g_file_get_contents (path, &data, &length, NULL))
    return;
  bytes = g_bytes_new_take (data, length);
  if (length > MAX_RECEIPT)
    return;
  receipt = pal_receipt_verify (bytes, self->endpoint->module_certificate, self->file->sha256,
                                self->file->size, NULL);
  if (receipt == NULL)
    return;
  if (receipt->status == PAL_RECEIPT_REFUSED)
    self->refused_id = g_strdup (receipt->id);
  if (receipt->status == PAL_RECEIPT_ACCEPTED)
    {
      self->file->state = PAL_DELIVERY_ACCEPTED;
      self->file->reason = PAL_DELIVERY_REASON_NONE;
      self->file->sent = self->file->size;
    }
  self->receipt = g_steal_pointer (&bytes);
}

/* Takes up what an earlier run left. */
static void
load_state (PalDelivery *self, const char *archive_path)
{
  g_autoptr (PalDeliveryFile) file = pal_delivery_file_load (self->state_dir, NULL);
  struct stat info;

  g_clear_pointer (&self->file, pal_delivery_file_free);
  if (file == NULL)
    file = pal_delivery_file_new ();
  self->file = g_steal_pointer (&file);
  g_free (self->file->archive);
  self->file->archive = g_strdup (archive_path);
  self->file->next_try_us = 0;

  /* Another module knows nothing of the upload, and its receipt would be another one. */
  if (g_strcmp0 (self->file->endpoint, self->endpoint->url) != 0)
    {
      g_free (self->file->endpoint);
      /* An address that is not acceptable may hold a password: it is not kept. */
      self->file->endpoint = self->origin != NULL ? g_strdup (self->endpoint->url) : NULL;
      g_clear_pointer (&self->file->upload, g_free);
      self->file->state = PAL_DELIVERY_QUEUED;
      self->file->sent = 0;
    }
  if (self->file->sha256 != NULL && !pal_delivery_archive_is_file_unchanged (self->file))
    self->file->state = PAL_DELIVERY_QUEUED;
  else if (self->file->sha256 != NULL)
    {
      gboolean was_accepted = self->file->state == PAL_DELIVERY_ACCEPTED;

      load_receipt (self);
      if (was_accepted && self->receipt == NULL)
        self->file->state = PAL_DELIVERY_QUEUED;
    }
  if (self->file->sha256 == NULL && stat (archive_path, &info) == 0)
    self->file->size = info.st_size;

  /* Nothing is under way before somebody says so. */
  if (self->file->state == PAL_DELIVERY_SENDING || self->file->state == PAL_DELIVERY_WAITING
      || self->file->state == PAL_DELIVERY_DELIVERED)
    self->file->state = PAL_DELIVERY_QUEUED;
  if (self->file->state == PAL_DELIVERY_QUEUED)
    {
      self->file->reason = PAL_DELIVERY_REASON_NONE;
      g_clear_pointer (&self->file->message, g_free);
    }
}

static void
pal_delivery_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PalDelivery *self = PAL_DELIVERY (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->file->state);
      break;
    case PROP_REASON:
      g_value_set_uint (value, self->file->reason);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->file->message);
      break;
    case PROP_SENT:
      g_value_set_int64 (value, self->file->sent);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->file->size);
      break;
    case PROP_NEXT_TRY:
      g_value_set_int64 (value, self->file->next_try_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_delivery_dispose (GObject *object)
{
  PalDelivery *self = PAL_DELIVERY (object);

  release_run (self);
  if (self->network_changed_id != 0)
    {
      g_signal_handler_disconnect (g_network_monitor_get_default (), self->network_changed_id);
      self->network_changed_id = 0;
    }

  G_OBJECT_CLASS (pal_delivery_parent_class)->dispose (object);
}

static void
pal_delivery_finalize (GObject *object)
{
  PalDelivery *self = PAL_DELIVERY (object);

  g_clear_object (&self->worker);
  g_clear_pointer (&self->endpoint, pal_endpoint_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->state_dir, g_free);
  g_clear_pointer (&self->file, pal_delivery_file_free);
  g_clear_pointer (&self->log, g_ptr_array_unref);
  g_clear_pointer (&self->receipt, g_bytes_unref);
  g_clear_pointer (&self->refused_id, g_free);

  G_OBJECT_CLASS (pal_delivery_parent_class)->finalize (object);
}

static void
pal_delivery_class_init (PalDeliveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = pal_delivery_dispose;
  object_class->finalize = pal_delivery_finalize;
  object_class->get_property = pal_delivery_get_property;

  /* A PalDeliveryState, a PalDeliveryReason, words for logs, bytes, bytes, microseconds. */
  properties[PROP_STATE]
      = g_param_spec_uint ("state", NULL, NULL, 0, PAL_DELIVERY_STOPPED, 0, flags);
  properties[PROP_REASON]
      = g_param_spec_uint ("reason", NULL, NULL, 0, PAL_DELIVERY_REASON_REFUSED, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_SENT] = g_param_spec_int64 ("sent", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_NEXT_TRY] = g_param_spec_int64 ("next-try", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pal_delivery_init (PalDelivery *self)
{
  self->file = pal_delivery_file_new ();
  self->timers = pal_delivery_rules_get_timers ();
  self->worker = pal_worker_new ("pal-delivery");
}

/**
 * pal_delivery_new:
 * @archive_path: absolute path of the archive
 * @endpoint: where to; copied
 * @state_dir: folder for what survives a restart; one folder an archive
 *
 * Makes a delivery that stands where an earlier one on the same folder was left; nothing happens
 * before pal_delivery_start(). Reads one small file, blocking.
 *
 * Returns: (transfer full): a delivery, to be used in the thread that made it
 */
PalDelivery *
pal_delivery_new (const char *archive_path, const PalEndpoint *endpoint, const char *state_dir)
{
  PalDelivery *self = g_object_new (PAL_TYPE_DELIVERY, NULL);

  g_return_val_if_fail (archive_path != NULL, self);
  g_return_val_if_fail (state_dir != NULL, self);

  self->endpoint = pal_endpoint_copy (endpoint);
  if (endpoint->url != NULL)
    self->origin = pal_delivery_rules_dup_origin (endpoint->url);
  self->state_dir = g_strdup (state_dir);
  self->log = pal_delivery_file_load_log (state_dir);
  load_state (self, archive_path);

  return self;
}

static gboolean
is_token (const char *token)
{
  /* RFC 6750: b64token; anything else could end the header line and begin another. */
  return *token != '\0'
         && strspn (token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")
                == strlen (token);
}

/**
 * pal_delivery_start:
 * @self: a delivery
 *
 * Begins, goes on after a pause, a stop or a refusal, or ends a wait: "try now". Does nothing to a
 * delivery that is under way or accepted. Returns at once; watch "state".
 */
void
pal_delivery_start (PalDelivery *self)
{
  g_return_if_fail (PAL_IS_DELIVERY (self));

  if (self->file->state == PAL_DELIVERY_ACCEPTED)
    return;
  if (self->is_running)
    {
      self->is_told_now = self->is_told_now || self->is_held;
      pal_delivery_steps_end_wait (self);
      return;
    }

  if (self->origin == NULL)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_PROTOCOL,
                        "the endpoint is not an https address");
      return;
    }
  if (self->endpoint->token != NULL && !is_token (self->endpoint->token))
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_NOT_ALLOWED,
                        "the token has characters that no token has");
      return;
    }

  if (self->network_changed_id == 0)
    self->network_changed_id = g_signal_connect (
        g_network_monitor_get_default (), "network-changed", G_CALLBACK (network_changed_cb), self);

  self->is_running = TRUE;
  self->cancellable = g_cancellable_new ();
  self->part_maximum = self->endpoint->max_part_bytes > 0
                           ? MIN (self->endpoint->max_part_bytes, PAL_PART_MAXIMUM)
                           : PAL_PART_MAXIMUM;
  self->part = MIN (PAL_PART_FIRST, self->part_maximum);
  self->high_water = -1;
  self->n_failures = 0;
  self->n_conflicts = 0;
  self->n_renewals = 0;
  self->n_nonsense = 0;
  self->n_checks = 0;
  self->is_held = FALSE;
  self->is_told_now = FALSE;
  pal_delivery_set_state (self, PAL_DELIVERY_QUEUED, PAL_DELIVERY_REASON_NONE, NULL);
  push_job (self, job_new (self), open_in_worker, self->cancellable, opened_cb);
}

/**
 * pal_delivery_pause:
 * @self: a delivery
 *
 * Stops at once, in the middle of a part if need be; what the server has stays there. Does nothing
 * to a delivery that is not under way.
 */
void
pal_delivery_pause (PalDelivery *self)
{
  g_return_if_fail (PAL_IS_DELIVERY (self));

  if (self->is_running)
    pal_delivery_end (self, PAL_DELIVERY_PAUSED, PAL_DELIVERY_REASON_NONE, NULL);
}

PalDeliveryState
pal_delivery_get_state (PalDelivery *self)
{
  return self->file->state;
}

PalDeliveryReason
pal_delivery_get_reason (PalDelivery *self)
{
  return self->file->reason;
}

/**
 * pal_delivery_get_message:
 * @self: a delivery
 *
 * Returns: (nullable): short English for logs and details; of a receipt, the module's own words,
 * which are not to be trusted with markup
 */
const char *
pal_delivery_get_message (PalDelivery *self)
{
  return self->file->message;
}

goffset
pal_delivery_get_sent (PalDelivery *self)
{
  return self->file->sent;
}

goffset
pal_delivery_get_size (PalDelivery *self)
{
  return self->file->size;
}

gint64
pal_delivery_get_next_try (PalDelivery *self)
{
  return self->file->next_try_us;
}

const char *
pal_delivery_get_sha256 (PalDelivery *self)
{
  return self->file->sha256;
}

/**
 * pal_delivery_get_receipt:
 * @self: a delivery
 *
 * Returns: (transfer none) (nullable): the newest verified receipt, also one that refuses
 */
GBytes *
pal_delivery_get_receipt (PalDelivery *self)
{
  return self->receipt;
}

/**
 * pal_delivery_get_log:
 * @self: a delivery
 *
 * Returns: (transfer none) (element-type utf8): time and event, oldest first, also of earlier runs
 */
GPtrArray *
pal_delivery_get_log (PalDelivery *self)
{
  return self->log;
}
