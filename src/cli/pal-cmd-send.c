// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-send"
#include "config.h"

#include "pal-cli-delivery.h"
#include "pal-cli-endpoint.h"
#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-digest.h"
#include "pal-paths.h"
#include "pal-receipt.h"
#include "pal-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_SHOWN 300

typedef struct
{
  PalCliEndpointOptions to;
  char *state;
  gboolean once;
  int max_wait_s;
  gboolean again;
  char *replaced; /* (nullable): NAME|DIR */
  gboolean json;
  gboolean quiet;
} SendOptions;

static void
send_options_clear (SendOptions *options)
{
  pal_cli_endpoint_options_clear (&options->to);
  g_free (options->state);
  g_free (options->replaced);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SendOptions, send_options_clear)

typedef struct
{
  PalDelivery *delivery; /* (unowned) */
  const SendOptions *options;
  GMainLoop *loop;   /* (unowned) */
  gboolean is_later; /* somebody, or the clock, ended it before its time */
  int shown_percent;
  gboolean shows_line;
} Send;

static char *
dup_state_text (PalDelivery *delivery)
{
  const char *words = pal_cli_delivery_get_reason_words (pal_delivery_get_reason (delivery));
  const char *message = pal_delivery_get_message (delivery);
  g_autofree char *printable
      = message != NULL ? pal_text_dup_printable (message, MAX_SHOWN) : g_strdup ("");
  g_autofree char *until = NULL;

  if (pal_delivery_get_state (delivery) == PAL_DELIVERY_WAITING
      && pal_delivery_get_next_try (delivery) > 0)
    {
      g_autoptr (GDateTime) time
          = g_date_time_new_from_unix_local (pal_delivery_get_next_try (delivery) / G_USEC_PER_SEC);

      until = g_date_time_format (time, " until %H:%M:%S");
    }

  return g_strdup_printf (
      "%s%s%s%s%s%s%s", pal_delivery_state_to_string (pal_delivery_get_state (delivery)),
      until != NULL ? until : "", words != NULL ? ": " : "", words != NULL ? words : "",
      *printable != '\0' ? " (" : "", printable, *printable != '\0' ? ")" : "");
}

static void
end_line (Send *send)
{
  if (send->shows_line)
    fputc ('\n', stderr);
  send->shows_line = FALSE;
}

static void
sent_cb (PalDelivery *delivery, GParamSpec *pspec, gpointer data)
{
  Send *send = data;
  goffset size = pal_delivery_get_size (delivery);
  int percent = size > 0 ? (int) (pal_delivery_get_sent (delivery) * 100 / size) : 0;

  if (send->options->quiet || percent == send->shown_percent)
    return;
  send->shown_percent = percent;
  if (isatty (STDERR_FILENO))
    {
      fprintf (stderr, "\rsending %d %%", percent);
      send->shows_line = TRUE;
    }
  else
    fprintf (stderr, "sending %d %%\n", percent);
}

static void
state_cb (PalDelivery *delivery, GParamSpec *pspec, gpointer data)
{
  Send *send = data;
  PalDeliveryState state = pal_delivery_get_state (delivery);

  if (!send->options->quiet && state != PAL_DELIVERY_SENDING && state != PAL_DELIVERY_QUEUED)
    {
      g_autofree char *text = dup_state_text (delivery);

      end_line (send);
      fprintf (stderr, "%s\n", text);
    }

  switch (state)
    {
    case PAL_DELIVERY_ACCEPTED:
    case PAL_DELIVERY_REFUSED:
    case PAL_DELIVERY_STOPPED:
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_ENDED:
      g_main_loop_quit (send->loop);
      break;
    case PAL_DELIVERY_WAITING:
      if (send->options->once)
        {
          send->is_later = TRUE;
          g_main_loop_quit (send->loop);
        }
      break;
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_DELIVERED:
      break;
    }
}

/* A wait that begins while one was already shown changes the time of the next try only. */
static void
next_try_cb (PalDelivery *delivery, GParamSpec *pspec, gpointer data)
{
  Send *send = data;

  if (!send->options->once || pal_delivery_get_next_try (delivery) == 0)
    return;
  send->is_later = TRUE;
  g_main_loop_quit (send->loop);
}

static gboolean
later_cb (gpointer data)
{
  Send *send = data;

  send->is_later = TRUE;
  g_main_loop_quit (send->loop);

  return G_SOURCE_CONTINUE;
}

