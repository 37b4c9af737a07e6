// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cms"
#include "config.h"

#include "pal-cms.h"
#include "pal-token-private.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

/* CAdES-B-B (ETSI EN 319 122-1) over CMS (RFC 5652). OpenSSL does the cryptography; what it would
 * let pass and the profile does not (package-format 2.1) is refused here. */

#define SIGNATURE_MAX_BYTES (8 * 1024 * 1024)
#define TRUST_MAX_BYTES (4 * 1024 * 1024)
#define MAX_CERTIFICATES 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)

/**
 * pal_cms_signer_free:
 * @signer: (nullable): a signer
 *
 * Frees it.
 */
void
pal_cms_signer_free (PalCmsSigner *signer)
{
  if (signer == NULL)
    return;

  g_free (signer->reason);
  g_free (signer->subject);
  g_free (signer->common_name);
  g_free (signer->issuer);
  g_free (signer->serial);
  g_free (signer->fingerprint);
  g_free (signer->certificate);
  g_free (signer->algorithm);
  g_free (signer);
}

/* OpenSSL takes no memory without an address, however short. */
static BIO *
open_bytes (GBytes *bytes)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  return BIO_new_mem_buf (data != NULL ? data : "", length);
}

/* The same to be verified. CMS_verify() makes a copy of a memory BIO and loses it when it fails;
 * what comes through a filter it reads as it is. Free with BIO_free_all(). */
static BIO *
open_signed_bytes (GBytes *bytes)
{
  return BIO_push (BIO_new (BIO_f_null ()), open_bytes (bytes));
}

/* --- Signing --- */

static GBytes *
sign (PalIdentity *identity, GBytes *content, guint flags, GError **error)
{
  g_autoptr (BIO) bio = NULL;
  g_autoptr (CMS_ContentInfo) cms = NULL;
  EVP_PKEY *key = pal_identity_get_key (identity);
  CMS_SignerInfo *signer;
  guchar *der = NULL;
  GBytes *result;
  int length = -1;
  gboolean pss = EVP_PKEY_get_base_id (key) == EVP_PKEY_RSA_PSS;

  if (!pal_identity_check_time (identity, time (NULL), error))
    return NULL;
  flags |= CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP | CMS_PARTIAL;
  ERR_clear_error ();
  pal_token_forget_trouble ();
  bio = open_bytes (content);
  cms = CMS_sign (NULL, NULL, pal_identity_get_chain (identity), NULL, flags);
  /* SHA-256 by name: with SHA-1 the ESS attribute would silently become version 1. An RSA-PSS key
   * needs its parameters in the structure, which only CMS_KEY_PARAM gives a place. */
  signer = bio != NULL && cms != NULL
               ? CMS_add1_signer (cms, pal_identity_get_certificate (identity), key, EVP_sha256 (),
                                  flags | (pss ? CMS_KEY_PARAM : 0))
               : NULL;
  if (signer != NULL
      && (!pss
          || (EVP_PKEY_CTX_set_rsa_padding (CMS_SignerInfo_get0_pkey_ctx (signer),
                                            RSA_PKCS1_PSS_PADDING)
                  > 0
              && EVP_PKEY_CTX_set_rsa_pss_saltlen (CMS_SignerInfo_get0_pkey_ctx (signer),
                                                   RSA_PSS_SALTLEN_DIGEST)
                     > 0))
      && CMS_final (cms, bio, NULL, flags) == 1)
    length = i2d_CMS_ContentInfo (cms, &der);
  if (length <= 0)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_FAILED, "cannot sign");
      return NULL;
    }
  result = g_bytes_new (der, length);
  OPENSSL_free (der);

  return result;
}

/**
 * pal_cms_sign:
 * @identity: who signs
 * @content: what is signed
 * @error: return location
 *
 * Makes a detached CAdES-B-B signature with SHA-256. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the CMS SignedData in DER, or %NULL with
 * %PAL_SIGNING_ERROR_FAILED, %PAL_SIGNING_ERROR_EXPIRED or %PAL_SIGNING_ERROR_CLOCK
 */
GBytes *
pal_cms_sign (PalIdentity *identity, GBytes *content, GError **error)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), NULL);
  g_return_val_if_fail (content != NULL, NULL);

  return sign (identity, content, CMS_DETACHED, error);
}

