// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-question-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What one answer says in the second language: beside it, written as the answer is, and whether it
 * still says the same. */

#define PAL_TYPE_TWIN_BOX (pal_twin_box_get_type ())
G_DECLARE_FINAL_TYPE (PalTwinBox, pal_twin_box, PAL, TWIN_BOX, GtkWidget)

/* row: (unowned): outlives it, and has a node in a dossier */
GtkWidget *pal_twin_box_new (PalQuestionRow *row, GtkSizeGroup *captions);
void pal_twin_box_refresh (PalTwinBox *self);

G_END_DECLS
