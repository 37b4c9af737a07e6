// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-record.h"

G_BEGIN_DECLS

/* The twin of an answer: what it says in the second language. Records of the form
 * "answer-translation", with an id that follows from answer and language: two people who translate
 * the same answer apart from each other write in the same record, and their words are joined as
 * those of any answer are. */

#define PAL_TWIN_FORM "answer-translation"

/* The title of all acts that are about twins. */
#define PAL_TWIN_ACT "Translation"

#define PAL_TWIN_ERROR (pal_twin_error_quark ())
typedef enum
{
  PAL_TWIN_ERROR_LANGUAGE, /* not one of the six */
  PAL_TWIN_ERROR_NO_ANSWER /* there is nothing to translate */
} PalTwinError;
GQuark pal_twin_error_quark (void);

typedef enum
{
  PAL_TWIN_CURRENT,
  PAL_TWIN_OUT_OF_DATE, /* the answer says something else since */
  PAL_TWIN_MISSING,     /* the answer has none, or an empty one */
  PAL_TWIN_ALONE        /* the answer is empty, or gone */
} PalTwinState;
const char *pal_twin_state_to_string (PalTwinState state);

typedef struct
{
  char *id;
  char *record; /* of the answer; likewise */
  char *node;   /* path with row ids */
  char *language;
  char *text;       /* "" when it is empty */
  char *of_change;  /* names of the changes that it translates, see pal_twin_dup_heads() */
  char *original;   /* what the answer says now; "" */
  char *translated; /* (nullable): what it said then */
  PalTwinState state;
} PalTwin;
void pal_twin_free (PalTwin *twin);
gboolean pal_twin_is_open (const PalTwin *twin); /* missing or out of date */

/* record, language: (nullable): all of them. (element-type PalTwin), by record, node, language.
 * Blocking. */
GPtrArray *pal_twin_list (PalDossier *dossier, const char *record, const char *language,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_twin_list_async (PalDossier *dossier, const char *record, const char *language,
                          GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_twin_list_finish (PalDossier *dossier, GAsyncResult *result,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a translation of the answer as it stands in the dossier now. saw: see PalChange.saw.
 * Blocking. */
gboolean pal_twin_set (PalDossier *dossier, const char *record, const char *node,
                       const char *language, const char *text, guint saw, GError **error);
/* It is right for the answer as it is now, too. Blocking. */
gboolean pal_twin_confirm (PalDossier *dossier, const char *record, const char *node,
                           const char *language, guint saw, GError **error);
/* text: (nullable): NULL confirms. */
void pal_twin_write_async (PalDossier *dossier, const char *record, const char *node,
                           const char *language, const char *text, guint saw,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_twin_write_finish (PalDossier *dossier, GAsyncResult *result, GError **error);

/* (element-type utf8): ids of the records that hold twins of an answer, or of all answers of a
 * record: what is purged with it. node: (nullable). Blocking. */
GPtrArray *pal_twin_list_records (PalDossier *dossier, const char *record, const char *node,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- pure */

/* The newest changes of an answer, by name, as they are kept in of_change. history: (element-type
 * PalChange): of its node, newest first. */
char *pal_twin_dup_heads (GPtrArray *history) G_GNUC_WARN_UNUSED_RESULT;
/* translated: (out) (optional) (nullable) (transfer full) */
PalTwinState pal_twin_compare (GPtrArray *history, const char *original, const char *text,
                               const char *of_change, char **translated);

/* Whether answers to it are words of people, and not a number, an address or a choice. */
gboolean pal_twin_is_for (PalFormControl *control);
/* (element-type utf8): paths with row ids of the answers without a translation that is up to date,
 * in the order of the form. twins: (element-type PalTwin): also of other records. */
GPtrArray *pal_twin_list_open (PalResponse *response, const char *record, const char *language,
                               GPtrArray *twins) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTwin, pal_twin_free)

G_END_DECLS
