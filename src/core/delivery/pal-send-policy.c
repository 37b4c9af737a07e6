// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-send-policy"
#include "config.h"

#include "pal-send-policy.h"

#include <string.h>

/**
 * pal_send_manners_copy:
 * @self: manners
 * @copy: where to; what was there is not freed
 */
void
pal_send_manners_copy (const PalSendManners *self, PalSendManners *copy)
{
  *copy = *self;
  copy->proxy_url = g_strdup (self->proxy_url);
  copy->proxy_user = g_strdup (self->proxy_user);
  copy->proxy_password = g_strdup (self->proxy_password);
}

void
pal_send_manners_clear (PalSendManners *self)
{
  g_clear_pointer (&self->proxy_url, g_free);
  g_clear_pointer (&self->proxy_user, g_free);
  if (self->proxy_password != NULL)
    explicit_bzero (self->proxy_password, strlen (self->proxy_password));
  g_clear_pointer (&self->proxy_password, g_free);
}

/**
 * pal_link_get_now:
 *
 * Returns: what the system says of the connection now; main thread
 */
PalLink
pal_link_get_now (void)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();

  return (PalLink){
    .is_connected = g_network_monitor_get_network_available (monitor),
    .is_metered = g_network_monitor_get_network_metered (monitor),
  };
}

static gboolean
is_within_hours (const PalSendManners *manners, guint minute)
{
  if (!manners->has_hours || manners->from_minute == manners->until_minute)
    return TRUE;
  if (manners->from_minute < manners->until_minute)
    return minute >= manners->from_minute && minute < manners->until_minute;

  return minute >= manners->from_minute || minute < manners->until_minute;
}

/* The next time that local clocks show that minute. A day may have 23 or 25 hours, and a minute
 * that is skipped in spring is the one after it. */
static GDateTime *
find_next (GDateTime *now, guint minute)
{
  for (int days = 0; days <= 2; days++)
    {
      g_autoptr (GDateTime) day = g_date_time_add_days (now, days);
      g_autoptr (GDateTime) time = g_date_time_new (
          g_date_time_get_timezone (now), g_date_time_get_year (day), g_date_time_get_month (day),
          g_date_time_get_day_of_month (day), (int) minute / 60, (int) minute % 60, 0);

      if (time != NULL && g_date_time_compare (time, now) > 0)
        return g_steal_pointer (&time);
    }

  return g_date_time_add_hours (now, 1);
}

/**
 * pal_send_policy_decide:
 * @manners: what a person set
 * @now: local time
 * @link: what the system says of the connection
 * @is_agreed: whether a person said yes to this very job
 * @is_told_now: whether that person says "now", whatever is set
 * @until: (out) (optional) (nullable) (transfer full): when a wait for the hours ends
 *
 * Decides whether a job may use the network. The first question is whether somebody agreed to it:
 * without that nothing leaves, whatever else is set. Pure.
 *
 * Returns: go, or what it waits for
 */
PalSendVerdict
pal_send_policy_decide (const PalSendManners *manners, GDateTime *now, const PalLink *link,
                        gboolean is_agreed, gboolean is_told_now, GDateTime **until)
{
  guint minute = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));

  if (until != NULL)
    *until = NULL;
  if (!is_agreed)
    return PAL_SEND_WAIT_AGREEMENT;
  if (is_told_now)
    return PAL_SEND_GO;
  if (!is_within_hours (manners, minute))
    {
      if (until != NULL)
        *until = find_next (now, manners->from_minute);
      return PAL_SEND_WAIT_HOURS;
    }
  switch (manners->when)
    {
    case PAL_SEND_WHEN_TOLD:
      return PAL_SEND_GO;
    case PAL_SEND_WHEN_CONNECTED:
      return link->is_connected ? PAL_SEND_GO : PAL_SEND_WAIT_LINK;
    case PAL_SEND_NOT_METERED:
      if (!link->is_connected)
        return PAL_SEND_WAIT_LINK;
      return link->is_metered ? PAL_SEND_WAIT_UNMETERED : PAL_SEND_GO;
    }

  return PAL_SEND_GO;
}

/**
 * pal_send_policy_parse_minute:
 * @text: (nullable): a time of the day as "22:00"
 * @minute: (out): of the day
 *
 * Returns: whether it is one
 */
gboolean
pal_send_policy_parse_minute (const char *text, guint *minute)
{
  if (text == NULL || strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0])
      || !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[3]) || !g_ascii_isdigit (text[4])
      || text[3] > '5')
    return FALSE;
  *minute = (guint) ((text[0] - '0') * 10 + text[1] - '0') * 60
            + (guint) ((text[3] - '0') * 10 + text[4] - '0');

  return *minute < PAL_SEND_MINUTES;
}
