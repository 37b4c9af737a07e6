// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper-docx"
#include "config.h"

#include "pal-paper-private.h"

#include "pal-bundle.h"
#include "pal-xml.h"

#include <string.h>

/* WordprocessingML (ISO/IEC 29500-1), as little of it as Word, LibreOffice and others need. */

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TEXT_WIDTH 9638 /* of a page of A4 between its margins, in twentieths of a point */

static const char content_types[]
    = HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
           "<Default Extension=\"rels\" "
           "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
           "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
           "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
           "<Override PartName=\"/word/styles.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
           "<Override PartName=\"/word/numbering.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>"
           "<Override PartName=\"/word/settings.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>"
           "<Override PartName=\"/word/footer1.xml\" ContentType=\"application/"
           "vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
           "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
           "vnd.openxmlformats-package.core-properties+xml\"/>"
           "</Types>";

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

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
           "<Relationship Id=\"rId2\" Type=\"" OFFICE "numbering\" Target=\"numbering.xml\"/>"
           "<Relationship Id=\"rId3\" Type=\"" OFFICE "settings\" Target=\"settings.xml\"/>"
           "<Relationship Id=\"rId4\" Type=\"" OFFICE "footer\" Target=\"footer1.xml\"/>"
           "</Relationships>";

static const char settings[]
    = HEAD "<w:settings " W "><w:compat><w:compatSetting w:name=\"compatibilityMode\" "
           "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
           "</w:settings>";

/* How each kind of block looks. Sizes are in half points, spaces in twentieths of a point. */
static const struct
{
  const char *id;
  const char *name;
  guint size;
  gboolean is_bold;
  guint before;
  guint after;
  guint indent;
  int outline; /* level from 0; -1: no heading */
} styles[] = {
  { "Title", "Title", 36, TRUE, 0, 240, 0, -1 },
  { "Heading1", "heading 1", 28, TRUE, 360, 120, 0, 0 },
  { "Heading2", "heading 2", 24, TRUE, 280, 100, 0, 1 },
  { "Heading3", "heading 3", 22, TRUE, 240, 80, 0, 2 },
  { "Lines", "Lines", 21, FALSE, 0, 120, 0, -1 },
  { "Quote", "Quote", 21, FALSE, 60, 120, 454, -1 },
  { "Note", "Note", 18, FALSE, 60, 60, 0, -1 },
  { "ListItem", "List Item", 21, FALSE, 0, 60, 0, -1 },
  { "Cell", "Cell", 18, FALSE, 20, 20, 0, -1 },
  { "CellHead", "Cell Head", 18, TRUE, 20, 20, 0, -1 },
  { "Footer", "footer", 16, FALSE, 0, 0, 0, -1 },
};

static const char *
get_style (const PalPaperBlock *block)
{
  switch (block->kind)
    {
    case PAL_PAPER_TITLE:
      return "Title";
    case PAL_PAPER_HEADING:
      return block->level == 1 ? "Heading1" : block->level == 2 ? "Heading2" : "Heading3";
    case PAL_PAPER_LINES:
      return "Lines";
    case PAL_PAPER_QUOTE:
      return "Quote";
    case PAL_PAPER_NOTE:
    case PAL_PAPER_BLANK:
      return "Note";
    case PAL_PAPER_BULLET:
    case PAL_PAPER_NUMBER:
      return "ListItem";
    case PAL_PAPER_TEXT:
    case PAL_PAPER_TABLE:
    case PAL_PAPER_N_BLOCKS:
      break;
    }

  return NULL;
}

/* --- text */

/* A piece that goes in one direction. Lines of it are broken where the text has them broken. */
static void
append_run (GString *out, const char *start, gsize length, gboolean is_right_to_left)
{
  g_autofree char *piece = g_strndup (start, length);
  g_auto (GStrv) lines = g_strsplit (piece, "\n", -1);

  if (length == 0)
    return;
  g_string_append (out, is_right_to_left ? "<w:r><w:rPr><w:rtl/></w:rPr>" : "<w:r>");
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *escaped = pal_xml_escape (lines[i]);

      if (i > 0)
        g_string_append (out, "<w:br/>");
      if (*escaped != '\0')
        g_string_append_printf (out, "<w:t xml:space=\"preserve\">%s</w:t>", escaped);
    }
  g_string_append (out, "</w:r>");
}

