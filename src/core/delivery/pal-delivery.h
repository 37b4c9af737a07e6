// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-send-policy.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* tus 1.0 over TLS until a verified receipt comes back (package-format 5.2). */

typedef struct
{
  char *url;                 /* https endpoint */
  char *ca_file;             /* (nullable): PEM that vouches for the server; NULL: the system's */
  char *client_certificate;  /* (nullable): path of PEM, or of PKCS#12 that ends in .p12 */
  char *client_key;          /* (nullable): PEM path */
  char *client_passphrase;   /* (nullable): opens the PKCS#12; never logged */
  char *token;               /* (nullable): bearer token; never logged */
  char *module_certificate;  /* PEM path: the pinned signer of receipts */
  goffset max_archive_bytes; /* 0: not said */
  goffset max_part_bytes;    /* 0: not said */
  PalSendManners manners;
} PalEndpoint;
PalEndpoint *pal_endpoint_new (void);
PalEndpoint *pal_endpoint_copy (const PalEndpoint *self);
void pal_endpoint_free (PalEndpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalEndpoint, pal_endpoint_free)

typedef enum
{
  PAL_DELIVERY_QUEUED,
  PAL_DELIVERY_SENDING,
  PAL_DELIVERY_WAITING,   /* see reason and next-try */
  PAL_DELIVERY_PAUSED,    /* by the person */
  PAL_DELIVERY_DELIVERED, /* all bytes there, being checked */
  PAL_DELIVERY_ACCEPTED,
  PAL_DELIVERY_REFUSED,
  PAL_DELIVERY_STOPPED, /* no automatic retry: certificate, refusal to talk; see reason */
  PAL_DELIVERY_ENDED    /* for good, by the person: cancelled, or replaced; see reason */
} PalDeliveryState;

typedef enum
{
  PAL_DELIVERY_REASON_NONE,
  PAL_DELIVERY_REASON_NO_CONNECTION,
  PAL_DELIVERY_REASON_CUT,
  PAL_DELIVERY_REASON_STALLED,
  PAL_DELIVERY_REASON_SERVER_BUSY,
  PAL_DELIVERY_REASON_CERTIFICATE, /* the server's is not trusted */
  PAL_DELIVERY_REASON_NOT_ALLOWED, /* 401, 403 */
  PAL_DELIVERY_REASON_REDIRECT,
  PAL_DELIVERY_REASON_TOO_LARGE,
  PAL_DELIVERY_REASON_PROTOCOL, /* answers that make no sense */
  PAL_DELIVERY_REASON_FORGED_RECEIPT,
  PAL_DELIVERY_REASON_ARCHIVE_CHANGED, /* not the file it was */
  PAL_DELIVERY_REASON_LOCAL_IO,
  PAL_DELIVERY_REASON_PROXY,   /* the proxy does not let us through */
  PAL_DELIVERY_REASON_HOURS,   /* held back: outside the hours that were set */
  PAL_DELIVERY_REASON_METERED, /* held back: the connection is metered */
  PAL_DELIVERY_REASON_REFUSED, /* receipt says refused; message has its words */
  PAL_DELIVERY_REASON_CANCELLED,
  PAL_DELIVERY_REASON_REPLACED /* by a newer archive, which message names */
} PalDeliveryReason;

#define PAL_TYPE_DELIVERY (pal_delivery_get_type ())
G_DECLARE_FINAL_TYPE (PalDelivery, pal_delivery, PAL, DELIVERY, GObject)

/* state_dir holds what survives a restart: one small durable file and later the receipt. A delivery
 * made again on the same folder and archive goes on where the last one was. Needs a running main
 * context; never blocks it (hashing runs on a thread). */
PalDelivery *
pal_delivery_new (const char *archive_path, const PalEndpoint *endpoint, const char *state_dir);
void pal_delivery_start (PalDelivery *self); /* also: go on, try now */
void pal_delivery_pause (PalDelivery *self);
void pal_delivery_enqueue (PalDelivery *self, gint64 queued_us);
void pal_delivery_cancel (PalDelivery *self, const char *replaced_by);

/* Properties, all notify: "state", "reason", "sent" (bytes acknowledged), "size" (bytes), "busy".
 */
PalDeliveryState pal_delivery_get_state (PalDelivery *self);
PalDeliveryReason pal_delivery_get_reason (PalDelivery *self);
const char *pal_delivery_get_message (PalDelivery *self); /* (nullable): for logs and details */
goffset pal_delivery_get_sent (PalDelivery *self);
goffset pal_delivery_get_size (PalDelivery *self);
gint64 pal_delivery_get_next_try (PalDelivery *self);    /* us since 1970, 0: none planned */
const char *pal_delivery_get_sha256 (PalDelivery *self); /* (nullable) until hashed */
const char *pal_delivery_get_url (PalDelivery *self);    /* (nullable) where to */
gint64 pal_delivery_get_queued (PalDelivery *self);   /* its place, us since 1970; 0: never sent */
gboolean pal_delivery_is_busy (PalDelivery *self);    /* it works on something, or waits to */
gboolean pal_delivery_has_begun (PalDelivery *self);  /* the module may have something of it */
GBytes *pal_delivery_get_receipt (PalDelivery *self); /* (nullable) */
GPtrArray *pal_delivery_get_log (PalDelivery *self);  /* (element-type utf8): time and event */
const char *pal_delivery_state_to_string (PalDeliveryState state);

G_END_DECLS
