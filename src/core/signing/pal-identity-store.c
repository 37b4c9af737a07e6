// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-identity"
#include "config.h"

#include "pal-identity-store.h"

#include "pal-module-trust.h"
#include "pal-signing-private.h"

#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define FILE_MAX_BYTES (1024 * 1024)
#define FORMER "former-" /* and the fingerprint, and .p12 */
#define SUFFIX ".p12"

void
pal_identity_entry_free (PalIdentityEntry *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->fingerprint);
  g_free (self->common_name);
  g_free (self);
}

static X509 *
read_certificate (const char *path, GError **error)
{
  gsize length = 0;
  char *bytes = pal_signing_read_file (path, FILE_MAX_BYTES, &length, error);
  X509 *certificate;

  if (bytes == NULL)
    return NULL;
  certificate = pal_identity_peek_pkcs12 (bytes, length);
  pal_secret_free_sized (bytes, length);
  if (certificate == NULL)
    g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY, "no certificate in the file");

  return certificate;
}

/* (nullable): of a file that is a key of ours. */
static PalIdentityEntry *
read_entry (const char *path, gboolean is_current)
{
  g_autoptr (X509) certificate = read_certificate (path, NULL);
  PalIdentityEntry *entry;

  if (certificate == NULL)
    return NULL;
  entry = g_new0 (PalIdentityEntry, 1);
  entry->path = g_strdup (path);
  entry->fingerprint = pal_certificate_dup_fingerprint (certificate);
  entry->common_name = pal_certificate_dup_common_name (certificate);
  entry->begins = pal_certificate_get_begin (certificate);
  entry->expires = pal_certificate_get_end (certificate);
  entry->is_current = is_current;

  return entry;
}

/**
 * pal_identity_store_find_current:
 *
 * What can be told without the passphrase of the key in use.
 *
 * Returns: (transfer full) (nullable): %NULL when there is none, or its file is none of ours
 */
PalIdentityEntry *
pal_identity_store_find_current (void)
{
  g_autofree char *path = pal_identity_dup_default_path ();

  return read_entry (path, TRUE);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const PalIdentityEntry *first = *(PalIdentityEntry *const *) a;
  const PalIdentityEntry *second = *(PalIdentityEntry *const *) b;

  if (first->is_current != second->is_current)
    return first->is_current ? -1 : 1;
  if (first->begins != second->begins)
    return first->begins > second->begins ? -1 : 1;

  return strcmp (first->fingerprint, second->fingerprint);
}

/**
 * pal_identity_store_list:
 *
 * Returns: (transfer container) (element-type PalIdentityEntry): the key in use first, then those
 *   of former years, the newest first
 */
GPtrArray *
pal_identity_store_list (void)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_identity_entry_free);
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  PalIdentityEntry *current = read_entry (path, TRUE);
  const char *name;

  if (current != NULL)
    g_ptr_array_add (entries, current);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *former = g_build_filename (folder, name, NULL);
      PalIdentityEntry *entry = g_str_has_prefix (name, FORMER) && g_str_has_suffix (name, SUFFIX)
                                    ? read_entry (former, FALSE)
                                    : NULL;

      /* A former one that was taken back into use. */
      if (entry != NULL && current != NULL
          && strcmp (entry->fingerprint, current->fingerprint) == 0)
        g_clear_pointer (&entry, pal_identity_entry_free);
      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  g_ptr_array_sort (entries, compare_entries);

  return entries;
}

/* The file of the key in use gets a second name, so that one that is cut off in between leaves both
 * or the old one, never none. */
static gboolean
keep_current (GError **error)
{
  g_autoptr (PalIdentityEntry) current = pal_identity_store_find_current ();
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = NULL;
  g_autofree char *former = NULL;
  gsize length = 0;
  char *bytes;
  gboolean ok;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  /* Whatever it is, it may be somebody's only key. */
  name = current != NULL ? g_strconcat (FORMER, current->fingerprint, SUFFIX, NULL)
                         : g_strdup_printf (FORMER "%" G_GINT64_FORMAT SUFFIX, g_get_real_time ());
  former = g_build_filename (folder, name, NULL);
  bytes = pal_signing_read_file (path, FILE_MAX_BYTES, &length, error);
  if (bytes == NULL)
    return FALSE;
  ok = pal_identity_publish (former, bytes, length, error);
  pal_secret_free_sized (bytes, length);

  return ok;
}

/* From now on it is the key in use. The caller has the lock. */
static gboolean
use (PalIdentity *identity, const char *passphrase, GError **error)
{
  g_autofree char *path = pal_identity_dup_default_path ();

  return keep_current (error) && pal_identity_save (identity, path, passphrase, error);
}

/**
 * pal_identity_store_create:
 * @common_name: shown to the receiver
 * @passphrase: (nullable): of the new key
 * @error: return location
 *
 * Makes a key and uses it from now on. One that was used becomes one of the former.
 *
 * Returns: (transfer full) (nullable): the new one; errors as of pal_identity_create() and
 *   pal_identity_save()
 */
PalIdentity *
pal_identity_store_create (const char *common_name, const char *passphrase, GError **error)
{
  g_autoptr (PalIdentity) identity = NULL;
  g_auto (PalIdentityLock) lock = -1;

  g_return_val_if_fail (common_name != NULL, NULL);

  lock = pal_identity_lock_take ();
  identity = pal_identity_create (common_name, error);
  if (identity == NULL || !use (identity, passphrase, error))
    return NULL;

  return g_steal_pointer (&identity);
}

