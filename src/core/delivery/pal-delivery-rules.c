// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-rules"
#include "config.h"

#include "pal-delivery-rules.h"

#include <curl/curl.h>
#include <string.h>

#define MAX_LOCATION 2048
#define MAX_METADATA_NAME 200

/* 404 and 410 are not here: what they mean depends on what was asked. */
static const struct
{
  guint status;
  PalAction action;
  PalDeliveryReason reason;
} statuses[] = {
  { 400, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
  { 401, PAL_ACTION_STOP, PAL_DELIVERY_REASON_NOT_ALLOWED },
  { 403, PAL_ACTION_STOP, PAL_DELIVERY_REASON_NOT_ALLOWED },
  { 408, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_STALLED },
  { 409, PAL_ACTION_OFFSET, PAL_DELIVERY_REASON_SERVER_BUSY },
  { 412, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
  { 415, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
  { 423, PAL_ACTION_OFFSET, PAL_DELIVERY_REASON_SERVER_BUSY },
  { 429, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_SERVER_BUSY },
  { 460, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT }, /* tus: checksum of the part is wrong */
};

/* The CURLcode values that package-format 5.2 names; every other one is waited out, because a link
 * can fail in more ways than a list can hold, and waiting loses nothing. */
static const struct
{
  CURLcode code;
  PalAction action;
  PalDeliveryReason reason;
} curl_codes[] = {
  /* The address is known to be https: so the answer was no HTTP. Something on the way, or a module
   * that is being mended, said it. */
  { CURLE_UNSUPPORTED_PROTOCOL, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
  { CURLE_WEIRD_SERVER_REPLY, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
  { CURLE_URL_MALFORMAT, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
  { CURLE_COULDNT_RESOLVE_PROXY, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_NO_CONNECTION },
  { CURLE_COULDNT_RESOLVE_HOST, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_NO_CONNECTION },
  { CURLE_COULDNT_CONNECT, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_NO_CONNECTION },
  { CURLE_HTTP2, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  { CURLE_PARTIAL_FILE, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  { CURLE_READ_ERROR, PAL_ACTION_STOP, PAL_DELIVERY_REASON_LOCAL_IO },
  { CURLE_OPERATION_TIMEDOUT, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_STALLED },
  { CURLE_SSL_CONNECT_ERROR, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_NO_CONNECTION },
  { CURLE_PEER_FAILED_VERIFICATION, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_GOT_NOTHING, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  { CURLE_SEND_ERROR, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  { CURLE_RECV_ERROR, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  { CURLE_SEND_FAIL_REWIND, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  { CURLE_SSL_CERTPROBLEM, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_SSL_ENGINE_INITFAILED, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_SSL_CACERT_BADFILE, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_SSL_CRL_BADFILE, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_SSL_ISSUER_ERROR, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_SSL_PINNEDPUBKEYNOTMATCH, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_SSL_INVALIDCERTSTATUS, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
  { CURLE_HTTP2_STREAM, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
  /* 51 and 60 became one number in libcurl 7.62; 51 is kept here for the record only. */
  { CURLE_OBSOLETE51, PAL_ACTION_STOP, PAL_DELIVERY_REASON_CERTIFICATE },
};

static gboolean
is_success (PalRequestKind kind, guint status)
{
  switch (kind)
    {
    case PAL_REQUEST_RECEIPT:
      return status == 200;
    case PAL_REQUEST_CREATE:
      return status == 201;
    case PAL_REQUEST_OFFSET:
    case PAL_REQUEST_PART:
    case PAL_REQUEST_WITHDRAW:
      return status == 200 || status == 204;
    }

  return FALSE;
}

/**
 * pal_delivery_rules_for_status:
 * @kind: what was asked
 * @status: HTTP status of the reply
 * @reason: (out): why, for a person, when the action is to wait or to stop
 *
 * Says what to do next; the table of package-format 5.2.
 *
 * Returns: the action
 */
PalAction
pal_delivery_rules_for_status (PalRequestKind kind, guint status, PalDeliveryReason *reason)
{
  *reason = PAL_DELIVERY_REASON_NONE;

  if (is_success (kind, status))
    return PAL_ACTION_GO_ON;

  if (kind == PAL_REQUEST_RECEIPT && status == 202)
    return PAL_ACTION_PENDING;

  if (status == 404 || status == 410)
    {
      if (kind == PAL_REQUEST_RECEIPT)
        return PAL_ACTION_NOTHING;
      if (kind != PAL_REQUEST_CREATE)
        return PAL_ACTION_RENEW;
      /* The endpoint itself is not there: creating anew would go on for ever. */
      *reason = PAL_DELIVERY_REASON_PROTOCOL;
      return PAL_ACTION_STOP;
    }

  if (status == 413)
    {
      *reason = PAL_DELIVERY_REASON_TOO_LARGE;
      return kind == PAL_REQUEST_PART ? PAL_ACTION_HALVE : PAL_ACTION_STOP;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      {
        /* Only an upload has an offset to ask for. */
        *reason = statuses[i].reason;
        if (statuses[i].action == PAL_ACTION_OFFSET
            && (kind == PAL_REQUEST_CREATE || kind == PAL_REQUEST_RECEIPT))
          return PAL_ACTION_WAIT;
        return statuses[i].action;
      }

  if (status >= 500 && status < 600)
    {
      *reason = PAL_DELIVERY_REASON_SERVER_BUSY;
      return PAL_ACTION_WAIT;
    }

  /* A success of another kind, or no status at all: a page of something that stands before the
   * module. It passes, so nobody need be called. */
  if (status < 300 || status >= 600)
    {
      *reason = PAL_DELIVERY_REASON_PROTOCOL;
      return PAL_ACTION_WAIT;
    }

  *reason
      = status >= 300 && status < 400 ? PAL_DELIVERY_REASON_REDIRECT : PAL_DELIVERY_REASON_PROTOCOL;

  return PAL_ACTION_STOP;
}

/**
 * pal_delivery_rules_for_curl:
 * @code: a CURLcode other than CURLE_OK
 * @reason: (out): why, for a person
 *
 * Says what to do when no reply came.
 *
 * Returns: %PAL_ACTION_WAIT or %PAL_ACTION_STOP
 */
PalAction
pal_delivery_rules_for_curl (int code, PalDeliveryReason *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (curl_codes); i++)
    if ((int) curl_codes[i].code == code)
      {
        *reason = curl_codes[i].reason;
        return curl_codes[i].action;
      }

  *reason = PAL_DELIVERY_REASON_CUT;

  return PAL_ACTION_WAIT;
}

/* A segment that is empty, "." or "..", also when it is written with %2e, or that hides a slash. */
static gboolean
is_safe_segment (const char *segment)
{
  g_autofree char *plain = g_uri_unescape_string (segment, "/\\");

  return plain != NULL && *plain != '\0' && strcmp (plain, ".") != 0 && strcmp (plain, "..") != 0
         && g_utf8_validate (plain, -1, NULL);
}

static gboolean
has_dot_dot (const char *location)
{
  g_autofree char *path = g_strdup (location);
  g_auto (GStrv) segments = NULL;

  path[strcspn (path, "?#")] = '\0';
  segments = g_strsplit (path, "/", -1);
  for (char **segment = segments; *segment != NULL; segment++)
    {
      g_autofree char *plain = g_uri_unescape_string (*segment, NULL);

      if (plain == NULL || strcmp (plain, "..") == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * pal_delivery_rules_dup_upload_path:
 * @endpoint_url: the configured endpoint
 * @location: (nullable): the Location header of the reply to POST
 *
 * Takes the path of @location and nothing else: scheme, host and port stay the configured ones, so
 * that a server behind a proxy that calls itself http://inner:1080 works, and one that points
 * elsewhere gets neither bytes nor token (package-format 5.1.1).
 *
 * Returns: (transfer full) (nullable): an absolute path below the endpoint's, or %NULL when
 * @location is not acceptable
 */
char *
pal_delivery_rules_dup_upload_path (const char *endpoint_url, const char *location)
{
  g_autoptr (GUri) base = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *prefix = NULL;
  g_auto (GStrv) segments = NULL;
  const char *path;

  if (location == NULL || *location == '\0' || strlen (location) > MAX_LOCATION)
    return NULL;
  for (const char *p = location; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || (guchar) *p >= 0x7f || *p == '\\')
      return NULL;
  if (has_dot_dot (location))
    return NULL;

  base = g_uri_parse (endpoint_url, G_URI_FLAGS_ENCODED, NULL);
  if (base == NULL)
    return NULL;
  uri = g_uri_parse_relative (base, location, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL)
    return NULL;

  path = g_uri_get_path (uri);
  prefix = g_str_has_suffix (g_uri_get_path (base), "/")
               ? g_strdup (g_uri_get_path (base))
               : g_strconcat (g_uri_get_path (base), "/", NULL);
  if (!g_str_has_prefix (path, prefix))
    return NULL;

  segments = g_strsplit (path + strlen (prefix), "/", -1);
  if (segments[0] == NULL)
    return NULL;
  for (char **segment = segments; *segment != NULL; segment++)
    if (!is_safe_segment (*segment))
      return NULL;

  return g_strdup (path);
}

/**
 * pal_delivery_rules_dup_origin:
 * @endpoint_url: an address as a person may type it
 *
 * Returns: (transfer full) (nullable): "https://host:port", or %NULL when @endpoint_url is no
 * https address, or holds a name and password, which would end in logs
 */
char *
pal_delivery_rules_dup_origin (const char *endpoint_url)
{
  g_autoptr (GUri) uri
      = g_uri_parse (endpoint_url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *host;
  gboolean is_ipv6;
  g_autofree char *port = NULL;

  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "https") != 0
      || g_uri_get_user (uri) != NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL)
    return NULL;
  host = g_uri_get_host (uri);
  if (host == NULL || *host == '\0')
    return NULL;

  is_ipv6 = strchr (host, ':') != NULL;
  port = g_uri_get_port (uri) > 0 ? g_strdup_printf (":%d", g_uri_get_port (uri)) : g_strdup ("");

  return g_strdup_printf ("https://%s%s%s%s", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
}

/**
 * pal_delivery_rules_dup_metadata:
 * @sha256: digest of the archive, hexadecimal
 * @file_name: its base name
 *
 * Returns: (transfer full): the value of Upload-Metadata (tus creation extension)
 */
char *
pal_delivery_rules_dup_metadata (const char *sha256, const char *file_name)
{
  static const char profile[] = "palermo-submission-1";
  g_autofree char *name = g_utf8_make_valid (file_name, -1);
  g_autofree char *sha256_64 = g_base64_encode ((const guchar *) sha256, strlen (sha256));
  g_autofree char *profile_64 = g_base64_encode ((const guchar *) profile, strlen (profile));
  g_autofree char *name_64 = NULL;

  while (strlen (name) > MAX_METADATA_NAME)
    *g_utf8_find_prev_char (name, name + strlen (name)) = '\0';
  name_64 = g_base64_encode ((const guchar *) name, strlen (name));

  return g_strdup_printf ("sha256 %s,filename %s,profile %s", sha256_64, name_64, profile_64);
}

/**
 * pal_delivery_rules_parse_length:
 * @text: (nullable): value of Upload-Offset or Upload-Length
 * @length: (out): bytes
 *
 * Returns: whether @text is a plain decimal number that fits
 */
gboolean
pal_delivery_rules_parse_length (const char *text, goffset *length)
{
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;

  *length = (goffset) value;

  return TRUE;
}

/**
 * pal_delivery_rules_next_part:
 * @part: bytes of the part just acknowledged
 * @took_us: how long it took
 * @was_full: whether it was a whole part, not the short rest of the archive
 *
 * A part should take between ten seconds and a minute: short enough that a break costs little and a
 * proxy that buffers whole bodies is no trouble, long enough that round trips do not count.
 *
 * Returns: bytes of the next part
 */
goffset
pal_delivery_rules_next_part (goffset part, gint64 took_us, gboolean was_full)
{
  if (took_us > 60 * G_USEC_PER_SEC)
    return pal_delivery_rules_smaller_part (part);
  if (was_full && took_us < 10 * G_USEC_PER_SEC)
    return MIN (part * 2, PAL_PART_MAXIMUM);

  return part;
}

/**
 * pal_delivery_rules_smaller_part:
 * @part: bytes of a part that failed
 *
 * Returns: bytes of the next part
 */
goffset
pal_delivery_rules_smaller_part (goffset part)
{
  return MAX (part / 2, PAL_PART_MINIMUM);
}

static void
override_timer (const char *word, PalDeliveryTimers *timers)
{
  static const struct
  {
    const char *name;
    gsize offset;
  } names[] = {
    { "connect_ms", G_STRUCT_OFFSET (PalDeliveryTimers, connect_ms) },
    { "stall_s", G_STRUCT_OFFSET (PalDeliveryTimers, stall_s) },
    { "backoff_ms", G_STRUCT_OFFSET (PalDeliveryTimers, backoff_ms) },
    { "backoff_maximum_ms", G_STRUCT_OFFSET (PalDeliveryTimers, backoff_maximum_ms) },
    { "retry_after_maximum_ms", G_STRUCT_OFFSET (PalDeliveryTimers, retry_after_maximum_ms) },
    { "step_ms", G_STRUCT_OFFSET (PalDeliveryTimers, step_ms) },
    { "check_ms", G_STRUCT_OFFSET (PalDeliveryTimers, check_ms) },
  };
  g_auto (GStrv) pair = g_strsplit (word, "=", 2);
  guint64 value;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (pair[0], names[i].name) == 0 && pair[1] != NULL
        && g_ascii_string_to_unsigned (pair[1], 10, 1, 3600000, &value, NULL))
      *(guint *) ((char *) timers + names[i].offset) = (guint) value;
}

/**
 * pal_delivery_rules_get_timers:
 *
 * The timers of package-format 5.2. The environment variable PALERMO_TEST_DELIVERY_TIMERS, such as
 * "stall_s=2,backoff_ms=50", makes single ones shorter for tests; it can change nothing else.
 *
 * Returns: the timers
 */
PalDeliveryTimers
pal_delivery_rules_get_timers (void)
{
  PalDeliveryTimers timers = {
    .connect_ms = 30000,
    .stall_s = 45,
    .stall_bytes_per_second = 100,
    .backoff_ms = 2000,
    .backoff_maximum_ms = 15 * 60 * 1000,
    .retry_after_maximum_ms = 60 * 60 * 1000,
    .step_ms = 1000,
    .check_ms = 1000,
  };
  const char *overrides = g_getenv ("PALERMO_TEST_DELIVERY_TIMERS");

  if (overrides != NULL)
    {
      g_auto (GStrv) words = g_strsplit (overrides, ",", -1);

      for (char **word = words; *word != NULL; word++)
        override_timer (*word, &timers);
    }

  return timers;
}

/**
 * pal_delivery_rules_get_backoff_ms:
 * @timers: timers
 * @n_failures: failures in a row since bytes were last acknowledged, 1 for the first
 * @retry_after_s: what the server asked for, 0 nothing
 * @random: in [0, 1)
 *
 * Full jitter: anything between nothing and a ceiling that doubles, so that a thousand laptops that
 * lost the same server do not come back in the same second. What the server asks for is honoured up
 * to an hour.
 *
 * Returns: milliseconds to wait
 */
guint
pal_delivery_rules_get_backoff_ms (const PalDeliveryTimers *timers, guint n_failures,
                                   guint retry_after_s, double random)
{
  guint64 ceiling_ms = timers->backoff_ms;

  if (retry_after_s > 0)
    return (guint) MIN ((guint64) retry_after_s * 1000, timers->retry_after_maximum_ms);

  for (guint i = 1; i < n_failures && ceiling_ms < timers->backoff_maximum_ms; i++)
    ceiling_ms *= 2;
  ceiling_ms = MIN (ceiling_ms, timers->backoff_maximum_ms);

  /* Never quite nothing: a link that fails at once must not be asked in a tight loop. */
  return MAX ((guint) (random * (double) ceiling_ms), timers->backoff_ms / 10 + 1);
}
