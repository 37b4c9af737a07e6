// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-response.h"
#include "pal-stakeholder-list.h"

G_BEGIN_DECLS

/* What a list of stakeholders says, and what is strange about it, for people. All:
 * (transfer full). */

char *pal_list_dup_trouble_words (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
/* How the file was read. */
char *pal_list_dup_reading (PalStakeholderList *list) G_GNUC_WARN_UNUSED_RESULT;
/* A line each for new cards, filled cards, rows that are left out. */
char *pal_list_dup_summary (PalStakeholderList *list) G_GNUC_WARN_UNUSED_RESULT;
char *pal_list_dup_column (const PalListColumn *column) G_GNUC_WARN_UNUSED_RESULT;
/* Why a row seems to be there already. */
char *pal_list_dup_likeness (const PalListRow *row) G_GNUC_WARN_UNUSED_RESULT;
char *pal_list_dup_problem (const PalListProblem *problem) G_GNUC_WARN_UNUSED_RESULT;
/* response: an empty card, for the labels of choices. */
char *pal_list_dup_row (PalStakeholderList *list, PalResponse *response,
                        const PalListRow *row) G_GNUC_WARN_UNUSED_RESULT;
/* After it was taken. */
char *pal_list_dup_taken (const PalListTaken *taken) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
