// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-book.h"

#include <string.h>

/* The form as a workbook: a sheet with what to do, one for each page of the
 * form, one for each table, one with the questions of the questionnaire, and a hidden one with the
 * lists of choices. Cells for answers are formatted as text, so that nothing in them is calculated.
 */

#define LISTS_SHEET "palermo_lists"
#define N_PREPARED_ROWS 30
#define MAX_PROMPT 250

typedef struct
{
  PalOfficeModel *model;
  PalOfficeBook *book;
  GPtrArray *lists; /* (element-type GPtrArray): of PalKitChoice, as columns of the hidden sheet */
  GHashTable *list_of; /* all labels -> number of the list, from 1 */
} Writer;

/* What we say ourselves: whatever else stands in the file when it comes back was added. */
static void
add_own (Writer *writer, PalOfficeSheet *sheet, guint column, PalOfficeStyle style,
         const char *text)
{
  pal_office_sheet_add_cell (sheet, column, style, text);
  if (text != NULL)
    pal_office_model_note_text (writer->model, text);
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
add_rule (Writer *writer, PalOfficeSheet *sheet, PalOfficeField *field, guint column, guint n_rows,
          gboolean with_hint)
{
  g_autofree char *prompt = dup_prompt (writer, field, with_hint);
  g_autofree char *escaped = prompt != NULL ? pal_office_book_escape (prompt) : NULL;
  gboolean is_list = field->choices != NULL && field->choices->len > 0;
  char name[4];

  if (!is_list && prompt == NULL)
    return;
  pal_office_column_name (column, name);
  g_string_append (sheet->rules, "<dataValidation allowBlank=\"1\"");
  if (is_list)
    g_string_append (sheet->rules, " type=\"list\"");
  /* Whoever wishes to say something else is warned, and may. */
  if (field->kind == PAL_OFFICE_ONE)
    g_string_append (sheet->rules, " showErrorMessage=\"1\" errorStyle=\"warning\"");
  if (escaped != NULL)
    g_string_append_printf (sheet->rules, " showInputMessage=\"1\" prompt=\"%s\"", escaped);
  g_string_append_printf (sheet->rules, " sqref=\"%s%u:%s%u\">",
                          pal_office_column_name (column, name), sheet->row,
                          pal_office_column_name (column, name), sheet->row + n_rows - 1);
  if (is_list)
    {
      guint list = find_list (writer, field->choices);

      pal_office_column_name (list, name);
      g_string_append_printf (sheet->rules, "<formula1>" LISTS_SHEET "!$%s$1:$%s$%u</formula1>",
                              pal_office_column_name (list, name),
                              pal_office_column_name (list, name), field->choices->len);
    }
  g_string_append (sheet->rules, "</dataValidation>");
  sheet->n_rules++;
}

/* --- sheets */

static void
add_line (Writer *writer, PalOfficeSheet *sheet, PalOfficeStyle style, const char *text)
{
  if (text == NULL)
    return;
  pal_office_sheet_begin_row (sheet,
                              style == PAL_OFFICE_STYLE_TITLE
                                  ? 26
                                  : 4 + PAL_OFFICE_LINE_POINTS * pal_office_count_lines (text, 88));
  add_own (writer, sheet, 1, style, text);
  pal_office_sheet_end_row (sheet);
}

static const char *
get_title (const PalOfficePage *page, const PalOfficeItem *table)
{
  return table->text != NULL ? table->text : page->title;
}

static void
add_notes (Writer *writer, PalOfficeSheet *sheet, const PalOfficePage *page)
{
  for (guint i = 0; i < page->items->len; i++)
    {
      const PalOfficeItem *item = g_ptr_array_index (page->items, i);

      if (item->kind == PAL_OFFICE_NOTE)
        add_line (writer, sheet, PAL_OFFICE_STYLE_TEXT, item->text);
    }
}

/* What there is to say about tables, whose own sheets have no room above the heads to spare. */
static void
add_how_of_tables (Writer *writer, PalOfficeSheet *sheet)
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
              add_line (writer, sheet, PAL_OFFICE_STYLE_HEADING, get_title (page, item));
              if (n_questions == 0)
                add_notes (writer, sheet, page);
              add_line (writer, sheet, PAL_OFFICE_STYLE_TEXT,
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
  PalOfficeSheet *sheet = pal_office_book_add_sheet (writer->book, title);

  pal_office_sheet_set_width (sheet, 1, 100);
  add_line (writer, sheet, PAL_OFFICE_STYLE_TITLE, model->title);
  add_line (writer, sheet, PAL_OFFICE_STYLE_SUBTITLE, model->state);
  add_line (writer, sheet, PAL_OFFICE_STYLE_HEADING, title);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_line (writer, sheet, PAL_OFFICE_STYLE_TEXT, pal_office_model_get_word (model, lines[i]));
  add_how_of_tables (writer, sheet);
  pal_office_sheet_begin_row (sheet, 0);
  pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_PLAIN, NULL);
  pal_office_sheet_end_row (sheet);
  pal_office_sheet_begin_row (sheet, 0);
  pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_CODE, model->identity);
  pal_office_sheet_end_row (sheet);
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
add_heads (Writer *writer, PalOfficeSheet *sheet)
{
  static const PalOfficeWord heads[] = { PAL_OFFICE_WORD_CODE, PAL_OFFICE_WORD_QUESTION,
                                         PAL_OFFICE_WORD_ANSWER, PAL_OFFICE_WORD_HELP };

  pal_office_sheet_begin_row (sheet, 22);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    add_own (writer, sheet, i + 1, PAL_OFFICE_STYLE_HEAD,
             pal_office_model_get_word (writer->model, heads[i]));
  pal_office_sheet_end_row (sheet);
  sheet->n_frozen = sheet->row;
}

