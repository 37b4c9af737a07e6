// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-delivery.h"

G_BEGIN_DECLS

/* The practice module, started from the desk: a simulation on this computer, so that a person can
 * try the whole way without any real server. It ends with the program. */

#define PAL_TYPE_PRACTICE_MODULE (pal_practice_module_get_type ())
G_DECLARE_FINAL_TYPE (PalPracticeModule, pal_practice_module, PAL, PRACTICE_MODULE, GObject)

/* Whether palermo-module is installed. */
gboolean pal_practice_module_is_available (void);

void pal_practice_module_start_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
PalPracticeModule *pal_practice_module_start_finish (GAsyncResult *result, GError **error);

const PalEndpoint *pal_practice_module_get_endpoint (PalPracticeModule *self);

G_END_DECLS
