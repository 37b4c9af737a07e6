// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-file"
#include "config.h"

#include "pal-delivery-file.h"

#include "pal-publish.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "delivery.state"
#define LOG_NAME "delivery.log"
#define GROUP "delivery"
#define FORMAT 1
#define MAX_FILE (64 << 10)
#define MAX_LOG (1 << 20)
#define MAX_LOG_LINES 500

static const char *const state_names[] = {
  [PAL_DELIVERY_QUEUED] = "queued",       [PAL_DELIVERY_SENDING] = "sending",
  [PAL_DELIVERY_WAITING] = "waiting",     [PAL_DELIVERY_PAUSED] = "paused",
  [PAL_DELIVERY_DELIVERED] = "delivered", [PAL_DELIVERY_ACCEPTED] = "accepted",
  [PAL_DELIVERY_REFUSED] = "refused",     [PAL_DELIVERY_STOPPED] = "stopped",
  [PAL_DELIVERY_ENDED] = "ended",
};

static const char *const reason_names[] = {
  [PAL_DELIVERY_REASON_NONE] = "none",
  [PAL_DELIVERY_REASON_NO_CONNECTION] = "no-connection",
  [PAL_DELIVERY_REASON_CUT] = "cut",
  [PAL_DELIVERY_REASON_STALLED] = "stalled",
  [PAL_DELIVERY_REASON_SERVER_BUSY] = "server-busy",
  [PAL_DELIVERY_REASON_CERTIFICATE] = "certificate",
  [PAL_DELIVERY_REASON_NOT_ALLOWED] = "not-allowed",
  [PAL_DELIVERY_REASON_REDIRECT] = "redirect",
  [PAL_DELIVERY_REASON_TOO_LARGE] = "too-large",
  [PAL_DELIVERY_REASON_PROTOCOL] = "protocol",
  [PAL_DELIVERY_REASON_FORGED_RECEIPT] = "forged-receipt",
  [PAL_DELIVERY_REASON_ARCHIVE_CHANGED] = "archive-changed",
  [PAL_DELIVERY_REASON_LOCAL_IO] = "local-io",
  [PAL_DELIVERY_REASON_PROXY] = "proxy",
  [PAL_DELIVERY_REASON_HOURS] = "hours",
  [PAL_DELIVERY_REASON_METERED] = "metered",
  [PAL_DELIVERY_REASON_REFUSED] = "refused",
  [PAL_DELIVERY_REASON_CANCELLED] = "cancelled",
  [PAL_DELIVERY_REASON_REPLACED] = "replaced",
};

/**
 * pal_delivery_state_to_string:
 * @state: a state
 *
 * Returns: its word in files and JSON, not translated
 */
const char *
pal_delivery_state_to_string (PalDeliveryState state)
{
  return state_names[state];
}

/**
 * pal_delivery_reason_to_string:
 * @reason: a reason
 *
 * Returns: its word in files and JSON, not translated
 */
const char *
pal_delivery_reason_to_string (PalDeliveryReason reason)
{
  return reason_names[reason];
}

static guint
find_name (const char *const *names, guint n_names, const char *name, guint fallback)
{
  for (guint i = 0; i < n_names; i++)
    if (g_strcmp0 (names[i], name) == 0)
      return i;

  return fallback;
}

PalDeliveryFile *
pal_delivery_file_new (void)
{
  return g_new0 (PalDeliveryFile, 1);
}

PalDeliveryFile *
pal_delivery_file_copy (const PalDeliveryFile *self)
{
  PalDeliveryFile *copy = g_memdup2 (self, sizeof *self);

  copy->archive = g_strdup (self->archive);
  copy->sha256 = g_strdup (self->sha256);
  copy->endpoint = g_strdup (self->endpoint);
  copy->upload = g_strdup (self->upload);
  copy->message = g_strdup (self->message);

  return copy;
}