/* One folder per archive and endpoint, so that the same words a day later go on where they were. */
static char *
dup_default_state_dir (const char *archive, const char *endpoint)
{
  g_autofree char *outbox = pal_paths_dup_state_dir ("outbox");
  g_autofree char *name = g_path_get_basename (archive);
  g_autofree char *both = g_strconcat (archive, "\n", endpoint, NULL);
  g_autofree char *digest = pal_digest_bytes_hex (both, strlen (both));
  g_autofree char *folder = NULL;

  digest[8] = '\0';
  folder = g_strconcat (name, "-", digest, NULL);

  return g_build_filename (outbox, folder, NULL);
}

static void
add_receipt (JsonObject *object, PalDelivery *delivery, const PalEndpoint *endpoint)
{
  GBytes *bytes = pal_delivery_get_receipt (delivery);
  g_autoptr (PalReceipt) receipt = NULL;
  JsonObject *verification;

  if (bytes == NULL)
    return;
  receipt = pal_receipt_verify (bytes, endpoint->module_certificate,
                                pal_delivery_get_sha256 (delivery), -1, NULL);
  if (receipt == NULL)
    return;
  verification = json_object_new ();
  json_object_set_int_member (verification, "code", receipt->code);
  pal_cli_set_text (verification, "indication", receipt->indication);
  pal_cli_set_text (verification, "message", receipt->message);
  json_object_set_object_member (object, "verification", verification);
  pal_cli_set_text (object, "receiptId", receipt->id);
  pal_cli_set_text (object, "receiptStatus", pal_receipt_status_to_string (receipt->status));
  pal_cli_set_text (object, "received", receipt->received);
  pal_cli_set_text (object, "receiver", receipt->receiver);
}

static void
print_result (PalDelivery *delivery, const char *archive, const char *state_dir,
              const PalEndpoint *endpoint)
{
  g_autoptr (PalDeliveryFile) file = pal_delivery_file_new ();
  g_autoptr (JsonNode) node = NULL;

  file->archive = g_strdup (archive);
  file->size = pal_delivery_get_size (delivery);
  file->sent = pal_delivery_get_sent (delivery);
  file->sha256 = g_strdup (pal_delivery_get_sha256 (delivery));
  file->endpoint = g_strdup (endpoint->url);
  file->state = pal_delivery_get_state (delivery);
  file->reason = pal_delivery_get_reason (delivery);
  file->message = g_strdup (pal_delivery_get_message (delivery));
  file->next_try_us = pal_delivery_get_next_try (delivery);
  file->queued_us = pal_delivery_get_queued (delivery);
  file->changed_us = g_get_real_time ();
  node = pal_cli_delivery_describe (file, state_dir);
  add_receipt (json_node_get_object (node), delivery, endpoint);
  pal_cli_print_json (node);
}

static int
run_delivery (PalDelivery *delivery, const SendOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Send send = { .delivery = delivery, .options = options, .loop = loop, .shown_percent = -1 };
  PalDeliveryState state = pal_delivery_get_state (delivery);
  guint sources[3] = { 0 };
  int code;

  /* A refusal stands until a person says otherwise, and so does that a newer one took its place:
   * nobody shall send both by accident. */
  if (state == PAL_DELIVERY_ACCEPTED
      || (!options->again
          && (state == PAL_DELIVERY_REFUSED
              || (state == PAL_DELIVERY_ENDED
                  && pal_delivery_get_reason (delivery) == PAL_DELIVERY_REASON_REPLACED))))
    {
      state_cb (delivery, NULL, &send);
      return pal_cli_delivery_get_exit_code (delivery);
    }

  g_signal_connect (delivery, "notify::state", G_CALLBACK (state_cb), &send);
  g_signal_connect (delivery, "notify::next-try", G_CALLBACK (next_try_cb), &send);
  g_signal_connect (delivery, "notify::sent", G_CALLBACK (sent_cb), &send);
  sources[0] = g_unix_signal_add (SIGINT, later_cb, &send);
  sources[1] = g_unix_signal_add (SIGTERM, later_cb, &send);
  if (options->max_wait_s > 0)
    sources[2] = g_timeout_add_seconds ((guint) options->max_wait_s, later_cb, &send);

  pal_delivery_start (delivery);
  state = pal_delivery_get_state (delivery);
  if (state != PAL_DELIVERY_STOPPED)
    g_main_loop_run (loop);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i] != 0)
      g_source_remove (sources[i]);

  code = send.is_later ? PAL_EXIT_LATER : pal_cli_delivery_get_exit_code (delivery);
  g_signal_handlers_disconnect_by_data (delivery, &send);
  end_line (&send);

  return code;
}

