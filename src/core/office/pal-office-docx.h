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

G_END_DECLS
