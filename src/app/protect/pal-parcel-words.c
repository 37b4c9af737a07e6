// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-parcel-words"
#include "config.h"

#include "pal-parcel-words.h"

#include "pal-language.h"

#include <glib/gi18n.h>

char *
pal_parcel_dup_day (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  return time != NULL ? pal_language_format_date (time) : g_strdup ("");
}

char *
pal_parcel_dup_title (const PalParcel *parcel)
{
  g_autofree char *day = pal_parcel_dup_day (parcel->time_us);

  switch (parcel->kind)
    {
    case PAL_PARCEL_SUBMISSION:
      /* TRANSLATORS: a package that was written then; %s: a day */
      return g_strdup_printf (_ ("%s: package for the review"), day);
    case PAL_PARCEL_SUPPLEMENT:
      /* TRANSLATORS: a package that was written then; %s: a day */
      return g_strdup_printf (_ ("%s: supplement"), day);
    case PAL_PARCEL_SECTION:
      /* TRANSLATORS: a package that was written then; %s: a day */
      return g_strdup_printf (_ ("%s: pages for a colleague"), day);
    case PAL_N_PARCELS:
      break;
    }

  return g_steal_pointer (&day);
}

char *
pal_parcel_dup_way (const PalParcel *parcel)
{
  const PalDeliveryRecord *delivery = parcel->delivery;

  if (delivery == NULL || g_strcmp0 (delivery->endpoint, "copy") == 0)
    return g_strdup (_ ("Saved to a file. Who has it is not known here."));
  if (g_strcmp0 (delivery->state, "accepted") == 0)
    /* TRANSLATORS: %s: an address */
    return g_strdup_printf (_ ("Sent to %s. It was received."), delivery->endpoint);
  if (g_strcmp0 (delivery->state, "refused") == 0)
    /* TRANSLATORS: %s: an address */
    return g_strdup_printf (_ ("Sent to %s. It arrived, and was refused."), delivery->endpoint);
  if (g_strcmp0 (delivery->state, "queued") == 0)
    /* TRANSLATORS: %s: an address */
    return g_strdup_printf (_ ("Meant for %s. It has not been sent yet."), delivery->endpoint);

  /* TRANSLATORS: %s: an address */
  return g_strdup_printf (_ ("Some or all of it went to %s. There is no receipt."),
                          delivery->endpoint);
}
