// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cms-seal"
#include "config.h"

#include "pal-cms-seal.h"
#include "pal-signing-private.h"
#include "pal-token-private.h"

#include "pal-publish.h"

#include <openssl/asn1.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

/* OpenSSL writes the structure as a stream, with indefinite lengths, but reads it only as a whole.
 * So reading takes the frame apart here: what stands around the content makes a small CMS without
 * content, and OpenSSL decrypts the content as a detached one, block by block. */

#define CERTIFICATE_MAX_BYTES (64 * 1024)
#define FRAME_MAX_BYTES (256 * 1024) /* recipients, algorithm */
#define MAC_BYTES 16
#define INDEFINITE (-1)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)

/* id-smime-ct-authEnvelopedData: 1.2.840.113549.1.9.16.1.23 */
static const guint8 auth_enveloped_oid[]
    = { 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17 };

/* id-aes256-GCM: 2.16.840.1.101.3.4.1.46 */
static const guint8 aes_gcm_oid[]
    = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e };

/* --- certificates */

static X509 *
read_certificate (const char *path, GError **error)
{
  g_autoptr (BIO) bio = NULL;
  X509 *certificate;
  gsize length = 0;
  char *pem = NULL;

  if (g_str_has_prefix (path, PAL_PEM_BEGIN))
    {
      pem = g_strdup (path);
      length = strlen (pem);
    }
  else
    pem = pal_signing_read_file (path, CERTIFICATE_MAX_BYTES, &length, error);
  if (pem == NULL)
    return NULL;
  ERR_clear_error ();
  bio = BIO_new_mem_buf (pem, length);
  certificate = bio != NULL ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;
  pal_secret_free_sized (pem, length);
  if (certificate == NULL)
    {
      ERR_clear_error ();
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "the file holds no certificate (PEM)");
      return NULL;
    }
  if (!pal_signing_check_key (X509_get0_pubkey (certificate), NULL, error))
    {
      X509_free (certificate);
      return NULL;
    }

  return certificate;
}

/**
 * pal_cms_read_certificate:
 * @path: a PEM file
 * @fingerprint: (out) (optional) (transfer full): SHA-256, in hexadecimal digits
 * @common_name: (out) (optional) (transfer full): whose it is
 * @error: return location
 *
 * Blocking; any thread.
 *
 * Returns: whether it holds a certificate within the profile
 */
gboolean
pal_cms_read_certificate (const char *path, char **fingerprint, char **common_name, GError **error)
{
  g_autoptr (X509) certificate = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  certificate = read_certificate (path, error);
  if (certificate == NULL)
    return FALSE;
  if (fingerprint != NULL)
    *fingerprint = pal_certificate_dup_fingerprint (certificate);
  if (common_name != NULL)
    *common_name = pal_certificate_dup_common_name (certificate);

  return TRUE;
}

/* --- streams that keep what went wrong */

/* Into a file or into memory. */
typedef struct
{
  PalPublish *publish;       /* (owned) (nullable) */
  GByteArray *bytes;         /* (owned) (nullable) */
  gsize max_bytes;           /* of @bytes */
  GCancellable *cancellable; /* (unowned) (nullable) */
  GError *error;             /* (owned) (nullable) */
} Output;

