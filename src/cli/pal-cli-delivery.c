// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-delivery"
#include "config.h"

#include "pal-cli-delivery.h"

#include "pal-cli.h"

#include "pal-clock.h"
#include "pal-paths.h"

#include <string.h>

/* What a person should do. Without default: a new reason will not compile without its words. */
const char *
pal_cli_delivery_get_reason_words (PalDeliveryReason reason)
{
  switch (reason)
    {
    case PAL_DELIVERY_REASON_NONE:
      return NULL;
    case PAL_DELIVERY_REASON_NO_CONNECTION:
      return "the server cannot be reached";
    case PAL_DELIVERY_REASON_CUT:
      return "the connection broke";
    case PAL_DELIVERY_REASON_STALLED:
      return "nothing moves any more on the connection";
    case PAL_DELIVERY_REASON_SERVER_BUSY:
      return "the server asks to wait";
    case PAL_DELIVERY_REASON_CERTIFICATE:
      return "the server's certificate is not trusted, or it does not take ours; nothing was sent";
    case PAL_DELIVERY_REASON_NOT_ALLOWED:
      return "the server does not let us send: token or client certificate are wrong or not known "
             "there";
    case PAL_DELIVERY_REASON_REDIRECT:
      return "the server points to another address; nothing is sent there";
    case PAL_DELIVERY_REASON_TOO_LARGE:
      return "the server does not take an archive of this size; it can be copied to a USB stick";
    case PAL_DELIVERY_REASON_PROTOCOL:
      return "this is no endpoint that Palermo can talk to, or it answers what makes no sense";
    case PAL_DELIVERY_REASON_FORGED_RECEIPT:
      return "the receipt is not signed by the module, or speaks of another archive; the archive "
             "does not count as delivered";
    case PAL_DELIVERY_REASON_ARCHIVE_CHANGED:
      return "the archive was changed while it was sent; send it again as it is now";
    case PAL_DELIVERY_REASON_LOCAL_IO:
      return "this computer's disk does not play along; what was sent stays with the server";
    case PAL_DELIVERY_REASON_PROXY:
      return "the proxy does not let us through: look at its address, name and password";
    case PAL_DELIVERY_REASON_HOURS:
      return "it is held back until the hours that were set";
    case PAL_DELIVERY_REASON_METERED:
      return "it is held back while the connection is metered";
    case PAL_DELIVERY_REASON_REFUSED:
      return "the module refuses the archive";
    case PAL_DELIVERY_REASON_CANCELLED:
      return "it was cancelled";
    case PAL_DELIVERY_REASON_REPLACED:
      return "a newer archive took its place";
    }

  return NULL;
}

int
pal_cli_delivery_get_exit_code (PalDelivery *delivery)
{
  switch (pal_delivery_get_state (delivery))
    {
    case PAL_DELIVERY_ACCEPTED:
      return PAL_EXIT_OK;
    case PAL_DELIVERY_REFUSED:
      return PAL_EXIT_INVALID;
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_WAITING:
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_DELIVERED:
      return PAL_EXIT_LATER;
    case PAL_DELIVERY_STOPPED:
    case PAL_DELIVERY_ENDED:
      break;
    }

  switch (pal_delivery_get_reason (delivery))
    {
    case PAL_DELIVERY_REASON_FORGED_RECEIPT:
    case PAL_DELIVERY_REASON_REFUSED:
      return PAL_EXIT_INVALID;
    case PAL_DELIVERY_REASON_TOO_LARGE:
      return PAL_EXIT_LIMIT;
    case PAL_DELIVERY_REASON_LOCAL_IO:
    case PAL_DELIVERY_REASON_ARCHIVE_CHANGED:
      return PAL_EXIT_IO;
    case PAL_DELIVERY_REASON_NONE:
    case PAL_DELIVERY_REASON_NO_CONNECTION:
    case PAL_DELIVERY_REASON_CUT:
    case PAL_DELIVERY_REASON_STALLED:
    case PAL_DELIVERY_REASON_SERVER_BUSY:
    case PAL_DELIVERY_REASON_CERTIFICATE:
    case PAL_DELIVERY_REASON_NOT_ALLOWED:
    case PAL_DELIVERY_REASON_REDIRECT:
    case PAL_DELIVERY_REASON_PROTOCOL:
    case PAL_DELIVERY_REASON_PROXY:
    case PAL_DELIVERY_REASON_HOURS:
    case PAL_DELIVERY_REASON_METERED:
    case PAL_DELIVERY_REASON_CANCELLED:
    case PAL_DELIVERY_REASON_REPLACED:
      break;
    }

  return PAL_EXIT_INDETERMINATE;
}

