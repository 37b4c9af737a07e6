// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clock"
#include "config.h"

#include "pal-clock.h"

/**
 * pal_clock_tick:
 * @clock: a clock; zero-initialised is a fresh one
 *
 * Takes the next stamp: the wall clock, or one microsecond after the newest stamp given out or
 * seen, whichever is later, so that causes stand before effects although laptops' clocks differ
 * (hybrid logical clock, Kulkarni et al. 2014). Not thread-safe.
 *
 * Returns: microseconds since 1970, UTC; greater than every stamp before
 */
gint64
pal_clock_tick (PalClock *clock)
{
  gint64 now_us = g_get_real_time ();

  clock->last_us = MAX (now_us, clock->last_us + 1);

  return clock->last_us;
}

/**
 * pal_clock_observe:
 * @clock: a clock
 * @seen_us: a stamp that came from elsewhere
 *
 * Makes all later stamps greater than @seen_us.
 */
void
pal_clock_observe (PalClock *clock, gint64 seen_us)
{
  clock->last_us = MAX (clock->last_us, seen_us);
}

/**
 * pal_clock_is_behind:
 * @seen_us: a time that somebody's clock said, here or elsewhere; microseconds since 1970, UTC
 *
 * A day is what a wrong time zone and a laptop that nobody sets can make; more than that is worth a
 * sentence (package-format 8). Any thread.
 *
 * Returns: whether the clock of this computer says less than that
 */
gboolean
pal_clock_is_behind (gint64 seen_us)
{
  return g_get_real_time () < seen_us - G_TIME_SPAN_DAY;
}

/**
 * pal_clock_format_rfc3339:
 * @time_us: microseconds since 1970, UTC
 *
 * Returns: (transfer full): the time as RFC 3339 in UTC with milliseconds
 */
char *
pal_clock_format_rfc3339 (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *seconds = NULL;

  if (time == NULL)
    return g_strdup ("");

  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", seconds, (int) (time_us % G_USEC_PER_SEC / 1000));
}

/**
 * pal_clock_parse_rfc3339:
 * @text: a time with zone, such as "2026-11-22T03:49:48Z"
 * @time_us: (out): microseconds since 1970, UTC
 *
 * Returns: whether @text is such a time
 */
gboolean
pal_clock_parse_rfc3339 (const char *text, gint64 *time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  if (time == NULL)
    return FALSE;

  *time_us = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);

  return TRUE;
}
