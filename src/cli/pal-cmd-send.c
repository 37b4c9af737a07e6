// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-send"
#include "config.h"

#include "pal-cli-key.h"
#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-clock.h"
#include "pal-delivery-file.h"
#include "pal-delivery-rules.h"
#include "pal-digest.h"
#include "pal-endpoint-address.h"
#include "pal-endpoint-store.h"
#include "pal-paths.h"
#include "pal-receipt.h"
#include "pal-text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_TOKEN 4096
#define MAX_SHOWN 300

typedef struct
{
  char *endpoint;
  char *ca;
  char *certificate;
  char *key;
  int token_fd;
  int pin_fd;
  char *proxy;
  int proxy_password_fd;
  gint64 max_rate; /* bytes a second */
  char *module_certificate;
  char *state;
  gboolean once;
  int max_wait_s;
  gboolean again;
  gboolean json;
  gboolean quiet;
} SendOptions;

static void
send_options_clear (SendOptions *options)
{
  g_free (options->endpoint);
  g_free (options->ca);
  g_free (options->certificate);
  g_free (options->key);
  g_free (options->module_certificate);
  g_free (options->proxy);
  g_free (options->state);
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

/* What a person should do. Without default: a new reason will not compile without its words. */
static const char *
get_reason_words (PalDeliveryReason reason)
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
    }

  return NULL;
}

static int
get_exit_code (PalDelivery *delivery)
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
      break;
    }

  return PAL_EXIT_INDETERMINATE;
}

