// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Which records went in which archive: so that it can be told later, honestly, what is out. Ids and
 * places alone; kept beside the log, as deliveries are. */

typedef enum
{
  PAL_PARCEL_SUBMISSION, /* a package of the whole, for the review */
  PAL_PARCEL_SUPPLEMENT, /* what changed since */
  PAL_PARCEL_SECTION,    /* pages that were handed to a colleague */
  PAL_N_PARCELS
} PalParcelKind;
const char *pal_parcel_kind_to_string (PalParcelKind kind);

typedef struct
{
  PalParcelKind kind;
  char *id; /* of the package */
  gint64 time_us;
  char *archive_sha256;        /* (nullable): until somebody names it */
  GStrv records;               /* what was in it: "ID", or "ID/path" when only that of it was */
  PalDeliveryRecord *delivery; /* (nullable): NULL: it was written to a file; who got it is not
                                * known here */
} PalParcel;
void pal_parcel_free (PalParcel *parcel);

/* records: (element-type utf8): as PalParcel.records has them. Blocking. */
gboolean pal_parcel_note (PalDossier *dossier, PalParcelKind kind, const char *id,
                          GPtrArray *records, GError **error);
/* Whether a record was in it, whole or in part; whether an answer was. */
gboolean pal_parcel_has_record (const PalParcel *parcel, const char *record);
gboolean pal_parcel_has_answer (const PalParcel *parcel, const char *record, const char *node);
/* Once the digest of the archive is known: by it a delivery is found. Blocking. */
gboolean pal_parcel_name_archive (PalDossier *dossier, const char *id, const char *archive_sha256,
                                  GError **error);
void pal_parcel_name_archive_async (PalDossier *dossier, const char *id, const char *archive_sha256,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_parcel_name_archive_finish (GAsyncResult *result, GError **error);
/* (element-type PalParcel): newest first. Blocking. */
GPtrArray *pal_parcel_list (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalParcel, pal_parcel_free)

G_END_DECLS