void
pal_cli_set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

JsonNode *
pal_cli_delivery_describe (const PalDeliveryFile *file, const char *state_dir)
{
  g_autofree char *receipt
      = file->sha256 != NULL ? pal_delivery_file_dup_receipt_path (state_dir, file->sha256) : NULL;
  g_autofree char *changed = pal_clock_format_rfc3339 (file->changed_us);
  g_autofree char *queued = file->queued_us > 0 ? pal_clock_format_rfc3339 (file->queued_us) : NULL;
  g_autofree char *next_try
      = file->next_try_us > 0 ? pal_clock_format_rfc3339 (file->next_try_us) : NULL;
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  pal_cli_set_text (object, "state", pal_delivery_state_to_string (file->state));
  pal_cli_set_text (object, "reason", pal_delivery_reason_to_string (file->reason));
  pal_cli_set_text (object, "message", file->message);
  pal_cli_set_text (object, "archive", file->archive);
  pal_cli_set_text (object, "sha256", file->sha256);
  json_object_set_int_member (object, "size", file->size);
  json_object_set_int_member (object, "sent", file->sent);
  pal_cli_set_text (object, "endpoint", file->endpoint);
  pal_cli_set_text (object, "stateDir", state_dir);
  pal_cli_set_text (object, "receipt",
                    receipt != NULL && g_file_test (receipt, G_FILE_TEST_EXISTS) ? receipt : NULL);
  pal_cli_set_text (object, "nextTry", next_try);
  pal_cli_set_text (object, "queued", queued);
  pal_cli_set_text (object, "changed", changed);
  json_node_take_object (node, object);

  return node;
}

char *
pal_cli_delivery_dup_dir (const char *name)
{
  g_autofree char *outbox = NULL;

  if (strchr (name, '/') != NULL || g_file_test (name, G_FILE_TEST_IS_DIR))
    return g_strdup (name);
  outbox = pal_paths_dup_state_dir ("outbox");

  return g_build_filename (outbox, name, NULL);
}

static void
busy_cb (PalDelivery *delivery, GParamSpec *pspec, GMainLoop *loop)
{
  if (!pal_delivery_is_busy (delivery))
    g_main_loop_quit (loop);
}

/**
 * pal_cli_delivery_cancel:
 * @dir: folder of a delivery
 * @endpoint: (nullable): with what to ask the module to let go of what it has; %NULL: it is not
 * asked
 * @replaced_by: (nullable): name of the archive that takes its place
 * @state: (out): as it is now, see pal_delivery_cancel()
 * @error: return location
 *
 * Ends a delivery that another run left, and waits until that is done.
 *
 * Returns: whether there was one; otherwise the errors of pal_delivery_file_load(), or
 * %G_IO_ERROR_INVALID_ARGUMENT when it goes to another module than @endpoint
 */
gboolean
pal_cli_delivery_cancel (const char *dir, const PalEndpoint *endpoint, const char *replaced_by,
                         PalDeliveryState *state, GError **error)
{
  g_autoptr (PalDeliveryFile) file = pal_delivery_file_load (dir, error);
  g_autoptr (PalEndpoint) to = NULL;
  g_autoptr (PalDelivery) delivery = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (file == NULL)
    return FALSE;
  if (endpoint != NULL && g_strcmp0 (endpoint->url, file->endpoint) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "it goes to %s", file->endpoint);
      return FALSE;
    }
  to = endpoint != NULL ? pal_endpoint_copy (endpoint) : pal_endpoint_new ();
  if (endpoint == NULL)
    to->url = g_strdup (file->endpoint);

  delivery = pal_delivery_new (file->archive, to, dir);
  g_signal_connect (delivery, "notify::busy", G_CALLBACK (busy_cb), loop);
  pal_delivery_cancel (delivery, replaced_by);
  if (pal_delivery_is_busy (delivery))
    g_main_loop_run (loop);
  *state = pal_delivery_get_state (delivery);

  return TRUE;
}
