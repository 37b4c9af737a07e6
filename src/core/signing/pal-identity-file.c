// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-identity"
#include "config.h"

#include "pal-paths.h"
#include "pal-publish.h"
#include "pal-signing-private.h"
#include "pal-token.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES (1024 * 1024)
/* OpenSSL 3.0 would take 2,048; OWASP's figure for PBKDF2 with HMAC-SHA-256 is 600,000. */
#define ROUNDS 600000
/* Without a passphrase there is nothing to guess: rounds would only cost a third of a second each
 * time, for the rightful owner as well as for a thief. */
#define ROUNDS_WITHOUT_PASSPHRASE 2048

/* PKCS#12 (RFC 7292) and PEM in, PKCS#12 out. */

/* --- PEM --- */

typedef struct
{
  const char *passphrase; /* (nullable) */
  gboolean asked;
} Prompt;

static int
passphrase_cb (char *buffer, int size, int writing, void *user_data)
{
  Prompt *prompt = user_data;
  gsize length;

  prompt->asked = TRUE;
  if (prompt->passphrase == NULL)
    return -1;
  length = strlen (prompt->passphrase);
  if (length > (gsize) size)
    return -1;
  memcpy (buffer, prompt->passphrase, length);

  return length;
}

static PalCertificates *
read_pem_certificates (const char *text, gsize length)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (text, length);
  PalCertificates *all = sk_X509_new_null ();
  X509 *certificate;

  while ((certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL)
    if (sk_X509_push (all, certificate) == 0)
      X509_free (certificate);
  ERR_clear_error ();

  return all;
}

/* The certificate that belongs to key, taken out of all. */
static X509 *
take_own_certificate (PalCertificates *all, EVP_PKEY *key)
{
  for (int i = 0; i < sk_X509_num (all); i++)
    if (X509_check_private_key (sk_X509_value (all, i), key) == 1)
      return sk_X509_delete (all, i);
  ERR_clear_error ();

  return NULL;
}

PalIdentity *
pal_identity_new_from_parts (EVP_PKEY *key_in, PalCertificates *all_in, GError **error)
{
  g_autoptr (EVP_PKEY) key = key_in;
  g_autoptr (PalCertificates) all = all_in;
  X509 *certificate;

  if (!pal_signing_check_key (key, NULL, error))
    return NULL;
  certificate = all != NULL ? take_own_certificate (all, key) : NULL;
  if (certificate == NULL)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "no certificate that belongs to the key");
      return NULL;
    }

  return pal_identity_new_take (g_steal_pointer (&key), certificate, g_steal_pointer (&all));
}

/* PKCS#8; what is not encrypted that way costs no time worth a look. */
static gboolean
check_pem_rounds (const char *text, gsize length, GError **error)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (text, length);
  X509_SIG *sealed = bio != NULL ? PEM_read_bio_PKCS8 (bio, NULL, NULL, NULL) : NULL;
  gboolean ok = sealed == NULL || pal_identity_check_sealed_key (sealed, error);

  X509_SIG_free (sealed);
  ERR_clear_error ();

  return ok;
}

static PalIdentity *
load_pem (const char *key_text, gsize key_length, const char *certificate_text,
          gsize certificate_length, const char *passphrase, GError **error)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (key_text, key_length);
  Prompt prompt = { passphrase, FALSE };
  EVP_PKEY *key;

  if (!check_pem_rounds (key_text, key_length, error))
    return NULL;
  key = PEM_read_bio_PrivateKey (bio, NULL, passphrase_cb, &prompt);
  if (key == NULL && prompt.asked)
    {
      ERR_clear_error ();
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE,
                   passphrase == NULL ? "the key needs a passphrase" : "wrong passphrase");
      return NULL;
    }
  if (key == NULL)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_KEY, "no private key in the file");
      return NULL;
    }

  return pal_identity_new_from_parts (
      key, read_pem_certificates (certificate_text, certificate_length), error);
}

/**
 * pal_identity_load:
 * @path: a PKCS#12 file, or PEM with a key and its certificate
 * @passphrase: (nullable): of the file
 * @error: return location
 *
 * Reads an identity. Old PKCS#12 encryption is read too; see pal_identity_get_old_encryption().
 * At most 1 MiB, one key, and ten million rounds for its passphrase.
 * Blocking (a third of a second and more: the rounds are meant to cost); any thread.
 *
 * Returns: (transfer full) (nullable): an identity, or %NULL with %PAL_SIGNING_ERROR_PASSPHRASE,
 * %PAL_SIGNING_ERROR_KEY or a #GIOErrorEnum error
 */
PalIdentity *
pal_identity_load (const char *path, const char *passphrase, GError **error)
{
  PalIdentity *self;
  gsize length = 0;
  char *bytes;

  g_return_val_if_fail (path != NULL, NULL);

  bytes = pal_signing_read_file (path, FILE_MAX_BYTES, &length, error);
  if (bytes == NULL)
    return NULL;
  if (g_strstr_len (bytes, length, "-----BEGIN ") != NULL)
    self = load_pem (bytes, length, bytes, length, passphrase, error);
  else
    self = pal_identity_parse_pkcs12 (bytes, length, passphrase, error);
  pal_secret_free_sized (bytes, length);

  return self;
}

/**
 * pal_identity_load_pem:
 * @key_path: PEM file with the private key
 * @certificate_path: PEM file with its certificate, and optionally the chain
 * @passphrase: (nullable): of the key
 * @error: return location
 *
 * Reads an identity that lies in two files. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): as pal_identity_load()
 */
