// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"

G_BEGIN_DECLS

/* One flow at a time to each module, in the order in which people sent: a second one would only
 * take the link from the first. A delivery leaves its place when all of it has arrived, when it has
 * ended, and when it needs a person; while it waits for the link or the module it keeps it. The
 * place of each is in its own state on the disk, so a restart changes no order. Main context of the
 * deliveries. */

#define PAL_TYPE_DELIVERY_QUEUE (pal_delivery_queue_get_type ())
G_DECLARE_FINAL_TYPE (PalDeliveryQueue, pal_delivery_queue, PAL, DELIVERY_QUEUE, GObject)

PalDeliveryQueue *pal_delivery_queue_new (void);
void pal_delivery_queue_add (PalDeliveryQueue *self, PalDelivery *delivery);
void pal_delivery_queue_remove (PalDeliveryQueue *self, PalDelivery *delivery);
gboolean pal_delivery_queue_has (PalDeliveryQueue *self, PalDelivery *delivery);
guint pal_delivery_queue_get_ahead (PalDeliveryQueue *self, PalDelivery *delivery);

G_END_DECLS
