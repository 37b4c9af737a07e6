// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-zip"
#include "config.h"

#include "pal-package-private.h"

#include "pal-publish.h"
#include "pal-zip-format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Writes zip (APPNOTE 6.3.10) without descriptors and, below 4 GiB, without extra fields. */

#define BUFFER_BYTES (1024 * 1024)
#define SYNC_BYTES ((guint64) 16 * 1024 * 1024)
#define CRC_OFFSET 14 /* in a local header; packed and full size follow */

/* One buffer is filled while a thread writes the other, so that digesting and writing cost the time
 * of the slower one, not of both. */
typedef struct
{
  GThread *thread; /* (owned) (nullable): made when the first buffer is full */
  GMutex mutex;    /* guards what follows */
  GCond cond;
  guint8 *data; /* (owned): what the thread writes */
  gsize length; /* 0: nothing to do */
  gboolean stop;
  GError *error; /* (owned) (nullable): of the thread, for whoever waits next */
} Pump;

struct _PalZipWriter
{
  PalPublish *publish; /* (owned) (nullable) */
  int device;          /* instead of publish when the target is no regular file, or -1 */
  Pump pump;
  guint8 *buffer; /* (owned): what is not handed over yet */
  gsize filled;
  guint64 written; /* bytes before the buffer; the last of them may be on their way */
  guint64 synced;  /* bytes whose way to the disk has begun; used in the pump's thread */

  GPtrArray *entries; /* (owned) (element-type PalZipEntry) */
  guint16 time;
  guint16 date;

  PalZipEntry *current; /* (unowned): being written */
  gboolean large;       /* current has room for 64-bit sizes */
  PalDigest *digest;    /* (owned): of current */

  PalDigest *packed; /* (owned): of all that was deflated, as it is in the file */
  guint n_packed;
  guint64 packed_bytes;
};

void
pal_zip_entry_free (PalZipEntry *entry)
{
  if (entry == NULL)
    return;

  g_free (entry->name);
  g_free (entry);
}

static void
set_errno (GError **error, const char *what, int number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));
}

/* MS-DOS times in UTC: the zone of the writer is nobody's business. */
static void
set_time (PalZipWriter *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  self->time = g_date_time_get_hour (now) << 11 | g_date_time_get_minute (now) << 5
               | g_date_time_get_second (now) / 2;
  self->date = (CLAMP (g_date_time_get_year (now), 1980, 2107) - 1980) << 9
               | g_date_time_get_month (now) << 5 | g_date_time_get_day_of_month (now);
}

PalZipWriter *
pal_zip_writer_new (const char *path, GError **error)
{
  g_autoptr (PalZipWriter) self = g_new0 (PalZipWriter, 1);
  struct stat info;

  self->device = -1;
  g_mutex_init (&self->pump.mutex);
  g_cond_init (&self->pump.cond);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_zip_entry_free);
  set_time (self);

  /* A device cannot be replaced by a rename: write into it, as other tools would. */
  if (stat (path, &info) == 0 && S_ISCHR (info.st_mode))
    {
      self->device = open (path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
      if (self->device < 0)
        {
          set_errno (error, "cannot open the device", errno);
          return NULL;
        }
    }
  else
    {
      self->publish = pal_publish_begin (path, error);
      if (self->publish == NULL)
        return NULL;
    }
  self->buffer = g_malloc (BUFFER_BYTES);
  self->digest = pal_digest_new ();
  self->packed = pal_digest_new ();

  return g_steal_pointer (&self);
}

static void
pump_stop (Pump *pump)
{
  if (pump->thread != NULL)
    {
      g_mutex_lock (&pump->mutex);
      pump->stop = TRUE;
      g_cond_broadcast (&pump->cond);
      g_mutex_unlock (&pump->mutex);
      g_thread_join (pump->thread);
    }
  g_clear_error (&pump->error);
  g_free (pump->data);
  g_mutex_clear (&pump->mutex);
  g_cond_clear (&pump->cond);
}

void
pal_zip_writer_free (PalZipWriter *self)
{
  if (self == NULL)
    return;

  pump_stop (&self->pump);
  g_clear_pointer (&self->publish, pal_publish_free);
  if (self->device >= 0)
    close (self->device);
  pal_digest_free (self->digest);
  pal_digest_free (self->packed);
  g_ptr_array_unref (self->entries);
  g_free (self->buffer);
  g_free (self);
}

