// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* What records say now, many at once and without their forms: for lists, counts and pictures. */

typedef struct
{
  const char *record;
  const char *node;   /* path with row ids; "" for the record itself */
  const char *value;  /* "" for a row, the record, and what was emptied */
  const char *change; /* id of the one that says so */
  const char *author;
  gint64 clock_us;
  gboolean is_row;
} PalCell;

/* Runs in the dossier's worker, and must not use the dossier; all is borrowed. */
typedef void (*PalCellFunc) (const PalCell *cell, gpointer user_data);

/* record: (nullable): this one alone. Blocking. */
gboolean
pal_dossier_walk_cells (PalDossier *self, const char *form_id, const char *record, PalCellFunc func,
                        gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
