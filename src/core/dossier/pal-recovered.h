// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-merge.h"

G_BEGIN_DECLS

/* What a program that was killed had not yet brought into the file: it was found in the log beside
 * it when the dossier was opened for writing, and is in it. */
typedef struct
{
  gint64 n_changes;
  gint64 newest_us; /* time of the last of them */
  PalLogSpan span;  /* for pal_dossier_revert() */
} PalRecovered;

/* FALSE when there was nothing. Any thread. */
gboolean pal_dossier_get_recovered (PalDossier *self, PalRecovered *recovered);

/* What a span of the log changed: (element-type PalMergedNode), by record and path. */
GPtrArray *pal_dossier_compare_span (PalDossier *self, const PalLogSpan *span, GError **error);
void pal_dossier_compare_span_async (PalDossier *self, const PalLogSpan *span,
                                     GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_compare_span_finish (PalDossier *self, GAsyncResult *result, GError **error);

/* The same as pal_dossier_revert(), for the program. */
void pal_dossier_revert_async (PalDossier *self, const PalLogSpan *span, const char *title,
                               GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_revert_finish (PalDossier *self, GAsyncResult *result, GError **error);

G_END_DECLS
