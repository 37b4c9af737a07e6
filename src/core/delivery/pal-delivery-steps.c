// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-steps"
#include "config.h"

#include "pal-delivery-private.h"

#include <string.h>

/* tus 1.0 core and creation, as package-format 5.2 wants it. Each step asks one thing; its reply
 * chooses the next. The server's Upload-Offset is the only truth about what has arrived. */

#define MAX_NONSENSE 3
#define CHECK_MAXIMUM_MS 60000
#define HOLD_MS 60000

static void
clear_wait (PalDelivery *self)
{
  if (self->wait == NULL)
    return;
  g_source_destroy (self->wait);
  g_clear_pointer (&self->wait, g_source_unref);
}

static gboolean
wait_over_cb (gpointer data)
{
  PalDelivery *self = data;

  pal_delivery_steps_end_wait (self);

  return G_SOURCE_REMOVE;
}

/* Waits, and then takes @step. The clock is monotonic: a wall clock that jumps changes nothing but
 * the time that is shown. */
static void
wait_then (PalDelivery *self, PalDeliveryStep step, guint delay_ms, gboolean ends_with_network)
{
  clear_wait (self);
  self->step = step;
  self->wait_ends_with_network = ends_with_network;
  self->wait_began_us = g_get_monotonic_time ();
  self->file->next_try_us = g_get_real_time () + (gint64) delay_ms * 1000;
  self->wait = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->wait, wait_over_cb, self, NULL);
  g_source_attach (self->wait, g_main_context_get_thread_default ());
}

/* Ends the wait, if there is one, and tries now. */
void
pal_delivery_steps_end_wait (PalDelivery *self)
{
  if (self->wait == NULL)
    return;
  clear_wait (self);
  pal_delivery_steps_run (self, self->step);
}

static guint
get_backoff_ms (PalDelivery *self, guint retry_after_s)
{
  return pal_delivery_rules_get_backoff_ms (&self->timers, self->n_failures, retry_after_s,
                                            g_random_double ());
}

/* Asks for the receipt again after a while; all bytes are with the server. */
void
pal_delivery_steps_wait_for_receipt (PalDelivery *self, guint retry_after_s)
{
  guint64 delay_ms = self->timers.check_ms;

  for (guint i = 0; i < self->n_checks && delay_ms < CHECK_MAXIMUM_MS; i++)
    delay_ms *= 2;
  delay_ms = MIN (delay_ms, CHECK_MAXIMUM_MS);
  if (retry_after_s > 0)
    delay_ms = MIN ((guint64) retry_after_s * 1000, self->timers.retry_after_maximum_ms);
  self->n_checks++;

  pal_delivery_set_sent (self, self->file->size);
  wait_then (self, STEP_RECEIPT, (guint) delay_ms, FALSE);
  pal_delivery_set_state (self, PAL_DELIVERY_DELIVERED, PAL_DELIVERY_REASON_NONE, NULL);
}

/* The step that finds the way again after @kind failed. */
static PalDeliveryStep
step_after_failure (PalRequestKind kind)
{
  switch (kind)
    {
    case PAL_REQUEST_RECEIPT:
      return STEP_RECEIPT;
    case PAL_REQUEST_CREATE:
      return STEP_CREATE;
    case PAL_REQUEST_OFFSET:
    case PAL_REQUEST_PART:
      return STEP_OFFSET;
    case PAL_REQUEST_WITHDRAW:
      return STEP_WITHDRAW;
    }

  return STEP_RECEIPT;
}

static void
wait_after_failure (PalDelivery *self, PalRequestKind kind, PalDeliveryReason reason,
                    guint retry_after_s, const char *message)
{
  /* While a finished archive is being checked, a break takes nothing away from that. */
  PalDeliveryState state
      = self->file->state == PAL_DELIVERY_DELIVERED ? PAL_DELIVERY_DELIVERED : PAL_DELIVERY_WAITING;
  guint delay_ms;

  self->n_failures++;
  if (kind == PAL_REQUEST_PART)
    self->part = pal_delivery_rules_smaller_part (self->part);
  delay_ms = get_backoff_ms (self, retry_after_s);
  pal_delivery_note (self, "waiting %u.%u s: %s", delay_ms / 1000, delay_ms % 1000 / 100, message);
  wait_then (self, step_after_failure (kind), delay_ms,
             retry_after_s == 0 && reason != PAL_DELIVERY_REASON_SERVER_BUSY);
  pal_delivery_set_state (self, state, reason, message);
}

