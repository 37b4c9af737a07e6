// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-stick"
#include "config.h"

#include "pal-stick.h"

#include "pal-digest.h"
#include "pal-sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PART_SUFFIX ".part"
#define CHUNK_BYTES (256 * 1024)
#define FAT_MAX_BYTES G_GOFFSET_CONSTANT (0xffffffff)
/* Folders and tables of the file system grow, too. */
#define SPARE_BYTES (1024 * 1024)

G_DEFINE_QUARK (pal - stick - error - quark, pal_stick_error)

/* All is done below a descriptor of the folder: where a stick was mounted, there may be an empty
 * folder of this computer once it is pulled out, and nothing shall land there. */

typedef struct
{
  char *source;
  char *name; /* on the stick */
  char *sha256;
  goffset size;
  gboolean is_there; /* on the stick, and sound */
} Item;

typedef struct
{
  GPtrArray *items; /* (element-type Item): the list of volumes last */
  int folder;       /* on the stick */
  goffset total;    /* bytes to write and to read back */
  goffset done;
  PalStickProgress report;
  gpointer user_data;
  GCancellable *cancellable;
} Job;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->source);
  g_free (item->name);
  g_free (item->sha256);
  g_free (item);
}

static void
job_clear (Job *job)
{
  g_clear_pointer (&job->items, g_ptr_array_unref);
  if (job->folder >= 0)
    close (job->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/**
 * pal_stick_copy_free:
 * @self: (transfer full) (nullable): a copy that was made
 */
void
pal_stick_copy_free (PalStickCopy *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self);
}

/* --- what can go wrong */

static gboolean
fail_errno (GError **error, const char *what)
{
  int number = errno;
  int code;

  switch (number)
    {
    case ENOSPC:
    case EDQUOT:
      code = PAL_STICK_ERROR_FULL;
      break;
    case EROFS:
    case EACCES:
    case EPERM:
      code = PAL_STICK_ERROR_READ_ONLY;
      break;
    case EIO:
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENOTCONN:
    case ESTALE:
      code = PAL_STICK_ERROR_GONE;
      break;
    case EFBIG:
      code = PAL_STICK_ERROR_TOO_LARGE;
      break;
    default:
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
                   g_strerror (number));
      return FALSE;
    }
  g_set_error (error, PAL_STICK_ERROR, code, "%s: %s", what, g_strerror (number));

  return FALSE;
}

static gboolean
fail_source (GError **error, const Item *item)
{
  g_set_error (error, PAL_STICK_ERROR, PAL_STICK_ERROR_SOURCE,
               "%s cannot be read, or is not what it was", item->name);

  return FALSE;
}

static gboolean
step (Job *job, gssize n, GError **error)
{
  job->done += n;
  if (job->report != NULL)
    job->report (job->total > 0 ? MIN ((double) job->done / job->total, 1) : 0, job->user_data);

  return !g_cancellable_set_error_if_cancelled (job->cancellable, error);
}

/* --- what is to be copied */

static void
add_item (Job *job, const char *source, const char *name, const char *sha256, goffset size)
{
  Item *item = g_new0 (Item, 1);

  item->source = g_strdup (source);
  item->name = g_strdup (name);
  item->sha256 = g_strdup (sha256);
  item->size = size;
  g_ptr_array_add (job->items, item);
}

static gboolean
add_file (Job *job, const char *path, const char *name, GError **error)
{
  goffset size = 0;
  g_autofree char *sha256 = pal_digest_file_hex (path, &size, job->cancellable, error);

  if (sha256 == NULL)
    return FALSE;
  add_item (job, path, name, sha256, size);

  return TRUE;
}

static gboolean
add_volumes (Job *job, const char *folder, GError **error)
{
  g_autofree char *list = g_build_filename (folder, PAL_SEALED_LIST_NAME, NULL);
  g_autoptr (PalSealed) sealed = pal_sealed_load (folder, error);

  if (sealed == NULL)
    return FALSE;
  for (guint i = 1; i <= sealed->volumes->len; i++)
    {
      const PalSealedVolume *volume = g_ptr_array_index (sealed->volumes, i - 1);
      g_autofree char *path = pal_sealed_dup_volume_path (folder, i);
      g_autofree char *name = g_path_get_basename (path);

      add_item (job, path, name, volume->sha256, volume->size);
    }

  return add_file (job, list, PAL_SEALED_LIST_NAME, error);
}

/* --- files on the stick */

/* Whether it is there with these octets, read from the medium as far as the system lets us. FALSE
 * without an error: it is another one, or none. */
