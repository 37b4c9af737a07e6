// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What went wrong, for people: what happened, whether answers are safe, what to do. The one place
 * where the program puts errors into words. */

char *pal_trouble_dup_words (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for answers that wait in memory because they cannot be written. */
char *pal_trouble_dup_save_words (const GError *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
