// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-token"
/* OpenSSL 3.0 knows foreign keys as ENGINEs, as methods of RSA and EC keys, and as providers. An
 * engine would be the first to go, and tells nothing of PINs; a provider is a library of its own.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "config.h"

#include "pal-token-private.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#define MAX_POINT_BYTES 133 /* of P-521, uncompressed */
#define MAX_COORDINATE_BYTES 66

static GPrivate trouble = G_PRIVATE_INIT ((GDestroyNotify) g_error_free);

/* Made once; OpenSSL keeps them until the process ends. */
typedef struct
{
  RSA_METHOD *rsa;
  EC_KEY_METHOD *ec;
  int rsa_index;
  int ec_index;
} Methods;

gboolean
pal_token_take_trouble (GError **error)
{
  GError *kept = g_private_get (&trouble);

  if (kept == NULL)
    return FALSE;
  if (error != NULL)
    *error = g_error_copy (kept);
  pal_token_forget_trouble ();

  return TRUE;
}

void
pal_token_forget_trouble (void)
{
  g_private_replace (&trouble, NULL);
}

static int
fail (GError *error)
{
  g_private_replace (&trouble, error);

  return -1;
}

static gboolean
fail_mismatch (void)
{
  fail (g_error_new (PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_MISMATCH,
                     "the key on the token is not the one of its certificate"));

  return FALSE;
}

/* --- RSA --- */

static Methods *get_methods (void);

static PalTokenSession *
get_rsa_session (RSA *rsa)
{
  return RSA_get_ex_data (rsa, get_methods ()->rsa_index);
}

/* That key and certificate belong together is nothing but a label on the token: a signature that
 * does not hold must not leave. It also catches a token that errs. */
static gboolean
check_rsa (RSA *rsa, const guint8 *wanted, int wanted_length, const guint8 *signature, int length,
           int padding)
{
  g_autofree guint8 *seen = g_malloc0 (RSA_size (rsa));
  int n = RSA_public_decrypt (length, signature, seen, rsa, padding);

  return (n == wanted_length && memcmp (seen, wanted, n) == 0) || fail_mismatch ();
}

static int
rsa_sign (int length, const guint8 *from, guint8 *to, RSA *rsa, int padding)
{
  GError *error = NULL;
  gsize n = RSA_size (rsa);

  if (padding != RSA_PKCS1_PADDING && padding != RSA_NO_PADDING)
    return -1;
  if (!pal_token_session_run (get_rsa_session (rsa),
                              padding == RSA_NO_PADDING ? PAL_TOKEN_SIGN_RSA_RAW
                                                        : PAL_TOKEN_SIGN_RSA,
                              from, length, to, &n, &error))
    return fail (error);

  return check_rsa (rsa, from, length, to, n, padding) ? (int) n : -1;
}

static int
rsa_decrypt (int length, const guint8 *from, guint8 *to, RSA *rsa, int padding)
{
  GError *error = NULL;
  gsize n = RSA_size (rsa);

  if (padding != RSA_PKCS1_PADDING && padding != RSA_NO_PADDING)
    return -1;
  if (!pal_token_session_run (get_rsa_session (rsa),
                              padding == RSA_NO_PADDING ? PAL_TOKEN_DECRYPT_RSA_RAW
                                                        : PAL_TOKEN_DECRYPT_RSA,
                              from, length, to, &n, &error))
    return fail (error);

  return n;
}

/* --- EC --- */

static ECDSA_SIG *
ec_sign (const guint8 *digest, int length, const BIGNUM *inverse, const BIGNUM *r, EC_KEY *key)
{
  PalTokenSession *session = EC_KEY_get_ex_data (key, get_methods ()->ec_index);
  guint8 raw[2 * MAX_COORDINATE_BYTES];
  gsize n = sizeof raw;
  GError *error = NULL;
  ECDSA_SIG *signature;

  if (!pal_token_session_run (session, PAL_TOKEN_SIGN_ECDSA, digest, length, raw, &n, &error))
    {
      fail (error);
      return NULL;
    }
  signature = ECDSA_SIG_new ();
  if (signature == NULL
      || ECDSA_SIG_set0 (signature, BN_bin2bn (raw, n / 2, NULL),
                         BN_bin2bn (raw + n / 2, n / 2, NULL))
             != 1
      || (ECDSA_do_verify (digest, length, signature, key) != 1 && !fail_mismatch ()))
    {
      ECDSA_SIG_free (signature);
      return NULL;
    }

  return signature;
}

static int
ec_derive (guint8 **secret, gsize *length, const EC_POINT *other, const EC_KEY *key)
{
  PalTokenSession *session = EC_KEY_get_ex_data (key, get_methods ()->ec_index);
  const EC_GROUP *group = EC_KEY_get0_group (key);
  guint8 point[MAX_POINT_BYTES];
  gsize n_point
      = EC_POINT_point2oct (group, other, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL);
  gsize n = (EC_GROUP_get_degree (group) + 7) / 8;
  GError *error = NULL;

  *secret = n_point > 0 ? OPENSSL_malloc (n) : NULL;
  if (*secret == NULL)
    return 0;
  if (!pal_token_session_run (session, PAL_TOKEN_DERIVE_ECDH, point, n_point, *secret, &n, &error))
    {
      fail (error);
      OPENSSL_free (*secret);
      *secret = NULL;
      return 0;
    }
  *length = n;

  return 1;
}

