// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-package"
#include "config.h"

#include "pal-endpoint-package.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-endpoint-address.h"
#include "pal-package-json.h"
#include "pal-package-reader.h"
#include "pal-package-writer.h"
#include "pal-regular-file.h"

#include <string.h>
#include <unistd.h>

#define MAX_PACKAGE_BYTES (1024 * 1024)
#define MAX_ENTRY_BYTES (64 * 1024)
#define ENDPOINT "data/endpoint.json"
#define MODULE "data/module.pem"
#define CA "data/server-ca.pem"

/* --- writing ---------------------------------------------------------------------------------- */

static void
add_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_names (JsonBuilder *builder, const PalEndpointCard *card)
{
  g_autofree const char **languages
      = (const char **) g_hash_table_get_keys_as_array (card->names, NULL);

  json_builder_set_member_name (builder, "names");
  json_builder_begin_object (builder);
  for (const char **language = languages; *language != NULL; language++)
    pal_package_json_add_string (builder, *language, g_hash_table_lookup (card->names, *language));
  json_builder_end_object (builder);
}

static void
add_limits (JsonBuilder *builder, const PalEndpointCard *card)
{
  if (card->max_archive_bytes == 0 && card->max_part_bytes == 0)
    return;
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_object (builder);
  if (card->max_archive_bytes != 0)
    add_number (builder, "archiveBytes", card->max_archive_bytes);
  if (card->max_part_bytes != 0)
    add_number (builder, "partBytes", card->max_part_bytes);
  json_builder_end_object (builder);
}

static char *
make_endpoint_json (const PalEndpointCard *card)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "format", "palermo-endpoint-1");
  pal_package_json_add_string (builder, "id", card->id);
  pal_package_json_add_string (builder, "url", card->url);
  json_builder_set_member_name (builder, "practice");
  json_builder_add_boolean_value (builder, card->is_practice);
  add_names (builder, card);
  pal_package_json_add_string (builder, "authentication",
                               pal_endpoint_authentication_to_string (card->authentication));
  pal_package_json_add_string (builder, "moduleCertificate", MODULE);
  if (card->ca_pem != NULL)
    pal_package_json_add_string (builder, "serverCertificate", CA);
  add_limits (builder, card);
  pal_package_json_add_time (builder, "issued", card->issued_us);
  if (card->valid_from_us != 0)
    pal_package_json_add_time (builder, "validFrom", card->valid_from_us);
  if (card->valid_until_us != 0)
    pal_package_json_add_time (builder, "validUntil", card->valid_until_us);
  json_builder_end_object (builder);

  return pal_package_json_print (builder);
}

static char *
make_package_json (const PalEndpointCard *card, PalIdentity *identity)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "kind", "endpoint");
  pal_package_json_add_string (builder, "id", card->id);
  pal_package_json_add_time (builder, "created", card->issued_us);
  pal_package_json_add_string (builder, "from", pal_identity_get_common_name (identity));

  return pal_package_json_end (builder);
}

static PalCertificateInfo *
look_at_certificate (GBytes *pem, const char *what, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PalCertificateInfo *info = pal_certificate_info_new (g_bytes_get_data (pem, NULL),
                                                       g_bytes_get_size (pem), &local_error);

  if (info == NULL)
    g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_CERTIFICATE, "%s: %s", what,
                 local_error->message);

  return info;
}

static gboolean
take_certificates (PalEndpointCard *card, GError **error)
{
  g_autoptr (PalCertificateInfo) module = NULL;
  g_autoptr (PalCertificateInfo) ca = NULL;

  module = look_at_certificate (card->module_pem, "the module's certificate", error);
  if (module == NULL)
    return FALSE;
  if (card->ca_pem != NULL)
    {
      ca = look_at_certificate (card->ca_pem, "the certificate for the server", error);
      if (ca == NULL)
        return FALSE;
    }
  g_free (card->module_fingerprint);
  card->module_fingerprint = g_strdup (module->fingerprint);
  g_free (card->ca_fingerprint);
  card->ca_fingerprint = ca != NULL ? g_strdup (ca->fingerprint) : NULL;

  return TRUE;
}

/* What is given out must be what everybody takes in: it goes through the reader's own rules. */
static gboolean
check_own (PalEndpointCard *card, const char *json, GError **error)
{
  g_autoptr (PalEndpointCard) read = pal_endpoint_card_new ();
  g_autofree char *module = NULL;
  g_autofree char *ca = NULL;

  return pal_endpoint_card_parse (read, json, strlen (json), &module, &ca, error)
         && take_certificates (card, error);
}

static gboolean
add_pem (PalPackageWriter *writer, const char *name, GBytes *pem, GError **error)
{
  return pem == NULL
         || pal_package_writer_add_bytes (writer, name, "application/pem-certificate-chain",
                                          g_bytes_get_data (pem, NULL), g_bytes_get_size (pem),
                                          error);
}

/**
 * pal_endpoint_package_write:
 * @card: what it says; an id and the time of issue are made when there are none
 * @path: the package to write
 * @identity: who signs
 * @error: return location
 *
 * Makes the file that an operator gives to those who send. Blocking.
 *
 * Returns: whether it was written; #PalEndpointError, errors of packages
 */
