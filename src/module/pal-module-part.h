// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-module-server.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What comes in for one upload, from the headers of a PATCH to the answer after the flush. Private
 * to the server, whose fields these are. */

#define PAL_MODULE_FILES "/files/"
#define PAL_MODULE_RECEIPTS "/receipts/"

struct _PalModuleServer
{
  SoupServer *server; /* (owned) */
  PalStore *store;    /* (unowned) */
  PalCheck *check;    /* (unowned) */
  PalFaults *faults;  /* (unowned) */
  char *token;        /* (owned) (nullable) */
  gboolean needs_certificate;
  goffset max_bytes;
  GHashTable *receiving; /* (owned): upload id to PalPart (unowned) */
};

/* A PATCH under way; lives as long as its message. */
typedef struct
{
  PalModuleServer *module;
  SoupServerMessage *message; /* (unowned) */
  PalUpload *upload;          /* (owned) (nullable): NULL when another request took over */
  goffset expected;           /* bytes */
  goffset received;           /* bytes */
  goffset next_flush;         /* in bytes received */
  gint64 began_us;
  gint64 last_us;
  guint throttle;
  gboolean is_done;
} PalPart;

/* Takes in the body of a PATCH, or says why not. */
void pal_part_begin (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload);
/* Lets go of the upload; what arrived stays in the file and is flushed before the next answer. */
void pal_part_release (PalPart *part);
/* Where the upload stands, once that is on the disk. */
void
pal_part_reply_after_flush (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload);
void pal_part_answer_offset (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload);
/* Termination (tus 1.0). What is whole is being judged, and its receipt will tell. */
void pal_part_end_upload (PalModuleServer *self, SoupServerMessage *message, PalUpload *upload);

G_END_DECLS
