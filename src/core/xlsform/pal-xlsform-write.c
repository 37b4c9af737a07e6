// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <math.h>
#include <string.h>

/* No form is read that is larger (see pal-xml.h), so none is made. */
#define MAX_FORM_BYTES (64 * 1024 * 1024)

gboolean
pal_xform_check_size (const GString *out, GError **error)
{
  if (out->len <= MAX_FORM_BYTES)
    return TRUE;
  g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                       "the form becomes larger than 64 MiB");

  return FALSE;
}

void
pal_markup_append_escaped (GString *out, const char *text, gboolean is_attribute)
{
  for (const char *at = text; *at != '\0'; at++)
    switch (*at)
      {
      case '&':
        g_string_append (out, "&amp;");
        break;
      case '<':
        g_string_append (out, "&lt;");
        break;
      case '>':
        g_string_append (out, "&gt;");
        break;
      case '"':
        g_string_append (out, is_attribute ? "&quot;" : "\"");
        break;
      case '\n':
        g_string_append (out, is_attribute ? "&#10;" : "\n");
        break;
      case '\t':
        g_string_append (out, is_attribute ? "&#9;" : "\t");
        break;
      default:
        g_string_append_c (out, *at);
      }
}

void
pal_markup_append_attribute (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, " %s=\"", name);
  pal_markup_append_escaped (out, value, TRUE);
  g_string_append_c (out, '"');
}

/* yes and no, as people write them, in the columns that hold conditions. */
static const char *
convert_condition (const char *key, const char *text)
{
  static const char *const keys[] = { "bind::required",   "bind::relevant",  "bind::readonly",
                                      "bind::constraint", "bind::calculate", NULL };

  if (!g_strv_contains (keys, key))
    return text;
  if (g_ascii_strcasecmp (text, "yes") == 0 || g_ascii_strcasecmp (text, "true") == 0)
    return "true()";
  if (g_ascii_strcasecmp (text, "no") == 0 || g_ascii_strcasecmp (text, "false") == 0)
    return "false()";

  return text;
}

static gboolean
is_message (const char *key)
{
  return strcmp (key, "bind::jr:constraintMsg") == 0 || strcmp (key, "bind::jr:requiredMsg") == 0
         || strcmp (key, "bind::jr:noAppErrorString") == 0;
}

/* Typographic quotes that a spreadsheet put into an expression are meant as plain ones. */
static char *
straighten (const char *text)
{
  g_autoptr (GString) out = g_string_new (text);

  g_string_replace (out, "‘", "'", 0);
  g_string_replace (out, "’", "'", 0);
  g_string_replace (out, "“", "\"", 0);
  g_string_replace (out, "”", "\"", 0);

  return g_strdup (out->str);
}

static gboolean
append_bind_cell (PalCompiler *compiler, PalSurveyItem *item, const PalSheetCell *cell,
                  GString *out, GError **error)
{
  const char *key = cell->column->key;
  const char *name = key + strlen ("bind::");
  g_autofree char *plain = NULL;
  g_autofree char *value = NULL;

  if (!pal_sheet_settings_check_prefix (compiler, item->entry, key, name, error))
    return FALSE;
  if (is_message (key))
    {
      pal_markup_append_attribute (out, name, cell->text);
      return TRUE;
    }
  plain = straighten (convert_condition (key, cell->text));
  value = pal_expression_expand (compiler, item, plain, PAL_REFERENCE_DEFAULT, NULL, item->entry,
                                 key, error);
  if (value == NULL)
    return FALSE;
  pal_markup_append_attribute (out, name, value);

  return TRUE;
}

static gboolean
has_bind (const PalSurveyItem *item, const char *name)
{
  g_autofree char *key = g_strconcat ("bind::", name, NULL);

  return pal_entry_has (item->entry, key);
}

static void
append_default_attribute (const PalSurveyItem *item, const char *pair, GString *out)
{
  const char *equals = pair != NULL ? strchr (pair, '=') : NULL;
  g_autofree char *name = NULL;

  if (equals == NULL)
    return;
  name = g_strndup (pair, equals - pair);
  if (!has_bind (item, name))
    pal_markup_append_attribute (out, name, equals + 1);
}

