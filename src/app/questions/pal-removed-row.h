// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-response.h"

G_BEGIN_DECLS

/* What stood in a repeat row that was removed, so that it can come back. It comes back as a new row
 * with the same answers in the same place: in the log a row that went stays gone. */
typedef struct _PalRemovedRow PalRemovedRow;

/* next: (nullable): the row behind it. Call before the row goes. */
PalRemovedRow *pal_removed_row_new (PalResponse *response, PalNode *row, PalNode *next);
void pal_removed_row_free (PalRemovedRow *self);
gboolean pal_removed_row_restore (PalRemovedRow *self);

G_END_DECLS
