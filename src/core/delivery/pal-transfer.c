// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-transfer"
#include "config.h"

#include "pal-transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define MAX_RECEIPT (1 << 20)
#define MAX_UNREAD (64 << 10)
#define QUESTION_TIMEOUT_S 600L
#define MAX_HEADER 4096
#define READ_BUFFER (256L << 10)

struct _PalTransfer
{
  gatomicrefcount ref_count; /* a callback may free the transfer that called it */
  GMainContext *context;     /* (owned) */
  PalEndpoint *endpoint;     /* (owned) */
  char *origin;              /* (owned) */
  PalDeliveryTimers timers;

  CURLM *multi;
  GSource *timer;       /* (owned) (nullable) */
  GList *watches;       /* (element-type Watch) (owned) */
  CURL *easy;           /* (nullable): the exchange under way */
  char *proxy;          /* (owned) (nullable): what the system said, "": none; until a try fails */
  GCancellable *asking; /* (owned) (nullable): the system, for its proxy */
  gboolean is_free;

  struct curl_slist *headers; /* (owned): of the exchange under way */
  PalTransferRequest request;
  goffset position; /* in the part, bytes */
  gsize unread;     /* bytes of a body that nobody wants */
  GByteArray *body; /* (owned) (nullable) */
  PalReply *reply;  /* (owned) (nullable) */
  gint64 started_us;
  PalTransferCallback callback;
  gpointer user_data;
};

/* What curl wants to know of one socket. */
typedef struct
{
  PalTransfer *transfer; /* (unowned) */
  curl_socket_t socket;
  GSource *source; /* (owned) */
} Watch;

static void transfer_unref (PalTransfer *self);

void
pal_reply_free (PalReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->location);
  g_free (reply->upload_offset);
  g_free (reply->upload_length);
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply);
}

/* Ends the exchange under way, whether it is done or not. */
static void
clear_exchange (PalTransfer *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->easy != NULL)
    {
      curl_multi_remove_handle (self->multi, self->easy);
      curl_easy_cleanup (self->easy);
      self->easy = NULL;
    }
  g_clear_pointer (&self->headers, curl_slist_free_all);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_clear_pointer (&self->reply, pal_reply_free);
  self->callback = NULL;
}

static void
finish_exchange (PalTransfer *self, CURLcode code)
{
  g_autoptr (PalReply) reply = g_steal_pointer (&self->reply);
  PalTransferCallback callback = self->callback;
  gpointer user_data = self->user_data;
  long status = 0;
  long proxy_status = 0;
  curl_off_t retry_after = 0;

  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (self->easy, CURLINFO_RETRY_AFTER, &retry_after);
  curl_easy_getinfo (self->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  reply->proxy_status = (guint) proxy_status;
  reply->curl_code = code;
  /* Another network may have another proxy. */
  if (code != CURLE_OK)
    g_clear_pointer (&self->proxy, g_free);
  reply->status = (guint) status;
  reply->retry_after_s = (guint) CLAMP (retry_after, 0, 24 * 60 * 60);
  reply->took_us = g_get_monotonic_time () - self->started_us;
  if (self->body != NULL)
    reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));

  g_debug ("status %u, curl %d, %" G_GOFFSET_FORMAT " bytes in %" G_GINT64_FORMAT " ms",
           reply->status, reply->curl_code, reply->handed_out, reply->took_us / 1000);

  clear_exchange (self);
  callback (g_steal_pointer (&reply), user_data);
}

static void
check_done (PalTransfer *self)
{
  CURLMsg *message;
  int left;

  while (!self->is_free && (message = curl_multi_info_read (self->multi, &left)) != NULL)
    if (message->msg == CURLMSG_DONE && message->easy_handle == self->easy)
      finish_exchange (self, message->data.result);
}

static void
act (PalTransfer *self, curl_socket_t socket, int events)
{
  int running;

  g_atomic_ref_count_inc (&self->ref_count);
  curl_multi_socket_action (self->multi, socket, events, &running);
  check_done (self);
  transfer_unref (self);
}

