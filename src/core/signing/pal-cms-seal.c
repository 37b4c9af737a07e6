// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cms-seal"
#include "config.h"

#include "pal-cms-frame.h"
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

#define CERTIFICATE_MAX_BYTES (64 * 1024)

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

static BIO *
open_output (Output *output)
{
  static gsize method;
  BIO *bio;

  if (g_once_init_enter (&method))
    g_once_init_leave (&method, (gsize) pal_cms_bio_method ("pal-seal-out", output_write, NULL));
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

  return bio != NULL && pal_cms_frame_begins (bio);
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
set_open_error (GError **error, Output *output, PalCmsContent *content)
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
  PalCmsContent content = { .cancellable = output->cancellable };
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
  content.bio = in;
  {
    g_autoptr (GFile) file = g_file_new_for_path (in_path);
    g_autoptr (GFileInfo) info = g_file_query_info (
        file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, output->cancellable, error);

    if (info == NULL)
      return FALSE;
    content.size = g_file_info_get_size (info);
  }
  cms = pal_cms_frame_read (&content, &local);
  if (cms == NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
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
  encrypted = pal_cms_content_open (&content);
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
