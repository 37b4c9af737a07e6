// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office-docx"

#include "config.h"

#include "pal-office-docx.h"

#include "pal-bundle.h"
#include "pal-xml.h"

#include <string.h>

/* The twin as a text document (ISO/IEC 29500-1): tables of code, question and answer, each answer a
 * content control. Programs keep different things of it, so that each answer is named in four ways:
 * tag, bookmark, alias, and the code that people see. */

#define W "xmlns:w=\"" PAL_OFFICE_NS_W "\""
#define W14 "xmlns:w14=\"" PAL_OFFICE_NS_W14 "\""
#define MC                                                                                         \
  "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"w14\""
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MAX_BOXES 12            /* choices that are ticked; more of them are a list */
#define MAX_ITEM_CHARACTERS 250 /* of an item of a list: word processors take 255 */
#define MAX_NAME_CHARACTERS 64  /* of a tag or an alias */

/* Widths on a page of A4 between its margins, in twentieths of a point. */
#define CODE_WIDTH 1500
#define QUESTION_WIDTH 3700
#define ANSWER_WIDTH 4772
#define TEXT_WIDTH (CODE_WIDTH + QUESTION_WIDTH + ANSWER_WIDTH)

static const char content_types[]
    = HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
           "<Default Extension=\"rels\" "
           "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
           "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
           "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
           "<Override PartName=\"/word/styles.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
           "<Override PartName=\"/word/settings.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>"
           "<Override PartName=\"/customXml/itemProps1.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.customXmlProperties+xml\"/>"
           "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
           "vnd.openxmlformats-package.core-properties+xml\"/>"
           "</Types>";

static const char package_relations[]
    = HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
           "<Relationship Id=\"rId1\" Type=\"" OFFICE "officeDocument\" "
           "Target=\"word/document.xml\"/>"
           "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/"
           "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
           "</Relationships>";

static const char document_relations[]
    = HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
           "<Relationship Id=\"rId1\" Type=\"" OFFICE "styles\" Target=\"styles.xml\"/>"
           "<Relationship Id=\"rId2\" Type=\"" OFFICE "settings\" Target=\"settings.xml\"/>"
           "<Relationship Id=\"rId3\" Type=\"" OFFICE "customXml\" "
           "Target=\"../customXml/item1.xml\"/></Relationships>";

static const char lines_relations[]
    = HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
           "<Relationship Id=\"rId1\" Type=\"" OFFICE "customXmlProps\" "
           "Target=\"itemProps1.xml\"/></Relationships>";

static const char lines_properties[]
    = HEAD "<ds:datastoreItem ds:itemID=\"{5E0B6C1A-8B0D-4B57-9C52-0B1F4C5D7A11}\" "
           "xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\">"
           "<ds:schemaRefs/></ds:datastoreItem>";

static const char settings[]
    = HEAD "<w:settings " W "><w:compat><w:compatSetting w:name=\"compatibilityMode\" "
           "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
           "</w:settings>";

/* Sizes are in half points, spaces in twentieths of a point. */
static const struct
{
  const char *id;
  const char *name;
  guint size;
  gboolean is_bold;
  const char *colour; /* (nullable) */
  guint before;
  guint after;
  int outline; /* level from 0; -1: no heading */
} styles[] = {
  { "Title", "Title", 36, TRUE, "1A5FB4", 0, 120, -1 },
  { "Heading1", "heading 1", 28, TRUE, "1A5FB4", 400, 120, 0 },
  { "Heading2", "heading 2", 24, TRUE, NULL, 280, 100, 1 },
  { "Heading3", "heading 3", 22, TRUE, NULL, 200, 80, 2 },
  { PAL_OFFICE_STYLE "Note", "Palermo Note", 20, FALSE, NULL, 0, 120, -1 },
  { PAL_OFFICE_STYLE "State", "Palermo State", 24, FALSE, NULL, 0, 200, -1 },
  { PAL_OFFICE_STYLE "Head", "Palermo Head", 18, TRUE, "FFFFFF", 40, 40, -1 },
  { PAL_OFFICE_STYLE "Entry", "Palermo Entry", 21, TRUE, NULL, 60, 60, -1 },
  { PAL_OFFICE_STYLE "Code", "Palermo Code", 13, FALSE, "5E5C64", 40, 40, -1 },
  { PAL_OFFICE_STYLE "Question", "Palermo Question", 20, FALSE, NULL, 40, 20, -1 },
  { PAL_OFFICE_STYLE "Hint", "Palermo Hint", 17, FALSE, "5E5C64", 0, 40, -1 },
  { PAL_OFFICE_STYLE "Answer", "Palermo Answer", 20, FALSE, NULL, 40, 40, -1 },
  { PAL_OFFICE_STYLE "Context", "Palermo Context", 18, FALSE, NULL, 0, 60, -1 },
  { PAL_OFFICE_STYLE "Identity", "Palermo Identity", 13, FALSE, "5E5C64", 600, 0, -1 },
};

