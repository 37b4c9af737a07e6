// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One record that is not the questionnaire, open to be filled: a page at a time, chosen from a list
 * or leafed through. Emits "closed" when the person goes back. */

#define PAL_TYPE_RECORD_VIEW (pal_record_view_get_type ())
G_DECLARE_FINAL_TYPE (PalRecordView, pal_record_view, PAL, RECORD_VIEW, GtkWidget)

/* back_label: translated: what the way back is called. */
GtkWidget *pal_record_view_new (PalRecord *record, const char *back_label);
PalRecord *pal_record_view_get_record (PalRecordView *self);
void pal_record_view_focus_first (PalRecordView *self);

/* Shows the page that another view of the same record shows. */
void pal_record_view_follow (PalRecordView *self, PalRecordView *other);

/* Goes to a question of the record. */
void pal_record_view_show_question (PalRecordView *self, const char *path);

/* Shows what belongs to the record elsewhere: where a stakeholder took part; and, in a menu, papers
 * and protection, with actions of the page around it. */
void pal_record_view_set_session (PalRecordView *self, PalSession *session);

G_END_DECLS
