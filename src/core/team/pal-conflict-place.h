// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Where a conflict belongs that stands under an older name of its question: somebody wrote there
 * while the dossier went on to a newer form. */

typedef struct
{
  char *node; /* (nullable): the question's path now; NULL: the conflict stands where it belongs */
  char *here; /* (nullable): what it says there */
  const PalChange *theirs; /* (unowned) (nullable): what was written under the older name last */
} PalConflictPlace;

PalConflictPlace *pal_conflict_find_place (PalDossier *dossier, const PalConflict *conflict,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_conflict_place_free (PalConflictPlace *place);

/* Title of the act that settles a conflict. */
#define PAL_CONFLICT_ACT "Conflict settled"

/* What has to be appended so that a conflict of values is settled by value: (transfer full)
 * (element-type PalChange). place: (nullable). */
GPtrArray *pal_conflict_settle (const PalConflict *conflict, const PalConflictPlace *place,
                                const char *value) G_GNUC_WARN_UNUSED_RESULT;

/* The same of a row that one removed while another wrote in it: it stays, or it goes. history:
 * (element-type PalChange): of the row. */
GPtrArray *pal_conflict_settle_row (const PalConflict *conflict, GPtrArray *history,
                                    gboolean stays) G_GNUC_WARN_UNUSED_RESULT;
/* Everybody's text, one below the other. place: (nullable). */
char *pal_conflict_dup_both (const PalConflict *conflict,
                             const PalConflictPlace *place) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalConflictPlace, pal_conflict_place_free)

G_END_DECLS
