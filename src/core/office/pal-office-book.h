// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-office-private.h"

G_BEGIN_DECLS

/* A workbook of texts, as a spreadsheet program has it: sheets of rows of cells, which look like
 * one of a few styles. Everything is written in order. */

#define PAL_OFFICE_LINE_POINTS 15

typedef enum
{
  PAL_OFFICE_STYLE_PLAIN,
  PAL_OFFICE_STYLE_TITLE,
  PAL_OFFICE_STYLE_SUBTITLE,
  PAL_OFFICE_STYLE_TEXT,
  PAL_OFFICE_STYLE_HEADING,
  PAL_OFFICE_STYLE_HEAD,
  PAL_OFFICE_STYLE_CODE,
  PAL_OFFICE_STYLE_LABEL,
  PAL_OFFICE_STYLE_HINT,
  PAL_OFFICE_STYLE_ANSWER,
  PAL_OFFICE_STYLE_NUMBER,
  PAL_OFFICE_N_STYLES
} PalOfficeStyle;

typedef struct
{
  char *name;
  GString *rows;
  GString *merged;
  guint n_merged;
  GString *rules; /* of what may stand in a cell: elements dataValidation */
  guint n_rules;
  GString *columns;
  guint row; /* the last one, from 1 */
  guint n_columns;
  guint n_frozen; /* rows that stay when one scrolls */
  gboolean is_hidden;
} PalOfficeSheet;

typedef struct
{
  PalOfficeModel *model; /* (unowned) */
  GPtrArray *sheets;     /* (owned) (element-type PalOfficeSheet) */
} PalOfficeBook;

PalOfficeBook *pal_office_book_new (PalOfficeModel *model);
void pal_office_book_free (PalOfficeBook *self);
/* The name becomes one that programs take, and that no other sheet has. */
PalOfficeSheet *pal_office_book_add_sheet (PalOfficeBook *self, const char *title);
GBytes *pal_office_book_write (PalOfficeBook *self, GError **error);

void pal_office_sheet_set_width (PalOfficeSheet *sheet, guint column, guint letters);
/* points: 0: as the program likes. */
void pal_office_sheet_begin_row (PalOfficeSheet *sheet, double points);
void pal_office_sheet_end_row (PalOfficeSheet *sheet);
/* column: from 1. text: (nullable): an empty cell that has its looks all the same. */
void pal_office_sheet_add_cell (PalOfficeSheet *sheet, guint column, PalOfficeStyle style,
                                const char *text);
void pal_office_sheet_merge (PalOfficeSheet *sheet, guint row, guint from, guint to);

/* 1 -> "A", 27 -> "AA" */
const char *pal_office_column_name (guint column, char name[4]);
/* What XML cannot hold is a space: names of States come from people. */
char *pal_office_book_escape (const char *text);
/* How many lines a text takes that is so many letters wide. */
guint pal_office_count_lines (const char *text, guint width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalOfficeBook, pal_office_book_free)

G_END_DECLS