static char *
dup_state_text (PalDelivery *delivery)
{
  const char *words = get_reason_words (pal_delivery_get_reason (delivery));
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

static char *
read_token (int fd, GError **error)
{
  g_autofree char *buffer = g_malloc0 (MAX_TOKEN + 1);
  char *token;
  gsize length = 0;
  gssize n;

  do
    {
      n = read (fd, buffer + length, MAX_TOKEN - length);
      if (n > 0)
        length += n;
    }
  while ((n > 0 && length < MAX_TOKEN) || (n < 0 && errno == EINTR));

  if (n < 0 || length == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no token can be read from descriptor %d",
                   fd);
      return NULL;
    }
  token = g_strdup (g_strstrip (buffer));
  explicit_bzero (buffer, MAX_TOKEN);

  return token;
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
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static JsonNode *
describe_file (const PalDeliveryFile *file, const char *state_dir)
{
  g_autofree char *receipt
      = file->sha256 != NULL ? pal_delivery_file_dup_receipt_path (state_dir, file->sha256) : NULL;
  g_autofree char *changed = pal_clock_format_rfc3339 (file->changed_us);
  g_autofree char *next_try
      = file->next_try_us > 0 ? pal_clock_format_rfc3339 (file->next_try_us) : NULL;
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  set_text (object, "state", pal_delivery_state_to_string (file->state));
  set_text (object, "reason", pal_delivery_reason_to_string (file->reason));
  set_text (object, "message", file->message);
  set_text (object, "archive", file->archive);
  set_text (object, "sha256", file->sha256);
  json_object_set_int_member (object, "size", file->size);
  json_object_set_int_member (object, "sent", file->sent);
  set_text (object, "endpoint", file->endpoint);
  set_text (object, "stateDir", state_dir);
  set_text (object, "receipt",
            receipt != NULL && g_file_test (receipt, G_FILE_TEST_EXISTS) ? receipt : NULL);
  set_text (object, "nextTry", next_try);
  set_text (object, "changed", changed);
  json_node_take_object (node, object);

  return node;
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
  set_text (verification, "indication", receipt->indication);
  set_text (verification, "message", receipt->message);
  json_object_set_object_member (object, "verification", verification);
  set_text (object, "receiptId", receipt->id);
  set_text (object, "receiptStatus", pal_receipt_status_to_string (receipt->status));
  set_text (object, "received", receipt->received);
  set_text (object, "receiver", receipt->receiver);
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
  file->changed_us = g_get_real_time ();
  node = describe_file (file, state_dir);
  add_receipt (json_node_get_object (node), delivery, endpoint);
  pal_cli_print_json (node);
}

static void
replace_text (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static int
run_delivery (PalDelivery *delivery, const SendOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Send send = { .delivery = delivery, .options = options, .loop = loop, .shown_percent = -1 };
  PalDeliveryState state = pal_delivery_get_state (delivery);
  guint sources[3] = { 0 };
  int code;

  /* A refusal stands until a person says otherwise. */
  if (state == PAL_DELIVERY_ACCEPTED || (state == PAL_DELIVERY_REFUSED && !options->again))
    {
      state_cb (delivery, NULL, &send);
      return get_exit_code (delivery);
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

  code = send.is_later ? PAL_EXIT_LATER : get_exit_code (delivery);
  g_signal_handlers_disconnect_by_data (delivery, &send);
  end_line (&send);

  return code;
}

/* "system", "none", or an address. */
static gboolean
fill_manners (const SendOptions *options, PalSendManners *manners, int *exit_code)
{
  g_autoptr (GError) error = NULL;

  manners->max_bytes_per_second = options->max_rate;
  if (options->proxy == NULL || strcmp (options->proxy, "system") == 0)
    return TRUE;
  manners->proxy_mode = PAL_PROXY_NONE;
  if (strcmp (options->proxy, "none") == 0)
    return TRUE;
  if (!pal_endpoint_is_proxy_address (options->proxy))
    {
      *exit_code = pal_cli_fail (PAL_EXIT_USAGE, "--proxy is system, none, or an address such as "
                                                 "http://proxy.example:3128 without a name or a "
                                                 "password");
      return FALSE;
    }
  manners->proxy_mode = PAL_PROXY_BY_HAND;
  manners->proxy_url = g_strdup (options->proxy);
  if (options->proxy_password_fd >= 0)
    {
      char *secret = pal_cli_read_secret (options->proxy_password_fd, "", &error);
      const char *colon = secret != NULL ? strchr (secret, ':') : NULL;

      if (colon != NULL)
        {
          manners->proxy_user = g_strndup (secret, colon - secret);
          manners->proxy_password = g_strdup (colon + 1);
        }
      pal_secret_free (secret);
      if (colon == NULL)
        {
          *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "no NAME:PASSWORD can be read");
          return FALSE;
        }
    }

  return TRUE;
}

/* One that a person said yes to earlier, with what is kept for it. */
static PalEndpoint *
find_kept_endpoint (const SendOptions *options, int *exit_code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpointCard) card = pal_endpoint_store_find (options->endpoint, &error);
  g_autoptr (PalEndpoint) endpoint
      = card != NULL ? pal_endpoint_store_make_endpoint (card, &error) : NULL;
  g_autofree char *token_file = NULL;

  if (endpoint == NULL)
    {
      *exit_code = pal_cli_fail_error (error, options->endpoint);
      return NULL;
    }
  if (pal_endpoint_card_wants_certificate (card) && endpoint->client_certificate == NULL
      && options->certificate == NULL)
    {
      *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "this endpoint wants a certificate of ours: "
                                                    "\"endpoint set NAME --client KEY\"");
      return NULL;
    }
  if (options->pin_fd >= 0)
    endpoint->client_passphrase = pal_cli_read_secret (options->pin_fd, "", &error);
  token_file = pal_endpoint_store_dup_token_file (card->id);
  if (pal_endpoint_card_wants_token (card) && token_file != NULL && options->token_fd < 0)
    {
      int fd = g_open (token_file, O_RDONLY | O_CLOEXEC, 0);

      endpoint->token = fd >= 0 ? read_token (fd, &error) : NULL;
      if (fd >= 0)
        close (fd);
      if (endpoint->token == NULL)
        {
          *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "the file with the token cannot be read");
          return NULL;
        }
    }

  return g_steal_pointer (&endpoint);
}

