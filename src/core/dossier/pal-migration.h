// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-form-changes.h"

G_BEGIN_DECLS

/* Taking a record from one version of its form to another: what has to be written for that. Pure:
 * looks at heads and at the newer form, and writes nothing. */

/* What becomes of one answer. Only answers that are not empty are counted. */
typedef struct
{
  const PalChange *head; /* (unowned): of the list that was given */
  PalFormNode *node;     /* (nullable): where it belongs; NULL: there is no question for it */
  char *moved;           /* (nullable): its path, when it is another than before */
} PalMigrationStep;

/* heads: as pal_dossier_read_heads() gives them. changes: (nullable) (element-type PalChange): gets
 * what is to be appended. Returns: (element-type PalMigrationStep), in the order of the heads. */
GPtrArray *pal_migration_plan (PalForm *newer, const char *record, GPtrArray *heads,
                               GPtrArray *changes) G_GNUC_WARN_UNUSED_RESULT;

gboolean pal_migration_keeps_values (PalFormNode *node);
/* The node that keeps a value at this very path; NULL: none does, the value is an orphan. */
PalFormNode *pal_migration_find_home (PalForm *form, const char *path);

G_END_DECLS
