// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-identity.h"

G_BEGIN_DECLS

/* Dossier -> submission package. */

typedef struct
{
  char *name;          /* inside the package */
  char *title;         /* for people: what a form or a record is called, an attachment's name */
  char *record_name;   /* (nullable): what a record calls itself besides */
  gint64 size;         /* bytes, -1 unknown yet */
  gboolean included;   /* a person may leave a file out */
  gboolean restricted; /* consultation records, stakeholders: off by default */
  char *needs; /* (nullable): name of the file that goes wherever this one goes: a record's form */
  char *with;  /* (nullable): name of the file without which this one stays here: the record whose
                * answer it translates */
} PalSubmissionFile;
void pal_submission_file_free (PalSubmissionFile *file);

#define PAL_TYPE_SUBMISSION (pal_submission_get_type ())
G_DECLARE_FINAL_TYPE (PalSubmission, pal_submission, PAL, SUBMISSION, GObject)

/* Looks at what there is, writes nothing. */
PalSubmission *pal_submission_new (PalDossier *dossier, const char *language,
                                   GCancellable *cancellable, GError **error);
void pal_submission_new_async (PalDossier *dossier, const char *language, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
PalSubmission *pal_submission_new_finish (GAsyncResult *result, GError **error);

GPtrArray *pal_submission_get_files (PalSubmission *self); /* (element-type PalSubmissionFile) */
/* How many records are not among them, as they may not go: restricted, or without consent. */
guint pal_submission_get_n_kept (PalSubmission *self);
/* Whether it is in the archive: included, or needed by a file that is. */
gboolean pal_submission_is_needed (PalSubmission *self, const PalSubmissionFile *file);
gboolean pal_submission_goes (PalSubmission *self, const PalSubmissionFile *file);
/* What a focal point should know before clearing: unanswered required, violated, filled but not
 * relevant. (element-type utf8): node paths. */
GPtrArray *pal_submission_get_open_points (PalSubmission *self);

typedef enum
{
  PAL_OPEN_REQUIRED,   /* asked for, and empty */
  PAL_OPEN_VIOLATED,   /* an answer that does not fit */
  PAL_OPEN_IRRELEVANT, /* an answer that stays here, since its question no longer applies */
  PAL_OPEN_ORPHAN      /* an answer that stays here, since the form does not know it */
} PalOpenKind;
typedef struct
{
  PalOpenKind kind;
  char *record;
  char *node; /* path with row ids */
} PalOpenPoint;
const char *pal_open_kind_to_string (PalOpenKind kind);
/* The same with what is open there; also orphans. (element-type PalOpenPoint) */
GPtrArray *pal_submission_get_points (PalSubmission *self);

/* (nullable): name of the State under review, from the general part */
const char *pal_submission_get_state (PalSubmission *self);

/* Who cleared the content for sending; without it package.json says nobody did. name: (nullable).
 */
void pal_submission_set_cleared (PalSubmission *self, const char *name, gint64 time_us);

/* The edition that goes, by its digest; without it package.json names the digest of its instances.
 * edition: (nullable). */
void pal_submission_set_edition (PalSubmission *self, const char *edition);

/* Whether it is a record of a form. */
gboolean
pal_submission_is_of_form (PalSubmission *self, const PalSubmissionFile *file, const char *form_id);
/* Lets all records of a form go, or stay here: comments go by choice only. Returns: how many. */
guint pal_submission_include_form (PalSubmission *self, const char *form_id, gboolean included);

/* Writes and signs; identity: (nullable). progress: 0..1, called in the caller's main context for
 * the async form. sha256: (out) (nullable). */
typedef void (*PalSubmissionProgress) (double fraction, gpointer user_data);
gboolean pal_submission_write (PalSubmission *self, const char *path, PalIdentity *identity,
                               PalSubmissionProgress progress, gpointer progress_data,
                               GCancellable *cancellable, GError **error);
void pal_submission_write_async (PalSubmission *self, const char *path, PalIdentity *identity,
                                 PalSubmissionProgress progress, gpointer progress_data,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean pal_submission_write_finish (PalSubmission *self, GAsyncResult *result, GError **error);
/* (nullable): id of the package that was written last, see pal_parcel_name_archive() */
const char *pal_submission_get_package_id (PalSubmission *self);

G_END_DECLS
