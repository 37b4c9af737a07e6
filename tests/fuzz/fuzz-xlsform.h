// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fuzz.h"

G_BEGIN_DECLS

/* Converts what lies in the file of fuzz.h, in all ways there are, and loads what comes out. */
void fuzz_xlsform_convert (void);
/* The words of spreadsheets: types, columns, cells. NULL-terminated. */
extern const char *const fuzz_xlsform_words[];

G_END_DECLS
