// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of countries and peoples in a text of any of the six languages. Advice, not a verdict: a
 * word may mean something else, and an inflected one may be missed. */

typedef struct
{
  char code[3]; /* ISO 3166 */
  char *word;   /* as the text has it */
  guint n;      /* how often */
} PalCountryName;

/* own: (nullable): the State that may be named, in any of the languages. (element-type
 * PalCountryName): each word once, in the order of the text. Blocking: reads a table. */
GPtrArray *pal_country_names_find (const char *text, const char *own) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