static gboolean
is_isolate (gunichar letter)
{
  return letter >= 0x2066 && letter <= 0x2068;
}

/* What stands isolated in a sentence (U+2066 to U+2069) becomes a run of its own direction: not
 * every word processor knows these marks. */
static void
append_runs (GString *out, PalPaper *paper, const char *text, gboolean is_right_to_left)
{
  const char *start = text;
  guint depth = 0;

  for (const char *c = text;; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);
      g_autofree char *piece = NULL;

      if (letter != 0 && !is_isolate (letter) && letter != 0x2069)
        continue;
      piece = g_strndup (start, (gsize) (c - start));
      append_run (out, start, (gsize) (c - start),
                  depth > 0 ? pal_paper_is_text_right_to_left (paper, piece) : is_right_to_left);
      if (letter == 0)
        return;
      if (is_isolate (letter))
        depth++;
      else if (depth > 0)
        depth--;
      start = g_utf8_next_char (c);
    }
}

/* properties: (nullable): what stands between the style and the direction. */
static void
append_paragraph (GString *out, PalPaper *paper, const char *style, const char *properties,
                  const char *text)
{
  gboolean is_right_to_left = pal_paper_is_text_right_to_left (paper, text);
  gboolean is_own
      = g_strcmp0 (style, "Quote") != 0 && !g_str_has_prefix (style != NULL ? style : "", "Cell");

  g_string_append (out, "<w:p><w:pPr>");
  if (style != NULL)
    g_string_append_printf (out, "<w:pStyle w:val=\"%s\"/>", style);
  g_string_append (out, properties != NULL ? properties : "");
  if (is_right_to_left)
    g_string_append (out, "<w:bidi/>");
  /* A line in another script begins where the lines of the paper begin: "end" is the side on which
   * its own lines end. */
  if (is_own && is_right_to_left != pal_paper_is_right_to_left (paper))
    g_string_append (out, "<w:jc w:val=\"end\"/>");
  g_string_append (out, "</w:pPr>");
  append_runs (out, paper, text, is_right_to_left);
  g_string_append (out, "</w:p>");
}

/* --- tables */

static void
append_row (GString *out, PalPaper *paper, GArray *widths, GStrv cells, gboolean is_head)
{
  g_string_append (out, "<w:tr><w:trPr>");
  if (is_head)
    g_string_append (out, "<w:cantSplit/><w:tblHeader/>");
  g_string_append (out, "</w:trPr>");
  for (guint i = 0; i < widths->len; i++)
    {
      g_string_append_printf (
          out, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>%s</w:tcPr>",
          g_array_index (widths, guint, i),
          is_head ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E8E8E8\"/>" : "");
      append_paragraph (out, paper, is_head ? "CellHead" : "Cell", NULL, cells[i]);
      g_string_append (out, "</w:tc>");
    }
  g_string_append (out, "</w:tr>");
}

