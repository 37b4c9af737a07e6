// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper-pdf"
#include "config.h"

#include "pal-paper-private.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <string.h>

/* Pages of A4, in points. */

#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define MARGIN 56.7
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define FLOOR (PAGE_HEIGHT - MARGIN)
#define CELL_PADDING 4.0
#define WRITING_HEIGHT 24.0

/* Named one by one: the fallback would take other ones for Arabic, and Japanese forms for Chinese.
 */
#define FONTS "Noto Sans,Noto Naskh Arabic,Noto Sans CJK SC"

typedef struct
{
  double size;
  gboolean is_bold;
  double before;
  double after;
  double indent;
} Style;

typedef struct
{
  PalPaper *paper;
  cairo_surface_t *surface;
  cairo_t *cairo;
  GHashTable *drawn;         /* see pal_paper_glyphs_show_line () */
  PangoContext *contexts[2]; /* from left to right, from right to left: a layout follows its own */
  double y;                  /* top of what comes next */
  guint page;                /* from 1 */
  int parents[3];            /* of the outline: last heading of each level; 0 is its root */
} Pages;

static Style
get_style (const PalPaperBlock *block)
{
  switch (block->kind)
    {
    case PAL_PAPER_TITLE:
      return (Style){ 18, TRUE, 0, 12, 0 };
    case PAL_PAPER_HEADING:
      return block->level == 1   ? (Style){ 14, TRUE, 16, 6, 0 }
             : block->level == 2 ? (Style){ 12, TRUE, 12, 5, 0 }
                                 : (Style){ 11, TRUE, 10, 4, 0 };
    case PAL_PAPER_LINES:
      return (Style){ 10.5, FALSE, 0, 1, 0 };
    case PAL_PAPER_QUOTE:
      return (Style){ 10.5, FALSE, 2, 6, 22 };
    case PAL_PAPER_NOTE:
      return (Style){ 9, FALSE, 3, 4, 0 };
    case PAL_PAPER_BULLET:
    case PAL_PAPER_NUMBER:
      return (Style){ 10.5, FALSE, 0, 3, 22 };
    case PAL_PAPER_BLANK:
      return (Style){ 9, FALSE, 30, 6, 0 };
    case PAL_PAPER_TEXT:
    case PAL_PAPER_TABLE:
    case PAL_PAPER_N_BLOCKS:
      break;
    }

  return (Style){ 10.5, FALSE, 0, 6, 0 };
}

static PangoLayout *
make_layout (Pages *self, const char *text, double width, double size, gboolean is_bold)
{
  gboolean is_right_to_left = pal_paper_is_text_right_to_left (self->paper, text);
  PangoFontDescription *font = pango_font_description_from_string (FONTS);
  PangoLayout *layout;

  layout = pango_layout_new (self->contexts[is_right_to_left]);
  pango_font_description_set_size (font, (int) (size * PANGO_SCALE));
  if (is_bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_auto_dir (layout, FALSE);
  /* Pango turns left and right with the direction of the line. */
  pango_layout_set_alignment (layout, is_right_to_left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_line_spacing (layout, 1.1f);
  pango_layout_set_text (layout, text, -1);

  return layout;
}

/* --- pages */

static void
write_page_number (Pages *self)
{
  g_autofree char *number = g_strdup_printf ("%u", self->page);
  g_autoptr (PangoLayout) layout = make_layout (self, number, TEXT_WIDTH, 8, FALSE);

  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  cairo_move_to (self->cairo, MARGIN, PAGE_HEIGHT - MARGIN * 0.6);
  pango_cairo_show_layout (self->cairo, layout);
}

static void
end_page (Pages *self)
{
  write_page_number (self);
  cairo_show_page (self->cairo);
}

static void
new_page (Pages *self)
{
  end_page (self);
  self->page++;
  self->y = MARGIN;
}

/* Lines of a layout from the one at iter on, as many as fit above the floor; moves iter along, and
 * y below what was written. Returns whether some are left. */
static gboolean
show_lines (Pages *self, PangoLayoutIter *iter, double x, double floor, double *y)
{
  do
    {
      PangoRectangle extents;
      double height, baseline;

      pango_layout_iter_get_line_extents (iter, NULL, &extents);
      height = (double) extents.height / PANGO_SCALE;
      if (*y + height > floor)
        return TRUE;
      baseline = (double) (pango_layout_iter_get_baseline (iter) - extents.y) / PANGO_SCALE;
      cairo_move_to (self->cairo, x + (double) extents.x / PANGO_SCALE, *y + baseline);
      pal_paper_glyphs_show_line (self->drawn, self->cairo,
                                  pango_layout_iter_get_line_readonly (iter));
      *y += height;
    }
  while (pango_layout_iter_next_line (iter));

  return FALSE;
}

static void
show_layout (Pages *self, PangoLayout *layout, double x)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);

  while (show_lines (self, iter, x, FLOOR, &self->y))
    new_page (self);
  pango_layout_iter_free (iter);
}

