// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-delivery-file.h"
#include "pal-delivery-rules.h"

#include <glib/gstdio.h>
#include <string.h>

/* The table of package-format 5.2, row by row. The numbers of curl are those of its manual. */
static void
test_statuses (void)
{
  static const struct
  {
    PalRequestKind kind;
    guint status;
    PalAction action;
    PalDeliveryReason reason;
  } rows[] = {
    { PAL_REQUEST_PART, 204, PAL_ACTION_GO_ON, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_PART, 200, PAL_ACTION_GO_ON, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_OFFSET, 200, PAL_ACTION_GO_ON, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_OFFSET, 204, PAL_ACTION_GO_ON, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_CREATE, 201, PAL_ACTION_GO_ON, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_CREATE, 200, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_RECEIPT, 204, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_PART, 299, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_PART, 999, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_RECEIPT, 200, PAL_ACTION_GO_ON, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_RECEIPT, 202, PAL_ACTION_PENDING, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_RECEIPT, 404, PAL_ACTION_NOTHING, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_RECEIPT, 410, PAL_ACTION_NOTHING, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_PART, 409, PAL_ACTION_OFFSET, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_PART, 423, PAL_ACTION_OFFSET, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_OFFSET, 423, PAL_ACTION_OFFSET, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_CREATE, 409, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_PART, 404, PAL_ACTION_RENEW, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_OFFSET, 410, PAL_ACTION_RENEW, PAL_DELIVERY_REASON_NONE },
    { PAL_REQUEST_CREATE, 404, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_PART, 413, PAL_ACTION_HALVE, PAL_DELIVERY_REASON_TOO_LARGE },
    { PAL_REQUEST_CREATE, 413, PAL_ACTION_STOP, PAL_DELIVERY_REASON_TOO_LARGE },
    { PAL_REQUEST_PART, 408, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_STALLED },
    { PAL_REQUEST_PART, 429, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_PART, 460, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_CUT },
    { PAL_REQUEST_CREATE, 500, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_PART, 503, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_RECEIPT, 599, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_SERVER_BUSY },
    { PAL_REQUEST_PART, 400, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_RECEIPT, 401, PAL_ACTION_STOP, PAL_DELIVERY_REASON_NOT_ALLOWED },
    { PAL_REQUEST_CREATE, 403, PAL_ACTION_STOP, PAL_DELIVERY_REASON_NOT_ALLOWED },
    { PAL_REQUEST_PART, 412, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_PART, 415, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_CREATE, 301, PAL_ACTION_STOP, PAL_DELIVERY_REASON_REDIRECT },
    { PAL_REQUEST_RECEIPT, 307, PAL_ACTION_STOP, PAL_DELIVERY_REASON_REDIRECT },
    { PAL_REQUEST_PART, 308, PAL_ACTION_STOP, PAL_DELIVERY_REASON_REDIRECT },
    { PAL_REQUEST_PART, 418, PAL_ACTION_STOP, PAL_DELIVERY_REASON_PROTOCOL },
    { PAL_REQUEST_PART, 0, PAL_ACTION_WAIT, PAL_DELIVERY_REASON_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalDeliveryReason reason;

      g_test_message ("%d %u", rows[i].kind, rows[i].status);
      g_assert_cmpint (pal_delivery_rules_for_status (rows[i].kind, rows[i].status, &reason), ==,
                       rows[i].action);
      g_assert_cmpint (reason, ==, rows[i].reason);
    }
}

static void
test_curl_codes (void)
{
  static const int waits[] = { 5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 65, 92, 8, 23, 42, 1 };
  static const int stops[] = { 51, 58, 60, 66, 77, 83, 90, 91, 26, 3 };
  static const int certificates[] = { 51, 58, 60, 66, 77, 83, 90, 91 };
  PalDeliveryReason reason;

  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    g_assert_cmpint (pal_delivery_rules_for_curl (waits[i], &reason), ==, PAL_ACTION_WAIT);
  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    g_assert_cmpint (pal_delivery_rules_for_curl (stops[i], &reason), ==, PAL_ACTION_STOP);
  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    {
      pal_delivery_rules_for_curl (certificates[i], &reason);
      g_assert_cmpint (reason, ==, PAL_DELIVERY_REASON_CERTIFICATE);
    }
  pal_delivery_rules_for_curl (28, &reason);
  g_assert_cmpint (reason, ==, PAL_DELIVERY_REASON_STALLED);
  pal_delivery_rules_for_curl (7, &reason);
  g_assert_cmpint (reason, ==, PAL_DELIVERY_REASON_NO_CONNECTION);
  pal_delivery_rules_for_curl (26, &reason);
  g_assert_cmpint (reason, ==, PAL_DELIVERY_REASON_LOCAL_IO);
}

static void
test_location (void)
{
  static const struct
  {
    const char *endpoint;
    const char *location; /* (nullable) */
    const char *path;     /* (nullable): refused */
  } rows[] = {
    { "https://module.example/files/", "https://module.example/files/abc", "/files/abc" },
    { "https://module.example/files", "https://module.example/files/abc", "/files/abc" },
    { "https://module.example/files/", "/files/abc", "/files/abc" },
    { "https://module.example/files/", "abc", "/files/abc" },
    { "https://module.example/files/", "./abc", "/files/abc" },
    { "https://module.example/files/", "a/b%20c", "/files/a/b%20c" },
    { "https://module.example/files/", "/files/a/b", "/files/a/b" },
    { "https://module.example/files/", "/files/a%20b", "/files/a%20b" },
    { "https://module.example/", "/abc", "/abc" },
    { "https://module.example:8443/x/files/", "/x/files/abc", "/x/files/abc" },
    /* Only the path is taken: the server may not know its own name, or want us elsewhere. */
    { "https://module.example/files/", "http://inner:1080/files/abc", "/files/abc" },
    { "https://module.example/files/", "https://evil.example/files/abc", "/files/abc" },
    { "https://module.example/files/", "//evil.example/files/abc", "/files/abc" },
    { "https://module.example/files/", "/files/abc?token=1", "/files/abc" },
    { "https://module.example/files/", "/files/abc#part", "/files/abc" },
    { "https://module.example/files/", NULL, NULL },
    { "https://module.example/files/", "", NULL },
    { "https://module.example/files/", "/files/", NULL },
    { "https://module.example/files/", "/files", NULL },
    { "https://module.example/files/", "/other/abc", NULL },
    { "https://module.example/files/", "/filesabc", NULL },
    { "https://module.example/x/files/", "/files/abc", NULL },
    { "https://module.example/files/", "/files/../admin", NULL },
    { "https://module.example/files/", "../admin", NULL },
    { "https://module.example/files/", "/files/a/../../admin", NULL },
    { "https://module.example/files/", "/files/%2e%2e/admin", NULL },
    { "https://module.example/files/", "/files/%2E./admin", NULL },
    { "https://module.example/files/", "/files/a%2fb", NULL },
    { "https://module.example/files/", "/files/a%5cb", NULL },
    { "https://module.example/files/", "/files/a\\b", NULL },
    { "https://module.example/files/", "/files//abc", NULL },
    { "https://module.example/files/", "/files/%00", NULL },
    { "https://module.example/files/", "/files/%ff", NULL },
    { "https://module.example/files/", "/files/a b", NULL },
    { "https://module.example/files/", "/files/a\r\nX: y", NULL },
    { "https://module.example/files/", "/files/\xc3\xa9", NULL },
  };
  g_autofree char *long_location = g_strnfill (3000, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path
          = pal_delivery_rules_dup_upload_path (rows[i].endpoint, rows[i].location);

      g_test_message ("%s", rows[i].location);
      g_assert_cmpstr (path, ==, rows[i].path);
    }
  g_assert_null (
      pal_delivery_rules_dup_upload_path ("https://module.example/files/", long_location));
}

static void
test_origin (void)
{
  static const struct
  {
    const char *url;
    const char *origin;
  } rows[] = {
    { "https://module.example/files/", "https://module.example" },
    { "https://module.example:8443/files/", "https://module.example:8443" },
    { "https://127.0.0.1:1/", "https://127.0.0.1:1" },
    { "https://[::1]:8443/files/", "https://[::1]:8443" },
    { "http://module.example/files/", NULL },
    { "ftp://module.example/", NULL },
    { "module.example/files/", NULL },
    { "https:///files/", NULL },
    { "https://me@module.example/files/", NULL },
    { "https://me:secret@module.example/files/", NULL },
    { "https://module.example/files/?key=1", NULL },
    { "https://module.example/files/#x", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *origin = pal_delivery_rules_dup_origin (rows[i].url);

      g_test_message ("%s", rows[i].url);
      g_assert_cmpstr (origin, ==, rows[i].origin);
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    goffset value; /* -1: not one */
  } rows[] = {
    { "0", 0 },
    { "17179869184", G_GINT64_CONSTANT (17179869184) },
    { NULL, -1 },
    { "", -1 },
    { "-1", -1 },
    { "+1", -1 },
    { " 1", -1 },
    { "1x", -1 },
    { "0x1", -1 },
    { "9223372036854775807", G_MAXINT64 },
    { "9223372036854775808", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      goffset value = -1;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (pal_delivery_rules_parse_length (rows[i].text, &value), ==,
                       rows[i].value >= 0);
      g_assert_cmpint (value, ==, rows[i].value);
    }
}

static void
test_metadata (void)
{
  g_autofree char *sha256 = g_strnfill (64, 'a');
  g_autofree char *metadata = pal_delivery_rules_dup_metadata (sha256, "d\xc3\xa9p\xc3\xb4t.asice");
  g_autofree char *name = g_strnfill (1000, 'n');
  g_autofree char *long_metadata = pal_delivery_rules_dup_metadata (sha256, name);

  g_assert_true (g_str_has_prefix (metadata, "sha256 YWFhYWFh"));
  g_assert_nonnull (strstr (metadata, ",filename ZMOpcMO0dC5hc2ljZQ==,profile "));
  g_assert_cmpuint (strlen (long_metadata), <, 500);
}

static void
test_parts (void)
{
  const goffset mebi = 1 << 20;

  g_assert_cmpint (pal_delivery_rules_next_part (mebi, 5 * G_USEC_PER_SEC, TRUE), ==, 2 * mebi);
  g_assert_cmpint (pal_delivery_rules_next_part (mebi, 5 * G_USEC_PER_SEC, FALSE), ==, mebi);
  g_assert_cmpint (pal_delivery_rules_next_part (mebi, 10 * G_USEC_PER_SEC, TRUE), ==, mebi);
  g_assert_cmpint (pal_delivery_rules_next_part (mebi, 60 * G_USEC_PER_SEC, TRUE), ==, mebi);
  g_assert_cmpint (pal_delivery_rules_next_part (mebi, 61 * G_USEC_PER_SEC, TRUE), ==, mebi / 2);
  g_assert_cmpint (pal_delivery_rules_next_part (64 * mebi, 1, TRUE), ==, 64 * mebi);
  g_assert_cmpint (pal_delivery_rules_smaller_part (mebi), ==, mebi / 2);
  g_assert_cmpint (pal_delivery_rules_smaller_part (mebi / 4), ==, mebi / 4);
}

static void
test_backoff (void)
{
  PalDeliveryTimers timers = pal_delivery_rules_get_timers ();
  const double most = 0.999999;

  g_assert_cmpuint (timers.connect_ms, ==, 30000);
  g_assert_cmpuint (timers.stall_s, ==, 45);
  g_assert_cmpuint (timers.stall_bytes_per_second, ==, 100);

  /* The ceiling: 2 s, 4 s, 8 s ... 15 min; anything below it, but never a tight loop. */
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 1, 0, most), ==, 1999);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 2, 0, most), ==, 3999);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 5, 0, 0.5), ==, 16000);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 9, 0, 0.5), ==, 256000);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 10, 0, 0.5), ==, 450000);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 4000000000u, 0, 0.5), ==, 450000);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 1, 0, 0), >, 100);

  /* Retry-After counts as it is, up to an hour. */
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 1, 120, 0), ==, 120000);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 1, 3600, 0), ==, 3600000);
  g_assert_cmpuint (pal_delivery_rules_get_backoff_ms (&timers, 1, 86400, 0), ==, 3600000);
}

