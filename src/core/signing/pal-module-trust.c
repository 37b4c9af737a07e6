// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-trust"
#include "config.h"

#include "pal-module-trust.h"

#include "pal-certificate-info.h"
#include "pal-paths.h"
#include "pal-publish.h"
#include "pal-signing-private.h"

#include <string.h>

#define FOLDER "module-notices"
#define MAX_NOTICE_BYTES (256 * 1024)
#define MAX_PIN_BYTES (1024 * 1024)
#define MAX_NOTICES 1000
#define MAX_CHANGES 64

struct _PalModuleTrust
{
  GPtrArray *pins; /* (owned) (element-type PalModulePin): oldest first */
};

/* Not G_DEFINE_QUARK: clang-format would take the hyphens of the name for minus signs. */
GQuark
pal_module_trust_error_quark (void)
{
  return g_quark_from_static_string ("pal-module-trust-error-quark");
}

static void
pin_free (gpointer data)
{
  PalModulePin *pin = data;

  g_free (pin->fingerprint);
  g_free (pin->name);
  g_free (pin->certificate);
  g_free (pin);
}

void
pal_module_trust_free (PalModuleTrust *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->pins);
  g_free (self);
}

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "palermo", FOLDER, NULL);
}

/* A file may hold a chain; its first certificate is the module's own. */
static PalModulePin *
read_pin (const char *path, GError **error)
{
  g_autoptr (PalCertificateInfo) info = NULL;
  g_autofree char *text = NULL;
  const char *begin;
  const char *end;
  PalModulePin *pin;
  gsize length = 0;

  text = pal_signing_read_file (path, MAX_PIN_BYTES, &length, error);
  if (text == NULL)
    return NULL;
  begin = strstr (text, PAL_PEM_BEGIN "CERTIFICATE-----");
  end = begin != NULL ? strstr (begin, "-----END") : NULL;
  end = end != NULL ? strchr (end, '\n') : NULL;
  if (begin == NULL)
    begin = text;
  info = pal_certificate_info_new (begin, end != NULL ? (gsize) (end + 1 - begin) : strlen (begin),
                                   error);
  if (info == NULL)
    return NULL;
  pin = g_new0 (PalModulePin, 1);
  pin->fingerprint = g_strdup (info->fingerprint);
  pin->name = g_strdup (info->common_name);
  pin->certificate = g_strdup (begin);

  return pin;
}

/* (nullable): what was accepted for that certificate. Its signature is checked each time. */
static PalModuleNotice *
read_accepted (const char *fingerprint)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = g_build_filename (folder, fingerprint, NULL);
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (PalModuleNotice) notice = NULL;
  gsize length = 0;
  char *data = pal_signing_read_file (path, MAX_NOTICE_BYTES, &length, NULL);

  if (data == NULL)
    return NULL;
  p7m = g_bytes_new_take (data, length);
  notice = pal_module_notice_read (p7m, NULL);
  if (notice == NULL || strcmp (notice->old_fingerprint, fingerprint) != 0)
    {
      g_warning ("an accepted notice of a module cannot be read: %s", fingerprint);
      return NULL;
    }

  return g_steal_pointer (&notice);
}

/**
 * pal_module_trust_find:
 * @self: a chain
 * @fingerprint: of a certificate
 *
 * Returns: (transfer none) (nullable): that certificate in the chain
 */
const PalModulePin *
pal_module_trust_find (PalModuleTrust *self, const char *fingerprint)
{
  for (guint i = 0; i < self->pins->len; i++)
    {
      const PalModulePin *pin = g_ptr_array_index (self->pins, i);

      if (strcmp (pin->fingerprint, fingerprint) == 0)
        return pin;
    }

  return NULL;
}

