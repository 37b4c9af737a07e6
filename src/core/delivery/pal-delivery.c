// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery"
#include "config.h"

#include "pal-delivery-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum
{
  PROP_0,
  PROP_STATE,
  PROP_REASON,
  PROP_MESSAGE,
  PROP_SENT,
  PROP_SIZE,
  PROP_NEXT_TRY,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PalDelivery, pal_delivery, G_TYPE_OBJECT)

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
  PalDeliveryJob *job = data;

  g_clear_pointer (&job->archive_to_close, pal_delivery_archive_free);
  g_task_return_boolean (task, TRUE);
}

/* Lets go of all that a run holds; nothing of it comes back later. */
void
pal_delivery_release_run (PalDelivery *self)
{
  gboolean was_running = self->is_running;

  self->is_running = FALSE;
  self->is_ending = FALSE;
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
      PalDeliveryJob *job = pal_delivery_job_new (self);

      job->archive_to_close = g_steal_pointer (&self->archive);
      pal_delivery_push (self, job, close_archive_in_worker, NULL, NULL);
    }
  if (was_running)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
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
  pal_delivery_release_run (self);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_unref (self);
}

/* Runs in the worker. */
static void
open_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PalDeliveryJob *job = data;
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
  g_autoptr (PalDelivery) self = pal_delivery_redeem (data);
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

      pal_delivery_load_receipt (self);
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
    case PROP_BUSY:
      g_value_set_boolean (value, self->is_running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pal_delivery_dispose (GObject *object)
{
  PalDelivery *self = PAL_DELIVERY (object);

  pal_delivery_release_run (self);
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

  /* A PalDeliveryState, a PalDeliveryReason, words for logs, bytes, bytes, microseconds, whether
   * it works or waits. */
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, PAL_DELIVERY_ENDED, 0, flags);
  properties[PROP_REASON]
      = g_param_spec_uint ("reason", NULL, NULL, 0, PAL_DELIVERY_REASON_REPLACED, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_SENT] = g_param_spec_int64 ("sent", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_NEXT_TRY] = g_param_spec_int64 ("next-try", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
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

/* Makes ready for one run. Returns FALSE, and stops, when nothing can be asked of such an endpoint.
 */
gboolean
pal_delivery_begin_run (PalDelivery *self)
{
  if (self->origin == NULL)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_PROTOCOL,
                        "the endpoint is not an https address");
      return FALSE;
    }
  if (self->endpoint->token != NULL && !is_token (self->endpoint->token))
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_NOT_ALLOWED,
                        "the token has characters that no token has");
      return FALSE;
    }

  self->is_running = TRUE;
  self->cancellable = g_cancellable_new ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);

  return TRUE;
}

/**
 * pal_delivery_start:
 * @self: a delivery
 *
 * Begins, goes on after a pause, a stop, a refusal or an end, or ends a wait: "try now". Does
 * nothing to a delivery that is under way, accepted, or just being withdrawn. Returns at once;
 * watch "state".
 */
void
pal_delivery_start (PalDelivery *self)
{
  g_return_if_fail (PAL_IS_DELIVERY (self));

  if (self->file->state == PAL_DELIVERY_ACCEPTED)
    return;
  if (self->is_ending)
    return;
  if (self->is_running)
    {
      self->is_told_now = self->is_told_now || self->is_held;
      pal_delivery_steps_end_wait (self);
      return;
    }

  if (!pal_delivery_begin_run (self))
    return;
  if (self->network_changed_id == 0)
    self->network_changed_id = g_signal_connect (
        g_network_monitor_get_default (), "network-changed", G_CALLBACK (network_changed_cb), self);

  if (self->file->queued_us == 0)
    self->file->queued_us = g_get_real_time ();
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
  pal_delivery_push (self, pal_delivery_job_new (self), open_in_worker, self->cancellable,
                     opened_cb);
}

/* Runs in the worker: keeps what a delivery without a run is to remember, and knows the archive by
 * its digest from then on. Another program that sends it has the folder, and knows better. */
static void
save_alone_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PalDeliveryJob *job = data;
  g_autoptr (PalDeliveryArchive) archive
      = pal_delivery_archive_open (job->file, job->state_dir, cancellable);
  g_autoptr (GError) error = NULL;

  if (archive->reason == PAL_DELIVERY_REASON_NONE)
    {
      g_free (job->file->sha256);
      job->file->sha256 = g_strdup (archive->sha256);
      job->file->size = archive->size;
      job->file->mtime_us = archive->mtime_us;
    }
  job->file->changed_us = g_get_real_time ();
  if (archive->lock_fd >= 0 && !pal_delivery_file_save (job->file, job->state_dir, &error))
    g_debug ("state of a delivery: %s", error->message);
  g_task_return_boolean (task, archive->reason == PAL_DELIVERY_REASON_NONE);
}

static void
saved_alone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PalDelivery) self = pal_delivery_redeem (data);
  PalDeliveryJob *job = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || self == NULL || self->is_running
      || self->file->sha256 != NULL)
    return;
  self->file->sha256 = g_strdup (job->file->sha256);
  self->file->mtime_us = job->file->mtime_us;
  set_size (self, job->file->size);
}

static void
save_alone (PalDelivery *self)
{
  pal_delivery_push (self, pal_delivery_job_new (self), save_alone_in_worker, NULL, saved_alone_cb);
}

/**
 * pal_delivery_enqueue:
 * @self: a delivery that is not under way
 * @queued_us: its place among others: microseconds since 1970 of the moment in which it was sent
 *
 * Notes that a person has sent it, before its turn comes; pal_delivery_start() is for then.
 * Returns at once. "size" tells when the archive has been read, and then it has a digest.
 */
void
pal_delivery_enqueue (PalDelivery *self, gint64 queued_us)
{
  g_return_if_fail (PAL_IS_DELIVERY (self));
  g_return_if_fail (!self->is_running);

  self->file->queued_us = queued_us;
  if (self->file->state == PAL_DELIVERY_ACCEPTED)
    return;
  pal_delivery_set_state (self, PAL_DELIVERY_QUEUED, PAL_DELIVERY_REASON_NONE, NULL);
  save_alone (self);
}

/**
 * pal_delivery_pause:
 * @self: a delivery
 *
 * Stops at once, in the middle of a part if need be; what the server has stays there. Does nothing
 * to a delivery that neither is under way nor waits for its turn.
 */
void
pal_delivery_pause (PalDelivery *self)
{
  g_return_if_fail (PAL_IS_DELIVERY (self));

  if (self->is_running && !self->is_ending)
    pal_delivery_end (self, PAL_DELIVERY_PAUSED, PAL_DELIVERY_REASON_NONE, NULL);
  else if (!self->is_running && self->file->queued_us > 0
           && self->file->state == PAL_DELIVERY_QUEUED)
    {
      /* It waits for its turn. */
      pal_delivery_set_state (self, PAL_DELIVERY_PAUSED, PAL_DELIVERY_REASON_NONE, NULL);
      save_alone (self);
    }
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

const char *
pal_delivery_get_url (PalDelivery *self)
{
  return self->file->endpoint;
}

gint64
pal_delivery_get_queued (PalDelivery *self)
{
  return self->file->queued_us;
}

gboolean
pal_delivery_is_busy (PalDelivery *self)
{
  return self->is_running;
}

/**
 * pal_delivery_has_begun:
 * @self: a delivery
 *
 * Returns: whether the module has made room for it, and so may have something of it; %FALSE says
 * that to cancel it takes back all of it
 */
gboolean
pal_delivery_has_begun (PalDelivery *self)
{
  return self->file->upload != NULL || self->file->sent > 0;
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
