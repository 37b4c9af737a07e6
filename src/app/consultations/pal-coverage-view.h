// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultation-words.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Who could speak to which article, and who did: types of stakeholders and articles as a table of
 * shapes; in a narrow window as a list of articles. */

#define PAL_TYPE_COVERAGE_VIEW (pal_coverage_view_get_type ())
G_DECLARE_FINAL_TYPE (PalCoverageView, pal_coverage_view, PAL, COVERAGE_VIEW, AdwBin)

GtkWidget *pal_coverage_view_new (PalSession *session);
/* words: (nullable): as long as the view lives. */
void pal_coverage_view_show (GtkWidget *view, const PalConsultationWords *words);

G_END_DECLS
