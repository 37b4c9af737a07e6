// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-receipt"
#include "config.h"

#include "pal-receipt.h"

#include "pal-cms.h"
#include "pal-json-check.h"
#include "pal-module-trust.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define RECEIPT_TYPE "urn:example:submission-receipt:1"
#define RECEIPT_MAX_BYTES (1024 * 1024)
#define CODE_MAX 255 /* an exit code: receivers may have verifiers of their own */

static const char *const status_names[] = {
  [PAL_RECEIPT_RECEIVED] = "received",
  [PAL_RECEIPT_ACCEPTED] = "accepted",
  [PAL_RECEIPT_REFUSED] = "refused",
};

/**
 * pal_receipt_new:
 *
 * Returns: (transfer full): an empty receipt; the creator fills in the fields
 */
PalReceipt *
pal_receipt_new (void)
{
  return g_new0 (PalReceipt, 1);
}

/**
 * pal_receipt_free:
 * @receipt: (nullable): a receipt
 *
 * Frees it and all its texts.
 */
void
pal_receipt_free (PalReceipt *receipt)
{
  if (receipt == NULL)
    return;

  g_free (receipt->id);
  g_free (receipt->archive_sha256);
  g_free (receipt->archive_name);
  g_free (receipt->indication);
  g_free (receipt->message);
  g_free (receipt->received);
  g_free (receipt->receiver);
  g_free (receipt->sender);
  g_free (receipt->signer);
  g_free (receipt->signer_name);
  g_free (receipt);
}

/**
 * pal_receipt_status_to_string:
 * @status: a status
 *
 * Returns: (transfer none): the word that stands for it in the receipt
 */
const char *
pal_receipt_status_to_string (PalReceiptStatus status)
{
  return status_names[status];
}

static void
add_string (JsonObject *object, const char *name, const char *value)
{
  json_object_set_string_member (object, name, value != NULL ? value : "");
}

static char *
to_json (const PalReceipt *receipt)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObject *archive = json_object_new ();
  JsonObject *verification = json_object_new ();

  add_string (archive, "sha256", receipt->archive_sha256);
  json_object_set_int_member (archive, "size", receipt->archive_size);
  add_string (archive, "name", receipt->archive_name);

  json_object_set_int_member (verification, "code", receipt->code);
  add_string (verification, "indication", receipt->indication);
  add_string (verification, "message", receipt->message);

  add_string (object, "type", RECEIPT_TYPE);
  add_string (object, "id", receipt->id);
  add_string (object, "status", pal_receipt_status_to_string (receipt->status));
  json_object_set_object_member (object, "archive", archive);
  json_object_set_object_member (object, "verification", verification);
  add_string (object, "received", receipt->received);
  add_string (object, "receiver", receipt->receiver);
  if (receipt->sender != NULL)
    add_string (object, "sender", receipt->sender);
  json_node_set_object (root, object);

  return json_to_string (root, FALSE);
}

/**
 * pal_receipt_sign:
 * @receipt: what is stated
 * @module: who states it
 * @error: return location
 *
 * Makes the signed statement of a module about an archive (package-format 6): CMS with the JSON
 * inside, as `openssl cms -verify` prints it. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the receipt in DER, or %NULL with %PAL_SIGNING_ERROR_FAILED
 */
GBytes *
pal_receipt_sign (const PalReceipt *receipt, PalIdentity *module, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  char *json;

  g_return_val_if_fail (receipt != NULL, NULL);
  g_return_val_if_fail (PAL_IS_IDENTITY (module), NULL);

  json = to_json (receipt);
  content = g_bytes_new_take (json, strlen (json));

  return pal_cms_sign_attached (module, content, error);
}

/* Members of the wrong type count as missing: json-glib would warn about them. */
static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;

  return node;
}

static char *
dup_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING);

  return node != NULL ? json_node_dup_string (node) : NULL;
}

static gint64
get_int (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64);

  return node != NULL ? json_node_get_int (node) : -1;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
parse_status (const char *word, PalReceiptStatus *status)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (status_names); i++)
    if (strcmp (status_names[i], word) == 0)
      {
        *status = i;
        return TRUE;
      }

  return FALSE;
}

