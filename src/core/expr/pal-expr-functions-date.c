// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-functions.h"

#include <math.h>
#include <string.h>

/* A date is the text of a whole day, "2024-02-29"; a date-time is the text of an instant in local
 * time with its offset, "2024-02-29T14:30:00.000+01:00" (T2). What is no date gives the empty text,
 * or NaN. */

/* Some ten thousand years either way: what is written with four digits. */
#define MIN_DAYS (-719528)
#define MAX_DAYS 2932896

/* A day and a time of day by the clock on the wall. */
typedef struct
{
  gint64 days; /* since 1970 */
  gint64 day_us;
  int offset_minutes;
} WallTime;

static void
set_wall_time (WallTime *wall, gint64 instant_us)
{
  gint64 offset_us = pal_expr_local_offset_us (instant_us);
  gint64 local_us = instant_us + offset_us;

  wall->days = local_us / G_TIME_SPAN_DAY - (local_us % G_TIME_SPAN_DAY < 0);
  wall->day_us = local_us - wall->days * G_TIME_SPAN_DAY;
  wall->offset_minutes = (int) (offset_us / G_TIME_SPAN_MINUTE);
}

static gboolean
is_in_range (double days)
{
  return days >= MIN_DAYS && days <= MAX_DAYS;
}

static char *
format_day (gint64 days)
{
  gint64 year;
  guint month;
  guint day;

  pal_expr_civil_from_days (days, &year, &month, &day);
  return g_strdup_printf ("%04d-%02u-%02u", (int) year, month, day);
}

static char *
format_date_time (const WallTime *wall)
{
  g_autofree char *day = format_day (wall->days);
  guint ms = (guint) (wall->day_us / 1000);
  guint offset = (guint) ABS (wall->offset_minutes);

  return g_strdup_printf ("%sT%02u:%02u:%02u.%03u%c%02u:%02u", day, ms / 3600000, ms / 60000 % 60,
                          ms / 1000 % 60, ms % 1000, wall->offset_minutes < 0 ? '-' : '+',
                          offset / 60, offset % 60);
}

/* What an argument says about a date. */
typedef enum
{
  NO_DATE,
  WHOLE_DAY, /* date.days */
  DATE_TIME, /* date, with a time */
  DAYS       /* a number of days since 1970, perhaps with a fraction */
} Meaning;

static Meaning
eval_date (PalExprEval *eval, const PalExprAst *arg, PalExprDate *date, double *days)
{
  g_auto (PalExprValue) value;
  g_auto (PalExprText) text = { 0 };

  pal_expr_value_init (&value);
  pal_expr_eval_value (eval, arg, &value);
  memset (date, 0, sizeof *date);
  if (value.kind == PAL_VALUE_BOOLEAN)
    return NO_DATE;
  if (value.kind == PAL_VALUE_NUMBER)
    *days = value.number;
  else
    {
      pal_expr_value_as_text (eval, &value, &text);
      if (pal_expr_parse_date (text.text, date))
        {
          if (!is_in_range ((double) date->days))
            return NO_DATE;
          return date->has_time ? DATE_TIME : WHOLE_DAY;
        }
      /* A calculation may have stored a number of days. */
      *days = pal_expr_text_to_number (text.text);
    }
  return is_in_range (*days) ? DAYS : NO_DATE;
}

static gboolean
eval_wall_time (PalExprEval *eval, const PalExprAst *arg, WallTime *wall)
{
  PalExprDate date;
  double days;

  memset (wall, 0, sizeof *wall);
  switch (eval_date (eval, arg, &date, &days))
    {
    case NO_DATE:
      return FALSE;
    case WHOLE_DAY:
      wall->days = date.days;
      return TRUE;
    case DATE_TIME:
      set_wall_time (wall, pal_expr_date_to_instant (&date));
      return TRUE;
    case DAYS:
      if (days == floor (days))
        wall->days = (gint64) days;
      else
        set_wall_time (wall, (gint64) round (days * 86400000.0) * 1000);
      return TRUE;
    }
  return FALSE;
}

static void
run_today (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  WallTime wall;

  set_wall_time (&wall, pal_expr_eval_now (eval));
  pal_expr_value_take_text (result, format_day (wall.days));
}

static void
run_now (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  WallTime wall;

  set_wall_time (&wall, pal_expr_eval_now (eval));
  pal_expr_value_take_text (result, format_date_time (&wall));
}

static void
run_date (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalExprDate date;
  WallTime wall;
  double days;

  switch (eval_date (eval, call->args[0], &date, &days))
    {
    case NO_DATE:
      return;
    case WHOLE_DAY:
      pal_expr_value_take_text (result, format_day (date.days));
      return;
    case DATE_TIME:
      set_wall_time (&wall, pal_expr_date_to_instant (&date));
      pal_expr_value_take_text (result, format_day (wall.days));
      return;
    case DAYS:
      pal_expr_value_take_text (result, format_day ((gint64) floor (days)));
      return;
    }
}

/* A whole day stays one: nobody said at what time. */
static void
run_date_time (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalExprDate date;
  WallTime wall;
  double days;

  switch (eval_date (eval, call->args[0], &date, &days))
    {
    case NO_DATE:
      return;
    case WHOLE_DAY:
      pal_expr_value_take_text (result, format_day (date.days));
      return;
    case DATE_TIME:
      set_wall_time (&wall, pal_expr_date_to_instant (&date));
      break;
    case DAYS:
      set_wall_time (&wall, (gint64) round (days * 86400000.0) * 1000);
      break;
    }
  pal_expr_value_take_text (result, format_date_time (&wall));
}

