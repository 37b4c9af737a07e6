// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"
#include "pal-dossier.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One archive on its way: from being packed to the receipt. What a row of the sending page shows.
 */

typedef enum
{
  PAL_OUTBOX_PACKING,  /* being written and signed: progress counts */
  PAL_OUTBOX_MOVING,   /* with a PalDelivery, whose state says the rest */
  PAL_OUTBOX_RESTING,  /* as the dossier has it: settled, or paused, or without its address */
  PAL_OUTBOX_CARRIED,  /* packed for a stick; goes on when its receipt is brought */
  PAL_OUTBOX_GIVEN_UP, /* by the person; some of it may have arrived, see sent */
  PAL_OUTBOX_REPLACED, /* by a newer one; otherwise the same */
  PAL_OUTBOX_FAILED    /* could not be packed, or its archive is gone; see trouble */
} PalOutboxStage;

#define PAL_TYPE_OUTBOX_ITEM (pal_outbox_item_get_type ())
G_DECLARE_FINAL_TYPE (PalOutboxItem, pal_outbox_item, PAL, OUTBOX_ITEM, GObject)

/* What stands for the address of a module when an archive goes on a stick. */
#define PAL_OUTBOX_BY_STICK "copy"

PalOutboxItem *pal_outbox_item_new (const PalDeliveryRecord *record, const char *folder);

const char *pal_outbox_item_get_id (PalOutboxItem *self);
const char *pal_outbox_item_get_archive_path (PalOutboxItem *self);
const char *pal_outbox_item_get_folder (PalOutboxItem *self);
PalOutboxStage pal_outbox_item_get_stage (PalOutboxItem *self);
PalDeliveryState pal_outbox_item_get_state (PalOutboxItem *self);
gboolean pal_outbox_item_is_settled (PalOutboxItem *self);     /* accepted, refused or ended */
gboolean pal_outbox_item_has_begun (PalOutboxItem *self);      /* the module may have some of it */
gboolean pal_outbox_item_was_kept (PalOutboxItem *self);       /* the dossier knows of it */
const char *pal_outbox_item_get_url (PalOutboxItem *self);     /* of the module */
const char *pal_outbox_item_get_message (PalOutboxItem *self); /* (nullable): the last one */
goffset pal_outbox_item_get_size (PalOutboxItem *self);        /* bytes; 0: not known yet */
goffset pal_outbox_item_get_sent (PalOutboxItem *self);        /* bytes; -1: not known */
PalDelivery *pal_outbox_item_get_delivery (PalOutboxItem *self); /* (nullable) */
GBytes *pal_outbox_item_get_receipt (PalOutboxItem *self);       /* (nullable) */
gint64 pal_outbox_item_get_changed (PalOutboxItem *self);        /* us since 1970 */
const GError *pal_outbox_item_get_trouble (PalOutboxItem *self); /* (nullable) */
double pal_outbox_item_get_progress (PalOutboxItem *self);       /* 0 to 1 */

void pal_outbox_item_set_progress (PalOutboxItem *self, double progress);
/* url: where delivery goes. A delivery that is there already gives way. */
void pal_outbox_item_set_delivery (PalOutboxItem *self, PalDelivery *delivery, const char *url);
/* replaced_by: (nullable): id of the item that takes its place. delivery: (nullable): asks the
 * module to let go of what it has. */
void pal_outbox_item_give_up (PalOutboxItem *self, const char *replaced_by, PalDelivery *delivery);
/* One that was given up goes on as if it had not been. */
void pal_outbox_item_take_back (PalOutboxItem *self);
/* Packed for a stick; then: a whole copy is on one. */
void pal_outbox_item_set_packed (PalOutboxItem *self, const char *sha256, goffset size);
void pal_outbox_item_note_carried (PalOutboxItem *self);
gboolean pal_outbox_item_was_carried (PalOutboxItem *self);
/* With a receipt that was brought and holds: accepted or refused. message: (nullable). */
void pal_outbox_item_close (PalOutboxItem *self, PalDeliveryState state, GBytes *receipt,
                            const char *message);
void pal_outbox_item_fail (PalOutboxItem *self, const GError *error);

/* (transfer full) (element-type utf8): time and event, oldest first; what this computer knows. */
GPtrArray *pal_outbox_item_dup_log (PalOutboxItem *self) G_GNUC_WARN_UNUSED_RESULT;

/* What the dossier keeps of it; NULL while it is being packed. */
PalDeliveryRecord *pal_outbox_item_dup_record (PalOutboxItem *self);

/* Signals: "changed": anything of the above may be different;
 *          "settle": the state to be kept in the dossier is a new one */

G_END_DECLS
