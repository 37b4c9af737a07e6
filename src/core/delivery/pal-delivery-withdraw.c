// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-withdraw"
#include "config.h"

#include "pal-delivery-private.h"

/* A person ends a delivery, or a newer archive takes its place. First that is on the disk, so that
 * nothing goes on with it; then the module is asked to let go of what it has (tus 1.0,
 * termination). A module need not do so, and may have had all of it before: then its receipt
 * counts. */

static void
receipt_cb (PalReply *reply_in, gpointer data)
{
  PalDelivery *self = data;
  g_autoptr (PalReply) reply = reply_in;

  if (reply->curl_code == 0 && reply->status == 200 && reply->body != NULL)
    {
      pal_delivery_check_receipt (self, reply->body);
      return;
    }

  if (reply->curl_code == 0 && reply->status == 202)
    {
      pal_delivery_note (self, "the module has all of it, and checks it");
      pal_delivery_set_sent (self, self->file->size);
    }
  else if (reply->curl_code == 0 && reply->status == 404 && self->n_renewals > 0)
    {
      pal_delivery_note (self, "the module has nothing of it");
      g_clear_pointer (&self->file->upload, g_free);
      pal_delivery_set_sent (self, 0);
    }
  pal_delivery_withdraw_end (self);
}

static void
withdrawn_cb (PalReply *reply_in, gpointer data)
{
  PalDelivery *self = data;
  g_autoptr (PalReply) reply = reply_in;
  g_autofree char *path = g_strconcat ("/receipts/", self->file->sha256, NULL);
  PalTransferRequest request = { .kind = PAL_REQUEST_RECEIPT, .path = path, .fd = -1 };

  if (reply->curl_code != 0)
    {
      pal_delivery_note (self, "the module could not be asked to let go of it: %s",
                         pal_transfer_describe_code (reply->curl_code));
      pal_delivery_withdraw_end (self);
      return;
    }
  if (reply->status == 200 || reply->status == 204)
    {
      pal_delivery_note (self, "the module let go of what it had");
      g_clear_pointer (&self->file->upload, g_free);
      pal_delivery_set_sent (self, 0);
      pal_delivery_withdraw_end (self);
      return;
    }

  pal_delivery_note (self, "asked to let go of it, the module answered %u", reply->status);
  /* Gone, or never there, or filed away already: the receipt tells which. */
  self->n_renewals = reply->status == 404 || reply->status == 410 ? 1 : 0;
  pal_transfer_request (self->transfer, &request, receipt_cb, self);
}

/* The step that asks. What is to be remembered is on the disk. */
void
pal_delivery_withdraw (PalDelivery *self)
{
  PalTransferRequest request
      = { .kind = PAL_REQUEST_WITHDRAW, .path = self->file->upload, .fd = -1 };

  self->transfer = pal_transfer_new (self->endpoint, self->origin, &self->timers);
  pal_transfer_request (self->transfer, &request, withdrawn_cb, self);
}

/* It has ended as it was told to. */
void
pal_delivery_withdraw_end (PalDelivery *self)
{
  g_autofree char *message = g_strdup (self->file->message);

  pal_delivery_end (self, PAL_DELIVERY_ENDED, self->file->reason, message);
}

/* Runs in the worker. */
static void
lock_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PalDeliveryJob *job = data;

  g_task_return_pointer (task, pal_delivery_archive_lock (job->state_dir),
                         (GDestroyNotify) pal_delivery_archive_free);
}

static void
locked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PalDelivery) self = pal_delivery_redeem (data);
  g_autoptr (PalDeliveryArchive) archive = g_task_propagate_pointer (G_TASK (result), NULL);
  PalDeliveryJob *job = g_task_get_task_data (G_TASK (result));
  PalDeliveryReason reason
      = job->line != NULL ? PAL_DELIVERY_REASON_REPLACED : PAL_DELIVERY_REASON_CANCELLED;

  if (self == NULL)
    return;
  self->archive = g_steal_pointer (&archive);
  if (self->archive->lock_fd < 0)
    {
      g_autofree char *message = g_strdup (self->archive->message);

      pal_delivery_end (self, PAL_DELIVERY_STOPPED, self->archive->reason, message);
      return;
    }

  pal_delivery_set_state (self, PAL_DELIVERY_ENDED, reason, job->line);
  if (self->file->upload == NULL || self->file->sha256 == NULL)
    pal_delivery_withdraw_end (self);
  else if (self->endpoint->module_certificate == NULL)
    {
      pal_delivery_note (self, "the module was not asked to let go of it");
      pal_delivery_withdraw_end (self);
    }
  else
    pal_delivery_save_then (self, STEP_WITHDRAW);
}

/**
 * pal_delivery_cancel:
 * @self: a delivery
 * @replaced_by: (nullable): name of the newer archive that takes its place; %NULL: it just ends
 *
 * Ends it for good, and asks the module to let go of what it has. Does nothing to one that is
 * accepted. Returns at once; it has ended when the state says so and "busy" is %FALSE. It is
 * accepted or refused after all when the module was faster, and stopped when another program is
 * sending it. pal_delivery_start() sends it again.
 */
void
pal_delivery_cancel (PalDelivery *self, const char *replaced_by)
{
  PalDeliveryJob *job = NULL;

  g_return_if_fail (PAL_IS_DELIVERY (self));

  if (self->file->state == PAL_DELIVERY_ACCEPTED || self->is_ending)
    return;
  /* Who listens shall not take the end of the run for the end of it all. */
  g_object_freeze_notify (G_OBJECT (self));
  pal_delivery_release_run (self);
  if (pal_delivery_begin_run (self))
    {
      self->is_ending = TRUE;
      job = pal_delivery_job_new (self);
      job->line = g_strdup (replaced_by);
      pal_delivery_push (self, job, lock_in_worker, NULL, locked_cb);
    }
  g_object_thaw_notify (G_OBJECT (self));
}