static void
output_clear (Output *output)
{
  g_clear_pointer (&output->publish, pal_publish_free);
  g_clear_pointer (&output->bytes, g_byte_array_unref);
  g_clear_error (&output->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Output, output_clear)

static gboolean
keep_bytes (Output *output, const char *data, int length)
{
  if ((gsize) length > output->max_bytes - output->bytes->len)
    {
      g_set_error (&output->error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "there is more in it than there may be");
      return FALSE;
    }
  g_byte_array_append (output->bytes, (const guint8 *) data, length);

  return TRUE;
}

static int
output_write (BIO *bio, const char *data, int length)
{
  Output *output = BIO_get_data (bio);

  if (output->error != NULL
      || g_cancellable_set_error_if_cancelled (output->cancellable, &output->error)
      || !(output->publish != NULL
               ? pal_publish_write (output->publish, data, length, &output->error)
               : keep_bytes (output, data, length)))
    return -1;

  return length;
}

static long
control (BIO *bio, int command, long number, void *pointer)
{
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static gpointer
make_method (const char *name, int (*write) (BIO *, const char *, int),
             int (*read) (BIO *, char *, int))
{
  BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, name);

  if (write != NULL)
    BIO_meth_set_write (method, write);
  if (read != NULL)
    BIO_meth_set_read (method, read);
  BIO_meth_set_ctrl (method, control);

  return method;
}

static BIO *
open_output (Output *output)
{
  static gsize method;
  BIO *bio;

  if (g_once_init_enter (&method))
    g_once_init_leave (&method, (gsize) make_method ("pal-seal-out", output_write, NULL));
  bio = BIO_new ((BIO_METHOD *) method);
  if (bio != NULL)
    {
      BIO_set_data (bio, output);
      BIO_set_init (bio, 1);
    }

  return bio;
}

static BIO *
open_input (const char *path, GError **error)
{
  BIO *bio = BIO_new_file (path, "rb");

  if (bio == NULL)
    {
      ERR_clear_error ();
      g_set_error (error, G_IO_ERROR,
                   g_file_test (path, G_FILE_TEST_EXISTS) ? G_IO_ERROR_FAILED
                                                          : G_IO_ERROR_NOT_FOUND,
                   "cannot open the file");
    }

  return bio;
}

/* --- sealing */

static gboolean
set_up_recipient (CMS_RecipientInfo *info)
{
  EVP_PKEY_CTX *context = CMS_RecipientInfo_get0_pkey_ctx (info);

  if (context == NULL)
    return FALSE;
  if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_AGREE)
    /* What OpenSSL takes by itself is a derivation with SHA-1. */
    return EVP_PKEY_CTX_set_ecdh_kdf_md (context, EVP_sha256 ()) > 0
           && EVP_EncryptInit_ex (CMS_RecipientInfo_kari_get0_ctx (info), EVP_aes_256_wrap (), NULL,
                                  NULL, NULL)
                  == 1;

  return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_OAEP_PADDING) > 0
         && EVP_PKEY_CTX_set_rsa_oaep_md (context, EVP_sha256 ()) > 0;
}

