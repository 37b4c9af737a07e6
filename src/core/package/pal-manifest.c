// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-manifest"
#include "config.h"

#include "pal-package-private.h"

#include <string.h>

/* ASiCManifest of ETSI EN 319 162-1, annex A.4, with XML Signature's digest elements. Parsed with
 * GMarkup, which knows no DTD, no entities of its own and no encodings; what else it lets pass and
 * a signature must not leave open (comments in values, redeclared prefixes) is refused here. */

#define NS_ASIC "http://uri.etsi.org/02918/v1.2.1#"
#define NS_DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MAX_DEPTH 32
#define MAX_ATTRIBUTES 64
#define MAX_TAG (16 * 1024)

static const struct
{
  guint bits;
  const char *uri;
} algorithms[] = {
  { 256, "http://www.w3.org/2001/04/xmlenc#sha256" },
  { 384, "http://www.w3.org/2001/04/xmldsig-more#sha384" },
  { 512, "http://www.w3.org/2001/04/xmlenc#sha512" },
};

void
pal_reference_free (PalReference *reference)
{
  if (reference == NULL)
    return;

  g_free (reference->name);
  g_free (reference->media_type);
  g_free (reference);
}

PalReference *
pal_reference_new (const char *name, const char *media_type, gboolean is_root,
                   const guint8 sha256[PAL_DIGEST_BYTES])
{
  PalReference *self = g_new0 (PalReference, 1);

  self->name = g_strdup (name);
  self->media_type = g_strdup (media_type);
  self->is_root = is_root;
  self->bits = 256;
  memcpy (self->digest, sha256, PAL_DIGEST_BYTES);

  return self;
}

/* --- Writing --- */

GBytes *
pal_manifest_format (const char *signature_name, GPtrArray *references)
{
  GString *xml
      = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<asic:ASiCManifest xmlns:asic=\"" NS_ASIC "\" xmlns:ds=\"" NS_DSIG "\">\n");

  g_string_append_printf (
      xml, " <asic:SigReference URI=\"%s\" MimeType=\"application/pkcs7-signature\"/>\n",
      signature_name);
  for (guint i = 0; i < references->len; i++)
    {
      const PalReference *reference = g_ptr_array_index (references, i);
      g_autofree char *uri = g_uri_escape_string (reference->name, "/", FALSE);
      g_autofree char *media_type
          = g_markup_escape_text (reference->media_type != NULL ? reference->media_type : "", -1);
      g_autofree char *digest = g_base64_encode (reference->digest, reference->bits / 8);

      g_string_append_printf (xml, " <asic:DataObjectReference URI=\"%s\"", uri);
      if (*media_type != '\0')
        g_string_append_printf (xml, " MimeType=\"%s\"", media_type);
      if (reference->is_root)
        g_string_append (xml, " Rootfile=\"true\"");
      g_string_append_printf (xml,
                              ">\n  <ds:DigestMethod Algorithm=\"%s\"/>\n"
                              "  <ds:DigestValue>%s</ds:DigestValue>\n"
                              " </asic:DataObjectReference>\n",
                              algorithms[reference->bits / 128 - 2].uri, digest);
    }
  g_string_append (xml, "</asic:ASiCManifest>\n");

  return g_string_free_to_bytes (xml);
}

/* --- Reading: before the parser --- */

static gboolean
fail (GError **error, PalPackageError code, const char *message)
{
  g_set_error_literal (error, PAL_PACKAGE_ERROR, code, message);

  return FALSE;
}

/* Length of the tag that begins at text; quoted ">" do not end it. */
static gsize
measure_tag (const char *text, const char *end)
{
  const char *at = text;
  char quote = '\0';

  for (; at < end; at++)
    {
      if (quote != '\0')
        quote = *at == quote ? '\0' : quote;
      else if (*at == '"' || *at == '\'')
        quote = *at;
      else if (*at == '>')
        break;
    }

  return MIN (at + 1, end) - text;
}

