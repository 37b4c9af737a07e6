// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-identity"
#include "config.h"

#include "pal-signing-private.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

/* PKCS#12 (RFC 7292) as it comes from anywhere: of today and of former years, one key in it. */

/* All rounds of a file together; a laptop does so many in some seconds. The file says how many it
 * wants, and could want a year of them. */
#define MAX_ROUNDS 10000000

static const struct
{
  int nid;
  const char *name;
} old_encryptions[] = {
  { NID_pbe_WithSHA1And40BitRC2_CBC, "RC2 (40 bits)" },
  { NID_pbe_WithSHA1And128BitRC2_CBC, "RC2 (128 bits)" },
  { NID_pbe_WithSHA1And40BitRC4, "RC4 (40 bits)" },
  { NID_pbe_WithSHA1And128BitRC4, "RC4 (128 bits)" },
  { NID_pbe_WithSHA1And2_Key_TripleDES_CBC, "3DES (2 keys)" },
  { NID_pbe_WithSHA1And3_Key_TripleDES_CBC, "3DES" },
};

typedef struct
{
  EVP_PKEY *key;           /* (owned) (nullable) */
  X509 *certificate;       /* (owned) (nullable) */
  PalCertificates *others; /* (owned) (nullable) */
  const char *old;         /* (nullable): the weakest encryption that was met */
  guint n_keys;
  guint64 rounds; /* what opening it costs */
} Content;

static void
content_clear (Content *self)
{
  EVP_PKEY_free (self->key);
  X509_free (self->certificate);
  pal_certificates_free (self->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Content, content_clear)

static PKCS12 *
decode (const char *bytes, gsize length, OSSL_LIB_CTX *context)
{
  const guchar *position = (const guchar *) bytes;
  PKCS12 *pkcs12 = PKCS12_init_ex (NID_pkcs7_data, context, NULL);

  if (pkcs12 != NULL && d2i_PKCS12 (&pkcs12, &position, length) != NULL)
    return pkcs12;
  PKCS12_free (pkcs12);

  return NULL;
}

/* The table goes from weak to less weak. */
static void
note_encryption (Content *self, const X509_ALGOR *algorithm)
{
  const ASN1_OBJECT *object = NULL;
  int nid;

  X509_ALGOR_get0 (&object, NULL, NULL, algorithm);
  nid = OBJ_obj2nid (object);
  for (guint i = 0; i < G_N_ELEMENTS (old_encryptions) && old_encryptions[i].name != self->old; i++)
    if (old_encryptions[i].nid == nid)
      {
        self->old = old_encryptions[i].name;
        return;
      }
}

/* --- What opening costs --- */

static guint64
get_number (const ASN1_INTEGER *number)
{
  uint64_t value = 0;

  /* A negative one, or one that is larger still. */
  if (ASN1_INTEGER_get_uint64 (&value, number) != 1)
    return G_MAXUINT32;

  return MIN (value, G_MAXUINT32);
}

/* RFC 7914: the work grows with the product. */
static guint64
count_scrypt (const SCRYPT_PARAMS *scrypt)
{
  guint64 work = get_number (scrypt->costParameter) * get_number (scrypt->blockSize);

  return MIN (work, G_MAXUINT32) * get_number (scrypt->parallelizationParameter);
}

static guint64
count_rounds (const X509_ALGOR *algorithm)
{
  const ASN1_OBJECT *object = NULL;
  const void *value = NULL;
  PBE2PARAM *pbes2 = NULL;
  PBKDF2PARAM *pbkdf2 = NULL;
  SCRYPT_PARAMS *scrypt = NULL;
  PBEPARAM *pbe = NULL;
  guint64 rounds = 0;
  int type = 0;

  X509_ALGOR_get0 (&object, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE)
    return 0;
  switch (OBJ_obj2nid (object))
    {
    case NID_pbes2:
      pbes2 = ASN1_item_unpack (value, ASN1_ITEM_rptr (PBE2PARAM));
      /* One level: a derivation within a derivation is none. */
      if (pbes2 != NULL && OBJ_obj2nid (pbes2->keyfunc->algorithm) != NID_pbes2)
        rounds = count_rounds (pbes2->keyfunc);
      PBE2PARAM_free (pbes2);
      break;
    case NID_id_pbkdf2:
      pbkdf2 = ASN1_item_unpack (value, ASN1_ITEM_rptr (PBKDF2PARAM));
      rounds = pbkdf2 != NULL ? get_number (pbkdf2->iter) : 0;
      PBKDF2PARAM_free (pbkdf2);
      break;
    case NID_id_scrypt:
      scrypt = ASN1_item_unpack (value, ASN1_ITEM_rptr (SCRYPT_PARAMS));
      rounds = scrypt != NULL ? count_scrypt (scrypt) : 0;
      SCRYPT_PARAMS_free (scrypt);
      break;
    default:
      pbe = ASN1_item_unpack (value, ASN1_ITEM_rptr (PBEPARAM));
      rounds = pbe != NULL ? get_number (pbe->iter) : 0;
      PBEPARAM_free (pbe);
      break;
    }

  return MIN (rounds, G_MAXUINT32);
}

static gboolean
check_rounds (guint64 rounds, GError **error)
{
  if (rounds <= MAX_ROUNDS)
    return TRUE;
  ERR_clear_error ();
  g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
               "trying its passphrase would take too long: the file wants more than %d rounds",
               MAX_ROUNDS);

  return FALSE;
}