static gboolean
add_recipients (CMS_ContentInfo *cms, GPtrArray *recipients, GError **error)
{
  for (guint i = 0; i < recipients->len; i++)
    {
      g_autoptr (X509) certificate = read_certificate (g_ptr_array_index (recipients, i), error);
      CMS_RecipientInfo *info;

      if (certificate == NULL)
        return FALSE;
      info = CMS_add1_recipient (cms, certificate, NULL, NULL, CMS_KEY_PARAM);
      if (info == NULL || !set_up_recipient (info))
        {
          pal_signing_set_library_error (error, PAL_SIGNING_ERROR_FAILED,
                                         "cannot encrypt to this certificate");
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
seal (BIO *in, const char *out_path, GPtrArray *recipients, GCancellable *cancellable,
      GError **error)
{
  const guint flags = CMS_BINARY | CMS_STREAM | CMS_PARTIAL;
  g_auto (Output) output = { .cancellable = cancellable };
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (BIO) out = NULL;

  g_return_val_if_fail (out_path != NULL, FALSE);
  g_return_val_if_fail (recipients != NULL && recipients->len > 0, FALSE);
  g_return_val_if_fail (recipients->len <= PAL_CMS_MAX_RECIPIENTS, FALSE);

  cms = CMS_encrypt (NULL, NULL, EVP_aes_256_gcm (), flags);
  if (cms == NULL)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_FAILED, "cannot encrypt");
      return FALSE;
    }
  if (!add_recipients (cms, recipients, error))
    return FALSE;

  output.publish = pal_publish_begin (out_path, error);
  if (output.publish == NULL)
    return FALSE;
  out = open_output (&output);
  if (out == NULL || i2d_CMS_bio_stream (out, cms, in, flags) != 1 || output.error != NULL)
    {
      if (output.error != NULL)
        {
          ERR_clear_error ();
          g_propagate_error (error, g_steal_pointer (&output.error));
        }
      else
        pal_signing_set_library_error (error, PAL_SIGNING_ERROR_FAILED, "cannot encrypt");
      return FALSE;
    }

  return pal_publish_commit (output.publish, error);
}

/**
 * pal_cms_seal_file:
 * @in_path: a file
 * @out_path: where the sealed file shall be
 * @recipients: (element-type utf8): who may open it: PEM, or paths of PEM files
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Encrypts with AES-256-GCM to the certificates of @recipients: EC keys by ECDH with SHA-256 and
 * AES-256 key wrap, RSA keys by OAEP with SHA-256. A file without content cannot be sealed.
 * Blocking; any thread.
 *
 * Returns: whether it is on the disk
 */
gboolean
pal_cms_seal_file (const char *in_path, const char *out_path, GPtrArray *recipients,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (BIO) in = NULL;

  g_return_val_if_fail (in_path != NULL, FALSE);

  ERR_clear_error ();
  in = open_input (in_path, error);

  return in != NULL && seal (in, out_path, recipients, cancellable, error);
}

/**
 * pal_cms_seal_bytes:
 * @content: what is to be sealed; not empty
 * @out_path: where the sealed file shall be
 * @recipients: (element-type utf8): who may open it: PEM, or paths of PEM files
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * As pal_cms_seal_file(), of what is in memory. Blocking; any thread.
 *
 * Returns: whether it is on the disk
 */
gboolean
pal_cms_seal_bytes (GBytes *content, const char *out_path, GPtrArray *recipients,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (BIO) in = NULL;
  gsize length = 0;
  const void *data = g_bytes_get_data (content, &length);

  g_return_val_if_fail (length > 0 && length <= G_MAXINT, FALSE);

  ERR_clear_error ();
  in = BIO_new_mem_buf (data, length);

  return seal (in, out_path, recipients, cancellable, error);
}

/* --- the frame: BER, as much of it as there is in such a structure */

typedef struct
{
  BIO *bio; /* (unowned): a file */
  gint64 size;
} Frame;

static gboolean
fail_frame (GError **error, const char *why)
{
  ERR_clear_error ();
  g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED, "not an encrypted file: %s",
               why);

  return FALSE;
}

static gboolean
read_exactly (Frame *frame, guint8 *data, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length)
    {
      int n = BIO_read (frame->bio, data + done, MIN (length - done, G_MAXINT));

      if (n <= 0)
        {
          g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                       "the encrypted file breaks off");
          return FALSE;
        }
      done += n;
    }

  return TRUE;
}

/* raw: (nullable): gets the octets of tag and length */
static gboolean
read_header (Frame *frame, guint8 *tag, gint64 *length, GByteArray *raw, GError **error)
{
  guint8 octets[2 + 8];
  guint n_octets = 2;

  if (!read_exactly (frame, octets, 2, error))
    return FALSE;
  *tag = octets[0];
  if ((*tag & 0x1f) == 0x1f)
    return fail_frame (error, "a tag that has no place in it");
  if (octets[1] < 0x80)
    *length = octets[1];
  else if (octets[1] == 0x80)
    *length = INDEFINITE;
  else
    {
      guint more = octets[1] & 0x7f;

      if (more > 7 || !read_exactly (frame, octets + 2, more, error))
        return error != NULL && *error != NULL ? FALSE : fail_frame (error, "a length too long");
      *length = 0;
      for (guint i = 0; i < more; i++)
        *length = *length << 8 | octets[2 + i];
      n_octets += more;
    }
  if (*length > frame->size)
    return fail_frame (error, "a part longer than the file");
  if (raw != NULL)
    g_byte_array_append (raw, octets, n_octets);

  return TRUE;
}

static gboolean
enter (Frame *frame, guint8 wanted, GError **error)
{
  guint8 tag;
  gint64 length;

  return read_header (frame, &tag, &length, NULL, error)
         && (tag == wanted || fail_frame (error, "another structure"));
}

