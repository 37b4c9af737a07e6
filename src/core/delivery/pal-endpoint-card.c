// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-card"
#include "config.h"

#include "pal-endpoint-package.h"

#include "pal-clock.h"
#include "pal-endpoint-address.h"
#include "pal-json-check.h"
#include "pal-text.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What data/endpoint.json may say. A member that is not known is refused: who signs it may mean
 * something by it that we would not do. */

#define FORMAT "palermo-endpoint-1"
#define MAX_JSON_BYTES (64 * 1024)
#define MAX_NAMES 30
#define MAX_NAME_BYTES 200
#define MAX_LANGUAGE 12
#define MIN_ARCHIVE_BYTES (1 << 20)
#define MAX_ARCHIVE_BYTES ((gint64) 16 << 30)
#define MIN_PART_BYTES (256 << 10)
#define MAX_PART_BYTES (64 << 20)

/* Not G_DEFINE_QUARK: clang-format would take the hyphens of the name for minus signs. */
GQuark
pal_endpoint_error_quark (void)
{
  return g_quark_from_static_string ("pal-endpoint-error-quark");
}

PalEndpointCard *
pal_endpoint_card_new (void)
{
  PalEndpointCard *self = g_atomic_rc_box_new0 (PalEndpointCard);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

PalEndpointCard *
pal_endpoint_card_ref (PalEndpointCard *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_card (gpointer data)
{
  PalEndpointCard *self = data;

  g_free (self->id);
  g_free (self->url);
  g_hash_table_unref (self->names);
  g_clear_pointer (&self->module_pem, g_bytes_unref);
  g_clear_pointer (&self->ca_pem, g_bytes_unref);
  g_free (self->module_fingerprint);
  g_free (self->ca_fingerprint);
  g_free (self->signer);
  g_free (self->signer_fingerprint);
  g_clear_pointer (&self->package, g_bytes_unref);
}

void
pal_endpoint_card_unref (PalEndpointCard *self)
{
  g_atomic_rc_box_release_full (self, clear_card);
}

/**
 * pal_endpoint_card_get_name:
 * @self: an endpoint
 * @language: (nullable): code of the language that a person reads, as "fr" or "zh_CN"
 *
 * Returns: (transfer none): how people call it: in that language, else in English, else as it is
 */
const char *
pal_endpoint_card_get_name (const PalEndpointCard *self, const char *language)
{
  const char *name = language != NULL ? g_hash_table_lookup (self->names, language) : NULL;
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  const char *first = NULL;

  if (name == NULL)
    name = g_hash_table_lookup (self->names, "en");
  if (name != NULL)
    return name;
  /* Always the same one, whatever the order of the table. */
  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (first == NULL || strcmp (key, first) < 0)
      {
        first = key;
        name = value;
      }

  return name != NULL ? name : self->url;
}

static const char *const authentications[] = { "none", "client-certificate", "token", "both" };

const char *
pal_endpoint_authentication_to_string (PalEndpointAuthentication authentication)
{
  return authentications[authentication];
}

gboolean
pal_endpoint_authentication_from_string (const char *text,
                                         PalEndpointAuthentication *authentication)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (authentications); i++)
    if (strcmp (text, authentications[i]) == 0)
      {
        *authentication = (PalEndpointAuthentication) i;
        return TRUE;
      }

  return FALSE;
}

gboolean
pal_endpoint_card_wants_token (const PalEndpointCard *self)
{
  return self->authentication == PAL_ENDPOINT_AUTHENTICATION_TOKEN
         || self->authentication == PAL_ENDPOINT_AUTHENTICATION_BOTH;
}

gboolean
pal_endpoint_card_wants_certificate (const PalEndpointCard *self)
{
  return self->authentication == PAL_ENDPOINT_AUTHENTICATION_CERTIFICATE
         || self->authentication == PAL_ENDPOINT_AUTHENTICATION_BOTH;
}

/**
 * pal_endpoint_card_check_time:
 * @self: an endpoint
 * @now_us: microseconds since 1970, UTC
 * @error: return location
 *
 * Returns: whether archives may go there now; %PAL_ENDPOINT_ERROR_TIME otherwise
 */
gboolean
pal_endpoint_card_check_time (const PalEndpointCard *self, gint64 now_us, GError **error)
{
  gboolean is_early = self->valid_from_us != 0 && now_us < self->valid_from_us;
  gboolean is_late = self->valid_until_us != 0 && now_us >= self->valid_until_us;

  if (is_early || is_late)
    {
      g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_TIME,
                   is_early ? "the endpoint is not in service yet"
                            : "the endpoint is not in service any more");
      return FALSE;
    }

  return TRUE;
}