static gboolean
check_text (const char *text, gsize length, GError **error)
{
  const char *end;
  const char *at = text;

  /* One of no length has no text at all, not even an end of it. */
  if (length == 0)
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a manifest that is empty");
  end = text + length;
  if (length > PAL_PACKAGE_MAX_MANIFEST)
    return fail (error, PAL_PACKAGE_ERROR_LIMIT, "a manifest above 4 MiB");
  /* g_utf8_validate_len() refuses NUL as well. */
  if ((length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
      || !g_utf8_validate_len (text, length, NULL))
    return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a manifest that is not plain UTF-8");
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] < 0x20 && strchr ("\t\r\n", text[i]) == NULL)
      return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a manifest with control characters");

  while ((at = memchr (at, '<', end - at)) != NULL)
    {
      gsize tag;

      if (end - at >= 4 && strncmp (at, "<!--", 4) == 0)
        {
          at = g_strstr_len (at + 4, end - at - 4, "-->");
          if (at == NULL)
            return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a manifest that is not XML");
          continue;
        }
      if (end - at >= 2 && at[1] == '!')
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED,
                     "a manifest with a document type or marked section");
      if (end - at >= 2 && at[1] == '?' && at != text)
        return fail (error, PAL_PACKAGE_ERROR_MALFORMED, "a manifest with an instruction in it");
      tag = measure_tag (at, end);
      if (tag > MAX_TAG)
        return fail (error, PAL_PACKAGE_ERROR_LIMIT, "a manifest with a huge tag");
      at += tag;
    }

  return TRUE;
}

/* --- Reading: the parser --- */

typedef enum
{
  AT_ROOT,
  AT_SIG_REFERENCE,
  AT_OBJECT,
  AT_DIGEST_METHOD,
  AT_DIGEST_VALUE,
  AT_EXTENSIONS,
  AT_EXTENSION /* one, and all that is in it */
} Place;

typedef struct
{
  GArray *places;     /* (owned) (element-type Place): open elements */
  GHashTable *spaces; /* (owned) (element-type utf8 utf8): prefix to namespace */
  GPtrArray *result;  /* (owned) (element-type PalReference) */
  PalNameSet *names;  /* (owned): referred to so far */
  PalReference *open; /* (owned) (nullable) */
  GString *value;     /* (owned): text of DigestValue */
  gboolean has_value;
  const char *own_name;
  const char *signature_name;
  guint n_sig_references;
  guint n_roots;
} Parse;

static gboolean
bad (GError **error, const char *message)
{
  g_set_error_literal (error, PAL_PACKAGE_ERROR, PAL_PACKAGE_ERROR_MALFORMED, message);

  return FALSE;
}

/* Only the root declares prefixes: then each means one thing in the whole text. */
static gboolean
declare_spaces (Parse *parse, const char **names, const char **values, GError **error)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *prefix = NULL;

      if (strcmp (names[i], "xmlns") == 0)
        prefix = "";
      else if (g_str_has_prefix (names[i], "xmlns:"))
        prefix = names[i] + strlen ("xmlns:");
      if (prefix != NULL
          && !g_hash_table_insert (parse->spaces, g_strdup (prefix), g_strdup (values[i])))
        return bad (error, "a manifest that declares a prefix twice");
    }

  return TRUE;
}

static gboolean
is_element (Parse *parse, const char *element, const char *space, const char *local)
{
  const char *colon = strchr (element, ':');
  g_autofree char *prefix = colon != NULL ? g_strndup (element, colon - element) : g_strdup ("");

  return g_strcmp0 (g_hash_table_lookup (parse->spaces, prefix), space) == 0
         && strcmp (colon != NULL ? colon + 1 : element, local) == 0;
}

/* Attributes in foreign namespaces (xsi:schemaLocation) do no harm; unknown ones of ours might. */
static gboolean
check_attributes (const char **names, const char *const *known, gboolean is_root, GError **error)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean declares = strcmp (names[i], "xmlns") == 0 || g_str_has_prefix (names[i], "xmlns:");

      if (i >= MAX_ATTRIBUTES)
        return fail (error, PAL_PACKAGE_ERROR_LIMIT, "a manifest with too many attributes");
      for (guint j = 0; j < i; j++)
        if (strcmp (names[i], names[j]) == 0)
          return bad (error, "a manifest with an attribute twice");
      if (declares && !is_root)
        return bad (error, "a manifest that declares prefixes inside");
      if (!declares && strchr (names[i], ':') == NULL && !g_strv_contains (known, names[i]))
        return bad (error, "a manifest with an unknown attribute");
    }

  return TRUE;
}

