// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

G_BEGIN_DECLS

/* Makes a kit for people without Palermo, on a thread of its own. */

#define PAL_KIT_JOB_PAGE "html" /* the format that is no office document */

typedef struct
{
  const char *language;        /* code */
  const char *format;          /* PAL_KIT_JOB_PAGE, or the name of a PalOfficeFormat */
  const char *const *articles; /* (nullable): "untoc:5", ...; NULL: all of the questionnaire */
  const char *path;            /* of the file; what is there is replaced */
} PalKitFileOrder;

/* "I" to "IV"; (nullable): the questionnaire is none of a cluster. */
const char *pal_kit_job_get_cluster (PalSession *session);
/* Of the file of a kit in a language: without folder. format: as in PalKitFileOrder. */
char *pal_kit_job_dup_name (PalSession *session, const char *language,
                            const char *format) G_GNUC_WARN_UNUSED_RESULT;
/* A path in a folder that holds nothing yet. */
char *pal_kit_job_dup_free_path (const char *folder, const char *name) G_GNUC_WARN_UNUSED_RESULT;

void
pal_kit_job_async (PalSession *session, const PalKitFileOrder *order, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_kit_job_finish (GAsyncResult *result, GError **error);

G_END_DECLS
