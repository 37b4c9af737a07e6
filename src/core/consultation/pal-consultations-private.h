// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"

G_BEGIN_DECLS

/* Within this folder: what was read of the records of one form. */

#define PAL_N_READING_FORMS 3

typedef struct
{
  char *form_id;
  char *record;        /* (nullable): the only one that was looked at */
  GHashTable *objects; /* (owned) (element-type utf8 any): by id of the record */
  /* The one at hand: */
  gpointer object;
  const char *row; /* (nullable): path of the last row met */
  gpointer row_object;
} PalReading;

/* consultation, stakeholder, thread */
extern const char *const pal_reading_forms[PAL_N_READING_FORMS];

/* record: (nullable): all of the form. */
PalReading *pal_reading_new (const char *form_id, const char *record) G_GNUC_WARN_UNUSED_RESULT;
void pal_reading_free (PalReading *self);
/* Blocking. */
gboolean
pal_reading_fill (PalReading *self, PalDossier *dossier, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalReading, pal_reading_free)

G_END_DECLS
