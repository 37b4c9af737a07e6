// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Records of which the review of a State has one each, beside its questionnaire: the profile of the
 * country, the pledge, what the review found. They are no answers, and leave in no submission. */

typedef struct
{
  const char *form_id;
  const char *state;   /* node with the name of the State */
  const char *cluster; /* (nullable): node with the cluster */
} PalReviewPaper;

extern const PalReviewPaper pal_review_papers[];
extern const guint pal_n_review_papers;

const PalReviewPaper *pal_review_paper_find (const char *form_id);

/* Id of the record, which is made if there is none. Blocking. */
char *pal_review_paper_prepare (PalDossier *dossier, const PalReviewPaper *paper, const char *state,
                                const char *cluster, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
