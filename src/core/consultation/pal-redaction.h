// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consent.h"

G_BEGIN_DECLS

/* Words that tell who somebody is are taken out of a text of a consultation or a stakeholder's
 * card: a new text takes its place, as one act, and what stood there before stays in the history or
 * goes for good. Where else the same words stand is said, and left to a person. */

#define PAL_REDACTION_ACT "Redacted"

typedef enum
{
  PAL_LEFT_TEXT,   /* an answer, a comment or whatever else: it says the same */
  PAL_LEFT_ARRIVAL /* the file in the inbox of which the record was made, as it came */
} PalLeftKind;

/* Where the words may still stand. */
typedef struct
{
  PalLeftKind kind;
  char *form_id;
  char *record;
  char *node;  /* (nullable): path with row ids; of a comment, that of the answer it is about */
  char *about; /* (nullable): of a comment: id of the record of that answer */
  char *text;  /* (nullable): what it says there */
} PalLeft;
void pal_left_free (PalLeft *left);

/* Whether a node can be redacted: its form is that of a consultation or of a stakeholder. */
gboolean pal_redaction_is_node (const char *node);

/* (element-type utf8): what stood in before and stands no more in after, as it is looked for. */
GPtrArray *
pal_redaction_list_taken (const char *before, const char *after) G_GNUC_WARN_UNUSED_RESULT;

/* (element-type PalLeft): where else the dossier says what text leaves out: first in the same
 * record, then elsewhere. Writes nothing. Blocking. */
GPtrArray *pal_redaction_look (PalDossier *dossier, const char *record, const char *node,
                               const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_redaction_look_async (PalDossier *dossier, const char *record, const char *node,
                               const char *text, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_redaction_look_finish (GAsyncResult *result, GError **error);

typedef struct
{
  GPtrArray *left;   /* (element-type PalLeft) */
  PalLogSpan span;   /* of the act */
  PalPurged *purged; /* (nullable): what went for good */
  GError *trouble;   /* (nullable): why the purge failed; the new text stands all the same */
} PalRedaction;
void pal_redaction_free (PalRedaction *self);

/* purges: what stood there before goes for good. PAL_DOSSIER_ERROR_NOT_FOUND: there is no such
 * text. Blocking. */
PalRedaction *
pal_redaction_apply (PalDossier *dossier, const char *record, const char *node, const char *text,
                     gboolean purges, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_redaction_apply_async (PalDossier *dossier, const char *record, const char *node,
                                const char *text, gboolean purges, GAsyncReadyCallback callback,
                                gpointer user_data);
PalRedaction *pal_redaction_apply_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalRedaction, pal_redaction_free)

G_END_DECLS