/* One element of a definite length, as it stands there. */
static gboolean
copy_element (Frame *frame, guint8 wanted, GByteArray *to, GError **error)
{
  guint8 tag;
  gint64 length;
  guint start = to->len;
  guint header;

  if (!read_header (frame, &tag, &length, to, error))
    return FALSE;
  if (tag != wanted || length < 0 || length > FRAME_MAX_BYTES)
    {
      g_byte_array_set_size (to, start);
      return fail_frame (error, "a part that it does not have");
    }
  header = to->len;
  g_byte_array_set_size (to, header + length);

  return read_exactly (frame, to->data + header, length, error);
}

/* Where the encrypted octets stand. */
typedef struct
{
  Frame frame;
  GCancellable *cancellable; /* (unowned) (nullable) */
  gint64 start;              /* of the content, behind its own header */
  gint64 total;              /* INDEFINITE, or length of the constructed content */
  gboolean is_primitive;
  gint64 consumed; /* of @total, with headers */
  gint64 left;     /* in this chunk */
  gboolean at_end;
  GError *error; /* (owned) (nullable) */
} Content;

/* Goes to the next chunk; sets at_end behind the last. */
static gboolean
next_chunk (Content *content, GError **error)
{
  GByteArray *raw;
  guint8 tag;
  gint64 length;
  gboolean ok;

  if (content->is_primitive)
    {
      content->at_end = content->consumed == content->total;
      content->left = content->total - content->consumed;
      content->consumed = content->total;
      return TRUE;
    }
  if (content->total != INDEFINITE && content->consumed >= content->total)
    {
      content->at_end = TRUE;
      return content->consumed == content->total || fail_frame (error, "chunks that do not fit");
    }

  raw = g_byte_array_new ();
  ok = read_header (&content->frame, &tag, &length, raw, error);
  content->consumed += raw->len;
  g_byte_array_unref (raw);
  if (!ok)
    return FALSE;
  if (tag == 0 && length == 0 && content->total == INDEFINITE)
    {
      content->at_end = TRUE;
      return TRUE;
    }
  if (tag != V_ASN1_OCTET_STRING || length < 0)
    return fail_frame (error, "content in pieces of another kind");
  content->left = length;
  content->consumed += length;

  return TRUE;
}

static void
rewind_content (Content *content)
{
  BIO_seek (content->frame.bio, content->start);
  content->consumed = 0;
  content->left = 0;
  content->at_end = FALSE;
}

static int
content_read (BIO *bio, char *data, int length)
{
  Content *content = BIO_get_data (bio);
  int done = 0;

  if (content->error != NULL
      || g_cancellable_set_error_if_cancelled (content->cancellable, &content->error))
    return -1;
  while (done < length && !content->at_end)
    {
      int n;

      if (content->left == 0)
        {
          if (!next_chunk (content, &content->error))
            return -1;
          continue;
        }
      n = MIN (content->left, length - done);
      if (!read_exactly (&content->frame, (guint8 *) data + done, n, &content->error))
        return -1;
      done += n;
      content->left -= n;
    }

  return done;
}

static BIO *
open_content (Content *content)
{
  static gsize method;
  BIO *bio;

  if (g_once_init_enter (&method))
    g_once_init_leave (&method, (gsize) make_method ("pal-seal-in", NULL, content_read));
  bio = BIO_new ((BIO_METHOD *) method);
  if (bio != NULL)
    {
      BIO_set_data (bio, content);
      BIO_set_init (bio, 1);
    }

  return bio;
}

static gboolean
skip_content (Content *content, GError **error)
{
  while (!content->at_end)
    {
      if (!next_chunk (content, error))
        return FALSE;
      if (content->left > content->frame.size - BIO_tell (content->frame.bio))
        {
          g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                       "the encrypted file breaks off");
          return FALSE;
        }
      if (content->left > 0)
        BIO_seek (content->frame.bio, BIO_tell (content->frame.bio) + content->left);
      content->left = 0;
    }

  return TRUE;
}