/* Ends the delivery whose place the archive takes. Returns FALSE when both would go. */
static gboolean
replace (const SendOptions *options, const PalEndpoint *endpoint, const char *archive,
         const char *state_dir, int *exit_code)
{
  g_autofree char *dir = pal_cli_delivery_dup_dir (options->replaced);
  g_autofree char *name = g_path_get_basename (archive);
  g_autofree char *one = g_canonicalize_filename (dir, NULL);
  g_autoptr (GError) error = NULL;
  PalDeliveryState state;

  if (strcmp (one, state_dir) == 0)
    {
      *exit_code = pal_cli_fail (PAL_EXIT_USAGE, "an archive does not replace itself");
      return FALSE;
    }
  if (!pal_cli_delivery_cancel (dir, endpoint, name, &state, &error))
    {
      *exit_code = pal_cli_fail_error (error, options->replaced);
      return FALSE;
    }
  if (state == PAL_DELIVERY_ENDED || state == PAL_DELIVERY_REFUSED)
    return TRUE;

  *exit_code
      = state == PAL_DELIVERY_ACCEPTED
            ? pal_cli_fail (PAL_EXIT_INDETERMINATE,
                            "%s: the module has accepted it, so nothing is replaced; send "
                            "the new one without --replace, if both shall count",
                            options->replaced)
            : pal_cli_fail (PAL_EXIT_LATER, "%s: another program is sending it", options->replaced);

  return FALSE;
}

/**
 * pal_cmd_send:
 *
 * send FILE: delivers an archive and ends when there is a verified receipt, or when it makes no
 * sense to go on without a person.
 *
 * Returns: 0 accepted; 1 stopped (certificate, not allowed, redirect, no such endpoint); 2 refused,
 * or a forged receipt; 4 too large for the server; 64, 66, 73; 74 a local error; 75 not finished:
 * the same command goes on
 */
int
pal_cmd_send (int argc, char **argv)
{
  g_auto (SendOptions) options = { .to = PAL_CLI_ENDPOINT_OPTIONS_INIT };
  const GOptionEntry entries[] = {
    PAL_CLI_ENDPOINT_ENTRIES (options.to),
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &options.state,
      "Keep state, log and receipt in DIR (default: a folder of the outbox)", "DIR" },
    { "once", 0, 0, G_OPTION_ARG_NONE, &options.once, "End with 75 instead of waiting", NULL },
    { "max-wait", 0, 0, G_OPTION_ARG_INT, &options.max_wait_s, "End with 75 after SECONDS",
      "SECONDS" },
    { "again", 0, 0, G_OPTION_ARG_NONE, &options.again,
      "Send an archive once more that was refused, or that a newer one replaced", NULL },
    { "replace", 0, 0, G_OPTION_ARG_FILENAME, &options.replaced,
      "End this delivery first, whose place the archive takes, unless it is accepted", "NAME|DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print the result as JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "No progress on standard error", NULL },
    { NULL }
  };
  g_autoptr (PalEndpoint) endpoint = NULL;
  g_autoptr (PalDelivery) delivery = NULL;
  g_autofree char *archive = NULL;
  g_autofree char *state_dir = NULL;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (options.max_wait_s < 0)
    return pal_cli_fail (PAL_EXIT_USAGE, "--max-wait is a number of seconds");
  endpoint = pal_cli_endpoint_make (&options.to, &code);
  if (endpoint == NULL)
    return code;

  archive = g_canonicalize_filename (argv[1], NULL);
  if (g_access (archive, R_OK) != 0)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], g_strerror (errno));
  state_dir = options.state != NULL ? g_canonicalize_filename (options.state, NULL)
                                    : dup_default_state_dir (archive, endpoint->url);
  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s: %s", state_dir, g_strerror (errno));

  if (options.replaced != NULL && !replace (&options, endpoint, archive, state_dir, &code))
    return code;
  delivery = pal_delivery_new (archive, endpoint, state_dir);
  code = run_delivery (delivery, &options);
  if (options.json)
    print_result (delivery, archive, state_dir, endpoint);
  if (code == PAL_EXIT_LATER)
    pal_cli_fail (code, "not finished; the same command goes on from here");

  return code;
}
