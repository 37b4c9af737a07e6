// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* A record that is open: its response, kept in its dossier. Edits are gathered and appended 400 ms
 * after the last one, or at once by pal_record_flush_async(). Typing stays in memory until it is on
 * disk: a full disk shows as PAL_SAVE_TROUBLE and is tried again. Main thread. */

typedef enum
{
  PAL_SAVE_SAVED,
  PAL_SAVE_PENDING, /* edits in memory, about to be written */
  PAL_SAVE_TROUBLE  /* could not be written; see get_trouble; retried every 5 s */
} PalSaveState;

#define PAL_TYPE_RECORD (pal_record_get_type ())
G_DECLARE_FINAL_TYPE (PalRecord, pal_record, PAL, RECORD, GObject)

/* A new record of form; written (as one act with its first-load values) before it returns.
 * Blocking. */
PalRecord *pal_record_create (PalDossier *dossier, PalForm *form, GError **error);
/* The same of a response that was filled before: all of it is one act. (transfer full) response */
PalRecord *pal_record_create_filled (PalDossier *dossier, PalResponse *response, GError **error);
PalRecord *
pal_record_create_as (PalDossier *dossier, const char *id, PalResponse *response, GError **error);
/* One that is kept nowhere, and has no dossier. (transfer full) response */
PalRecord *pal_record_new_loose (PalResponse *response) G_GNUC_WARN_UNUSED_RESULT;
PalRecord *pal_record_open (PalDossier *dossier, const char *record_id, GError **error);
void pal_record_create_async (PalDossier *dossier, PalForm *form, GAsyncReadyCallback callback,
                              gpointer user_data);
void pal_record_open_async (PalDossier *dossier, const char *record_id,
                            GAsyncReadyCallback callback, gpointer user_data);
PalRecord *pal_record_open_finish (GAsyncResult *result, GError **error); /* of both */

/* What is in the log already and came about elsewhere: (element-type PalChange). */
void pal_record_follow (PalRecord *self, GPtrArray *changes);

const char *pal_record_get_id (PalRecord *self);
PalDossier *pal_record_get_dossier (PalRecord *self); /* (nullable): of a loose one */
PalResponse *pal_record_get_response (PalRecord *self);
GPtrArray *pal_record_get_orphans (PalRecord *self); /* (element-type PalChange): not in the form */

PalSaveState pal_record_get_save_state (PalRecord *self); /* notify::save-state */
const GError *pal_record_get_trouble (PalRecord *self);

/* Blocking: returns when all edits so far are durable. */
gboolean pal_record_flush (PalRecord *self, GError **error);
void pal_record_flush_async (PalRecord *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_record_flush_finish (PalRecord *self, GAsyncResult *result, GError **error);

G_END_DECLS
