// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-check"
#include "config.h"

#include "pal-delivery-private.h"

#include "pal-digest.h"
#include "pal-publish.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_RECEIPT (1 << 20)
#define MAX_OLD_REFUSALS 8

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
find_acceptance (PalDeliveryJob *job, const char *path, GBytes **p7m)
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
  PalDeliveryJob *job = data;
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
  if (!self->is_ending && g_strcmp0 (self->refused_id, receipt->id) == 0)
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
  g_autoptr (PalDelivery) self = pal_delivery_redeem (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalReceipt) receipt = g_task_propagate_pointer (G_TASK (result), &error);
  PalDeliveryJob *job = g_task_get_task_data (G_TASK (result));

  if (self == NULL)
    return;

  if (receipt == NULL && self->is_ending)
    {
      pal_delivery_note (self, "what came as a receipt is none: %s", error->message);
      pal_delivery_withdraw_end (self);
      return;
    }
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
      if (self->is_ending)
        {
          pal_delivery_note (self, "the module has all of it, and checks it");
          pal_delivery_set_sent (self, self->file->size);
          pal_delivery_withdraw_end (self);
          break;
        }
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
  PalDeliveryJob *job = pal_delivery_job_new (self);

  job->p7m = g_bytes_ref (p7m);
  job->keeps_old = (self->receipt == NULL || self->refused_id != NULL)
                   && (self->receipt == NULL || !g_bytes_equal (self->receipt, p7m));
  pal_delivery_push (self, job, check_receipt_in_worker, self->cancellable, receipt_checked_cb);
}

/* A receipt of an earlier run still has to convince: the file beside it proves nothing. */
void
pal_delivery_load_receipt (PalDelivery *self)
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
