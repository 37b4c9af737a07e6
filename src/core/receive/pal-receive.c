// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-receive"
#include "config.h"

#include "pal-receive.h"

#include "pal-clock.h"
#include "pal-digest.h"
#include "pal-publish.h"
#include "pal-verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK_BYTES (256 * 1024)
#define MAX_MESSAGE 500
#define RECEIPT_MAX_BYTES (1024 * 1024)
#define CODE_INVALID 2
#define CODE_LIMIT 4

/* Everything below is done under a lock that is named after the declared digest. The order is: the
 * copy is on the disk, the copy is judged, the receipt is on the disk, the copy gets its name. An
 * accident in between leaves a job that is done again with the same outcome. */

/**
 * pal_received_free:
 * @self: (nullable): what became of an upload
 *
 * Frees it.
 */
void
pal_received_free (PalReceived *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->receipt, pal_receipt_free);
  g_free (self->receipt_path);
  g_free (self->archive_path);
  g_free (self);
}

static gboolean
set_errno (GError **error, const char *what)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));

  return FALSE;
}

static gboolean
make_folders (const char *store, GError **error)
{
  static const char *const names[] = { "archives", "refused", "receipts", "locks", "incoming" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (store, names[i], NULL);

      if (g_mkdir_with_parents (path, 0700) != 0)
        return set_errno (error, "the store");
    }

  return TRUE;
}

static char *
dup_path (const PalReceiving *job, const char *folder, const char *middle, const char *ending)
{
  g_autofree char *name = g_strconcat (job->sha256, middle, ending, NULL);

  return g_build_filename (job->store, folder, name, NULL);
}

/* -1 and error, or a descriptor that holds the lock until it is closed. */
static int
lock (const PalReceiving *job, GError **error)
{
  g_autofree char *path = dup_path (job, "locks", "", "");
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  while (fd >= 0 && flock (fd, LOCK_EX) != 0)
    if (errno != EINTR)
      {
        set_errno (error, "the lock");
        close (fd);
        return -1;
      }
  if (fd < 0)
    set_errno (error, "the lock");

  return fd;
}

/* A receipt that is there. Of which this module says nothing (its key was renewed, the file is
 * damaged) counts as foreign: what it says may be an acceptance. */
typedef struct
{
  PalReceipt *receipt; /* (nullable) */
  gboolean is_foreign;
} Before;

static void
before_clear (Before *before)
{
  pal_receipt_free (before->receipt);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Before, before_clear)

static gboolean
find_receipt (const PalReceiving *job, const char *path, Before *before, GError **error)
{
  g_autofree char *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &data, &length, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the receipt that is there: %s",
                   local_error->message);
      return FALSE;
    }
  bytes = g_bytes_new_take (g_steal_pointer (&data), length);
  if (length <= RECEIPT_MAX_BYTES)
    before->receipt = pal_receipt_verify (bytes, job->module_certificate, job->sha256, -1, NULL);
  before->is_foreign = before->receipt == NULL;

  return TRUE;
}

/* --- The copy --- */

typedef struct
{
  char *path; /* (owned) */
  char *sha256;
  goffset size;
} Copy;

static void
copy_clear (Copy *copy)
{
  if (copy->path != NULL)
    (void) g_unlink (copy->path);
  g_free (copy->path);
  g_free (copy->sha256);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copy, copy_clear)

static gboolean
write_all (int fd, const guint8 *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_errno (error, "the store");
      data += n;
      length -= n;
    }

  return TRUE;
}

