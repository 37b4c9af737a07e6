// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translate-work.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One text in the list of a translator: the English, the translation, and how it stands. */

#define PAL_TYPE_TRANSLATE_ROW (pal_translate_row_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateRow, pal_translate_row, PAL, TRANSLATE_ROW, AdwBin)

GtkWidget *pal_translate_row_new (void);
/* entry: (nullable): none */
void
pal_translate_row_bind (PalTranslateRow *self, PalTranslateWork *work, PalCatalogueEntry *entry);

G_END_DECLS
