// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-merge.h"

G_BEGIN_DECLS

/* What is different between two states of a dossier, question by question, as a person reads it. */

typedef enum
{
  PAL_DIFFERENCE_ANSWER,
  PAL_DIFFERENCE_ROW,   /* of a repeat: there before, or after */
  PAL_DIFFERENCE_RECORD /* a whole record: there before, or after; or of another form */
} PalDifferenceKind;

typedef struct
{
  PalDifferenceKind kind;
  char *record;
  char *node;   /* path with row ids; "" for the record itself */
  char *place;  /* (nullable): titles of the groups around the question */
  char *label;  /* (nullable): the question, the title of the rows, or of the form */
  char *before; /* (nullable): in words; NULL: no answer, or not there */
  char *after;  /* (nullable) */
} PalDifference;
void pal_difference_free (PalDifference *difference);

/* nodes: (element-type PalMergedNode). Only what a person answers: what a form fills in unseen is
 * left out. language: (nullable): a code. (element-type PalDifference). Blocking. */
GPtrArray *pal_dossier_describe_nodes (PalDossier *self, GPtrArray *nodes, const char *language,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

void pal_dossier_describe_nodes_async (PalDossier *self, GPtrArray *nodes, const char *language,
                                       GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_describe_nodes_finish (PalDossier *self, GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalDifference, pal_difference_free)

G_END_DECLS
