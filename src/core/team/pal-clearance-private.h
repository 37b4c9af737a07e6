// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearance.h"
#include "pal-consultations.h"
#include "pal-questionnaire.h"

G_BEGIN_DECLS

char *pal_clearance_key (const char *record, const char *page) G_GNUC_WARN_UNUSED_RESULT;
char *pal_clearance_dup_generic (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* The same of questionnaires that were loaded already. */
PalClearance *pal_clearance_look_at (PalDossier *dossier, GPtrArray *questionnaires,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether a page applies, so that it has to be cleared. */
gboolean pal_clearance_counts (const PalPageClearance *page);
PalPoint *pal_clearance_add_point (GPtrArray *points, PalPointKind kind, const char *record,
                                   const char *node, const char *comment);
/* Points, one a line: what it is, and the node. (nullable) when there are none. */
char *pal_clearance_dup_points (GPtrArray *points) G_GNUC_WARN_UNUSED_RESULT;

/* page: path of its group; node: of the question, or of the page. */
typedef void (*PalUnconsideredFunc) (const char *page, const char *node,
                                     const PalRaisedPoint *point, gpointer user_data);
void
pal_clearance_find_unconsidered (PalConsultations *consultations, PalQuestionnaire *questionnaire,
                                 PalUnconsideredFunc func, gpointer user_data);

G_END_DECLS