static void
run_decimal_date_time (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  PalExprDate date;
  double days = NAN;

  switch (eval_date (eval, call->args[0], &date, &days))
    {
    case NO_DATE:
      days = NAN;
      break;
    case WHOLE_DAY:
    case DATE_TIME:
      days = pal_expr_date_to_number (&date);
      break;
    case DAYS:
      break;
    }
  pal_expr_value_set_number (result, days);
}

/* The time of day as a fraction of the day, local. */
static void
run_decimal_time (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) text = { 0 };
  PalExprDate time;
  gint64 day_us;

  pal_expr_eval_text (eval, call->args[0], &text);
  if (!pal_expr_parse_time (text.text, &time))
    {
      pal_expr_value_set_number (result, NAN);
      return;
    }
  day_us = time.day_us;
  if (time.has_offset)
    {
      day_us += pal_expr_local_offset_us (pal_expr_eval_now (eval))
                - time.offset_minutes * G_TIME_SPAN_MINUTE;
      day_us = (day_us % G_TIME_SPAN_DAY + G_TIME_SPAN_DAY) % G_TIME_SPAN_DAY;
    }
  pal_expr_value_set_number (result, (double) day_us / (double) G_TIME_SPAN_DAY);
}

/* Week 1 is the one with the year's first Thursday (ISO 8601). */
static guint
week_of_year (gint64 days, guint day_of_week)
{
  gint64 thursday = days - (day_of_week + 6) % 7 + 3;
  gint64 year;
  guint month;
  guint day;

  pal_expr_civil_from_days (thursday, &year, &month, &day);
  return (guint) ((thursday - pal_expr_days_from_civil (year, 1, 1)) / 7) + 1;
}

static void
append_field (GString *out, char field, const WallTime *wall, const char *language)
{
  gint64 year;
  guint month;
  guint day;
  guint ms = (guint) (wall->day_us / 1000);
  guint day_of_week = (guint) (((wall->days + 4) % 7 + 7) % 7);

  pal_expr_civil_from_days (wall->days, &year, &month, &day);
  switch (field)
    {
    case 'Y':
      g_string_append_printf (out, "%04d", (int) year);
      return;
    case 'y':
      g_string_append_printf (out, "%02d", (int) (year % 100));
      return;
    case 'm':
      g_string_append_printf (out, "%02u", month);
      return;
    case 'n':
      g_string_append_printf (out, "%u", month);
      return;
    case 'B':
    case 'b':
      g_string_append (out, pal_expr_month_name (language, month, field == 'b'));
      return;
    case 'd':
      g_string_append_printf (out, "%02u", day);
      return;
    case 'e':
      g_string_append_printf (out, "%u", day);
      return;
    case 'H':
      g_string_append_printf (out, "%02u", ms / 3600000);
      return;
    case 'h':
      g_string_append_printf (out, "%u", ms / 3600000);
      return;
    case 'M':
      g_string_append_printf (out, "%02u", ms / 60000 % 60);
      return;
    case 'S':
      g_string_append_printf (out, "%02u", ms / 1000 % 60);
      return;
    case '3':
      g_string_append_printf (out, "%03u", ms % 1000);
      return;
    case 'A':
    case 'a':
      g_string_append (out, pal_expr_day_name (language, day_of_week, field == 'a'));
      return;
    case 'u':
      g_string_append_printf (out, "%u", day_of_week == 0 ? 7 : day_of_week);
      return;
    case 'w':
      g_string_append_printf (out, "%u", day_of_week);
      return;
    case 'W':
      g_string_append_printf (out, "%u", week_of_year (wall->days, day_of_week));
      return;
    case '%':
      g_string_append_c (out, '%');
      return;
    default:
      g_string_append_c (out, '%');
      g_string_append_c (out, field);
      return;
    }
}

static void
run_format_date (PalExprEval *eval, const PalExprAst *call, PalExprValue *result)
{
  g_auto (PalExprText) format = { 0 };
  WallTime wall;
  GString *out;

  if (!eval_wall_time (eval, call->args[0], &wall))
    return;
  pal_expr_eval_text (eval, call->args[1], &format);
  out = g_string_new (NULL);
  for (const char *c = format.text; *c != '\0' && out->len <= PAL_EXPR_MAX_TEXT_BYTES; c++)
    {
      if (*c == '%' && c[1] != '\0')
        append_field (out, *++c, &wall, eval->scope->language);
      else
        g_string_append_c (out, *c);
    }
  pal_expr_value_take_text (result, g_string_free (out, FALSE));
}

const PalExprFunction pal_expr_functions_date[] = {
  { "today", 0, 0, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_IMPURE, run_today },
  { "now", 0, 0, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_IMPURE, run_now },
  { "date", 1, 1, PAL_VALUE_STRING, 0, run_date },
  { "date-time", 1, 1, PAL_VALUE_STRING, 0, run_date_time },
  { "decimal-date-time", 1, 1, PAL_VALUE_NUMBER, 0, run_decimal_date_time },
  { "decimal-time", 1, 1, PAL_VALUE_NUMBER, 0, run_decimal_time },
  { "format-date", 2, 2, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_CONTEXT, run_format_date },
  { "format-date-time", 2, 2, PAL_VALUE_STRING, PAL_EXPR_FUNCTION_CONTEXT, run_format_date },
  { NULL },
};