static const char *
bind_type (const PalSurveyItem *item)
{
  static const char *const numeric[] = { "start", "end", "step", "tick_interval", "placeholder" };

  if (item->type == NULL)
    return NULL;
  if (item->type->tag == PAL_TAG_RANGE)
    for (guint i = 0; i < G_N_ELEMENTS (numeric); i++)
      {
        const char *text = g_hash_table_lookup (item->parameters, numeric[i]);
        double value = 0;

        if (text != NULL && pal_sheet_is_number (text, &value) && value != floor (value))
          return "decimal";
      }

  return item->type->bind_type;
}

static void
append_parameters (const PalSurveyItem *item, GString *out)
{
  const char *quality = NULL;
  const char *pixels = NULL;

  if (item->parameters == NULL || item->type->tag != PAL_TAG_UPLOAD)
    return;
  quality = g_hash_table_lookup (item->parameters, "quality");
  pixels = g_hash_table_lookup (item->parameters, "max-pixels");
  if (quality != NULL)
    pal_markup_append_attribute (out, "odk:quality", quality);
  if (pixels != NULL)
    pal_markup_append_attribute (out, "orx:max-pixels", pixels);
}

static gboolean
write_bind (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  g_autoptr (GString) attributes = g_string_new (NULL);
  const char *type = bind_type (item);

  if (type != NULL && !has_bind (item, "type"))
    pal_markup_append_attribute (attributes, "type", type);
  if (item->type != NULL)
    {
      append_default_attribute (item, item->type->bind_extra, attributes);
      append_default_attribute (item, item->type->bind_more, attributes);
    }
  append_parameters (item, attributes);
  for (guint i = 0; i < item->entry->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (item->entry->cells, PalSheetCell, i);
      const char *key = cell->column->key;

      if (!g_str_has_prefix (key, "bind::")
          || (item->has_trigger && strcmp (key, "bind::calculate") == 0))
        continue;
      if (is_message (key) && pal_itext_needs (compiler, item, key))
        {
          const char *name = key + strlen ("bind::");
          g_autofree char *id = pal_itext_id (item, name);
          g_autofree char *reference = g_strdup_printf ("jr:itext('%s')", id);
          g_autofree char *start = g_strdup_printf (" %s=", name);

          if (strstr (attributes->str, start) == NULL)
            pal_markup_append_attribute (attributes, name, reference);
          continue;
        }
      if (!append_bind_cell (compiler, item, cell, attributes, error))
        return FALSE;
    }
  if (attributes->len == 0)
    return TRUE;

  g_string_append (out, "<bind");
  pal_markup_append_attribute (out, "nodeset", item->path);
  g_string_append (out, attributes->str);
  g_string_append (out, "/>\n");

  return TRUE;
}

static gboolean
is_instance_only (const PalSurveyItem *item)
{
  return item->type != NULL && g_str_has_suffix (item->type->word, "-external");
}

static const char *
get_default (const PalSurveyItem *item)
{
  return item->entry != NULL ? pal_entry_get (item->entry, "default") : NULL;
}

static gboolean
is_dynamic (const PalSurveyItem *item)
{
  const char *value = get_default (item);

  return value != NULL && item->type != NULL
         && pal_expression_is_dynamic (value, item->type->bind_type);
}

static gboolean
write_setvalues (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  return !is_dynamic (item) || (compiler->starts_empty && pal_survey_item_in_repeat (item))
         || pal_setvalue_append (compiler, out, item, "odk-instance-first-load", get_default (item),
                                 "default", error);
}

static gboolean
write_binds (PalCompiler *compiler, PalSurveyItem *item, GString *out, GError **error)
{
  if (!pal_xform_check_size (out, error))
    return FALSE;
  if (item->entry != NULL && !is_instance_only (item)
      && (!write_bind (compiler, item, out, error)
          || !write_setvalues (compiler, item, out, error)))
    return FALSE;
  for (guint i = 0; i < item->children->len; i++)
    if (!write_binds (compiler, item->children->pdata[i], out, error))
      return FALSE;

  return TRUE;
}

/* Outside repeats a repeat stands as its template and one row; in a template as its template, in a
 * row as a row, so that nesting does not multiply it. */
typedef enum
{
  PLACE_OUTSIDE,
  PLACE_TEMPLATE,
  PLACE_ROW
} Place;

