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
  g_autoptr (GString) paragraphs = NULL;

  if (place == NULL || place[1] == '\0')
    return NULL;

  parts = g_strsplit (place + 1, ".", -1);
  if (parts[1] == NULL)
    /* TRANSLATORS: a place in a treaty, such as "Article 5" */
    return g_strdup_printf (_ ("Article %s"), parts[0]);
  paragraphs = g_string_new (NULL);
  for (guint i = 1; parts[i] != NULL; i++)
    g_string_append_printf (paragraphs, "%s(%s)", i > 1 ? "\xc2\xa0" : "", parts[i]);

  /* TRANSLATORS: a place in a treaty, such as "Article 5 (1) (a)": the article, and the paragraphs
   * in brackets. The space between them does not break. */
  return g_strdup_printf (_ ("Article %1$s\302\240%2$s"), parts[0], paragraphs->str);
}

/**
 * pal_reference_dup_full_text:
 * @reference: (nullable): p:ref of a question, or one of p:link
 *
 * Returns: (transfer full) (nullable): the place and the treaty, for people; %NULL when it is none,
 *   or in a treaty that is not known
 */
char *
pal_reference_dup_full_text (const char *reference)
{
  static const struct
  {
    const char *instrument;
    const char *name;
  } treaties[] = {
    { "untoc", N_ ("Organized Crime Convention") },
    { "tip", N_ ("Trafficking in Persons Protocol") },
    { "som", N_ ("Smuggling of Migrants Protocol") },
    { "firearms", N_ ("Firearms Protocol") },
    { "uncac", N_ ("Convention against Corruption") },
  };
  g_autofree char *place = pal_reference_dup_text (reference);

  for (guint i = 0; place != NULL && i < G_N_ELEMENTS (treaties); i++)
    {
      gsize length = strlen (treaties[i].instrument);

      if (strncmp (reference, treaties[i].instrument, length) == 0 && reference[length] == ':')
        /* TRANSLATORS: a place in a treaty, and the treaty: Article 5 (1), Firearms Protocol */
        return g_strdup_printf (C_ ("treaty", "%1$s, %2$s"), place, _ (treaties[i].name));
    }

  return NULL;
}
