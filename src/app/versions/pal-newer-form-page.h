// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a newer questionnaire would change, before anything moves. */

#define PAL_TYPE_NEWER_FORM_PAGE (pal_newer_form_page_get_type ())
G_DECLARE_FINAL_TYPE (PalNewerFormPage, pal_newer_form_page, PAL, NEWER_FORM_PAGE, AdwBin)

GtkWidget *pal_newer_form_page_new (PalSession *session);

G_END_DECLS