void
pal_delivery_file_free (PalDeliveryFile *self)
{
  if (self == NULL)
    return;
  g_free (self->archive);
  g_free (self->sha256);
  g_free (self->endpoint);
  g_free (self->upload);
  g_free (self->message);
  g_free (self);
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/* A file of ours that somebody damaged is read as far as it makes sense; what does not is asked of
 * the server again. */
static PalDeliveryFile *
read_keys (GKeyFile *keys)
{
  PalDeliveryFile *self = pal_delivery_file_new ();
  g_autofree char *state = g_key_file_get_string (keys, GROUP, "state", NULL);
  g_autofree char *reason = g_key_file_get_string (keys, GROUP, "reason", NULL);

  self->archive = g_key_file_get_string (keys, GROUP, "archive", NULL);
  self->size = g_key_file_get_int64 (keys, GROUP, "size", NULL);
  self->mtime_us = g_key_file_get_int64 (keys, GROUP, "mtime-us", NULL);
  self->sha256 = g_key_file_get_string (keys, GROUP, "sha256", NULL);
  self->endpoint = g_key_file_get_string (keys, GROUP, "endpoint", NULL);
  self->upload = g_key_file_get_string (keys, GROUP, "upload", NULL);
  self->message = g_key_file_get_string (keys, GROUP, "message", NULL);
  self->sent = g_key_file_get_int64 (keys, GROUP, "sent", NULL);
  self->next_try_us = g_key_file_get_int64 (keys, GROUP, "next-try-us", NULL);
  self->queued_us = g_key_file_get_int64 (keys, GROUP, "queued-us", NULL);
  self->changed_us = g_key_file_get_int64 (keys, GROUP, "changed-us", NULL);
  self->state = find_name (state_names, G_N_ELEMENTS (state_names), state, PAL_DELIVERY_QUEUED);
  self->reason
      = find_name (reason_names, G_N_ELEMENTS (reason_names), reason, PAL_DELIVERY_REASON_NONE);

  if (!is_sha256 (self->sha256))
    {
      g_clear_pointer (&self->sha256, g_free);
      g_clear_pointer (&self->upload, g_free);
    }
  if (self->size < 0)
    self->size = 0;
  self->sent = CLAMP (self->sent, 0, self->size);

  return self;
}

/**
 * pal_delivery_file_load:
 * @state_dir: folder of one delivery
 * @error: return location
 *
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): what was saved; %NULL with %G_IO_ERROR_NOT_FOUND when
 * nothing was, or another error
 */
PalDeliveryFile *
pal_delivery_file_load (const char *state_dir, GError **error)
{
  g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *text = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gsize length;

  if (!g_file_load_contents (file, NULL, &text, &length, NULL, error))
    return NULL;
  if (length > MAX_FILE || !g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, NULL)
      || g_key_file_get_integer (keys, GROUP, "format", NULL) != FORMAT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "this is not the state of a delivery");
      return NULL;
    }

  return read_keys (keys);
}

static void
set_text (GKeyFile *keys, const char *key, const char *value)
{
  if (value != NULL)
    g_key_file_set_string (keys, GROUP, key, value);
}

/**
 * pal_delivery_file_save:
 * @self: what to save
 * @state_dir: folder of one delivery; made, mode 0700, when it is not there
 * @error: return location
 *
 * Blocking; any thread. When it returns %TRUE, a power loss keeps it.
 *
 * Returns: whether it is on the disk
 */
