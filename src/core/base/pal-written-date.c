// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-written-date"

#include "config.h"

#include "pal-written-date.h"

#include <string.h>

/* Dates as people write them by hand. What can be read in two ways is not guessed. */

/* Casefolded; beginnings of three letters are enough for the languages in which all differ. */
static const char *const months[][12] = {
  { "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december" },
  { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre" },
  { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre" },
  { "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
    "ноября", "декабря" },
  { "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
    "نوفمبر", "ديسمبر" },
  { "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
    "تشرين الثاني", "كانون الأول" },
  { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" },
};

typedef struct
{
  guint numbers[3];
  guint lengths[3]; /* digits */
  guint n_numbers;
  gunichar separator; /* behind the first number */
  guint month;        /* named; 0: none */
  guint month_place;  /* how many numbers stand before it */
} Found;

/* Digits of all scripts as ASCII, letters casefolded. */
static char *
dup_simple (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char *folded = normal != NULL ? g_utf8_casefold (normal, -1) : g_strdup ("");
  GString *out = g_string_new (NULL);

  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_isdigit (letter))
        g_string_append_c (out, (char) ('0' + g_unichar_digit_value (letter)));
      else
        g_string_append_unichar (out, letter);
    }

  return g_strstrip (g_string_free (out, FALSE));
}

static guint
find_month (const char *text, const char **where)
{
  guint best = 0;
  gsize length = 0;

  for (guint i = 0; i < G_N_ELEMENTS (months); i++)
    for (guint j = 0; j < 12; j++)
      {
        const char *found = strstr (text, months[i][j]);

        if (found != NULL && strlen (months[i][j]) > length)
          {
            best = j + 1;
            length = strlen (months[i][j]);
            *where = found;
          }
      }

  return best;
}

static gboolean
take_apart (const char *text, Found *found)
{
  const char *where = NULL;

  found->month = find_month (text, &where);
  for (const char *c = text; *c != '\0';)
    {
      if (c == where)
        found->month_place = found->n_numbers;
      if (!g_ascii_isdigit (*c))
        {
          if (found->n_numbers == 1 && found->separator == 0)
            found->separator = g_utf8_get_char (c);
          /* What follows is a time. */
          if (*c == ':' || (*c == 't' && found->n_numbers == 3))
            break;
          c = g_utf8_next_char (c);
          continue;
        }
      if (found->n_numbers == (found->month > 0 ? 2 : 3))
        return found->month > 0 || strchr (c, ':') != NULL;
      while (g_ascii_isdigit (*c))
        {
          found->numbers[found->n_numbers]
              = found->numbers[found->n_numbers] * 10 + (guint) (*c - '0');
          if (++found->lengths[found->n_numbers] > 8)
            return FALSE;
          c++;
        }
      found->n_numbers++;
    }

  return TRUE;
}

static char *
dup_if_valid (guint year, guint month, guint day)
{
  if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31
      || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return NULL;
  return g_strdup_printf ("%04u-%02u-%02u", year, month, day);
}

/**
 * pal_written_date_dup:
 * @text: valid UTF-8
 * @unsure: (out): whether it is a date, but day and month could be either
 *
 * Understands years first in four digits ("2026-11-22", "2026/11/22", "2026年11月22日", "20261122",
 * with a time behind), days first ("22.11.2026"), months first where the day shows it, names of
 * months in the six languages, and digits of all scripts.
 *
 * Returns: (transfer full) (nullable): the day, or %NULL when it is not understood
 */
char *
pal_written_date_dup (const char *text, gboolean *unsure)
{
  g_autofree char *simple = NULL;
  Found found = { 0 };

  g_return_val_if_fail (text != NULL && unsure != NULL, NULL);

  *unsure = FALSE;
  if (strlen (text) > 100)
    return NULL;
  simple = dup_simple (text);
  if (!take_apart (simple, &found))
    return NULL;
  if (found.month > 0 && found.n_numbers == 2)
    {
      gboolean is_year_first = found.lengths[0] == 4;

      if (found.lengths[is_year_first ? 0 : 1] != 4)
        return NULL;
      return dup_if_valid (found.numbers[is_year_first ? 0 : 1], found.month,
                           found.numbers[is_year_first ? 1 : 0]);
    }
  if (found.n_numbers == 1 && found.lengths[0] == 8)
    return dup_if_valid (found.numbers[0] / 10000, found.numbers[0] / 100 % 100,
                         found.numbers[0] % 100);
  if (found.n_numbers != 3 || found.month > 0)
    return NULL;
  if (found.lengths[0] == 4)
    return dup_if_valid (found.numbers[0], found.numbers[1], found.numbers[2]);
  if (found.lengths[2] != 4)
    return NULL;
  if (found.separator == '.' || found.numbers[0] > 12 || found.numbers[0] == found.numbers[1])
    return dup_if_valid (found.numbers[2], found.numbers[1], found.numbers[0]);
  if (found.numbers[1] > 12)
    return dup_if_valid (found.numbers[2], found.numbers[0], found.numbers[1]);
  *unsure = TRUE;

  return NULL;
}
