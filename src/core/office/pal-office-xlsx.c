// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include "pal-bundle.h"
#include "pal-xml.h"

#include <string.h>

/* Office Open XML (ECMA-376), SpreadsheetML: a sheet with what to do, one for each page of the
 * form, one for each table, one with the questions of the questionnaire, and a hidden one with the
 * lists of choices. Cells for answers are formatted as text, so that nothing in them is calculated.
 */

#define NS_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define NS_RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS_PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define HEADER "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

#define LISTS_SHEET "palermo_lists"
#define N_PREPARED_ROWS 30
#define MAX_NAME 31 /* UTF-16 units in the name of a sheet */
#define MAX_PROMPT 250
#define LINE_POINTS 15

/* Places in cellXfs below. */
typedef enum
{
  STYLE_PLAIN,
  STYLE_TITLE,
  STYLE_SUBTITLE,
  STYLE_TEXT,
  STYLE_HEADING,
  STYLE_HEAD,
  STYLE_CODE,
  STYLE_LABEL,
  STYLE_HINT,
  STYLE_ANSWER,
  STYLE_NUMBER
} Style;

static const char styles[] = HEADER
    "<styleSheet xmlns=\"" NS_MAIN "\">"
    "<fonts count=\"8\">"
    "<font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"16\"/><color rgb=\"FF1A3A6B\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"12\"/><color rgb=\"FF1A3A6B\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"11\"/><color rgb=\"FFFFFFFF\"/><name val=\"Calibri\"/></font>"
    "<font><sz val=\"8\"/><color rgb=\"FF666666\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"11\"/><color rgb=\"FF1E1E1E\"/><name val=\"Calibri\"/></font>"
    "<font><sz val=\"10\"/><color rgb=\"FF444444\"/><name val=\"Calibri\"/></font>"
    "<font><sz val=\"11\"/><color rgb=\"FF000000\"/><name val=\"Calibri\"/></font>"
    "</fonts>"
    "<fills count=\"5\">"
    "<fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF1A5FB4\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFDCE8F7\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFF9DB\"/></patternFill></fill>"
    "</fills>"
    "<borders count=\"2\">"
    "<border><left/><right/><top/><bottom/><diagonal/></border>"
    "<border><left style=\"thin\"><color rgb=\"FFA6A6A6\"/></left>"
    "<right style=\"thin\"><color rgb=\"FFA6A6A6\"/></right>"
    "<top style=\"thin\"><color rgb=\"FFA6A6A6\"/></top>"
    "<bottom style=\"thin\"><color rgb=\"FFA6A6A6\"/></bottom><diagonal/></border>"
    "</borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
    "</cellStyleXfs>"
    "<cellXfs count=\"11\">"
#define XF(number, font, fill, border, alignment)                                                  \
  "<xf numFmtId=\"" number "\" fontId=\"" font "\" fillId=\"" fill "\" borderId=\"" border         \
  "\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" "       \
  "applyAlignment=\"1\"><alignment " alignment "/></xf>"
#define TOP "vertical=\"top\" wrapText=\"1\""
    XF ("0", "0", "0", "0", "vertical=\"top\"") XF ("49", "1", "0", "0", "vertical=\"center\"")
        XF ("49", "2", "0", "0", TOP) XF ("49", "0", "0", "0", TOP) XF (
            "49", "2", "3", "0", "vertical=\"center\" wrapText=\"1\"")
            XF ("49", "3", "2", "1", "vertical=\"center\" wrapText=\"1\"") XF (
                "49", "4", "0", "0", "vertical=\"top\"") XF ("49", "5", "0", "0", TOP)
                XF ("49", "6", "0", "0", TOP) XF ("49", "7", "4", "1", TOP) XF (
                    "49", "6", "0", "0",
                    "vertical=\"top\" horizontal=\"center\"") "</cellXfs>"
                                                              "<cellStyles count=\"1\"><cellStyle "
                                                              "name=\"Normal\" xfId=\"0\" "
                                                              "builtinId=\"0\"/></cellStyles>"
                                                              "</styleSheet>";

