// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-private.h"

#include <math.h>
#include <string.h>

/* Texts as numbers and dates, and numbers as texts (traps T1 and T2 of the form profile). */

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Exactly representable, so that a mantissa below 2^53 divided by one of them is rounded once. */
static const double powers_of_ten[]
    = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* The Number of XPath 1.0: no exponent, no plus sign. FALSE if the text is something else. */
static gboolean
parse_number (const char *text, double *number)
{
  const char *c = text;
  const char *start;
  guint64 mantissa = 0;
  guint n_digits = 0;
  guint n_fraction = 0;
  gboolean is_negative = FALSE;

  while (is_space (*c))
    c++;
  start = c;
  if (*c == '-')
    {
      is_negative = TRUE;
      c++;
    }
  for (; g_ascii_isdigit (*c); c++, n_digits++)
    mantissa = mantissa * 10 + (guint64) (*c - '0');
  if (*c == '.')
    {
      c++;
      for (; g_ascii_isdigit (*c); c++, n_digits++, n_fraction++)
        mantissa = mantissa * 10 + (guint64) (*c - '0');
    }
  if (n_digits == 0)
    return FALSE;
  while (is_space (*c))
    c++;
  if (*c != '\0')
    return FALSE;

  /* Fifteen digits stay below 2^53; with more, the mantissa may have wrapped round. */
  if (n_digits <= 15)
    {
      *number = (double) mantissa / powers_of_ten[n_fraction];
      if (is_negative)
        *number = -*number;
    }
  else
    *number = g_ascii_strtod (start, NULL);
  return TRUE;
}

/* Days since 1970-01-01 in the Gregorian calendar, also before its time. */
gint64
pal_expr_days_from_civil (gint64 year, guint month, guint day)
{
  gint64 era;
  gint64 year_of_era;
  gint64 day_of_year;

  /* Years that begin in March put the leap day last. */
  year -= month <= 2;
  era = (year >= 0 ? year : year - 399) / 400;
  year_of_era = year - era * 400;
  day_of_year = (153 * ((gint64) month + (month > 2 ? -3 : 9)) + 2) / 5 + (gint64) day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
         - 719468;
}

void
pal_expr_civil_from_days (gint64 days, gint64 *year, guint *month, guint *day)
{
  gint64 era;
  gint64 day_of_era;
  gint64 year_of_era;
  gint64 day_of_year;
  gint64 month_from_march;

  days += 719468;
  era = (days >= 0 ? days : days - 146096) / 146097;
  day_of_era = days - era * 146097;
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  month_from_march = (5 * day_of_year + 2) / 153;
  *day = (guint) (day_of_year - (153 * month_from_march + 2) / 5 + 1);
  *month = (guint) (month_from_march + (month_from_march < 10 ? 3 : -9));
  *year = year_of_era + era * 400 + (*month <= 2);
}

/* At least min and at most max digits. */
static gboolean
read_digits (const char **text, guint min, guint max, guint *value)
{
  const char *c = *text;
  guint n_digits = 0;

  for (*value = 0; n_digits < max && g_ascii_isdigit (*c); c++, n_digits++)
    *value = *value * 10 + (guint) (*c - '0');
  *text = c;
  return n_digits >= min && !g_ascii_isdigit (*c);
}

/* "hh:mm", then perhaps ":ss" with a fraction, then perhaps "Z" or "+hh:mm". */
static gboolean
read_time (const char **text, PalExprDate *date)
{
  const char *c = *text;
  guint hour;
  guint minute;
  guint second = 0;
  guint offset_hour;
  guint offset_minute = 0;
  gint64 fraction_us = 0;

  if (!read_digits (&c, 2, 2, &hour) || *c++ != ':' || !read_digits (&c, 2, 2, &minute))
    return FALSE;
  if (*c == ':')
    {
      c++;
      if (!read_digits (&c, 2, 2, &second))
        return FALSE;
      if (*c == '.')
        {
          gint64 unit_us = 100000;

          if (!g_ascii_isdigit (*++c))
            return FALSE;
          for (; g_ascii_isdigit (*c); c++, unit_us /= 10)
            fraction_us += unit_us * (*c - '0');
        }
    }
  if (hour > 23 || minute > 59 || second > 59)
    return FALSE;

  date->has_time = TRUE;
  date->day_us = ((gint64) hour * 3600 + minute * 60 + second) * G_USEC_PER_SEC + fraction_us;
  if (*c == 'Z')
    {
      date->has_offset = TRUE;
      c++;
    }
  else if (*c == '+' || *c == '-')
    {
      int sign = *c++ == '-' ? -1 : 1;

      if (!read_digits (&c, 2, 2, &offset_hour))
        {
          /* "+0200" has four digits in a row. */
          c -= 2;
          if (!read_digits (&c, 4, 4, &offset_hour))
            return FALSE;
          offset_minute = offset_hour % 100;
          offset_hour /= 100;
        }
      else if (*c == ':')
        {
          c++;
          if (!read_digits (&c, 2, 2, &offset_minute))
            return FALSE;
        }
      if (offset_hour > 23 || offset_minute > 59)
        return FALSE;
      date->has_offset = TRUE;
      date->offset_minutes = sign * (int) (offset_hour * 60 + offset_minute);
    }
  *text = c;
  return TRUE;
}

static gboolean
ends (const char *text)
{
  while (is_space (*text))
    text++;
  return *text == '\0';
}

