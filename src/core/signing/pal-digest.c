// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-digest"
#include "config.h"

#include "pal-digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (256 * 1024)

struct _PalDigest
{
  EVP_MD_CTX *context; /* (owned) */
  const EVP_MD *kind;  /* (unowned) */
};

/**
 * pal_digest_new_sized:
 * @bits: 256, 384 or 512
 *
 * Starts a digest of the SHA-2 family (FIPS 180-4) over bytes that come piece by piece. One thread
 * at a time.
 *
 * Returns: (transfer full): free with pal_digest_free()
 */
PalDigest *
pal_digest_new_sized (guint bits)
{
  PalDigest *self = g_new0 (PalDigest, 1);

  self->kind = bits == 512 ? EVP_sha512 () : bits == 384 ? EVP_sha384 () : EVP_sha256 ();
  self->context = EVP_MD_CTX_new ();
  if (self->context == NULL || EVP_DigestInit_ex (self->context, self->kind, NULL) != 1)
    g_error ("SHA-2 is not available"); /* a broken installation, or no memory */

  return self;
}

/**
 * pal_digest_new:
 *
 * Starts a SHA-256.
 *
 * Returns: (transfer full): free with pal_digest_free()
 */
PalDigest *
pal_digest_new (void)
{
  return pal_digest_new_sized (256);
}

/**
 * pal_digest_update:
 * @self: a digest
 * @data: (array length=length): bytes
 * @length: how many
 *
 * Takes in more bytes.
 */
void
pal_digest_update (PalDigest *self, const void *data, gsize length)
{
  if (length > 0 && EVP_DigestUpdate (self->context, data, length) != 1)
    g_error ("SHA-2 failed");
}

/**
 * pal_digest_finish_sized:
 * @self: a digest
 * @out: (out): the digest of all bytes
 *
 * Ends the digest and starts anew: @self may be used for something else.
 *
 * Returns: how many bytes of @out were set: 32, 48 or 64
 */
gsize
pal_digest_finish_sized (PalDigest *self, guint8 out[PAL_DIGEST_MAX_BYTES])
{
  guint length = 0;

  if (EVP_DigestFinal_ex (self->context, out, &length) != 1
      || EVP_DigestInit_ex (self->context, self->kind, NULL) != 1)
    g_error ("SHA-2 failed");

  return length;
}

/**
 * pal_digest_finish:
 * @self: a digest made by pal_digest_new()
 * @out: (out): the SHA-256 of all bytes
 *
 * Ends the digest and starts anew: @self may be used for something else.
 */
void
pal_digest_finish (PalDigest *self, guint8 out[PAL_DIGEST_BYTES])
{
  guint8 whole[PAL_DIGEST_MAX_BYTES];

  pal_digest_finish_sized (self, whole);
  memcpy (out, whole, PAL_DIGEST_BYTES);
}

/**
 * pal_digest_free:
 * @self: (nullable): a digest
 *
 * Frees it.
 */
void
pal_digest_free (PalDigest *self)
{
  if (self == NULL)
    return;

  EVP_MD_CTX_free (self->context);
  g_free (self);
}

/**
 * pal_digest_to_hex:
 * @digest: a SHA-256
 *
 * Returns: (transfer full): 64 lower-case hexadecimal digits
 */
char *
pal_digest_to_hex (const guint8 digest[PAL_DIGEST_BYTES])
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * PAL_DIGEST_BYTES + 1);

  for (guint i = 0; i < PAL_DIGEST_BYTES; i++)
    {
      hex[2 * i] = digits[digest[i] >> 4];
      hex[2 * i + 1] = digits[digest[i] & 15];
    }
  hex[2 * PAL_DIGEST_BYTES] = '\0';

  return hex;
}

/**
 * pal_digest_bytes_hex:
 * @data: (array length=length): bytes
 * @length: how many
 *
 * Returns: (transfer full): the SHA-256 of @data as 64 lower-case hexadecimal digits
 */
char *
pal_digest_bytes_hex (const void *data, gsize length)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  guint8 out[PAL_DIGEST_BYTES];

  pal_digest_update (digest, data, length);
  pal_digest_finish (digest, out);

  return pal_digest_to_hex (out);
}

/**
 * pal_digest_file_hex:
 * @path: a file
 * @size: (out) (optional): its length in bytes
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Reads a regular file once. Blocking.
 *
 * Returns: (transfer full) (nullable): its SHA-256 as 64 lower-case hexadecimal digits, or %NULL
 * with a #GIOErrorEnum error
 */
char *
pal_digest_file_hex (const char *path, goffset *size, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalDigest) digest = pal_digest_new ();
  g_autofree char *buffer = g_malloc (BUFFER_BYTES);
  guint8 out[PAL_DIGEST_BYTES];
  goffset total = 0;
  struct stat info;
  gssize n;
  int number = 0;
  /* Without O_NONBLOCK a pipe under this name would hang the caller. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0)
    {
      number = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot open the file: %s",
                   g_strerror (number));
      return NULL;
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "not a regular file");
      return NULL;
    }
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);

  while ((n = read (fd, buffer, BUFFER_BYTES)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          number = errno;
          break;
        }
      if (g_cancellable_is_cancelled (cancellable))
        break;
      pal_digest_update (digest, buffer, n);
      total += n;
    }
  close (fd);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (number != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot read the file: %s",
                   g_strerror (number));
      return NULL;
    }

  pal_digest_finish (digest, out);
  if (size != NULL)
    *size = total;

  return pal_digest_to_hex (out);
}