guint
pal_zip_writer_get_n_entries (PalZipWriter *self)
{
  return self->entries->len;
}

static guint64
get_offset (PalZipWriter *self)
{
  return self->written + self->filled;
}

static gboolean
write_out (PalZipWriter *self, const guint8 *data, gsize length, GError **error)
{
  gssize n;

  if (self->publish != NULL)
    return pal_publish_write (self->publish, data, length, error);

  while (length > 0)
    {
      n = write (self->device, data, length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          set_errno (error, "cannot write", n < 0 ? errno : ENOSPC);
          return FALSE;
        }
      data += n;
      length -= n;
    }

  return TRUE;
}

/* Starts the disk early: the flush at the end then has little left to wait for. */
static void
start_sync (PalZipWriter *self, gsize length)
{
  self->synced += length;
  if (self->publish != NULL && self->synced >= SYNC_BYTES)
    {
      (void) sync_file_range (pal_publish_get_fd (self->publish), 0, 0, SYNC_FILE_RANGE_WRITE);
      self->synced = 0;
    }
}

static gpointer
pump_in_thread (gpointer data)
{
  PalZipWriter *self = data;
  Pump *pump = &self->pump;

  g_mutex_lock (&pump->mutex);
  while (TRUE)
    {
      GError *error = NULL;

      while (pump->length == 0 && !pump->stop)
        g_cond_wait (&pump->cond, &pump->mutex);
      if (pump->stop)
        break;
      g_mutex_unlock (&pump->mutex);
      /* Nobody touches data and length while length is not 0. */
      if (write_out (self, pump->data, pump->length, &error))
        start_sync (self, pump->length);
      g_mutex_lock (&pump->mutex);
      pump->length = 0;
      if (error != NULL)
        pump->error = error;
      g_cond_broadcast (&pump->cond);
    }
  g_mutex_unlock (&pump->mutex);

  return NULL;
}

/* Waits until the thread has nothing to do; then the file is as long as it is said to be. */
static gboolean
settle (PalZipWriter *self, GError **error)
{
  Pump *pump = &self->pump;
  gboolean ok;

  if (pump->thread == NULL)
    return TRUE;
  g_mutex_lock (&pump->mutex);
  while (pump->length > 0)
    g_cond_wait (&pump->cond, &pump->mutex);
  ok = pump->error == NULL;
  /* Whoever goes on after a failure hears of it again. */
  if (!ok && error != NULL)
    *error = g_error_copy (pump->error);
  g_mutex_unlock (&pump->mutex);

  return ok;
}

/* Hands the buffer over. */
static gboolean
flush (PalZipWriter *self, GError **error)
{
  Pump *pump = &self->pump;
  guint8 *empty;

  if (self->filled == 0)
    return TRUE;
  if (!settle (self, error))
    return FALSE;
  if (pump->thread == NULL)
    {
      if (pump->data == NULL)
        pump->data = g_malloc (BUFFER_BYTES);
      pump->thread = g_thread_try_new ("pal-zip", pump_in_thread, self, NULL);
    }
  if (pump->thread == NULL)
    {
      /* Where memory is so limited that there is no thread, writing waits for the disk. */
      if (!write_out (self, self->buffer, self->filled, error))
        return FALSE;
      self->written += self->filled;
      self->filled = 0;
      return TRUE;
    }
  g_mutex_lock (&pump->mutex);
  empty = pump->data;
  pump->data = self->buffer;
  pump->length = self->filled;
  g_cond_broadcast (&pump->cond);
  g_mutex_unlock (&pump->mutex);
  self->buffer = empty;
  self->written += self->filled;
  self->filled = 0;

  return TRUE;
}

static gboolean
put (PalZipWriter *self, const void *data, gsize length, GError **error)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gsize piece = MIN (length, BUFFER_BYTES - self->filled);

      memcpy (self->buffer + self->filled, from, piece);
      self->filled += piece;
      from += piece;
      length -= piece;
      if (self->filled == BUFFER_BYTES && !flush (self, error))
        return FALSE;
    }

  return TRUE;
}