gboolean
pal_delivery_file_save (const PalDeliveryFile *self, const char *state_dir, GError **error)
{
  g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GBytes) bytes = NULL;
  char *text;
  gsize length;

  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s", g_strerror (number));
      return FALSE;
    }

  g_key_file_set_integer (keys, GROUP, "format", FORMAT);
  set_text (keys, "archive", self->archive);
  g_key_file_set_int64 (keys, GROUP, "size", self->size);
  g_key_file_set_int64 (keys, GROUP, "mtime-us", self->mtime_us);
  set_text (keys, "sha256", self->sha256);
  set_text (keys, "endpoint", self->endpoint);
  set_text (keys, "upload", self->upload);
  set_text (keys, "state", pal_delivery_state_to_string (self->state));
  set_text (keys, "reason", pal_delivery_reason_to_string (self->reason));
  set_text (keys, "message", self->message);
  g_key_file_set_int64 (keys, GROUP, "sent", self->sent);
  g_key_file_set_int64 (keys, GROUP, "next-try-us", self->next_try_us);
  g_key_file_set_int64 (keys, GROUP, "queued-us", self->queued_us);
  g_key_file_set_int64 (keys, GROUP, "changed-us", self->changed_us);
  text = g_key_file_to_data (keys, &length, NULL);
  bytes = g_bytes_new_take (text, length);

  return pal_publish_bytes (path, bytes, error);
}

/**
 * pal_delivery_file_dup_receipt_path:
 * @state_dir: folder of one delivery
 * @sha256: digest of the archive
 *
 * Returns: (transfer full): where its receipt is kept
 */
char *
pal_delivery_file_dup_receipt_path (const char *state_dir, const char *sha256)
{
  g_autofree char *name = g_strconcat (sha256, ".receipt.p7m", NULL);

  return g_build_filename (state_dir, name, NULL);
}

/**
 * pal_delivery_file_load_log:
 * @state_dir: folder of one delivery
 *
 * Blocking; any thread.
 *
 * Returns: (transfer full) (element-type utf8): the newest lines, oldest first; empty when there is
 * no log
 */
GPtrArray *
pal_delivery_file_load_log (const char *state_dir)
{
  g_autofree char *path = g_build_filename (state_dir, LOG_NAME, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *log = g_ptr_array_new_with_free_func (g_free);
  guint n_lines;
  gsize length;

  /* The line that made it too long is still there. */
  if (!g_file_get_contents (path, &text, &length, NULL) || length > 2 * MAX_LOG)
    return log;

  lines = g_strsplit (text, "\n", -1);
  n_lines = g_strv_length (lines);
  for (guint i = n_lines > MAX_LOG_LINES ? n_lines - MAX_LOG_LINES : 0; i < n_lines; i++)
    if (*lines[i] != '\0' && g_utf8_validate (lines[i], -1, NULL))
      g_ptr_array_add (log, g_strdup (lines[i]));

  return log;
}

/* Keeps the newest lines of a log that grew too long. */
static gboolean
shorten_log (const char *state_dir, const char *path, GError **error)
{
  g_autoptr (GPtrArray) lines = pal_delivery_file_load_log (state_dir);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (lines, i));
  bytes = g_bytes_new (text->str, text->len);

  return pal_publish_bytes (path, bytes, error);
}

/**
 * pal_delivery_file_append_log:
 * @state_dir: folder of one delivery
 * @line: time and event, without a line feed
 * @error: return location
 *
 * Blocking; any thread. The log is a courtesy and not flushed; of one that grew beyond a mebibyte
 * the newest 500 lines stay.
 *
 * Returns: whether it was written
 */
gboolean
pal_delivery_file_append_log (const char *state_dir, const char *line, GError **error)
{
  g_autofree char *path = g_build_filename (state_dir, LOG_NAME, NULL);
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  struct stat info;
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  int fd;
  gssize n;
  int number;

  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    {
      number = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s", g_strerror (number));
      return FALSE;
    }
  if (lstat (path, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > MAX_LOG
      && !shorten_log (state_dir, path, error))
    return FALSE;
  fd = open (path, flags, 0600);
  number = errno;
  if (fd >= 0)
    {
      n = write (fd, text, strlen (text));
      number = n == (gssize) strlen (text) ? 0 : errno;
      close (fd);
    }
  if (fd < 0 || number != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s", g_strerror (number));
      return FALSE;
    }

  return TRUE;
}
