// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* Logs out of a dossier and into another: what section and return packages carry as
 * data/changes.jsonl, and what brings two copies of a dossier together. A merge is the union of the
 * logs: nothing is ever replaced, the order of merges does not matter, and merging twice changes
 * nothing. */

/* One JSON object a line: acts, each followed by its changes, in an order in which causes stand
 * before effects. record, prefixes: (nullable): only this record; only nodes at or below these
 * paths (array ends with NULL), the rows around them, and the record itself. Blocking. */
gboolean pal_dossier_write_log (PalDossier *self, const char *record, const char *const *prefixes,
                                GOutputStream *stream, GCancellable *cancellable, GError **error);

typedef enum
{
  PAL_MERGE_DEFAULT = 0,
  PAL_MERGE_PREVIEW = 1 << 0 /* say what it would bring; the file stays as it is */
} PalMergeFlags;

/* A node that a merge touched. */
typedef struct
{
  char *record;
  char *node;           /* "" for the record itself */
  char *before;         /* (nullable): what it said; NULL when it was not there, or said nothing */
  char *after;          /* (nullable): what it says; the newest where people disagree */
  char *incoming;       /* (nullable): what it says there from where the log comes */
  char *author;         /* who wrote that */
  gboolean is_conflict; /* on which a person must decide now */
} PalMergedNode;

typedef struct
{
  char *dossier; /* id of the dossier from which the log comes */
  guint64 n_acts;
  guint64 n_changes;     /* that were new here */
  guint64 n_known;       /* that were here already */
  guint64 n_nodes;       /* that were touched */
  guint n_conflicts;     /* on which a person must decide, that were not there before */
  GPtrArray *nodes;      /* (element-type PalMergedNode): the first thousands of them, by path */
  GPtrArray *authors;    /* (element-type utf8): of what was new, sorted */
  gboolean clock_is_off; /* some of it says that it was written in the future */
  guint64 n_unexpected;  /* nodes that the rules did not expect to be touched */
  GPtrArray *unexpected; /* (element-type PalMergedNode): the first hundreds of them */
  gboolean is_held;      /* nothing was written: see only_expected */
  PalLogSpan span;       /* where it stands now; for pal_dossier_revert() */
} PalMergeReport;
void pal_merged_node_free (PalMergedNode *node);
void pal_merge_report_free (PalMergeReport *report);

PalMergeReport *pal_dossier_merge_log (PalDossier *self, GInputStream *stream, PalMergeFlags flags,
                                       GCancellable *cancellable, GError **error);

/* What is to be looked at, and done, in the same transaction. All of it may be used on the
 * dossier's worker until the merge returns. */
typedef struct
{
  /* (nullable): whether it is no surprise that the merge touches a node; "" for the record. */
  gboolean (*is_expected) (const char *record, const char *node, gpointer user_data);
  gpointer user_data;
  gboolean only_expected; /* a surprise holds it: the report says so, the file stays as it is */
  /* (nullable) (element-type utf8 PalForm): by record: what came in under older names of this form
   * goes on under the present ones. */
  GHashTable *forms;
  const char *undone; /* (nullable): id of the act that took back an earlier merge of this: then
                       * what it took back comes again */
  GPtrArray *changes; /* (nullable) (element-type PalChange): appended, if it brings anything */
  const char *title;  /* (nullable): of what is appended, for the history */
} PalMergeRules;

PalMergeReport *
pal_dossier_merge_by_rules (PalDossier *self, GInputStream *stream, PalMergeFlags flags,
                            const PalMergeRules *rules, GCancellable *cancellable, GError **error);
/* The same from another dossier file, which is not changed. */
PalMergeReport *pal_dossier_merge_file (PalDossier *self, const char *path, PalMergeFlags flags,
                                        GCancellable *cancellable, GError **error);

/* Takes back, as one act, what stands in a span: what it touched says what it said before. */
GPtrArray *pal_dossier_revert (PalDossier *self, const PalLogSpan *span, const char *title,
                               PalLogSpan *written, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalMergeReport, pal_merge_report_free)

G_END_DECLS