PalIdentity *
pal_identity_load_pem (const char *key_path, const char *certificate_path, const char *passphrase,
                       GError **error)
{
  PalIdentity *self = NULL;
  gsize key_length = 0;
  gsize certificate_length = 0;
  char *key;
  char *certificate;

  g_return_val_if_fail (key_path != NULL && certificate_path != NULL, NULL);

  key = pal_signing_read_file (key_path, FILE_MAX_BYTES, &key_length, error);
  if (key == NULL)
    return NULL;
  certificate
      = pal_signing_read_file (certificate_path, FILE_MAX_BYTES, &certificate_length, error);
  if (certificate != NULL)
    self = load_pem (key, key_length, certificate, certificate_length, passphrase, error);
  pal_secret_free_sized (key, key_length);
  pal_secret_free_sized (certificate, certificate_length);

  return self;
}

gboolean
pal_identity_publish (const char *path, gconstpointer bytes, gsize length, GError **error)
{
  g_autoptr (PalPublish) publish = pal_publish_begin (path, error);

  if (publish == NULL)
    return FALSE;
  /* Only the owner, and before the first byte is there. */
  if (fchmod (pal_publish_get_fd (publish), 0600) != 0)
    g_debug ("this file system keeps no permissions");

  return pal_publish_write (publish, bytes, length, error) && pal_publish_commit (publish, error);
}

/**
 * pal_identity_save:
 * @self: an identity
 * @path: where to
 * @passphrase: (nullable): %NULL or "" leaves the key readable for whoever can read the file
 * @error: return location
 *
 * Writes PKCS#12 with PBES2, AES-256-CBC, HMAC-SHA-256 and 600,000 rounds; mode 0600, atomically.
 * Blocking; any thread.
 *
 * Returns: whether the file is on the disk; %PAL_SIGNING_ERROR_FAILED or a #GIOErrorEnum error
 */
gboolean
pal_identity_save (PalIdentity *self, const char *path, const char *passphrase, GError **error)
{
  PKCS12 *pkcs12;
  guchar *der = NULL;
  int rounds = passphrase != NULL && *passphrase != '\0' ? ROUNDS : ROUNDS_WITHOUT_PASSPHRASE;
  int length = -1;
  gboolean ok;

  g_return_val_if_fail (PAL_IS_IDENTITY (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (pal_token_holds (self))
    {
      g_set_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_UNSUPPORTED,
                   "a key on a token cannot be saved in a file");
      return FALSE;
    }
  /* The certificate is no secret: sealing it as well would double the time of each load. */
  pkcs12 = PKCS12_create_ex (passphrase != NULL ? passphrase : "", "Palermo",
                             pal_identity_get_key (self), pal_identity_get_certificate (self),
                             pal_identity_get_chain (self), NID_aes_256_cbc, -1, rounds, rounds, 0,
                             NULL, NULL);
  if (pkcs12 != NULL)
    length = i2d_PKCS12 (pkcs12, &der);
  PKCS12_free (pkcs12);
  if (length <= 0)
    {
      pal_signing_set_library_error (error, PAL_SIGNING_ERROR_FAILED, "cannot seal the key");
      return FALSE;
    }
  ok = pal_identity_publish (path, der, length, error);
  OPENSSL_clear_free (der, length);

  return ok;
}

/**
 * pal_identity_dup_default_path:
 *
 * Returns: (transfer full): where the identity lies that was made on first use
 */
char *
pal_identity_dup_default_path (void)
{
  g_autofree char *folder = pal_paths_dup_state_dir ("identity");

  return g_build_filename (folder, "identity.p12", NULL);
}

PalIdentityLock
pal_identity_lock_take (void)
{
  g_autofree char *folder = pal_paths_dup_state_dir ("identity");
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int result;

  if (fd < 0)
    return -1;
  do
    result = flock (fd, LOCK_EX);
  while (result != 0 && errno == EINTR);
  if (result != 0)
    g_debug ("this file system keeps no locks");

  return fd;
}

void
pal_identity_lock_give (PalIdentityLock lock)
{
  if (lock >= 0)
    close (lock);
}

/* (nullable) without an error: there is none. */
static PalIdentity *
load_if_there (const char *path, const char *passphrase, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PalIdentity *self = pal_identity_load (path, passphrase, &local_error);

  /* Only a file that is not there may be made: anything else would bury a key. */
  if (self == NULL && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));

  return self;
}

/**
 * pal_identity_load_default:
 * @common_name: for a new one: shown to the receiver
 * @passphrase: (nullable): of the file, or for the new one
 * @created: (out) (optional): whether it was made just now
 * @error: return location
 *
 * The identity of the person at this computer, made and kept when first wanted. Blocking; any
 * thread.
 *
 * Returns: (transfer full) (nullable): an identity, or %NULL with an error as of
 * pal_identity_load(), pal_identity_create() and pal_identity_save()
 */
PalIdentity *
pal_identity_load_default (const char *common_name, const char *passphrase, gboolean *created,
                           GError **error)
{
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autoptr (PalIdentity) self = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (PalIdentityLock) lock = -1;

  g_return_val_if_fail (common_name != NULL, NULL);

  if (created != NULL)
    *created = FALSE;
  self = load_if_there (path, passphrase, &local_error);
  if (self == NULL && local_error == NULL)
    {
      /* Somebody else may be making it now. */
      lock = pal_identity_lock_take ();
      self = load_if_there (path, passphrase, &local_error);
    }
  if (self != NULL)
    return g_steal_pointer (&self);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  self = pal_identity_create (common_name, error);
  if (self == NULL || !pal_identity_save (self, path, passphrase, error))
    return NULL;
  if (created != NULL)
    *created = TRUE;

  return g_steal_pointer (&self);
}
