// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A workbook as rows of texts. Texts are trimmed, no-break spaces are spaces, line ends are "\n".
 */

typedef struct
{
  guint number; /* 1-based, as the spreadsheet program shows it */
  guint n_cells;
  char **cells;     /* (owned): n_cells texts, NULL where the cell is empty */
  guint8 *formulas; /* (owned) (nullable): of each cell, whether its text is a formula's result */
} PalBookRow;

typedef struct _PalBook PalBook;

typedef struct
{
  PalBook *book; /* (unowned) */
  char *name;
  GPtrArray *rows; /* (element-type PalBookRow): rows without text are left out */
} PalBookSheet;

struct _PalBook
{
  GPtrArray *sheets;   /* (element-type PalBookSheet): in the order of the workbook */
  guint n_rows;        /* in all of them */
  guint n_cells;       /* up to the last one with text of each row */
  gsize n_bytes;       /* of their texts: in the file many cells may share one */
  gboolean is_lenient; /* characters of control in a workbook are spaces */
  gboolean spreads;    /* a text in cells that are merged downwards stands in each of their rows */
};

/* A cell that has no text though it should: "#REF!", a formula that was never calculated. Its text
 * is this character, which no other text begins with, and what is wrong with it. */
#define PAL_BOOK_BROKEN '\x1a'

PalBook *pal_book_read (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A workbook that is no form: characters of control are spaces. */
PalBook *pal_book_read_bytes (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_book_free (PalBook *self);

/* How a table was written. */
typedef struct
{
  char encoding[16]; /* "UTF-8", "GB18030"; "" for a workbook */
  char delimiter;    /* '\0' for a workbook */
} PalBookWriting;

/* A table as people have it: a workbook, or a CSV file of whatever encoding and delimiter, which is
 * one sheet without a name. */
PalBook *pal_book_read_table (const char *path, PalBookWriting *writing,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For the readers. */
#define PAL_BOOK_MAX_SHEETS 256
#define PAL_BOOK_MAX_ROWS 250000 /* of all sheets */
#define PAL_BOOK_MAX_CELLS 4000000
#define PAL_BOOK_MAX_BYTES (128 * 1024 * 1024) /* of the texts of all cells */
#define PAL_BOOK_MAX_COLUMNS 1024
#define PAL_BOOK_MAX_CELL_BYTES (256 * 1024)

gboolean
pal_book_fail_limit (PalBook *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean pal_book_read_csv (PalBook *self, GBytes *bytes, GError **error);
gboolean pal_book_read_xlsx (PalBook *self, GBytes *bytes, GError **error);
gboolean
pal_book_read_plain_csv (PalBook *self, GBytes *bytes, PalBookWriting *writing, GError **error);
GBytes *pal_book_decode (GBytes *bytes, const char **encoding, GError **error);

PalBookSheet *pal_book_add_sheet (PalBook *self, const char *name, GError **error);
gboolean
pal_book_sheet_add_row (PalBookSheet *self, guint number, GPtrArray *texts, GError **error);
gboolean pal_book_clean_text (const char *text, gsize length, char **clean, const char **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalBook, pal_book_free)

G_END_DECLS
