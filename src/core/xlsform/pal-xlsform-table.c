// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

#define MAX_LANGUAGES 100

/* Other spellings of a header, lower case with underscores -> canonical key. */
static const struct
{
  const char *header;
  const char *key;
} survey_headers[] = {
  { "type", "type" },
  { "command", "type" },
  { "name", "name" },
  { "value", "name" },
  { "tag", "name" },
  { "label", "label" },
  { "caption", "label" },
  { "hint", "hint" },
  { "guidance_hint", "guidance_hint" },
  { "image", "media::image" },
  { "audio", "media::audio" },
  { "video", "media::video" },
  { "big-image", "media::big-image" },
  { "big_image", "media::big-image" },
  { "required", "bind::required" },
  { "required_message", "bind::jr:requiredMsg" },
  { "requiredmsg", "bind::jr:requiredMsg" },
  { "relevant", "bind::relevant" },
  { "relevance", "bind::relevant" },
  { "constraint", "bind::constraint" },
  { "constraint_message", "bind::jr:constraintMsg" },
  { "constraint_msg", "bind::jr:constraintMsg" },
  { "constraining_message", "bind::jr:constraintMsg" },
  { "no_app_error_string", "bind::jr:noAppErrorString" },
  { "noapperrorstring", "bind::jr:noAppErrorString" },
  { "calculation", "bind::calculate" },
  { "calculate", "bind::calculate" },
  { "read_only", "bind::readonly" },
  { "readonly", "bind::readonly" },
  { "save_incomplete", "bind::saveIncomplete" },
  { "saveincomplete", "bind::saveIncomplete" },
  { "appearance", "body::appearance" },
  { "repeat_count", "body::jr:count" },
  { "count", "body::jr:count" },
  { "jr:count", "body::jr:count" },
  { "noaddremove", "body::jr:noAddRemove" },
  { "jr:noaddremove", "body::jr:noAddRemove" },
  { "autoplay", "body::autoplay" },
  { "rows", "body::rows" },
  { "accuracythreshold", "body::accuracyThreshold" },
  { "intent", "body::intent" },
  { "query", "query" },
  { "default", "default" },
  { "trigger", "trigger" },
  { "parameters", "parameters" },
  { "choice_filter", "choice_filter" },
  { "media", "media" },
  { "template", "template" },
  { "disabled", "disabled" },
  { "save_to", "save_to" },
  { "saveto", "save_to" },
  { "compact_tag", "compact_tag" },
};

static const struct
{
  const char *header;
  const char *key;
} choices_headers[] = {
  { "list_name", "list_name" }, { "list", "list_name" },
  { "name", "name" },           { "value", "name" },
  { "label", "label" },         { "caption", "label" },
  { "image", "media::image" },  { "audio", "media::audio" },
  { "video", "media::video" },  { "big-image", "media::big-image" },
};

static const char *translatable[] = { "label",
                                      "hint",
                                      "guidance_hint",
                                      "media::image",
                                      "media::audio",
                                      "media::video",
                                      "media::big-image",
                                      "bind::jr:constraintMsg",
                                      "bind::jr:requiredMsg",
                                      "bind::jr:noAppErrorString",
                                      NULL };

/* "sheet, row N, column X: what". @column is the canonical key or a header; what the author wrote
 * in the header row is what is said. */
static char *
place (const PalEntry *entry, const char *column)
{
  GString *out = g_string_new (NULL);

  if (entry == NULL)
    return g_string_free (out, FALSE);
  g_string_append (out, entry->sheet);
  if (entry->row > 0)
    g_string_append_printf (out, ", row %u", entry->row);
  if (column != NULL)
    {
      const PalSheetCell *cell = pal_entry_get_cell (entry, column, NULL);

      for (guint i = 0; cell == NULL && i < entry->cells->len; i++)
        if (strcmp (g_array_index (entry->cells, PalSheetCell, i).column->key, column) == 0)
          cell = &g_array_index (entry->cells, PalSheetCell, i);
      g_string_append_printf (out, ", column %s", cell != NULL ? cell->column->header : column);
    }
  g_string_append (out, ": ");

  return g_string_free (out, FALSE);
}

