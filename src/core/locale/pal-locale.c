// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-locale"
#include "config.h"

#include "pal-locale.h"

#include "pal-text.h"

#include <string.h>
#include <unicode/ucol.h>
#include <unicode/ulistformatter.h>
#include <unicode/unum.h>
#include <unicode/unumberformatter.h>

/* Languages of the interface, where ICU is to be told more than their code. */
static const struct
{
  const char *language;
  const char *locale;
  const char *width; /* (nullable): of units, if not short */
} languages[] = {
  /* Digits as in the questionnaires and treaties, which are cited by number. The short units of
   * Arabic are a mixture of words and abbreviations. */
  { "ar", "ar@numbers=latn", "unit-width-full-name" },
  /* As the United Nations write it: no comma before "and". */
  { "en", "en_GB", NULL },
  { "zh_CN", "zh_Hans_CN", NULL },
};

static char *locale;          /* (owned) (nullable): for ICU */
static const char *width;     /* (unowned) (nullable) */
static gboolean has_collator; /* it was looked for */
static UCollator *collator;   /* (owned) (nullable) */

/**
 * pal_locale_set:
 * @language: code of a language, as in LANGUAGE
 *
 * From now on things are sorted and written as in this language. ICU brings its own data: nothing
 * has to be installed for it. Main thread.
 */
void
pal_locale_set (const char *language)
{
  g_return_if_fail (language != NULL);

  g_clear_pointer (&collator, ucol_close);
  has_collator = FALSE;
  g_free (locale);
  locale = NULL;
  width = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (languages[i].language, language))
      {
        locale = g_strdup (languages[i].locale);
        width = languages[i].width;
      }
  if (locale == NULL)
    locale = g_strdup (language);
}

static const char *
get_locale (void)
{
  if (locale == NULL)
    pal_locale_set ("en");

  return locale;
}

static UCollator *
get_collator (void)
{
  UErrorCode error = U_ZERO_ERROR;

  if (has_collator)
    return collator;
  has_collator = TRUE;
  collator = ucol_open (get_locale (), &error);
  if (U_FAILURE (error))
    {
      g_warning ("no order of letters for %s: %s", get_locale (), u_errorName (error));
      g_clear_pointer (&collator, ucol_close);
      return NULL;
    }
  /* "Article 9" stands before "Article 10". */
  ucol_setAttribute (collator, UCOL_NUMERIC_COLLATION, UCOL_ON, &error);

  return collator;
}

/**
 * pal_locale_compare:
 * @text: valid UTF-8
 * @other: valid UTF-8
 *
 * Which of two names stands first in a list, for people who read the program's language. Names that
 * only look the same keep an order, too. Main thread.
 *
 * Returns: less than, equal to or greater than 0
 */
int
pal_locale_compare (const char *text, const char *other)
{
  UErrorCode error = U_ZERO_ERROR;
  UCollator *letters = get_collator ();
  UCollationResult order = UCOL_EQUAL;

  if (letters != NULL)
    order = ucol_strcollUTF8 (letters, text, -1, other, -1, &error);
  if (order != UCOL_EQUAL && U_SUCCESS (error))
    return order == UCOL_LESS ? -1 : 1;

  return strcmp (text, other);
}

/* U+202F and U+00A0 keep a number on one line; fonts know the second. */
static char *
dup_utf8 (const UChar *text, int32_t length)
{
  g_autofree char *utf8 = g_utf16_to_utf8 ((const gunichar2 *) text, length, NULL, NULL, NULL);
  g_auto (GStrv) parts = NULL;

  if (utf8 == NULL)
    return NULL;
  parts = g_strsplit (utf8, "\u202f", -1);

  return g_strjoinv ("\u00a0", parts);
}

