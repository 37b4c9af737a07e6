// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-part"
#include "config.h"

#include "pal-module-part.h"

#include "pal-module-reply.h"

#include <string.h>

#define TAKE_OVER_US (2 * G_USEC_PER_SEC)
#define FLUSH_EVERY (16 << 20)

static void
cut (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* The archive is whole: it is judged after the answer, so that a sender does not wait. */
static void
take_finished (PalModuleServer *self, PalUpload *upload)
{
  if (upload->offset == upload->length && !upload->is_gone)
    pal_check_push (self->check, upload);
}

static gboolean
is_forgotten (PalModuleServer *self, PalUpload *upload)
{
  if (upload->is_gone)
    return TRUE;
  if (!pal_faults_is_on (self->faults, PAL_FAULT_FORGET)
      || upload->offset < pal_faults_get_value (self->faults, PAL_FAULT_FORGET))
    return FALSE;
  pal_faults_used (self->faults, PAL_FAULT_FORGET);
  pal_store_forget (self->store, upload);

  return TRUE;
}

/* Lets go of an upload; what arrived stays in the file and is flushed before the next answer. */
void
pal_part_release (PalPart *part)
{
  if (part->throttle != 0)
    g_source_remove (part->throttle);
  part->throttle = 0;
  if (part->upload == NULL)
    return;
  g_hash_table_remove (part->module->receiving, part->upload->id);
  g_clear_pointer (&part->upload, pal_upload_unref);
}

static void
part_free (gpointer data)
{
  pal_part_release (data);
  g_free (data);
}

static gboolean
throttle_over_cb (gpointer data)
{
  PalPart *part = data;

  part->throttle = 0;
  pal_reply_unpause (part->message);

  return G_SOURCE_REMOVE;
}

static void
throttle (PalPart *part)
{
  gint64 rate = pal_faults_get_value (part->module->faults, PAL_FAULT_RATE);
  gint64 due_us = part->began_us + part->received * G_USEC_PER_SEC / MAX (rate, 1);
  gint64 now_us = g_get_monotonic_time ();

  if (due_us <= now_us)
    return;
  soup_server_message_pause (part->message);
  part->throttle = g_timeout_add ((guint) ((due_us - now_us) / 1000) + 1, throttle_over_cb, part);
}

static void
checkpoint_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!pal_store_commit_finish (NULL, result, &error))
    g_warning ("an upload cannot be flushed: %s", error->message);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  PalPart *part = data;
  PalFaults *faults = part->module->faults;
  g_autoptr (GError) error = NULL;
  gsize length;
  gconstpointer bytes = g_bytes_get_data (chunk, &length);

  if (part->upload == NULL || part->is_done)
    return;

  length = MIN ((goffset) length, part->expected - part->received);
  if (!pal_upload_write (part->upload, bytes, length, &error))
    {
      g_warning ("an upload cannot be written: %s", error->message);
      pal_reply_set (message, 507, "the archive cannot be stored");
      part->is_done = TRUE;
      pal_part_release (part);
      return;
    }
  part->received += length;
  part->last_us = g_get_monotonic_time ();
  faults->received += length;
  /* So that the flush at the end of a large part has little left to do, and a crash costs little.
   */
  if (part->received >= part->next_flush && part->received < part->expected)
    {
      part->next_flush = part->received + FLUSH_EVERY;
      pal_store_commit_async (part->module->store, part->upload, checkpoint_cb, NULL);
    }

  if (pal_faults_is_on (faults, PAL_FAULT_CUT_AFTER)
      && faults->received >= pal_faults_get_value (faults, PAL_FAULT_CUT_AFTER))
    {
      pal_faults_used (faults, PAL_FAULT_CUT_AFTER);
      faults->received = 0;
      part->is_done = TRUE;
      pal_part_release (part);
      cut (message);
    }
  else if (pal_faults_is_on (faults, PAL_FAULT_STALL)
           && part->upload->written >= pal_faults_get_value (faults, PAL_FAULT_STALL))
    {
      pal_faults_used (faults, PAL_FAULT_STALL);
      part->is_done = TRUE;
      pal_part_release (part);
      soup_server_message_pause (message);
    }
  else if (pal_faults_is_on (faults, PAL_FAULT_RATE))
    throttle (part);
}

/* What waits for a flush: the reply to a PATCH or a HEAD. */
typedef struct
{
  PalModuleServer *module;
  SoupServerMessage *message; /* (owned) */
  PalUpload *upload;          /* (owned) */
} Flush;

