// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-book"

#include "config.h"

#include "pal-book.h"
#include "pal-xlsform.h"

#include "pal-bundle.h"
#include "pal-xml.h"

#include <math.h>
#include <string.h>

/* Office Open XML (ECMA-376), the parts of SpreadsheetML that hold texts. Formulas count by their
 * stored value; nothing is calculated, fetched or run. */

#define NS_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define NS_MAIN_STRICT "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define NS_RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS_RELATION_STRICT "http://purl.oclc.org/ooxml/officeDocument/relationships"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$"
#define MAX_SPREAD 200000 /* cells that get the text of those with which they are merged */

static const PalXmlLimits part_limits = {
  .max_bytes = 64 * 1024 * 1024,
  .max_nodes = 3000000,
  .max_depth = 64,
  .max_attributes = 64,
  .max_tag_bytes = 64 * 1024,
};

typedef struct
{
  GHashTable *parts;  /* name -> GBytes */
  GPtrArray *strings; /* the shared texts; an element is NULL where there is no text */
  GArray *dates;      /* (element-type gboolean): by cell format, whether it shows a date */
  gboolean since_1904;
  gboolean is_lenient; /* of the book; what is too much is told from what is damaged */
} Workbook;

static gboolean
fail (GError **error, const char *format, const char *detail)
{
  g_autofree char *what = g_strdup_printf (format, detail);

  g_set_error_literal (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK, what);

  return FALSE;
}

static gboolean
is_main (PalNode *node, const char *local)
{
  return node->kind == PAL_NODE_ELEMENT && strcmp (node->local, local) == 0
         && (g_strcmp0 (node->uri, NS_MAIN) == 0 || g_strcmp0 (node->uri, NS_MAIN_STRICT) == 0);
}

static PalNode *
child_of (PalNode *node, const char *local)
{
  for (PalNode *child = node != NULL ? node->first_child : NULL; child != NULL; child = child->next)
    if (is_main (child, local))
      return child;

  return NULL;
}

static gboolean
is_part (const char *name, gpointer user_data)
{
  return g_str_has_prefix (name, "xl/") && !g_str_has_prefix (name, "xl/media/")
         && !g_str_has_prefix (name, "xl/drawings/")
         && (g_str_has_suffix (name, ".xml") || g_str_has_suffix (name, ".rels"));
}

/* *document is NULL when the part is not there. */
static gboolean
parse_part (Workbook *self, const char *name, PalDocument **document, GError **error)
{
  GBytes *bytes = g_hash_table_lookup (self->parts, name);
  g_autoptr (GError) cause = NULL;

  *document = NULL;
  if (bytes == NULL)
    return TRUE;
  *document = pal_xml_parse (bytes, name, PAL_XML_READ_DEFAULT, &part_limits, &cause);
  if (*document == NULL && self->is_lenient
      && g_error_matches (cause, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT))
    {
      g_set_error_literal (error, PAL_BUNDLE_ERROR, PAL_BUNDLE_ERROR_LIMIT, cause->message);
      return FALSE;
    }
  if (*document == NULL)
    return fail (error, "the workbook is damaged: %s", cause->message);

  return TRUE;
}

/* "_x000D_" in a text is the character with that number. */
static void
append_unescaped (GString *out, const char *text)
{
  for (const char *at = text; *at != '\0';)
    {
      if (at[0] == '_' && at[1] == 'x' && strspn (at + 2, "0123456789abcdefABCDEF") >= 4
          && at[6] == '_')
        {
          g_autofree char *digits = g_strndup (at + 2, 4);
          gunichar c = strtoul (digits, NULL, 16);

          if (c != 0 && c != PAL_BOOK_BROKEN && g_unichar_validate (c))
            g_string_append_unichar (out, c);
          at += 7;
          continue;
        }
      g_string_append_c (out, *at++);
    }
}

/* si and is: t, or runs of r/t; phonetic readings (rPh) are no text of the cell. */
static void
append_text (PalNode *node, GString *out)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (is_main (child, "t"))
        {
          g_autofree char *text = pal_node_dup_text (child);

          append_unescaped (out, text);
        }
      else if (is_main (child, "r"))
        append_text (child, out);
    }
}

static gboolean
read_strings (Workbook *self, const char *part, GError **error)
{
  g_autoptr (PalDocument) document = NULL;

  if (!parse_part (self, part, &document, error))
    return FALSE;
  if (document == NULL)
    return TRUE;
  for (PalNode *node = pal_document_get_element (document)->first_child; node != NULL;
       node = node->next)
    if (is_main (node, "si"))
      {
        GString *text = g_string_new (NULL);

        append_text (node, text);
        g_ptr_array_add (self->strings, g_string_free (text, FALSE));
      }

  return TRUE;
}