static void
append_table (GString *out, PalPaper *paper, const PalPaperBlock *table)
{
  static const char *const sides[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
  g_autoptr (GArray) widths = pal_paper_dup_widths (table, TEXT_WIDTH);

  g_string_append (out, "<w:tbl><w:tblPr>");
  if (pal_paper_is_right_to_left (paper))
    g_string_append (out, "<w:bidiVisual/>");
  g_string_append_printf (out, "<w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblBorders>", TEXT_WIDTH);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    g_string_append_printf (
        out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>", sides[i]);
  g_string_append (out, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
  for (guint i = 0; i < widths->len; i++)
    g_string_append_printf (out, "<w:gridCol w:w=\"%u\"/>", g_array_index (widths, guint, i));
  g_string_append (out, "</w:tblGrid>");
  for (guint i = 0; i < table->rows->len; i++)
    append_row (out, paper, widths, g_ptr_array_index (table->rows, i), i == 0);
  /* Two tables without a paragraph between them would become one. */
  g_string_append (out, "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Lines\"/></w:pPr></w:p>");
}

/* --- parts */

static void
append_block (GString *out, PalPaper *paper, const PalPaperBlock *block, guint list)
{
  g_autofree char *numbers = NULL;

  switch (block->kind)
    {
    case PAL_PAPER_TABLE:
      append_table (out, paper, block);
      return;
    case PAL_PAPER_BULLET:
    case PAL_PAPER_NUMBER:
      numbers = g_strdup_printf ("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"%u\"/></w:numPr>",
                                 list);
      append_paragraph (out, paper, get_style (block), numbers, block->text);
      return;
    case PAL_PAPER_BLANK:
      for (guint i = 0; i < block->level; i++)
        append_paragraph (out, paper, get_style (block),
                          "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"1\" "
                          "w:color=\"808080\"/><w:between w:val=\"single\" w:sz=\"4\" "
                          "w:space=\"1\" w:color=\"808080\"/></w:pBdr><w:spacing "
                          "w:before=\"360\"/>",
                          "");
      if (block->level > 0)
        return;
      append_paragraph (out, paper, get_style (block),
                        "<w:pBdr><w:top w:val=\"single\" w:sz=\"4\" w:space=\"1\" "
                        "w:color=\"808080\"/></w:pBdr>",
                        block->text);
      return;
    case PAL_PAPER_TITLE:
    case PAL_PAPER_HEADING:
    case PAL_PAPER_TEXT:
    case PAL_PAPER_LINES:
    case PAL_PAPER_QUOTE:
    case PAL_PAPER_NOTE:
    case PAL_PAPER_N_BLOCKS:
      break;
    }
  append_paragraph (out, paper, get_style (block), NULL, block->text);
}

/* n_lists: (out): how many numbered lists there are: each counts from 1. */
static char *
make_document (PalPaper *paper, guint *n_lists)
{
  GPtrArray *blocks = pal_paper_get_blocks (paper);
  GString *out = g_string_new (HEAD "<w:document " W " xmlns:r=\"http://schemas.openxmlformats.org/"
                                    "officeDocument/2006/relationships\"><w:body>");

  *n_lists = 0;
  for (guint i = 0; i < blocks->len; i++)
    {
      const PalPaperBlock *block = g_ptr_array_index (blocks, i);

      if (block->kind == PAL_PAPER_NUMBER && block->level == 1)
        (*n_lists)++;
      append_block (out, paper, block, block->kind == PAL_PAPER_NUMBER ? *n_lists + 1 : 1);
    }
  g_string_append (out, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/>"
                        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" "
                        "w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" "
                        "w:footer=\"567\" w:gutter=\"0\"/>");
  if (pal_paper_is_right_to_left (paper))
    g_string_append (out, "<w:bidi/>");
  g_string_append (out, "</w:sectPr></w:body></w:document>");

  return g_string_free (out, FALSE);
}

static char *
make_styles (PalPaper *paper)
{
  g_autofree char *tag = g_strdelimit (g_strdup (pal_paper_get_language (paper)), "_", '-');
  g_autofree char *escaped = pal_xml_escape (tag);
  GString *out = g_string_new (HEAD "<w:styles " W "><w:docDefaults><w:rPrDefault><w:rPr>"
                                    "<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" "
                                    "w:eastAsia=\"Microsoft YaHei\" w:cs=\"Arial\"/>"
                                    "<w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/>");

  g_string_append_printf (
      out,
      "<w:lang w:val=\"%s\" w:eastAsia=\"zh-CN\" w:bidi=\"%s\"/></w:rPr></w:rPrDefault>"
      "<w:pPrDefault><w:pPr><w:spacing w:after=\"120\" w:line=\"276\" w:lineRule=\"auto\"/></w:pPr>"
      "</w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" "
      "w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>",
      escaped, pal_paper_is_right_to_left (paper) ? escaped : "ar-SA");
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      g_string_append_printf (
          out,
          "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
          "<w:basedOn w:val=\"Normal\"/><w:pPr>%s"
          "<w:spacing w:before=\"%u\" w:after=\"%u\"/>",
          styles[i].id, styles[i].name, styles[i].outline >= 0 ? "<w:keepNext/>" : "",
          styles[i].before, styles[i].after);
      if (styles[i].indent > 0)
        g_string_append_printf (out, "<w:ind w:start=\"%u\"/>", styles[i].indent);
      /* Lines of an address stand close together, and apart from what comes next. */
      if (g_str_equal (styles[i].id, "Lines"))
        g_string_append (out, "<w:contextualSpacing/>");
      if (styles[i].outline >= 0)
        g_string_append_printf (out, "<w:outlineLvl w:val=\"%d\"/>", styles[i].outline);
      g_string_append_printf (out,
                              "</w:pPr><w:rPr>%s<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/>"
                              "</w:rPr></w:style>",
                              styles[i].is_bold ? "<w:b/><w:bCs/>" : "", styles[i].size,
                              styles[i].size);
    }
  g_string_append (out, "</w:styles>");

  return g_string_free (out, FALSE);
}

static char *
make_numbering (guint n_lists)
{
  GString *out = g_string_new (
      HEAD "<w:numbering " W "><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType "
           "w:val=\"singleLevel\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "
           "w:val=\"bullet\"/><w:lvlText w:val=\"•\"/><w:lvlJc w:val=\"start\"/><w:pPr><w:ind "
           "w:start=\"454\" w:hanging=\"284\"/></w:pPr></w:lvl></w:abstractNum>"
           "<w:abstractNum w:abstractNumId=\"1\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl "
           "w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText "
           "w:val=\"%1.\"/><w:lvlJc w:val=\"start\"/><w:pPr><w:ind w:start=\"454\" "
           "w:hanging=\"340\"/></w:pPr></w:lvl></w:abstractNum>"
           "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>");

  for (guint i = 0; i < n_lists; i++)
    g_string_append_printf (out,
                            "<w:num w:numId=\"%u\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride "
                            "w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>",
                            i + 2);
  g_string_append (out, "</w:numbering>");

  return g_string_free (out, FALSE);
}

static char *
make_footer (PalPaper *paper)
{
  return g_strdup_printf (
      HEAD "<w:ftr " W "><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>%s<w:jc "
           "w:val=\"center\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
           "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r>"
           "<w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:ftr>",
      pal_paper_is_right_to_left (paper) ? "<w:bidi/>" : "");
}

/* Title, language and day alone: who wrote it, and with what, is nobody's business. */
static char *
make_properties (PalPaper *paper)
{
  g_autofree char *title = pal_xml_escape (pal_paper_get_title (paper));
  g_autofree char *tag = g_strdelimit (g_strdup (pal_paper_get_language (paper)), "_", '-');
  g_autofree char *language = pal_xml_escape (tag);
  g_autofree char *date = pal_xml_escape (pal_paper_get_property_date (paper));

  return g_strdup_printf (
      HEAD "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/"
           "core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
           "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>%s</dc:title>"
           "<dc:language>%s</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">%sT00:00:00Z"
           "</dcterms:created></cp:coreProperties>",
      title, language, date);
}

static void
add_part (GPtrArray *entries, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_ptr_array_add (entries, pal_bundle_entry_new (name, bytes));
}

GBytes *
pal_paper_write_docx (PalPaper *paper, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);
  guint n_lists = 0;
  g_autofree char *document = make_document (paper, &n_lists);
  g_autofree char *style_sheet = make_styles (paper);
  g_autofree char *numbering = make_numbering (n_lists);
  g_autofree char *footer = make_footer (paper);
  g_autofree char *properties = make_properties (paper);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  add_part (entries, "[Content_Types].xml", content_types);
  add_part (entries, "_rels/.rels", package_relations);
  add_part (entries, "docProps/core.xml", properties);
  add_part (entries, "word/_rels/document.xml.rels", document_relations);
  add_part (entries, "word/document.xml", document);
  add_part (entries, "word/styles.xml", style_sheet);
  add_part (entries, "word/numbering.xml", numbering);
  add_part (entries, "word/settings.xml", settings);
  add_part (entries, "word/footer1.xml", footer);

  return pal_bundle_write (entries, error);
}
