// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-module-notice"
#include "config.h"

#include "pal-module-trust.h"

#include "pal-certificate-info.h"
#include "pal-clock.h"
#include "pal-json-check.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Attached CMS as a receipt is, with a type of its own, so that neither passes for the other. */

#define NOTICE_TYPE "urn:example:module-certificate-change:1"
#define NOTICE_MAX_BYTES (256 * 1024)
#define ID_MAX_BYTES 100

static const char *const members[] = { "type", "id", "old", "certificate", "from" };

/**
 * pal_module_notice_free:
 * @notice: (nullable): a notice
 */
void
pal_module_notice_free (PalModuleNotice *notice)
{
  if (notice == NULL)
    return;

  g_free (notice->id);
  g_free (notice->old_fingerprint);
  g_free (notice->old_name);
  g_free (notice->new_fingerprint);
  g_free (notice->new_name);
  g_free (notice->certificate);
  g_free (notice);
}

/**
 * pal_module_notice_make:
 * @old: the module's key until now
 * @certificate: PEM of the one that takes its place
 * @from: when, in seconds since 1970
 * @error: return location
 *
 * For whoever runs a module.
 *
 * Returns: (transfer full) (nullable): the signed notice in DER; %PAL_SIGNING_ERROR_KEY when
 *   @certificate is not one certificate within the profile, or the one of @old
 */
GBytes *
pal_module_notice_make (PalIdentity *old, const char *certificate, gint64 from, GError **error)
{
  g_autoptr (PalCertificateInfo) info = NULL;
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) content = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *day = pal_clock_format_rfc3339 (from * G_USEC_PER_SEC);
  char *text;

  g_return_val_if_fail (PAL_IS_IDENTITY (old) && certificate != NULL, NULL);

  info = pal_certificate_info_new (certificate, strlen (certificate), error);
  if (info == NULL)
    return NULL;
  if (strcmp (info->fingerprint, pal_identity_get_fingerprint (old)) == 0)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                   "the new certificate is the old one");
      return NULL;
    }
  json_object_set_string_member (object, "type", NOTICE_TYPE);
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "old", pal_identity_get_fingerprint (old));
  json_object_set_string_member (object, "certificate", certificate);
  json_object_set_string_member (object, "from", day);
  json_node_set_object (root, object);
  text = json_to_string (root, FALSE);
  content = g_bytes_new_take (text, strlen (text));

  return pal_cms_sign_attached (old, content, error);
}

static gboolean
is_member (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i], name) == 0)
      return TRUE;

  return FALSE;
}

/* Nothing more, nothing less, and all of it text. */
static gboolean
has_shape (JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);

  if (g_list_length (names) != G_N_ELEMENTS (members))
    return FALSE;
  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonNode *node = json_object_get_member (object, l->data);

      if (!is_member (l->data) || !JSON_NODE_HOLDS_VALUE (node)
          || json_node_get_value_type (node) != G_TYPE_STRING)
        return FALSE;
    }

  return strcmp (json_object_get_string_member (object, "type"), NOTICE_TYPE) == 0;
}

static PalModuleNotice *
parse (JsonObject *object, GError **error)
{
  g_autoptr (PalModuleNotice) notice = g_new0 (PalModuleNotice, 1);
  g_autoptr (PalCertificateInfo) info = NULL;
  gint64 from_us = 0;

  notice->id = g_strdup (json_object_get_string_member (object, "id"));
  notice->old_fingerprint = g_strdup (json_object_get_string_member (object, "old"));
  notice->certificate = g_strdup (json_object_get_string_member (object, "certificate"));
  if (strlen (notice->id) > ID_MAX_BYTES
      || !pal_clock_parse_rfc3339 (json_object_get_string_member (object, "from"), &from_us))
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "a notice without a time of the change");
      return NULL;
    }
  notice->from = from_us / G_USEC_PER_SEC;
  info = pal_certificate_info_new (notice->certificate, strlen (notice->certificate), error);
  if (info == NULL)
    return NULL;
  notice->new_fingerprint = g_strdup (info->fingerprint);
  notice->new_name = g_strdup (info->common_name);
  notice->new_not_before = info->not_before;
  notice->new_not_after = info->not_after;

  return g_steal_pointer (&notice);
}

/**
 * pal_module_notice_read:
 * @p7m: a file from anywhere
 * @error: return location
 *
 * Reads a notice and checks that its signature holds and is that of the certificate which it says
 * it replaces. Whether that is the one which is pinned here is the question of
 * pal_module_trust_check().
 *
 * Returns: (transfer full) (nullable): the notice; %PAL_SIGNING_ERROR_MALFORMED when it is none,
 *   %PAL_SIGNING_ERROR_INVALID when it is forged, %PAL_SIGNING_ERROR_KEY when the new certificate
 *   is outside the profile
 */
PalModuleNotice *
pal_module_notice_read (GBytes *p7m, GError **error)
{
  g_autoptr (PalCmsSigner) signer = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (PalModuleNotice) notice = NULL;
  JsonNode *root;
  const char *text;
  gsize length = 0;

  g_return_val_if_fail (p7m != NULL, NULL);

  if (g_bytes_get_size (p7m) > NOTICE_MAX_BYTES)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED, "too large for a notice");
      return NULL;
    }
  signer = pal_cms_verify_attached (p7m, NULL, PAL_CMS_AT_CLAIMED_TIME, &content, error);
  if (signer == NULL)
    return NULL;
  text = g_bytes_get_data (content, &length);
  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root)
      || !has_shape (json_node_get_object (root)))
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "a signed statement, but no notice of another certificate");
      return NULL;
    }
  notice = parse (json_node_get_object (root), error);
  if (notice == NULL)
    return NULL;
  if (strcmp (notice->old_fingerprint, signer->fingerprint) != 0)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                   "the notice is signed by another key than that which it replaces");
      return NULL;
    }
  notice->old_name = g_strdup (signer->common_name);

  return g_steal_pointer (&notice);
}