static gboolean
socket_ready_cb (int fd, GIOCondition condition, gpointer data)
{
  Watch *watch = data;
  int events = 0;

  if (condition & (G_IO_IN | G_IO_HUP))
    events |= CURL_CSELECT_IN;
  if (condition & G_IO_OUT)
    events |= CURL_CSELECT_OUT;
  if (condition & (G_IO_ERR | G_IO_NVAL))
    events |= CURL_CSELECT_ERR;
  act (watch->transfer, fd, events);

  return G_SOURCE_CONTINUE;
}

static void
watch_clear_source (Watch *watch)
{
  if (watch->source == NULL)
    return;
  g_source_destroy (watch->source);
  g_clear_pointer (&watch->source, g_source_unref);
}

static void
watch_free (Watch *watch)
{
  watch_clear_source (watch);
  g_free (watch);
}

/* CURLMOPT_SOCKETFUNCTION */
static int
watch_socket_cb (CURL *easy, curl_socket_t socket, int what, void *data, void *socket_data)
{
  PalTransfer *self = data;
  Watch *watch = socket_data;
  GIOCondition condition = 0;

  if (what == CURL_POLL_REMOVE)
    {
      if (watch != NULL)
        {
          self->watches = g_list_remove (self->watches, watch);
          curl_multi_assign (self->multi, socket, NULL);
          watch_free (watch);
        }
      return 0;
    }

  if (watch == NULL)
    {
      watch = g_new0 (Watch, 1);
      watch->transfer = self;
      watch->socket = socket;
      self->watches = g_list_prepend (self->watches, watch);
      curl_multi_assign (self->multi, socket, watch);
    }

  if (what & CURL_POLL_IN)
    condition |= G_IO_IN;
  if (what & CURL_POLL_OUT)
    condition |= G_IO_OUT;
  watch_clear_source (watch);
  watch->source = g_unix_fd_source_new (socket, condition);
  g_source_set_callback (watch->source, G_SOURCE_FUNC (socket_ready_cb), watch, NULL);
  g_source_attach (watch->source, self->context);

  return 0;
}