static gboolean
fill_endpoint (const SendOptions *options, PalEndpoint *endpoint, int *exit_code)
{
  g_autoptr (GError) error = NULL;
  const char *const files[]
      = { options->ca, options->certificate, options->key, options->module_certificate };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i] != NULL && g_access (files[i], R_OK) != 0)
      {
        *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", files[i], g_strerror (errno));
        return FALSE;
      }
  if (!fill_manners (options, &endpoint->manners, exit_code))
    return FALSE;
  if (endpoint->url == NULL)
    endpoint->url = g_strdup (options->endpoint);
  if (options->ca != NULL)
    replace_text (&endpoint->ca_file, options->ca);
  if (options->certificate != NULL)
    {
      replace_text (&endpoint->client_certificate, options->certificate);
      replace_text (&endpoint->client_key, options->key);
    }
  if (options->module_certificate != NULL)
    replace_text (&endpoint->module_certificate, options->module_certificate);
  if (options->token_fd >= 0)
    {
      endpoint->token = read_token (options->token_fd, &error);
      if (endpoint->token == NULL)
        {
          *exit_code = pal_cli_fail (PAL_EXIT_NO_INPUT, "%s", error->message);
          return FALSE;
        }
    }

  return TRUE;
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
  g_auto (SendOptions) options = { .token_fd = -1, .pin_fd = -1, .proxy_password_fd = -1 };
  const GOptionEntry entries[] = {
    { "endpoint", 0, 0, G_OPTION_ARG_STRING, &options.endpoint,
      "Where to: an endpoint that is here, or an https address", "NAME|URL" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &options.pin_fd,
      "Read the passphrase of the certificate that is kept with the endpoint", "N" },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &options.proxy,
      "Through which proxy: system, none or an address (default: system)", "WHICH" },
    { "proxy-password-fd", 0, 0, G_OPTION_ARG_INT, &options.proxy_password_fd,
      "Read NAME:PASSWORD for the proxy from descriptor N", "N" },
    { "max-rate", 0, 0, G_OPTION_ARG_INT64, &options.max_rate,
      "Send no more bytes a second than this, 4096 at least", "N" },
    { "module-cert", 0, 0, G_OPTION_ARG_FILENAME, &options.module_certificate,
      "Certificate of the module; no other signer of receipts counts", "PEM" },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options.ca,
      "Who vouches for the server (default: whom the system trusts)", "PEM" },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &options.certificate, "Our client certificate", "PEM" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, "Its key", "PEM" },
    { "token-fd", 0, 0, G_OPTION_ARG_INT, &options.token_fd,
      "Read a bearer token from descriptor N", "N" },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &options.state,
      "Keep state, log and receipt in DIR (default: a folder of the outbox)", "DIR" },
    { "once", 0, 0, G_OPTION_ARG_NONE, &options.once, "End with 75 instead of waiting", NULL },
    { "max-wait", 0, 0, G_OPTION_ARG_INT, &options.max_wait_s, "End with 75 after SECONDS",
      "SECONDS" },
    { "again", 0, 0, G_OPTION_ARG_NONE, &options.again,
      "Send an archive once more that the module has refused", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print the result as JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "No progress on standard error", NULL },
    { NULL }
  };
  g_autoptr (PalEndpoint) endpoint = NULL;
  g_autoptr (PalDelivery) delivery = NULL;
  g_autofree char *archive = NULL;
  g_autofree char *state_dir = NULL;
  g_autofree char *origin = NULL;
  gboolean is_address;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  is_address = options.endpoint != NULL && strstr (options.endpoint, "://") != NULL;
  if (options.endpoint == NULL || (is_address && options.module_certificate == NULL)
      || options.max_wait_s < 0 || options.max_rate < 0
      || (options.certificate == NULL) != (options.key == NULL))
    return pal_cli_fail (PAL_EXIT_USAGE, "send needs --endpoint, with an address --module-cert as "
                                         "well, and --cert only with --key");
  endpoint = is_address ? pal_endpoint_new () : find_kept_endpoint (&options, &code);
  if (endpoint == NULL)
    return code;
  origin = pal_delivery_rules_dup_origin (is_address ? options.endpoint : endpoint->url);
  if (origin == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE,
                         "the endpoint must be an https address without a name or a password");
  if (!fill_endpoint (&options, endpoint, &code))
    return code;

  archive = g_canonicalize_filename (argv[1], NULL);
  if (g_access (archive, R_OK) != 0)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], g_strerror (errno));
  state_dir = options.state != NULL ? g_canonicalize_filename (options.state, NULL)
                                    : dup_default_state_dir (archive, endpoint->url);
  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    return pal_cli_fail (PAL_EXIT_CANNOT_CREATE, "%s: %s", state_dir, g_strerror (errno));

  delivery = pal_delivery_new (archive, endpoint, state_dir);
  code = run_delivery (delivery, &options);
  if (options.json)
    print_result (delivery, archive, state_dir, endpoint);
  if (code == PAL_EXIT_LATER)
    pal_cli_fail (code, "not finished; the same command goes on from here");

  return code;
}

