// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-handout.h"
#include "pal-session.h"

G_BEGIN_DECLS

/* What a return would bring, gathered by article: only what a person would call an answer counts.
 */

typedef struct
{
  const PalMergedNode *node; /* (unowned) */
  PalFormControl *control;   /* (nullable) */
} PalReturnAnswer;

typedef struct
{
  char *page;         /* path */
  char *title;        /* of the page */
  GPtrArray *answers; /* (element-type PalReturnAnswer) */
  guint n_new, n_changed, n_emptied, n_conflicts;
} PalReturnPage;

typedef struct
{
  GPtrArray *pages; /* (element-type PalReturnPage): in the order of the questionnaire */
  guint n_answers;  /* on all pages */
  guint n_conflicts;
  guint n_attachments;
  guint n_comments;
  guint n_consultations; /* and stakeholders met */
} PalReturnSummary;

/* nodes: (element-type PalMergedNode): must live as long as the summary. */
PalReturnSummary *
pal_return_summary_new (PalSession *session, GPtrArray *nodes) G_GNUC_WARN_UNUSED_RESULT;
void pal_return_summary_free (PalReturnSummary *summary);

/* "3 new, 1 changed, 1 conflict" */
char *pal_return_page_dup_words (const PalReturnPage *page) G_GNUC_WARN_UNUSED_RESULT;
/* Everything in one sentence. */
char *pal_return_summary_dup_words (const PalReturnSummary *summary) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalReturnSummary, pal_return_summary_free)

G_END_DECLS
