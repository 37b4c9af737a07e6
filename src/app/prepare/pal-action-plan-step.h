// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One step of the plan: to be ticked, with a day of one's own, and with the way to where it is
 * done.
 */

typedef struct
{
  const char *path; /* of its group in the form */
  int weeks;        /* from the start of the review until the day in @due */
  int months;
  const char *due;    /* (nullable): N_(), with a %s for that day */
  const char *page;   /* (nullable): where it is done: a page of the window or of the input */
  gboolean is_letter; /* it begins with a letter */
} PalPlanStep;

#define PAL_TYPE_ACTION_PLAN_STEP (pal_action_plan_step_get_type ())
G_DECLARE_FINAL_TYPE (PalActionPlanStep, pal_action_plan_step, PAL, ACTION_PLAN_STEP, GtkListBoxRow)

/* step: lives as long as the program. */
GtkWidget *
pal_action_plan_step_new (PalSession *session, PalRecord *record, const PalPlanStep *step);
/* After a change; start: (nullable): of the review. */
void pal_action_plan_step_update (PalActionPlanStep *self, GDateTime *start);
gboolean pal_action_plan_step_is_done (PalActionPlanStep *self);
const char *pal_action_plan_step_get_title (PalActionPlanStep *self);
void pal_action_plan_step_toggle (PalActionPlanStep *self);

G_END_DECLS
