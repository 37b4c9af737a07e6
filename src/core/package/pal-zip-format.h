// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* The zip format (PKWARE APPNOTE 6.3.10), as far as the subset goes. All numbers are little-endian.
 */
#define PAL_ZIP_LOCAL 0x04034b50u
#define PAL_ZIP_CENTRAL 0x02014b50u
#define PAL_ZIP_END 0x06054b50u
#define PAL_ZIP_LARGE_END 0x06064b50u
#define PAL_ZIP_LOCATOR 0x07064b50u
#define PAL_ZIP_DESCRIPTOR 0x08074b50u

#define PAL_ZIP_LOCAL_BYTES 30
#define PAL_ZIP_CENTRAL_BYTES 46
#define PAL_ZIP_END_BYTES 22
#define PAL_ZIP_LARGE_END_BYTES 56
#define PAL_ZIP_LOCATOR_BYTES 20
#define PAL_ZIP_LARGE_LOCAL_BYTES 20

#define PAL_ZIP_EXTRA_LARGE 0x0001 /* 64-bit sizes */
#define PAL_ZIP_FLAG_LEVEL 0x0006
#define PAL_ZIP_FLAG_DESCRIPTOR 0x0008
#define PAL_ZIP_FLAG_UTF8 0x0800
#define PAL_ZIP_STORED 0
#define PAL_ZIP_DEFLATED 8
#define PAL_ZIP_VERSION 20
#define PAL_ZIP_VERSION_LARGE 45
#define PAL_ZIP_MADE_BY (3 << 8 | PAL_ZIP_VERSION_LARGE) /* on a unix */
#define PAL_ZIP_ATTRIBUTES (0100644u << 16)

static inline guint16
pal_zip_get16 (const guint8 *at)
{
  return at[0] | at[1] << 8;
}

static inline guint32
pal_zip_get32 (const guint8 *at)
{
  return pal_zip_get16 (at) | (guint32) pal_zip_get16 (at + 2) << 16;
}

static inline guint64
pal_zip_get64 (const guint8 *at)
{
  return pal_zip_get32 (at) | (guint64) pal_zip_get32 (at + 4) << 32;
}

static inline void
pal_zip_put16 (guint8 *at, guint16 value)
{
  at[0] = value & 0xff;
  at[1] = value >> 8;
}

static inline void
pal_zip_put32 (guint8 *at, guint32 value)
{
  pal_zip_put16 (at, value & 0xffff);
  pal_zip_put16 (at + 2, value >> 16);
}

static inline void
pal_zip_put64 (guint8 *at, guint64 value)
{
  pal_zip_put32 (at, value & 0xffffffff);
  pal_zip_put32 (at + 4, value >> 32);
}

G_END_DECLS
