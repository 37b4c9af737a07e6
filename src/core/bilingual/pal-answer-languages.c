// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-answer-languages"
#include "config.h"

#include "pal-answer-languages.h"

#include "pal-bilingual-private.h"
#include "pal-cells.h"

#include <string.h>

G_DEFINE_QUARK (pal - answer - languages - error - quark, pal_answer_languages_error)

static const char *const all_codes[] = { "ar", "en", "es", "fr", "ru", "zh", NULL };

/**
 * pal_answer_languages_free:
 * @languages: (nullable) (transfer full): languages
 */
void
pal_answer_languages_free (PalAnswerLanguages *languages)
{
  if (languages == NULL)
    return;

  g_free (languages->first);
  g_free (languages->second);
  g_free (languages);
}

/**
 * pal_answer_languages_get_all:
 *
 * Returns: (transfer none): the codes that there are, up to a %NULL
 */
const char *const *
pal_answer_languages_get_all (void)
{
  return all_codes;
}

typedef struct
{
  PalAnswerLanguages *languages;
  gboolean is_there;
} Reading;

static void
take (char **place, const char *value)
{
  g_free (*place);
  *place = g_strv_contains (all_codes, value) ? g_strdup (value) : NULL;
}

/* Of several people's choices the newest comes last, and counts. */
static void
read_cell (const PalCell *cell, gpointer user_data)
{
  Reading *reading = user_data;

  reading->is_there = TRUE;
  if (strcmp (cell->node, "/" PAL_ANSWER_LANGUAGES_FORM "/first") == 0)
    take (&reading->languages->first, cell->value);
  else if (strcmp (cell->node, "/" PAL_ANSWER_LANGUAGES_FORM "/second") == 0)
    take (&reading->languages->second, cell->value);
}

static char *
dup_record (void)
{
  return pal_bilingual_dup_id (PAL_ANSWER_LANGUAGES_FORM, NULL, NULL, NULL);
}

static gboolean
read_all (PalDossier *dossier, Reading *reading, GError **error)
{
  g_autofree char *record = dup_record ();

  return pal_dossier_walk_cells (dossier, PAL_ANSWER_LANGUAGES_FORM, record, read_cell, reading,
                                 NULL, error);
}

/**
 * pal_answer_languages_read:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): what was chosen; errors of the dossier
 */
PalAnswerLanguages *
pal_answer_languages_read (PalDossier *dossier, GError **error)
{
  g_autoptr (PalAnswerLanguages) languages = g_new0 (PalAnswerLanguages, 1);
  Reading reading = { languages, FALSE };

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  return read_all (dossier, &reading, error) ? g_steal_pointer (&languages) : NULL;
}

static gboolean
check (const char *first, const char *second, GError **error)
{
  if ((first != NULL && !g_strv_contains (all_codes, first))
      || (second != NULL && !g_strv_contains (all_codes, second)))
    {
      g_set_error (error, PAL_ANSWER_LANGUAGES_ERROR, PAL_ANSWER_LANGUAGES_ERROR_UNKNOWN,
                   "no such language; there are ar, en, es, fr, ru, zh");
      return FALSE;
    }
  if (first != NULL && g_strcmp0 (first, second) == 0)
    {
      g_set_error (error, PAL_ANSWER_LANGUAGES_ERROR, PAL_ANSWER_LANGUAGES_ERROR_SAME,
                   "the answers are in that language already");
      return FALSE;
    }

  return TRUE;
}

static void
add (GPtrArray *changes, const char *record, const char *node, const char *before,
     const char *value)
{
  if (g_strcmp0 (before, value) != 0)
    g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, node, value));
}

/**
 * pal_answer_languages_set:
 * @dossier: a dossier
 * @first: (nullable): code of the language in which the answers are
 * @second: (nullable): code of the one into which they are translated; %NULL: into none
 * @error: return location
 *
 * Blocking: chooses both as one act. Translations that there are stay, whatever is chosen.
 *
 * Returns: whether it is durable; #PalAnswerLanguagesError errors, those of the dossier and of the
 *   form
 */
gboolean
pal_answer_languages_set (PalDossier *dossier, const char *first, const char *second,
                          GError **error)
{
  g_autoptr (PalAnswerLanguages) before = g_new0 (PalAnswerLanguages, 1);
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *record = dup_record ();
  Reading reading = { before, FALSE };

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  if (!check (first, second, error) || !read_all (dossier, &reading, error))
    return FALSE;
  if (g_strcmp0 (before->first, first) == 0 && g_strcmp0 (before->second, second) == 0)
    return TRUE;
  if (!reading.is_there
      && !pal_own_record_make_as (dossier, PAL_ANSWER_LANGUAGES_FORM, record, changes, error))
    return FALSE;
  add (changes, record, "/" PAL_ANSWER_LANGUAGES_FORM "/first", before->first, first);
  add (changes, record, "/" PAL_ANSWER_LANGUAGES_FORM "/second", before->second, second);

  return pal_dossier_append_full (dossier, PAL_ANSWER_LANGUAGES_ACT, g_steal_pointer (&changes),
                                  PAL_APPEND_APART, NULL, error);
}
