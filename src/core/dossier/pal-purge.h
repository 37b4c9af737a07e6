// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Texts that leave for good: out of the file, and out of the backups and copies that the program
 * made of it. What other people have, and what a person copied elsewhere, is out of reach. */

typedef struct
{
  guint n_texts;        /* taken out of the file */
  guint n_copies;       /* backups and copies that were written again without them */
  guint n_removed;      /* backups that could not be read, and were removed */
  GPtrArray *unreached; /* (element-type utf8): paths of copies that may still hold them */
} PalPurged;
void pal_purged_free (PalPurged *purged);

/* A node with all that is below it; node NULL: all of the record. */
typedef struct
{
  char *record;
  char *node;    /* (nullable): path with row ids */
  char *instead; /* (nullable): what the node says from now on, where that is known */
} PalPurgePlace;
PalPurgePlace *pal_purge_place_new (const char *record, const char *node) G_GNUC_WARN_UNUSED_RESULT;
/* The node gets another text at once, as part of the same act. */
PalPurgePlace *pal_purge_place_new_instead (const char *record, const char *node,
                                            const char *text) G_GNUC_WARN_UNUSED_RESULT;
void pal_purge_place_free (PalPurgePlace *place);

/* Takes texts out for good (consent withdrawn, retention over): clears the nodes, then removes
 * every value that they ever had, and what was attached there and nowhere else. What was removed
 * stays removed. The log stays checkable. places: (element-type PalPurgePlace); purged: (out)
 * (optional) (transfer full). Blocking. */
gboolean
pal_dossier_purge_places (PalDossier *self, GPtrArray *places, PalPurged **purged, GError **error);
gboolean pal_dossier_purge (PalDossier *self, const char *record, const char *node,
                            PalPurged **purged, GError **error);
void pal_dossier_purge_async (PalDossier *self, const char *record, const char *node,
                              GAsyncReadyCallback callback, gpointer user_data);
PalPurged *pal_dossier_purge_finish (PalDossier *self, GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPurged, pal_purged_free)

G_END_DECLS