/* skeleton: ICU's notation of how a number is to look. */
static char *
dup_formatted (const char *skeleton, double number)
{
  UErrorCode error = U_ZERO_ERROR;
  glong length = 0;
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (skeleton, -1, NULL, &length, NULL);
  UNumberFormatter *formatter
      = unumf_openForSkeletonAndLocale ((const UChar *) wide, length, get_locale (), &error);
  UFormattedNumber *result = unumf_openResult (&error);
  char *text = NULL;

  unumf_formatDouble (formatter, number, result, &error);
  if (U_SUCCESS (error))
    {
      int32_t n = unumf_resultToString (result, NULL, 0, &error);
      g_autofree UChar *out = g_new0 (UChar, n + 1);

      error = U_ZERO_ERROR;
      unumf_resultToString (result, out, n + 1, &error);
      if (U_SUCCESS (error))
        text = dup_utf8 (out, n);
    }
  if (text == NULL)
    g_warning ("a number could not be written for %s: %s", get_locale (), u_errorName (error));
  unumf_closeResult (result);
  unumf_close (formatter);

  return text;
}

/**
 * pal_locale_dup_number:
 * @number: a number; of its decimals six are shown at most
 *
 * Main thread.
 *
 * Returns: (transfer full): the number as people write it: "12,500.5", "12 500,5"
 */
char *
pal_locale_dup_number (double number)
{
  char *text = dup_formatted (".######", number);

  return text != NULL ? text : g_strdup_printf ("%g", number);
}

/**
 * pal_locale_dup_size:
 * @size_bytes: of a file
 *
 * Main thread.
 *
 * Returns: (transfer full): the size in the unit that fits: "1.5 MB", "1,5 Mo"
 */
char *
pal_locale_dup_size (guint64 size_bytes)
{
  static const char *const units[] = { "byte", "kilobyte", "megabyte", "gigabyte", "terabyte" };
  g_autofree char *skeleton = NULL;
  double size = size_bytes;
  char *text = NULL;
  guint unit = 0;

  get_locale ();
  /* What would be rounded to 1000 of a unit is 1 of the next. */
  for (; size >= (unit == 0 ? 1000 : 999.95) && unit + 1 < G_N_ELEMENTS (units); unit++)
    size /= 1000;
  skeleton = g_strdup_printf ("unit/%s %s %s", units[unit],
                              unit == 0       ? "unit-width-full-name"
                              : width != NULL ? width
                                              : "unit-width-short",
                              unit == 0 ? "precision-integer" : ".0");
  text = dup_formatted (skeleton, size);

  return text != NULL ? text : g_format_size (size_bytes);
}

/* The words between the items depend on their letters ("Ana e Igor" in Spanish), so they are
 * isolated in the finished list. */
