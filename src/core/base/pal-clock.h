// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A hybrid logical clock: never goes back, stays near the wall clock, and moves past every
 * stamp it has seen. Microseconds since 1970, UTC. */
typedef struct
{
  gint64 last_us;
} PalClock;

gint64 pal_clock_tick (PalClock *clock);
void pal_clock_observe (PalClock *clock, gint64 seen_us);

/* Whether the clock of this computer runs more than a day behind a time that was seen, in
 * microseconds since 1970: what it dates now would be wrong. */
gboolean pal_clock_is_behind (gint64 seen_us);

char *pal_clock_format_rfc3339 (gint64 time_us);
gboolean pal_clock_parse_rfc3339 (const char *text, gint64 *time_us);

G_END_DECLS