static gboolean
read_back (Job *job, const Item *item, gboolean *is_same, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree char *sha256 = NULL;
  guint8 octets[PAL_DIGEST_BYTES];
  struct stat info;
  gboolean ok = TRUE;
  gssize n = 0;
  int fd = openat (job->folder, item->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  *is_same = FALSE;
  if (fd < 0)
    return errno == ENOENT || errno == ELOOP || fail_errno (error, "cannot read from it");
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size != item->size)
    {
      close (fd);
      return TRUE;
    }
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  while (ok && (n = read (fd, buffer, CHUNK_BYTES)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        ok = fail_errno (error, "cannot read from it");
      else
        {
          pal_digest_update (digest, buffer, n);
          ok = step (job, n, error);
        }
    }
  close (fd);
  if (!ok)
    return FALSE;
  pal_digest_finish (digest, octets);
  sha256 = pal_digest_to_hex (octets);
  *is_same = strcmp (sha256, item->sha256) == 0;

  return TRUE;
}

static gboolean
write_all (int fd, const guint8 *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail_errno (error, "cannot write to it");
      data += n;
      length -= n;
    }

  return TRUE;
}

static gboolean
copy_octets (Job *job, const Item *item, int from, int to, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree char *sha256 = NULL;
  guint8 octets[PAL_DIGEST_BYTES];
  gssize n;

  while ((n = read (from, buffer, CHUNK_BYTES)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail_source (error, item);
      pal_digest_update (digest, buffer, n);
      if (!write_all (to, buffer, n, error) || !step (job, n, error))
        return FALSE;
    }
  pal_digest_finish (digest, octets);
  sha256 = pal_digest_to_hex (octets);
  if (strcmp (sha256, item->sha256) != 0)
    return fail_source (error, item);

  return fsync (to) == 0 || errno == ENOTSUP || errno == EINVAL
         || fail_errno (error, "cannot write to it");
}

static gboolean
sync_folder (Job *job, GError **error)
{
  return fsync (job->folder) == 0 || errno == ENOTSUP || errno == EINVAL
         || fail_errno (error, "cannot write to it");
}

static gboolean
copy_item (Job *job, const Item *item, GError **error)
{
  g_autofree char *part = g_strconcat (item->name, PART_SUFFIX, NULL);
  gboolean ok;
  int to;
  int from = open (item->source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (from < 0)
    return fail_source (error, item);
  to = openat (job->folder, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  ok = to >= 0 ? copy_octets (job, item, from, to, error)
               : fail_errno (error, "cannot write to it");
  close (from);
  if (to >= 0 && close (to) != 0 && ok)
    ok = fail_errno (error, "cannot write to it");
  if (ok && renameat (job->folder, part, job->folder, item->name) != 0)
    ok = fail_errno (error, "cannot write to it");
  if (!ok)
    (void) unlinkat (job->folder, part, 0);

  return ok && sync_folder (job, error);
}

/* --- the whole */

static gboolean
is_list (const Item *item)
{
  return strcmp (item->name, PAL_SEALED_LIST_NAME) == 0;
}

/* What is there and sound stays. If anything is to be written, the list goes before it: a folder
 * without one is not complete, whatever happens from here on. */
static gboolean
look (Job *job, GError **error)
{
  gboolean all_there = TRUE;

  for (guint i = 0; i < job->items->len; i++)
    {
      Item *item = g_ptr_array_index (job->items, i);

      if (!read_back (job, item, &item->is_there, error))
        return FALSE;
      if (is_list (item))
        item->is_there = item->is_there && all_there;
      all_there = all_there && item->is_there;
    }
  if (all_there)
    return TRUE; /* also on a stick that is locked */
  for (guint i = job->items->len; i > 0; i--)
    {
      Item *item = g_ptr_array_index (job->items, i - 1);
      g_autofree char *part = g_strconcat (item->name, PART_SUFFIX, NULL);

      if (unlinkat (job->folder, part, 0) != 0 && errno != ENOENT)
        return fail_errno (error, "cannot write to it");
      if (!item->is_there && unlinkat (job->folder, item->name, 0) != 0 && errno != ENOENT)
        return fail_errno (error, "cannot write to it");
      if (!item->is_there && is_list (item) && !sync_folder (job, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_room (Job *job, GError **error)
{
  struct statvfs info;
  struct statfs kind;
  goffset free_bytes;
  goffset needed = SPARE_BYTES;
  gboolean is_needed = FALSE;

  if (fstatvfs (job->folder, &info) != 0 || fstatfs (job->folder, &kind) != 0)
    return fail_errno (error, "cannot ask how much is free");
  for (guint i = 0; i < job->items->len; i++)
    {
      const Item *item = g_ptr_array_index (job->items, i);

      if (kind.f_type == MSDOS_SUPER_MAGIC && item->size > FAT_MAX_BYTES)
        {
          g_set_error (error, PAL_STICK_ERROR, PAL_STICK_ERROR_TOO_LARGE,
                       "it takes no file of 4 GiB or more; a sealed archive has smaller ones");
          return FALSE;
        }
      if (!item->is_there)
        {
          needed += item->size + info.f_frsize;
          is_needed = TRUE;
        }
    }
  free_bytes = (goffset) info.f_bavail * info.f_frsize;
  if (is_needed && free_bytes < needed)
    {
      g_autofree char *wanted = g_format_size (needed);
      g_autofree char *there = g_format_size (free_bytes);

      g_set_error (error, PAL_STICK_ERROR, PAL_STICK_ERROR_FULL, "%s are needed, %s are free",
                   wanted, there);
      return FALSE;
    }

  return TRUE;
}

static gboolean
compare (Job *job, const Item *item, GError **error)
{
  gboolean is_same = FALSE;

  if (!read_back (job, item, &is_same, error))
    return FALSE;
  if (!is_same)
    {
      (void) unlinkat (job->folder, item->name, 0);
      g_set_error (error, PAL_STICK_ERROR, PAL_STICK_ERROR_DIFFERENT,
                   "%s is not what was written there", item->name);
    }

  return is_same;
}

static gboolean
sync_all (Job *job, GError **error)
{
  return syncfs (job->folder) == 0 || fail_errno (error, "cannot write to it");
}

/* Volumes are written, on the medium and compared before the list says that they are all there. */
static gboolean
write_items (Job *job, guint first, guint n, GError **error)
{
  for (guint i = first; i < first + n; i++)
    {
      const Item *item = g_ptr_array_index (job->items, i);

      if (!item->is_there && !copy_item (job, item, error))
        return FALSE;
    }
  if (!sync_all (job, error))
    return FALSE;
  for (guint i = first; i < first + n; i++)
    {
      const Item *item = g_ptr_array_index (job->items, i);

      if (!item->is_there && !compare (job, item, error))
        return FALSE;
    }

  return TRUE;
}

/* Whether the folder is still where it was asked for. */
static gboolean
check_place (Job *job, const char *path, GError **error)
{
  struct stat open_one;
  struct stat named_one;

  if (fstat (job->folder, &open_one) != 0 || stat (path, &named_one) != 0)
    return fail_errno (error, "it is not there any more");
  if (open_one.st_dev != named_one.st_dev || open_one.st_ino != named_one.st_ino)
    {
      g_set_error (error, PAL_STICK_ERROR, PAL_STICK_ERROR_GONE, "it is not there any more");
      return FALSE;
    }

  return TRUE;
}

static gboolean
open_folder (Job *job, const char *path, gboolean make, GError **error)
{
  if (make && mkdir (path, 0777) != 0 && errno != EEXIST)
    return fail_errno (error, "cannot make a folder there");
  job->folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return job->folder >= 0 || fail_errno (error, "cannot open the folder");
}

static void
count_total (Job *job)
{
  for (guint i = 0; i < job->items->len; i++)
    {
      const Item *item = g_ptr_array_index (job->items, i);

      if (!item->is_there)
        job->total += 2 * item->size;
    }
  job->done = 0;
}

/* path: of the folder on the stick */
static gboolean
run (Job *job, const char *path, gboolean is_sealed, GError **error)
{
  guint n = job->items->len;

  if (!open_folder (job, path, is_sealed, error) || !look (job, error))
    return FALSE;
  count_total (job);
  if (!check_room (job, error))
    return FALSE;
  if (!write_items (job, 0, is_sealed ? n - 1 : n, error)
      || (is_sealed && !write_items (job, n - 1, 1, error)))
    return FALSE;

  return sync_all (job, error) && check_place (job, path, error);
}

/**
 * pal_stick_copy:
 * @source: a folder with a sealed archive, or one file
 * @target: a folder on the stick
 * @name: (nullable): what a file shall be called there, if not as it is; not for a folder
 * @progress: (nullable) (scope call): called in this thread
 * @user_data: data for @progress
 * @cancellable: (nullable): stops it; what was copied whole stays for another time
 * @error: return location
 *
 * Copies to a medium that may be pulled out at any time. When it returns, everything was read back
 * and compared, and the system has said that nothing more is to be written; until then nothing
 * there passes for complete. A second try writes only what is missing or damaged. Blocking; any
 * thread.
 *
 * Returns: (transfer full) (nullable): what was done; %NULL with #PalStickError, #PalSealError or a
 * #GIOErrorEnum error
 */
PalStickCopy *
pal_stick_copy (const char *source, const char *target, const char *name, PalStickProgress progress,
                gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (Job) job = { .folder = -1 };
  g_autoptr (PalStickCopy) copy = g_new0 (PalStickCopy, 1);
  g_autofree char *own_name = NULL;
  gboolean is_sealed;

  g_return_val_if_fail (source != NULL && target != NULL, NULL);

  job.items = g_ptr_array_new_with_free_func (item_free);
  job.report = progress;
  job.user_data = user_data;
  job.cancellable = cancellable;
  is_sealed = g_file_test (source, G_FILE_TEST_IS_DIR);
  own_name = g_path_get_basename (source);
  if (is_sealed || name == NULL)
    name = own_name;
  if (is_sealed ? !add_volumes (&job, source, error) : !add_file (&job, source, name, error))
    return NULL;
  copy->path = g_build_filename (target, name, NULL);
  if (!run (&job, is_sealed ? copy->path : target, is_sealed, error))
    return NULL;
  for (guint i = 0; i < job.items->len; i++)
    if (((Item *) g_ptr_array_index (job.items, i))->is_there)
      copy->n_kept++;
    else
      copy->n_copied++;

  return g_steal_pointer (&copy);
}
