// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-kit.h"

G_BEGIN_DECLS

/* What a person should know beside the short message of error: whether answers are safe, and what
 * to do. NULL when the message says it all. code: (inout): the exit code that fits. */
const char *pal_cli_words (const GError *error, int *code);
/* What is strange about a place of a file that came back. */
const char *pal_cli_remark_words (PalKitRemarkKind kind);

G_END_DECLS
