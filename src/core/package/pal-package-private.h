// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-digest.h"
#include "pal-package-reader.h"

G_BEGIN_DECLS

/* package-format 2.2 */
#define PAL_PACKAGE_MIMETYPE "application/vnd.etsi.asic-e+zip"
#define PAL_PACKAGE_COMMENT "mimetype=application/vnd.etsi.asic-e+zip"
#define PAL_PACKAGE_BAGIT "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#define PAL_PACKAGE_MAX_ENTRIES 1000
#define PAL_PACKAGE_MAX_BYTES ((guint64) 16 * 1024 * 1024 * 1024)
#define PAL_PACKAGE_MAX_RATIO 100
#define PAL_PACKAGE_RATIO_FROM_BYTES (1024 * 1024)
#define PAL_PACKAGE_MAX_MANIFEST (4 * 1024 * 1024)
#define PAL_PACKAGE_MAX_SIGNATURE (8 * 1024 * 1024)
#define PAL_PACKAGE_MAX_SIGNATURES 999
#define PAL_PACKAGE_MAX_NAME 512

/* What names must differ in: NFC, case folded. */
char *pal_package_name_key (const char *name);
/* A set of names of which no two may be equal after folding, and none both file and folder. */
typedef struct _PalNameSet PalNameSet;
PalNameSet *pal_name_set_new (void);
void pal_name_set_free (PalNameSet *self);
gboolean pal_name_set_add (PalNameSet *self, const char *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalNameSet, pal_name_set_free)

/* --- zip: the strict subset --- */

typedef struct
{
  char *name;
  guint16 method; /* 0 stored, 8 deflated */
  guint16 flags;
  guint32 crc;
  guint64 packed; /* bytes in the file */
  guint64 size;   /* bytes that it stands for */
  guint64 offset; /* of the local header */
  guint64 data;   /* offset of the data */
  guint32 attributes;
  guint16 made_by;
  guint16 version; /* needed to unpack it */
  guint16 kind;    /* internal attributes */
  guint16 time;    /* MS-DOS */
  guint16 date;
  gboolean has_extra; /* anything at all beside name and data */
  guint8 sha256[PAL_DIGEST_BYTES];
} PalZipEntry;

void pal_zip_entry_free (PalZipEntry *entry);

typedef struct
{
  int fd;              /* (unowned) */
  guint64 size;        /* of the file */
  guint64 directory;   /* offset of the central directory */
  GPtrArray *entries;  /* (owned) (element-type PalZipEntry): as they lie in the file */
  GHashTable *by_name; /* (owned) (element-type utf8 PalZipEntry) */
  guint64 bytes;       /* all that the entries stand for */
} PalZip;

/* Rules 1 to 3 of the reader, and the limits. fd stays the caller's and must outlive the result. */
PalZip *pal_zip_open (int fd, guint64 max_bytes, GError **error);
void pal_zip_free (PalZip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalZip, pal_zip_free)

/* Octets of the file as they are. */
gboolean pal_zip_read_raw (PalZip *self, guint64 offset, void *out, gsize length, GError **error);

typedef gboolean (*PalZipChunk) (const void *data, gsize length, gpointer user_data,
                                 GError **error);
/* Streams one entry; checks its length; crc: (out): of what came. */
gboolean pal_zip_read (PalZip *self, const PalZipEntry *entry, PalZipChunk chunk,
                       gpointer user_data, guint32 *crc, GCancellable *cancellable, GError **error);
/* The same into memory, CRC checked. */
GBytes *
pal_zip_read_bytes (PalZip *self, const PalZipEntry *entry, gsize max_bytes, GError **error);

typedef struct _PalZipWriter PalZipWriter;

PalZipWriter *pal_zip_writer_new (const char *path, GError **error);
void pal_zip_writer_free (PalZipWriter *self);
guint pal_zip_writer_get_n_entries (PalZipWriter *self);
/* (nullable): of the entries that were packed so far; once */
char *pal_zip_writer_dup_packed (PalZipWriter *self);
/* Bytes copied from elsewhere, which entries added with copy_entry describe. */
gboolean pal_zip_writer_raw (PalZipWriter *self, const void *data, gsize length, GError **error);
void pal_zip_writer_copy_entry (PalZipWriter *self, const PalZipEntry *entry);
/* size: expected bytes, only from 4 GiB on of importance; 0 unknown. */
gboolean pal_zip_writer_begin (PalZipWriter *self, const char *name, guint64 size, GError **error);
gboolean pal_zip_writer_write (PalZipWriter *self, const void *data, gsize length, GError **error);
/* The entry that was ended stays with the writer. */
const PalZipEntry *pal_zip_writer_end (PalZipWriter *self, GError **error);
/* One entry at once; deflated when that saves something. */
const PalZipEntry *pal_zip_writer_add (PalZipWriter *self, const char *name, const void *data,
                                       gsize length, gboolean deflate, GError **error);
gboolean pal_zip_writer_finish (PalZipWriter *self, const char *comment, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalZipWriter, pal_zip_writer_free)

/* --- Packed entries, bit by bit --- */

/* The line of bag-info.txt about the packed entries; ends digest. */
char *pal_package_packed_format (guint n_entries, guint64 bytes, PalDigest *digest);
/* Whether they are as that line says, if there is one and it speaks of them. */
gboolean pal_package_packed_check (PalZip *zip, GError **error);

/* --- ASiCManifest --- */

typedef struct
{
  char *name;
  char *media_type; /* (nullable) */
  gboolean is_root;
  guint bits; /* 256, 384, 512 */
  guint8 digest[PAL_DIGEST_MAX_BYTES];
} PalReference;

void pal_reference_free (PalReference *reference);
PalReference *pal_reference_new (const char *name, const char *media_type, gboolean is_root,
                                 const guint8 sha256[PAL_DIGEST_BYTES]);

/* references: (element-type PalReference) */
GBytes *pal_manifest_format (const char *signature_name, GPtrArray *references);
/* Rule 5. own_name: of the manifest; signature_name: what it must refer to. */
GPtrArray *pal_manifest_parse (GBytes *bytes, const char *own_name, const char *signature_name,
                               GError **error);

/* The number of "META-INF/<stem>NNN<ending>", or -1. */
int pal_package_get_number (const char *name, const char *stem, const char *ending);
/* Appends the manifest over references and its signature. */
gboolean pal_package_append_signature (PalZipWriter *zip, guint number, GPtrArray *references,
                                       PalIdentity *identity, GError **error);

G_END_DECLS
