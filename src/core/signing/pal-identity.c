// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-identity"
#include "config.h"

#include "pal-certificate-info.h"
#include "pal-signing-private.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/prctl.h>

#define COMMON_NAME_CHARACTERS 64 /* ub-common-name, RFC 5280 */
#define SERIAL_BITS 127
#define VALID_DAYS 730
/* The receiver's clock may run behind ours: without this a fresh key would be "not yet valid". */
#define BACKDATE_SECONDS 3600
/* 1 January 2026: a clock that says less stands wrong, and what it dates would be refused. */
#define EARLIEST_CLOCK G_GINT64_CONSTANT (1767225600)

struct _PalIdentity
{
  GObject parent_instance;

  EVP_PKEY *key;              /* (owned) */
  X509 *certificate;          /* (owned) */
  PalCertificates *chain;     /* (owned) (nullable) */
  char *subject;              /* (owned) */
  char *common_name;          /* (owned) */
  char *fingerprint;          /* (owned) */
  const char *old_encryption; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (PalIdentity, pal_identity, G_TYPE_OBJECT)

static void
pal_identity_finalize (GObject *object)
{
  PalIdentity *self = PAL_IDENTITY (object);

  EVP_PKEY_free (self->key); /* cleanses it */
  X509_free (self->certificate);
  pal_certificates_free (self->chain);
  g_free (self->subject);
  g_free (self->common_name);
  g_free (self->fingerprint);

  G_OBJECT_CLASS (pal_identity_parent_class)->finalize (object);
}

static void
pal_identity_class_init (PalIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_identity_finalize;

  /* From the first identity on, no core file of this process may hold a key. */
  if (prctl (PR_SET_DUMPABLE, 0) != 0)
    g_debug ("core files cannot be switched off");
}

static void
pal_identity_init (PalIdentity *self)
{
}

PalIdentity *
pal_identity_new_take (EVP_PKEY *key, X509 *certificate, PalCertificates *chain)
{
  PalIdentity *self = g_object_new (PAL_TYPE_IDENTITY, NULL);

  self->key = key;
  self->certificate = certificate;
  self->chain = chain;
  self->subject = pal_certificate_dup_subject (certificate);
  self->common_name = pal_certificate_dup_common_name (certificate);
  self->fingerprint = pal_certificate_dup_fingerprint (certificate);

  return self;
}

EVP_PKEY *
pal_identity_get_key (PalIdentity *self)
{
  return self->key;
}

X509 *
pal_identity_get_certificate (PalIdentity *self)
{
  return self->certificate;
}

PalCertificates *
pal_identity_get_chain (PalIdentity *self)
{
  return self->chain;
}

void
pal_identity_set_old_encryption (PalIdentity *self, const char *encryption)
{
  self->old_encryption = encryption;
}

static gboolean
set_serial (X509 *certificate)
{
  BIGNUM *serial = BN_new ();
  gboolean ok = serial != NULL
                && BN_rand (serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
                && BN_to_ASN1_INTEGER (serial, X509_get_serialNumber (certificate)) != NULL;

  BN_free (serial);

  return ok;
}

static gboolean
set_name (X509 *certificate, const char *common_name)
{
  X509_NAME *name = X509_get_subject_name (certificate);
  g_autofree char *valid = g_utf8_make_valid (common_name, -1);
  g_autofree char *shortened
      = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), COMMON_NAME_CHARACTERS));

  return X509_NAME_add_entry_by_NID (name, NID_commonName, MBSTRING_UTF8,
                                     (const guchar *) (*shortened != '\0' ? shortened : "Palermo"),
                                     -1, -1, 0)
             == 1
         && X509_set_issuer_name (certificate, name) == 1;
}

static gboolean
add_extension (X509 *certificate, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;
  gboolean ok;

  X509V3_set_ctx (&context, certificate, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  ok = extension != NULL && X509_add_ext (certificate, extension, -1) == 1;
  X509_EXTENSION_free (extension);

  return ok;
}

static PalIdentity *
create (const char *common_name, gboolean server, GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) certificate = X509_new ();

  if (time (NULL) < EARLIEST_CLOCK)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_CLOCK,
                   "the clock of this computer stands years behind");
      return NULL;
    }
  if (key == NULL || certificate == NULL || X509_set_version (certificate, X509_VERSION_3) != 1
      || !set_serial (certificate) || !set_name (certificate, common_name)
      || X509_gmtime_adj (X509_getm_notBefore (certificate), -BACKDATE_SECONDS) == NULL
      || X509_time_adj_ex (X509_getm_notAfter (certificate), VALID_DAYS, 0, NULL) == NULL
      || X509_set_pubkey (certificate, key) != 1
      || !add_extension (certificate, NID_basic_constraints, "critical,CA:FALSE")
      /* Without nonRepudiation other validators (EU DSS) warn. */
      || !add_extension (certificate, NID_key_usage, "critical,digitalSignature,nonRepudiation")
      || !add_extension (certificate, NID_subject_key_identifier, "hash")
      || (server
          && (!add_extension (certificate, NID_ext_key_usage, "serverAuth")
              || !add_extension (certificate, NID_subject_alt_name,
                                 "DNS:localhost,IP:127.0.0.1,IP:::1")))
      || X509_sign (certificate, key, EVP_sha256 ()) == 0)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_FAILED, "cannot make a key");
      return NULL;
    }

  return pal_identity_new_take (g_steal_pointer (&key), g_steal_pointer (&certificate), NULL);
}

