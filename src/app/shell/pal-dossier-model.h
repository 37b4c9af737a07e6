// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-undo.h"

G_BEGIN_DECLS

/* What the window knows of a dossier besides its records: read in the background, read again when
 * something was written that may concern it. There is one of each kind for each dossier, which
 * lives as long. Main thread. */

#define PAL_TYPE_DOSSIER_MODEL (pal_dossier_model_get_type ())
G_DECLARE_DERIVABLE_TYPE (PalDossierModel, pal_dossier_model, PAL, DOSSIER_MODEL, GObject)

struct _PalDossierModelClass
{
  GObjectClass parent_class;

  /* Begins to read; pal_dossier_model_end_reading() says that it is over. */
  void (*read) (PalDossierModel *self);
  /* Something was written, or taken back. back: (nullable): what can be undone now; forth:
   * (nullable): what can be done again. */
  void (*written) (PalDossierModel *self, const PalUndoStep *back, const PalUndoStep *forth);
};

/* (transfer none): a PalDossierModel of this type; it is being read when it is new. */
gpointer pal_dossier_model_of (GType type, PalDossier *dossier);

/* --- for those that are derived; self is a PalDossierModel */

PalDossier *pal_dossier_model_get_dossier (gpointer self);
/* Reads; while that goes on, once more after it. */
void pal_dossier_model_read (gpointer self);
/* What is being read, if anything, is old: once more after it. */
void pal_dossier_model_doubt (gpointer self);
/* TRUE: what was read is old, and it is being read again. */
gboolean pal_dossier_model_end_reading (gpointer self);
void pal_dossier_model_changed (gpointer self);
/* How much of it waits for a person; notify::count. */
void pal_dossier_model_set_count (gpointer self, guint count);
guint pal_dossier_model_get_count (gpointer self);

/* Property "count": how much of it waits for a person, 0 where nothing does. Signals:
 *  "changed": what was read is not what it was before
 */

G_END_DECLS
