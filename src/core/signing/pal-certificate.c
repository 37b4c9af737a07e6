// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-certificate"
#include "config.h"

#include "pal-clock.h"
#include "pal-digest.h"
#include "pal-token-private.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What other certificates, keys and errors share. */

/* Not G_DEFINE_QUARK: clang-format would take the hyphens of the name for minus signs. */
GQuark
pal_signing_error_quark (void)
{
  return g_quark_from_static_string ("pal-signing-error-quark");
}

void
pal_certificates_free (PalCertificates *certificates)
{
  sk_X509_pop_free (certificates, X509_free);
}

void
pal_signing_set_library_error (GError **error, PalSigningError code, const char *what)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  /* A token knows better what went wrong. */
  if (pal_token_take_trouble (error))
    {
      ERR_clear_error ();
      return;
    }
  g_set_error (error, PAL_SIGNING_ERROR, code, "%s: %s", what,
               reason != NULL ? reason : "no reason given");
  ERR_clear_error ();
}

static const char *
get_curve_title (const char *group)
{
  static const struct
  {
    const char *group;
    const char *title;
  } curves[] = {
    { "prime256v1", "ECDSA P-256" }, { "P-256", "ECDSA P-256" },     { "secp384r1", "ECDSA P-384" },
    { "P-384", "ECDSA P-384" },      { "secp521r1", "ECDSA P-521" }, { "P-521", "ECDSA P-521" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    if (strcmp (curves[i].group, group) == 0)
      return curves[i].title;

  return NULL;
}

gboolean
pal_signing_check_key (EVP_PKEY *key, char **name, GError **error)
{
  char group[64] = "";
  const char *curve;

  switch (EVP_PKEY_get_base_id (key))
    {
    case EVP_PKEY_EC:
      /* A key with explicit curve parameters has no group name, and is refused like a foreign one.
       */
      if (EVP_PKEY_get_utf8_string_param (key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                          NULL)
              == 1
          && (curve = get_curve_title (group)) != NULL)
        {
          if (name != NULL)
            *name = g_strdup (curve);
          return TRUE;
        }
      ERR_clear_error ();
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "an elliptic curve other than P-256, P-384 and P-521");
      return FALSE;

    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      if (EVP_PKEY_get_bits (key) < 2048)
        {
          g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                       "an RSA key of %d bits; 2048 are the least", EVP_PKEY_get_bits (key));
          return FALSE;
        }
      if (name != NULL)
        *name
            = g_strdup_printf (EVP_PKEY_get_base_id (key) == EVP_PKEY_RSA ? "RSA-%d" : "RSA-PSS-%d",
                               EVP_PKEY_get_bits (key));
      return TRUE;

    default:
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "a kind of key that cannot sign here; use ECDSA (P-256) or RSA");
      return FALSE;
    }
}

/* RFC 4514, in UTF-8. Control characters come out escaped. */
static char *
dup_name (const X509_NAME *name)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long length;

  if (bio == NULL || X509_NAME_print_ex (bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
    {
      ERR_clear_error ();
      return g_strdup ("");
    }
  length = BIO_get_mem_data (bio, &text);

  return g_utf8_make_valid (text != NULL ? text : "", length);
}

char *
pal_certificate_dup_subject (X509 *certificate)
{
  return dup_name (X509_get_subject_name (certificate));
}

char *
pal_certificate_dup_issuer (X509 *certificate)
{
  return dup_name (X509_get_issuer_name (certificate));
}

char *
pal_certificate_dup_common_name (X509 *certificate)
{
  const X509_NAME *name = X509_get_subject_name (certificate);
  int last = -1;
  int next;
  unsigned char *utf8 = NULL;
  char *text;
  int length;

  while ((next = X509_NAME_get_index_by_NID (name, NID_commonName, last)) >= 0)
    last = next;
  if (last < 0)
    return g_strdup ("");

  length = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, last)));
  if (length < 0)
    {
      ERR_clear_error ();
      return g_strdup ("");
    }
  text = g_utf8_make_valid ((const char *) utf8, length);
  OPENSSL_free (utf8);

  return text;
}