/**
 * pal_identity_store_import:
 * @path: a PKCS#12 file, or PEM with a key and its certificate
 * @passphrase: (nullable): of that file; from now on of the key here
 * @error: return location
 *
 * Takes a key from elsewhere and uses it from now on, sealed as pal_identity_save() does, whatever
 * sealed it before: pal_identity_get_old_encryption() of the result says which that was. The file
 * stays as it is. One that was used becomes one of the former.
 *
 * Returns: (transfer full) (nullable): the key; errors as of pal_identity_load(),
 *   pal_identity_check_time() and pal_identity_save(); nothing is changed then
 */
PalIdentity *
pal_identity_store_import (const char *path, const char *passphrase, GError **error)
{
  g_autoptr (PalIdentityEntry) current = NULL;
  g_autoptr (PalIdentity) identity = NULL;
  g_auto (PalIdentityLock) lock = -1;

  g_return_val_if_fail (path != NULL, NULL);

  lock = pal_identity_lock_take ();
  current = pal_identity_store_find_current ();
  identity = pal_identity_load (path, passphrase, error);
  if (identity == NULL || !pal_identity_check_time (identity, time (NULL), error))
    return NULL;
  if (current != NULL
      && strcmp (current->fingerprint, pal_identity_get_fingerprint (identity)) == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "it is the key in use already");
      return NULL;
    }
  if (!use (identity, passphrase, error))
    return NULL;

  return g_steal_pointer (&identity);
}

/**
 * pal_identity_store_dup_certificate:
 * @error: return location
 *
 * For colleagues and modules.
 *
 * Returns: (transfer full) (nullable): PEM; %PAL_SIGNING_ERROR_KEY or a #GIOErrorEnum error
 */
char *
pal_identity_store_dup_certificate (GError **error)
{
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autoptr (X509) certificate = read_certificate (path, error);

  return certificate != NULL ? pal_certificate_dup_pem (certificate) : NULL;
}

static char *
dup_notice_path (const char *fingerprint)
{
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_strconcat ("notice-", fingerprint, ".p7m", NULL);

  return g_build_filename (folder, name, NULL);
}

/* Before the new key is in use: a notice too many harms nobody. */
static gboolean
announce (PalIdentity *old, PalIdentity *identity, GError **error)
{
  g_autofree char *path = dup_notice_path (pal_identity_get_fingerprint (identity));
  g_autofree char *certificate = pal_identity_dup_certificate_pem (identity);
  g_autoptr (GBytes) notice = pal_module_notice_make (old, certificate, time (NULL), error);

  return notice != NULL
         && pal_identity_publish (path, g_bytes_get_data (notice, NULL), g_bytes_get_size (notice),
                                  error);
}

/**
 * pal_identity_store_renew:
 * @passphrase: (nullable): of the key in use, and of the new one
 * @error: return location
 *
 * Makes a new key of the same name and uses it from now on. The key until now signs a notice of it,
 * unless that one has expired: nobody could believe it. See pal_identity_store_dup_notice().
 *
 * Returns: (transfer full) (nullable): the new one; errors as of pal_identity_load() and
 *   pal_identity_store_create(), %PAL_SIGNING_ERROR_CLOCK when the key in use is not valid yet, and
 *   %PAL_SIGNING_ERROR_ISSUED when an authority issued it
 */
PalIdentity *
pal_identity_store_renew (const char *passphrase, GError **error)
{
  g_auto (PalIdentityLock) lock = pal_identity_lock_take ();
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autoptr (PalIdentity) old = pal_identity_load (path, passphrase, error);
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GError) time_error = NULL;

  if (old == NULL)
    return NULL;
  /* Whoever trusts the authority would not know a key that vouches for itself. */
  if ((X509_get_extension_flags (pal_identity_get_certificate (old)) & EXFLAG_SI) == 0)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_ISSUED,
                   "an authority issued the certificate of this key");
      return NULL;
    }
  /* By a clock that stands behind, the new one would begin before the old one. */
  if (!pal_identity_check_time (old, time (NULL), &time_error)
      && !g_error_matches (time_error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_EXPIRED))
    {
      g_propagate_error (error, g_steal_pointer (&time_error));
      return NULL;
    }
  identity = pal_identity_create (pal_identity_get_common_name (old), error);
  if (identity == NULL)
    return NULL;
  if (time_error == NULL && !announce (old, identity, error))
    return NULL;
  if (!use (identity, passphrase, error))
    return NULL;

  return g_steal_pointer (&identity);
}

/**
 * pal_identity_store_dup_notice:
 *
 * For whoever knows the person by the former key: pal_known_signers_follow() takes it.
 *
 * Returns: (transfer full) (nullable): a CMS SignedData in DER; %NULL when the key in use took no
 *   other one's place
 */
GBytes *
pal_identity_store_dup_notice (void)
{
  g_autoptr (PalIdentityEntry) current = pal_identity_store_find_current ();
  g_autofree char *path = current != NULL ? dup_notice_path (current->fingerprint) : NULL;
  gsize length = 0;
  char *bytes = path != NULL ? pal_signing_read_file (path, FILE_MAX_BYTES, &length, NULL) : NULL;

  return bytes != NULL ? g_bytes_new_take (bytes, length) : NULL;
}

/**
 * pal_identity_store_change_passphrase:
 * @old_passphrase: (nullable): of the key in use
 * @new_passphrase: (nullable): from now on
 * @error: return location
 *
 * Those of former years keep theirs.
 *
 * Returns: whether it is changed; errors as of pal_identity_load() and pal_identity_save()
 */
gboolean
pal_identity_store_change_passphrase (const char *old_passphrase, const char *new_passphrase,
                                      GError **error)
{
  g_auto (PalIdentityLock) lock = pal_identity_lock_take ();
  g_autofree char *path = pal_identity_dup_default_path ();
  g_autoptr (PalIdentity) identity = pal_identity_load (path, old_passphrase, error);

  return identity != NULL && pal_identity_save (identity, path, new_passphrase, error);
}
