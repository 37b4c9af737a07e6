// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Days, as answers have them ("2024-05-31") and as people type them. */

/* (nullable): NULL when the text is no day. Takes 31.5.2024 and 31/5/2024 too. */
char *pal_date_dup_canonical (const char *text) G_GNUC_WARN_UNUSED_RESULT;
GDateTime *pal_date_parse (const char *canonical) G_GNUC_WARN_UNUSED_RESULT; /* (nullable) */

G_END_DECLS
