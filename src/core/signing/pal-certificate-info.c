// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-certificate-info"
#include "config.h"

#include "pal-certificate-info.h"

#include "pal-signing-private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define MAX_PEM_BYTES (64 * 1024)

static const char begin[] = "-----BEGIN ";
static const char begin_certificate[] = "-----BEGIN CERTIFICATE-----";

void
pal_certificate_info_free (PalCertificateInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->common_name);
  g_free (self->subject);
  g_free (self->fingerprint);
  g_free (self->algorithm);
  g_free (self);
}

static gint64
get_time (const ASN1_TIME *time)
{
  struct tm parts = { 0 };

  if (ASN1_TIME_to_tm (time, &parts) != 1)
    return 0;

  return (gint64) timegm (&parts);
}

/* A second block would be read by one program and overlooked by the next. */
static gboolean
holds_one_block (const char *pem, gsize length)
{
  const char *first = g_strstr_len (pem, (gssize) length, begin);
  gsize rest;

  if (first == NULL || memchr (pem, '\0', length) != NULL)
    return FALSE;
  rest = length - (gsize) (first - pem);
  if (rest < strlen (begin_certificate)
      || strncmp (first, begin_certificate, strlen (begin_certificate)) != 0)
    return FALSE;

  return g_strstr_len (first + 1, (gssize) rest - 1, begin) == NULL;
}

/**
 * pal_certificate_info_new:
 * @pem: text of a file from anywhere
 * @length: bytes of it
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what its one certificate says; %PAL_SIGNING_ERROR_KEY when
 *   there is none, more than one block, or a key outside the profile (package-format 2.2)
 */
PalCertificateInfo *
pal_certificate_info_new (const char *pem, gsize length, GError **error)
{
  g_autoptr (PalCertificateInfo) self = NULL;
  g_autoptr (BIO) bio = NULL;
  g_autoptr (X509) certificate = NULL;
  EVP_PKEY *key;

  g_return_val_if_fail (pem != NULL, NULL);

  if (length > MAX_PEM_BYTES || !holds_one_block (pem, length))
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "not one certificate in PEM, and nothing else");
      return NULL;
    }
  bio = BIO_new_mem_buf (pem, (int) length);
  certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  key = certificate != NULL ? X509_get0_pubkey (certificate) : NULL;
  if (key == NULL)
    {
      ERR_clear_error ();
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "a certificate that cannot be read");
      return NULL;
    }
  self = g_new0 (PalCertificateInfo, 1);
  if (!pal_signing_check_key (key, &self->algorithm, error))
    return NULL;
  self->common_name = pal_certificate_dup_common_name (certificate);
  self->subject = pal_certificate_dup_subject (certificate);
  self->fingerprint = pal_certificate_dup_fingerprint (certificate);
  self->not_before = get_time (X509_get0_notBefore (certificate));
  self->not_after = get_time (X509_get0_notAfter (certificate));

  return g_steal_pointer (&self);
}

/**
 * pal_certificate_dup_spoken_fingerprint:
 * @fingerprint: (nullable): SHA-256 in hexadecimal digits
 *
 * Returns: (transfer full): groups of eight digits, separated by spaces
 */
char *
pal_certificate_dup_spoken_fingerprint (const char *fingerprint)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; fingerprint != NULL && fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % 8 == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, g_ascii_toupper (fingerprint[i]));
    }

  return g_string_free (text, FALSE);
}