/* The server has lost the upload: a receipt may still be there, otherwise all begins again. A
 * server that forgets again and again is not asked in a tight loop. */
static void
renew (PalDelivery *self, const char *message)
{
  g_clear_pointer (&self->file->upload, g_free);
  self->high_water = -1;
  self->n_checks = 0;
  self->n_renewals++;
  pal_delivery_note (self, "%s; starting a new upload", message);
  pal_delivery_set_sent (self, 0);

  if (self->n_renewals == 1)
    {
      pal_delivery_steps_run (self, STEP_RECEIPT);
      return;
    }
  if (self->file->state == PAL_DELIVERY_DELIVERED)
    pal_delivery_set_state (self, PAL_DELIVERY_SENDING, PAL_DELIVERY_REASON_NONE, NULL);
  self->n_failures = MAX (self->n_failures, self->n_renewals - 1);
  wait_after_failure (self, PAL_REQUEST_RECEIPT, PAL_DELIVERY_REASON_PROTOCOL, 0, message);
}

/* A reply that breaks the protocol: a fresh upload may cure it, a few times. */
static void
take_nonsense (PalDelivery *self, const char *message)
{
  self->n_nonsense++;
  if (self->n_nonsense >= MAX_NONSENSE)
    pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_PROTOCOL, message);
  else
    renew (self, message);
}

static void
ask_offset_later (PalDelivery *self, PalDeliveryReason reason, const char *message)
{
  guint64 delay_ms = self->timers.step_ms;

  for (guint i = 0; i < self->n_conflicts && delay_ms < self->timers.backoff_maximum_ms; i++)
    delay_ms *= 2;
  delay_ms = MIN (delay_ms, self->timers.backoff_maximum_ms);
  self->n_conflicts++;
  pal_delivery_note (self, "asking for the offset in %u ms: %s", (guint) delay_ms, message);
  wait_then (self, STEP_OFFSET, (guint) delay_ms, FALSE);
  pal_delivery_set_state (self, PAL_DELIVERY_WAITING, reason, message);
}

static void
send_smaller_part (PalDelivery *self)
{
  if (self->part <= PAL_PART_MINIMUM)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_TOO_LARGE,
                        "the server refuses even the smallest part (413)");
      return;
    }
  self->part = pal_delivery_rules_smaller_part (self->part);
  self->part_maximum = self->part;
  pal_delivery_note (self, "part too large for the server; now %" G_GOFFSET_FORMAT " bytes",
                     self->part);
  pal_delivery_steps_run (self, STEP_OFFSET);
}

