// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* The draft of a statement for a constructive dialogue: one flat record of its own in a dossier. */

#define PAL_STATEMENT_FORM "statement"

typedef struct
{
  char *organization; /* likewise below: (nullable) */
  char *topic;
  char *day;       /* of the dialogue, ISO 8601 */
  char *announced; /* until when attendance is to be confirmed, if that was announced */
  char *text;
} PalStatement;

void pal_statement_free (PalStatement *self);
/* Empty when there is none yet. Blocking, likewise below for the ones without _async. */
PalStatement *pal_statement_load (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_statement_load_async (PalDossier *dossier, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
PalStatement *
pal_statement_load_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_statement_save (PalDossier *dossier, const PalStatement *statement, GError **error);
void pal_statement_save_async (PalDossier *dossier, const PalStatement *statement,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_statement_save_finish (GAsyncResult *result, GError **error);

/* Until when attendance is to be confirmed: the announced day or 15 days before the dialogue,
 * whichever comes first. (nullable) */
char *
pal_statement_dup_confirm_by (const char *day, const char *announced) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalStatement, pal_statement_free)

G_END_DECLS
