// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input"
#include "config.h"

#include "pal-input-questions.h"

#include "pal-consultations.h"
#include "pal-paths.h"

#include <string.h>

static const char *const numerals[] = { "I", "II", "III", "IV" };

/* The questionnaire itself is not needed any longer. */
static gboolean
add_cluster (GPtrArray *articles, guint number, const char *language, GError **error)
{
  g_autofree char *name = g_strdup_printf ("forms/cluster-%u.xml", number);
  g_autofree char *path = pal_paths_dup_data_file (name);
  g_autoptr (PalForm) form = pal_form_load_file (path, error);
  g_autoptr (GPtrArray) list = NULL;
  PalKitOrder order = { .language = language };

  if (form == NULL)
    return FALSE;
  order.questionnaire = form;
  list = pal_kit_dup_articles (&order);
  for (guint i = 0; i < list->len; i++)
    {
      PalKitArticle *article = g_ptr_array_index (list, i);

      article->ref = g_intern_string (article->ref);
    }
  g_ptr_array_extend_and_steal (articles, g_steal_pointer (&list));

  return TRUE;
}

/**
 * pal_input_questions_list:
 * @clusters: "I" to "IV", with spaces between them
 * @language: code of the language of the words
 * @error: return location
 *
 * Blocking; any thread.
 *
 * Returns: (transfer full) (nullable) (element-type PalKitArticle): the articles of the
 *   questionnaires that come with the program, with their questions; errors of the form
 */
GPtrArray *
pal_input_questions_list (const char *clusters, const char *language, GError **error)
{
  g_auto (GStrv) wanted = g_strsplit (clusters, " ", -1);
  const PalKitOrder nothing = { 0 };
  g_autoptr (GPtrArray) articles = pal_kit_dup_articles (&nothing);

  for (guint i = 0; i < G_N_ELEMENTS (numerals); i++)
    if (g_strv_contains ((const char *const *) wanted, numerals[i])
        && !add_cluster (articles, i + 1, language, error))
      return NULL;

  return g_steal_pointer (&articles);
}

/* --- what a point names */

static GArray *
read_numbers (const char *value)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  pal_consultations_read_numbers (value, numbers);

  return numbers;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint one = *(const guint *) a;
  guint two = *(const guint *) b;

  return one < two ? -1 : one > two ? 1 : 0;
}

/**
 * pal_input_questions_has:
 * @value: the numbers of questions, as somebody wrote them
 * @number: of a question
 *
 * Returns: whether the question is among them
 */
gboolean
pal_input_questions_has (const char *value, guint number)
{
  g_autoptr (GArray) numbers = read_numbers (value);

  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, guint, i) == number)
      return TRUE;

  return FALSE;
}

/**
 * pal_input_questions_set:
 * @value: the numbers of questions, as somebody wrote them
 * @number: of a question
 * @named: whether it shall be among them
 *
 * Returns: (transfer full): the numbers with it or without it, in order
 */
char *
pal_input_questions_set (const char *value, guint number, gboolean named)
{
  g_autoptr (GArray) numbers = read_numbers (value);
  g_autoptr (GString) text = g_string_new (NULL);
  guint before = 0;

  if (named)
    g_array_append_val (numbers, number);
  g_array_sort (numbers, compare_numbers);
  for (guint i = 0; i < numbers->len; i++)
    {
      guint one = g_array_index (numbers, guint, i);

      if (one != before && (named || one != number))
        g_string_append_printf (text, "%s%u", text->len > 0 ? ", " : "", one);
      before = one;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
