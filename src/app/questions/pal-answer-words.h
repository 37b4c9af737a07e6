// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* Answers and where they come from, as a person reads them: in histories, and where people wrote
 * apart from each other. All: (transfer full). */

/* value: (nullable), in the canonical form of the control. */
char *pal_answer_dup_words (PalResponse *response, PalFormControl *control, PalNode *node,
                            const char *value) G_GNUC_WARN_UNUSED_RESULT;
/* A date and a time of day. */
char *pal_answer_dup_time (gint64 clock_us) G_GNUC_WARN_UNUSED_RESULT;
/* When, and on which computer. */
char *
pal_answer_dup_origin (PalDossier *dossier, const PalChange *change) G_GNUC_WARN_UNUSED_RESULT;
/* Names are of any script: each keeps its own direction. author: (nullable) */
char *pal_answer_dup_author (const char *author) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
