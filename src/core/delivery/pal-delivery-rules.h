// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"

G_BEGIN_DECLS

/* What a reply, or the lack of one, means (package-format 5.2): pure functions, no state. */

typedef enum
{
  PAL_REQUEST_RECEIPT, /* GET of the receipt */
  PAL_REQUEST_CREATE,  /* POST */
  PAL_REQUEST_OFFSET,  /* HEAD */
  PAL_REQUEST_PART,    /* PATCH */
  PAL_REQUEST_WITHDRAW /* DELETE */
} PalRequestKind;

typedef enum
{
  PAL_ACTION_GO_ON,   /* the reply is what was asked for */
  PAL_ACTION_NOTHING, /* no receipt there yet */
  PAL_ACTION_PENDING, /* a receipt is being made: ask again later */
  PAL_ACTION_OFFSET,  /* ask where the server is, after 1, 2, 4 ... s */
  PAL_ACTION_RENEW,   /* the upload is gone: ask for the receipt, then create anew */
  PAL_ACTION_HALVE,   /* send smaller parts, down to the smallest; then it is too large */
  PAL_ACTION_WAIT,    /* wait, then ask where the server is */
  PAL_ACTION_STOP     /* a person has to look at it */
} PalAction;

PalAction
pal_delivery_rules_for_status (PalRequestKind kind, guint status, PalDeliveryReason *reason);
PalAction pal_delivery_rules_for_curl (int code, PalDeliveryReason *reason);

char *pal_delivery_rules_dup_upload_path (const char *endpoint_url,
                                          const char *location) G_GNUC_WARN_UNUSED_RESULT;
char *pal_delivery_rules_dup_origin (const char *endpoint_url) G_GNUC_WARN_UNUSED_RESULT;
char *pal_delivery_rules_dup_metadata (const char *sha256,
                                       const char *file_name) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_delivery_rules_parse_length (const char *text, goffset *length);

/* Parts: bytes. */
#define PAL_PART_FIRST (1 << 20)
#define PAL_PART_MINIMUM (256 << 10)
#define PAL_PART_MAXIMUM (64 << 20)
goffset pal_delivery_rules_next_part (goffset part, gint64 took_us, gboolean was_full);
goffset pal_delivery_rules_smaller_part (goffset part);

/* Milliseconds. The waiting times and curl's own timers come from one struct, so that tests can be
 * quick. */
typedef struct
{
  guint connect_ms;
  guint stall_s;
  guint stall_bytes_per_second;
  guint backoff_ms;
  guint backoff_maximum_ms;
  guint retry_after_maximum_ms;
  guint step_ms;  /* first wait after 409 and 423; doubles */
  guint check_ms; /* first wait between two questions for the receipt */
} PalDeliveryTimers;
PalDeliveryTimers pal_delivery_rules_get_timers (void);
guint pal_delivery_rules_get_backoff_ms (const PalDeliveryTimers *timers, guint n_failures,
                                         guint retry_after_s, double random);

G_END_DECLS