/* Whether a number format shows a date or a time: y, m, d, h or s outside quotes and brackets. */
static gboolean
is_date_format (const char *code)
{
  for (const char *at = code; *at != '\0'; at++)
    switch (*at)
      {
      case '"':
        at = strchr (at + 1, '"');
        if (at == NULL)
          return FALSE;
        break;
      case '[':
        /* "[h]:mm" is a time, "[Red]" a colour. */
        if (strchr ("hms", g_ascii_tolower (at[1])) != NULL && at[1] != '\0' && at[2] == ']')
          return TRUE;
        at = strchr (at, ']');
        if (at == NULL)
          return FALSE;
        break;
      case '\\':
      case '_':
      case '*':
        if (at[1] != '\0')
          at++;
        break;
      case ';':
        return FALSE;
      default:
        if (strchr ("ymdhs", g_ascii_tolower (*at)) != NULL)
          return TRUE;
      }

  return FALSE;
}

static gboolean
read_styles (Workbook *self, const char *part, GError **error)
{
  g_autoptr (PalDocument) document = NULL;
  g_autoptr (GHashTable) custom = g_hash_table_new (NULL, NULL);
  PalNode *root;
  PalNode *list;

  if (!parse_part (self, part, &document, error))
    return FALSE;
  if (document == NULL)
    return TRUE;
  root = pal_document_get_element (document);
  list = child_of (root, "numFmts");
  for (PalNode *node = list != NULL ? list->first_child : NULL; node != NULL; node = node->next)
    {
      const char *id
          = is_main (node, "numFmt") ? pal_node_get_attribute (node, "numFmtId", NULL) : NULL;
      const char *code = id != NULL ? pal_node_get_attribute (node, "formatCode", NULL) : NULL;

      if (code != NULL && is_date_format (code))
        g_hash_table_add (custom, GINT_TO_POINTER (atoi (id)));
    }
  list = child_of (root, "cellXfs");
  for (PalNode *node = list != NULL ? list->first_child : NULL; node != NULL; node = node->next)
    if (is_main (node, "xf"))
      {
        const char *text = pal_node_get_attribute (node, "numFmtId", NULL);
        int id = text != NULL ? atoi (text) : 0;
        gboolean is_date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36)
                           || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
                           || g_hash_table_contains (custom, GINT_TO_POINTER (id));

        g_array_append_val (self->dates, is_date);
      }

  return TRUE;
}

/* "C7" -> 3; 0 when there are no letters. */
static guint
column_number (const char *reference)
{
  guint number = 0;

  for (; g_ascii_isalpha (*reference) && number <= PAL_BOOK_MAX_COLUMNS; reference++)
    number = number * 26 + (g_ascii_toupper (*reference) - 'A' + 1);

  return number;
}