typedef struct
{
  PalOfficeModel *model; /* (unowned) */
  GString *out;
  guint n_controls;
  guint n_bookmarks;
} Writing;

/* --- text */

/* XML holds no control characters; lines are broken where the text has them broken. */
static char *
dup_escaped (const char *text)
{
  g_autofree char *clean = g_utf8_make_valid (text, -1);

  for (char *c = clean; *c != '\0'; c++)
    if (((guchar) *c < 0x20 && *c != '\n') || *c == 0x7f)
      *c = ' ';

  return pal_xml_escape (clean);
}

static void
append_run (Writing *self, const char *text, gboolean is_right_to_left, const char *properties)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_string_append_printf (self->out, "<w:r><w:rPr>%s%s</w:rPr>",
                          properties != NULL ? properties : "", is_right_to_left ? "<w:rtl/>" : "");
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *escaped = dup_escaped (lines[i]);

      g_string_append_printf (self->out, "%s<w:t xml:space=\"preserve\">%s</w:t>",
                              i > 0 ? "<w:br/>" : "", escaped);
    }
  g_string_append (self->out, "</w:r>");
}

static void
open_paragraph (Writing *self, const char *style, gboolean is_right_to_left)
{
  g_string_append_printf (self->out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style,
                          is_right_to_left ? "<w:bidi/>" : "");
}

static void
append_paragraph (Writing *self, const char *style, const char *text)
{
  if (text == NULL)
    return;
  pal_office_model_note_text (self->model, text);
  open_paragraph (self, style, self->model->is_right_to_left);
  append_run (self, text, self->model->is_right_to_left, NULL);
  g_string_append (self->out, "</w:p>");
}

static void
append_word (Writing *self, const char *style, PalOfficeWord word)
{
  append_paragraph (self, style, pal_office_model_get_word (self->model, word));
}

/* --- controls */

static void
append_name (Writing *self, const char *element, const char *code)
{
  g_autofree char *name = g_utf8_strlen (code, -1) <= MAX_NAME_CHARACTERS
                              ? dup_escaped (code)
                              : pal_office_docx_dup_bookmark (code);

  g_string_append_printf (self->out, "<w:%s w:val=\"%s\"/>", element, name);
}

static void
append_item (Writing *self, const char *shown, const char *code, const char *value)
{
  g_autofree char *text
      = g_utf8_substring (shown, 0, MIN (g_utf8_strlen (shown, -1), MAX_ITEM_CHARACTERS));
  g_autofree char *escaped = dup_escaped (text);
  g_autofree char *pair = g_strconcat (code, "=", value, NULL);
  g_autofree char *escaped_pair = dup_escaped (pair);

  g_string_append_printf (self->out, "<w:listItem w:displayText=\"%s\" w:value=\"%s\"/>", escaped,
                          escaped_pair);
}