/**
 * pal_cms_sign_attached:
 * @identity: who signs
 * @content: what is signed
 * @error: return location
 *
 * The same with @content inside. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the CMS SignedData in DER, or %NULL with
 * %PAL_SIGNING_ERROR_FAILED
 */
GBytes *
pal_cms_sign_attached (PalIdentity *identity, GBytes *content, GError **error)
{
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), NULL);
  g_return_val_if_fail (content != NULL, NULL);

  return sign (identity, content, 0, error);
}

/* --- The profile --- */

static gboolean
fail_malformed (GError **error, const char *message)
{
  ERR_clear_error ();
  g_set_error_literal (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED, message);

  return FALSE;
}

static CMS_ContentInfo *
parse (GBytes *signature, GError **error)
{
  gsize length = 0;
  const guchar *data = g_bytes_get_data (signature, &length);
  const guchar *position = data;
  g_autoptr (CMS_ContentInfo) cms = NULL;

  ERR_clear_error ();
  if (length < 2 || length > SIGNATURE_MAX_BYTES)
    {
      fail_malformed (error, "a signature of an impossible length");
      return NULL;
    }
  /* Indefinite length is BER: two programs may then see two ends. */
  if (data[0] != 0x30 || data[1] == 0x80)
    {
      fail_malformed (error, "the signature is not DER");
      return NULL;
    }
  cms = d2i_CMS_ContentInfo (NULL, &position, length);
  if (cms == NULL || position != data + length)
    {
      fail_malformed (error,
                      cms == NULL ? "the signature is not CMS" : "bytes after the signature");
      return NULL;
    }
  if (OBJ_obj2nid (CMS_get0_type (cms)) != NID_pkcs7_signed)
    {
      fail_malformed (error, "a CMS structure that is no signature");
      return NULL;
    }
  if (OBJ_obj2nid (CMS_get0_eContentType (cms)) != NID_pkcs7_data)
    {
      fail_malformed (error, "signed content of an unknown type");
      return NULL;
    }

  return g_steal_pointer (&cms);
}

static const char *
get_digest_title (int nid)
{
  switch (nid)
    {
    case NID_sha256:
      return "SHA-256";
    case NID_sha384:
      return "SHA-384";
    case NID_sha512:
      return "SHA-512";
    default:
      return NULL;
    }
}

static gboolean
check_pss (const X509_ALGOR *algorithm, int digest_nid, GError **error)
{
  const ASN1_OBJECT *object;
  const void *value = NULL;
  int type = 0;
  RSA_PSS_PARAMS *parameters;
  const ASN1_OBJECT *hash = NULL;
  gboolean ok;

  X509_ALGOR_get0 (&object, &type, &value, algorithm);
  parameters
      = type == V_ASN1_SEQUENCE ? ASN1_item_unpack (value, ASN1_ITEM_rptr (RSA_PSS_PARAMS)) : NULL;
  /* Without a hash the default of RSASSA-PSS would be SHA-1. */
  if (parameters != NULL && parameters->hashAlgorithm != NULL)
    X509_ALGOR_get0 (&hash, NULL, NULL, parameters->hashAlgorithm);
  ok = hash != NULL && OBJ_obj2nid (hash) == digest_nid;
  RSA_PSS_PARAMS_free (parameters);

  return ok ? TRUE : fail_malformed (error, "RSA-PSS with a weak or different digest");
}