/* Days since 1899-12-30 as a date, a time, or both. */
static char *
format_date (double days, gboolean since_1904)
{
  g_autoptr (GDateTime) start = g_date_time_new_utc (1899, 12, 30, 0, 0, 0);
  g_autoptr (GDateTime) moment = NULL;
  double whole = floor (days);
  gint64 seconds = llround ((days - whole) * 86400);

  if (since_1904)
    whole += 1462;
  /* Up to February 1900 the count has a day that never was (29 February 1900). */
  else if (whole > 0 && whole < 60)
    whole += 1;
  if (!(whole >= 0 && whole < 2958466))
    return NULL;
  moment = g_date_time_add_days (start, (int) whole);
  if (moment != NULL)
    {
      GDateTime *exact = g_date_time_add_seconds (moment, seconds);

      g_date_time_unref (moment);
      moment = exact;
    }
  if (moment == NULL)
    return NULL;
  if (days < 1 && !since_1904)
    return g_date_time_format (moment, "%H:%M:%S");

  return g_date_time_format (moment, seconds == 0 ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S");
}

/* The shortest digits that read back as the same number, without exponent. */
static char *
format_number (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    return NULL;
  if (value == floor (value) && fabs (value) < 1e15)
    return g_strdup_printf ("%.0f", value == 0 ? 0.0 : value);
  for (int precision = 1; precision <= 17; precision++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%dg", precision);

      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  if (strchr (buffer, 'e') != NULL)
    {
      char plain[400];

      g_ascii_formatd (plain, sizeof plain, fabs (value) < 1 ? "%.20f" : "%.0f", value);
      if (strchr (plain, '.') != NULL)
        {
          gsize length = strlen (plain);

          while (plain[length - 1] == '0')
            plain[--length] = '\0';
          if (plain[length - 1] == '.')
            return g_strdup ("0");
        }
      return g_strdup (plain);
    }

  return g_strdup (buffer);
}

static char *
read_number (Workbook *self, PalNode *cell, const char *text)
{
  const char *style = pal_node_get_attribute (cell, "s", NULL);
  guint format = style != NULL ? (guint) atoi (style) : 0;
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0')
    return g_strdup (text);
  if (format < self->dates->len && g_array_index (self->dates, gboolean, format))
    {
      char *date = format_date (value, self->since_1904);

      if (date != NULL)
        return date;
    }

  /* To those who make forms 1e999 is no number and nothing; but somebody wrote it. */
  return self->is_lenient && !isfinite (value) ? g_strdup (text) : format_number (value);
}

static char *
broken (const char *what)
{
  return g_strdup_printf ("%c%s", PAL_BOOK_BROKEN, what);
}

/* NULL for a cell without text. */
static char *
read_cell (Workbook *self, PalNode *cell)
{
  const char *type = pal_node_get_attribute (cell, "t", NULL);
  PalNode *value = child_of (cell, "v");
  g_autofree char *text = NULL;

  if (g_strcmp0 (type, "inlineStr") == 0)
    {
      PalNode *inline_text = child_of (cell, "is");
      GString *out = g_string_new (NULL);

      if (inline_text != NULL)
        append_text (inline_text, out);
      return g_string_free (out, FALSE);
    }
  if (value == NULL)
    return child_of (cell, "f") == NULL
               ? NULL
               : broken ("a formula without its result; open the workbook and save it again");
  text = pal_node_dup_text (value);
  g_strstrip (text);
  if (g_strcmp0 (type, "s") == 0)
    {
      guint64 index = 0;

      if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &index, NULL)
          || index >= self->strings->len)
        return broken ("a text that the workbook does not have; it is damaged");
      return g_strdup (self->strings->pdata[index]);
    }
  if (g_strcmp0 (type, "b") == 0)
    return g_strdup (strcmp (text, "1") == 0 || g_ascii_strcasecmp (text, "true") == 0 ? "TRUE"
                                                                                       : "FALSE");
  if (g_strcmp0 (type, "str") == 0)
    {
      GString *out = g_string_new (NULL);

      append_unescaped (out, text);
      return g_string_free (out, FALSE);
    }
  if (g_strcmp0 (type, "e") == 0)
    {
      g_autofree char *code = g_strndup (text, 20);
      g_autofree char *what = g_strdup_printf (
          "the error %s", g_utf8_validate (code, -1, NULL) ? code : "of a formula");

      return broken (what);
    }
  if (g_strcmp0 (type, "d") == 0 || text[0] == '\0')
    return g_steal_pointer (&text);

  return read_number (self, cell, text);
}

static void
replace_controls (char *text)
{
  for (char *c = text; *c != '\0'; c++)
    if ((guchar) *c < 0x20 && strchr ("\t\n\r", *c) == NULL)
      *c = ' ';
}

/* Which cells of the row that was added last hold formulas: columns from 1. */
static void
mark_formulas (PalBookSheet *sheet, guint n_rows_before, GArray *columns)
{
  PalBookRow *row = sheet->rows->len > n_rows_before
                        ? g_ptr_array_index (sheet->rows, sheet->rows->len - 1)
                        : NULL;

  if (row == NULL || columns->len == 0)
    return;
  row->formulas = g_new0 (guint8, row->n_cells);
  for (guint i = 0; i < columns->len; i++)
    if (g_array_index (columns, guint, i) <= row->n_cells)
      row->formulas[g_array_index (columns, guint, i) - 1] = TRUE;
}

