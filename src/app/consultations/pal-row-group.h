// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Rows that lead to records, put there anew whenever something changed. No more than a hundred of
 * them stand there; the last row says how many there are. */

#define PAL_TYPE_ROW_GROUP (pal_row_group_get_type ())
G_DECLARE_FINAL_TYPE (PalRowGroup, pal_row_group, PAL, ROW_GROUP, AdwPreferencesGroup)

GtkWidget *pal_row_group_new (const char *title, const char *description); /* (nullable) */
void pal_row_group_clear (PalRowGroup *self);
/* Takes the row, or drops it when there are too many. */
void pal_row_group_add (PalRowGroup *self, GtkWidget *row);
/* empty: (nullable): what stands there instead of nothing; NULL hides the group. */
void pal_row_group_finish (PalRowGroup *self, const char *empty);

void pal_row_group_focus (PalRowGroup *self, guint index);

/* A row that shows a record when it is pressed. subtitle: (nullable); record: (nullable): it leads
 * nowhere; path: of a question in it. */
GtkWidget *pal_record_row_new (PalSession *session, const char *title, const char *subtitle,
                               const char *record, const char *path);

G_END_DECLS