static void
flush_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flush *flush = data;
  g_autoptr (GError) error = NULL;
  gboolean is_patch = strcmp (soup_server_message_get_method (flush->message), "PATCH") == 0;

  if (!pal_store_commit_finish (flush->module->store, result, &error))
    {
      g_warning ("an upload cannot be flushed: %s", error->message);
      pal_reply_set (flush->message, 507, "the archive cannot be stored");
    }
  else if (flush->upload->is_gone || (!is_patch && is_forgotten (flush->module, flush->upload)))
    pal_reply_set (flush->message, 404, "no such upload");
  else
    {
      pal_reply_set_number (flush->message, "Upload-Offset", flush->upload->offset);
      if (is_patch)
        pal_reply_set_no_content (flush->message);
      else
        {
          pal_reply_set_number (flush->message, "Upload-Length", flush->upload->length);
          pal_reply_set_header (flush->message, "Cache-Control", "no-store");
          soup_server_message_set_status (flush->message, 200, NULL);
        }
      if (flush->upload->offset == flush->upload->length)
        {
          g_autofree char *receipt = g_strconcat (PAL_MODULE_RECEIPTS, flush->upload->sha256, NULL);

          pal_reply_set_header (flush->message, "Receipt", receipt);
          if (is_patch)
            take_finished (flush->module, flush->upload);
        }
      else if (is_patch)
        is_forgotten (flush->module, flush->upload);
    }
  pal_reply_unpause (flush->message);
  g_object_unref (flush->message);
  pal_upload_unref (flush->upload);
  g_free (flush);
}

void
pal_part_reply_after_flush (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload)
{
  Flush *flush = g_new0 (Flush, 1);

  flush->module = self;
  flush->message = g_object_ref (message);
  flush->upload = pal_upload_ref (upload);
  soup_server_message_pause (message);
  pal_store_commit_async (self->store, upload, flush_done_cb, flush);
}

/* A request whose sender went away must not keep the upload from the next one; one that still sends
 * does (423). */
static gboolean
take_over (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload)
{
  PalPart *part = g_hash_table_lookup (self->receiving, upload->id);

  if (part == NULL)
    return TRUE;
  if (g_get_monotonic_time () - part->last_us < TAKE_OVER_US)
    {
      pal_reply_set (message, 423, "another request is writing to this upload");
      return FALSE;
    }
  part->is_done = TRUE;
  cut (part->message);
  pal_part_release (part);

  return TRUE;
}

/* Termination (tus 1.0). What is whole is being judged, and its receipt will tell. */
void
pal_part_end_upload (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload)
{
  PalPart *part = g_hash_table_lookup (self->receiving, upload->id);

  if (upload->written == upload->length)
    {
      pal_reply_set (message, 403, "all of it has arrived, and is being checked");
      return;
    }
  if (part != NULL)
    {
      part->is_done = TRUE;
      cut (part->message);
      pal_part_release (part);
    }
  pal_store_forget (self->store, upload);
  pal_reply_set_no_content (message);
  g_message ("an upload was taken back by its sender");
}

void
pal_part_answer_offset (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload)
{
  if (!take_over (self, message, upload))
    return;

  if (pal_faults_is_on (self->faults, PAL_FAULT_LOSE) && upload->written > 0)
    {
      goffset lost = pal_faults_get_value (self->faults, PAL_FAULT_LOSE);

      pal_faults_used (self->faults, PAL_FAULT_LOSE);
      if (!pal_upload_truncate (upload, MAX (upload->written - lost, 0), NULL))
        g_warning ("an upload cannot be cut short");
    }
  pal_part_reply_after_flush (self, message, upload);
}

void
pal_part_begin (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload)
{
  const char *type = pal_reply_get_header (message, "Content-Type");
  goffset length
      = soup_message_headers_get_content_length (soup_server_message_get_request_headers (message));
  goffset offset;
  PalPart *part;

  if (g_strcmp0 (type, "application/offset+octet-stream") != 0)
    {
      pal_reply_set (message, 415, "a part is application/offset+octet-stream");
      return;
    }
  if (!pal_reply_get_number (message, "Upload-Offset", &offset))
    {
      pal_reply_set (message, 400, "Upload-Offset is missing");
      return;
    }
  if (!take_over (self, message, upload))
    return;
  if (offset != upload->written)
    {
      pal_reply_set (message, 409, "Upload-Offset is not where the upload is");
      return;
    }
  if (length > upload->length - offset
      || (pal_faults_is_on (self->faults, PAL_FAULT_PART_LIMIT)
          && length > pal_faults_get_value (self->faults, PAL_FAULT_PART_LIMIT)))
    {
      pal_reply_set (message, 413, "the part is too long");
      return;
    }

  part = g_new0 (PalPart, 1);
  part->module = self;
  part->message = message;
  part->upload = pal_upload_ref (upload);
  part->expected = length;
  part->next_flush = FLUSH_EVERY;
  part->began_us = g_get_monotonic_time ();
  part->last_us = part->began_us;
  g_hash_table_insert (self->receiving, upload->id, part);
  g_object_set_data_full (G_OBJECT (message), "part", part, part_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), part);
}