/* "2024-02-29", "2024-2-9", either with "T" and a time behind it. */
gboolean
pal_expr_parse_date (const char *text, PalExprDate *date)
{
  static const guint8 days_of_month[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  const char *c = text;
  guint year;
  guint month;
  guint day;

  while (is_space (*c))
    c++;
  /* Most texts are no dates: be quick about them. */
  if (!g_ascii_isdigit (*c))
    return FALSE;
  if (!read_digits (&c, 4, 4, &year) || *c++ != '-' || !read_digits (&c, 1, 2, &month)
      || *c++ != '-' || !read_digits (&c, 1, 2, &day))
    return FALSE;
  if (month < 1 || month > 12 || day < 1 || day > days_of_month[month - 1])
    return FALSE;
  if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
    return FALSE;

  memset (date, 0, sizeof *date);
  date->days = pal_expr_days_from_civil (year, month, day);
  if (*c == 'T')
    {
      c++;
      if (!read_time (&c, date))
        return FALSE;
    }
  return ends (c);
}

/* "hh:mm:ss.sss+hh:mm", of no particular day. */
gboolean
pal_expr_parse_time (const char *text, PalExprDate *date)
{
  const char *c = text;

  memset (date, 0, sizeof *date);
  while (is_space (*c))
    c++;
  return read_time (&c, date) && ends (c);
}

/* What the clock on the wall is ahead of UTC at that instant. */
gint64
pal_expr_local_offset_us (gint64 instant_us)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 seconds = instant_us / G_USEC_PER_SEC - (instant_us % G_USEC_PER_SEC < 0);
  int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);

  return interval < 0 ? 0 : g_time_zone_get_offset (zone, interval) * (gint64) G_USEC_PER_SEC;
}

gint64
pal_expr_date_to_instant (const PalExprDate *date)
{
  gint64 written_us = date->days * G_TIME_SPAN_DAY + date->day_us;
  gint64 seconds = written_us / G_USEC_PER_SEC - (written_us % G_USEC_PER_SEC < 0);
  g_autoptr (GTimeZone) zone = NULL;
  int interval;

  if (date->has_offset)
    return written_us - date->offset_minutes * G_TIME_SPAN_MINUTE;

  zone = g_time_zone_new_local ();
  interval = g_time_zone_adjust_time (zone, G_TIME_TYPE_STANDARD, &seconds);
  return written_us - g_time_zone_get_offset (zone, interval) * (gint64) G_USEC_PER_SEC;
}

double
pal_expr_date_to_number (const PalExprDate *date)
{
  if (!date->has_time)
    return (double) date->days;
  return (double) pal_expr_date_to_instant (date) / (double) G_TIME_SPAN_DAY;
}

/* number() of the profile: XPath numbers, then dates as days since 1970 (T2), else NaN. */
double
pal_expr_text_to_number (const char *text)
{
  double number;
  PalExprDate date;

  if (*text == '\0')
    return NAN;
  if (parse_number (text, &number))
    return number;
  if (pal_expr_parse_date (text, &date))
    return pal_expr_date_to_number (&date);
  return NAN;
}

/* printf is slow for what forms do most: counting. */
static char *
format_integer (gint64 number)
{
  char buffer[24];
  char *c = buffer + sizeof buffer;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;

  *--c = '\0';
  do
    *--c = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0)
    *--c = '-';
  return g_strdup (c);
}

/**
 * pal_expr_number_to_string:
 * @number: any number
 *
 * The shortest digits that read back to the same number, never with an exponent (T1).
 *
 * Returns: (transfer full): such as "0.1", "-12", "1000000000000", "NaN", "-Infinity"
 */
char *
pal_expr_number_to_string (double number)
{
  char buffer[32];
  char *exponent_text;
  char digits[24];
  guint n_digits = 0;
  int exponent;
  GString *text;

  if (isnan (number))
    return g_strdup ("NaN");
  if (isinf (number))
    return g_strdup (number > 0 ? "Infinity" : "-Infinity");
  if (fabs (number) < 1e15 && number == trunc (number))
    return format_integer ((gint64) number);

  for (int precision = 15; precision <= 17; precision++)
    {
      g_snprintf (digits, sizeof digits, "%%.%de", precision - 1);
      g_ascii_formatd (buffer, sizeof buffer, digits, number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }

  exponent_text = strchr (buffer, 'e');
  exponent = (int) g_ascii_strtoll (exponent_text + 1, NULL, 10);
  for (const char *c = buffer; c < exponent_text; c++)
    {
      if (g_ascii_isdigit (*c))
        digits[n_digits++] = *c;
    }
  while (n_digits > 1 && digits[n_digits - 1] == '0')
    n_digits--;

  text = g_string_new (number < 0 ? "-" : NULL);
  if (exponent < 0)
    {
      g_string_append (text, "0.");
      for (int i = exponent + 1; i < 0; i++)
        g_string_append_c (text, '0');
      g_string_append_len (text, digits, n_digits);
    }
  else
    {
      guint n_whole = (guint) exponent + 1;

      g_string_append_len (text, digits, MIN (n_whole, n_digits));
      for (guint i = n_digits; i < n_whole; i++)
        g_string_append_c (text, '0');
      if (n_digits > n_whole)
        {
          g_string_append_c (text, '.');
          g_string_append_len (text, digits + n_whole, n_digits - n_whole);
        }
    }
  return g_string_free (text, FALSE);
}
