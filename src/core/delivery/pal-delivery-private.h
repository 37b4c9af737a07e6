// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery-archive.h"
#include "pal-delivery-file.h"
#include "pal-receipt.h"
#include "pal-transfer.h"
#include "pal-worker.h"

G_BEGIN_DECLS

/* pal-delivery.c owns the object and its runs, pal-delivery-job.c is what the worker does for it,
 * pal-delivery-steps.c talks to the server, pal-delivery-check.c judges receipts and
 * pal-delivery-withdraw.c ends a delivery for good. */

typedef enum
{
  STEP_RECEIPT, /* ask whether there is a receipt */
  STEP_CREATE,  /* make an upload */
  STEP_OFFSET,  /* ask where the server is */
  STEP_PART,    /* send a part */
  STEP_WITHDRAW /* ask the module to let go of what it has */
} PalDeliveryStep;

struct _PalDelivery
{
  GObject parent_instance;

  PalEndpoint *endpoint; /* (owned) */
  char *origin;          /* (owned) (nullable): of an endpoint that is an https address */
  char *state_dir;       /* (owned) */
  PalDeliveryFile *file; /* (owned): the state, as it is or will be on the disk */
  PalDeliveryTimers timers;
  PalWorker *worker; /* (owned): all that blocks */
  GPtrArray *log;    /* (owned) (element-type utf8) */
  GBytes *receipt;   /* (owned) (nullable): verified */
  char *refused_id;  /* (owned) (nullable): of the receipt that refused an earlier run */
  gulong network_changed_id;

  /* Of one run, from start to pause or to an end. */
  gboolean is_running;
  gboolean is_ending;          /* by the person, see pal-delivery-withdraw.c */
  guint generation;            /* tells answers of an earlier run from those of this one */
  GCancellable *cancellable;   /* (owned) (nullable) */
  PalTransfer *transfer;       /* (owned) (nullable) */
  PalDeliveryArchive *archive; /* (owned) (nullable) */
  GSource *wait;               /* (owned) (nullable) */
  gboolean wait_ends_with_network;
  gint64 wait_began_us;
  PalDeliveryStep step;
  goffset part;         /* bytes of the next part */
  goffset part_maximum; /* bytes; less than usual once the server has answered 413 */
  goffset high_water;   /* end of the last byte ever handed out for this upload; -1 unknown */
  guint n_failures;     /* in a row, without progress */
  guint n_conflicts;
  guint n_renewals;
  guint n_nonsense;
  guint n_checks;
  gboolean is_held;     /* by what the person set, see pal-send-policy.h */
  gboolean is_told_now; /* the person said "now", whatever is set */
};

/* One job for the worker. */
typedef struct
{
  char *state_dir;
  char *archive;
  char *module_certificate;
  char *line;
  GBytes *p7m;
  PalDeliveryFile *file;
  PalDeliveryStep step;
  gboolean keeps_old;
  PalDeliveryArchive *archive_to_close;
} PalDeliveryJob;

/* Each job takes a copy of the state as it is now. A callback redeems its data: NULL when the
 * delivery is gone or in another run. callback: (nullable) */
PalDeliveryJob *pal_delivery_job_new (PalDelivery *self);
void pal_delivery_push (PalDelivery *self, PalDeliveryJob *job, GTaskThreadFunc func,
                        GCancellable *cancellable, GAsyncReadyCallback callback);
PalDelivery *pal_delivery_redeem (gpointer data);

void pal_delivery_set_state (PalDelivery *self, PalDeliveryState state, PalDeliveryReason reason,
                             const char *message);
void pal_delivery_set_sent (PalDelivery *self, goffset sent);
void pal_delivery_note (PalDelivery *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void pal_delivery_save (PalDelivery *self);
void pal_delivery_save_then (PalDelivery *self, PalDeliveryStep step);
void pal_delivery_end (PalDelivery *self, PalDeliveryState state, PalDeliveryReason reason,
                       const char *message);
void pal_delivery_release_run (PalDelivery *self);
gboolean pal_delivery_begin_run (PalDelivery *self);
void pal_delivery_check_receipt (PalDelivery *self, GBytes *p7m);
void pal_delivery_load_receipt (PalDelivery *self);

void pal_delivery_withdraw (PalDelivery *self);
void pal_delivery_withdraw_end (PalDelivery *self);

void pal_delivery_steps_run (PalDelivery *self, PalDeliveryStep step);
void pal_delivery_steps_wait_for_receipt (PalDelivery *self, guint retry_after_s);
void pal_delivery_steps_end_wait (PalDelivery *self);

G_END_DECLS
