// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-protected.h"
#include "pal-submission.h"

G_BEGIN_DECLS

/* What exactly would go of one record, and what of it stays here: for somebody who has to say
 * whether it may. */

typedef struct
{
  PalResponse *response; /* (owned): the record as it would go, octet by octet the same */
  GPtrArray *held;       /* (owned) (element-type PalHeld): what stays here, and why */
  guint n_translations;  /* of its answers: they go with it */
} PalSubmissionPreview;
void pal_submission_preview_free (PalSubmissionPreview *self);

/* Whether there is something to be looked at: a record that goes by choice only, comments aside. */
gboolean pal_submission_has_preview (PalSubmission *self, const PalSubmissionFile *file);
PalSubmissionPreview *
pal_submission_preview (PalSubmission *self, const PalSubmissionFile *file,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT; /* blocking */
void pal_submission_preview_async (PalSubmission *self, const PalSubmissionFile *file,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
PalSubmissionPreview *
pal_submission_preview_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether two looks found the same: what somebody saw is what goes. */
gboolean pal_submission_is_same (PalSubmission *self, const PalSubmissionFile *file,
                                 PalSubmission *before, const PalSubmissionFile *old);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalSubmissionPreview, pal_submission_preview_free)

G_END_DECLS
