// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *pal_text_dup_printable (const char *text, gsize max_bytes) G_GNUC_WARN_UNUSED_RESULT;
gboolean pal_text_is_blank (const char *text);
guint pal_text_count_words (const char *text);
char *pal_text_dup_isolated (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
