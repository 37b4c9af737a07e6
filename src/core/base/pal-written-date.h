// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Dates as people write them by hand, in letters, lists and forms that come back. What can be read
 * in two ways is not guessed. */

char *pal_written_date_dup (const char *text, gboolean *unsure) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