static const char *
get_attribute (const char **names, const char **values, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return values[i];

  return NULL;
}

/* Decoded once: "%2525" is "%25", which is no name of ours. */
static char *
decode_uri (const char *uri, GError **error)
{
  GString *name = g_string_new (NULL);

  for (const char *at = uri; *at != '\0'; at++)
    {
      if (*at == '%')
        {
          int high = at[1] != '\0' ? g_ascii_xdigit_value (at[1]) : -1;
          int low = high >= 0 && at[2] != '\0' ? g_ascii_xdigit_value (at[2]) : -1;

          if (low < 0 || high * 16 + low == 0)
            {
              g_string_free (name, TRUE);
              bad (error, "a manifest with a reference that is no URI");
              return NULL;
            }
          g_string_append_c (name, high * 16 + low);
          at += 2;
        }
      else if (strchr ("?#:\\ ", *at) != NULL)
        {
          g_string_free (name, TRUE);
          bad (error, "a manifest with a reference that is more than a path");
          return NULL;
        }
      else
        g_string_append_c (name, *at);
    }
  if (!pal_package_is_name (name->str))
    {
      g_string_free (name, TRUE);
      bad (error, "a manifest with a reference outside the profile");
      return NULL;
    }

  return g_string_free (name, FALSE);
}

static gboolean
parse_boolean (const char *text, gboolean *value)
{
  *value = g_strcmp0 (text, "true") == 0 || g_strcmp0 (text, "1") == 0;

  return *value || text == NULL || strcmp (text, "false") == 0 || strcmp (text, "0") == 0;
}

static gboolean
start_object (Parse *parse, const char **names, const char **values, GError **error)
{
  static const char *const known[] = { "URI", "MimeType", "Rootfile", NULL };
  const char *uri = get_attribute (names, values, "URI");
  g_autofree char *name = NULL;
  gboolean is_root = FALSE;

  if (!check_attributes (names, known, FALSE, error))
    return FALSE;
  if (uri == NULL || !parse_boolean (get_attribute (names, values, "Rootfile"), &is_root))
    return bad (error, "a manifest with a reference that is not in order");
  name = decode_uri (uri, error);
  if (name == NULL)
    return FALSE;
  if (strcmp (name, parse->own_name) == 0 || strcmp (name, parse->signature_name) == 0)
    return bad (error, "a manifest that covers itself");
  if (!pal_name_set_add (parse->names, name))
    return bad (error, "a manifest that refers to one file twice");
  if (is_root && parse->n_roots++ > 0)
    return bad (error, "a manifest with two root files");
  if (parse->result->len >= PAL_PACKAGE_MAX_ENTRIES)
    return fail (error, PAL_PACKAGE_ERROR_LIMIT, "a manifest with too many references");

  parse->open = g_new0 (PalReference, 1);
  parse->open->name = g_steal_pointer (&name);
  parse->open->media_type = g_strdup (get_attribute (names, values, "MimeType"));
  parse->open->is_root = is_root;
  parse->has_value = FALSE;

  return TRUE;
}

static gboolean
start_sig_reference (Parse *parse, const char **names, const char **values, GError **error)
{
  static const char *const known[] = { "URI", "MimeType", NULL };
  const char *uri = get_attribute (names, values, "URI");
  g_autofree char *name = NULL;

  if (!check_attributes (names, known, FALSE, error))
    return FALSE;
  if (uri == NULL || parse->n_sig_references++ > 0)
    return bad (error, "a manifest without one reference to its signature");
  name = decode_uri (uri, error);
  if (name == NULL)
    return FALSE;

  return strcmp (name, parse->signature_name) == 0
             ? TRUE
             : bad (error, "a manifest that refers to another's signature");
}