static double
get_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);

  return (double) height / PANGO_SCALE;
}

/* --- blocks */

static void
add_outline (Pages *self, const PalPaperBlock *block)
{
  g_autofree char *place = NULL;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  int parent = block->level > 1 ? self->parents[block->level - 2] : CAIRO_PDF_OUTLINE_ROOT;
  int id;

  g_ascii_formatd (number, sizeof number, "%.1f", self->y);
  place = g_strdup_printf ("page=%u pos=[0 %s]", self->page, number);
  id = cairo_pdf_surface_add_outline (self->surface, parent, block->text, place,
                                      CAIRO_PDF_OUTLINE_FLAG_OPEN);
  for (guint level = block->level - 1; level < G_N_ELEMENTS (self->parents); level++)
    self->parents[level] = id;
}

static void
show_mark (Pages *self, const PalPaperBlock *block, const Style *style)
{
  gboolean is_right_to_left = pal_paper_is_right_to_left (self->paper);
  g_autofree char *mark
      = block->kind == PAL_PAPER_BULLET ? g_strdup ("•") : g_strdup_printf ("%u.", block->level);
  g_autoptr (PangoLayout) layout = make_layout (self, mark, style->indent, style->size, FALSE);
  double x = is_right_to_left ? PAGE_WIDTH - MARGIN - style->indent + 8 : MARGIN + 8;

  pango_layout_set_width (layout, (int) ((style->indent - 8) * PANGO_SCALE));
  pango_layout_set_alignment (layout, is_right_to_left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  cairo_move_to (self->cairo, is_right_to_left ? x - 8 : x, self->y);
  pango_cairo_show_layout (self->cairo, layout);
}

static void
show_text (Pages *self, const PalPaperBlock *block)
{
  Style style = get_style (block);
  gboolean is_right_to_left = pal_paper_is_text_right_to_left (self->paper, block->text);
  g_autoptr (PangoLayout) layout
      = make_layout (self, block->text, TEXT_WIDTH - style.indent, style.size, style.is_bold);
  /* A heading stays with some lines of what it is the heading of. */
  double wanted = block->kind == PAL_PAPER_HEADING ? get_height (layout) + 48 : style.size * 1.5;

  /* Everything but somebody's own words begins on the side on which the paper begins. */
  if (block->kind != PAL_PAPER_QUOTE)
    {
      is_right_to_left = pal_paper_is_right_to_left (self->paper);
      pango_layout_set_alignment (layout, is_right_to_left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    }
  if (self->y > MARGIN)
    self->y += style.before;
  if (self->y + wanted > FLOOR)
    new_page (self);
  if (block->kind == PAL_PAPER_HEADING)
    add_outline (self, block);
  if (block->kind == PAL_PAPER_BULLET || block->kind == PAL_PAPER_NUMBER)
    show_mark (self, block, &style);
  if (block->kind == PAL_PAPER_BLANK)
    {
      cairo_rectangle (self->cairo,
                       pal_paper_is_right_to_left (self->paper) ? PAGE_WIDTH - MARGIN - 240
                                                                : MARGIN,
                       self->y - 2, 240, 0.5);
      cairo_fill (self->cairo);
    }
  show_layout (self, layout, is_right_to_left ? MARGIN : MARGIN + style.indent);
  self->y += style.after;
}

/* Each is high enough for writing by hand. */
static void
show_writing_lines (Pages *self, const PalPaperBlock *block)
{
  for (guint i = 0; i < block->level; i++)
    {
      if (self->y + WRITING_HEIGHT > FLOOR)
        new_page (self);
      self->y += WRITING_HEIGHT;
      cairo_save (self->cairo);
      cairo_set_source_rgb (self->cairo, 0.5, 0.5, 0.5);
      cairo_rectangle (self->cairo, MARGIN, self->y, TEXT_WIDTH, 0.5);
      cairo_fill (self->cairo);
      cairo_restore (self->cairo);
    }
  self->y += 12;
}

/* --- tables */

typedef struct
{
  PangoLayout *layout;
  PangoLayoutIter *iter; /* the first line that is not shown yet */
  gboolean has_more;
  double x;
  double width;
} Cell;

typedef struct
{
  Cell cells[PAL_PAPER_MAX_COLUMNS];
  guint n_cells;
  double height;
} Row;

static void
row_init (Pages *self, Row *row, GArray *widths, GStrv texts, gboolean is_head)
{
  gboolean is_right_to_left = pal_paper_is_right_to_left (self->paper);
  double x = is_right_to_left ? PAGE_WIDTH - MARGIN : MARGIN;

  row->n_cells = widths->len;
  row->height = 0;
  for (guint i = 0; i < row->n_cells; i++)
    {
      Cell *cell = &row->cells[i];

      cell->width = g_array_index (widths, guint, i);
      if (is_right_to_left)
        x -= cell->width;
      cell->x = x;
      if (!is_right_to_left)
        x += cell->width;
      cell->layout
          = make_layout (self, texts[i], cell->width - 2 * CELL_PADDING, is_head ? 9 : 9, is_head);
      cell->iter = pango_layout_get_iter (cell->layout);
      cell->has_more = TRUE;
      row->height = MAX (row->height, get_height (cell->layout) + 2 * CELL_PADDING);
    }
}

static void
row_clear (Row *row)
{
  for (guint i = 0; i < row->n_cells; i++)
    {
      pango_layout_iter_free (row->cells[i].iter);
      g_object_unref (row->cells[i].layout);
    }
}

static void
show_borders (Pages *self, Row *row, double top, double bottom)
{
  cairo_save (self->cairo);
  cairo_set_source_rgb (self->cairo, 0.5, 0.5, 0.5);
  cairo_set_line_width (self->cairo, 0.5);
  for (guint i = 0; i < row->n_cells; i++)
    cairo_rectangle (self->cairo, row->cells[i].x, top, row->cells[i].width, bottom - top);
  cairo_stroke (self->cairo);
  cairo_restore (self->cairo);
}

/* As much of a row as fits on the page. Returns whether some is left. */
static gboolean
show_piece (Pages *self, Row *row, gboolean is_head)
{
  gboolean has_more = FALSE;
  double bottom = self->y;

  if (is_head)
    {
      cairo_save (self->cairo);
      cairo_set_source_rgb (self->cairo, 0.91, 0.91, 0.91);
      for (guint i = 0; i < row->n_cells; i++)
        cairo_rectangle (self->cairo, row->cells[i].x, self->y, row->cells[i].width, row->height);
      cairo_fill (self->cairo);
      cairo_restore (self->cairo);
    }
  for (guint i = 0; i < row->n_cells; i++)
    {
      Cell *cell = &row->cells[i];
      double y = self->y + CELL_PADDING;

      if (cell->has_more)
        cell->has_more
            = show_lines (self, cell->iter, cell->x + CELL_PADDING, FLOOR - CELL_PADDING, &y);
      has_more = has_more || cell->has_more;
      bottom = MAX (bottom, y + CELL_PADDING);
    }
  show_borders (self, row, self->y, bottom);
  self->y = bottom;

  return has_more;
}

static void
show_head (Pages *self, GArray *widths, const PalPaperBlock *table)
{
  Row row;

  row_init (self, &row, widths, g_ptr_array_index (table->rows, 0), TRUE);
  show_piece (self, &row, TRUE);
  row_clear (&row);
}

static void
show_row (Pages *self, GArray *widths, const PalPaperBlock *table, GStrv texts)
{
  Row row;

  row_init (self, &row, widths, texts, FALSE);
  /* A row that fits on a page is not torn; a longer one begins where it is, if there is room. */
  if (self->y + row.height > FLOOR && (row.height < (FLOOR - MARGIN) * 0.6 || self->y > FLOOR - 60))
    {
      new_page (self);
      show_head (self, widths, table);
    }
  while (show_piece (self, &row, FALSE))
    {
      new_page (self);
      show_head (self, widths, table);
    }
  row_clear (&row);
}

static gboolean
show_table (Pages *self, const PalPaperBlock *table, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) widths = pal_paper_dup_widths (table, (guint) TEXT_WIDTH);

  if (self->y + 60 > FLOOR)
    new_page (self);
  show_head (self, widths, table);
  for (guint i = 1; i < table->rows->len; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      show_row (self, widths, table, g_ptr_array_index (table->rows, i));
    }
  self->y += 8;

  return TRUE;
}

/* --- the file */

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static void
set_properties (Pages *self)
{
  g_autofree char *date
      = g_strdup_printf ("%sT00:00:00Z", pal_paper_get_property_date (self->paper));

  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE,
                                  pal_paper_get_title (self->paper));
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_MOD_DATE, date);
}

