// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads the entries of somebody else's archive (a workbook, for one) into memory. Every archive is
 * hostile: nothing is written to disk, and count, size and ratio are limited. */

#define PAL_BUNDLE_ERROR (pal_bundle_error_quark ())
typedef enum
{
  PAL_BUNDLE_ERROR_MALFORMED, /* not a ZIP archive, or a damaged one */
  PAL_BUNDLE_ERROR_REFUSED,   /* encrypted, two entries of one name, a name that we do not take */
  PAL_BUNDLE_ERROR_LIMIT      /* too many entries, too large, unpacks to far more than it is */
} PalBundleError;
GQuark pal_bundle_error_quark (void);

typedef struct
{
  gsize max_archive_bytes; /* the file as it lies there */
  guint max_entries;
  gsize max_entry_bytes; /* unpacked */
  gsize max_total_bytes; /* unpacked, of the entries that are kept */
  guint max_ratio;       /* all unpacked bytes to the archive's bytes, from 1 MiB unpacked on */
} PalBundleLimits;

extern const PalBundleLimits PAL_BUNDLE_LIMITS_WORKBOOK;

/* wanted: (nullable): TRUE for the names whose contents are kept; the others are passed over.
 * Returns: (element-type utf8 GBytes): name -> contents. Blocking. */
typedef gboolean (*PalBundleWanted) (const char *name, gpointer user_data);
GHashTable *
pal_bundle_read (GBytes *archive, PalBundleWanted wanted, gpointer user_data,
                 const PalBundleLimits *limits, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An archive of our own, such as an office document. */
typedef struct
{
  char *name;
  GBytes *bytes;
} PalBundleEntry;
PalBundleEntry *pal_bundle_entry_new (const char *name, GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
void pal_bundle_entry_free (PalBundleEntry *self);
/* entries: (element-type PalBundleEntry). Blocking. */
GBytes *pal_bundle_write (GPtrArray *entries, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
