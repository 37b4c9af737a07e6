// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-input-package.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The making of a dossier in which an organization writes one input; on threads of their own. */

/* What it can be about, in the language of the program. */
void pal_new_input_look_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
PalInputSubjects *pal_new_input_look_finish (GAsyncResult *result, GError **error);

/* order is copied. When something fails, no file is left behind. */
void pal_new_input_create_async (const PalInputOrder *order, const char *path,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): open */
PalDossier *pal_new_input_create_finish (GAsyncResult *result, GError **error);

/* The record of its action plan, made where there is none. finish: (transfer full) (nullable): id
 */
void
pal_new_input_plan_async (PalDossier *dossier, GAsyncReadyCallback callback, gpointer user_data);
char *pal_new_input_plan_finish (GAsyncResult *result, GError **error);

G_END_DECLS