/* Handles every reply but the one that was hoped for. Returns TRUE when the caller may go on. */
static gboolean
is_good_reply (PalDelivery *self, PalRequestKind kind, PalReply *reply)
{
  PalDeliveryReason reason = PAL_DELIVERY_REASON_NONE;
  PalAction action;
  g_autofree char *message = NULL;

  if (reply->read_short)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_ARCHIVE_CHANGED,
                        "the archive became shorter while it was sent");
      return FALSE;
    }
  if (reply->read_errno != 0)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_LOCAL_IO,
                        g_strerror (reply->read_errno));
      return FALSE;
    }
  if (reply->too_long)
    {
      wait_after_failure (self, kind, PAL_DELIVERY_REASON_PROTOCOL, 0,
                          "what came in place of a receipt is too long to be one");
      return FALSE;
    }

  if (reply->curl_code != 0 && reply->proxy_status >= 400 && reply->proxy_status < 500)
    {
      action = PAL_ACTION_STOP;
      reason = PAL_DELIVERY_REASON_PROXY;
      message = g_strdup_printf ("the proxy answered %u", reply->proxy_status);
    }
  else if (reply->curl_code != 0)
    {
      action = pal_delivery_rules_for_curl (reply->curl_code, &reason);
      message = g_strdup (pal_transfer_describe_code (reply->curl_code));
    }
  else
    {
      action = pal_delivery_rules_for_status (kind, reply->status, &reason);
      message = g_strdup_printf ("the server answered %u", reply->status);
    }

  switch (action)
    {
    case PAL_ACTION_GO_ON:
      return TRUE;
    case PAL_ACTION_NOTHING:
      pal_delivery_steps_run (self, self->file->upload != NULL ? STEP_OFFSET : STEP_CREATE);
      break;
    case PAL_ACTION_PENDING:
      if (self->n_checks == 0)
        pal_delivery_note (self, "all bytes are there; the archive is being checked");
      self->n_failures = 0;
      pal_delivery_steps_wait_for_receipt (self, reply->retry_after_s);
      break;
    case PAL_ACTION_OFFSET:
      ask_offset_later (self, reason, message);
      break;
    case PAL_ACTION_RENEW:
      renew (self, "the server does not know the upload any more");
      break;
    case PAL_ACTION_HALVE:
      send_smaller_part (self);
      break;
    case PAL_ACTION_WAIT:
      wait_after_failure (self, kind, reason, reply->retry_after_s, message);
      break;
    case PAL_ACTION_STOP:
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, reason, message);
      break;
    }

  return FALSE;
}

/* Takes what the server says has arrived, and goes on from there. */
static void
take_offset (PalDelivery *self, goffset offset)
{
  if (offset > self->file->sent)
    {
      self->n_failures = 0;
      self->n_conflicts = 0;
    }
  else if (offset < self->file->sent)
    /* Servers that do not flush may lose what they had acknowledged. */
    pal_delivery_note (self, "the server went back to %" G_GOFFSET_FORMAT " bytes", offset);
  pal_delivery_set_sent (self, offset);

  if (offset == self->file->size)
    {
      pal_delivery_note (self, "all %" G_GOFFSET_FORMAT " bytes have arrived", offset);
      pal_delivery_set_state (self, PAL_DELIVERY_DELIVERED, PAL_DELIVERY_REASON_NONE, NULL);
      self->n_checks++;
      pal_delivery_steps_run (self, STEP_RECEIPT);
    }
  else
    pal_delivery_steps_run (self, STEP_PART);
}

/* A page of something that stands before the module is no forgery: nobody signed it. DER of CMS
 * begins with a SEQUENCE; what does so is judged by its signature. */
static gboolean
looks_like_receipt (GBytes *body)
{
  gsize size = 0;
  const guchar *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  return size > 0 && data[0] == 0x30;
}

static void
receipt_cb (PalReply *reply_in, gpointer data)
{
  PalDelivery *self = data;
  g_autoptr (PalReply) reply = reply_in;

  if (!is_good_reply (self, PAL_REQUEST_RECEIPT, reply))
    return;
  if (looks_like_receipt (reply->body))
    pal_delivery_check_receipt (self, reply->body);
  else
    wait_after_failure (self, PAL_REQUEST_RECEIPT, PAL_DELIVERY_REASON_PROTOCOL,
                        reply->retry_after_s, "what came in place of a receipt is none");
}

static void
create_cb (PalReply *reply_in, gpointer data)
{
  PalDelivery *self = data;
  g_autoptr (PalReply) reply = reply_in;

  if (!is_good_reply (self, PAL_REQUEST_CREATE, reply))
    return;

  self->file->upload = pal_delivery_rules_dup_upload_path (self->endpoint->url, reply->location);
  if (self->file->upload == NULL)
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_PROTOCOL,
                        "the server gave the upload an address outside its endpoint");
      return;
    }

  self->high_water = 0;
  pal_delivery_note (self, "upload created");
  pal_delivery_set_sent (self, 0);
  /* Not one byte before the address is on the disk: otherwise a crash would send it twice. */
  pal_delivery_save_then (self, STEP_PART);
}

