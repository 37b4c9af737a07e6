// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* In which language the answers of a dossier are, and into which one they are translated: one
 * record of the form "answer-languages", the same on every computer, so that it travels with a
 * merge. Codes are those of the form: ar, en, es, fr, ru, zh. */

#define PAL_ANSWER_LANGUAGES_FORM "answer-languages"

/* The title of the act, also for undo. */
#define PAL_ANSWER_LANGUAGES_ACT "Languages of the answers"

#define PAL_ANSWER_LANGUAGES_ERROR (pal_answer_languages_error_quark ())
typedef enum
{
  PAL_ANSWER_LANGUAGES_ERROR_UNKNOWN, /* not one of the six */
  PAL_ANSWER_LANGUAGES_ERROR_SAME     /* a translation into the language that it is in */
} PalAnswerLanguagesError;
GQuark pal_answer_languages_error_quark (void);

typedef struct
{
  char *first;  /* (nullable): nobody said */
  char *second; /* (nullable): answers are in one language only */
} PalAnswerLanguages;
void pal_answer_languages_free (PalAnswerLanguages *languages);

const char *const *pal_answer_languages_get_all (void); /* the six codes */

/* Both are blocking. set: (nullable) first, second: NULL clears. */
PalAnswerLanguages *
pal_answer_languages_read (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_answer_languages_set (PalDossier *dossier, const char *first, const char *second,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalAnswerLanguages, pal_answer_languages_free)

G_END_DECLS