gboolean
pal_identity_check_sealed_key (const X509_SIG *sealed, GError **error)
{
  const X509_ALGOR *algorithm = NULL;

  X509_SIG_get0 (sealed, &algorithm, NULL);

  return check_rounds (count_rounds (algorithm), error);
}

static guint64
count_mac_rounds (const PKCS12 *pkcs12)
{
  const ASN1_INTEGER *rounds = NULL;

  PKCS12_get0_mac (NULL, NULL, NULL, &rounds, pkcs12);

  return rounds != NULL ? get_number (rounds) : 0;
}

/* --- What is in it --- */

static void
note_bags (Content *self, STACK_OF (PKCS12_SAFEBAG) * bags)
{
  for (int i = 0; bags != NULL && i < sk_PKCS12_SAFEBAG_num (bags); i++)
    {
      const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value (bags, i);
      const X509_ALGOR *algorithm = NULL;

      if (PKCS12_SAFEBAG_get_nid (bag) == NID_keyBag)
        self->n_keys++;
      if (PKCS12_SAFEBAG_get_nid (bag) != NID_pkcs8ShroudedKeyBag)
        continue;
      self->n_keys++;
      X509_SIG_get0 (PKCS12_SAFEBAG_get0_pkcs8 (bag), &algorithm, NULL);
      note_encryption (self, algorithm);
      self->rounds += count_rounds (algorithm);
    }
}

static void
bags_free (STACK_OF (PKCS12_SAFEBAG) * bags)
{
  sk_PKCS12_SAFEBAG_pop_free (bags, PKCS12_SAFEBAG_free);
}

/* How many keys there are, how they were sealed, and what it costs to open them: nothing is tried
 * with the passphrase before it is known that this will end. */
static void
look_inside (Content *self, PKCS12 *pkcs12, const char *passphrase)
{
  STACK_OF (PKCS7) *safes = PKCS12_unpack_authsafes (pkcs12);

  self->old = NULL;
  self->n_keys = 0;
  self->rounds = count_mac_rounds (pkcs12);
  for (int i = 0; safes != NULL && i < sk_PKCS7_num (safes); i++)
    {
      PKCS7 *safe = sk_PKCS7_value (safes, i);
      STACK_OF (PKCS12_SAFEBAG) *bags = NULL;

      if (PKCS7_type_is_data (safe))
        bags = PKCS12_unpack_p7data (safe);
      else if (PKCS7_type_is_encrypted (safe))
        {
          note_encryption (self, safe->d.encrypted->enc_data->algorithm);
          self->rounds += count_rounds (safe->d.encrypted->enc_data->algorithm);
          if (self->rounds <= MAX_ROUNDS)
            bags = PKCS12_unpack_p7encdata (safe, passphrase, (int) strlen (passphrase));
        }
      note_bags (self, bags);
      bags_free (bags);
    }
  sk_PKCS7_pop_free (safes, PKCS7_free);
  ERR_clear_error ();
}

static gboolean
parse (Content *self, const char *bytes, gsize length, const char *passphrase,
       OSSL_LIB_CTX *context)
{
  PKCS12 *pkcs12 = decode (bytes, length, context);
  gboolean ok = FALSE;

  if (pkcs12 != NULL)
    look_inside (self, pkcs12, passphrase);
  if (pkcs12 != NULL && self->rounds <= MAX_ROUNDS)
    ok = PKCS12_parse (pkcs12, passphrase, &self->key, &self->certificate, &self->others) == 1;
  PKCS12_free (pkcs12);

  return ok;
}

/* Files of former years are encrypted with RC2 or RC4, which only the legacy provider knows. It is
 * loaded beside the program's own providers, so that nothing else can come to use it. */
static gboolean
parse_legacy (Content *self, const char *bytes, gsize length, const char *passphrase)
{
  OSSL_LIB_CTX *context = OSSL_LIB_CTX_new ();
  OSSL_PROVIDER *legacy = context != NULL ? OSSL_PROVIDER_load (context, "legacy") : NULL;
  OSSL_PROVIDER *ordinary = context != NULL ? OSSL_PROVIDER_load (context, "default") : NULL;
  EVP_PKEY *foreign_key = NULL;
  guchar *der = NULL;
  const guchar *position;
  int der_length;
  gboolean ok
      = legacy != NULL && ordinary != NULL && parse (self, bytes, length, passphrase, context);

  /* A key belongs to the context that read it: move it over to the program's own. */
  foreign_key = g_steal_pointer (&self->key);
  if (ok && foreign_key != NULL)
    {
      der_length = i2d_PrivateKey (foreign_key, &der);
      position = der;
      if (der_length > 0)
        self->key = d2i_AutoPrivateKey (NULL, &position, der_length);
      ok = self->key != NULL;
      if (der != NULL)
        OPENSSL_clear_free (der, der_length);
    }
  EVP_PKEY_free (foreign_key);
  if (legacy != NULL)
    OSSL_PROVIDER_unload (legacy);
  if (ordinary != NULL)
    OSSL_PROVIDER_unload (ordinary);
  OSSL_LIB_CTX_free (context);

  return ok;
}

