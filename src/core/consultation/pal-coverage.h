// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"

G_BEGIN_DECLS

/* Plan and measure: who could speak to which article, who did, and what became of it. */

typedef struct
{
  guint stakeholders;  /* cards that name the article */
  guint consultations; /* that touched it, with this type taking part or speaking */
  guint points;        /* that name it, or whose consultation does when they name none */
  guint open;          /* of these, without a decision */
  guint taken;         /* wholly or partly */
} PalCoverageCell;

typedef struct _PalCoverage PalCoverage;

/* (nullable): no limit. */
typedef struct
{
  const char *cluster; /* "I" ... "IV": consultations of others are left out */
  const char *region;  /* part of a name, in any case of letters: only cards that serve it */
} PalCoverageScope;

PalCoverage *pal_coverage_new (PalConsultations *consultations,
                               const PalCoverageScope *scope) G_GNUC_WARN_UNUSED_RESULT;
void pal_coverage_free (PalCoverage *self);
/* type: (nullable): all types together; article: (nullable): all articles together. The cell is
 * borrowed and never NULL. */
const PalCoverageCell *pal_coverage_get (PalCoverage *self, const char *type, const char *article);

/* Every cell that counts anything, by type and article; "" for the margins. */
typedef void (*PalCoverageFunc) (const char *type, const char *article, const PalCoverageCell *cell,
                                 gpointer user_data);
void pal_coverage_foreach (PalCoverage *self, PalCoverageFunc func, gpointer user_data);

/* What stands behind a cell: as many as it counts. All is borrowed from the consultations. */
typedef struct
{
  GPtrArray *stakeholders;  /* (element-type PalStakeholder) */
  GPtrArray *consultations; /* (element-type PalConsultation) */
  GPtrArray *points;        /* (element-type PalRaisedPoint) */
} PalCoverageRecords;

/* type, article: (nullable): see pal_coverage_get(). */
PalCoverageRecords *
pal_coverage_find_records (PalConsultations *consultations, const PalCoverageScope *scope,
                           const char *type, const char *article) G_GNUC_WARN_UNUSED_RESULT;
void pal_coverage_records_free (PalCoverageRecords *self);

/* (element-type utf8) (transfer full): what the cards say that they serve, each once, as first
 * written. */
GPtrArray *pal_coverage_list_regions (PalConsultations *consultations) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  guint consultations;
  guint planned;
  guint cancelled;
  guint stakeholders;
  guint organizations; /* that took part, each counted once */
  guint invited;       /* totals of what was said */
  guint attended;
  guint women;
  guint men;
  guint points;
  guint decisions[PAL_N_DECISIONS];
  guint feedbacks[PAL_N_FEEDBACKS];
  guint restricted;
  guint small_numbers; /* consultations that tell of one to four women or men */
} PalIndicators;

void pal_indicators_count (PalConsultations *consultations, PalIndicators *indicators);

/* (element-type PalRaisedPoint) (transfer container): decided, and the source was not told yet;
 * those of one source stand together. */
GPtrArray *pal_feedback_list_owed (PalConsultations *consultations) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCoverage, pal_coverage_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalCoverageRecords, pal_coverage_records_free)

G_END_DECLS