static void
append_header (GByteArray *to, guint8 tag, gsize length)
{
  guint8 octets[1 + 1 + 4] = { tag };
  guint n_octets = 2;

  if (length < 0x80)
    octets[1] = length;
  else
    {
      guint more = length > 0xffffff ? 4 : length > 0xffff ? 3 : length > 0xff ? 2 : 1;

      octets[1] = 0x80 | more;
      for (guint i = 0; i < more; i++)
        octets[2 + i] = length >> (8 * (more - 1 - i));
      n_octets += more;
    }
  g_byte_array_append (to, octets, n_octets);
}

static GByteArray *
wrap (guint8 tag, GByteArray *inner)
{
  GByteArray *outer = g_byte_array_new ();

  append_header (outer, tag, inner->len);
  g_byte_array_append (outer, inner->data, inner->len);
  g_byte_array_unref (inner);

  return outer;
}

/* OpenSSL takes any cipher here, also one that authenticates nothing, whatever the structure is
 * called. */
static gboolean
copy_algorithm (Frame *frame, GByteArray *to, GError **error)
{
  guint start = to->len;
  guint header;

  if (!copy_element (frame, 0x30, to, error))
    return FALSE;
  header = to->data[start + 1] < 0x80 ? 2 : 2 + (to->data[start + 1] & 0x7f);

  return (to->len - start >= header + sizeof aes_gcm_oid
          && memcmp (to->data + start + header, aes_gcm_oid, sizeof aes_gcm_oid) == 0)
         || fail_frame (error, "encrypted otherwise than with AES-256-GCM");
}

/* Reads what stands around the content, and leaves @content at its start. Returns the same
 * structure without content. */
static CMS_ContentInfo *
read_frame (Content *content, GError **error)
{
  Frame *frame = &content->frame;
  g_autoptr (GByteArray) version = g_byte_array_new ();
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) mac = g_byte_array_new ();
  g_autoptr (GByteArray) info = g_byte_array_new ();
  GByteArray *whole;
  CMS_ContentInfo *cms;
  const guint8 *position;
  guint8 oid[sizeof auth_enveloped_oid];
  guint8 tag;

  if (!enter (frame, 0x30, error) || !read_exactly (frame, oid, sizeof oid, error))
    return NULL;
  if (memcmp (oid, auth_enveloped_oid, sizeof oid) != 0)
    {
      fail_frame (error, "another kind of CMS");
      return NULL;
    }
  if (!enter (frame, 0xa0, error) || !enter (frame, 0x30, error)
      || !copy_element (frame, V_ASN1_INTEGER, version, error)
      || !copy_element (frame, 0x31, inner, error) || !enter (frame, 0x30, error)
      || !copy_element (frame, V_ASN1_OBJECT, info, error) || !copy_algorithm (frame, info, error)
      || !read_header (frame, &tag, &content->total, NULL, error))
    return NULL;
  content->is_primitive = tag == 0x80;
  if ((tag != 0x80 && tag != 0xa0) || (content->is_primitive && content->total == INDEFINITE))
    {
      fail_frame (error, "no content");
      return NULL;
    }
  content->start = BIO_tell (frame->bio);
  if (!skip_content (content, error))
    return NULL;

  /* The end of the content's own sequence, if that had no length; then the authentication code. */
  if (!read_header (frame, &tag, &(gint64){ 0 }, mac, error))
    return NULL;
  if (tag == 0)
    {
      g_byte_array_set_size (mac, 0);
      if (!copy_element (frame, V_ASN1_OCTET_STRING, mac, error))
        return NULL;
    }
  else if (tag == V_ASN1_OCTET_STRING && mac->len == 2 && mac->data[1] == MAC_BYTES)
    {
      g_byte_array_set_size (mac, 2 + MAC_BYTES);
      if (!read_exactly (frame, mac->data + 2, MAC_BYTES, error))
        return NULL;
    }
  /* A shorter code would be easier to guess. */
  if (mac->len != 2 + MAC_BYTES)
    {
      fail_frame (error, "no authentication code of 16 octets");
      return NULL;
    }

  info = wrap (0x30, g_steal_pointer (&info));
  g_byte_array_append (version, inner->data, inner->len);
  g_byte_array_append (version, info->data, info->len);
  g_byte_array_append (version, mac->data, mac->len);
  whole = wrap (0xa0, wrap (0x30, g_steal_pointer (&version)));
  g_byte_array_prepend (whole, auth_enveloped_oid, sizeof auth_enveloped_oid);
  whole = wrap (0x30, whole);
  position = whole->data;
  cms = d2i_CMS_ContentInfo (NULL, &position, whole->len);
  g_byte_array_unref (whole);
  if (cms == NULL)
    fail_frame (error, "its parts make no sense");
  rewind_content (content);

  return cms;
}

