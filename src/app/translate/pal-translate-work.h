// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

G_BEGIN_DECLS

/* What a translator works on: the texts of one thing in one language, kept as a draft that is
 * written by itself, and what is to be said about them. Main thread. */

typedef enum
{
  PAL_TRANSLATE_SAVED,
  PAL_TRANSLATE_PENDING, /* edits in memory, about to be written */
  PAL_TRANSLATE_TROUBLE  /* could not be written; tried again */
} PalTranslateSaveState;

#define PAL_TYPE_TRANSLATE_WORK (pal_translate_work_get_type ())
G_DECLARE_FINAL_TYPE (PalTranslateWork, pal_translate_work, PAL, TRANSLATE_WORK, GObject)

/* id, language: as in pal_translation_load_async(). */
void pal_translate_work_load_async (const char *id, const char *language, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
PalTranslateWork *pal_translate_work_load_finish (GAsyncResult *result, GError **error);

const char *pal_translate_work_get_id (PalTranslateWork *self);
const char *pal_translate_work_get_language (PalTranslateWork *self);
gboolean pal_translate_work_is_interface (PalTranslateWork *self);
PalCatalogue *pal_translate_work_get_catalogue (PalTranslateWork *self);
PalGlossary *pal_translate_work_get_glossary (PalTranslateWork *self); /* (nullable) */

/* (transfer full) (element-type PalRemark) */
GPtrArray *pal_translate_work_check (PalTranslateWork *self, PalCatalogueEntry *entry);
/* What was found when it was looked at last. */
guint pal_translate_work_get_n_remarks (PalTranslateWork *self, PalCatalogueEntry *entry);
/* All of them were looked at. */
gboolean pal_translate_work_is_checked (PalTranslateWork *self);

/* Takes the translations of a catalogue that came from elsewhere, as edits. How many. */
guint pal_translate_work_take (PalTranslateWork *self, PalCatalogue *other);
/* Takes that back: what was taken last is as it was before, whatever was typed there since. */
void pal_translate_work_give_back (PalTranslateWork *self);

PalTranslateSaveState pal_translate_work_get_save_state (PalTranslateWork *self);
const GError *pal_translate_work_get_trouble (PalTranslateWork *self); /* (nullable) */
/* Writes at once what was edited: when the window goes. */
void pal_translate_work_flush_async (PalTranslateWork *self, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean
pal_translate_work_flush_finish (PalTranslateWork *self, GAsyncResult *result, GError **error);

/* Signals:
 *  "edited" (PalCatalogueEntry *entry): a person changed it; NULL: many
 *  "checked" (PalCatalogueEntry *entry): its number of remarks is another; NULL: all are looked at
 *  "notify::save-state"
 */

G_END_DECLS
