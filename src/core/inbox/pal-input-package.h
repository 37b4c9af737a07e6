// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-identity.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* The other end of the inbox: a dossier that holds one organization's input, and the one file that
 * it hands to a focal point. Such a dossier has a record of the form `input` and no questionnaire.
 *
 * The file is a package of the kind `input`, signed or not (package-format 1 and 2.2):
 *   data/package.json            kind, id, the State as named in the input, its language when one
 *                                was chosen, form, record, attachments, day of packing, program;
 * nothing of the dossier data/forms/input-V.xml data/instances/input.xml     what is relevant
 * alone; versions of one input share instanceID data/attachments/NAME        NAME as the instance
 * has it The inbox reads it as pal_inbox_receive() says. */

#define PAL_INPUT_FORM "input"
/* Of the dossier: code of the language in which the input is written. */
#define PAL_INPUT_META_LANGUAGE "input-language"
/* Of the dossier: the articles that were chosen when it was begun, "tip:3 tip:5"; none: all. */
#define PAL_INPUT_META_ARTICLES "articles"

#define PAL_INPUT_ERROR (pal_input_error_quark ())
typedef enum
{
  PAL_INPUT_ERROR_NONE,      /* no input in this dossier */
  PAL_INPUT_ERROR_ARTICLE,   /* an article that is not in the cluster; the message names it */
  PAL_INPUT_ERROR_OPEN,      /* something required is missing, or an answer does not fit */
  PAL_INPUT_ERROR_ANONYMOUS, /* who stays unknown does not sign: the certificate would name them */
  PAL_INPUT_ERROR_LIMIT      /* more, or larger, attachments than an inbox takes */
} PalInputError;
GQuark pal_input_error_quark (void);

/* --- the dossier */

typedef struct
{
  const char *state;           /* name of the State under review */
  const char *cluster;         /* "I" to "IV" */
  const char *const *articles; /* (nullable): "tip:3"; NULL: all of the cluster */
  const char *language;        /* (nullable): code, "fr": in which it is written */
} PalInputOrder;

/* Puts the record of an input into a dossier that was just created. Blocking. */
gboolean
pal_input_prepare (PalDossier *dossier, const PalInputOrder *order, PalForm *form, GError **error);
gboolean pal_input_order_check (const PalInputOrder *order, PalForm *form, GError **error);
/* What an input can be about, as the form offers it. */
typedef struct
{
  GPtrArray *clusters;    /* (element-type PalChoice) */
  GPtrArray *instruments; /* (element-type PalChoice): value "tip" */
  GPtrArray *articles;    /* (element-type GPtrArray): of each cluster its PalChoice, "tip:3" */
} PalInputSubjects;

/* language: (nullable): code. Blocking. */
PalInputSubjects *pal_input_subjects_new (PalForm *form, const char *language,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_input_subjects_free (PalInputSubjects *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalInputSubjects, pal_input_subjects_free)

/* Whether a dossier is one of those; any thread. */
gboolean pal_input_is_dossier (PalDossier *dossier);

/* --- what would be handed over */

/* One thing that it says, as the focal point will read it. */
typedef struct
{
  char *path;
  char *page; /* (nullable): title of its page */
  char *label;
  char *text;
  gboolean identifies; /* it says who somebody is, or how they are reached */
} PalInputLine;

typedef struct
{
  char *name;       /* in the file */
  char *title;      /* what it is called here */
  char *attachment; /* its name in the dossier */
  char *path;       /* of the question that it answers */
  gint64 size_bytes;
} PalInputFile;

typedef struct
{
  char *path;
  char *label;
  gboolean is_required; /* FALSE: it has an answer, which does not fit */
} PalInputOpen;

#define PAL_TYPE_INPUT_PACKAGE (pal_input_package_get_type ())
G_DECLARE_FINAL_TYPE (PalInputPackage, pal_input_package, PAL, INPUT_PACKAGE, GObject)

/* Looks, writes nothing. record: (nullable): the first input. language: (nullable): code. Blocking.
 */
PalInputPackage *
pal_input_package_new (PalDossier *dossier, const char *record, const char *language,
                       GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_input_package_new_async (PalDossier *dossier, const char *record, const char *language,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
PalInputPackage *
pal_input_package_new_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *pal_input_package_get_lines (PalInputPackage *self); /* (element-type PalInputLine) */
GPtrArray *pal_input_package_get_files (PalInputPackage *self); /* (element-type PalInputFile) */
GPtrArray *pal_input_package_get_open (PalInputPackage *self);  /* (element-type PalInputOpen) */
/* Its author stays unknown: no name is in it, and nobody signs. */
gboolean pal_input_package_is_anonymous (PalInputPackage *self);
/* (nullable): for naming a key and a file. */
const char *pal_input_package_get_organization (PalInputPackage *self);

/* identity: (nullable): who signs. Blocking. */
gboolean pal_input_package_write (PalInputPackage *self, const char *path, PalIdentity *identity,
                                  GCancellable *cancellable, GError **error);
void pal_input_package_write_async (PalInputPackage *self, const char *path, PalIdentity *identity,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean
pal_input_package_write_finish (PalInputPackage *self, GAsyncResult *result, GError **error);

G_END_DECLS