static void
add_question (Writer *writer, PalOfficeSheet *sheet, PalOfficeField *field)
{
  g_autofree char *label = dup_label (writer, field);
  guint lines = MAX (pal_office_count_lines (label, 34), pal_office_count_lines (field->hint, 42));

  pal_office_sheet_begin_row (
      sheet, 4 + PAL_OFFICE_LINE_POINTS * MAX (lines, field->kind == PAL_OFFICE_LONG ? 5 : 1));
  pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_CODE, field->code);
  add_own (writer, sheet, 2, PAL_OFFICE_STYLE_LABEL, label);
  pal_office_sheet_add_cell (sheet, 3, PAL_OFFICE_STYLE_ANSWER, field->first);
  add_own (writer, sheet, 4, PAL_OFFICE_STYLE_HINT, field->hint);
  add_rule (writer, sheet, field, 3, 1, FALSE);
  pal_office_sheet_end_row (sheet);
}

static void
add_wide (Writer *writer, PalOfficeSheet *sheet, PalOfficeStyle style, const char *text)
{
  pal_office_sheet_begin_row (
      sheet,
      4
          + PAL_OFFICE_LINE_POINTS
                * pal_office_count_lines (text, style == PAL_OFFICE_STYLE_HEADING ? 110 : 125));
  add_own (writer, sheet, 2, style, text);
  for (guint column = 3; column <= G_N_ELEMENTS (page_widths); column++)
    pal_office_sheet_add_cell (sheet, column, style, NULL);
  pal_office_sheet_merge (sheet, sheet->row, 2, G_N_ELEMENTS (page_widths));
  pal_office_sheet_end_row (sheet);
}

