// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery-rules.h"

G_BEGIN_DECLS

/* One HTTPS exchange after the other with one endpoint: curl's multi interface on the GLib main
 * loop. Private to this folder. */
typedef struct _PalTransfer PalTransfer;

typedef struct
{
  PalRequestKind kind;
  const char *path;           /* absolute, on the endpoint's origin */
  const char *const *headers; /* (nullable): "Name: value", NULL-terminated */
  int fd;                     /* PATCH: the archive, read with pread() */
  goffset offset;             /* PATCH: bytes */
  goffset length;             /* PATCH: bytes */
} PalTransferRequest;

typedef struct
{
  int curl_code;      /* CURLcode; when not 0, what follows is not to be trusted */
  guint proxy_status; /* what a proxy answered to CONNECT; 0: none was asked */
  guint status;
  guint retry_after_s;
  char *location;      /* (nullable) */
  char *upload_offset; /* (nullable) */
  char *upload_length; /* (nullable) */
  GBytes *body;        /* (nullable): receipts only */
  gboolean too_long;   /* the body was longer than a receipt can be */
  goffset handed_out;  /* PATCH: bytes that curl took, whether they arrived or not */
  int read_errno;      /* the archive could not be read */
  gboolean read_short; /* the archive ended too early */
  gint64 took_us;
} PalReply;

void pal_reply_free (PalReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalReply, pal_reply_free)

typedef void (*PalTransferCallback) (PalReply *reply, gpointer user_data);

PalTransfer *
pal_transfer_new (const PalEndpoint *endpoint, const char *origin, const PalDeliveryTimers *timers);
void pal_transfer_free (PalTransfer *self);
void pal_transfer_request (PalTransfer *self, const PalTransferRequest *request,
                           PalTransferCallback callback, gpointer user_data);
void pal_transfer_cancel (PalTransfer *self);
const char *pal_transfer_describe_code (int curl_code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTransfer, pal_transfer_free)

G_END_DECLS
