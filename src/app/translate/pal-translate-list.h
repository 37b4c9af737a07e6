// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translate-work.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The texts of what is translated: coverage, parts, search, filter, and one of them chosen. */

#define PAL_TYPE_TRANSLATE_LIST (pal_translate_list_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateList, pal_translate_list, PAL, TRANSLATE_LIST, AdwBin)

void pal_translate_list_set_work (PalTranslateList *self, PalTranslateWork *work); /* (nullable) */
PalCatalogueEntry *pal_translate_list_get_selected (PalTranslateList *self);       /* (nullable) */
void pal_translate_list_select (PalTranslateList *self, PalCatalogueEntry *entry); /* (nullable) */
/* Place of the chosen one among those that are shown, from 1 (0: none), and how many these are. */
guint pal_translate_list_get_place (PalTranslateList *self, guint *n);
/* Chooses the next one, or the next that has no translation, going round. FALSE: there is none. */
gboolean pal_translate_list_step (PalTranslateList *self, int by, gboolean only_missing);
void pal_translate_list_focus_search (PalTranslateList *self);

/* Signals:
 *  "selected" (PalCatalogueEntry *entry): (nullable): another one is chosen
 *  "activated": a person wants to work on it
 */

G_END_DECLS
