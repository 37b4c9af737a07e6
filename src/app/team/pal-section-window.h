// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-arrival.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A section that came: from whom, which articles, until when. It becomes a working dossier. */

#define PAL_TYPE_SECTION_WINDOW (pal_section_window_get_type ())
G_DECLARE_FINAL_TYPE (PalSectionWindow, pal_section_window, PAL, SECTION_WINDOW, AdwWindow)

GtkWidget *pal_section_window_new (GtkWindow *parent, PalArrival *arrival);

G_END_DECLS
