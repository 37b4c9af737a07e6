// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-glossary.h"

G_BEGIN_DECLS

/* pal-glossary-words.c: words of a text in small letters, and where they stand in it. */
typedef struct
{
  char *text;
  gsize start;  /* octets */
  gsize length; /* octets */
} PalGlossaryWord;

GPtrArray *pal_glossary_words_list (const char *text); /* (element-type PalGlossaryWord) */
void pal_glossary_words_stem_english (PalGlossaryWord *word);
gboolean pal_glossary_words_is_used (const char *form, const char *note, const char *text,
                                     const char *language);

G_END_DECLS