gboolean
pal_endpoint_package_write (PalEndpointCard *card, const char *path, PalIdentity *identity,
                            GError **error)
{
  g_autoptr (PalPackageWriter) writer = NULL;
  g_autofree char *package_json = NULL;
  g_autofree char *endpoint_json = NULL;
  g_autofree char *urn = NULL;

  g_return_val_if_fail (card != NULL && card->module_pem != NULL, FALSE);
  g_return_val_if_fail (path != NULL && PAL_IS_IDENTITY (identity), FALSE);

  if (card->id == NULL)
    card->id = g_uuid_string_random ();
  if (card->issued_us == 0)
    card->issued_us = g_get_real_time () / G_USEC_PER_SEC * G_USEC_PER_SEC;
  urn = g_strconcat ("urn:uuid:", card->id, NULL);
  package_json = make_package_json (card, identity);
  endpoint_json = make_endpoint_json (card);
  if (!check_own (card, endpoint_json, error))
    return FALSE;
  writer = pal_package_writer_new (path, error);

  return writer != NULL
         && pal_package_writer_add_bytes (writer, "data/package.json", "application/json",
                                          package_json, strlen (package_json), error)
         && pal_package_writer_add_bytes (writer, ENDPOINT, "application/json", endpoint_json,
                                          strlen (endpoint_json), error)
         && add_pem (writer, MODULE, card->module_pem, error)
         && add_pem (writer, CA, card->ca_pem, error)
         && pal_package_writer_finish (writer, urn, pal_identity_get_common_name (identity),
                                       identity, error);
}

/* --- reading ---------------------------------------------------------------------------------- */

static GBytes *
read_all (const char *path, GError **error)
{
  gsize size;
  GBytes *bytes;
  int fd = pal_regular_file_open (path, 0, &size, error);

  if (fd < 0)
    return NULL;
  if (size > MAX_PACKAGE_BYTES)
    {
      close (fd);
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_LIMIT,
                   "an endpoint file of more than a megabyte");
      return NULL;
    }
  bytes = pal_regular_file_read (fd, size, error);
  close (fd);

  return bytes;
}

static gboolean
is_listed (const PalVerification *verification, const char *name)
{
  for (guint i = 0; i < verification->entries->len; i++)
    {
      const PalPackageEntry *entry = g_ptr_array_index (verification->entries, i);

      if (strcmp (entry->name, name) == 0)
        return TRUE;
    }

  return FALSE;
}

static GBytes *
read_entry (const char *path, const PalVerification *verification, const char *name, GError **error)
{
  if (!is_listed (verification, name))
    {
      g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_CONTENT,
                   "the package has no entry that it must have");
      return NULL;
    }

  return pal_package_read_entry (path, verification, name, MAX_ENTRY_BYTES, error);
}

static gboolean
read_card (PalEndpointCard *self, const char *path, const PalVerification *verification,
           GError **error)
{
  g_autofree char *module = NULL;
  g_autofree char *ca = NULL;
  g_autoptr (GBytes) json = read_entry (path, verification, ENDPOINT, error);

  if (json == NULL
      || !pal_endpoint_card_parse (self, g_bytes_get_data (json, NULL), g_bytes_get_size (json),
                                   &module, &ca, error))
    return FALSE;
  self->module_pem = read_entry (path, verification, module, error);
  if (self->module_pem == NULL)
    return FALSE;
  if (ca != NULL)
    {
      self->ca_pem = read_entry (path, verification, ca, error);
      if (self->ca_pem == NULL)
        return FALSE;
    }

  return take_certificates (self, error);
}

/**
 * pal_endpoint_package_read:
 * @path: a file from anywhere
 * @cancellable: (nullable): ends it
 * @error: return location
 *
 * Verifies a package of the kind "endpoint" and reads what it says. That its signer is known to
 * nobody here is no error: a person decides, seeing the fingerprint. Blocking.
 *
 * Returns: (transfer full) (nullable): what it says; #PalEndpointError, errors of packages
 */
PalEndpointCard *
pal_endpoint_package_read (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (PalEndpointCard) self = pal_endpoint_card_new ();
  g_autoptr (PalVerification) verification = NULL;
  g_autofree char *sha256 = NULL;
  const PalCmsSigner *signer;

  g_return_val_if_fail (path != NULL, NULL);

  self->package = read_all (path, error);
  if (self->package == NULL)
    return NULL;
  verification = pal_package_verify (path, NULL, 0, MAX_PACKAGE_BYTES, cancellable);
  if (verification->code > 1)
    {
      pal_verification_set_error (verification, error);
      return NULL;
    }
  /* What was judged is what is kept. */
  sha256 = pal_digest_bytes_hex (g_bytes_get_data (self->package, NULL),
                                 g_bytes_get_size (self->package));
  signer = pal_verification_find_signer (verification);
  if (g_strcmp0 (sha256, verification->sha256) != 0 || signer == NULL)
    {
      g_set_error (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_INVALID,
                   "the file changed while it was read");
      return NULL;
    }
  if (g_strcmp0 (verification->kind, "endpoint") != 0)
    {
      g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_KIND,
                   "a package of another kind, not an endpoint");
      return NULL;
    }
  if (!read_card (self, path, verification, error))
    return NULL;
  self->signer
      = g_strdup (signer->common_name != NULL && *signer->common_name != '\0' ? signer->common_name
                                                                              : signer->subject);
  self->signer_fingerprint = g_strdup (signer->fingerprint);

  return g_steal_pointer (&self);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  PalEndpointCard *card = pal_endpoint_package_read (task_data, cancellable, &error);

  if (card != NULL)
    g_task_return_pointer (task, card, (GDestroyNotify) pal_endpoint_card_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pal_endpoint_package_read_async:
 * @path: a file from anywhere
 * @cancellable: (nullable): ends it
 * @callback: called in the caller's main context
 * @user_data: data for @callback
 *
 * pal_endpoint_package_read() in a thread.
 */
void
pal_endpoint_package_read_async (const char *path, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (path != NULL);

  g_task_set_source_tag (task, pal_endpoint_package_read_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * pal_endpoint_package_read_finish:
 * @result: of the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the package says
 */
PalEndpointCard *
pal_endpoint_package_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