static gboolean write_node (PalCompiler *compiler, PalSurveyItem *item, Place place,
                            gboolean is_template, GString *out, GError **error);

static gboolean
write_nodes (PalCompiler *compiler, PalSurveyItem *parent, Place place, GString *out,
             GError **error)
{
  for (guint i = 0; i < parent->children->len; i++)
    {
      PalSurveyItem *child = parent->children->pdata[i];

      if (child->kind != PAL_SURVEY_REPEAT)
        {
          if (!write_node (compiler, child, place, FALSE, out, error))
            return FALSE;
          continue;
        }
      if (place != PLACE_ROW && !write_node (compiler, child, PLACE_TEMPLATE, TRUE, out, error))
        return FALSE;
      if ((place == PLACE_ROW || (place == PLACE_OUTSIDE && !compiler->starts_empty))
          && !write_node (compiler, child, PLACE_ROW, FALSE, out, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_node (PalCompiler *compiler, PalSurveyItem *item, Place place, gboolean is_template,
            GString *out, GError **error)
{
  const char *value = get_default (item);

  if (is_instance_only (item))
    return TRUE;
  if (!pal_xform_check_size (out, error))
    return FALSE;
  g_string_append_printf (out, "<%s", item->name);
  if (is_template)
    g_string_append (out, " jr:template=\"\"");
  for (guint i = 0; i < item->entry->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (item->entry->cells, PalSheetCell, i);
      const char *name = cell->column->key + strlen ("instance::");

      if (!g_str_has_prefix (cell->column->key, "instance::"))
        continue;
      if (!pal_sheet_settings_check_prefix (compiler, item->entry, cell->column->key, name, error))
        return FALSE;
      pal_markup_append_attribute (out, name, cell->text);
    }
  if (item->kind != PAL_SURVEY_QUESTION)
    {
      g_string_append (out, ">\n");
      if (!write_nodes (compiler, item, place, out, error))
        return FALSE;
      g_string_append_printf (out, "</%s>\n", item->name);
      return TRUE;
    }
  if (value == NULL || is_dynamic (item))
    {
      g_string_append (out, "/>\n");
      return TRUE;
    }
  g_string_append_c (out, '>');
  if (item->type->tag == PAL_TAG_UPLOAD && g_str_has_prefix (item->type->media, "image")
      && strstr (value, "://") == NULL)
    g_string_append (out, "jr://images/");
  pal_markup_append_escaped (out, value, FALSE);
  g_string_append_printf (out, "</%s>\n", item->name);

  return TRUE;
}

static gboolean
write_primary (PalCompiler *compiler, GString *out, GError **error)
{
  PalSurveyItem *root = compiler->root;
  const char *id = g_hash_table_lookup (compiler->settings, "form_id");
  const char *version = g_hash_table_lookup (compiler->settings, "version");
  const char *xmlns = g_hash_table_lookup (compiler->settings, "instance_xmlns");

  g_string_append_printf (out, "<instance>\n<%s", root->name);
  if (xmlns != NULL)
    pal_markup_append_attribute (out, "xmlns", xmlns);
  pal_markup_append_attribute (out, "id", id != NULL ? id : compiler->default_id);
  if (version != NULL)
    pal_markup_append_attribute (out, "version", version);
  for (guint i = 0; i < compiler->settings_entry->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (compiler->settings_entry->cells, PalSheetCell, i);
      const char *name = cell->column->key + strlen ("attribute::");

      if (!pal_sheet_settings_check_prefix (compiler, compiler->settings_entry, cell->column->key,
                                            name, error))
        return FALSE;
      pal_markup_append_attribute (out, name, cell->text);
    }
  g_string_append (out, ">\n");
  if (!write_nodes (compiler, root, PLACE_OUTSIDE, out, error))
    return FALSE;
  g_string_append_printf (out, "</%s>\n</instance>\n", root->name);

  return TRUE;
}

static void
append_element (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "<%s>", name);
  pal_markup_append_escaped (out, text, FALSE);
  g_string_append_printf (out, "</%s>", name);
}

static gboolean
write_secondary (const PalSecondary *secondary, GString *out, GError **error)
{
  g_string_append (out, "<instance");
  pal_markup_append_attribute (out, "id", secondary->id);
  if (secondary->source != NULL)
    {
      pal_markup_append_attribute (out, "src", secondary->source);
      g_string_append (out, "/>\n");
      return TRUE;
    }
  g_string_append (out, ">\n<root>\n");
  for (guint i = 0; i < secondary->list->entries->len; i++)
    {
      PalEntry *entry = secondary->list->entries->pdata[i];
      const char *label = pal_entry_get (entry, "label");

      g_string_append (out, "<item>");
      if (secondary->list->has_itext)
        {
          g_autofree char *id = g_strdup_printf ("%s-%u", secondary->id, i);

          append_element (out, "itextId", id);
        }
      append_element (out, "name", pal_entry_get (entry, "name"));
      if (!secondary->list->has_itext && label != NULL)
        append_element (out, "label", label);
      for (guint k = 0; k < entry->cells->len; k++)
        {
          const PalSheetCell *cell = &g_array_index (entry->cells, PalSheetCell, k);

          if (strcmp (cell->column->key, "name") != 0 && strcmp (cell->column->key, "label") != 0
              && strcmp (cell->column->key, "list_name") != 0
              && pal_sheet_is_name (cell->column->key))
            append_element (out, cell->column->key, cell->text);
        }
      g_string_append (out, "</item>\n");
    }
  g_string_append (out, "</root>\n</instance>\n");

  return pal_xform_check_size (out, error);
}

static void
write_submission (PalCompiler *compiler, GString *out)
{
  const char *url = g_hash_table_lookup (compiler->settings, "submission_url");
  const char *send = g_hash_table_lookup (compiler->settings, "auto_send");
  const char *drop = g_hash_table_lookup (compiler->settings, "auto_delete");

  if (url == NULL && send == NULL && drop == NULL)
    return;
  g_string_append (out, "<submission");
  if (url != NULL)
    {
      pal_markup_append_attribute (out, "action", url);
      pal_markup_append_attribute (out, "method", "post");
    }
  if (send != NULL)
    pal_markup_append_attribute (out, "orx:auto-send", send);
  if (drop != NULL)
    pal_markup_append_attribute (out, "orx:auto-delete", drop);
  g_string_append (out, "/>\n");
}

/* The whole form. */
gboolean
pal_xform_write (PalCompiler *compiler, GString *out, GError **error)
{
  const char *title = g_hash_table_lookup (compiler->settings, "form_title");
  const char *style = g_hash_table_lookup (compiler->settings, "style");
  g_autoptr (GString) body = g_string_new (NULL);

  if (title == NULL)
    title = g_hash_table_lookup (compiler->settings, "form_id");
  if (title == NULL)
    title = compiler->default_id;

  g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<h:html xmlns=\"http://www.w3.org/2002/xforms\"");
  for (guint i = 0; i < compiler->prefix_order->len; i++)
    {
      const char *prefix = compiler->prefix_order->pdata[i];
      g_autofree char *name = g_strconcat ("xmlns:", prefix, NULL);

      pal_markup_append_attribute (out, name, g_hash_table_lookup (compiler->prefixes, prefix));
    }
  g_string_append (out, ">\n<h:head>\n");
  append_element (out, "h:title", title);
  g_string_append (out, "\n<model odk:xforms-version=\"1.0.0\">\n");
  if (!pal_itext_write (compiler, out, error) || !write_primary (compiler, out, error))
    return FALSE;
  for (guint i = 0; i < compiler->secondaries->len; i++)
    if (!write_secondary (compiler->secondaries->pdata[i], out, error))
      return FALSE;
  if (!write_binds (compiler, compiler->root, out, error))
    return FALSE;
  write_submission (compiler, out);
  g_string_append (out, "</model>\n</h:head>\n<h:body");
  if (style != NULL)
    pal_markup_append_attribute (out, "class", style);
  if (!pal_body_write (compiler, body, error))
    return FALSE;
  if (!pal_xform_check_size (body, error))
    return FALSE;
  if (body->len > 0)
    g_string_append_printf (out, ">\n%s</h:body>\n</h:html>\n", body->str);
  else
    g_string_append (out, "/>\n</h:html>\n");

  return pal_xform_check_size (out, error);
}
