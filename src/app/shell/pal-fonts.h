// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-banner.h"

G_BEGIN_DECLS

/* Whether the fonts of this computer have the letters of a language, and what to do if not. */

gboolean pal_fonts_can_draw (const char *language); /* blocking: any thread but the main one */
/* language: one that cannot be drawn. Returns: (nullable): NULL if there is nothing to be said. */
char *pal_fonts_dup_words (const char *language) G_GNUC_WARN_UNUSED_RESULT;
/* Looks in the background. other: (nullable): of questions or answers. */
void pal_fonts_watch (PalBanner *banner, const char *program, const char *other);

G_END_DECLS
