// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include "pal-xml.h"

#include <string.h>

/* Other spellings of a setting; the later row wins when a sheet has both. */
static const struct
{
  const char *header;
  const char *key;
} spellings[] = {
  { "id_string", "form_id" },         { "set_form_id", "form_id" }, { "title", "form_title" },
  { "set_form_title", "form_title" }, { "form_id", "form_id" },     { "form_title", "form_title" },
};

static char *
setting_key (const char *header)
{
  g_autofree char *lower = NULL;

  if (g_str_has_prefix (header, "attribute::"))
    return g_strdup (header);
  lower = g_ascii_strdown (header, -1);
  g_strdelimit (lower, " ", '_');

  return g_steal_pointer (&lower);
}

/* prefix="URI" prefix="URI" */
/* Whether a reader of the form will take it: whoever reads XML judges. */
static gboolean
is_namespace (const char *prefix, const char *uri)
{
  g_autofree char *escaped = pal_xml_escape (uri);
  char *text = g_strdup_printf ("<%s:x xmlns:%s=\"%s\"/>", prefix, prefix, escaped);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  g_autoptr (PalDocument) document
      = pal_xml_parse (bytes, "namespace", PAL_XML_READ_DEFAULT, NULL, NULL);

  return document != NULL;
}

static gboolean
read_namespaces (PalCompiler *compiler, const char *text, GError **error)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\s*([\\w.-]+)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)')",
                                          G_REGEX_ANCHORED, 0, NULL);
  const char *at = text;

  while (*at != '\0')
    {
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *prefix = NULL;
      g_autofree char *uri = NULL;
      int end = 0;

      if (!g_regex_match (regex, at, 0, &match))
        return pal_sheet_fail (error, compiler->settings_entry, "namespaces",
                               "write prefix=\"URI\" with a space between several");
      prefix = g_match_info_fetch (match, 1);
      uri = g_match_info_fetch (match, 2);
      if (uri == NULL || uri[0] == '\0')
        {
          g_free (uri);
          uri = g_match_info_fetch (match, 3);
        }
      if (!pal_sheet_is_name (prefix) || uri == NULL || uri[0] == '\0'
          || g_str_has_prefix (prefix, "xml") || !is_namespace (prefix, uri))
        return pal_sheet_fail (error, compiler->settings_entry, "namespaces",
                               "\"%s\" cannot be declared", prefix);
      if (!g_hash_table_contains (compiler->prefixes, prefix))
        {
          g_ptr_array_add (compiler->prefix_order, g_strdup (prefix));
          g_hash_table_insert (compiler->prefixes, g_strdup (prefix), g_strdup (uri));
        }
      g_match_info_fetch_pos (match, 0, NULL, &end);
      at += end;
      while (g_ascii_isspace (*at))
        at++;
    }

  return TRUE;
}

/* The name of an attribute: well formed, its prefix declared. */
gboolean
pal_sheet_settings_check_prefix (PalCompiler *compiler, const PalEntry *entry, const char *column,
                                 const char *name, GError **error)
{
  const char *colon = strchr (name, ':');
  g_autofree char *prefix = NULL;

  if (!pal_sheet_is_qualified_name (name) || g_str_has_prefix (name, "xmlns"))
    return pal_sheet_fail (error, entry, column, "\"%s\" cannot be the name of an attribute", name);
  if (colon == NULL)
    return TRUE;
  prefix = g_strndup (name, colon - name);
  if (!g_hash_table_contains (compiler->prefixes, prefix))
    return pal_sheet_fail (error, entry, column,
                           "the prefix \"%s\" is not declared; add it to namespaces in settings",
                           prefix);

  return TRUE;
}

