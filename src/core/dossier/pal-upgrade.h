// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-form-changes.h"

G_BEGIN_DECLS

/* A newer version of a form for the records of a dossier: look first, then do it as one act of the
 * log. No answer is dropped: what has no question any more stays in the record. */

#define PAL_UPGRADE_ERROR (pal_upgrade_error_quark ())
typedef enum
{
  PAL_UPGRADE_ERROR_OTHER_FORM, /* the dossier has no record of this form */
  PAL_UPGRADE_ERROR_OLDER,      /* a record is of a newer version already */
  PAL_UPGRADE_ERROR_SAME        /* the same version, but not the same form */
} PalUpgradeError;
GQuark pal_upgrade_error_quark (void);

typedef enum
{
  PAL_ANSWER_STAYS,
  PAL_ANSWER_MOVES,    /* to the new name of its question */
  PAL_ANSWER_RETURNS,  /* it was without a question, and has one again */
  PAL_ANSWER_ORPHANED, /* kept without a question */
  PAL_N_ANSWER_FATES
} PalAnswerFate;

typedef struct
{
  PalAnswerFate fate;
  gboolean is_question; /* a person answers it; else the form fills it in unseen */
  gboolean is_misfit; /* not of the type of its question, or not among its choices: kept, flagged */
  char *record;
  char *form_id;
  char *form_version; /* in which it was asked last */
  char *path;         /* with row ids */
  char *new_path;     /* (nullable): when it moves */
  char *place;        /* (nullable): titles of the groups around the question */
  char *label;        /* (nullable): the question */
  char *value;
  char *text;   /* the value in words */
  char *author; /* who wrote it last */
  gint64 clock_us;
} PalAnswer;
void pal_answer_free (PalAnswer *answer);

typedef struct
{
  char *form_id;
  char *old_version; /* of the first record that would go on */
  char *new_version;
  guint n_records;    /* that would go on; 0: all are of that version already */
  GPtrArray *changes; /* (element-type PalFormChange): see pal_form_compare() */
  GPtrArray *answers; /* (element-type PalAnswer): all that are not empty, of these records; what
                       * the form fills in unseen only when it is kept without a place */
} PalUpgradePreview;
void pal_upgrade_preview_free (PalUpgradePreview *preview);
guint pal_upgrade_preview_count (PalUpgradePreview *preview, PalAnswerFate fate);
guint pal_upgrade_preview_count_misfits (PalUpgradePreview *preview);

PalUpgradePreview *pal_dossier_preview_upgrade (PalDossier *self, PalForm *newer,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* backup: (out) (nullable) (transfer full): the copy made before; NULL when nothing was to do. */
gboolean pal_dossier_upgrade (PalDossier *self, PalForm *newer, char **backup, GError **error);
void pal_dossier_upgrade_async (PalDossier *self, PalForm *newer, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean
pal_dossier_upgrade_finish (PalDossier *self, GAsyncResult *result, char **backup, GError **error);

/* Answers that have no question, and those that do not fit theirs: (element-type PalAnswer).
 * record: (nullable): all. language: (nullable): a code such as "ar". */
GPtrArray *pal_dossier_read_orphans (PalDossier *self, const char *record, const char *language,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_dossier_read_orphans_async (PalDossier *self, const char *record, const char *language,
                                     GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *pal_dossier_read_orphans_finish (PalDossier *self, GAsyncResult *result, GError **error);
/* A table for a spreadsheet: RFC 4180, UTF-8, one line an answer. */
char *pal_answers_to_csv (GPtrArray *answers) G_GNUC_WARN_UNUSED_RESULT;

/* What happened to an answer, also under the names that it had in older versions of its form;
 * newest first. Blocking. (element-type PalChange) */
GPtrArray *pal_dossier_read_answer_history (PalDossier *self, const char *record, const char *path,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalAnswer, pal_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalUpgradePreview, pal_upgrade_preview_free)

G_END_DECLS