/* What stands in it is what a program shows until somebody writes. */
static void
append_control (Writing *self, const PalOfficeField *field, const char *code)
{
  gboolean is_list = field->kind == PAL_OFFICE_ONE || field->kind == PAL_OFFICE_MANY;
  const char *choose = pal_office_model_get_word (self->model, PAL_OFFICE_WORD_CHOOSE);
  const char *list = field->kind == PAL_OFFICE_ONE ? "dropDownList" : "comboBox";
  gboolean is_right_to_left = self->model->is_right_to_left;

  open_paragraph (self, PAL_OFFICE_STYLE "Answer", is_right_to_left);
  g_string_append (self->out, "<w:sdt><w:sdtPr>");
  append_name (self, "alias", code);
  append_name (self, "tag", code);
  g_string_append_printf (self->out, "<w:id w:val=\"%u\"/>%s", ++self->n_controls,
                          field->first == NULL ? "<w:showingPlcHdr/>" : "");
  if (is_list)
    {
      g_string_append_printf (self->out, "<w:%s>", list);
      append_item (self, choose, code, "");
      for (guint i = 0; i < field->choices->len; i++)
        {
          PalKitChoice *choice = g_ptr_array_index (field->choices, i);

          append_item (self, *choice->label != '\0' ? choice->label : choice->value, code,
                       choice->value);
        }
      g_string_append_printf (self->out, "</w:%s>", list);
    }
  else if (field->kind == PAL_OFFICE_DATE)
    g_string_append_printf (self->out,
                            "<w:date><w:dateFormat w:val=\"yyyy-MM-dd\"/><w:lid w:val=\"%s\"/>"
                            "<w:storeMappedDataAs w:val=\"date\"/><w:calendar "
                            "w:val=\"gregorian\"/></w:date>",
                            self->model->tag);
  /* A text is a control of formatted text: of one of plain text, LibreOffice 7.4 repeats the whole
   * answer for every change of script in it. */
  g_string_append (self->out, "</w:sdtPr><w:sdtContent>");
  if (field->first != NULL)
    append_run (self, field->first, is_right_to_left && field->kind != PAL_OFFICE_DATE, NULL);
  else
    /* Wide spaces: something to click on, and nothing when it comes back. */
    append_run (self, is_list ? choose : "\342\200\203\342\200\203\342\200\203\342\200\203",
                is_right_to_left, "<w:color w:val=\"5E5C64\"/>");
  g_string_append (self->out, "</w:sdtContent></w:sdt></w:p>");
}

static gboolean
has_line (GStrv lines, const char *text)
{
  return lines != NULL && g_strv_contains ((const char *const *) lines, text);
}

/* Boxes to tick: the letter before the label says it, whatever becomes of the control. */
static void
append_boxes (Writing *self, const PalOfficeField *field, const char *code)
{
  g_auto (GStrv) first = field->first != NULL ? g_strsplit (field->first, "; ", -1) : NULL;

  for (guint i = 0; i < field->choices->len; i++)
    {
      PalKitChoice *choice = g_ptr_array_index (field->choices, i);
      g_autofree char *name = g_strconcat (code, "=", choice->value, NULL);
      g_autofree char *label = g_strconcat (" ", choice->label, NULL);
      gboolean is_ticked = has_line (first, choice->label);

      open_paragraph (self, PAL_OFFICE_STYLE "Answer", self->model->is_right_to_left);
      g_string_append (self->out, "<w:sdt><w:sdtPr>");
      append_name (self, "alias", name);
      append_name (self, "tag", name);
      g_string_append_printf (
          self->out,
          "<w:id w:val=\"%u\"/><w14:checkbox><w14:checked w14:val=\"%d\"/><w14:checkedState "
          "w14:val=\"2612\" w14:font=\"MS Gothic\"/><w14:uncheckedState w14:val=\"2610\" "
          "w14:font=\"MS Gothic\"/></w14:checkbox></w:sdtPr><w:sdtContent>",
          ++self->n_controls, is_ticked);
      append_run (self, is_ticked ? PAL_OFFICE_TICKED : PAL_OFFICE_UNTICKED, FALSE,
                  "<w:rFonts w:ascii=\"MS Gothic\" w:hAnsi=\"MS Gothic\" "
                  "w:eastAsia=\"MS Gothic\"/>");
      g_string_append (self->out, "</w:sdtContent></w:sdt>");
      append_run (self, label, self->model->is_right_to_left, NULL);
      g_string_append (self->out, "</w:p>");
    }
}

/* --- tables */