static gboolean
copy_bytes (int from, int to, Copy *copy, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  g_autoptr (PalDigest) digest = pal_digest_new ();
  guint8 sha256[PAL_DIGEST_BYTES];
  gssize n;

  while ((n = read (from, buffer, CHUNK_BYTES)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_errno (error, "the upload");
      pal_digest_update (digest, buffer, n);
      if (!write_all (to, buffer, n, error))
        return FALSE;
      copy->size += n;
    }
  pal_digest_finish (digest, sha256);
  copy->sha256 = pal_digest_to_hex (sha256);

  return fsync (to) == 0 ? TRUE : set_errno (error, "the store");
}

/* What is judged is what is kept, whatever happens to the upload meanwhile. */
static gboolean
take_copy (const PalReceiving *job, Copy *copy, GError **error)
{
  struct stat info;
  int from = open (job->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gboolean ok;
  int to;

  if (from < 0)
    return set_errno (error, "the upload");
  if (fstat (from, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (from);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "the upload is no regular file");
      return FALSE;
    }

  /* One name for each digest, under its lock: what an accident left is taken over. */
  copy->path = dup_path (job, "incoming", "", ".asice");
  to = open (copy->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  ok = to >= 0 ? copy_bytes (from, to, copy, error) : set_errno (error, "the store");
  close (from);
  if (to >= 0 && close (to) != 0 && ok)
    ok = set_errno (error, "the store");

  return ok;
}

/* --- The verdict --- */

static gboolean
judge (const PalReceiving *job, const Copy *copy, PalVerdict *verdict, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *output = NULL;
  int status = 0;

  if (strcmp (copy->sha256, job->sha256) != 0)
    {
      pal_verdict_set (verdict, CODE_INVALID, "the archive does not have the declared SHA-256");
      return TRUE;
    }
  for (guint i = 0; job->verifier[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) job->verifier[i]);
  g_ptr_array_add (argv, copy->path);
  g_ptr_array_add (argv, NULL);
  if (!g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_STDERR_TO_DEV_NULL,
                     pal_verdict_limit_child, NULL, &output, NULL, &status, error))
    return FALSE;

  /* A verifier that died over an archive, or took for ever, says enough about the archive. */
  if (!WIFEXITED (status) || !pal_verdict_parse (verdict, output))
    pal_verdict_set (verdict, CODE_LIMIT, "the archive could not be checked within the limits");
  /* Our own disk is not the sender's fault: no receipt, try again. */
  if (verdict->code > CODE_LIMIT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the archive could not be read: %s",
                   verdict->message);
      return FALSE;
    }
  if (verdict->code < CODE_INVALID && g_strcmp0 (verdict->sha256, copy->sha256) != 0)
    pal_verdict_set (verdict, CODE_INVALID, "the archive changed while it was judged");

  return TRUE;
}

/* The same upload, judged again, gets the same receipt. */
static char *
dup_id (const PalReceiving *job, const Copy *copy)
{
  g_autofree char *both = NULL;
  g_autofree char *hex = NULL;

  if (job->id != NULL)
    return g_strdup (job->id);
  both = g_strconcat (job->sha256, " ", copy->sha256, NULL);
  hex = pal_digest_bytes_hex (both, strlen (both));

  return g_strndup (hex, 32);
}

static PalReceipt *
make_receipt (const PalReceiving *job, const Copy *copy, const PalVerdict *verdict, const char *id)
{
  PalReceipt *receipt = pal_receipt_new ();
  gboolean is_accepted = verdict->code == 0 || (verdict->code == 1 && job->accepts_unknown);

  receipt->status = is_accepted ? PAL_RECEIPT_ACCEPTED : PAL_RECEIPT_REFUSED;
  receipt->id = g_strdup (id);
  receipt->archive_sha256 = g_strdup (job->sha256);
  receipt->archive_size = copy->size;
  receipt->archive_name = g_utf8_make_valid (job->name != NULL ? job->name : "", -1);
  receipt->code = verdict->code;
  receipt->indication = g_strdup (verdict->indication);
  receipt->message = g_utf8_make_valid (verdict->message, -1);
  if (strlen (receipt->message) > MAX_MESSAGE)
    *g_utf8_find_prev_char (receipt->message, receipt->message + MAX_MESSAGE) = '\0';
  receipt->received = pal_clock_format_rfc3339 (g_get_real_time ());
  receipt->receiver = g_strdup (pal_identity_get_subject (job->module));
  receipt->sender = g_strdup (job->sender);

  return receipt;
}

/* --- All together --- */

/* A sender may choose the id: as a name it is only what a name may be. */
static char *
dup_refused_path (const PalReceiving *job, const char *id)
{
  g_autofree char *middle = g_strconcat ("-", id, NULL);

  g_strcanon (middle, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-", '-');
  if (strlen (middle) > 80)
    middle[80] = '\0';

  return dup_path (job, "refused", middle, ".asice");
}

static gboolean
file_away (Copy *copy, const char *path, GError **error)
{
  if (g_rename (copy->path, path) != 0)
    return set_errno (error, "the store");
  g_clear_pointer (&copy->path, g_free);

  return pal_publish_sync_folder (path, error);
}

/* Refused never overrides accepted. What was accepted came with the digest that it names. */
static gboolean
may_publish (const PalReceipt *receipt, const Before *before, const char *archive, GError **error)
{
  if (receipt->status == PAL_RECEIPT_ACCEPTED)
    return TRUE;
  if (!before->is_foreign && !g_file_test (archive, G_FILE_TEST_EXISTS))
    return TRUE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_EXISTS,
      "this is to be refused, but an archive of that SHA-256 has a receipt already, or was "
      "accepted: %s",
      receipt->message);
  return FALSE;
}

static gboolean
state_verdict (const PalReceiving *job, Copy *copy, const char *id, const char *archive,
               const Before *before, PalReceived *received, GError **error)
{
  g_auto (PalVerdict) verdict = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (!judge (job, copy, &verdict, error))
    return FALSE;
  received->receipt = make_receipt (job, copy, &verdict, id);
  received->is_new = TRUE;
  if (!may_publish (received->receipt, before, archive, error))
    return FALSE;
  bytes = pal_receipt_sign (received->receipt, job->module, error);

  return bytes != NULL && pal_publish_bytes (received->receipt_path, bytes, error);
}

static gboolean
receive_locked (const PalReceiving *job, PalReceived *received, GError **error)
{
  g_auto (Copy) copy = { 0 };
  g_auto (Before) before = { 0 };
  g_autofree char *archive = dup_path (job, "archives", "", ".asice");
  g_autofree char *id = NULL;
  gboolean was_accepted;

  if (!find_receipt (job, received->receipt_path, &before, error))
    return FALSE;
  was_accepted = before.receipt != NULL && before.receipt->status == PAL_RECEIPT_ACCEPTED;
  if (was_accepted && g_file_test (archive, G_FILE_TEST_IS_REGULAR))
    {
      received->archive_path = g_steal_pointer (&archive);
      received->receipt = g_steal_pointer (&before.receipt);
      return TRUE;
    }
  if (!take_copy (job, &copy, error))
    return FALSE;
  id = dup_id (job, &copy);

  if (was_accepted && strcmp (copy.sha256, job->sha256) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "an archive that was accepted is missing, and this is not it");
      return FALSE;
    }
  if (was_accepted || (before.receipt != NULL && g_strcmp0 (before.receipt->id, id) == 0))
    received->receipt = g_steal_pointer (&before.receipt);
  else if (!state_verdict (job, &copy, id, archive, &before, received, error))
    return FALSE;

  received->archive_path = received->receipt->status == PAL_RECEIPT_ACCEPTED
                               ? g_steal_pointer (&archive)
                               : dup_refused_path (job, id);

  return file_away (&copy, received->archive_path, error);
}

