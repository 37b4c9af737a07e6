// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-submission.h"

#include "pal-response.h"

G_BEGIN_DECLS

typedef enum
{
  PAL_SOURCE_FORM,
  PAL_SOURCE_INSTANCE,
  PAL_SOURCE_ATTACHMENT
} PalSourceKind;

/* Where a file of the package comes from; one for each PalSubmissionFile, in the same order. */
typedef struct
{
  PalSubmissionFile *file; /* (unowned) */
  PalSourceKind kind;
  char *id;          /* (owned): of the form, of the record; name of the attachment */
  char *version;     /* (owned) (nullable): of the form */
  char *form_id;     /* (owned) (nullable): of the record */
  GBytes *bytes;     /* (owned) (nullable): content; an attachment is read when it is written */
  char *sha256;      /* (owned): of the content */
  GPtrArray *held;   /* (owned) (nullable) (element-type PalHeld): of the record, what stays here */
  gint64 changed_us; /* of the record */
} PalSource;

struct _PalSubmission
{
  GObject parent_instance;

  PalDossier *dossier;   /* (owned) */
  char *language;        /* (owned) (nullable): in which people read titles */
  GPtrArray *files;      /* (owned) (element-type PalSubmissionFile) */
  GPtrArray *sources;    /* (owned) (element-type PalSource) */
  GPtrArray *points;     /* (owned) (element-type PalOpenPoint) */
  GPtrArray *open_nodes; /* (owned) (element-type utf8) */

  char *state_name;       /* (owned) (nullable) */
  char *cluster;          /* (owned) (nullable) */
  GStrv languages;        /* (owned) (nullable) */
  GHashTable *disclosure; /* (owned) (element-type utf8 utf8) */
  char *supersedes;       /* (owned) (nullable): SHA-256 of the archive delivered before */
  char *cleared_by;       /* (owned) (nullable) */
  gint64 cleared_us;
  char *edition;    /* (owned) (nullable): its digest */
  char *package_id; /* (owned) (nullable): of the one written last */
  guint n_kept;     /* records that may not go: restricted, or without consent */
};

/* Fills a new submission from its dossier. Blocking. */
gboolean pal_submission_look (PalSubmission *self, GCancellable *cancellable, GError **error);

/* What shall be written, fixed when writing is asked for: files may be chosen anew meanwhile. */
typedef struct _PalPlan PalPlan;
PalPlan *pal_plan_new (PalSubmission *self, const char *path, PalIdentity *identity);
void pal_plan_free (PalPlan *self);
gboolean pal_plan_run (PalPlan *self, PalSubmissionProgress progress, gpointer progress_data,
                       GCancellable *cancellable, GError **error);

G_END_DECLS
