// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What an organization does around a review, as a list to be ticked: kept with its input, never
 * handed over. */

#define PAL_TYPE_ACTION_PLAN_PAGE (pal_action_plan_page_get_type ())
G_DECLARE_FINAL_TYPE (PalActionPlanPage, pal_action_plan_page, PAL, ACTION_PLAN_PAGE, AdwBin)

GtkWidget *pal_action_plan_page_new (PalSession *session);

G_END_DECLS