static gboolean
check (PalCompiler *compiler, GError **error)
{
  const char *name = g_hash_table_lookup (compiler->settings, "name");
  const char *namespaces = g_hash_table_lookup (compiler->settings, "namespaces");
  const char *language = g_hash_table_lookup (compiler->settings, "default_language");
  const char *empty = g_hash_table_lookup (compiler->settings, "empty_repeats");
  const char *clean = g_hash_table_lookup (compiler->settings, "clean_text_values");
  static const char *const sms[] = { "prefix", "delimiter" };

  if (name != NULL && !pal_sheet_is_name (name))
    return pal_sheet_fail (
        error, compiler->settings_entry, "name",
        "\"%s\" is no name: letters, digits, \"_\", \"-\" and \".\", and a letter or "
        "\"_\" first",
        name);
  if (g_hash_table_contains (compiler->settings, "public_key"))
    return pal_sheet_fail (
        error, compiler->settings_entry, "public_key",
        "encrypted forms are not supported; packages are sealed when they are sent");
  for (guint i = 0; i < G_N_ELEMENTS (sms); i++)
    if (g_hash_table_contains (compiler->settings, sms[i]))
      return pal_sheet_fail (error, compiler->settings_entry, sms[i],
                             "records that travel by SMS are not supported");
  if (namespaces != NULL && !read_namespaces (compiler, namespaces, error))
    return FALSE;

  compiler->root_name = g_intern_string (name != NULL ? name : "data");
  compiler->default_language = g_intern_string (language != NULL ? language : "default");
  compiler->clean_spaces = !pal_sheet_is_no (clean);
  compiler->row_ids = pal_sheet_is_yes (g_hash_table_lookup (compiler->settings, "row_ids"));
  /* A first row that the form itself brings would have another identity in every copy, and two
   * copies that are merged would have it twice. */
  compiler->starts_empty = empty != NULL ? pal_sheet_is_yes (empty) : compiler->row_ids;
  compiler->allow_duplicates
      = pal_sheet_is_yes (g_hash_table_lookup (compiler->settings, "allow_choice_duplicates"));

  return TRUE;
}

/* One row of values under the headers. @sheet: (nullable) */
gboolean
pal_sheet_settings_read (PalCompiler *compiler, PalBookSheet *sheet, GError **error)
{
  PalBookRow *head;
  PalBookRow *row;

  compiler->settings_entry = pal_entry_new (compiler, NULL);
  compiler->settings_entry->sheet = g_intern_string (sheet != NULL ? sheet->name : "settings");
  if (sheet == NULL || sheet->rows->len < 2)
    return check (compiler, error);

  head = sheet->rows->pdata[0];
  row = sheet->rows->pdata[1];
  compiler->settings_entry->row = row->number;
  for (guint i = 0; i < head->n_cells && i < row->n_cells; i++)
    {
      g_autofree char *key = NULL;
      gboolean is_spelling = FALSE;

      if (head->cells[i] == NULL || head->cells[i][0] == PAL_BOOK_BROKEN || row->cells[i] == NULL)
        continue;
      key = setting_key (head->cells[i]);
      for (guint k = 0; k < G_N_ELEMENTS (spellings) && !is_spelling; k++)
        is_spelling = strcmp (spellings[k].header, key) == 0;
      if (!pal_sheet_check_cell (compiler->settings_entry, key, row->cells[i], error))
        return FALSE;
      if (g_str_has_prefix (key, "attribute::"))
        pal_entry_set (compiler, compiler->settings_entry, key, NULL, row->cells[i]);
      g_hash_table_replace (compiler->settings, g_steal_pointer (&key), g_strdup (row->cells[i]));
    }
  for (guint k = 0; k < G_N_ELEMENTS (spellings); k++)
    {
      const char *value = g_hash_table_lookup (compiler->settings, spellings[k].header);

      if (value != NULL && strcmp (spellings[k].header, spellings[k].key) != 0
          && !g_hash_table_contains (compiler->settings, spellings[k].key))
        g_hash_table_insert (compiler->settings, g_strdup (spellings[k].key), g_strdup (value));
    }

  return check (compiler, error);
}