/* Digest, signature algorithm and key belong together and are strong enough. */
static char *
check_algorithms (CMS_SignerInfo *signer, X509 *certificate, GError **error)
{
  X509_ALGOR *digest_algorithm = NULL;
  X509_ALGOR *signature_algorithm = NULL;
  const ASN1_OBJECT *object = NULL;
  EVP_PKEY *key = X509_get0_pubkey (certificate);
  g_autofree char *key_title = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *digest_title;
  int digest_nid;
  int signature_nid;
  int of_digest = NID_undef;
  gboolean is_pss;

  CMS_SignerInfo_get0_algs (signer, NULL, NULL, &digest_algorithm, &signature_algorithm);
  X509_ALGOR_get0 (&object, NULL, NULL, digest_algorithm);
  digest_nid = OBJ_obj2nid (object);
  digest_title = get_digest_title (digest_nid);
  if (digest_title == NULL)
    {
      fail_malformed (error, "a digest other than SHA-256, SHA-384 and SHA-512");
      return NULL;
    }
  if (key == NULL || !pal_signing_check_key (key, &key_title, &local_error))
    {
      fail_malformed (error, local_error != NULL ? local_error->message : "no usable public key");
      return NULL;
    }

  X509_ALGOR_get0 (&object, NULL, NULL, signature_algorithm);
  signature_nid = OBJ_obj2nid (object);
  is_pss = signature_nid == NID_rsassaPss;
  if (is_pss)
    {
      if (EVP_PKEY_get_base_id (key) == EVP_PKEY_EC)
        {
          fail_malformed (error, "a signature algorithm that does not fit the key");
          return NULL;
        }
      if (!check_pss (signature_algorithm, digest_nid, error))
        return NULL;
    }
  else if (signature_nid == NID_rsaEncryption)
    {
      if (EVP_PKEY_get_base_id (key) != EVP_PKEY_RSA)
        {
          fail_malformed (error, "a signature algorithm that does not fit the key");
          return NULL;
        }
    }
  else if (OBJ_find_sigid_algs (signature_nid, &of_digest, NULL) != 1 || of_digest != digest_nid)
    {
      fail_malformed (error, "a signature algorithm that is weak or does not fit the digest");
      return NULL;
    }

  if (is_pss && g_str_has_prefix (key_title, "RSA-") && !g_str_has_prefix (key_title, "RSA-PSS-"))
    return g_strdup_printf ("RSA-PSS-%s with %s", key_title + strlen ("RSA-"), digest_title);

  return g_strdup_printf ("%s with %s", key_title, digest_title);
}

/* CAdES-B-B wants four signed attributes, once each; without any, the signature would be over the
 * bare content, which is a way to pass one kind of statement off as another. */
static gboolean
check_attributes (CMS_SignerInfo *signer, GError **error)
{
  static const int wanted[]
      = { NID_pkcs9_contentType, NID_pkcs9_messageDigest, NID_id_smime_aa_signingCertificateV2 };

  if (CMS_signed_get_attr_count (signer) <= 0)
    return fail_malformed (error, "a signature without signed attributes");
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      int first = CMS_signed_get_attr_by_NID (signer, wanted[i], -1);

      if (first < 0 || CMS_signed_get_attr_by_NID (signer, wanted[i], first) >= 0)
        return fail_malformed (error, "a signed attribute of CAdES is missing or double");
    }

  return TRUE;
}

static gint64
get_claimed_time (CMS_SignerInfo *signer)
{
  int index = CMS_signed_get_attr_by_NID (signer, NID_pkcs9_signingTime, -1);
  X509_ATTRIBUTE *attribute = index >= 0 ? CMS_signed_get_attr (signer, index) : NULL;
  ASN1_TYPE *value = attribute != NULL ? X509_ATTRIBUTE_get0_type (attribute, 0) : NULL;
  struct tm tm;

  if (value == NULL
      || (ASN1_TYPE_get (value) != V_ASN1_UTCTIME
          && ASN1_TYPE_get (value) != V_ASN1_GENERALIZEDTIME)
      || ASN1_TIME_to_tm (value->value.asn1_string, &tm) != 1)
    {
      ERR_clear_error ();
      return 0;
    }

  return timegm (&tm);
}

/* The only signer, with its certificate, which must be inside. */
static CMS_SignerInfo *
find_signer (CMS_ContentInfo *cms, PalCertificates *embedded, X509 **certificate, GError **error)
{
  STACK_OF (CMS_SignerInfo) *signers = CMS_get0_SignerInfos (cms);
  CMS_SignerInfo *signer;

  if (signers == NULL || sk_CMS_SignerInfo_num (signers) == 0)
    {
      fail_malformed (error, "a signature file without a signer");
      return NULL;
    }
  if (sk_CMS_SignerInfo_num (signers) > 1)
    {
      fail_malformed (error, "more than one signer in one signature file");
      return NULL;
    }
  if (embedded == NULL || sk_X509_num (embedded) == 0)
    {
      fail_malformed (error, "the signer's certificate is missing");
      return NULL;
    }
  if (sk_X509_num (embedded) > MAX_CERTIFICATES)
    {
      fail_malformed (error, "too many certificates in one signature file");
      return NULL;
    }

  signer = sk_CMS_SignerInfo_value (signers, 0);
  for (int i = 0; i < sk_X509_num (embedded); i++)
    if (CMS_SignerInfo_cert_cmp (signer, sk_X509_value (embedded, i)) == 0)
      {
        *certificate = sk_X509_value (embedded, i);
        CMS_SignerInfo_set1_signer_cert (signer, *certificate);
        return signer;
      }
  fail_malformed (error, "the signer's certificate is missing");

  return NULL;
}