static void
clear_timer (PalTransfer *self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
timeout_cb (gpointer data)
{
  PalTransfer *self = data;

  clear_timer (self);
  act (self, CURL_SOCKET_TIMEOUT, 0);

  return G_SOURCE_REMOVE;
}

/* CURLMOPT_TIMERFUNCTION */
static int
set_timer_cb (CURLM *multi, long timeout_ms, void *data)
{
  PalTransfer *self = data;

  clear_timer (self);
  if (timeout_ms < 0)
    return 0;

  self->timer = g_timeout_source_new ((guint) timeout_ms);
  g_source_set_callback (self->timer, timeout_cb, self, NULL);
  g_source_attach (self->timer, self->context);

  return 0;
}

/* CURLOPT_READFUNCTION: blocks for one read of a local file. */
static size_t
read_cb (char *buffer, size_t size, size_t n_items, void *data)
{
  PalTransfer *self = data;
  gsize wanted = MIN ((goffset) (size * n_items), self->request.length - self->position);
  gssize n;

  do
    n = pread (self->request.fd, buffer, wanted, self->request.offset + self->position);
  while (n < 0 && errno == EINTR);

  if (n < 0 || (n == 0 && wanted > 0))
    {
      self->reply->read_errno = n < 0 ? errno : 0;
      self->reply->read_short = n == 0;
      return CURL_READFUNC_ABORT;
    }
  self->position += n;
  self->reply->handed_out = MAX (self->reply->handed_out, self->position);

  return (size_t) n;
}

/* CURLOPT_SEEKFUNCTION: when a kept connection turns out to be dead, curl would say the part again
 * from its beginning. What of it has arrived is known to the server alone, so it is asked first;
 * only where nothing was handed out yet is there nothing to ask. */
static int
seek_cb (void *data, curl_off_t offset, int origin)
{
  PalTransfer *self = data;

  return origin == SEEK_SET && offset == self->position ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static size_t
write_cb (char *data, size_t size, size_t n_items, void *user_data)
{
  PalTransfer *self = user_data;
  gsize length = size * n_items;

  /* Only a receipt is read; the words of an error page are nobody's business and may be endless. */
  if (self->request.kind != PAL_REQUEST_RECEIPT)
    {
      self->unread += length;
      return self->unread <= MAX_UNREAD ? length : 0;
    }
  if (self->body->len + length > MAX_RECEIPT)
    {
      self->reply->too_long = TRUE;
      return 0;
    }
  g_byte_array_append (self->body, (const guint8 *) data, length);

  return length;
}

static void
take_header (const char *line, gsize length, const char *name, char **value)
{
  gsize name_length = strlen (name);

  if (length <= name_length || line[name_length] != ':'
      || g_ascii_strncasecmp (line, name, name_length) != 0)
    return;
  g_free (*value);
  *value = g_strstrip (g_strndup (line + name_length + 1, length - name_length - 1));
}

static size_t
header_cb (char *line, size_t size, size_t n_items, void *data)
{
  PalTransfer *self = data;
  gsize length = size * n_items;

  if (length >= 5 && g_ascii_strncasecmp (line, "HTTP/", 5) == 0)
    {
      /* A new status line, after a 1xx one: what was said before does not count. */
      g_clear_pointer (&self->reply->location, g_free);
      g_clear_pointer (&self->reply->upload_offset, g_free);
      g_clear_pointer (&self->reply->upload_length, g_free);
      return length;
    }
  if (length > MAX_HEADER)
    return length;
  take_header (line, length, "Location", &self->reply->location);
  take_header (line, length, "Upload-Offset", &self->reply->upload_offset);
  take_header (line, length, "Upload-Length", &self->reply->upload_length);

  return length;
}

/**
 * pal_transfer_new:
 * @endpoint: where to, and with what proof of who we are
 * @origin: "https://host:port" of the endpoint; nothing is ever sent elsewhere
 * @timers: curl's timers
 *
 * Returns: (transfer full): a transfer that works in the caller's thread-default main context
 */
PalTransfer *
pal_transfer_new (const PalEndpoint *endpoint, const char *origin, const PalDeliveryTimers *timers)
{
  static gsize initialised = 0;
  PalTransfer *self = g_new0 (PalTransfer, 1);

  if (g_once_init_enter (&initialised))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&initialised, 1);
    }

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_ref_thread_default ();
  self->endpoint = pal_endpoint_copy (endpoint);
  self->origin = g_strdup (origin);
  self->timers = *timers;
  self->multi = curl_multi_init ();
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, watch_socket_cb);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, set_timer_cb);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);

  return self;
}

static void
transfer_unref (PalTransfer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  clear_exchange (self);
  curl_multi_cleanup (self->multi);
  clear_timer (self);
  g_list_free_full (self->watches, (GDestroyNotify) watch_free);
  pal_endpoint_free (self->endpoint);
  g_free (self->origin);
  g_free (self->proxy);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * pal_transfer_free:
 * @self: (transfer full): a transfer
 *
 * Drops the exchange under way, without its callback, and closes the connections. May be called
 * from a callback.
 */
void
pal_transfer_free (PalTransfer *self)
{
  self->is_free = TRUE;
  clear_exchange (self);
  transfer_unref (self);
}

/**
 * pal_transfer_cancel:
 * @self: a transfer
 *
 * Drops the exchange under way, if any; its callback is not called.
 */
void
pal_transfer_cancel (PalTransfer *self)
{
  clear_exchange (self);
}

static void
set_method (PalTransfer *self, CURL *easy)
{
  switch (self->request.kind)
    {
    case PAL_REQUEST_RECEIPT:
      curl_easy_setopt (easy, CURLOPT_HTTPGET, 1L);
      break;
    case PAL_REQUEST_CREATE:
      curl_easy_setopt (easy, CURLOPT_POST, 1L);
      curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE, 0L);
      curl_easy_setopt (easy, CURLOPT_POSTFIELDS, "");
      break;
    case PAL_REQUEST_OFFSET:
      curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
      break;
    case PAL_REQUEST_WITHDRAW:
      curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
    case PAL_REQUEST_PART:
      curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, "PATCH");
      curl_easy_setopt (easy, CURLOPT_UPLOAD_BUFFERSIZE, READ_BUFFER);
      curl_easy_setopt (easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t) self->request.length);
      curl_easy_setopt (easy, CURLOPT_READFUNCTION, read_cb);
      curl_easy_setopt (easy, CURLOPT_READDATA, self);
      curl_easy_setopt (easy, CURLOPT_SEEKFUNCTION, seek_cb);
      curl_easy_setopt (easy, CURLOPT_SEEKDATA, self);
      break;
    }
}