static void
add_successor (PalModuleTrust *self, const PalModuleNotice *notice)
{
  PalModulePin *last = g_ptr_array_index (self->pins, self->pins->len - 1);
  PalModulePin *pin = g_new0 (PalModulePin, 1);

  last->until = notice->from;
  pin->fingerprint = g_strdup (notice->new_fingerprint);
  pin->name = g_strdup (notice->new_name);
  pin->certificate = g_strdup (notice->certificate);
  g_ptr_array_add (self->pins, pin);
}

static void
follow (PalModuleTrust *self)
{
  for (guint i = 0; i < MAX_CHANGES; i++)
    {
      g_autoptr (PalModuleNotice) notice
          = read_accepted (pal_module_trust_get_present (self)->fingerprint);

      if (notice == NULL || pal_module_trust_find (self, notice->new_fingerprint) != NULL)
        return;
      add_successor (self, notice);
    }
}

static GHashTable *
list_by_successor (void)
{
  GHashTable *notices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                               (GDestroyNotify) pal_module_notice_free);
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && n++ < MAX_NOTICES && (name = g_dir_read_name (dir)) != NULL)
    {
      PalModuleNotice *notice
          = strspn (name, "0123456789abcdef") == strlen (name) ? read_accepted (name) : NULL;

      if (notice != NULL)
        g_hash_table_replace (notices, notice->new_fingerprint, notice);
    }

  return notices;
}

/* The certificate of a signature that was accepted, as the notice itself carries it. */
static char *
dup_certificate_of_signer (const char *fingerprint)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = g_build_filename (folder, fingerprint, NULL);
  g_autoptr (GBytes) p7m = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (PalCmsSigner) signer = NULL;
  gsize length = 0;
  char *data = pal_signing_read_file (path, MAX_NOTICE_BYTES, &length, NULL);

  if (data == NULL)
    return NULL;
  p7m = g_bytes_new_take (data, length);
  signer = pal_cms_verify_attached (p7m, NULL, PAL_CMS_AT_CLAIMED_TIME, &content, NULL);

  return signer != NULL ? g_strdup (signer->certificate) : NULL;
}

/* What was pinned before a newer certificate was pinned by hand, as with an endpoint's new file. */
static void
follow_back (PalModuleTrust *self)
{
  g_autoptr (GHashTable) notices = list_by_successor ();

  for (guint i = 0; i < MAX_CHANGES; i++)
    {
      const PalModulePin *first = g_ptr_array_index (self->pins, 0);
      const PalModuleNotice *notice = g_hash_table_lookup (notices, first->fingerprint);
      g_autofree char *certificate = NULL;
      PalModulePin *pin;

      if (notice == NULL || pal_module_trust_find (self, notice->old_fingerprint) != NULL)
        return;
      certificate = dup_certificate_of_signer (notice->old_fingerprint);
      if (certificate == NULL)
        return;
      pin = g_new0 (PalModulePin, 1);
      pin->fingerprint = g_strdup (notice->old_fingerprint);
      pin->name = g_strdup (notice->old_name);
      pin->certificate = g_steal_pointer (&certificate);
      pin->until = notice->from;
      g_ptr_array_insert (self->pins, 0, pin);
    }
}

/**
 * pal_module_trust_load:
 * @path: PEM file of the certificate that was agreed on
 * @error: return location
 *
 * Returns: (transfer full) (nullable): it, what took its place since, and what it took the place
 * of, as far as a person accepted that here; %PAL_SIGNING_ERROR_KEY or a #GIOErrorEnum error when
 * the file cannot be used
 */
PalModuleTrust *
pal_module_trust_load (const char *path, GError **error)
{
  PalModuleTrust *self;
  PalModulePin *pin;

  g_return_val_if_fail (path != NULL, NULL);

  pin = read_pin (path, error);
  if (pin == NULL)
    return NULL;
  self = g_new0 (PalModuleTrust, 1);
  self->pins = g_ptr_array_new_with_free_func (pin_free);
  g_ptr_array_add (self->pins, pin);
  follow (self);
  follow_back (self);

  return self;
}