char *
pal_certificate_dup_serial (X509 *certificate)
{
  BIGNUM *number = ASN1_INTEGER_to_BN (X509_get0_serialNumber (certificate), NULL);
  char *hex = number != NULL ? BN_bn2hex (number) : NULL;
  char *text = g_ascii_strdown (hex != NULL ? hex : "", -1);

  OPENSSL_free (hex);
  BN_free (number);

  return text;
}

char *
pal_certificate_dup_fingerprint (X509 *certificate)
{
  guint8 digest[EVP_MAX_MD_SIZE];

  if (X509_digest (certificate, EVP_sha256 (), digest, NULL) != 1)
    {
      ERR_clear_error ();
      return g_strdup ("");
    }

  return pal_digest_to_hex (digest);
}

char *
pal_certificate_dup_pem (X509 *certificate)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long length;

  if (bio == NULL || PEM_write_bio_X509 (bio, certificate) != 1)
    {
      ERR_clear_error ();
      return g_strdup ("");
    }
  length = BIO_get_mem_data (bio, &text);

  return g_strndup (text, length);
}

char *
pal_signing_read_file (const char *path, gsize max, gsize *length, GError **error)
{
  char *buffer;
  struct stat info;
  gsize done = 0;
  gssize n = 0;
  int number;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0)
    {
      number = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot open the file: %s",
                   g_strerror (number));
      return NULL;
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size < 0
      || (guint64) info.st_size > max)
    {
      close (fd);
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "not a regular file, or too large for a key or certificate");
      return NULL;
    }

  buffer = g_malloc0 (info.st_size + 1);
  while (done < (gsize) info.st_size)
    {
      n = read (fd, buffer + done, info.st_size - done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += n;
    }
  number = errno;
  close (fd);
  if (n < 0)
    {
      pal_secret_free_sized (buffer, info.st_size);
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot read the file: %s",
                   g_strerror (number));
      return NULL;
    }
  *length = done;

  return buffer;
}

/**
 * pal_secret_free:
 * @secret: (nullable) (transfer full): a passphrase, a key in PEM
 *
 * Overwrites the text before it frees it.
 */
void
pal_secret_free (char *secret)
{
  if (secret != NULL)
    pal_secret_free_sized (secret, strlen (secret));
}

void
pal_secret_free_sized (char *secret, gsize length)
{
  if (secret != NULL)
    OPENSSL_cleanse (secret, length);
  g_free (secret);
}

static gint64
get_seconds (const ASN1_TIME *time)
{
  struct tm parts = { 0 };

  if (ASN1_TIME_to_tm (time, &parts) != 1)
    {
      ERR_clear_error ();
      return 0;
    }

  return timegm (&parts);
}

gint64
pal_certificate_get_begin (X509 *certificate)
{
  return get_seconds (X509_get0_notBefore (certificate));
}

gint64
pal_certificate_get_end (X509 *certificate)
{
  return get_seconds (X509_get0_notAfter (certificate));
}

static char *
dup_day (gint64 seconds)
{
  g_autofree char *text = pal_clock_format_rfc3339 (seconds * G_USEC_PER_SEC);

  return g_strndup (text, strlen ("2026-11-23"));
}

gboolean
pal_certificate_check_time (X509 *certificate, gint64 now, GError **error)
{
  gint64 begin = pal_certificate_get_begin (certificate);
  gint64 end = pal_certificate_get_end (certificate);
  g_autofree char *today = dup_day (now);
  g_autofree char *first = dup_day (begin);
  g_autofree char *last = dup_day (end);

  if (now < begin)
    g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_CLOCK,
                 "the certificate is valid from %s on, and the clock of this computer says %s",
                 first, today);
  else if (now > end)
    g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_EXPIRED,
                 "the certificate was valid until %s, and the clock of this computer says %s", last,
                 today);
  else
    return TRUE;

  return FALSE;
}
