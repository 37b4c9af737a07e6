// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Many submissions -> one set of data, for a general report. What one submission holds is in memory
 * while it is written, of the others only what stands here. */

#define PAL_COLLATE_ERROR (pal_collate_error_quark ())
typedef enum
{
  PAL_COLLATE_ERROR_PACKAGE, /* it does not hold, or nobody here knows who signed it */
  PAL_COLLATE_ERROR_CONTENT, /* it holds, and is no submission that can be read */
  PAL_COLLATE_ERROR_FORMAT   /* no such kind of file */
} PalCollateError;
GQuark pal_collate_error_quark (void);

typedef struct
{
  char *path;
  char *sha256; /* of the archive */
  char *id;
  char *dossier;
  char *state;      /* (nullable) */
  char *cluster;    /* (nullable) */
  char *edition;    /* (nullable) */
  char *supersedes; /* (nullable): SHA-256 of an archive */
  char *created;    /* (nullable): RFC 3339 */
  char *cleared_by; /* (nullable) */
  char *disclosure; /* "answers=parties feedback=public" */
  char *languages;  /* "en fr" */
  char *signer;
  char *fingerprint;
  gboolean trusted;
  guint n_answers; /* after writing */
} PalCollated;

typedef struct _PalCollation PalCollation;

/* trust: (element-type utf8): PEM paths. */
PalCollation *pal_collation_new (GPtrArray *trust, gboolean accepts_unknown);
void pal_collation_free (PalCollation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCollation, pal_collation_free)

/* code: (out): of the verification. Blocking. */
gboolean pal_collation_add (PalCollation *self, const char *path, int *code, GError **error);
/* Those that count: each archive once, none that a later one replaces.
 * (element-type PalCollated) */
GPtrArray *pal_collation_list (PalCollation *self);
guint pal_collation_get_n_replaced (PalCollation *self);

/* The ending of path says what is written: .csv, .json, .sqlite. Blocking. */
gboolean pal_collation_can_write (const char *path, gboolean for_spreadsheet, GError **error);
gboolean pal_collation_write (PalCollation *self, const char *path, gboolean for_spreadsheet,
                              GCancellable *cancellable, GError **error);

G_END_DECLS
