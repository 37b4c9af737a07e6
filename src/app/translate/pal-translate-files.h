// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translate-work.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What goes in and out of the page for translators: PO files, a package for others, and what is
 * used here. Each asks what it needs, does it, and says what came of it. widget: in the window. */

void pal_translate_save_po (GtkWidget *widget, PalTranslateWork *work);
void pal_translate_open_po (GtkWidget *widget, PalTranslateWork *work);
void pal_translate_export (GtkWidget *widget, PalTranslateWork *work);
void pal_translate_use (GtkWidget *widget, PalTranslateWork *work);

G_END_DECLS
