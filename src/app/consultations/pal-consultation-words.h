// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the choices of a consultation are called in the language of the program: the pictures of
 * consultations name types, articles and instruments without opening a record. Immutable. */

typedef struct
{
  char *id;    /* as answers have it */
  char *label; /* in the program's language */
} PalNamedChoice;

typedef struct
{
  PalNamedChoice choice; /* id: as p:ref, "untoc:5" */
  char *cluster;         /* "I" ... "IV" */
  char *instrument;      /* "untoc" */
  char *number;          /* "5" */
} PalNamedArticle;

typedef struct
{
  GPtrArray *types;       /* (element-type PalNamedChoice) */
  GPtrArray *methods;     /* likewise */
  GPtrArray *clusters;    /* likewise */
  GPtrArray *instruments; /* likewise */
  GPtrArray *origins;     /* likewise: of invitations */
  GPtrArray *replies;     /* likewise */
  GPtrArray *reached;     /* likewise: objectives */
  GPtrArray *articles;    /* (element-type PalNamedArticle): cluster by cluster */
} PalConsultationWords;

void pal_consultation_words_load_async (const char *language, GAsyncReadyCallback callback,
                                        gpointer user_data);
PalConsultationWords *
pal_consultation_words_load_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_consultation_words_free (PalConsultationWords *self);
/* (nullable): of one of the lists. */
const char *pal_named_choice_find (GPtrArray *choices, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalConsultationWords, pal_consultation_words_free)

G_END_DECLS
