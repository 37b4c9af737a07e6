// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outbox.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One delivery on the sending page: its state in plain words, progress, what can be done. */

#define PAL_TYPE_DELIVERY_ROW (pal_delivery_row_get_type ())
G_DECLARE_FINAL_TYPE (PalDeliveryRow, pal_delivery_row, PAL, DELIVERY_ROW, GtkListBoxRow)

GtkWidget *pal_delivery_row_new (PalOutbox *outbox, PalOutboxItem *item);

G_END_DECLS