static void
offset_cb (PalReply *reply_in, gpointer data)
{
  PalDelivery *self = data;
  g_autoptr (PalReply) reply = reply_in;
  goffset offset;
  goffset length;

  if (!is_good_reply (self, PAL_REQUEST_OFFSET, reply))
    return;

  if (!pal_delivery_rules_parse_length (reply->upload_offset, &offset))
    /* Not the words of a tus server: it may come back. */
    wait_after_failure (self, PAL_REQUEST_OFFSET, PAL_DELIVERY_REASON_PROTOCOL,
                        reply->retry_after_s, "the server does not say where the upload is");
  else if (reply->upload_length != NULL
           && (!pal_delivery_rules_parse_length (reply->upload_length, &length)
               || length != self->file->size))
    take_nonsense (self, "the upload has another length");
  else if (offset > self->file->size || (self->high_water >= 0 && offset > self->high_water))
    take_nonsense (self, "the server claims more than was sent");
  else
    {
      pal_delivery_note (self, "going on at %" G_GOFFSET_FORMAT " bytes", offset);
      /* An upload that is whole but has no receipt yet: ask again later. */
      if (offset == self->file->size && self->n_checks > 0)
        pal_delivery_steps_wait_for_receipt (self, reply->retry_after_s);
      else
        take_offset (self, offset);
    }
}

static void
part_cb (PalReply *reply_in, gpointer data)
{
  PalDelivery *self = data;
  g_autoptr (PalReply) reply = reply_in;
  goffset began = self->file->sent;
  goffset length = MIN (self->part, self->file->size - began);
  goffset offset;

  if (self->high_water >= 0)
    self->high_water = MAX (self->high_water, began + reply->handed_out);
  if (!is_good_reply (self, PAL_REQUEST_PART, reply))
    return;

  if (!pal_delivery_rules_parse_length (reply->upload_offset, &offset)
      || offset > began + reply->handed_out)
    {
      pal_delivery_steps_run (self, STEP_OFFSET);
      return;
    }
  if (offset <= began)
    {
      /* Nothing of the part was kept, and no error was told. */
      wait_after_failure (self, PAL_REQUEST_PART, PAL_DELIVERY_REASON_SERVER_BUSY,
                          reply->retry_after_s, "the server kept nothing of a part");
      return;
    }

  self->part = MIN (pal_delivery_rules_next_part (self->part, reply->took_us, length == self->part),
                    self->part_maximum);
  g_info ("%" G_GOFFSET_FORMAT " of %" G_GOFFSET_FORMAT " bytes", offset, self->file->size);
  take_offset (self, offset);
}

static void
create (PalDelivery *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->endpoint->url, G_URI_FLAGS_ENCODED, NULL);
  const char *path = uri != NULL ? g_uri_get_path (uri) : "";
  g_autofree char *name = g_path_get_basename (self->file->archive);
  g_autofree char *metadata = pal_delivery_rules_dup_metadata (self->file->sha256, name);
  g_autofree char *metadata_header = g_strconcat ("Upload-Metadata: ", metadata, NULL);
  g_autofree char *length_header
      = g_strdup_printf ("Upload-Length: %" G_GOFFSET_FORMAT, self->file->size);
  const char *headers[] = { length_header, metadata_header, NULL };
  PalTransferRequest request = {
    .kind = PAL_REQUEST_CREATE, .path = *path != '\0' ? path : "/", .headers = headers, .fd = -1
  };

  pal_transfer_request (self->transfer, &request, create_cb, self);
}

