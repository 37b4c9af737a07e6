// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-locale"
#include "config.h"

#include "pal-locale.h"

#include <string.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

/* What languages are called by those who speak them, and in which direction they are written. */

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
