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

/* Takes texts out for good (consent withdrawn, retention over): clears the node, then removes every
 * value that it ever had; node NULL: of all nodes of the record. The log stays checkable. purged:
 * (out) (optional) (transfer full). Blocking. */
gboolean pal_dossier_purge (PalDossier *self, const char *record, const char *node,
                            PalPurged **purged, GError **error);
void pal_dossier_purge_async (PalDossier *self, const char *record, const char *node,
                              GAsyncReadyCallback callback, gpointer user_data);
PalPurged *pal_dossier_purge_finish (PalDossier *self, GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalPurged, pal_purged_free)

G_END_DECLS
