// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-conflict-place.h"
#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One conflict: what each wrote, side by side where there is room, with what is different in it,
 * and a button for each way to settle it. */

#define PAL_TYPE_CONFLICT_VIEW (pal_conflict_view_get_type ())
G_DECLARE_FINAL_TYPE (PalConflictView, pal_conflict_view, PAL, CONFLICT_VIEW, GtkWidget)

/* conflict: of list (element-type PalConflict), which is kept. */
GtkWidget *pal_conflict_view_new (PalSession *session, PalRecord *record, GPtrArray *list,
                                  const PalConflict *conflict);

const PalConflict *pal_conflict_view_get_conflict (PalConflictView *self);
/* Gives the focus to the first choice. */
void pal_conflict_view_focus_choice (PalConflictView *self);

/* Signals:
 *  "chosen" (GPtrArray *changes): (element-type PalChange): what settles it
 */

G_END_DECLS