/* --- Integrity and trust, apart from each other --- */

/* OpenSSL cannot check the ESS attribute without a chain: give it one that always holds, made of
 * the signer alone. So this says nothing of trust. */
static gboolean
check_integrity (CMS_ContentInfo *cms, GBytes *content, X509 *certificate, BIO *out, GError **error)
{
  g_autoptr (BIO) first = NULL;
  g_autoptr (BIO) second = NULL;
  g_autoptr (X509_STORE) store = X509_STORE_new ();

  if (content != NULL)
    {
      first = open_signed_bytes (content);
      second = open_signed_bytes (content);
    }
  if (CMS_verify (cms, NULL, NULL, first, out, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_INVALID,
                                     "the signature does not hold");
      return FALSE;
    }

  X509_STORE_add_cert (store, certificate);
  X509_STORE_set_flags (store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  X509_STORE_set_purpose (store, X509_PURPOSE_ANY);
  if (CMS_verify (cms, NULL, store, second, NULL, CMS_BINARY | CMS_CADES) != 1)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_INVALID,
                                     "the signature does not hold for its certificate");
      return FALSE;
    }

  return TRUE;
}

static gboolean
add_trust (X509_STORE *store, const char *path, GError **error)
{
  gsize length = 0;
  g_autofree char *text = NULL;
  g_autoptr (BIO) bio = NULL;
  X509 *certificate;
  guint n_certificates = 0;

  if (g_str_has_prefix (path, PAL_PEM_BEGIN))
    {
      text = g_strdup (path);
      length = strlen (text);
    }
  else
    text = pal_signing_read_file (path, TRUST_MAX_BYTES, &length, error);
  if (text == NULL)
    return FALSE;
  bio = BIO_new_mem_buf (text, length);
  while ((certificate = PEM_read_bio_X509_AUX (bio, NULL, NULL, NULL)) != NULL)
    {
      X509_STORE_add_cert (store, certificate);
      X509_free (certificate);
      n_certificates++;
    }
  ERR_clear_error ();
  if (n_certificates == 0)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "no certificate in a file of trusted certificates");
      return FALSE;
    }

  return TRUE;
}

static X509_STORE *
load_trust (GPtrArray *trust, GError **error)
{
  g_autoptr (X509_STORE) store = X509_STORE_new ();

  for (guint i = 0; trust != NULL && i < trust->len; i++)
    if (!add_trust (store, g_ptr_array_index (trust, i), error))
      return NULL;

  return g_steal_pointer (&store);
}