static void
send_part (PalDelivery *self)
{
  g_autofree char *offset_header
      = g_strdup_printf ("Upload-Offset: %" G_GOFFSET_FORMAT, self->file->sent);
  const char *headers[] = { "Content-Type: application/offset+octet-stream", offset_header, NULL };
  PalTransferRequest request = { .kind = PAL_REQUEST_PART,
                                 .path = self->file->upload,
                                 .headers = headers,
                                 .fd = self->archive->fd,
                                 .offset = self->file->sent,
                                 .length = MIN (self->part, self->file->size - self->file->sent) };

  if (!pal_delivery_archive_is_unchanged (self->archive))
    {
      pal_delivery_end (self, PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_ARCHIVE_CHANGED,
                        "the archive was changed while it was sent");
      return;
    }

  if (self->file->state != PAL_DELIVERY_SENDING)
    pal_delivery_set_state (self, PAL_DELIVERY_SENDING, PAL_DELIVERY_REASON_NONE, NULL);
  pal_transfer_request (self->transfer, &request, part_cb, self);
}

/* Asks what the person set, before each use of the network. A delivery runs only because somebody
 * agreed to it, pal_delivery_start() being the only way in: what is set can hold it back, and never
 * starts one. The monitor's word is a hint, so it is asked again every minute. */
static gboolean
hold_back (PalDelivery *self, PalDeliveryStep step)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) until = NULL;
  PalLink link = pal_link_get_now ();
  PalDeliveryReason reason = PAL_DELIVERY_REASON_NO_CONNECTION;
  gint64 wait_ms = HOLD_MS;
  gboolean was_held = self->is_held;

  self->is_held = FALSE;
  switch (pal_send_policy_decide (&self->endpoint->manners, now, &link, self->is_running,
                                  self->is_told_now, &until))
    {
    case PAL_SEND_GO:
      return FALSE;
    case PAL_SEND_WAIT_AGREEMENT:
      return TRUE;
    case PAL_SEND_WAIT_LINK:
      break;
    case PAL_SEND_WAIT_UNMETERED:
      reason = PAL_DELIVERY_REASON_METERED;
      break;
    case PAL_SEND_WAIT_HOURS:
      reason = PAL_DELIVERY_REASON_HOURS;
      wait_ms = CLAMP (g_date_time_difference (until, now) / 1000 + 1, 1, HOLD_MS);
      break;
    }

  self->is_held = TRUE;
  wait_then (self, step, (guint) wait_ms, TRUE);
  self->file->next_try_us
      = until != NULL ? g_date_time_to_unix (until) * G_USEC_PER_SEC : (gint64) 0;
  if (!was_held)
    pal_delivery_note (self, "held back: %s", pal_delivery_reason_to_string (reason));
  /* What has arrived has arrived, whatever holds back the question for its receipt. */
  pal_delivery_set_state (self,
                          self->file->state == PAL_DELIVERY_DELIVERED ? PAL_DELIVERY_DELIVERED
                                                                      : PAL_DELIVERY_WAITING,
                          reason, NULL);

  return TRUE;
}

/* Takes @step now, unless it is held back. Main context of the delivery. */
void
pal_delivery_steps_run (PalDelivery *self, PalDeliveryStep step)
{
  clear_wait (self);
  /* A few bytes that make a package end are sent when the person says so. */
  if (step != STEP_WITHDRAW && hold_back (self, step))
    return;
  self->step = step;
  self->file->next_try_us = 0;

  switch (step)
    {
    case STEP_RECEIPT:
      {
        g_autofree char *path = g_strconcat ("/receipts/", self->file->sha256, NULL);
        PalTransferRequest request = { .kind = PAL_REQUEST_RECEIPT, .path = path, .fd = -1 };

        pal_transfer_request (self->transfer, &request, receipt_cb, self);
        break;
      }
    case STEP_CREATE:
      create (self);
      break;
    case STEP_OFFSET:
      {
        PalTransferRequest request
            = { .kind = PAL_REQUEST_OFFSET, .path = self->file->upload, .fd = -1 };

        pal_transfer_request (self->transfer, &request, offset_cb, self);
        break;
      }
    case STEP_PART:
      send_part (self);
      break;
    case STEP_WITHDRAW:
      pal_delivery_withdraw (self);
      break;
    }
}