typedef struct
{
  char *name;
  GString *rows;
  GString *merged;
  guint n_merged;
  GString *rules; /* of what may stand in a cell */
  guint n_rules;
  GString *columns;
  guint row; /* the last one, from 1 */
  guint n_columns;
  guint n_frozen;
  gboolean is_hidden;
} Sheet;

typedef struct
{
  PalOfficeModel *model;
  GPtrArray *sheets; /* (element-type Sheet) */
  GPtrArray *lists;  /* (element-type GPtrArray): of PalKitChoice, as columns of the hidden sheet */
  GHashTable *list_of; /* all labels -> number of the list, from 1 */
} Writer;

/* --- cells */

static void
sheet_free (gpointer data)
{
  Sheet *sheet = data;

  g_free (sheet->name);
  g_string_free (sheet->rows, TRUE);
  g_string_free (sheet->merged, TRUE);
  g_string_free (sheet->rules, TRUE);
  g_string_free (sheet->columns, TRUE);
  g_free (sheet);
}

/* 1 -> "A", 27 -> "AA" */
static const char *
column_name (guint column, char name[4])
{
  char *end = name + 3;

  *end = '\0';
  for (; column > 0 && end > name; column = (column - 1) / 26)
    *--end = (char) ('A' + (column - 1) % 26);

  return end;
}

/* Names of States come from people: what XML cannot hold is a space. */
static char *
escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *c = valid; *c != '\0'; c++)
    if ((guchar) *c < 0x20 && *c != '\n' && *c != '\t')
      *c = ' ';

  return pal_xml_escape (valid);
}

static void
begin_row (Sheet *sheet, double points)
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

static void
end_row (Sheet *sheet)
{
  g_string_append (sheet->rows, "</row>");
}

/* text: (nullable): an empty cell that has its looks all the same. */
static void
add_cell (Sheet *sheet, guint column, Style style, const char *text)
{
  char name[4];
  g_autofree char *escaped = NULL;

  g_string_append_printf (sheet->rows, "<c r=\"%s%u\" s=\"%u\"", column_name (column, name),
                          sheet->row, style);
  sheet->n_columns = MAX (sheet->n_columns, column);
  if (text == NULL || *text == '\0')
    {
      g_string_append (sheet->rows, "/>");
      return;
    }
  escaped = escape (text);
  g_string_append_printf (
      sheet->rows, " t=\"inlineStr\"><is><t xml:space=\"preserve\">%s</t></is></c>", escaped);
}

/* What we say ourselves: whatever else stands in the file when it comes back was added. */
static void
add_own (Writer *writer, Sheet *sheet, guint column, Style style, const char *text)
{
  add_cell (sheet, column, style, text);
  if (text != NULL)
    pal_office_model_note_text (writer->model, text);
}

static void
merge (Sheet *sheet, guint row, guint from, guint to)
{
  char first[4], last[4];

  if (to <= from)
    return;
  g_string_append_printf (sheet->merged, "<mergeCell ref=\"%s%u:%s%u\"/>",
                          column_name (from, first), row, column_name (to, last), row);
  sheet->n_merged++;
}

static guint
count_lines (const char *text, guint width)
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

static void
set_width (Sheet *sheet, guint column, guint letters)
{
  g_string_append_printf (sheet->columns,
                          "<col min=\"%u\" max=\"%u\" width=\"%u\" customWidth=\"1\"/>", column,
                          column, letters);
}

/* --- names of sheets */