static PangoContext *
make_context (PalPaper *paper, PangoDirection direction)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_cairo_context_set_resolution (context, 72);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_base_dir (context, direction);
  pango_context_set_language (context, pango_language_from_string (pal_paper_get_language (paper)));

  return context;
}

static gboolean
show_blocks (Pages *self, GCancellable *cancellable, GError **error)
{
  GPtrArray *blocks = pal_paper_get_blocks (self->paper);

  for (guint i = 0; i < blocks->len; i++)
    {
      const PalPaperBlock *block = g_ptr_array_index (blocks, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (i > 0 && block->kind != PAL_PAPER_LINES
          && ((PalPaperBlock *) blocks->pdata[i - 1])->kind == PAL_PAPER_LINES)
        self->y += 6;
      if (block->kind == PAL_PAPER_BLANK && block->level > 0)
        show_writing_lines (self, block);
      else if (block->kind != PAL_PAPER_TABLE)
        show_text (self, block);
      else if (!show_table (self, block, cancellable, error))
        return FALSE;
    }

  return TRUE;
}

GBytes *
pal_paper_write_pdf (PalPaper *paper, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) octets = g_byte_array_new ();
  Pages pages = { .paper = paper, .y = MARGIN, .page = 1 };
  cairo_status_t status;
  gboolean is_done;

  pages.surface = cairo_pdf_surface_create_for_stream (write_cb, octets, PAGE_WIDTH, PAGE_HEIGHT);
  pages.cairo = cairo_create (pages.surface);
  pages.contexts[FALSE] = make_context (paper, PANGO_DIRECTION_LTR);
  pages.contexts[TRUE] = make_context (paper, PANGO_DIRECTION_RTL);
  pages.drawn = pal_paper_glyphs_new ();
  set_properties (&pages);
  is_done = show_blocks (&pages, cancellable, error);
  end_page (&pages);
  status = cairo_status (pages.cairo);
  cairo_destroy (pages.cairo);
  cairo_surface_finish (pages.surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (pages.surface);
  cairo_surface_destroy (pages.surface);
  g_hash_table_unref (pages.drawn);
  g_object_unref (pages.contexts[FALSE]);
  g_object_unref (pages.contexts[TRUE]);
  if (!is_done)
    return NULL;
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_WRITE, "PDF: %s",
                   cairo_status_to_string (status));
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&octets));
}