static void
set_security (PalTransfer *self, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (self->endpoint->ca_file != NULL)
    {
      curl_easy_setopt (easy, CURLOPT_CAINFO, self->endpoint->ca_file);
      /* Debian's curl would go on trusting the system's folder as well. */
      curl_easy_setopt (easy, CURLOPT_CAPATH, NULL);
    }
  if (self->endpoint->client_certificate != NULL)
    {
      gboolean is_sealed = g_str_has_suffix (self->endpoint->client_certificate, ".p12");

      curl_easy_setopt (easy, CURLOPT_SSLCERT, self->endpoint->client_certificate);
      curl_easy_setopt (easy, CURLOPT_SSLCERTTYPE, is_sealed ? "P12" : "PEM");
      if (is_sealed)
        curl_easy_setopt (
            easy, CURLOPT_KEYPASSWD,
            self->endpoint->client_passphrase != NULL ? self->endpoint->client_passphrase : "");
    }
  if (self->endpoint->client_key != NULL)
    curl_easy_setopt (easy, CURLOPT_SSLKEY, self->endpoint->client_key);
}

static void
set_timers (PalTransfer *self, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) self->timers.connect_ms);
  curl_easy_setopt (easy, CURLOPT_LOW_SPEED_LIMIT, (long) self->timers.stall_bytes_per_second);
  curl_easy_setopt (easy, CURLOPT_LOW_SPEED_TIME, (long) self->timers.stall_s);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPALIVE, 1L);
  /* A part takes as long as it takes; a question must not be drawn out drop by drop. */
  if (self->request.kind != PAL_REQUEST_PART)
    curl_easy_setopt (easy, CURLOPT_TIMEOUT, QUESTION_TIMEOUT_S);
}

static void
append_header (PalTransfer *self, const char *header)
{
  self->headers = curl_slist_append (self->headers, header);
}

/* --- proxy and cap ---------------------------------------------------------------------------- */

/* A chunk that curl hands out at once must not stand for so long a pause that it looks like a
 * stall. */
static void
set_cap (PalTransfer *self, CURL *easy)
{
  goffset cap = self->endpoint->manners.max_bytes_per_second;

  if (cap <= 0)
    return;
  cap = MAX (cap, PAL_SEND_MIN_BYTES_PER_SECOND);
  curl_easy_setopt (easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t) cap);
  curl_easy_setopt (easy, CURLOPT_UPLOAD_BUFFERSIZE, (long) CLAMP (cap / 4, 16 << 10, READ_BUFFER));
}

/* url: "" for none. Nothing that is meant for the module is said to the proxy. */
static void
set_proxy (CURL *easy, const char *url)
{
  curl_easy_setopt (easy, CURLOPT_PROXY, url);
  curl_easy_setopt (easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt (easy, CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE);
  curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/* GIO's addresses in curl's words; names are looked up by the proxy. */
static char *
translate_proxy (const char *url)
{
  if (g_str_has_prefix (url, "direct:"))
    return g_strdup ("");
  if (g_str_has_prefix (url, "socks://") || g_str_has_prefix (url, "socks5://"))
    return g_strconcat ("socks5h", strstr (url, "://"), NULL);

  return g_strdup (url);
}

static void
proxy_found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  PalTransfer *self = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !self->is_free
      && self->easy != NULL && self->asking != NULL)
    {
      g_clear_object (&self->asking);
      if (found != NULL && found[0] != NULL)
        {
          self->proxy = translate_proxy (found[0]);
          set_proxy (self->easy, self->proxy);
        }
      else if (error != NULL)
        g_debug ("the system does not say which proxy: %s", error->message);
      curl_multi_add_handle (self->multi, self->easy);
    }
  transfer_unref (self);
}