/* Sets PAL_XLSFORM_ERROR_SHEET with the place before the words; returns FALSE. */
gboolean
pal_sheet_fail (GError **error, const PalEntry *entry, const char *column, const char *format, ...)
{
  g_autofree char *where = place (entry, column);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET, "%s%s", where, what);

  return FALSE;
}

void
pal_sheet_warn (PalCompiler *compiler, const PalEntry *entry, const char *column,
                const char *format, ...)
{
  g_autofree char *where = place (entry, column);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (compiler->warnings, g_strconcat (where, what, NULL));
}

const PalSheetCell *
pal_entry_get_cell (const PalEntry *self, const char *key, const char *language)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (self->cells, PalSheetCell, i);

      if (strcmp (cell->column->key, key) == 0 && g_strcmp0 (cell->column->language, language) == 0)
        return cell;
    }

  return NULL;
}

/* The text of the column without a language, or NULL. */
const char *
pal_entry_get (const PalEntry *self, const char *key)
{
  const PalSheetCell *cell = pal_entry_get_cell (self, key, NULL);

  return cell != NULL ? cell->text : NULL;
}

gboolean
pal_entry_has (const PalEntry *self, const char *key)
{
  for (guint i = 0; i < self->cells->len; i++)
    if (strcmp (g_array_index (self->cells, PalSheetCell, i).column->key, key) == 0)
      return TRUE;

  return FALSE;
}

gboolean
pal_entry_is_translated (const PalEntry *self, const char *key)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      const PalSheetCell *cell = &g_array_index (self->cells, PalSheetCell, i);

      if (cell->column->language != NULL && strcmp (cell->column->key, key) == 0)
        return TRUE;
    }

  return FALSE;
}

static PalSheetColumn *
column_new (PalCompiler *compiler, const char *key, const char *language, const char *header)
{
  PalSheetColumn *column = g_new0 (PalSheetColumn, 1);

  column->key = g_intern_string (key);
  column->language = g_strdup (language);
  column->header = g_strdup (header);
  g_ptr_array_add (compiler->columns, column);

  return column;
}

/* A entry that the compiler makes; messages about it name the place of @like. */
PalEntry *
pal_entry_new (PalCompiler *compiler, const PalEntry *like)
{
  PalEntry *entry = g_new0 (PalEntry, 1);

  entry->sheet = like != NULL ? like->sheet : "survey";
  entry->row = like != NULL ? like->row : 0;
  entry->place = like != NULL ? like->place : 0;
  entry->is_shared = like != NULL && like->is_shared;
  entry->cells = g_array_new (FALSE, FALSE, sizeof (PalSheetCell));
  g_ptr_array_add (compiler->entries, entry);

  return entry;
}

void
pal_entry_set (PalCompiler *compiler, PalEntry *self, const char *key, const char *language,
               const char *text)
{
  PalSheetCell cell = { 0 };

  for (guint i = 0; i < self->cells->len; i++)
    {
      PalSheetCell *old = &g_array_index (self->cells, PalSheetCell, i);

      if (strcmp (old->column->key, key) == 0 && g_strcmp0 (old->column->language, language) == 0)
        {
          g_free (old->text);
          old->text = g_strdup (text);
          return;
        }
    }
  cell.column = column_new (compiler, key, language, key);
  cell.text = g_strdup (text);
  g_array_append_val (self->cells, cell);
}

/* XML Namespaces NCName. */
gboolean
pal_sheet_is_name (const char *text)
{
  gboolean first = TRUE;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at), first = FALSE)
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '_' || g_unichar_isalpha (c))
        continue;
      if (first || !(c == '-' || c == '.' || g_unichar_isdigit (c) || g_unichar_ismark (c)))
        return FALSE;
    }

  return !first;
}

gboolean
pal_sheet_is_qualified_name (const char *text)
{
  const char *colon = strchr (text, ':');
  g_autofree char *prefix = NULL;

  if (colon == NULL)
    return pal_sheet_is_name (text);
  prefix = g_strndup (text, colon - text);

  return pal_sheet_is_name (prefix) && pal_sheet_is_name (colon + 1);
}

