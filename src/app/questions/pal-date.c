// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-date"
#include "config.h"

#include "pal-date.h"

#include <stdio.h>
#include <string.h>

static gboolean
read_date (const char *text, GDate *date)
{
  int a, b, c, end = 0;

  g_date_clear (date, 1);
  if (sscanf (text, "%4d-%2d-%2d%n", &a, &b, &c, &end) == 3 && text[end] == '\0' && a >= 1000
      && c > 0 && b > 0 && g_date_valid_dmy (c, b, a))
    g_date_set_dmy (date, c, b, a);
  else if (sscanf (text, "%2d%*1[./]%2d%*1[./]%4d%n", &a, &b, &c, &end) == 3 && text[end] == '\0'
           && c >= 1000 && a > 0 && b > 0 && g_date_valid_dmy (a, b, c))
    g_date_set_dmy (date, a, b, c);
  else
    return FALSE;

  return TRUE;
}

/**
 * pal_date_dup_canonical:
 * @text: (nullable): what was typed
 *
 * Returns: (transfer full) (nullable): the day as year-month-day, or %NULL when @text is no day
 */
char *
pal_date_dup_canonical (const char *text)
{
  g_autofree char *copy = g_strstrip (g_strdup (text ? text : ""));
  GDate date;

  if (!read_date (copy, &date))
    return NULL;

  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), g_date_get_month (&date),
                          g_date_get_day (&date));
}

GDateTime *
pal_date_parse (const char *canonical)
{
  GDate date;

  if (canonical == NULL || !read_date (canonical, &date))
    return NULL;

  return g_date_time_new_local (g_date_get_year (&date), g_date_get_month (&date),
                                g_date_get_day (&date), 12, 0, 0);
}
