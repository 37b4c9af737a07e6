// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-receipt"
#include "config.h"

#include "pal-delivery-receipt.h"

#include "pal-clock.h"
#include "pal-delivery-file.h"
#include "pal-publish.h"
#include "pal-regular-file.h"

#include <unistd.h>

static GBytes *
read_bytes (const char *path, GError **error)
{
  GBytes *bytes;
  gsize size;
  int fd = pal_regular_file_open (path, 0, &size, error);

  if (fd < 0)
    return NULL;
  if (size > PAL_DELIVERY_RECEIPT_MAX_BYTES)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "the file is larger than a receipt may be");
      close (fd);
      return NULL;
    }
  bytes = pal_regular_file_read (fd, size, error);
  close (fd);

  return bytes;
}

/* Refused never overrides accepted, and "received" says less than either. */
static gboolean
may_take (const PalReceipt *receipt, const char *kept, const char *sha256, goffset size,
          const char *module_certificate, GError **error)
{
  g_autoptr (GBytes) bytes = read_bytes (kept, NULL);
  g_autoptr (PalReceipt) before
      = bytes != NULL ? pal_receipt_verify (bytes, module_certificate, sha256, size, NULL) : NULL;

  if (before == NULL || receipt->status == PAL_RECEIPT_ACCEPTED
      || before->status == PAL_RECEIPT_RECEIVED)
    return TRUE;
  if (before->status == PAL_RECEIPT_REFUSED && receipt->status == PAL_RECEIPT_REFUSED)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               "there is a receipt of this archive already that says \"%s\"",
               pal_receipt_status_to_string (before->status));

  return FALSE;
}

static void
set_state (PalDeliveryFile *file, const PalReceipt *receipt)
{
  file->reason = PAL_DELIVERY_REASON_NONE;
  file->next_try_us = 0;
  file->changed_us = g_get_real_time ();
  g_clear_pointer (&file->message, g_free);
  switch (receipt->status)
    {
    case PAL_RECEIPT_RECEIVED:
      file->state = PAL_DELIVERY_DELIVERED;
      break;
    case PAL_RECEIPT_ACCEPTED:
      file->state = PAL_DELIVERY_ACCEPTED;
      file->sent = file->size;
      break;
    case PAL_RECEIPT_REFUSED:
      file->state = PAL_DELIVERY_REFUSED;
      file->reason = PAL_DELIVERY_REASON_REFUSED;
      file->message = g_strdup (receipt->message);
      g_clear_pointer (&file->upload, g_free);
      break;
    }
}

/* A delivery that went on a stick alone has no such file. */
static gboolean
close_delivery (const char *state_dir, const char *sha256, const PalReceipt *receipt,
                GError **error)
{
  g_autoptr (PalDeliveryFile) file = pal_delivery_file_load (state_dir, NULL);
  g_autofree char *time = pal_clock_format_rfc3339 (g_get_real_time ());
  g_autofree char *line = g_strdup_printf ("%s a receipt was brought: %s", time,
                                           pal_receipt_status_to_string (receipt->status));

  (void) pal_delivery_file_append_log (state_dir, line, NULL);
  if (file == NULL || g_strcmp0 (file->sha256, sha256) != 0)
    return TRUE;
  set_state (file, receipt);

  return pal_delivery_file_save (file, state_dir, error);
}

/**
 * pal_delivery_take_receipt:
 * @state_dir: the folder of the delivery
 * @sha256: of the archive that was sent
 * @size: its length in bytes
 * @receipt_path: the receipt, from wherever it came
 * @module_certificate: path of the module's pinned certificate as PEM
 * @p7m: (out) (optional) (transfer full): the receipt as it is
 * @error: return location
 *
 * Blocking; any thread. No delivery of the same folder may be moving meanwhile.
 *
 * Returns: (transfer full) (nullable): what it says; %NULL with the errors of pal_receipt_verify(),
 * or %G_IO_ERROR_EXISTS when one is there already that this one may not override: then nothing was
 * changed
 */
PalReceipt *
pal_delivery_take_receipt (const char *state_dir, const char *sha256, goffset size,
                           const char *receipt_path, const char *module_certificate, GBytes **p7m,
                           GError **error)
{
  g_autofree char *kept = pal_delivery_file_dup_receipt_path (state_dir, sha256);
  g_autoptr (PalReceipt) receipt = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (receipt_path != NULL && module_certificate != NULL, NULL);

  bytes = read_bytes (receipt_path, error);
  if (bytes == NULL)
    return NULL;
  receipt = pal_receipt_verify (bytes, module_certificate, sha256, size, error);
  if (receipt == NULL || !may_take (receipt, kept, sha256, size, module_certificate, error)
      || !pal_publish_bytes (kept, bytes, error)
      || !close_delivery (state_dir, sha256, receipt, error))
    return NULL;
  if (p7m != NULL)
    *p7m = g_steal_pointer (&bytes);

  return g_steal_pointer (&receipt);
}
