// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"

G_BEGIN_DECLS

/* The thread from a point to the answer that it is about, and to the change that it caused. A
 * record of its own, so that points and answers stay as they are, and one point may lead to many
 * questions. */

#define PAL_THREAD_FORM "thread"

/* Adds to changes what ties a point to a question; gives back the id of the thread. change:
 * (nullable): id of the one that the point caused. Blocking: the form may be kept first. */
char *pal_thread_make (PalDossier *dossier, const char *point_record, const char *point,
                       const char *record, const char *node, const char *change, GPtrArray *changes,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, at once, as one act. */
char *pal_thread_add (PalDossier *dossier, const char *point_record, const char *point,
                      const char *record, const char *node, const char *change,
                      PalAppendFlags flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Names the change that the point caused, once it is there. Blocking. */
gboolean
pal_thread_set_change (PalDossier *dossier, const char *thread, const char *change, GError **error);
gboolean pal_thread_remove (PalDossier *dossier, const char *thread, GError **error);

G_END_DECLS
