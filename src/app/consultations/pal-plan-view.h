// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultation-words.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What the consultations are to reach, whom they leave out, who is invited, and what comes next. */

#define PAL_TYPE_PLAN_VIEW (pal_plan_view_get_type ())
G_DECLARE_FINAL_TYPE (PalPlanView, pal_plan_view, PAL, PLAN_VIEW, AdwBin)

GtkWidget *pal_plan_view_new (PalSession *session);
/* words: (nullable): as long as the view lives. */
void pal_plan_view_show (GtkWidget *view, const PalConsultationWords *words);

G_END_DECLS
