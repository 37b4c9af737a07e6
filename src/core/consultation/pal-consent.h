// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"
#include "pal-parcel.h"
#include "pal-purge.h"

G_BEGIN_DECLS

/* Somebody takes back what they agreed to. What rests on it goes from the records as one act, which
 * can be undone until the texts are purged; and it is said honestly what went out before. What is
 * kept of it (form `withdrawal`) names places, never people or words. */

#define PAL_WITHDRAWAL_FORM "withdrawal"
#define PAL_WITHDRAWAL_ACT "Consent withdrawn"

typedef enum
{
  PAL_WITHDRAWN_CONSULTATION, /* all that was said: date, method, articles and totals stay */
  PAL_WITHDRAWN_POINT,
  PAL_WITHDRAWN_PARTICIPANT, /* type and region stay */
  PAL_WITHDRAWN_STAKEHOLDER,
  PAL_WITHDRAWN_ARRIVAL, /* the file in the inbox that says it, as a whole */
  PAL_N_WITHDRAWN
} PalWithdrawnKind;
const char *pal_withdrawn_kind_to_string (PalWithdrawnKind kind);

/* Something that goes. */
typedef struct
{
  PalWithdrawnKind kind;
  char *record;
  char *node;  /* (nullable): path of the row */
  char *words; /* (nullable): what it says, as long as it is there */
} PalWithdrawnItem;

/* An answer on which it was quoted, or to which it was tied: a person has to look at it. */
typedef struct
{
  char *record;
  char *node;
  gint64 time_us; /* since when */
} PalWithdrawnAnswer;

/* A package that is out already. */
typedef struct
{
  PalParcel *parcel;
  gboolean has_record; /* the record itself was in it */
  gboolean has_answer; /* an answer that rests on it was */
} PalWithdrawnParcel;

typedef struct
{
  char *id; /* (nullable): of the withdrawal; NULL: nothing was done yet */
  PalWithdrawnKind kind;
  char *record;
  char *node;         /* (nullable) */
  GPtrArray *items;   /* (element-type PalWithdrawnItem) */
  GPtrArray *answers; /* (element-type PalWithdrawnAnswer) */
  GPtrArray *parcels; /* (element-type PalWithdrawnParcel): newest first */
  char *remark;       /* (nullable): before it is done: what a comment says at each answer */
  char *author;       /* (nullable) */
  gint64 time_us;
  char *purged; /* (nullable): when the texts went for good, RFC 3339 */
} PalWithdrawal;
void pal_withdrawal_free (PalWithdrawal *self);

/* What would go; writes nothing. node: (nullable): path of a point or a participant.
 * PAL_DOSSIER_ERROR_NOT_FOUND: there is no such thing, or it is gone already. Blocking. */
PalWithdrawal *pal_withdrawal_look (PalDossier *dossier, const char *record, const char *node,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_withdrawal_look_async (PalDossier *dossier, const char *record, const char *node,
                                GAsyncReadyCallback callback, gpointer user_data);
PalWithdrawal *pal_withdrawal_look_finish (GAsyncResult *result, GError **error);

/* Does it, as one act. written: (out) (nullable). Blocking. */
gboolean pal_withdrawal_apply (PalWithdrawal *self, PalDossier *dossier, PalLogSpan *written,
                               GError **error);
/* (transfer full) self; it comes back from finish. */
void pal_withdrawal_apply_async (PalWithdrawal *self, PalDossier *dossier,
                                 GAsyncReadyCallback callback, gpointer user_data);
PalWithdrawal *
pal_withdrawal_apply_finish (GAsyncResult *result, PalLogSpan *written, GError **error);

/* (element-type PalWithdrawal): all that were done, newest first; words are gone. Blocking. */
GPtrArray *pal_withdrawal_list (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the texts out for good, with what was said about them, and what they say in other
 * languages. It is not undone, and the log keeps a line about it. Blocking. */
gboolean
pal_withdrawal_purge (PalWithdrawal *self, PalDossier *dossier, PalPurged **purged, GError **error);
/* self must live until callback. */
void pal_withdrawal_purge_async (PalWithdrawal *self, PalDossier *dossier,
                                 GAsyncReadyCallback callback, gpointer user_data);
PalPurged *pal_withdrawal_purge_finish (GAsyncResult *result, GError **error);

/* --- what is due */

typedef enum
{
  PAL_DUE_RETENTION, /* the day has come on which it is to be deleted */
  PAL_DUE_CONSENT    /* the consent ended: it goes in no package any more */
} PalDueKind;

typedef struct
{
  PalDueKind kind;
  const char *form_id;
  char *record;
  const char *node; /* the question that says the day */
  char *words;      /* (nullable): title or name */
  char *date;       /* ISO 8601 */
} PalDue;
void pal_due_free (PalDue *due);

/* (element-type PalDue): the oldest first. today: ISO 8601. */
GPtrArray *
pal_due_list (PalConsultations *consultations, const char *today) G_GNUC_WARN_UNUSED_RESULT;

/* Removes a record and takes its texts out for good, with comments on it and translations. The log
 * keeps a line about it. Blocking. */
gboolean
pal_retention_purge (PalDossier *dossier, const char *record, PalPurged **purged, GError **error);
void pal_retention_purge_async (PalDossier *dossier, const char *record,
                                GAsyncReadyCallback callback, gpointer user_data);
PalPurged *pal_retention_purge_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalWithdrawal, pal_withdrawal_free)

G_END_DECLS