static char *
dup_with_isolates (const UFormattedList *list, UErrorCode *error)
{
  UConstrainedFieldPosition *place = ucfpos_open (error);
  const UFormattedValue *value = ulistfmt_resultAsValue (list, error);
  g_autoptr (GString) text = g_string_new (NULL);
  int32_t length = 0, done = 0;
  const UChar *string = ufmtval_getString (value, &length, error);

  ucfpos_constrainField (place, UFIELD_CATEGORY_LIST, ULISTFMT_ELEMENT_FIELD, error);
  while (ufmtval_nextPosition (value, place, error) && U_SUCCESS (*error))
    {
      int32_t start = 0, end = 0;
      g_autofree char *between = NULL;
      g_autofree char *item = NULL;
      g_autofree char *isolated = NULL;

      ucfpos_getIndexes (place, &start, &end, error);
      between = dup_utf8 (string + done, start - done);
      item = dup_utf8 (string + start, end - start);
      isolated = pal_text_dup_isolated (item);
      g_string_append (g_string_append (text, between), isolated);
      done = end;
    }
  if (U_SUCCESS (*error))
    {
      g_autofree char *rest = dup_utf8 (string + done, length - done);

      g_string_append (text, rest);
    }
  ucfpos_close (place);

  return U_SUCCESS (*error) ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/**
 * pal_locale_dup_list:
 * @items: (element-type utf8): names of people, files, parts: valid UTF-8
 *
 * Each item keeps its own direction: names are of any script. Main thread.
 *
 * Returns: (transfer full): the items with what stands between them: "Amal, Boris and Eva"
 */
char *
pal_locale_dup_list (GPtrArray *items)
{
  UErrorCode error = U_ZERO_ERROR;
  g_autoptr (GPtrArray) wide = g_ptr_array_new_with_free_func (g_free);
  g_autofree int32_t *lengths = g_new0 (int32_t, items->len + 1);
  UListFormatter *formatter = ulistfmt_open (get_locale (), &error);
  UFormattedList *list = ulistfmt_openResult (&error);
  char *text = NULL;

  for (guint i = 0; i < items->len; i++)
    {
      glong length = 0;

      g_ptr_array_add (wide,
                       g_utf8_to_utf16 (g_ptr_array_index (items, i), -1, NULL, &length, NULL));
      lengths[i] = length;
    }
  ulistfmt_formatStringsToResult (formatter, (const UChar *const *) wide->pdata, lengths,
                                  items->len, list, &error);
  if (U_SUCCESS (error))
    text = dup_with_isolates (list, &error);
  if (text == NULL)
    g_warning ("a list could not be written for %s: %s", get_locale (), u_errorName (error));
  ulistfmt_closeResult (list);
  ulistfmt_close (formatter);

  if (text != NULL)
    return text;

  g_ptr_array_set_size (wide, 0);
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (wide, pal_text_dup_isolated (g_ptr_array_index (items, i)));
  g_ptr_array_add (wide, NULL);

  return g_strjoinv (", ", (char **) wide->pdata);
}

/* The sign between whole and parts. */
static gunichar
get_decimal_sign (void)
{
  UErrorCode error = U_ZERO_ERROR;
  UNumberFormat *format = unum_open (UNUM_DECIMAL, NULL, 0, get_locale (), NULL, &error);
  UChar sign[2] = { '.', 0 };

  if (U_SUCCESS (error))
    unum_getSymbol (format, UNUM_DECIMAL_SEPARATOR_SYMBOL, sign, G_N_ELEMENTS (sign), &error);
  unum_close (format);

  return U_SUCCESS (error) ? sign[0] : '.';
}

/* Neither a point nor a comma: whoever types 1,500 in English may mean either. */
static gboolean
is_group_sign (gunichar c)
{
  return c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009 || c == 0x66c || c == '\''
         || c == 0x2019;
}

/**
 * pal_locale_dup_plain_number:
 * @typed: (nullable): what somebody typed where a number is asked for
 *
 * Digits of any script, spaces between thousands, and the decimal sign of the program's language
 * are understood. Main thread.
 *
 * Returns: (transfer full) (nullable): the number as it is kept, with a point; %NULL if @typed is
 *   no number, or one that can be read in two ways
 */
char *
pal_locale_dup_plain_number (const char *typed)
{
  g_autofree char *stripped = g_strstrip (g_strdup (typed != NULL ? typed : ""));
  g_autoptr (GString) plain = g_string_new (NULL);
  gunichar sign = get_decimal_sign ();
  gboolean has_point = FALSE, has_digit = FALSE;

  for (const char *p = stripped; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_type (c) == G_UNICODE_DECIMAL_NUMBER)
        {
          g_string_append_printf (plain, "%d", g_unichar_digit_value (c));
          has_digit = TRUE;
        }
      else if ((c == '-' || c == 0x2212) && plain->len == 0)
        g_string_append_c (plain, '-');
      else if ((c == sign || c == '.' || c == 0x66b) && !has_point)
        {
          g_string_append_c (plain, '.');
          has_point = TRUE;
        }
      else if (!is_group_sign (c) || !has_digit || has_point)
        return NULL;
    }

  return has_digit ? g_string_free (g_steal_pointer (&plain), FALSE) : NULL;
}
