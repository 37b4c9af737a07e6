// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names as they are compared, whoever wrote them: letters and digits alone. */

char *pal_folded_dup (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