static gboolean
start_digest_method (Parse *parse, const char **names, const char **values, GError **error)
{
  static const char *const known[] = { "Algorithm", NULL };
  const char *uri = get_attribute (names, values, "Algorithm");

  if (!check_attributes (names, known, FALSE, error))
    return FALSE;
  if (parse->open->bits != 0)
    return bad (error, "a manifest with two digests for one file");
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_strcmp0 (uri, algorithms[i].uri) == 0)
      parse->open->bits = algorithms[i].bits;

  return parse->open->bits != 0 ? TRUE : bad (error, "a manifest with a weak or unknown digest");
}

/* An extension that says it is critical, or does not say that it is not, and that we do not know:
 * that is all of them. */
static gboolean
start_extension (Place above, const char **names, const char **values, GError **error)
{
  gboolean critical = above == AT_EXTENSIONS;

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (i >= MAX_ATTRIBUTES)
        return fail (error, PAL_PACKAGE_ERROR_LIMIT, "a manifest with too many attributes");
      if (strcmp (names[i], "xmlns") == 0 || g_str_has_prefix (names[i], "xmlns:"))
        return bad (error, "a manifest that declares prefixes inside");
      if (strcmp (names[i], "Critical") == 0 && !parse_boolean (values[i], &critical))
        critical = TRUE;
    }

  return critical ? bad (error, "a manifest with an unknown critical extension") : TRUE;
}

static gboolean
start_place (Parse *parse, Place *place, const char *element, const char **names,
             const char **values, GError **error)
{
  static const char *const none[] = { NULL };
  Place above = parse->places->len > 0
                    ? g_array_index (parse->places, Place, parse->places->len - 1)
                    : AT_ROOT;

  if (parse->places->len == 0)
    {
      *place = AT_ROOT;
      if (!check_attributes (names, none, TRUE, error)
          || !declare_spaces (parse, names, values, error))
        return FALSE;
      return is_element (parse, element, NS_ASIC, "ASiCManifest")
                 ? TRUE
                 : bad (error, "a manifest with another root or namespace");
    }
  if (above == AT_EXTENSIONS || above == AT_EXTENSION)
    {
      *place = AT_EXTENSION;
      return start_extension (above, names, values, error);
    }
  if ((above == AT_ROOT && is_element (parse, element, NS_ASIC, "ASiCManifestExtensions"))
      || (above == AT_OBJECT
          && is_element (parse, element, NS_ASIC, "DataObjectReferenceExtensions")))
    {
      *place = AT_EXTENSIONS;
      return check_attributes (names, none, FALSE, error);
    }
  if (above == AT_ROOT && is_element (parse, element, NS_ASIC, "SigReference"))
    {
      *place = AT_SIG_REFERENCE;
      return start_sig_reference (parse, names, values, error);
    }
  if (above == AT_ROOT && is_element (parse, element, NS_ASIC, "DataObjectReference"))
    {
      *place = AT_OBJECT;
      if (parse->n_sig_references == 0)
        return bad (error, "a manifest without one reference to its signature");
      return start_object (parse, names, values, error);
    }
  if (above == AT_OBJECT && is_element (parse, element, NS_DSIG, "DigestMethod"))
    {
      *place = AT_DIGEST_METHOD;
      return start_digest_method (parse, names, values, error);
    }
  if (above == AT_OBJECT && is_element (parse, element, NS_DSIG, "DigestValue"))
    {
      *place = AT_DIGEST_VALUE;
      if (parse->has_value)
        return bad (error, "a manifest with two digests for one file");
      parse->has_value = TRUE;
      g_string_truncate (parse->value, 0);
      return check_attributes (names, none, FALSE, error);
    }

  return bad (error, "a manifest with an unknown element");
}

static void
start_cb (GMarkupParseContext *context, const char *element, const char **names,
          const char **values, gpointer user_data, GError **error)
{
  Parse *parse = user_data;
  Place place = AT_ROOT;

  if (parse->places->len >= MAX_DEPTH)
    {
      fail (error, PAL_PACKAGE_ERROR_LIMIT, "a manifest too deep");
      return;
    }
  if (start_place (parse, &place, element, names, values, error))
    g_array_append_val (parse->places, place);
}