/* --- opening */

/**
 * pal_cms_is_sealed:
 * @path: a file
 *
 * Returns: whether it begins as a sealed file does; only opening it shows whether it is one
 */
gboolean
pal_cms_is_sealed (const char *path)
{
  g_autoptr (BIO) bio = open_input (path, NULL);
  guint8 start[2 + 8 + sizeof auth_enveloped_oid];
  int n = bio != NULL ? BIO_read (bio, start, sizeof start) : 0;
  int header = n > 1 && start[1] > 0x80 ? 2 + (start[1] & 0x7f) : 2;

  return n >= header + (int) sizeof auth_enveloped_oid && header <= 2 + 8 && start[0] == 0x30
         && memcmp (start + header, auth_enveloped_oid, sizeof auth_enveloped_oid) == 0;
}

/* What wraps the key for an EC recipient. OpenSSL 3.0 takes more, and writes beyond its memory when
 * that is AES key wrap with padding and the key is a wrong one. */
static gboolean
is_wrap_known (CMS_RecipientInfo *info)
{
  X509_ALGOR *agreement = NULL;
  X509_ALGOR *wrapping;
  const ASN1_OBJECT *oid = NULL;
  const ASN1_STRING *parameter = NULL;
  const guint8 *position;
  int type = V_ASN1_UNDEF;
  int nid;

  if (CMS_RecipientInfo_kari_get0_alg (info, &agreement, NULL) != 1 || agreement == NULL)
    return FALSE;
  X509_ALGOR_get0 (&oid, &type, (const void **) &parameter, agreement);
  if (type != V_ASN1_SEQUENCE)
    return FALSE;
  position = ASN1_STRING_get0_data (parameter);
  wrapping = d2i_X509_ALGOR (NULL, &position, ASN1_STRING_length (parameter));
  if (wrapping == NULL)
    return FALSE;
  X509_ALGOR_get0 (&oid, NULL, NULL, wrapping);
  nid = OBJ_obj2nid (oid);
  X509_ALGOR_free (wrapping);

  return nid == NID_id_aes128_wrap || nid == NID_id_aes192_wrap || nid == NID_id_aes256_wrap;
}

/* A stranger's: what is not of the profile does not reach the library. */
static gboolean
check_wraps (CMS_ContentInfo *cms, GError **error)
{
  STACK_OF (CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos (cms);

  for (int i = 0; i < sk_CMS_RecipientInfo_num (infos); i++)
    {
      CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value (infos, i);

      if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_AGREE && !is_wrap_known (info))
        return fail_frame (error, "a key that is wrapped otherwise than with AES");
    }

  return TRUE;
}

/* Whether one of the recipients is the owner of this certificate. */
static gboolean
is_recipient (CMS_ContentInfo *cms, X509 *certificate)
{
  STACK_OF (CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos (cms);

  for (int i = 0; i < sk_CMS_RecipientInfo_num (infos); i++)
    {
      CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value (infos, i);
      STACK_OF (CMS_RecipientEncryptedKey) * keys;

      if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_TRANS
          && CMS_RecipientInfo_ktri_cert_cmp (info, certificate) == 0)
        return TRUE;
      if (CMS_RecipientInfo_type (info) != CMS_RECIPINFO_AGREE)
        continue;
      keys = CMS_RecipientInfo_kari_get0_reks (info);
      for (int j = 0; j < sk_CMS_RecipientEncryptedKey_num (keys); j++)
        if (CMS_RecipientEncryptedKey_cert_cmp (sk_CMS_RecipientEncryptedKey_value (keys, j),
                                                certificate)
            == 0)
          return TRUE;
    }

  return FALSE;
}

