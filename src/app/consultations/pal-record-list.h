// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-record-summary.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* All records of one kind, newest first or, without a date, by name; and the way to a new one.
 * What was removed waits below, folded up, to be brought back.
 * Signals: "open-record" (const char *record_id), "new-record", "remove-record" and
 * "restore-record" (const char *record_id, const char *form_version). */

#define PAL_TYPE_RECORD_LIST (pal_record_list_get_type ())
G_DECLARE_FINAL_TYPE (PalRecordList, pal_record_list, PAL, RECORD_LIST, AdwPreferencesGroup)

GtkWidget *pal_record_list_new (PalSession *session, const PalRecordKind *kind);
const PalRecordKind *pal_record_list_get_kind (PalRecordList *self);
void pal_record_list_reload (PalRecordList *self);
void pal_record_list_focus (PalRecordList *self, const char *record_id);

G_END_DECLS