static gboolean
read_row (Workbook *self, PalBookSheet *sheet, PalNode *row, guint number, GPtrArray *texts,
          GError **error)
{
  g_autoptr (GArray) formulas = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_rows_before = sheet->rows->len;

  for (PalNode *cell = row->first_child; cell != NULL; cell = cell->next)
    {
      const char *reference;
      guint column = 0;
      g_autofree char *text = NULL;
      char *clean = NULL;
      const char *why = NULL;

      if (!is_main (cell, "c"))
        continue;
      reference = pal_node_get_attribute (cell, "r", NULL);
      if (reference != NULL)
        column = column_number (reference);
      if (column == 0)
        column = texts->len + 1;
      if (column > PAL_BOOK_MAX_COLUMNS)
        {
          text = read_cell (self, cell);
          if (text == NULL || text[0] == '\0')
            continue;
          return pal_book_fail_limit (sheet->book, error, "%s, row %u: more than %d columns",
                                      sheet->name, number, PAL_BOOK_MAX_COLUMNS);
        }
      text = read_cell (self, cell);
      if (text == NULL)
        continue;
      if (child_of (cell, "f") != NULL)
        g_array_append_val (formulas, column);
      if (sheet->book->is_lenient && text[0] != PAL_BOOK_BROKEN)
        replace_controls (text);
      if (text[0] == PAL_BOOK_BROKEN)
        clean = g_steal_pointer (&text);
      else if (!pal_book_clean_text (text, strlen (text), &clean, &why))
        {
          g_set_error (error, PAL_XLSFORM_ERROR, PAL_XLSFORM_ERROR_WORKBOOK,
                       "%s, row %u, column %u: %s", sheet->name, number, column, why);
          return FALSE;
        }
      while (texts->len < column)
        g_ptr_array_add (texts, NULL);
      g_free (texts->pdata[column - 1]);
      texts->pdata[column - 1] = clean;
    }

  if (!pal_book_sheet_add_row (sheet, number, texts, error))
    return FALSE;
  mark_formulas (sheet, n_rows_before, formulas);

  return TRUE;
}

/* "B3:B7": the text of B3 is that of B4 to B7, too. Cells merged sideways are a title, or one cell
 * all the same. */
static void
spread (PalBook *book, GHashTable *rows, const char *reference, guint *budget)
{
  const char *colon = strchr (reference, ':');
  guint column = column_number (reference);
  guint first = strtoul (reference + strspn (reference, LETTERS), NULL, 10);
  guint last = colon != NULL ? strtoul (colon + 1 + strspn (colon + 1, LETTERS), NULL, 10) : 0;
  const PalBookRow *top = g_hash_table_lookup (rows, GUINT_TO_POINTER (first));

  if (top == NULL || column == 0 || column > top->n_cells || top->cells[column - 1] == NULL)
    return;
  for (guint number = first + 1;
       number <= last && *budget > 0 && book->n_bytes <= PAL_BOOK_MAX_BYTES; number++, (*budget)--)
    {
      PalBookRow *row = g_hash_table_lookup (rows, GUINT_TO_POINTER (number));

      if (row == NULL)
        continue;
      if (row->n_cells < column)
        {
          row->cells = g_renew (char *, row->cells, column);
          g_clear_pointer (&row->formulas, g_free);
          while (row->n_cells < column)
            row->cells[row->n_cells++] = NULL;
        }
      if (row->cells[column - 1] == NULL)
        {
          row->cells[column - 1] = g_strdup (top->cells[column - 1]);
          book->n_bytes += strlen (top->cells[column - 1]);
        }
    }
}

static void
spread_merged (PalBookSheet *sheet, PalNode *root)
{
  g_autoptr (GHashTable) rows = g_hash_table_new (NULL, NULL);
  PalNode *merged = child_of (root, "mergeCells");
  guint budget = MAX_SPREAD;

  for (guint i = 0; merged != NULL && i < sheet->rows->len; i++)
    {
      PalBookRow *row = g_ptr_array_index (sheet->rows, i);

      g_hash_table_insert (rows, GUINT_TO_POINTER (row->number), row);
    }
  for (PalNode *node = merged != NULL ? merged->first_child : NULL; node != NULL; node = node->next)
    {
      const char *reference
          = is_main (node, "mergeCell") ? pal_node_get_attribute (node, "ref", NULL) : NULL;

      if (reference != NULL)
        spread (sheet->book, rows, reference, &budget);
    }
}

static gboolean
read_sheet (Workbook *self, PalBook *book, const char *name, const char *part, GError **error)
{
  g_autoptr (PalDocument) document = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  PalBookSheet *sheet;
  PalNode *data;
  guint number = 0;

  if (!parse_part (self, part, &document, error))
    return FALSE;
  if (document == NULL)
    return fail (error, "the workbook is damaged: the sheet %s is missing", name);
  sheet = pal_book_add_sheet (book, name, error);
  if (sheet == NULL)
    return FALSE;
  data = child_of (pal_document_get_element (document), "sheetData");
  for (PalNode *row = data != NULL ? data->first_child : NULL; row != NULL; row = row->next)
    {
      const char *reference;
      guint64 given = 0;

      if (!is_main (row, "row"))
        continue;
      reference = pal_node_get_attribute (row, "r", NULL);
      if (reference != NULL && g_ascii_string_to_unsigned (reference, 10, 1, 1048576, &given, NULL))
        number = given;
      else
        number++;
      if (!read_row (self, sheet, row, number, texts, error))
        return FALSE;
    }
  if (book->spreads)
    spread_merged (sheet, pal_document_get_element (document));

  return TRUE;
}