/* Base64 without anything left over, of the length that the algorithm gives. */
static gboolean
take_digest (Parse *parse, GError **error)
{
  g_autofree guchar *bytes = NULL;
  g_autofree char *again = NULL;
  GString *packed = g_string_new (NULL);
  gsize length = 0;
  gboolean ok;

  for (const char *at = parse->value->str; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      g_string_append_c (packed, *at);
  if (packed->len > 0 && packed->len <= 4 * PAL_DIGEST_MAX_BYTES)
    bytes = g_base64_decode (packed->str, &length);
  again = bytes != NULL ? g_base64_encode (bytes, length) : NULL;
  ok = parse->open->bits != 0 && length == parse->open->bits / 8
       && g_strcmp0 (again, packed->str) == 0;
  if (ok)
    memcpy (parse->open->digest, bytes, length);
  g_string_free (packed, TRUE);

  return ok ? TRUE : bad (error, "a manifest with a digest that is not in order");
}

static void
end_cb (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Parse *parse = user_data;
  Place place = g_array_index (parse->places, Place, parse->places->len - 1);

  g_array_set_size (parse->places, parse->places->len - 1);
  if (place == AT_DIGEST_VALUE)
    (void) take_digest (parse, error);
  else if (place == AT_OBJECT)
    {
      if (parse->open->bits == 0 || !parse->has_value)
        bad (error, "a manifest with a reference without a digest");
      else
        g_ptr_array_add (parse->result, g_steal_pointer (&parse->open));
    }
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
         GError **error)
{
  Parse *parse = user_data;
  Place place = parse->places->len > 0
                    ? g_array_index (parse->places, Place, parse->places->len - 1)
                    : AT_ROOT;

  if (place == AT_DIGEST_VALUE)
    {
      g_string_append_len (parse->value, text, length);
      return;
    }
  if (place == AT_EXTENSION)
    return;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      {
        bad (error, "a manifest with text where none belongs");
        return;
      }
}

/* Comments and the XML declaration; check_text() has refused all others. */
static void
passthrough_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
                GError **error)
{
  static const char declaration[] = "^<\\?xml\\s+version\\s*=\\s*(\"1\\.0\"|'1\\.0')"
                                    "(\\s+encoding\\s*=\\s*(\"UTF-8\"|'UTF-8'))?"
                                    "(\\s+standalone\\s*=\\s*(\"(yes|no)\"|'(yes|no)'))?\\s*\\?>$";
  Parse *parse = user_data;
  g_autofree char *whole = g_strndup (text, length);

  if (g_str_has_prefix (whole, "<?")
      && !g_regex_match_simple (declaration, whole, G_REGEX_CASELESS, 0))
    bad (error, "a manifest with an instruction in it");
  else if (parse->places->len > 0
           && g_array_index (parse->places, Place, parse->places->len - 1) == AT_DIGEST_VALUE)
    bad (error, "a manifest with a comment inside a digest");
}

GPtrArray *
pal_manifest_parse (GBytes *bytes, const char *own_name, const char *signature_name, GError **error)
{
  static const GMarkupParser callbacks = { start_cb, end_cb, text_cb, passthrough_cb, NULL };
  g_autoptr (GPtrArray) result = NULL;
  g_autoptr (GMarkupParseContext) context = NULL;
  g_autoptr (GError) local_error = NULL;
  Parse parse = { 0 };
  gsize length = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  gboolean ok;

  if (!check_text (text, length, error))
    return NULL;

  result = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_reference_free);
  parse.places = g_array_new (FALSE, FALSE, sizeof (Place));
  parse.spaces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  parse.result = result;
  parse.names = pal_name_set_new ();
  parse.value = g_string_new (NULL);
  parse.own_name = own_name;
  parse.signature_name = signature_name;
  context = g_markup_parse_context_new (&callbacks, 0, &parse, NULL);
  ok = g_markup_parse_context_parse (context, text, length, &local_error)
       && g_markup_parse_context_end_parse (context, &local_error);
  if (ok && parse.n_sig_references == 0)
    ok = bad (&local_error, "a manifest without one reference to its signature");

  g_array_unref (parse.places);
  g_hash_table_unref (parse.spaces);
  pal_name_set_free (parse.names);
  pal_reference_free (parse.open);
  g_string_free (parse.value, TRUE);
  if (ok)
    return g_steal_pointer (&result);

  if (local_error->domain == G_MARKUP_ERROR)
    bad (error, "a manifest that is not XML");
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}