GPtrArray *
pal_module_trust_get_pins (PalModuleTrust *self)
{
  return self->pins;
}

/**
 * pal_module_trust_get_present:
 * @self: a chain
 *
 * Returns: (transfer none): the certificate in force: what is sealed for the module is sealed for
 * it
 */
const PalModulePin *
pal_module_trust_get_present (PalModuleTrust *self)
{
  return g_ptr_array_index (self->pins, self->pins->len - 1);
}

GPtrArray *
pal_module_trust_list_certificates (PalModuleTrust *self)
{
  GPtrArray *certificates = g_ptr_array_new ();

  for (guint i = 0; i < self->pins->len; i++)
    g_ptr_array_add (certificates,
                     ((PalModulePin *) g_ptr_array_index (self->pins, i))->certificate);

  return certificates;
}

/**
 * pal_module_trust_has_accepted:
 * @self: a chain
 * @notice: a notice whose signature holds
 *
 * Returns: whether a person said yes to this change already
 */
gboolean
pal_module_trust_has_accepted (PalModuleTrust *self, const PalModuleNotice *notice)
{
  for (guint i = 1; i < self->pins->len; i++)
    {
      const PalModulePin *before = g_ptr_array_index (self->pins, i - 1);
      const PalModulePin *after = g_ptr_array_index (self->pins, i);

      if (strcmp (before->fingerprint, notice->old_fingerprint) == 0
          && strcmp (after->fingerprint, notice->new_fingerprint) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * pal_module_trust_check:
 * @self: a chain
 * @notice: a notice whose signature holds
 * @error: return location
 *
 * Returns: whether a person may be asked to accept it; %PAL_MODULE_TRUST_ERROR if not
 */
gboolean
pal_module_trust_check (PalModuleTrust *self, const PalModuleNotice *notice, GError **error)
{
  const PalModulePin *present = pal_module_trust_get_present (self);
  const PalModulePin *signer = pal_module_trust_find (self, notice->old_fingerprint);

  if (signer == NULL)
    g_set_error (error, PAL_MODULE_TRUST_ERROR, PAL_MODULE_TRUST_ERROR_SIGNER,
                 "the notice is not signed by the module that was agreed on");
  else if (signer != present)
    g_set_error (error, PAL_MODULE_TRUST_ERROR, PAL_MODULE_TRUST_ERROR_OLD,
                 "the notice is signed with a certificate that was replaced already");
  else if (pal_module_trust_find (self, notice->new_fingerprint) != NULL)
    g_set_error (error, PAL_MODULE_TRUST_ERROR, PAL_MODULE_TRUST_ERROR_LOOP,
                 "the notice names a certificate that is or was in force already");
  else if (notice->from < notice->new_not_before || notice->from > notice->new_not_after)
    g_set_error (error, PAL_MODULE_TRUST_ERROR, PAL_MODULE_TRUST_ERROR_VALIDITY,
                 "the new certificate is not valid from the day of the change");
  else
    return TRUE;

  return FALSE;
}

/**
 * pal_module_trust_accept:
 * @self: a chain
 * @p7m: a notice to which a person said yes
 * @error: return location
 *
 * Checks the notice once more and keeps it for good.
 *
 * Returns: whether it is on the disk, and the chain longer by one; with an error of
 *   pal_module_notice_read() or pal_module_trust_check() nothing was changed
 */
gboolean
pal_module_trust_accept (PalModuleTrust *self, GBytes *p7m, GError **error)
{
  g_autoptr (PalModuleNotice) notice = pal_module_notice_read (p7m, error);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (notice == NULL || !pal_module_trust_check (self, notice, error))
    return FALSE;
  folder = pal_paths_dup_state_dir (FOLDER);
  path = g_build_filename (folder, notice->old_fingerprint, NULL);
  if (!pal_publish_bytes (path, p7m, error))
    return FALSE;
  add_successor (self, notice);

  return TRUE;
}
