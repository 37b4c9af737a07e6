// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* What a list shows of a record without opening it. */
typedef struct
{
  char *record_id;
  char *form_version;
  char *title;   /* "" when it has none yet */
  char *date;    /* "": as answered, ISO 8601 */
  char *type;    /* (nullable): id of a type of stakeholder */
  guint rows;    /* of the repeat that counts: points of a consultation, members of a coalition */
  guint settled; /* of these, how many have been dealt with */
  gboolean removed; /* it can be brought back */
} PalRecordSummary;

void pal_record_summary_free (PalRecordSummary *summary);

/* The kinds of record that have a list. */
typedef struct
{
  const char *form_id;
  const char *title_node;
  const char *date_node;    /* (nullable) */
  const char *type_node;    /* (nullable) */
  const char *row_node;     /* (nullable): generic path of the repeat */
  const char *settled_node; /* (nullable): generic path below it that is filled when settled */
  const char *list_title;   /* N_() */
  const char *empty_text;   /* N_() */
  const char *new_label;    /* N_() */
  const char *untitled;     /* N_() */
} PalRecordKind;

extern const PalRecordKind pal_record_kinds[];
extern const guint pal_n_record_kinds;

/* (element-type PalRecordSummary), newest first; then what was removed, without what nobody ever
 * wrote in. */
void pal_record_summaries_load_async (PalDossier *dossier, const PalRecordKind *kind,
                                      GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_record_summaries_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