gboolean
pal_sheet_is_yes (const char *text)
{
  return text != NULL
         && (g_ascii_strcasecmp (text, "yes") == 0 || g_ascii_strcasecmp (text, "true") == 0
             || g_ascii_strcasecmp (text, "true()") == 0 || strcmp (text, "1") == 0);
}

gboolean
pal_sheet_is_no (const char *text)
{
  return text != NULL
         && (g_ascii_strcasecmp (text, "no") == 0 || g_ascii_strcasecmp (text, "false") == 0
             || g_ascii_strcasecmp (text, "false()") == 0 || strcmp (text, "0") == 0);
}

/* A plain decimal number, without exponent and names such as "inf". */
gboolean
pal_sheet_is_number (const char *text, double *value)
{
  const char *at = text;
  gboolean digits = FALSE;

  if (*at == '-' || *at == '+')
    at++;
  for (; g_ascii_isdigit (*at); at++)
    digits = TRUE;
  if (*at == '.')
    for (at++; g_ascii_isdigit (*at); at++)
      digits = TRUE;
  if (!digits || *at != '\0')
    return FALSE;
  if (value != NULL)
    *value = g_ascii_strtod (text, NULL);

  return TRUE;
}

static char *
snake (const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  GString *out = g_string_new (NULL);

  g_strstrip (lower);
  for (const char *at = lower; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      g_string_append_c (out, *at);
    else if (out->len > 0 && out->str[out->len - 1] != '_')
      g_string_append_c (out, '_');

  return g_string_free (out, FALSE);
}

static const char *
find_key (const char *word, gboolean is_choices)
{
  if (is_choices)
    {
      for (guint i = 0; i < G_N_ELEMENTS (choices_headers); i++)
        if (strcmp (choices_headers[i].header, word) == 0)
          return choices_headers[i].key;
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (survey_headers); i++)
    if (strcmp (survey_headers[i].header, word) == 0)
      return survey_headers[i].key;

  return NULL;
}

/* "::" divides; a single ":" does so in old sheets, behind the words that can have parts. */
static char **
split_header (const char *header)
{
  static const char *const heads[] = { "label",
                                       "hint",
                                       "guidance_hint",
                                       "media",
                                       "image",
                                       "audio",
                                       "video",
                                       "big-image",
                                       "bind",
                                       "body",
                                       "control",
                                       "instance",
                                       "caption",
                                       "required_message",
                                       "constraint_message",
                                       NULL };
  g_auto (GStrv) parts = NULL;
  g_autofree char *head = NULL;

  if (strstr (header, "::") != NULL)
    parts = g_strsplit (header, "::", 4);
  else
    {
      const char *colon = strchr (header, ':');

      head = colon != NULL ? g_strndup (header, colon - header) : g_strdup (header);
      if (colon != NULL)
        {
          g_autofree char *word = snake (head);

          if (!g_strv_contains (heads, word))
            return g_strsplit (header, "::", 1);
          if (strcmp (word, "media") == 0)
            parts = g_strsplit (header, ":", 3);
          else
            parts = g_strsplit (header, ":", 2);
        }
      else
        parts = g_strsplit (header, "::", 1);
    }
  for (guint i = 0; parts[i] != NULL; i++)
    g_strstrip (parts[i]);

  return g_steal_pointer (&parts);
}

/* NULL for a header that means nothing here. */
static PalSheetColumn *
read_header (PalCompiler *compiler, const char *header, gboolean is_choices)
{
  g_auto (GStrv) parts = split_header (header);
  g_autofree char *word = snake (parts[0]);
  g_autofree char *joined = NULL;
  const char *key = NULL;
  const char *language = NULL;
  guint n_parts = g_strv_length (parts);

  if (n_parts > 1 && (strcmp (word, "media") == 0))
    {
      g_autofree char *kind = snake (parts[1]);

      key = find_key (kind, is_choices);
      language = parts[2];
    }
  else if (n_parts > 1 && !is_choices
           && (strcmp (word, "bind") == 0 || strcmp (word, "body") == 0
               || strcmp (word, "control") == 0 || strcmp (word, "instance") == 0))
    {
      joined = g_strconcat (strcmp (word, "control") == 0 ? "body" : word, "::", parts[1], NULL);
      key = joined;
      language = parts[2];
    }
  else
    {
      key = find_key (word, is_choices);
      language = parts[1];
    }

  if (key == NULL)
    return is_choices && n_parts == 1 ? column_new (compiler, header, NULL, header) : NULL;
  if (language != NULL && !g_strv_contains (translatable, key))
    return is_choices ? column_new (compiler, header, NULL, header) : NULL;
  if (language != NULL && language[0] == '\0')
    language = NULL;

  return column_new (compiler, key, language, header);
}

static char *
clean_spaces (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    if (*at != ' ' || out->len == 0 || out->str[out->len - 1] != ' ')
      g_string_append_c (out, *at);

  return g_string_free (out, FALSE);
}

/* Whether a cell could be read at all. Only what is used is asked for its text. */
gboolean
pal_sheet_check_cell (const PalEntry *entry, const char *column, const char *text, GError **error)
{
  if (text[0] == PAL_BOOK_BROKEN)
    return pal_sheet_fail (error, entry, column, "the cell holds %s", text + 1);

  return pal_reference_check (entry, column, text, error);
}

/* Each language has every text of the form. */
static gboolean
check_languages (const PalSheetTable *table, GError **error)
{
  g_autoptr (GHashTable) languages = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < table->columns->len; i++)
    {
      const PalSheetColumn *column = table->columns->pdata[i];

      if (column != NULL && column->language != NULL)
        g_hash_table_add (languages, column->language);
    }
  if (g_hash_table_size (languages) <= MAX_LANGUAGES)
    return TRUE;
  g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
               "%s, row 1: more than %d languages", table->sheet, MAX_LANGUAGES);

  return FALSE;
}