/* Overwrites what was put before, wherever it is by now. */
static gboolean
patch (PalZipWriter *self, guint64 offset, const guint8 *data, gsize length, GError **error)
{
  int fd = self->publish != NULL ? pal_publish_get_fd (self->publish) : self->device;
  gssize n;

  if (offset >= self->written)
    {
      memcpy (self->buffer + (offset - self->written), data, length);
      return TRUE;
    }
  if ((offset + length > self->written && !flush (self, error)) || !settle (self, error))
    return FALSE;
  do
    n = pwrite (fd, data, length, offset);
  while (n < 0 && errno == EINTR);
  if (n != (gssize) length)
    {
      set_errno (error, "cannot write", n < 0 ? errno : ENOSPC);
      return FALSE;
    }

  return TRUE;
}

static gboolean
is_ascii (const char *name)
{
  for (const char *at = name; *at != '\0'; at++)
    if ((guchar) *at >= 0x80)
      return FALSE;

  return TRUE;
}

static gboolean
put_local_header (PalZipWriter *self, const PalZipEntry *entry, gboolean large, GError **error)
{
  guint8 header[PAL_ZIP_LOCAL_BYTES + PAL_ZIP_LARGE_LOCAL_BYTES] = { 0 };
  gsize name_length = strlen (entry->name);
  guint8 *extra = header + PAL_ZIP_LOCAL_BYTES;

  pal_zip_put32 (header, PAL_ZIP_LOCAL);
  pal_zip_put16 (header + 4, entry->version);
  pal_zip_put16 (header + 6, entry->flags);
  pal_zip_put16 (header + 8, entry->method);
  pal_zip_put16 (header + 10, entry->time);
  pal_zip_put16 (header + 12, entry->date);
  pal_zip_put32 (header + CRC_OFFSET, entry->crc);
  pal_zip_put32 (header + 18, large ? G_MAXUINT32 : entry->packed);
  pal_zip_put32 (header + 22, large ? G_MAXUINT32 : entry->size);
  pal_zip_put16 (header + 26, name_length);
  pal_zip_put16 (header + 28, large ? PAL_ZIP_LARGE_LOCAL_BYTES : 0);
  if (large)
    {
      pal_zip_put16 (extra, PAL_ZIP_EXTRA_LARGE);
      pal_zip_put16 (extra + 2, 16);
      pal_zip_put64 (extra + 4, entry->size);
      pal_zip_put64 (extra + 12, entry->packed);
    }

  return put (self, header, PAL_ZIP_LOCAL_BYTES, error)
         && put (self, entry->name, name_length, error)
         && put (self, extra, large ? PAL_ZIP_LARGE_LOCAL_BYTES : 0, error);
}

static PalZipEntry *
add_entry (PalZipWriter *self, const char *name)
{
  PalZipEntry *entry = g_new0 (PalZipEntry, 1);

  entry->name = g_strdup (name);
  entry->flags = is_ascii (name) ? 0 : PAL_ZIP_FLAG_UTF8;
  entry->offset = get_offset (self);
  entry->made_by = PAL_ZIP_MADE_BY;
  entry->version = PAL_ZIP_VERSION;
  entry->time = self->time;
  entry->date = self->date;
  entry->attributes = PAL_ZIP_ATTRIBUTES;
  g_ptr_array_add (self->entries, entry);

  return entry;
}

gboolean
pal_zip_writer_raw (PalZipWriter *self, const void *data, gsize length, GError **error)
{
  return put (self, data, length, error);
}

void
pal_zip_writer_copy_entry (PalZipWriter *self, const PalZipEntry *entry)
{
  PalZipEntry *copy = g_memdup2 (entry, sizeof *entry);

  copy->name = g_strdup (entry->name);
  /* This directory is made here, whoever made the entry. */
  copy->made_by = PAL_ZIP_MADE_BY;
  copy->attributes = PAL_ZIP_ATTRIBUTES;
  copy->kind = 0;
  g_ptr_array_add (self->entries, copy);
}

gboolean
pal_zip_writer_begin (PalZipWriter *self, const char *name, guint64 size, GError **error)
{
  g_return_val_if_fail (self->current == NULL, FALSE);

  self->current = add_entry (self, name);
  self->large = size >= G_MAXUINT32;
  if (self->large)
    self->current->version = PAL_ZIP_VERSION_LARGE;

  return put_local_header (self, self->current, self->large, error);
}

