// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"
#include "pal-undo.h"

G_BEGIN_DECLS

/* Undo and redo in a session: what is typed is written first, what was undone is shown by the
 * records that are open. One after the other, however fast the keys come. */

void pal_session_undo_async (PalSession *self, PalUndoWay way, GAsyncReadyCallback callback,
                             gpointer user_data);
/* NULL without an error when there was nothing to undo. (transfer full) */
PalUndone *pal_session_undo_finish (PalSession *self, GAsyncResult *result, GError **error);

/* Lets open records follow what was written beside them. */
void pal_session_show_changes (PalSession *self, GPtrArray *changes);

/* What a node of a record is, by words of its form. node: path with row ids. All of them
 * (nullable): the record is not open, or the form knows no words for it. */
PalFormNode *pal_session_find_definition (PalRecord *record, const char *node);
char *pal_session_dup_question (PalSession *self, const char *record,
                                const char *node) G_GNUC_WARN_UNUSED_RESULT;
/* The title of the page on which it stands; of a record beside the questionnaire, its form's. */
char *pal_session_dup_page_title (PalSession *self, const char *record,
                                  const char *node) G_GNUC_WARN_UNUSED_RESULT;
/* Goes to a question, on whichever page it stands. */
void pal_session_show_node (PalSession *self, const char *record, const char *node);

/* What a step was about, as it stands in the menu behind "Undo: ". */
char *
pal_session_dup_undo_words (PalSession *self, const PalUndoStep *step) G_GNUC_WARN_UNUSED_RESULT;
/* Goes to the page and the question. */
void pal_session_show_undone (PalSession *self, const PalUndone *undone);

G_END_DECLS
