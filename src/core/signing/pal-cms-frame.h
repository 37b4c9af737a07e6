// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-signing-private.h"

#include <openssl/cms.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)

/* OpenSSL writes the structure as a stream, with indefinite lengths, but reads it only as a whole.
 * So reading takes the frame apart here: what stands around the content makes a small CMS without
 * content, and OpenSSL decrypts the content as a detached one, block by block. */

/* Where the encrypted octets stand. */
typedef struct
{
  BIO *bio; /* (unowned): a file */
  gint64 size;
  GCancellable *cancellable; /* (unowned) (nullable) */
  gint64 start;              /* of the content, behind its own header */
  gint64 total;              /* -1: told by its end; or length of the constructed content */
  gboolean is_primitive;
  gint64 consumed; /* of @total, with headers */
  gint64 left;     /* in this chunk */
  gboolean at_end;
  GError *error; /* (owned) (nullable) */
} PalCmsContent;

CMS_ContentInfo *
pal_cms_frame_read (PalCmsContent *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_cms_frame_begins (BIO *bio);
BIO *pal_cms_content_open (PalCmsContent *content);

gpointer pal_cms_bio_method (const char *name, int (*write) (BIO *, const char *, int),
                             int (*read) (BIO *, char *, int));

G_END_DECLS