/**
 * pal_receive:
 * @job: what came, and to whom
 * @error: return location
 *
 * Judges an upload in a process with limits, signs a receipt about it and files it away; what has a
 * receipt already gets no other one. Blocking, may wait for another process with the same archive;
 * any thread.
 *
 * Returns: (transfer full) (nullable): what became of it, which may well be a refusal; %NULL with a
 * #GIOErrorEnum or signing error when the upload cannot be read or the store not be written: then
 * there is no receipt, and the job is to be run again. %G_IO_ERROR_EXISTS says that it would be
 * refused while an archive of this digest was accepted, or has a receipt that this module did not
 * sign: nothing was published, and running it again helps only after somebody looked
 */
PalReceived *
pal_receive (const PalReceiving *job, GError **error)
{
  g_autoptr (PalReceived) received = g_new0 (PalReceived, 1);
  gboolean ok;
  int fd;

  g_return_val_if_fail (job != NULL && job->file != NULL && job->sha256 != NULL, NULL);
  g_return_val_if_fail (job->store != NULL && job->verifier != NULL, NULL);
  g_return_val_if_fail (PAL_IS_IDENTITY (job->module) && job->module_certificate != NULL, NULL);

  if (!make_folders (job->store, error))
    return NULL;
  fd = lock (job, error);
  if (fd < 0)
    return NULL;
  received->receipt_path = dup_path (job, "receipts", "", ".receipt.p7m");
  ok = receive_locked (job, received, error);
  close (fd);

  return ok ? g_steal_pointer (&received) : NULL;
}
