// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-paths.h"
#include "pal-xml.h"

#include <string.h>

G_DEFINE_QUARK (pal - kit - error - quark, pal_kit_error)

/* The page: its own style and scripts, which the browser runs because it knows their digests, and
 * the form as data. Content-Security-Policy keeps everything else out, and the network away. */

char *
pal_kit_dup_language (const char *language)
{
  char *code = g_strdup (language);

  code[strcspn (code, ".@")] = '\0';

  return g_strdelimit (code, "-", '_');
}

static gboolean
is_right_to_left (const char *language)
{
  static const char *const codes[] = { "ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi" };
  gsize length = strcspn (language, "_-");

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (length == strlen (codes[i]) && strncmp (language, codes[i], length) == 0)
      return TRUE;

  return FALSE;
}

/**
 * pal_kit_dup_dossier_digest:
 * @dossier_id: id of a dossier
 *
 * Returns: (transfer full): what pages say of it
 */
char *
pal_kit_dup_dossier_digest (const char *dossier_id)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (dossier_id != NULL, NULL);

  text = g_strconcat ("palermo kit for ", dossier_id, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text != NULL ? text : "");
}

static void
add_origin (JsonBuilder *builder, const PalKitOrder *order, const char *language)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *dossier
      = order->dossier_id != NULL ? pal_kit_dup_dossier_digest (order->dossier_id) : NULL;
  g_autofree char *articles
      = order->articles != NULL ? g_strjoinv (" ", (char **) order->articles) : NULL;

  json_builder_set_member_name (builder, "kit");
  json_builder_begin_object (builder);
  add_text (builder, "id", id);
  add_text (builder, "dossier", dossier);
  add_text (builder, "language", language);
  add_text (builder, "cluster", order->cluster);
  add_text (builder, "articles", articles);
  add_text (builder, "state", order->state);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "limit");
  json_builder_add_int_value (builder, PAL_KIT_MAX_ATTACHED);
}

/* JSON within a script element: no character of it can end the element. */
static char *
dup_safe_json (JsonNode *node)
{
  g_autofree char *json = json_to_string (node, FALSE);
  GString *out = g_string_new (NULL);

  for (const char *c = json; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (letter == '<' || letter == '>' || letter == '&' || letter == 0x2028 || letter == 0x2029)
        g_string_append_printf (out, "\\u%04x", letter);
      else
        g_string_append_unichar (out, letter);
    }

  return g_string_free (out, FALSE);
}

static char *
dup_source (const char *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *base64 = NULL;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  base64 = g_base64_encode (digest, length);

  return g_strdup_printf ("'sha256-%s'", base64);
}

static char *
load_part (const char *name, GError **error)
{
  g_autofree char *relative = g_build_filename ("kit", name, NULL);
  g_autofree char *path = pal_paths_dup_data_file (relative);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    g_prefix_error (error, "a part of every page: ");

  return text;
}

static GBytes *
put_together (JsonNode *definition, const char *language, const char *rules, GError **error)
{
  g_autofree char *style = load_part ("kit.css", error);
  g_autofree char *script = style != NULL ? load_part ("kit.js", error) : NULL;
  g_autofree char *json = NULL;
  g_autofree char *tag = g_strdelimit (g_strdup (language), "_", '-');
  JsonObject *object = json_node_get_object (definition);
  JsonObject *words = json_object_get_object_member (object, "words");
  g_autofree char *title = pal_xml_escape (json_object_get_string_member (object, "title"));
  g_autofree char *no_script = pal_xml_escape (json_object_get_string_member (words, "noScript"));
  g_autofree char *style_source = NULL;
  g_autofree char *rules_source = NULL;
  g_autofree char *script_source = NULL;
  char *page;

  if (script == NULL)
    return NULL;
  json = dup_safe_json (definition);
  style_source = dup_source (style);
  rules_source = dup_source (rules);
  script_source = dup_source (script);
  page = g_strdup_printf (
      "<!DOCTYPE html>\n"
      "<html lang=\"%s\" dir=\"%s\">\n"
      "<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "base-uri 'none'; form-action 'none'; style-src %s; script-src %s %s\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>%s</title>\n"
      "<style>%s</style>\n"
      "</head>\n"
      "<body>\n"
      "<noscript><p>%s</p></noscript>\n"
      "<script type=\"application/json\" id=\"definition\">%s</script>\n"
      "<script>%s</script>\n"
      "<script>%s</script>\n"
      "</body>\n"
      "</html>\n",
      tag, is_right_to_left (language) ? "rtl" : "ltr", style_source, rules_source, script_source,
      title, style, no_script, json, rules, script);

  return g_bytes_new_take (page, strlen (page));
}

/**
 * pal_kit_make:
 * @order: what the page is to be
 * @error: return location: a #PalKitError, a #PalCatalogueError or #GFileError
 *
 * Makes a page in which people without Palermo fill in the form. It holds the form, its texts in
 * one language, and the questions of the questionnaire, but no answer of anybody. It needs no
 * network, keeps nothing, and runs no script but its own. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the page, UTF-8
 */
GBytes *
pal_kit_make (const PalKitOrder *order, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) definition = NULL;
  g_autofree char *language = NULL;
  g_autofree char *rules = NULL;
  const char *own;

  g_return_val_if_fail (order != NULL && order->form != NULL && order->language != NULL, NULL);

  language = pal_kit_dup_language (order->language);
  own = pal_form_match_language (order->form, language);
  if (own == NULL && pal_form_get_languages (order->form)->len > 0)
    {
      g_set_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LANGUAGE, "the form %s is not in %s",
                   pal_form_get_id (order->form), language);
      return NULL;
    }
  rules = pal_kit_dup_rules (order->form, error);
  if (rules == NULL)
    return NULL;

  json_builder_begin_object (builder);
  if (!pal_kit_add_definition (builder, order, own, error)
      || !pal_kit_add_words (builder, language, error))
    return NULL;
  pal_kit_add_context (builder, order);
  add_origin (builder, order, language);
  json_builder_end_object (builder);
  definition = json_builder_get_root (builder);

  return put_together (definition, language, rules, error);
}
