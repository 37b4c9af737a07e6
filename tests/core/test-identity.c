// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-identity"
#include "config.h"

#include "own-data.h"
#include "pal-identity-store.h"
#include "pal-module-trust.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>

#define SECRET "correct horse 1"
#define ENDLESS 2000000000 /* rounds: half an hour and more */

/* The keys of a person: what the store keeps, and what a file may ask of it. */

static PalIdentity *
store_new (const char *name, const char *secret)
{
  g_autoptr (GError) error = NULL;
  PalIdentity *identity = pal_identity_store_create (name, secret, &error);

  g_assert_no_error (error);

  return identity;
}

static char *
dup_path (const char *name)
{
  return g_build_filename (g_get_user_data_dir (), name, NULL);
}

/* As somebody else hands a key over. */
static char *
save_new (const char *name, const char *secret)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = pal_identity_create (name, &error);
  char *path = dup_path (name);

  g_assert_no_error (error);
  g_assert_true (pal_identity_save (identity, path, secret, &error));
  g_assert_no_error (error);

  return path;
}

static const PalIdentityEntry *
get_entry (GPtrArray *entries, guint i)
{
  return g_ptr_array_index (entries, i);
}

static void
test_replaced_keys_stay (void)
{
  g_autoptr (PalIdentity) first = store_new ("First", "one");
  g_autofree char *path = save_new ("Second", "two");
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) second = pal_identity_store_import (path, "two", &error);
  g_autoptr (PalIdentity) third = NULL;
  g_autoptr (PalIdentity) opened = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *current = pal_identity_dup_default_path ();

  g_assert_no_error (error);
  third = store_new ("Third", NULL);
  entries = pal_identity_store_list ();
  g_assert_cmpuint (entries->len, ==, 3);
  g_assert_true (get_entry (entries, 0)->is_current);
  g_assert_cmpstr (get_entry (entries, 0)->path, ==, current);
  g_assert_cmpstr (get_entry (entries, 0)->fingerprint, ==, pal_identity_get_fingerprint (third));
  for (guint i = 1; i < 3; i++)
    {
      const PalIdentityEntry *entry = get_entry (entries, i);
      gboolean is_first = strcmp (entry->common_name, "First") == 0;
      g_autoptr (PalIdentity) former
          = pal_identity_load (entry->path, is_first ? "one" : "two", &error);

      g_assert_no_error (error);
      g_assert_false (entry->is_current);
      g_assert_cmpstr (entry->fingerprint, ==,
                       pal_identity_get_fingerprint (is_first ? first : second));
      g_assert_cmpstr (pal_identity_get_fingerprint (former), ==, entry->fingerprint);
    }
  opened = pal_identity_load (get_entry (entries, 1)->path, "three", &error);
  g_assert_null (opened);
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
}

/* Somebody's only key could be in what cannot be read today. */
static void
test_what_cannot_be_read_is_kept (void)
{
  g_autofree char *current = pal_identity_dup_default_path ();
  g_autofree char *folder = g_path_get_dirname (current);
  g_autofree char *path = save_new ("Amara", SECRET);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n_kept = 0;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (current, "damaged", -1, &error));
  identity = pal_identity_store_import (path, SECRET, &error);
  g_assert_no_error (error);
  g_assert_nonnull (identity);
  entries = pal_identity_store_list ();
  g_assert_cmpuint (entries->len, ==, 1);
  dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (file, &text, NULL, &error));
      n_kept += strcmp (text, "damaged") == 0;
    }
  g_assert_cmpuint (n_kept, ==, 1);
}

static void
test_renewal_is_announced (void)
{
  g_autoptr (PalIdentity) old = store_new ("Zoe", SECRET);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) renewed = pal_identity_store_renew (SECRET, &error);
  g_autoptr (GBytes) notice = pal_identity_store_dup_notice ();
  g_autoptr (PalModuleNotice) read = NULL;
  g_autoptr (PalIdentityEntry) current = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (notice);
  read = pal_module_notice_read (notice, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->old_fingerprint, ==, pal_identity_get_fingerprint (old));
  g_assert_cmpstr (read->new_fingerprint, ==, pal_identity_get_fingerprint (renewed));
  g_assert_cmpstr (read->new_name, ==, "Zoe");
  current = pal_identity_store_find_current ();
  g_assert_cmpstr (current->fingerprint, ==, pal_identity_get_fingerprint (renewed));
  g_assert_cmpint (pal_identity_get_expires (renewed), >=, pal_identity_get_expires (old));
}