/* Certificates keep the context that read them as well. */
static X509 *
reread_certificate (X509 *certificate)
{
  guchar *der = NULL;
  const guchar *position;
  int length = i2d_X509 (certificate, &der);
  X509 *copy = NULL;

  position = der;
  if (length > 0)
    copy = d2i_X509 (NULL, &position, length);
  OPENSSL_free (der);

  return copy;
}

static PalCertificates *
gather_certificates (const Content *self)
{
  PalCertificates *all = sk_X509_new_null ();

  for (int i = -1; i < (self->others != NULL ? sk_X509_num (self->others) : 0); i++)
    {
      X509 *one = i < 0 ? self->certificate : sk_X509_value (self->others, i);
      X509 *copy = one != NULL ? reread_certificate (one) : NULL;

      if (copy != NULL && sk_X509_push (all, copy) == 0)
        X509_free (copy);
    }

  return all;
}

static gboolean
last_error_is (int reason)
{
  unsigned long code = ERR_peek_last_error ();

  return ERR_GET_LIB (code) == ERR_LIB_PKCS12 && ERR_GET_REASON (code) == reason;
}

static gboolean
open_content (Content *self, const char *bytes, gsize length, const char *passphrase,
              GError **error)
{
  gboolean is_wrong;

  ERR_clear_error ();
  if (parse (self, bytes, length, passphrase, NULL))
    return TRUE;
  if (!check_rounds (self->rounds, error))
    return FALSE;
  is_wrong = last_error_is (PKCS12_R_MAC_VERIFY_FAILURE);
  if (!is_wrong)
    {
      ERR_clear_error ();
      if (parse_legacy (self, bytes, length, passphrase))
        return TRUE;
      /* What only the legacy provider opens may hold more of it. */
      if (!check_rounds (self->rounds, error))
        return FALSE;
      is_wrong = last_error_is (PKCS12_R_MAC_VERIFY_FAILURE);
    }
  if (is_wrong)
    {
      ERR_clear_error ();
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE,
                   *passphrase == '\0' ? "the key needs a passphrase" : "wrong passphrase");
    }
  else
    pal_signing_set_library_error (error, PAL_SIGNING_ERROR_KEY,
                                   "no PKCS#12 file that can be read");

  return FALSE;
}

PalIdentity *
pal_identity_parse_pkcs12 (const char *bytes, gsize length, const char *passphrase, GError **error)
{
  g_auto (Content) content = { 0 };
  PalIdentity *self;

  if (!open_content (&content, bytes, length, passphrase != NULL ? passphrase : "", error))
    return NULL;
  if (content.key == NULL)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY, "no private key in the file");
      return NULL;
    }
  /* The first of them would be taken, and nobody would know which that is. */
  if (content.n_keys > 1)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "there are %u keys in the file: export the one that is meant alone",
                   content.n_keys);
      return NULL;
    }
  self = pal_identity_new_from_parts (g_steal_pointer (&content.key),
                                      gather_certificates (&content), error);
  if (self != NULL)
    pal_identity_set_old_encryption (self, content.old);

  return self;
}

/* --- Without the passphrase --- */

/* Whether it says with which key it goes. */
static gboolean
belongs_to_key (const PKCS12_SAFEBAG *bag)
{
  return PKCS12_SAFEBAG_get0_attr (bag, NID_localKeyID) != NULL;
}

static X509 *
take_certificate (STACK_OF (PKCS12_SAFEBAG) * bags, gboolean any)
{
  for (int i = 0; bags != NULL && i < sk_PKCS12_SAFEBAG_num (bags); i++)
    {
      const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value (bags, i);

      if (PKCS12_SAFEBAG_get_nid (bag) == NID_certBag && (any || belongs_to_key (bag)))
        return PKCS12_SAFEBAG_get1_cert (bag);
    }

  return NULL;
}

X509 *
pal_identity_peek_pkcs12 (const char *bytes, gsize length)
{
  PKCS12 *pkcs12 = decode (bytes, length, NULL);
  STACK_OF (PKCS7) *safes = pkcs12 != NULL ? PKCS12_unpack_authsafes (pkcs12) : NULL;
  X509 *certificate = NULL;

  for (int any = 0; any < 2 && certificate == NULL; any++)
    for (int i = 0; safes != NULL && i < sk_PKCS7_num (safes) && certificate == NULL; i++)
      {
        PKCS7 *safe = sk_PKCS7_value (safes, i);
        STACK_OF (PKCS12_SAFEBAG) *bags
            = PKCS7_type_is_data (safe) ? PKCS12_unpack_p7data (safe) : NULL;

        certificate = take_certificate (bags, any == 1);
        bags_free (bags);
      }
  sk_PKCS7_pop_free (safes, PKCS7_free);
  PKCS12_free (pkcs12);
  ERR_clear_error ();

  return certificate;
}