static void
set_open_error (GError **error, Output *output, Content *content)
{
  ERR_clear_error ();
  if (pal_token_take_trouble (error))
    return;
  if (output->error != NULL)
    g_propagate_error (error, g_steal_pointer (&output->error));
  else if (content->error != NULL)
    g_propagate_error (error, g_steal_pointer (&content->error));
  else
    g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                 "the encrypted file was altered or damaged");
}

/* out_path: (nullable): NULL: what comes out stays in output. */
static gboolean
open_sealed (const char *in_path, const char *out_path, Output *output, PalIdentity *identity,
             GError **error)
{
  Content content = { .cancellable = output->cancellable };
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (BIO) in = NULL;
  g_autoptr (BIO) encrypted = NULL;
  g_autoptr (BIO) out = NULL;
  GError *local = NULL;
  gboolean ok;

  ERR_clear_error ();
  in = open_input (in_path, error);
  if (in == NULL)
    return FALSE;
  BIO_seek (in, 0);
  content.frame.bio = in;
  {
    g_autoptr (GFile) file = g_file_new_for_path (in_path);
    g_autoptr (GFileInfo) info = g_file_query_info (
        file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, output->cancellable, error);

    if (info == NULL)
      return FALSE;
    content.frame.size = g_file_info_get_size (info);
  }
  cms = read_frame (&content, &local);
  if (cms == NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (!check_wraps (cms, error))
    return FALSE;
  if (!is_recipient (cms, pal_identity_get_certificate (identity)))
    {
      ERR_clear_error ();
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_RECIPIENT,
                   "it was encrypted for somebody else");
      return FALSE;
    }

  if (out_path != NULL)
    {
      output->publish = pal_publish_begin (out_path, error);
      if (output->publish == NULL)
        return FALSE;
    }
  out = open_output (output);
  encrypted = open_content (&content);
  ERR_clear_error ();
  pal_token_forget_trouble ();
  ok = out != NULL && encrypted != NULL
       && CMS_decrypt (cms, pal_identity_get_key (identity),
                       pal_identity_get_certificate (identity), encrypted, out, CMS_BINARY)
              == 1
       && output->error == NULL && content.error == NULL;
  if (!ok)
    {
      set_open_error (error, output, &content);
      g_clear_error (&content.error);
    }

  return ok;
}

/**
 * pal_cms_open_file:
 * @in_path: a sealed file, perhaps a stranger's
 * @out_path: where its content shall be
 * @identity: for whom it was sealed
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Decrypts. Nothing stands under @out_path before all of it is known to be authentic. Blocking; any
 * thread.
 *
 * Returns: whether the content is on the disk
 */
gboolean
pal_cms_open_file (const char *in_path, const char *out_path, PalIdentity *identity,
                   GCancellable *cancellable, GError **error)
{
  g_auto (Output) output = { .cancellable = cancellable };

  g_return_val_if_fail (in_path != NULL && out_path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  return open_sealed (in_path, out_path, &output, identity, error)
         && pal_publish_commit (output.publish, error);
}

/**
 * pal_cms_open_bytes:
 * @in_path: a sealed file, perhaps a stranger's
 * @max_bytes: how much may be in it
 * @identity: for whom it was sealed
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * As pal_cms_open_file(), into memory; more than @max_bytes is %PAL_SIGNING_ERROR_MALFORMED.
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the content, authentic
 */
GBytes *
pal_cms_open_bytes (const char *in_path, gsize max_bytes, PalIdentity *identity,
                    GCancellable *cancellable, GError **error)
{
  g_auto (Output) output = { .cancellable = cancellable, .max_bytes = max_bytes };

  g_return_val_if_fail (in_path != NULL, NULL);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), NULL);

  output.bytes = g_byte_array_new ();
  if (!open_sealed (in_path, NULL, &output, identity, error))
    return NULL;

  return g_byte_array_free_to_bytes (g_steal_pointer (&output.bytes));
}
