// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-attachments"
#include "config.h"

#include "pal-dossier-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Files inside the dossier, addressed by what is in them. A file is read twice: for its digest, and
 * into chunks. Chunks go to the worker a few at a time, so that typing is saved in between; until
 * the last one is there the attachment has no digest, nobody sees it, and a kill leaves something
 * to be swept when the dossier is opened again. */

#define BATCH_BYTES (4 << 20)
#define PREFIX_LENGTH 12    /* hexadecimal digits of the digest in the name */
#define MAX_NAME_OCTETS 200 /* package-format.md, section 2.2 */
#define MAX_ATTACHMENT_BYTES (G_GINT64_CONSTANT (4) << 30)

/* --- names */

static gboolean
is_allowed (gunichar c)
{
  if (c < 0x80 && strchr ("\\/:*?\"<>|%", c) != NULL)
    return FALSE;

  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/* A foreign name in the set of names that packages take; the ending is kept when it is cut. */
static char *
dup_safe_name (const char *original, gsize max_octets)
{
  g_autofree char *normal = g_utf8_normalize (original, -1, G_NORMALIZE_NFC);
  g_autoptr (GString) name = g_string_new (NULL);
  const char *dot;
  gsize ending;

  for (const char *p = normal != NULL ? normal : "file"; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (name, is_allowed (g_utf8_get_char (p)) ? g_utf8_get_char (p) : '_');

  dot = strrchr (name->str, '.');
  ending = dot != NULL && strlen (dot) <= 16 ? strlen (dot) : 0;
  while (name->len > max_octets)
    {
      const char *end = name->str + name->len - ending;
      const char *last = g_utf8_find_prev_char (name->str, end);

      g_string_erase (name, last - name->str, end - last);
    }
  while (name->len > 0 && strchr (". ", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
  if (name->len == 0)
    g_string_assign (name, "file");

  return g_string_free (g_steal_pointer (&name), FALSE);
}

/* --- in the worker */

typedef struct
{
  gint64 attachment;
  gint64 number;     /* of the first chunk */
  GPtrArray *chunks; /* (element-type GBytes) (nullable) */
  char *sha256;
  gint64 size_bytes;
  char *original;
  char *name; /* (out) */
} Store;

static void
store_free (gpointer data)
{
  Store *store = data;

  g_clear_pointer (&store->chunks, g_ptr_array_unref);
  g_free (store->sha256);
  g_free (store->original);
  g_free (store->name);
  g_free (store);
}

/* Begins an attachment: its id. */
static void
begin_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  GError *error = NULL;

  if (pal_dossier_begin_job (self, TRUE, &error)
      && pal_sql_run (self->db, &error,
                      "INSERT INTO attachment (sha256, size, added) VALUES (NULL, 0, ?1)", "i",
                      g_get_real_time ()))
    g_task_return_int (task, sqlite3_last_insert_rowid (self->db));
  else
    g_task_return_error (task, error);
}

static gboolean
put_chunks (PalDossier *self, Store *store, GError **error)
{
  for (guint i = 0; i < store->chunks->len; i++)
    if (!pal_sql_run (self->db, error, "INSERT INTO attachment_chunk VALUES (?1, ?2, ?3)", "iib",
                      store->attachment, store->number + (gint64) i,
                      (GBytes *) g_ptr_array_index (store->chunks, i)))
      return FALSE;

  return TRUE;
}

static void
put_chunks_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  GError *error = NULL;

  if (pal_dossier_begin_job (self, TRUE, &error) && pal_sql_begin (self->db, &error)
      && pal_sql_end (self->db, put_chunks (self, task_data, &error), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
drop_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  Store *store = task_data;
  g_autoptr (GError) error = NULL;

  /* On a full disk this fails too; the sweep at the next opening does it then. */
  if (!pal_dossier_begin_job (self, TRUE, &error)
      || !pal_sql_run (self->db, &error, "DELETE FROM attachment WHERE id = ?1", "i",
                       store->attachment))
    g_info ("an attachment that was begun stays for now: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/* The name that stands for this content, made if need be. Two files whose digests begin alike are
 * told apart by a number. */
static char *
put_name (PalDossier *self, gint64 attachment, const char *sha256, const char *original,
          GError **error)
{
  for (int number = 1; number < 100; number++)
    {
      g_autofree char *safe = dup_safe_name (original, MAX_NAME_OCTETS - PREFIX_LENGTH - 4);
      g_autofree char *name
          = number == 1 ? g_strdup_printf ("%.*s-%s", PREFIX_LENGTH, sha256, safe)
                        : g_strdup_printf ("%.*s-%d-%s", PREFIX_LENGTH, sha256, number, safe);
      gint64 holder;

      if (!pal_sql_get_int (self->db, &holder, -1, error,
                            "SELECT attachment FROM attachment_name WHERE name = ?1", "s", name))
        return NULL;
      if (holder == attachment)
        return g_steal_pointer (&name);
      if (holder == -1)
        return pal_sql_run (self->db, error, "INSERT INTO attachment_name VALUES (?1, ?2, ?3)",
                            "ssi", name, original, attachment)
                   ? g_steal_pointer (&name)
                   : NULL;
    }
  g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT, "too many files of one name");

  return NULL;
}

/* Names the content if it is there already; store->name stays NULL if not. With an attachment just
 * filled, makes that one the content. */
static gboolean
settle (PalDossier *self, Store *store, GError **error)
{
  gint64 known;

  if (!pal_sql_get_int (self->db, &known, 0, error, "SELECT id FROM attachment WHERE sha256 = ?1",
                        "s", store->sha256))
    return FALSE;
  if (store->attachment != 0
      && !(known != 0 ? pal_sql_run (self->db, error, "DELETE FROM attachment WHERE id = ?1", "i",
                                     store->attachment)
                      : pal_sql_run (self->db, error,
                                     "UPDATE attachment SET sha256 = ?2, size = ?3 WHERE id = ?1",
                                     "isi", store->attachment, store->sha256, store->size_bytes)))
    return FALSE;
  if (known == 0)
    known = store->attachment;
  if (known == 0)
    return TRUE;

  store->name = put_name (self, known, store->sha256, store->original, error);

  return store->name != NULL;
}

static void
settle_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalDossier *self = source;
  Store *store = task_data;
  GError *error = NULL;

  if (pal_dossier_begin_job (self, TRUE, &error) && pal_sql_begin (self->db, &error)
      && pal_sql_end (self->db, settle (self, store, &error), &error))
    g_task_return_pointer (task, g_steal_pointer (&store->name), g_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_attachments_sweep:
 * @db: a connection that is being opened
 * @error: return location
 *
 * Removes attachments that were begun and never finished.
 *
 * Returns: whether none is left
 */
gboolean
pal_dossier_attachments_sweep (sqlite3 *db, GError **error)
{
  gint64 n_begun;

  if (!pal_sql_get_int (db, &n_begun, 0, error,
                        "SELECT count(*) FROM attachment WHERE sha256 IS NULL", ""))
    return FALSE;
  if (n_begun == 0)
    return TRUE;

  g_info ("%" G_GINT64_FORMAT " unfinished attachments removed", n_begun);

  return pal_sql_exec (db, "DELETE FROM attachment WHERE sha256 IS NULL", error);
}

/* --- attaching; in the caller's thread, or one of its own */

static void
set_errno (GError **error, const char *what, int number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));
}

/* The next chunk, empty at the end. */
static GBytes *
read_chunk (int fd, GError **error)
{
  guint8 *buffer = g_malloc (PAL_DOSSIER_CHUNK_BYTES);
  gsize length = 0;

  while (length < PAL_DOSSIER_CHUNK_BYTES)
    {
      gssize n = read (fd, buffer + length, PAL_DOSSIER_CHUNK_BYTES - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          set_errno (error, "cannot read the file", errno);
          g_free (buffer);
          return NULL;
        }
      if (n == 0)
        break;
      length += n;
    }

  return g_bytes_new_take (buffer, length);
}

static char *
digest_file (int fd, gint64 *size_bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  *size_bytes = 0;
  for (;;)
    {
      g_autoptr (GBytes) chunk = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      chunk = read_chunk (fd, error);
      if (chunk == NULL)
        return NULL;
      if (g_bytes_get_size (chunk) == 0)
        return g_strdup (g_checksum_get_string (sum));
      *size_bytes += g_bytes_get_size (chunk);
      if (*size_bytes > MAX_ATTACHMENT_BYTES)
        {
          g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_LIMIT,
                       "a file of more than 4 GiB");
          return NULL;
        }
      g_checksum_update (sum, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
    }
}

static Store *
store_new (gint64 attachment)
{
  Store *store = g_new0 (Store, 1);

  store->attachment = attachment;

  return store;
}

/* Fills the attachment; FALSE also when the file changed since its digest was taken. */
static gboolean
store_chunks (PalDossier *self, int fd, gint64 attachment, const char *sha256,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gint64 number = 0;
  gboolean at_end = FALSE;

  while (!at_end)
    {
      g_autoptr (GTask) task = NULL;
      Store *store = store_new (attachment);

      store->number = number;
      store->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      while (!at_end && store->chunks->len < BATCH_BYTES / PAL_DOSSIER_CHUNK_BYTES)
        {
          GBytes *chunk = g_cancellable_set_error_if_cancelled (cancellable, error)
                              ? NULL
                              : read_chunk (fd, error);

          if (chunk == NULL)
            {
              store_free (store);
              return FALSE;
            }
          at_end = g_bytes_get_size (chunk) == 0;
          g_checksum_update (sum, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
          if (at_end)
            g_bytes_unref (chunk);
          else
            g_ptr_array_add (store->chunks, chunk);
        }
      number += store->chunks->len;
      task = pal_dossier_run (self, cancellable, pal_dossier_attach_file, store, store_free,
                              put_chunks_in_worker);
      if (!g_task_propagate_boolean (task, error))
        return FALSE;
    }

  if (g_strcmp0 (g_checksum_get_string (sum), sha256) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the file changed while it was read");
      return FALSE;
    }

  return TRUE;
}

static char *
run_settle (PalDossier *self, gint64 attachment, const char *sha256, gint64 size_bytes,
            const char *original, GError **error)
{
  g_autoptr (GTask) task = NULL;
  Store *store = store_new (attachment);

  store->sha256 = g_strdup (sha256);
  store->size_bytes = size_bytes;
  store->original = g_strdup (original);
  task = pal_dossier_run (self, NULL, pal_dossier_attach_file, store, store_free, settle_in_worker);

  return g_task_propagate_pointer (task, error);
}

/**
 * pal_dossier_attachments_attach:
 * @self: a dossier
 * @fd: a regular file, at its beginning
 * @original: the name that it had
 * @cancellable: (nullable): checked between chunks
 * @error: return location
 *
 * See pal_dossier_attach_file(). Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable): its name in the dossier
 */
char *
pal_dossier_attachments_attach (PalDossier *self, int fd, const char *original,
                                GCancellable *cancellable, GError **error)
{
  g_autoptr (GTask) begin = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *sha256 = NULL;
  char *name = NULL;
  gint64 size_bytes;
  gint64 attachment;

  sha256 = digest_file (fd, &size_bytes, cancellable, error);
  if (sha256 == NULL)
    return NULL;
  name = run_settle (self, 0, sha256, size_bytes, original, &local);
  if (name != NULL)
    return name;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (lseek (fd, 0, SEEK_SET) != 0)
    {
      set_errno (error, "cannot read the file again", errno);
      return NULL;
    }

  begin = pal_dossier_run (self, cancellable, pal_dossier_attach_file, NULL, NULL, begin_in_worker);
  attachment = g_task_propagate_int (begin, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (store_chunks (self, fd, attachment, sha256, cancellable, error))
    name = run_settle (self, attachment, sha256, size_bytes, original, error);
  if (name == NULL)
    g_object_unref (pal_dossier_run (self, NULL, pal_dossier_attach_file, store_new (attachment),
                                     store_free, drop_in_worker));

  return name;
}

/**
 * pal_dossier_attach_file:
 * @self: a dossier
 * @path: a regular file of at most 4 GiB; a link to one is followed
 * @cancellable: (nullable): checked between chunks
 * @error: return location
 *
 * Blocking: stores a file in the dossier; once, however often it is attached. Answers that are
 * typed meanwhile are saved in between. Any thread but the worker.
 *
 * Returns: (transfer full) (nullable): its name in the dossier, which is the answer: the first
 *   twelve digits of its digest, a dash, and its name as packages can take it.
 *   %PAL_DOSSIER_ERROR_FULL, _LIMIT, or a #GIOErrorEnum about the file
 */
char *
pal_dossier_attach_file (PalDossier *self, const char *path, GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *base = NULL;
  g_autofree char *original = NULL;
  struct stat info;
  char *name;
  int fd;

  g_return_val_if_fail (PAL_IS_DOSSIER (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  /* Without O_NONBLOCK a pipe would make us wait for somebody to write into it. */
  fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    {
      set_errno (error, "cannot open the file", errno);
      return NULL;
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "not a regular file");
      close (fd);
      return NULL;
    }

  base = g_path_get_basename (path);
  original = g_filename_display_name (base);
  name = pal_dossier_attachments_attach (self, fd, original, cancellable, error);
  close (fd);

  return name;
}

static void
attach_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *name = pal_dossier_attach_file (source, task_data, cancellable, &error);

  if (name != NULL)
    g_task_return_pointer (task, name, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_dossier_attach_file_async:
 * @self: a dossier
 * @path: a regular file
 * @cancellable: (nullable): checked between chunks
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_dossier_attach_file(). Reading runs on a thread of its own.
 */
void
pal_dossier_attach_file_async (PalDossier *self, const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_DOSSIER (self));
  g_return_if_fail (path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pal_dossier_attach_file_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, attach_in_thread);
}

/**
 * pal_dossier_attach_file_finish:
 * @self: a dossier
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its name in the dossier
 */
char *
pal_dossier_attach_file_finish (PalDossier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- checking */

static gboolean
verify_one (sqlite3 *db, gint64 attachment, const char *sha256, gint64 size_bytes,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      db, "SELECT number, data FROM attachment_chunk WHERE attachment = ?1 ORDER BY number", error);
  gint64 total = 0;
  gint64 expected = 0;
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;
  pal_sql_bind (stmt, "i", attachment);
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    {
      int length = sqlite3_column_bytes (stmt, 1);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (sqlite3_column_int64 (stmt, 0) != expected++
          || sqlite3_column_type (stmt, 1) != SQLITE_BLOB || length > PAL_DOSSIER_CHUNK_BYTES)
        break;
      g_checksum_update (sum, sqlite3_column_blob (stmt, 1), length);
      total += length;
    }
  if (step == PAL_SQL_FAILED)
    return FALSE;
  if (step == PAL_SQL_ROW || total != size_bytes
      || g_strcmp0 (g_checksum_get_string (sum), sha256) != 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "an attachment is not what it was");
      return FALSE;
    }

  return TRUE;
}

/**
 * pal_dossier_attachments_verify:
 * @db: a connection
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Computes the digest of every finished attachment again, and looks whether each name has one.
 *
 * Returns: whether all are right; else %PAL_DOSSIER_ERROR_DAMAGED
 */
gboolean
pal_dossier_attachments_verify (sqlite3 *db, GCancellable *cancellable, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = pal_sql_prepare (
      db, "SELECT id, sha256, size FROM attachment WHERE sha256 IS NOT NULL ORDER BY id", error);
  gint64 n_wrong;
  PalSqlStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = pal_sql_step (stmt, error)) == PAL_SQL_ROW)
    if (!verify_one (db, sqlite3_column_int64 (stmt, 0), pal_sql_get_text (stmt, 1),
                     sqlite3_column_int64 (stmt, 2), cancellable, error))
      return FALSE;
  if (step == PAL_SQL_FAILED
      || !pal_sql_get_int (db, &n_wrong, 0, error,
                           "SELECT count(*) FROM attachment_name n WHERE NOT EXISTS "
                           "(SELECT 1 FROM attachment a WHERE a.id = n.attachment "
                           "AND a.sha256 IS NOT NULL AND "
                           "substr(n.name, 1, 13) = substr(a.sha256, 1, 12) || '-')",
                           ""))
    return FALSE;
  if (n_wrong > 0)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED,
                   "the name of an attachment leads to something else");
      return FALSE;
    }

  return TRUE;
}
