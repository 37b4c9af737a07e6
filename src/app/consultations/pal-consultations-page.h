// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Consultations and the stakeholders behind them: the lists, and the record that is open. */

#define PAL_TYPE_CONSULTATIONS_PAGE (pal_consultations_page_get_type ())
G_DECLARE_FINAL_TYPE (PalConsultationsPage, pal_consultations_page, PAL, CONSULTATIONS_PAGE, AdwBin)

GtkWidget *pal_consultations_page_new (PalSession *session);

G_END_DECLS