/* --- reading ---------------------------------------------------------------------------------- */

static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_CONTENT, "endpoint.json: %s", what);

  return FALSE;
}

/* A member and its type; what is_needed and not there is an error. */
typedef struct
{
  const char *name;
  GType type; /* of a value, or JSON_TYPE_OBJECT as G_TYPE_NONE */
  gboolean is_needed;
} Member;

static gboolean
has_type (JsonNode *node, GType type)
{
  if (type == G_TYPE_NONE)
    return JSON_NODE_HOLDS_OBJECT (node);

  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
check_members (JsonObject *object, const Member *members, gsize n_members, GError **error)
{
  guint n_known = 0;

  for (gsize i = 0; i < n_members; i++)
    {
      JsonNode *node = json_object_get_member (object, members[i].name);

      if (node == NULL && !members[i].is_needed)
        continue;
      if (node == NULL)
        return fail (error, "\"%s\" is missing", members[i].name);
      if (!has_type (node, members[i].type))
        return fail (error, "\"%s\" is of another type", members[i].name);
      n_known++;
    }
  if (n_known != json_object_get_size (object))
    return fail (error, "it says something that this program does not know");

  return TRUE;
}

static gboolean
is_language (const char *code)
{
  gsize length = strlen (code);

  return length >= 2 && length <= MAX_LANGUAGE && g_ascii_islower (code[0])
         && g_ascii_islower (code[1])
         && strspn (code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") == length;
}

static gboolean
take_names (PalEndpointCard *self, JsonObject *names, GError **error)
{
  JsonObjectIter iter;
  const char *language;
  JsonNode *node;

  if (json_object_get_size (names) == 0 || json_object_get_size (names) > MAX_NAMES)
    return fail (error, "it has no name, or too many");
  json_object_iter_init (&iter, names);
  while (json_object_iter_next (&iter, &language, &node))
    {
      const char *name;
      g_autofree char *printable = NULL;

      if (!is_language (language) || !has_type (node, G_TYPE_STRING))
        return fail (error, "a name is in no language, or is no text");
      name = json_node_get_string (node);
      printable = pal_text_dup_printable (name, MAX_NAME_BYTES);
      if (pal_text_is_blank (name) || strcmp (name, printable) != 0)
        return fail (error, "a name is empty, too long, or has characters that cannot be seen");
      g_hash_table_insert (self->names, g_strdup (language), g_strdup (name));
    }

  return TRUE;
}

static gboolean
take_limit (JsonObject *limits, const char *name, gint64 least, gint64 most, goffset *out,
            GError **error)
{
  gint64 value;

  if (!json_object_has_member (limits, name))
    return TRUE;
  value = json_object_get_int_member (limits, name);
  if (value < least || value > most)
    return fail (error, "\"%s\" is out of bounds", name);
  *out = value;

  return TRUE;
}

static gboolean
take_limits (PalEndpointCard *self, JsonObject *limits, GError **error)
{
  static const Member members[] = {
    { "archiveBytes", G_TYPE_INT64, FALSE },
    { "partBytes", G_TYPE_INT64, FALSE },
  };

  return check_members (limits, members, G_N_ELEMENTS (members), error)
         && take_limit (limits, "archiveBytes", MIN_ARCHIVE_BYTES, MAX_ARCHIVE_BYTES,
                        &self->max_archive_bytes, error)
         && take_limit (limits, "partBytes", MIN_PART_BYTES, MAX_PART_BYTES, &self->max_part_bytes,
                        error);
}

static gboolean
take_time (JsonObject *object, const char *name, gint64 *time_us, GError **error)
{
  if (!json_object_has_member (object, name))
    return TRUE;
  if (!pal_clock_parse_rfc3339 (json_object_get_string_member (object, name), time_us)
      || *time_us <= 0)
    return fail (error, "\"%s\" is no time as RFC 3339 writes it", name);

  return TRUE;
}

static gboolean
take_times (PalEndpointCard *self, JsonObject *object, GError **error)
{
  if (!take_time (object, "issued", &self->issued_us, error)
      || !take_time (object, "validFrom", &self->valid_from_us, error)
      || !take_time (object, "validUntil", &self->valid_until_us, error))
    return FALSE;
  if (self->valid_until_us != 0
      && self->valid_until_us <= MAX (self->valid_from_us, self->issued_us))
    return fail (error, "it is over before it begins");

  return TRUE;
}

static gboolean
take_file (JsonObject *object, const char *name, char **file, GError **error)
{
  const char *text;

  *file = NULL;
  if (!json_object_has_member (object, name))
    return TRUE;
  text = json_object_get_string_member (object, name);
  if (!g_str_has_prefix (text, "data/") || !g_str_has_suffix (text, ".pem")
      || strstr (text, "..") != NULL || strlen (text) > 100)
    return fail (error, "\"%s\" names no file of the package", name);
  *file = g_strdup (text);

  return TRUE;
}

static gboolean
take_address (PalEndpointCard *self, JsonObject *object, GError **error)
{
  PalAddressFault fault;

  self->url = g_strdup (json_object_get_string_member (object, "url"));
  self->is_practice = json_object_get_boolean_member_with_default (object, "practice", FALSE);
  fault = pal_endpoint_check_address (self->url, self->is_practice);
  if (fault == PAL_ADDRESS_GOOD)
    return TRUE;
  g_set_error_literal (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_ADDRESS,
                       pal_address_fault_to_string (fault));

  return FALSE;
}

static gboolean
take_all (PalEndpointCard *self, JsonObject *object, char **module, char **ca, GError **error)
{
  static const Member members[] = {
    { "format", G_TYPE_STRING, TRUE },
    { "id", G_TYPE_STRING, TRUE },
    { "url", G_TYPE_STRING, TRUE },
    { "practice", G_TYPE_BOOLEAN, FALSE },
    { "names", G_TYPE_NONE, TRUE },
    { "authentication", G_TYPE_STRING, TRUE },
    { "moduleCertificate", G_TYPE_STRING, TRUE },
    { "serverCertificate", G_TYPE_STRING, FALSE },
    { "limits", G_TYPE_NONE, FALSE },
    { "issued", G_TYPE_STRING, TRUE },
    { "validFrom", G_TYPE_STRING, FALSE },
    { "validUntil", G_TYPE_STRING, FALSE },
  };

  if (!check_members (object, members, G_N_ELEMENTS (members), error))
    return FALSE;
  if (strcmp (json_object_get_string_member (object, "format"), FORMAT) != 0)
    return fail (error, "it is of a format that this program does not know");
  self->id = g_strdup (json_object_get_string_member (object, "id"));
  if (!g_uuid_string_is_valid (self->id))
    return fail (error, "\"id\" is no UUID");
  /* It names a folder later. */
  for (char *p = self->id; *p != '\0'; p++)
    *p = g_ascii_tolower (*p);
  if (!pal_endpoint_authentication_from_string (
          json_object_get_string_member (object, "authentication"), &self->authentication))
    return fail (error, "\"authentication\" is of no known way");

  return take_address (self, object, error)
         && take_names (self, json_object_get_object_member (object, "names"), error)
         && (!json_object_has_member (object, "limits")
             || take_limits (self, json_object_get_object_member (object, "limits"), error))
         && take_times (self, object, error)
         && take_file (object, "moduleCertificate", module, error)
         && take_file (object, "serverCertificate", ca, error);
}

/**
 * pal_endpoint_card_parse:
 * @self: a new card
 * @json: text of data/endpoint.json, from anywhere
 * @length: bytes of it
 * @module: (out) (transfer full): entry with the module's certificate
 * @ca: (out) (transfer full) (nullable): entry with the certificate that vouches for the server
 * @error: return location
 *
 * Returns: whether all of it is as it must be; %PAL_ENDPOINT_ERROR_CONTENT,
 *   %PAL_ENDPOINT_ERROR_ADDRESS
 */
gboolean
pal_endpoint_card_parse (PalEndpointCard *self, const char *json, gsize length, char **module,
                         char **ca, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *module_file = NULL;
  g_autofree char *ca_file = NULL;
  JsonNode *root;

  *module = NULL;
  *ca = NULL;
  if (length == 0 || length > MAX_JSON_BYTES || !pal_json_check (json, length)
      || !json_parser_load_from_data (parser, json, (gssize) length, NULL))
    return fail (error, "it is no JSON that everybody reads alike");
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, "it is no object");
  if (!take_all (self, json_node_get_object (root), &module_file, &ca_file, error))
    return FALSE;
  *module = g_steal_pointer (&module_file);
  *ca = g_steal_pointer (&ca_file);

  return TRUE;
}
