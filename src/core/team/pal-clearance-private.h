// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearance.h"
#include "pal-questionnaire.h"

G_BEGIN_DECLS

char *pal_clearance_key (const char *record, const char *page) G_GNUC_WARN_UNUSED_RESULT;
char *pal_clearance_dup_generic (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* The same of questionnaires that were loaded already. */
PalClearance *pal_clearance_look_at (PalDossier *dossier, GPtrArray *questionnaires,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Points, one a line: what it is, and the node. (nullable) when there are none. */
char *pal_clearance_dup_points (GPtrArray *points) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
