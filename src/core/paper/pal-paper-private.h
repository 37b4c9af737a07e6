// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-paper.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* Within this folder: the writers. */

GBytes *pal_paper_write_docx (PalPaper *paper, GCancellable *cancellable, GError **error);
GBytes *pal_paper_write_pdf (PalPaper *paper, GCancellable *cancellable, GError **error);

/* pal-paper-glyphs.c: a line of text at the current point of cairo. drawn: (element-type
 * cairo_font_face_t cairo_font_face_t): fonts that are drawn, made when they are needed. */
GHashTable *pal_paper_glyphs_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pal_paper_glyphs_show_line (GHashTable *drawn, cairo_t *cairo, PangoLayoutLine *line);

/* Of a text by its first letter that has one; the paper's when none has. */
gboolean pal_paper_is_text_right_to_left (PalPaper *paper, const char *text);

/* Day of the file's properties: "2000-01-01" when the paper has none. */
const char *pal_paper_get_property_date (PalPaper *paper);

/* Width of the columns of a table in some unit, which they fill. (element-type guint) */
GArray *pal_paper_dup_widths (const PalPaperBlock *table, guint width) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
