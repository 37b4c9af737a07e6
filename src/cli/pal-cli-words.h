// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person should know beside the short message of error: whether answers are safe, and what
 * to do. NULL when the message says it all. code: (inout): the exit code that fits. */
const char *pal_cli_words (const GError *error, int *code);

G_END_DECLS
