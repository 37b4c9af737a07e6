// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-outbox-item.h"
#include "pal-session.h"

#include "pal-submission.h"

G_BEGIN_DECLS

/* The outbox of one open dossier: a GListModel of PalOutboxItem, newest first. What was on its way
 * when the program ended goes on by itself. One per session; the window makes it when it opens a
 * dossier, so that sending goes on whichever page is shown. Main thread. */

#define PAL_TYPE_OUTBOX (pal_outbox_get_type ())
G_DECLARE_FINAL_TYPE (PalOutbox, pal_outbox, PAL, OUTBOX, GObject)

PalOutbox *pal_outbox_of_session (PalSession *session); /* (transfer none): lives as long as it */

/* Where archives go. NULL: no address yet, nothing moves. */
void pal_outbox_set_endpoint (PalOutbox *self, const PalEndpoint *endpoint);
const PalEndpoint *pal_outbox_get_endpoint (PalOutbox *self);

/* What going on would mean for an item that does not move by itself. */
typedef enum
{
  PAL_OUTBOX_STAY,     /* it moves, is settled, or there is no address */
  PAL_OUTBOX_AGAIN,    /* to the module that it was meant for */
  PAL_OUTBOX_ELSEWHERE /* to the address that is set now, which is another one */
} PalOutboxWay;
PalOutboxWay pal_outbox_get_way (PalOutbox *self, PalOutboxItem *item);
void pal_outbox_go_on (PalOutbox *self, PalOutboxItem *item);
void pal_outbox_pause (PalOutbox *self, PalOutboxItem *item);
guint pal_outbox_get_ahead (PalOutbox *self, PalOutboxItem *item); /* how many go before it */
void pal_outbox_give_up (PalOutbox *self, PalOutboxItem *item);
void pal_outbox_take_back (PalOutbox *self, PalOutboxItem *item); /* undoes that */
gboolean pal_outbox_is_packing (PalOutbox *self);
gboolean pal_outbox_has_unsettled (PalOutbox *self); /* something may still arrive */
/* Whether what pal_outbox_send() sends takes the place of all that may still arrive. */
gboolean pal_outbox_would_replace (PalOutbox *self);

/* Packs, signs and sends. */
PalOutboxItem *pal_outbox_send (PalOutbox *self, PalSubmission *submission, PalIdentity *identity);
/* Packs and signs for a stick: pal_stick_window_show() copies it. Needs no address. */
PalOutboxItem *pal_outbox_pack (PalOutbox *self, PalSubmission *submission, PalIdentity *identity);
/* Closes an item that does not move with a receipt that was brought. Returns the state after it:
 * PAL_DELIVERY_DELIVERED when the module has it and has not judged it yet. */
void pal_outbox_take_receipt_async (PalOutbox *self, PalOutboxItem *item, const char *receipt_path,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean
pal_outbox_take_receipt_finish (GAsyncResult *result, PalDeliveryState *state, GError **error);
/* The same with what changed since the edition that was packed last. */
PalOutboxItem *pal_outbox_send_supplement (PalOutbox *self, PalIdentity *identity);

G_END_DECLS
