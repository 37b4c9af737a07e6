// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-book.h"

#include "pal-bundle.h"
#include "pal-xml.h"

#include <string.h>

/* Office Open XML (ECMA-376), SpreadsheetML. */

#define NS_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define NS_RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS_PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define HEADER "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

#define MAX_NAME 31 /* UTF-16 units in the name of a sheet */
#define FORMAT_TEXT 49
#define BORDER "A6A6A6"

/* A style is a row. */
static const struct
{
  gboolean is_bold;
  guint size;
  const char *color;
  const char *fill; /* (nullable) */
  gboolean has_border;
  const char *alignment;
} looks[] = {
  [PAL_OFFICE_STYLE_PLAIN] = { FALSE, 11, "000000", NULL, FALSE, "vertical=\"top\"" },
  [PAL_OFFICE_STYLE_TITLE] = { TRUE, 16, "1A3A6B", NULL, FALSE, "vertical=\"center\"" },
  [PAL_OFFICE_STYLE_SUBTITLE]
  = { TRUE, 12, "1A3A6B", NULL, FALSE, "vertical=\"top\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_TEXT] = { FALSE, 11, "000000", NULL, FALSE, "vertical=\"top\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_HEADING]
  = { TRUE, 12, "1A3A6B", "DCE8F7", FALSE, "vertical=\"center\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_HEAD]
  = { TRUE, 11, "FFFFFF", "1A5FB4", TRUE, "vertical=\"top\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_CODE] = { FALSE, 8, "666666", NULL, FALSE, "vertical=\"top\"" },
  [PAL_OFFICE_STYLE_LABEL] = { TRUE, 11, "1E1E1E", NULL, FALSE, "vertical=\"top\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_HINT] = { FALSE, 10, "444444", NULL, FALSE, "vertical=\"top\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_ANSWER]
  = { FALSE, 11, "000000", "FFF9DB", TRUE, "vertical=\"top\" wrapText=\"1\"" },
  [PAL_OFFICE_STYLE_NUMBER]
  = { FALSE, 10, "444444", NULL, FALSE, "vertical=\"top\" horizontal=\"center\"" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (looks) == PAL_OFFICE_N_STYLES);

/* --- cells */

static void
sheet_free (gpointer data)
{
  PalOfficeSheet *sheet = data;

  g_free (sheet->name);
  g_string_free (sheet->rows, TRUE);
  g_string_free (sheet->merged, TRUE);
  g_string_free (sheet->rules, TRUE);
  g_string_free (sheet->columns, TRUE);
  g_free (sheet);
}

const char *
pal_office_column_name (guint column, char name[4])
{
  char *end = name + 3;

  *end = '\0';
  for (; column > 0 && end > name; column = (column - 1) / 26)
    *--end = (char) ('A' + (column - 1) % 26);

  return end;
}

char *
pal_office_book_escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *c = valid; *c != '\0'; c++)
    if ((guchar) *c < 0x20 && *c != '\n' && *c != '\t')
      *c = ' ';

  return pal_xml_escape (valid);
}

void
pal_office_sheet_begin_row (PalOfficeSheet *sheet, double points)
{
  sheet->row++;
  g_string_append_printf (sheet->rows, "<row r=\"%u\"", sheet->row);
  if (points > 0)
    {
      char height[G_ASCII_DTOSTR_BUF_SIZE];

      /* Without customHeight: it grows with what is written. */
      g_string_append_printf (sheet->rows, " ht=\"%s\"",
                              g_ascii_formatd (height, sizeof height, "%.1f", points));
    }
  g_string_append_c (sheet->rows, '>');
}

void
pal_office_sheet_end_row (PalOfficeSheet *sheet)
{
  g_string_append (sheet->rows, "</row>");
}

void
pal_office_sheet_add_cell (PalOfficeSheet *sheet, guint column, PalOfficeStyle style,
                           const char *text)
{
  char name[4];
  g_autofree char *escaped = NULL;

  g_string_append_printf (sheet->rows, "<c r=\"%s%u\" s=\"%u\"",
                          pal_office_column_name (column, name), sheet->row, style);
  sheet->n_columns = MAX (sheet->n_columns, column);
  if (text == NULL || *text == '\0')
    {
      g_string_append (sheet->rows, "/>");
      return;
    }
  escaped = pal_office_book_escape (text);
  g_string_append_printf (
      sheet->rows, " t=\"inlineStr\"><is><t xml:space=\"preserve\">%s</t></is></c>", escaped);
}

void
pal_office_sheet_merge (PalOfficeSheet *sheet, guint row, guint from, guint to)
{
  char first[4], last[4];

  if (to <= from)
    return;
  g_string_append_printf (sheet->merged, "<mergeCell ref=\"%s%u:%s%u\"/>",
                          pal_office_column_name (from, first), row,
                          pal_office_column_name (to, last), row);
  sheet->n_merged++;
}

guint
pal_office_count_lines (const char *text, guint width)
{
  guint lines = 1, used = 0;

  for (const char *c = text != NULL ? text : ""; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (*c == '\n')
        {
          lines++;
          used = 0;
          continue;
        }
      used += g_unichar_iswide (g_utf8_get_char (c)) ? 2 : 1;
      if (used > width)
        {
          lines++;
          used = 0;
        }
    }

  return lines;
}

void
pal_office_sheet_set_width (PalOfficeSheet *sheet, guint column, guint letters)
{
  g_string_append_printf (sheet->columns,
                          "<col min=\"%u\" max=\"%u\" width=\"%u\" customWidth=\"1\"/>", column,
                          column, letters);
}

PalOfficeBook *
pal_office_book_new (PalOfficeModel *model)
{
  PalOfficeBook *self = g_new0 (PalOfficeBook, 1);

  self->model = model;
  self->sheets = g_ptr_array_new_with_free_func (sheet_free);

  return self;
}

void
pal_office_book_free (PalOfficeBook *self)
{
  g_ptr_array_unref (self->sheets);
  g_free (self);
}

/* --- names of sheets */

static gboolean
has_sheet (PalOfficeBook *self, const char *name)
{
  for (guint i = 0; i < self->sheets->len; i++)
    {
      g_autofree char *one
          = g_utf8_casefold (((PalOfficeSheet *) self->sheets->pdata[i])->name, -1);
      g_autofree char *other = g_utf8_casefold (name, -1);

      if (strcmp (one, other) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Short, of letters that are allowed, and no second of its name. */
static char *
dup_sheet_name (PalOfficeBook *self, const char *title)
{
  GString *name = g_string_new (NULL);
  g_autofree char *base = NULL;
  guint units = 0;

  for (const char *c = title; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      units += letter > 0xffff ? 2 : 1;
      if (units > MAX_NAME - 3)
        break;
      if (letter < 0x20 || (letter < 0x80 && strchr ("[]:*?/\\'", (int) letter) != NULL))
        letter = ' ';
      g_string_append_unichar (name, letter);
    }
  g_strstrip (name->str);
  base = g_string_free (name, FALSE);
  name = g_string_new (*base != '\0' ? base : "-");
  for (guint i = 2; has_sheet (self, name->str); i++)
    g_string_printf (name, "%s %u", base, i);

  return g_string_free (name, FALSE);
}

PalOfficeSheet *
pal_office_book_add_sheet (PalOfficeBook *self, const char *title)
{
  PalOfficeSheet *sheet = g_new0 (PalOfficeSheet, 1);

  sheet->name = dup_sheet_name (self, title);
  sheet->rows = g_string_new (NULL);
  sheet->merged = g_string_new (NULL);
  sheet->rules = g_string_new (NULL);
  sheet->columns = g_string_new (NULL);
  g_ptr_array_add (self->sheets, sheet);

  return sheet;
}

/* --- the file */

static void
append_views (GString *xml, PalOfficeSheet *sheet, gboolean is_right_to_left, gboolean is_first)
{
  g_string_append_printf (xml, "<sheetViews><sheetView workbookViewId=\"0\"%s%s",
                          is_right_to_left ? " rightToLeft=\"1\"" : "",
                          is_first ? " tabSelected=\"1\" showGridLines=\"0\"" : "");
  if (sheet->n_frozen == 0)
    g_string_append (xml, "/></sheetViews>");
  else
    g_string_append_printf (xml,
                            "><pane ySplit=\"%u\" topLeftCell=\"A%u\" activePane=\"bottomLeft\" "
                            "state=\"frozen\"/></sheetView></sheetViews>",
                            sheet->n_frozen, sheet->n_frozen + 1);
}

/* Fonts and formats have the places of the styles; the first two fills are those that every
 * workbook must have. Codes run from left to right in every language. */
static GBytes *
write_styles (gboolean is_right_to_left)
{
  static const char *const sides[] = { "left", "right", "top", "bottom" };
  GString *xml = g_string_new (HEADER "<styleSheet xmlns=\"" NS_MAIN "\">");

  g_string_append_printf (xml, "<fonts count=\"%u\">", PAL_OFFICE_N_STYLES);
  for (guint i = 0; i < PAL_OFFICE_N_STYLES; i++)
    g_string_append_printf (xml,
                            "<font>%s<sz val=\"%u\"/><color rgb=\"FF%s\"/>"
                            "<name val=\"Calibri\"/><family val=\"2\"/></font>",
                            looks[i].is_bold ? "<b/>" : "", looks[i].size, looks[i].color);
  g_string_append_printf (xml,
                          "</fonts><fills count=\"%u\"><fill><patternFill patternType=\"none\"/>"
                          "</fill><fill><patternFill patternType=\"gray125\"/></fill>",
                          PAL_OFFICE_N_STYLES + 2);
  for (guint i = 0; i < PAL_OFFICE_N_STYLES; i++)
    if (looks[i].fill != NULL)
      g_string_append_printf (xml,
                              "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF%s\"/>"
                              "</patternFill></fill>",
                              looks[i].fill);
    else
      g_string_append (xml, "<fill><patternFill patternType=\"none\"/></fill>");
  g_string_append (xml, "</fills><borders count=\"2\">"
                        "<border><left/><right/><top/><bottom/><diagonal/></border><border>");
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    g_string_append_printf (xml, "<%s style=\"thin\"><color rgb=\"FF" BORDER "\"/></%s>", sides[i],
                            sides[i]);
  g_string_append_printf (
      xml,
      "<diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" "
      "fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
      "<cellXfs count=\"%u\">",
      PAL_OFFICE_N_STYLES);
  for (guint i = 0; i < PAL_OFFICE_N_STYLES; i++)
    g_string_append_printf (
        xml,
        "<xf numFmtId=\"%u\" fontId=\"%u\" fillId=\"%u\" borderId=\"%u\" xfId=\"0\" "
        "applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" "
        "applyBorder=\"1\" applyAlignment=\"1\"><alignment %s readingOrder=\"%d\"/></xf>",
        i == PAL_OFFICE_STYLE_PLAIN ? 0 : FORMAT_TEXT, i, looks[i].fill != NULL ? i + 2 : 0,
        looks[i].has_border ? 1 : 0, looks[i].alignment,
        is_right_to_left && i != PAL_OFFICE_STYLE_CODE ? 2 : 1);
  g_string_append (xml, "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" "
                        "builtinId=\"0\"/></cellStyles></styleSheet>");

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_sheet (PalOfficeBook *self, PalOfficeSheet *sheet, gboolean is_first)
{
  GString *xml = g_string_new (HEADER "<worksheet xmlns=\"" NS_MAIN "\">"
                                      "<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>");
  char name[4];

  g_string_append_printf (xml, "<dimension ref=\"A1:%s%u\"/>",
                          pal_office_column_name (MAX (sheet->n_columns, 1), name),
                          MAX (sheet->row, 1));
  append_views (xml, sheet, self->model->is_right_to_left, is_first);
  g_string_append (xml, "<sheetFormatPr defaultRowHeight=\"15\"/>");
  if (sheet->columns->len > 0)
    g_string_append_printf (xml, "<cols>%s</cols>", sheet->columns->str);
  g_string_append_printf (xml, "<sheetData>%s</sheetData>", sheet->rows->str);
  if (sheet->n_merged > 0)
    g_string_append_printf (xml, "<mergeCells count=\"%u\">%s</mergeCells>", sheet->n_merged,
                            sheet->merged->str);
  if (sheet->n_rules > 0)
    g_string_append_printf (xml, "<dataValidations count=\"%u\">%s</dataValidations>",
                            sheet->n_rules, sheet->rules->str);
  g_string_append (xml, "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" "
                        "header=\"0.3\" footer=\"0.3\"/>"
                        "<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>"
                        "</worksheet>");

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_workbook (PalOfficeBook *self)
{
  GString *xml = g_string_new (HEADER "<workbook xmlns=\"" NS_MAIN "\" xmlns:r=\"" NS_RELATION
                                      "\"><bookViews><workbookView activeTab=\"0\"/></bookViews>"
                                      "<sheets>");

  for (guint i = 0; i < self->sheets->len; i++)
    {
      PalOfficeSheet *sheet = g_ptr_array_index (self->sheets, i);
      g_autofree char *name = pal_office_book_escape (sheet->name);

      g_string_append_printf (xml, "<sheet name=\"%s\" sheetId=\"%u\"%s r:id=\"rId%u\"/>", name,
                              i + 1, sheet->is_hidden ? " state=\"hidden\"" : "", i + 1);
    }
  g_string_append (xml, "</sheets></workbook>");

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_relations (PalOfficeBook *self)
{
  GString *xml = g_string_new (HEADER "<Relationships xmlns=\"" NS_PACKAGE "/relationships\">");
  guint n = self->sheets->len;

  for (guint i = 1; i <= n; i++)
    g_string_append_printf (xml,
                            "<Relationship Id=\"rId%u\" Type=\"" NS_RELATION
                            "/worksheet\" Target=\"worksheets/sheet%u.xml\"/>",
                            i, i);
  g_string_append_printf (xml,
                          "<Relationship Id=\"rId%u\" Type=\"" NS_RELATION
                          "/styles\" Target=\"styles.xml\"/></Relationships>",
                          n + 1);

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_types (PalOfficeBook *self)
{
  GString *xml = g_string_new (
      HEADER "<Types xmlns=\"" NS_PACKAGE "/content-types\">"
             "<Default Extension=\"rels\" "
             "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
             "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
             "<Override PartName=\"/xl/workbook.xml\" ContentType=\""
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
             "<Override PartName=\"/xl/styles.xml\" ContentType=\""
             "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>"
             "<Override PartName=\"/docProps/core.xml\" ContentType=\""
             "application/vnd.openxmlformats-package.core-properties+xml\"/>");

  for (guint i = 1; i <= self->sheets->len; i++)
    g_string_append_printf (
        xml,
        "<Override PartName=\"/xl/worksheets/sheet%u.xml\" ContentType=\""
        "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>",
        i);
  g_string_append (xml, "</Types>");

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_properties (PalOfficeBook *self)
{
  g_autofree char *title = pal_office_book_escape (self->model->title);
  g_autofree char *identity = pal_office_book_escape (self->model->identity);
  GString *xml = g_string_new (HEADER "<cp:coreProperties xmlns:cp=\"" NS_PACKAGE
                                      "/metadata/core-properties\" "
                                      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">");

  g_string_append_printf (xml,
                          "<dc:title>%s</dc:title><cp:keywords>%s</cp:keywords>"
                          "<dc:language>%s</dc:language></cp:coreProperties>",
                          title, identity, self->model->tag);

  return g_string_free_to_bytes (xml);
}

static void
take_entry (GPtrArray *entries, const char *name, GBytes *bytes)
{
  g_ptr_array_add (entries, pal_bundle_entry_new (name, bytes));
  g_bytes_unref (bytes);
}

GBytes *
pal_office_book_write (PalOfficeBook *self, GError **error)
{
  static const char relations[]
      = HEADER "<Relationships xmlns=\"" NS_PACKAGE "/relationships\">"
               "<Relationship Id=\"rId1\" Type=\"" NS_RELATION
               "/officeDocument\" Target=\"xl/workbook.xml\"/>"
               "<Relationship Id=\"rId2\" Type=\"" NS_PACKAGE
               "/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
               "</Relationships>";
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);

  take_entry (entries, "[Content_Types].xml", write_types (self));
  take_entry (entries, "_rels/.rels", g_bytes_new_static (relations, sizeof relations - 1));
  take_entry (entries, "docProps/core.xml", write_properties (self));
  take_entry (entries, "xl/workbook.xml", write_workbook (self));
  take_entry (entries, "xl/_rels/workbook.xml.rels", write_relations (self));
  take_entry (entries, "xl/styles.xml", write_styles (self->model->is_right_to_left));
  for (guint i = 0; i < self->sheets->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("xl/worksheets/sheet%u.xml", i + 1);

      take_entry (entries, name, write_sheet (self, self->sheets->pdata[i], i == 0));
    }

  return pal_bundle_write (entries, error);
}
