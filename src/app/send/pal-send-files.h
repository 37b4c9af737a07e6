// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-submission.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What goes into an archive, ticked by a person: what is about people outside government goes only
 * once somebody has seen what exactly goes of it. */

#define PAL_TYPE_SEND_FILES (pal_send_files_get_type ())
G_DECLARE_FINAL_TYPE (PalSendFiles, pal_send_files, PAL, SEND_FILES, AdwPreferencesGroup)

/* What was ticked in what was shown before stays ticked, unless something else would go by now. */
void pal_send_files_show (PalSendFiles *self, PalSubmission *submission);

G_END_DECLS