static int
compare_paths_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_state_dirs (const char *root)
{
  GPtrArray *dirs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (root, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (dirs, g_steal_pointer (&path));
    }
  g_ptr_array_sort (dirs, compare_paths_cb);

  return dirs;
}

/**
 * pal_cmd_outbox_list:
 *
 * outbox list: what is on its way, what arrived.
 *
 * Returns: 0, or 64
 */
int
pal_cmd_outbox_list (int argc, char **argv)
{
  g_autofree char *root = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "state", 0, 0, G_OPTION_ARG_FILENAME, &root,
            "Folder whose folders are deliveries (default: the outbox)", "DIR" },
          { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
          { NULL } };
  g_autoptr (GPtrArray) dirs = NULL;
  g_autoptr (JsonNode) list = json_node_new (JSON_NODE_ARRAY);
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (root == NULL)
    root = pal_paths_dup_state_dir ("outbox");
  json_node_take_array (list, json_array_new ());
  dirs = list_state_dirs (root);
  for (guint i = 0; i < dirs->len; i++)
    {
      g_autoptr (PalDeliveryFile) file = pal_delivery_file_load (dirs->pdata[i], NULL);
      g_autofree char *name = NULL;
      g_autofree char *printable = NULL;

      if (file == NULL)
        continue;
      if (json)
        {
          json_array_add_element (json_node_get_array (list), describe_file (file, dirs->pdata[i]));
          continue;
        }
      name = g_path_get_basename (dirs->pdata[i]);
      printable = pal_text_dup_printable (name, MAX_SHOWN);
      printf ("%-10s %3d %%  %s\n", pal_delivery_state_to_string (file->state),
              file->size > 0 ? (int) (file->sent * 100 / file->size) : 0, printable);
    }
  if (json)
    pal_cli_print_json (list);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_outbox_log:
 *
 * outbox log NAME|DIR: what happened to one delivery.
 *
 * Returns: 0, 64, or 66 when there is no such delivery
 */
int
pal_cmd_outbox_log (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL }, { NULL } };
  g_autofree char *dir = NULL;
  g_autoptr (PalDeliveryFile) file = NULL;
  g_autoptr (GPtrArray) log = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) list = json_node_new (JSON_NODE_ARRAY);
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  dir = g_strdup (argv[1]);
  if (strchr (dir, '/') == NULL && !g_file_test (dir, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *outbox = pal_paths_dup_state_dir ("outbox");

      g_free (dir);
      dir = g_build_filename (outbox, argv[1], NULL);
    }
  file = pal_delivery_file_load (dir, &error);
  if (file == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);

  json_node_take_array (list, json_array_new ());
  log = pal_delivery_file_load_log (dir);
  for (guint i = 0; i < log->len; i++)
    {
      g_autofree char *printable = pal_text_dup_printable (log->pdata[i], 1000);

      if (json)
        json_array_add_string_element (json_node_get_array (list), printable);
      else
        puts (printable);
    }
  if (json)
    pal_cli_print_json (list);

  return PAL_EXIT_OK;
}