static void
test_passphrase (void)
{
  g_autoptr (PalIdentity) identity = store_new ("Zoe", SECRET);
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autoptr (PalIdentity) open = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (pal_identity_store_change_passphrase ("no", "other", &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_true (pal_identity_store_change_passphrase (SECRET, "пароль", &error));
  g_assert_no_error (error);
  g_assert_null (pal_identity_load (path, SECRET, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_true (pal_identity_store_change_passphrase ("пароль", NULL, &error));
  g_assert_no_error (error);
  open = pal_identity_load (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_identity_get_fingerprint (open), ==,
                   pal_identity_get_fingerprint (identity));
}

static void
test_times (void)
{
  g_autoptr (PalIdentity) identity = store_new ("Zoe", NULL);
  g_autoptr (GError) error = NULL;
  gint64 begins = pal_identity_get_begins (identity);
  gint64 expires = pal_identity_get_expires (identity);

  g_assert_true (pal_identity_check_time (identity, begins, &error));
  g_assert_true (pal_identity_check_time (identity, expires, &error));
  g_assert_no_error (error);
  g_assert_false (pal_identity_check_time (identity, begins - 1, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_CLOCK);
  g_clear_error (&error);
  g_assert_false (pal_identity_check_time (identity, expires + 1, &error));
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_EXPIRED);
}

/* --- Several at once --- */

#define N_THREADS 8

static gpointer
create_in_thread (gpointer data)
{
  return pal_identity_store_create (data, NULL, NULL);
}

static gpointer
load_default_in_thread (gpointer n_created)
{
  gboolean created = FALSE;
  PalIdentity *identity = pal_identity_load_default ("Zoe", NULL, &created, NULL);

  g_atomic_int_add ((int *) n_created, created);

  return identity;
}

static void
run_threads (GThreadFunc function, gpointer data, PalIdentity **results)
{
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("identity", function, data);
  for (guint i = 0; i < N_THREADS; i++)
    {
      results[i] = g_thread_join (threads[i]);
      g_assert_nonnull (results[i]);
    }
}

/* Whoever signs first is the person whom the next one finds. */
static void
test_first_use_at_once (void)
{
  PalIdentity *results[N_THREADS];
  int n_created = 0;

  run_threads (load_default_in_thread, &n_created, results);
  g_assert_cmpint (n_created, ==, 1);
  for (guint i = 0; i < N_THREADS; i++)
    g_assert_cmpstr (pal_identity_get_fingerprint (results[i]), ==,
                     pal_identity_get_fingerprint (results[0]));
  for (guint i = 0; i < N_THREADS; i++)
    g_object_unref (results[i]);
}

static void
test_no_key_is_lost_at_once (void)
{
  g_autoptr (GPtrArray) entries = NULL;
  PalIdentity *results[N_THREADS];

  run_threads (create_in_thread, (gpointer) "Zoe", results);
  entries = pal_identity_store_list ();
  g_assert_cmpuint (entries->len, ==, N_THREADS);
  for (guint i = 0; i < N_THREADS; i++)
    {
      guint n_found = 0;

      for (guint k = 0; k < entries->len; k++)
        n_found += strcmp (get_entry (entries, k)->fingerprint,
                           pal_identity_get_fingerprint (results[i]))
                   == 0;
      g_assert_cmpuint (n_found, ==, 1);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_object_unref (results[i]);
}

/* --- Files that never end --- */

typedef enum
{
  ENDLESS_NONE, /* the control: the same file, and it opens */
  ENDLESS_MAC,
  ENDLESS_CERTIFICATES,
  ENDLESS_KEY,
  ENDLESS_OLD_KEY, /* as in former years */
  ENDLESS_SCRYPT,
  ENDLESS_HIDDEN_KEY /* the rounds are told only inside of what is encrypted */
} Endless;

static void
set_algorithm (X509_ALGOR *algorithm, X509_ALGOR *other)
{
  g_assert_nonnull (other);
  g_assert_cmpint (X509_ALGOR_copy (algorithm, other), ==, 1);
  X509_ALGOR_free (other);
}

static PKCS12_SAFEBAG *
bag_of_key (EVP_PKEY *key, Endless endless)
{
  PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8 (key);
  X509_SIG *sealed = PKCS8_encrypt (-1, EVP_aes_256_cbc (), SECRET, -1, NULL, 0, 2048, info);
  X509_ALGOR *algorithm = NULL;

  g_assert_nonnull (sealed);
  X509_SIG_getm (sealed, &algorithm, NULL);
  if (endless == ENDLESS_KEY || endless == ENDLESS_HIDDEN_KEY)
    set_algorithm (algorithm, PKCS5_pbe2_set_iv (EVP_aes_256_cbc (), ENDLESS, NULL, 0, NULL,
                                                 NID_hmacWithSHA256));
  if (endless == ENDLESS_OLD_KEY)
    set_algorithm (algorithm,
                   PKCS5_pbe_set (NID_pbe_WithSHA1And3_Key_TripleDES_CBC, ENDLESS, NULL, 0));
  /* Little memory, and four hours. */
  if (endless == ENDLESS_SCRYPT)
    set_algorithm (algorithm,
                   PKCS5_pbe2_set_scrypt (EVP_aes_256_cbc (), NULL, 0, NULL, 32768, 2, 65536));
  PKCS8_PRIV_KEY_INFO_free (info);

  return PKCS12_SAFEBAG_create0_pkcs8 (sealed);
}

static void
free_bags (STACK_OF (PKCS12_SAFEBAG) * bags)
{
  sk_PKCS12_SAFEBAG_pop_free (bags, PKCS12_SAFEBAG_free);
}

/* (transfer full): a sound file but for what would not end. */
static PKCS12 *
pack (EVP_PKEY *key, X509 *certificate, Endless endless)
{
  STACK_OF (PKCS12_SAFEBAG) *keys = sk_PKCS12_SAFEBAG_new_null ();
  STACK_OF (PKCS12_SAFEBAG) *certificates = NULL;
  STACK_OF (PKCS7) *safes = NULL;
  const ASN1_INTEGER *rounds = NULL;
  PKCS12 *pkcs12;
  PKCS7 *safe;

  sk_PKCS12_SAFEBAG_push (keys, bag_of_key (key, endless));
  PKCS12_add_cert (&certificates, certificate);
  g_assert_cmpint (PKCS12_add_safe (&safes, certificates, NID_aes_256_cbc, 2048, SECRET), ==, 1);
  safe = sk_PKCS7_value (safes, 0);
  if (endless == ENDLESS_CERTIFICATES)
    set_algorithm (
        safe->d.encrypted->enc_data->algorithm,
        PKCS5_pbe2_set_iv (EVP_aes_256_cbc (), ENDLESS, NULL, 0, NULL, NID_hmacWithSHA256));
  g_assert_cmpint (PKCS12_add_safe (&safes, keys,
                                    endless == ENDLESS_HIDDEN_KEY ? NID_aes_256_cbc : -1, 2048,
                                    SECRET),
                   ==, 1);
  pkcs12 = PKCS12_add_safes (safes, 0);
  g_assert_cmpint (PKCS12_set_mac (pkcs12, SECRET, -1, NULL, 0, 2048, EVP_sha256 ()), ==, 1);
  PKCS12_get0_mac (NULL, NULL, NULL, &rounds, pkcs12);
  if (endless == ENDLESS_MAC)
    g_assert_cmpint (ASN1_INTEGER_set ((ASN1_INTEGER *) rounds, ENDLESS), ==, 1);
  sk_PKCS7_pop_free (safes, PKCS7_free);
  free_bags (keys);
  free_bags (certificates);

  return pkcs12;
}

static EVP_PKEY *
read_key (PalIdentity *identity)
{
  char *pem = pal_identity_dup_key_pem (identity);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);

  BIO_free_all (bio);
  pal_secret_free (pem);
  g_assert_nonnull (key);

  return key;
}

static X509 *
read_certificate (PalIdentity *identity)
{
  g_autofree char *pem = pal_identity_dup_certificate_pem (identity);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);

  BIO_free_all (bio);
  g_assert_nonnull (certificate);

  return certificate;
}

static char *
write_endless (Endless endless)
{
  g_autoptr (PalIdentity) identity = pal_identity_create ("Endless", NULL);
  EVP_PKEY *key = read_key (identity);
  X509 *certificate = read_certificate (identity);
  PKCS12 *pkcs12 = pack (key, certificate, endless);
  char *path = dup_path ("endless.p12");
  guchar *der = NULL;
  int length = i2d_PKCS12 (pkcs12, &der);

  g_assert_cmpint (length, >, 0);
  g_assert_true (g_file_set_contents (path, (const char *) der, length, NULL));
  OPENSSL_free (der);
  PKCS12_free (pkcs12);
  X509_free (certificate);
  EVP_PKEY_free (key);

  return path;
}

static void
test_endless (void)
{
  for (Endless endless = ENDLESS_NONE; endless <= ENDLESS_HIDDEN_KEY; endless++)
    {
      g_autofree char *path = write_endless (endless);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalIdentity) identity = pal_identity_load (path, SECRET, &error);

      if (endless == ENDLESS_NONE)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (pal_identity_get_common_name (identity), ==, "Endless");
          continue;
        }
      g_test_message ("file %d", endless);
      g_assert_null (identity);
      g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
      g_assert_nonnull (strstr (error->message, "too long"));
    }
}

static void
test_endless_pem (void)
{
  g_autoptr (PalIdentity) identity = pal_identity_create ("Endless", NULL);
  g_autofree char *certificate = pal_identity_dup_certificate_pem (identity);
  g_autofree char *path = dup_path ("endless.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) loaded = NULL;
  EVP_PKEY *key = read_key (identity);
  PKCS12_SAFEBAG *bag = bag_of_key (key, ENDLESS_KEY);
  BIO *bio = BIO_new (BIO_s_mem ());
  char *text = NULL;

  g_assert_cmpint (PEM_write_bio_PKCS8 (bio, PKCS12_SAFEBAG_get0_pkcs8 (bag)), ==, 1);
  BIO_puts (bio, certificate);
  g_assert_true (g_file_set_contents (path, text, BIO_get_mem_data (bio, &text), NULL));
  loaded = pal_identity_load (path, SECRET, &error);
  g_assert_null (loaded);
  g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
  g_assert_nonnull (strstr (error->message, "too long"));
  BIO_free_all (bio);
  PKCS12_SAFEBAG_free (bag);
  EVP_PKEY_free (key);
}

int
main (int argc, char **argv)
{
  own_data_begin ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/identity/replaced-keys-stay", test_replaced_keys_stay, own_data_test);
  g_test_add_data_func ("/identity/what-cannot-be-read-is-kept", test_what_cannot_be_read_is_kept,
                        own_data_test);
  g_test_add_data_func ("/identity/renewal-is-announced", test_renewal_is_announced, own_data_test);
  g_test_add_data_func ("/identity/passphrase", test_passphrase, own_data_test);
  g_test_add_data_func ("/identity/times", test_times, own_data_test);
  g_test_add_data_func ("/identity/first-use-at-once", test_first_use_at_once, own_data_test);
  g_test_add_data_func ("/identity/no-key-is-lost-at-once", test_no_key_is_lost_at_once,
                        own_data_test);
  g_test_add_data_func ("/identity/endless", test_endless, own_data_test);
  g_test_add_data_func ("/identity/endless-pem", test_endless_pem, own_data_test);

  return own_data_run ();
}
