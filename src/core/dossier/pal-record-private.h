// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-record.h"

G_BEGIN_DECLS

PalRecord *pal_record_new (PalDossier *dossier, const char *id, PalResponse *response, guint saw,
                           GPtrArray *orphans);

/* --- pal-record-gather.c */

gboolean pal_record_draws (const PalExpr *calculate);
void pal_record_gather (PalResponse *response, const char *record, GPtrArray *changes);

void
pal_record_gather_row (PalResponse *response, PalNode *row, const char *record, GPtrArray *values);

G_END_DECLS
