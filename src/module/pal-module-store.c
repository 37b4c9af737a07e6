// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-store"
#include "config.h"

#include "pal-module-store.h"

#include "pal-publish.h"
#include "pal-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define GROUP "upload"
#define SPARE_BYTES (64 << 20)

struct _PalStore
{
  char *dir;
  char *uploads_dir;
  GHashTable *uploads; /* (owned) id to PalUpload */
  PalWorker *worker;   /* (owned): flushes, in the order of the commits */
};

static void
upload_clear (PalUpload *upload)
{
  if (upload->fd >= 0)
    close (upload->fd);
  g_free (upload->id);
  g_free (upload->dir);
  g_free (upload->sha256);
  g_free (upload->name);
  g_free (upload->owner);
  g_free (upload->sender);
}

PalUpload *
pal_upload_ref (PalUpload *upload)
{
  return g_atomic_rc_box_acquire (upload);
}

void
pal_upload_unref (PalUpload *upload)
{
  g_atomic_rc_box_release_full (upload, (GDestroyNotify) upload_clear);
}

static gboolean
set_errno (GError **error, const char *what)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));

  return FALSE;
}

/* The note beside the data, as text. */
static GBytes *
describe (const PalUpload *upload, goffset offset)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  char *text;
  gsize length;

  g_key_file_set_int64 (keys, GROUP, "length", upload->length);
  g_key_file_set_int64 (keys, GROUP, "offset", offset);
  g_key_file_set_string (keys, GROUP, "sha256", upload->sha256);
  g_key_file_set_string (keys, GROUP, "name", upload->name);
  g_key_file_set_string (keys, GROUP, "owner", upload->owner);
  if (upload->sender != NULL)
    g_key_file_set_string (keys, GROUP, "sender", upload->sender);
  text = g_key_file_to_data (keys, &length, NULL);

  return g_bytes_new_take (text, length);
}

static gboolean
save_note (const PalUpload *upload, goffset offset, GError **error)
{
  g_autofree char *path = g_build_filename (upload->dir, "note", NULL);
  g_autoptr (GBytes) bytes = describe (upload, offset);

  return pal_publish_bytes (path, bytes, error);
}

static PalUpload *
upload_new (PalStore *self, const char *id)
{
  PalUpload *upload = g_atomic_rc_box_new0 (PalUpload);

  upload->id = g_strdup (id);
  upload->dir = g_build_filename (self->uploads_dir, id, NULL);
  upload->fd = -1;

  return upload;
}

static gboolean
open_data (PalUpload *upload, GError **error)
{
  g_autofree char *path = g_build_filename (upload->dir, "data", NULL);

  upload->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  return upload->fd >= 0 ? TRUE : set_errno (error, "upload");
}

/* An upload of an earlier run. What was written beyond the last flush is dropped: after a power
 * loss it may be anything. */
static PalUpload *
load_upload (PalStore *self, const char *id, GError **error)
{
  g_autoptr (PalUpload) upload = upload_new (self, id);
  g_autofree char *path = g_build_filename (upload->dir, "note", NULL);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  struct stat info;

  if (!g_key_file_load_from_file (keys, path, G_KEY_FILE_NONE, error) || !open_data (upload, error))
    return NULL;
  upload->length = g_key_file_get_int64 (keys, GROUP, "length", NULL);
  upload->offset = g_key_file_get_int64 (keys, GROUP, "offset", NULL);
  upload->sha256 = g_key_file_get_string (keys, GROUP, "sha256", NULL);
  upload->name = g_key_file_get_string (keys, GROUP, "name", NULL);
  upload->owner = g_key_file_get_string (keys, GROUP, "owner", NULL);
  upload->sender = g_key_file_get_string (keys, GROUP, "sender", NULL);
  if (upload->sha256 == NULL || upload->owner == NULL || upload->name == NULL
      || fstat (upload->fd, &info) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "note of an upload");
      return NULL;
    }
  upload->offset = MIN (upload->offset, info.st_size);
  if (!pal_upload_truncate (upload, upload->offset, error))
    return NULL;

  return g_steal_pointer (&upload);
}