/* A table is too wide for the columns of a page. */
static void
add_page (Writer *writer, const PalOfficePage *page)
{
  PalOfficeSheet *sheet = pal_office_book_add_sheet (writer->book, page->title);

  for (guint i = 0; i < G_N_ELEMENTS (page_widths); i++)
    pal_office_sheet_set_width (sheet, i + 1, page_widths[i]);
  pal_office_sheet_begin_row (sheet, 26);
  add_own (writer, sheet, 1, PAL_OFFICE_STYLE_TITLE, page->title);
  pal_office_sheet_end_row (sheet);
  add_heads (writer, sheet);
  for (guint i = 0; i < page->items->len; i++)
    {
      const PalOfficeItem *item = g_ptr_array_index (page->items, i);

      if (item->kind == PAL_OFFICE_QUESTION)
        add_question (writer, sheet, item->field);
      else if (item->kind != PAL_OFFICE_TABLE)
        add_wide (writer, sheet,
                  item->kind == PAL_OFFICE_HEADING ? PAL_OFFICE_STYLE_HEADING
                                                   : PAL_OFFICE_STYLE_TEXT,
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
add_bands (Writer *writer, PalOfficeSheet *sheet, GPtrArray *bands)
{
  guint start = 0;

  if (!g_ptr_array_find_with_equal_func (bands, NULL, is_some, NULL))
    return;
  pal_office_sheet_begin_row (sheet, 18);
  for (guint i = 0; i < bands->len; i++)
    {
      gboolean is_new = i == 0 || bands->pdata[i] != bands->pdata[i - 1];

      if (is_new)
        start = i;
      if (bands->pdata[i] == NULL)
        continue;
      if (is_new)
        add_own (writer, sheet, i + 2, PAL_OFFICE_STYLE_HEADING, bands->pdata[i]);
      else
        pal_office_sheet_add_cell (sheet, i + 2, PAL_OFFICE_STYLE_HEADING, NULL);
      if (i + 1 == bands->len || bands->pdata[i + 1] != bands->pdata[i])
        pal_office_sheet_merge (sheet, sheet->row, start + 2, i + 2);
    }
  pal_office_sheet_end_row (sheet);
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
add_head (Writer *writer, PalOfficeSheet *sheet, guint column, const PalOfficeField *field)
{
  g_autofree char *label = dup_label (writer, field);
  g_autofree char *text = dup_head (writer, field);
  g_autofree char *first = pal_office_book_escape (label);
  g_autofree char *second = pal_office_book_escape (text + strlen (label));
  char name[4];

  g_string_append_printf (
      sheet->rows,
      "<c r=\"%s%u\" s=\"%u\" t=\"inlineStr\"><is><r><rPr><b/><sz val=\"11\"/>"
      "<color rgb=\"FFFFFFFF\"/><rFont val=\"Calibri\"/></rPr><t xml:space=\"preserve\">%s</t></r>",
      pal_office_column_name (column, name), sheet->row, PAL_OFFICE_STYLE_HEAD, first);
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
add_table_heads (Writer *writer, PalOfficeSheet *sheet, const PalOfficeItem *table,
                 GPtrArray *fields)
{
  guint lines = 1;

  for (guint i = 0; i < fields->len; i++)
    {
      g_autofree char *text = dup_head (writer, fields->pdata[i]);

      lines = MAX (lines, pal_office_count_lines (text, width_of (fields->pdata[i])));
    }
  pal_office_sheet_begin_row (sheet, 6 + 14 * lines);
  add_own (writer, sheet, 1, PAL_OFFICE_STYLE_HEAD,
           pal_office_model_get_word (writer->model, PAL_OFFICE_WORD_NUMBER));
  for (guint i = 0; i < fields->len; i++)
    add_head (writer, sheet, i + 2, fields->pdata[i]);
  pal_office_sheet_end_row (sheet);
  pal_office_sheet_begin_row (sheet, 12);
  pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_CODE, table->code);
  for (guint i = 0; i < fields->len; i++)
    pal_office_sheet_add_cell (sheet, i + 2, PAL_OFFICE_STYLE_CODE,
                               ((PalOfficeField *) fields->pdata[i])->code);
  pal_office_sheet_end_row (sheet);
}

static void
add_table (Writer *writer, const PalOfficePage *page, const PalOfficeItem *table)
{
  g_autoptr (GPtrArray) bands = g_ptr_array_new ();
  g_autoptr (GPtrArray) fields = dup_fields (table, bands);
  const char *title = get_title (page, table);
  PalOfficeSheet *sheet = pal_office_book_add_sheet (writer->book, title);

  pal_office_sheet_set_width (sheet, 1, 12);
  for (guint i = 0; i < fields->len; i++)
    pal_office_sheet_set_width (sheet, i + 2, width_of (fields->pdata[i]));
  pal_office_sheet_begin_row (sheet, 26);
  add_own (writer, sheet, 1, PAL_OFFICE_STYLE_TITLE, title);
  pal_office_sheet_end_row (sheet);
  add_bands (writer, sheet, bands);
  add_table_heads (writer, sheet, table, fields);
  sheet->n_frozen = sheet->row;
  for (guint i = 1; i <= N_PREPARED_ROWS; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      pal_office_sheet_begin_row (sheet, 2 * PAL_OFFICE_LINE_POINTS);
      pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_NUMBER, number);
      for (guint j = 0; j < fields->len; j++)
        {
          pal_office_sheet_add_cell (sheet, j + 2, PAL_OFFICE_STYLE_ANSWER, NULL);
          if (i == 1)
            add_rule (writer, sheet, fields->pdata[j], j + 2, N_PREPARED_ROWS, TRUE);
        }
      pal_office_sheet_end_row (sheet);
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
  PalOfficeSheet *sheet;

  if (model->articles->len == 0)
    return;
  sheet = pal_office_book_add_sheet (writer->book, title);
  pal_office_sheet_set_width (sheet, 1, 8);
  pal_office_sheet_set_width (sheet, 2, 110);
  add_line (writer, sheet, PAL_OFFICE_STYLE_TITLE, title);
  pal_office_sheet_begin_row (sheet, 4 + 2 * PAL_OFFICE_LINE_POINTS);
  add_own (writer, sheet, 2, PAL_OFFICE_STYLE_HINT,
           pal_office_model_get_word (model, PAL_OFFICE_WORD_CONTEXT_HINT));
  pal_office_sheet_end_row (sheet);
  for (guint i = 0; i < model->articles->len; i++)
    {
      const PalKitArticle *article = g_ptr_array_index (model->articles, i);
      g_autofree char *head
          = g_strjoin ("\n", article->title != NULL ? article->title : "", article->part, NULL);

      pal_office_sheet_begin_row (sheet,
                                  4 + PAL_OFFICE_LINE_POINTS * pal_office_count_lines (head, 100));
      pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_HEADING, NULL);
      add_own (writer, sheet, 2, PAL_OFFICE_STYLE_HEADING, head);
      pal_office_sheet_end_row (sheet);
      for (guint j = 0; j < article->questions->len; j++)
        {
          const PalKitQuestion *question = g_ptr_array_index (article->questions, j);
          g_autofree char *number = g_strdup_printf ("%u", question->number);

          pal_office_sheet_begin_row (
              sheet, 4 + PAL_OFFICE_LINE_POINTS * pal_office_count_lines (question->text, 105));
          add_own (writer, sheet, 1, PAL_OFFICE_STYLE_NUMBER, number);
          add_own (writer, sheet, 2, PAL_OFFICE_STYLE_TEXT, question->text);
          pal_office_sheet_end_row (sheet);
        }
    }
}

/* Lists of choices, side by side; below them what tells our texts from others. */
static void
add_lists (Writer *writer)
{
  PalOfficeSheet *sheet = pal_office_book_add_sheet (writer->book, LISTS_SHEET);
  g_autoptr (GPtrArray) texts = pal_office_model_dup_texts (writer->model);
  guint n_rows = 0;

  sheet->is_hidden = TRUE;
  for (guint i = 0; i < writer->lists->len; i++)
    n_rows = MAX (n_rows, ((GPtrArray *) writer->lists->pdata[i])->len);
  for (guint row = 0; row < n_rows; row++)
    {
      pal_office_sheet_begin_row (sheet, 0);
      for (guint i = 0; i < writer->lists->len; i++)
        {
          GPtrArray *list = g_ptr_array_index (writer->lists, i);

          if (row < list->len)
            pal_office_sheet_add_cell (sheet, i + 1, PAL_OFFICE_STYLE_TEXT,
                                       ((PalKitChoice *) list->pdata[row])->label);
        }
      pal_office_sheet_end_row (sheet);
    }
  for (guint i = 0; i < texts->len; i++)
    {
      pal_office_sheet_begin_row (sheet, 0);
      pal_office_sheet_add_cell (sheet, 1, PAL_OFFICE_STYLE_CODE, texts->pdata[i]);
      pal_office_sheet_end_row (sheet);
    }
}

GBytes *
pal_office_xlsx_make (PalOfficeModel *model, GError **error)
{
  g_autoptr (PalOfficeBook) book = pal_office_book_new (model);
  g_autoptr (GPtrArray) lists = g_ptr_array_new ();
  g_autoptr (GHashTable) list_of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Writer writer = { model, book, lists, list_of };

  add_how (&writer);
  add_pages (&writer);
  add_articles (&writer);
  add_lists (&writer);

  return pal_office_book_write (book, error);
}
