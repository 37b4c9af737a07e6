// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-reference"
#include "config.h"

#include "pal-reference.h"

#include <glib/gi18n.h>
#include <string.h>

/* A letter stands for a paragraph, "i" and "ii" below a letter are numbers. The official texts have
 * letters of their own. */
static const char *
find_sign (const char *const *letters, const char *const *numbers, const char *part,
           const char *above)
{
  static const char *const roman[] = { "i", "ii", "iii", "iv" };
  gsize n = 0;

  if (g_ascii_isalpha (above[0]))
    {
      for (guint i = 0; i < G_N_ELEMENTS (roman); i++)
        if (g_str_equal (part, roman[i]) && i < g_strv_length ((char **) numbers))
          return numbers[i];
      return part;
    }

  n = (gsize) (part[0] - 'a');
  return g_ascii_islower (part[0]) && part[1] == '\0' && n < g_strv_length ((char **) letters)
             ? letters[n]
             : part;
}

static char *
dup_paragraphs (const char *const *parts)
{
  /* TRANSLATORS: the letters of paragraphs, as the official text of the treaties in your language
   * has them: as in "Article 5 (1) (a)". */
  g_auto (GStrv) letters = g_strsplit (_ ("a b c d e f g h i"), " ", -1);
  /* TRANSLATORS: what stands below such a letter: as in "Article 6 (1) (a) (ii)" */
  g_auto (GStrv) numbers = g_strsplit (_ ("i ii iii iv"), " ", -1);
  g_autoptr (GString) paragraphs = g_string_new (NULL);

  for (guint i = 1; parts[i] != NULL; i++)
    g_string_append_printf (paragraphs, "%s(%s)", i > 1 ? "\xc2\xa0" : "",
                            find_sign ((const char *const *) letters, (const char *const *) numbers,
                                       parts[i], parts[i - 1]));

  return g_string_free (g_steal_pointer (&paragraphs), FALSE);
}

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
  g_autofree char *paragraphs = NULL;

  if (place == NULL || place[1] == '\0')
    return NULL;

  parts = g_strsplit (place + 1, ".", -1);
  if (parts[1] == NULL)
    /* TRANSLATORS: a place in a treaty, such as "Article 5" */
    return g_strdup_printf (_ ("Article %s"), parts[0]);
  paragraphs = dup_paragraphs ((const char *const *) parts);

  /* TRANSLATORS: a place in a treaty, such as "Article 5 (1) (a)": the article, and the paragraphs
   * in brackets. The space between them does not break. */
  return g_strdup_printf (_ ("Article %1$s\302\240%2$s"), parts[0], paragraphs);
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