static gboolean
load_uploads (PalStore *self, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (self->uploads_dir, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GError) problem = NULL;
      PalUpload *upload = load_upload (self, name, &problem);

      if (upload != NULL)
        g_hash_table_insert (self->uploads, upload->id, upload);
      else
        g_warning ("an upload of an earlier run cannot be used: %s", problem->message);
    }

  return TRUE;
}

/**
 * pal_store_new:
 * @dir: folder; made when it is not there
 * @error: return location
 *
 * Opens the store and finds the uploads of earlier runs. Blocking.
 *
 * Returns: (transfer full) (nullable): the store, or %NULL with a #GIOErrorEnum error
 */
PalStore *
pal_store_new (const char *dir, GError **error)
{
  g_autoptr (PalStore) self = g_new0 (PalStore, 1);

  self->dir = g_strdup (dir);
  self->uploads_dir = g_build_filename (dir, "uploads", NULL);
  if (g_mkdir_with_parents (self->uploads_dir, 0700) != 0)
    {
      set_errno (error, self->uploads_dir);
      return NULL;
    }
  self->worker = pal_worker_new ("pal-store");
  self->uploads
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) pal_upload_unref);
  if (!load_uploads (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
pal_store_free (PalStore *self)
{
  g_clear_object (&self->worker);
  g_clear_pointer (&self->uploads, g_hash_table_unref);
  g_free (self->uploads_dir);
  g_free (self->dir);
  g_free (self);
}

/**
 * pal_store_get_dir:
 * @self: a store
 *
 * Returns: (transfer none): its folder, in which pal_receive() keeps archives and receipts
 */
const char *
pal_store_get_dir (PalStore *self)
{
  return self->dir;
}

/**
 * pal_store_create:
 * @self: a store
 * @length: bytes of the archive
 * @sha256: its digest, as declared
 * @name: its name, as declared
 * @owner: who alone may go on with it
 * @sender: (nullable): fingerprint of the client certificate
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer none) (nullable): a new upload, on the disk
 */
PalUpload *
pal_store_create (PalStore *self, goffset length, const char *sha256, const char *name,
                  const char *owner, const char *sender, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autoptr (PalUpload) upload = upload_new (self, uuid);
  PalUpload *result = upload;

  upload->length = length;
  upload->sha256 = g_strdup (sha256);
  upload->name = g_strdup (name);
  upload->owner = g_strdup (owner);
  upload->sender = g_strdup (sender);
  if (g_mkdir (upload->dir, 0700) != 0)
    {
      set_errno (error, "upload");
      return NULL;
    }
  if (!open_data (upload, error) || !save_note (upload, 0, error))
    return NULL;
  g_hash_table_insert (self->uploads, upload->id, upload);
  g_steal_pointer (&upload);

  return result;
}

/**
 * pal_store_find:
 * @self: a store
 * @id: last segment of an upload's address
 *
 * Returns: (transfer none) (nullable): the upload
 */
PalUpload *
pal_store_find (PalStore *self, const char *id)
{
  return g_hash_table_lookup (self->uploads, id);
}

/**
 * pal_store_list_finished:
 * @self: a store
 *
 * Returns: (transfer full) (element-type PalUpload): uploads that are whole and not judged yet
 */
GPtrArray *
pal_store_list_finished (PalStore *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_upload_unref);
  GHashTableIter iter;
  gpointer upload;

  g_hash_table_iter_init (&iter, self->uploads);
  while (g_hash_table_iter_next (&iter, NULL, &upload))
    if (((PalUpload *) upload)->offset == ((PalUpload *) upload)->length)
      g_ptr_array_add (list, pal_upload_ref (upload));

  return list;
}

gboolean
pal_store_has_finished (PalStore *self, const char *sha256)
{
  g_autoptr (GPtrArray) list = pal_store_list_finished (self);

  for (guint i = 0; i < list->len; i++)
    if (strcmp (((PalUpload *) list->pdata[i])->sha256, sha256) == 0)
      return TRUE;

  return FALSE;
}

/**
 * pal_upload_write:
 * @upload: an upload
 * @data: bytes that follow those already written
 * @length: how many
 * @error: return location
 *
 * Returns: whether they are in the file; they may be acknowledged only after a commit
 */
gboolean
pal_upload_write (PalUpload *upload, const void *data, gsize length, GError **error)
{
  const char *bytes = data;

  while (length > 0)
    {
      gssize n = pwrite (upload->fd, bytes, length, upload->written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return set_errno (error, "upload");
      bytes += n;
      length -= n;
      upload->written += n;
    }

  return TRUE;
}

/**
 * pal_upload_truncate:
 * @upload: an upload
 * @length: bytes that stay
 * @error: return location
 *
 * Drops what comes after @length.
 *
 * Returns: whether it is done
 */
gboolean
pal_upload_truncate (PalUpload *upload, goffset length, GError **error)
{
  if (ftruncate (upload->fd, length) != 0)
    return set_errno (error, "upload");
  upload->written = length;
  upload->offset = length;

  return TRUE;
}

typedef struct
{
  PalUpload *upload; /* (owned) */
  goffset written;
} Commit;

static void
commit_free (Commit *commit)
{
  pal_upload_unref (commit->upload);
  g_free (commit);
}

/* Runs in the worker. */
static void
commit_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Commit *commit = data;
  GError *error = NULL;

  if (fdatasync (commit->upload->fd) != 0)
    {
      set_errno (&error, "upload");
      g_task_return_error (task, error);
    }
  else if (!save_note (commit->upload, commit->written, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * pal_store_commit_async:
 * @self: a store
 * @upload: an upload
 * @callback: called in the main thread
 * @user_data: data for @callback
 *
 * Flushes what was written up to now; pal_store_commit_finish() then moves the offset there.
 */
void
pal_store_commit_async (PalStore *self, PalUpload *upload, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Commit *commit = g_new0 (Commit, 1);

  commit->upload = pal_upload_ref (upload);
  commit->written = upload->written;
  g_task_set_task_data (task, commit, (GDestroyNotify) commit_free);
  pal_worker_push (self->worker, task, commit_in_worker);
}

gboolean
pal_store_commit_finish (PalStore *self, GAsyncResult *result, GError **error)
{
  Commit *commit = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  /* Less, when the end was cut off meanwhile. */
  commit->upload->offset = MIN (commit->written, commit->upload->written);

  return TRUE;
}

static void
remove_upload_files (PalUpload *upload)
{
  const char *const names[] = { "data", "note" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (upload->dir, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (upload->dir);
}

/**
 * pal_store_forget:
 * @self: a store
 * @upload: an upload
 *
 * Throws it away, data and all.
 */
void
pal_store_forget (PalStore *self, PalUpload *upload)
{
  upload->is_gone = TRUE;
  remove_upload_files (upload);
  g_hash_table_remove (self->uploads, upload->id);
}

/**
 * pal_store_load_receipt:
 * @self: a store
 * @sha256: digest of an archive, 64 lower-case hexadecimal digits
 *
 * Returns: (transfer full) (nullable): its receipt
 */
GBytes *
pal_store_load_receipt (PalStore *self, const char *sha256)
{
  g_autofree char *name = g_strconcat (sha256, ".receipt.p7m", NULL);
  g_autofree char *path = g_build_filename (self->dir, "receipts", name, NULL);
  char *data;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL))
    return NULL;

  return g_bytes_new_take (data, length);
}

/**
 * pal_store_has_room:
 * @self: a store
 * @bytes: of the archive
 *
 * Returns: whether the disk holds them and some more
 */
gboolean
pal_store_has_room (PalStore *self, goffset bytes)
{
  struct statvfs info;

  return statvfs (self->uploads_dir, &info) != 0
         || (goffset) info.f_bavail * (goffset) info.f_frsize > bytes + SPARE_BYTES;
}