/* --- Keys --- */

static void
free_session (void *parent, void *session, CRYPTO_EX_DATA *data, int index, long number,
              void *pointer)
{
  if (session != NULL)
    pal_token_session_unref (session);
}

static int
copy_session (CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **session, int index,
              long number, void *pointer)
{
  if (*session != NULL)
    pal_token_session_ref (*session);

  return 1;
}

static Methods *
get_methods (void)
{
  static Methods methods;
  static gsize made;

  if (g_once_init_enter (&made))
    {
      int (*ec_sign_whole) (int, const guint8 *, int, guint8 *, guint *, const BIGNUM *,
                            const BIGNUM *, EC_KEY *)
          = NULL;
      int (*ec_setup) (EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **) = NULL;

      methods.rsa = RSA_meth_dup (RSA_PKCS1_OpenSSL ());
      RSA_meth_set1_name (methods.rsa, "Palermo token");
      RSA_meth_set_flags (methods.rsa, RSA_FLAG_EXT_PKEY | RSA_METHOD_FLAG_NO_CHECK);
      RSA_meth_set_priv_enc (methods.rsa, rsa_sign);
      RSA_meth_set_priv_dec (methods.rsa, rsa_decrypt);
      methods.ec = EC_KEY_METHOD_new (EC_KEY_OpenSSL ());
      EC_KEY_METHOD_get_sign (methods.ec, &ec_sign_whole, &ec_setup, NULL);
      EC_KEY_METHOD_set_sign (methods.ec, ec_sign_whole, ec_setup, ec_sign);
      EC_KEY_METHOD_set_compute_key (methods.ec, ec_derive);
      methods.rsa_index = RSA_get_ex_new_index (0, NULL, NULL, copy_session, free_session);
      methods.ec_index = EC_KEY_get_ex_new_index (0, NULL, NULL, copy_session, free_session);
      g_once_init_leave (&made, 1);
    }

  return &methods;
}

static EVP_PKEY *
new_rsa (PalTokenSession *session, EVP_PKEY *public_key)
{
  EVP_PKEY *key = EVP_PKEY_new ();
  RSA *rsa = RSAPublicKey_dup (EVP_PKEY_get0_RSA (public_key));

  if (key != NULL && rsa != NULL && RSA_set_method (rsa, get_methods ()->rsa) == 1
      && RSA_set_ex_data (rsa, get_methods ()->rsa_index, pal_token_session_ref (session)) == 1
      && EVP_PKEY_assign_RSA (key, rsa) == 1)
    return key;
  RSA_free (rsa);
  EVP_PKEY_free (key);

  return NULL;
}

static EVP_PKEY *
new_ec (PalTokenSession *session, EVP_PKEY *public_key)
{
  EVP_PKEY *key = EVP_PKEY_new ();
  EC_KEY *ec = EC_KEY_dup (EVP_PKEY_get0_EC_KEY (public_key));

  if (key != NULL && ec != NULL && EC_KEY_set_method (ec, get_methods ()->ec) == 1
      && EC_KEY_set_ex_data (ec, get_methods ()->ec_index, pal_token_session_ref (session)) == 1
      && EVP_PKEY_assign_EC_KEY (key, ec) == 1)
    return key;
  EC_KEY_free (ec);
  EVP_PKEY_free (key);

  return NULL;
}

EVP_PKEY *
pal_token_key_new (PalTokenSession *session, X509 *certificate, GError **error)
{
  EVP_PKEY *public_key = X509_get0_pubkey (certificate);
  g_autoptr (GError) local_error = NULL;
  EVP_PKEY *key = NULL;

  if (public_key == NULL || !pal_signing_check_key (public_key, NULL, &local_error))
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_UNSUPPORTED, "%s",
                   local_error != NULL ? local_error->message : "no usable public key");
      ERR_clear_error ();
      return NULL;
    }
  switch (EVP_PKEY_get_base_id (public_key))
    {
    case EVP_PKEY_RSA:
      key = new_rsa (session, public_key);
      break;
    case EVP_PKEY_EC:
      key = new_ec (session, public_key);
      break;
    default:
      break;
    }
  if (key == NULL)
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_UNSUPPORTED,
                   "a kind of key that cannot be used from a token");
      ERR_clear_error ();
    }

  return key;
}

gboolean
pal_token_key_check (EVP_PKEY *key)
{
  const RSA *rsa = NULL;
  const EC_KEY *ec = NULL;

  switch (EVP_PKEY_get_base_id (key))
    {
    case EVP_PKEY_RSA:
      rsa = EVP_PKEY_get0_RSA (key);
      return rsa != NULL && RSA_get_method (rsa) == get_methods ()->rsa;
    case EVP_PKEY_EC:
      ec = EVP_PKEY_get0_EC_KEY (key);
      return ec != NULL && EC_KEY_get_method (ec) == get_methods ()->ec;
    default:
      return FALSE;
    }
}
