// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The papers of the review that stand beside the questionnaire, and the one that is open. */

#define PAL_TYPE_REVIEW_PAGE (pal_review_page_get_type ())
G_DECLARE_FINAL_TYPE (PalReviewPage, pal_review_page, PAL, REVIEW_PAGE, AdwBin)

GtkWidget *pal_review_page_new (PalSession *session);

G_END_DECLS