/* The first row that has text is the row of headers. @sheet is borrowed. */
PalSheetTable *
pal_sheet_table_read (PalCompiler *compiler, PalBookSheet *sheet, gboolean is_choices,
                      GError **error)
{
  PalSheetTable *table = g_new0 (PalSheetTable, 1);
  PalBookRow *head;

  table->sheet = g_intern_string (sheet->name);
  table->columns = g_ptr_array_new ();
  table->entries = g_ptr_array_new ();
  g_ptr_array_add (compiler->tables, table);
  if (sheet->rows->len == 0)
    return table;

  head = sheet->rows->pdata[0];
  for (guint i = 0; i < head->n_cells; i++)
    {
      PalSheetColumn *column = NULL;

      if (head->cells[i] != NULL && head->cells[i][0] != PAL_BOOK_BROKEN)
        column = read_header (compiler, head->cells[i], is_choices);
      for (guint k = 0; column != NULL && k < i; k++)
        {
          PalSheetColumn *other = table->columns->pdata[k];

          if (other == NULL || other->key != column->key
              || g_strcmp0 (other->language, column->language) != 0)
            continue;
          g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_SHEET,
                       "%s, row %u: the columns %s and %s are the same; remove or rename one",
                       sheet->name, head->number, other->header, column->header);
          return NULL;
        }
      g_ptr_array_add (table->columns, column);
    }

  if (!check_languages (table, error))
    return NULL;

  for (guint r = 1; r < sheet->rows->len; r++)
    {
      PalBookRow *row = sheet->rows->pdata[r];
      PalEntry *entry = pal_entry_new (compiler, NULL);

      entry->sheet = table->sheet;
      entry->row = row->number;
      entry->place = row->number - head->number + 1;
      for (guint i = 0; i < row->n_cells && i < table->columns->len; i++)
        {
          PalSheetCell cell = { table->columns->pdata[i], NULL };

          if (cell.column == NULL || row->cells[i] == NULL)
            continue;
          /* Of choices spaces may be part of the stored answer. */
          if (compiler->clean_spaces && !is_choices)
            cell.text = clean_spaces (row->cells[i]);
          else
            cell.text = g_strdup (row->cells[i]);
          g_array_append_val (entry->cells, cell);
          if (!pal_sheet_check_cell (entry, cell.column->key, cell.text, error))
            return NULL;
        }
      if (entry->cells->len > 0)
        g_ptr_array_add (table->entries, entry);
    }

  return table;
}
