// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-form.h"

G_BEGIN_DECLS

/* What an organization means to do around a review: a record of the form `action-plan` beside its
 * input. It is a list for those who write; no package takes it along. */

#define PAL_INPUT_PLAN_FORM "action-plan"

/* (transfer full) (nullable): id of the plan's record, made if there is none. Blocking. */
char *pal_input_plan_prepare (PalDossier *dossier, PalForm *form,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
