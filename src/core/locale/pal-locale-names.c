// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-locale"
#include "config.h"

#include "pal-locale.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

/* What languages are called by those who speak them, in which direction they are written, and how
 * they write days and countries. */

#define MAX_UNITS 120

/* ICU knows "pt_BR" and "pt-BR", gettext also "sr@latin". */
static char *
dup_icu_code (const char *code)
{
  g_autofree char *plain = g_strndup (code, strcspn (code, "@."));
  const char *modifier = strchr (code, '@');

  g_strdelimit (plain, "-", '_');
  if (modifier != NULL && g_str_equal (modifier, "@latin"))
    return g_strconcat (plain, "_Latn", NULL);
  if (modifier != NULL && g_str_equal (modifier, "@cyrillic"))
    return g_strconcat (plain, "_Cyrl", NULL);

  return g_steal_pointer (&plain);
}

/**
 * pal_locale_dup_language_name:
 * @code: code of a language, as in LANGUAGE: "pt", "pt_BR", "sr@latin"
 *
 * Any thread.
 *
 * Returns: (transfer full): what the language calls itself, as in a menu: "Português (Brasil)";
 *   @code when nobody knows
 */
char *
pal_locale_dup_language_name (const char *code)
{
  UDisplayContext contexts[] = { UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU };
  UErrorCode error = U_ZERO_ERROR;
  g_autofree char *icu_code = NULL;
  ULocaleDisplayNames *names;
  UChar units[MAX_UNITS];
  int32_t length;

  g_return_val_if_fail (code != NULL, NULL);

  icu_code = dup_icu_code (code);
  names = uldn_openForContext (icu_code, contexts, G_N_ELEMENTS (contexts), &error);
  if (U_FAILURE (error))
    return g_strdup (code);
  length = uldn_localeDisplayName (names, icu_code, units, MAX_UNITS, &error);
  uldn_close (names);
  if (U_FAILURE (error) || length <= 0 || length >= MAX_UNITS)
    return g_strdup (code);

  return g_utf16_to_utf8 ((const gunichar2 *) units, length, NULL, NULL, NULL);
}

/**
 * pal_locale_is_right_to_left:
 * @code: (nullable): code of a language
 *
 * Any thread.
 *
 * Returns: whether the script in which the language is written most goes from right to left
 */
gboolean
pal_locale_is_right_to_left (const char *code)
{
  g_autofree char *icu_code = code != NULL ? dup_icu_code (code) : NULL;

  return icu_code != NULL && uloc_isRightToLeft (icu_code);
}

/* As the questionnaires have it: digits that everybody reads. */
static char *
dup_date_locale (const char *code)
{
  char *icu_code = dup_icu_code (code);

  if (g_str_equal (icu_code, "en"))
    {
      g_free (icu_code);
      return g_strdup ("en_GB");
    }
  if (g_str_equal (icu_code, "ar"))
    {
      g_free (icu_code);
      return g_strdup ("ar@numbers=latn");
    }

  return icu_code;
}

/**
 * pal_locale_dup_date:
 * @code: code of a language
 * @date: a day, as ISO 8601 has it
 *
 * Any thread.
 *
 * Returns: (transfer full): the day as it stands in a letter; @date if it is none
 */
char *
pal_locale_dup_date (const char *code, const char *date)
{
  g_autofree char *icu_code = dup_date_locale (code);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *full = g_strconcat (date, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (full, utc);
  static const UChar zone[] = { 'U', 'T', 'C', 0 };
  UErrorCode error = U_ZERO_ERROR;
  UChar units[MAX_UNITS];
  UDateFormat *format;
  int32_t length;

  if (day == NULL)
    return g_strdup (date);
  format = udat_open (UDAT_NONE, UDAT_LONG, icu_code, zone, -1, NULL, 0, &error);
  if (U_FAILURE (error))
    return g_strdup (date);
  length = udat_format (format, (UDate) g_date_time_to_unix (day) * 1000.0, units, MAX_UNITS, NULL,
                        &error);
  udat_close (format);
  if (U_FAILURE (error) || length <= 0 || length >= MAX_UNITS)
    return g_strdup (date);

  return g_utf16_to_utf8 ((const gunichar2 *) units, length, NULL, NULL, NULL);
}

static void
country_free (gpointer data)
{
  PalLocaleCountry *country = data;

  g_free (country->name);
  g_free (country);
}

/**
 * pal_locale_list_countries:
 * @code: code of a language
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type PalLocaleCountry): countries and territories of ISO 3166
 *   with their names in the language; empty when nobody knows
 */
GPtrArray *
pal_locale_list_countries (const char *code)
{
  UDisplayContext contexts[] = { UDISPCTX_CAPITALIZATION_FOR_STANDALONE };
  GPtrArray *countries = g_ptr_array_new_with_free_func (country_free);
  g_autofree char *icu_code = dup_icu_code (code);
  UErrorCode error = U_ZERO_ERROR;
  ULocaleDisplayNames *names
      = uldn_openForContext (icu_code, contexts, G_N_ELEMENTS (contexts), &error);

  for (const char *const *codes = uloc_getISOCountries (); U_SUCCESS (error) && *codes != NULL;
       codes++)
    {
      UErrorCode unknown = U_ZERO_ERROR;
      UChar units[MAX_UNITS];
      int32_t length = uldn_regionDisplayName (names, *codes, units, MAX_UNITS, &unknown);
      PalLocaleCountry *country;

      if (U_FAILURE (unknown) || length <= 0 || length >= MAX_UNITS || strlen (*codes) != 2)
        continue;
      country = g_new0 (PalLocaleCountry, 1);
      g_strlcpy (country->code, *codes, sizeof country->code);
      country->name = g_utf16_to_utf8 ((const gunichar2 *) units, length, NULL, NULL, NULL);
      g_ptr_array_add (countries, country);
    }
  if (U_SUCCESS (error))
    uldn_close (names);

  return countries;
}
