// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-office-private.h"

G_BEGIN_DECLS

/* What the writer and the reader of text documents have in common. */

#define PAL_OFFICE_NS_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define PAL_OFFICE_NS_W_STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define PAL_OFFICE_NS_W14 "http://schemas.microsoft.com/office/word/2010/wordml"

#define PAL_OFFICE_DOCX_ROWS 10    /* entries of a table that are there to be filled in */
#define PAL_OFFICE_STYLE "Palermo" /* how names of styles begin in which we write ourselves */
#define PAL_OFFICE_BOOKMARK "pal_"
#define PAL_OFFICE_TICKED "\342\230\222"   /* U+2612 */
#define PAL_OFFICE_UNTICKED "\342\230\220" /* U+2610 */

char *pal_office_docx_dup_bookmark (const char *code);

/* --- pal-office-docx-text.c: elements, and what they say */

PalNode *pal_office_docx_find (PalNode *node, const char *local);
const char *pal_office_docx_get (PalNode *node, const char *local);

typedef struct
{
  GString *text;       /* paragraphs, one a line or more */
  GArray *paragraphs;  /* (element-type gsize): where they begin in it */
  GPtrArray *notes;    /* (element-type utf8): "comment 3": what it refers to */
  char *tag;           /* (nullable): of its first control, likewise below */
  char *alias;         /* (nullable) */
  char *bookmark;      /* (nullable): of ours */
  gboolean is_code;    /* in the style of codes */
  gboolean is_changed; /* changes are noted in it */
} PalOfficePiece;

PalOfficePiece *pal_office_piece_new (void);
void pal_office_piece_free (PalOfficePiece *piece);
void pal_office_piece_take_names (PalOfficePiece *piece, PalNode *control);
void pal_office_piece_gather (PalOfficePiece *piece, PalNode *node);
char *pal_office_piece_dup_paragraph (PalOfficePiece *piece, guint n);
char *pal_office_piece_dup_answer (PalOfficePiece *piece);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalOfficePiece, pal_office_piece_free)

G_END_DECLS
