// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consent.h"

G_BEGIN_DECLS

/* What is out, and what was taken back: as far as this dossier knows, said as it is. */

typedef struct
{
  PalParcel *parcel;
  GPtrArray
      *people;  /* (element-type utf8): whom records in it are about, or what they are called */
  guint n_gone; /* records in it that are not here any more */
  gboolean is_by_rest; /* of one record: only an answer that rests on it was in the parcel */
} PalSentParcel;

typedef struct
{
  char *record;           /* (nullable): of one record only */
  char *words;            /* (nullable): what that is called */
  GPtrArray *parcels;     /* (element-type PalSentParcel): newest first */
  GPtrArray *withdrawals; /* (element-type PalWithdrawal): newest first */
} PalSent;
void pal_sent_free (PalSent *self);

/* record: (nullable): id of a consultation or a card that is there; NULL: all. Blocking. */
PalSent *
pal_sent_look (PalDossier *dossier, const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_sent_look_async (PalDossier *dossier, const char *record, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
PalSent *pal_sent_look_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalSent, pal_sent_free)

G_END_DECLS
