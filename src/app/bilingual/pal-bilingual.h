// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier-model.h"
#include "pal-record.h"
#include "pal-twin.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The languages of a dossier's answers and what they say in the second one, as the window shows
 * them. Follows merges and undo; what is typed is written after a pause. Main thread. */

#define PAL_TYPE_BILINGUAL (pal_bilingual_get_type ())
G_DECLARE_FINAL_TYPE (PalBilingual, pal_bilingual, PAL, BILINGUAL, PalDossierModel)

/* (transfer none): one for each dossier; lives as long. */
PalBilingual *pal_bilingual_of_dossier (PalDossier *dossier);

const char *pal_bilingual_get_first (PalBilingual *self);  /* (nullable): nobody said */
const char *pal_bilingual_get_second (PalBilingual *self); /* (nullable): there is none */
/* first, second: (nullable) */
void pal_bilingual_choose (PalBilingual *self, const char *first, const char *second);

/* What an answer says in the second language. (nullable): nothing yet */
const PalTwin *pal_bilingual_find (PalBilingual *self, PalRecord *record, const char *node);
/* (element-type utf8): paths of answers of a record whose translation is missing or out of date, in
 * the order of the form. */
GPtrArray *
pal_bilingual_list_open (PalBilingual *self, PalRecord *record) G_GNUC_WARN_UNUSED_RESULT;

/* The text of a twin, with its undo: outlives the page. (transfer none) */
GtkTextBuffer *pal_bilingual_get_buffer (PalBilingual *self, PalRecord *record, const char *node);
/* Somebody typed it, and it is not in the list yet. */
gboolean pal_bilingual_is_pending (PalBilingual *self, PalRecord *record, const char *node);
void pal_bilingual_type (PalBilingual *self, PalRecord *record, const char *node, const char *text);
void pal_bilingual_confirm (PalBilingual *self, PalRecord *record, const char *node);
gboolean pal_bilingual_has_trouble (PalBilingual *self); /* could not be written; tried again */

void
pal_bilingual_flush_async (PalBilingual *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_bilingual_flush_finish (PalBilingual *self, GAsyncResult *result, GError **error);

/* Signals:
 *  "changed": languages, or what is said in the second one
 */

G_END_DECLS
