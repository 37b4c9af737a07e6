// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-upgrade.h"

G_BEGIN_DECLS

/* The versions of a form that a dossier has, read when they are needed. Blocking; not the worker.
 */
typedef struct _PalVersions PalVersions;

PalVersions *pal_versions_new (PalDossier *dossier, const char *form_id,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_versions_free (PalVersions *self);
/* NULL with error: it is not there, or cannot be read. (transfer none) */
PalForm *pal_versions_get (PalVersions *self, const char *version, GError **error);
PalForm *pal_versions_get_newest (PalVersions *self); /* (nullable) (transfer none) */
guint pal_versions_count (PalVersions *self);
/* Newest first; none when there is only one: (element-type PalForm), unowned. */
GPtrArray *pal_versions_list (PalVersions *self) G_GNUC_WARN_UNUSED_RESULT;

/* An answer as a person reads it: question, place and words from the newest version that asked it.
 * rows: path of a row -> its number in its repeat, from 1. */
PalAnswer *pal_versions_describe (PalVersions *self, const PalChange *head, GHashTable *rows,
                                  const char *language) G_GNUC_WARN_UNUSED_RESULT;
GHashTable *pal_orphans_number_rows (GPtrArray *heads) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_orphans_is_misfit (PalForm *form, PalFormNode *node, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalVersions, pal_versions_free)

G_END_DECLS