static void
test_file (void)
{
  g_autofree char *root = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (root, "new", "state", NULL);
  g_autofree char *path = g_build_filename (dir, "delivery.state", NULL);
  g_autofree char *digest = g_strnfill (64, 'a');
  g_autoptr (PalDeliveryFile) file = pal_delivery_file_new ();
  g_autoptr (PalDeliveryFile) back = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_null (pal_delivery_file_load (dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  file->archive = g_strdup ("/home/a b/d\xc3\xa9p\xc3\xb4t; [x]=1.asice");
  file->size = G_GINT64_CONSTANT (5) << 30;
  file->mtime_us = 1795329256644307;
  file->sha256 = g_strdup (digest);
  file->endpoint = g_strdup ("https://module.example/files/");
  file->upload = g_strdup ("/files/abc");
  file->state = PAL_DELIVERY_WAITING;
  file->reason = PAL_DELIVERY_REASON_STALLED;
  file->message = g_strdup ("line\nbreak");
  file->sent = G_GINT64_CONSTANT (4) << 30;
  file->changed_us = 5;
  g_assert_true (pal_delivery_file_save (file, dir, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (dir, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  back = pal_delivery_file_load (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->archive, ==, file->archive);
  g_assert_cmpint (back->size, ==, file->size);
  g_assert_cmpint (back->mtime_us, ==, file->mtime_us);
  g_assert_cmpstr (back->sha256, ==, digest);
  g_assert_cmpstr (back->endpoint, ==, file->endpoint);
  g_assert_cmpstr (back->upload, ==, file->upload);
  g_assert_cmpint (back->state, ==, PAL_DELIVERY_WAITING);
  g_assert_cmpint (back->reason, ==, PAL_DELIVERY_REASON_STALLED);
  g_assert_cmpstr (back->message, ==, file->message);
  g_assert_cmpint (back->sent, ==, file->sent);
  g_clear_pointer (&back, pal_delivery_file_free);

  /* What is damaged is forgotten, and asked of the server again. */
  g_assert_true (g_file_set_contents (path,
                                      "[delivery]\nformat=1\nsha256=../../x\nupload=/files/a\n"
                                      "size=-5\nsent=99\nstate=dancing\nreason=3\n",
                                      -1, NULL));
  back = pal_delivery_file_load (dir, &error);
  g_assert_no_error (error);
  g_assert_null (back->sha256);
  g_assert_null (back->upload);
  g_assert_cmpint (back->size, ==, 0);
  g_assert_cmpint (back->sent, ==, 0);
  g_assert_cmpint (back->state, ==, PAL_DELIVERY_QUEUED);
  g_clear_pointer (&back, pal_delivery_file_free);

  for (int i = 0; i < 3; i++)
    {
      const char *const bad[] = { "", "[delivery]\nformat=2\n", "\xff\xfe not ours" };

      g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
      g_assert_null (pal_delivery_file_load (dir, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_clear_error (&error);
    }

  g_remove (path);
  g_rmdir (dir);
}

static void
test_names (void)
{
  for (int i = PAL_DELIVERY_QUEUED; i <= PAL_DELIVERY_STOPPED; i++)
    g_assert_nonnull (pal_delivery_state_to_string (i));
  for (int i = PAL_DELIVERY_REASON_NONE; i <= PAL_DELIVERY_REASON_REFUSED; i++)
    g_assert_nonnull (pal_delivery_reason_to_string (i));
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

static void
spin (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, quit_cb, loop);
  g_main_loop_run (loop);
}

static void
wait_for_state (PalDelivery *delivery, PalDeliveryState state)
{
  for (int i = 0; i < 500 && pal_delivery_get_state (delivery) != state; i++)
    spin (20);
  g_assert_cmpstr (pal_delivery_state_to_string (pal_delivery_get_state (delivery)), ==,
                   pal_delivery_state_to_string (state));
}

static guint
count_log (PalDelivery *delivery, const char *words)
{
  GPtrArray *log = pal_delivery_get_log (delivery);
  guint count = 0;

  for (guint i = 0; i < log->len; i++)
    count += strstr (log->pdata[i], words) != NULL;

  return count;
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

/* A port on which nobody listens. */
static guint16
find_dead_port (void)
{
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* Waiting, try now, a network that changes, pause, and a delivery that is dropped while it works.
 */
static void
test_waits (void)
{
  g_autofree char *root = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  g_autofree char *archive = g_build_filename (root, "a.asice", NULL);
  g_autofree char *certificate = g_build_filename (root, "module.pem", NULL);
  g_autofree char *state_dir = g_build_filename (root, "state", NULL);
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  g_autoptr (PalDelivery) delivery = NULL;
  g_autoptr (PalDelivery) second = NULL;
  guint n_states = 0;
  guint n_tries;

  g_setenv ("PALERMO_TEST_DELIVERY_TIMERS", "backoff_ms=600000", TRUE);
  g_assert_true (g_file_set_contents (archive, "archive", -1, NULL));
  g_assert_true (g_file_set_contents (certificate, "certificate", -1, NULL));
  endpoint->url = g_strdup_printf ("https://127.0.0.1:%u/files/", find_dead_port ());
  endpoint->module_certificate = g_strdup (certificate);
  endpoint->token = g_strdup ("secret-token");

  delivery = pal_delivery_new (archive, endpoint, state_dir);
  g_signal_connect (delivery, "notify::state", G_CALLBACK (count_cb), &n_states);
  g_assert_cmpint (pal_delivery_get_state (delivery), ==, PAL_DELIVERY_QUEUED);
  g_assert_cmpint (pal_delivery_get_size (delivery), ==, 7);
  g_assert_null (pal_delivery_get_sha256 (delivery));

  pal_delivery_start (delivery);
  wait_for_state (delivery, PAL_DELIVERY_WAITING);
  g_assert_cmpuint (n_states, ==, 2); /* sending, waiting */
  g_assert_cmpint (pal_delivery_get_reason (delivery), ==, PAL_DELIVERY_REASON_NO_CONNECTION);
  g_assert_cmpint (pal_delivery_get_next_try (delivery), >, g_get_real_time ());
  g_assert_cmpstr (pal_delivery_get_sha256 (delivery), ==,
                   "0eb3e36bfb24dcd9bb1d1bece1531216b59539a8fde17ee80224af0653c92aa3");

  /* "Try now" ends the wait. */
  n_tries = count_log (delivery, "waiting");
  pal_delivery_start (delivery);
  for (int i = 0; i < 200 && count_log (delivery, "waiting") == n_tries; i++)
    spin (20);
  g_assert_cmpuint (count_log (delivery, "waiting"), ==, n_tries + 1);

  /* A storm of hints right after a try is none; a change later ends the wait. */
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  spin (100);
  g_assert_cmpuint (count_log (delivery, "the network changed"), ==, 0);
  spin (1100);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", FALSE);
  g_assert_cmpuint (count_log (delivery, "the network changed"), ==, 0);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  g_assert_cmpuint (count_log (delivery, "the network changed"), ==, 1);

  /* Two at once on the same state would confuse each other. */
  second = pal_delivery_new (archive, endpoint, state_dir);
  pal_delivery_start (second);
  wait_for_state (second, PAL_DELIVERY_STOPPED);
  g_assert_cmpint (pal_delivery_get_reason (second), ==, PAL_DELIVERY_REASON_LOCAL_IO);
  g_clear_object (&second);

  pal_delivery_pause (delivery);
  g_assert_cmpint (pal_delivery_get_state (delivery), ==, PAL_DELIVERY_PAUSED);
  g_assert_cmpint (pal_delivery_get_next_try (delivery), ==, 0);
  g_assert_cmpuint (count_log (delivery, "secret-token"), ==, 0);
  pal_delivery_start (delivery);
  wait_for_state (delivery, PAL_DELIVERY_WAITING);
  g_clear_object (&delivery);
  spin (100);

  /* A restart knows where it was, and does nothing by itself. */
  delivery = pal_delivery_new (archive, endpoint, state_dir);
  g_assert_cmpint (pal_delivery_get_state (delivery), ==, PAL_DELIVERY_QUEUED);
  g_assert_nonnull (pal_delivery_get_sha256 (delivery));
  g_assert_cmpuint (pal_delivery_get_log (delivery)->len, >, 3);
  spin (100);
  g_assert_cmpint (pal_delivery_get_state (delivery), ==, PAL_DELIVERY_QUEUED);
}

static void
start_again_cb (PalDelivery *delivery, GParamSpec *pspec, gpointer data)
{
  guint *n_starts = data;

  if (pal_delivery_get_state (delivery) == PAL_DELIVERY_STOPPED && ++*n_starts < 5)
    pal_delivery_start (delivery);
}

static void
drop_cb (PalDelivery *delivery, GParamSpec *pspec, gpointer data)
{
  if (pal_delivery_get_state (delivery) == PAL_DELIVERY_STOPPED)
    g_clear_object ((PalDelivery **) data);
}

/* Who listens may do anything from within a notification. */
static void
test_listeners (void)
{
  g_autofree char *root = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  g_autofree char *archive = g_build_filename (root, "absent.asice", NULL);
  g_autofree char *state_dir = g_build_filename (root, "state", NULL);
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  PalDelivery *delivery;
  guint n_starts = 0;

  endpoint->url = g_strdup ("https://127.0.0.1:1/files/");
  endpoint->module_certificate = g_strdup (archive);
  delivery = pal_delivery_new (archive, endpoint, state_dir);
  g_signal_connect (delivery, "notify::state", G_CALLBACK (start_again_cb), &n_starts);
  pal_delivery_start (delivery);
  for (int i = 0; i < 500 && n_starts < 5; i++)
    spin (10);
  g_assert_cmpuint (n_starts, ==, 5);
  g_signal_handlers_disconnect_by_func (delivery, start_again_cb, &n_starts);

  g_signal_connect (delivery, "notify::state", G_CALLBACK (drop_cb), &delivery);
  pal_delivery_start (delivery);
  for (int i = 0; i < 500 && delivery != NULL; i++)
    spin (10);
  g_assert_null (delivery);
}

/* What is wrong here is said at once, and nothing is asked. */
static void
test_bad_input (void)
{
  static const struct
  {
    const char *url;
    const char *token;
    gboolean has_archive;
    gboolean has_certificate;
    PalDeliveryReason reason;
  } rows[] = {
    { "http://127.0.0.1:1/", NULL, TRUE, TRUE, PAL_DELIVERY_REASON_PROTOCOL },
    { "https://me:secret@127.0.0.1:1/", NULL, TRUE, TRUE, PAL_DELIVERY_REASON_PROTOCOL },
    { "https://127.0.0.1:1/", "two\r\nlines", TRUE, TRUE, PAL_DELIVERY_REASON_NOT_ALLOWED },
    { "https://127.0.0.1:1/", "", TRUE, TRUE, PAL_DELIVERY_REASON_NOT_ALLOWED },
    { "https://127.0.0.1:1/", NULL, FALSE, TRUE, PAL_DELIVERY_REASON_LOCAL_IO },
    { "https://127.0.0.1:1/", NULL, TRUE, FALSE, PAL_DELIVERY_REASON_LOCAL_IO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *root = g_dir_make_tmp ("palermo-XXXXXX", NULL);
      g_autofree char *archive = g_build_filename (root, "a.asice", NULL);
      g_autofree char *certificate = g_build_filename (root, "module.pem", NULL);
      g_autofree char *state_dir = g_build_filename (root, "state", NULL);
      g_autofree char *state = g_build_filename (state_dir, "delivery.state", NULL);
      g_autofree char *text = NULL;
      g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
      g_autoptr (PalDelivery) delivery = NULL;

      if (rows[i].has_archive)
        g_assert_true (g_file_set_contents (archive, "archive", -1, NULL));
      if (rows[i].has_certificate)
        g_assert_true (g_file_set_contents (certificate, "certificate", -1, NULL));
      endpoint->url = g_strdup (rows[i].url);
      endpoint->token = g_strdup (rows[i].token);
      endpoint->module_certificate = g_strdup (certificate);
      delivery = pal_delivery_new (archive, endpoint, state_dir);
      pal_delivery_start (delivery);
      wait_for_state (delivery, PAL_DELIVERY_STOPPED);
      g_assert_cmpint (pal_delivery_get_reason (delivery), ==, rows[i].reason);
      g_assert_nonnull (pal_delivery_get_message (delivery));
      g_clear_object (&delivery); /* which waits for what is to be saved */
      if (g_file_get_contents (state, &text, NULL, NULL))
        g_assert_null (strstr (text, "secret"));
      g_assert_cmpint (text != NULL, ==, rows[i].reason == PAL_DELIVERY_REASON_LOCAL_IO);
    }
}

/* A delivery that waits for months writes more than is kept; what came last stays. */
static void
test_log (void)
{
  g_autofree char *root = g_dir_make_tmp ("palermo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "delivery.log", NULL);
  g_autofree char *words = g_strnfill (80, 'w');
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  for (int i = 0; text->len <= 1 << 20; i++)
    g_string_append_printf (text, "2026-11-22T03:49:48Z %s %d\n", words, i);
  g_assert_true (g_file_set_contents (path, text->str, text->len, &error));
  g_assert_no_error (error);

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *line = g_strdup_printf ("2026-11-23T03:49:48Z new %d", i);
      g_autoptr (GPtrArray) before = pal_delivery_file_load_log (root);
      g_autoptr (GPtrArray) after = NULL;

      g_assert_cmpuint (before->len, >=, 499);
      g_assert_true (pal_delivery_file_append_log (root, line, &error));
      g_assert_no_error (error);
      after = pal_delivery_file_load_log (root);
      g_assert_cmpuint (after->len, >=, 499);
      g_assert_cmpstr (g_ptr_array_index (after, after->len - 1), ==, line);
      g_assert_cmpstr (g_ptr_array_index (after, after->len - 2), ==,
                       g_ptr_array_index (before, before->len - 1));
    }
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 100 << 10);

  g_unlink (path);
  g_rmdir (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delivery/statuses", test_statuses);
  g_test_add_func ("/delivery/curl-codes", test_curl_codes);
  g_test_add_func ("/delivery/location", test_location);
  g_test_add_func ("/delivery/origin", test_origin);
  g_test_add_func ("/delivery/numbers", test_numbers);
  g_test_add_func ("/delivery/metadata", test_metadata);
  g_test_add_func ("/delivery/parts", test_parts);
  g_test_add_func ("/delivery/backoff", test_backoff);
  g_test_add_func ("/delivery/file", test_file);
  g_test_add_func ("/delivery/log", test_log);
  g_test_add_func ("/delivery/names", test_names);
  g_test_add_func ("/delivery/waits", test_waits);
  g_test_add_func ("/delivery/listeners", test_listeners);
  g_test_add_func ("/delivery/bad-input", test_bad_input);

  return g_test_run ();
}