/* Only plans: the work starts when curl's timer fires in the main loop. */
static void
begin (PalTransfer *self)
{
  const PalSendManners *manners = &self->endpoint->manners;
  GProxyResolver *resolver = g_proxy_resolver_get_default ();

  set_cap (self, self->easy);
  if (manners->proxy_mode == PAL_PROXY_NONE)
    set_proxy (self->easy, "");
  else if (manners->proxy_mode == PAL_PROXY_BY_HAND)
    {
      set_proxy (self->easy, manners->proxy_url != NULL ? manners->proxy_url : "");
      curl_easy_setopt (self->easy, CURLOPT_PROXYAUTH, (long) CURLAUTH_ANY);
      curl_easy_setopt (self->easy, CURLOPT_PROXYUSERNAME, manners->proxy_user);
      curl_easy_setopt (self->easy, CURLOPT_PROXYPASSWORD, manners->proxy_password);
    }
  else if (self->proxy != NULL)
    set_proxy (self->easy, self->proxy);
  else if (g_proxy_resolver_is_supported (resolver)
           && strcmp (G_OBJECT_TYPE_NAME (resolver), "GDummyProxyResolver") != 0)
    {
      self->asking = g_cancellable_new ();
      g_atomic_ref_count_inc (&self->ref_count);
      g_proxy_resolver_lookup_async (resolver, self->origin, self->asking, proxy_found_cb, self);
      return;
    }
  /* Else nobody knows the system's settings, and curl reads the environment. */
  curl_multi_add_handle (self->multi, self->easy);
}

/**
 * pal_transfer_request:
 * @self: a transfer with no exchange under way
 * @request: what to ask; its strings are copied, its descriptor must stay open
 * @callback: called once from the main loop, never from within this call, with the reply (transfer
 * full)
 * @user_data: data for @callback
 *
 * Starts an exchange. Never blocks, but for reading the archive.
 */
void
pal_transfer_request (PalTransfer *self, const PalTransferRequest *request,
                      PalTransferCallback callback, gpointer user_data)
{
  g_autofree char *url = g_strconcat (self->origin, request->path, NULL);
  g_autofree char *authorization = NULL;
  CURL *easy;

  g_return_if_fail (self->easy == NULL);

  easy = curl_easy_init ();
  self->easy = easy;
  self->request = *request;
  self->request.path = NULL;
  self->request.headers = NULL;
  self->position = 0;
  self->unread = 0;
  self->body = g_byte_array_new ();
  self->reply = g_new0 (PalReply, 1);
  self->callback = callback;
  self->user_data = user_data;
  self->started_us = g_get_monotonic_time ();

  append_header (self, "Tus-Resumable: 1.0.0");
  append_header (self, "Expect:");
  if (self->endpoint->token != NULL)
    {
      authorization = g_strconcat ("Authorization: Bearer ", self->endpoint->token, NULL);
      append_header (self, authorization);
    }
  for (const char *const *header = request->headers; header != NULL && *header != NULL; header++)
    append_header (self, *header);

  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "palermo/" PALERMO_VERSION);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, self->headers);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, write_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, self);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 1L);
  set_security (self, easy);
  set_timers (self, easy);
  set_method (self, easy);

  begin (self);
}

/**
 * pal_transfer_describe_code:
 * @curl_code: a CURLcode
 *
 * Returns: short English words for it, mostly curl's, for logs
 */
const char *
pal_transfer_describe_code (int curl_code)
{
  /* What seek_cb() answers is no trouble of a stream. */
  if (curl_code == CURLE_SEND_FAIL_REWIND)
    return "The connection ended before a part was answered";

  return curl_easy_strerror ((CURLcode) curl_code);
}
