// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-submission.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* On the page of what goes: all comments together are one choice, and stay here unless it is made.
 * changed: called after it was. Returns: (nullable) (transfer floating): NULL when there are none
 */
GtkWidget *pal_comments_row_new (PalSubmission *submission, GCallback changed, gpointer user_data);

G_END_DECLS
