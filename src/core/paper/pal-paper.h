// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A paper that is read, printed and sent on: title, headings, paragraphs, lists and tables in one
 * language, written as DOCX or PDF. The octets follow from the paper alone: no clock, no name of a
 * user, computer or folder goes in. A paper belongs to one thread at a time. */

#define PAL_PAPER_MAX_COLUMNS 12

#define PAL_PAPER_ERROR (pal_paper_error_quark ())
typedef enum
{
  PAL_PAPER_ERROR_KIND,     /* there is no such paper */
  PAL_PAPER_ERROR_LANGUAGE, /* the papers are not in this language */
  PAL_PAPER_ERROR_RECORD,   /* the paper is about a record, and this is none of its kind */
  PAL_PAPER_ERROR_EMPTY,    /* nothing to say: no point, no pledge, no statement */
  PAL_PAPER_ERROR_WRITE     /* the file could not be made */
} PalPaperError;
GQuark pal_paper_error_quark (void);

typedef enum
{
  PAL_PAPER_DOCX,
  PAL_PAPER_PDF,
  PAL_PAPER_N_FORMATS
} PalPaperFormat;

typedef enum
{
  PAL_PAPER_TITLE,   /* once */
  PAL_PAPER_HEADING, /* level 1 to 3 */
  PAL_PAPER_TEXT,
  PAL_PAPER_LINES,  /* an address: every line stands for itself, close together */
  PAL_PAPER_QUOTE,  /* somebody's words: set in, in the direction of their own language */
  PAL_PAPER_NOTE,   /* small print */
  PAL_PAPER_BULLET, /* of a list */
  PAL_PAPER_NUMBER, /* of a numbered list; any other block ends the list */
  PAL_PAPER_TABLE,
  PAL_PAPER_BLANK, /* a line to sign on, text stands below it; with a level, as many lines to write
                    * on, as wide as the page */
  PAL_PAPER_N_BLOCKS
} PalPaperBlockKind;

/* Fields are for reading. */
typedef struct
{
  PalPaperBlockKind kind;
  guint level;     /* of a heading; number of an item; lines to write on */
  char *text;      /* UTF-8, without control characters but "\n"; "" of a table */
  GArray *share;   /* (nullable) (element-type guint): of a table: width of each column, any unit */
  GPtrArray *rows; /* (nullable) (element-type GStrv): of a table; the first one is its head */
} PalPaperBlock;

typedef struct _PalPaper PalPaper;

PalPaper *pal_paper_new (const char *language, const char *title) G_GNUC_WARN_UNUSED_RESULT;
void pal_paper_free (PalPaper *self);

const char *pal_paper_get_language (PalPaper *self);
const char *pal_paper_get_title (PalPaper *self);
gboolean pal_paper_is_right_to_left (PalPaper *self);
GPtrArray *pal_paper_get_blocks (PalPaper *self); /* (element-type PalPaperBlock): in order */

/* ISO 8601 day, for the properties of the file; without one there is a fixed one. */
void pal_paper_set_date (PalPaper *self, const char *date);
const char *pal_paper_get_date (PalPaper *self); /* (nullable) */

/* text: whatever people wrote; nothing is added when it is NULL or blank. */
void pal_paper_add (PalPaper *self, PalPaperBlockKind kind, const char *text);
void pal_paper_add_heading (PalPaper *self, guint level, const char *text);
void pal_paper_add_lines (PalPaper *self, guint n_lines); /* to write on */
/* share: width of each column, ending with 0; head: as many texts, ending with NULL. */
void pal_paper_add_table (PalPaper *self, const guint *share, const char *const *head);
/* To the table that was added last; missing cells are empty, spare ones are left out. */
void pal_paper_add_row (PalPaper *self, const char *const *cells);

/* What is on it, as plain text: for a preview, and for checks. */
char *pal_paper_dup_text (PalPaper *self) G_GNUC_WARN_UNUSED_RESULT;

const char *pal_paper_format_get_name (PalPaperFormat format); /* "docx", "pdf" */
const char *pal_paper_format_get_media_type (PalPaperFormat format);
gboolean pal_paper_format_from_name (const char *name, PalPaperFormat *format);

/* Blocking, any thread. */
GBytes *pal_paper_write (PalPaper *self, PalPaperFormat format, GCancellable *cancellable,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPaper, pal_paper_free)

G_END_DECLS
