// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-reference"
#include "config.h"

#include "pal-reference.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * pal_reference_dup_text:
 * @reference: (nullable): p:ref of a question: instrument, colon, article and paragraphs with dots
 *
 * The instrument is left out: the page says it.
 *
 * Returns: (transfer full) (nullable): the place in the treaty, for people
 */
char *
pal_reference_dup_text (const char *reference)
{
  const char *place = reference != NULL ? strchr (reference, ':') : NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) text = NULL;

  if (place == NULL || place[1] == '\0')
    return NULL;

  parts = g_strsplit (place + 1, ".", -1);
  text = g_string_new (parts[0]);
  for (guint i = 1; parts[i] != NULL; i++)
    g_string_append_printf (text, "\xc2\xa0(%s)", parts[i]);

  /* TRANSLATORS: a place in a treaty, such as "Article 5 (1) (a)" */
  return g_strdup_printf (_ ("Article %s"), text->str);
}