gboolean
pal_zip_writer_write (PalZipWriter *self, const void *data, gsize length, GError **error)
{
  PalZipEntry *entry = self->current;

  g_return_val_if_fail (entry != NULL, FALSE);

  if (!self->large && entry->size + length >= G_MAXUINT32)
    {
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT,
                   "a file that grew beyond 4 GiB while it was read");
      return FALSE;
    }
  pal_digest_update (self->digest, data, length);
  entry->crc = crc32_z (entry->crc, data, length);
  entry->size += length;

  return put (self, data, length, error);
}

const PalZipEntry *
pal_zip_writer_end (PalZipWriter *self, GError **error)
{
  PalZipEntry *entry = self->current;
  guint8 fields[16];
  gboolean ok;

  g_return_val_if_fail (entry != NULL, NULL);

  self->current = NULL;
  entry->packed = entry->size;
  pal_digest_finish (self->digest, entry->sha256);

  /* The header went out before its figures were known. */
  pal_zip_put32 (fields, entry->crc);
  pal_zip_put32 (fields + 4, entry->packed);
  pal_zip_put32 (fields + 8, entry->size);
  ok = patch (self, entry->offset + CRC_OFFSET, fields, self->large ? 4 : 12, error);
  if (ok && self->large)
    {
      pal_zip_put64 (fields, entry->size);
      pal_zip_put64 (fields + 8, entry->packed);
      ok = patch (self, entry->offset + PAL_ZIP_LOCAL_BYTES + strlen (entry->name) + 4, fields, 16,
                  error);
    }

  return ok ? entry : NULL;
}

/* (nullable): NULL when storing is as good, or the reader's ratio would be passed. */
static guint8 *
deflate_bytes (const void *data, gsize length, gsize *packed)
{
  z_stream stream = { 0 };
  g_autofree guint8 *out = NULL;
  gsize bound;

  if (length < 128 || length > G_MAXUINT / 2
      || deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL,
                       Z_DEFAULT_STRATEGY)
             != Z_OK)
    return NULL;
  bound = deflateBound (&stream, length);
  out = g_malloc (bound);
  stream.next_in = (Bytef *) data;
  stream.avail_in = length;
  stream.next_out = out;
  stream.avail_out = bound;
  *packed = deflate (&stream, Z_FINISH) == Z_STREAM_END ? stream.total_out : length;
  deflateEnd (&stream);
  if (*packed >= length
      || (length > PAL_PACKAGE_RATIO_FROM_BYTES && length / PAL_PACKAGE_MAX_RATIO >= *packed))
    return NULL;

  return g_steal_pointer (&out);
}

const PalZipEntry *
pal_zip_writer_add (PalZipWriter *self, const char *name, const void *data, gsize length,
                    gboolean deflate, GError **error)
{
  PalZipEntry *entry;
  g_autofree guint8 *packed = NULL;
  gsize packed_length = length;

  g_return_val_if_fail (self->current == NULL, NULL);
  g_return_val_if_fail (length < G_MAXUINT32, NULL);

  if (deflate)
    packed = deflate_bytes (data, length, &packed_length);
  entry = add_entry (self, name);
  entry->method = packed != NULL ? PAL_ZIP_DEFLATED : PAL_ZIP_STORED;
  entry->crc = crc32_z (0, data, length);
  entry->size = length;
  entry->packed = packed != NULL ? packed_length : length;
  pal_digest_update (self->digest, data, length);
  pal_digest_finish (self->digest, entry->sha256);

  if (packed != NULL)
    {
      pal_digest_update (self->packed, packed, packed_length);
      self->packed_bytes += packed_length;
      self->n_packed++;
    }

  if (!put_local_header (self, entry, FALSE, error)
      || !put (self, packed != NULL ? packed : data, entry->packed, error))
    return NULL;

  return entry;
}

char *
pal_zip_writer_dup_packed (PalZipWriter *self)
{
  return self->n_packed > 0
             ? pal_package_packed_format (self->n_packed, self->packed_bytes, self->packed)
             : NULL;
}

