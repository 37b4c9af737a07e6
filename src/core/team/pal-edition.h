// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-clearance.h"
#include "pal-identity.h"

G_BEGIN_DECLS

/* What was cleared as a whole, under the digest of all its answers: a record of the form "edition".
 *
 * The name of an edition is the SHA-256, in hexadecimal digits, of this text in UTF-8, each line
 * ended by a line feed:
 *
 *   palermo-edition-1
 *   record ID FORM VERSION                 for each questionnaire, by id
 *   PATH<tab>VALUE                         for each of its answers, in the order of the form
 *
 * An answer is what a person gave and what applies: calculated values and answers of questions that
 * are not relevant are not in it. PATH has row ids. In VALUE backslash, tab, line feed and carriage
 * return are written \\, \t, \n and \r.
 *
 * The record holds no answers, so that a text that has to go is gone: it names for each answer the
 * change in the log that gave it. */

#define PAL_EDITION_FORM "edition"

/* Titles of the acts. */
#define PAL_EDITION_ACT "Edition"
#define PAL_PACKED_ACT "Packed"

typedef struct
{
  char *id; /* of the record */
  char *digest;
  char *author;
  gint64 time_us;
  guint n_answers;
  char *open;    /* (nullable): what was open all the same, a point a line */
  char *archive; /* (nullable): SHA-256 of the archive in which it was packed */
  char *packed;  /* (nullable): when, RFC 3339 */
} PalEdition;
void pal_edition_free (PalEdition *edition);

/* (element-type PalEdition): oldest first. Blocking. */
GPtrArray *pal_edition_list (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* When everything is cleared: the edition of that, a new one unless there is one already; NULL
 * without an error when something is not cleared. Blocking. */
PalEdition *pal_edition_freeze (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The edition that says what the dossier says now; NULL without an error when there is none. */
PalEdition *
pal_edition_find_present (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Notes in which archive it went. Blocking. */
gboolean pal_edition_note_packed (PalDossier *dossier, const PalEdition *edition,
                                  const char *archive_sha256, GError **error);

/* --- supplement: what is other than in the edition that was packed last */

#define PAL_EDITION_ERROR (pal_edition_error_quark ())
typedef enum
{
  PAL_EDITION_ERROR_NONE,   /* no edition was packed yet: there is nothing to supplement */
  PAL_EDITION_ERROR_NOTHING /* nothing changed */
} PalEditionError;
GQuark pal_edition_error_quark (void);

typedef struct
{
  char *record;
  char *node;
  char *label;          /* "" when there is none */
  char *from;           /* (nullable): nothing; also when its text was taken out of the file */
  char *to;             /* (nullable): nothing */
  gboolean is_relevant; /* FALSE: the answer went since its question no longer applies */
  gboolean from_purged;
  char *author; /* (nullable): who; likewise when; of the last change of it */
  gint64 time_us;
  char *reason;     /* (nullable): why its page was opened again */
  char *attachment; /* (nullable): file that is new with it */
} PalAnswerChange;

typedef struct
{
  PalEdition *base;    /* the edition packed last */
  PalEdition *present; /* (nullable): the edition that is there now: without it nobody cleared it */
  char *digest;        /* of all answers now */
  GPtrArray *changes; /* (element-type PalAnswerChange): in the order of the form, then what went */
} PalSupplement;

/* PAL_EDITION_ERROR_NONE; no changes are no error here. Blocking. */
PalSupplement *pal_supplement_look (PalDossier *dossier, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_supplement_free (PalSupplement *self);
/* A package of kind `supplement`: data/supplement.json with the changes, the forms that explain
 * them, and the files that are new. identity: (nullable). PAL_EDITION_ERROR_NOTHING. Blocking. */
gboolean pal_supplement_write (PalSupplement *self, PalDossier *dossier, const char *path,
                               PalIdentity *identity, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalEdition, pal_edition_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalSupplement, pal_supplement_free)

G_END_DECLS
