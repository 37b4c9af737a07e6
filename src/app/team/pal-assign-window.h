// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-assignment.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Gives articles to a person, or changes who works on one and until when. */

#define PAL_TYPE_ASSIGN_WINDOW (pal_assign_window_get_type ())
G_DECLARE_FINAL_TYPE (PalAssignWindow, pal_assign_window, PAL, ASSIGN_WINDOW, AdwWindow)

/* assignments: (element-type PalAssignment): what there is. edit: (nullable): one of them, to be
 * changed. */
void pal_assign_window_present (GtkWidget *parent, PalSession *session, GPtrArray *assignments,
                                const PalAssignment *edit);

G_END_DECLS
