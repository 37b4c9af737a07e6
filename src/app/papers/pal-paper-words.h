// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-letter.h"

G_BEGIN_DECLS

/* What is to be looked at before a paper goes, for people. */
char *pal_paper_words_dup_warning (const PalLetterWarning *warning) G_GNUC_WARN_UNUSED_RESULT;
/* Why a paper cannot be made, if it is not for the program's own reasons. (nullable) */
const char *pal_paper_words_get_trouble (const GError *error);

G_END_DECLS
