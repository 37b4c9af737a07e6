// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"
#include "pal-consultations.h"
#include "pal-letter.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* Within this folder: a paper while it is filled. One thread. */

#define PAL_LETTER_GAP "____________" /* to be filled in by hand */

typedef struct
{
  PalDossier *dossier; /* (nullable) */
  const PalLetterOrder *order;
  const char *language;
  const char *today;
  PalCatalogue *catalogue;         /* (nullable): English needs none */
  PalConsultations *consultations; /* (nullable): once somebody asked */
  GHashTable *forms;               /* id -> PalResponse: an empty one, for the labels of choices */
  GHashTable *articles;            /* (nullable): "untoc:5" -> label */
  GPtrArray *article_order;        /* (nullable) (element-type utf8) */
  GHashTable *questionnaire;       /* (nullable): node without rows -> value */
  PalPaper *paper;
  GPtrArray *warnings;
  GPtrArray *told;
  GCancellable *cancellable;
} PalLetterWriting;

typedef gboolean (*PalLetterFill) (PalLetterWriting *self, GError **error);

/* --- pal-letter-words.c: what the program says, in the language of the paper */

PalCatalogue *pal_letter_load_words (const char *language, GError **error);
const char *pal_letter_get_words (PalLetterWriting *self, const char *text);
char *pal_letter_dup_words (PalLetterWriting *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same, onto the paper. */
void pal_letter_add (PalLetterWriting *self, PalPaperBlockKind kind, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void pal_letter_add_heading (PalLetterWriting *self, guint level, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* Begins the paper. */
void pal_letter_begin (PalLetterWriting *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* "What: value", or nothing without a value. */
void pal_letter_add_fact (PalLetterWriting *self, const char *words, const char *value);
/* value, or a gap that a person fills in. */
const char *pal_letter_or_gap (PalLetterWriting *self, const char *value);
char *pal_letter_dup_date (PalLetterWriting *self, const char *date); /* date: (nullable) */
void pal_letter_add_closing (PalLetterWriting *self);

void pal_letter_warn (PalLetterWriting *self, PalLetterWarningKind kind, guint n,
                      const char *text); /* nothing when n is 0 */

/* --- pal-letter-facts.c: what the records say */

PalConsultations *pal_letter_get_consultations (PalLetterWriting *self, GError **error);
/* Of one record, or of the only one of its form: path without rows -> value; what stands in rows
 * is joined by line feeds. Empty when there is none. */
GHashTable *pal_letter_read_record (PalLetterWriting *self, const char *form_id, const char *record,
                                    GError **error);
/* record -> value, of a question that stands in no row. */
GHashTable *pal_letter_read_answers (PalLetterWriting *self, const char *form_id, const char *node,
                                     GError **error);
/* (nullable): "/general/state/name" of the questionnaire */
const char *pal_letter_get_general (PalLetterWriting *self, const char *end);
/* What a choice is called: path of its question. Never NULL. */
char *pal_letter_dup_choice (PalLetterWriting *self, const char *form_id, const char *node,
                             const char *value);
/* The same of several, as a list. (nullable) */
char *pal_letter_dup_choices (PalLetterWriting *self, const char *form_id, const char *node,
                              const char *values);
char *pal_letter_dup_type (PalLetterWriting *self, const char *type);
const char *pal_letter_get_article (PalLetterWriting *self, const char *ref);
GPtrArray *pal_letter_get_article_order (PalLetterWriting *self);

/* What a point changed in an answer. */
typedef struct
{
  char *label;  /* (nullable) */
  char *before; /* (nullable) */
  char *after;  /* (nullable) */
  gboolean has_change;
} PalLetterChange;
void pal_letter_change_free (PalLetterChange *change);
/* points: (element-type PalRaisedPoint). point -> GPtrArray of PalLetterChange */
GHashTable *pal_letter_find_changes (PalLetterWriting *self, GPtrArray *points, GError **error);
const char *pal_letter_get_decision (PalLetterWriting *self, PalDecision decision);

/* --- one file each */

gboolean pal_letter_fill_request (PalLetterWriting *self, GError **error);
gboolean pal_letter_fill_invitation (PalLetterWriting *self, GError **error);
gboolean pal_letter_fill_feedback (PalLetterWriting *self, GError **error);
gboolean pal_letter_fill_pledge (PalLetterWriting *self, GError **error);
gboolean pal_letter_fill_report (PalLetterWriting *self, GError **error);
gboolean pal_letter_fill_pilot (PalLetterWriting *self, GError **error);
gboolean pal_letter_fill_statement (PalLetterWriting *self, GError **error);

G_END_DECLS
