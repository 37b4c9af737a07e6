// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translate-work.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* How a text looks where it stands: the real question, or the piece of the window. */

#define PAL_TYPE_TRANSLATE_PREVIEW (pal_translate_preview_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslatePreview, pal_translate_preview, PAL, TRANSLATE_PREVIEW, AdwBin)

/* entry: (nullable): nothing is shown */
void pal_translate_preview_show (PalTranslatePreview *self, PalTranslateWork *work,
                                 PalCatalogueEntry *entry);
/* The translation is another: it is shown when typing pauses. index: which form of it. */
void pal_translate_preview_refresh (PalTranslatePreview *self, guint index);

G_END_DECLS
