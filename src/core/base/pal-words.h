// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts compared and joined word by word: what the history shows, and what a merge does with two
 * people's edits of one answer. Pure functions, any thread. */

typedef enum
{
  PAL_WORDS_SAME,
  PAL_WORDS_REMOVED, /* stands in the old text only */
  PAL_WORDS_ADDED    /* stands in the new text only */
} PalWordsKind;

typedef struct
{
  PalWordsKind kind;
  gsize start;  /* octets into the old text (REMOVED), else into the new one */
  gsize length; /* octets */
} PalWordsSpan;

GArray *pal_words_compare (const char *old_text, const char *new_text) G_GNUC_WARN_UNUSED_RESULT;
char *pal_words_join (const char *original, const char *mine,
                      const char *theirs) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