static PalReceipt *
parse (GBytes *content, GError **error)
{
  g_autoptr (PalReceipt) receipt = pal_receipt_new ();
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *type = NULL;
  g_autofree char *status = NULL;
  JsonObject *object;
  JsonObject *archive;
  JsonObject *verification;
  JsonNode *root;
  gint64 code;
  gsize length = 0;
  const char *text = g_bytes_get_data (content, &length);

  if (length == 0 || !pal_json_check (text, length)
      || !json_parser_load_from_data (parser, text, length, NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "the receipt is not one plain JSON object");
      return NULL;
    }
  object = json_node_get_object (root);
  archive = get_object (object, "archive");
  verification = get_object (object, "verification");

  type = dup_string (object, "type");
  status = dup_string (object, "status");
  receipt->id = dup_string (object, "id");
  receipt->archive_sha256 = dup_string (archive, "sha256");
  receipt->archive_size = get_int (archive, "size");
  receipt->archive_name = dup_string (archive, "name");
  receipt->indication = dup_string (verification, "indication");
  receipt->message = dup_string (verification, "message");
  receipt->received = dup_string (object, "received");
  receipt->receiver = dup_string (object, "receiver");
  receipt->sender = dup_string (object, "sender");

  if (g_strcmp0 (type, RECEIPT_TYPE) != 0 || !parse_status (status, &receipt->status)
      || receipt->archive_sha256 == NULL || receipt->archive_size < 0)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "a signed statement, but no receipt of a known kind");
      return NULL;
    }
  code = get_int (verification, "code");
  if (receipt->status != PAL_RECEIPT_RECEIVED && (code < 0 || code > CODE_MAX))
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "the receipt does not say what the verification came to");
      return NULL;
    }
  receipt->code = code >= 0 && code <= CODE_MAX ? (int) code : -1;

  return g_steal_pointer (&receipt);
}

/**
 * pal_receipt_verify:
 * @p7m: the receipt as it came
 * @module_certificate: path of the module's pinned certificate as PEM; only a signer that is this
 *     certificate, or was issued by it, counts, and those of its chain (pal-module-trust.h), each
 *     for the time that it was in force
 * @sha256: (nullable): digest that the archive must have
 * @size: length in bytes that the archive must have, or -1
 * @error: return location
 *
 * Checks a receipt. The signer is judged at the time that it claims, since receipts are kept for
 * good and the pinned signer is believed. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the receipt, which may well say "refused"; %NULL with
 * %PAL_SIGNING_ERROR_INVALID when it is forged, of another signer or of another archive,
 * %PAL_SIGNING_ERROR_MALFORMED when it is no receipt, %PAL_SIGNING_ERROR_KEY or a #GIOErrorEnum
 * error when the pinned certificate cannot be read
 */
PalReceipt *
pal_receipt_verify (GBytes *p7m, const char *module_certificate, const char *sha256, goffset size,
                    GError **error)
{
  g_autoptr (PalModuleTrust) module = NULL;
  g_autoptr (GPtrArray) trust = NULL;
  g_autoptr (PalCmsSigner) signer = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (PalReceipt) receipt = NULL;
  const PalModulePin *pin;

  g_return_val_if_fail (p7m != NULL, NULL);
  g_return_val_if_fail (module_certificate != NULL, NULL);

  if (g_bytes_get_size (p7m) > RECEIPT_MAX_BYTES)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED,
                   "too large for a receipt");
      return NULL;
    }
  module = pal_module_trust_load (module_certificate, error);
  if (module == NULL)
    return NULL;
  trust = pal_module_trust_list_certificates (module);
  signer = pal_cms_verify_attached (p7m, trust, PAL_CMS_AT_CLAIMED_TIME, &content, error);
  if (signer == NULL)
    return NULL;
  if (!signer->trusted)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                   "the receipt is not signed by the module that was agreed on: %s",
                   signer->reason);
      return NULL;
    }
  pin = pal_module_trust_find (module, signer->fingerprint);
  if (pin != NULL && pin->until != 0 && signer->claimed_time > pin->until)
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                   "the receipt is signed with a certificate that the module had replaced by then");
      return NULL;
    }
  receipt = parse (content, error);
  if (receipt == NULL)
    return NULL;
  receipt->signer = g_strdup (signer->fingerprint);
  receipt->signer_name = g_strdup (signer->common_name);
  receipt->signer_until = pin != NULL ? pin->until : 0;
  if ((sha256 != NULL && g_ascii_strcasecmp (receipt->archive_sha256, sha256) != 0)
      || (size >= 0 && receipt->archive_size != size))
    {
      g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                   "the receipt speaks of another archive");
      return NULL;
    }

  return g_steal_pointer (&receipt);
}