static char *
judge_trust (X509_STORE *store, X509 *certificate, PalCertificates *embedded, gint64 at)
{
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  X509_VERIFY_PARAM *parameters;
  guint32 usage = X509_get_key_usage (certificate);
  int code;

  if (context == NULL || X509_STORE_CTX_init (context, store, certificate, embedded) != 1)
    {
      ERR_clear_error ();
      return g_strdup ("the chain cannot be checked");
    }
  parameters = X509_STORE_CTX_get0_param (context);
  /* A pinned certificate need not be a root. */
  X509_VERIFY_PARAM_set_flags (parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time (parameters, at);
  X509_VERIFY_PARAM_set_purpose (parameters, X509_PURPOSE_ANY);
  X509_VERIFY_PARAM_set_auth_level (parameters, 2); /* 112 bits: no SHA-1, RSA from 2048 */
  if (X509_verify_cert (context) != 1)
    {
      code = X509_STORE_CTX_get_error (context);
      ERR_clear_error ();
      if (code == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
        return g_strdup ("the signer is not known here");
      return g_strdup (X509_verify_cert_error_string (code));
    }
  /* UINT32_MAX: the certificate restricts nothing. */
  if (usage != UINT32_MAX && (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
    return g_strdup ("the certificate is not made for signatures");

  return NULL;
}

static PalCmsSigner *
verify (GBytes *signature, GBytes *content, GPtrArray *trust, gint64 at, GBytes **attached,
        GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (X509_STORE) store = NULL;
  g_autoptr (PalCertificates) embedded = NULL;
  g_autoptr (PalCmsSigner) result = NULL;
  g_autoptr (BIO) out = NULL;
  g_autofree char *algorithm = NULL;
  CMS_SignerInfo *signer;
  X509 *certificate = NULL;
  ASN1_OCTET_STRING **inside;
  char *text = NULL;
  long length;

  store = load_trust (trust, error);
  if (store == NULL)
    return NULL;
  cms = parse (signature, error);
  if (cms == NULL)
    return NULL;
  inside = CMS_get0_content (cms);
  if (inside == NULL || (*inside != NULL) != (attached != NULL))
    {
      fail_malformed (error, attached != NULL ? "a signature without its content"
                                              : "a signature with content of its own");
      return NULL;
    }
  embedded = CMS_get1_certs (cms);
  signer = find_signer (cms, embedded, &certificate, error);
  if (signer == NULL || !check_attributes (signer, error))
    return NULL;
  algorithm = check_algorithms (signer, certificate, error);
  if (algorithm == NULL)
    return NULL;
  if (attached != NULL)
    out = BIO_new (BIO_s_mem ());
  if (!check_integrity (cms, content, certificate, out, error))
    return NULL;

  result = g_new0 (PalCmsSigner, 1);
  result->claimed_time = get_claimed_time (signer);
  if (at < 0)
    at = result->claimed_time;
  if (at == 0)
    at = time (NULL);
  result->reason = judge_trust (store, certificate, embedded, at);
  result->trusted = result->reason == NULL;
  result->subject = pal_certificate_dup_subject (certificate);
  result->common_name = pal_certificate_dup_common_name (certificate);
  result->issuer = pal_certificate_dup_issuer (certificate);
  result->serial = pal_certificate_dup_serial (certificate);
  result->fingerprint = pal_certificate_dup_fingerprint (certificate);
  result->certificate = pal_certificate_dup_pem (certificate);
  result->algorithm = g_steal_pointer (&algorithm);

  if (attached != NULL)
    {
      length = BIO_get_mem_data (out, &text);
      *attached = g_bytes_new (text, length);
    }

  return g_steal_pointer (&result);
}

/**
 * pal_cms_verify:
 * @signature: CMS SignedData in DER
 * @content: what it is said to sign
 * @trust: (nullable) (element-type utf8): paths of PEM files with trusted certificates, or the text
 *     of such a file
 * @at: when trust is judged, in seconds since 1970; 0: now; %PAL_CMS_AT_CLAIMED_TIME: the time that
 *     the signer claims
 * @error: return location
 *
 * Checks a detached signature, first whether it holds, then whether the signer is trusted.
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the signer, trusted or not; %NULL with
 * %PAL_SIGNING_ERROR_INVALID when the signature does not hold, %PAL_SIGNING_ERROR_MALFORMED when
 * it is outside the profile, %PAL_SIGNING_ERROR_KEY or a #GIOErrorEnum error when a file of @trust
 * cannot be used
 */
PalCmsSigner *
pal_cms_verify (GBytes *signature, GBytes *content, GPtrArray *trust, gint64 at, GError **error)
{
  g_return_val_if_fail (signature != NULL && content != NULL, NULL);

  return verify (signature, content, trust, at, NULL, error);
}

/**
 * pal_cms_verify_attached:
 * @signature: CMS SignedData in DER, with its content
 * @trust: (nullable) (element-type utf8): as in pal_cms_verify()
 * @at: as in pal_cms_verify()
 * @content: (out): what was signed
 * @error: return location
 *
 * Checks a signature that carries its content. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): as pal_cms_verify()
 */
PalCmsSigner *
pal_cms_verify_attached (GBytes *signature, GPtrArray *trust, gint64 at, GBytes **content,
                         GError **error)
{
  g_return_val_if_fail (signature != NULL && content != NULL, NULL);

  return verify (signature, NULL, trust, at, content, error);
}

/**
 * pal_cms_check_trust_file:
 * @path: a PEM file
 * @error: return location
 *
 * Says early whether a file can serve as trust, before anything is judged with it.
 *
 * Returns: whether it holds a certificate
 */
gboolean
pal_cms_check_trust_file (const char *path, GError **error)
{
  g_autoptr (X509_STORE) store = X509_STORE_new ();

  g_return_val_if_fail (path != NULL, FALSE);

  return add_trust (store, path, error);
}