/**
 * pal_identity_create:
 * @common_name: shown to the receiver; at most 64 characters are kept (RFC 5280)
 * @error: return location
 *
 * Makes a P-256 key with a self-signed certificate that is valid for two years, for signatures that
 * bind (digitalSignature, nonRepudiation). Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): an identity, or %NULL with %PAL_SIGNING_ERROR_FAILED, or
 * %PAL_SIGNING_ERROR_CLOCK when the clock of this computer says a day before this program was made
 */
PalIdentity *
pal_identity_create (const char *common_name, GError **error)
{
  g_return_val_if_fail (common_name != NULL, NULL);

  return create (common_name, FALSE, error);
}

/**
 * pal_identity_create_server:
 * @common_name: name of the server
 * @error: return location
 *
 * The same for a TLS server on this machine: valid for "localhost", 127.0.0.1 and ::1. Blocking;
 * any thread.
 *
 * Returns: (transfer full) (nullable): an identity, or %NULL with %PAL_SIGNING_ERROR_FAILED
 */
PalIdentity *
pal_identity_create_server (const char *common_name, GError **error)
{
  g_return_val_if_fail (common_name != NULL, NULL);

  return create (common_name, TRUE, error);
}

static char *
dup_bio_text (BIO *bio)
{
  char *text = NULL;
  long length = BIO_get_mem_data (bio, &text);

  return g_strndup (text, length);
}

/**
 * pal_identity_dup_certificate_pem:
 * @self: an identity
 *
 * Returns: (transfer full): the certificate and those of its chain as PEM (RFC 7468)
 */
char *
pal_identity_dup_certificate_pem (PalIdentity *self)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());

  g_return_val_if_fail (PAL_IS_IDENTITY (self), NULL);

  PEM_write_bio_X509 (bio, self->certificate);
  for (int i = 0; self->chain != NULL && i < sk_X509_num (self->chain); i++)
    PEM_write_bio_X509 (bio, sk_X509_value (self->chain, i));

  return dup_bio_text (bio);
}

/**
 * pal_identity_dup_key_pem:
 * @self: an identity
 *
 * The key without encryption, for a module that must start unattended, and for tests.
 *
 * Returns: (transfer full): PKCS#8 as PEM; free with pal_secret_free()
 */
char *
pal_identity_dup_key_pem (PalIdentity *self)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_secmem ());

  g_return_val_if_fail (PAL_IS_IDENTITY (self), NULL);

  PEM_write_bio_PKCS8PrivateKey (bio, self->key, NULL, NULL, 0, NULL, NULL);

  return dup_bio_text (bio);
}

/**
 * pal_identity_get_subject:
 * @self: an identity
 *
 * Returns: (transfer none): the subject of the certificate as in RFC 4514, "CN=..."
 */
const char *
pal_identity_get_subject (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), NULL);

  return self->subject;
}

/**
 * pal_identity_get_common_name:
 * @self: an identity
 *
 * Returns: (transfer none): the name alone, "" if the certificate has none
 */
const char *
pal_identity_get_common_name (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), NULL);

  return self->common_name;
}

/**
 * pal_identity_get_fingerprint:
 * @self: an identity
 *
 * Returns: (transfer none): SHA-256 of the certificate, 64 hexadecimal digits
 */
const char *
pal_identity_get_fingerprint (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), NULL);

  return self->fingerprint;
}

/**
 * pal_identity_dup_spoken_fingerprint:
 * @self: an identity
 *
 * For comparing over the telephone: the fingerprint in eight groups of eight digits.
 *
 * Returns: (transfer full): the groups, separated by spaces
 */
char *
pal_identity_dup_spoken_fingerprint (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), g_strdup (""));

  return pal_certificate_dup_spoken_fingerprint (self->fingerprint);
}

/**
 * pal_identity_get_expires:
 * @self: an identity
 *
 * Returns: when the certificate ends, in seconds since 1970
 */
gint64
pal_identity_get_expires (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), 0);

  return pal_certificate_get_end (self->certificate);
}

/**
 * pal_identity_get_begins:
 * @self: an identity
 *
 * Returns: from when the certificate is valid, in seconds since 1970
 */
gint64
pal_identity_get_begins (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), 0);

  return pal_certificate_get_begin (self->certificate);
}

/**
 * pal_identity_check_time:
 * @self: an identity
 * @now: what the clock says, in seconds since 1970
 * @error: return location
 *
 * A signature outside the time of its certificate would be refused wherever it arrives, so none is
 * made: pal_cms_sign() asks this of itself. What was sealed to such a key still opens.
 *
 * Returns: whether one may sign with it; %PAL_SIGNING_ERROR_EXPIRED or %PAL_SIGNING_ERROR_CLOCK
 */
gboolean
pal_identity_check_time (PalIdentity *self, gint64 now, GError **error)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), FALSE);

  return pal_certificate_check_time (self->certificate, now, error);
}

/**
 * pal_identity_get_old_encryption:
 * @self: an identity
 *
 * Returns: (nullable): with which weak encryption of former years the PKCS#12 file was sealed from
 *   which it comes, for people: "RC2 (40 bits)"; say so, and save it anew
 */
const char *
pal_identity_get_old_encryption (PalIdentity *self)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (self), NULL);

  return self->old_encryption;
}
