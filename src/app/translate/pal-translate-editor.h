// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translate-work.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One text: English and translation side by side, what is to be said about it, and how it looks. */

#define PAL_TYPE_TRANSLATE_EDITOR (pal_translate_editor_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateEditor, pal_translate_editor, PAL, TRANSLATE_EDITOR, AdwBin)

/* work, entry: (nullable): none */
void pal_translate_editor_show (PalTranslateEditor *self, PalTranslateWork *work,
                                PalCatalogueEntry *entry);
void pal_translate_editor_focus_target (PalTranslateEditor *self);

G_END_DECLS
