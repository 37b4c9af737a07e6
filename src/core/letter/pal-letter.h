// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-paper.h"

G_BEGIN_DECLS

/* Letters and reports about consultations, filled from what the records say, in the language of
 * whoever shall read them. Nothing is sent and nothing is marked here: a person reads a paper,
 * changes it in a word processor, and decides. */

/* A row in the table of pal-letter.c and one file add a paper. */
typedef struct
{
  const char *id;      /* "letter", "invitation", ... */
  const char *title;   /* English; for gettext */
  const char *summary; /* one sentence; likewise */
  const char *form;    /* (nullable): of the records that it may be about */
} PalLetterKind;
const PalLetterKind *pal_letter_list_kinds (guint *n_kinds);
const PalLetterKind *pal_letter_find_kind (const char *id); /* (nullable) */

/* All but kind and language may be NULL. */
typedef struct
{
  const char *kind;
  const char *language;     /* code: "ar", "zh_CN" */
  const char *record;       /* what it is about; NULL: the first that fits, or all */
  const char *point;        /* feedback: row of one of the points of whoever gets the letter */
  const char *to;           /* invitation: record of the stakeholder */
  const char *date;         /* ISO 8601; NULL: today */
  gboolean with_restricted; /* report: points that are for few, too */
} PalLetterOrder;

typedef enum
{
  PAL_LETTER_WARNING_BLANK,      /* places that are to be filled in by hand: n */
  PAL_LETTER_WARNING_LEFT_OUT,   /* points for few that are not in it: n */
  PAL_LETTER_WARNING_RESTRICTED, /* points for few that are in it: n */
  PAL_LETTER_WARNING_KEPT,       /* consultations that nobody agreed to tell of: n */
  PAL_LETTER_WARNING_SMALL,      /* numbers under five that are not told: n */
  PAL_LETTER_WARNING_UNDECIDED,  /* points on which nobody decided yet: n */
  PAL_LETTER_WARNING_UNNAMED,    /* goes to somebody whose name is not known */
  PAL_LETTER_WARNING_COUNTRY,    /* names a country: text is the word */
  PAL_LETTER_WARNING_CONFIRM,    /* attendance is to be confirmed until: text is the day */
  PAL_LETTER_N_WARNINGS
} PalLetterWarningKind;
const char *pal_letter_warning_kind_to_string (PalLetterWarningKind kind);

typedef struct
{
  PalLetterWarningKind kind;
  guint n;
  char *text; /* (nullable) */
} PalLetterWarning;

/* A point that a letter of feedback tells about. */
typedef struct
{
  char *record;
  char *point;
} PalLetterTold;

/* Fields are for reading. */
typedef struct
{
  PalPaper *paper;
  GPtrArray *warnings; /* (element-type PalLetterWarning) */
  GPtrArray *told;     /* (element-type PalLetterTold): whose feedback can be marked as sent */
} PalLetter;

void pal_letter_free (PalLetter *self);

/* Blocking, any thread but the dossier's worker. dossier: (nullable): only for a letter that is
 * about none. */
PalLetter *pal_letter_make (PalDossier *dossier, const PalLetterOrder *order,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void
pal_letter_make_async (PalDossier *dossier, const PalLetterOrder *order, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data);
PalLetter *pal_letter_make_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a letter to a file, whole or not at all, in a thread; nobody may change the letter
 * meanwhile. */
void
pal_letter_save_async (PalLetter *self, PalPaperFormat format, const char *path,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_letter_save_finish (GAsyncResult *result, GError **error);

/* What says that those who made the points were told on that day. told: (element-type
 * PalLetterTold). */
GPtrArray *pal_letter_list_marks (GPtrArray *told, const char *date) G_GNUC_WARN_UNUSED_RESULT;
/* The same, as one act. Blocking for the one without _async. */
gboolean
pal_letter_mark_told (PalDossier *dossier, GPtrArray *told, const char *date, GError **error);
void pal_letter_mark_told_async (PalDossier *dossier, GPtrArray *told, const char *date,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_letter_mark_told_finish (GAsyncResult *result, GError **error);

/* (transfer full): ISO 8601 */
char *pal_letter_dup_today (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalLetter, pal_letter_free)

G_END_DECLS
