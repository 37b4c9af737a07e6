// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper-words"
#include "config.h"

#include "pal-paper-words.h"

#include "pal-date.h"
#include "pal-language.h"

#include <glib/gi18n.h>

static char *
dup_confirm (const char *text)
{
  g_autoptr (GDateTime) day = text != NULL ? pal_date_parse (text) : NULL;
  g_autofree char *date = day != NULL ? pal_language_format_date (day) : NULL;

  /* TRANSLATORS: %s is a day; until then people say that they come to a constructive dialogue */
  return g_strdup_printf (_ ("Attendance is to be confirmed until %s."),
                          date != NULL ? date : text);
}

char *
pal_paper_words_dup_warning (const PalLetterWarning *warning)
{
  switch (warning->kind)
    {
    case PAL_LETTER_WARNING_BLANK:
      return g_strdup_printf (_ ("Places to be filled in by hand: %u"), warning->n);
    case PAL_LETTER_WARNING_LEFT_OUT:
      return g_strdup_printf (_ ("Restricted points that are not in it: %u"), warning->n);
    case PAL_LETTER_WARNING_RESTRICTED:
      return g_strdup_printf (
          _ ("Restricted points that are in it: %u. Hand it over in a safe way."), warning->n);
    case PAL_LETTER_WARNING_KEPT:
      return g_strdup_printf (_ ("Consultations that are not in it, as they are restricted or "
                                 "consent is over: %u"),
                              warning->n);
    case PAL_LETTER_WARNING_SMALL:
      return g_strdup_printf (_ ("Numbers of people under 5 that are not told: %u"), warning->n);
    case PAL_LETTER_WARNING_UNDECIDED:
      return g_strdup_printf (_ ("Points on which nobody has decided yet: %u"), warning->n);
    case PAL_LETTER_WARNING_UNNAMED:
      return g_strdup (_ ("The contributor is not named. Find a safe way to reach them."));
    case PAL_LETTER_WARNING_COUNTRY:
      /* TRANSLATORS: %s is the name of a country, as it stands in a draft */
      return g_strdup_printf (_ ("It names “%s”. Only a State under review may speak about its own "
                                 "review."),
                              warning->text);
    case PAL_LETTER_WARNING_CONFIRM:
      return dup_confirm (warning->text);
    case PAL_LETTER_N_WARNINGS:
      break;
    }
  g_return_val_if_reached (NULL);
}

const char *
pal_paper_words_get_trouble (const GError *error)
{
  if (!g_error_matches (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_EMPTY)
      && !g_error_matches (error, PAL_PAPER_ERROR, PAL_PAPER_ERROR_RECORD))
    return NULL;

  return _ ("This paper has nothing to tell yet. It is filled from what the records say.");
}
