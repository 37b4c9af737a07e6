// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearance.h"
#include "pal-outline.h"
#include "pal-record.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One open dossier and what of it is open: forms, records, and whether all is saved. Handed down to
 * every page; there is no other way to the dossier. Main thread. */

#define PAL_TYPE_SESSION (pal_session_get_type ())
G_DECLARE_FINAL_TYPE (PalSession, pal_session, PAL, SESSION, GObject)

void pal_session_open_async (const char *path, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
void pal_session_open_dossier_async (PalDossier *dossier, GAsyncReadyCallback callback,
                                     gpointer user_data);
PalSession *pal_session_open_finish (GAsyncResult *result, GError **error); /* of both */

PalDossier *pal_session_get_dossier (PalSession *self);
/* Where the dossier lies for a person, although what is open may be a copy of it. */
const char *pal_session_get_path (PalSession *self);
PalRecord *pal_session_get_questionnaire (PalSession *self); /* (nullable): none in this dossier */
PalOutline *pal_session_get_outline (PalSession *self);      /* (nullable): of the questionnaire */
const char *pal_session_get_title (PalSession *self);        /* the State's name; notify::title */
gboolean pal_session_was_interrupted (PalSession *self); /* the last one ended without closing */

/* Whether an answer stands on a page that is cleared: it is opened again first, for a reason. path:
 * of the page or the question. "locks-changed" */
gboolean pal_session_is_locked (PalSession *self, const char *path);
void pal_session_set_guard (PalSession *self, PalClearanceGuard *guard); /* (transfer full) */

/* The language in which forms are shown: sets it on every open record. notify::form-language */
const char *pal_session_get_form_language (PalSession *self); /* (nullable): the form's default */
void pal_session_set_form_language (PalSession *self, const char *language);

/* Records: opened once, shared by all who ask. finish: (transfer full). */
void pal_session_open_record_async (PalSession *self, const char *record_id,
                                    GAsyncReadyCallback callback, gpointer user_data);
void pal_session_create_record_async (PalSession *self, const char *form_id,
                                      GAsyncReadyCallback callback, gpointer user_data);
PalRecord *pal_session_record_finish (PalSession *self, GAsyncResult *result, GError **error);
/* The record if it is open, whoever asked for it. (transfer none) (nullable) */
PalRecord *pal_session_get_open_record (PalSession *self, const char *record_id);
/* (element-type PalRecord) (transfer full) */
GPtrArray *pal_session_list_open_records (PalSession *self) G_GNUC_WARN_UNUSED_RESULT;
/* New records read their form again: it has other texts now. */
void pal_session_forget_forms (PalSession *self);
/* Says that a record was removed: who shows it lets go of it. Emits "record-gone". */
void pal_session_notify_gone (PalSession *self, const char *record_id);
/* Says that records of a form were made, changed or removed: emits "records-changed". */
void pal_session_notify_records (PalSession *self, const char *form_id);

/* The worst state of all open records; notify::save-state. */
PalSaveState pal_session_get_save_state (PalSession *self);
const GError *pal_session_get_trouble (PalSession *self); /* (nullable) */
void pal_session_flush_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_session_flush_finish (PalSession *self, GAsyncResult *result, GError **error);
/* Flushes, notes that it ended well, closes the dossier. */
void pal_session_close_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_session_close_finish (PalSession *self, GAsyncResult *result, GError **error);

/* Asks the window to show a page: an id of pal_page_types[], or a question of the questionnaire. */
void pal_session_show_page (PalSession *self, const char *page_id);
void pal_session_show_question (PalSession *self, const char *path);
/* The same for a question of another record, on the page that shows such records. */
void pal_session_show_record (PalSession *self, const char *record_id, const char *path);

/* Signals:
 *  "records-changed" (const char *form_id): a list of records may look different now
 *  "record-gone" (const char *record_id): it was removed
 *  "show-record" (const char *record_id, const char *path), with the page as its detail
 *  "show-page" (const char *page_id)
 *  "show-question" (const char *path)
 *  "locks-changed": other pages are cleared now, or are open again
 */

G_END_DECLS
