// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultation-words.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What came of the consultations, in numbers; who still waits for an answer, what was agreed and is
 * not done, what worries people, what was learned. */

#define PAL_TYPE_MEASURES_VIEW (pal_measures_view_get_type ())
G_DECLARE_FINAL_TYPE (PalMeasuresView, pal_measures_view, PAL, MEASURES_VIEW, AdwBin)

GtkWidget *pal_measures_view_new (PalSession *session);
/* words: (nullable): as long as the view lives. */
void pal_measures_view_show (GtkWidget *view, const PalConsultationWords *words);

G_END_DECLS