static gboolean
put_central_header (PalZipWriter *self, const PalZipEntry *entry, GError **error)
{
  guint8 header[PAL_ZIP_CENTRAL_BYTES] = { 0 };
  guint8 extra[4 + 24];
  guint8 *end = extra + 4;
  gsize extra_length;
  gsize name_length = strlen (entry->name);
  gboolean large_size = entry->size >= G_MAXUINT32 || entry->packed >= G_MAXUINT32;
  gboolean large_offset = entry->offset >= G_MAXUINT32;

  if (large_size)
    {
      pal_zip_put64 (end, entry->size);
      pal_zip_put64 (end + 8, entry->packed);
      end += 16;
    }
  if (large_offset)
    {
      pal_zip_put64 (end, entry->offset);
      end += 8;
    }
  extra_length = end - extra > 4 ? end - extra : 0;
  pal_zip_put16 (extra, PAL_ZIP_EXTRA_LARGE);
  pal_zip_put16 (extra + 2, extra_length > 0 ? extra_length - 4 : 0);

  pal_zip_put32 (header, PAL_ZIP_CENTRAL);
  pal_zip_put16 (header + 4, entry->made_by);
  pal_zip_put16 (header + 6, extra_length > 0 ? PAL_ZIP_VERSION_LARGE : entry->version);
  pal_zip_put16 (header + 8, entry->flags);
  pal_zip_put16 (header + 10, entry->method);
  pal_zip_put16 (header + 12, entry->time);
  pal_zip_put16 (header + 14, entry->date);
  pal_zip_put32 (header + 16, entry->crc);
  pal_zip_put32 (header + 20, large_size ? G_MAXUINT32 : entry->packed);
  pal_zip_put32 (header + 24, large_size ? G_MAXUINT32 : entry->size);
  pal_zip_put16 (header + 28, name_length);
  pal_zip_put16 (header + 30, extra_length);
  pal_zip_put16 (header + 36, entry->kind);
  pal_zip_put32 (header + 38, entry->attributes);
  pal_zip_put32 (header + 42, large_offset ? G_MAXUINT32 : entry->offset);

  return put (self, header, sizeof header, error) && put (self, entry->name, name_length, error)
         && put (self, extra, extra_length, error);
}

static gboolean
put_end (PalZipWriter *self, guint64 directory, const char *comment, GError **error)
{
  guint8 large[PAL_ZIP_LARGE_END_BYTES + PAL_ZIP_LOCATOR_BYTES] = { 0 };
  guint8 end[PAL_ZIP_END_BYTES] = { 0 };
  guint8 *locator = large + PAL_ZIP_LARGE_END_BYTES;
  guint64 position = get_offset (self);
  guint64 length = position - directory;

  if (directory >= G_MAXUINT32)
    {
      pal_zip_put32 (large, PAL_ZIP_LARGE_END);
      pal_zip_put64 (large + 4, PAL_ZIP_LARGE_END_BYTES - 12);
      pal_zip_put16 (large + 12, PAL_ZIP_MADE_BY);
      pal_zip_put16 (large + 14, PAL_ZIP_VERSION_LARGE);
      pal_zip_put64 (large + 24, self->entries->len);
      pal_zip_put64 (large + 32, self->entries->len);
      pal_zip_put64 (large + 40, length);
      pal_zip_put64 (large + 48, directory);
      pal_zip_put32 (locator, PAL_ZIP_LOCATOR);
      pal_zip_put64 (locator + 8, position);
      pal_zip_put32 (locator + 16, 1);
      if (!put (self, large, sizeof large, error))
        return FALSE;
    }

  pal_zip_put32 (end, PAL_ZIP_END);
  pal_zip_put16 (end + 8, self->entries->len);
  pal_zip_put16 (end + 10, self->entries->len);
  pal_zip_put32 (end + 12, length);
  pal_zip_put32 (end + 16, MIN (directory, G_MAXUINT32));
  pal_zip_put16 (end + 20, strlen (comment));

  return put (self, end, sizeof end, error) && put (self, comment, strlen (comment), error);
}

gboolean
pal_zip_writer_finish (PalZipWriter *self, const char *comment, GError **error)
{
  guint64 directory = get_offset (self);

  g_return_val_if_fail (self->current == NULL, FALSE);

  for (guint i = 0; i < self->entries->len; i++)
    if (!put_central_header (self, g_ptr_array_index (self->entries, i), error))
      return FALSE;
  if (!put_end (self, directory, comment, error))
    return FALSE;
  if (self->pump.thread == NULL)
    {
      /* Small enough for one buffer: no need of a thread. */
      if (!write_out (self, self->buffer, self->filled, error))
        return FALSE;
    }
  else if (!flush (self, error) || !settle (self, error))
    return FALSE;

  return self->publish == NULL || pal_publish_commit (self->publish, error);
}