static void
open_cell (Writing *self, guint width, guint span, const char *fill)
{
  g_string_append_printf (self->out, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>", width);
  if (span > 1)
    g_string_append_printf (self->out, "<w:gridSpan w:val=\"%u\"/>", span);
  if (fill != NULL)
    g_string_append_printf (self->out, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"%s\"/>",
                            fill);
  g_string_append (self->out, "</w:tcPr>");
}

static void
open_table (Writing *self)
{
  static const char *const sides[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
  static const PalOfficeWord heads[]
      = { PAL_OFFICE_WORD_CODE, PAL_OFFICE_WORD_QUESTION, PAL_OFFICE_WORD_ANSWER };
  static const guint widths[] = { CODE_WIDTH, QUESTION_WIDTH, ANSWER_WIDTH };

  g_string_append (self->out, "<w:tbl><w:tblPr>");
  if (self->model->is_right_to_left)
    g_string_append (self->out, "<w:bidiVisual/>");
  g_string_append_printf (self->out, "<w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblBorders>",
                          TEXT_WIDTH);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    g_string_append_printf (self->out,
                            "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"9A9996\"/>",
                            sides[i]);
  g_string_append (self->out,
                   "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    g_string_append_printf (self->out, "<w:gridCol w:w=\"%u\"/>", widths[i]);
  g_string_append (self->out, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      open_cell (self, widths[i], 1, "1A5FB4");
      append_word (self, PAL_OFFICE_STYLE "Head", heads[i]);
      g_string_append (self->out, "</w:tc>");
    }
  g_string_append (self->out, "</w:tr>");
}

/* Two tables without a paragraph between them would become one. */
static void
close_table (Writing *self)
{
  g_string_append (self->out, "</w:tbl><w:p/>");
}

static void
append_wide_row (Writing *self, const char *style, const char *text, const char *fill)
{
  g_string_append (self->out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
  open_cell (self, TEXT_WIDTH, 3, fill);
  append_paragraph (self, style, text);
  g_string_append (self->out, "</w:tc></w:tr>");
}

/* The bookmark is on the code, which nobody has a reason to change. A space without width behind
 * each dot lets a long one go over two lines. */
static void
append_code (Writing *self, const char *code)
{
  g_autofree char *bookmark = pal_office_docx_dup_bookmark (code);
  g_auto (GStrv) pieces = g_strsplit (code, ".", -1);
  g_autofree char *shown = g_strjoinv (".\342\200\213", pieces);
  guint id = self->n_bookmarks++;

  open_cell (self, CODE_WIDTH, 1, "F0EFEE");
  open_paragraph (self, PAL_OFFICE_STYLE "Code", FALSE);
  g_string_append_printf (self->out, "<w:bookmarkStart w:id=\"%u\" w:name=\"%s\"/>", id, bookmark);
  append_run (self, shown, FALSE, NULL);
  g_string_append_printf (self->out, "<w:bookmarkEnd w:id=\"%u\"/></w:p></w:tc>", id);
}

/* row: 0 outside of a table. Hints stand in its first entry. */
static void
append_question (Writing *self, const PalOfficeField *field, guint row)
{
  g_autofree char *code
      = row > 0 ? pal_office_dup_row_code (field->code, row) : g_strdup (field->code);
  const char *required = pal_office_model_get_word (self->model, PAL_OFFICE_WORD_REQUIRED);
  g_autofree char *label
      = field->is_required ? g_strconcat (field->label, " ", required, NULL) : NULL;

  g_string_append (self->out, "<w:tr>");
  append_code (self, code);
  open_cell (self, QUESTION_WIDTH, 1, NULL);
  append_paragraph (self, PAL_OFFICE_STYLE "Question", label != NULL ? label : field->label);
  if (row <= 1)
    append_paragraph (self, PAL_OFFICE_STYLE "Hint", field->hint);
  if (row <= 1 && field->kind == PAL_OFFICE_FILE)
    append_word (self, PAL_OFFICE_STYLE "Hint", PAL_OFFICE_WORD_HOW_FILE);
  g_string_append (self->out, "</w:tc>");
  open_cell (self, ANSWER_WIDTH, 1, "FFFBE6");
  if (field->kind == PAL_OFFICE_MANY && field->choices->len > 0 && field->choices->len <= MAX_BOXES)
    append_boxes (self, field, code);
  else
    append_control (self, field, code);
  g_string_append (self->out, "</w:tc></w:tr>");
}

static void
append_entries (Writing *self, const PalOfficeItem *table)
{
  open_table (self);
  for (guint row = 1; row <= PAL_OFFICE_DOCX_ROWS; row++)
    {
      g_autofree char *entry = pal_office_model_dup_entry (self->model, row);

      append_wide_row (self, PAL_OFFICE_STYLE "Entry", entry, "DEDDDA");
      for (guint i = 0; i < table->columns->len; i++)
        {
          PalOfficeItem *item = g_ptr_array_index (table->columns, i);

          if (item->kind == PAL_OFFICE_QUESTION)
            append_question (self, item->field, row);
          else if (item->kind == PAL_OFFICE_HEADING || row == 1)
            append_wide_row (self, PAL_OFFICE_STYLE "Note", item->text, "F6F5F4");
        }
    }
  close_table (self);
}

/* --- pages */

static void
append_page (Writing *self, const PalOfficePage *page)
{
  gboolean is_open = FALSE;

  append_paragraph (self, "Heading1", page->title);
  for (guint i = 0; i < page->items->len; i++)
    {
      PalOfficeItem *item = g_ptr_array_index (page->items, i);

      if (item->kind == PAL_OFFICE_QUESTION)
        {
          if (!is_open)
            open_table (self);
          is_open = TRUE;
          append_question (self, item->field, 0);
          continue;
        }
      if (is_open)
        close_table (self);
      is_open = FALSE;
      append_paragraph (self, item->kind == PAL_OFFICE_NOTE ? PAL_OFFICE_STYLE "Note" : "Heading2",
                        item->text);
      if (item->kind == PAL_OFFICE_TABLE)
        append_entries (self, item);
    }
  if (is_open)
    close_table (self);
}

static void
append_instructions (Writing *self)
{
  static const PalOfficeWord words[]
      = { PAL_OFFICE_WORD_HOW_DOCX, PAL_OFFICE_WORD_HOW_SEVERAL, PAL_OFFICE_WORD_HOW_DATE,
          PAL_OFFICE_WORD_HOW_CODE, PAL_OFFICE_WORD_HOW_SEND };

  append_paragraph (self, "Title", self->model->title);
  append_paragraph (self, PAL_OFFICE_STYLE "State", self->model->state);
  append_word (self, "Heading2", PAL_OFFICE_WORD_HOW_TITLE);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    append_word (self, PAL_OFFICE_STYLE "Note", words[i]);
}

static void
append_context (Writing *self)
{
  GPtrArray *articles = self->model->articles;
  const char *part = NULL;

  if (articles == NULL || articles->len == 0)
    return;
  append_word (self, "Heading1", PAL_OFFICE_WORD_CONTEXT);
  append_word (self, PAL_OFFICE_STYLE "Note", PAL_OFFICE_WORD_CONTEXT_HINT);
  for (guint i = 0; i < articles->len; i++)
    {
      PalKitArticle *article = g_ptr_array_index (articles, i);

      if (g_strcmp0 (article->part, part) != 0)
        append_paragraph (self, PAL_OFFICE_STYLE "Entry", article->part);
      part = article->part;
      append_paragraph (self, PAL_OFFICE_STYLE "Entry", article->title);
      for (guint j = 0; j < article->questions->len; j++)
        {
          PalKitQuestion *question = g_ptr_array_index (article->questions, j);
          g_autofree char *text = g_strdup_printf ("%u. %s", question->number, question->text);

          append_paragraph (self, PAL_OFFICE_STYLE "Context", text);
        }
    }
}

static char *
make_document (PalOfficeModel *model)
{
  Writing self = { model, g_string_new (HEAD "<w:document " W " " W14 " " MC "><w:body>"), 0, 0 };

  append_instructions (&self);
  for (guint i = 0; i < model->pages->len; i++)
    append_page (&self, g_ptr_array_index (model->pages, i));
  append_context (&self);
  open_paragraph (&self, PAL_OFFICE_STYLE "Identity", FALSE);
  append_run (&self, model->identity, FALSE, NULL);
  g_string_append (self.out, "</w:p><w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar "
                             "w:top=\"1134\" w:right=\"967\" w:bottom=\"1134\" w:left=\"967\" "
                             "w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>");
  if (model->is_right_to_left)
    g_string_append (self.out, "<w:bidi/>");
  g_string_append (self.out, "</w:sectPr></w:body></w:document>");

  return g_string_free (self.out, FALSE);
}

static char *
make_styles (PalOfficeModel *model)
{
  g_autofree char *tag = dup_escaped (model->tag);
  GString *out = g_string_new (HEAD "<w:styles " W "><w:docDefaults><w:rPrDefault><w:rPr>"
                                    "<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" "
                                    "w:eastAsia=\"Microsoft YaHei\" w:cs=\"Arial\"/>"
                                    "<w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/>");

  g_string_append_printf (
      out,
      "<w:lang w:val=\"%s\" w:eastAsia=\"zh-CN\" w:bidi=\"%s\"/></w:rPr></w:rPrDefault>"
      "</w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" "
      "w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>",
      tag, model->is_right_to_left ? tag : "ar-SA");
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      /* What somebody writes below is a paragraph of theirs, and looks like one. */
      g_string_append_printf (
          out,
          "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name "
          "w:val=\"%s\"/><w:basedOn w:val=\"Normal\"/><w:next "
          "w:val=\"%s\"/><w:pPr>%s<w:spacing w:before=\"%u\" w:after=\"%u\"/>",
          styles[i].id, styles[i].name,
          strcmp (styles[i].id, PAL_OFFICE_STYLE "Answer") == 0 ? styles[i].id : "Normal",
          styles[i].outline >= 0 ? "<w:keepNext/>" : "", styles[i].before, styles[i].after);
      if (styles[i].outline >= 0)
        g_string_append_printf (out, "<w:outlineLvl w:val=\"%d\"/>", styles[i].outline);
      g_string_append_printf (out, "</w:pPr><w:rPr>%s", styles[i].is_bold ? "<w:b/><w:bCs/>" : "");
      if (styles[i].colour != NULL)
        g_string_append_printf (out, "<w:color w:val=\"%s\"/>", styles[i].colour);
      g_string_append_printf (out, "<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/></w:rPr></w:style>",
                              styles[i].size, styles[i].size);
    }
  g_string_append (out, "</w:styles>");

  return g_string_free (out, FALSE);
}

/* The line that tells a kit stands here once more: not every program keeps small print. */
static char *
make_properties (PalOfficeModel *model)
{
  g_autofree char *title = dup_escaped (model->title);
  g_autofree char *identity = dup_escaped (model->identity);
  g_autofree char *tag = dup_escaped (model->tag);

  return g_strdup_printf (
      HEAD "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/"
           "core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>%s</dc:title>"
           "<cp:keywords>%s</cp:keywords><dc:language>%s</dc:language></cp:coreProperties>",
      title, identity, tag);
}

/* By which texts of ours are told from those of people. Programs carry it along, whatever they do
 * with the rest. */
static char *
make_lines (PalOfficeModel *model)
{
  g_autoptr (GPtrArray) lines = pal_office_model_dup_texts (model);
  GString *out = g_string_new (HEAD "<lines xmlns=\"" PAL_KIT_NS "\">");

  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *escaped = dup_escaped (g_ptr_array_index (lines, i));

      g_string_append_printf (out, "<line>%s</line>", escaped);
    }
  g_string_append (out, "</lines>");

  return g_string_free (out, FALSE);
}

/* --- names */

/* A code as the name of a bookmark, which has 40 letters of few kinds at most. */
char *
pal_office_docx_dup_bookmark (const char *code)
{
  const char *hash = strchr (code, '#');
  g_autofree char *digest = g_compute_checksum_for_string (
      G_CHECKSUM_SHA256, code, hash != NULL ? (gssize) (hash - code) : -1);

  digest[16] = '\0';

  return g_strconcat (PAL_OFFICE_BOOKMARK, digest, hash != NULL ? "_" : NULL,
                      hash != NULL ? hash + 1 : NULL, NULL);
}

static void
add_part (GPtrArray *entries, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_ptr_array_add (entries, pal_bundle_entry_new (name, bytes));
}

GBytes *
pal_office_docx_make (PalOfficeModel *model, GError **error)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);
  g_autofree char *document = make_document (model);
  g_autofree char *lines = make_lines (model);
  g_autofree char *style_sheet = make_styles (model);
  g_autofree char *properties = make_properties (model);

  add_part (entries, "[Content_Types].xml", content_types);
  add_part (entries, "_rels/.rels", package_relations);
  add_part (entries, "docProps/core.xml", properties);
  add_part (entries, "word/_rels/document.xml.rels", document_relations);
  add_part (entries, "word/document.xml", document);
  add_part (entries, "word/styles.xml", style_sheet);
  add_part (entries, "word/settings.xml", settings);
  add_part (entries, "customXml/item1.xml", lines);
  add_part (entries, "customXml/itemProps1.xml", lines_properties);
  add_part (entries, "customXml/_rels/item1.xml.rels", lines_relations);

  return pal_bundle_write (entries, error);
}