static gboolean
has_sheet (Writer *writer, const char *name)
{
  for (guint i = 0; i < writer->sheets->len; i++)
    {
      g_autofree char *one = g_utf8_casefold (((Sheet *) writer->sheets->pdata[i])->name, -1);
      g_autofree char *other = g_utf8_casefold (name, -1);

      if (strcmp (one, other) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Short, of letters that are allowed, and no second of its name. */
static char *
dup_sheet_name (Writer *writer, const char *title)
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
  for (guint i = 2; has_sheet (writer, name->str); i++)
    g_string_printf (name, "%s %u", base, i);

  return g_string_free (name, FALSE);
}

static Sheet *
add_sheet (Writer *writer, const char *title)
{
  Sheet *sheet = g_new0 (Sheet, 1);

  sheet->name = dup_sheet_name (writer, title);
  sheet->rows = g_string_new (NULL);
  sheet->merged = g_string_new (NULL);
  sheet->rules = g_string_new (NULL);
  sheet->columns = g_string_new (NULL);
  g_ptr_array_add (writer->sheets, sheet);

  return sheet;
}

/* --- what may stand in a cell */

/* Number of the column in the hidden sheet; lists that read alike are one. */
static guint
find_list (Writer *writer, GPtrArray *choices)
{
  g_autoptr (GString) key = g_string_new (NULL);
  gpointer number;

  for (guint i = 0; i < choices->len; i++)
    g_string_append_printf (key, "%s\n", ((PalKitChoice *) choices->pdata[i])->label);
  number = g_hash_table_lookup (writer->list_of, key->str);
  if (number == NULL)
    {
      g_ptr_array_add (writer->lists, choices);
      number = GUINT_TO_POINTER (writer->lists->len);
      g_hash_table_insert (writer->list_of, g_strdup (key->str), number);
    }

  return GPOINTER_TO_UINT (number);
}

/* (nullable): what a program shows beside the cell that one writes in. */
static char *
dup_prompt (Writer *writer, const PalOfficeField *field, gboolean with_hint)
{
  PalOfficeWord word = PAL_OFFICE_N_WORDS;
  g_autofree char *text = NULL;

  if (field->kind == PAL_OFFICE_MANY)
    word = PAL_OFFICE_WORD_HOW_SEVERAL;
  else if (field->kind == PAL_OFFICE_DATE)
    word = PAL_OFFICE_WORD_HOW_DATE;
  else if (field->kind == PAL_OFFICE_FILE)
    word = PAL_OFFICE_WORD_HOW_FILE;
  if (word != PAL_OFFICE_N_WORDS)
    text = g_strdup (pal_office_model_get_word (writer->model, word));
  else if (with_hint)
    text = g_strdup (field->hint);
  if (text == NULL)
    return NULL;
  if (g_utf8_strlen (text, -1) > MAX_PROMPT)
    {
      g_autofree char *start = g_utf8_substring (text, 0, MAX_PROMPT - 1);

      return g_strconcat (start, "…", NULL);
    }

  return g_steal_pointer (&text);
}

static void
add_rule (Writer *writer, Sheet *sheet, PalOfficeField *field, guint column, guint n_rows,
          gboolean with_hint)
{
  g_autofree char *prompt = dup_prompt (writer, field, with_hint);
  g_autofree char *escaped = prompt != NULL ? escape (prompt) : NULL;
  gboolean is_list = field->choices != NULL && field->choices->len > 0;
  char name[4];

  if (!is_list && prompt == NULL)
    return;
  column_name (column, name);
  g_string_append (sheet->rules, "<dataValidation allowBlank=\"1\"");
  if (is_list)
    g_string_append (sheet->rules, " type=\"list\"");
  /* Whoever wishes to say something else is warned, and may. */
  if (field->kind == PAL_OFFICE_ONE)
    g_string_append (sheet->rules, " showErrorMessage=\"1\" errorStyle=\"warning\"");
  if (escaped != NULL)
    g_string_append_printf (sheet->rules, " showInputMessage=\"1\" prompt=\"%s\"", escaped);
  g_string_append_printf (sheet->rules, " sqref=\"%s%u:%s%u\">", column_name (column, name),
                          sheet->row, column_name (column, name), sheet->row + n_rows - 1);
  if (is_list)
    {
      guint list = find_list (writer, field->choices);

      column_name (list, name);
      g_string_append_printf (sheet->rules, "<formula1>" LISTS_SHEET "!$%s$1:$%s$%u</formula1>",
                              column_name (list, name), column_name (list, name),
                              field->choices->len);
    }
  g_string_append (sheet->rules, "</dataValidation>");
  sheet->n_rules++;
}

/* --- sheets */

static void
add_line (Writer *writer, Sheet *sheet, Style style, const char *text)
{
  if (text == NULL)
    return;
  begin_row (sheet, style == STYLE_TITLE ? 26 : 4 + LINE_POINTS * count_lines (text, 88));
  add_own (writer, sheet, 1, style, text);
  end_row (sheet);
}

static const char *
get_title (const PalOfficePage *page, const PalOfficeItem *table)
{
  return table->text != NULL ? table->text : page->title;
}

static void
add_notes (Writer *writer, Sheet *sheet, const PalOfficePage *page)
{
  for (guint i = 0; i < page->items->len; i++)
    {
      const PalOfficeItem *item = g_ptr_array_index (page->items, i);

      if (item->kind == PAL_OFFICE_NOTE)
        add_line (writer, sheet, STYLE_TEXT, item->text);
    }
}

/* What there is to say about tables, whose own sheets have no room above the heads to spare. */
static void
add_how_of_tables (Writer *writer, Sheet *sheet)
{
  GPtrArray *pages = writer->model->pages;

  for (guint i = 0; i < pages->len; i++)
    {
      const PalOfficePage *page = g_ptr_array_index (pages, i);
      guint n_questions = 0;

      for (guint j = 0; j < page->items->len; j++)
        n_questions += ((PalOfficeItem *) page->items->pdata[j])->kind == PAL_OFFICE_QUESTION;
      for (guint j = 0; j < page->items->len; j++)
        {
          const PalOfficeItem *item = g_ptr_array_index (page->items, j);

          if (item->kind == PAL_OFFICE_TABLE)
            {
              add_line (writer, sheet, STYLE_HEADING, get_title (page, item));
              if (n_questions == 0)
                add_notes (writer, sheet, page);
              add_line (writer, sheet, STYLE_TEXT,
                        pal_office_model_get_word (writer->model, PAL_OFFICE_WORD_ENTRIES));
            }
        }
    }
}

static void
add_how (Writer *writer)
{
  static const PalOfficeWord lines[]
      = { PAL_OFFICE_WORD_HOW_XLSX, PAL_OFFICE_WORD_HOW_SEVERAL, PAL_OFFICE_WORD_HOW_DATE,
          PAL_OFFICE_WORD_HOW_CODE, PAL_OFFICE_WORD_HOW_SEND };
  PalOfficeModel *model = writer->model;
  const char *title = pal_office_model_get_word (model, PAL_OFFICE_WORD_HOW_TITLE);
  Sheet *sheet = add_sheet (writer, title);

  set_width (sheet, 1, 100);
  add_line (writer, sheet, STYLE_TITLE, model->title);
  add_line (writer, sheet, STYLE_SUBTITLE, model->state);
  add_line (writer, sheet, STYLE_HEADING, title);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_line (writer, sheet, STYLE_TEXT, pal_office_model_get_word (model, lines[i]));
  add_how_of_tables (writer, sheet);
  begin_row (sheet, 0);
  add_cell (sheet, 1, STYLE_PLAIN, NULL);
  end_row (sheet);
  begin_row (sheet, 0);
  add_cell (sheet, 1, STYLE_CODE, model->identity);
  end_row (sheet);
}

static char *
dup_label (Writer *writer, const PalOfficeField *field)
{
  if (!field->is_required)
    return g_strdup (field->label);

  return g_strdup_printf ("%s %s", field->label,
                          pal_office_model_get_word (writer->model, PAL_OFFICE_WORD_REQUIRED));
}

/* Code, question, answer, explanation. */
static const guint page_widths[] = { 20, 36, 52, 40 };

static void
add_heads (Writer *writer, Sheet *sheet)
{
  static const PalOfficeWord heads[] = { PAL_OFFICE_WORD_CODE, PAL_OFFICE_WORD_QUESTION,
                                         PAL_OFFICE_WORD_ANSWER, PAL_OFFICE_WORD_HELP };

  begin_row (sheet, 22);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    add_own (writer, sheet, i + 1, STYLE_HEAD, pal_office_model_get_word (writer->model, heads[i]));
  end_row (sheet);
  sheet->n_frozen = sheet->row;
}

static void
add_question (Writer *writer, Sheet *sheet, PalOfficeField *field)
{
  g_autofree char *label = dup_label (writer, field);
  guint lines = MAX (count_lines (label, 34), count_lines (field->hint, 42));

  begin_row (sheet, 4 + LINE_POINTS * MAX (lines, field->kind == PAL_OFFICE_LONG ? 5 : 1));
  add_cell (sheet, 1, STYLE_CODE, field->code);
  add_own (writer, sheet, 2, STYLE_LABEL, label);
  add_cell (sheet, 3, STYLE_ANSWER, field->first);
  add_own (writer, sheet, 4, STYLE_HINT, field->hint);
  add_rule (writer, sheet, field, 3, 1, FALSE);
  end_row (sheet);
}

static void
add_wide (Writer *writer, Sheet *sheet, Style style, const char *text)
{
  begin_row (sheet, 4 + LINE_POINTS * count_lines (text, style == STYLE_HEADING ? 110 : 125));
  add_own (writer, sheet, 2, style, text);
  for (guint column = 3; column <= G_N_ELEMENTS (page_widths); column++)
    add_cell (sheet, column, style, NULL);
  merge (sheet, sheet->row, 2, G_N_ELEMENTS (page_widths));
  end_row (sheet);
}

/* A table is too wide for the columns of a page. */
static void
add_page (Writer *writer, const PalOfficePage *page)
{
  Sheet *sheet = add_sheet (writer, page->title);

  for (guint i = 0; i < G_N_ELEMENTS (page_widths); i++)
    set_width (sheet, i + 1, page_widths[i]);
  begin_row (sheet, 26);
  add_own (writer, sheet, 1, STYLE_TITLE, page->title);
  end_row (sheet);
  add_heads (writer, sheet);
  for (guint i = 0; i < page->items->len; i++)
    {
      const PalOfficeItem *item = g_ptr_array_index (page->items, i);

      if (item->kind == PAL_OFFICE_QUESTION)
        add_question (writer, sheet, item->field);
      else if (item->kind != PAL_OFFICE_TABLE)
        add_wide (writer, sheet, item->kind == PAL_OFFICE_HEADING ? STYLE_HEADING : STYLE_TEXT,
                  item->text);
    }
}

static guint
width_of (const PalOfficeField *field)
{
  switch (field->kind)
    {
    case PAL_OFFICE_LONG:
      return 44;
    case PAL_OFFICE_TEXT:
    case PAL_OFFICE_ONE:
    case PAL_OFFICE_MANY:
    case PAL_OFFICE_FILE:
      return 28;
    case PAL_OFFICE_NUMBER:
    case PAL_OFFICE_DATE:
      return 16;
    }
  g_return_val_if_reached (28);
}

/* The questions of each row, and in bands which heading stands above which of them. */
static GPtrArray *
dup_fields (const PalOfficeItem *table, GPtrArray *bands)
{
  GPtrArray *fields = g_ptr_array_new ();
  const char *band = NULL;

  for (guint i = 0; i < table->columns->len; i++)
    {
      const PalOfficeItem *item = g_ptr_array_index (table->columns, i);

      if (item->kind == PAL_OFFICE_HEADING)
        band = item->text;
      if (item->kind != PAL_OFFICE_QUESTION)
        continue;
      g_ptr_array_add (fields, item->field);
      g_ptr_array_add (bands, (gpointer) band);
    }

  return fields;
}

static gboolean
is_some (gconstpointer band, gconstpointer nothing)
{
  return band != NULL;
}

static void
add_bands (Writer *writer, Sheet *sheet, GPtrArray *bands)
{
  guint start = 0;

  if (!g_ptr_array_find_with_equal_func (bands, NULL, is_some, NULL))
    return;
  begin_row (sheet, 18);
  for (guint i = 0; i < bands->len; i++)
    {
      gboolean is_new = i == 0 || bands->pdata[i] != bands->pdata[i - 1];

      if (is_new)
        start = i;
      if (bands->pdata[i] == NULL)
        continue;
      if (is_new)
        add_own (writer, sheet, i + 2, STYLE_HEADING, bands->pdata[i]);
      else
        add_cell (sheet, i + 2, STYLE_HEADING, NULL);
      if (i + 1 == bands->len || bands->pdata[i + 1] != bands->pdata[i])
        merge (sheet, sheet->row, start + 2, i + 2);
    }
  end_row (sheet);
}

static char *
dup_head (Writer *writer, const PalOfficeField *field)
{
  g_autofree char *label = dup_label (writer, field);

  return field->hint != NULL ? g_strconcat (label, "\n", field->hint, NULL)
                             : g_steal_pointer (&label);
}

/* The question, and below it smaller what is said about it. */
static void
add_head (Writer *writer, Sheet *sheet, guint column, const PalOfficeField *field)
{
  g_autofree char *label = dup_label (writer, field);
  g_autofree char *text = dup_head (writer, field);
  g_autofree char *first = escape (label);
  g_autofree char *second = escape (text + strlen (label));
  char name[4];

  g_string_append_printf (
      sheet->rows,
      "<c r=\"%s%u\" s=\"%u\" t=\"inlineStr\"><is><r><rPr><b/><sz val=\"11\"/>"
      "<color rgb=\"FFFFFFFF\"/><rFont val=\"Calibri\"/></rPr><t xml:space=\"preserve\">%s</t></r>",
      column_name (column, name), sheet->row, STYLE_HEAD, first);
  if (*second != '\0')
    g_string_append_printf (sheet->rows,
                            "<r><rPr><sz val=\"9\"/><color rgb=\"FFFFFFFF\"/>"
                            "<rFont val=\"Calibri\"/></rPr><t xml:space=\"preserve\">%s</t></r>",
                            second);
  g_string_append (sheet->rows, "</is></c>");
  sheet->n_columns = MAX (sheet->n_columns, column);
  pal_office_model_note_text (writer->model, text);
}

static void
add_table_heads (Writer *writer, Sheet *sheet, const PalOfficeItem *table, GPtrArray *fields)
{
  guint lines = 1;

  for (guint i = 0; i < fields->len; i++)
    {
      g_autofree char *text = dup_head (writer, fields->pdata[i]);

      lines = MAX (lines, count_lines (text, width_of (fields->pdata[i])));
    }
  begin_row (sheet, 6 + 14 * lines);
  add_own (writer, sheet, 1, STYLE_HEAD,
           pal_office_model_get_word (writer->model, PAL_OFFICE_WORD_NUMBER));
  for (guint i = 0; i < fields->len; i++)
    add_head (writer, sheet, i + 2, fields->pdata[i]);
  end_row (sheet);
  begin_row (sheet, 12);
  add_cell (sheet, 1, STYLE_CODE, table->code);
  for (guint i = 0; i < fields->len; i++)
    add_cell (sheet, i + 2, STYLE_CODE, ((PalOfficeField *) fields->pdata[i])->code);
  end_row (sheet);
}

static void
add_table (Writer *writer, const PalOfficePage *page, const PalOfficeItem *table)
{
  g_autoptr (GPtrArray) bands = g_ptr_array_new ();
  g_autoptr (GPtrArray) fields = dup_fields (table, bands);
  const char *title = get_title (page, table);
  Sheet *sheet = add_sheet (writer, title);

  set_width (sheet, 1, 12);
  for (guint i = 0; i < fields->len; i++)
    set_width (sheet, i + 2, width_of (fields->pdata[i]));
  begin_row (sheet, 26);
  add_own (writer, sheet, 1, STYLE_TITLE, title);
  end_row (sheet);
  add_bands (writer, sheet, bands);
  add_table_heads (writer, sheet, table, fields);
  sheet->n_frozen = sheet->row;
  for (guint i = 1; i <= N_PREPARED_ROWS; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      begin_row (sheet, 2 * LINE_POINTS);
      add_cell (sheet, 1, STYLE_NUMBER, number);
      for (guint j = 0; j < fields->len; j++)
        {
          add_cell (sheet, j + 2, STYLE_ANSWER, NULL);
          if (i == 1)
            add_rule (writer, sheet, fields->pdata[j], j + 2, N_PREPARED_ROWS, TRUE);
        }
      end_row (sheet);
    }
}

static void
add_pages (Writer *writer)
{
  GPtrArray *pages = writer->model->pages;

  for (guint i = 0; i < pages->len; i++)
    {
      const PalOfficePage *page = g_ptr_array_index (pages, i);
      gboolean has_questions = FALSE;
      guint n_tables = 0;

      for (guint j = 0; j < page->items->len; j++)
        {
          const PalOfficeItem *item = g_ptr_array_index (page->items, j);

          has_questions = has_questions || item->kind == PAL_OFFICE_QUESTION;
          n_tables += item->kind == PAL_OFFICE_TABLE;
        }
      if (has_questions || n_tables == 0)
        add_page (writer, page);
      for (guint j = 0; j < page->items->len; j++)
        if (((PalOfficeItem *) page->items->pdata[j])->kind == PAL_OFFICE_TABLE)
          add_table (writer, page, page->items->pdata[j]);
    }
}

static void
add_articles (Writer *writer)
{
  PalOfficeModel *model = writer->model;
  const char *title = pal_office_model_get_word (model, PAL_OFFICE_WORD_CONTEXT);
  Sheet *sheet;

  if (model->articles->len == 0)
    return;
  sheet = add_sheet (writer, title);
  set_width (sheet, 1, 8);
  set_width (sheet, 2, 110);
  add_line (writer, sheet, STYLE_TITLE, title);
  begin_row (sheet, 4 + 2 * LINE_POINTS);
  add_own (writer, sheet, 2, STYLE_HINT,
           pal_office_model_get_word (model, PAL_OFFICE_WORD_CONTEXT_HINT));
  end_row (sheet);
  for (guint i = 0; i < model->articles->len; i++)
    {
      const PalKitArticle *article = g_ptr_array_index (model->articles, i);
      g_autofree char *head
          = g_strjoin ("\n", article->title != NULL ? article->title : "", article->part, NULL);

      begin_row (sheet, 4 + LINE_POINTS * count_lines (head, 100));
      add_cell (sheet, 1, STYLE_HEADING, NULL);
      add_own (writer, sheet, 2, STYLE_HEADING, head);
      end_row (sheet);
      for (guint j = 0; j < article->questions->len; j++)
        {
          const PalKitQuestion *question = g_ptr_array_index (article->questions, j);
          g_autofree char *number = g_strdup_printf ("%u", question->number);

          begin_row (sheet, 4 + LINE_POINTS * count_lines (question->text, 105));
          add_own (writer, sheet, 1, STYLE_NUMBER, number);
          add_own (writer, sheet, 2, STYLE_TEXT, question->text);
          end_row (sheet);
        }
    }
}

/* Lists of choices, side by side; below them what tells our texts from others. */
static void
add_lists (Writer *writer)
{
  Sheet *sheet = add_sheet (writer, LISTS_SHEET);
  g_autoptr (GPtrArray) texts = pal_office_model_dup_texts (writer->model);
  guint n_rows = 0;

  sheet->is_hidden = TRUE;
  for (guint i = 0; i < writer->lists->len; i++)
    n_rows = MAX (n_rows, ((GPtrArray *) writer->lists->pdata[i])->len);
  for (guint row = 0; row < n_rows; row++)
    {
      begin_row (sheet, 0);
      for (guint i = 0; i < writer->lists->len; i++)
        {
          GPtrArray *list = g_ptr_array_index (writer->lists, i);

          if (row < list->len)
            add_cell (sheet, i + 1, STYLE_TEXT, ((PalKitChoice *) list->pdata[row])->label);
        }
      end_row (sheet);
    }
  for (guint i = 0; i < texts->len; i++)
    {
      begin_row (sheet, 0);
      add_cell (sheet, 1, STYLE_CODE, texts->pdata[i]);
      end_row (sheet);
    }
}

/* --- the file */

static void
append_views (GString *xml, Sheet *sheet, gboolean is_right_to_left, gboolean is_first)
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

static GBytes *
write_sheet (Writer *writer, Sheet *sheet, gboolean is_first)
{
  GString *xml = g_string_new (HEADER "<worksheet xmlns=\"" NS_MAIN "\">"
                                      "<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>");
  char name[4];

  g_string_append_printf (xml, "<dimension ref=\"A1:%s%u\"/>",
                          column_name (MAX (sheet->n_columns, 1), name), MAX (sheet->row, 1));
  append_views (xml, sheet, writer->model->is_right_to_left, is_first);
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
write_workbook (Writer *writer)
{
  GString *xml = g_string_new (HEADER "<workbook xmlns=\"" NS_MAIN "\" xmlns:r=\"" NS_RELATION
                                      "\"><bookViews><workbookView activeTab=\"0\"/></bookViews>"
                                      "<sheets>");

  for (guint i = 0; i < writer->sheets->len; i++)
    {
      Sheet *sheet = g_ptr_array_index (writer->sheets, i);
      g_autofree char *name = escape (sheet->name);

      g_string_append_printf (xml, "<sheet name=\"%s\" sheetId=\"%u\"%s r:id=\"rId%u\"/>", name,
                              i + 1, sheet->is_hidden ? " state=\"hidden\"" : "", i + 1);
    }
  g_string_append (xml, "</sheets></workbook>");

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_relations (Writer *writer)
{
  GString *xml = g_string_new (HEADER "<Relationships xmlns=\"" NS_PACKAGE "/relationships\">");
  guint n = writer->sheets->len;

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
write_types (Writer *writer)
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

  for (guint i = 1; i <= writer->sheets->len; i++)
    g_string_append_printf (
        xml,
        "<Override PartName=\"/xl/worksheets/sheet%u.xml\" ContentType=\""
        "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>",
        i);
  g_string_append (xml, "</Types>");

  return g_string_free_to_bytes (xml);
}

static GBytes *
write_properties (Writer *writer)
{
  g_autofree char *title = escape (writer->model->title);
  g_autofree char *identity = escape (writer->model->identity);
  GString *xml = g_string_new (HEADER "<cp:coreProperties xmlns:cp=\"" NS_PACKAGE
                                      "/metadata/core-properties\" "
                                      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">");

  g_string_append_printf (xml,
                          "<dc:title>%s</dc:title><cp:keywords>%s</cp:keywords>"
                          "<dc:language>%s</dc:language></cp:coreProperties>",
                          title, identity, writer->model->tag);

  return g_string_free_to_bytes (xml);
}

static void
take_entry (GPtrArray *entries, const char *name, GBytes *bytes)
{
  g_ptr_array_add (entries, pal_bundle_entry_new (name, bytes));
  g_bytes_unref (bytes);
}

static GBytes *
write_file (Writer *writer, GError **error)
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

  take_entry (entries, "[Content_Types].xml", write_types (writer));
  take_entry (entries, "_rels/.rels", g_bytes_new_static (relations, sizeof relations - 1));
  take_entry (entries, "docProps/core.xml", write_properties (writer));
  take_entry (entries, "xl/workbook.xml", write_workbook (writer));
  take_entry (entries, "xl/_rels/workbook.xml.rels", write_relations (writer));
  take_entry (entries, "xl/styles.xml", g_bytes_new_static (styles, sizeof styles - 1));
  for (guint i = 0; i < writer->sheets->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("xl/worksheets/sheet%u.xml", i + 1);

      take_entry (entries, name, write_sheet (writer, writer->sheets->pdata[i], i == 0));
    }

  return pal_bundle_write (entries, error);
}

GBytes *
pal_office_xlsx_make (PalOfficeModel *model, GError **error)
{
  g_autoptr (GPtrArray) sheets = g_ptr_array_new_with_free_func (sheet_free);
  g_autoptr (GPtrArray) lists = g_ptr_array_new ();
  g_autoptr (GHashTable) list_of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Writer writer = { model, sheets, lists, list_of };

  add_how (&writer);
  add_pages (&writer);
  add_articles (&writer);
  add_lists (&writer);

  return write_file (&writer, error);
}