/* The target of a relationship, as the name of an entry. */
static char *
resolve_target (const char *target)
{
  if (target[0] == '/')
    return g_strdup (target + 1);

  return g_strconcat ("xl/", target, NULL);
}

static gboolean
read_relations (Workbook *self, GHashTable *relations, char **strings, char **styles,
                GError **error)
{
  g_autoptr (PalDocument) document = NULL;

  if (!parse_part (self, "xl/_rels/workbook.xml.rels", &document, error))
    return FALSE;
  for (PalNode *node = document != NULL ? pal_document_get_element (document)->first_child : NULL;
       node != NULL; node = node->next)
    {
      const char *id;
      const char *type;
      const char *target;
      const char *mode;

      if (node->kind != PAL_NODE_ELEMENT || strcmp (node->local, "Relationship") != 0)
        continue;
      id = pal_node_get_attribute (node, "Id", NULL);
      type = pal_node_get_attribute (node, "Type", NULL);
      target = pal_node_get_attribute (node, "Target", NULL);
      mode = pal_node_get_attribute (node, "TargetMode", NULL);
      if (id == NULL || type == NULL || target == NULL || g_strcmp0 (mode, "External") == 0)
        continue;
      if (g_str_has_suffix (type, "/sharedStrings"))
        {
          g_free (*strings);
          *strings = resolve_target (target);
        }
      else if (g_str_has_suffix (type, "/styles"))
        {
          g_free (*styles);
          *styles = resolve_target (target);
        }
      g_hash_table_replace (relations, g_strdup (id), resolve_target (target));
    }

  return TRUE;
}

static gboolean
read_workbook (Workbook *self, PalBook *book, GError **error)
{
  g_autoptr (GHashTable) relations
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (PalDocument) document = NULL;
  g_autofree char *strings = NULL;
  g_autofree char *styles = NULL;
  PalNode *root;
  PalNode *properties;
  PalNode *sheets;

  if (!parse_part (self, "xl/workbook.xml", &document, error))
    return FALSE;
  if (document == NULL || !is_main (pal_document_get_element (document), "workbook"))
    return fail (error, "this archive is not a workbook%s", " of the kind .xlsx; save it as .xlsx");
  if (!read_relations (self, relations, &strings, &styles, error)
      || (strings != NULL && !read_strings (self, strings, error))
      || (styles != NULL && !read_styles (self, styles, error)))
    return FALSE;

  root = pal_document_get_element (document);
  properties = child_of (root, "workbookPr");
  if (properties != NULL)
    {
      const char *value = pal_node_get_attribute (properties, "date1904", NULL);

      self->since_1904 = g_strcmp0 (value, "1") == 0 || g_strcmp0 (value, "true") == 0;
    }
  sheets = child_of (root, "sheets");
  for (PalNode *node = sheets != NULL ? sheets->first_child : NULL; node != NULL; node = node->next)
    {
      const char *name;
      const char *id;
      const char *part;

      if (!is_main (node, "sheet"))
        continue;
      name = pal_node_get_attribute (node, "name", NULL);
      id = pal_node_get_attribute (node, "id", NS_RELATION);
      if (id == NULL)
        id = pal_node_get_attribute (node, "id", NS_RELATION_STRICT);
      part = id != NULL ? g_hash_table_lookup (relations, id) : NULL;
      if (name == NULL || part == NULL)
        return fail (error, "the workbook is damaged: the sheet %s is missing",
                     name != NULL ? name : "without a name");
      if (!read_sheet (self, book, name, part, error))
        return FALSE;
    }

  return TRUE;
}

/* Errors: PAL_XLSFORM_ERROR_WORKBOOK for what is no workbook, damaged, or hostile. */
gboolean
pal_book_read_xlsx (PalBook *self, GBytes *bytes, GError **error)
{
  g_autoptr (GHashTable) parts = NULL;
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) dates = g_array_new (FALSE, FALSE, sizeof (gboolean));
  g_autoptr (GError) cause = NULL;
  Workbook workbook = { NULL, strings, dates, FALSE, self->is_lenient };

  parts = pal_bundle_read (bytes, is_part, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, &cause);
  if (parts == NULL && self->is_lenient)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (parts == NULL)
    return fail (error, "%s", cause->message);
  workbook.parts = parts;

  return read_workbook (&workbook, self, error);
}
