// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultation-words.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The consultations of a month, and the days by which something is due: a table of days, and a
 * list. */

#define PAL_TYPE_CALENDAR_VIEW (pal_calendar_view_get_type ())
G_DECLARE_FINAL_TYPE (PalCalendarView, pal_calendar_view, PAL, CALENDAR_VIEW, AdwBin)

GtkWidget *pal_calendar_view_new (PalSession *session);
/* words: (nullable): as long as the view lives. */
void pal_calendar_view_show (GtkWidget *view, const PalConsultationWords *words);

G_END_DECLS
